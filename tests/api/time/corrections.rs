//! What an archived client stops, and how corrections are judged.

//! move.

use super::said::as_before;
use super::{Desk, engaged, interval, only, path};
use crate::{
    people::{id, new_client},
    server::Server,
    support::databases::on_both,
};
use serde_json::json;

#[on_both]
async fn archiving_a_client_stops_its_timers(server: Server) {
    let mut desk = Desk::new(&server).await;
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    let berta = server.colleague(&desk.anna, "berta").await;
    let elsewhere = id(&new_client(&desk.anna, "Andere").await);
    let other = engaged(&desk.anna, &elsewhere, json!({"kind": "hourly", "rate_minor": 1})).await;
    let hers =
        berta.post("/v1/timer/start").json(&json!({"engagement_id": other})).send().await.expect(200).json();
    server.app.clock.set("2026-03-02T09:10:00Z".parse().unwrap());
    desk.timer("pause").await.expect(200);
    server.app.clock.set("2026-03-02T09:12:00Z".parse().unwrap());
    let archive = format!("/v1/clients/{}/archive", desk.client);
    assert_eq!(desk.post(&archive, json!(null)).await.expect(200).json()["status"], "archived");
    let stopped = desk.entry(&running).await;
    assert_eq!(
        only(&stopped, &["status", "ended_at", "duration_seconds"]),
        json!(["recorded", "2026-03-02T09:10:00Z", 600])
    );
    assert_eq!(desk.events(&running).await.last().unwrap(), "time_entry.stopped");
    assert_eq!(desk.entry(&hers["running"]).await["status"], "running", "another client's");
    assert_eq!(desk.get("/v1/timer").await["running"], json!(null));
    assert_eq!(
        desk.post("/v1/timer/start", json!({"from_entry_id": running["id"]})).await.expect(409).json()["code"],
        "client_archived"
    );
    assert_eq!(desk.post(&archive, json!(null)).await.expect(409).json()["code"], "action_not_allowed");
    // A timer that was paused when archiving stopped none yet.
    desk.post(&format!("/v1/clients/{}/unarchive", desk.client), json!(null)).await.expect(200);
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.at(&server, "2026-03-02T09:20:00Z").await;
    desk.timer("pause").await.expect(200);
    as_before(
        &server,
        &desk,
        "UPDATE clients SET archived_at = created_at WHERE workspace_id = $1 AND id = $2",
        &desk.client,
    )
    .await;
    assert_eq!(desk.timer("resume").await.expect(409).json()["code"], "client_archived");
    assert_eq!(desk.entry(&running).await["status"], "paused");
    desk.timer("stop").await.expect(200);
}

#[on_both]
async fn corrections_are_judged_where_they_move_work_in_time(server: Server) {
    let desk = Desk::new(&server).await;
    desk.overlap_policy("reject").await;
    desk.note(interval("08:00", "09:00")).await;
    let made = desk.note(interval("07:00", "07:30")).await;
    let refused = desk.patch(&made, json!({"duration_seconds": 3601})).await.expect(409).json();
    assert_eq!(refused["code"], "time_entry_overlaps");
    desk.patch(&made, json!({"duration_seconds": 3600})).await.expect(200);
    // What lies in the same time already is not judged for what leaves its time alone.
    desk.overlap_policy("allow").await;
    let both = desk.note(interval("07:30", "08:30")).await;
    desk.overlap_policy("reject").await;
    for change in [
        json!({"break_seconds": 60}),
        json!({"time_zone": "UTC"}),
        json!({"task_id": null, "description": "Post"}),
    ] {
        desk.patch(&both, change).await.expect(200);
    }
    desk.patch(&both, json!({"ended_at": "2026-03-02T08:20:00Z"})).await.expect(409);
    desk.anna.delete(&path(&both)).send().await.expect(204);
    let refused = desk
        .try_note(json!({"started_at": "2026-03-02T06:00:00Z", "duration_seconds": 3601}))
        .await
        .expect(409)
        .json();
    assert_eq!(refused["conflicts"][0]["id"], made["id"]);
    assert_eq!(desk.anna.get(&path(&made)).send().await.expect(200).json()["ended_at"], "2026-03-02T08:00:00Z");
}
