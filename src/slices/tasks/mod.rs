//! Tasks: single pieces of work for a client, from request to done, and what is said about them.

pub mod acts;
pub mod api;
pub mod comments;
pub mod model;
pub mod store;
