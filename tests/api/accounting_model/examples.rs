//! Worked examples of the description, on the model alone.

use super::{
    calendar::Day,
    edits::{Change, Cut, TimeChange},
    entry::{Given, Time},
    model::{Model, NewEntry, Refusal},
    terms::{DayRule, Engagement, Mode, Period, Rounding, Scope, Task, Terms, Version},
    totals::Filter,
};

const MONDAY: Day = Day::of(2026, 3, 2);
const TUESDAY: Day = Day::of(2026, 3, 3);

fn hourly(rate: i128, rounding: Rounding) -> Terms {
    Terms { rate, rounding, days: None }
}

fn daily(rule: DayRule) -> Terms {
    Terms { rate: 40_000, rounding: Rounding::EXACT, days: Some(rule) }
}

const EIGHT_HOURS: DayRule = DayRule::ProRata { minutes_per_day: 480 };

fn engagement(terms: Terms) -> Engagement {
    let first = Version { id: "first".into(), from: Day::of(2026, 2, 1), terms };
    Engagement { id: "e".into(), daily: terms.days.is_some(), period: Period::Month, versions: vec![first] }
}

/// One engagement with these terms.
fn under(terms: Terms) -> Model {
    Model { engagements: vec![engagement(terms)], ..Model::default() }
}

fn minutes(day: Day, minutes: i64) -> NewEntry {
    let time = Time::Dated { day, seconds: minutes * 60 };
    NewEntry { member: 0, engagement: 0, task: None, time, given: Given::default() }
}

fn clocked(start: i64, end: i64) -> NewEntry {
    NewEntry { time: Time::Clocked { start, end, pause: 0 }, ..minutes(MONDAY, 1) }
}

impl Model {
    fn note(&mut self, id: &str, new: &NewEntry) {
        self.create(id, new).expect("it is taken");
    }

    /// Seconds billed and money, entry by entry.
    fn bill(&self) -> Vec<(i128, i128)> {
        self.entries.values().map(|entry| (entry.billed(), entry.amount.expect("it has a price"))).collect()
    }

    /// Ten-thousandths of days, and money, entry by entry.
    fn day_lines(&self) -> Vec<(i128, i128)> {
        let line = |entry: &super::entry::Entry| (entry.days().expect("days"), entry.amount.expect("money"));
        self.entries.values().map(line).collect()
    }

    fn amount(&self) -> i128 {
        self.totals(&Filter::default()).amount_minor
    }
}

fn at_rate(rate: i128, new: NewEntry) -> NewEntry {
    NewEntry { given: Given { rate: Some(rate), ..new.given }, ..new }
}

fn with_days(days: i128, new: NewEntry) -> NewEntry {
    NewEntry { given: Given { days: Some(days), ..new.given }, ..new }
}

#[test]
fn rates_of_a_pool_keep_their_own_time() {
    for order in [[(14, 4500), (16, 9000)], [(16, 9000), (14, 4500)]] {
        let mut model = under(hourly(4500, Rounding::up(30, Scope::Day)));
        for (i, (length, rate)) in order.into_iter().enumerate() {
            model.note(&i.to_string(), &at_rate(rate, minutes(MONDAY, length)));
        }
        let mut lines = model.bill();
        lines.sort();
        assert_eq!((lines, model.amount()), (vec![(840, 1050), (960, 2400)], 3450));
    }
}

#[test]
fn a_rounded_pool_is_shared_evenly() {
    let mut model = under(hourly(6000, Rounding::up(30, Scope::Day)));
    ["a", "b", "c"].iter().for_each(|id| model.note(id, &minutes(MONDAY, 11)));
    assert_eq!(model.bill(), [(1200, 2000); 3]);
}

#[test]
fn ties_go_by_rate_then_begin_then_id() {
    // Seven lines of ten seconds are billed two minutes: 17 seconds each, and one second is left over.
    let mut model = under(hourly(6000, Rounding::up(1, Scope::Day)));
    let dated = NewEntry { time: Time::Dated { day: MONDAY, seconds: 10 }, ..minutes(MONDAY, 1) };
    ["a", "b", "c", "d", "e", "f", "g"].iter().for_each(|id| model.note(id, &dated));
    let favoured = |model: &Model| {
        let mut ids = model.entries.values().filter(|entry| entry.billed() == 18).map(|entry| entry.id.clone());
        (ids.next().expect("somebody has it"), ids.next())
    };
    assert_eq!(favoured(&model), ("a".to_owned(), None));
    let begin = MONDAY.midnight();
    for (id, begin) in [("d", begin + 60), ("e", begin)] {
        let clocked = Time::Clocked { start: begin, end: begin + 10, pause: 0 };
        model.change(id, &Change { time: Some(TimeChange::Whole(clocked)), ..Change::default() }).unwrap();
        assert_eq!(favoured(&model), (id.to_owned(), None));
    }
    model.change("g", &Change { rate: Some(Some(5999)), ..Change::default() }).unwrap();
    assert_eq!(favoured(&model), ("g".to_owned(), None));
}

#[test]
fn what_is_locked_keeps_its_own_and_the_others_make_up_for_it() {
    let mut model = under(hourly(6000, Rounding::up(30, Scope::Day)));
    ["a", "b", "c"].iter().for_each(|id| model.note(id, &minutes(MONDAY, 11)));
    model.lock("a");
    assert_eq!(model.bill(), [(1200, 2000); 3], "locking accounts for nothing");
    model.note("d", &minutes(MONDAY, 11));
    // 15 minutes each; the five that the locked one has beside its share are taken from the three others.
    assert_eq!(model.bill(), [(1200, 2000), (800, 1333), (800, 1333), (800, 1333)]);
    assert_eq!(model.delete("a"), Err(Refusal::Locked));
    ["b", "c"].iter().for_each(|id| model.delete(id).unwrap());
    assert_eq!(model.bill(), [(1200, 2000), (600, 1000)], "30 in all");
    model.delete("d").unwrap();
    assert_eq!(model.bill(), [(1200, 2000)]);
}

#[test]
fn exact_multiples_change_neither_time_nor_money() {
    for mode in [Mode::Up, Mode::Down, Mode::Nearest] {
        for scope in [Scope::Entry, Scope::Day, Scope::TaskDay, Scope::Period] {
            let mut model = under(hourly(4500, Rounding { mode, ..Rounding::up(15, scope) }));
            for (i, length) in [(0, 15), (1, 30), (2, 60)] {
                model.note(&format!("{i}"), &at_rate(3333 + i, minutes(MONDAY, length)));
            }
            assert_eq!(model.bill(), [(900, 833), (1800, 1667), (3600, 3335)], "{mode:?} {scope:?}");
        }
    }
}

#[test]
fn a_day_and_a_half_of_the_night() {
    let night = TUESDAY.midnight() - 4 * 3600;
    let mut model = under(daily(EIGHT_HOURS));
    model.note("a", &clocked(night, night + 36_000));
    let parts: Vec<_> = model.entry("a").parts.iter().map(|part| (part.day, part.days, part.amount)).collect();
    assert_eq!(parts, [(MONDAY, Some(5000), Some(20_000)), (TUESDAY, Some(7500), Some(30_000))]);
    assert_eq!((model.day_lines(), model.amount()), (vec![(12_500, 50_000)], 50_000));
    model.split("a", Cut::At(TUESDAY.midnight()), "b").unwrap();
    assert_eq!((model.day_lines(), model.amount()), (vec![(5000, 20_000), (7500, 30_000)], 50_000));
    // A date's sum counts what lies on it.
    let tuesday = Filter { from: Some(TUESDAY), ..Filter::default() };
    assert_eq!((model.totals(&tuesday).duration_seconds, model.totals(&tuesday).amount_minor), (21_600, 30_000));
}

#[test]
fn quantity_times_rate_is_the_amount() {
    let mut model = under(daily(EIGHT_HOURS));
    model.note("a", &minutes(MONDAY, 100));
    assert_eq!(model.day_lines(), [(2083, 8332)]);
}

#[test]
fn sums_are_exact_and_lines_are_rounded_for_themselves() {
    let mut model = under(hourly(10_000, Rounding::EXACT));
    ["a", "b", "c"].iter().for_each(|id| model.note(id, &minutes(MONDAY, 20)));
    assert_eq!((model.bill(), model.amount()), (vec![(1200, 3333); 3], 10_000));
}

#[test]
fn two_persons_have_two_days() {
    let mut model = under(daily(EIGHT_HOURS));
    model.note("a", &minutes(MONDAY, 480));
    model.note("b", &NewEntry { member: 1, ..minutes(MONDAY, 480) });
    model.note("c", &minutes(MONDAY, 480));
    assert_eq!(model.day_lines(), [(5000, 20_000), (10_000, 40_000), (5000, 20_000)]);
}

#[test]
fn given_days_outlive_new_terms() {
    let mut model = under(daily(DayRule::Explicit));
    let threshold = DayRule::Threshold { half_minutes: 240, full_minutes: 480 };
    for (i, day) in [MONDAY, TUESDAY, TUESDAY.next()].into_iter().enumerate() {
        model.note(&i.to_string(), &with_days(10_000, minutes(day, 480)));
    }
    model.accept(0, "second", Day::of(2026, 3, 1), daily(threshold));
    assert_eq!(model.amount(), 120_000);
    let free = Given { billable: Some(false), ..Given::default() };
    model.note("x", &NewEntry { given: free, ..minutes(TUESDAY, 1) });
    assert_eq!(model.amount(), 120_000);
    model.delete("x").unwrap();
    assert_eq!(model.day_lines(), [(10_000, 40_000); 3]);
    assert_eq!(model.create("y", &with_days(1, minutes(MONDAY, 1))), Err(Refusal::DaysAbove));
    // What is computed gets what is left of one day.
    model.note("z", &minutes(MONDAY, 480));
    assert_eq!(model.entry("z").days(), Some(0));
    let less = Change { days: Some(Some(7500)), ..Change::default() };
    model.change("0", &less).unwrap();
    assert_eq!((model.entry("0").days(), model.entry("z").days()), (Some(7500), Some(2500)));
}

#[test]
fn each_version_counts_for_its_lines() {
    let mut model = under(daily(EIGHT_HOURS));
    model.note("a", &minutes(MONDAY, 240));
    let threshold = DayRule::Threshold { half_minutes: 60, full_minutes: 300 };
    model.accept(0, "second", MONDAY, Terms { rate: 30_000, ..daily(threshold) });
    assert_eq!(model.day_lines(), [(5000, 20_000)]);
    // 360 minutes: three quarters of a day by one rule, a whole one by the other, for 240 and 120 minutes of them.
    model.note("b", &minutes(MONDAY, 120));
    assert_eq!(model.day_lines(), [(5000, 20_000), (3333, 9_999)]);
    model.apply(0, 1);
    assert_eq!(model.day_lines(), [(6667, 20_001), (3333, 9_999)]);
    assert_eq!(model.amount(), 30_000);
}

#[test]
fn another_task_costs_nothing_unless_it_has_its_price() {
    let mut model = under(hourly(6000, Rounding::EXACT));
    let task = |rate| Task { id: String::new(), rate, billable: None };
    model.tasks = vec![task(None), task(Some(7000))];
    model.note("a", &minutes(MONDAY, 60));
    model.accept(0, "second", MONDAY, hourly(9000, Rounding::EXACT));
    let to = |model: &mut Model, task| {
        model.change("a", &Change { task: Some(task), ..Change::default() }).unwrap();
        model.amount()
    };
    assert_eq!(to(&mut model, Some(0)), 6000);
    assert_eq!(to(&mut model, Some(1)), 7000);
    assert_eq!(to(&mut model, None), 6000, "a task that is taken away takes its rate along");
    // Moved within the same terms it keeps its version; where others are in force it takes them.
    model.change("a", &Change { time: Some(TimeChange::Day(TUESDAY)), ..Change::default() }).unwrap();
    assert_eq!((model.entry("a").version, model.amount()), (0, 6000));
    let sunday = TimeChange::Day(Day::of(2026, 3, 1));
    model.change("a", &Change { time: Some(sunday), ..Change::default() }).unwrap();
    assert_eq!((model.entry("a").version, model.amount()), (0, 6000));
    model.change("a", &Change { time: Some(TimeChange::Day(MONDAY)), ..Change::default() }).unwrap();
    assert_eq!((model.entry("a").version, model.amount()), (1, 9000));
}

#[test]
fn noted_rounding_stays_with_new_terms() {
    let mut model = under(hourly(6000, Rounding::EXACT));
    model.note("a", &minutes(MONDAY, 11));
    let second = model.accept(0, "second", MONDAY, hourly(6000, Rounding::up(30, Scope::Day)));
    model.note("b", &minutes(MONDAY, 11));
    assert_eq!(model.bill(), [(660, 1100), (1800, 3000)]);
    model.lock("b");
    model.apply(0, second);
    assert_eq!(model.bill(), [(0, 0), (1800, 3000)], "the locked one has the whole half hour");
}

#[test]
fn a_period_is_rounded_on_a_line_of_its_own() {
    let mut model = under(hourly(6000, Rounding::up(60, Scope::Period)));
    model.note("a", &minutes(Day::of(2026, 2, 28), 50));
    model.note("b", &minutes(MONDAY, 40));
    model.note("c", &at_rate(3000, minutes(TUESDAY, 50)));
    assert_eq!(model.bill(), [(3000, 5000), (2400, 4000), (3000, 2500)]);
    let march = Filter { from: Some(Day::of(2026, 3, 1)), until: Some(Day::of(2026, 4, 1)), ..Filter::default() };
    let totals = model.totals(&march);
    assert_eq!((totals.billed_seconds, totals.rounding_seconds), (7200, 1800));
    // 800 seconds of it are at 60.00 an hour, 1000 at 30.00.
    assert_eq!(totals.amount_minor, (3200 * 6000 + 1800) / 3600 + (4000 * 3000 + 1800) / 3600);
    let half = Filter { until: Some(TUESDAY), ..march };
    assert_eq!((model.totals(&half).rounding_seconds, model.totals(&half).amount_minor), (0, 4000));
    assert_eq!(model.totals(&Filter::default()).rounding_seconds, 1800 + 600);
}

#[test]
fn a_timer_takes_its_terms_when_it_stops() {
    let mut model = under(hourly(6000, Rounding::EXACT));
    let start = MONDAY.midnight() + 9 * 3600;
    model.note("a", &NewEntry { time: Time::Running { start }, ..minutes(MONDAY, 1) });
    model.accept(0, "second", MONDAY, hourly(9000, Rounding::EXACT));
    model.stop("a", Time::Clocked { start, end: start + 3600, pause: 0 });
    assert_eq!((model.entry("a").version, model.bill()), (1, vec![(3600, 9000)]));
}

#[test]
fn halves_keep_what_was_given() {
    let mut model = under(daily(DayRule::Explicit));
    let night = TUESDAY.midnight() - 4 * 3600;
    model.note("a", &with_days(5000, clocked(night, night + 36_000)));
    assert_eq!(model.entry("a").parts.iter().map(|part| part.days).collect::<Vec<_>>(), [Some(2000), Some(3000)]);
    model.split("a", Cut::After(7200), "b").unwrap();
    assert_eq!(model.day_lines(), [(1000, 4000), (4000, 16_000)]);
    assert_eq!(model.entry("b").parts.iter().map(|part| part.days).collect::<Vec<_>>(), [Some(1000), Some(3000)]);
}
