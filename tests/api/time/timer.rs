//! The timer: at most one runs, pauses are breaks, a forgotten one is announced.

use super::{Desk, only, path};
use crate::server::run_due;
use crate::{people::pointers, server::Server, support::databases::on_both};
use serde_json::json;

#[on_both]
async fn a_timer_starts_pauses_goes_on_and_stops(server: Server) {
    let mut desk = Desk::new(&server).await;
    assert_eq!(desk.get("/v1/timer").await, json!({"running": null, "stopped": null}));
    let started = desk
        .post("/v1/timer/start", json!({"engagement_id": desk.engagement, "description": "Post"}))
        .await
        .expect(200)
        .json();
    let entry = &started["running"];
    assert_eq!(
        only(
            entry,
            &[
                "status",
                "source",
                "started_at",
                "ended_at",
                "duration_seconds",
                "billed_seconds",
                "amount_minor",
                "rate_minor"
            ]
        ),
        json!(["running", "timer", "2026-03-02T09:00:00Z", null, null, null, null, 4500])
    );
    assert_eq!(entry["allowed_actions"], json!(["edit", "delete", "stop", "pause"]));
    desk.at(&server, "2026-03-02T09:30:00Z").await;
    let paused = desk.timer("pause").await.expect(200).json();
    assert_eq!(
        only(&paused["running"], &["status", "paused_at", "allowed_actions"]),
        json!(["paused", "2026-03-02T09:30:00Z", ["edit", "delete", "stop", "resume"]])
    );
    assert_eq!(desk.timer("pause").await.expect(200).json(), paused, "pausing again changes nothing");
    desk.at(&server, "2026-03-02T09:40:00Z").await;
    let resumed = desk.timer("resume").await.expect(200).json();
    assert_eq!(
        only(&resumed["running"], &["status", "paused_at", "break_seconds"]),
        json!(["running", null, 600])
    );
    assert_eq!(desk.get("/v1/timer").await, resumed);
    desk.at(&server, "2026-03-02T10:10:00Z").await;
    let stopped = desk.timer("stop").await.expect(200).json();
    assert_eq!(stopped["running"], json!(null));
    assert_eq!(
        only(
            &stopped["stopped"],
            &["id", "status", "ended_at", "duration_seconds", "break_seconds", "billed_seconds", "amount_minor"]
        ),
        json!([entry["id"], "recorded", "2026-03-02T10:10:00Z", 3600, 600, 3600, 4500])
    );
    assert_eq!(desk.timer("stop").await.expect(200).json(), json!({"running": null, "stopped": null}));
    assert_eq!(
        desk.events(entry).await,
        ["time_entry.started", "time_entry.paused", "time_entry.resumed", "time_entry.stopped"]
    );
    for act in ["pause", "resume"] {
        assert_eq!(desk.timer(act).await.expect(409).json()["code"], "no_timer");
    }
}

#[on_both]
async fn starting_another_stops_the_first_or_is_refused(server: Server) {
    let mut desk = Desk::new(&server).await;
    // The body of an act may be left out.
    let first = desk.anna.post("/v1/timer/start").send().await.expect(200).json()["running"].clone();
    assert_eq!(
        only(&first, &["client_id", "engagement_id", "currency", "time_zone"]),
        json!([null, null, "EUR", "Europe/Berlin"])
    );
    let refused = desk.post("/v1/timer/start", json!({"if_running": "reject"})).await.expect(409).json();
    assert_eq!((&refused["code"], &refused["current"]["id"]), (&json!("timer_running"), &first["id"]));
    desk.at(&server, "2026-03-02T09:01:00Z").await;
    let second = desk.post("/v1/timer/start", json!({"engagement_id": desk.engagement})).await.expect(200).json();
    assert_eq!(only(&second["stopped"], &["id", "duration_seconds"]), json!([first["id"], 60]));
    assert_ne!(second["running"]["id"], first["id"]);
}

#[on_both]
async fn of_fifty_starts_one_runs(server: Server) {
    let desk = Desk::new(&server).await;
    let statuses = futures_util::future::join_all(
        (0..50).map(|_| async { desk.post("/v1/timer/start", json!({})).await.status }),
    )
    .await;
    assert!(statuses.iter().all(|status| *status == 200));
    let running = desk.get("/v1/time-entries?status=running,paused&include=total_count").await;
    assert_eq!(running["total_count"], 1);
    assert_eq!(desk.get("/v1/time-entries?include=total_count").await["total_count"], 50);
    desk.timer("stop").await.expect(200);
    let reject = || async { desk.post("/v1/timer/start", json!({"if_running": "reject"})).await.status };
    let statuses = futures_util::future::join_all((0..50).map(|_| reject())).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1);
}

#[on_both]
async fn a_timer_gets_its_engagement_later(server: Server) {
    let mut desk = Desk::new(&server).await;
    let running = desk.start(json!({})).await;
    desk.at(&server, "2026-03-02T10:00:00Z").await;
    let placed =
        desk.patch(&running, json!({"engagement_id": desk.engagement, "tags": ["x"]})).await.expect(200).json();
    assert_eq!(
        only(&placed, &["status", "client_id", "rate_minor", "amount_minor"]),
        json!(["running", desk.client, 4500, null])
    );
    let earlier = desk
        .patch(&running, json!({"started_local": "2026-03-02T09:30", "time_zone": "Europe/Berlin"}))
        .await
        .expect(200)
        .json();
    assert_eq!(earlier["started_at"], "2026-03-02T08:30:00Z");
    for (body, expected) in [
        (json!({"ended_at": "2026-03-02T09:30:00Z", "duration_seconds": 60}), "/duration_seconds,/ended_at"),
        (json!({"started_at": "2026-03-02T11:00:00Z"}), "/started_at"),
        (json!({"started_at": "2026-02-28T11:00:00Z"}), "/started_at"),
    ] {
        assert_eq!(pointers(&desk.patch(&running, body).await.expect(422).json()).join(","), expected);
    }
    let stopped = desk.post(&format!("{}/stop", path(&running)), json!(null)).await.expect(200);
    assert_eq!(
        only(&stopped.json(), &["status", "duration_seconds", "amount_minor"]),
        json!(["recorded", 5400, 6750])
    );
    let again = desk.post(&format!("{}/stop", path(&running)), json!(null)).await.expect(200);
    assert_eq!(
        (again.json(), again.header("etag")),
        (stopped.json(), stopped.header("etag")),
        "stopping again changes nothing"
    );
    // A timer of one second's standing may be stopped at once.
    desk.post("/v1/timer/start", json!({})).await.expect(200);
    assert_eq!(desk.timer("stop").await.expect(200).json()["stopped"]["duration_seconds"], 0);
}

#[on_both]
async fn a_timer_goes_on_with_the_work_of_an_entry(server: Server) {
    let desk = Desk::new(&server).await;
    let task = crate::people::id(
        &desk
            .post("/v1/tasks", json!({"client_id": desk.client, "title": "A", "rate_minor": 7000}))
            .await
            .expect(201)
            .json(),
    );
    let made = desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 60, "task_id": task, "description": "Post", "tags": ["a"], "billable": false})).await;
    assert_eq!(only(&made, &["rate_minor", "rate_source"]), json!([7000, "task"]));
    let running = desk.start(json!({"from_entry_id": made["id"]})).await;
    let same = ["engagement_id", "task_id", "description", "tags", "billable", "rate_minor"];
    assert_eq!(only(&running, &same), only(&made, &same));
    let refused = desk
        .post("/v1/timer/start", json!({"from_entry_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"}))
        .await
        .expect(422)
        .json();
    assert_eq!(pointers(&refused), ["/from_entry_id"]);
    assert_eq!(desk.get("/v1/timer").await["running"]["id"], running["id"], "a refused start stops nothing");
}

#[on_both]
async fn a_forgotten_timer_is_announced_once_and_never_cut(server: Server) {
    let mut desk = Desk::new(&server).await;
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.at(&server, "2026-03-02T16:59:59Z").await;
    assert_eq!(run_due(&server.app).await.unwrap(), 0);
    desk.at(&server, "2026-03-02T17:00:05Z").await;
    assert_eq!(run_due(&server.app).await.unwrap(), 1);
    let marked = desk.entry(&running).await;
    assert_eq!(only(&marked, &["status", "needs_review", "version"]), json!(["running", true, 2]));
    assert_eq!(desk.get("/v1/time-entries?needs_review=true").await["data"][0]["id"], running["id"]);
    desk.at(&server, "2026-03-03T12:00:00Z").await;
    assert_eq!(run_due(&server.app).await.unwrap(), 0);
    let stopped = desk.timer("stop").await.expect(200).json()["stopped"].clone();
    assert_eq!(only(&stopped, &["duration_seconds", "needs_review"]), json!([27 * 3600, true]));
    assert_eq!(
        desk.patch(&running, json!({"needs_review": false})).await.expect(200).json()["needs_review"],
        false
    );
    assert_eq!(
        desk.events(&running).await,
        ["time_entry.started", "timer.long_running", "time_entry.stopped", "time_entry.updated"]
    );
}

#[on_both]
async fn breaks_put_the_announcement_off_and_a_stopped_timer_is_left_alone(server: Server) {
    let mut desk = Desk::new(&server).await;
    let running = desk.start(json!({})).await;
    desk.at(&server, "2026-03-02T10:00:00Z").await;
    desk.timer("pause").await.expect(200);
    desk.at(&server, "2026-03-02T11:00:00Z").await;
    desk.timer("resume").await.expect(200);
    desk.at(&server, "2026-03-02T17:30:00Z").await;
    assert_eq!(run_due(&server.app).await.unwrap(), 1);
    assert_eq!(desk.entry(&running).await["needs_review"], false);
    desk.at(&server, "2026-03-02T18:00:10Z").await;
    assert_eq!(run_due(&server.app).await.unwrap(), 1);
    assert_eq!(desk.entry(&running).await["needs_review"], true);
    let next = desk.start(json!({})).await;
    desk.timer("stop").await.expect(200);
    desk.at(&server, "2026-03-03T09:00:00Z").await;
    assert_eq!(run_due(&server.app).await.unwrap(), 1);
    assert_eq!(only(&desk.entry(&next).await, &["needs_review", "version"]), json!([false, 2]));
}

#[on_both]
async fn a_timer_that_is_marked_already_is_announced_and_looked_at_once(server: Server) {
    let mut desk = Desk::new(&server).await;
    let running = desk.start(json!({})).await;
    desk.at(&server, "2026-03-02T10:00:00Z").await;
    desk.patch(&running, json!({"needs_review": true})).await.expect(200);
    for minute in 1..4 {
        desk.patch(&running, json!({"started_at": format!("2026-03-02T08:0{minute}:00Z")})).await.expect(200);
    }
    desk.at(&server, "2026-03-02T16:10:00Z").await;
    assert_eq!(run_due(&server.app).await.unwrap(), 1, "one job, however often the start was moved");
    assert_eq!(desk.events(&running).await.last().unwrap(), "timer.long_running");
    desk.patch(&running, json!({"needs_review": false, "started_at": "2026-03-02T08:05:00Z"})).await.expect(200);
    desk.at(&server, "2026-03-02T18:10:00Z").await;
    run_due(&server.app).await.unwrap();
    let told = desk.events(&running).await.iter().filter(|kind| *kind == "timer.long_running").count();
    assert_eq!((told, &desk.entry(&running).await["needs_review"]), (1, &json!(false)), "it is told once");
}

#[on_both]
async fn pausing_and_ending_an_engagement_stops_its_timers(server: Server) {
    let desk = Desk::new(&server).await;
    for act in ["pause", "end"] {
        let running = desk.start(json!({"engagement_id": desk.engagement})).await;
        desk.post(&format!("/v1/engagements/{}/{act}", desk.engagement), json!({})).await.expect(200);
        assert_eq!(desk.entry(&running).await["status"], "recorded");
        let refused =
            desk.post("/v1/timer/start", json!({"engagement_id": desk.engagement})).await.expect(409).json();
        assert_eq!(refused["code"], "engagement_not_active");
        if act == "pause" {
            desk.post(&format!("/v1/engagements/{}/resume", desk.engagement), json!(null)).await.expect(200);
        }
    }
}
