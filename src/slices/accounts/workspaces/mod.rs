//! Workspaces: one assistant's business or a small team's, its settings, and who made it.

pub mod api;
mod events;
mod found;
pub mod model;
pub mod store;

use crate::kernel::TimeZone;

pub use events::WorkspaceEvent;
pub use found::found;

/// The days of a workspace begin and end in another zone from now on.
pub struct ZoneChange(pub TimeZone);
