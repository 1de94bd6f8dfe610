//! An entry as each role sees it.

use super::{EntryAction, EntryRow, EntrySource, EntryStatus, ShownEntryStatus, allowed_actions};
use crate::hours::{RateSource, RateUnit, TimeAllocation};
use crate::kernel::error::ProblemReference;
use crate::kernel::{
    ClientId, Columns, Currency, Date, EngagementId, ExternalRef, ExternalSource, JsonText, Label, Lock, MemberId,
    Note, Tag, TaskId, TermsId, TimeEntryId, TimeZone, Timestamp,
};
use crate::platform::auth::ScopeName::TimeWrite;
use crate::platform::entity::{Entity, Identity, shown};
use crate::platform::viewer::Viewer;
use crate::slices::clients::model::ClientRecord;
use crate::slices::engagements::model::EngagementRecord;
use crate::slices::tasks::model::TaskRecord;
use crate::slices::time_entries::TimeEntryEvent;
use crate::web::Resource;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A time entry: work that was done, or a timer that runs. A client sees what is finished.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimeEntryRecord {
    pub id: TimeEntryId,
    /// Where it stands.
    pub status: ShownEntryStatus,
    /// Whose work it is.
    pub member_id: MemberId,
    /// That member's name when it was noted.
    #[schema(max_length = 200, examples("Jana Vogt"))]
    pub member_name: String,
    /// The client it was done for; null while that is not known.
    pub client_id: Option<ClientId>,
    /// That client, with `expand=client`; else null.
    pub client: Option<Box<ClientRecord>>,
    /// The engagement it belongs to; null while a timer has none.
    pub engagement_id: Option<EngagementId>,
    /// That engagement, with `expand=engagement`; else null.
    pub engagement: Option<Box<EngagementRecord>>,
    /// The task it belongs to.
    pub task_id: Option<TaskId>,
    /// That task, with `expand=task`; else null.
    pub task: Option<Box<TaskRecord>>,
    /// The area that its task had when the entry was noted or came to it; null without. Terms can say that work of an area
    /// takes more or less of a package (`area_factors`).
    #[schema(examples("Buchhaltung"))]
    pub area: Option<Label>,
    /// The version of the engagement's terms that it is accounted under: the one in force on its date when it was noted.
    /// Later terms reach it only by `apply`, by `apply_to` with their acceptance, or when it moves to their dates. Null without an engagement and while the timer runs.
    pub terms_id: Option<TermsId>,
    /// When it began; null when only the date is known.
    pub started_at: Option<Timestamp>,
    /// When it ended; null while it runs, or when only the date is known.
    pub ended_at: Option<Timestamp>,
    /// Since when the timer is paused.
    #[schema(examples(json!(null)))]
    pub paused_at: Option<Timestamp>,
    /// The zone whose dates count.
    pub time_zone: TimeZone,
    /// The date on which it began, there.
    pub work_date: Date,
    /// The day that it counts for in packages and periods, where its own lay in a closed period when it was noted
    /// (`late=true`); else null. Rounding and days go by its own date.
    #[schema(examples(json!(null)))]
    pub booked_on: Option<Date>,
    /// The worked time without breaks, in seconds; null while it runs.
    #[schema(minimum = 0, examples(5100))]
    pub duration_seconds: Option<i64>,
    /// The breaks that have ended, in seconds.
    #[schema(minimum = 0, examples(0))]
    pub break_seconds: i64,
    /// How it falls on local dates: time, billed time, days and amount of each; empty while it runs. Days are rounded and
    /// counted, and sums by date made, from these.
    pub allocations: Vec<TimeAllocation>,
    /// Whether it is billed.
    #[schema(examples(true))]
    pub billable: bool,
    /// The billed time after rounding, in seconds; null while it runs.
    #[schema(minimum = 0, examples(5400))]
    pub billed_seconds: Option<i64>,
    /// The rate it was saved with, in minor units per `rate_unit`; null when nobody pays by time.
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64, examples(4500))]
    pub rate_minor: Option<i64>,
    /// What the rate is paid for.
    pub rate_unit: Option<RateUnit>,
    /// The currency of its amounts.
    pub currency: Currency,
    /// What it costs, in minor units, rounded for itself: billed time or days times the rate. Sums are made of the
    /// quantities and rounded once, so they may differ from the sum of these by some minor units. 0 when it is not
    /// billable, null while it runs or when it has no rate.
    #[schema(examples(6750))]
    pub amount_minor: Option<i64>,
    /// The share of a day that it counts as, in ten-thousandths; null but in daily engagements.
    #[schema(minimum = 0, examples(json!(null)))]
    pub day_ten_thousandths: Option<i64>,
    /// What was done.
    pub description: Option<Note>,
    /// The kind of service.
    pub service: Option<Label>,
    /// How the entry came to be.
    pub source: EntrySource,
    /// What you can do with it now.
    pub allowed_actions: Vec<EntryAction>,
    pub lock: Lock,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it was deleted, or for a client moved away: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
    #[serde(flatten)]
    pub internal: Option<TimeEntryInternal>,
    #[serde(flatten)]
    pub overlapping: Option<Overlapping>,
}

/// What only assistants see of a time entry.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimeEntryInternal {
    /// A note that only assistants see.
    pub internal_note: Option<Note>,
    /// Tags of the workspace's own.
    #[schema(value_type = Vec<Tag>)]
    pub tags: JsonText<Vec<Tag>>,
    /// Where the rate came from.
    pub rate_source: Option<RateSource>,
    /// Whether somebody should look at it: a timer that has run for more than 8 hours, or did, until that is dealt with.
    #[schema(examples(false))]
    pub needs_review: bool,
    /// The other system that `external_ref` belongs to.
    pub external_source: Option<ExternalSource>,
    /// Its id in the other system.
    pub external_ref: Option<ExternalRef>,
}

/// What a write tells beside the entry, where the stricter of both entries' overlap policies is `warn`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Overlapping {
    /// The same member's entries in the same time: only in the answer to a write, where the stricter of both entries'
    /// policies is `warn` and there are any; at most 100. Stopping a timer and splitting, which take up no new time,
    /// list them where it is `reject` as well.
    pub overlaps: Vec<OverlappingEntry>,
}

/// An entry of the same member in the same time.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema, Columns)]
pub struct OverlappingEntry {
    pub id: TimeEntryId,
    /// Where it stands.
    pub status: EntryStatus,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; null while it runs: it counts up to now.
    pub ended_at: Option<Timestamp>,
}

impl From<OverlappingEntry> for ProblemReference {
    fn from(entry: OverlappingEntry) -> Self {
        Self {
            status: Some(entry.status.to_string()),
            started_at: Some(entry.started_at),
            ended_at: entry.ended_at,
            ..Self::new("time_entry", entry.id)
        }
    }
}

/// Both parts of an entry that was split.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SplitTimeEntry {
    /// The earlier part, under the old id.
    pub first: TimeEntryRecord,
    /// The later part, a new entry.
    pub second: TimeEntryRecord,
}

/// The caller's timer.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct TimerRecord {
    /// The entry that runs or is paused.
    pub running: Option<TimeEntryRecord>,
    /// The entry that this call stopped.
    pub stopped: Option<TimeEntryRecord>,
}

/// Whether an assistant may change entries of this member's: their own, the owner anyone's.
pub fn may_write(own: MemberId, is_owner: bool, member: MemberId) -> bool {
    is_owner || own == member
}

impl EntryRow {
    /// What the viewer may do with it now.
    pub fn actions(&self, viewer: &Viewer) -> Vec<EntryAction> {
        if viewer.is_client || self.deleted_at.is_some() {
            return Vec::new();
        }
        let mut actions = allowed_actions(self.status, self.lock().is_some());
        actions.retain(|action| match action {
            EntryAction::Restart => true,
            // They are acts of one's own timer. Who reads an event may be anybody.
            EntryAction::Pause | EntryAction::Resume => viewer.member.is_none_or(|own| own == self.member_id),
            _ => viewer.may_write(self.member_id),
        });
        viewer.acts(TimeWrite, actions)
    }

    /// How it falls on local dates: as stored where there are several, else as a whole.
    pub fn parts(&self) -> Vec<TimeAllocation> {
        let Some(duration_seconds) = self.duration_seconds else { return Vec::new() };
        match &self.allocations {
            Some(parts) => parts.0.clone(),
            None => vec![TimeAllocation {
                date: self.work_date,
                duration_seconds,
                billed_seconds: self.billed_seconds.unwrap_or(0),
                day_ten_thousandths: self.day_ten_thousandths,
                amount_minor: self.amount_minor,
            }],
        }
    }
}

impl Resource for TimeEntryRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for EntryRow {
    type Event = TimeEntryEvent;
    type View = TimeEntryRecord;
    const RESOURCE: &'static str = "time_entry";

    fn identity(&self) -> Identity {
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client: self.client_id }
    }

    fn view(self, viewer: &Viewer) -> TimeEntryRecord {
        let (for_client, allowed_actions) = (viewer.is_client, self.actions(viewer));
        let needs_review = (!for_client).then(|| self.needs_review(viewer.now));
        let shows_task = !for_client || self.shows_task();
        let allocations = self.parts();
        let reason = self.lock();
        TimeEntryRecord {
            id: self.id,
            status: ShownEntryStatus::of(self.status, self.deleted_at.is_some()),
            member_id: self.member_id,
            member_name: self.member_name.unwrap_or_default(),
            client_id: self.client_id,
            client: None,
            engagement_id: self.engagement_id,
            engagement: None,
            // A task that only assistants see is none for the client.
            task_id: self.task_id.filter(|_| shows_task),
            area: self.area.filter(|_| shows_task),
            task: None,
            terms_id: self.terms_id,
            started_at: self.started_at,
            ended_at: self.ended_at,
            paused_at: self.paused_at,
            time_zone: self.time_zone,
            work_date: self.work_date,
            booked_on: self.booked_on,
            duration_seconds: self.duration_seconds,
            break_seconds: self.break_seconds,
            allocations,
            billable: self.billable,
            billed_seconds: self.billed_seconds,
            rate_minor: self.rate_minor,
            rate_unit: self.rate_unit,
            currency: self.currency,
            amount_minor: self.amount_minor,
            day_ten_thousandths: self.day_ten_thousandths,
            description: self.description,
            service: self.service,
            source: self.source,
            allowed_actions,
            lock: Lock { locked: reason.is_some(), reason, locked_at: self.locked_at },
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            internal: needs_review.map(|needs_review| TimeEntryInternal {
                internal_note: self.internal_note,
                tags: self.tags,
                rate_source: self.rate_source,
                needs_review,
                external_source: self.external_source,
                external_ref: self.external_ref,
            }),
            overlapping: None,
        }
    }

    fn is_shown_to_client(&self) -> bool {
        !self.is_open() && self.client_id.is_some()
    }

    /// As of the change alone: a timer is as long as it was then, whatever the clock says when the event is written.
    fn in_event(&self, is_client: bool, _: Timestamp) -> Value {
        shown(self.clone().view(&Viewer::of_events(is_client, self.updated_at)))
    }
}
