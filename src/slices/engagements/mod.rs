//! Engagements: the agreements with clients, their terms and who accepted what.

pub mod acts;
pub mod api;
mod events;
mod expand;
pub mod in_force;
mod mail;
pub mod model;
mod routes;
pub mod store;

pub use events::{EngagementEvent, TermsEvent};
pub use expand::expand;
pub use routes::{TAGS, routes};
