//! What a problem says to programs beside its code: members of one shape each, there when they help.

use super::Error;
use crate::kernel::{Date, LockReason, Timestamp};
use serde::Serialize;
use std::fmt::Display;
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! details {
    ($($(#[doc = $doc:literal])+ $(#[schema($($rule:tt)+)])? $name:ident: $type:ty;)+) => {
        /// Members of a problem that are there when they help.
        #[derive(Clone, Debug, Default, Serialize, ToSchema)]
        pub struct Details {$(
            $(#[doc = $doc])+
            #[serde(skip_serializing_if = "Option::is_none")]
            $(#[schema($($rule)+)])?
            pub $name: Option<$type>,
        )+}

        impl Details {
            /// Adds what another refusal says, where this one says nothing.
            pub(super) fn merge(&mut self, other: Self) {$(
                self.$name = self.$name.take().or(other.$name);
            )+}
        }

        impl Error {$(
            $(#[doc = $doc])+
            pub fn $name(mut self, value: impl Into<$type>) -> Self {
                self.details_mut().$name = Some(value.into());
                self
            }
        )+}
    };
}

details! {
    /// What may be done now instead, for a 409: the words of `allowed_actions`.
    #[schema(value_type = Option<Vec<String>>)]
    allowed_actions: Words;
    /// What depends on it, and so keeps it from being deleted or changed.
    blocked_by: Vec<Blocker>;
    /// What it collides with, at most 100 of them.
    conflicts: Vec<ProblemReference>;
    /// How many there are, where `conflicts` may not name all of them.
    #[schema(minimum = 0, examples(3))]
    count: i64;
    /// The timer that runs or is paused.
    current: ProblemReference;
    /// The version that stands now, for a 412.
    #[schema(minimum = 1, examples(4))]
    current_version: i64;
    /// The earliest day on which the engagement can end with the agreed notice.
    earliest_on: Date;
    /// Where the engagement stands.
    #[schema(examples("ended"))]
    engagement_status: String;
    /// The time entry that keeps its task back.
    entry: ProblemReference;
    /// The members that are fixed now.
    #[schema(value_type = Option<Vec<String>>)]
    fixed: Words;
    /// The last day on which work can still be noted.
    last_open_on: Date;
    /// Why the entry is locked.
    lock_reason: LockReason;
    /// The parameter, of the query or the path, that is not valid.
    #[schema(examples("updated_since"))]
    parameter: String;
    /// What became of the invitation or link.
    #[schema(examples("revoked"))]
    reason: String;
}

impl Details {
    /// The sentence that leads to what may be done instead, where there is anything.
    pub(super) fn pointer_to_acts(&self, german: bool) -> &'static str {
        match self.allowed_actions.as_ref().is_none_or(|words| words.0.is_empty()) {
            true => "",
            false if german => " Was jetzt möglich ist, steht in allowed_actions.",
            false => " What is possible now stands in allowed_actions.",
        }
    }
}

/// Words for programs.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Words(Vec<String>);

impl<T: Display> From<&[T]> for Words {
    fn from(words: &[T]) -> Self {
        Self(words.iter().map(T::to_string).collect())
    }
}

impl<T: Display> From<Vec<T>> for Words {
    fn from(words: Vec<T>) -> Self {
        words.as_slice().into()
    }
}

/// Rows that stand in the way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Blocker {
    /// What they are called in addresses.
    #[schema(value_type = String, examples("time_entries"))]
    pub r#type: &'static str,
    /// How many of them.
    #[schema(minimum = 1, examples(3))]
    pub count: i64,
}

/// A record that a refusal names. Members beside `type` and `id` are there where they help to tell which it is.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct ProblemReference {
    /// The kind of resource, as in events.
    #[schema(value_type = String, examples("time_entry"))]
    pub r#type: &'static str,
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("running"))]
    pub status: Option<String>,
    /// The day of its work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_date: Option<Date>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended; absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

impl ProblemReference {
    /// So many are named.
    pub const MOST: usize = 100;

    /// The record of this kind and id.
    pub fn new(r#type: &'static str, id: impl Into<Uuid>) -> Self {
        Self { r#type, id: id.into(), ..Self::default() }
    }
}
