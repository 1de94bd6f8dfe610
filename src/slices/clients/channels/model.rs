//! A channel: one way to reach a client or a person there.

use crate::kernel::error::Faults;
use crate::kernel::{
    ChannelId, ClientId, Columns, ContactId, Date, JsonText, Label, Timestamp, WeeklyHours, fold,
};
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::clients::channels::ChannelEvent;
use crate::slices::clients::{
    channel_kinds::{self, ChannelKind},
    model::check_hours,
};
use crate::web::{Listing, OneOf, Patchable, Primitive, Resource, SearchText, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new channel of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Columns)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"kind": "whatsapp", "address": "+4915112345678", "purpose": "dringend", "preference": 1})))]
pub struct NewChannel {
    /// What kind of channel it is; `GET /v1/channel-kinds` says what an address of each looks like.
    pub kind: ChannelKind,
    /// The number, address, name or link.
    #[schema(min_length = 1, max_length = 4000, examples("+4915112345678"))]
    pub address: String,
    /// What it is called.
    #[serde(default)]
    pub label: Option<Label>,
    /// What it is for.
    #[serde(default)]
    pub purpose: Option<Label>,
    /// The client's rank of preference: 1 is the first to try; default 1.
    #[serde(default = "first")]
    #[schema(minimum = 1, maximum = 100)]
    pub preference: i64,
    /// When the client can be reached there, in its time zone.
    #[serde(default)]
    #[schema(value_type = Vec<WeeklyHours>, max_items = 20)]
    pub reachable_hours: JsonText<Vec<WeeklyHours>>,
    /// The contact it belongs to.
    #[serde(default)]
    pub contact_id: Option<ContactId>,
}

fn first() -> i64 {
    1
}

impl Patchable for NewChannel {
    const PATCH: &'static str = "ChannelPatch";
}

impl NewChannel {
    /// Checks what the schema cannot say. A retired kind is refused, unless it is imported or stays as it was.
    pub fn check(&self, may_be_retired: bool, faults: &mut Faults) {
        let checked = match may_be_retired {
            true => channel_kinds::check_address(self.kind, &self.address, "/address"),
            false => channel_kinds::check(self.kind, &self.address, ""),
        };
        if let Err(fault) = checked {
            faults.push(fault.reads_beside(&["kind"]));
        }
        check_hours(faults, "/reachable_hours", &self.reachable_hours.0);
    }

    /// What a search looks through, folded.
    pub fn search_text(&self) -> String {
        let parts = [Some(self.address.as_str()), self.label.as_deref(), self.purpose.as_deref()];
        fold(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }
}

/// A channel's row.
#[derive(Clone, Debug, Columns)]
pub struct ChannelRow {
    pub id: ChannelId,
    pub client_id: ClientId,
    #[columns(flatten)]
    pub fields: NewChannel,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// A channel: one way to reach a client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChannelRecord {
    pub id: ChannelId,
    /// The client who is reached.
    pub client_id: ClientId,
    /// The contact it belongs to.
    pub contact_id: Option<ContactId>,
    pub kind: ChannelKind,
    /// The number, address, name or link; empty once deleted.
    #[schema(max_length = 4000, examples("+4915112345678"))]
    pub address: String,
    /// The address as something to click; null where there is nothing to click.
    #[schema(format = "uri", examples("https://wa.me/4915112345678"))]
    pub uri: Option<String>,
    /// Whether the service has ended: kept from an import, of no use any more.
    #[schema(examples(false))]
    pub retired: bool,
    /// What it is called.
    pub label: Option<Label>,
    /// What it is for.
    pub purpose: Option<Label>,
    /// The client's rank of preference: 1 is the first to try.
    #[schema(minimum = 1, maximum = 100, examples(1))]
    pub preference: i64,
    /// When the client can be reached there, in its time zone.
    #[schema(value_type = Vec<WeeklyHours>)]
    pub reachable_hours: JsonText<Vec<WeeklyHours>>,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it was deleted: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
}

impl Resource for ChannelRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for ChannelRow {
    type Event = ChannelEvent;
    type View = ChannelRecord;
    const RESOURCE: &'static str = "channel";

    fn identity(&self) -> Identity {
        Identity {
            id: self.id.0,
            version: self.version,
            updated_at: self.updated_at,
            client: Some(self.client_id),
        }
    }

    fn view(self, _: &Viewer) -> ChannelRecord {
        let fields = self.fields;
        ChannelRecord {
            id: self.id,
            client_id: self.client_id,
            contact_id: fields.contact_id,
            kind: fields.kind,
            uri: channel_kinds::uri(fields.kind, &fields.address),
            retired: fields.kind.is_retired(),
            address: fields.address,
            label: fields.label,
            purpose: fields.purpose,
            preference: fields.preference,
            reachable_hours: fields.reachable_hours,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
        }
    }

    fn is_shown_to_client(&self) -> bool {
        true
    }
}

/// A kind of channel and what is known about it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChannelKindInfo {
    /// The kind, as lists have an id.
    pub id: ChannelKind,
    pub kind: ChannelKind,
    /// The kind's name, in English or German.
    #[schema(examples("WhatsApp"))]
    pub name: String,
    /// How an address becomes something to click; null where there is nothing to click.
    #[schema(examples("https://wa.me/{digits}"))]
    pub uri_template: Option<String>,
    /// When the service ended; null while it lives.
    pub retired_on: Option<Date>,
    /// What to use instead of a service that ended.
    pub replacements: Vec<ChannelKind>,
}

impl ChannelKindInfo {
    pub fn of(kind: ChannelKind, german: bool) -> Self {
        let facts = kind.facts();
        Self {
            id: kind,
            kind,
            name: facts.name(german).to_owned(),
            uri_template: facts.uri_template.map(str::to_owned),
            retired_on: facts.retired.map(|end| end.on),
            replacements: facts.retired.map_or_else(Vec::new, |end| end.replacements.to_vec()),
        }
    }
}

params! {
    /// Which channels to list.
    pub struct ChannelFilter {
        /// Only these kinds.
        kind: OneOf<ChannelKind>,
        /// Only those of these contacts.
        contact_id: OneOf<ContactId>,
        /// Searches address, label and purpose, in any case and with or without accents.
        q: SearchText,
    }
}

params! {
    /// How a channel is added.
    pub struct ChannelCreation {
        /// Whether it comes from another system: then kinds that have ended are kept, marked `retired`.
        import: Primitive<bool>,
    }
}

impl Listing for ChannelFilter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "created_at"), ("updated_at", "updated_at"), ("preference", "preference")];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
}
