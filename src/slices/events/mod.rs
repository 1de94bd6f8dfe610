//! The stream of events as it is read, with the catalogue of their types.

pub mod api;
mod model;
mod routes;
pub mod store;

use crate::platform::events::EventType;
use crate::platform::slice::Slice;
use crate::slices::accounts::{
    api_keys::ApiKeyEvent, invitations::InvitationEvent, members::MemberEvent, workspaces::WorkspaceEvent,
};
use crate::slices::balance_links::BalanceLinkEvent;
use crate::slices::clients::{ClientEvent, channels::ChannelEvent, contacts::ContactEvent};
use crate::slices::engagements::{EngagementEvent, MilestoneEvent, TermsEvent};
use crate::slices::packages::{AdjustmentEvent, AlertEvent, BlockEvent, ExtensionEvent, PeriodEvent};
use crate::slices::shares::ShareLinkEvent;
use crate::slices::tasks::{TaskEvent, comments::CommentEvent};
use crate::slices::time_entries::TimeEntryEvent;

pub use model::EventRecord;

/// The types of events of every slice.
pub const CATALOGUE: &[&[EventType]] = &[
    WorkspaceEvent::TYPES,
    MemberEvent::TYPES,
    InvitationEvent::TYPES,
    ApiKeyEvent::TYPES,
    ClientEvent::TYPES,
    ContactEvent::TYPES,
    ChannelEvent::TYPES,
    TimeEntryEvent::TYPES,
    EngagementEvent::TYPES,
    TermsEvent::TYPES,
    MilestoneEvent::TYPES,
    ShareLinkEvent::TYPES,
    TaskEvent::TYPES,
    CommentEvent::TYPES,
    AdjustmentEvent::TYPES,
    AlertEvent::TYPES,
    PeriodEvent::TYPES,
    BlockEvent::TYPES,
    BalanceLinkEvent::TYPES,
    ExtensionEvent::TYPES,
];

/// Every type of event.
pub fn types() -> impl Iterator<Item = &'static EventType> {
    CATALOGUE.iter().copied().flatten()
}

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[("slices::events::store", store::STATEMENTS)],
    tables: &[],
};
