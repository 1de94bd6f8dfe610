//! What is listed of entries, and how one is shown.

use super::{EntrySource, EntryStatus};
use crate::kernel::{
    ClientId, Date, EngagementId, ExternalRef, ExternalSource, MemberId, TaskId, TimeZone, Timestamp, choice,
};
use crate::web::{Listing, OneOf, Primitive, SearchText, Texts, params};

choice! {
    /// Related objects that a time entry can show within it.
    pub enum TimeEntryExpansion {
        Client = "client",
        Engagement = "engagement",
        Task = "task",
    }
}

params! {
    /// Whether work of closed periods is noted.
    pub struct LateBooking {
        /// Note work of a closed period as well: it counts for the first day of the earliest period that is open
        /// (`booked_on`). Default false: it is refused (409 `period_closed`).
        late: Primitive<bool>,
    }
}

impl LateBooking {
    pub fn is_wanted(&self) -> bool {
        self.late.is_some_and(|late| late.0)
    }
}

params! {
    /// How to show a time entry.
    pub struct TimeEntryView {
        /// Related objects to put into it. An API key needs the scope to read them.
        expand: OneOf<TimeEntryExpansion>,
    }
}

params! {
    /// Which time entries to list.
    pub struct TimeEntryFilter {
        /// Only of these clients.
        client_id: OneOf<ClientId>,
        /// Only of these engagements.
        engagement_id: OneOf<EngagementId>,
        /// Only of these tasks.
        task_id: OneOf<TaskId>,
        /// Only of these members.
        member_id: OneOf<MemberId>,
        /// Only with these statuses. A client sees none that runs.
        status: OneOf<EntryStatus>,
        /// Only billable or only other ones.
        billable: Primitive<bool>,
        /// Only those that came to be like this.
        source: OneOf<EntrySource>,
        /// Only with one of these tags, in any case.
        @internal tags: Texts,
        /// Only what reaches into this date or a later one; a timer counts on the date on which it began.
        work_date_from: Date,
        /// Only what began before this date.
        work_date_until: Date,
        /// Only work on this local date or a later one. An entry with clock times is found where these, in `time_zone`,
        /// touch the dates (a running timer counts up to now); one without is found by its own date. Not with
        /// `include=totals`.
        local_date_from: Date,
        /// Only what was done on a local date before this one.
        local_date_until: Date,
        /// The zone of the local dates, only with these; default: the workspace's.
        time_zone: TimeZone,
        /// Only what began then or later; entries without clock times are left out.
        started_at_from: Timestamp,
        /// Only what began before; entries without clock times are left out.
        started_at_until: Timestamp,
        /// Only those that somebody should look at, or only the others.
        @internal needs_review: Primitive<bool>,
        /// Only from this other system.
        @internal external_source: ExternalSource,
        /// Only with this id in the other system.
        @internal external_ref: ExternalRef,
        /// Searches descriptions, services and the notes that you can see, in any case and with or without accents.
        q: SearchText,
    }
}

impl TimeEntryFilter {
    /// Whether a date lies within those asked for.
    pub fn has_date(&self, date: Date) -> bool {
        self.work_date_from.is_none_or(|from| date >= from)
            && self.work_date_until.is_none_or(|until| date < until)
    }

    /// Whether of the periods within its dates no billable entry is left out.
    pub fn holds_whole_periods(&self) -> bool {
        let narrows = [
            self.task_id.is_some(),
            self.member_id.is_some(),
            self.status.is_some(),
            self.billable.is_some_and(|billable| !billable.0),
            self.source.is_some(),
            self.tags.is_some(),
            self.started_at_from.is_some() || self.started_at_until.is_some(),
            self.needs_review.is_some(),
            self.external_source.is_some() || self.external_ref.is_some(),
            self.q.is_some(),
        ];
        !narrows.contains(&true)
    }
}

impl Listing for TimeEntryFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
        ("work_date", "work_date"),
        ("started_at", "begins_at"),
        ("duration_seconds", "sort_seconds"),
    ];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
    const INCLUDES: &'static [&'static str] = &["totals"];
    const EXPANDS: &'static [&'static str] = &["client", "engagement", "task"];
}
