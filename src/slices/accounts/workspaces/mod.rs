//! Workspaces: one assistant's business or a small team's, its settings, and who made it.

pub mod api;
mod events;
mod found;
pub mod model;
pub mod store;

pub use events::WorkspaceEvent;
pub use found::found;
