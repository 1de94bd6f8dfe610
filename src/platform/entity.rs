//! What a row of the business is to events, entity tags and answers.

use super::{events::Event, viewer::Viewer};
use crate::kernel::{ClientId, Timestamp};
use crate::web::Resource;
use serde_json::Value;
use std::ops::Deref;
use uuid::Uuid;

/// A thing of the business that has an address of its own, as its row is read.
pub trait Entity: Clone {
    /// The kind of thing, such as `client`.
    const RESOURCE: &'static str;
    /// The types of events that happen to it.
    type Event: Event;
    /// What is shown of it.
    type View: Resource;

    fn identity(&self) -> Identity;

    /// The thing as this viewer sees it.
    fn view(self, viewer: &Viewer) -> Self::View;

    /// Whether its client sees it, or learns from this very change that they see it no more.
    fn is_shown_to_client(&self) -> bool;

    /// The thing as events show it: as of its change, which a clock that was set back may run behind.
    fn in_event(&self, is_client: bool, now: Timestamp) -> Value {
        let viewer = Viewer::of_events(is_client, now.min(self.identity().updated_at));
        shown(self.clone().view(&viewer))
    }
}

/// The thing as JSON.
pub fn shown(view: impl serde::Serialize) -> Value {
    serde_json::to_value(view).unwrap_or_default()
}

/// Which thing a row is, and which state of it.
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    pub id: Uuid,
    pub version: i64,
    pub updated_at: Timestamp,
    /// The client that it belongs to, if it belongs to one.
    pub client: Option<ClientId>,
}

/// A change that is done: its event is recorded, or it changed nothing. What the kit is given back proves it.
#[must_use]
#[derive(Debug)]
pub struct Done<E>(E);

impl<E> Done<E> {
    /// Nothing was to be changed.
    pub fn unchanged(row: E) -> Self {
        Self(row)
    }

    /// Told by an event: only [`crate::platform::events`] says so.
    pub(super) fn recorded(row: E) -> Self {
        Self(row)
    }

    /// The row as it stands.
    pub fn into_row(self) -> E {
        self.0
    }

    /// The same change seen with more of its row.
    pub fn map<F>(self, wider: impl FnOnce(E) -> F) -> Done<F> {
        Done(wider(self.0))
    }
}

impl<E> Deref for Done<E> {
    type Target = E;
    fn deref(&self) -> &E {
        &self.0
    }
}
