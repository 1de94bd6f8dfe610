//! Entries that stand in the way of what is done with their engagement or task.

use super::{EntryRow, EntryStatus};
use crate::hours::work_date;
use crate::kernel::error::ProblemReference;
use crate::kernel::{Columns, Date, TimeEntryId, TimeZone, Timestamp};

/// An entry as a refusal names it.
pub fn named(row: &EntryRow) -> ProblemReference {
    reference(row.id, row.status, row.work_date)
}

/// These entries as a refusal names them.
pub fn all_named<'a>(rows: impl IntoIterator<Item = &'a EntryRow>) -> Vec<ProblemReference> {
    rows.into_iter().take(ProblemReference::MOST).map(named).collect()
}

fn reference(id: TimeEntryId, status: EntryStatus, work_date: Date) -> ProblemReference {
    let entry = ProblemReference::new("time_entry", id);
    ProblemReference { status: Some(status.to_string()), work_date: Some(work_date), ..entry }
}

/// When an entry was done, as far as its dates go.
#[derive(Clone, Debug, Columns)]
pub struct EntryDates {
    pub id: TimeEntryId,
    pub status: EntryStatus,
    pub work_date: Date,
    pub ended_at: Option<Timestamp>,
    pub time_zone: TimeZone,
}

impl EntryDates {
    /// The last date of its zone with a part of it; while its timer runs, the first.
    pub fn last_date(&self) -> Date {
        // The instant at which it ended is no longer part of it.
        let last = |ended_at: Timestamp| work_date(Timestamp::from_micros(ended_at.micros() - 1), &self.time_zone);
        self.ended_at.map_or(self.work_date, last).max(self.work_date)
    }
}

impl From<EntryDates> for ProblemReference {
    fn from(entry: EntryDates) -> Self {
        reference(entry.id, entry.status, entry.work_date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_reaches_up_to_the_date_before_its_end() {
        for (date, ended_at, last) in [
            ("2026-03-02", None, "2026-03-02"),
            ("2026-03-02", Some("2026-03-02T20:00:00Z"), "2026-03-02"),
            ("2026-03-02", Some("2026-03-02T23:00:00Z"), "2026-03-02"),
            ("2026-03-02", Some("2026-03-02T23:00:01Z"), "2026-03-03"),
            ("2026-03-02", Some("2026-03-05T23:00:00Z"), "2026-03-05"),
            // A timer stopped at once, at midnight.
            ("2026-03-03", Some("2026-03-02T23:00:00Z"), "2026-03-03"),
        ] {
            let entry = EntryDates {
                id: "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90".parse().unwrap(),
                status: EntryStatus::Recorded,
                work_date: date.parse().unwrap(),
                ended_at: ended_at.map(|at| at.parse().unwrap()),
                time_zone: "Europe/Berlin".parse().unwrap(),
            };
            assert_eq!(entry.last_date().to_string(), last, "{date} {ended_at:?}");
        }
    }
}
