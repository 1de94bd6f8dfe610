//! The server itself: health, metrics, public keys.

pub mod api;
mod routes;
pub mod store;

use crate::platform::slice::Slice;

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[("slices::system::store", store::STATEMENTS)],
    tables: &[],
};
