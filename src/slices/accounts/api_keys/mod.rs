//! API keys: what automations call with. Each belongs to a member and can do no more than they can.

pub mod api;
mod events;
pub mod model;
pub mod store;

pub use events::ApiKeyEvent;
