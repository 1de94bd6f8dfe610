//! The server itself: health, metrics, public keys.

pub mod api;
mod routes;

pub use routes::{TAGS, routes};
