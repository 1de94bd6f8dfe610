//! The businesses that a workspace works for, with the people there and the ways to reach them.

pub mod acts;
pub mod api;
pub mod channel_kinds;
pub mod channels;
pub mod contacts;
mod events;
mod expand;
pub mod model;
mod routes;
pub mod store;

pub use events::ClientEvent;
pub use expand::expand;
pub use routes::{TAGS, routes};
