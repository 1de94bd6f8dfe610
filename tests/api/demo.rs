//! The demonstration data, as its own log-ins see it.

use crate::{
    client::TestClient,
    server::Server,
    support::databases::{Context, Database, on_both},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vorzimmer::demo::{self, LAST_DAY, Login, Office, Order};

const ORDER: Order = Order { workspaces: 1, entries: 60, today: LAST_DAY, add: false };

/// Entries that show packages, on top.
const PACKAGE_ENTRIES: usize = 384;

async fn log_in(server: &Server, login: &Login) -> TestClient {
    let body = json!({"email": login.email, "password": demo::PASSWORD});
    let answer = server.client.post("/v1/auth/login").json(&body).send().await.expect(200).json();
    server.client.with_bearer(answer["access_token"].as_str().expect("an access token"))
}

async fn fill(server: &Server, order: Order) -> Vec<Office> {
    server.app.clock.set("2026-11-20T14:30:00Z".parse().expect("an instant"));
    demo::fill(&server.app, order).await.unwrap_or_else(|error| panic!("{error}: {:?}", error.cause()))
}

/// Everything in a list, page by page.
async fn all(caller: &TestClient, path: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = caller.get(&format!("{path}limit=200{cursor}")).send().await.expect(200).json();
        found.extend(page["data"].as_array().expect("a list").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

fn values(rows: &[Value], member: &str) -> BTreeSet<String> {
    rows.iter().filter_map(|row| row[member].as_str()).map(str::to_owned).collect()
}

/// What does not change from run to run.
fn told(rows: &[Value], members: &[&str]) -> Vec<Vec<Value>> {
    let mut told: Vec<Vec<Value>> =
        rows.iter().map(|row| members.iter().map(|member| row[member].clone()).collect()).collect();
    told.sort_by_key(|row| format!("{row:?}"));
    told
}

#[on_both]
async fn every_log_in_works_and_finds_its_lists_filled(server: Server) {
    let office = fill(&server, ORDER).await.remove(0);
    let logins = |role: &str| office.logins.iter().filter(|login| login.role == role).collect::<Vec<_>>();
    let owner = log_in(&server, logins("owner")[0]).await;
    let colleague = log_in(&server, logins("colleague")[0]).await;
    let client = log_in(&server, logins("client")[0]).await;
    assert_eq!(owner.get("/v1/me").send().await.expect(200).json()["is_owner"], true);
    for caller in [&owner, &colleague, &client] {
        for list in ["clients", "engagements", "tasks", "time-entries", "share-links", "events", "members"] {
            let found = all(caller, &format!("/v1/{list}?")).await;
            assert!(!found.is_empty(), "{list} is empty");
        }
    }

    let every = "draft,proposed,active,paused,ended,archived,declined";
    let engagements = all(&owner, &format!("/v1/engagements?status={every}&")).await;
    assert_eq!(values(&engagements, "kind").len(), 4);
    assert_eq!(values(&engagements, "status").len(), 7);
    let tasks = all(&owner, "/v1/tasks?").await;
    assert_eq!(values(&tasks, "status").len(), 9);
    let clients = all(&owner, "/v1/clients?status=lead,active,paused,archived&").await;
    assert_eq!(values(&clients, "status").len(), 4);
    let links = all(&owner, "/v1/share-links?").await;
    assert_eq!(values(&links, "status").len(), 3);
    let known = owner.get("/v1/share-providers").send().await.expect(200).json();
    let used: BTreeSet<_> = links.iter().filter_map(|link| link["provider"]["slug"].as_str()).collect();
    assert_eq!(used.len(), known["data"].as_array().expect("a list").len());

    let entries = all(&owner, "/v1/time-entries?").await;
    assert_eq!(entries.len(), ORDER.entries + PACKAGE_ENTRIES + 2, "the entries and two timers");
    assert_eq!(values(&entries, "status"), ["paused", "recorded", "running"].map(str::to_owned).into());
    let before = "2024-11-01".to_owned();
    assert!(values(&entries, "work_date").iter().all(|date| *date > before));

    packages_are_shown(&owner, &engagements).await;
    let refused = demo::fill(&server.app, ORDER).await.expect_err("there is a workspace already");
    assert!(refused.cause().is_some_and(|cause| cause.contains("--add")));
    let beside = fill(&server, Order { add: true, ..ORDER }).await.remove(0);
    assert_ne!(office, beside);
    log_in(&server, &beside.logins[0]).await;
}

/// Two years of every rule of packages, and whatever can be done with them.
async fn packages_are_shown(owner: &TestClient, engagements: &[Value]) {
    let old = engagements.iter().filter(|engagement| engagement["created_at"].as_str() < Some("2024-12"));
    let (mut periods, mut lines, mut blocks, mut extensions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut links, mut terms) = (Vec::new(), Vec::new());
    for engagement in old {
        let path = format!("/v1/engagements/{}", engagement["id"].as_str().expect("an id"));
        for (list, rows) in [
            ("periods", &mut periods),
            ("ledger", &mut lines),
            ("blocks", &mut blocks),
            ("extensions", &mut extensions),
            ("balance-links", &mut links),
        ] {
            rows.extend(all(owner, &format!("{path}/{list}?")).await);
        }
        terms.push(engagement["terms"].clone());
    }
    for (member, words) in [
        ("carry", &["all", "capped", "none"][..]),
        ("consume_order", &["expiring_first", "included_first", "oldest_first"]),
        ("deficit", &["bill", "block", "carry"]),
    ] {
        assert_eq!(values(&terms, member), words.iter().map(|word| (*word).to_owned()).collect());
    }
    assert_eq!(
        values(&periods, "status"),
        ["closed", "ended", "open", "skipped", "upcoming"].map(str::to_owned).into()
    );
    assert_eq!(values(&lines, "kind").len(), 12, "{:?}", values(&lines, "kind"));
    for status in ["active", "offered", "used_up", "void"] {
        assert!(values(&blocks, "status").contains(status), "{status}");
    }
    assert_eq!(values(&extensions, "status"), ["approved", "requested"].map(str::to_owned).into());
    assert_eq!(links.len(), 2);
    let alerts = all(owner, "/v1/alerts?").await;
    assert_eq!(values(&alerts, "subject"), ["block", "budget", "cap", "package"].map(str::to_owned).into());
}

#[on_both]
async fn two_databases_are_filled_alike(server: Server) {
    let offices = fill(&server, ORDER).await;
    let database = Database::migrated(server.app.db.engine()).expect("a second database of the same engine");
    let second = Server::enter(&database).await;
    assert_eq!(offices, fill(&second, ORDER).await);
    for office in &offices {
        let (one, other) = (log_in(&server, &office.logins[0]).await, log_in(&second, &office.logins[0]).await);
        for (list, members) in [
            ("clients", &["name", "email", "billing_address", "status"][..]),
            ("engagements", &["title", "status", "starts_on", "terms"]),
            ("tasks", &["title", "status", "due_on", "checklist"]),
            (
                "time-entries",
                &["work_date", "started_at", "duration_seconds", "billed_seconds", "amount_minor", "description"],
            ),
            ("share-links", &["url", "title", "status", "expires_at"]),
        ] {
            let path = format!("/v1/{list}?");
            assert_eq!(told(&all(&one, &path).await, members), told(&all(&other, &path).await, members), "{list}");
        }
    }
    second.leave().await;
}
