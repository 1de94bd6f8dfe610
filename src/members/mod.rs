//! Members: a user's place in a workspace, as its owner, as an assistant, or as a client's contact.

pub mod api;
mod everywhere;
pub mod model;
pub mod store;

pub use everywhere::{announce, hold};
