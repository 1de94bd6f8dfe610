//! Databases that an earlier version wrote: what they show stays, in its present form, and goes on from there.
//!
//! The fixtures are dumps of one workspace that the last version before `0006_accounting` made through its own API.

use crate::{
    client::TestClient,
    people::{PASSWORD, changes_of},
    server::{START, Server},
    support::{databases::Database, runtime},
    time::only,
};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::collections::BTreeMap;
use uuid::Uuid;
use vorzimmer::db::{Engine, Tx, sql};
use vorzimmer::platform::upgrades::upgrade;
use vorzimmer::slices::REGISTRY;

/// What the earlier version showed of an entry: billed seconds, amount, hundredths of a day.
type Shown = BTreeMap<String, (Option<i64>, Option<i64>, Option<i64>)>;

mod what_was_shown_stays_and_goes_on {
    use super::*;

    #[test]
    fn sqlite() {
        run(Engine::Sqlite);
    }

    #[test]
    fn postgres() {
        run(Engine::Postgres);
    }
}

fn run(engine: Engine) {
    let Some(database) = Database::empty(engine) else { return };
    let shown = std::thread::scope(|scope| {
        scope.spawn(|| runtime().block_on(load(&database))).join().expect("the dump is loaded")
    });
    actix_web::rt::System::new().block_on(async {
        let server = Server::built(&database, START).await;
        server.app.clock.set("2026-11-30T12:00:00Z".parse().expect("an instant"));
        let anna = log_in(&server).await;
        entries_stay(&anna, &shown).await;
        parts_and_sums_are_there(&anna).await;
        events_have_their_present_form(&anna).await;
        changes_go_on_from_there(&anna).await;
        once_more_changes_nothing(&server, &anna).await;
        server.stop().await;
    });
}

/// Loads the dump of the engine, and reads what it shows.
async fn load(database: &Database) -> Shown {
    const SHOWN: &str =
        "SELECT id, billed_seconds, amount_minor, day_hundredths FROM time_entries WHERE deleted_at IS NULL";
    type Row = (Uuid, Option<i64>, Option<i64>, Option<i64>);
    let rows: Vec<Row> = match database.engine {
        Engine::Sqlite => {
            let mut conn = SqliteConnection::connect(&format!("{}?mode=rwc", database.url)).await.expect("a file");
            sqlx::query("PRAGMA foreign_keys = OFF").execute(&mut conn).await.expect("rows in any order");
            sqlx::raw_sql(include_str!("../fixtures/landed.sqlite.sql"))
                .execute(&mut conn)
                .await
                .expect("the dump");
            sqlx::query("ANALYZE").execute(&mut conn).await.expect("figures as after any migration");
            let rows = sqlx::query_as(SHOWN).fetch_all(&mut conn).await.expect("the entries");
            conn.close().await.expect("the file is whole");
            rows
        }
        Engine::Postgres => {
            let mut conn = PgConnection::connect(&database.url).await.expect("a database");
            sqlx::raw_sql(include_str!("../fixtures/landed.postgres.sql"))
                .execute(&mut conn)
                .await
                .expect("the dump");
            sqlx::query_as(SHOWN).fetch_all(&mut conn).await.expect("the entries")
        }
    };
    rows.into_iter().map(|(id, billed, amount, days)| (id.to_string(), (billed, amount, days))).collect()
}

async fn log_in(server: &Server) -> TestClient {
    let body = json!({"email": "anna@example.com", "password": PASSWORD});
    let answer = server.client.post("/v1/auth/login").json(&body).send().await.expect(200).json();
    server.client.with_bearer(answer["access_token"].as_str().expect("an access token"))
}

async fn get(anna: &TestClient, path: &str) -> Value {
    anna.get(path).send().await.expect(200).json()
}

async fn all(anna: &TestClient) -> Vec<Value> {
    get(anna, "/v1/time-entries?limit=200").await["data"].as_array().expect("a list").clone()
}

async fn engagement(anna: &TestClient, title: &str) -> String {
    let list = get(anna, "/v1/engagements?limit=200").await;
    let found = list["data"].as_array().into_iter().flatten().find(|e| e["title"] == title);
    found.and_then(|found| found["id"].as_str()).expect("the engagement").to_owned()
}

async fn entries_stay(anna: &TestClient, shown: &Shown) {
    let entries = all(anna).await;
    assert_eq!(entries.len(), shown.len());
    for entry in &entries {
        let (billed, amount, days) = shown[entry["id"].as_str().expect("an id")];
        let now = only(entry, &["billed_seconds", "amount_minor", "day_ten_thousandths"]);
        assert_eq!(now, json!([billed, amount, days.map(|days| days * 100)]), "{entry}");
        assert!(!entry["member_name"].as_str().expect("a name").is_empty(), "{entry}");
        let is_open = entry["duration_seconds"].is_null();
        assert_eq!(entry["terms_id"].is_null(), is_open, "{entry}");
        let parts = entry["allocations"].as_array().expect("parts");
        let sum = |name: &str| parts.iter().filter_map(|part| part[name].as_i64()).sum::<i64>();
        assert_eq!(parts.is_empty(), is_open);
        assert_eq!(sum("duration_seconds"), entry["duration_seconds"].as_i64().unwrap_or(0));
        assert_eq!(sum("billed_seconds"), billed.unwrap_or(0));
        assert_eq!(sum("amount_minor"), amount.unwrap_or(0));
        assert_eq!(sum("day_ten_thousandths"), days.unwrap_or(0) * 100);
    }
    // Days that were said keep the terms by which they were; what was noted after others were accepted has those.
    let explicit = engagement(anna, "Tage nach Angabe").await;
    let of: Vec<&Value> = entries.iter().filter(|entry| entry["engagement_id"] == json!(explicit)).collect();
    let mut terms: Vec<&str> = of.iter().filter_map(|entry| entry["terms_id"].as_str()).collect();
    terms.sort_unstable();
    assert_eq!(terms.len(), 5);
    terms.dedup();
    assert_eq!(terms.len(), 2);
}

async fn parts_and_sums_are_there(anna: &TestClient) {
    let entries = all(anna).await;
    let night = entries.iter().find(|entry| entry["description"] == "Nachtdienst").expect("the night");
    assert_eq!(night["allocations"].as_array().map(Vec::len), Some(2));
    let days = engagement(anna, "Tage anteilig").await;
    let of = format!("/v1/time-entries?include=totals&engagement_id={days}");
    // Amounts as they were shown: 83.33 and 125.00 for 0.21 and 0.31 days, and the night.
    let lines = entries.iter().filter(|entry| entry["engagement_id"] == json!(days));
    let shown: i64 = lines.filter_map(|entry| entry["amount_minor"].as_i64()).sum();
    assert_eq!(get(anna, &of).await["totals"]["amounts"][0]["amount_minor"], shown);
    let second = get(anna, &format!("{of}&work_date_from=2026-03-10&work_date_until=2026-03-11")).await;
    assert_eq!(second["totals"]["duration_seconds"], night["allocations"][1]["duration_seconds"]);
    // What was rounded by period bears that already.
    let month = engagement(anna, "Monatlich gerundet").await;
    let totals =
        get(anna, &format!("/v1/time-entries?include=totals&engagement_id={month}")).await["totals"].clone();
    assert_eq!(only(&totals, &["billed_seconds", "rounding_seconds"]), json!([900, 0]));
}

async fn events_have_their_present_form(anna: &TestClient) {
    let events = get(anna, "/v1/events?limit=200").await;
    let of_entries: Vec<&Value> = events["data"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|event| event["resource"]["type"] == "time_entry")
        .collect();
    assert!(of_entries.len() > 30);
    for event in of_entries {
        let data = &event["data"];
        assert!(data.get("day_hundredths").is_none() && data.get("terms_id").is_some(), "{event}");
        for part in data["allocations"].as_array().expect("parts") {
            assert!(part["billed_seconds"].is_i64(), "{event}");
        }
        assert!(changes_of(event).get("day_hundredths").is_none(), "{event}");
    }
}

async fn changes_go_on_from_there(anna: &TestClient) {
    let entries = all(anna).await;
    let dear = engagement(anna, "Sehr teuer").await;
    // A rate beyond today's bound stays, and what else is said of the entry can change.
    let old = entries.iter().find(|entry| entry["engagement_id"] == json!(dear)).expect("the dear one");
    let path = format!("/v1/time-entries/{}", old["id"].as_str().expect("an id"));
    let changed = anna.patch(&path).json(&json!({"description": "neu"})).send().await.expect(200).json();
    assert_eq!(only(&changed, &["rate_minor", "amount_minor"]), only(old, &["rate_minor", "amount_minor"]));
    // Its pool is accounted for as today, once one of its entries changes.
    let hours = engagement(anna, "Büro nach Stunden").await;
    let body = json!({"engagement_id": hours, "work_date": "2026-03-02", "duration_seconds": 660});
    anna.post("/v1/time-entries").json(&body).send().await.expect(201);
    let range = "work_date_from=2026-03-02&work_date_until=2026-03-03&billable=true";
    let day = get(anna, &format!("/v1/time-entries?include=totals&engagement_id={hours}&{range}")).await;
    assert_eq!(only(&day["totals"], &["duration_seconds", "billed_seconds"]), json!([3600, 3600]));
}

async fn once_more_changes_nothing(server: &Server, anna: &TestClient) {
    let (before, events) = (all(anna).await, get(anna, "/v1/events?limit=200").await);
    let app = &server.app;
    let mut tx = Tx::open(&app.db, &app.clock, Default::default()).await.expect("a transaction");
    tx.execute(sql("DELETE FROM upgrades")).await.expect("as if it had not been noted");
    tx.commit().await.expect("committed");
    upgrade(&app.db, &app.clock, REGISTRY.upgrades).await.expect("it is done again");
    assert_eq!(
        (all(anna).await, get(anna, "/v1/events?limit=200").await["data"].clone()),
        (before, events["data"].clone())
    );
}
