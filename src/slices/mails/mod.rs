//! What was mailed for a workspace, as its owner sees it.

pub mod api;
mod routes;

pub use routes::{TAGS, routes};
