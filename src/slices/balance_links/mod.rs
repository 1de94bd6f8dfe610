//! Links of hours left: secret addresses under which anybody reads how many hours an engagement has left, and nothing else.

pub mod api;
mod events;
mod forms;
pub mod model;
pub mod public;
mod routes;
pub mod store;

use crate::platform::slice::Slice;

pub use api::create;
pub use events::BalanceLinkEvent;

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[("slices::balance_links::store", store::STATEMENTS)],
    tables: &[&store::BALANCE_LINKS],
};
