//! Random operations, made for what the model holds at the time.

use super::{
    calendar::Day,
    edits::{Change, Cut, TimeChange},
    entry::{Entry, Given, Time},
    model::{Model, NewEntry},
    random::Random,
    terms::Terms,
    world::World,
};

#[derive(Clone, PartialEq, Debug)]
pub enum Operation {
    Create(NewEntry),
    Change {
        id: String,
        change: Change,
    },
    Delete {
        id: String,
    },
    /// `dry` asks before it is done.
    Split {
        id: String,
        cut: Cut,
        dry: bool,
    },
    /// Creates, changes and deletes of different entries.
    Bulk {
        atomic: bool,
        items: Vec<Self>,
    },
    Accept {
        engagement: usize,
        from: Day,
        terms: Terms,
        apply: bool,
    },
    Apply {
        engagement: usize,
        version: usize,
    },
    Lock {
        id: String,
    },
    /// Another rate of a task, which no noted entry takes.
    Price {
        task: usize,
        rate: Option<i128>,
    },
    Start(NewEntry),
    Stop {
        id: String,
        time: Time,
    },
}

/// An operation, and who does it: the owner for anybody, or the colleague for themselves.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    pub by: usize,
    pub operation: Operation,
}

/// Above so many entries more are deleted than made.
const MANY: usize = 26;

pub struct Generator<'a> {
    pub random: &'a mut Random,
    pub world: &'a World,
    pub model: &'a Model,
}

impl Generator<'_> {
    pub fn step(&mut self) -> Step {
        let operation = self.operation();
        let owner = match &operation {
            Operation::Create(new) => new.member,
            Operation::Change { id, .. } | Operation::Delete { id } | Operation::Split { id, .. } => {
                self.model.entry(id).member
            }
            _ => 0,
        };
        let by = if owner == 1 && self.random.percent(40) { 1 } else { 0 };
        Step { by, operation }
    }

    fn operation(&mut self) -> Operation {
        let running = self.model.entries.values().find(|entry| entry.running()).map(|entry| entry.id.clone());
        let Some(id) = self.some_entry() else { return Operation::Create(self.new_entry()) };
        match self.random.below(100) {
            0..32 if self.model.entries.len() < MANY => Operation::Create(self.new_entry()),
            0..42 => Operation::Delete { id },
            42..66 => Operation::Change { change: self.change(&id), id },
            66..76 => self.split(id).unwrap_or_else(|| Operation::Create(self.new_entry())),
            76..82 => self.bulk(),
            82..87 => self.accept(),
            87..91 => {
                let engagement = self.engagement();
                let version = self.random.below(self.model.engagements[engagement].versions.len());
                Operation::Apply { engagement, version }
            }
            91..94 => Operation::Lock { id },
            94..95 => Operation::Price {
                task: self.random.below(3),
                rate: self.random.one(&[None, Some(7000), Some(5000)]),
            },
            _ => match running {
                Some(id) => self.stop(id),
                None => self.start(),
            },
        }
    }

    /// One that does not run; seldom a locked one, which is refused then.
    fn some_entry(&mut self) -> Option<String> {
        let locked_too = self.random.percent(10);
        let open = self.model.entries.values().filter(|entry| !entry.running() && (locked_too || !entry.locked));
        let ids: Vec<String> = open.map(|entry| entry.id.clone()).collect();
        if ids.is_empty() { None } else { Some(self.random.one(&ids)) }
    }

    fn engagement(&mut self) -> usize {
        self.random.below(self.model.engagements.len())
    }

    fn day(&mut self) -> Day {
        self.random.one(&self.world.dates)
    }

    fn seconds(&mut self) -> i64 {
        self.random.one(&[660, 660, 840, 960, 420, 1, 13, 900, 1800, 3600, 6000, 7200, 14_400, 28_800, 36_000])
    }

    fn time(&mut self) -> Time {
        let (day, seconds) = (self.day(), self.seconds());
        match self.random.below(20) {
            0..8 => Time::Dated { day, seconds },
            8 => Time::Dated { day, seconds: day.length() },
            9 => Time::Clocked { start: day.midnight(), end: day.next().midnight(), pause: 0 },
            10 => {
                // A whole day from the late evening on: over the day of 23 hours to the one after it.
                let start = self.world.dates[0].next().midnight() - 1800;
                Time::Clocked { start, end: start + 86_400, pause: 0 }
            }
            11..14 => {
                let (start, wall) = (self.begin(day), self.random.one(&[7200, 28_800, 1320]));
                self.clocked(start, wall, wall / 2)
            }
            _ => {
                let start = self.begin(day);
                self.clocked(start, seconds, 0)
            }
        }
    }

    /// Clock times that end by now.
    fn clocked(&self, start: i64, wall: i64, pause: i64) -> Time {
        let end = start + wall;
        if end <= self.world.now() {
            Time::Clocked { start, end, pause }
        } else {
            Time::Clocked { start, end: start + 600, pause: 0 }
        }
    }

    fn begin(&mut self, day: Day) -> i64 {
        let hours = self.random.one(&[0, 9, 12, 20, 20, 22]);
        day.midnight() + hours * 3600 + self.random.one(&[0, 0, 1800, 7170])
    }

    fn rate(&mut self, daily: bool) -> Option<i128> {
        let rates = if daily { [40_000, 12_345, 0] } else { [4500, 9000, 1] };
        Some(self.random.one(&rates))
    }

    fn days(&mut self) -> Option<i128> {
        Some(self.random.one(&[10_000, 5000, 5000, 2500, 3333, 7500, 1]))
    }

    fn new_entry(&mut self) -> NewEntry {
        let (engagement, time) = (self.engagement(), self.time());
        let daily = self.model.engagements[engagement].daily;
        let explicit = self.model.explicit_on(engagement, time.day()) && self.random.percent(95);
        NewEntry {
            member: self.random.below(2),
            engagement,
            task: self.task(),
            time,
            given: Given {
                rate: if self.random.percent(25) { self.rate(daily) } else { None },
                billable: self.billable(),
                days: if explicit { self.days() } else { None },
            },
        }
    }

    fn task(&mut self) -> Option<usize> {
        self.random.one(&[None, None, Some(0), Some(0), Some(1), Some(2)])
    }

    fn billable(&mut self) -> Option<bool> {
        self.random.one(&[None, None, None, None, Some(true), Some(false)])
    }

    fn change(&mut self, id: &str) -> Change {
        let entry = self.model.entry(id).clone();
        let mut change = Change::default();
        for _ in 0..self.random.one(&[1, 1, 1, 2]) {
            match self.random.below(14) {
                0..2 => change.description = Some(format!("Text {}", self.random.below(100))),
                2..4 => change.task = Some(self.task()),
                4..8 => change.time = Some(self.time_change(&entry)),
                8..10 => change.billable = Some(self.billable()),
                10 => change.rate = Some(self.rate(self.model.daily(&entry))),
                11 => change.rate = Some(None),
                _ => change.engagement = Some(self.engagement()),
            }
        }
        self.fit_days(&entry, &mut change);
        change
    }

    /// Gives days where the terms that will count want them.
    fn fit_days(&mut self, entry: &Entry, change: &mut Change) {
        let elsewhere = change.engagement.is_some_and(|engagement| engagement != entry.engagement);
        let day = match change.time {
            Some(TimeChange::Whole(time)) => time.day(),
            Some(TimeChange::Day(day)) => day,
            Some(TimeChange::Seconds(_)) | None => entry.day(),
        };
        let engagement = change.engagement.unwrap_or(entry.engagement);
        let of_today = self.model.explicit_on(engagement, day);
        let anew = elsewhere || self.model.engagements[engagement].in_force(day) != self.in_force(entry);
        let explicit =
            if anew { of_today } else { self.model.terms(entry).days == Some(super::terms::DayRule::Explicit) };
        if explicit && (entry.given.days.is_none() || self.random.percent(30)) && self.random.percent(92) {
            change.days = Some(self.days());
        } else if explicit && self.random.percent(2) {
            change.days = Some(None);
        }
    }

    fn in_force(&self, entry: &Entry) -> usize {
        self.model.engagements[entry.engagement].in_force(entry.day())
    }

    fn time_change(&mut self, entry: &Entry) -> TimeChange {
        match entry.time {
            Time::Dated { .. } if self.random.percent(35) => TimeChange::Seconds(self.seconds()),
            Time::Dated { .. } if self.random.percent(50) => TimeChange::Day(self.day()),
            Time::Clocked { start, pause: 0, .. } if self.random.percent(40) => {
                let seconds = self.seconds();
                let fits = start + seconds <= self.world.now();
                TimeChange::Seconds(if fits { seconds } else { 60 })
            }
            _ => TimeChange::Whole(self.time()),
        }
    }

    fn split(&mut self, id: String) -> Option<Operation> {
        let entry = self.model.entry(&id);
        let seconds = entry.time.seconds();
        if seconds < 2 {
            return None;
        }
        let midnight = entry.parts.get(1).and_then(|part| part.begin);
        let kept = self.random.one(&[1, seconds / 2, seconds / 3 + 1, seconds - 1, 60.min(seconds - 1)]);
        let cut = match midnight {
            Some(midnight) if self.random.percent(60) => Cut::At(midnight),
            _ => Cut::After(kept),
        };
        Some(Operation::Split { id, cut, dry: self.random.percent(40) })
    }

    fn bulk(&mut self) -> Operation {
        let mut items: Vec<Operation> = Vec::new();
        let mut taken = Vec::new();
        for _ in 0..2 + self.random.below(4) {
            let id = self.some_entry().filter(|id| !taken.contains(id));
            items.push(match (self.random.below(3), id) {
                (0, Some(id)) => {
                    taken.push(id.clone());
                    Operation::Delete { id }
                }
                (1, Some(id)) => {
                    taken.push(id.clone());
                    Operation::Change { change: self.change(&id), id }
                }
                _ => Operation::Create(self.new_entry()),
            });
        }
        Operation::Bulk { atomic: self.random.percent(25), items }
    }

    fn accept(&mut self) -> Operation {
        let engagement = self.engagement();
        let newest = self.model.engagements[engagement].versions.iter().map(|version| version.from).max();
        // Not before the terms in force today, and seldom on the last date at once.
        let mut due: Vec<Day> = self.world.dates.into_iter().filter(|day| Some(*day) >= newest).collect();
        due.extend(due.first().copied());
        let from = if due.is_empty() { self.world.dates[2] } else { self.random.one(&due) };
        let terms = self.world.terms(self.random, self.model.engagements[engagement].daily);
        Operation::Accept { engagement, from, terms, apply: self.random.percent(50) }
    }

    /// A timer of the owner's that was forgotten until now: it began on the last date.
    fn start(&mut self) -> Operation {
        let engagement = self.engagement();
        let daily = self.model.engagements[engagement].daily;
        let start = self.world.dates[2].next().midnight() - self.random.one(&[7200, 14_400, 30, 3600]);
        let rate = if self.random.percent(25) { self.rate(daily) } else { None };
        let given = Given { rate, billable: self.billable(), days: None };
        Operation::Start(NewEntry {
            member: 0,
            engagement,
            task: self.task(),
            time: Time::Running { start },
            given,
        })
    }

    fn stop(&mut self, id: String) -> Operation {
        let Time::Running { start } = self.model.entry(&id).time else { panic!("it runs") };
        let wall = self.random.one(&[60, 840, 7200, 28_800]);
        let pause = if self.random.percent(20) { wall / 2 } else { 0 };
        Operation::Stop { id, time: Time::Clocked { start, end: start + wall, pause } }
    }
}
