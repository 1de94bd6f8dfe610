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

use crate::platform::slice::Slice;

pub use events::ShareLinkEvent;

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[("slices::shares::store", store::STATEMENTS)],
    tables: &[],
};
