//! A task's row, and how each role sees it.

use super::{
    ChecklistItem, NewTask, ShownTaskStatus, TaskAction, TaskPriority, TaskStatus, Visibility, WaitingClock,
    allowed_actions,
};
use crate::kernel::{
    ClientId, Columns, Date, EngagementId, ExternalRef, ExternalSource, JsonText, Label, Lock, Markdown, MemberId,
    Note, Person, Tag, TaskId, Timestamp, Title,
};
use crate::platform::auth::ScopeName::TasksWrite;
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::clients::model::ClientRecord;
use crate::slices::engagements::model::EngagementRecord;
use crate::slices::tasks::TaskEvent;
use crate::web::Resource;
use serde::Serialize;
use utoipa::ToSchema;

/// A task's row.
#[derive(Clone, Debug, Columns)]
pub struct TaskRow {
    pub id: TaskId,
    pub client_id: ClientId,
    #[columns(flatten)]
    pub fields: NewTask,
    pub status: TaskStatus,
    #[columns(flatten)]
    pub waiting: WaitingClock,
    pub completed_at: Option<Timestamp>,
    /// When the client last lost sight of it: it became internal. Null while they see it, or when they never did. Of the
    /// order of changes, since it is the `updated_at` and `deleted_at` of its tombstone.
    pub hidden_at: Option<Timestamp>,
    /// The version that took it out of their sight.
    pub hidden_version: Option<i64>,
    /// Whether the client sees the engagement that it belongs to; null without one.
    #[columns(sql = "SELECT e.status <> 'draft' FROM engagements e \
        WHERE e.workspace_id = tasks.workspace_id AND e.id = tasks.engagement_id")]
    pub engagement_shown: Option<bool>,
    /// What the member is called today.
    #[columns(sql = "SELECT u.name FROM members m JOIN users u ON u.id = m.user_id \
        WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.assignee_id")]
    pub assignee_name: Option<String>,
    pub requested_by: MemberId,
    #[columns(sql = "SELECT u.name FROM members m JOIN users u ON u.id = m.user_id \
        WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.requested_by")]
    pub requested_by_name: String,
    pub due_key: Timestamp,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// A task: one piece of work for a client, from request to done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskRecord {
    pub id: TaskId,
    /// The client whom it is for.
    pub client_id: ClientId,
    /// The engagement that it belongs to. Null for a client while the engagement is a draft.
    pub engagement_id: Option<EngagementId>,
    /// What is to be done; empty once deleted.
    #[schema(value_type = String, max_length = 300, examples("Belege für Oktober sortieren"))]
    pub title: Title,
    /// More about it, in Markdown.
    pub description: Option<Markdown>,
    /// The department that it belongs to.
    pub area: Option<Label>,
    /// Where it stands.
    pub status: ShownTaskStatus,
    /// How pressing it is.
    pub priority: TaskPriority,
    /// The day on which work on it begins.
    pub start_on: Option<Date>,
    /// The day on which it is due, up to its end in the workspace's time zone.
    pub due_on: Option<Date>,
    /// The instant at which it is due, where it is not a whole day.
    pub due_at: Option<Timestamp>,
    /// How many minutes it will probably take.
    #[schema(minimum = 1, maximum = 600_000, examples(90))]
    pub estimated_minutes: Option<i64>,
    /// Whether its time is billed; null: as the engagement says.
    #[schema(examples(json!(null)))]
    pub billable: Option<bool>,
    /// The assistant who works on it.
    pub assignee_id: Option<MemberId>,
    /// The assistant who works on it, by name.
    pub assignee: Option<Person>,
    /// The member who asked for it or planned it.
    pub requested_by: Person,
    /// Its points.
    pub checklist: Vec<ChecklistItem>,
    /// Who sees it.
    pub visibility: Visibility,
    /// Since when it waits for the client; null while it does not.
    pub waiting_since: Option<Timestamp>,
    /// How many whole seconds it has waited for the client in all, the present wait included.
    #[schema(minimum = 0, examples(0))]
    pub waited_seconds: i64,
    /// When it was done.
    pub completed_at: Option<Timestamp>,
    /// What you can do with it now.
    pub allowed_actions: Vec<TaskAction>,
    pub lock: Lock,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it was deleted: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
    /// The client; null unless `expand=client` asks for it.
    pub client: Option<Box<ClientRecord>>,
    /// The engagement; null unless `expand=engagement` asks for it.
    pub engagement: Option<Box<EngagementRecord>>,
    #[serde(flatten)]
    pub internal: Option<TaskInternal>,
}

/// What only assistants see of a task.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskInternal {
    /// What an hour of it costs, or a day in a daily engagement, in minor units, where it differs from the
    /// engagement's rate.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, examples(json!(null)))]
    pub rate_minor: Option<i64>,
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

impl TaskRow {
    /// Whether its engagement is a draft, which is not there for a client.
    pub fn engagement_is_hidden(&self) -> bool {
        self.engagement_shown == Some(false)
    }

    /// What is left for a client of a task that is no longer theirs to see: that it is gone, and nothing that happened
    /// to it since.
    fn out_of_sight(self) -> Self {
        let fields = NewTask { client_id: self.fields.client_id, ..NewTask::default() };
        Self {
            fields,
            status: TaskStatus::Cancelled,
            waiting: WaitingClock::default(),
            completed_at: None,
            deleted_at: self.hidden_at.or(self.deleted_at),
            updated_at: self.hidden_at.unwrap_or(self.updated_at),
            version: self.hidden_version.unwrap_or(self.version),
            ..self
        }
    }
}

impl Resource for TaskRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for TaskRow {
    type Event = TaskEvent;
    type View = TaskRecord;
    const RESOURCE: &'static str = "task";

    fn identity(&self) -> Identity {
        Identity {
            id: self.id.0,
            version: self.version,
            updated_at: self.updated_at,
            client: Some(self.client_id),
        }
    }

    fn view(self, viewer: &Viewer) -> TaskRecord {
        if viewer.is_client && self.fields.visibility == Visibility::Internal {
            return self.out_of_sight().view(viewer);
        }
        let allowed_actions = match self.deleted_at {
            None => viewer.acts(TasksWrite, allowed_actions(self.status, viewer.is_client)),
            Some(_) => Vec::new(),
        };
        let engagement_hidden = viewer.is_client && self.engagement_is_hidden();
        let fields = self.fields;
        TaskRecord {
            id: self.id,
            client_id: self.client_id,
            engagement_id: fields.engagement_id.filter(|_| !engagement_hidden),
            title: fields.title,
            description: fields.description,
            area: fields.area,
            status: ShownTaskStatus::of(self.status, self.deleted_at.is_some()),
            priority: fields.priority,
            start_on: fields.start_on,
            due_on: fields.due_on,
            due_at: fields.due_at,
            estimated_minutes: fields.estimated_minutes,
            billable: fields.billable,
            assignee_id: fields.assignee_id,
            assignee: fields
                .assignee_id
                .map(|id| Person { id, name: self.assignee_name.clone().unwrap_or_default() }),
            requested_by: Person { id: self.requested_by, name: self.requested_by_name },
            checklist: fields.checklist.0.into_iter().map(Into::into).collect(),
            visibility: fields.visibility,
            waiting_since: self.waiting.waiting_since,
            waited_seconds: self.waiting.seconds_at(viewer.now),
            completed_at: self.completed_at,
            allowed_actions,
            lock: Lock::open(),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            client: None,
            engagement: None,
            internal: (!viewer.is_client).then_some(TaskInternal {
                rate_minor: fields.rate_minor,
                tags: fields.tags,
                internal_note: fields.internal_note,
                external_source: fields.external_source,
                external_ref: fields.external_ref,
            }),
        }
    }

    fn is_shown_to_client(&self) -> bool {
        self.fields.visibility == Visibility::Shared || self.hidden_at == Some(self.updated_at)
    }
}
