//! Terms that come into force by time alone: whoever follows engagements learns of it, once, whoever comes first.

use crate::server::run_due;
use crate::{
    client::{Reply, TestClient},
    engagement_terms::{answer, propose},
    engagements::{act, active},
    people::{changes_of, id, ids, new_client},
    server::Server,
    support::databases::{Context, Database, on_both},
};
use futures_util::future::{join_all, join3};
use serde_json::{Value, json};
use std::rc::Rc;
use vorzimmer::db::{Engine, Tx, sql};
use vorzimmer::kernel::Timestamp;
use vorzimmer::platform::jobs::left_over;

const SCOPES: &[&str] = &[
    "clients:read",
    "clients:write",
    "engagements:read",
    "engagements:write",
    "tasks:read",
    "tasks:write",
    "time:read",
    "time:write",
    "shares:read",
    "events:read",
];

/// An automation, whose credentials outlast every move of the clock, and an engagement at 45 EUR.
pub struct Follower {
    pub caller: TestClient,
    pub client: String,
    pub engagement: String,
}

impl Follower {
    pub async fn new(server: &Server) -> Self {
        let anna = server.assistant("anna").await;
        let caller = server.automation(&anna, SCOPES).await;
        let client = id(&new_client(&caller, "Tischlerei Müller").await);
        let engagement = id(&active(&caller, &client, "Büro").await);
        Self { caller, client, engagement }
    }

    /// New terms from a day on, accepted.
    pub async fn rise(&self, from: &str, rate: i64) -> Value {
        let made = propose(&self.caller, &self.engagement, from, rate).await.expect(201).json();
        answer(&self.caller, &made, "accept").await.expect(200).json()
    }

    async fn get(&self, path: &str) -> Value {
        self.caller.get(path).send().await.expect(200).json()
    }

    async fn read(&self) -> Reply {
        self.caller.get(&format!("/v1/engagements/{}", self.engagement)).send().await.expect(200)
    }

    /// Version and rate of the engagement.
    async fn shown(&self) -> (i64, i64) {
        shown(&self.read().await.json())
    }

    /// The types of what happened after an event, and the newest event.
    async fn after(&self, event: &Value) -> (Vec<String>, Vec<Value>) {
        let events = self.get(&format!("/v1/events?limit=200&after={}", id(event))).await;
        let events = events["data"].as_array().unwrap().clone();
        (events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect(), events)
    }

    async fn newest(&self) -> Value {
        self.get("/v1/events?limit=1").await["data"][0].clone()
    }
}

fn shown(engagement: &Value) -> (i64, i64) {
    (engagement["version"].as_i64().unwrap(), engagement["terms"]["rate_minor"].as_i64().unwrap())
}

fn at(server: &Server, instant: &str) {
    server.app.clock.set(instant.parse().expect("an instant"));
}

/// Midnight in Berlin before 1 April, in summer time.
const APRIL: &str = "2026-03-31T22:00:00Z";
const TOLD: [&str; 2] = ["terms.effective", "engagement.updated"];

#[on_both]
async fn the_first_reader_finds_the_new_terms_recorded(server: Server) {
    let follower = Follower::new(&server).await;
    let made = follower.rise("2026-04-01", 5000).await;
    let before = follower.read().await;
    let (version, _) = shown(&before.json());
    let as_of = follower.get("/v1/engagements").await["as_of"].as_str().unwrap().to_owned();
    let newest = follower.newest().await;
    at(&server, "2026-03-31T21:59:59.999999Z");
    assert_eq!(follower.shown().await, (version, 4500));
    assert!(follower.after(&newest).await.0.is_empty());
    at(&server, APRIL);
    let after = follower.read().await;
    assert_eq!(shown(&after.json()), (version + 1, 5000));
    assert_ne!(after.header("etag"), before.header("etag"));
    assert_eq!(after.json()["updated_at"], APRIL);
    let (types, events) = follower.after(&newest).await;
    assert_eq!(types, TOLD);
    assert_eq!((&events[0]["resource"]["type"], &events[0]["resource"]["id"]), (&json!("terms"), &made["id"]));
    assert_eq!((&events[0]["data"], &events[1]["data"]), (&made, &after.json()));
    assert_eq!(
        changes_of(&events[1])["terms_id"],
        json!({"before": before.json()["terms_id"], "after": made["id"]})
    );
    for event in &events {
        assert_eq!((&event["actor"]["name"], &event["actor"]["member_id"]), (&json!("Vorzimmer"), &json!(null)));
    }
    let changed = follower.get(&format!("/v1/engagements?updated_since={as_of}")).await;
    assert_eq!(changed["data"][0], after.json());
    // Nothing is left to do, for anybody.
    assert_eq!(run_due(&server.app).await.unwrap(), 0);
    assert_eq!((follower.shown().await, follower.after(&newest).await.0.len()), ((version + 1, 5000), 2));
}

#[on_both]
async fn whichever_list_is_read_first_shows_it(server: Server) {
    let follower = Follower::new(&server).await;
    let engagement = &follower.engagement;
    let work = json!({"engagement_id": engagement, "work_date": "2026-03-02", "duration_seconds": 60});
    let entry = id(&follower.caller.post("/v1/time-entries").json(&work).send().await.expect(201).json());
    let task = json!({"client_id": follower.client, "engagement_id": engagement, "title": "Ablage"});
    let task = id(&follower.caller.post("/v1/tasks").json(&task).send().await.expect(201).json());
    let paths = [
        "/v1/engagements".to_owned(),
        format!("/v1/engagements/{engagement}?expand=client"),
        format!("/v1/engagements/{engagement}/terms"),
        "/v1/tasks?expand=engagement".to_owned(),
        format!("/v1/tasks/{task}?expand=engagement"),
        "/v1/time-entries?expand=engagement&include=totals".to_owned(),
        format!("/v1/time-entries/{entry}?expand=engagement"),
        "/v1/share-links?expand=engagement".to_owned(),
        "/v1/events?limit=2".to_owned(),
    ];
    for (month, path) in (4..).zip(paths) {
        let rate = 5000 + month;
        let made = follower.rise(&format!("2026-{month:02}-01"), rate).await;
        let (version, _) = follower.shown().await;
        at(&server, &format!("2026-{month:02}-01T08:00:00Z"));
        let answer = follower.get(&path).await;
        let told = follower.get(&format!("/v1/events?resource_id={}&type=terms.effective", id(&made))).await;
        assert_eq!(ids(&told).len(), 1, "{path}");
        assert_eq!(follower.shown().await, (version + 1, rate), "{path}");
        for engagement in [&answer["data"][0]["engagement"], &answer["engagement"]] {
            assert!(!engagement.is_object() || shown(engagement) == (version + 1, rate), "{path}: {engagement}");
        }
    }
}

#[on_both]
async fn the_first_writer_finds_the_new_terms_recorded(server: Server) {
    let follower = Follower::new(&server).await;
    follower.rise("2026-04-01", 5000).await;
    let (before, newest) = (follower.read().await, follower.newest().await);
    let (version, _) = shown(&before.json());
    at(&server, APRIL);
    let path = format!("/v1/engagements/{}", follower.engagement);
    let rename = |title: &str| follower.caller.patch(&path).json(&json!({"title": title}));
    // It is not what she saw any more.
    rename("Alt").header("if-match", before.header("etag").unwrap()).send().await.expect(412);
    let renamed = rename("Neu").send().await.expect(200).json();
    assert_eq!(shown(&renamed), (version + 2, 5000));
    let (types, events) = follower.after(&newest).await;
    assert_eq!(types, [&TOLD[..], &["engagement.updated"]].concat());
    assert_eq!(changes_of(&events[2]), json!({"title": {"before": "Büro", "after": "Neu"}}));
    assert_eq!(run_due(&server.app).await.unwrap(), 0);
}

#[on_both]
async fn the_job_records_it_where_nobody_comes(server: Server) {
    let follower = Follower::new(&server).await;
    follower.rise("2026-04-01", 5000).await;
    follower.rise("2026-05-01", 5500).await;
    let ((version, _), newest) = (follower.shown().await, follower.newest().await);
    assert_eq!(run_due(&server.app).await.unwrap(), 0);
    at(&server, APRIL);
    assert_eq!(run_due(&server.app).await.unwrap(), 1);
    assert_eq!(recorded(&server).await, 3);
    at(&server, "2026-04-30T22:00:00Z");
    assert_eq!(run_due(&server.app).await.unwrap(), 1);
    assert_eq!(run_due(&server.app).await.unwrap(), 0);
    assert_eq!(follower.shown().await, (version + 2, 5500));
    assert_eq!(follower.after(&newest).await.0, [TOLD, TOLD].concat());
}

#[on_both]
async fn what_came_and_went_unseen_is_told_in_order(server: Server) {
    let follower = Follower::new(&server).await;
    let mut made = Vec::new();
    // The third takes the place of the second before anybody sees that one.
    for (from, rate) in [("2026-05-01", 5500), ("2026-04-01", 9900), ("2026-04-01", 5000), ("2026-12-01", 6000)] {
        made.push(id(&follower.rise(from, rate).await));
    }
    let ((version, _), newest) = (follower.shown().await, follower.newest().await);
    at(&server, "2026-06-10T08:00:00Z");
    assert_eq!(follower.shown().await, (version + 1, 5500));
    let (types, events) = follower.after(&newest).await;
    assert_eq!(types, ["terms.effective", "terms.effective", "engagement.updated"]);
    assert_eq!([&events[0]["resource"]["id"], &events[1]["resource"]["id"]], [&made[2], &made[0]]);
    at(&server, "2026-11-30T23:00:00Z");
    assert_eq!(follower.shown().await, (version + 2, 6000));
}

#[on_both]
async fn an_engagement_that_has_ended_keeps_its_terms_and_a_paused_one_does_not(server: Server) {
    let ended = Follower::new(&server).await;
    let paused = Follower {
        engagement: id(&active(&ended.caller, &ended.client, "Pause").await),
        client: ended.client.clone(),
        caller: ended.caller.clone(),
    };
    for follower in [&ended, &paused] {
        follower.rise("2026-04-01", 5000).await;
    }
    act(&ended.caller, &ended.engagement, "end").await.expect(200);
    act(&paused.caller, &paused.engagement, "pause").await.expect(200);
    let ((was_ended, _), (was_paused, _), newest) =
        (ended.shown().await, paused.shown().await, ended.newest().await);
    at(&server, APRIL);
    assert_eq!((ended.shown().await, paused.shown().await), ((was_ended, 4500), (was_paused + 1, 5000)));
    let (types, events) = ended.after(&newest).await;
    assert_eq!(
        (types, &events[1]["resource"]["id"]),
        (TOLD.map(str::to_owned).to_vec(), &json!(paused.engagement))
    );
}

#[on_both]
async fn each_engagement_follows_its_own_zone(server: Server) {
    let berlin = Follower::new(&server).await;
    let body = json!({"client_id": berlin.client, "title": "Auckland", "starts_on": "2026-02-01", "time_zone": "Pacific/Auckland", "terms": {"kind": "hourly", "rate_minor": 4500}});
    let engagement = id(&berlin.caller.post("/v1/engagements").json(&body).send().await.expect(201).json());
    let tag = act(&berlin.caller, &engagement, "propose").await.expect(200).header("etag").unwrap().to_owned();
    let accept = berlin.caller.post(&format!("/v1/engagements/{engagement}/accept")).header("if-match", &tag);
    accept.json(&json!({"note": "Am Telefon."})).send().await.expect(200);
    let auckland = Follower { engagement, client: berlin.client.clone(), caller: berlin.caller.clone() };
    for follower in [&berlin, &auckland] {
        follower.rise("2026-04-01", 5000).await;
    }
    at(&server, "2026-03-31T10:59:59Z");
    assert_eq!((berlin.shown().await.1, auckland.shown().await.1), (4500, 4500));
    at(&server, "2026-03-31T11:00:00Z");
    assert_eq!((berlin.shown().await.1, auckland.shown().await.1), (4500, 5000));
    at(&server, APRIL);
    assert_eq!((berlin.shown().await.1, auckland.shown().await.1), (5000, 5000));
}

#[on_both]
async fn a_clock_that_was_wrong_leaves_nobody_with_wrong_terms(server: Server) {
    let follower = Follower::new(&server).await;
    follower.rise("2026-04-01", 5000).await;
    let ((version, _), newest) = (follower.shown().await, follower.newest().await);
    let right = server.app.clock.now();
    for (instant, expected) in [
        ("2027-04-06T09:00:00Z".parse().unwrap(), (version + 1, 5000)),
        (right, (version + 2, 4500)),
        // Clocks of several servers differ by a little: that is no reason to go back.
        (right.plus_seconds(-60), (version + 2, 4500)),
        (APRIL.parse().unwrap(), (version + 3, 5000)),
        (Timestamp::plus_seconds(APRIL.parse().unwrap(), -60), (version + 3, 5000)),
    ] {
        server.app.clock.set(instant);
        let engagement = follower.read().await.json();
        assert_eq!(shown(&engagement), expected, "{instant}");
        let (_, events) = follower.after(&newest).await;
        assert_eq!(events.last().unwrap()["data"], engagement, "{instant}");
    }
    assert_eq!(
        follower.after(&newest).await.0,
        ["terms.effective", "engagement.updated", "engagement.updated", "terms.effective", "engagement.updated"]
    );
    at(&server, APRIL);
    run_due(&server.app).await.unwrap();
}

#[on_both]
async fn what_cannot_be_recorded_is_not_shown_and_reading_goes_on(server: Server) {
    let follower = Follower::new(&server).await;
    follower.rise("2026-04-01", 5000).await;
    let (version, _) = follower.shown().await;
    let execute = async |text| {
        let mut tx = Tx::open(&server.app.db, &server.app.clock, Default::default()).await.unwrap();
        tx.execute(sql(text)).await.unwrap();
        tx.commit().await.unwrap();
    };
    execute("ALTER TABLE events RENAME TO gone").await;
    at(&server, APRIL);
    assert_eq!(follower.shown().await, (version, 4500));
    execute("ALTER TABLE gone RENAME TO events").await;
    assert_eq!(follower.shown().await, (version + 1, 5000));
}

/// How many events about terms there are.
async fn recorded(server: &Server) -> i64 {
    let count = sql("SELECT COUNT(*) FROM events WHERE resource_type = 'terms' AND type <> 'terms.proposed'");
    server.app.db.read().await.unwrap().scalar(count).await.unwrap().unwrap()
}

/// A database that several servers are started on.
#[derive(Clone)]
struct Place(Rc<Database>);

impl Place {
    async fn server(&self) -> Server {
        Server::enter(&self.0).await
    }
}

fn on_both(test: impl AsyncFn(Place)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = Database::migrated(engine) else { continue };
        actix_web::rt::System::new().block_on(test(Place(Rc::new(database))));
    }
}

#[test]
fn several_servers_record_it_once() {
    on_both(async |place| {
        let (one, other) = (place.server().await, place.server().await);
        let follower = Follower::new(&one).await;
        for month in 4..9 {
            follower.rise(&format!("2026-{month:02}-01"), 5000 + month).await;
        }
        let ((version, _), newest) = (follower.shown().await, follower.newest().await);
        for month in 4..9_i64 {
            // One server's clock is a little ahead.
            let due: Timestamp = format!("2026-{month:02}-01T08:00:00Z").parse().unwrap();
            one.app.clock.set(due);
            other.app.clock.set(due.plus_seconds(-2));
            let path = format!("/v1/engagements/{}", follower.engagement);
            let readers = join_all((0..10).map(|n| {
                let server = if n % 2 == 0 { &one } else { &other };
                let caller = server.client.as_caller(&follower.caller);
                let path = path.clone();
                async move { shown(&caller.get(&path).send().await.expect(200).json()) }
            }));
            let (read, ..) = join3(readers, run_due(&one.app), run_due(&other.app)).await;
            let expected = (version + month - 3, 5000 + month);
            assert!(read.iter().all(|shown| *shown == expected), "{read:?}: {expected:?}");
        }
        assert_eq!(follower.after(&newest).await.0, [TOLD; 5].concat());
        // Before one server's midnight the other's has come.
        follower.rise("2026-10-01", 6000).await;
        let slow = Follower {
            caller: other.client.as_caller(&follower.caller),
            client: String::new(),
            engagement: follower.engagement.clone(),
        };
        let midnight: Timestamp = "2026-09-30T22:00:00Z".parse().unwrap();
        one.app.clock.set(midnight);
        other.app.clock.set(midnight.plus_seconds(-2));
        let (version, rate) = slow.shown().await;
        assert_eq!((rate, follower.shown().await), (5008, (version + 1, 6000)));
        assert_eq!(slow.shown().await, (version + 1, 6000));
        assert_eq!(follower.after(&newest).await.0.iter().filter(|told| *told == "terms.effective").count(), 6);
        assert_eq!(left_over(&one.app.db, one.app.clock.now()).await.unwrap(), 0);
        one.stop().await;
        other.stop().await;
    });
}

#[test]
fn terms_come_into_force_while_no_server_runs() {
    on_both(async |place| {
        let server = place.server().await;
        let follower = Follower::new(&server).await;
        follower.rise("2026-04-01", 5000).await;
        let ((version, _), newest) = (follower.shown().await, follower.newest().await);
        server.stop().await;
        let server = place.server().await;
        at(&server, "2026-04-03T08:00:00Z");
        let follower = Follower { caller: server.client.as_caller(&follower.caller), ..follower };
        assert_eq!(follower.shown().await, (version + 1, 5000));
        assert_eq!(follower.after(&newest).await.0, TOLD);
        server.stop().await;
    });
}
