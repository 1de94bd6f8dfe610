//! Entries in the same time, changed by many at once, and split.

use super::{Desk, interval, only, path};
use crate::{people::pointers, server::Server, support::databases::on_both};
use serde_json::json;

#[on_both]
async fn overlaps_are_allowed_told_or_refused(server: Server) {
    let desk = Desk::new(&server).await;
    desk.overlap_policy("warn").await;
    let first = desk.between("07:00", "08:00").await;
    assert!(first.get("overlaps").is_none());
    let second = desk.between("07:30", "08:30").await;
    let told = json!([{"id": first["id"], "status": "recorded", "started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-02T08:00:00Z"}]);
    assert_eq!(second["overlaps"], told);
    assert!(desk.entry(&second).await.get("overlaps").is_none());
    desk.overlap_policy("reject").await;
    let refused = desk.try_note(interval("07:45", "07:50")).await.expect(409).json();
    assert_eq!(refused["code"], "time_entry_overlaps");
    assert_eq!(refused["conflicts"].as_array().unwrap().len(), 2);
    desk.between("08:30", "08:45").await;
    desk.patch(&first, json!({"ended_at": "2026-03-02T07:20:00Z"})).await.expect(200);
    desk.patch(&first, json!({"ended_at": "2026-03-02T07:31:00Z"})).await.expect(409);
    desk.patch(&first, json!({"description": "Texte überlappen nicht"})).await.expect(200);
    desk.seconds("2026-03-02", 3600).await;
    let lax = desk.engaged(json!({"kind": "hourly", "rate_minor": 1, "overlap": "allow"})).await;
    let mut body = interval("07:00", "08:00");
    body["engagement_id"] = json!(lax);
    assert_eq!(
        desk.try_note(body.clone()).await.expect(409).json()["code"],
        "time_entry_overlaps",
        "the others' policy is stricter"
    );
    desk.overlap_policy("allow").await;
    assert!(desk.note(body).await.get("overlaps").is_none());
}

#[on_both]
async fn the_running_timer_overlaps_up_to_now(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.overlap_policy("reject").await;
    desk.post("/v1/timer/start", json!({})).await.expect(200);
    desk.at(&server, "2026-03-02T10:00:00Z").await;
    let refused = desk.try_note(interval("09:30", "09:45")).await.expect(409).json();
    assert_eq!(only(&refused["conflicts"][0], &["status", "ended_at"]), json!(["running", null]));
    desk.between("08:30", "09:00").await;
}

#[on_both]
async fn a_timer_that_ran_for_days_still_overlaps(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.post("/v1/timer/start", json!({"engagement_id": desk.engagement})).await.expect(200);
    desk.at(&server, "2026-03-06T09:00:00Z").await;
    crate::server::run_due(&server.app).await.unwrap();
    desk.timer("stop").await.expect(200);
    desk.overlap_policy("reject").await;
    let inside = json!({"started_at": "2026-03-05T09:00:00Z", "ended_at": "2026-03-05T10:00:00Z"});
    assert_eq!(desk.try_note(inside).await.expect(409).json()["conflicts"].as_array().unwrap().len(), 1);
}

#[on_both]
async fn of_fifty_entries_in_the_same_time_one_is_taken(server: Server) {
    let desk = Desk::new(&server).await;
    desk.overlap_policy("reject").await;
    let statuses = futures_util::future::join_all(
        (0..50).map(|_| async { desk.try_note(interval("07:00", "08:00")).await.status }),
    )
    .await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 49);
    assert_eq!(desk.get("/v1/time-entries?include=total_count").await["total_count"], 1);
}

#[on_both]
async fn one_idempotency_key_notes_once_and_of_one_tag_one_writer_wins(server: Server) {
    let desk = Desk::new(&server).await;
    let body = json!({"engagement_id": desk.engagement, "work_date": "2026-03-02", "duration_seconds": 60});
    let answers = futures_util::future::join_all((0..50).map(|_| {
        let request = desk.anna.post("/v1/time-entries").header("idempotency-key", "k").json(&body);
        async move { request.send().await.expect(201).json() }
    }))
    .await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let read = desk.anna.get(&path(&answers[0])).send().await;
    let tag = read.header("etag").unwrap();
    let statuses = futures_util::future::join_all((0..50).map(|i| {
        let request = desk
            .anna
            .patch(&path(&answers[0]))
            .header("if-match", tag)
            .json(&json!({"description": format!("{i}")}));
        async move { request.send().await.status }
    }))
    .await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1);
}

#[on_both]
async fn splitting_gains_and_loses_nothing(server: Server) {
    let desk = Desk::new(&server).await;
    let made = desk.note(json!({"started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-02T09:00:00Z", "break_seconds": 1200, "description": "A",
        "external_source": "toggl", "external_ref": "1"})).await;
    let split = desk
        .post(&format!("{}/split", path(&made)), json!({"split_at": "2026-03-02T08:00:00Z"}))
        .await
        .expect(200)
        .json();
    let (first, second) = (&split["first"], &split["second"]);
    assert_eq!(
        only(first, &["id", "ended_at", "duration_seconds", "break_seconds", "external_ref"]),
        json!([made["id"], "2026-03-02T08:00:00Z", 3000, 600, "1"])
    );
    assert_eq!(
        only(second, &["started_at", "duration_seconds", "amount_minor", "description", "external_ref"]),
        json!(["2026-03-02T08:00:00Z", 3000, 3750, "A", null])
    );
    assert_eq!((desk.entry(first).await, desk.entry(second).await), (first.clone(), second.clone()));
    assert_eq!(desk.events(&made).await, ["time_entry.created", "time_entry.split"]);
    for (body, pointer) in [
        (json!({}), "/split_at"),
        (json!({"split_at": "2026-03-02T06:00:00Z"}), "/split_at"),
        (json!({"split_after_seconds": 3000}), "/split_after_seconds"),
    ] {
        let refused = desk.post(&format!("{}/split", path(&made)), body).await.expect(422).json();
        assert_eq!(pointers(&refused), [pointer]);
    }
}

#[on_both]
async fn names_stay_as_they_were_when_the_work_was_noted(server: Server) {
    let desk = Desk::new(&server).await;
    let made = desk.seconds("2026-03-02", 600).await;
    let task = json!({"client_id": desk.client, "title": "Ablage", "assignee_id": made["member_id"]});
    let task = desk.post("/v1/tasks", task).await.expect(201).json();
    let comments = format!("/v1/tasks/{}/comments", task["id"].as_str().unwrap());
    desk.post(&comments, json!({"text": "Alt"})).await.expect(201);
    desk.anna.patch("/v1/me").json(&json!({"name": "Anna Neu"})).send().await.expect(200);
    desk.post(&comments, json!({"text": "Neu"})).await.expect(201);
    let split =
        desk.post(&format!("{}/split", path(&made)), json!({"split_after_seconds": 60})).await.expect(200).json();
    assert_eq!(
        (&split["first"]["member_name"], &split["second"]["member_name"]),
        (&json!("anna"), &json!("anna"))
    );
    assert_eq!(desk.seconds("2026-03-01", 60).await["member_name"], "Anna Neu");
    let said = desk.get(&comments).await;
    let names: Vec<_> = said["data"].as_array().unwrap().iter().map(|said| &said["author"]["name"]).collect();
    assert_eq!(names, ["Anna Neu", "anna"]);
    let path = format!("/v1/tasks/{}", task["id"].as_str().unwrap());
    assert_eq!(desk.get(&path).await["assignee"]["name"], "Anna Neu", "who is to do it now");
}
