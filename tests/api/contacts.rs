//! Contacts and channels of clients, and what is told of all three.

use crate::{
    people::{changes_of, id, ids, new_client},
    server::Server,
    support::databases::on_both,
};
use serde_json::json;

#[on_both]
async fn a_client_has_one_primary_contact(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let path = format!("/v1/clients/{client}/contacts");
    let first = anna
        .post(&path)
        .json(&json!({"name": "Eva", "email": "eva@example.com", "is_primary": true}))
        .send()
        .await
        .expect(201)
        .json();
    let second =
        anna.post(&path).json(&json!({"name": "Udo", "is_primary": true})).send().await.expect(201).json();
    let eva = anna.get(&format!("{path}/{}", id(&first))).send().await.expect(200).json();
    assert_eq!(
        (&eva["is_primary"], &second["is_primary"], &eva["portal_access"]),
        (&json!(false), &json!(true), &json!(false))
    );
    server.client_member(&anna, &client, "eva").await;
    assert_eq!(anna.get(&format!("{path}/{}", id(&first))).send().await.json()["portal_access"], true);
    anna.delete(&format!("{path}/{}", id(&second))).send().await.expect(204);
    assert_eq!(ids(&anna.get(&path).send().await.json()), [id(&first)]);
}

#[on_both]
async fn a_channel_becomes_something_to_click(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let path = format!("/v1/clients/{client}/channels");
    let made = anna
        .post(&path)
        .json(&json!({"kind": "whatsapp", "address": "+4915112345678"}))
        .send()
        .await
        .expect(201)
        .json();
    assert_eq!(made["uri"], "https://wa.me/4915112345678");
    let skype = json!({"kind": "skype", "address": "anna.m"});
    let refused = anna.post(&path).json(&skype).send().await.expect(422).json();
    assert_eq!(
        (&refused["errors"][0]["code"], &refused["errors"][0]["pointer"]),
        (&json!("retired"), &json!("/kind"))
    );
    let imported = anna.post(&format!("{path}?import=true")).json(&skype).send().await.expect(201).json();
    assert_eq!(imported["retired"], true);
    let bad =
        anna.post(&path).json(&json!({"kind": "phone", "address": "0151 1"})).send().await.expect(422).json();
    assert_eq!(bad["errors"][0]["pointer"], "/address");
    let foreign =
        json!({"kind": "email", "address": "a@example.com", "contact_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"});
    assert_eq!(
        anna.post(&path).json(&foreign).send().await.expect(422).json()["errors"][0]["code"],
        "reference_not_found"
    );
    anna.get("/v1/channel-kinds").send().await.expect(200);
}

#[on_both]
async fn events_tell_before_and_after_in_order(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let newest = anna.get("/v1/events?limit=1").send().await.expect(200).json();
    assert_eq!(
        (&newest["data"][0]["type"], &newest["data"][0]["resource"]["id"]),
        (&json!("client.created"), &json!(client))
    );
    let after = id(&newest["data"][0]);
    anna.patch(&format!("/v1/clients/{client}")).json(&json!({"name": "B"})).send().await.expect(200);
    anna.post(&format!("/v1/clients/{client}/archive")).send().await.expect(200);
    let next = anna.get(&format!("/v1/events?after={after}")).send().await.expect(200).json();
    let types: Vec<_> =
        next["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["client.updated", "client.archived"]);
    assert_eq!(changes_of(&next["data"][0])["name"], json!({"before": "A", "after": "B"}));
    assert_eq!(next["data"][0]["data"]["name"], "B");
    assert!(next["data"][0]["seq"].as_i64() < next["data"][1]["seq"].as_i64());
    anna.get("/v1/events?after=01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90").send().await.expect(400);
    assert!(anna.get("/v1/event-types").send().await.expect(200).json()["data"].as_array().unwrap().len() > 10);
    anna.get(&format!("/v1/events/{after}")).send().await.expect(200);
}
