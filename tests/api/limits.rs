//! What bounds a caller: requests per minute, the size of a query, and bodies that never come.

use crate::{
    client::Reply,
    people::{PASSWORD, id, new_client},
    server::Server,
    support::databases::{Context, Database, on_both},
};
use serde_json::json;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

/// A server on which a caller may ask twenty times a minute.
#[derive(Clone)]
struct Strict(Server);

impl Context for Strict {
    async fn enter(database: &Database) -> Self {
        let limits = |config: &mut vorzimmer::platform::config::Config| {
            (config.rate_limit, config.auth_rate_limit) = (20, 0)
        };
        Self(Server::with(database, limits).await)
    }

    async fn leave(self) {
        self.0.stop().await;
    }
}

/// How many requests are left, as an answer says.
#[track_caller]
fn left(reply: &Reply) -> u32 {
    let limit = reply.header("ratelimit").expect("every answer says how many are left");
    let (_, left) = limit.split_once("r=").expect("r");
    left.split(';').next().and_then(|left| left.parse().ok()).expect("a number")
}

#[on_both]
async fn who_asks_too_often_is_told_when_to_come_back(server: Strict) {
    let anna = server.0.assistant("anna").await;
    for expected in (0..20).rev() {
        let answer = anna.get("/v1/me").send().await.expect(200);
        assert_eq!(left(&answer), expected);
        assert_eq!(answer.header("ratelimit-policy"), Some("\"default\";q=20;w=60"));
    }
    let refused = anna.get("/v1/me").send().await.expect(429);
    assert_eq!(refused.json()["code"], "too_many_requests");
    assert_eq!(refused.header("retry-after"), Some("60"));
    let clock = &server.0.app.clock;
    clock.set(clock.now().plus_seconds(60));
    anna.get("/v1/me").send().await.expect(200);
}

#[on_both]
async fn what_a_reader_has_already_costs_next_to_nothing_when_she_names_it(server: Strict) {
    let anna = server.0.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let path = format!("/v1/clients/{client}");
    let seen = anna.get(&path).send().await.expect(200);
    let tag = seen.header("etag").expect("a tag").to_owned();
    for _ in 0..3 {
        let known = anna.get(&path).header("if-none-match", &tag).send().await.expect(304);
        assert_eq!((left(&known), known.header("etag")), (left(&seen), Some(tag.as_str())));
    }
    for (any, cost) in [("*", 1), ("*,*", 2), ("W/\"x\", *", 3)] {
        let known = anna.get(&path).header("if-none-match", any).send().await.expect(304);
        assert_eq!((left(&known), known.header("etag")), (left(&seen) - cost, Some(tag.as_str())), "{any}");
    }
}

#[on_both]
async fn what_clients_have_already_is_given_back_to_their_workspace_too(server: Strict) {
    let anna = server.0.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let path = format!("/v1/clients/{client}");
    // Together they may ask more often than the workspace may.
    for name in ["klara", "karl", "konrad"] {
        let member = server.0.client_member(&anna, &client, name).await;
        let tag = member.get(&path).send().await.expect(200).header("etag").expect("a tag").to_owned();
        for _ in 0..150 {
            member.get(&path).header("if-none-match", &tag).send().await.expect(304);
        }
    }
    anna.get("/v1/me").send().await.expect(200);
}

#[on_both]
async fn refusals_count_as_well(server: Strict) {
    let nobody = &server.0.client;
    let counted = |reply: Reply| (reply.status, left(&reply));
    assert_eq!(counted(nobody.get("/v1/clients").send().await), (401, 19));
    assert_eq!(counted(nobody.get("/v1/clients").header("authorization", "Basic YQ==").send().await), (401, 18));
    assert_eq!(counted(nobody.get("/v1/nowhere").undocumented().send().await), (404, 17));
    assert_eq!(counted(nobody.request("PUT", "/v1/clients").undocumented().send().await), (405, 16));
    for _ in 0..16 {
        nobody.get("/v1/nowhere").undocumented().send().await.expect(404);
    }
    nobody.get("/v1/nowhere").undocumented().send().await.expect(429);
    nobody.get("/healthz").send().await.expect(200);
}

#[on_both]
async fn a_workspace_has_a_share_however_many_log_ins_it_uses(server: Strict) {
    let anna = server.0.assistant("anna").await;
    let berta = server.0.assistant("berta").await;
    let mut callers = vec![anna];
    for _ in 0..10 {
        let body = json!({"email": "anna@example.com", "password": PASSWORD});
        let token = server.0.client.post("/v1/auth/login").json(&body).send().await.expect(200).json();
        callers.push(server.0.client.with_bearer(token["access_token"].as_str().expect("a token")));
    }
    let mut answered = 0;
    for caller in &callers {
        for _ in 0..20 {
            answered += i32::from(caller.get("/v1/me").send().await.status == 200);
        }
    }
    assert_eq!(answered, 200);
    berta.get("/v1/me").send().await.expect(200);
}

#[on_both]
async fn a_query_holds_only_so_many_parameters(server: Server) {
    let many: Vec<String> = (0..1000).map(|n| format!("p{n}=1")).collect();
    let refused =
        server.client.get(&format!("/healthz?{}", many.join("&"))).undocumented().send().await.expect(400);
    assert_eq!(refused.json()["parameter"], "p500");
}

#[on_both]
async fn what_a_query_says_is_quoted_as_it_is(server: Server) {
    let refused = server.client.get("/healthz?%7Breason%7D=1").undocumented().send().await.expect(400).json();
    assert!(refused["detail"].as_str().unwrap().contains("{reason}"), "{refused}");
}

#[on_both]
async fn a_body_that_never_ends_holds_no_connection(server: Server) {
    let address = server.app.public_url().trim_start_matches("http://").to_owned();
    for (path, status) in [("/v1/clients", "401"), ("/healthz", "405"), ("/v1/nowhere", "404")] {
        let address = address.clone();
        let asked = move || {
            let mut stream = TcpStream::connect(address).expect("a connection");
            stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
            let head =
                format!("POST {path} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
            stream.write_all(head.as_bytes()).expect("it is sent");
            let mut answer = String::new();
            // Without an end to the connection this runs into the timeout.
            stream.read_to_string(&mut answer).map(|_| answer)
        };
        let answer = tokio::task::spawn_blocking(asked).await.expect("it ran").expect("the connection is closed");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
}
