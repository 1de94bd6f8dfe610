//! Bodies about time entries and timers.

use super::{
    Case,
    breaks::{Break, REMOVED, rule},
    world::{UNKNOWN, World},
};
use serde_json::json;

pub fn cases(world: &World) -> Vec<Case> {
    let entry = format!("/v1/time-entries/{}", world.entry);
    let case = |operation, path: &str, body, rules| Case {
        operation,
        by: world.anna.clone(),
        path: path.to_owned(),
        body,
        rules,
    };
    let clocked = json!({"engagement_id": world.engagement, "started_at": "2026-03-02T05:00:00Z",
        "ended_at": "2026-03-02T06:00:00Z", "tags": ["belege"]});
    let local = json!({"engagement_id": world.engagement, "started_local": "2026-03-02T05:00",
        "ended_local": "2026-03-02T06:00", "time_zone": "Europe/Berlin", "break_seconds": 60});
    let dated = json!({"engagement_id": world.engagement, "work_date": "2026-03-02", "duration_seconds": 60});
    let day = json!({"engagement_id": world.daily, "work_date": "2026-03-02", "duration_seconds": 60,
        "day_ten_thousandths": 1000});
    let split = rule(json!({"/split_after_seconds": 3600}), &["/split_at"]);
    let stop = || {
        vec![
            rule(json!({"/ended_at": "2026-03-02T10:00:00Z"}), &[]),
            rule(json!({"/ended_at": "2026-03-02T08:00:00Z"}), &[]),
            rule(json!({"/break_seconds": 90_000}), &["/ended_at"]),
        ]
    };
    vec![
        case("create_time_entry", "/v1/time-entries", clocked.clone(), [places(world), instants()].concat_rules()),
        case("create_time_entry", "/v1/time-entries", local, [places(world), locals()].concat_rules()),
        case("preview_work", &format!("/v1/engagements/{}/preview", world.engagement), dated.clone(), dates()),
        case("create_time_entry", "/v1/time-entries", dated, [places(world), dates()].concat_rules()),
        case("create_time_entry", "/v1/time-entries", day, vec![full(WORK)]),
        case("update_time_entry", &entry, clocked, changes(world)),
        case("update_time_entry", &format!("/v1/time-entries/{}", world.part), json!({}), vec![full(MOVES)]),
        case("split_time_entry", &format!("{entry}/split"), json!({"split_after_seconds": 60}), vec![split]),
        case("stop_time_entry", &format!("/v1/time-entries/{}/stop", world.running), json!({}), stop()),
        case("stop_timer", "/v1/timer/stop", json!({}), stop()),
        case("start_timer", "/v1/timer/start", json!({"engagement_id": world.engagement}), starts(world)),
    ]
}

/// What says how much of which date is taken, in a new entry and in a change.
const WORK: &[&str] = &[
    "/engagement_id",
    "/task_id",
    "/member_id",
    "/billable",
    "/work_date",
    "/duration_seconds",
    "/started_at",
    "/ended_at",
    "/started_local",
    "/ended_local",
];
const MOVES: &[&str] = &["/engagement_id", "/work_date", "/started_at", "/started_local", "/time_zone"];

/// More than is left of the date.
fn full(reads: &'static [&'static str]) -> Break {
    rule(json!({"/day_ten_thousandths": 9000}), reads)
}

/// What is wrong with where work belongs, and with whose it is.
fn places(world: &World) -> Vec<Break> {
    vec![
        rule(json!({"/engagement_id": UNKNOWN}), &["/task_id"]),
        rule(json!({"/engagement_id": REMOVED}), &["/task_id"]),
        rule(json!({"/task_id": UNKNOWN}), &[]),
        rule(json!({"/task_id": world.others}), &["/engagement_id"]),
        rule(json!({"/member_id": UNKNOWN}), &[]),
        rule(json!({"/day_ten_thousandths": 5000}), &["/engagement_id"]),
        rule(json!({"/tags": ["a", "A"]}), &[]),
        rule(json!({"/external_ref": "4711"}), &["/external_source"]),
    ]
}

fn instants() -> Vec<Break> {
    vec![
        rule(json!({"/ended_at": "2026-03-02T04:00:00Z"}), &["/started_at"]),
        rule(json!({"/ended_at": "2026-03-02T10:00:00Z"}), &[]),
        rule(json!({"/break_seconds": 3600}), &["/started_at", "/ended_at"]),
        rule(json!({"/work_date": "2026-03-02"}), &["/started_at", "/ended_at"]),
        rule(
            json!({"/started_at": "2026-01-05T08:00:00Z", "/ended_at": "2026-01-05T09:00:00Z"}),
            &[
                "/engagement_id",
                "/time_zone",
                "/started_local",
                "/work_date",
                "/break_seconds",
                "/duration_seconds",
                "/ended_local",
            ],
        ),
    ]
}

fn locals() -> Vec<Break> {
    vec![
        rule(json!({"/ended_local": "2026-03-02T04:00"}), &["/started_local", "/time_zone"]),
        rule(json!({"/ended_local": "2026-03-02T23:00"}), &["/time_zone"]),
        rule(json!({"/started_local": "2026-02-30T10:00"}), &["/time_zone"]),
        rule(json!({"/duration_seconds": 60}), &["/started_local", "/ended_local"]),
    ]
}

fn dates() -> Vec<Break> {
    vec![
        rule(json!({"/work_date": "2026-03-03"}), &["/time_zone", "/engagement_id"]),
        rule(
            json!({"/break_seconds": 60}),
            &["/work_date", "/duration_seconds", "/started_at", "/started_local", "/ended_at", "/ended_local"],
        ),
        rule(
            json!({"/duration_seconds": 90_000}),
            &[
                "/work_date",
                "/time_zone",
                "/started_at",
                "/started_local",
                "/ended_at",
                "/ended_local",
                "/engagement_id",
            ],
        ),
        rule(json!({"/work_date": "2026-01-05"}), &["/engagement_id", "/started_at", "/started_local"]),
    ]
}

fn changes(world: &World) -> Vec<Break> {
    [places(world), instants()]
        .concat_rules()
        .into_iter()
        .filter(|rule| !rule.sets_at("/member_id"))
        .filter(is_kept)
        // Where the work was done on that date already, it says nothing new.
        .filter(|rule| !rule.sets_at("/work_date"))
        .collect()
}

/// In a change, an engagement that is not named stays.
fn is_kept(rule: &Break) -> bool {
    !rule.name().contains(REMOVED)
}

fn starts(world: &World) -> Vec<Break> {
    vec![
        rule(json!({"/engagement_id": UNKNOWN}), &["/task_id"]),
        rule(json!({"/task_id": UNKNOWN}), &[]),
        rule(json!({"/task_id": world.others}), &["/engagement_id"]),
        rule(json!({"/from_entry_id": UNKNOWN}), &[]),
        rule(json!({"/started_at": "2026-03-02T10:00:00Z"}), &[]),
        rule(json!({"/started_at": "2026-03-02T08:00:00Z"}), &[]),
        rule(json!({"/tags": ["a", "A"]}), &[]),
    ]
}

trait Concat {
    fn concat_rules(self) -> Vec<Break>;
}

impl Concat for [Vec<Break>; 2] {
    fn concat_rules(self) -> Vec<Break> {
        self.into_iter().flatten().collect()
    }
}
