//! {{Plurals}} of a client.

pub mod api;
mod events;
pub mod model;
mod routes;
pub mod store;

use crate::platform::slice::Slice;

pub use events::{{Single}}Event;

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[("slices::{{plural}}::store", store::STATEMENTS)],
    tables: &[&store::{{PLURAL}}],
};
