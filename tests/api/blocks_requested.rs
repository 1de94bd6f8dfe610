//! Blocks that a client asks for: offered or declined by the assistant, taken back by who asked.

use crate::{
    client::{Reply, TestClient},
    packages::{desk, package},
    people::{id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
    time::{Desk, only},
};
use serde_json::{Value, json};

impl Desk {
    /// The address of a block that a client asks for.
    async fn wish(&self, by: &TestClient) -> String {
        let body = json!({"minutes": 600, "reason": "Der Umzug."});
        let asked = by.post(&self.of("blocks")).json(&body).send().await.expect(201);
        asked.header("location").unwrap().to_owned()
    }
}

/// Does an act on a block, having seen it.
async fn act(by: &TestClient, path: &str, act: &str, body: Value) -> Reply {
    let seen = by.get(path).send().await.expect(200);
    let request = by.post(&format!("{path}/{act}")).header("if-match", seen.header("etag").unwrap());
    if body.is_null() { request.send().await } else { request.json(&body).send().await }
}

#[on_both]
async fn what_a_client_asks_for_is_offered_and_accepted(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let path = desk.wish(&klara).await;
    let shown = ["status", "minutes", "reason", "price_minor", "left_seconds", "allowed_actions"];
    let seen = async |by: &TestClient| only(&by.get(&path).send().await.expect(200).json(), &shown);
    let asked = json!(["requested", 600, "Der Umzug.", null, 0]);
    let with = |acts: Value| json!([asked[0], asked[1], asked[2], asked[3], asked[4], acts]);
    assert_eq!(seen(&klara).await, with(json!(["withdraw"])));
    assert_eq!(seen(&desk.anna).await, with(json!(["offer", "decline"])));
    // It grants nothing, and waits for the assistants.
    let period = desk.get(&desk.of("periods/5")).await;
    assert_eq!(only(&period, &["available_seconds", "blocks_seconds"]), json!([36_000, 0]));
    let waiting = async || desk.get(&desk.of("balance")).await["waiting"][0].clone();
    let waits = ["type", "title", "minutes", "price_minor", "waits_for"];
    assert_eq!(only(&waiting().await, &waits), json!(["block", "Der Umzug.", 600, null, "assistant"]));
    act(&klara, &path, "offer", json!({"minutes": 600})).await.expect(403);
    act(&klara, &path, "decline", Value::Null).await.expect(403);
    act(&desk.anna, &path, "withdraw", Value::Null).await.expect(403);
    let refused = act(&desk.anna, &path, "accept", json!({"note": "Ja."})).await.expect(409).json();
    assert_eq!(refused["allowed_actions"], json!(["offer", "decline"]));
    act(&klara, &path, "accept", json!({})).await.expect(409);
    let early = act(&desk.anna, &path, "offer", json!({"minutes": 60, "valid_from": "2025-01-01"})).await;
    assert_eq!(pointers(&early.expect(422).json()), ["/valid_from"]);
    let stale = desk.anna.get(&path).send().await.expect(200).header("etag").unwrap().to_owned();
    let conditions =
        json!({"minutes": 300, "bonus_minutes": 30, "price_minor": 22_500, "valid_days": 100, "title": "Umzug"});
    let offered = act(&desk.anna, &path, "offer", conditions).await.expect(200).json();
    assert_eq!(
        only(&offered, &shown),
        json!(["offered", 300, "Der Umzug.", 22_500, 330 * 60, ["accept", "decline", "withdraw"]])
    );
    assert_eq!(only(&waiting().await, &waits), json!(["block", "Umzug", 300, 22_500, "client"]));
    act(&klara, &path, "withdraw", Value::Null).await.expect(403);
    act(&desk.anna, &path, "offer", json!({"minutes": 300})).await.expect(409);
    let late = desk.anna.post(&format!("{path}/offer")).header("if-match", &stale);
    late.json(&json!({"minutes": 60})).send().await.expect(412);
    let accepted = act(&klara, &path, "accept", json!({})).await.expect(200).json();
    assert_eq!(
        only(&accepted, &["status", "valid_from", "valid_until", "accepted_version"]),
        json!(["active", "2026-06-20", "2026-09-27", 2])
    );
    assert_eq!(desk.get(&desk.of("periods/5")).await["blocks_seconds"], json!(330 * 60));
    let events = desk.get("/v1/events?type=block.requested,block.offered,block.accepted").await;
    let types: Vec<&Value> = events["data"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types.len(), 3);
    let of_client = klara.get("/v1/events?type=block.requested").send().await.expect(200).json();
    assert_eq!(of_client["data"][0]["data"]["allowed_actions"], json!(["withdraw"]));
}

#[on_both]
async fn what_a_client_asks_for_is_declined_or_taken_back(server: Server) {
    let desk = desk(&server, json!({"kind": "hourly", "rate_minor": 6000})).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let path = desk.wish(&klara).await;
    let declined = act(&desk.anna, &path, "decline", json!({"note": "Erst im Herbst."})).await.expect(200).json();
    let shown = ["status", "answer_note", "accepted_elsewhere", "declined_by_name", "allowed_actions"];
    assert_eq!(only(&declined, &shown), json!(["declined", "Erst im Herbst.", false, "anna", []]));
    act(&klara, &path, "withdraw", Value::Null).await.expect(409);
    let path = desk.wish(&klara).await;
    let withdrawn = act(&klara, &path, "withdraw", Value::Null).await.expect(200).json();
    assert_eq!(only(&withdrawn, &["status", "allowed_actions"]), json!(["withdrawn", []]));
    act(&desk.anna, &path, "offer", json!({"minutes": 60})).await.expect(409);
    assert_eq!(desk.get(&desk.of("balance")).await["waiting"], json!([]));
    let found = async |status: &str| ids(&desk.get(&desk.of(&format!("blocks?status={status}"))).await).len();
    assert_eq!([found("declined").await, found("withdrawn").await, found("requested").await], [1, 1, 0]);
    // What is over takes no offer.
    let path = desk.wish(&klara).await;
    desk.post(&desk.of("end"), json!({})).await.expect(200);
    let refused = act(&desk.anna, &path, "offer", json!({"minutes": 60})).await.expect(409).json();
    assert_eq!(only(&refused, &["code", "allowed_actions"]), json!(["action_not_allowed", ["decline"]]));
    let refused = klara.post(&desk.of("blocks")).json(&json!({"minutes": 60})).send().await.expect(409).json();
    assert_eq!(refused["code"], json!("engagement_not_active"));
}

#[on_both]
async fn a_client_names_no_conditions_and_nobody_else_asks(server: Server) {
    let mut desk = desk(&server, package(10, json!({}))).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let body = json!({"minutes": 60, "title": "Vorrat", "valid_from": "2026-07-01", "bonus_minutes": 5,
        "price_minor": 1, "valid_until": "2026-12-31", "paid_on": "2026-06-01"});
    let refused = klara.post(&desk.of("blocks")).json(&body).send().await.expect(422).json();
    assert_eq!(pointers(&refused), ["/bonus_minutes", "/paid_on", "/price_minor", "/valid_until"]);
    assert_eq!(refused["errors"][0]["code"], json!("assistants_only"));
    let other = id(&new_client(&desk.anna, "Bäckerei").await);
    let karl = server.client_member(&desk.anna, &other, "karl").await;
    karl.post(&desk.of("blocks")).json(&json!({"minutes": 60})).send().await.expect(404);
    let path = desk.wish(&klara).await;
    karl.post(&format!("{path}/withdraw")).send().await.expect(404);
    desk.engagement = desk.engaged(json!({"kind": "daily", "rate_minor": 40_000})).await;
    let refused = klara.post(&desk.of("blocks")).json(&json!({"minutes": 60})).send().await.expect(409).json();
    assert_eq!(refused["code"], json!("no_package"));
}

#[on_both]
async fn a_wish_and_its_offer_are_told_by_mail(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    server.mail_to("klara@example.com").await;
    let path = desk.wish(&klara).await;
    let mail = server.mail_to("anna@example.com").await;
    assert!(mail.contains("600 Minuten auf Vorrat") && mail.contains("Der Umzug."), "{mail}");
    act(&desk.anna, &path, "offer", json!({"minutes": 300})).await.expect(200);
    let mail = server.mail_to("klara@example.com").await;
    assert!(mail.contains("300 Minuten auf Vorrat"), "{mail}");
    let mails = desk.get("/v1/mails").await;
    let kinds: Vec<&Value> = mails["data"].as_array().unwrap().iter().map(|mail| &mail["kind"]).collect();
    assert_eq!(kinds[..2], ["block_offer", "block_request"]);
}

#[on_both]
async fn of_an_offer_and_a_withdrawal_at_once_one_counts(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    for _ in 0..5 {
        let path = desk.wish(&klara).await;
        let tag = desk.anna.get(&path).send().await.expect(200).header("etag").unwrap().to_owned();
        let offer = desk.anna.post(&format!("{path}/offer")).header("if-match", &tag);
        let (offered, withdrawn) = futures_util::future::join(
            offer.json(&json!({"minutes": 60})).send(),
            klara.post(&format!("{path}/withdraw")).send(),
        )
        .await;
        let status = desk.get(&path).await["status"].clone();
        match (offered.status, withdrawn.status) {
            (200, 403) => assert_eq!(status, json!("offered")),
            (409 | 412, 200) => assert_eq!(status, json!("withdrawn")),
            other => panic!("{other:?}"),
        }
    }
}
