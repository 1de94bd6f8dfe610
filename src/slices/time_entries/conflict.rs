//! Entries that stand in the way of what is done with their engagement or task.

use super::{EntryRow, EntryStatus};
use crate::hours::work_date;
use crate::kernel::{Columns, Date, TimeEntryId, TimeZone, Timestamp};
use serde::Serialize;

/// An entry as a refusal names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryConflict {
    pub id: TimeEntryId,
    pub work_date: Date,
    pub status: EntryStatus,
}

impl EntryConflict {
    /// So many are named.
    pub const MOST: usize = 100;

    /// These entries as a refusal names them.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a EntryRow>) -> Vec<Self> {
        rows.into_iter().take(Self::MOST).map(Self::from).collect()
    }
}

impl From<&EntryRow> for EntryConflict {
    fn from(row: &EntryRow) -> Self {
        Self { id: row.id, work_date: row.work_date, status: row.status }
    }
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

impl From<EntryDates> for EntryConflict {
    fn from(entry: EntryDates) -> Self {
        Self { id: entry.id, work_date: entry.work_date, status: entry.status }
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
