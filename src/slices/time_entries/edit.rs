//! A change laid over an entry: what of it moves, and when it was done afterwards.

use super::{Basis, EntryRow, EntrySpan, TimeEntryFields, TimerState};
use crate::hours::{Span, SpanInput, max_seconds, work_date};
use crate::kernel::error::{Error, Fault, FaultCode, Faults, Result};
use crate::kernel::{TimeZone, Timestamp};
use crate::web::{Body, Changes};

/// What a change moves: the work elsewhere, its date, the terms that it is under.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    pub work: bool,
    pub date: bool,
    pub terms: bool,
}

/// What a change makes of an entry.
#[derive(Debug)]
pub struct Edit {
    pub fields: TimeEntryFields,
    /// Whether the change speaks of these.
    pub says_billable: bool,
    pub says_rate: bool,
    pub mentions_days: bool,
    moves_engagement: bool,
    moves_task: bool,
    says_else: bool,
}

impl Edit {
    /// Lays a change over an entry. In another engagement, what the old one said counts no more.
    pub fn new(before: &EntryRow, changes: &Changes<TimeEntryFields>, now: Timestamp) -> Result<Body<Self>> {
        let stored = before.fields(now);
        let Body { value: mut fields, faults } = changes.apply(&stored)?;
        let moves_engagement = fields.engagement_id != stored.engagement_id;
        let (says_billable, says_rate) = (changes.mentions("billable"), changes.mentions("rate_minor"));
        let mentions_days = changes.mentions("day_ten_thousandths");
        if moves_engagement {
            fields.billable = fields.billable.filter(|_| says_billable);
            fields.rate_minor = fields.rate_minor.filter(|_| says_rate);
            fields.day_ten_thousandths = fields.day_ten_thousandths.filter(|_| mentions_days);
        }
        let edit = Self {
            says_billable: says_billable && fields.billable != stored.billable,
            says_rate: says_rate && fields.rate_minor != stored.rate_minor,
            mentions_days,
            moves_engagement,
            moves_task: fields.task_id != stored.task_id,
            says_else: fields.without_times() != stored,
            fields,
        };
        Ok(Body { value: edit, faults })
    }

    /// The entry as it is to be, based on this afterwards; `span` is when the work was done, where that is another time.
    pub fn row(
        &self,
        before: &EntryRow,
        basis: &Basis,
        span: Option<&EntrySpan>,
        (moved, now): (Moved, Timestamp),
    ) -> EntryRow {
        let (fields, mut row) = (&self.fields, before.clone());
        row.set_texts(fields);
        if let Some(wanted) = fields.needs_review {
            row.set_needs_review(wanted, now);
        }
        if moved.work || self.mentions_days {
            row.days_given = fields.day_ten_thousandths;
        }
        if let Some(span) = span {
            row.set_span(span);
        }
        if self.moves_place() {
            basis.place(&mut row);
        }
        row.terms_id = basis.terms_id().filter(|_| !before.is_open());
        if moved.work || self.says_billable {
            basis.decide_billable(&mut row, fields.billable);
        }
        if moved.work || self.says_rate || moved.terms || (before.is_open() && moved.date) {
            basis.decide_rate(&mut row, fields.rate_minor);
        }
        if self.moves_place() && !moved.work {
            basis.follow_task(&mut row);
        }
        row
    }

    /// Whether it says which share of a day it is.
    pub fn says_days(&self) -> bool {
        self.mentions_days && self.fields.day_ten_thousandths.is_some()
    }

    /// Whether it belongs elsewhere afterwards: to another engagement or task.
    pub fn moves_place(&self) -> bool {
        self.moves_engagement || self.moves_task
    }

    /// The member that says where it belongs afterwards.
    pub fn place_pointer(&self) -> &'static str {
        if self.moves_task && !self.moves_engagement { "/task_id" } else { "/engagement_id" }
    }

    /// Whether it speaks of when the work was done.
    pub fn moves_time(&self) -> bool {
        !self.fields.span().is_empty()
    }

    /// Whether it changes anything but when the work was done.
    pub fn says_else(&self) -> bool {
        self.says_else
    }
}

/// When the work was done, after a change that speaks of it.
pub fn edited_span(
    before: &EntryRow,
    fields: &TimeEntryFields,
    basis: &Basis,
    now: Timestamp,
) -> Result<EntrySpan> {
    match (before.span(), before.timer()) {
        (Some(stored), _) => stored.changed(&fields.span(), now).map(EntrySpan::Done),
        (None, Some(timer)) => running_span(timer, &before.time_zone, &fields.span(), now),
        (None, None) => Span::from_input(&fields.span(), basis.zone(), now).map(EntrySpan::Done),
    }
}

/// Of a timer that has not been stopped only the start can be moved, and the zone. What is as it was said is no change.
fn running_span(timer: TimerState, zone: &TimeZone, input: &SpanInput, now: Timestamp) -> Result<EntrySpan> {
    let mut faults = Faults::new();
    for (member, given) in [
        ("/ended_at", input.ended_at.is_some()),
        ("/ended_local", input.ended_local.is_some()),
        ("/work_date", input.work_date.is_some_and(|date| date != work_date(timer.started_at, zone))),
        ("/duration_seconds", input.duration_seconds.is_some()),
        ("/break_seconds", input.break_seconds.is_some_and(|pause| pause != timer.break_seconds)),
    ] {
        if given {
            faults.add(member, FaultCode::TimerNotStopped);
        }
    }
    let zone = input.time_zone.as_ref().unwrap_or(zone);
    let (pointer, start) = match (input.started_at, &input.started_local) {
        (Some(_), Some(_)) => {
            faults.push(Fault::new("/started_local", FaultCode::NotTogether).with("other", "started_at"));
            ("", None)
        }
        (Some(at), None) => ("/started_at", Some(at)),
        (None, Some(local)) => match local.resolve(zone, "/started_local") {
            Ok(at) => ("/started_local", Some(at)),
            Err(fault) => {
                faults.push(fault.reads("/time_zone"));
                ("", None)
            }
        },
        (None, None) => ("", Some(timer.started_at)),
    };
    let end = timer.paused_at.unwrap_or(now);
    let zone_read: &[&str] = if pointer == "/started_local" { &["/time_zone"] } else { &[] };
    if let Some(start) = start.filter(|start| *start != timer.started_at) {
        let whole = end.seconds_since(start);
        if start > now {
            faults.push(Fault::new(pointer, FaultCode::InTheFuture).reads_all(zone_read));
        } else if whole < timer.break_seconds || start > end {
            let latest = end.plus_seconds(-timer.break_seconds);
            faults.push(Fault::new(pointer, FaultCode::TooLarge).with("max", latest).reads_all(zone_read));
        } else if start < timer.started_at {
            faults.extend(too_long(pointer, start, end, zone));
        }
    }
    faults.check()?;
    let started_at = start.ok_or_else(Error::not_found)?;
    Ok(EntrySpan::Open(TimerState { started_at, ..timer }, zone.clone()))
}

/// The fault of a timer's start that is too long ago.
pub fn too_long(pointer: &str, start: Timestamp, end: Timestamp, zone: &TimeZone) -> Option<Fault> {
    let most = max_seconds(work_date(start, zone), work_date(end, zone), zone);
    let is_longer = end.seconds_since(start) > most;
    let fault = Fault::new(pointer, FaultCode::IntervalTooLong).reads("/time_zone");
    is_longer.then(|| fault.with("max_seconds", most))
}
