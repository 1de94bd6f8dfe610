//! The people at a client.

pub mod api;
pub mod model;
pub mod store;
