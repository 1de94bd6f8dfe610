//! The row of an entry, and how it follows from what is said of it.

use super::{EntrySource, EntrySpan, EntryStatus, Stopped, TimeEntryFields, TimerState};
use crate::hours::{BillingLine, RateSource, RateUnit, Span, TimeAllocation};
use crate::kernel::{
    ClientId, Columns, Currency, Date, EngagementId, ExternalRef, ExternalSource, JsonText, Label, LockReason,
    MemberId, Note, Tag, TaskId, TermsId, TimeEntryId, TimeZone, Timestamp, fold,
};
use crate::slices::clients::model::tags_key;
use crate::slices::tasks::model::Visibility;

/// An entry's row.
#[derive(Clone, Debug, PartialEq, Columns)]
pub struct EntryRow {
    pub id: TimeEntryId,
    pub member_id: MemberId,
    /// The member's name when it was noted; none before it is stored.
    pub member_name: Option<String>,
    /// Who sees the task, as of today.
    pub task_visibility: Option<Visibility>,
    pub client_id: Option<ClientId>,
    pub engagement_id: Option<EngagementId>,
    pub task_id: Option<TaskId>,
    /// The area of its task when it was noted.
    pub area: Option<Label>,
    /// The version of the terms that it is accounted under; none while its timer runs.
    pub terms_id: Option<TermsId>,
    pub status: EntryStatus,
    pub source: EntrySource,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub paused_at: Option<Timestamp>,
    pub time_zone: TimeZone,
    pub work_date: Date,
    /// The last local date that it reaches; that of the start while its timer runs.
    pub last_work_date: Date,
    /// The day that it counts for, where its own lay in a closed period.
    pub booked_on: Option<Date>,
    /// Null while the timer has not been stopped.
    pub duration_seconds: Option<i64>,
    pub break_seconds: i64,
    pub billable: bool,
    pub billable_given: Option<bool>,
    pub billed_seconds: Option<i64>,
    pub rate_minor: Option<i64>,
    pub rate_unit: Option<RateUnit>,
    pub rate_source: Option<RateSource>,
    pub currency: Currency,
    pub amount_minor: Option<i64>,
    /// The share of a day that was given, in ten-thousandths.
    pub days_given: Option<i64>,
    /// The share of a day that it counts as, in ten-thousandths.
    pub day_ten_thousandths: Option<i64>,
    /// Its parts, where it lies on several local dates.
    pub allocations: Option<JsonText<Vec<TimeAllocation>>>,
    pub description: Option<Note>,
    pub internal_note: Option<Note>,
    pub service: Option<Label>,
    pub tags: JsonText<Vec<Tag>>,
    pub external_source: Option<ExternalSource>,
    pub external_ref: Option<ExternalRef>,
    /// Since when somebody should look at it. Of a timer that has not been stopped the instant of `announced_at` says
    /// only that nobody has dealt with that yet; any other one was set by a person.
    pub needs_review_since: Option<Timestamp>,
    /// When it was told that its timer runs too long, or when a person dealt with that first.
    pub announced_at: Option<Timestamp>,
    pub lock_reason: Option<LockReason>,
    pub locked_at: Option<Timestamp>,
    /// The start, or the first instant of the date.
    pub begins_at: Timestamp,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

impl EntryRow {
    /// A row about which nothing is known yet but whose it is.
    pub fn new(
        id: TimeEntryId,
        member_id: MemberId,
        source: EntrySource,
        currency: Currency,
        span: &EntrySpan,
        now: Timestamp,
    ) -> Self {
        let mut row = Self {
            id,
            member_id,
            member_name: None,
            task_visibility: None,
            client_id: None,
            engagement_id: None,
            task_id: None,
            area: None,
            terms_id: None,
            status: EntryStatus::Recorded,
            source,
            started_at: None,
            ended_at: None,
            paused_at: None,
            time_zone: span.time_zone().clone(),
            work_date: span.work_date(),
            last_work_date: span.work_date(),
            booked_on: None,
            duration_seconds: None,
            break_seconds: 0,
            billable: true,
            billable_given: None,
            billed_seconds: None,
            rate_minor: None,
            rate_unit: None,
            rate_source: None,
            currency,
            amount_minor: None,
            days_given: None,
            day_ten_thousandths: None,
            allocations: None,
            description: None,
            internal_note: None,
            service: None,
            tags: JsonText::default(),
            external_source: None,
            external_ref: None,
            needs_review_since: None,
            announced_at: None,
            lock_reason: None,
            locked_at: None,
            begins_at: Timestamp::from_micros(0),
            version: 0,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        };
        row.set_span(span);
        row
    }

    /// What was said of it, for a change to be laid over. Of its times nothing stands here: a change says which it
    /// means.
    pub fn fields(&self, now: Timestamp) -> TimeEntryFields {
        TimeEntryFields {
            engagement_id: self.engagement_id,
            needs_review: Some(self.needs_review(now)),
            task_id: self.task_id,
            billable: self.billable_given,
            rate_minor: self.rate_given(),
            description: self.description.clone(),
            internal_note: self.internal_note.clone(),
            service: self.service.clone(),
            tags: self.tags.clone(),
            // A split can leave a part with nothing; nobody can say that.
            day_ten_thousandths: self.days_given.filter(|share| *share > 0),
            external_source: self.external_source.clone(),
            external_ref: self.external_ref.clone(),
            ..TimeEntryFields::default()
        }
    }

    /// Takes over the texts of what was said.
    pub fn set_texts(&mut self, fields: &TimeEntryFields) {
        self.description = fields.description.clone();
        self.internal_note = fields.internal_note.clone();
        self.service = fields.service.clone();
        self.tags = fields.tags.clone();
        self.external_source = fields.external_source.clone();
        self.external_ref = fields.external_ref.clone();
    }

    /// Whether somebody should look at it. A timer that runs too long needs that by itself, until a person has said
    /// that they have dealt with it.
    pub fn needs_review(&self, now: Timestamp) -> bool {
        let running = self.timer().filter(|_| self.deleted_at.is_none());
        let Some(timer) = running else { return self.needs_review_since.is_some() };
        let is_dealt_with = self.announced_at.is_some() && self.needs_review_since.is_none();
        let is_marked = self.needs_review_since.is_some() && self.needs_review_since != self.announced_at;
        is_marked || (timer.is_long_running(now) && !is_dealt_with)
    }

    /// Says whether somebody should look at it, where that is not so already.
    pub fn set_needs_review(&mut self, wanted: bool, now: Timestamp) {
        match wanted {
            same if same == self.needs_review(now) => {}
            // Another instant than that of `announced_at`, which would say that nobody marked it.
            true => {
                let taken = i64::from(self.announced_at == Some(now));
                self.needs_review_since = Some(Timestamp::from_micros(now.micros() + taken));
            }
            false => {
                self.needs_review_since = None;
                if self.timer().is_some_and(|timer| timer.is_long_running(now)) {
                    self.announced_at.get_or_insert(now);
                }
            }
        }
    }

    /// Marks it for somebody to look at.
    pub fn mark_for_review(&mut self, now: Timestamp) {
        self.needs_review_since.get_or_insert(now);
    }

    /// Takes over when it was done.
    pub fn set_span(&mut self, span: &EntrySpan) {
        match span {
            EntrySpan::Done(span) => {
                self.started_at = span.started_at;
                self.ended_at = span.ended_at;
                self.paused_at = None;
                self.duration_seconds = Some(span.duration_seconds);
                self.break_seconds = span.break_seconds;
            }
            EntrySpan::Open(timer, _) => {
                self.started_at = Some(timer.started_at);
                self.ended_at = None;
                self.paused_at = timer.paused_at;
                self.duration_seconds = None;
                self.break_seconds = timer.break_seconds;
                self.status = if timer.paused_at.is_some() { EntryStatus::Paused } else { EntryStatus::Running };
            }
        }
        self.time_zone = span.time_zone().clone();
        self.work_date = span.work_date();
        self.last_work_date = self.work_date;
        self.begins_at = self.started_at.unwrap_or_else(|| self.work_date.starts_at(self.time_zone.tz()));
    }

    /// Ends the timer. To be looked at is too long work, unless somebody dealt with it, and what a person marked.
    pub fn set_stopped(&mut self, stopped: Stopped, now: Timestamp) {
        let is_announced = self.announced_at.is_some();
        if stopped.is_long() {
            if !is_announced {
                self.mark_for_review(now);
            }
        } else if is_announced && self.needs_review_since == self.announced_at {
            self.needs_review_since = None;
        }
        self.ended_at = Some(stopped.ended_at);
        self.paused_at = None;
        self.duration_seconds = Some(stopped.duration_seconds);
        self.break_seconds = stopped.break_seconds;
        self.status = EntryStatus::Recorded;
    }

    /// As accounting sees it once it is done, laid on its local dates.
    pub fn billing_line(&self) -> Option<BillingLine> {
        let mut line = BillingLine {
            id: self.id,
            member_id: self.member_id,
            task_id: self.task_id,
            area: self.area.clone(),
            terms_id: self.terms_id,
            started_at: self.started_at,
            work_date: self.work_date,
            booked_on: self.booked_on,
            duration_seconds: self.duration_seconds?,
            billable: self.billable,
            rate_minor: self.rate_minor,
            rate_unit: self.rate_unit,
            rate_source: self.rate_source,
            days_given: self.days_given,
            billed_seconds: self.billed_seconds,
            day_ten_thousandths: self.day_ten_thousandths,
            amount_minor: self.amount_minor,
            allocations: None,
            locked: self.lock().is_some(),
        };
        line.set_dates(&self.span()?.seconds_by_date());
        Some(line)
    }

    /// Takes over what accounting made of it.
    pub fn take_accounting(&mut self, line: BillingLine) {
        self.last_work_date = line.parts().last().map_or(self.work_date, |part| part.date);
        self.billed_seconds = line.billed_seconds;
        self.day_ten_thousandths = line.day_ten_thousandths;
        self.amount_minor = line.amount_minor;
        self.allocations = line.allocations;
    }

    /// When it was done, once it is done.
    pub fn span(&self) -> Option<Span> {
        Some(Span {
            started_at: self.started_at,
            ended_at: self.ended_at,
            work_date: self.work_date,
            time_zone: self.time_zone.clone(),
            duration_seconds: self.duration_seconds?,
            break_seconds: self.break_seconds,
        })
    }

    /// When it was done, or since when its timer runs.
    pub fn entry_span(&self) -> Option<EntrySpan> {
        let open = || self.timer().map(|timer| EntrySpan::Open(timer, self.time_zone.clone()));
        self.span().map(EntrySpan::Done).or_else(open)
    }

    /// The timer, while it has not been stopped.
    pub fn timer(&self) -> Option<TimerState> {
        let started_at = self.started_at.filter(|_| self.is_open())?;
        Some(TimerState { started_at, paused_at: self.paused_at, break_seconds: self.break_seconds })
    }

    /// Whether it is a timer that has not been stopped.
    pub fn is_open(&self) -> bool {
        self.status.is_open()
    }

    /// Whether its client sees its task, and what follows from it.
    pub fn shows_task(&self) -> bool {
        self.task_visibility != Some(Visibility::Internal)
    }

    /// What keeps it from being changed.
    pub fn lock(&self) -> Option<LockReason> {
        self.lock_reason.or((self.status == EntryStatus::Approved).then_some(LockReason::Approved))
    }

    /// The rate that the entry itself was given.
    pub fn rate_given(&self) -> Option<i64> {
        self.rate_minor.filter(|_| self.rate_source == Some(RateSource::Entry))
    }

    /// What is left of it for a client whom it left: that it was there once.
    #[must_use]
    pub fn tombstone(self, version: i64, left_at: Timestamp) -> Self {
        Self {
            engagement_id: None,
            task_id: None,
            area: None,
            terms_id: None,
            status: EntryStatus::Recorded,
            last_work_date: self.work_date,
            started_at: None,
            ended_at: None,
            paused_at: None,
            duration_seconds: Some(0),
            break_seconds: 0,
            billable: false,
            billable_given: None,
            billed_seconds: Some(0),
            rate_minor: None,
            rate_unit: None,
            rate_source: None,
            amount_minor: None,
            days_given: None,
            day_ten_thousandths: None,
            allocations: None,
            description: None,
            internal_note: None,
            service: None,
            tags: JsonText::default(),
            external_source: None,
            external_ref: None,
            needs_review_since: None,
            announced_at: None,
            lock_reason: None,
            locked_at: None,
            version,
            updated_at: left_at,
            deleted_at: Some(left_at),
            ..self
        }
    }

    /// What a search for shared texts looks through, folded.
    pub fn search_text(&self) -> String {
        join(&[self.description.as_deref(), self.service.as_deref()])
    }

    /// What only an assistant's search looks through, folded.
    pub fn search_internal(&self) -> String {
        join(&[self.internal_note.as_deref(), self.external_ref.as_deref()])
    }

    /// The tags as the tag filter finds them.
    pub fn tags_key(&self) -> String {
        tags_key(&self.tags.0)
    }
}

fn join(parts: &[Option<&str>]) -> String {
    fold(&parts.iter().flatten().copied().collect::<Vec<_>>().join("\n"))
}
