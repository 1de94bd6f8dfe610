//! What a workspace is and how each role sees it.

use crate::hours::OverlapPolicy;
use crate::kernel::error::Faults;
use crate::kernel::{
    ClientId, Columns, Currency, JsonText, Label, Language, MemberId, Name, TimeZone, Timestamp, WorkspaceId, fold,
};
use crate::platform::auth::Role;
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::accounts::workspaces::WorkspaceEvent;
use crate::web::{Listing, Patchable, Resource, SearchText, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"name": "Büro Vogt", "time_zone": "Europe/Berlin", "currency": "EUR", "language": "de"})))]
pub struct NewWorkspace {
    /// What the business is called.
    pub name: Name,
    /// Where its days begin and end; default `Europe/Berlin`.
    #[serde(default)]
    pub time_zone: TimeZone,
    /// The currency of rates and of new clients; default `EUR`.
    #[serde(default)]
    pub currency: Currency,
    /// The language of mails and sentences (German and English are spoken); default `de`.
    #[serde(default)]
    pub language: Language,
    /// What is done with time entries of one member that overlap; default `warn`.
    #[serde(default = "warn")]
    pub overlap_policy: OverlapPolicy,
    /// The departments that tasks belong to; default: Buchhaltung, Reisen, Marketing, Personal, Allgemein.
    #[serde(default = "usual_areas")]
    #[schema(max_items = 50)]
    pub areas: Vec<Label>,
}

fn warn() -> OverlapPolicy {
    OverlapPolicy::Warn
}

fn usual_areas() -> Vec<Label> {
    ["Buchhaltung", "Reisen", "Marketing", "Personal", "Allgemein"].map(Label::from).to_vec()
}

impl Patchable for NewWorkspace {
    const PATCH: &'static str = "WorkspacePatch";
}

impl NewWorkspace {
    /// A workspace with the usual settings, but for these.
    pub fn usual(name: Name, time_zone: TimeZone, currency: Currency, language: Language) -> Self {
        Self { name, time_zone, currency, language, overlap_policy: warn(), areas: usual_areas() }
    }

    /// Checks what the schema cannot say.
    pub fn check(&self, faults: &mut Faults) {
        faults.add_repeated("/areas", self.areas.iter().map(|area| fold(area)));
    }
}

/// A workspace's row.
#[derive(Clone, Debug, Columns)]
pub struct WorkspaceRow {
    pub id: WorkspaceId,
    pub name: Name,
    pub time_zone: TimeZone,
    pub currency: Currency,
    pub language: Language,
    pub overlap_policy: OverlapPolicy,
    pub areas: JsonText<Vec<Label>>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A user's place in a workspace.
#[derive(Clone, Debug, Columns)]
pub struct Membership {
    #[columns(flatten)]
    pub workspace: WorkspaceRow,
    pub member_id: MemberId,
    pub role: Role,
    pub is_owner: bool,
    /// Set exactly for the client role.
    pub client_id: Option<ClientId>,
}

/// A workspace: one assistant's business, or a small team's. Every record belongs to exactly one.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WorkspaceRecord)]
pub struct Workspace {
    pub id: WorkspaceId,
    /// What the business is called.
    pub name: Name,
    /// Where its days begin and end.
    pub time_zone: TimeZone,
    /// The currency of rates and of new clients.
    pub currency: Currency,
    /// The language of mails and sentences.
    pub language: Language,
    /// The departments that tasks belong to.
    pub areas: Vec<Label>,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// What only assistants see.
    #[serde(flatten)]
    pub internal: Option<WorkspaceInternal>,
}

/// What only assistants see of a workspace.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkspaceInternal {
    /// What is done with time entries of one member that overlap.
    pub overlap_policy: OverlapPolicy,
}

impl WorkspaceRow {
    /// The workspace as a member of this role sees it.
    pub fn seen_as(self, role: Role) -> Workspace {
        Workspace {
            id: self.id,
            name: self.name,
            time_zone: self.time_zone,
            currency: self.currency,
            language: self.language,
            areas: self.areas.0,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            internal: (role == Role::Assistant)
                .then_some(WorkspaceInternal { overlap_policy: self.overlap_policy }),
        }
    }

    /// The settings as they stand, to be patched.
    pub fn settings(&self) -> NewWorkspace {
        NewWorkspace {
            name: self.name.clone(),
            time_zone: self.time_zone.clone(),
            currency: self.currency.clone(),
            language: self.language.clone(),
            overlap_policy: self.overlap_policy,
            areas: self.areas.0.clone(),
        }
    }

    /// Whether its people are written to in German.
    pub fn speaks_german(&self) -> bool {
        self.language.is_german()
    }
}

impl Resource for Workspace {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for WorkspaceRow {
    type Event = WorkspaceEvent;
    type View = Workspace;
    const RESOURCE: &'static str = "workspace";

    fn identity(&self) -> Identity {
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client: None }
    }

    fn view(self, viewer: &Viewer) -> Workspace {
        self.seen_as(if viewer.is_client { Role::Client } else { Role::Assistant })
    }

    fn is_shown_to_client(&self) -> bool {
        false
    }
}

params! {
    /// Which workspaces to list.
    pub struct WorkspaceFilter {
        /// Searches names, in any case and with or without accents.
        q: SearchText,
    }
}

impl Listing for WorkspaceFilter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "w.created_at"), ("name", "w.sort_key")];
    const ID: &'static str = "w.id";
}
