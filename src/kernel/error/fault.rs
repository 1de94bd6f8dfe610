//! One fault of a request body: where it is and what is wrong with it.

use super::{FaultCode, Place, problem::fill};
use std::fmt;

/// How many faults are told at once.
pub const MAX_FAULTS: usize = 100;

/// A fault at one place of the body (RFC 6901 pointer).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub pointer: String,
    pub code: FaultCode,
    /// The other places that the rule has read to find it.
    reads: Vec<String>,
    pub(super) params: Vec<Place>,
}

impl Fault {
    pub fn new(pointer: impl Into<String>, code: FaultCode) -> Self {
        Self { pointer: pointer.into(), code, reads: Vec::new(), params: Vec::new() }
    }

    /// Says that the rule has read this place too. Where it is at fault itself, nothing follows from what it says.
    pub fn reads(mut self, pointer: impl Into<String>) -> Self {
        self.reads.push(pointer.into());
        self
    }

    /// As [`Fault::reads`], of members beside its own.
    pub fn reads_beside(mut self, members: &[&str]) -> Self {
        let reads: Vec<_> = members.iter().map(|member| self.beside(member)).collect();
        self.reads.extend(reads);
        self
    }

    /// As [`Fault::reads`], of several places.
    pub fn reads_all(mut self, places: &[&str]) -> Self {
        self.reads.extend(places.iter().map(|place| (*place).to_owned()));
        self
    }

    /// Whether the rule says that it has read this place.
    pub fn has_read(&self, place: &str) -> bool {
        self.reads.iter().any(|read| read == place)
    }

    /// Where a member beside its own is.
    fn beside(&self, member: &str) -> String {
        let parent = self.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        format!("{parent}/{member}")
    }

    /// Whether it may only follow from another fault of form: it is there or below, or the rule has read what is at fault.
    pub fn follows_from(&self, form: &Self) -> bool {
        let told = is_within(&self.pointer, &form.pointer);
        // Of what a body cannot have, and of what it cannot change, no rule reads what was sent.
        if matches!(form.code, FaultCode::UnknownMember | FaultCode::Immutable) {
            return told;
        }
        let other = self.params.iter().find(|(name, ..)| *name == "other").map(|(_, other, _)| self.beside(other));
        let mut read = self.reads.iter().chain(&other);
        told || read.any(|place| is_within(place, &form.pointer) || is_within(&form.pointer, place))
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

/// Whether a place is this one or lies in it.
fn is_within(place: &str, container: &str) -> bool {
    place.strip_prefix(container).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A step of a pointer: the items of a list stand in their order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Step<'a> {
    Item(u64),
    Member(&'a str),
}

/// The order in which faults are told: by the steps of their pointers.
fn steps(pointer: &str) -> Vec<Step<'_>> {
    let item = |step: &str| step.bytes().all(|byte| byte.is_ascii_digit()).then(|| step.parse().ok()).flatten();
    pointer.split('/').map(|step| item(step).map_or(Step::Member(step), Step::Item)).collect()
}

/// Faults as they are told: in the order of their pointers, each place and code once, not too many.
pub(super) fn in_order(mut faults: Vec<Fault>) -> Vec<Fault> {
    if faults.len() > 1 {
        faults.sort_by(|a, b| {
            let key = |fault: &Fault| fault.code.as_str();
            (steps(&a.pointer), &a.pointer, key(a)).cmp(&(steps(&b.pointer), &b.pointer, key(b)))
        });
        faults.dedup_by(|later, first| (&later.pointer, later.code) == (&first.pointer, first.code));
        faults.truncate(MAX_FAULTS);
    }
    faults
}
