//! What changes make of money and of the clock: new terms leave what lies under the old ones alone, texts cost nothing,
//! and what moves is judged where it goes.

use super::{Desk, agree, interval, merge, only, path};
use crate::{
    people::{id, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};

const MONEY: [&str; 3] = ["billed_seconds", "rate_minor", "amount_minor"];

fn hourly(rate_minor: i64, rounding: Value) -> Value {
    let mut terms = json!({"kind": "hourly", "rate_minor": rate_minor});
    if rounding != json!(null) {
        terms["rounding"] = rounding;
    }
    terms
}

fn up(minutes: i64, scope: &str) -> Value {
    json!({"mode": "up", "increment_minutes": minutes, "scope": scope})
}

/// Has new terms of an engagement accepted, from this day on.
async fn note(desk: &Desk, engagement: &str, date: &str, seconds: i64) -> Value {
    desk.note(json!({"engagement_id": engagement, "work_date": date, "duration_seconds": seconds})).await
}

#[on_both]
async fn a_period_is_rounded_within_the_days_of_the_same_terms(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.at(&server, "2026-03-20T09:00:00Z").await;
    let engagement = desk.engaged(hourly(6000, json!(null))).await;
    let early =
        [note(&desk, &engagement, "2026-03-02", 600).await, note(&desk, &engagement, "2026-03-03", 600).await];
    agree(&desk, &engagement, "2026-03-10", hourly(6000, up(60, "period"))).await;
    agree(&desk, &engagement, "2026-03-18", hourly(6000, up(30, "period"))).await;
    let middle = note(&desk, &engagement, "2026-03-12", 600).await;
    let last = note(&desk, &engagement, "2026-03-18", 600).await;
    assert_eq!(only(&desk.entry(&middle).await, &MONEY), json!([600, 6000, 1000]));
    assert_eq!(only(&desk.entry(&last).await, &MONEY), json!([600, 6000, 1000]));
    // Each rounding of the month has a line of its own: the hour of one, the half of the other.
    let sums = async || {
        let path = format!("/v1/time-entries?include=totals&limit=1&engagement_id={engagement}");
        only(&desk.get(&path).await["totals"], &["billed_seconds", "rounding_seconds"])
    };
    assert_eq!(sums().await, json!([1200 + 3600 + 1800, 3000 + 1200]));
    let more = note(&desk, &engagement, "2026-03-11", 600).await;
    assert_eq!(sums().await, json!([1200 + 3600 + 1800, 2400 + 1200]));
    desk.anna.delete(&path(&more)).send().await.expect(204);
    assert_eq!(desk.entry(&middle).await["version"], 1);
    for (entry, version) in [(&early[0], 1), (&early[1], 1), (&last, 1)] {
        assert_eq!(desk.entry(entry).await["version"], version, "untouched");
    }
    assert_eq!(only(&desk.entry(&early[1]).await, &MONEY), json!([600, 6000, 1000]));
}

#[on_both]
async fn a_text_changes_no_money(server: Server) {
    let desk = Desk::new(&server).await;
    let made = note(&desk, &desk.engagement, "2026-02-15", 600).await;
    agree(&desk, &desk.engagement, "2026-02-10", hourly(9000, up(15, "day"))).await;
    for change in [
        json!({"description": "nur Text"}),
        json!({"needs_review": true}),
        json!({"tags": ["x"]}),
        json!({"work_date": "2026-02-15", "internal_note": "x"}),
    ] {
        let changed = desk.patch(&made, change).await.expect(200).json();
        assert_eq!(only(&changed, &MONEY), json!([600, 4500, 750]));
    }
    assert_eq!(desk.entry(&made).await["version"], 5);
    // What was so already is no change either.
    let same = desk
        .patch(&made, json!({"work_date": "2026-02-15", "time_zone": "Europe/Berlin"}))
        .await
        .expect(200)
        .json();
    assert_eq!(only(&same, &["version", "billed_seconds"]), json!([5, 600]));
    let longer = desk.patch(&made, json!({"duration_seconds": 601})).await.expect(200).json();
    assert_eq!(only(&longer, &MONEY), json!([601, 4500, 751]), "it stays under its terms");
}

#[on_both]
async fn an_entry_that_counts_as_no_day_can_be_changed(server: Server) {
    let desk = Desk::new(&server).await;
    let threshold = desk.engaged(json!({"kind": "daily", "rate_minor": 40000, "day_mode": "threshold", "half_day_from_minutes": 120, "full_day_from_minutes": 360})).await;
    let made = note(&desk, &threshold, "2026-03-02", 3600).await;
    assert_eq!(made["day_ten_thousandths"], 0);
    let changed = desk.patch(&made, json!({"description": "kurz"})).await.expect(200).json();
    assert_eq!(only(&changed, &["description", "day_ten_thousandths", "amount_minor"]), json!(["kurz", 0, 0]));
    let longer = desk.patch(&made, json!({"duration_seconds": 7200})).await.expect(200).json();
    assert_eq!(only(&longer, &["day_ten_thousandths", "amount_minor"]), json!([5000, 20000]));
    assert_eq!(
        pointers(&desk.patch(&made, json!({"day_ten_thousandths": 0})).await.expect(422).json()),
        ["/day_ten_thousandths"]
    );
    // The smallest share of a day in two: one part has it.
    let explicit = desk.engaged(json!({"kind": "daily", "rate_minor": 40000, "day_mode": "explicit"})).await;
    let tiny = desk.note(json!({"engagement_id": explicit, "work_date": "2026-03-02", "duration_seconds": 600, "day_ten_thousandths": 1})).await;
    let split =
        desk.post(&format!("{}/split", path(&tiny)), json!({"split_after_seconds": 300})).await.expect(200).json();
    assert_eq!(
        (&split["first"]["day_ten_thousandths"], &split["second"]["day_ten_thousandths"]),
        (&json!(1), &json!(0))
    );
    let changed = desk
        .patch(&split["second"], json!({"description": "Rest", "duration_seconds": 60}))
        .await
        .expect(200)
        .json();
    assert_eq!(only(&changed, &["day_ten_thousandths", "amount_minor"]), json!([0, 0]));
}

#[on_both]
async fn a_said_share_of_a_day_can_be_changed_but_not_taken_away(server: Server) {
    let desk = Desk::new(&server).await;
    let explicit = desk.engaged(json!({"kind": "daily", "rate_minor": 40000, "day_mode": "explicit"})).await;
    let made = desk.note(json!({"engagement_id": explicit, "work_date": "2026-03-02", "duration_seconds": 600, "day_ten_thousandths": 5000})).await;
    let refused = desk.patch(&made, json!({"day_ten_thousandths": null})).await.expect(422).json();
    assert_eq!(only(&refused["errors"][0], &["pointer", "code"]), json!(["/day_ten_thousandths", "required"]));
    assert_eq!(
        desk.patch(&made, json!({"day_ten_thousandths": 2500})).await.expect(200).json()["amount_minor"],
        10000
    );
    assert_eq!(
        desk.patch(&made, json!({"duration_seconds": 900})).await.expect(200).json()["amount_minor"],
        10000
    );
}

#[on_both]
async fn a_clients_default_rate_counts_where_nothing_else_is_agreed(server: Server) {
    let desk = Desk::new(&server).await;
    let path = format!("/v1/clients/{}", desk.client);
    let terms = |currency| json!({"default_terms": {"kind": "hourly", "rate_minor": 3500, "currency": currency}});
    let refused = desk.anna.patch(&path).json(&terms("CHF")).send().await.expect(422).json();
    assert_eq!(
        only(&refused["errors"][0], &["pointer", "code"]),
        json!(["/default_terms/currency", "currency_mismatch"])
    );
    desk.anna.patch(&path).json(&terms("EUR")).send().await.expect(200);
    let task =
        id(&desk.post("/v1/tasks", json!({"client_id": desk.client, "title": "A"})).await.expect(201).json());
    let running = desk.start(json!({"task_id": task})).await;
    assert_eq!(only(&running, &["currency", "rate_minor", "rate_source"]), json!(["EUR", 3500, "client"]));
}

#[on_both]
async fn both_parts_of_a_split_stay_under_the_terms_of_the_whole(server: Server) {
    let desk = Desk::new(&server).await;
    agree(&desk, &desk.engagement, "2026-03-02", hourly(9000, up(15, "day"))).await;
    let night = json!({"started_at": "2026-03-01T22:00:00Z", "ended_at": "2026-03-02T02:00:00Z"});
    let made = desk.note(night).await;
    assert_eq!(only(&made, &["work_date", "rate_minor"]), json!(["2026-03-01", 4500]));
    let split = desk
        .post(&format!("{}/split", path(&made)), json!({"split_after_seconds": 3610}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        only(&split["first"], &["work_date", "billed_seconds", "rate_minor", "rate_source"]),
        json!(["2026-03-01", 3610, 4500, "engagement"])
    );
    assert_eq!(
        only(&split["second"], &["work_date", "billed_seconds", "rate_minor", "amount_minor"]),
        json!(["2026-03-02", 10790, 4500, 13488])
    );
    assert_eq!(split["first"]["terms_id"], split["second"]["terms_id"]);
}

#[on_both]
async fn a_timer_runs_in_no_engagement_that_stands_still(server: Server) {
    let desk = Desk::new(&server).await;
    for act in ["pause", "end"] {
        desk.post(&format!("/v1/engagements/{}/{act}", desk.engagement), json!({})).await.expect(200);
        let running = desk.start(json!({})).await;
        let refused = desk.patch(&running, json!({"engagement_id": desk.engagement})).await.expect(409).json();
        assert_eq!(refused["code"], "engagement_not_active", "{act}");
        assert_eq!(desk.entry(&running).await["engagement_id"], json!(null));
        if act == "pause" {
            desk.post(&format!("/v1/engagements/{}/resume", desk.engagement), json!(null)).await.expect(200);
        }
    }
}

#[on_both]
async fn an_archived_clients_entries_can_lose_their_task(server: Server) {
    let desk = Desk::new(&server).await;
    let task = |title: &str| json!({"client_id": desk.client, "engagement_id": desk.engagement, "title": title});
    let first = id(&desk.post("/v1/tasks", task("A")).await.expect(201).json());
    let second = id(&desk.post("/v1/tasks", task("B")).await.expect(201).json());
    let made = desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 60, "task_id": first})).await;
    let other = desk.engaged(hourly(1, json!(null))).await;
    desk.post(&format!("/v1/clients/{}/archive", desk.client), json!(null)).await.expect(200);
    for task in [json!(second), json!(null)] {
        let changed = desk.patch(&made, json!({"task_id": task})).await.expect(200).json();
        assert_eq!(changed["task_id"], task);
    }
    let refused = desk.patch(&made, json!({"engagement_id": other})).await.expect(409).json();
    assert_eq!(refused["code"], "client_archived");
}

#[on_both]
async fn going_on_after_a_pause_is_judged_like_noting_that_time(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.overlap_policy("reject").await;
    let running = desk.start(json!({})).await;
    desk.at(&server, "2026-03-02T10:00:00Z").await;
    desk.timer("pause").await.expect(200);
    desk.at(&server, "2026-03-02T11:30:00Z").await;
    let noted = desk.between("10:30", "11:00").await;
    let refused = desk.timer("resume").await.expect(409).json();
    assert_eq!((&refused["code"], &refused["conflicts"][0]["id"]), (&json!("time_entry_overlaps"), &noted["id"]));
    assert_eq!(desk.entry(&running).await["status"], "paused");
    desk.overlap_policy("warn").await;
    let resumed = desk.timer("resume").await.expect(200).json();
    assert_eq!(
        (&resumed["running"]["status"], &resumed["running"]["overlaps"][0]["id"]),
        (&json!("running"), &noted["id"])
    );
    let again = desk.timer("resume").await.expect(200).json();
    assert!(again["running"].get("overlaps").is_none(), "nothing went on");
}

#[on_both]
async fn what_moves_is_judged_where_it_goes(server: Server) {
    let desk = Desk::new(&server).await;
    let mut terms = hourly(4500, json!(null));
    merge(&mut terms, json!({"overlap": "reject"}));
    let strict = desk.engaged(terms).await;
    desk.between("07:00", "08:00").await;
    let second = desk.between("07:30", "08:30").await;
    let refused = desk.patch(&second, json!({"engagement_id": strict})).await.expect(409).json();
    assert_eq!(refused["code"], "time_entry_overlaps");
    desk.patch(&second, interval("08:00", "08:30")).await.expect(200);
    desk.patch(&second, json!({"engagement_id": strict})).await.expect(200);
}

#[on_both]
async fn a_timer_stopped_at_once_is_in_nobodys_way(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.overlap_policy("reject").await;
    desk.start(json!({})).await;
    desk.timer("stop").await.expect(200);
    desk.at(&server, "2026-03-02T10:00:00Z").await;
    desk.between("08:30", "09:30").await;
}
