//! A time entry: when it was, what somebody gave, what was computed, and how it falls on dates.

use super::{
    calendar::{Day, Instant},
    numbers::share,
};

/// When the work was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Time {
    Running { start: Instant },
    Clocked { start: Instant, end: Instant, pause: i64 },
    Dated { day: Day, seconds: i64 },
}

/// What somebody said about an entry; all else is computed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Given {
    pub rate: Option<i128>,
    pub billable: Option<bool>,
    /// In ten-thousandths.
    pub days: Option<i128>,
}

/// What of an entry falls on one date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    pub day: Day,
    /// When it begins; none where only the date is known.
    pub begin: Option<Instant>,
    pub raw: i128,
    pub billed: i128,
    /// In ten-thousandths; none in hourly engagements, and where the entry should say it and does not.
    pub days: Option<i128>,
    pub amount: Option<i128>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub id: String,
    pub member: usize,
    pub engagement: usize,
    pub task: Option<usize>,
    pub time: Time,
    pub given: Given,
    /// The version of the engagement's terms that it is accounted under.
    pub version: usize,
    pub rate: i128,
    /// Whether the rate is its task's, as it was then.
    pub by_task: bool,
    pub billable: bool,
    pub locked: bool,
    /// Empty while it runs.
    pub parts: Vec<Part>,
    pub amount: Option<i128>,
}

impl Time {
    /// The date of the work: that of its begin.
    pub fn day(&self) -> Day {
        match *self {
            Self::Running { start } | Self::Clocked { start, .. } => Day::at(start),
            Self::Dated { day, .. } => day,
        }
    }

    /// Worked seconds, without breaks.
    pub fn seconds(&self) -> i64 {
        match *self {
            Self::Running { .. } => 0,
            Self::Clocked { start, end, pause } => end - start - pause,
            Self::Dated { seconds, .. } => seconds,
        }
    }

    /// The parts by date, not accounted for yet. Breaks count evenly over the time.
    pub fn parts(&self) -> Vec<Part> {
        let part = |day, begin, raw| Part { day, begin, raw, billed: 0, days: None, amount: None };
        let (start, end) = match *self {
            Self::Running { .. } => return Vec::new(),
            Self::Dated { day, seconds } => return vec![part(day, None, i128::from(seconds))],
            Self::Clocked { start, end, .. } => (start, end),
        };
        let mut spans = vec![(Day::at(start), start, end)];
        while let Some((day, begin, until)) = spans.pop() {
            let midnight = day.next().midnight();
            spans.push((day, begin, until.min(midnight)));
            if until <= midnight {
                break;
            }
            spans.push((day.next(), midnight, until));
        }
        let walls: Vec<i128> = spans.iter().map(|(_, begin, until)| i128::from(until - begin)).collect();
        let raw = share(i128::from(self.seconds()), &walls);
        spans.into_iter().zip(raw).map(|((day, begin, _), raw)| part(day, Some(begin), raw)).collect()
    }
}

impl Entry {
    pub fn day(&self) -> Day {
        self.time.day()
    }

    pub fn running(&self) -> bool {
        matches!(self.time, Time::Running { .. })
    }

    pub fn billed(&self) -> i128 {
        self.parts.iter().map(|part| part.billed).sum()
    }

    /// The days of all parts, in ten-thousandths.
    pub fn days(&self) -> Option<i128> {
        if self.running() { None } else { self.parts.iter().map(|part| part.days).sum() }
    }

    /// The given days by date: shared over the parts in proportion to their seconds.
    pub fn given_by_part(&self) -> Option<Vec<i128>> {
        let raw: Vec<i128> = self.parts.iter().map(|part| part.raw).collect();
        self.given.days.map(|days| if raw == [0] { vec![days] } else { share(days, &raw) })
    }
}

#[test]
fn work_falls_on_local_dates() {
    let parts = |start: Instant, end: Instant, pause| {
        let parts = Time::Clocked { start, end, pause }.parts();
        parts.iter().map(|part| (part.day, part.raw)).collect::<Vec<_>>()
    };
    let (saturday, sunday, monday) = (Day::of(2026, 3, 28), Day::of(2026, 3, 29), Day::of(2026, 3, 30));
    let night = sunday.midnight() - 4 * 3600;
    assert_eq!(parts(night, night + 36_000, 0), [(saturday, 14_400), (sunday, 21_600)]);
    assert_eq!(parts(night, night + 36_000, 18_000), [(saturday, 7_200), (sunday, 10_800)]);
    assert_eq!(
        parts(night, sunday.midnight(), 0),
        [(saturday, 14_400)],
        "midnight itself is the end of the day before"
    );
    assert_eq!(parts(sunday.midnight(), sunday.midnight() + 60, 0), [(sunday, 60)]);
    // The day of 23 hours is passed over whole.
    let late = sunday.midnight() - 1800;
    assert_eq!(parts(late, late + 86_400, 0), [(saturday, 1800), (sunday, 82_800), (monday, 1800)]);
    // The day of 25 hours.
    let long = Day::of(2026, 10, 25);
    assert_eq!(parts(long.midnight(), long.next().midnight(), 0), [(long, 90_000)]);
    assert_eq!(parts(night, night, 0), [(saturday, 0)], "a timer stopped at once");
}
