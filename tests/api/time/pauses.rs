//! Pauses of an engagement: what is kept of them, and that no work is noted on their days.

use super::{Desk, engaged, only, path};
use crate::{server::Server, support::databases::on_both};
use serde_json::{Value, json};

/// Pauses the desk's engagement after a day, and goes on at another instant; what it shows then.
async fn pause(desk: &mut Desk, server: &Server, on: &str, resumed_at: &str) -> Value {
    let path = format!("/v1/engagements/{}", desk.engagement);
    desk.post(&format!("{path}/pause"), json!({"on": on})).await.expect(200);
    desk.at(server, resumed_at).await;
    desk.post(&format!("{path}/resume"), Value::Null).await.expect(200).json()
}

#[on_both]
async fn an_engagement_shows_its_pauses_to_both_sides(server: Server) {
    let mut desk = Desk::new(&server).await;
    server.client_member(&desk.anna, &desk.client, "klara").await;
    let quiet = engaged(&desk.anna, &desk.client, json!({"kind": "hourly", "rate_minor": 4500})).await;
    let engagement = format!("/v1/engagements/{}", desk.engagement);
    assert_eq!(desk.get(&engagement).await["pauses"], json!([]));
    let begun = desk.post(&format!("{engagement}/pause"), json!({"on": "2026-02-20"})).await.expect(200).json();
    assert_eq!(begun["pauses"], json!([{"from_on": "2026-02-21", "until_on": null}]));
    // 23 h UTC is the next day in Berlin, on which work goes on.
    desk.at(&server, "2026-03-08T23:00:00Z").await;
    let resumed = desk.post(&format!("{engagement}/resume"), Value::Null).await.expect(200).json();
    let first = json!({"from_on": "2026-02-21", "until_on": "2026-03-08"});
    assert_eq!(only(&resumed, &["pauses", "paused_on"]), json!([[first], null]));
    // On its own first day it leaves nothing, and without an end it stays when the engagement ends.
    desk.at(&server, "2026-03-20T08:00:00Z").await;
    let none = pause(&mut desk, &server, "2026-03-19", "2026-03-20T09:00:00Z").await;
    assert_eq!(none["pauses"], json!([first]));
    desk.post(&format!("{engagement}/pause"), json!({"on": "2026-03-18"})).await.expect(200);
    let ended = desk.post(&format!("{engagement}/end"), Value::Null).await.expect(200).json();
    let both = json!([first, {"from_on": "2026-03-19", "until_on": null}]);
    assert_eq!(only(&ended, &["pauses", "paused_on", "ended_on"]), json!([both, "2026-03-18", "2026-03-20"]));
    let told = desk.get(&format!("/v1/events?limit=1&resource_id={}", desk.engagement)).await["data"][0].clone();
    assert_eq!((&told["type"], &told["data"]["pauses"]), (&json!("engagement.ended"), &both));
    let login = json!({"email": "klara@example.com", "password": crate::people::PASSWORD});
    let login = server.client.post("/v1/auth/login").json(&login).send().await.expect(200).json();
    let klara = server.client.with_bearer(login["access_token"].as_str().unwrap());
    for by in [&desk.anna, &klara] {
        assert_eq!(by.get(&engagement).send().await.expect(200).json()["pauses"], both);
        let list = by.get("/v1/engagements?sort=created_at").send().await.expect(200).json();
        let shown: Vec<_> =
            list["data"].as_array().unwrap().iter().map(|one| only(one, &["id", "pauses"])).collect();
        assert_eq!(shown, [json!([desk.engagement, both]), json!([quiet, []])]);
    }
}

#[on_both]
async fn no_work_is_noted_on_the_days_of_a_pause_that_is_over(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.engagement = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000})).await;
    let earlier = desk.seconds("2026-02-20", 600).await;
    let elsewhere = engaged(&desk.anna, &desk.client, json!({"kind": "hourly", "rate_minor": 4500})).await;
    let other = desk
        .post(
            "/v1/time-entries",
            json!({"engagement_id": elsewhere, "work_date": "2026-02-25", "duration_seconds": 60}),
        )
        .await
        .expect(201)
        .json();
    pause(&mut desk, &server, "2026-02-20", "2026-03-03T08:00:00Z").await;
    let refused = |refused: Value| {
        let expected = json!(["engagement_not_active", "active", "2026-02-20"]);
        assert_eq!(only(&refused, &["code", "engagement_status", "last_open_on"]), expected, "{refused}");
    };
    for with in [
        json!({"work_date": "2026-02-21", "duration_seconds": 60}),
        json!({"work_date": "2026-03-02", "duration_seconds": 60}),
        // Into the pause, and out of it.
        json!({"started_at": "2026-02-20T22:30:00Z", "ended_at": "2026-02-20T23:30:00Z"}),
        json!({"started_at": "2026-03-02T22:30:00Z", "ended_at": "2026-03-02T23:30:00Z"}),
    ] {
        refused(desk.try_note(with).await.expect(409).json());
    }
    let later = desk.seconds("2026-03-03", 600).await;
    for (entry, with) in [
        (&earlier, json!({"work_date": "2026-02-28"})),
        (&later, json!({"work_date": "2026-02-28"})),
        (&other, json!({"engagement_id": desk.engagement})),
    ] {
        refused(desk.patch(entry, with.clone()).await.expect(409).json());
        let bulk = json!({"operations": [{"op": "update", "id": entry["id"], "data": with}]});
        let answer = desk.post("/v1/time-entries/bulk", bulk).await.expect(200).json();
        refused(answer["results"][0]["problem"].clone());
    }
    desk.patch(&later, json!({"work_date": "2026-02-20"})).await.expect(200);
    desk.patch(&earlier, json!({"duration_seconds": 700})).await.expect(200);
    let timer = |started_at: &str| json!({"engagement_id": desk.engagement, "started_at": started_at});
    refused(desk.post("/v1/timer/start", timer("2026-03-02T22:00:00Z")).await.expect(409).json());
    desk.start(timer("2026-03-02T23:00:00Z")).await;
    desk.timer("stop").await.expect(200);
}

#[on_both]
async fn a_pause_can_take_the_days_of_an_earlier_one(server: Server) {
    let mut desk = Desk::new(&server).await;
    pause(&mut desk, &server, "2026-02-10", "2026-03-02T08:00:00Z").await;
    let kept = desk.seconds("2026-02-05", 60).await;
    let path_of = format!("/v1/engagements/{}", desk.engagement);
    let again = desk.post(&format!("{path_of}/pause"), json!({"on": "2026-02-20"})).await.expect(200).json();
    let cut =
        json!([{"from_on": "2026-02-11", "until_on": "2026-02-20"}, {"from_on": "2026-02-21", "until_on": null}]);
    assert_eq!(only(&again, &["paused_on", "pauses"]), json!(["2026-02-20", cut]));
    let today = desk.try_note(json!({"work_date": "2026-03-02", "duration_seconds": 60})).await.expect(409).json();
    assert_eq!(only(&today, &["engagement_status", "last_open_on"]), json!(["paused", "2026-02-10"]));
    desk.try_note(json!({"work_date": "2026-02-20", "duration_seconds": 60})).await.expect(409);
    desk.anna.delete(&path(&kept)).send().await.expect(204);
}
