//! The time entries: spread evenly over the working days and the team, one after the other in each member's day.

use super::{Plan, Step, clients};
use crate::demo::trades::EVERYBODYS_WORKS;
use crate::kernel::{Date, Timestamp};

/// The time of a working day in which entries lie: nine hours from eight on, and up to half an hour later.
const DAY_BEGINS: i64 = 8 * 60;
const DAY_MINUTES: i64 = 9 * 60;
/// When a day's entries are written down: after the last of them.
const WRITTEN_AT: i64 = 18 * 60 + 30;

/// When work was done.
pub enum Worked {
    Between(Timestamp, Timestamp),
    On(Date, i64),
}

/// A time entry. Numbers are places in the lists of the plan.
pub struct PlannedEntry {
    pub engagement: usize,
    pub task: Option<usize>,
    pub member: usize,
    pub worked: Worked,
    pub break_seconds: Option<i64>,
    pub day_ten_thousandths: Option<i64>,
    pub description: &'static str,
    pub service: &'static str,
    pub billable: Option<bool>,
    pub internal_note: Option<&'static str>,
    pub tags: &'static [&'static str],
    /// The number that it had in the system it was taken over from.
    pub imported: Option<usize>,
    /// Whether its period may be closed.
    pub is_late: bool,
}

pub fn plan(plan: &mut Plan, count: usize) {
    let open = open_by_day(plan);
    let days: Vec<usize> = (0..plan.calendar.last()).filter(|day| !open[*day].is_empty()).collect();
    let tasks = tasks_by_engagement(plan);
    for (nth, day) in days.iter().enumerate() {
        let (from, until) = (nth * count / days.len(), (nth + 1) * count / days.len());
        let of_day = until - from;
        for place in 0..of_day {
            let entry = entry(plan, (*day, place, of_day), &open[*day], &tasks, from + place);
            plan.step(*day, WRITTEN_AT, Step::Entry(Box::new(entry)));
        }
    }
    timers(plan, &open);
}

fn entry(
    plan: &mut Plan,
    (day, place, of_day): (usize, usize, usize),
    open: &[usize],
    tasks: &[Vec<usize>],
    number: usize,
) -> PlannedEntry {
    let team = plan.team.len();
    let member = (place + day) % team;
    let engagement = plan.dice.pick(open);
    let client = plan.engagements[engagement].client;
    let (from, minutes) = slot(plan, member, place / team, of_day.div_ceil(team));
    let (start, end) = (plan.calendar.at(day, from), plan.calendar.at(day, from + minutes));
    let says_days = plan.engagements[engagement].says_days;
    let dated = says_days || plan.dice.percent(12);
    let known: Vec<usize> = tasks[engagement].iter().copied().filter(|task| plan.tasks[*task].day < day).collect();
    let task = (!known.is_empty() && plan.dice.percent(60)).then(|| plan.dice.pick(&known));
    let works = clients::trade(client).works;
    let (description, service) =
        if plan.dice.percent(55) { plan.dice.pick(works) } else { plan.dice.pick(EVERYBODYS_WORKS) };
    PlannedEntry {
        engagement,
        task,
        member,
        worked: match dated {
            true => Worked::On(Date(plan.calendar.date(day)), minutes * 60),
            false => Worked::Between(start, end),
        },
        break_seconds: (!dated && minutes > 90 && plan.dice.percent(30)).then_some(900),
        // All of one person and date together are at most one day.
        day_ten_thousandths: says_days.then(|| 10_000 / of_day.div_ceil(team) as i64),
        description,
        service,
        billable: plan.dice.percent(4).then_some(false),
        internal_note: plan.dice.percent(5).then_some("Länger als üblich, Vorlage war unvollständig."),
        tags: plan.dice.pick::<&[&str]>(&[&[], &[], &[], &["telefon"], &["vor-ort"], &["eilig", "telefon"]]),
        imported: plan.dice.percent(2).then_some(number),
        is_late: false,
    }
}

/// A member's working time of a day, shared out among the entries; the first minute and the length.
fn slot(plan: &mut Plan, member: usize, nth: usize, of: usize) -> (i64, i64) {
    let length = (DAY_MINUTES / of as i64).clamp(2, 150);
    let begins = DAY_BEGINS + (member as i64 * 7) % 30 + nth as i64 * length;
    let gap = plan.dice.between(0, length / 3);
    (begins, (length - gap).max(1))
}

/// The engagements that take work, by day.
fn open_by_day(plan: &Plan) -> Vec<Vec<usize>> {
    let is_open = |engagement: &usize, day: usize| {
        let (from, until) = plan.engagements[*engagement].open;
        from <= day && day < until
    };
    let of_day = |day| (0..plan.engagements.len()).filter(|e| is_open(e, day)).collect();
    (0..=plan.calendar.last()).map(of_day).collect()
}

/// The tasks that an engagement's work can belong to.
fn tasks_by_engagement(plan: &Plan) -> Vec<Vec<usize>> {
    let of = |e: usize| {
        let fits = |t: &usize| match plan.tasks[*t].engagement {
            Some(engagement) => engagement == e,
            None => plan.tasks[*t].client == plan.engagements[e].client,
        };
        (0..plan.tasks.len()).filter(fits).collect()
    };
    (0..plan.engagements.len()).map(of).collect()
}

/// The owner's timer runs when the data ends, and a colleague's is paused.
fn timers(plan: &mut Plan, open: &[Vec<usize>]) {
    let last = plan.calendar.last();
    let Some(engagement) = open[last - 1].iter().copied().find(|e| plan.engagements[*e].open.1 >= last) else {
        return;
    };
    let description = "Rückfragen zum Angebot geklärt";
    plan.step(last, 13 * 60 + 45, Step::StartTimer { by: 1, engagement, description });
    plan.step(last, 14 * 60 + 20, Step::PauseTimer { by: 1 });
    plan.step(last, 14 * 60 + 50, Step::StartTimer { by: 0, engagement, description: "Posteingang bearbeitet" });
}
