//! What is said about a task, by assistants and by the client.

pub mod api;
mod events;
pub mod model;
pub mod store;

pub use events::CommentEvent;
