//! Ends that keep the agreed notice.

use crate::{packages::desk, server::Server, support::databases::on_both, time::only};
use serde_json::{Value, json};

fn with_notice(days: Value) -> Value {
    json!({"kind": "hourly", "rate_minor": 6000, "notice_days": days})
}

#[on_both]
async fn an_end_that_respects_notice_names_the_earliest_day(server: Server) {
    let desk = desk(&server, with_notice(json!(14))).await;
    let before = desk.get(&format!("/v1/engagements/{}", desk.engagement)).await;
    for body in [json!({}), json!({"on": "2026-06-10"})] {
        let refused = desk.post(&desk.of("end?respect_notice=true"), body).await.expect(409).json();
        assert_eq!(only(&refused, &["code", "earliest_on"]), json!(["notice_required", "2026-07-04"]));
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("14 days") && detail.contains("2026-07-04"), "{detail}");
    }
    let after = desk.get(&format!("/v1/engagements/{}", desk.engagement)).await;
    assert_eq!(after, before, "nothing happened");
    // As it says: it ends on that day, or without notice.
    let patch = desk.anna.patch(&format!("/v1/engagements/{}", desk.engagement));
    patch.json(&json!({"ends_on": "2026-07-04"})).send().await.expect(200);
    let ended = desk.post(&desk.of("end?respect_notice=false"), json!({})).await.expect(200).json();
    assert_eq!(only(&ended, &["status", "ended_on"]), json!(["ended", "2026-06-20"]));
    // What is over needs no notice.
    let again = desk.post(&desk.of("end?respect_notice=true"), json!({})).await.expect(409).json();
    assert_eq!(again["code"], json!("action_not_allowed"));
}

#[on_both]
async fn an_end_without_agreed_notice_comes_as_always(server: Server) {
    let mut desk = desk(&server, with_notice(Value::Null)).await;
    let ended = desk.post(&desk.of("end?respect_notice=true"), json!({})).await.expect(200).json();
    assert_eq!(ended["ended_on"], json!("2026-06-20"));
    desk.engagement = desk.engaged(with_notice(json!(0))).await;
    let refused = desk.post(&desk.of("end?respect_notice=true"), json!({"on": "2026-06-19"})).await.expect(409);
    assert_eq!(refused.json()["earliest_on"], json!("2026-06-20"));
    desk.post(&desk.of("end?respect_notice=true"), json!({})).await.expect(200);
    desk.post(&desk.of("end?respect_notice=maybe"), json!({})).await.expect(400);
}

#[on_both]
async fn notice_is_that_of_the_terms_in_force(server: Server) {
    let desk = desk(&server, with_notice(json!(30))).await;
    let terms = json!({"effective_from": "2026-06-20", "terms": with_notice(json!(7))});
    let proposed = desk.post(&desk.of("terms"), terms).await.expect(201).json();
    let earliest = async || {
        let refused = desk.post(&desk.of("end?respect_notice=true"), json!({})).await.expect(409).json();
        refused["earliest_on"].clone()
    };
    assert_eq!(earliest().await, json!("2026-07-20"));
    crate::engagement_terms::answer(&desk.anna, &proposed, "accept").await.expect(200);
    assert_eq!(earliest().await, json!("2026-06-27"));
    // One that is called off long enough before it begins keeps it.
    let body = json!({"client_id": desk.client, "title": "Herbst", "starts_on": "2026-09-01",
        "terms": with_notice(json!(30)), "accepted": {"note": "Ja."}});
    let later = desk.post("/v1/engagements", body).await.expect(201).json();
    let path = format!("/v1/engagements/{}/end?respect_notice=true", crate::people::id(&later));
    assert_eq!(desk.post(&path, json!({})).await.expect(200).json()["ended_on"], json!("2026-09-01"));
}
