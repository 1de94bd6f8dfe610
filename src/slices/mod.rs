//! The nouns of the business, a folder each. The order counts: a slice knows only those before it.

pub mod clients;

pub mod accounts;

pub mod engagements;

pub mod tasks;

pub mod time_entries;

pub mod packages;

pub mod balance_links;

pub mod shares;

pub mod events;

pub mod mails;

pub mod system;

pub mod docs;

pub mod routes;

use self::accounts::{invitations, members};
use self::{engagements::in_force, shares::expiry, time_entries::long_running, time_entries::store::upgrade};
use crate::db::Registry;
use crate::platform::app::Slices;
use crate::platform::slice::Slice;

/// Every slice, in the order of the document.
pub const ALL: &[&Slice] = &[
    &accounts::SLICE,
    &clients::SLICE,
    &engagements::SLICE,
    &tasks::SLICE,
    &time_entries::SLICE,
    &packages::SLICE,
    &balance_links::SLICE,
    &shares::SLICE,
    &mails::SLICE,
    &events::SLICE,
    &system::SLICE,
    &docs::SLICE,
];

/// What the slices register with those below them.
pub const REGISTRY: &Slices = &Slices {
    acts: ACTS,
    jobs: &[
        &long_running::LONG_RUNNING_TIMER,
        &expiry::SHARE_LINK_END,
        &in_force::TERMS_EFFECTIVE,
        &packages::ALERT_MAIL,
    ],
    due: &[&in_force::TERMS_EFFECTIVE],
    upgrades: &[
        &upgrade::ALLOCATIONS,
        &upgrade::EVENTS_OF_ENTRIES,
        &engagements::store::upgrade::PAUSES,
        &packages::upgrade::CHECKPOINTS,
        &packages::upgrade::CLOSING_DAYS,
    ],
};

const ACTS: &Registry = &Registry {
    holders: &[
        members::store::HOLDS_CLIENT,
        engagements::store::HOLDS_CLIENT,
        tasks::store::HOLDS_CLIENT,
        tasks::store::HOLDS_CURRENCY,
        time_entries::store::blocking::HOLDS_CLIENT,
        shares::store::HOLDS_CLIENT,
        invitations::store::HOLDS_CLIENT,
        tasks::store::HOLDS_ENGAGEMENT,
        shares::store::HOLDS_ENGAGEMENT,
        time_entries::store::blocking::HOLDS_ENGAGEMENT,
        shares::store::HOLDS_TASK,
        time_entries::store::blocking::HOLDS_TASK,
    ],
    reactions: &[tasks::store::REACTIONS, time_entries::REACTIONS, packages::REACTIONS],
};
