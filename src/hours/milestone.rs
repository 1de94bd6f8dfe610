//! The milestones of a project.

use crate::kernel::{Date, Title};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A part of a project's price that falls due at one point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"title": "Entwurf abgenommen", "amount_minor": 90000, "due_on": "2026-12-01"})))]
pub struct NewMilestone {
    /// What has been reached then.
    pub title: Title,
    /// Its part of the price, in minor units of the terms' currency.
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64, examples(90000))]
    pub amount_minor: i64,
    /// The day it is due; null when no day was agreed.
    #[schema(examples("2026-12-01"))]
    pub due_on: Option<Date>,
}

/// A part of a project's price that falls due at one point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(json!({"title": "Entwurf abgenommen", "amount_minor": 90000, "due_on": "2026-12-01"})))]
#[schema(as = MilestoneRecord)]
pub struct Milestone {
    /// What has been reached then.
    pub title: Title,
    /// Its part of the price, in minor units of the terms' currency.
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64, examples(90000))]
    pub amount_minor: i64,
    /// The day it is due; null when no day was agreed.
    #[schema(required = true, examples("2026-12-01"))]
    pub due_on: Option<Date>,
}

impl From<NewMilestone> for Milestone {
    fn from(new: NewMilestone) -> Self {
        Self { title: new.title, amount_minor: new.amount_minor, due_on: new.due_on }
    }
}

impl From<Milestone> for NewMilestone {
    fn from(milestone: Milestone) -> Self {
        Self { title: milestone.title, amount_minor: milestone.amount_minor, due_on: milestone.due_on }
    }
}
