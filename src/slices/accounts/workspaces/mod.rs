//! Workspaces: one assistant's business or a small team's, its settings, and who made it.

pub mod api;
mod found;
pub mod model;
pub mod store;

pub use found::found;
