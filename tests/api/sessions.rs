//! Sessions: refreshing, reuse, logging out, revoking.

use crate::{
    people::{id, ids},
    server::Server,
    support::databases::on_both,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

fn refresh_body(tokens: &Value) -> Value {
    json!({"refresh_token": tokens["refresh_token"]})
}

impl Server {
    async fn refresh(&self, tokens: &Value) -> crate::client::Reply {
        self.client.post("/v1/auth/refresh").json(&refresh_body(tokens)).send().await
    }
}

const DAY: i64 = 86_400;

#[on_both]
async fn of_fifty_refreshes_with_one_token_at_most_one_succeeds(server: Server) {
    let tokens = server.register("anna").await;
    let tries = (0..50).map(|_| {
        let request = server.client.post("/v1/auth/refresh").json(&refresh_body(&tokens));
        async move { request.send().await }
    });
    let replies = join_all(tries).await;
    let good: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert!(good.len() <= 1, "{} succeeded", good.len());
    assert!(replies.iter().all(|reply| matches!(reply.status, 200 | 401)));
    // The token came twice: the whole family has ended, the winner's tokens too.
    server.caller(&tokens).get("/v1/me").send().await.expect(401);
    for reply in good {
        server.caller(&reply.json()).get("/v1/me").send().await.expect(401);
        server.refresh(&reply.json()).await.expect(401);
    }
}

#[on_both]
async fn reuse_ends_the_family_and_no_other(server: Server) {
    let first = server.register("anna").await;
    let other = server.log_in("anna").await;
    let second = server.refresh(&first).await.expect(200).json();
    let third = server.refresh(&second).await.expect(200).json();
    server.caller(&third).get("/v1/me").send().await.expect(200);
    let stolen = server.refresh(&first).await.expect(401);
    assert_eq!(stolen.json()["code"], "invalid_token");
    assert_eq!(stolen.header("www-authenticate"), Some("Bearer realm=\"vorzimmer\", error=\"invalid_token\""));
    for tokens in [&first, &second, &third] {
        server.caller(tokens).get("/v1/me").send().await.expect(401);
        server.refresh(tokens).await.expect(401);
    }
    server.caller(&other).get("/v1/me").send().await.expect(200);
    server.refresh(&other).await.expect(200);
}

#[on_both]
async fn no_kind_of_token_stands_in_for_another(server: Server) {
    let tokens = server.register("anna").await;
    let anna = server.caller(&tokens);
    let key = anna
        .post("/v1/api-keys")
        .json(&json!({"name": "K", "scopes": ["clients:read"]}))
        .send()
        .await
        .expect(201)
        .json();
    for wrong in [&tokens["access_token"], &key["secret"], &json!("vz_ref_AAAA"), &json!("garbage")] {
        server.client.post("/v1/auth/refresh").json(&json!({"refresh_token": wrong})).send().await.expect(401);
        server.client.post("/v1/auth/logout").json(&json!({"refresh_token": wrong})).send().await.expect(204);
    }
    server.client.with_bearer(tokens["refresh_token"].as_str().unwrap()).get("/v1/me").send().await.expect(401);
    anna.get("/v1/me").send().await.expect(200);
}

#[on_both]
async fn tokens_and_sessions_end_with_time(server: Server) {
    let tokens = server.register("anna").await;
    server.pass(899);
    server.caller(&tokens).get("/v1/me").send().await.expect(200);
    server.pass(1);
    server.caller(&tokens).get("/v1/me").send().await.expect(401);
    server.pass(29 * DAY);
    let tokens = server.refresh(&tokens).await.expect(200).json();
    server.pass(30 * DAY);
    server.refresh(&tokens).await.expect(401);
    let mut tokens = server.log_in("anna").await;
    for _ in 0..3 {
        server.pass(29 * DAY);
        tokens = server.refresh(&tokens).await.expect(200).json();
    }
    server.pass(3 * DAY);
    server.refresh(&tokens).await.expect(401);
    server.log_in("anna").await;
}

#[on_both]
async fn logging_out_ends_the_access_token_at_once(server: Server) {
    let tokens = server.register("anna").await;
    let (anna, other) = (server.caller(&tokens), server.caller(&server.log_in("anna").await));
    anna.get("/v1/me").send().await.expect(200);
    for _ in 0..2 {
        server.client.post("/v1/auth/logout").json(&refresh_body(&tokens)).send().await.expect(204);
    }
    anna.get("/v1/me").send().await.expect(401);
    server.refresh(&tokens).await.expect(401);
    other.get("/v1/me").send().await.expect(200);
}

#[on_both]
async fn a_person_lists_and_ends_her_own_sessions(server: Server) {
    let first = server.register("anna").await;
    server.pass(60);
    let second = server.log_in("anna").await;
    let (anna, berta) = (server.caller(&second), server.assistant("berta").await);
    let sessions = anna.get("/v1/sessions?include=total_count").send().await.expect(200).json();
    assert_eq!(
        (&sessions["total_count"], &sessions["data"][0]["current"], &sessions["data"][1]["current"]),
        (&json!(2), &json!(true), &json!(false))
    );
    let old = format!("/v1/sessions/{}", id(&sessions["data"][1]));
    berta.delete(&old).send().await.expect(404);
    server.caller(&first).get("/v1/me").send().await.expect(200);
    anna.delete(&old).send().await.expect(204);
    server.caller(&first).get("/v1/me").send().await.expect(401);
    server.refresh(&first).await.expect(401);
    anna.delete(&old).send().await.expect(404);
    assert_eq!(ids(&anna.get("/v1/sessions").send().await.expect(200).json()).len(), 1);
    let page =
        anna.get("/v1/sessions?limit=1&sort=last_used_at&q=nothing-like-it").send().await.expect(200).json();
    assert!(ids(&page).is_empty());
    let key = server.automation(&anna, &["workspace:read"]).await;
    key.get("/v1/sessions").send().await.expect(403);
}

#[on_both]
async fn a_token_that_is_used_twice_is_known_however_old(server: Server) {
    let first = server.register("anna").await;
    let second = server.refresh(&first).await.expect(200).json();
    server.pass(20 * DAY);
    let third = server.refresh(&second).await.expect(200).json();
    server.pass(20 * DAY);
    let fourth = server.refresh(&third).await.expect(200).json();
    server.refresh(&first).await.expect(401);
    server.refresh(&fourth).await.expect(401);
    server.caller(&fourth).get("/v1/me").send().await.expect(401);
}

#[on_both]
async fn no_access_token_outlives_its_session(server: Server) {
    let mut tokens = server.register("anna").await;
    for _ in 0..3 {
        server.pass(29 * DAY);
        tokens = server.refresh(&tokens).await.expect(200).json();
    }
    server.pass(3 * DAY - 60);
    let tokens = server.refresh(&tokens).await.expect(200).json();
    server.caller(&tokens).get("/v1/me").send().await.expect(200);
    server.pass(61);
    server.caller(&tokens).get("/v1/me").send().await.expect(401);
}

#[on_both]
async fn ending_a_session_honours_its_tag(server: Server) {
    let first = server.register("anna").await;
    let old = id(&server.caller(&first).get("/v1/sessions").send().await.expect(200).json()["data"][0]);
    let first = server.refresh(&first).await.expect(200).json();
    let anna = server.caller(&server.log_in("anna").await);
    let end = |tag: &str| anna.delete(&format!("/v1/sessions/{old}")).header("if-match", tag);
    end("\"1-0\"").send().await.expect(412);
    server.caller(&first).get("/v1/me").send().await.expect(200);
    end("\"2-0\"").send().await.expect(204);
    server.caller(&first).get("/v1/me").send().await.expect(401);
}

#[on_both]
async fn logging_out_with_nothing_costs_nobody_anything(server: Server) {
    let tokens = server.register("anna").await;
    let bearer = tokens["access_token"].as_str().unwrap();
    let (callers, db, clock) = (&server.app.callers, &server.app.db, &server.app.clock);
    let before = callers.find(bearer, db, clock).await.unwrap();
    let made_up = vorzimmer::platform::auth::SecretKind::Refresh.make().text;
    server.client.post("/v1/auth/logout").json(&json!({"refresh_token": made_up})).send().await.expect(204);
    let after = callers.find(bearer, db, clock).await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&before, &after), "she is remembered");
}
