//! What keeps a record from being changed.

use super::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Whether the record can be changed, and what keeps it from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Lock {
    /// Whether writes are refused.
    #[schema(examples(false))]
    pub locked: bool,
    /// Why: `accepted` by the client, `archived`, `approved`, `period_closed` or `policy`; new reasons may be added. Null
    /// when it is not locked.
    #[schema(examples(json!(null)))]
    pub reason: Option<String>,
    /// Since when. Null when it is not locked.
    pub locked_at: Option<Timestamp>,
}

impl Lock {
    /// Nothing keeps it.
    pub fn open() -> Self {
        Self { locked: false, reason: None, locked_at: None }
    }
}
