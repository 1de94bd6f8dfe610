//! Engagements: the agreements with clients, their terms and who accepted what.

pub mod acts;
pub mod api;
mod mail;
pub mod model;
pub mod store;
