//! Balance links as assistants make, replace and revoke them.

use crate::{
    client::Reply,
    engagements::{act, draft},
    packages::{desk, package},
    people::{id, pointers},
    server::Server,
    support::databases::on_both,
    time::{Desk, only, text},
};
use serde_json::{Value, json};

/// The pattern of the address, as a URI reference holds it.
pub const PATTERN: &str = "/h/%7Btoken%7D";

impl Desk {
    pub async fn link(&self, body: Value) -> Value {
        self.post(&self.of("balance-links"), body).await.expect(201).json()
    }

    fn link_path(&self, link: &Value) -> String {
        self.of(&format!("balance-links/{}", id(link)))
    }
}

/// Where a link leads.
pub fn address(link: &Value) -> String {
    format!("/h/{}", text(&link["token"]))
}

#[track_caller]
pub fn has(reply: &Reply, headers: &[(&str, &str)]) {
    for (name, value) in headers {
        assert_eq!(reply.header(name), Some(*value), "{name}");
    }
}

#[on_both]
async fn the_secret_is_shown_once(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let body = json!({"label": "Startseite", "expires_at": "2036-01-01T00:00:00Z"});
    let create = || desk.anna.post(&desk.of("balance-links")).json(&body).header("idempotency-key", "once");
    let made = create().send().await.expect(201);
    has(&made, &[("cache-control", "no-store")]);
    let again = create().send().await.expect(201);
    assert_eq!((again.json(), again.header("idempotent-replayed")), (made.json(), Some("true")));
    let (location, mut shown) = (made.header("location").unwrap().to_owned(), made.json());
    let token = text(&shown["token"]);
    assert_eq!(shown["url"], json!(format!("{}/h/{token}", server.app.public_url())));
    for secret in ["token", "url"] {
        shown.as_object_mut().unwrap().remove(secret);
    }
    assert_eq!(only(&shown, &["label", "status", "last_used_at"]), json!(["Startseite", "active", null]));
    assert_eq!(shown["allowed_actions"], json!(["rotate", "revoke"]));
    assert_eq!(desk.get(&location).await, shown);
    let list = desk.get(&desk.of("balance-links?include=total_count")).await;
    assert_eq!((&list["data"], &list["total_count"]), (&json!([shown]), &json!(1)));
    let rotated = desk.post(&format!("{location}/rotate"), Value::Null).await.expect(200);
    has(&rotated, &[("cache-control", "no-store")]);
    let other = text(&rotated.json()["token"]);
    desk.post(&format!("{location}/revoke"), Value::Null).await.expect(200);
    let events = desk.get(&format!("/v1/events?resource_id={}&sort=seq", id(&shown))).await;
    let types: Vec<&Value> = events["data"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["balance_link.created", "balance_link.rotated", "balance_link.revoked"]);
    assert_eq!(events["data"][0]["data"], shown);
    let told = [events, desk.get(&location).await, desk.get(&desk.of("balance-links")).await];
    for (secret, told) in [&token, &other].iter().flat_map(|secret| told.iter().map(move |told| (secret, told))) {
        assert!(!told.to_string().contains(secret.as_str()), "{told}");
    }
    let past = desk.post(&desk.of("balance-links"), json!({"expires_at": "2026-06-20T10:00:00Z"})).await;
    assert_eq!(pointers(&past.expect(422).json()), ["/expires_at"]);
}

#[on_both]
async fn an_address_that_was_replaced_is_unknown_and_one_that_was_taken_back_is_gone(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let (made, nobody) = (desk.link(json!({})).await, &server.client);
    let path = desk.link_path(&made);
    let rotate = format!("{path}/rotate");
    desk.anna.post(&rotate).header("if-match", "\"9-x\"").send().await.expect(412);
    let rotated = desk.post(&rotate, Value::Null).await.expect(200).json();
    assert_ne!(rotated["token"], made["token"]);
    assert_eq!(only(&rotated, &["version", "rotated_at"]), json!([2, "2026-06-20T10:00:00Z"]));
    nobody.get(&address(&made)).send().await.expect(404);
    nobody.get(&address(&rotated)).send().await.expect(200);
    let revoked = desk.post(&format!("{path}/revoke"), Value::Null).await.expect(200).json();
    assert_eq!(only(&revoked, &["status", "allowed_actions"]), json!(["revoked", []]));
    for (ending, language, detail) in [
        ("", "en", "This link is no longer valid: it was revoked. Ask for a new one."),
        (".svg", "de", "Dieser Link gilt nicht mehr: er wurde zurückgezogen. Bitten Sie um einen neuen."),
    ] {
        let gone = nobody.get(&format!("{}{ending}", address(&rotated))).header("accept-language", language);
        let gone = gone.send().await.expect(410);
        let shown = only(&gone.json(), &["code", "reason", "instance", "detail"]);
        assert_eq!(shown, json!(["link_closed", "revoked", PATTERN, detail]));
        has(&gone, &[("cache-control", "no-store"), ("x-robots-tag", "noindex")]);
    }
    for act in ["rotate", "revoke"] {
        let refused = desk.post(&format!("{path}/{act}"), Value::Null).await.expect(409).json();
        assert_eq!(only(&refused, &["code", "allowed_actions"]), json!(["action_not_allowed", []]));
    }
}

#[on_both]
async fn a_link_ends_by_the_clock(server: Server) {
    let mut desk = desk(&server, package(10, json!({}))).await;
    let link = desk.link(json!({"expires_at": "2026-06-20T11:00:00Z"})).await;
    let lasting = desk.link(json!({"label": "Bleibt"})).await;
    server.client.get(&address(&link)).send().await.expect(200);
    desk.at(&server, "2026-06-20T11:00:00Z").await;
    let gone = server.client.get(&address(&link)).send().await.expect(410).json();
    assert_eq!(only(&gone, &["code", "reason"]), json!(["link_closed", "expired"]));
    let shown = desk.get(&desk.link_path(&link)).await;
    assert_eq!(only(&shown, &["status", "allowed_actions", "version"]), json!(["expired", [], 1]));
    desk.post(&desk.of(&format!("balance-links/{}/rotate", id(&link))), Value::Null).await.expect(409);
    desk.post(&format!("{}/revoke", desk.link_path(&desk.link(json!({})).await)), Value::Null).await.expect(200);
    for (status, count) in [("active", 1), ("expired", 1), ("revoked", 1), ("active,expired", 2)] {
        let list = desk.get(&desk.of(&format!("balance-links?status={status}&include=total_count"))).await;
        assert_eq!((list["data"].as_array().unwrap().len(), &list["total_count"]), (count, &json!(count)));
    }
    server.client.get(&address(&lasting)).send().await.expect(200);
}

#[on_both]
async fn a_link_is_its_workspaces_assistants_affair(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let path = desk.link_path(&desk.link(json!({})).await);
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let carla = server.assistant("carla").await;
    let elsewhere = desk.engaged(package(1, json!({}))).await;
    for (who, status) in [(&klara, 403), (&carla, 404)] {
        who.get(&path).send().await.expect(status);
        who.get(&desk.of("balance-links")).send().await.expect(status);
        who.post(&desk.of("balance-links")).json(&json!({})).send().await.expect(status);
        who.post(&format!("{path}/rotate")).send().await.expect(status);
        who.post(&format!("{path}/revoke")).send().await.expect(status);
    }
    let other = path.replace(&desk.engagement, &elsewhere);
    desk.anna.get(&other).send().await.expect(404);
    let events = klara.get("/v1/events?limit=200").send().await.expect(200).json();
    assert!(!events.to_string().contains("balance_link"), "{events}");
}

#[on_both]
async fn what_is_put_away_closes_its_links_and_is_not_held_by_them(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let (link, nobody) = (desk.link(json!({})).await, &server.client);
    let reason = async |status| nobody.get(&address(&link)).send().await.expect(status).json()["reason"].clone();
    let client = format!("/v1/clients/{}", desk.client);
    desk.post(&format!("{client}/archive"), Value::Null).await.expect(200);
    assert_eq!(reason(410).await, json!("archived"));
    let refused = desk.post(&desk.of("balance-links"), json!({})).await.expect(409).json();
    assert_eq!(refused["code"], json!("client_archived"));
    desk.post(&format!("{client}/unarchive"), Value::Null).await.expect(200);
    act(&desk.anna, &desk.engagement, "end").await.expect(200);
    assert_eq!(reason(200).await, Value::Null);
    act(&desk.anna, &desk.engagement, "archive").await.expect(200);
    assert_eq!(reason(410).await, json!("archived"));
    let proposed = id(&draft(&desk.anna, &desk.client, "Entwurf").await);
    for engagement in [&desk.engagement, &proposed] {
        let links = format!("/v1/engagements/{engagement}/balance-links");
        let refused = desk.post(&links, json!({})).await.expect(409).json();
        assert_eq!(refused["code"], json!("engagement_not_active"));
    }
    let workspace = desk.anna.get("/v1/workspace").send().await.expect(200);
    let delete = desk.anna.delete("/v1/workspace").header("if-match", workspace.header("etag").unwrap());
    delete.send().await.expect(204);
    nobody.get(&address(&link)).send().await.expect(404);
}

#[on_both]
async fn a_use_is_noted_once_an_hour_and_is_no_change(server: Server) {
    let mut desk = desk(&server, package(10, json!({}))).await;
    let link = desk.link(json!({})).await;
    let seen = async |desk: &Desk| desk.get(&desk.link_path(&link)).await;
    let clients = desk.anna.get("/v1/clients").send().await.expect(200);
    let noted = async |desk: &Desk, at: &str| {
        while seen(desk).await["last_used_at"] != json!(at) {
            server.client.get(&address(&link)).send().await.expect(200);
        }
    };
    noted(&desk, "2026-06-20T10:00:00Z").await;
    let shown = seen(&desk).await;
    assert_eq!(only(&shown, &["version", "updated_at"]), only(&link, &["version", "updated_at"]));
    let now = desk.anna.get("/v1/clients").send().await.expect(200);
    assert_eq!((now.header("etag"), &now.json()["as_of"]), (clients.header("etag"), &clients.json()["as_of"]));
    desk.at(&server, "2026-06-20T10:59:59Z").await;
    for _ in 0..5 {
        server.client.get(&address(&link)).send().await.expect(200);
        assert_eq!(seen(&desk).await["last_used_at"], json!("2026-06-20T10:00:00Z"));
    }
    desk.at(&server, "2026-06-20T11:00:00Z").await;
    noted(&desk, "2026-06-20T11:00:00Z").await;
}
