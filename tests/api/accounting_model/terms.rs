//! What is agreed: engagements, the versions of their terms, how time is rounded and counted as days.

use super::calendar::Day;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mode {
    None,
    Up,
    Down,
    Nearest,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scope {
    Entry,
    TaskDay,
    Day,
    Period,
}

/// How worked time becomes billed time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rounding {
    pub mode: Mode,
    pub increment_minutes: i128,
    pub scope: Scope,
    pub minimum_minutes: i128,
}

impl Rounding {
    /// Not at all.
    pub const EXACT: Self =
        Self { mode: Mode::None, increment_minutes: 1, scope: Scope::Entry, minimum_minutes: 0 };

    pub const fn up(increment_minutes: i128, scope: Scope) -> Self {
        Self { mode: Mode::Up, increment_minutes, scope, minimum_minutes: 0 }
    }

    /// Seconds worked to seconds billed. Where nothing was worked, nothing is billed; up to the minimum that is billed
    /// as it stands.
    pub fn apply(&self, seconds: i128) -> i128 {
        if seconds == 0 {
            return 0;
        }
        if seconds <= self.minimum_minutes * 60 {
            return self.minimum_minutes * 60;
        }
        let step = self.increment_minutes * 60;
        let rounded = match self.mode {
            Mode::None => seconds,
            Mode::Up => (seconds + step - 1) / step * step,
            Mode::Down => seconds / step * step,
            Mode::Nearest => (2 * seconds + step) / (2 * step) * step,
        };
        rounded.max(self.minimum_minutes * 60)
    }
}

/// How a date's seconds become days, in daily engagements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayRule {
    /// The entry says it.
    Explicit,
    /// From so many minutes on half a day, from so many a whole one.
    Threshold { half_minutes: i128, full_minutes: i128 },
    /// In proportion, at most one.
    ProRata { minutes_per_day: i128 },
}

impl DayRule {
    /// How many days so many seconds on one date are, as a fraction; none where the entry has to say it.
    pub fn days(&self, seconds: i128) -> Option<(i128, i128)> {
        match *self {
            Self::Explicit => None,
            Self::Threshold { full_minutes, .. } if seconds >= full_minutes * 60 => Some((1, 1)),
            Self::Threshold { half_minutes, .. } if seconds >= half_minutes * 60 => Some((1, 2)),
            Self::Threshold { .. } => Some((0, 1)),
            Self::ProRata { minutes_per_day } => Some((seconds.min(minutes_per_day * 60), minutes_per_day * 60)),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Minor units per hour, or per day where there is a rule for days.
    pub rate: i128,
    pub rounding: Rounding,
    /// None in hourly engagements.
    pub days: Option<DayRule>,
}

/// Accepted terms.
#[derive(Clone, Debug)]
pub struct Version {
    pub id: String,
    pub from: Day,
    pub terms: Terms,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Period {
    Week,
    Month,
}

impl Period {
    /// The first day of the span that a date lies in, and the first day after it.
    pub fn around(self, day: Day) -> (Day, Day) {
        match self {
            Self::Week => (Day(day.0 - day.weekday()), Day(day.0 - day.weekday() + 7)),
            Self::Month => {
                let (year, month, _) = day.civil();
                let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                (Day::of(year, month, 1), Day::of(next_year, next_month, 1))
            }
        }
    }
}

#[derive(Clone, Debug)]
pub struct Engagement {
    pub id: String,
    pub daily: bool,
    pub period: Period,
    /// In the order of their acceptance.
    pub versions: Vec<Version>,
}

impl Engagement {
    /// The version in force on a date: the latest one from then or before; of two from the same day the one accepted
    /// later.
    pub fn in_force(&self, day: Day) -> usize {
        let due = (0..self.versions.len()).filter(|i| self.versions[*i].from <= day);
        due.max_by_key(|i| (self.versions[*i].from, *i)).expect("the first terms count from the first day")
    }
}

/// A piece of work, with a rate and a say on billing of its own, or without.
#[derive(Clone, Debug)]
pub struct Task {
    pub id: String,
    pub rate: Option<i128>,
    pub billable: Option<bool>,
}
