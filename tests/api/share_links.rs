//! Share links: how they are judged, kept, changed and found.

use crate::{
    client::TestClient,
    people::{changes_of, id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};
use vorzimmer::db::sql;

/// An external link of this client's, with more members.
pub async fn new_link(by: &TestClient, client: &str, url: &str, more: Value) -> Value {
    by.post("/v1/share-links").json(&link(client, url, more)).send().await.expect(201).json()
}

/// The body of a new external link.
pub fn link(client: &str, url: &str, more: Value) -> Value {
    let mut body = json!({"source": "external", "client_id": client, "url": url});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// The codes of a link's warnings, in their order.
pub fn codes(link: &Value) -> Vec<&str> {
    link["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect()
}

pub fn path(link: &Value) -> String {
    format!("/v1/share-links/{}", id(link))
}

#[on_both]
async fn a_link_is_brought_into_its_normal_form_and_judged(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let url = "HTTPS://WWW.Dropbox.com:443/scl/fi/AbC/x.pdf?rlkey=k&utm_source=mail&dl=0";
    let body = link(&client, url, json!({"title": "Belege", "client_note": "Bitte holen"}));
    let made = anna.post("/v1/share-links").json(&body).send().await.expect(201);
    let link = made.json();
    assert_eq!(link["url"], "https://www.dropbox.com/scl/fi/AbC/x.pdf?rlkey=k");
    assert_eq!(
        (&link["provider"]["slug"], &link["provider"]["operator_country"]),
        (&json!("dropbox"), &json!("US"))
    );
    assert_eq!(codes(&link), ["non_eu_operator", "no_password", "no_expiry", "no_dpa_on_file"]);
    assert_eq!(link["alternatives"], json!(["hidrive", "tresorit", "proton_drive"]));
    assert_eq!(
        (&link["expires_at"], &link["expiry_kind"], &link["status"]),
        (&json!(null), &json!(null), &json!("active"))
    );
    assert_eq!(
        (&link["added_by"], &link["visibility"], &link["has_fragment"]),
        (&json!("assistant"), &json!("shared"), &json!(false))
    );
    assert_eq!(link["allowed_actions"], json!(["edit", "revoke", "delete"]));
    let read = anna.get(made.header("location").unwrap()).send().await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (link, made.header("etag")));
}

#[on_both]
async fn warnings_speak_the_callers_language(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let made = new_link(&anna, &client, "https://files.example.com/x", json!({})).await;
    assert_eq!(codes(&made), ["no_password", "no_expiry", "unknown_provider", "no_dpa_on_file"]);
    assert_eq!((&made["provider"], &made["alternatives"][0]), (&json!(null), &json!("hidrive")));
    // Its form tells the software and not who runs it.
    let own = new_link(&anna, &client, "https://pan.example.com/s/1aBcDeFgH", json!({"password": "geheim"})).await;
    assert_eq!(
        (codes(&own), &own["provider"]["slug"]),
        (vec!["no_expiry", "unknown_provider", "no_dpa_on_file"], &json!("nextcloud"))
    );
    let german = anna.get(&path(&made)).header("accept-language", "de-DE").send().await.expect(200).json();
    assert!(german["warnings"][0]["detail"].as_str().unwrap().starts_with("Alle, die den Link haben"));
    assert!(made["warnings"][0]["detail"].as_str().unwrap().starts_with("Everybody who has the link"));
}

#[on_both]
async fn what_opens_a_link_is_given_at_its_own_address_alone(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let url = "https://drive.proton.me/urls/ABC#frAgment-Secret";
    let body = link(&client, url, json!({"password": "pAssword-Secret", "title": "Verträge"}));
    let made =
        anna.post("/v1/share-links").header("idempotency-key", "k").json(&body).send().await.expect(201).json();
    assert_eq!(
        (&made["url"], &made["has_fragment"], &made["has_password"]),
        (&json!("https://drive.proton.me/urls/ABC"), &json!(true), &json!(true))
    );
    assert_eq!(codes(&made), ["no_expiry", "contains_secret_fragment", "no_dpa_on_file"]);
    anna.patch(&path(&made)).json(&json!({"title": "Neu"})).send().await.expect(200);
    let secret = anna.get(&format!("{}/secret", path(&made))).send().await.expect(200);
    assert_eq!(secret.json(), json!({"url": url, "password": "pAssword-Secret"}));
    assert_eq!(secret.header("cache-control"), Some("no-store"));
    assert!(ids(&anna.get("/v1/share-links?q=secret").send().await.expect(200).json()).is_empty());
    for shown in [
        path(&made),
        "/v1/share-links".to_owned(),
        "/v1/share-links?updated_since=2026-03-01T00:00:00Z".to_owned(),
        "/v1/events".to_owned(),
    ] {
        let answer = anna.get(&shown).send().await.expect(200);
        assert!(!String::from_utf8_lossy(&answer.body).contains("Secret"), "{shown}");
    }
    // Nor is it in the clear at rest, whatever column it might have been put into.
    let mut conn = server.app.db.read().await.unwrap();
    let stored: (Vec<u8>, Vec<u8>, String, String) = conn
        .one(sql("SELECT sealed_fragment, sealed_password, url, place_key || search_text || search_internal FROM share_links"))
        .await
        .unwrap();
    let stored = format!(
        "{}{}{}{}",
        String::from_utf8_lossy(&stored.0),
        String::from_utf8_lossy(&stored.1),
        stored.2,
        stored.3
    );
    assert!(!stored.to_lowercase().contains("secret"));
    let kept: Vec<(Vec<u8>,)> = conn.all(sql("SELECT answer FROM idempotency_keys")).await.unwrap();
    assert!(kept.iter().all(|(answer,)| !String::from_utf8_lossy(answer).contains("Secret")));
    anna.delete(&path(&made)).send().await.expect(204);
    anna.get(&format!("{}/secret", path(&made))).send().await.expect(404);
    let left: Option<i64> = conn
        .scalar(sql(
            "SELECT COUNT(*) FROM share_links WHERE sealed_fragment IS NOT NULL OR sealed_password IS NOT NULL",
        ))
        .await
        .unwrap();
    assert_eq!(left, Some(0), "a tombstone keeps no secret");
}

#[on_both]
async fn every_fault_of_a_body_is_named_at_once(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    for source in ["hosted", "connector", "attic"] {
        let mut body = link(&client, "https://example.com/x", json!({"file_ids": [], "max_downloads": 1}));
        body["source"] = json!(source);
        let refused = anna.post("/v1/share-links").json(&body).send().await.expect(422).json();
        assert_eq!(pointers(&refused), ["/file_ids", "/max_downloads", "/source"]);
        let fault = refused["errors"]
            .as_array()
            .unwrap()
            .iter()
            .find(|fault| fault["pointer"] == "/source")
            .unwrap()
            .clone();
        assert_eq!(
            (&fault["code"], &fault["detail"]),
            (&json!("unknown_value"), &json!("This must be one of: external."))
        );
    }
    let bad = json!({"source": "external", "url": "https://anna:pw@example.com/x#key", "expires_at": "2026-03-02T09:00:00Z"});
    let refused = anna.post("/v1/share-links").json(&bad).send().await.expect(422);
    assert_eq!(pointers(&refused.json()), ["/client_id", "/expires_at", "/url"]);
    assert!(!String::from_utf8_lossy(&refused.body).contains("pw@"), "a refusal repeats no secret");
    for (more, pointer) in [
        (json!({"title": "two\nlines"}), "/title"),
        (json!({"password": " "}), "/password"),
        (json!({"password": "x".repeat(201)}), "/password"),
        (json!({"url": "ftp://example.com/x"}), "/url"),
        (json!({"url": format!("https://example.com/{}", "x".repeat(3981))}), "/url"),
        (json!({"url": "https://a..b/"}), "/url"),
        (json!({"expires_at": "tomorrow"}), "/expires_at"),
        (json!({"source": "external", "visibility": 1}), "/visibility"),
        (json!({"client_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"}), "/client_id"),
        (json!({"engagement_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "task_id": null}), "/engagement_id"),
        (json!({"task_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"}), "/task_id"),
    ] {
        let body = link(&client, "https://example.com/x", more.clone());
        let mut found = pointers(&anna.post("/v1/share-links").json(&body).send().await.expect(422).json());
        found.dedup();
        assert_eq!(found, [pointer], "{more}");
    }
    assert!(ids(&anna.get("/v1/share-links").send().await.json()).is_empty());
    anna.post(&format!("/v1/clients/{client}/archive")).send().await.expect(200);
    let late = anna
        .post("/v1/share-links")
        .json(&link(&client, "https://example.com/x", json!({})))
        .send()
        .await
        .expect(409);
    assert_eq!(late.json()["code"], "client_archived");
}

#[on_both]
async fn the_end_is_what_is_declared_else_what_the_provider_is_known_for(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let made = new_link(&anna, &client, "https://we.tl/t-abc", json!({})).await;
    // Three days from now; `created_at` orders, and may be ahead of the clock.
    let assumed = json!(server.app.clock.now().plus_seconds(3 * 86_400));
    assert_eq!((&made["expires_at"], &made["expiry_kind"]), (&assumed, &json!("assumed")));
    let declare = json!({"expires_at": "2026-04-01T00:00:00+02:00"});
    let declared = anna.patch(&path(&made)).json(&declare).send().await.expect(200).json();
    assert_eq!(
        (&declared["expires_at"], &declared["expiry_kind"]),
        (&json!("2026-03-31T22:00:00Z"), &json!("declared"))
    );
    let open = anna.patch(&path(&made)).json(&json!({"expires_at": null})).send().await.expect(200).json();
    assert_eq!(
        (&open["expires_at"], &open["expiry_kind"]),
        (&made["expires_at"], &json!("assumed")),
        "counted from when it became known"
    );
    let past = anna
        .patch(&path(&made))
        .json(&json!({"expires_at": "2026-03-01T00:00:00Z"}))
        .send()
        .await
        .expect(422)
        .json();
    assert_eq!(
        (&past["errors"][0]["pointer"], &past["errors"][0]["code"]),
        (&json!("/expires_at"), &json!("in_the_past"))
    );
}

#[on_both]
async fn a_patch_changes_what_it_names_but_never_where_the_link_leads(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let made = new_link(
        &anna,
        &client,
        "https://mega.nz/file/a#key",
        json!({"title": "Alt", "password": "geheim-1", "internal_note": "x"}),
    )
    .await;
    let (link, secret) = (path(&made), format!("{}/secret", path(&made)));
    let fixed = json!({"url": "https://mega.nz/file/b#key", "source": "external", "client_id": client});
    let refused = anna.patch(&link).json(&fixed).send().await.expect(422).json();
    assert_eq!(pointers(&refused), ["/client_id", "/source", "/url"]);
    let changed =
        anna.patch(&link).json(&json!({"title": null, "internal_note": "y"})).send().await.expect(200).json();
    assert_eq!(
        (&changed["title"], &changed["internal_note"], &changed["version"]),
        (&json!(null), &json!("y"), &json!(2))
    );
    assert_eq!(
        anna.get(&secret).send().await.json(),
        json!({"url": "https://mega.nz/file/a#key", "password": "geheim-1"})
    );
    let same = anna.patch(&link).json(&json!({"password": "geheim-1"})).send().await.expect(200).json();
    assert_eq!(same["version"], 2, "the same password is no change");
    let other = anna.patch(&link).json(&json!({"password": "geheim-2"})).send().await.expect(200).json();
    assert_eq!((&other["version"], &other["has_password"]), (&json!(3), &json!(true)));
    assert_eq!(anna.get(&secret).send().await.json()["password"], "geheim-2");
    let none = anna.patch(&link).json(&json!({"password": null})).send().await.expect(200).json();
    assert_eq!((&none["version"], &none["has_password"]), (&json!(4), &json!(false)));
    assert_eq!(
        anna.get(&secret).send().await.json(),
        json!({"url": "https://mega.nz/file/a#key", "password": null})
    );
    let stale = anna
        .patch(&link)
        .header("if-match", "\"2-0\"")
        .json(&json!({"title": "Neu"}))
        .send()
        .await
        .expect(412)
        .json();
    assert_eq!(stale["code"], "precondition_failed");
}

#[on_both]
async fn a_link_expires_by_itself_and_can_be_extended(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let made =
        new_link(&anna, &client, "https://my.hidrive.com/lnk/a", json!({"expires_at": "2026-03-02T09:05:00Z"}))
            .await;
    let revoked =
        new_link(&anna, &client, "https://my.hidrive.com/lnk/b", json!({"expires_at": "2026-03-02T09:05:00Z"}))
            .await;
    anna.post(&format!("{}/revoke", path(&revoked))).send().await.expect(200);
    let of = async |status: &str| {
        ids(&anna.get(&format!("/v1/share-links?status={status}")).send().await.expect(200).json())
    };
    assert_eq!((of("active").await, of("expired").await), (vec![id(&made)], vec![]));
    server.app.clock.set("2026-03-02T09:05:00Z".parse().unwrap());
    assert_eq!(
        (of("active").await, of("expired").await, of("revoked").await),
        (vec![], vec![id(&made)], vec![id(&revoked)])
    );
    assert_eq!(of("expired,revoked").await.len(), 2);
    assert_eq!(anna.get(&path(&made)).send().await.expect(200).json()["status"], "expired");
    let expired = async || anna.get("/v1/events?type=share_link.expired").send().await.expect(200).json();
    for _ in 0..2 {
        crate::server::run_due(&server.app).await.unwrap();
        let told = expired().await;
        assert_eq!(told["data"].as_array().unwrap().len(), 1, "told once, and not of what was revoked");
        assert_eq!(
            (&told["data"][0]["resource"]["id"], &told["data"][0]["data"]["status"]),
            (&json!(id(&made)), &json!("expired"))
        );
        assert_eq!(changes_of(&told["data"][0]), json!({"status": {"before": "active", "after": "expired"}}));
    }
    let extended = anna
        .patch(&path(&made))
        .json(&json!({"expires_at": "2026-04-01T00:00:00Z"}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(extended["status"], "active");
    let sooner = json!({"expires_at": "2026-03-02T09:10:00Z"});
    anna.patch(&path(&made)).json(&sooner).send().await.expect(200);
    server.app.clock.set("2026-03-02T09:10:00Z".parse().unwrap());
    crate::server::run_due(&server.app).await.unwrap();
    assert_eq!(expired().await["data"].as_array().unwrap().len(), 2, "each end is told of");
}

#[on_both]
async fn revoking_is_final(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let made = new_link(&anna, &client, "https://my.hidrive.com/lnk/a", json!({})).await;
    let calls = (0..50).map(|_| {
        let call = anna.post(&format!("{}/revoke", path(&made)));
        async move { call.send().await }
    });
    let answers = futures_util::future::join_all(calls).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(
        (&won[0].json()["status"], &won[0].json()["allowed_actions"]),
        (&json!("revoked"), &json!(["delete"]))
    );
    let lost = answers.iter().find(|answer| answer.status == 409).unwrap().json();
    assert_eq!((&lost["code"], &lost["allowed_actions"]), (&json!("action_not_allowed"), &json!(["delete"])));
    let late = anna.patch(&path(&made)).json(&json!({"title": "Neu"})).send().await.expect(409).json();
    assert_eq!(late["code"], "action_not_allowed");
    assert_eq!(ids(&anna.get("/v1/events?type=share_link.revoked").send().await.expect(200).json()).len(), 1);
    anna.delete(&path(&made)).send().await.expect(204);
    anna.get(&path(&made)).send().await.expect(404);
}
