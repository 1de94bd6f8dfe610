//! What an event says, to whom, and which are listed.

use super::types;
use crate::kernel::{ApiKeyId, ClientId, Columns, EventId, JsonText, MemberId, Timestamp};
use crate::platform::events::{EventType, StoredActor};
use crate::slices::time_entries::ReaccountedEntries;
use crate::web::{Listing, OneOf, Resource, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use utoipa::openapi::{
    Object, ObjectBuilder, RefOr, Schema, Type,
    extensions::Extensions,
    schema::{AdditionalProperties, SchemaType},
};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

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

impl EventActor {
    fn of(stored: StoredActor, for_client: bool) -> Self {
        Self {
            member_id: stored.member_id,
            name: stored.name,
            internal: (!for_client).then_some(EventActorInternal { api_key_id: stored.api_key_id }),
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
    /// What happened: `<resource>.<past participle>`. See `GET /v1/event-types`.
    #[schema(value_type = EventTypeName)]
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
    #[schema(value_type = EventData)]
    pub data: Value,
    /// What only assistants see.
    #[serde(flatten)]
    pub internal: Option<EventInternal>,
}

/// What only assistants see of an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventInternal {
    /// The members that changed; empty for a creation.
    pub changes: Vec<EventChange>,
}

/// A member that changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventChange {
    /// Its name.
    #[schema(examples("name"))]
    pub member: String,
    /// Its value before; null where there was none.
    #[schema(schema_with = any_value)]
    pub before: Value,
    /// Its value after.
    #[schema(schema_with = any_value)]
    pub after: Value,
}

impl EventChange {
    /// The changes as they are stored: an object of members.
    fn all(stored: Value) -> Vec<Self> {
        let Value::Object(members) = stored else { return Vec::new() };
        let change = |(member, mut values): (String, Value)| Self {
            member,
            before: values["before"].take(),
            after: values["after"].take(),
        };
        members.into_iter().map(change).collect()
    }
}

fn any_value() -> Object {
    ObjectBuilder::new().schema_type(SchemaType::AnyValue).build()
}

/// The object of an event is of another schema for each type, and new types come: it is open, and refers to the schemas.
pub struct EventData;

impl PartialSchema for EventData {
    fn schema() -> RefOr<Schema> {
        let place = |kind: &EventType| {
            (kind.name.to_owned(), json!({"$ref": format!("#/components/schemas/{}", kind.data)}))
        };
        let schemas: Map<String, Value> = types().map(place).collect();
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(
                "The object after it, as GET gives it to you: `$defs` has the schema for each type, and `data_schema` in \
                 `GET /v1/event-types` its name.",
            ))
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .extensions(Some(Extensions::builder().add("x-defs", schemas).build()))
            .into()
    }
}

impl ToSchema for EventData {
    fn name() -> Cow<'static, str> {
        "EventData".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ReaccountedEntries::name().into(), ReaccountedEntries::schema()));
        ReaccountedEntries::schemas(schemas);
    }
}

/// A row of the stream.
#[derive(Debug, Columns)]
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
        let changes = self.changes.map_or_else(Vec::new, |changes| EventChange::all(changes.0));
        EventRecord {
            id: self.id,
            seq: self.seq,
            r#type: self.r#type,
            occurred_at: self.occurred_at,
            actor: EventActor::of(self.actor.0, for_client),
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
        types().find(|known| known.name == text).map(|known| Self(known.name)).ok_or(())
    }
}

impl PartialSchema for EventTypeName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("The name of an event type."))
            .enum_values(Some(types().map(|known| known.name)))
            .title(Some("open"))
            .into()
    }
}

impl ToSchema for EventTypeName {
    fn name() -> Cow<'static, str> {
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
    /// The type's name, as lists have an id.
    #[schema(value_type = EventTypeName)]
    pub id: String,
    /// The type's name.
    #[schema(value_type = EventTypeName)]
    pub name: String,
    /// What it tells.
    #[schema(examples("A client was added."))]
    pub title: String,
    /// The kind of resource it happens to.
    #[schema(examples("client"))]
    pub resource: String,
    /// The schema of the event's `data` in the OpenAPI document.
    #[schema(examples("ClientRecord"))]
    pub data_schema: String,
}
