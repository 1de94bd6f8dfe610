//! What is kept of an account never differs from what follows from its rows.

use crate::{
    extensions::approve,
    packages::{H, desk, package},
    people::id,
    random::Random,
    server::Server,
    support::databases::on_both,
    time::{Desk, agree, merge, only, path},
};
use serde_json::{Value, json};
use vorzimmer::db::sql;

/// Each period by itself goes on from what the one before left, as it is kept; the list settles all from the first.
async fn check(desk: &Desk, after: &str) {
    for period in desk.periods().await {
        let alone = desk.get(&desk.of(&format!("periods/{}", period["seq"]))).await;
        assert_eq!(alone, period, "after {after}");
    }
    let balance = desk.get(&desk.of("balance")).await;
    let (periods, seq) = (desk.periods().await, &balance["period"]["seq"]);
    let current = periods.iter().find(|period| period["seq"] == *seq);
    assert_eq!(Some(&balance["period"]), current, "after {after}");
}

async fn kept(server: &Server) -> i64 {
    let mut conn = server.app.db.read().await.unwrap();
    conn.scalar(sql("SELECT COUNT(*) FROM checkpoints")).await.unwrap().unwrap()
}

#[on_both]
async fn what_is_kept_equals_what_is_counted_anew(server: Server) {
    let mut desk = desk(&server, package(10, json!({}))).await;
    let top_up =
        json!({"below_minutes": 120, "minutes": 90, "price_minor": 1, "valid_days": 40, "max_per_period": 2});
    let factors = json!([{"area": "Buchhaltung", "percent": 133}, {"area": "Reisen", "percent": 0}]);
    let scenes = [
        json!({"carry": "all", "carry_expires_after": 2}),
        json!({"carry": "capped", "carry_cap_minutes": 300}),
        json!({"carry": "none", "auto_top_up": top_up}),
        json!({"carry": "all", "area_factors": factors, "auto_top_up": top_up}),
    ];
    for (seed, with) in scenes.into_iter().enumerate() {
        let mut terms = json!({"deficit": "carry", "anchor_day": 10});
        merge(&mut terms, with);
        desk.engagement = desk.engaged(package(10, terms.clone())).await;
        drawn(&desk, terms, seed as u64).await;
    }
    assert!(kept(&server).await >= 15, "every period that has begun is kept");
}

/// Draws changes of every kind, and looks at the account after each.
async fn drawn(desk: &Desk, terms: Value, seed: u64) {
    let mut draw = Random::new(seed);
    let tasks = [desk.task_of("Buchhaltung").await, desk.task_of("Reisen").await];
    let (mut entries, mut blocks): (Vec<Value>, Vec<Value>) = Default::default();
    for step in 0..24 {
        let date = format!("2026-{:02}-{:02}", 2 + draw.below(5), 1 + draw.below(19));
        let seconds = (1 + draw.below(6) as i64) * H;
        let act = match draw.below(10) {
            0 if !entries.is_empty() => {
                let entry = entries.swap_remove(draw.below(entries.len()));
                desk.anna.delete(&path(&entry)).send().await.expect(204);
                "a deletion"
            }
            1 | 2 if !entries.is_empty() => {
                let entry = draw.one(&entries);
                let with = json!({"work_date": date, "duration_seconds": seconds});
                desk.patch(&entry, with).await.expect(200);
                "a change"
            }
            3 => {
                let minutes = (1 + draw.below(5) as i64) * if draw.percent(30) { -60 } else { 60 };
                let seq = 1 + draw.below(5);
                let adjustment =
                    json!({"kind": "correction", "minutes": minutes, "reason": "x", "period_seq": seq});
                desk.adjust(adjustment).await.expect(201);
                "an adjustment"
            }
            4 => {
                blocks.push(desk.block(json!({"minutes": 120, "valid_from": date, "valid_days": 60})).await);
                "a block"
            }
            5 if !blocks.is_empty() => {
                let block = blocks.swap_remove(draw.below(blocks.len()));
                let path = desk.of(&format!("blocks/{}/void", id(&block)));
                desk.post(&path, json!({"reason": "x"})).await;
                "a void"
            }
            6 if step > 16 => {
                let mut changed = package(5 + draw.below(11) as i64, terms.clone());
                changed["rate_minor"] = Value::Null;
                agree(desk, &desk.engagement, "2026-05-10", changed).await;
                "new terms"
            }
            7 => {
                let asked = desk.ask(&desk.anna, 60, json!({"period_seq": 1 + draw.below(5)})).await;
                approve(&desk.anna, &asked, json!({"note": "x"})).await.expect(200);
                "an extension"
            }
            8 => {
                let (from, until) = (format!("{date}T17:20:00Z"), seconds / 60 + 200);
                let night = json!({"started_at": from, "duration_seconds": until * 60});
                entries.push(desk.note(night).await);
                "work over midnight"
            }
            _ => {
                let task = draw.percent(40).then(|| draw.one(&tasks));
                let new = json!({"work_date": date, "duration_seconds": seconds + 7, "task_id": task});
                entries.push(desk.note(new).await);
                "a new entry"
            }
        };
        check(desk, &format!("{act}, seed {seed}, step {step}")).await;
    }
}

#[on_both]
async fn rounding_by_period_makes_no_time_of_nothing(server: Server) {
    let rounding = json!({"mode": "down", "increment_minutes": 15, "scope": "period"});
    let desk = desk(&server, package(1, json!({"deficit": "carry", "rounding": rounding}))).await;
    desk.block(json!({"minutes": 60, "valid_from": "2026-05-01", "valid_until": "2026-05-10"})).await;
    desk.seconds("2026-05-05", 840).await;
    let period = desk.get(&desk.of("periods/4")).await;
    let names =
        ["consumed_seconds", "covered_seconds", "overage_seconds", "expired_seconds", "deficit_out_seconds"];
    assert_eq!(only(&period, &names), json!([0, 0, 0, 2 * H, 0]));
    assert_eq!(desk.get(&desk.of("balance")).await["left_seconds"], H);
    check(&desk, "rounding").await;
}

#[on_both]
async fn an_end_and_a_pause_are_settled_anew(server: Server) {
    let mut desk = desk(&server, package(10, json!({"carry": "all"}))).await;
    desk.seconds("2026-03-02", 4 * H).await;
    desk.seconds("2026-06-02", 4 * H).await;
    check(&desk, "work").await;
    desk.anna.post(&desk.of("pause")).send().await.expect(200);
    desk.at(&server, "2026-09-05T10:00:00Z").await;
    check(&desk, "a pause").await;
    desk.anna.post(&desk.of("resume")).send().await.expect(200);
    desk.seconds("2026-09-05", 2 * H).await;
    check(&desk, "a resumption").await;
    assert_eq!(desk.get(&desk.of("periods/6")).await["status"], "skipped");
    desk.anna.post(&desk.of("end")).send().await.expect(200);
    check(&desk, "the end").await;
}
