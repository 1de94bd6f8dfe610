//! Which tasks to list, and what to put into them.

use super::{TaskPriority, TaskStatus, Visibility};
use crate::kernel::{ClientId, Date, EngagementId, ExternalRef, ExternalSource, MemberId, choice};
use crate::web::{Listing, OneOf, Primitive, SearchText, Texts, params};

params! {
    /// Which tasks to list.
    pub struct TaskFilter {
        /// Only these statuses.
        status: OneOf<TaskStatus>,
        /// Only tasks for these clients.
        client_id: OneOf<ClientId>,
        /// Only tasks of these engagements.
        engagement_id: OneOf<EngagementId>,
        /// Only tasks that these members work on.
        assignee_id: OneOf<MemberId>,
        /// Only tasks of these areas, as they are written there.
        area: Texts,
        /// Only these priorities.
        priority: OneOf<TaskPriority>,
        /// Only tasks that are seen so; clients see what is shared.
        @internal visibility: Visibility,
        /// Only tasks with one of these tags, in any case.
        @internal tags: Texts,
        /// Only tasks that are due on or after this day of the workspace.
        due_from: Date,
        /// Only tasks that are due before this day of the workspace.
        due_until: Date,
        /// Only open tasks whose due date has passed; `false`: all others.
        overdue: Primitive<bool>,
        /// Only from this other system.
        @internal external_source: ExternalSource,
        /// Only with this id in the other system.
        @internal external_ref: ExternalRef,
        /// Searches titles, descriptions, areas and what else you can see, in any case and with or without accents.
        q: SearchText,
    }
}

impl Listing for TaskFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
        ("due_on", "due_key"),
        ("priority", "priority_rank"),
        ("title", "sort_key"),
    ];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
    const EXPANDS: &'static [&'static str] = &["client", "engagement"];
}

choice! {
    /// Related objects that a task can show within it.
    pub enum TaskExpansion {
        Client = "client",
        Engagement = "engagement",
    }
}

params! {
    /// How to show a task.
    pub struct TaskView {
        /// Related objects to put into it. An API key needs the scope to read them.
        expand: OneOf<TaskExpansion>,
    }
}

choice! {
    /// What becomes of a task's time entries when it goes to another engagement.
    pub enum TaskEntries {
        /// They lose the task, and stay in their engagement with time and money as they are.
        Detach = "detach",
        /// They go along to the task's new engagement.
        Move = "move",
    }
}

params! {
    /// How to change a task.
    pub struct TaskChange {
        /// What becomes of its time entries in another engagement than its new one: needed where there are any.
        entries: TaskEntries,
    }
}
