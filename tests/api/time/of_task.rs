//! A task that goes to another engagement: what becomes of its entries is said, and then it is all or nothing.

use super::{Desk, interval, merge, only, path as entry_path, rights::lock};
use crate::{
    client::Reply,
    people::{id, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};

const MONEY: [&str; 6] = ["engagement_id", "task_id", "billable", "billed_seconds", "rate_minor", "amount_minor"];

fn up(minutes: i64, rate_minor: i64) -> Value {
    json!({"kind": "hourly", "rate_minor": rate_minor, "rounding": {"mode": "up", "increment_minutes": minutes, "scope": "day"}})
}

/// A task of the desk's engagement with a rate of its own that is not billed.
async fn task(desk: &Desk) -> Value {
    let body = json!({"client_id": desk.client, "engagement_id": desk.engagement, "title": "Post", "rate_minor": 7000,
        "external_source": "crm", "external_ref": "7"});
    desk.post("/v1/tasks", body).await.expect(201).json()
}

async fn note(desk: &Desk, task: &Value, with: Value) -> Value {
    let mut body = json!({"task_id": task["id"]});
    if with.get("started_at").is_none() {
        merge(&mut body, json!({"work_date": "2026-03-02", "duration_seconds": 600}));
    }
    merge(&mut body, with);
    desk.note(body).await
}

/// Changes the task's engagement, by its id and by its reference.
async fn send(desk: &Desk, task: &Value, to: &Value, query: &str) -> [Reply; 2] {
    let body = json!({"engagement_id": to});
    [
        desk.anna.patch(&format!("/v1/tasks/{}{query}", id(task))).json(&body).send().await,
        desk.anna.put(&format!("/v1/tasks/by-ref/crm/7{query}")).json(&body).send().await,
    ]
}

async fn patch(desk: &Desk, task: &Value, to: &Value, query: &str) -> Reply {
    desk.anna.patch(&format!("/v1/tasks/{}{query}", id(task))).json(&json!({"engagement_id": to})).send().await
}

async fn read(desk: &Desk, task: &Value) -> Value {
    desk.get(&format!("/v1/tasks/{}", id(task))).await
}

fn named(entry: &Value) -> Value {
    json!({"type": "time_entry", "id": entry["id"], "status": entry["status"], "work_date": entry["work_date"]})
}

#[on_both]
async fn a_task_leaves_no_entries_behind_unsaid(server: Server) {
    let desk = Desk::new(&server).await;
    let other = json!(desk.engaged(up(60, 6000)).await);
    let (moved, free) = (task(&desk).await, json!(null));
    for (to, query) in
        [(&other, ""), (&free, "?entries=move"), (&other, "?entries=detach"), (&json!(desk.engagement), "")]
    {
        for changed in send(&desk, &moved, to, query).await {
            assert_eq!(changed.expect(200).json()["engagement_id"], *to);
        }
    }
    let gone = note(&desk, &moved, json!({})).await;
    desk.anna.delete(&entry_path(&gone)).send().await.expect(204);
    patch(&desk, &moved, &other, "").await.expect(200);
    patch(&desk, &moved, &json!(desk.engagement), "").await.expect(200);

    let (first, second) =
        (note(&desk, &moved, json!({"work_date": "2026-03-01"})).await, note(&desk, &moved, json!({})).await);
    let before = read(&desk, &moved).await;
    for to in [&other, &free] {
        for refused in send(&desk, &moved, to, "").await {
            let refused = refused.expect(409).json();
            assert_eq!(
                only(&refused, &["code", "count", "conflicts"]),
                json!(["has_entries", 2, [named(&first), named(&second)]])
            );
            assert!(refused["detail"].as_str().unwrap().starts_with("2 time entries"), "{refused}");
        }
    }
    for query in ["?entries=keep", "?entries=", "?entry=move"] {
        assert_eq!(
            desk.anna
                .patch(&format!("/v1/tasks/{}{query}", id(&moved)))
                .undocumented()
                .json(&json!({"title": "A"}))
                .send()
                .await
                .status,
            400
        );
    }
    assert_eq!(read(&desk, &moved).await, before);
    // Everything else of it can change.
    desk.anna
        .patch(&format!("/v1/tasks/{}?entries=move", id(&moved)))
        .json(&json!({"title": "Neu"}))
        .send()
        .await
        .expect(200);
    assert_eq!(desk.entry(&first).await["version"], 1);
}

#[on_both]
async fn detached_entries_keep_place_and_money(server: Server) {
    let desk = Desk::new(&server).await;
    let me = desk.get("/v1/me").await;
    let other = json!(desk.engaged(up(60, 6000)).await);
    let moved = task(&desk).await;
    desk.anna
        .patch(&format!("/v1/tasks/{}", id(&moved)))
        .json(&json!({"billable": false}))
        .send()
        .await
        .expect(200);
    let (plain, locked) =
        (note(&desk, &moved, json!({})).await, note(&desk, &moved, json!({"billable": true})).await);
    lock(&server, &me, &locked).await;
    let changed = patch(&desk, &moved, &other, "?entries=detach").await.expect(200).json();
    assert_eq!(changed["engagement_id"], other);
    for entry in [&plain, &locked] {
        let mut expected = only(entry, &MONEY);
        expected[1] = json!(null);
        assert_eq!(only(&desk.entry(entry).await, &MONEY), expected);
        assert_eq!(desk.events(entry).await, ["time_entry.created", "time_entry.updated"]);
    }
    // Nothing of it is left there, so that it can go on unasked.
    patch(&desk, &moved, &json!(null), "").await.expect(200);
    assert_eq!(
        desk.get(&format!("/v1/time-entries?task_id={}&include=total_count", id(&moved))).await["total_count"],
        0
    );
}

#[on_both]
async fn entries_that_move_along_take_what_counts_there(server: Server) {
    let desk = Desk::new(&server).await;
    let from = desk.engaged(up(30, 4500)).await;
    let to = json!(desk.engaged(up(60, 6000)).await);
    let body = json!({"client_id": desk.client, "engagement_id": from, "title": "Post"});
    let moved = desk.post("/v1/tasks", body).await.expect(201).json();
    let with = json!({"engagement_id": from});
    let mut own = with.clone();
    merge(&mut own, json!({"rate_minor": 1, "billable": false}));
    let left = desk.note(json!({"engagement_id": from, "work_date": "2026-03-02", "duration_seconds": 600})).await;
    let (one, two) = (note(&desk, &moved, with.clone()).await, note(&desk, &moved, own).await);
    let running = desk.start(json!({"task_id": moved["id"]})).await;
    patch(&desk, &moved, &to, "?entries=move").await.expect(200);
    let sum =
        |entries: &[Value]| entries.iter().map(|entry| entry["billed_seconds"].as_i64().unwrap()).sum::<i64>();
    let now = [desk.entry(&one).await, desk.entry(&two).await];
    for entry in &now {
        assert_eq!(
            only(entry, &["engagement_id", "task_id", "billable", "rate_minor"]),
            json!([to, moved["id"], true, 6000])
        );
    }
    assert_eq!((sum(&now), sum(&[desk.entry(&left).await])), (3600, 1800), "each side is rounded as a whole");
    assert_eq!(
        only(&desk.entry(&running).await, &["status", "engagement_id", "rate_minor"]),
        json!(["running", to, 6000])
    );
    desk.timer("stop").await.expect(200);
    // A task without engagement gets that of its entries, unasked; from there it does not go to none with them.
    let free = desk.post("/v1/tasks", json!({"client_id": desk.client, "title": "Frei"})).await.expect(201).json();
    let made = desk.note(json!({"task_id": free["id"], "engagement_id": from, "work_date": "2026-03-01", "duration_seconds": 60})).await;
    patch(&desk, &free, &json!(from), "").await.expect(200);
    assert_eq!(desk.entry(&made).await["version"], 1);
    let refused = patch(&desk, &free, &json!(null), "?entries=move").await.expect(422).json();
    assert_eq!(
        (pointers(&refused), &refused["errors"][0]["code"]),
        (vec!["/engagement_id".to_owned()], &json!("not_nullable"))
    );
    patch(&desk, &free, &json!(null), "?entries=detach").await.expect(200);
}

#[on_both]
async fn entries_without_an_engagement_get_their_tasks(server: Server) {
    let desk = Desk::new(&server).await;
    let free = desk.post("/v1/tasks", json!({"client_id": desk.client, "title": "Frei"})).await.expect(201).json();
    let running = desk.start(json!({"task_id": free["id"]})).await;
    assert_eq!(running["engagement_id"], json!(null));
    patch(&desk, &free, &json!(desk.engagement), "").await.expect(409);
    patch(&desk, &free, &json!(desk.engagement), "?entries=move").await.expect(200);
    assert_eq!(
        only(&desk.entry(&running).await, &["engagement_id", "rate_minor"]),
        json!([desk.engagement, 4500])
    );
}

#[on_both]
async fn what_cannot_go_along_holds_all_back(server: Server) {
    let desk = Desk::new(&server).await;
    let me = desk.get("/v1/me").await;
    let moved = task(&desk).await;
    let (first, last) = (
        note(&desk, &moved, json!({"work_date": "2026-02-10"})).await,
        note(&desk, &moved, interval("07:00", "08:00")).await,
    );
    let daily = json!(desk.engaged(json!({"kind": "daily", "rate_minor": 40000, "day_mode": "explicit"})).await);
    let paused = json!(desk.engaged(up(60, 6000)).await);
    desk.post(&format!("/v1/engagements/{}/pause", paused.as_str().unwrap()), json!({"on": "2026-02-20"}))
        .await
        .expect(200);
    let strict = json!(desk.engaged(json!({"kind": "hourly", "rate_minor": 1, "overlap": "reject"})).await);
    desk.between("07:30", "08:30").await;
    let unsigned = json!({"client_id": desk.client, "title": "Entwurf", "starts_on": "2026-02-20", "terms": {"kind": "hourly", "rate_minor": 1}});
    let draft = desk.post("/v1/engagements", unsigned).await.expect(201).json()["id"].clone();
    let short = json!({"client_id": desk.client, "title": "Kurz", "starts_on": "2026-02-20", "terms": {"kind": "hourly", "rate_minor": 1}});
    let short = id(&desk.post("/v1/engagements", short).await.expect(201).json());
    let proposed = desk.post(&format!("/v1/engagements/{short}/propose"), json!(null)).await.expect(200);
    let accept = desk.anna.post(&format!("/v1/engagements/{short}/accept")).json(&json!({"note": "Am Telefon."}));
    accept.header("if-match", proposed.header("etag").unwrap()).send().await.expect(200);
    let before = [read(&desk, &moved).await, desk.entry(&first).await, desk.entry(&last).await];
    for (to, status, code, kept) in [
        (&daily, 422, "validation_failed", &first),
        (&json!(short), 422, "validation_failed", &first),
        (&draft, 409, "engagement_not_active", &first),
        (&paused, 409, "engagement_not_active", &last),
        (&strict, 409, "time_entry_overlaps", &last),
    ] {
        for refused in send(&desk, &moved, to, "?entries=move").await {
            let refused = refused.expect(status).json();
            assert_eq!(only(&refused, &["code", "entry"]), json!([code, named(kept)]), "{refused}");
            if status == 422 {
                assert_eq!(
                    (pointers(&refused), &refused["errors"][0]["code"]),
                    (vec!["/engagement_id".to_owned()], &json!("entry_stays"))
                );
                assert!(refused["errors"][0]["detail"].as_str().unwrap().contains(&id(kept)));
            }
        }
    }
    lock(&server, &me, &last).await;
    let free = json!(desk.engaged(up(60, 6000)).await);
    for refused in send(&desk, &moved, &free, "?entries=move").await {
        let refused = refused.expect(409).json();
        assert_eq!(
            only(&refused, &["code", "lock_reason", "conflicts"]),
            json!(["time_entry_locked", "period_closed", [named(&last)]])
        );
    }
    let after = [read(&desk, &moved).await, desk.entry(&first).await];
    assert_eq!(after[..], before[..2], "nothing was written");
}

#[on_both]
async fn whoever_moves_a_task_may_write_its_entries(server: Server) {
    let desk = Desk::new(&server).await;
    let berta = server.colleague(&desk.anna, "berta").await;
    let other = json!(desk.engaged(up(60, 6000)).await);
    let moved = task(&desk).await;
    let path = format!("/v1/tasks/{}", id(&moved));
    let body = json!({"engagement_id": other});
    let entry = json!({"engagement_id": desk.engagement, "task_id": moved["id"], "work_date": "2026-03-02", "duration_seconds": 60});
    let hers = berta.post("/v1/time-entries").json(&entry).send().await.expect(201).json();
    let annas = note(&desk, &moved, json!({})).await;
    for query in ["", "?entries=move", "?entries=detach"] {
        let refused = berta.patch(&format!("{path}{query}")).json(&body).send().await.expect(403).json();
        assert_eq!(only(&refused, &["code", "conflicts"]), json!(["forbidden", [named(&annas)]]));
    }
    let key = server.automation(&desk.anna, &["tasks:write", "tasks:read"]).await;
    assert_eq!(
        key.patch(&format!("{path}?entries=move")).json(&body).send().await.expect(403).json()["code"],
        "insufficient_scope"
    );
    desk.anna.delete(&entry_path(&annas)).send().await.expect(204);
    berta.patch(&format!("{path}?entries=move")).json(&body).send().await.expect(200);
    assert_eq!(desk.entry(&hers).await["engagement_id"], other);
    // The owner may write anybody's, and so may a key that may write entries.
    let key = server.automation(&desk.anna, &["tasks:write", "time:write"]).await;
    key.patch(&format!("{path}?entries=move"))
        .json(&json!({"engagement_id": desk.engagement}))
        .send()
        .await
        .expect(200);
}

#[on_both]
async fn a_client_moves_only_what_nobody_has_worked_on(server: Server) {
    let desk = Desk::new(&server).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let wish = klara.post("/v1/tasks").json(&json!({"title": "Reise"})).send().await.expect(201).json();
    let path = format!("/v1/tasks/{}", id(&wish));
    let body = json!({"engagement_id": desk.engagement});
    klara.patch(&path).json(&body).send().await.expect(200);
    klara.patch(&path).json(&json!({"engagement_id": null})).send().await.expect(200);
    desk.start(json!({"task_id": wish["id"]})).await;
    for query in ["", "?entries=detach"] {
        let refused = klara.patch(&format!("{path}{query}")).json(&body).send().await.expect(403).json();
        assert_eq!(
            (&refused["code"], refused.get("conflicts")),
            (&json!("forbidden"), None),
            "she does not see the timer"
        );
    }
}
