//! The engagements that show packages: two years of work on one or two days of each month, and what is done beside it.

use super::calendar::MONTHS;
use super::{Plan, PlannedEngagement, PlannedEntry, Step, Who, Worked, clients};
use crate::demo::packages::{Deed, Package, Place, packages};
use crate::demo::trades::EVERYBODYS_WORKS;
use crate::kernel::Date;
use crate::slices::engagements::model::EngagementAct::{Accept, Propose};
use chrono::Days;
use serde_json::json;

/// The days of a month with work. No holiday of a fixed date is near.
const WORKDAYS: [u64; 2] = [7, 19];
/// At most so many minutes are the work of one day; more is done on two.
const LONGEST: i64 = 300;
/// Time is noted in steps of so many minutes.
const STEP: i64 = 15;
/// When a day's work is written down.
const WRITTEN_AT: i64 = 18 * 60 + 30;

pub fn plan(plan: &mut Plan) {
    let months = plan.calendar.clone();
    for package in packages(|place| Date(months.of_month(place))) {
        engagement(plan, package);
    }
}

fn engagement(plan: &mut Plan, package: Package) {
    let (engagement, client) = (plan.engagements.len(), package.client);
    let starts = plan.calendar.of_month(package.begins);
    let drafted = starts - Days::new(5);
    plan.step_on(drafted, 9 * 60 + 30, Step::Engagement(engagement));
    for (minute, act, by) in [(11 * 60, Propose, Who::Team(0)), (12 * 60, Accept, Who::Contact(client))] {
        plan.step_on(drafted, minute, Step::Act { engagement, act, by, note: None });
    }
    let body = json!({"title": package.title, "starts_on": starts, "terms": package.terms});
    plan.engagements.push(PlannedEngagement { client, body, says_days: false, open: (0, 0) });
    for (place, by, deed) in package.deeds {
        self::deed(plan, engagement, (place, by), deed);
    }
    let (first, _) = package.begins;
    for (nth, month) in (first..=MONTHS).enumerate() {
        if package.idle.contains(&month) {
            continue;
        }
        let minutes = package.worked[nth % package.worked.len()];
        let half = match minutes > LONGEST {
            true => minutes / 2 / STEP * STEP,
            false => 0,
        };
        for (day, minutes) in WORKDAYS.into_iter().zip([half, minutes - half]) {
            let on = plan.calendar.working_day_from((month, day));
            if minutes > 0 && on >= starts {
                work(plan, engagement, (on, on), minutes, false);
            }
        }
    }
}

fn deed(plan: &mut Plan, engagement: usize, (place, by): (Place, Who), deed: Deed) {
    let on = plan.calendar.of_month(place);
    match deed {
        Deed::Work(of, minutes, is_late) => {
            let of = plan.calendar.of_month(of);
            work(plan, engagement, (of, on), minutes, is_late);
        }
        Deed::Act(act) => plan.step_on(on, 9 * 60, Step::Act { engagement, act, by, note: None }),
        Deed::Terms(terms, from) => {
            let from = Date(plan.calendar.of_month(from));
            plan.step_on(on, 10 * 60, Step::NewTerms { engagement, terms, from, by, note: None });
        }
        deed => plan.step_on(on, 10 * 60, Step::Package { engagement, by, deed }),
    }
}

/// Plans work of a day that is written down on another; none after the end.
fn work(
    plan: &mut Plan,
    engagement: usize,
    (of, on): (chrono::NaiveDate, chrono::NaiveDate),
    minutes: i64,
    is_late: bool,
) {
    if on > plan.calendar.date(plan.calendar.last()) {
        return;
    }
    let works = clients::trade(plan.engagements[engagement].client).works;
    let nth = plan.steps.len();
    let (description, service) = if nth.is_multiple_of(2) {
        works[nth / 2 % works.len()]
    } else {
        EVERYBODYS_WORKS[nth / 2 % EVERYBODYS_WORKS.len()]
    };
    let entry = PlannedEntry {
        engagement,
        task: None,
        member: engagement % plan.team.len(),
        worked: Worked::On(Date(of), minutes * 60),
        break_seconds: None,
        day_ten_thousandths: None,
        description,
        service,
        billable: None,
        internal_note: None,
        tags: &[],
        imported: None,
        is_late,
    };
    plan.step_on(on, WRITTEN_AT, Step::Entry(Box::new(entry)));
}
