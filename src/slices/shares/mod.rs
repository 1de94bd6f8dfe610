//! Share links: files that are handed over by an address, hosted here or elsewhere.
//! Which provider a link belongs to, how it is normalised, what to warn of and when it ends are rules of their own.

pub mod acts;
pub mod api;
mod events;
pub mod expiry;
pub mod model;
mod provider_table;
pub mod providers;
mod routes;
mod secrets;
pub mod store;
pub mod url;
pub mod warnings;

pub use events::ShareLinkEvent;
pub use routes::{TAGS, routes};
