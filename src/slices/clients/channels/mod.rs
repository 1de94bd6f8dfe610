//! The ways to reach a client.

pub mod api;
pub mod model;
pub mod store;
