//! The ways to reach a client.

pub mod api;
mod events;
pub mod model;
pub mod store;

pub use events::ChannelEvent;
