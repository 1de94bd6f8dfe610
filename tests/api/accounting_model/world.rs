//! Where random operations take place: three dates, few engagements, tasks and roundings, so that much falls together.

use super::{
    calendar::{Day, Instant},
    model::Model,
    random::Random,
    terms::{DayRule, Engagement, Mode, Period, Rounding, Scope, Task, Terms, Version},
};

/// Three dates in a row, by the first: around both changes of the clocks, the end of a month, and an ordinary week.
const FIRST_DAYS: [Day; 6] = [
    Day::of(2026, 3, 27),
    Day::of(2026, 3, 28),
    Day::of(2026, 3, 30),
    Day::of(2026, 6, 12),
    Day::of(2026, 10, 23),
    Day::of(2026, 10, 24),
];

/// The day since which all engagements run.
pub const BEGIN: Day = Day::of(2026, 2, 1);

pub struct World {
    pub dates: [Day; 3],
    roundings: Vec<Rounding>,
    rules: Vec<DayRule>,
    /// What it begins with; ids are given by the server.
    pub begin: Model,
}

impl World {
    /// The world of a seed. Later ones of a row lie later, since clocks do not go back.
    pub fn new(random: &mut Random, place: usize, of: usize) -> Self {
        let first = FIRST_DAYS[place * FIRST_DAYS.len() / of];
        let mut world = Self {
            dates: [first, first.next(), first.next().next()],
            roundings: (0..3).map(|_| rounding(random)).collect(),
            rules: (0..2).map(|_| rule(random)).collect(),
            begin: Model::default(),
        };
        world.rules.push(DayRule::Explicit);
        for daily in [false, true, random.percent(50)] {
            let terms = world.terms(random, daily);
            let first = Version { id: String::new(), from: BEGIN, terms };
            let period = random.one(&[Period::Month, Period::Week]);
            world.begin.engagements.push(Engagement { id: String::new(), daily, period, versions: vec![first] });
        }
        for (rate, billable) in [(None, None), (Some(7000), None), (None, Some(false))] {
            world.begin.tasks.push(Task { id: String::new(), rate, billable });
        }
        world
    }

    /// When its work is noted: the morning after its last date.
    pub fn now(&self) -> Instant {
        self.dates[2].next().midnight() + 10 * 3600
    }

    /// New terms out of those that occur here.
    pub fn terms(&self, random: &mut Random, daily: bool) -> Terms {
        let rates = if daily { [40_000, 33_333, 30_001] } else { [4500, 9000, 3333] };
        let days = daily.then(|| random.one(&self.rules));
        Terms { rate: random.one(&rates), rounding: random.one(&self.roundings), days }
    }
}

fn rounding(random: &mut Random) -> Rounding {
    let scope = random.one(&[Scope::Entry, Scope::TaskDay, Scope::Day, Scope::Day, Scope::Period]);
    let mode = random.one(&[Mode::None, Mode::Up, Mode::Up, Mode::Down, Mode::Nearest]);
    let increment_minutes = if mode == Mode::None { 1 } else { random.one(&[1, 5, 6, 10, 15, 30, 60]) };
    Rounding { mode, increment_minutes, scope, minimum_minutes: random.one(&[0, 0, 0, 10, 25]) }
}

fn rule(random: &mut Random) -> DayRule {
    match random.below(3) {
        0 => DayRule::Explicit,
        1 => {
            let (half_minutes, full_minutes) = random.one(&[(240, 480), (100, 300), (1, 2)]);
            DayRule::Threshold { half_minutes, full_minutes }
        }
        _ => DayRule::ProRata { minutes_per_day: random.one(&[480, 450, 7, 1440]) },
    }
}
