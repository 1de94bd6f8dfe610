//! A {{words}}: what is known about it, and how each role sees it.

use super::{{Single}}Event;
use crate::kernel::{ClientId, Columns, {{Single}}Id, Name, Note, Timestamp, fold};
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::web::{Listing, Patchable, Resource, SearchText, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new {{words}}.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, Columns)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"client_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "name": "Beispiel"})))]
pub struct New{{Single}} {
    /// The client whose it is.
    pub client_id: ClientId,
    /// What it is called.
    pub name: Name,
    /// A note that only assistants see.
    #[serde(default)]
    pub internal_note: Option<Note>,
}

impl Patchable for New{{Single}} {
    const PATCH: &'static str = "{{Single}}Patch";
    const FIXED: &'static [&'static str] = &["client_id"];
}

impl New{{Single}} {
    /// What a search looks through, folded.
    pub fn search_text(&self) -> String {
        fold(&self.name)
    }
}

/// A {{words}}'s row.
#[derive(Clone, Debug, Columns)]
pub struct {{Single}}Row {
    pub id: {{Single}}Id,
    #[columns(flatten)]
    pub fields: New{{Single}},
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// A {{words}} of a client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct {{Single}}Record {
    pub id: {{Single}}Id,
    /// The client whose it is.
    pub client_id: ClientId,
    /// What it is called; empty once deleted.
    #[schema(value_type = String, max_length = 200, examples("Beispiel"))]
    pub name: Name,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it was deleted: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
    #[serde(flatten)]
    pub internal: Option<{{Single}}Internal>,
}

/// What only assistants see of a {{words}}.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct {{Single}}Internal {
    /// A note that only assistants see.
    pub internal_note: Option<Note>,
}

impl Resource for {{Single}}Record {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for {{Single}}Row {
    type Event = {{Single}}Event;
    type View = {{Single}}Record;
    const RESOURCE: &'static str = "{{single}}";

    fn identity(&self) -> Identity {
        let client = Some(self.fields.client_id);
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client }
    }

    fn view(self, viewer: &Viewer) -> {{Single}}Record {
        let internal_note = self.fields.internal_note;
        {{Single}}Record {
            id: self.id,
            client_id: self.fields.client_id,
            name: self.fields.name,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            internal: (!viewer.is_client).then_some({{Single}}Internal { internal_note }),
        }
    }

    fn is_shown_to_client(&self) -> bool {
        true
    }
}

params! {
    /// Which {{words}}s to list.
    pub struct {{Single}}Filter {
        /// Only those of this client.
        client_id: ClientId,
        /// Searches names.
        q: SearchText,
    }
}

impl Listing for {{Single}}Filter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "created_at"), ("updated_at", "updated_at")];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
}
