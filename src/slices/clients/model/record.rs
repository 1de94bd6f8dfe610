//! A client as it is stored, as each role sees it, and what is listed of clients.

use super::{ClientAction, ClientKind, ClientStage, ClientStatus, NewClient, PostalAddress, ShownClientStatus};
use crate::hours::{DefaultTerms, NewTerms};
use crate::kernel::{
    ClientId, Columns, Currency, Email, ExternalRef, ExternalSource, JsonText, Language, Lock, Name, Note, Tag,
    TimeZone, Timestamp, VatId, WeeklyHours,
};
use crate::platform::auth::ScopeName::ClientsWrite;
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::clients::ClientEvent;
use crate::web::{Listing, OneOf, Resource, SearchText, Texts, params};
use serde::Serialize;
use utoipa::ToSchema;

/// A client's row.
#[derive(Clone, Debug, Columns)]
pub struct ClientRow {
    pub id: ClientId,
    #[columns(flatten)]
    pub fields: NewClient,
    pub archived_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// A client: a business or person that the workspace works for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientRecord {
    pub id: ClientId,
    /// What it is called every day; empty once deleted.
    #[schema(value_type = String, max_length = 200, examples("Tischlerei Müller"))]
    pub name: Name,
    /// The name on contracts and invoices, where it differs.
    pub legal_name: Option<Name>,
    /// What it is in law.
    pub kind: ClientKind,
    /// Where it stands.
    pub status: ShownClientStatus,
    /// Where invoices go.
    #[schema(value_type = Option<PostalAddress>)]
    pub billing_address: Option<JsonText<PostalAddress>>,
    /// Its VAT identification number.
    pub vat_id: Option<VatId>,
    /// Its general e-mail address.
    pub email: Option<Email>,
    /// The currency of its engagements.
    #[schema(value_type = Currency)]
    pub currency: Option<Currency>,
    /// Its time zone.
    #[schema(value_type = TimeZone)]
    pub time_zone: Option<TimeZone>,
    /// The language that its people are written to in.
    #[schema(value_type = Language)]
    pub language: Option<Language>,
    /// Days until its invoices are due.
    #[schema(minimum = 0, maximum = 365, examples(14))]
    pub payment_term_days: i64,
    /// When it works, in its time zone.
    #[schema(value_type = Vec<WeeklyHours>)]
    pub working_hours: JsonText<Vec<WeeklyHours>>,
    /// A note that the client sees.
    pub client_note: Option<Note>,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
    /// What you can do with it now.
    pub allowed_actions: Vec<ClientAction>,
    pub lock: Lock,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it was deleted: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
    #[serde(flatten)]
    pub internal: Option<ClientInternal>,
}

/// What only assistants see of a client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientInternal {
    /// The terms that new engagements start from.
    #[schema(value_type = Option<DefaultTerms>)]
    pub default_terms: Option<JsonText<NewTerms>>,
    /// Tags of the workspace's own.
    #[schema(value_type = Vec<Tag>)]
    pub tags: JsonText<Vec<Tag>>,
    /// A note that only assistants see.
    pub internal_note: Option<Note>,
    /// The other system that `external_ref` belongs to.
    pub external_source: Option<ExternalSource>,
    /// Its id in the other system.
    pub external_ref: Option<ExternalRef>,
}

impl ClientRow {
    /// Where it stands.
    pub fn status(&self) -> ClientStatus {
        match (self.archived_at, self.fields.status) {
            (Some(_), _) => ClientStatus::Archived,
            (None, ClientStage::Lead) => ClientStatus::Lead,
            (None, ClientStage::Active) => ClientStatus::Active,
            (None, ClientStage::Paused) => ClientStatus::Paused,
        }
    }

    /// The currency of its engagements.
    pub fn currency(&self) -> &Currency {
        static NONE: std::sync::LazyLock<Currency> = std::sync::LazyLock::new(Currency::default);
        self.fields.currency.as_ref().unwrap_or(&NONE)
    }

    /// What can be done with it now, by a client or by an assistant.
    pub fn allowed_actions(&self, for_client: bool) -> Vec<ClientAction> {
        match (for_client || self.deleted_at.is_some(), self.archived_at) {
            (true, _) => Vec::new(),
            (false, None) => vec![ClientAction::Edit, ClientAction::Archive, ClientAction::Delete],
            (false, Some(_)) => vec![ClientAction::Edit, ClientAction::Unarchive, ClientAction::Delete],
        }
    }
}

impl Resource for ClientRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for ClientRow {
    type Event = ClientEvent;
    type View = ClientRecord;
    const RESOURCE: &'static str = "client";

    fn identity(&self) -> Identity {
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client: Some(self.id) }
    }

    fn view(self, viewer: &Viewer) -> ClientRecord {
        let allowed_actions = viewer.acts(ClientsWrite, self.allowed_actions(viewer.is_client));
        let status = self.status();
        let fields = self.fields;
        ClientRecord {
            id: self.id,
            name: fields.name,
            legal_name: fields.legal_name,
            kind: fields.kind,
            status: ShownClientStatus::of(status, self.deleted_at.is_some()),
            billing_address: fields.billing_address,
            vat_id: fields.vat_id,
            email: fields.email,
            currency: fields.currency,
            time_zone: fields.time_zone,
            language: fields.language,
            payment_term_days: fields.payment_term_days,
            working_hours: fields.working_hours,
            client_note: fields.client_note,
            archived_at: self.archived_at,
            allowed_actions,
            lock: Lock::open(),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            internal: (!viewer.is_client).then_some(ClientInternal {
                default_terms: fields.default_terms,
                tags: fields.tags,
                internal_note: fields.internal_note,
                external_source: fields.external_source,
                external_ref: fields.external_ref,
            }),
        }
    }

    fn is_shown_to_client(&self) -> bool {
        true
    }
}

params! {
    /// Which clients to list.
    pub struct ClientFilter {
        /// Only these statuses; without it, archived ones are left out.
        status: OneOf<ClientStatus>,
        /// Only these kinds.
        kind: OneOf<ClientKind>,
        /// Only clients with one of these tags, in any case.
        @internal tags: Texts,
        /// Only from this other system.
        @internal external_source: ExternalSource,
        /// Only with this id in the other system.
        @internal external_ref: ExternalRef,
        /// Searches names, e-mail and billing address, VAT id and notes that you can see, in any case and with or without
        /// accents.
        q: SearchText,
    }
}

impl Listing for ClientFilter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "created_at"), ("updated_at", "updated_at"), ("name", "sort_key")];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
}
