//! A comment on a task.

use crate::kernel::error::{FaultCode, Faults};
use crate::kernel::{ClientId, Columns, CommentId, CommentText, MemberId, TaskId, Timestamp, fold};
use crate::platform::auth::Role;
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::tasks::comments::CommentEvent;
use crate::slices::tasks::model::Visibility;
use crate::web::{Listing, Patchable, Resource, SearchText, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Columns)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"text": "Die Belege liegen im **roten** Ordner."})))]
pub struct NewComment {
    /// What is said, in Markdown.
    pub text: CommentText,
    /// Who sees it, fixed afterwards; default `shared`. Only assistants can say `internal`.
    #[serde(default)]
    pub visibility: Visibility,
}

impl Patchable for NewComment {
    const PATCH: &'static str = "CommentPatch";
    const FIXED: &'static [&'static str] = &["visibility"];
}

impl NewComment {
    /// Checks what the schema cannot say.
    pub fn check(&self, by_client: bool, faults: &mut Faults) {
        if by_client && self.visibility == Visibility::Internal {
            faults.add("/visibility", FaultCode::AssistantsOnly);
        }
    }

    /// What a search looks through, folded.
    pub fn search_text(&self) -> String {
        fold(&self.text)
    }
}

/// A comment's row.
#[derive(Clone, Debug, Columns)]
pub struct CommentRow {
    pub id: CommentId,
    pub client_id: ClientId,
    pub task_id: TaskId,
    #[columns(flatten)]
    pub fields: NewComment,
    pub author_id: MemberId,
    pub author_name: String,
    #[columns(sql = "SELECT m.role FROM members m \
        WHERE m.workspace_id = comments.workspace_id AND m.id = comments.author_id")]
    pub author_role: Role,
    pub edited_at: Option<Timestamp>,
    /// Who sees the task.
    #[columns(sql = "SELECT t.visibility FROM tasks t \
        WHERE t.workspace_id = comments.workspace_id AND t.id = comments.task_id")]
    pub task_visibility: Visibility,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// Who wrote a comment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommentAuthor {
    /// The member.
    pub id: MemberId,
    /// The member's name when it was written.
    #[schema(max_length = 200, examples("Jana Vogt"))]
    pub name: String,
    /// On which side they are.
    pub role: Role,
}

/// A comment on a task.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommentRecord {
    pub id: CommentId,
    /// The task that it is about.
    pub task_id: TaskId,
    /// The client whose task it is.
    pub client_id: ClientId,
    /// What is said, in Markdown; empty once deleted.
    #[schema(value_type = String, max_length = 20_000, examples("Die Belege liegen im **roten** Ordner."))]
    pub text: CommentText,
    /// Who sees it.
    pub visibility: Visibility,
    /// Who wrote it.
    pub author: CommentAuthor,
    /// When it was last reworded.
    pub edited_at: Option<Timestamp>,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it was deleted: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
}

impl Resource for CommentRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for CommentRow {
    type Event = CommentEvent;
    type View = CommentRecord;
    const RESOURCE: &'static str = "comment";

    fn identity(&self) -> Identity {
        Identity {
            id: self.id.0,
            version: self.version,
            updated_at: self.updated_at,
            client: Some(self.client_id),
        }
    }

    fn view(self, _: &Viewer) -> CommentRecord {
        CommentRecord {
            id: self.id,
            task_id: self.task_id,
            client_id: self.client_id,
            text: self.fields.text,
            visibility: self.fields.visibility,
            author: CommentAuthor { id: self.author_id, name: self.author_name, role: self.author_role },
            edited_at: self.edited_at,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
        }
    }

    fn is_shown_to_client(&self) -> bool {
        [self.fields.visibility, self.task_visibility] == [Visibility::Shared; 2]
    }
}

params! {
    /// Which comments to list.
    pub struct CommentFilter {
        /// Only comments that are seen so; clients see what is shared.
        @internal visibility: Visibility,
        /// Searches what is said, in any case and with or without accents.
        q: SearchText,
    }
}

impl Listing for CommentFilter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "created_at"), ("updated_at", "updated_at")];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
}
