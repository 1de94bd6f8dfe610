//! The operations on the stream of events.

use crate::platform::auth::ScopeName::EventsRead;
use crate::slices::events::api as events;
use crate::web::{Routes, get, group, openapi::Tag};

/// What the operations are about.
pub const TAGS: &[Tag] = &[("events", "What happened, in order: for polling, automations and audit.")];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    group("events", [
            get("/v1/events", events::list_events).both(EventsRead).about("List events")
                .notes("Newest first; with `after` oldest first, and nothing is ever missed. Whoever starts to follow begins after the newest one (`limit=1`), or reads the lists first. A key with this scope is told of everything that its member sees, whole. What goes out of a client's sight is taken out of their past events as well, and one more event shows it with `deleted_at`."),
            get("/v1/events/{event_id}", events::get_event).both(EventsRead).about("Get an event"),
            get("/v1/event-types", events::list_event_types).both(EventsRead).about("List event types"),
        ])
}
