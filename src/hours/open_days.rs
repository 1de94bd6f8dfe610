//! On which days an engagement takes work.

use super::Pauses;
use crate::kernel::error::{Code, Error, Fault, FaultCode, Result};
use crate::kernel::{Date, choice};

choice! {
    /// Where an engagement stands: draft → proposed → active ⇄ paused → ended → archived, or proposed → declined.
    pub enum EngagementStatus {
        Draft = "draft",
        Proposed = "proposed",
        Active = "active",
        Paused = "paused",
        Ended = "ended",
        Archived = "archived",
        Declined = "declined",
    }
}

/// What decides on which days an engagement takes work.
#[derive(Clone, Copy, Debug)]
pub struct OpenDays<'a> {
    pub status: EngagementStatus,
    pub starts_on: Date,
    pub ends_on: Option<Date>,
    pub pauses: &'a Pauses,
    pub ended_on: Option<Date>,
}

impl OpenDays<'_> {
    /// The last day that takes work while it is paused or ended; none while it is active or before. One that was
    /// paused when it ended takes none for the days between.
    pub fn last_open_on(&self) -> Option<Date> {
        match self.status {
            EngagementStatus::Paused | EngagementStatus::Ended => self.last_on(),
            _ => None,
        }
    }

    /// The last day with work before it was paused or ended, where it was.
    fn last_on(&self) -> Option<Date> {
        let last = self.pauses.paused_on().into_iter().chain(self.ended_on).min();
        last.map(|last| self.pauses.last_open(last))
    }

    /// Whether work of this day may be noted: while it is active, or up to the day on which it was paused or ended, and
    /// outside of every pause (else 409), and within its dates (else 422 at the pointer).
    pub fn check(&self, date: Date, pointer: &str) -> Result<()> {
        let last = self.last_open_on();
        if self.status != EngagementStatus::Active && last.is_none_or(|last| date > last) {
            return Err(self.refusal(last));
        }
        self.check_pauses(date, date)?;
        let fault = match self.ends_on.filter(|end| date > *end) {
            _ if date < self.starts_on => Fault::new(pointer, FaultCode::TooEarly).with("from", self.starts_on),
            Some(end) => Fault::new(pointer, FaultCode::TooLate).with("until", end),
            None => return Ok(()),
        };
        Err(Error::invalid(vec![fault]))
    }

    /// Whether work of a day that may be noted may reach up to another.
    pub fn check_reach(&self, date: Date, last: Date, pointer: &str) -> Result<()> {
        self.check(last, pointer)?;
        self.check_pauses(date, last)
    }

    /// 409 where one of these days, the last one included, lies in a pause.
    fn check_pauses(&self, first: Date, last: Date) -> Result<()> {
        match self.pauses.first_within(first, last) {
            Some(paused) => Err(self.refusal(Some(self.pauses.last_open(paused)))),
            None => Ok(()),
        }
    }

    /// Whether time and money of work that lies on this day may be corrected: not in a pause, and not once it ended
    /// before (409). What is agreed on start and end counts for new work alone.
    pub fn check_correction(&self, date: Date) -> Result<()> {
        match self.last_on() {
            Some(last) if date > last => Err(self.refusal(Some(last))),
            _ => self.check_pauses(date, date),
        }
    }

    fn refusal(&self, last: Option<Date>) -> Error {
        not_active(self.status, last)
    }
}

/// 409: what counts from this day on reaches into the closed periods, whose last day is given.
pub fn check_not_closed(closed_on: Option<Date>, from: Date) -> Result<()> {
    let Some(on) = closed_on.filter(|on| from <= *on) else { return Ok(()) };
    Err(Error::new(Code::PeriodClosed).with("on", on).with("from", on.days_later(1)))
}

/// 409: the engagement takes no such work, with the last day on which work can still be noted.
pub fn not_active(status: EngagementStatus, last_open_on: Option<Date>) -> Error {
    let refusal = Error::new(Code::EngagementNotActive).with("status", status).engagement_status(status.as_str());
    match last_open_on {
        Some(last) => refusal.last_open_on(last),
        None => refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// Paused on 11 April, and before that from 11 to 20 March.
    fn days(status: EngagementStatus, pauses: &Pauses) -> OpenDays<'_> {
        OpenDays {
            status,
            starts_on: day("2026-03-01"),
            ends_on: Some(day("2026-06-30")),
            pauses,
            ended_on: Some(day("2026-05-20")).filter(|_| status == EngagementStatus::Ended),
        }
    }

    fn past() -> Pauses {
        Pauses::default().begin(day("2026-03-10")).end(day("2026-03-21"))
    }

    #[test]
    fn work_is_taken_while_active_and_as_corrections_up_to_the_end() {
        use EngagementStatus::{Active, Draft, Ended, Paused};
        let (past, paused) = (past(), past().begin(day("2026-04-10")));
        for (status, date, refused) in [
            (Active, "2026-05-01", None),
            (Active, "2026-02-28", Some(Code::ValidationFailed)),
            (Active, "2026-07-01", Some(Code::ValidationFailed)),
            (Active, "2026-03-10", None),
            (Active, "2026-03-11", Some(Code::EngagementNotActive)),
            (Active, "2026-03-20", Some(Code::EngagementNotActive)),
            (Active, "2026-03-21", None),
            (Paused, "2026-04-10", None),
            (Paused, "2026-03-15", Some(Code::EngagementNotActive)),
            (Paused, "2026-04-11", Some(Code::EngagementNotActive)),
            (Ended, "2026-04-11", Some(Code::EngagementNotActive)),
            (Ended, "2026-02-28", Some(Code::ValidationFailed)),
            (Draft, "2026-05-01", Some(Code::EngagementNotActive)),
        ] {
            let pauses = if status == Active { &past } else { &paused };
            let checked = days(status, pauses).check(day(date), "/work_date");
            assert_eq!(checked.err().map(|error| error.code()), refused, "{status} {date}");
        }
    }

    #[test]
    fn a_refusal_names_the_last_day_before_that_takes_work() {
        use EngagementStatus::{Active, Ended, Paused};
        let last = |checked: Result<()>| {
            let problem = crate::kernel::error::Problem::of(&checked.unwrap_err(), false, "", "", "");
            serde_json::to_value(&problem).unwrap()["last_open_on"].as_str().unwrap().to_owned()
        };
        let (past, paused) = (past(), past().begin(day("2026-04-10")));
        assert_eq!(last(days(Active, &past).check(day("2026-03-15"), "")), "2026-03-10");
        assert_eq!(last(days(Active, &past).check_correction(day("2026-03-20"))), "2026-03-10");
        assert_eq!(last(days(Active, &past).check_reach(day("2026-03-09"), day("2026-03-22"), "")), "2026-03-10");
        assert_eq!(last(days(Paused, &paused).check(day("2026-04-11"), "")), "2026-04-10");
        assert_eq!(last(days(Ended, &paused).check_correction(day("2026-06-01"))), "2026-04-10");
        assert_eq!(last(days(Ended, &past).check_correction(day("2026-06-01"))), "2026-05-20");
        // The pause that lasts begins where the one before was cut off.
        let cut = past.begin(day("2026-03-15"));
        assert_eq!(last(days(Paused, &cut).check(day("2026-03-16"), "")), "2026-03-10");
        assert!(days(Ended, &paused).check_correction(day("2026-04-10")).is_ok());
    }
}
