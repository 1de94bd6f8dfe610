//! What callers say of an entry: a new one, a change, a timer to start, a place to split at.

use super::EntrySource;
use crate::hours::{LocalTime, SpanInput};
use crate::kernel::error::Faults;
use crate::kernel::{
    Date, EngagementId, ExternalRef, ExternalSource, JsonText, Label, MemberId, Note, RateMinor, Tag, TaskId,
    TimeEntryId, TimeZone, Timestamp, choice,
};
use crate::slices::clients::model::{both_or_neither, check_tags};
use crate::web::Patchable;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

choice! {
    /// How an entry that is not a timer came to be.
    pub enum EntryOrigin {
        Manual = "manual",
        Import = "import",
        Api = "api",
    }
}

impl From<EntryOrigin> for EntrySource {
    fn from(origin: EntryOrigin) -> Self {
        match origin {
            EntryOrigin::Manual => Self::Manual,
            EntryOrigin::Import => Self::Import,
            EntryOrigin::Api => Self::Api,
        }
    }
}

choice! {
    /// What becomes of a timer that runs already when another is started.
    #[derive(Default)]
    pub enum IfRunning {
        /// It is stopped, and the answer carries it.
        #[default]
        Stop = "stop",
        /// The start is refused (409 `timer_running`).
        Reject = "reject",
    }
}

/// One list for all that is said of work, so that a member and its bounds cannot differ between a new entry, a change
/// and a timer.
macro_rules! entries {
    (
        work { $($(#[$wmeta:meta])* $work:ident: $wtype:ty,)+ }
        timed { $($(#[$tmeta:meta])* $timed:ident: $ttype:ty,)+ }
    ) => {
        /// Work that was done: `started_at` with `ended_at` or `duration_seconds`; or `started_local` with `ended_local`
        /// or `duration_seconds`; or `work_date` with `duration_seconds`.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        #[schema(examples(json!({
            "engagement_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "started_local": "2026-11-02T10:15",
            "ended_local": "2026-11-02T11:40", "description": "Belege für Oktober sortiert", "tags": ["belege"]
        })))]
        pub struct NewTimeEntry {
            /// The engagement that the work belongs to; default: the task's. Required without a task that has one.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = EngagementId, required = false)]
            pub engagement_id: Option<EngagementId>,
            /// Whose work it is; default: yours. The owner may enter anybody's.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = MemberId, required = false)]
            pub member_id: Option<MemberId>,
            /// How the entry came to be; default `api` through an API key, else `manual`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = EntryOrigin, required = false)]
            pub source: Option<EntryOrigin>,
            $($(#[$wmeta])* pub $work: $wtype,)+
            $($(#[$tmeta])* pub $timed: $ttype,)+
        }

        /// What can be changed of an entry. While the timer runs, of its times only the start.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct TimeEntryFields {
            /// The engagement that the work belongs to. With another one, rate and `billable` are taken from there
            /// unless they are given as well.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = EngagementId, required = false)]
            pub engagement_id: Option<EngagementId>,
            /// Whether somebody should look at the entry: a timer that ran too long. False when that was done.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = bool, required = false)]
            pub needs_review: Option<bool>,
            $($(#[$wmeta])* pub $work: $wtype,)+
            $($(#[$tmeta])* pub $timed: $ttype,)+
        }

        /// A timer to start. Everything can be left out and given later.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        #[schema(examples(json!({
            "engagement_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "description": "Belege für Oktober sortieren"
        })))]
        pub struct NewTimer {
            /// The engagement that the work belongs to; default: the task's, or none yet.
            #[serde(default)]
            pub engagement_id: Option<EngagementId>,
            /// What becomes of the timer that runs already; default `stop`.
            #[serde(default)]
            pub if_running: IfRunning,
            /// Goes on with the work of this entry: copies its engagement, task, description, service, tags, `billable`
            /// and own rate. What is given here wins, also null. `billable` and the rate are not copied into another
            /// engagement.
            #[serde(default)]
            pub from_entry_id: Option<TimeEntryId>,
            /// When the work began, if that was before now. A timer that runs already ends there.
            #[serde(default)]
            pub started_at: Option<Timestamp>,
            /// The zone whose date it is; default: the engagement's, the client's or the workspace's.
            #[serde(default)]
            pub time_zone: Option<TimeZone>,
            $($(#[$wmeta])* pub $work: $wtype,)+
        }

        impl From<NewTimeEntry> for TimeEntryFields {
            fn from(new: NewTimeEntry) -> Self {
                Self {
                    engagement_id: new.engagement_id,
                    needs_review: None,
                    $($work: new.$work,)+
                    $($timed: new.$timed,)+
                }
            }
        }

        impl From<NewTimer> for TimeEntryFields {
            fn from(new: NewTimer) -> Self {
                Self {
                    engagement_id: new.engagement_id,
                    started_at: new.started_at,
                    time_zone: new.time_zone,
                    $($work: new.$work,)+
                    ..Self::default()
                }
            }
        }
    };
}

entries! {
    work {
        /// The task that the work belongs to.
        #[serde(default)]
        task_id: Option<TaskId>,
        /// Whether it is billed; null: as its task or engagement says.
        #[serde(default)]
        billable: Option<bool>,
        /// A rate for this entry alone, in minor units per hour, or per day in daily engagements; null: as its task,
        /// engagement, client or member says.
        #[serde(default)]
        #[schema(value_type = Option<RateMinor>)]
        rate_minor: Option<i64>,
        /// What was done, as the client reads it.
        #[serde(default)]
        description: Option<Note>,
        /// A note that only assistants see.
        #[serde(default)]
        internal_note: Option<Note>,
        /// The kind of service, as a line of an invoice names it.
        #[serde(default)]
        service: Option<Label>,
        /// Tags of the workspace's own, at most 30. Clients do not see them.
        #[serde(default)]
        #[schema(value_type = Vec<Tag>, max_items = 30)]
        tags: JsonText<Vec<Tag>>,
    }
    timed {
        /// When it began; with `ended_at` or `duration_seconds`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Timestamp, required = false)]
        started_at: Option<Timestamp>,
        /// When it ended; with `started_at`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Timestamp, required = false)]
        ended_at: Option<Timestamp>,
        /// When it began, as the clocks in `time_zone` show it; with `ended_local` or `duration_seconds`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = LocalTime, required = false)]
        started_local: Option<LocalTime>,
        /// When it ended, as the clocks in `time_zone` show it; with `started_local`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = LocalTime, required = false)]
        ended_local: Option<LocalTime>,
        /// The zone of local times, and whose dates count; default: the engagement's, the client's or the workspace's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = TimeZone, required = false)]
        time_zone: Option<TimeZone>,
        /// The date of the work, where no clock times are known; with `duration_seconds`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Date, required = false)]
        work_date: Option<Date>,
        /// How long it took without breaks, in seconds; with a start or `work_date`. With breaks at most 24 hours, or
        /// as long as the local day is. In a change of clock times the start stays and the end moves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = i64, required = false, minimum = 1, maximum = 97200, examples(5400))]
        duration_seconds: Option<i64>,
        /// How much of the time between start and end was no work, in seconds; default 0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = i64, required = false, minimum = 0, maximum = 97200, examples(600))]
        break_seconds: Option<i64>,
        /// Daily engagements whose entries say it themselves (`day_mode` is `explicit`): the share of a day, in
        /// ten-thousandths; 5000 is half a day. All entries of one person and date together at most 10000.
        #[serde(default)]
        #[schema(minimum = 1, maximum = 10_000)]
        day_ten_thousandths: Option<i64>,
        /// The other system that `external_ref` belongs to. Both or neither.
        #[serde(default)]
        external_source: Option<ExternalSource>,
        /// The entry's id in the other system, unique per source.
        #[serde(default)]
        external_ref: Option<ExternalRef>,
    }
}

impl Patchable for TimeEntryFields {
    const PATCH: &'static str = "TimeEntryPatch";
}

impl TimeEntryFields {
    /// The members that say which engagement counts.
    pub fn place(&self) -> &'static [&'static str] {
        if self.engagement_id.is_some() { &["/engagement_id"] } else { &["/engagement_id", "/task_id"] }
    }

    /// The members that say on which date the work was done, where that depends on more than one.
    pub fn date(&self) -> &'static [&'static str] {
        match self.work_date {
            Some(_) => &["/started_at", "/started_local"],
            None => &["/started_at", "/started_local", "/work_date", "/time_zone"],
        }
    }

    /// When it was done, as far as it is said.
    pub fn span(&self) -> SpanInput {
        SpanInput {
            started_at: self.started_at,
            ended_at: self.ended_at,
            started_local: self.started_local.clone(),
            ended_local: self.ended_local.clone(),
            time_zone: self.time_zone.clone(),
            work_date: self.work_date,
            duration_seconds: self.duration_seconds,
            break_seconds: self.break_seconds,
        }
    }

    /// The same with nothing said of when it was done.
    pub fn without_times(&self) -> Self {
        Self {
            started_at: None,
            ended_at: None,
            started_local: None,
            ended_local: None,
            time_zone: None,
            work_date: None,
            duration_seconds: None,
            break_seconds: None,
            ..self.clone()
        }
    }

    /// Checks what the schema cannot say, but for the times.
    pub fn check(&self, faults: &mut Faults) {
        both_or_neither(faults, self.external_source.is_some(), self.external_ref.is_some());
        check_tags(faults, &self.tags.0);
    }
}

/// Where an entry is to be split: at an instant, or after so much work.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"split_after_seconds": 1800})))]
pub struct NewSplit {
    /// The instant at which the second part begins.
    #[serde(default)]
    pub split_at: Option<Timestamp>,
    /// How many seconds of work the first part keeps.
    #[serde(default)]
    #[schema(minimum = 1)]
    pub split_after_seconds: Option<i64>,
}

/// How your timer is to be stopped. Everything can be left out: then it ends now, or where its pause began.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"ended_at": "2026-11-02T11:40:00Z", "description": "Belege für Oktober sortiert"})))]
pub struct TimerStop {
    /// When the work ended, if that was before now. What lies between a pause and this end is a break.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// What was done, as the client reads it; left out it stays, null clears it.
    #[serde(default)]
    pub description: Option<Note>,
    /// How much of the time was no work, in seconds, instead of the pauses; null: the pauses. With an
    /// earlier end the pauses count in proportion to the time that is left.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 97200, examples(600))]
    pub break_seconds: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hours::LONGEST_DAY_SECONDS;
    use utoipa::PartialSchema;

    #[test]
    fn the_document_bounds_what_can_be_said() {
        let [fields, stop] =
            [TimeEntryFields::schema(), TimerStop::schema()].map(|schema| serde_json::to_value(schema).unwrap());
        for (schema, member) in
            [(&fields, "duration_seconds"), (&fields, "break_seconds"), (&stop, "break_seconds")]
        {
            assert_eq!(schema["properties"][member]["maximum"], LONGEST_DAY_SECONDS, "{member}");
        }
    }
}
