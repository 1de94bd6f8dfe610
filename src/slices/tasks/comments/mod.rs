//! What is said about a task, by assistants and by the client.

pub mod api;
pub mod model;
pub mod store;
