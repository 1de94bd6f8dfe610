//! Events: the append-only, ordered stream of what happened in a workspace, with before and after, written in the
//! transaction of the change itself. It feeds polling, automations and the audit. Here it is written; the slice `events`
//! reads it, and each slice names its own types.

mod catalogue;
mod model;
pub mod store;

pub use catalogue::{Event, EventType};
pub(crate) use catalogue::{events, raising};
pub use model::{Recorded, StoredActor, changes};
pub use store::{record, recorded};
