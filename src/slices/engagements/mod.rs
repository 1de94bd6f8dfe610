//! Engagements: the agreements with clients, their terms and who accepted what.

pub mod acts;
pub mod api;
pub mod in_force;
mod mail;
pub mod model;
pub mod store;
