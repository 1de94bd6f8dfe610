//! Entries in the same time: of both policies the stricter one counts, whenever time is taken up.

use super::{Desk, agree, interval, merge, path};
use crate::{client::Reply, people::id, server::Server, support::databases::on_both};
use serde_json::{Value, json};

const POLICIES: [&str; 3] = ["allow", "warn", "reject"];

fn terms(policy: &str) -> Value {
    json!({"kind": "hourly", "rate_minor": 4500, "overlap": policy})
}

/// An engagement for each policy, in their order.
async fn engagements(desk: &Desk) -> [String; 3] {
    [desk.engaged(terms("allow")).await, desk.engaged(terms("warn")).await, desk.engaged(terms("reject")).await]
}

async fn try_between(desk: &Desk, engagement: &str, from: &str, until: &str) -> Reply {
    let mut body = interval(from, until);
    merge(&mut body, json!({"engagement_id": engagement}));
    desk.try_note(body).await
}

async fn between(desk: &Desk, engagement: &str, from: &str, until: &str) -> Value {
    try_between(desk, engagement, from, until).await.expect(201).json()
}

/// The ids of a list of entries; none where there is no list.
fn ids_of(entries: &Value) -> Vec<String> {
    entries.as_array().into_iter().flatten().map(id).collect()
}

#[on_both]
async fn the_stricter_policy_of_two_counts(server: Server) {
    let desk = Desk::new(&server).await;
    let engagements = engagements(&desk).await;
    // Whatever the workspace says, where both have terms of their own.
    for (hour, workspace) in POLICIES.iter().enumerate() {
        for (tens, (first, theirs)) in POLICIES.iter().zip(&engagements).enumerate() {
            desk.overlap_policy("allow").await;
            let (from, until) = (format!("0{}:{tens}0", hour + 2), format!("0{}:{tens}5", hour + 2));
            let other = between(&desk, theirs, &from, &until).await;
            desk.overlap_policy(workspace).await;
            for (second, ours) in POLICIES.iter().zip(&engagements) {
                let written = try_between(&desk, ours, &from, &until).await;
                let label = format!("{second} over {first} in a workspace that says {workspace}");
                let (status, told) = match (first, second) {
                    (&"reject", _) | (_, &"reject") => (409, "conflicts"),
                    (&"warn", _) | (_, &"warn") => (201, "overlaps"),
                    _ => (201, "nothing"),
                };
                let answer = written.json();
                assert_eq!(written.status, status, "{label}: {answer}");
                if status == 201 {
                    desk.anna.delete(&path(&answer)).send().await.expect(204);
                }
                for list in ["conflicts", "overlaps"] {
                    let expected = if list == told { vec![id(&other)] } else { Vec::new() };
                    assert_eq!(ids_of(&answer[list]), expected, "{label}: {answer}");
                }
            }
        }
    }
}

#[on_both]
async fn only_entries_of_that_verdict_are_listed(server: Server) {
    let desk = Desk::new(&server).await;
    let [lax, told, strict] = engagements(&desk).await;
    desk.overlap_policy("allow").await;
    between(&desk, &lax, "07:00", "08:00").await;
    let warned = between(&desk, &told, "07:00", "08:00").await;
    let over_both = between(&desk, &lax, "07:00", "08:00").await;
    assert_eq!(ids_of(&over_both["overlaps"]), [id(&warned)]);
    let refusing = between(&desk, &strict, "08:00", "09:00").await;
    let refused = try_between(&desk, &told, "07:30", "08:30").await.expect(409).json();
    assert_eq!(ids_of(&refused["conflicts"]), [id(&refusing)]);
    assert_eq!(
        ids_of(&try_between(&desk, &strict, "07:30", "07:40").await.expect(409).json()["conflicts"]).len(),
        3
    );
    // Where terms say nothing the workspace's counts.
    assert_eq!(ids_of(&desk.between("07:00", "07:10").await["overlaps"]), [id(&warned)]);
    desk.overlap_policy("reject").await;
    assert_eq!(
        try_between(&desk, &lax, "07:05", "07:10").await.expect(409).json()["conflicts"].as_array().unwrap().len(),
        1
    );
}

#[on_both]
async fn a_policy_is_that_of_the_entrys_own_date(server: Server) {
    let desk = Desk::new(&server).await;
    let [lax, ..] = engagements(&desk).await;
    let changing = desk.engaged(terms("allow")).await;
    agree(&desk, &changing, "2026-03-02", terms("reject")).await;
    let on = |engagement: &str, day: &str| json!({"engagement_id": engagement, "started_at": format!("2026-{day}T07:00:00Z"), "ended_at": format!("2026-{day}T08:00:00Z")});
    desk.note(on(&changing, "03-01")).await;
    desk.note(on(&lax, "03-01")).await;
    desk.note(on(&changing, "03-02")).await;
    desk.try_note(on(&lax, "03-02")).await.expect(409);
    // A night under the old terms is not in the way of the new ones' day, but they are in its.
    let night = |engagement: &str| json!({"engagement_id": engagement, "started_at": "2026-03-01T22:00:00Z", "ended_at": "2026-03-02T01:00:00Z"});
    let first = desk.note(night(&changing)).await;
    desk.note(night(&lax)).await;
    let early = json!({"engagement_id": changing, "started_at": "2026-03-02T00:00:00Z", "ended_at": "2026-03-02T00:30:00Z"});
    desk.try_note(early).await.expect(409);
    // A split takes up no new time: what lies there is told, not refused.
    let split = desk
        .post(&format!("{}/split", path(&first)), json!({"split_at": "2026-03-01T23:00:00Z"}))
        .await
        .expect(200)
        .json();
    assert_eq!(split["second"]["overlaps"].as_array().map(Vec::len), Some(1));
}

#[on_both]
async fn a_strict_entry_behind_a_hundred_others_is_found(server: Server) {
    let desk = Desk::new(&server).await;
    let [lax, _, strict] = engagements(&desk).await;
    let last = between(&desk, &strict, "07:50", "08:00").await;
    let data = |minute: u32| {
        let mut body = interval(&format!("07:{minute:02}"), "07:50");
        merge(&mut body, json!({"engagement_id": lax}));
        body
    };
    let operations: Vec<Value> = (0..110).map(|i| json!({"op": "create", "data": data(i % 50)})).collect();
    let answer = desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200).json();
    assert!(answer["results"].as_array().unwrap().iter().all(|result| result["status"] == 201));
    let refused = try_between(&desk, &lax, "07:00", "07:51").await.expect(409).json();
    assert_eq!(ids_of(&refused["conflicts"]), [id(&last)]);
    between(&desk, &lax, "07:00", "07:50").await;
    desk.overlap_policy("reject").await;
    assert_eq!(
        ids_of(&desk.try_note(interval("07:00", "08:00")).await.expect(409).json()["conflicts"]).len(),
        100
    );
}

#[on_both]
async fn a_timer_is_judged_whenever_it_takes_up_time(server: Server) {
    let mut desk = Desk::new(&server).await;
    let [lax, told, strict] = engagements(&desk).await;
    let early = between(&desk, &strict, "08:00", "08:30").await;
    let running = desk.start(json!({"engagement_id": lax})).await;
    let refused = desk.patch(&running, json!({"started_at": "2026-03-02T08:15:00Z"})).await.expect(409).json();
    assert_eq!(ids_of(&refused["conflicts"]), [id(&early)]);
    desk.patch(&running, json!({"started_at": "2026-03-02T08:30:00Z"})).await.expect(200);
    desk.at(&server, "2026-03-02T09:30:00Z").await;
    // It runs up to now, and so is in the way of what is noted meanwhile.
    try_between(&desk, &strict, "09:00", "09:10").await.expect(409);
    let warned = between(&desk, &told, "09:00", "09:10").await;
    assert_eq!(ids_of(&warned["overlaps"]), [id(&running)]);
    desk.timer("pause").await.expect(200);
    desk.at(&server, "2026-03-02T10:30:00Z").await;
    let meanwhile = between(&desk, &strict, "09:40", "09:50").await;
    let refused = desk.timer("resume").await.expect(409).json();
    assert_eq!(ids_of(&refused["conflicts"]), [id(&meanwhile)]);
    desk.anna.delete(&path(&meanwhile)).send().await.expect(204);
    let resumed = desk.timer("resume").await.expect(200).json();
    assert_eq!(ids_of(&resumed["running"]["overlaps"]), [id(&warned)]);
    let stopped = desk.timer("stop").await.expect(200).json();
    assert_eq!(ids_of(&stopped["stopped"]["overlaps"]), [id(&warned)]);
    assert!(desk.entry(&running).await.get("overlaps").is_none());
}

#[on_both]
async fn a_timer_can_be_stopped_whatever_was_agreed_meanwhile(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.overlap_policy("allow").await;
    desk.start(json!({})).await;
    desk.at(&server, "2026-03-02T09:30:00Z").await;
    let inside = desk.between("09:10", "09:20").await;
    desk.overlap_policy("reject").await;
    let next = desk.post("/v1/timer/start", json!({})).await.expect(200).json();
    assert_eq!(ids_of(&next["stopped"]["overlaps"]), [id(&inside)]);
    assert!(next["running"].get("overlaps").is_none(), "it has just begun");
    let stopped = desk.post(&format!("{}/stop", path(&next["running"])), json!(null)).await.expect(200).json();
    assert!(stopped.get("overlaps").is_none(), "it has no length");
}

#[on_both]
async fn a_split_takes_up_no_new_time(server: Server) {
    let desk = Desk::new(&server).await;
    let [lax, told, _] = engagements(&desk).await;
    let made = between(&desk, &lax, "07:00", "09:00").await;
    let beside = [between(&desk, &told, "07:10", "07:20").await, between(&desk, &told, "08:10", "08:20").await];
    desk.overlap_policy("reject").await;
    let split = desk
        .post(&format!("{}/split", path(&made)), json!({"split_at": "2026-03-02T08:00:00Z"}))
        .await
        .expect(200)
        .json();
    assert_eq!(ids_of(&split["first"]["overlaps"]), [id(&beside[0])]);
    assert_eq!(ids_of(&split["second"]["overlaps"]), [id(&beside[1])]);
    // Both would be refused today; they are told.
    let plain = desk.engaged(json!({"kind": "hourly", "rate_minor": 1})).await;
    desk.overlap_policy("allow").await;
    let (one, other) =
        (between(&desk, &plain, "05:00", "06:00").await, between(&desk, &plain, "05:00", "05:10").await);
    desk.overlap_policy("reject").await;
    let split = desk
        .post(&format!("{}/split", path(&one)), json!({"split_at": "2026-03-02T05:05:00Z"}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (ids_of(&split["first"]["overlaps"]), ids_of(&split["second"]["overlaps"])),
        (vec![id(&other)], vec![id(&other)])
    );
}

#[on_both]
async fn what_goes_elsewhere_is_judged_by_both(server: Server) {
    let desk = Desk::new(&server).await;
    let [lax, told, strict] = engagements(&desk).await;
    let fixed = between(&desk, &lax, "07:00", "08:00").await;
    let moving = between(&desk, &lax, "07:30", "08:30").await;
    assert_eq!(
        ids_of(&desk.patch(&moving, json!({"engagement_id": told})).await.expect(200).json()["overlaps"]),
        [id(&fixed)]
    );
    desk.patch(&moving, json!({"engagement_id": strict})).await.expect(409);
    let text = desk.patch(&moving, json!({"description": "nur Text"})).await.expect(200).json();
    assert!(text.get("overlaps").is_none());
}
