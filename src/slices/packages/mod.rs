//! Packages: how many hours an engagement has, and where they went. Its periods, its account line by line, what an entry
//! took, and adjustments.

mod account;
pub mod api;
mod events;
pub mod model;
mod routes;
pub mod store;

use crate::platform::slice::Slice;

pub use account::{AccountedPeriod, PackageAccount};
pub use events::AdjustmentEvent;

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[("slices::packages::store", store::STATEMENTS)],
    tables: &[&store::ADJUSTMENTS],
};
