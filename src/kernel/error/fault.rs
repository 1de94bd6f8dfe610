//! One fault of a request body: where it is and what is wrong with it.

use super::{Error, FaultCode, Place, Result, problem::fill};
use std::fmt;

/// A fault at one place of the body (RFC 6901 pointer).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub pointer: String,
    pub code: FaultCode,
    pub(super) params: Vec<Place>,
}

impl Fault {
    pub fn new(pointer: impl Into<String>, code: FaultCode) -> Self {
        Self { pointer: pointer.into(), code, params: Vec::new() }
    }

    /// Fills `{name}` in the catalogue's sentence.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        let value = value.to_string();
        self.params.push((name, value.clone(), value));
        self
    }

    /// The member of the body that it is at.
    fn member(&self) -> &str {
        self.pointer.split('/').nth(1).unwrap_or_default()
    }

    /// Where it is about two members that do not fit and only the other was sent, the same fault at that one.
    pub(super) fn told_at(mut self, is_sent: &impl Fn(&str) -> bool) -> Self {
        let here = self.member().to_owned();
        let other = self.params.iter_mut().find(|(name, other, _)| *name == "other" && is_sent(other));
        if let Some((_, english, german)) = other.filter(|_| !is_sent(&here)) {
            self.pointer = format!("/{english}");
            (*english, *german) = (here.clone(), here);
        }
        self
    }

    /// Fills `{name}` with words that differ by language: English, German.
    pub fn with_both(mut self, name: &'static str, english: impl Into<String>, german: impl Into<String>) -> Self {
        self.params.push((name, english.into(), german.into()));
        self
    }

    /// What is wrong and what is right instead, in German or English.
    pub fn detail(&self, german: bool) -> String {
        fill(self.code.detail(german), &self.params, german)
    }
}

/// Collects faults, so that a caller learns of all of them at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add(&mut self, pointer: impl Into<String>, code: FaultCode) {
        self.push(Fault::new(pointer, code));
    }

    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.0.extend(faults);
    }

    pub fn retain(&mut self, keep: impl FnMut(&Fault) -> bool) {
        self.0.retain(keep);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was made, or nothing when faults kept it from being made: then they count here. Any other refusal stands.
    pub fn absorb<T>(&mut self, made: Result<T>) -> Result<Option<T>> {
        match made {
            Err(error) if !error.faults().is_empty() => {
                self.0.extend_from_slice(error.faults());
                Ok(None)
            }
            made => made.map(Some),
        }
    }

    /// Nothing when no fault was found, else the 422 that lists them all.
    pub fn check(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid(self.0)) }
    }
}
