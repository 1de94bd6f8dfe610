//! Tasks: single pieces of work for a client, from request to done, and what is said about them.

pub mod acts;
pub mod api;
pub mod comments;
mod events;
mod expand;
pub mod model;
mod routes;
pub mod store;

pub use events::TaskEvent;
pub use expand::expand;
pub use routes::{TAGS, routes};
