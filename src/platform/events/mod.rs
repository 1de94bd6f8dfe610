//! Events: the append-only, ordered stream of what happened in a workspace, with before and after, written in the
//! transaction of the change itself. It feeds polling, automations and the audit.

pub mod api;
mod model;
pub mod store;

pub use model::{EVENT_TYPES, EventRecord, EventType, Recorded};
pub use store::record;
