//! All faults of one body: those of its form, with which it comes, and those that the rules of meaning find.

use super::{Code, Details, Error, Fault, FaultCode, Result};
use std::collections::{BTreeMap, btree_map::Entry};

/// Collects faults, so that a caller learns of all of them at once. It begins with the faults of form: the body was mended
/// there to be judged at all, and what a rule finds because of that is not told.
#[derive(Debug, Default)]
#[must_use = "a body is good once its faults are checked"]
pub struct Faults {
    form: Vec<Fault>,
    meaning: Vec<Fault>,
    /// What keeps even a body without faults from being done.
    conflict: Option<Error>,
    /// What refusals say beside their faults.
    details: Details,
}

impl Faults {
    pub fn new() -> Self {
        Self::default()
    }

    /// Of a body whose form is at fault there.
    pub fn of_form(form: Vec<Fault>) -> Self {
        Self { form, ..Self::default() }
    }

    pub fn add(&mut self, pointer: impl Into<String>, code: FaultCode) {
        self.push(Fault::new(pointer, code));
    }

    /// Adds what a rule found, unless it follows from a fault of form.
    pub fn push(&mut self, fault: Fault) {
        if !self.form.iter().any(|form| fault.follows_from(form)) {
            self.meaning.push(fault);
        }
    }

    pub fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }

    /// Adds every item of the list at this pointer that stands there already, as these keys tell them apart.
    pub fn add_repeated<K: Ord>(&mut self, pointer: &str, keys: impl IntoIterator<Item = K>) {
        let mut seen = BTreeMap::new();
        for (i, key) in keys.into_iter().enumerate() {
            match seen.entry(key) {
                Entry::Vacant(place) => drop(place.insert(i)),
                Entry::Occupied(first) => {
                    let repeated = Fault::new(format!("{pointer}/{i}"), FaultCode::Duplicate);
                    self.push(repeated.reads(format!("{pointer}/{}", first.get())));
                }
            }
        }
    }

    /// Whether a rule can read what the body says at a place: no fault of form is there.
    pub fn may_read(&self, pointer: &str) -> bool {
        !self.form.iter().any(|form| Fault::new(pointer, FaultCode::Invalid).follows_from(form))
    }

    pub fn is_empty(&self) -> bool {
        self.form.is_empty() && self.meaning.is_empty()
    }

    /// What was made, or nothing when faults kept it from being made, which count here, or a conflict, which is told when
    /// there is no fault. Any other refusal stands.
    pub fn absorb<T>(&mut self, made: Result<T>) -> Result<Option<T>> {
        match made {
            Err(mut error) if !error.faults().is_empty() => {
                let known = self.meaning.len();
                self.extend(std::mem::take(&mut error.0.faults));
                if self.meaning.len() > known {
                    self.details.merge(std::mem::take(&mut error.0.details));
                }
                Ok(None)
            }
            Err(error) if error.code().status() == 409 => {
                self.conflict.get_or_insert(error);
                Ok(None)
            }
            made => made.map(Some),
        }
    }

    /// The refusal of a body whose form is at fault, as far as that is known.
    pub fn refusal(&self) -> Option<Error> {
        (!self.form.is_empty()).then(|| Error::invalid(self.form.clone()))
    }

    /// Nothing when no fault was found, else the 422 that lists them all.
    pub fn check(mut self) -> Result<()> {
        if self.is_empty() {
            return self.conflict.map_or(Ok(()), Err);
        }
        self.form.append(&mut self.meaning);
        let mut error = Error::invalid(self.form);
        error.0.details = self.details;
        Err(error)
    }
}

impl Error {
    /// The same refusal, of whose faults each has read these places too.
    pub fn reading(mut self, places: &[&str]) -> Self {
        self.0.faults = self.0.faults.into_iter().map(|fault| fault.reads_all(places)).collect();
        self
    }

    /// The same refusal: whatever has read this place has read these too, from which it follows where it is not said.
    pub fn reading_for(mut self, place: &str, places: &[&str]) -> Self {
        let followed = |fault: Fault| if fault.has_read(place) { fault.reads_all(places) } else { fault };
        self.0.faults = self.0.faults.into_iter().map(followed).collect();
        self
    }

    /// What became of a body whose form was at fault: its 422, whatever else may keep it from being done.
    pub fn first<T>(form: Option<Self>, result: Result<T>) -> Result<T> {
        match (form, result) {
            (None, result) => result,
            (Some(_), Err(error)) if error.code() == Code::ValidationFailed || error.code().status() >= 500 => {
                Err(error)
            }
            (Some(form), _) => Err(form),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(faults: Faults) -> Vec<String> {
        let told = faults.check().err().map(|error| error.faults().to_vec()).unwrap_or_default();
        told.iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
    }

    fn of_form(form: &[(&str, FaultCode)]) -> Faults {
        Faults::of_form(form.iter().map(|(pointer, code)| Fault::new(*pointer, *code)).collect())
    }

    #[test]
    fn faults_of_form_and_meaning_stand_in_one_order() {
        let mut faults = of_form(&[("/tags/10", FaultCode::TooLong), ("/b", FaultCode::UnknownMember)]);
        faults.add("/tags/9", FaultCode::Duplicate);
        faults.add("/a", FaultCode::ReferenceNotFound);
        faults.add("/a", FaultCode::ReferenceNotFound);
        faults.add("/a/b", FaultCode::Required);
        let expected = [
            "/a reference_not_found",
            "/a/b required",
            "/b unknown_member",
            "/tags/9 duplicate",
            "/tags/10 too_long",
        ];
        assert_eq!(told(faults), expected);
    }

    #[test]
    fn nothing_follows_from_what_is_at_fault() {
        let on = |pointer: &str| Fault::new(pointer, FaultCode::EndsBeforeStart);
        for (found, is_told) in [
            (on("/ends_on"), true),
            (on("/starts_on"), false),
            (on("/starts_on/deeper"), false),
            (on("/starts_on_time"), true),
            (on("/ends_on").reads("/starts_on"), false),
            (on("/ends_on").reads_beside(&["starts_on"]), false),
            (on("/ends_on").with("other", "starts_on"), false),
            (on("/terms/ends_on").with("other", "starts_on"), true),
            (on("/sum").reads("/list"), false),
            (on("/list"), true),
            (on("/list").reads("/list"), false),
            (on("/list/1"), true),
            (on("/list/1").reads("/list/0"), false),
            // What is unknown is read by nobody.
            (on("/a").reads("/foo"), true),
            (on("/foo"), false),
        ] {
            let form = [
                ("/starts_on", FaultCode::InvalidFormat),
                ("/list/0/name", FaultCode::TooLong),
                ("/foo", FaultCode::UnknownMember),
            ];
            let mut faults = of_form(&form);
            faults.push(found.clone());
            assert_eq!(told(faults).len() == 4, is_told, "{found:?}");
        }
    }

    #[test]
    fn a_conflict_is_told_when_there_is_no_fault() {
        let conflict = || Err::<(), _>(Error::new(Code::ClientArchived));
        let mut faults = Faults::new();
        assert!(faults.absorb(conflict()).unwrap().is_none() && faults.is_empty());
        assert_eq!(faults.check().unwrap_err().code(), Code::ClientArchived);
        let mut faults = Faults::new();
        assert!(faults.absorb(conflict()).unwrap().is_none());
        faults.add("/a", FaultCode::Required);
        assert_eq!(told(faults), ["/a required"]);
        let missing = Faults::new().absorb(Err::<(), _>(Error::not_found()));
        assert_eq!(missing.unwrap_err().code(), Code::NotFound);
    }

    #[test]
    fn a_body_at_fault_is_refused_whatever_else_keeps_it() {
        let form = || of_form(&[("/a", FaultCode::Required)]).refusal();
        let code = |result: Result<()>| result.unwrap_err().code();
        assert_eq!(code(Error::first(form(), Ok(()))), Code::ValidationFailed);
        assert_eq!(code(Error::first(form(), Err(Error::new(Code::ClientArchived)))), Code::ValidationFailed);
        assert_eq!(code(Error::first(form(), Err(Error::internal("broken")))), Code::InternalError);
        assert!(Error::first(None, Ok(())).is_ok());
    }

    #[test]
    fn not_more_are_told_than_can_be_read() {
        let mut faults = Faults::new();
        (0..150).for_each(|i| faults.add(format!("/{i}"), FaultCode::Duplicate));
        assert_eq!(told(faults).len(), super::super::MAX_FAULTS);
    }
}
