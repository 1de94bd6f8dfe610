use super::*;
use crate::slices::tasks::model::TaskStatus;
use std::collections::BTreeSet;

fn day() -> Date {
    crate::demo::LAST_DAY
}

#[test]
fn a_plan_is_the_same_every_time_and_another_in_every_workspace() {
    let names =
        |number| -> Vec<Value> { plan(number, 300, day()).clients.iter().map(|c| c.body.clone()).collect() };
    assert_eq!(names(0), names(0));
    assert_ne!(names(0), names(1));
}

#[test]
fn nobody_comes_twice() {
    let plans: Vec<_> =
        (0..70).map(|number| plan(number, if number == 0 { 100_000 } else { 50 }, day())).collect();
    let mut emails = BTreeSet::new();
    for plan in &plans {
        let contacts = plan.clients.iter().filter_map(|client| client.login.as_ref());
        for person in plan.team.iter().chain(contacts) {
            assert!(emails.insert(person.email.clone()), "{} comes twice", person.email);
        }
        let clients: BTreeSet<_> = plan.clients.iter().map(|client| client.body["name"].as_str()).collect();
        assert_eq!(clients.len(), plan.clients.len(), "a client's name comes twice");
    }
}

#[test]
fn everything_asked_for_is_planned_before_the_end() {
    for entries in [0, 40, 2000, 100_000] {
        let plan = plan(0, entries, day());
        let noted = plan.steps.iter().filter_map(|(_, step)| match step {
            Step::Entry(entry) => Some(&plan.engagements[entry.engagement]),
            _ => None,
        });
        // Those that show packages take no other work.
        let (shown, noted): (Vec<_>, Vec<_>) = noted.partition(|engagement| engagement.open == (0, 0));
        assert_eq!(noted.len(), entries);
        assert!(shown.len() > 300);
        assert!(plan.steps.is_sorted_by_key(|(at, _)| *at));
        let end: Timestamp = "2026-11-20T14:00:00Z".parse().unwrap();
        assert!(plan.steps.iter().all(|(at, _)| plan.begins < *at && *at <= end));
        assert!(plan.tasks.len() >= TaskStatus::ALL.len());
    }
}

#[test]
fn nobody_works_on_two_things_at_once() {
    let plan = plan(0, 3000, day());
    let mut spans: Vec<_> = plan
        .steps
        .iter()
        .filter_map(|(_, step)| match step {
            Step::Entry(entry) => match entry.worked {
                Worked::Between(from, until) => Some((entry.member, from, until)),
                Worked::On(..) => None,
            },
            _ => None,
        })
        .collect();
    spans.sort();
    assert!(spans.iter().all(|(_, from, until)| from < until));
    assert!(spans.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1));
}
