//! On which days an engagement takes work.

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
pub struct OpenDays {
    pub status: EngagementStatus,
    pub starts_on: Date,
    pub ends_on: Option<Date>,
    pub paused_on: Option<Date>,
    pub ended_on: Option<Date>,
}

impl OpenDays {
    /// The last day that takes work while it is paused or ended; none while it is active or before. One that was
    /// paused when it ended takes none for the days between.
    pub fn last_open_on(&self) -> Option<Date> {
        match self.status {
            EngagementStatus::Paused | EngagementStatus::Ended => {
                self.paused_on.into_iter().chain(self.ended_on).min()
            }
            _ => None,
        }
    }

    /// Whether work of this day may be noted: while it is active, or up to the day on which it was paused or ended
    /// (else 409), and within its dates (else 422 at the pointer).
    pub fn check(&self, date: Date, pointer: &str) -> Result<()> {
        let last = self.last_open_on();
        if self.status != EngagementStatus::Active && last.is_none_or(|last| date > last) {
            return Err(self.refusal(last));
        }
        let fault = match self.ends_on.filter(|end| date > *end) {
            _ if date < self.starts_on => Fault::new(pointer, FaultCode::TooEarly).with("from", self.starts_on),
            Some(end) => Fault::new(pointer, FaultCode::TooLate).with("until", end),
            None => return Ok(()),
        };
        Err(Error::invalid(vec![fault]))
    }

    /// Whether time and money of work that lies on this day may be corrected: not once it was paused or ended before
    /// (409). What is agreed on start and end counts for new work alone.
    pub fn check_correction(&self, date: Date) -> Result<()> {
        match self.paused_on.into_iter().chain(self.ended_on).min() {
            Some(last) if date > last => Err(self.refusal(Some(last))),
            _ => Ok(()),
        }
    }

    fn refusal(&self, last: Option<Date>) -> Error {
        not_active(self.status, last)
    }
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

    #[test]
    fn work_is_taken_while_active_and_as_corrections_up_to_the_end() {
        use EngagementStatus::{Active, Draft, Ended, Paused};
        let day = |text: &str| -> Date { text.parse().unwrap() };
        let days = |status| OpenDays {
            status,
            starts_on: day("2026-03-01"),
            ends_on: Some(day("2026-06-30")),
            paused_on: Some(day("2026-04-10")),
            ended_on: Some(day("2026-05-20")),
        };
        for (status, date, refused) in [
            (Active, "2026-05-01", None),
            (Active, "2026-02-28", Some(Code::ValidationFailed)),
            (Active, "2026-07-01", Some(Code::ValidationFailed)),
            (Paused, "2026-04-10", None),
            (Paused, "2026-04-11", Some(Code::EngagementNotActive)),
            (Ended, "2026-04-11", Some(Code::EngagementNotActive)),
            (Ended, "2026-02-28", Some(Code::ValidationFailed)),
            (Draft, "2026-05-01", Some(Code::EngagementNotActive)),
        ] {
            let checked = days(status).check(day(date), "/work_date");
            assert_eq!(checked.err().map(|error| error.code()), refused, "{status} {date}");
        }
    }
}
