//! Links of hours left: an address shown once, what it shows to everybody, and when it shows nothing any more.

use crate::{
    client::{Reply, TestClient},
    crash::{Place, call},
    engagements::{act, draft},
    packages::{H, desk, package, work},
    people::{PASSWORD, id, new_client, pointers},
    server::Server,
    support::databases::{Context, Database, on_both},
    time::{Desk, only, text},
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// The pattern of the address, as a URI reference holds it.
const PATTERN: &str = "/h/%7Btoken%7D";
/// What a browser asks for.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

impl Desk {
    async fn link(&self, body: Value) -> Value {
        self.post(&self.of("balance-links"), body).await.expect(201).json()
    }

    fn link_path(&self, link: &Value) -> String {
        self.of(&format!("balance-links/{}", id(link)))
    }
}

/// Where a link leads.
fn address(link: &Value) -> String {
    format!("/h/{}", text(&link["token"]))
}

/// The answer at a link's address in a form and language.
async fn form(by: &TestClient, path: &str, accept: &str, language: &str) -> Reply {
    let request = by.get(path).header("accept", accept);
    let request = if language.is_empty() { request } else { request.header("accept-language", language) };
    request.send().await.expect(200)
}

fn told(reply: &Reply) -> String {
    String::from_utf8(reply.body.clone()).expect("UTF-8")
}

#[track_caller]
fn has(reply: &Reply, headers: &[(&str, &str)]) {
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

#[on_both]
async fn a_link_of_too_many_periods_says_so(server: Server) {
    let mut desk = Desk::new(&server).await;
    let weeks = package(1, json!({"period": "week"}));
    let body = json!({"client_id": desk.client, "title": "Lang", "starts_on": "2007-01-22", "terms": weeks, "accepted": {"note": "Ja."}});
    desk.engagement = id(&desk.post("/v1/engagements", body).await.expect(201).json());
    let path = address(&desk.link(json!({})).await);
    desk.at(&server, "2026-04-20T10:00:00Z").await;
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
