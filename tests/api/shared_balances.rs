//! What is behind the address of a balance link: the hours left, in the form that its reader wants, and no secret.

use crate::{
    balance_links::{PATTERN, address, has},
    client::{Reply, TestClient},
    crash::{Place, call},
    packages::{H, desk, package, work},
    people::{PASSWORD, id, new_client},
    server::Server,
    support::databases::{Context, Database, on_both},
    time::{Desk, only, text},
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

/// What a browser asks for.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// The answer at a link's address in a form and language.
async fn form(by: &TestClient, path: &str, accept: &str, language: &str) -> Reply {
    let request = by.get(path).header("accept", accept);
    let request = if language.is_empty() { request } else { request.header("accept-language", language) };
    request.send().await.expect(200)
}

fn told(reply: &Reply) -> String {
    String::from_utf8(reply.body.clone()).expect("UTF-8")
}

#[on_both]
async fn everybody_with_the_address_reads_the_balance_and_nothing_else(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    work(&desk, &[0, 0, 0, 0, 165]).await;
    let link = desk.link(json!({})).await;
    let (path, nobody) = (address(&link), &server.client);
    let balance = desk.get(&desk.of("balance")).await;
    let names = ["on", "left_seconds", "used_seconds", "next_expiry"];
    for accept in ["application/json", "*/*", "image/png"] {
        let answer = form(nobody, &path, accept, "").await;
        assert_eq!(only(&answer.json(), &names), only(&balance, &names));
        assert_eq!(answer.json().as_object().unwrap().len(), names.len());
        has(
            &answer,
            &[
                ("cache-control", "private, no-cache"),
                ("x-robots-tag", "noindex"),
                ("referrer-policy", "no-referrer"),
            ],
        );
        assert!(answer.header("vary").unwrap().starts_with("accept, accept-language"));
        let tag = answer.header("etag").unwrap();
        nobody.get(&path).header("if-none-match", tag).send().await.expect(304);
    }
    assert_eq!(
        only(&balance, &names),
        json!(["2026-06-20", 26_100, 9900, {"on": "2026-06-30", "seconds": 26_100}])
    );
    let head = nobody.request("HEAD", &path).send().await.expect(200);
    assert!(head.body.is_empty() && head.header("etag").is_some());
}

#[on_both]
async fn people_read_it_as_a_page_and_pages_show_it_as_a_picture(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    work(&desk, &[0, 0, 0, 0, 165]).await;
    let (path, nobody) = (address(&desk.link(json!({})).await), &server.client);
    let hours = |german| {
        if german {
            ["7:15 Std.", "2:45 Std.", "7:15 Std. am 30.06.2026", "Stand: 20.06.2026"]
        } else {
            ["7:15 h", "2:45 h", "7:15 h on 30 June 2026", "As of 20 June 2026"]
        }
    };
    // The workspace is German, and so is its client.
    for (language, told_in) in [("", "de"), ("fr", "de"), ("de-AT,en;q=0.5", "de"), ("en-GB", "en")] {
        let page = form(nobody, &path, BROWSER, language).await;
        let html = told(&page);
        assert!(hours(told_in == "de").iter().all(|text| html.contains(text)), "{html}");
        assert!(
            html.contains("<meta name=\"robots\" content=\"noindex\">") && !html.contains("<script"),
            "{html}"
        );
        let style = html.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).unwrap().0;
        let hash = STANDARD.encode(digest(&SHA256, style.as_bytes()));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with(&format!("default-src 'none'; style-src 'sha256-{hash}';")), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
        has(
            &page,
            &[
                ("content-type", "text/html; charset=utf-8"),
                ("content-language", told_in),
                ("cache-control", "private, no-cache"),
                ("x-robots-tag", "noindex"),
                ("referrer-policy", "no-referrer"),
                ("x-content-type-options", "nosniff"),
                ("cross-origin-resource-policy", "same-site"),
            ],
        );
        assert!(page.header("vary").unwrap().contains("accept, accept-language"), "{:?}", page.header("vary"));
        let badge = form(nobody, &format!("{path}.svg"), "image/*", language).await;
        let svg = told(&badge);
        assert!(svg.starts_with("<svg ") && hours(told_in == "de").iter().all(|text| svg.contains(text)), "{svg}");
        has(
            &badge,
            &[
                ("content-type", "image/svg+xml"),
                ("content-language", told_in),
                ("content-security-policy", "default-src 'none'"),
                ("cross-origin-resource-policy", "cross-origin"),
                ("x-robots-tag", "noindex"),
            ],
        );
        assert!(badge.header("vary").unwrap().contains("accept-language"));
        for whose in ["Tischlerei", "Büro", "EUR", "900"] {
            assert!(!html.contains(whose) && !svg.contains(whose), "{whose}");
        }
        nobody
            .get(&path)
            .header("accept", BROWSER)
            .header("accept-language", language)
            .header("if-none-match", page.header("etag").unwrap())
            .send()
            .await
            .expect(304);
    }
}

#[on_both]
async fn no_problem_tells_the_secret(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let (path, nobody) = (address(&desk.link(json!({})).await), &server.client);
    let token = path.trim_start_matches("/h/");
    let (none, almost) = (format!("{path}x"), &path[..path.len() - 1]);
    for (method, path, status) in [
        ("GET", none.as_str(), 404),
        ("GET", almost, 404),
        ("GET", &format!("{path}.png"), 404),
        ("GET", &format!("{path}/"), 404),
        ("GET", &format!("{path}?nonsense=1"), 400),
        ("GET", &format!("/%68/{token}?nonsense=1"), 400),
        ("GET", &format!("{path}.svg?nonsense=1"), 400),
        ("POST", &path, 405),
        ("GET", &format!("{path}?{}", "a".repeat(9000)), 414),
    ] {
        let refused = nobody.request(method, path).undocumented().send().await.expect(status);
        assert_eq!(refused.json()["instance"], json!(PATTERN), "{path}");
        assert!(!told(&refused).contains(token), "{path}");
    }
}

#[on_both]
async fn no_log_tells_the_secret(place: Place) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let server = place.start_with(&[("VORZIMMER_LOG", "debug"), ("VORZIMMER_REGISTRATION", "open")]);
    let url = |path: &str| format!("{}{path}", server.base);
    let account = json!({"email": "anna@example.com", "password": PASSWORD, "name": "A", "workspace_name": "B"});
    let token = call(&http, "", url("/v1/auth/register"), None, Some(account)).await.unwrap();
    let post = async |path: &str, body| {
        call(&http, &text(&token["access_token"]), url(path), None, Some(body)).await.unwrap()
    };
    let client = post("/v1/clients", json!({"name": "A"})).await;
    let engagement = json!({"client_id": client["id"], "title": "T", "starts_on": "2026-01-01",
        "terms": {"kind": "hourly", "rate_minor": 1}, "accepted": {"note": "Ja."}});
    let engagement = post("/v1/engagements", engagement).await;
    let link = post(&format!("/v1/engagements/{}/balance-links", id(&engagement)), json!({})).await;
    for path in ["", "/", ".svg", "?nonsense=1"] {
        http.get(url(&format!("{}{path}", address(&link)))).send().await.unwrap();
    }
    http.post(url(&address(&link))).send().await.unwrap();
    drop(server);
    let log = place.log();
    assert!(
        log.contains("\"path\":\"/h/{token}\"") && log.contains("\"operation\":\"get_shared_balance\""),
        "{log}"
    );
    assert!(!log.contains(&text(&link["token"])), "{log}");
}

#[on_both]
async fn a_link_of_too_many_periods_says_so(server: Server) {
    let mut desk = Desk::new(&server).await;
    let weeks = package(1, json!({"period": "week"}));
    let body = json!({"client_id": desk.client, "title": "Lang", "starts_on": "1990-01-01", "terms": weeks, "accepted": {"note": "Ja."}});
    desk.engagement = id(&desk.post("/v1/engagements", body).await.expect(201).json());
    let path = address(&desk.link(json!({})).await);
    for ending in ["", ".svg"] {
        let refused = server.client.get(&format!("{path}{ending}")).send().await.expect(409).json();
        assert_eq!(refused["code"], json!("too_many_periods"));
    }
}

#[on_both]
async fn an_hourly_link_shows_what_its_cap_leaves(server: Server) {
    let desk = desk(&server, json!({"kind": "hourly", "rate_minor": 6000, "cap_minutes": 600})).await;
    desk.seconds("2026-06-02", 4 * H).await;
    let path = address(&desk.link(json!({})).await);
    let shown = server.client.get(&path).send().await.expect(200).json();
    assert_eq!(only(&shown, &["left_seconds", "used_seconds", "next_expiry"]), json!([6 * H, 4 * H, null]));
}

/// A server behind a proxy, on which an address, and a link, may be asked ten times a minute.
#[derive(Clone)]
struct Behind(Server);

impl Context for Behind {
    async fn enter(database: &Database) -> Self {
        Self(
            Server::with(database, |config| {
                (config.rate_limit, config.auth_rate_limit) = (10, 0);
                config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
            })
            .await,
        )
    }

    async fn leave(self) {
        self.0.stop().await;
    }
}

#[on_both]
async fn a_link_is_asked_so_often_from_wherever_it_is_asked(server: Behind) {
    let server = server.0;
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let engagement = json!({"client_id": client, "title": "T", "starts_on": "2026-01-01",
        "terms": {"kind": "hourly", "rate_minor": 1}, "accepted": {"note": "Ja."}});
    let engagement = id(&anna.post("/v1/engagements").json(&engagement).send().await.expect(201).json());
    let links = format!("/v1/engagements/{engagement}/balance-links");
    let make = async || anna.post(&links).json(&json!({})).send().await.expect(201).json();
    let (link, other) = (make().await, make().await);
    let mut from = 0;
    let mut ask = async |path: String| {
        from += 1;
        let request = server.client.get(&path).header("x-forwarded-for", &format!("192.0.2.{from}"));
        request.send().await
    };
    for _ in 0..10 {
        ask(address(&link)).await.expect(200);
    }
    for ending in ["", ".svg"] {
        let refused = ask(format!("{}{ending}", address(&link))).await.expect(429);
        assert_eq!(refused.json()["code"], json!("too_many_requests"));
        has(&refused, &[("retry-after", "60")]);
    }
    ask(address(&other)).await.expect(200);
}
