//! What keeps a record from being changed.

use super::{Timestamp, open_choice};
use serde::Serialize;
use utoipa::ToSchema;

open_choice! {
    /// Why a record can no longer be changed.
    pub enum LockReason {
        /// The client has agreed to it.
        Accepted = "accepted",
        /// It, or what it belongs to, was put away.
        Archived = "archived",
        /// The client has approved it.
        Approved = "approved",
        /// The accounting period it belongs to is closed.
        PeriodClosed = "period_closed",
        /// A rule of the workspace or of the terms forbids it, for example an age limit.
        Policy = "policy",
    }
}

/// Whether the record can be changed, and what keeps it from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RecordLock)]
pub struct Lock {
    /// Whether writes are refused.
    #[schema(examples(false))]
    pub locked: bool,
    /// Why. Null when it is not locked.
    pub reason: Option<LockReason>,
    /// Since when. Null when it is not locked.
    pub locked_at: Option<Timestamp>,
}

impl Lock {
    /// Nothing keeps it.
    pub fn open() -> Self {
        Self { locked: false, reason: None, locked_at: None }
    }
}
