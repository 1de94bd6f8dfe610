//! A share link as it is stored, and as each role sees it.

use super::{
    Expiry, ExpiryKind, NewShareLink, NewShareSource, ShareAct, ShareSource, ShareStatus, ShownShareStatus,
    allowed_actions, client_actions, share_status,
};
use crate::kernel::{
    ClientId, Columns, EngagementId, LinkPassword, Lock, Note, ShareLinkId, TaskId, Timestamp, Title, WebUrl,
};
use crate::platform::auth::{Role, ScopeName::SharesWrite};
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::clients::model::ClientRecord;
use crate::slices::engagements::model::EngagementRecord;
use crate::slices::shares::ShareLinkEvent;
use crate::slices::shares::{
    providers::{Provider, ShareProvider, by_slug, fragment_may_be_key},
    warnings::{Judged, ShareWarning, alternatives, warnings},
};
use crate::slices::tasks::model::{TaskRecord, TaskStatus, Visibility};
use crate::web::Resource;
use serde::Serialize;
use utoipa::ToSchema;

/// A share link's row. Its secrets are not in it, only whether there are any.
#[derive(Clone, Debug, Columns)]
pub struct ShareLinkRow {
    pub id: ShareLinkId,
    pub client_id: ClientId,
    pub engagement_id: Option<EngagementId>,
    pub task_id: Option<TaskId>,
    pub source: ShareSource,
    pub provider: Option<String>,
    pub added_by: Role,
    pub visibility: Visibility,
    pub hidden_at: Option<Timestamp>,
    pub hidden_version: Option<i64>,
    pub title: Option<Title>,
    pub url: String,
    pub has_fragment: bool,
    pub has_password: bool,
    pub client_note: Option<Note>,
    pub internal_note: Option<Note>,
    pub expiry_kind: Option<ExpiryKind>,
    pub ends_at: Timestamp,
    /// The end whose passing was announced.
    pub told_end: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    /// Whether the engagement is one that its client sees.
    pub engagement_shown: bool,
    pub task_status: Option<TaskStatus>,
    pub task_visibility: Option<Visibility>,
    /// When the task is due, whatever its status.
    pub task_due_at: Option<Timestamp>,
}

/// The references of a link that its client does not see: a draft, a task of the assistants' own.
#[derive(Clone, Copy, Debug, Default)]
pub struct HiddenReferences {
    pub engagement_id: Option<EngagementId>,
    pub task_id: Option<TaskId>,
}

/// A share link: files that are handed over by an address, with what is known of it. What follows `#` in the address
/// and the password are not here; ask `GET /v1/share-links/{share_link_id}/secret` for them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ShareLinkRecord {
    pub id: ShareLinkId,
    /// The client whose link it is.
    pub client_id: ClientId,
    /// The client; only with `expand=client`, else null.
    pub client: Option<Box<ClientRecord>>,
    /// The engagement it belongs to.
    pub engagement_id: Option<EngagementId>,
    /// The engagement; only with `expand=engagement`, else null.
    pub engagement: Option<Box<EngagementRecord>>,
    /// The task it belongs to.
    pub task_id: Option<TaskId>,
    /// The task; only with `expand=task`, else null.
    pub task: Option<Box<TaskRecord>>,
    /// Where the files are.
    pub source: ShareSource,
    /// What it is called.
    pub title: Option<Title>,
    /// The address without what follows `#`, in its normal form; empty once deleted.
    #[schema(max_length = 4000, examples("https://cloud.example.com/s/AbCdEf123"))]
    pub url: String,
    /// Whether something follows `#` in the address. It is kept encrypted.
    #[schema(examples(false))]
    pub has_fragment: bool,
    /// Whether a password is known. It is kept encrypted.
    #[schema(examples(false))]
    pub has_password: bool,
    /// Who runs the place; null where the address belongs to nobody known.
    pub provider: Option<ShareProvider>,
    /// When it ends; null: no end is known.
    pub expires_at: Option<Timestamp>,
    /// How that is known; null: no end is known.
    pub expiry_kind: Option<ExpiryKind>,
    /// Where it stands.
    pub status: ShownShareStatus,
    /// The role of the side that added it: who hands over to whom.
    pub added_by: Role,
    /// A note that the client sees.
    pub client_note: Option<Note>,
    /// What to think of before it is relied on. They are judged anew whenever the link is read.
    pub warnings: Vec<ShareWarning>,
    /// What could be used instead, the nearest first: providers by their `slug`.
    #[schema(examples("hidrive"))]
    pub alternatives: Vec<String>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// What you can do with it now.
    pub allowed_actions: Vec<ShareAct>,
    pub lock: Lock,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it was deleted, or hidden from you: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
    #[serde(flatten)]
    pub internal: Option<ShareLinkInternal>,
}

/// What only assistants see of a share link.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ShareLinkInternal {
    /// Whether the client sees it.
    pub visibility: Visibility,
    /// A note that only assistants see.
    pub internal_note: Option<Note>,
}

/// What opens a share link.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShareLinkSecret {
    /// The whole link, with what follows `#`.
    #[schema(max_length = 4000, examples("https://drive.example.com/urls/AbCdEf123#kEy"))]
    pub url: String,
    /// The password; null: none is known.
    pub password: Option<LinkPassword>,
}

impl ShareLinkRow {
    /// The end, when one is known.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expiry_kind.map(|_| self.ends_at)
    }

    /// Where it stands at an instant.
    pub fn status(&self, now: Timestamp) -> ShareStatus {
        share_status(self.expires_at(), self.revoked_at, now)
    }

    /// Whose link it is, as far as the table knows.
    pub fn known_provider(&self) -> Option<&'static Provider> {
        self.provider.as_deref().and_then(by_slug)
    }

    /// What of its references the client does not see.
    pub fn hidden(&self) -> HiddenReferences {
        let is_internal = self.task_visibility == Some(Visibility::Internal);
        HiddenReferences {
            engagement_id: self.engagement_id.filter(|_| !self.engagement_shown),
            task_id: self.task_id.filter(|_| is_internal),
        }
    }

    /// The link as it was given, as far as this side sees it: what a change of theirs is laid over.
    pub fn given_to(&self, client: bool) -> NewShareLink {
        let (given, hidden) = (self.given(), self.hidden());
        NewShareLink {
            engagement_id: given.engagement_id.filter(|_| !client || hidden.engagement_id.is_none()),
            task_id: given.task_id.filter(|_| !client || hidden.task_id.is_none()),
            ..given
        }
    }

    /// Its end after somebody declared one, or none any more. What is assumed stays as it was, and is else counted from
    /// when the link became known: `created_at`, which orders and may lie ahead, but not later than now.
    pub fn end_with(&self, declared: Option<Timestamp>, now: Timestamp) -> Option<Expiry> {
        let known = self.expiry_kind.map(|kind| Expiry { at: self.ends_at, kind });
        if let (None, Some(assumed)) = (declared, known.filter(|known| known.kind != ExpiryKind::Declared)) {
            return Some(assumed);
        }
        let default = self.known_provider().and_then(|provider| provider.default_lifetime_days);
        super::effective_expiry(declared, None, default, self.created_at.min(now))
    }

    /// The link as it was given, for a change to be merged into. Its secrets are left out.
    pub fn given(&self) -> NewShareLink {
        NewShareLink {
            source: NewShareSource::External,
            client_id: Some(self.client_id),
            engagement_id: self.engagement_id,
            task_id: self.task_id,
            title: self.title.clone(),
            url: WebUrl(self.url.clone()),
            password: None,
            expires_at: self.expires_at().filter(|_| self.expiry_kind == Some(ExpiryKind::Declared)),
            visibility: self.visibility,
            client_note: self.client_note.clone(),
            internal_note: self.internal_note.clone(),
        }
    }

    /// What this role can do with it at an instant. A client acts on what their side added.
    pub fn allowed_actions(&self, for_client: bool, now: Timestamp) -> &'static [ShareAct] {
        match (self.deleted_at, for_client, self.added_by) {
            (Some(_), _, _) | (None, true, Role::Assistant) => &[],
            (None, true, Role::Client) => client_actions(self.status(now)),
            (None, false, _) => allowed_actions(self.status(now)),
        }
    }

    fn warnings(&self, provider: Option<&'static Provider>) -> Vec<crate::slices::shares::warnings::WarningCode> {
        if self.deleted_at.is_some() {
            return Vec::new();
        }
        warnings(&Judged {
            source: self.source,
            provider,
            has_secret_fragment: self.has_fragment && fragment_may_be_key(provider),
            has_password: self.has_password,
            expires_at: self.expires_at(),
            task_due_at: self.task_due_at.filter(|_| self.task_status.is_some_and(TaskStatus::is_open)),
            // There is no register of agreements yet, so none can be in it.
            dpa_on_file: false,
        })
    }

    /// Takes away what the client does not see: a draft, a task of the assistants' own, the whole of a hidden link.
    pub fn hide(&mut self) {
        let hidden = self.hidden();
        if hidden.engagement_id.is_some() {
            self.engagement_id = None;
        }
        if hidden.task_id.is_some() {
            (self.task_id, self.task_due_at) = (None, None);
        }
        if self.visibility == Visibility::Internal {
            // That it is gone, and nothing that happened to it since.
            self.deleted_at = self.hidden_at.or(self.deleted_at);
            self.updated_at = self.hidden_at.unwrap_or(self.updated_at);
            self.version = self.hidden_version.unwrap_or(self.version);
            (self.engagement_id, self.task_id, self.title, self.client_note) = (None, None, None, None);
            (self.has_fragment, self.has_password) = (false, false);
            (self.expiry_kind, self.revoked_at) = (None, None);
            self.url.clear();
        }
    }
}

impl Resource for ShareLinkRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for ShareLinkRow {
    type Event = ShareLinkEvent;
    type View = ShareLinkRecord;
    const RESOURCE: &'static str = "share_link";

    fn identity(&self) -> Identity {
        Identity {
            id: self.id.0,
            version: self.version,
            updated_at: self.updated_at,
            client: Some(self.client_id),
        }
    }

    fn view(mut self, viewer: &Viewer) -> ShareLinkRecord {
        if viewer.is_client {
            self.hide();
        }
        let (status, provider) = (self.status(viewer.now), self.known_provider());
        let warnings = self.warnings(provider).into_iter().map(|code| ShareWarning::of(code, viewer.german));
        let alternatives = if self.deleted_at.is_some() { Vec::new() } else { alternatives(provider) };
        ShareLinkRecord {
            id: self.id,
            client_id: self.client_id,
            client: None,
            engagement_id: self.engagement_id,
            engagement: None,
            task_id: self.task_id,
            task: None,
            source: self.source,
            expires_at: self.expires_at(),
            expiry_kind: self.expiry_kind,
            status: ShownShareStatus::of(status, self.deleted_at.is_some()),
            warnings: warnings.collect(),
            alternatives: alternatives.into_iter().map(str::to_owned).collect(),
            allowed_actions: viewer.acts(SharesWrite, self.allowed_actions(viewer.is_client, viewer.now).to_vec()),
            lock: Lock::open(),
            title: self.title,
            url: self.url,
            has_fragment: self.has_fragment,
            has_password: self.has_password,
            provider: provider.map(ShareProvider::from),
            added_by: self.added_by,
            client_note: self.client_note,
            revoked_at: self.revoked_at,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            internal: (!viewer.is_client)
                .then_some(ShareLinkInternal { visibility: self.visibility, internal_note: self.internal_note }),
        }
    }

    fn is_shown_to_client(&self) -> bool {
        // The change that hides a link is the last that its client learns of: as a tombstone.
        self.visibility == Visibility::Shared || self.hidden_at == Some(self.updated_at)
    }
}
