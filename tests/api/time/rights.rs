//! Who sees and writes which entries, and what is locked for everybody.

use super::{Desk, engaged, only, path, text};
use crate::{
    people::{id, ids, new_client},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};
use vorzimmer::db::{Tx, sql};
use vorzimmer::kernel::WorkspaceId;

#[on_both]
async fn assistants_write_their_own_entries_and_the_owner_anyones(server: Server) {
    let desk = Desk::new(&server).await;
    let berta = server.colleague(&desk.anna, "berta").await;
    let body = json!({"engagement_id": desk.engagement, "work_date": "2026-03-02", "duration_seconds": 60});
    let hers = berta.post("/v1/time-entries").json(&body).send().await.expect(201).json();
    let annas = desk.seconds("2026-03-02", 60).await;
    assert_eq!(
        ids(&berta.get("/v1/time-entries").send().await.expect(200).json()).len(),
        2,
        "she sees the workspace's"
    );
    assert_eq!(berta.get(&path(&annas)).send().await.json()["allowed_actions"], json!(["restart"]));
    for refused in [
        berta.patch(&path(&annas)).json(&json!({"description": "A"})).send().await,
        berta.delete(&path(&annas)).send().await,
        berta.post(&format!("{}/stop", path(&annas))).send().await,
        berta.post(&format!("{}/split", path(&annas))).json(&json!({"split_after_seconds": 30})).send().await,
    ] {
        assert_eq!(refused.expect(403).json()["code"], "forbidden");
    }
    let mut for_anna = body.clone();
    for_anna["member_id"] = annas["member_id"].clone();
    berta.post("/v1/time-entries").json(&for_anna).send().await.expect(403);
    let mut for_berta = body.clone();
    for_berta["member_id"] = hers["member_id"].clone();
    let by_owner = desk.post("/v1/time-entries", for_berta).await.expect(201).json();
    assert_eq!(only(&by_owner, &["member_id", "member_name"]), json!([hers["member_id"], "berta"]));
    desk.patch(&hers, json!({"description": "geprüft"})).await.expect(200);
    // Each has a timer of her own.
    berta.post("/v1/timer/start").send().await.expect(200);
    assert_eq!(desk.get("/v1/timer").await["running"], json!(null));
    // She leaves; her work can still be corrected, and her clock stopped.
    let running = berta.get("/v1/timer").send().await.json()["running"].clone();
    desk.anna.delete(&format!("/v1/members/{}", text(&hers["member_id"]))).send().await.expect(204);
    desk.patch(&hers, json!({"duration_seconds": 120})).await.expect(200);
    desk.post(&format!("{}/stop", path(&running)), json!(null)).await.expect(200);
    let mut gone = body;
    gone["member_id"] = hers["member_id"].clone();
    desk.post("/v1/time-entries", gone).await.expect(422);
}

#[on_both]
async fn a_client_sees_her_finished_entries_without_what_is_internal(server: Server) {
    let desk = Desk::new(&server).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let hidden = id(&desk
        .post("/v1/tasks", json!({"client_id": desk.client, "title": "Intern", "visibility": "internal"}))
        .await
        .expect(201)
        .json());
    let made = desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 3600, "description": "Post", "internal_note": "zäh", "tags": ["x"], "task_id": hidden,
        "external_source": "toggl", "external_ref": "1"})).await;
    let other = id(&new_client(&desk.anna, "Andere").await);
    let others = engaged(&desk.anna, &other, json!({"kind": "hourly", "rate_minor": 1})).await;
    let foreign =
        desk.note(json!({"engagement_id": others, "work_date": "2026-03-02", "duration_seconds": 60})).await;
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    let list = klara.get("/v1/time-entries?include=totals,total_count").send().await.expect(200).json();
    assert_eq!(
        (ids(&list), &list["total_count"], &list["totals"]["duration_seconds"]),
        (vec![id(&made)], &json!(1), &json!(3600))
    );
    let seen = klara.get(&path(&made)).send().await.expect(200).json();
    assert_eq!(seen, list["data"][0]);
    assert_eq!(
        only(
            &seen,
            &["billed_seconds", "amount_minor", "description", "member_name", "allowed_actions", "task_id"]
        ),
        json!([3600, 4500, "Post", "anna", [], null])
    );
    for name in ["internal_note", "tags", "rate_source", "needs_review", "external_source", "external_ref"] {
        assert!(seen.get(name).is_none(), "{name}");
    }
    for unseen in [&foreign, &running] {
        klara.get(&path(unseen)).send().await.expect(404);
    }
    for query in [
        format!("client_id={other}"),
        "status=running".into(),
        "q=zäh".into(),
        "q=toggl".into(),
        format!("task_id={hidden}"),
    ] {
        assert_eq!(
            ids(&klara.get(&format!("/v1/time-entries?{query}")).send().await.expect(200).json()),
            Vec::<String>::new(),
            "{query}"
        );
    }
    let expanded = klara.get("/v1/time-entries?expand=client,engagement,task").send().await.expect(200).json();
    assert_eq!(only(&expanded["data"][0], &["task"]), json!([null]));
    assert!(expanded["data"][0]["client"].get("internal_note").is_none());
    let table = String::from_utf8(klara.get("/v1/time-entries.csv").send().await.expect(200).body).unwrap();
    assert!(table.lines().count() == 2 && !table.contains("zäh") && !table.contains("Intern"), "{table}");
    // She hears of it once it is finished.
    let events = klara.get(&format!("/v1/events?resource_id={}", id(&running))).send().await.expect(200).json();
    assert_eq!(events["data"], json!([]));
    desk.timer("stop").await.expect(200);
    let events = klara.get(&format!("/v1/events?resource_id={}", id(&running))).send().await.expect(200).json();
    assert_eq!(events["data"][0]["type"], "time_entry.stopped");
    klara.patch(&path(&made)).json(&json!({"description": "A"})).send().await.expect(403);
    klara.get("/v1/timer").send().await.expect(403);
}

#[on_both]
async fn what_moves_to_another_client_is_gone_for_the_first(server: Server) {
    let desk = Desk::new(&server).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let other = id(&new_client(&desk.anna, "Andere").await);
    desk.anna.patch(&format!("/v1/clients/{other}")).json(&json!({"currency": "CHF"})).send().await.expect(200);
    let others = engaged(&desk.anna, &other, json!({"kind": "hourly", "rate_minor": 100})).await;
    let made =
        desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 3600, "description": "Post"})).await;
    let as_of = text(&klara.get("/v1/time-entries").send().await.json()["as_of"]);
    desk.patch(&made, json!({"engagement_id": others, "description": "Für Andere"})).await.expect(200);
    let next = desk.seconds("2026-03-02", 60).await;
    klara.get(&path(&made)).send().await.expect(404);
    let changes = klara.get(&format!("/v1/time-entries?updated_since={as_of}")).send().await.expect(200).json();
    assert_eq!(ids(&changes), [id(&made), id(&next)]);
    let gone = &changes["data"][0];
    assert!(gone["deleted_at"].is_string());
    assert_eq!(
        only(gone, &["client_id", "engagement_id", "description", "amount_minor", "duration_seconds"]),
        json!([desk.client, null, null, null, 0])
    );
    let page =
        klara.get(&format!("/v1/time-entries?updated_since={as_of}&limit=1")).send().await.expect(200).json();
    let second = klara
        .get(&format!("/v1/time-entries?updated_since={as_of}&limit=1&cursor={}", text(&page["next_cursor"])))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!((ids(&page), ids(&second)), (vec![id(&made)], vec![id(&next)]));
    // What becomes of it there is nothing to her, though it be in other money, on another day.
    desk.patch(&made, json!({"work_date": "2026-03-01", "time_zone": "Europe/London", "billable": false}))
        .await
        .expect(200);
    let later = klara
        .get(&format!("/v1/time-entries?updated_since={as_of}&include=total_count"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!((&later["data"][0], &later["total_count"]), (gone, &json!(2)));
    assert_eq!(
        only(gone, &["currency", "work_date", "time_zone", "billable", "version"]),
        json!(["EUR", "2026-03-02", "Europe/Berlin", false, 2])
    );
    // Her stream says that it is gone, and what it was is out of her sight.
    let events = klara.get(&format!("/v1/events?resource_id={}", id(&made))).send().await.expect(200);
    assert!(
        !String::from_utf8_lossy(&events.body).contains("Andere")
            && !String::from_utf8_lossy(&events.body).contains("Post")
    );
    let events = events.json();
    assert_eq!(events["data"].as_array().unwrap().len(), 1);
    assert_eq!((&events["data"][0]["type"], &events["data"][0]["data"]), (&json!("time_entry.moved"), gone));
    let stream = desk.events(&made).await;
    assert_eq!(stream, ["time_entry.created", "time_entry.moved", "time_entry.updated", "time_entry.updated"]);
    // Back again it is hers as before.
    desk.patch(&made, json!({"engagement_id": desk.engagement})).await.expect(200);
    let changes = klara.get(&format!("/v1/time-entries?updated_since={as_of}")).send().await.expect(200).json();
    assert_eq!(ids(&changes), [id(&next), id(&made)]);
    assert_eq!(changes["data"][1]["deleted_at"], json!(null));
}

#[on_both]
async fn locked_entries_refuse_every_write(server: Server) {
    let desk = Desk::new(&server).await;
    let by_day = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000, "rounding": {"mode": "up", "increment_minutes": 15, "scope": "day"}})).await;
    let note =
        |seconds: i64| json!({"engagement_id": by_day, "work_date": "2026-03-02", "duration_seconds": seconds});
    let made = desk.note(note(300)).await;
    let me = desk.get("/v1/me").await;
    lock(&server, &me, &made).await;
    let locked = desk.entry(&made).await;
    assert_eq!(only(&locked["lock"], &["locked", "reason"]), json!([true, "period_closed"]));
    assert_eq!(locked["allowed_actions"], json!(["restart"]));
    let bulk = json!({"operations": [{"op": "update", "id": made["id"], "data": {"description": "A"}}, {"op": "delete", "id": made["id"]}]});
    for refused in [
        desk.patch(&made, json!({"description": "A"})).await,
        desk.patch(&made, json!({"engagement_id": desk.engagement})).await,
        desk.anna.delete(&path(&made)).send().await,
        desk.post(&format!("{}/split", path(&made)), json!({"split_after_seconds": 60})).await,
    ] {
        let problem = refused.expect(409).json();
        assert_eq!(
            only(&problem, &["code", "lock_reason", "allowed_actions"]),
            json!(["time_entry_locked", "period_closed", ["restart"]])
        );
    }
    let answer = desk.post("/v1/time-entries/bulk", bulk).await.expect(200).json();
    assert!(
        answer["results"]
            .as_array()
            .unwrap()
            .iter()
            .all(|result| result["problem"]["code"] == "time_entry_locked")
    );
    // Neither does what others do change it: it keeps its step, and the others make up the rest.
    let late = desk.note(note(900)).await;
    assert_eq!(late["billed_seconds"], 900);
    assert_eq!(desk.entry(&made).await, locked);
}

#[on_both]
async fn keys_act_for_their_member_within_their_scopes(server: Server) {
    let desk = Desk::new(&server).await;
    let reader = server.automation(&desk.anna, &["time:read"]).await;
    let writer = server.automation(&desk.anna, &["time:write", "time:read"]).await;
    let body = json!({"engagement_id": desk.engagement, "work_date": "2026-03-02", "duration_seconds": 60});
    assert_eq!(
        reader.post("/v1/time-entries").json(&body).send().await.expect(403).json()["code"],
        "insufficient_scope"
    );
    assert_eq!(writer.post("/v1/time-entries").json(&body).send().await.expect(201).json()["source"], "api");
    assert_eq!(ids(&reader.get("/v1/time-entries?limit=3").send().await.expect(200).json()).len(), 1);
}

#[on_both]
async fn another_workspace_finds_nothing(server: Server) {
    let mut desk = Desk::new(&server).await;
    let made = desk.seconds("2026-03-02", 60).await;
    let carla = server.assistant("carla").await;
    carla.get(&path(&made)).send().await.expect(404);
    carla.patch(&path(&made)).json(&json!({"description": "A"})).send().await.expect(404);
    carla.delete(&path(&made)).send().await.expect(404);
    carla.post("/v1/timer/start").json(&json!({"from_entry_id": made["id"]})).send().await.expect(422);
    assert_eq!(carla.get("/v1/time-entries?include=total_count").send().await.json()["total_count"], 0);
    desk.at(&server, "2026-03-02T09:30:00Z").await;
    assert_eq!(desk.entry(&made).await["version"], 1);
}

/// Locks an entry as a closed period would.
pub async fn lock(server: &Server, me: &Value, entry: &Value) {
    let workspace: WorkspaceId = text(&me["workspace"]["id"]).parse().unwrap();
    let entry: vorzimmer::kernel::TimeEntryId = id(entry).parse().unwrap();
    let mut tx = Tx::begin(&server.app.db, &server.app.clock, workspace, Default::default()).await.unwrap();
    let now = tx.now();
    let lock = sql(
        "UPDATE time_entries SET lock_reason = 'period_closed', locked_at = $3 WHERE workspace_id = $1 AND id = $2",
    );
    assert_eq!(tx.execute(lock.bind(workspace).bind(entry).bind(now)).await.unwrap(), 1);
    tx.commit().await.unwrap();
}
