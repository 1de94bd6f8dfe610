//! Packages that allow no work beyond what they have.

use crate::{
    client::Reply,
    packages::{H, desk, package, work},
    people::id,
    server::{Server, run_due},
    support::databases::on_both,
    time::{Desk, path},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// A package of two hours a month that refuses more.
fn strict() -> Value {
    package(2, json!({"deficit": "block"}))
}

/// An hour and a half of June's two hours is used.
async fn nearly_used(server: &Server) -> Desk {
    let desk = desk(server, strict()).await;
    desk.seconds("2026-06-02", H * 3 / 2).await;
    desk
}

fn refused(reply: &Reply) {
    assert_eq!((reply.status, &reply.json()["code"]), (409, &json!("retainer_exhausted")));
}

#[on_both]
async fn work_beyond_it_is_refused_with_what_is_left(server: Server) {
    let desk = nearly_used(&server).await;
    let note = |seconds: i64| json!({"work_date": "2026-06-03", "duration_seconds": seconds});
    let reply = desk.try_note(note(H)).await;
    refused(&reply);
    assert!(reply.json()["detail"].as_str().unwrap().contains("has 30 minutes left"), "{}", reply.json());
    let entry = desk.note(note(H / 2)).await;
    refused(&desk.patch(&entry, json!({"duration_seconds": H / 2 + 60})).await);
    // What takes no more is no matter, and what is not billable takes nothing.
    desk.patch(&entry, json!({"description": "Post", "duration_seconds": H / 4})).await.expect(200);
    desk.try_note(json!({"work_date": "2026-06-03", "duration_seconds": 9 * H, "billable": false}))
        .await
        .expect(201);
    // Another month has its own time; moving work there is judged there.
    desk.note(json!({"work_date": "2026-05-04", "duration_seconds": 2 * H})).await;
    refused(&desk.patch(&entry, json!({"work_date": "2026-05-05"})).await);
    assert_eq!(desk.hours("overage_seconds").await, [0.0; 5]);
}

#[on_both]
async fn carried_time_that_later_work_took_is_not_taken_away(server: Server) {
    let desk = desk(&server, package(2, json!({"deficit": "block", "carry": "all"}))).await;
    work(&desk, &[0, 240]).await;
    refused(&desk.try_note(json!({"work_date": "2026-02-05", "duration_seconds": H})).await);
    desk.adjust(json!({"kind": "goodwill", "minutes": 60, "reason": "x", "period_seq": 2})).await.expect(201);
    desk.note(json!({"work_date": "2026-02-05", "duration_seconds": H})).await;
}

#[on_both]
async fn each_operation_of_many_is_judged(server: Server) {
    let desk = nearly_used(&server).await;
    let create = json!({"op": "create",
        "data": {"engagement_id": desk.engagement, "work_date": "2026-06-03", "duration_seconds": 1200}});
    let bulk = json!({"operations": [create, create, create]});
    let answer = desk.post("/v1/time-entries/bulk", bulk.clone()).await.expect(200).json();
    let statuses: Vec<i64> =
        answer["results"].as_array().unwrap().iter().map(|one| one["status"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [201, 409, 409]);
    assert_eq!(answer["results"][1]["problem"]["code"], "retainer_exhausted");
    let mut atomic = bulk;
    atomic["atomic"] = json!(true);
    let answer = desk.post("/v1/time-entries/bulk", atomic).await.expect(200).json();
    assert_eq!(answer["results"][0]["status"], 409);
    assert_eq!(desk.get(&desk.of("balance")).await["left_seconds"], 600);
}

#[on_both]
async fn a_timer_starts_on_what_is_left_and_can_always_be_stopped(server: Server) {
    let mut desk = nearly_used(&server).await;
    desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.at(&server, "2026-06-20T12:00:00Z").await;
    let stopped = desk.timer("stop").await.expect(200).json()["stopped"].clone();
    let coverage = desk.get(&format!("{}/coverage", path(&stopped))).await;
    assert_eq!(json!([coverage["overage_seconds"], coverage["exceeds_package"]]), json!([H * 3 / 2, true]));
    let again = json!({"engagement_id": desk.engagement});
    refused(&desk.post("/v1/timer/start", again.clone()).await);
    // A timer makes way whatever it took, and the next package is another matter.
    desk.at(&server, "2026-07-01T10:00:00Z").await;
    desk.start(again.clone()).await;
    desk.at(&server, "2026-07-01T16:00:00Z").await;
    refused(&desk.post("/v1/timer/start", again).await);
    desk.start(json!({})).await;
    let entries = desk.get("/v1/time-entries?work_date_from=2026-07-01&status=recorded").await;
    assert_eq!(entries["data"].as_array().unwrap().len(), 1);
    // The looks that the timers asked for find them stopped.
    run_due(&server.app).await.unwrap();
}

#[on_both]
async fn acts_on_the_package_are_never_refused(server: Server) {
    let desk = nearly_used(&server).await;
    desk.adjust(json!({"kind": "correction", "minutes": -100, "reason": "Versehen."})).await.expect(201);
    let block = desk.block(json!({"minutes": 600, "valid_from": "2026-06-01"})).await;
    desk.note(json!({"work_date": "2026-06-04", "duration_seconds": 3 * H})).await;
    desk.void(&block).await;
}

#[on_both]
async fn work_that_goes_along_with_its_task_is_judged(server: Server) {
    let desk = nearly_used(&server).await;
    let other = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000})).await;
    let client = desk.get(&format!("/v1/engagements/{other}")).await["client_id"].clone();
    let reference = "/v1/tasks/by-ref/board/1";
    let task = json!({"client_id": client, "engagement_id": other, "title": "Post"});
    let task = desk.anna.put(reference).json(&task).send().await.expect(201).json();
    let note =
        json!({"engagement_id": other, "task_id": id(&task), "work_date": "2026-06-04", "duration_seconds": H});
    desk.note(note).await;
    let along = json!({"engagement_id": desk.engagement});
    refused(&desk.anna.put(&format!("{reference}?entries=move")).json(&along).send().await);
    refused(&desk.anna.patch(&format!("/v1/tasks/{}?entries=move", id(&task))).json(&along).send().await);
}

#[on_both]
async fn writers_at_once_take_no_more_than_there_is(server: Server) {
    let desk = desk(&server, strict()).await;
    let note = json!({"work_date": "2026-06-03", "duration_seconds": 600});
    let answers = join_all((0..50).map(|_| desk.try_note(note.clone()))).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 12, "two hours hold twelve times ten minutes");
    answers.iter().filter(|answer| answer.status != 201).for_each(refused);
}

#[on_both]
async fn a_split_that_rounds_beyond_it_is_refused(server: Server) {
    let rounding = json!({"mode": "up", "increment_minutes": 30, "scope": "entry"});
    let desk = desk(&server, package(1, json!({"deficit": "block", "rounding": rounding}))).await;
    let entry = desk.seconds("2026-06-02", H).await;
    let split = format!("{}/split", path(&entry));
    refused(&desk.post(&split, json!({"split_after_seconds": 1000})).await);
    refused(&desk.post(&format!("{split}?dry_run=true"), json!({"split_after_seconds": 1000})).await);
    desk.post(&split, json!({"split_after_seconds": 1800})).await.expect(200);
    assert_eq!(desk.hours("overage_seconds").await, [0.0; 5]);
}
