//! Engagements: the agreements with clients, their terms and who accepted what.

pub mod acts;
pub mod api;
mod areas;
mod events;
mod expand;
pub mod in_force;
mod mail;
mod milestones;
pub mod model;
mod routes;
pub mod store;

use crate::platform::slice::Slice;

pub use events::{EngagementEvent, MilestoneEvent, TermsEvent};
pub use expand::expand;
pub use milestones::milestones_of;

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[
        ("slices::engagements::store", store::STATEMENTS),
        ("slices::engagements::store::milestones", store::milestones::STATEMENTS),
        ("slices::engagements::store::terms", store::terms::STATEMENTS),
    ],
    tables: &[&store::ENGAGEMENTS],
};
