//! What is told of changed share links, and what many do to one at once.

use crate::share_links::{link, new_link, path};
use crate::{
    people::{changes_of, id, ids, new_client},
    server::Server,
    support::databases::on_both,
};
use serde_json::json;

#[on_both]
async fn of_fifty_writers_with_one_tag_one_wins(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let made =
        anna.post("/v1/share-links").json(&link(&client, "https://we.tl/t-a", json!({}))).send().await.expect(201);
    let (path, tag) = (path(&made.json()), made.header("etag").unwrap().to_owned());
    let writers = (0..50).map(|i| {
        let request = anna.patch(&path).header("if-match", &tag).json(&json!({"password": format!("geheim-{i}")}));
        async move { request.send().await.status }
    });
    let mut statuses = futures_util::future::join_all(writers).await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[49]), (200, 412, 412));
}

#[on_both]
async fn one_idempotency_key_makes_one_link(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let body = link(&client, "https://we.tl/t-a#k", json!({"password": "geheim"}));
    let calls = (0..50).map(|_| {
        let call = anna.post("/v1/share-links").header("idempotency-key", "k-1").json(&body);
        async move { call.send().await.expect(201).json() }
    });
    let answers = futures_util::future::join_all(calls).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(ids(&anna.get("/v1/share-links").send().await.json()).len(), 1);
}

#[on_both]
async fn events_tell_what_changed(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let made = new_link(&anna, &client, "https://we.tl/t-a#k", json!({})).await;
    let german = |request: crate::client::Request| request.header("accept-language", "de");
    german(anna.patch(&path(&made))).json(&json!({"password": "geheim", "title": "Neu"})).send().await.expect(200);
    anna.post(&format!("{}/revoke", path(&made))).send().await.expect(200);
    anna.delete(&path(&made)).send().await.expect(204);
    let events = anna
        .get(&format!("/v1/events?resource_id={}&client_id={client}", id(&made)))
        .send()
        .await
        .expect(200)
        .json();
    let types: Vec<_> =
        events["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["share_link.deleted", "share_link.revoked", "share_link.updated", "share_link.created"]);
    let updated = &events["data"][2];
    assert_eq!(changes_of(updated)["has_password"], json!({"before": false, "after": true}));
    assert_eq!(changes_of(updated)["title"], json!({"before": null, "after": "Neu"}));
    assert_eq!(changes_of(&events["data"][1])["status"], json!({"before": "active", "after": "revoked"}));
    assert_eq!(events["data"][3]["data"], made, "the object as it was given back");
    // Its client is told that it is gone, and no event gives her its address any more.
    let klara = server.client_member(&anna, &client, "klara").await;
    let seen = klara.get(&format!("/v1/events?resource_id={}", id(&made))).send().await.expect(200).json();
    assert_eq!(
        (seen["data"].as_array().unwrap().len(), &seen["data"][0]["type"]),
        (1, &json!("share_link.deleted"))
    );
    assert_eq!((&seen["data"][0]["data"]["url"], &seen["data"][0]["data"]["title"]), (&json!(""), &json!(null)));
}

#[on_both]
async fn a_client_with_links_is_not_deleted(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let made = new_link(&anna, &client, "https://we.tl/t-a", json!({})).await;
    let refused = anna.delete(&format!("/v1/clients/{client}")).send().await.expect(409).json();
    assert_eq!(refused["blocked_by"], json!([{"type": "share_links", "count": 1}]));
    anna.delete(&path(&made)).send().await.expect(204);
    anna.delete(&format!("/v1/clients/{client}")).send().await.expect(204);
}

#[on_both]
async fn another_workspace_finds_nothing(server: Server) {
    let (anna, berta) = (server.assistant("anna").await, server.assistant("berta").await);
    let (hers, other) = (id(&new_client(&anna, "A").await), id(&new_client(&berta, "B").await));
    let made = new_link(&anna, &hers, "https://we.tl/t-a#k", json!({"title": "Belege"})).await;
    let link_path = path(&made);
    berta.get(&link_path).send().await.expect(404);
    berta.get(&format!("{link_path}/secret")).send().await.expect(404);
    berta.patch(&link_path).json(&json!({"title": 7})).send().await.expect(404);
    berta.post(&format!("{link_path}/revoke")).send().await.expect(404);
    berta.delete(&link_path).send().await.expect(404);
    let foreign = berta
        .post("/v1/share-links")
        .json(&link(&hers, "https://we.tl/t-a", json!({})))
        .send()
        .await
        .expect(422)
        .json();
    assert_eq!(
        (&foreign["errors"][0]["pointer"], &foreign["errors"][0]["code"]),
        (&json!("/client_id"), &json!("reference_not_found"))
    );
    new_link(&berta, &other, "https://we.tl/t-a#k", json!({})).await;
    for query in [format!("client_id={hers}"), format!("same_place_as={}", id(&made)), "q=belege".to_owned()] {
        assert!(
            ids(&berta.get(&format!("/v1/share-links?{query}")).send().await.expect(200).json()).is_empty(),
            "{query}"
        );
    }
    server.client.get(&link_path).send().await.expect(401);
    anna.get("/v1/share-links/not-an-id").send().await.expect(404);
}

#[on_both]
async fn the_table_of_providers_is_dated(server: Server) {
    let anna = server.assistant("anna").await;
    let list = anna.get("/v1/share-providers").send().await.expect(200).json();
    let providers = list["data"].as_array().unwrap();
    let hidrive = providers.iter().find(|provider| provider["slug"] == "hidrive").unwrap();
    assert_eq!(
        (&hidrive["operator_country"], &hidrive["dpa"], &hidrive["in_eu_eea_or_ch"]),
        (&json!("DE"), &json!("offered"), &json!(true))
    );
    assert!(providers.len() >= 16 && providers.iter().all(|provider| provider["as_of"].is_string()));
    server.client.get("/v1/share-providers").send().await.expect(401);
}
