//! When a task is due: on a day or at an instant, brought to one line of time.

use super::{NewTask, TaskFilter};
use crate::kernel::{TimeZone, Timestamp};

/// Where tasks without a due date stand: after every day that a date can name, in any zone.
pub const NEVER: Timestamp = Timestamp::from_micros(253_402_387_200_000_000);

/// The days of a filter as instants. A day is one of the workspace's, in its time zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Due at or after this.
    pub from: Option<Timestamp>,
    /// Due before this.
    pub until: Option<Timestamp>,
    /// Overdue at this instant, or not.
    pub overdue: Option<(bool, Timestamp)>,
}

impl Due {
    /// What a filter asks for, at an instant.
    pub fn of(filter: &TaskFilter, zone: &TimeZone, now: Timestamp) -> Self {
        Self {
            from: filter.due_from.map(|day| day.starts_at(zone.tz())),
            until: filter.due_until.map(|day| day.starts_at(zone.tz())),
            overdue: filter.overdue.map(|wanted| (wanted.0, now)),
        }
    }
}

impl NewTask {
    /// The last instant at which it is still in time: the end of its day, or its instant; far away without either.
    pub fn due_key(&self, zone: &TimeZone) -> Timestamp {
        self.due_on.map(|day| day.ends_at(zone.tz())).or(self.due_at).unwrap_or(NEVER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_holds_what_is_due_on_it_or_at_an_instant_of_it() {
        let zone: TimeZone = "Europe/Berlin".parse().unwrap();
        let filter = TaskFilter {
            due_from: Some("2026-03-02".parse().unwrap()),
            due_until: Some("2026-03-03".parse().unwrap()),
            ..TaskFilter::default()
        };
        let due = Due::of(&filter, &zone, Timestamp::from_micros(0));
        let holds = |task: &NewTask| {
            let key = task.due_key(&zone);
            due.from.unwrap() <= key && key < due.until.unwrap()
        };
        let on = |day: &str| NewTask { due_on: Some(day.parse().unwrap()), ..NewTask::default() };
        let at = |instant: &str| NewTask { due_at: Some(instant.parse().unwrap()), ..NewTask::default() };
        assert!(holds(&on("2026-03-02")) && !holds(&on("2026-03-01")) && !holds(&on("2026-03-03")));
        assert!(holds(&at("2026-03-01T23:00:00Z")) && holds(&at("2026-03-02T22:59:59Z")));
        assert!(!holds(&at("2026-03-01T22:59:59Z")) && !holds(&at("2026-03-02T23:00:00Z")));
        assert!(!holds(&NewTask::default()));
        assert!(on("9999-12-31").due_key(&"Pacific/Pago_Pago".parse().unwrap()) < NEVER);
    }
}
