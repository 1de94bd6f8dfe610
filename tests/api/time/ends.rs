//! Noted work and the end of its engagement: neither is put behind the other's back.

use super::{Desk, merge, only, path};
use crate::{
    people::{id, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};
use vorzimmer::db::{Tx, sql};
use vorzimmer::kernel::{Date, EngagementId, WorkspaceId};

/// From half past eleven in the evening before to one in the morning of this day, in Berlin.
fn night_to(day: u32) -> Value {
    json!({"started_at": format!("2026-02-{:02}T22:30:00Z", day - 1), "ended_at": format!("2026-02-{day:02}T00:00:00Z")})
}

/// An entry as a refusal names it.
fn named(entry: &Value) -> Value {
    json!({"type": "time_entry", "id": entry["id"], "status": entry["status"], "work_date": entry["work_date"]})
}

async fn engagement(desk: &Desk) -> Value {
    desk.get(&format!("/v1/engagements/{}", desk.engagement)).await
}

#[on_both]
async fn an_engagement_ends_with_no_work_behind_it(server: Server) {
    let desk = Desk::new(&server).await;
    desk.seconds("2026-02-20", 60).await;
    let gone = desk.seconds("2026-03-02", 60).await;
    desk.anna.delete(&path(&gone)).send().await.expect(204);
    let last = desk.seconds("2026-03-01", 60).await;
    let night = desk.note(night_to(26)).await;
    assert_eq!(night["work_date"], "2026-02-25");
    let before = engagement(&desk).await;
    for act in ["pause", "end"] {
        let act = format!("/v1/engagements/{}/{act}", desk.engagement);
        for (day, conflicts) in [
            ("2026-02-20", json!([named(&night), named(&last)])),
            ("2026-02-25", json!([named(&night), named(&last)])),
            ("2026-02-26", json!([named(&last)])),
        ] {
            let refused = desk.post(&act, json!({"on": day})).await.expect(409).json();
            assert_eq!(
                only(&refused, &["code", "conflicts"]),
                json!(["has_later_entries", conflicts]),
                "{act} {day}"
            );
            assert_eq!(refused["allowed_actions"], before["allowed_actions"]);
        }
    }
    assert_eq!(engagement(&desk).await, before, "a refusal leaves no trace");
    let (pause, end) =
        (format!("/v1/engagements/{}/pause", desk.engagement), format!("/v1/engagements/{}/end", desk.engagement));
    assert_eq!(desk.post(&pause, json!({"on": "2026-03-01"})).await.expect(200).json()["paused_on"], "2026-03-01");
    // A pause cannot be moved: it is put off by saying so.
    desk.anna.post(&format!("{pause}?move_end=true")).undocumented().send().await.expect(400);
    desk.anna.post(&format!("{end}?move_end=perhaps")).send().await.expect(400);
    desk.post(&format!("{end}?move_end=false"), json!({"on": "2026-02-20"})).await.expect(409);
    let ended = desk.post(&format!("{end}?move_end=true"), json!({"on": "2026-02-20"})).await.expect(200).json();
    assert_eq!(only(&ended, &["status", "ended_on"]), json!(["ended", "2026-03-01"]));
}

#[on_both]
async fn an_end_that_moves_goes_behind_the_last_work_and_no_further(server: Server) {
    let desk = Desk::new(&server).await;
    let end = async |on: &str, engagement: &str| {
        let path = format!("/v1/engagements/{engagement}/end?move_end=true");
        desk.post(&path, json!({"on": on})).await.expect(200).json()["ended_on"].clone()
    };
    let cheap = || desk.engaged(json!({"kind": "hourly", "rate_minor": 1}));
    let (night, quiet) = (cheap().await, cheap().await);
    for mut entry in [json!({"work_date": "2026-02-27", "duration_seconds": 60}), night_to(28), night_to(20)] {
        merge(&mut entry, json!({"engagement_id": night}));
        desk.note(entry).await;
    }
    assert_eq!(end("2026-02-05", &night).await, "2026-02-28", "the night of the last date reaches the next");
    assert_eq!(end("2026-02-20", &quiet).await, "2026-02-20");
    desk.seconds("2026-02-10", 60).await;
    assert_eq!(end("2026-02-20", &desk.engagement).await, "2026-02-20");
}

#[on_both]
async fn no_work_reaches_past_the_end(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = format!("/v1/engagements/{}", desk.engagement);
    let night = |seconds: i64| json!({"engagement_id": desk.engagement, "started_local": "2026-02-20T23:30:00", "duration_seconds": seconds});
    let kept = desk.note(night(1800)).await;
    desk.anna.patch(&engagement).json(&json!({"ends_on": "2026-02-20"})).send().await.expect(200);
    let longer = json!({"duration_seconds": 1801});
    let bulk = json!({"operations": [{"op": "update", "id": kept["id"], "data": longer}]});
    let result = desk.post("/v1/time-entries/bulk", bulk).await.expect(200).json()["results"][0].clone();
    assert_eq!(result["problem"]["errors"][0]["pointer"], "/operations/0/data/duration_seconds");
    for refused in [desk.try_note(night(1801)).await, desk.patch(&kept, longer.clone()).await] {
        let refused = refused.expect(422).json();
        assert_eq!(only(&refused["errors"][0], &["pointer", "code"]), json!(["/duration_seconds", "too_late"]));
    }
    desk.post(&format!("{engagement}/end"), json!({"on": "2026-02-20"})).await.expect(200);
    for refused in [desk.try_note(night(1801)).await, desk.patch(&kept, longer).await] {
        assert_eq!(refused.expect(409).json()["code"], "engagement_not_active");
    }
    desk.patch(&kept, json!({"duration_seconds": 60})).await.expect(200);
    desk.post(&format!("{}/split", path(&kept)), json!({"split_after_seconds": 30})).await.expect(200);
}

#[on_both]
async fn a_timer_stands_in_the_way_where_it_was_started_later(server: Server) {
    let mut desk = Desk::new(&server).await;
    let (end, pause) =
        (format!("/v1/engagements/{}/end", desk.engagement), format!("/v1/engagements/{}/pause", desk.engagement));
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    for act in [&pause, &end] {
        let refused = desk.post(act, json!({"on": "2026-03-01"})).await.expect(409).json();
        assert_eq!(refused["conflicts"], json!([named(&running)]));
    }
    assert_eq!(desk.entry(&running).await["status"], "running");
    desk.at(&server, "2026-03-03T08:00:00Z").await;
    crate::server::run_due(&server.app).await.unwrap();
    desk.post(&pause, json!({"on": "2026-03-02"})).await.expect(200);
    assert_eq!(
        only(&desk.entry(&running).await, &["status", "ended_at"]),
        json!(["recorded", "2026-03-03T08:00:00Z"])
    );
    // What was stopped then reaches beyond that day: it is noted work now.
    let refused = desk.post(&end, json!({"on": "2026-03-02"})).await.expect(409).json();
    assert_eq!(refused["conflicts"][0]["id"], running["id"]);
    desk.anna.delete(&path(&running)).send().await.expect(204);
    desk.post(&format!("/v1/engagements/{}/resume", desk.engagement), json!(null)).await.expect(200);
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    let ended = desk.post(&format!("{end}?move_end=true"), json!({"on": "2026-03-01"})).await.expect(200).json();
    assert_eq!(ended["ended_on"], "2026-03-03");
    assert_eq!(desk.entry(&running).await["status"], "recorded");
}

#[on_both]
async fn work_of_many_days_reaches_to_its_last(server: Server) {
    let mut desk = Desk::new(&server).await;
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.at(&server, "2026-03-06T09:00:00Z").await;
    crate::server::run_due(&server.app).await.unwrap();
    desk.timer("stop").await.expect(200);
    let engagement = format!("/v1/engagements/{}", desk.engagement);
    let refused = desk.post(&format!("{engagement}/end"), json!({"on": "2026-03-05"})).await.expect(409).json();
    assert_eq!(refused["conflicts"][0]["id"], running["id"]);
    let refused =
        desk.anna.patch(&engagement).json(&json!({"ends_on": "2026-03-04"})).send().await.expect(422).json();
    assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("first on 2026-03-05"), "{refused}");
    assert_eq!(
        desk.post(&format!("{engagement}/end"), json!({"on": "2026-03-06"})).await.expect(200).json()["ended_on"],
        "2026-03-06"
    );
}

#[on_both]
async fn a_refusal_names_the_first_hundred(server: Server) {
    let desk = Desk::new(&server).await;
    let note = |i: u32| json!({"op": "create", "data": {"engagement_id": desk.engagement, "work_date": format!("2026-02-{:02}", 28 - i % 7), "duration_seconds": 60}});
    let operations: Vec<Value> = (0..120).map(note).collect();
    desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200);
    let refused = desk
        .post(&format!("/v1/engagements/{}/end", desk.engagement), json!({"on": "2026-02-01"}))
        .await
        .expect(409)
        .json();
    let dates: Vec<&str> = refused["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["work_date"].as_str().unwrap())
        .collect();
    assert_eq!((dates.len(), dates[0]), (100, "2026-02-22"));
    assert!(dates.is_sorted());
}

#[on_both]
async fn an_agreed_end_is_not_put_before_noted_work(server: Server) {
    let desk = Desk::new(&server).await;
    let agreement = format!("/v1/engagements/{}", desk.engagement);
    desk.anna
        .patch(&agreement)
        .json(&json!({"external_source": "crm", "external_ref": "7"}))
        .send()
        .await
        .expect(200);
    let (night, later) = (desk.note(night_to(26)).await, desk.seconds("2026-03-01", 60).await);
    let change = async |ends_on: &str| {
        [
            desk.anna.patch(&agreement).json(&json!({"ends_on": ends_on})).send().await,
            desk.anna.put("/v1/engagements/by-ref/crm/7").json(&json!({"ends_on": ends_on})).send().await,
        ]
    };
    for (ends_on, first, date) in [
        ("2026-02-24", &night, "2026-02-25"),
        ("2026-02-25", &night, "2026-02-26"),
        ("2026-02-26", &later, "2026-03-01"),
    ] {
        for refused in change(ends_on).await {
            let refused = refused.expect(422).json();
            assert_eq!(
                (pointers(&refused), &refused["errors"][0]["code"]),
                (vec!["/ends_on".to_owned()], &json!("has_later_entries"))
            );
            assert_eq!(refused["conflicts"], json!([named(first)]));
            let detail = refused["errors"][0]["detail"].as_str().unwrap();
            assert!(detail.contains(date) && detail.contains(&id(first)), "{detail}");
        }
    }
    let german =
        desk.anna.patch(&agreement).json(&json!({"ends_on": "2026-02-24"})).header("accept-language", "de");
    assert!(
        german.send().await.expect(422).json()["errors"][0]["detail"]
            .as_str()
            .unwrap()
            .contains("zuerst am 2026-02-25")
    );
    change("2026-03-01").await.into_iter().for_each(|changed| drop(changed.expect(200)));
    // What it is called can change whatever lies behind its end.
    let workspace = desk.get("/v1/me").await["workspace"]["id"].clone();
    set(&server, &workspace, &desk.engagement, "ends_on", "2026-02-20").await;
    desk.anna.patch(&agreement).json(&json!({"title": "Anders"})).send().await.expect(200);
    desk.anna.patch(&agreement).json(&json!({"ends_on": null})).send().await.expect(200);
}

#[on_both]
async fn time_and_money_after_the_end_stay_and_texts_do_not(server: Server) {
    let desk = Desk::new(&server).await;
    let workspace = desk.get("/v1/me").await["workspace"]["id"].clone();
    let task =
        id(&desk.post("/v1/tasks", json!({"client_id": desk.client, "title": "A"})).await.expect(201).json());
    let other = desk.engaged(json!({"kind": "hourly", "rate_minor": 9000})).await;
    let mut within = desk.seconds("2026-02-20", 600).await;
    let late = desk.between("07:00", "08:00").await;
    let act = async |act: &str| {
        desk.post(&format!("/v1/engagements/{}/{act}", desk.engagement), json!(null)).await.expect(200)
    };
    let pauses = r#"[{"from_on":"2026-02-26","until_on":null}]"#;
    for (leads, column, value) in
        [("pause", "pauses", pauses), ("end", "ended_on", "2026-02-25"), ("archive", "ended_on", "2026-02-25")]
    {
        act(leads).await;
        // As a server of before left it.
        set(&server, &workspace, &desk.engagement, column, value).await;
        for change in [
            json!({"ended_at": "2026-03-02T08:30:00Z"}),
            json!({"work_date": "2026-02-20", "duration_seconds": 60}),
            json!({"break_seconds": 60}),
            json!({"billable": false}),
            json!({"rate_minor": 1}),
            json!({"engagement_id": other}),
            json!({"task_id": task, "description": "nicht nur Text"}),
        ] {
            let refused = desk.patch(&late, change.clone()).await.expect(409).json();
            assert_eq!(
                only(&refused, &["code", "last_open_on"]),
                json!(["engagement_not_active", "2026-02-25"]),
                "{change}"
            );
            let bulk = json!({"operations": [{"op": "update", "id": late["id"], "data": change}]});
            let answer = desk.post("/v1/time-entries/bulk", bulk).await.expect(200).json();
            assert_eq!(answer["results"][0]["problem"]["code"], "engagement_not_active");
        }
        let refused = desk
            .post(&format!("{}/split", path(&late)), json!({"split_after_seconds": 600}))
            .await
            .expect(409)
            .json();
        assert_eq!(refused["code"], "engagement_not_active");
        let texts = json!({"description": leads, "internal_note": leads, "tags": [leads], "service": "Büro", "needs_review": true,
            "external_source": "crm", "external_ref": leads});
        let changed = desk.patch(&late, texts).await.expect(200).json();
        assert_eq!(only(&changed, &["description", "needs_review", "amount_minor"]), json!([leads, true, 4500]));
        let longer = within["duration_seconds"].as_i64().unwrap() + 60;
        within = desk.patch(&within, json!({"duration_seconds": longer})).await.expect(200).json();
    }
    desk.anna.delete(&path(&late)).send().await.expect(204);
}

#[on_both]
async fn corrections_up_to_the_end_stay_possible(server: Server) {
    let desk = Desk::new(&server).await;
    let made = desk.between("07:00", "08:00").await;
    for act in ["pause", "end"] {
        desk.post(&format!("/v1/engagements/{}/{act}", desk.engagement), json!({"on": "2026-03-02"}))
            .await
            .expect(200);
        let longer = desk.patch(&made, json!({"ended_at": "2026-03-02T08:30:00Z"})).await.expect(200).json();
        assert_eq!(longer["duration_seconds"], 5400);
        desk.patch(&made, json!({"ended_at": "2026-03-02T08:00:00Z"})).await.expect(200);
    }
    desk.post(&format!("{}/split", path(&made)), json!({"split_after_seconds": 600})).await.expect(200);
}

/// Sets a date of an engagement, or its pauses, whatever lies behind it.
async fn set(server: &Server, workspace: &Value, engagement: &str, column: &'static str, value: &str) {
    let workspace: WorkspaceId = workspace.as_str().unwrap().parse().unwrap();
    let engagement: EngagementId = engagement.parse().unwrap();
    let mut tx = Tx::begin(&server.app.db, &server.app.clock, workspace, Default::default()).await.unwrap();
    let mut update = sql("UPDATE engagements SET ");
    update.push(column).push(" = ");
    match value.parse::<Date>() {
        Ok(date) => update.push_bind(date),
        Err(_) => update.push_bind(value),
    };
    update.push(" WHERE workspace_id = ").push_bind(workspace).push(" AND id = ").push_bind(engagement);
    assert_eq!(tx.execute(update).await.unwrap(), 1);
    tx.commit().await.unwrap();
}
