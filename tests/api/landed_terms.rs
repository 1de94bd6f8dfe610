//! Databases that earlier versions wrote go on, with all that has become due since.

use crate::server::{START, run_due};
use crate::{
    client::TestClient,
    mails::once_none,
    people::{PASSWORD, ids},
    server::Server,
    support::databases::Database,
    time::only,
};
use serde_json::{Value, json};
use sqlx::{
    Connection, PgConnection, SqliteConnection,
    migrate::{Migrate, Migrator},
    sqlite::SqliteConnectOptions,
};
use std::path::Path;
use vorzimmer::db::{Engine, migrate, sql};
use vorzimmer::kernel::Timestamp;

/// The rows that a version wrote to each engine.
struct Dump {
    sqlite: &'static str,
    postgres: &'static str,
    /// The migrations of the version.
    migrations: i64,
    /// Rows beside those, in the words of both engines.
    more: &'static str,
    /// When the server starts on it.
    starts_at: &'static str,
}

const WITH_TERMS: Dump = Dump {
    sqlite: include_str!("../landed/sqlite.sql"),
    postgres: include_str!("../landed/postgres.sql"),
    migrations: 5,
    more: "",
    starts_at: START,
};
const WITH_NAMES: Dump = Dump {
    sqlite: include_str!("../landed/sqlite_7.sql"),
    postgres: include_str!("../landed/postgres_7.sql"),
    migrations: 7,
    more: "",
    starts_at: START,
};
const WITH_JOBS: Dump = Dump {
    sqlite: include_str!("../landed/sqlite_9.sql"),
    postgres: include_str!("../landed/postgres_9.sql"),
    migrations: 9,
    more: "",
    starts_at: START,
};
const WITH_PAUSES: Dump = Dump {
    sqlite: include_str!("../landed/sqlite_10.sql"),
    postgres: include_str!("../landed/postgres_10.sql"),
    migrations: 10,
    more: "",
    starts_at: START,
};
const WITH_PACKAGES: Dump = Dump {
    sqlite: include_str!("../landed/sqlite_12.sql"),
    postgres: include_str!("../landed/postgres_12.sql"),
    migrations: 12,
    more: "",
    starts_at: "2026-12-01T12:00:00Z",
};
const WITH_CHECKPOINTS: Dump = Dump {
    sqlite: include_str!("../landed/sqlite_17.sql"),
    postgres: include_str!("../landed/postgres_17.sql"),
    migrations: 17,
    more: "",
    starts_at: "2026-12-01T12:00:00Z",
};
/// The same, once each of its blocks had told that so much of it was used.
const WITH_ALERTS: Dump = Dump {
    more: "INSERT INTO alerts (workspace_id, id, client_id, engagement_id, subject, period_seq, block_id, percent, used_seconds, \
           limit_seconds, reached_at, version, created_at, updated_at) SELECT workspace_id, id, client_id, engagement_id, 'block', 0, \
           id, 80, 240, 300, created_at, 1, created_at, created_at FROM blocks",
    ..WITH_CHECKPOINTS
};
/// 32 bytes of 7: what the versions sealed with.
const SECRET_KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

/// The version's database, brought up to date.
async fn landed(engine: Engine, dump: &Dump) -> Option<Database> {
    let database = Database::empty(engine)?;
    match engine {
        Engine::Sqlite => {
            let options: SqliteConnectOptions = database.url.parse().expect("an address");
            let options = options.create_if_missing(true).foreign_keys(false);
            let mut conn = SqliteConnection::connect_with(&options).await.expect("a file");
            schema("migrations/sqlite", dump.migrations, &mut conn).await;
            sqlx::raw_sql(dump.sqlite).execute(&mut conn).await.expect("its rows");
            sqlx::raw_sql(dump.more).execute(&mut conn).await.expect("more rows");
            conn.close().await.expect("it is closed");
        }
        Engine::Postgres => {
            let mut conn = PgConnection::connect(&database.url).await.expect("a database");
            schema("migrations/postgres", dump.migrations, &mut conn).await;
            sqlx::raw_sql(dump.postgres).execute(&mut conn).await.expect("its rows");
            sqlx::raw_sql(dump.more).execute(&mut conn).await.expect("more rows");
            conn.close().await.expect("it is closed");
        }
    }
    let db = database.open().await;
    migrate(&db, database.dir()).await.expect("it is brought up to date");
    db.close().await;
    std::fs::write(database.dir().join("secret.key"), SECRET_KEY).expect("its key");
    Some(database)
}

async fn schema(folder: &str, migrations: i64, conn: &mut impl Migrate) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let migrator = Migrator::new(folder).await.expect("the migrations");
    migrator.run_direct(Some(migrations), conn, false).await.expect("its schema");
}

fn on_both(dump: &Dump, test: impl AsyncFn(Server)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        actix_web::rt::System::new().block_on(async {
            if let Some(database) = landed(engine, dump).await {
                let server = Server::built(&database, dump.starts_at).await;
                test(server.clone()).await;
                server.stop().await;
            }
        });
    }
}

async fn anna(server: &Server) -> TestClient {
    let login = json!({"email": "anna@example.com", "password": PASSWORD});
    let answer = server.client.post("/v1/auth/login").json(&login).send().await.expect(200).json();
    server.client.with_bearer(answer["access_token"].as_str().expect("an access token"))
}

/// Title, version and rate of each engagement, by title.
async fn engagements(anna: &TestClient) -> Value {
    let list = anna.get("/v1/engagements?sort=title").send().await.expect(200).json();
    let shown = |one: &Value| json!([one["title"], one["version"], one["terms"]["rate_minor"]]);
    list["data"].as_array().unwrap().iter().map(shown).collect()
}

/// The address of each engagement, by its title.
async fn by_title(anna: &TestClient) -> impl Fn(&str) -> String {
    let list = anna.get("/v1/engagements").send().await.expect(200).json()["data"].clone();
    move |title| {
        let one = list.as_array().unwrap().iter().find(|one| one["title"] == title).expect(title);
        format!("/v1/engagements/{}", one["id"].as_str().unwrap())
    }
}

async fn next_due_at(server: &Server) -> Option<Timestamp> {
    let mut conn = server.app.db.read().await.unwrap();
    conn.scalar(sql("SELECT next_due_at FROM workspaces WHERE next_due_at IS NOT NULL")).await.unwrap()
}

#[test]
fn terms_that_came_into_force_unrecorded_are_told_once() {
    on_both(&WITH_TERMS, async |server| {
        server.app.clock.set("2026-12-02T08:00:00Z".parse().unwrap());
        let anna = anna(&server).await;
        let expected = json!([
            ["Beendet", 6, 4500],
            ["Ohne neue Konditionen", 3, 4500],
            ["Pausiert", 7, 5600],
            ["Schon gestiegen", 5, 5800],
            ["Steigend", 11, 5500]
        ]);
        assert_eq!(engagements(&anna).await, expected);
        assert_eq!(run_due(&server.app).await.unwrap(), 0);
        let told = anna.get("/v1/events?type=terms.effective").send().await.expect(200).json();
        let days: Vec<_> =
            told["data"].as_array().unwrap().iter().map(|event| &event["data"]["effective_from"]).collect();
        assert_eq!(days, ["2026-12-01", "2026-12-01"]);
        assert_eq!(engagements(&anna).await, expected);
        assert_eq!(next_due_at(&server).await, Some("2027-02-28T23:00:00Z".parse().unwrap()));
    });
}

#[test]
fn terms_to_come_are_planned_without_a_reader() {
    on_both(&WITH_TERMS, async |server| {
        server.app.clock.set("2026-11-30T12:00:00Z".parse().unwrap());
        assert_eq!(run_due(&server.app).await.unwrap(), 1);
        assert_eq!(next_due_at(&server).await, Some("2026-11-30T23:00:00Z".parse().unwrap()));
        let anna = anna(&server).await;
        assert!(ids(&anna.get("/v1/events").send().await.expect(200).json()).is_empty());
    });
}

#[test]
fn names_and_tombstones_of_an_earlier_version_are_shown_in_their_present_form() {
    on_both(&WITH_NAMES, async |server| {
        server.app.clock.set("2026-12-02T08:00:00Z".parse().unwrap());
        let anna = anna(&server).await;
        let get = async |path: &str| anna.get(path).send().await.expect(200).json()["data"].clone();
        let entries = get("/v1/time-entries?updated_since=2026-11-01T00:00:00Z").await;
        let shown = |one: &Value| json!([one["status"], one["member_name"], one["description"]]);
        let shown: Vec<Value> = entries.as_array().unwrap().iter().map(shown).collect();
        assert_eq!(shown, [json!(["recorded", "Anna Vogt", "Post"]), json!(["deleted", "Anna Vogt", null])]);
        let task = get("/v1/tasks").await[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(get(&format!("/v1/tasks/{task}/comments")).await[0]["author"]["name"], "Anna Vogt");
        anna.patch("/v1/me").json(&json!({"name": "Anna Neu"})).send().await.expect(200);
        assert_eq!(get("/v1/time-entries").await[0]["member_name"], "Anna Vogt", "it stays from now on");
        assert_eq!(get("/v1/mails").await, json!([]));
    });
}

#[test]
fn jobs_of_an_earlier_version_are_done_once_also_where_it_died_with_one_in_hand() {
    on_both(&WITH_JOBS, async |server| {
        // The lease of the version still holds; it has run out; all has become due; nothing is left.
        let instants = ["2026-11-30T16:21:00Z", "2026-11-30T16:22:00Z", "2026-12-02T08:00:00Z"];
        for (instant, done) in instants.into_iter().zip([0, 1, 3]) {
            server.app.clock.set(instant.parse().unwrap());
            assert_eq!(run_due(&server.app).await.unwrap(), done, "{instant}");
        }
        assert_eq!(run_due(&server.app).await.unwrap(), 0);
        let anna = anna(&server).await;
        let get = async |path: &str| anna.get(path).send().await.expect(200).json()["data"].clone();
        let events = get("/v1/events").await;
        let told = |event: &Value| json!([event["type"], event["data"]["title"], event["actor"]["name"]]);
        let told: Vec<Value> = events.as_array().unwrap().iter().rev().map(told).collect();
        let expected = [
            json!(["share_link.expired", "Beansprucht", "Vorzimmer"]),
            json!(["terms.effective", null, "Vorzimmer"]),
            json!(["engagement.updated", "Post", "Vorzimmer"]),
            json!(["timer.long_running", null, "Vorzimmer"]),
            json!(["share_link.expired", "Wartet", "Vorzimmer"]),
        ];
        assert_eq!(told, expected);
        assert_eq!(engagements(&anna).await, json!([["Post", 6, 5000]]));
        let links = get("/v1/share-links").await;
        assert!(links.as_array().unwrap().iter().all(|link| link["status"] == "expired"), "{links}");
        let entries = get("/v1/time-entries?sort=created_at").await;
        let shown = |one: &Value| json!([one["status"], one["needs_review"], one["member_name"]]);
        let shown: Vec<Value> = entries.as_array().unwrap().iter().map(shown).collect();
        assert_eq!(shown, [json!(["recorded", false, "Anna"]), json!(["running", true, "Anna Vogt"])]);
        let task = get("/v1/tasks").await[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(get(&format!("/v1/tasks/{task}/comments")).await[0]["author"]["name"], "Anna");
    });
}

#[test]
fn mails_of_an_earlier_version_go_out_once_also_where_it_died_with_one_in_hand() {
    on_both(&WITH_JOBS, async |server| {
        server.app.clock.set("2026-12-02T08:00:00Z".parse().unwrap());
        run_due(&server.app).await.unwrap();
        for name in ["later", "held"] {
            let token = server.mailed_token(&format!("{name}@example.com")).await;
            let body = json!({"token": token, "name": name, "password": PASSWORD});
            server.client.post("/v1/invitations/accept").json(&body).send().await.expect(201);
        }
        let mails = once_none(&anna(&server).await, "queued").await;
        let shown = |mail: &Value| json!([mail["to"], mail["status"], mail["last_error"]]);
        let shown: Vec<Value> = mails["data"].as_array().unwrap().iter().rev().map(shown).collect();
        let expected = [
            json!(["sent@example.com", "sent", null]),
            json!(["refused@example.com", "failed", "the mail server answered 550"]),
            json!(["later@example.com", "sent", "the mail server answered 451"]),
            json!(["held@example.com", "sent", null]),
        ];
        assert_eq!(shown, expected);
        assert_eq!(server.waiting_mails(), 0, "each was delivered once");
    });
}

#[test]
fn pauses_of_an_earlier_version_are_kept_and_take_no_work() {
    on_both(&WITH_PAUSES, async |server| {
        server.app.clock.set("2026-11-30T12:00:00Z".parse().unwrap());
        let anna = anna(&server).await;
        let list = anna.get("/v1/engagements?sort=title").send().await.expect(200).json()["data"].clone();
        let shown = |one: &Value| json!([one["title"], one["version"], one["paused_on"], one["pauses"]]);
        let shown: Value = list.as_array().unwrap().iter().map(shown).collect();
        let pause = |from: &str, until: Value| json!({"from_on": from, "until_on": until});
        let expected = json!([
            ["Am selben Tag", 5, null, []],
            ["Nie pausiert", 3, null, []],
            // 22:30 UTC was the next day in Berlin, and the same day in New York.
            [
                "Pausiert",
                6,
                "2026-11-13",
                [pause("2026-09-21", json!("2026-10-03")), pause("2026-11-14", json!(null))]
            ],
            ["Pausiert beendet", 5, "2026-11-13", [pause("2026-11-14", json!(null))]],
            [
                "Zweimal pausiert",
                7,
                null,
                [pause("2026-09-19", json!("2026-10-04")), pause("2026-11-01", json!("2026-11-15"))]
            ]
        ]);
        assert_eq!(shown, expected);
        for one in list.as_array().unwrap() {
            let quarters = one["title"] == "Zweimal pausiert";
            let terms = &one["terms"];
            assert_eq!(terms["period_count"], 1, "{one}");
            assert_eq!(terms["anchor_month"], if quarters { json!(1) } else { json!(null) });
            if one["title"] == "Pausiert beendet" {
                assert_eq!(terms["consume_order"], "included_first", "what was agreed stays");
            }
            // The last event of each shows what it shows today.
            let path = format!("/v1/events?limit=1&resource_id={}", one["id"].as_str().unwrap());
            let told = anna.get(&path).send().await.expect(200).json()["data"][0]["data"].clone();
            assert_eq!((&told["pauses"], &told["terms"]), (&one["pauses"], terms));
        }
        work_in_a_past_pause_stays(&anna, list[4]["id"].as_str().unwrap()).await;
    });
}

/// What was noted in a pause before that was refused can be read and deleted, and its texts can be edited.
async fn work_in_a_past_pause_stays(anna: &TestClient, engagement: &str) {
    let entries = anna.get("/v1/time-entries?sort=-work_date").send().await.expect(200).json()["data"].clone();
    assert_eq!((&entries[0]["work_date"], &entries[1]["work_date"]), (&json!("2026-09-25"), &json!("2026-09-10")));
    let path = format!("/v1/time-entries/{}", entries[0]["id"].as_str().unwrap());
    anna.patch(&path).json(&json!({"description": "Post"})).send().await.expect(200);
    let refused = anna.patch(&path).json(&json!({"duration_seconds": 60})).send().await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["last_open_on"]),
        (&json!("engagement_not_active"), &json!("2026-09-18"))
    );
    for (day, status) in [("2026-10-04", 409), ("2026-10-05", 201), ("2026-11-15", 409), ("2026-11-16", 201)] {
        let work = json!({"engagement_id": engagement, "work_date": day, "duration_seconds": 60});
        anna.post("/v1/time-entries").json(&work).send().await.expect(status);
    }
    anna.delete(&path).send().await.expect(204);
}

#[test]
fn blocks_of_an_earlier_version_stay_with_what_refers_to_them() {
    on_both(&WITH_ALERTS, async |server| {
        let anna = anna(&server).await;
        let get = async |path: &str| anna.get(path).send().await.expect(200).json()["data"].clone();
        let alerts = get("/v1/alerts?subject=block&sort=created_at").await;
        let at_80 = alerts.as_array().unwrap().iter().filter(|alert| alert["percent"] == 80);
        let told: Value = at_80.map(|alert| alert["block_id"].clone()).collect();
        let mut blocks = Vec::new();
        for engagement in get("/v1/engagements").await.as_array().unwrap() {
            let of = format!("/v1/engagements/{}/blocks", engagement["id"].as_str().unwrap());
            blocks.extend(get(&of).await.as_array().unwrap().clone());
        }
        blocks.sort_by_key(|block| block["created_at"].to_string());
        let shown = |block: &Value| only(block, &["title", "status", "minutes", "reason", "version"]);
        let expected = [
            json!(["Angebot", "offered", 300, null, 1]),
            json!(["Aktiv", "active", 120, null, 2]),
            json!(["Nein", "declined", 60, null, 2]),
        ];
        assert_eq!(blocks.iter().map(shown).collect::<Vec<_>>(), expected);
        assert_eq!(told, blocks.iter().map(|block| block["id"].clone()).collect::<Value>());
    });
}

#[test]
fn packages_of_an_earlier_version_have_the_same_sums_and_go_on() {
    on_both(&WITH_PACKAGES, async |server| {
        let anna = anna(&server).await;
        let found = by_title(&anna).await;
        let names = ["available_seconds", "consumed_seconds", "overage_seconds", "carried_out_seconds"];
        let expected = [
            (
                "Gesperrt",
                json!([
                    [36000, 43200, 7200, 0],
                    [36000, 32400, 0, 0],
                    [36000, 25200, 0, 0],
                    [36000, 43200, 7200, 0],
                    [36000, 0, 0, 0],
                    [36000, 0, 0, 0]
                ]),
            ),
            (
                "Mitgenommen",
                json!([
                    [36000, 14400, 0, 21600],
                    [81000, 32400, 0, 48600],
                    [84600, 10800, 0, 73800],
                    [109800, 111600, 1800, 0],
                    [36000, 0, 0, 36000],
                    [72000, 0, 0, 72000]
                ]),
            ),
            (
                "Nach Stunden",
                json!([
                    [0, 0, 0, 0],
                    [0, 0, 0, 0],
                    [18000, 10800, 0, 7200],
                    [7200, 3600, 0, 3600],
                    [0, 0, 0, 0],
                    [0, 0, 0, 0]
                ]),
            ),
        ];
        for (title, sums) in expected {
            let of = found(title);
            let periods = anna.get(&format!("{of}/periods?sort=seq")).send().await.expect(200).json();
            let shown: Value = periods["data"].as_array().unwrap().iter().map(|one| only(one, &names)).collect();
            assert_eq!(shown, sums, "{title}");
            for period in periods["data"].as_array().unwrap() {
                let alone = anna.get(&format!("{of}/periods/{}", period["seq"])).send().await.expect(200);
                assert_eq!(alone.json(), *period, "{title}");
            }
        }
        // What was beyond the package already is no reason to refuse other work.
        let of = found("Gesperrt");
        let note = |date: &str, seconds: i64| {
            let engagement = of.rsplit('/').next().unwrap();
            anna.post("/v1/time-entries")
                .json(&json!({"engagement_id": engagement, "work_date": date, "duration_seconds": seconds}))
        };
        note("2026-09-02", 3600).send().await.expect(201);
        note("2026-09-02", 60).send().await.expect(409);
        note("2026-11-04", 60).send().await.expect(409);
        note("2026-12-01", 36_000).send().await.expect(201);
    });
}

#[test]
fn accounts_of_an_earlier_version_go_on_as_they_stood() {
    on_both(&WITH_CHECKPOINTS, async |server| {
        let anna = anna(&server).await;
        let found = by_title(&anna).await;
        let names = ["status", "available_seconds", "consumed_seconds", "overage_seconds", "carried_out_seconds"];
        // Its terms said already that periods close ten days after their end; now the third does.
        let closed = json!([
            ["closed", 36000, 28800, 0, 0],
            ["closed", 36000, 32400, 0, 0],
            ["closed", 36000, 50400, 14400, 0],
            ["ended", 21600, 21600, 0, 0],
            ["open", 36000, 0, 0, 0],
            ["upcoming", 36000, 0, 0, 0]
        ]);
        let carried = json!([
            ["ended", 36000, 32400, 0, 3600],
            ["ended", 39600, 0, 0, 39600],
            ["ended", 82800, 0, 0, 82800],
            ["ended", 122400, 18000, 0, 104400],
            ["open", 140400, 0, 0, 140400],
            ["upcoming", 176400, 0, 0, 176400]
        ]);
        for (title, sums) in [("Abgeschlossen", closed), ("Voller Block", carried)] {
            let periods = anna.get(&format!("{}/periods?sort=seq", found(title))).send().await.expect(200).json();
            let shown: Value = periods["data"].as_array().unwrap().iter().map(|one| only(one, &names)).collect();
            assert_eq!(shown, sums, "{title}");
        }
        let blocks =
            anna.get(&format!("{}/blocks?sort=created_at", found("Voller Block"))).send().await.expect(200);
        let shown = |block: &Value| only(block, &["title", "status", "is_top_up"]);
        let shown: Value = blocks.json()["data"].as_array().unwrap().iter().map(shown).collect();
        let expected =
            json!([["Angebot", "offered", false], ["Aktiv", "active", false], ["Nein", "declined", false]]);
        assert_eq!(shown, expected);
        // What events show of terms, entries and blocks has the members of today.
        let events = anna.get("/v1/events?limit=200").send().await.expect(200).json()["data"].clone();
        let mut looked_at = 0;
        for event in events.as_array().unwrap() {
            let (kind, data) = (event["resource"]["type"].as_str().unwrap(), &event["data"]);
            let members: &[(&Value, &str, Value)] = match kind {
                "engagement" | "terms" if data["terms"]["kind"] == "retainer" => {
                    &[(&data["terms"], "area_factors", json!([])), (&data["terms"], "auto_top_up", json!(null))]
                }
                "engagement" => &[(&data["terms"], "area_factors", json!(null))],
                "time_entry" => &[(data, "area", json!(null))],
                "block" => &[(data, "is_top_up", json!(false)), (data, "reason", json!(null))],
                _ => &[],
            };
            for (object, member, value) in members {
                assert_eq!(object.get(*member), Some(value), "{event}");
                looked_at += 1;
            }
        }
        assert!(looked_at > 30, "{looked_at}");
        let default = anna.get("/v1/clients").send().await.expect(200).json()["data"][0]["default_terms"].clone();
        assert_eq!(only(&default, &["rate_minor", "auto_top_up"]), json!([6000, null]));
    });
}
