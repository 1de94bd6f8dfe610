//! Changing and splitting what is noted.

use super::{
    calendar::{Day, Instant},
    entry::{Entry, Given, Time},
    model::{Model, Refusal},
    numbers::share,
    terms::DayRule,
};

/// A merge-patch: none leaves, `Some(None)` clears.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Change {
    /// Words alone, which cost nothing.
    pub description: Option<String>,
    pub task: Option<Option<usize>>,
    pub time: Option<TimeChange>,
    pub billable: Option<Option<bool>>,
    pub rate: Option<Option<i128>>,
    pub days: Option<Option<i128>>,
    pub engagement: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeChange {
    /// Clock times, or date and duration, whatever it was before.
    Whole(Time),
    /// The duration alone: clocked work keeps its begin and its break.
    Seconds(i64),
    /// The date alone, of work without clock times.
    Day(Day),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// The first half keeps so much work.
    After(i64),
    At(Instant),
}

impl TimeChange {
    fn of(self, time: Time) -> Time {
        match (self, time) {
            (Self::Whole(time), _) => time,
            (Self::Seconds(seconds), Time::Dated { day, .. }) => Time::Dated { day, seconds },
            (Self::Seconds(seconds), Time::Clocked { start, pause, .. }) => {
                Time::Clocked { start, end: start + pause + seconds, pause }
            }
            (Self::Day(day), Time::Dated { seconds, .. }) => Time::Dated { day, seconds },
            _ => panic!("{self:?} does not fit {time:?}"),
        }
    }
}

impl Model {
    pub fn change(&mut self, id: &str, change: &Change) -> Result<(), Refusal> {
        let old = self.open(id)?.clone();
        let new = self.changed(&old, change);
        // Other words are no reason to account for anything.
        if new == old {
            return Ok(());
        }
        let moved = (new.engagement, new.version) != (old.engagement, old.version);
        if moved || new.given.days != old.given.days {
            self.demand_days(&new)?;
        }
        let counts = |entry: &Entry| (entry.engagement, entry.time, entry.billable, entry.given.days);
        if counts(&new) != counts(&old) {
            self.limit_days(&new)?;
        }
        self.put(new);
        Ok(())
    }

    fn changed(&self, old: &Entry, change: &Change) -> Entry {
        let mut new = old.clone();
        new.time = change.time.map_or(old.time, |time| time.of(old.time));
        new.task = change.task.unwrap_or(old.task);
        new.engagement = change.engagement.unwrap_or(old.engagement);
        let moved = new.engagement != old.engagement;
        if moved {
            // Elsewhere it takes rate and billing from there, and its days are said anew.
            new.given = Given::default();
        }
        new.given.rate = change.rate.unwrap_or(new.given.rate);
        new.given.billable = change.billable.unwrap_or(new.given.billable);
        new.given.days = change.days.unwrap_or(new.given.days);
        let in_force = |engagement: usize, day| self.engagements[engagement].in_force(day);
        let (before, after) = (in_force(old.engagement, old.day()), in_force(new.engagement, new.day()));
        let anew = moved || before != after;
        if anew {
            new.version = after;
        }
        let (task_changed, own) = (new.task != old.task, new.task.and_then(|task| self.tasks[task].rate));
        let cleared = old.given.rate.is_some() && new.given.rate.is_none();
        // Another task without a price leaves what the task before it had.
        let left = new.given.rate.is_none()
            && task_changed
            && new.task.is_some()
            && own.is_none()
            && old.by_task
            && !moved
            && !cleared;
        let says = task_changed && (own.is_some() || new.task.is_none());
        if (anew || cleared || says || new.given.rate.is_some()) && !left {
            self.price_anew(&mut new);
        }
        let says = new.task.is_none_or(|task| self.tasks[task].billable.is_some());
        new.billable = match new.given.billable {
            Some(billable) => billable,
            None if moved || old.given.billable.is_some() || (task_changed && says) => self.billing(&new),
            None => old.billable,
        };
        if new.time != old.time || moved {
            new.parts = new.time.parts();
        }
        new
    }

    /// Splits an entry in two; the second half gets this id. Both keep version, rate, billing and what was given; given
    /// days go by the dates' share, and within a date by the seconds.
    pub fn split(&mut self, id: &str, cut: Cut, second_id: &str) -> Result<(), Refusal> {
        let old = self.open(id)?.clone();
        let (first_time, second_time) = halves(old.time, cut);
        let mut first = Entry { time: first_time, parts: first_time.parts(), ..old.clone() };
        let mut second =
            Entry { id: second_id.to_owned(), time: second_time, parts: second_time.parts(), ..old.clone() };
        if let Some(given) = old.given_by_part() {
            let raw_on = |half: &Entry, day: Day| {
                half.parts.iter().filter(|part| part.day == day).map(|part| part.raw).sum::<i128>()
            };
            let (mut ours, mut theirs) = (0, 0);
            for (part, days) in old.parts.iter().zip(given) {
                let shares = share(days, &[raw_on(&first, part.day), raw_on(&second, part.day)]);
                ours += shares[0];
                theirs += shares[1];
            }
            (first.given.days, second.given.days) = (Some(ours), Some(theirs));
        }
        self.put(first);
        self.put(second);
        Ok(())
    }

    /// Whether a change to these terms' days is possible: only `explicit` ones are given.
    pub fn explicit_on(&self, engagement: usize, day: Day) -> bool {
        let engagement = &self.engagements[engagement];
        engagement.versions[engagement.in_force(day)].terms.days == Some(DayRule::Explicit)
    }
}

/// The times of both halves. Breaks count evenly over the time; what does not come out whole is not modelled.
fn halves(time: Time, cut: Cut) -> (Time, Time) {
    match (time, cut) {
        (Time::Dated { day, seconds }, Cut::After(kept)) => {
            (Time::Dated { day, seconds: kept }, Time::Dated { day, seconds: seconds - kept })
        }
        (Time::Clocked { start, end, pause }, cut) => {
            let whole = |numerator: i64, denominator: i64| {
                assert_eq!(numerator % denominator, 0, "a break that does not divide");
                numerator / denominator
            };
            let wall = end - start;
            let at = match cut {
                Cut::After(kept) => start + whole(kept * wall, wall - pause),
                Cut::At(instant) => instant,
            };
            let first_pause = whole(pause * (at - start), wall);
            (
                Time::Clocked { start, end: at, pause: first_pause },
                Time::Clocked { start: at, end, pause: pause - first_pause },
            )
        }
        _ => panic!("{cut:?} does not fit {time:?}"),
    }
}
