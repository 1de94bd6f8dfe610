//! The nouns of the business, a folder each. The order counts: a slice knows only those before it.

pub mod clients;

pub mod accounts;

pub mod engagements;

pub mod tasks;

pub mod time_entries;

pub mod shares;

pub mod events;

pub mod mails;

pub mod system;

pub mod docs;

pub mod routes;

use self::accounts::{invitations, members};
use crate::db::Registry;

/// What the slices register with those below them.
pub const REGISTRY: &Registry = &Registry {
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
    reactions: &[tasks::store::REACTIONS, time_entries::REACTIONS],
};
