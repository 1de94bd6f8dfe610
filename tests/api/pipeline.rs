//! What holds for every operation: bodies, headers, methods, languages, limits.

use crate::{
    people::{id, new_client},
    server::Server,
    support::databases::on_both,
};
use serde_json::json;

#[on_both]
async fn what_is_not_json_is_refused_with_the_place(server: Server) {
    let anna = server.assistant("anna").await;
    let deep = format!("{}{}", "[".repeat(70), "]".repeat(70));
    for body in ["", "{", "[]", "null", "{\"name\":\"A\",\"name\":\"B\"}", "{\"name\":\"A\"} x", deep.as_str()] {
        let refused = anna.post("/v1/clients").body("application/json", body).send().await;
        assert!([400, 422].contains(&refused.status), "{body:?} {}", refused.status);
    }
    let bytes = b"{\"name\":\"\xff\"}".to_vec();
    assert_eq!(
        anna.post("/v1/clients").body("application/json", bytes).send().await.expect(400).json()["code"],
        "invalid_json"
    );
    let large = format!("{{\"name\":\"{}\"}}", "a".repeat(1 << 20));
    assert_eq!(
        anna.post("/v1/clients").body("application/json", large).send().await.expect(413).json()["code"],
        "content_too_large"
    );
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"] {
        anna.post("/v1/clients").body(kind, "{\"name\":\"A\"}").send().await.expect(415);
    }
    let client = id(&new_client(&anna, "A").await);
    let path = format!("/v1/clients/{client}");
    anna.patch(&path).body("application/json", "{\"name\":\"B\"}").send().await.expect(200);
    let refused = anna.patch(&path).body("text/plain", "{}").send().await.expect(415);
    assert_eq!(refused.header("accept-patch"), Some("application/merge-patch+json"));
}

#[on_both]
async fn authorisation_and_existence_come_before_the_body(server: Server) {
    let anna = server.assistant("anna").await;
    server.client.post("/v1/clients").body("application/json", "{").send().await.expect(401);
    let missing = "/v1/clients/01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90";
    anna.patch(missing).body("application/json", "{").send().await.expect(404);
    let client = id(&new_client(&anna, "A").await);
    let stale =
        anna.patch(&format!("/v1/clients/{client}")).header("if-match", "\"99-0\"").json(&json!({"name": ""}));
    stale.send().await.expect(422);
}

#[on_both]
async fn credentials_are_told_apart(server: Server) {
    let none = server.client.get("/v1/clients").send().await.expect(401);
    assert_eq!(none.header("www-authenticate"), Some("Bearer realm=\"vorzimmer\""));
    for token in ["garbage", "vz_key_garbage", "a.b.c"] {
        let bad = server.client.get("/v1/clients").bearer(token).send().await.expect(401);
        assert!(bad.header("www-authenticate").unwrap().contains("invalid_token"), "{token}");
    }
    let answer = server.register("anna").await;
    let token = answer["access_token"].as_str().unwrap();
    let lower = server.client.get("/v1/clients").header("authorization", &format!("bearer {token}"));
    lower.send().await.expect(200);
    let refresh = answer["refresh_token"].as_str().unwrap();
    server.client.get("/v1/clients").bearer(refresh).send().await.expect(401);
    let mut forged = token.to_owned();
    forged.truncate(token.len() - 4);
    server.client.get("/v1/clients").bearer(&format!("{forged}AAAA")).send().await.expect(401);
}

#[on_both]
async fn every_answer_carries_its_headers(server: Server) {
    let anna = server.assistant("anna").await;
    let answer = anna.get("/v1/clients").header("request-id", "my-id-1").send().await.expect(200);
    assert_eq!(answer.header("request-id"), Some("my-id-1"));
    assert!(answer.header("ratelimit-policy").unwrap().starts_with("\"default\";q="));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "private, no-cache"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let german = anna
        .get("/v1/clients?shoes=1")
        .header("accept-language", "de-AT, en;q=0.5")
        .send()
        .await
        .expect(400)
        .json();
    assert_eq!(german["title"], "Ungültiger Parameter");
    let odd = anna.get("/v1/clients").header("request-id", "spaces are odd").send().await.expect(200);
    assert_ne!(odd.header("request-id"), Some("spaces are odd"));
}

#[on_both]
async fn methods_and_heads_answer_as_http_says(server: Server) {
    let anna = server.assistant("anna").await;
    let wrong = anna.put("/v1/clients").undocumented().send().await.expect(405);
    assert_eq!(wrong.header("allow"), Some("GET, POST, HEAD, OPTIONS"));
    let head = anna.request("HEAD", "/v1/clients").undocumented().send().await.expect(200);
    assert!(head.body.is_empty() && head.header("etag").is_some());
    anna.get("/v1/clients/").undocumented().send().await.expect(404);
    anna.get(&format!("/v1/clients?q={}", "a".repeat(9000))).send().await.expect(414);
    let long = anna.get("/v1/clients").header("x-long", &"a".repeat(40_000)).send().await.expect(431);
    assert_eq!(long.json()["code"], "header_too_large");
}

#[on_both]
async fn browsers_may_call_from_this_machine(server: Server) {
    let preflight = server
        .client
        .request("OPTIONS", "/v1/clients")
        .undocumented()
        .header("origin", "http://localhost:5173")
        .header("access-control-request-method", "PATCH")
        .header("access-control-request-headers", "authorization,if-match");
    let preflight = preflight.send().await.expect(200);
    assert_eq!(preflight.header("access-control-allow-origin"), Some("http://localhost:5173"));
    let foreign = server.client.get("/healthz").header("origin", "https://evil.example").send().await.expect(200);
    assert_eq!(foreign.header("access-control-allow-origin"), None);
}

#[on_both]
async fn a_cursor_goes_on_whatever_is_asked_beside_the_rows(server: Server) {
    let anna = server.assistant("anna").await;
    for name in ["A", "B", "C"] {
        new_client(&anna, name).await;
    }
    let first = anna.get("/v1/clients?limit=2&include=total_count").send().await.expect(200).json();
    assert_eq!(first["total_count"], 3);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = anna.get(&format!("/v1/clients?cursor={cursor}")).send().await.expect(200).json();
    assert_eq!((second["data"].as_array().map(Vec::len), &second["has_more"]), (Some(1), &json!(false)));
    anna.get(&format!("/v1/clients?cursor={cursor}&status=active")).send().await.expect(400);
}

#[on_both]
async fn large_answers_are_compressed_with_a_tag_of_their_own(server: Server) {
    let anna = server.assistant("anna").await;
    for i in 0..10 {
        new_client(&anna, &format!("Client {i}")).await;
    }
    let plain = anna.get("/v1/clients").send().await.expect(200);
    let packed = anna.get("/v1/clients").undocumented().header("accept-encoding", "gzip").send().await.expect(200);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_ne!(packed.header("etag"), plain.header("etag"));
    anna.get("/v1/clients").header("if-none-match", packed.header("etag").unwrap()).send().await.expect(304);
}

#[on_both]
async fn an_address_whose_id_is_none_is_not_found_whatever_is_sent_to_it(server: Server) {
    let anna = server.assistant("anna").await;
    for path in [
        "/v1/tasks/nonsense/start",
        "/v1/engagements/nonsense/propose",
        "/v1/engagements/nonsense/terms/nonsense/withdraw",
        "/v1/engagements/nonsense/terms/nonsense/apply",
        "/v1/clients/nonsense/archive",
        "/v1/invitations/nonsense/revoke",
        "/v1/share-links/nonsense/revoke",
        "/v1/members/nonsense/make-owner",
    ] {
        for body in ["{", "{\"x\": 1}"] {
            let refused = anna.post(path).body("application/json", body).send().await;
            assert_eq!(refused.status, 404, "{path} {body}");
        }
    }
}
