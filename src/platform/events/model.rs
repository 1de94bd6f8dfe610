//! What an event says.

use crate::db::{Arg, Keyed};
use crate::kernel::{ApiKeyId, ClientId, EventId, JsonText, MemberId, Timestamp};
use crate::web::{Listing, OneOf, Projected, Resource, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// A row whose changes become events.
pub trait Recorded {
    /// The kind of resource, such as `client`.
    const RESOURCE: &'static str;
    fn id(&self) -> Uuid;
    fn version(&self) -> i64;
    /// The client whose row it is, if it is somebody's.
    fn client(&self) -> Option<ClientId>;
    /// The object as GET gives it to an assistant, as of its change. `now` is what the clock says: `updated_at` may run
    /// ahead of it, and what has passed or expired is told by the earlier of the two.
    fn shown(&self, now: Timestamp) -> Value;
    /// The object as GET gives it to the client; `None` when it is not hers to see.
    fn shown_to_client(&self, now: Timestamp) -> Option<Value>;
    /// What is compared to tell what changed, where that is not the object itself.
    fn compared(&self) -> Option<Value> {
        None
    }
}

impl<R: Recorded> Projected for R {
    fn version(&self) -> i64 {
        Recorded::version(self)
    }
    fn shown_to_client(&self, now: Timestamp) -> Option<Value> {
        Recorded::shown_to_client(self, now)
    }
}

/// A type of event and what it tells.
pub struct EventType {
    pub name: &'static str,
    pub about: &'static str,
    of: &'static [&'static str],
}

impl EventType {
    /// The kind of resource it happens to: what stands before the dot, where nothing else is said.
    pub fn resource(&self) -> &'static str {
        self.of.first().copied().or(self.name.split('.').next()).unwrap_or_default()
    }
}

macro_rules! event_types {
    ($($name:literal $(of $resource:literal)? $about:literal;)+) => {
        /// Every type of event; append-only.
        pub const EVENT_TYPES: &[EventType] = &[$(EventType { name: $name, about: $about, of: &[$($resource)?] }),+];
    };
}

event_types! {
    "workspace.created" "A workspace was registered.";
    "workspace.updated" "The workspace's settings changed.";
    "workspace.deleted" "The workspace was deleted.";
    "member.joined" "Somebody became a member.";
    "member.updated" "A member's settings changed, or ownership was handed over.";
    "member.removed" "A member left or was removed.";
    "invitation.created" "Somebody was invited.";
    "invitation.accepted" "An invitation was accepted.";
    "invitation.revoked" "An invitation was revoked.";
    "api_key.created" "An API key was made.";
    "api_key.revoked" "An API key was revoked.";
    "client.created" "A client was added.";
    "client.updated" "A client's data changed.";
    "client.archived" "A client was archived: no new work.";
    "client.unarchived" "A client was brought back from the archive.";
    "client.deleted" "A client was deleted, with her contacts and channels.";
    "contact.created" "A contact was added to a client.";
    "contact.updated" "A contact's data changed.";
    "contact.deleted" "A contact was deleted.";
    "channel.created" "A channel was added to a client.";
    "channel.updated" "A channel's data changed.";
    "channel.deleted" "A channel was deleted.";
    "time_entry.created" "Work was noted.";
    "time_entry.updated" "A time entry's data changed.";
    "time_entry.deleted" "A time entry was deleted.";
    "time_entry.moved" "A time entry went to another client; told for the one whom it left: to her it is gone.";
    "time_entry.started" "A timer was started.";
    "time_entry.stopped" "A timer was stopped.";
    "time_entry.paused" "A timer was paused.";
    "time_entry.resumed" "A timer went on after a pause.";
    "time_entry.split" "A time entry was split; its later part is a new one.";
    "time_entries.reaccounted" of "engagement" "Entries that nobody touched are billed anew, because another one of their pool changed or new terms were applied: `data` holds their `ids` and the first and last date of their work (`from`, `to`), `changes.entries` what changed of each.";
    "timer.long_running" of "time_entry" "A timer has run for more than 8 hours and was marked for review.";
    "engagement.created" "An engagement was drafted.";
    "engagement.updated" "An engagement's data changed, or what it shows of its terms.";
    "engagement.proposed" "An engagement was proposed to the client.";
    "engagement.withdrawn" "A proposal was taken back and is a draft again.";
    "engagement.accepted" "An engagement was accepted and is active.";
    "engagement.declined" "A proposed engagement was declined.";
    "engagement.paused" "An engagement was paused.";
    "engagement.resumed" "A paused engagement goes on.";
    "engagement.ended" "An engagement ended.";
    "engagement.archived" "An engagement was archived.";
    "engagement.deleted" "An engagement was deleted, with its terms.";
    "terms.proposed" "New terms were proposed for an engagement.";
    "terms.withdrawn" "Proposed terms were taken back.";
    "terms.accepted" "New terms were accepted: they count from their day on.";
    "terms.declined" "Proposed terms were declined.";
    "terms.effective" "Accepted terms came into force: from now on their engagement shows them.";
    "share_link.created" "A share link was added.";
    "share_link.updated" "A share link's data, end or password changed.";
    "share_link.extended" "A share link's end was put off; other data may have changed with it.";
    "share_link.revoked" "A share link was taken back, for good.";
    "share_link.expired" "A share link's end has passed.";
    "share_link.deleted" "A share link was deleted.";
    "task.created" "A task was planned, or requested by a client.";
    "task.updated" "A task's data changed.";
    "task.accepted" "A requested task was accepted.";
    "task.declined" "A requested task was declined.";
    "task.started" "Work on a task began.";
    "task.waiting" "A task waits for the client.";
    "task.answered" "A task waits for the client no longer.";
    "task.submitted" "A task was submitted for review.";
    "task.approved" "A task in review was approved and is done.";
    "task.returned" "A task in review was sent back into work.";
    "task.completed" "A task was done without review.";
    "task.cancelled" "A task was cancelled.";
    "task.reopened" "A task that was done was reopened.";
    "task.deleted" "A task was deleted, with its comments.";
    "comment.created" "Somebody commented on a task.";
    "comment.updated" "A comment was reworded.";
    "comment.deleted" "A comment was deleted.";
}

/// Who did it, as it is stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct StoredActor {
    pub member_id: Option<MemberId>,
    pub name: String,
    pub api_key_id: Option<ApiKeyId>,
}

/// Who did it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventActor {
    /// The member; null for the server itself.
    pub member_id: Option<MemberId>,
    /// The member's name at that time.
    #[schema(examples("Jana Vogt"))]
    pub name: String,
    /// What only assistants see.
    #[serde(flatten)]
    pub internal: Option<EventActorInternal>,
}

/// What only assistants see of who did it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventActorInternal {
    /// The API key through which the member acted.
    pub api_key_id: Option<ApiKeyId>,
}

impl StoredActor {
    fn view(self, for_client: bool) -> EventActor {
        EventActor {
            member_id: self.member_id,
            name: self.name,
            internal: (!for_client).then_some(EventActorInternal { api_key_id: self.api_key_id }),
        }
    }
}

/// What it happened to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EventResource {
    /// The kind of resource.
    #[schema(examples("client"))]
    pub r#type: String,
    /// The resource's id.
    pub id: Uuid,
    /// The resource's version after it.
    #[schema(minimum = 0, examples(2))]
    pub version: i64,
}

/// Something that happened: an entry of the workspace's append-only, ordered stream.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventRecord {
    /// The event's id; pass the last one as `after` to get what came later.
    pub id: EventId,
    /// Grows from event to event within a workspace, with gaps.
    #[schema(minimum = 0, examples(120001))]
    pub seq: i64,
    /// What happened: `<resource>.<past participle>`; new types may be added. See `GET /v1/event-types`.
    #[schema(examples("client.updated"))]
    pub r#type: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Who did it.
    pub actor: EventActor,
    /// The id of the request that did it.
    #[schema(examples("01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"))]
    pub request_id: String,
    /// The client whom it concerns, if any.
    pub client_id: Option<ClientId>,
    /// What it happened to.
    pub resource: EventResource,
    /// The object after it, as GET gives it to you. Of `time_entries.reaccounted` instead the `ids` of the entries, and
    /// the first and last date of their work (`from`, `to`, both inclusive).
    #[schema(value_type = Object)]
    pub data: Value,
    /// What only assistants see.
    #[serde(flatten)]
    pub internal: Option<EventInternal>,
}

/// What only assistants see of an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventInternal {
    /// The members that changed, each with its value `before` and `after`; empty for a creation.
    #[schema(value_type = Object)]
    pub changes: Value,
}

/// A row of the stream.
#[derive(Debug, sqlx::FromRow)]
pub struct EventRow {
    pub id: EventId,
    pub seq: i64,
    pub r#type: String,
    pub occurred_at: Timestamp,
    pub actor: JsonText<StoredActor>,
    pub request_id: String,
    pub client_id: Option<ClientId>,
    pub resource_type: String,
    pub resource_id: Uuid,
    pub resource_version: i64,
    pub data: JsonText<Value>,
    pub client_data: Option<JsonText<Value>>,
    pub changes: Option<JsonText<Value>>,
}

impl EventRow {
    /// The event as this caller sees it.
    pub fn view(self, for_client: bool) -> EventRecord {
        let data = if for_client { self.client_data.map_or(Value::Null, |data| data.0) } else { self.data.0 };
        let changes = self.changes.map_or_else(|| json!({}), |changes| changes.0);
        EventRecord {
            id: self.id,
            seq: self.seq,
            r#type: self.r#type,
            occurred_at: self.occurred_at,
            actor: self.actor.0.view(for_client),
            request_id: self.request_id,
            client_id: self.client_id,
            resource: EventResource {
                r#type: self.resource_type,
                id: self.resource_id,
                version: self.resource_version,
            },
            data,
            internal: (!for_client).then_some(EventInternal { changes }),
        }
    }
}

impl Keyed for EventRow {
    fn key(&self, _: &'static str) -> Arg {
        self.seq.into()
    }
    fn id(&self) -> Uuid {
        self.id.0
    }
}

impl Resource for EventRecord {
    fn version(&self) -> i64 {
        1
    }
}

params! {
    /// Which events to list.
    pub struct EventFilter {
        /// Only what came after this event, oldest first: the way to follow the stream without missing anything.
        after: EventId,
        /// Only these types.
        r#type: OneOf<EventTypeName>,
        /// Only what concerns this client.
        client_id: ClientId,
        /// Only what happened to this resource.
        resource_id: ResourceId,
    }
}

impl Listing for EventFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[("seq", "seq")];
    const ID: &'static str = "id";
}

/// The name of an event type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTypeName(pub &'static str);

impl std::str::FromStr for EventTypeName {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        EVENT_TYPES.iter().find(|known| known.name == text).map(|known| Self(known.name)).ok_or(())
    }
}

impl utoipa::PartialSchema for EventTypeName {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some("The name of an event type; new ones may be added."))
            .enum_values(Some(EVENT_TYPES.iter().map(|known| known.name)))
            .into()
    }
}

impl ToSchema for EventTypeName {
    fn name() -> std::borrow::Cow<'static, str> {
        "EventTypeName".into()
    }
}

/// The id of any resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = Uuid)]
pub struct ResourceId(pub Uuid);

impl std::str::FromStr for ResourceId {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        text.parse::<EventId>().map(|id| Self(id.0))
    }
}

/// A type of event, for building triggers on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventTypeInfo {
    /// The type's name.
    #[schema(examples("client.created"))]
    pub name: String,
    /// What it tells.
    #[schema(examples("A client was added."))]
    pub title: String,
    /// The kind of resource it happens to.
    #[schema(examples("client"))]
    pub resource: String,
}

/// The members that differ between two states, without those that always do.
pub fn changes(before: &Value, after: &Value) -> Value {
    let empty = Map::new();
    let (old, new) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let differs = new.iter().filter(|(name, value)| {
        !matches!(name.as_str(), "version" | "updated_at" | "allowed_actions") && old.get(*name) != Some(value)
    });
    let entry = |(name, value): (&String, &Value)| {
        (name.clone(), json!({"before": old.get(name).cloned().unwrap_or_default(), "after": value}))
    };
    Value::Object(differs.map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_hold_before_and_after_of_what_differs() {
        let before = json!({"name": "A", "note": null, "version": 1});
        let after = json!({"name": "B", "note": null, "version": 2});
        assert_eq!(changes(&before, &after), json!({"name": {"before": "A", "after": "B"}}));
    }
}
