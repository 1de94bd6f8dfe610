//! Registering, logging in, and what others may try.

use crate::{
    client::TestClient,
    people::{PASSWORD, changes_of, id, ids, pointers},
    server::{FreshServer, Server},
    support::databases::on_both,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// A body to log in with.
fn login(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

impl Server {
    /// Logs in; the whole token answer.
    pub async fn log_in(&self, name: &str) -> Value {
        let body = login(&format!("{name}@example.com"), PASSWORD);
        self.client.post("/v1/auth/login").json(&body).send().await.expect(200).json()
    }

    /// Moves the clock on.
    pub fn pass(&self, seconds: i64) {
        self.app.clock.set(self.app.clock.now().plus_seconds(seconds));
    }

    /// The caller of a token answer.
    pub fn caller(&self, tokens: &Value) -> TestClient {
        self.client.with_bearer(tokens["access_token"].as_str().expect("an access token"))
    }
}

#[on_both]
async fn who_registers_owns_a_workspace_and_is_logged_in(server: Server) {
    let tokens = server.register("anna").await;
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(tokens["workspace"]["currency"], "EUR");
    assert_eq!(tokens["workspace"]["areas"][0], "Buchhaltung");
    let me = server.caller(&tokens).get("/v1/me").send().await.expect(200).json();
    assert_eq!((&me["id"], &me["workspace"]["id"]), (&tokens["user"]["id"], &tokens["workspace"]["id"]));
    assert_eq!(
        (&me["role"], &me["is_owner"], &me["client_id"]),
        (&json!("assistant"), &json!(true), &json!(null))
    );
    let scopes: Vec<_> = me["scopes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(tokens["scope"], scopes.join(" "));
    let events = server.caller(&tokens).get("/v1/events").send().await.expect(200).json();
    let types: Vec<_> = events["data"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(types, ["member.joined", "workspace.created"]);
    let text = events.to_string();
    assert!(!text.contains("@example.com") && !text.contains("argon2"), "{text}");
}

#[on_both]
async fn an_address_registers_once_and_common_passwords_never(server: Server) {
    server.register("anna").await;
    let body = |email: &str, password: &str| json!({"email": email, "password": password, "name": "A", "workspace_name": "B"});
    let taken =
        server.client.post("/v1/auth/register").json(&body("ANNA@example.com", PASSWORD)).send().await.expect(409);
    assert_eq!(taken.json()["code"], "email_taken");
    let common = server
        .client
        .post("/v1/auth/register")
        .json(&body("b@example.com", "Passwort123!"))
        .send()
        .await
        .expect(422)
        .json();
    assert_eq!(
        (pointers(&common), &common["errors"][0]["code"]),
        (vec!["/password".to_owned()], &json!("common_password"))
    );
    let faults = server
        .client
        .post("/v1/auth/register")
        .json(&json!({"email": "nobody", "password": "short", "age": 3}))
        .send()
        .await
        .expect(422);
    assert_eq!(pointers(&faults.json()), ["/age", "/email", "/name", "/password", "/workspace_name"]);
}

#[on_both]
async fn one_mailbox_has_one_form(server: Server) {
    server.register("anna").await;
    let bad = [
        "Anna <anna@example.com>",
        "a\u{0}b <q@example.com>",
        "a\nb <q@example.com>",
        "\u{202e}gnp <q@example.com>",
        "\"\"@example.com",
        "\"a b\"@example.com",
        "a@[127.0.0.1]",
        " anna@example.com",
        "anna@example.com\u{0}",
    ];
    for email in bad {
        let new = json!({"email": email, "password": PASSWORD, "name": "A", "workspace_name": "B"});
        for (path, body) in
            [("register", &new), ("login", &login(email, PASSWORD)), ("password/forgot", &json!({"email": email}))]
        {
            let refused =
                server.client.post(&format!("/v1/auth/{path}")).json(body).send().await.expect(422).json();
            assert!(pointers(&refused).iter().all(|pointer| pointer == "/email"), "{email:?}: {refused}");
        }
    }
    let good =
        json!({"email": "joerg+buero@example.com", "password": PASSWORD, "name": "A", "workspace_name": "B"});
    server.client.post("/v1/auth/register").json(&good).send().await.expect(201);
}

#[on_both]
async fn exactly_one_of_fifty_is_the_first(server: FreshServer) {
    let server = server.0;
    let tries = (0..50).map(|i| {
        let body = json!({"email": format!("p{i}@example.com"), "password": PASSWORD, "name": "P", "workspace_name": "W"});
        let request = server.client.post("/v1/auth/register").json(&body);
        async move { request.send().await.status }
    });
    let statuses = join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 201 | 403)), "{statuses:?}");
    let again = json!({"email": "q@example.com", "password": PASSWORD, "name": "P", "workspace_name": "W"});
    assert_eq!(
        server.client.post("/v1/auth/register").json(&again).send().await.expect(403).json()["code"],
        "registration_closed"
    );
}

#[on_both]
async fn known_and_unknown_accounts_answer_alike(server: Server) {
    server.register("anna").await;
    let mut answers = Vec::new();
    for email in ["anna@example.com", "nobody@example.com"] {
        let reply = server.client.post("/v1/auth/login").json(&login(email, "wrong")).send().await.expect(401);
        assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"vorzimmer\""));
        let mut body = reply.json();
        body["request_id"] = Value::Null;
        answers.push(body);
    }
    assert_eq!(answers[0], answers[1]);
    let foreign = server.register("berta").await["workspace"]["id"].clone();
    let body = json!({"email": "anna@example.com", "password": PASSWORD, "workspace_id": foreign});
    assert_eq!(
        server.client.post("/v1/auth/login").json(&body).send().await.expect(401).json()["code"],
        "invalid_credentials"
    );
    for email in ["anna@example.com", "nobody@example.com"] {
        let reply =
            server.client.post("/v1/auth/password/forgot").json(&json!({"email": email})).send().await.expect(202);
        assert!(reply.body.is_empty());
    }
}

#[on_both]
async fn ten_tries_at_an_account_count_also_in_parallel(server: Server) {
    server.register("anna").await;
    let tries = (0..30).map(|_| {
        let request = server.client.post("/v1/auth/login").json(&login("anna@example.com", "wrong"));
        async move { request.send().await.status }
    });
    let statuses = join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 10, "{statuses:?}");
    let refused =
        server.client.post("/v1/auth/login").json(&login("Anna@example.com", PASSWORD)).send().await.expect(429);
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() <= 900);
    // Another account is not affected, and the window ends.
    server.register("berta").await;
    server.log_in("berta").await;
    server.pass(900);
    for _ in 0..3 {
        server.client.post("/v1/auth/login").json(&login("anna@example.com", "wrong")).send().await.expect(401);
        server.log_in("anna").await;
    }
}

#[on_both]
async fn a_log_in_forgets_the_tries_before_it(server: Server) {
    server.register("anna").await;
    for _ in 0..2 {
        for _ in 0..9 {
            server
                .client
                .post("/v1/auth/login")
                .json(&login("anna@example.com", "wrong"))
                .send()
                .await
                .expect(401);
        }
        server.log_in("anna").await;
    }
}

#[on_both]
async fn fifty_tries_from_an_address_count(server: Server) {
    let tries = (0..60).map(|i| {
        let request = server.client.post("/v1/auth/login").json(&login(&format!("n{i}@example.com"), "wrong"));
        async move { request.send().await.status }
    });
    let statuses = join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 50, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 10, "{statuses:?}");
}

#[on_both]
async fn somebody_in_no_workspace_founds_another_with_her_password(server: Server) {
    let anna = server.assistant("anna").await;
    anna.delete("/v1/workspace").send().await.expect(204);
    anna.get("/v1/me").send().await.expect(401);
    server.client.post("/v1/auth/login").json(&login("anna@example.com", PASSWORD)).send().await.expect(401);
    let body = |password: &str| json!({"email": "anna@example.com", "password": password, "name": "A", "workspace_name": "New"});
    server.client.post("/v1/auth/register").json(&body("Herbstlaub-an-der-Elbe8")).send().await.expect(409);
    let tokens = server.client.post("/v1/auth/register").json(&body(PASSWORD)).send().await.expect(201).json();
    assert_eq!((&tokens["user"]["name"], &tokens["workspace"]["name"]), (&json!("anna"), &json!("New")));
}

#[on_both]
async fn a_name_is_told_to_every_workspace(server: Server) {
    let anna = server.assistant("anna").await;
    let other = anna.post("/v1/workspaces").json(&json!({"name": "Zweites"})).send().await.expect(201).json();
    let before = anna.get("/v1/me").send().await.expect(200);
    let patch = json!({"name": "Anna Nova"});
    let after = anna
        .patch("/v1/me")
        .header("if-match", before.header("etag").unwrap())
        .json(&patch)
        .send()
        .await
        .expect(200);
    assert_eq!(after.json()["name"], "Anna Nova");
    anna.patch("/v1/me")
        .header("if-match", before.header("etag").unwrap())
        .json(&json!({"name": "X"}))
        .send()
        .await
        .expect(412);
    anna.patch("/v1/me").json(&json!({"name": null})).send().await.expect(422);
    let body = json!({"email": "anna@example.com", "password": PASSWORD, "workspace_id": other["id"]});
    let there = server.caller(&server.client.post("/v1/auth/login").json(&body).send().await.expect(200).json());
    for caller in [&anna, &there] {
        let members = caller.get("/v1/members").send().await.expect(200).json();
        assert_eq!(
            (&members["data"][0]["name"], &members["data"][0]["version"]),
            (&json!("Anna Nova"), &json!(2))
        );
        let event =
            caller.get("/v1/events?type=member.updated").send().await.expect(200).json()["data"][0].clone();
        assert_eq!(event["actor"]["member_id"], members["data"][0]["id"]);
        assert_eq!(changes_of(&event), json!({"name": {"before": "anna", "after": "Anna Nova"}}));
    }
}

#[on_both]
async fn of_fifty_writers_to_oneself_with_one_tag_one_wins(server: Server) {
    let anna = server.assistant("anna").await;
    let tag = anna.get("/v1/me").send().await.expect(200).header("etag").unwrap().to_owned();
    let writers = (0..50).map(|i| {
        let request = anna.patch("/v1/me").header("if-match", &tag).json(&json!({"name": format!("Anna {i}")}));
        async move { request.send().await.status }
    });
    let statuses = join_all(writers).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 49, "{statuses:?}");
}

#[on_both]
async fn one_person_has_several_workspaces(server: Server) {
    let tokens = server.register("anna").await;
    let anna = server.caller(&tokens);
    assert!(ids(&anna.get("/v1/workspaces").send().await.expect(200).json()).is_empty(), "she has no other");
    let make = || {
        anna.post("/v1/workspaces")
            .header("idempotency-key", "once")
            .json(&json!({"name": "Zweites Büro", "currency": "CHF"}))
    };
    let made = make().send().await.expect(201);
    let again = make().send().await.expect(201);
    assert_eq!((made.json(), again.header("idempotent-replayed")), (again.json(), Some("true")));
    let other = made.json();
    assert_eq!(anna.get(made.header("location").unwrap()).send().await.expect(200).json(), other);
    assert_eq!(
        ids(&anna.get("/v1/workspaces?q=zweit&include=total_count").send().await.expect(200).json()),
        [id(&other)]
    );
    let switch = json!({"refresh_token": tokens["refresh_token"], "workspace_id": other["id"]});
    let there = server.client.post("/v1/auth/refresh").json(&switch).send().await.expect(200).json();
    assert_eq!(there["workspace"]["currency"], "CHF");
    assert_eq!(server.caller(&there).get("/v1/workspace").send().await.expect(200).json()["id"], other["id"]);
    assert_eq!(anna.get("/v1/workspace").send().await.expect(200).json()["id"], tokens["workspace"]["id"]);
    // The one that was used last is where she logs in next.
    assert_eq!(server.log_in("anna").await["workspace"]["id"], other["id"]);
    let berta = server.register("berta").await;
    let foreign = json!({"refresh_token": berta["refresh_token"], "workspace_id": other["id"]});
    let refused = server.client.post("/v1/auth/refresh").json(&foreign).send().await.expect(422).json();
    assert_eq!(refused["errors"][0]["code"], "reference_not_found");
    server
        .client
        .post("/v1/auth/refresh")
        .json(&json!({"refresh_token": berta["refresh_token"]}))
        .send()
        .await
        .expect(200);
    server.caller(&berta).get(made.header("location").unwrap()).send().await.expect(404);
}

#[on_both]
async fn the_owner_changes_and_deletes_the_workspace(server: Server) {
    let anna = server.assistant("anna").await;
    let berta = server.colleague(&anna, "berta").await;
    let key = server.automation(&anna, &["workspace:read"]).await;
    let patch = json!({"name": "Büro Neu", "areas": ["Ablage", "Post"], "overlap_policy": "reject"});
    let changed = anna.patch("/v1/workspace").json(&patch).send().await.expect(200).json();
    assert_eq!(
        (&changed["name"], &changed["areas"], &changed["version"]),
        (&json!("Büro Neu"), &json!(["Ablage", "Post"]), &json!(2))
    );
    let twice =
        anna.patch("/v1/workspace").json(&json!({"areas": ["Post", "POST"]})).send().await.expect(422).json();
    assert_eq!(pointers(&twice), ["/areas/1"]);
    let me = anna.get("/v1/me").send().await.expect(200).json()["member_id"].as_str().unwrap().to_owned();
    anna.patch(&format!("/v1/members/{me}")).json(&json!({"rate_minor": 4500})).send().await.expect(200);
    let fixed = anna.patch("/v1/workspace").json(&json!({"currency": "CHF"})).send().await.expect(409).json();
    assert_eq!(
        (&fixed["code"], &fixed["blocked_by"]),
        (&json!("currency_fixed"), &json!([{"type": "members", "count": 1}]))
    );
    berta.patch("/v1/workspace").json(&json!({"name": "Mine"})).send().await.expect(403);
    berta.delete("/v1/workspace").send().await.expect(403);
    anna.delete("/v1/workspace").header("if-match", "\"1-0\"").send().await.expect(412);
    anna.delete("/v1/workspace").send().await.expect(204);
    for caller in [&anna, &berta, &key] {
        caller.get("/v1/workspace").send().await.expect(401);
    }
}
