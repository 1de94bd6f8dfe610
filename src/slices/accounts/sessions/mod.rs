//! Sessions: a person's log-ins, the refresh tokens that keep them alive, and the tokens that they give.

pub mod api;
pub mod model;
pub mod store;
mod tokens;

pub use tokens::{Refreshed, open, refresh};
