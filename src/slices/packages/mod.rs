//! Packages: how many hours an engagement has, and where they went. Its periods, its account line by line, what an entry
//! took, adjustments, blocks and extensions.

mod account;
pub mod acts;
mod alert_mail;
pub mod alerts;
pub mod api;
mod balance;
mod blocks;
mod closing_days;
mod closings;
mod consent;
mod events;
mod extensions;
mod mail;
pub mod model;
mod plan_comparison;
mod preview;
mod routes;
mod settlement;
pub mod store;
mod top_ups;
pub mod upgrade;

use crate::platform::slice::Slice;

pub use account::{AccountedPeriod, PackageAccount, Since};
pub use alert_mail::ALERT_MAIL;
pub use balance::balance_of;
pub use events::{AdjustmentEvent, AlertEvent, BlockEvent, ExtensionEvent, FOLLOWING, PeriodEvent};

pub use settlement::REACTIONS;

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[
        ("slices::packages::store", store::STATEMENTS),
        ("slices::packages::store::checkpoints", store::checkpoints::STATEMENTS),
        ("slices::packages::store::closings", store::closings::STATEMENTS),
    ],
    tables: &[&store::ADJUSTMENTS, &store::ALERTS, &store::BLOCKS, &store::EXTENSIONS],
};
