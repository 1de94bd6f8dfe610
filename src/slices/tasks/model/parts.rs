//! What a task is made of besides its texts and dates.

use crate::kernel::{Title, choice};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

choice! {
    /// How pressing a task is.
    #[derive(Default)]
    pub enum TaskPriority {
        Low = "low",
        #[default]
        Normal = "normal",
        High = "high",
        Urgent = "urgent",
    }
}

impl TaskPriority {
    /// Its place in a list sorted by priority.
    pub const fn rank(self) -> i64 {
        self as i64
    }
}

choice! {
    /// Who sees it: the client too, or assistants only.
    #[derive(Default)]
    pub enum Visibility {
        #[default]
        Shared = "shared",
        Internal = "internal",
    }
}

/// A point of a task's checklist as it is given. The list is always replaced as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"title": "Belege einscannen", "done": false})))]
pub struct NewChecklistItem {
    /// What is to be done.
    pub title: Title,
    /// Whether it is done; default false.
    #[serde(default)]
    pub done: bool,
}

/// A point of a task's checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(examples(json!({"title": "Belege einscannen", "done": false})))]
#[schema(as = ChecklistItemRecord)]
pub struct ChecklistItem {
    /// What is to be done.
    pub title: Title,
    /// Whether it is done.
    #[schema(examples(false))]
    pub done: bool,
}

impl From<NewChecklistItem> for ChecklistItem {
    fn from(new: NewChecklistItem) -> Self {
        Self { title: new.title, done: new.done }
    }
}
