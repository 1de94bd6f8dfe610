//! A contact: a person at a client.

use crate::kernel::{ClientId, Columns, ContactId, Email, Label, Name, Note, PhoneNumber, Timestamp, fold};
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::clients::contacts::ContactEvent;
use crate::web::{Listing, Patchable, Resource, SearchText, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new contact of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Columns)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"name": "Anna Müller", "email": "anna@example.com", "phone": "+4940123456", "function": "Inhaberin", "is_primary": true})))]
pub struct NewContact {
    /// The person's name.
    pub name: Name,
    /// Their e-mail address.
    #[serde(default)]
    pub email: Option<Email>,
    /// Their phone number in E.164.
    #[serde(default)]
    pub phone: Option<PhoneNumber>,
    /// What they do there.
    #[serde(default)]
    #[columns(name = "job_function")]
    pub function: Option<Label>,
    /// Whether they are the first to ask. A client has one at most; the one before steps back. Default false.
    #[serde(default)]
    pub is_primary: bool,
    /// A note that only assistants see.
    #[serde(default)]
    pub internal_note: Option<Note>,
}

impl Patchable for NewContact {
    const PATCH: &'static str = "ContactPatch";
}

impl NewContact {
    /// What a search looks through, folded.
    pub fn search_text(&self) -> String {
        let parts = [Some(&*self.name), self.email.as_deref(), self.phone.as_deref(), self.function.as_deref()];
        fold(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }
}

/// A contact's row.
#[derive(Clone, Debug, Columns)]
pub struct ContactRow {
    pub id: ContactId,
    pub client_id: ClientId,
    #[columns(flatten)]
    pub fields: NewContact,
    /// What members say, so that it is never out of date.
    #[columns(
        sql = "email_key IS NOT NULL AND EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id \
        WHERE m.workspace_id = contacts.workspace_id AND m.client_id = contacts.client_id \
        AND m.deleted_at IS NULL AND u.email_key = contacts.email_key)"
    )]
    pub portal_access: bool,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// A contact: a person at a client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactRecord {
    pub id: ContactId,
    /// The client that they work for.
    pub client_id: ClientId,
    /// The person's name; empty once deleted.
    #[schema(value_type = String, max_length = 200, examples("Anna Müller"))]
    pub name: Name,
    /// Their e-mail address.
    pub email: Option<Email>,
    /// Their phone number in E.164.
    pub phone: Option<PhoneNumber>,
    /// What they do there.
    pub function: Option<Label>,
    /// Whether they are the first to ask.
    #[schema(examples(true))]
    pub is_primary: bool,
    /// Whether somebody with their e-mail address can log in for this client.
    #[schema(examples(false))]
    pub portal_access: bool,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it was deleted: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
    #[serde(flatten)]
    pub internal: Option<ContactInternal>,
}

/// What only assistants see of a contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactInternal {
    /// A note that only assistants see.
    pub internal_note: Option<Note>,
}

impl Resource for ContactRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for ContactRow {
    type Event = ContactEvent;
    type View = ContactRecord;
    const RESOURCE: &'static str = "contact";

    fn identity(&self) -> Identity {
        Identity {
            id: self.id.0,
            version: self.version,
            updated_at: self.updated_at,
            client: Some(self.client_id),
        }
    }

    fn view(self, viewer: &Viewer) -> ContactRecord {
        ContactRecord {
            id: self.id,
            client_id: self.client_id,
            name: self.fields.name,
            email: self.fields.email,
            phone: self.fields.phone,
            function: self.fields.function,
            is_primary: self.fields.is_primary,
            portal_access: self.portal_access,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            internal: (!viewer.is_client).then_some(ContactInternal { internal_note: self.fields.internal_note }),
        }
    }

    fn is_shown_to_client(&self) -> bool {
        true
    }
}

params! {
    /// Which contacts to list.
    pub struct ContactFilter {
        /// Searches name, e-mail address, phone number and function.
        q: SearchText,
    }
}

impl Listing for ContactFilter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "created_at"), ("updated_at", "updated_at")];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
}
