//! The stream of events and its catalogue.

use crate::{
    people::{id, new_client},
    server::Server,
    share_links::new_link,
    support::databases::on_both,
};
use serde_json::{Value, json};

#[on_both]
async fn a_type_names_the_kind_of_resource_that_its_events_carry(server: Server) {
    let anna = server.assistant("anna").await;
    let types = anna.get("/v1/event-types?limit=200").send().await.expect(200).json();
    let resource = |name: &str| {
        let known = types["data"].as_array().unwrap().iter().find(|known| known["name"] == name);
        known.unwrap_or_else(|| panic!("{name}"))["resource"].clone()
    };
    for (name, expected) in [
        ("timer.long_running", "time_entry"),
        ("time_entry.moved", "time_entry"),
        ("share_link.extended", "share_link"),
        ("client.created", "client"),
    ] {
        assert_eq!(resource(name), expected, "{name}");
    }
    let events = anna.get("/v1/events").send().await.expect(200).json();
    for event in events["data"].as_array().unwrap() {
        assert_eq!(resource(event["type"].as_str().unwrap()), event["resource"]["type"], "{event}");
    }
}

#[on_both]
async fn through_which_key_somebody_acted_is_for_assistants(server: Server) {
    let anna = server.assistant("anna").await;
    let hers = id(&new_client(&anna, "Hers").await);
    let klara = server.client_member(&anna, &hers, "klara").await;
    let program = server.automation(&anna, &["shares:write", "shares:read"]).await;
    new_link(&program, &hers, "https://we.tl/t-AbCdEf", json!({})).await;
    let actor = async |by: &crate::client::TestClient| -> Value {
        by.get("/v1/events?type=share_link.created").send().await.expect(200).json()["data"][0]["actor"].clone()
    };
    let (seen, known) = (actor(&klara).await, actor(&anna).await);
    assert!(known["api_key_id"].is_string(), "{known}");
    assert!(seen.get("api_key_id").is_none(), "{seen}");
    assert_eq!((&seen["name"], &seen["member_id"]), (&known["name"], &known["member_id"]));
}

#[on_both]
async fn putting_off_an_end_is_told_as_such(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let link = format!(
        "/v1/share-links/{}",
        id(&new_link(&anna, &client, "https://we.tl/t-AbCdEf", json!({"expires_at": "2026-03-10T00:00:00Z"}))
            .await)
    );
    for (end, expected) in
        [("2026-03-20T00:00:00Z", "share_link.extended"), ("2026-03-15T00:00:00Z", "share_link.updated")]
    {
        anna.patch(&link).json(&json!({"expires_at": end})).send().await.expect(200);
        let last = anna.get("/v1/events?limit=1").send().await.expect(200).json()["data"][0].clone();
        assert_eq!((&last["type"], &last["data"]["expires_at"]), (&json!(expected), &json!(end)));
    }
}
