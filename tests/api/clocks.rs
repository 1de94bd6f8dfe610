//! Clocks that are set wrong and right again. What is written while the clock is wrong carries the workspace's order of
//! changes along; everything else follows the clock at once: what may be done, what is dated, what is counted.

use crate::{
    client::TestClient,
    engagement_terms::{answer, propose},
    engagements::{act, active, draft},
    people::{PASSWORD, id, ids, new_client, pointers},
    server::Server,
    share_links::{link, new_link},
    support::databases::{Context, Database, on_both},
    tasks::new_task,
};
use serde_json::{Value, json};
use vorzimmer::db::Tx;
use vorzimmer::kernel::Timestamp;
use vorzimmer::slices::shares::expiry;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// By how many seconds the clock is wrong.
const STEPS: [i64; 4] = [HOUR, -HOUR, 40 * DAY, 400 * DAY];

/// One write while the clock is wrong by so many seconds; then it is right again, and the owner logged in.
async fn go_astray(server: &Server, seconds: i64) -> TestClient {
    let right = server.app.clock.now();
    server.app.clock.step(right.plus_seconds(seconds));
    new_client(&server.caller(&server.log_in("anna").await), "Zur falschen Zeit").await;
    server.app.clock.step(right);
    server.caller(&server.log_in("anna").await)
}

async fn get(by: &TestClient, path: &str) -> Value {
    by.get(path).send().await.expect(200).json()
}

async fn patch(by: &TestClient, path: &str, body: Value) -> Value {
    by.patch(path).json(&body).send().await.expect(200).json()
}

/// What the newest event of a type shows.
async fn told(by: &TestClient, kind: &str) -> Value {
    get(by, &format!("/v1/events?type={kind}&limit=1")).await["data"][0]["data"].clone()
}

async fn judge_engagements(anna: &TestClient, now: Timestamp) {
    let client = id(&new_client(anna, "Müller").await);
    let engagement = id(&draft(anna, &client, "Büro").await);
    assert_eq!(act(anna, &engagement, "propose").await.expect(200).json()["proposed_at"], json!(now));
    act(anna, &engagement, "withdraw").await.expect(200);
    let engagement = id(&active(anna, &client, "Büro").await);
    let path = format!("/v1/engagements/{engagement}");
    assert_eq!(get(anna, &path).await["accepted_at"], json!(now));
    let made = propose(anna, &engagement, "2026-03-02", 5000).await.expect(201).json();
    assert_eq!(made["proposed_at"], json!(now));
    let accepted = answer(anna, &made, "accept").await.expect(200).json();
    assert_eq!((&accepted["accepted_at"], &accepted["lock"]["locked_at"]), (&json!(now), &json!(now)));
    let tomorrow = anna.post(&format!("{path}/pause")).json(&json!({"on": "2026-03-03"})).send().await.expect(422);
    assert_eq!(pointers(&tomorrow.json()), ["/on"]);
    let paused = act(anna, &engagement, "pause").await.expect(200).json();
    assert_eq!((&paused["paused_on"], &paused["paused_at"]), (&json!("2026-03-02"), &json!(now)));
    let ended = act(anna, &engagement, "end").await.expect(200).json();
    assert_eq!((&ended["ended_on"], &ended["ended_at"]), (&json!("2026-03-02"), &json!(now)));
    let archived = act(anna, &engagement, "archive").await.expect(200).json();
    assert_eq!((&archived["archived_at"], &archived["lock"]["locked_at"]), (&json!(now), &json!(now)));
    let archived = anna.post(&format!("/v1/clients/{client}/archive")).send().await.expect(200).json();
    assert_eq!(archived["archived_at"], json!(now));
}

async fn judge_tasks(anna: &TestClient, now: Timestamp) {
    let client = id(&new_client(anna, "Müller").await);
    let task = format!("/v1/tasks/{}", id(&new_task(anna, &client, "Reise").await));
    let waiting = anna.post(&format!("{task}/wait")).send().await.expect(200).json();
    assert_eq!((&waiting["waiting_since"], &waiting["waited_seconds"]), (&json!(now), &json!(0)));
    assert_eq!(told(anna, "task.waiting").await["waited_seconds"], 0);
    let done = anna.post(&format!("{task}/complete")).send().await.expect(200).json();
    assert_eq!((&done["completed_at"], &done["waited_seconds"]), (&json!(now), &json!(0)));
}

async fn judge_people(server: &Server, anna: &TestClient, now: Timestamp) {
    let email = format!(
        "tom{}@example.com",
        now.micros() + get(anna, "/v1/members").await["data"].as_array().unwrap().len() as i64
    );
    let body = json!({"email": email, "role": "assistant"});
    let made = anna.post("/v1/invitations").json(&body).send().await.expect(201).json();
    assert_eq!(made["expires_at"], json!(now.plus_seconds(14 * DAY)));
    assert_eq!(told(anna, "invitation.created").await["status"], "pending");
    let acceptance = json!({"token": made["token"], "name": "Tom", "password": PASSWORD});
    let tokens = server.client.post("/v1/invitations/accept").json(&acceptance).send().await.expect(201).json();
    get(&server.caller(&tokens), "/v1/me").await;
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    let tokens = server.client.post("/v1/auth/refresh").json(&refresh).send().await.expect(200).json();
    let tom = server.caller(&tokens);
    assert_eq!(get(&tom, "/v1/sessions").await["data"][0]["created_at"], json!(now));
    assert_eq!(get(anna, &format!("/v1/invitations/{}", id(&made))).await["accepted_at"], json!(now));
    let revoked = anna.post("/v1/invitations").json(&json!({"email": "eva@example.com", "role": "assistant"}));
    let revoked = id(&revoked.send().await.expect(201).json());
    let revoked = anna.post(&format!("/v1/invitations/{revoked}/revoke")).send().await.expect(200).json();
    assert_eq!((&revoked["status"], &revoked["revoked_at"]), (&json!("revoked"), &json!(now)));
    let key = |expires_at| json!({"name": "K", "scopes": ["clients:read"], "expires_at": expires_at});
    let past = anna.post("/v1/api-keys").json(&key(now)).send().await.expect(422).json();
    assert_eq!(pointers(&past), ["/expires_at"]);
    let made = anna.post("/v1/api-keys").json(&key(now.plus_seconds(DAY))).send().await.expect(201).json();
    get(&server.client.with_bearer(made["secret"].as_str().unwrap()), "/v1/clients").await;
}

async fn judge_links(anna: &TestClient, now: Timestamp) {
    let client = id(&new_client(anna, "Müller").await);
    let path = |link: &Value| format!("/v1/share-links/{}", id(link));
    let body = link(&client, "https://my.hidrive.com/lnk/a", json!({"expires_at": now}));
    assert_eq!(
        pointers(&anna.post("/v1/share-links").json(&body).send().await.expect(422).json()),
        ["/expires_at"]
    );
    let end = json!({"expires_at": now.plus_seconds(HOUR)});
    let made = new_link(anna, &client, "https://my.hidrive.com/lnk/a", end.clone()).await;
    assert_eq!(made["status"], "active");
    assert_eq!(told(anna, "share_link.created").await["status"], "active");
    let revoked = anna.post(&format!("{}/revoke", path(&made))).send().await.expect(200).json();
    assert_eq!((&revoked["status"], &revoked["revoked_at"]), (&json!("revoked"), &json!(now)));
    let assumed = json!(now.plus_seconds(3 * DAY));
    let made = new_link(anna, &client, "https://we.tl/t-a", json!({})).await;
    assert_eq!(made["expires_at"], assumed);
    for (change, expected) in [
        (json!({"title": "A"}), &assumed),
        (end.clone(), &end["expires_at"]),
        (json!({"expires_at": null}), &assumed),
    ] {
        assert_eq!(patch(anna, &path(&made), change).await["expires_at"], *expected);
    }
}

/// A server that counts strictly.
#[derive(Clone)]
struct Strict(Server);

impl Context for Strict {
    async fn enter(database: &Database) -> Self {
        Self(Server::with(database, |config| (config.rate_limit, config.auth_rate_limit) = (20, 3)).await)
    }

    async fn leave(self) {
        self.0.stop().await;
    }
}

#[on_both]
async fn all_but_the_order_follows_the_clock_once_it_is_right_again(server: Server) {
    server.register("anna").await;
    let now = server.app.clock.now();
    for seconds in STEPS {
        let anna = go_astray(&server, seconds).await;
        judge_engagements(&anna, now).await;
        judge_tasks(&anna, now).await;
        judge_people(&server, &anna, now).await;
        judge_links(&anna, now).await;
    }
}

#[on_both]
async fn ids_cursors_and_events_stay_unique_and_ordered(server: Server) {
    let anna = server.assistant("anna").await;
    let (before, mut made) = (get(&anna, "/v1/clients").await, Vec::new());
    let right = server.app.clock.now();
    for seconds in STEPS.into_iter().flat_map(|seconds| [seconds, 0]) {
        server.app.clock.step(right.plus_seconds(seconds));
        let anna = server.caller(&server.log_in("anna").await);
        for name in ["A", "B"] {
            made.push(id(&new_client(&anna, name).await));
        }
    }
    let anna = server.caller(&server.log_in("anna").await);
    let all = async |path: &str| {
        let (mut seen, mut next) = (Vec::new(), path.to_owned());
        loop {
            let page = get(&anna, &next).await;
            seen.extend(page["data"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(cursor) => next = format!("{path}&cursor={cursor}"),
                None => return seen,
            }
        }
    };
    let of = |rows: Vec<Value>| rows.iter().map(id).collect::<Vec<_>>();
    assert!(made.is_sorted());
    assert_eq!(of(all("/v1/clients?limit=1&sort=created_at").await), made);
    assert_eq!(of(all("/v1/clients?limit=3").await), made.iter().rev().cloned().collect::<Vec<_>>());
    let since = before["as_of"].as_str().unwrap();
    assert_eq!(of(all(&format!("/v1/clients?limit=1&updated_since={since}")).await), made);
    let events = all("/v1/events?limit=3&type=client.created").await;
    let dates: Vec<Timestamp> =
        events.iter().rev().map(|event| event["occurred_at"].as_str().unwrap().parse().unwrap()).collect();
    assert!(dates.len() == made.len() && dates.windows(2).all(|pair| pair[0] < pair[1]), "{dates:?}");
}

#[on_both]
async fn a_client_who_follows_is_told_what_she_loses_sight_of(server: Server) {
    server.register("anna").await;
    let anna = go_astray(&server, 40 * DAY).await;
    let client = id(&new_client(&anna, "Müller").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let engagement = id(&draft(&anna, &client, "Büro").await);
    act(&anna, &engagement, "propose").await.expect(200);
    let task = id(&new_task(&anna, &client, "Reise").await);
    let files = id(&new_link(&anna, &client, "https://my.hidrive.com/lnk/a", json!({})).await);
    let hide = json!({"visibility": "internal"});
    for (list, gone) in [("engagements", &engagement), ("tasks", &task), ("share-links", &files)] {
        let as_of = get(&klara, &format!("/v1/{list}")).await["as_of"].as_str().unwrap().to_owned();
        match list {
            "engagements" => drop(act(&anna, gone, "withdraw").await.expect(200)),
            _ => drop(patch(&anna, &format!("/v1/{list}/{gone}"), hide.clone()).await),
        }
        let changes = get(&klara, &format!("/v1/{list}?updated_since={as_of}")).await;
        let told: Vec<_> = changes["data"].as_array().unwrap().iter().filter(|row| row["id"] == **gone).collect();
        assert!(told.len() == 1 && told[0]["deleted_at"] == told[0]["updated_at"], "{list}: {changes}");
    }
}

#[on_both]
async fn terms_accepted_later_count_whatever_the_clock_said_when(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Müller").await);
    let engagement = id(&active(&anna, &client, "Büro").await);
    let right = server.app.clock.now();
    for (rate, seconds) in [(5000, 40 * DAY), (6000, 0)] {
        server.app.clock.step(right.plus_seconds(seconds));
        let anna = server.caller(&server.log_in("anna").await);
        let made = propose(&anna, &engagement, "2026-03-02", rate).await.expect(201).json();
        answer(&anna, &made, "accept").await.expect(200);
    }
    let anna = server.caller(&server.log_in("anna").await);
    assert_eq!(get(&anna, &format!("/v1/engagements/{engagement}")).await["terms"]["rate_minor"], 6000);
}

#[on_both]
async fn an_end_that_comes_again_is_told_once(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Müller").await);
    let end = server.app.clock.now().plus_seconds(HOUR);
    let made = new_link(&anna, &client, "https://my.hidrive.com/lnk/a", json!({"expires_at": end})).await;
    // The job was due, and then the clock was set back.
    let workspace = id(&get(&anna, "/v1/workspace").await).parse().unwrap();
    let mut tx = Tx::begin(&server.app.db, &server.app.clock, workspace, Default::default()).await.unwrap();
    expiry::judge(&mut tx, &json!({"share_link_id": id(&made)})).await.unwrap();
    tx.commit().await.unwrap();
    server.app.clock.set(end);
    assert_eq!(crate::server::run_due(&server.app).await.unwrap(), 1);
    let anna = server.caller(&server.log_in("anna").await);
    assert_eq!(ids(&get(&anna, "/v1/events?type=share_link.expired").await).len(), 1);
}

#[on_both]
async fn an_hour_back_freezes_no_limit(server: Strict) {
    let server = server.0;
    let anna = server.assistant("anna").await;
    let wrong = json!({"email": "anna@example.com", "password": "falsch-geraten"});
    let guess = async || server.client.post("/v1/auth/login").json(&wrong).send().await.status;
    let right = server.app.clock.now();
    for seconds in STEPS {
        server.pass(900);
        let anna = server.caller(&server.log_in("anna").await);
        for _ in 0..20 {
            get(&anna, "/v1/me").await;
        }
        anna.get("/v1/me").send().await.expect(429);
        assert_eq!([guess().await, guess().await, guess().await, guess().await], [401, 401, 401, 429]);
        server.app.clock.step(server.app.clock.now().plus_seconds(seconds));
        assert_eq!(guess().await, 429, "a step of the clock gives no tries");
        server.pass(900);
        let anna = server.caller(&server.log_in("anna").await);
        let answer = anna.get("/v1/me").send().await.expect(200);
        assert!(answer.header("ratelimit").unwrap().contains("r=19;"));
        assert_eq!(guess().await, 401);
        server.app.clock.step(right);
    }
    drop(anna);
}

#[on_both]
async fn an_order_that_runs_ahead_is_shown_to_whoever_runs_the_server(server: Server) {
    server.register("anna").await;
    let ready = async || String::from_utf8(server.client.get("/readyz").send().await.expect(200).body).unwrap();
    let counted = async || {
        let text = String::from_utf8(server.client.get("/metrics").send().await.expect(200).body).unwrap();
        let line = text
            .lines()
            .find(|line| line.starts_with("vorzimmer_order_ahead_writes_total "))
            .expect("the counter");
        line.split(' ').nth(1).unwrap().parse::<u64>().unwrap()
    };
    go_astray(&server, -HOUR).await;
    assert_eq!(
        (ready().await.as_str(), counted().await),
        ("ready\n", 1),
        "it ran ahead while the clock was behind"
    );
    let anna = go_astray(&server, HOUR).await;
    assert!(ready().await.starts_with("ready\nwarning: the order of changes runs 3600 s ahead"));
    assert_eq!(counted().await, 1, "when it was written the clock said so");
    new_client(&anna, "Müller").await;
    assert_eq!(counted().await, 2);
    let furthest = vorzimmer::db::furthest_change(&mut server.app.db.read().await.unwrap()).await.unwrap();
    assert!(
        furthest.is_some_and(|order| order > server.app.clock.now().plus_seconds(HOUR)),
        "a new server knows it"
    );
    server.pass(HOUR - 300);
    assert_eq!(ready().await, "ready\n");
}

#[on_both]
async fn work_ahead_of_the_clock_is_refused_after_a_write_at_a_wrong_one(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Müller").await);
    let engagement = id(&active(&anna, &client, "Büro").await);
    for seconds in STEPS {
        let anna = go_astray(&server, seconds).await;
        let work = |more: Value| {
            let mut body = json!({"engagement_id": engagement});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            anna.post("/v1/time-entries").json(&body).send()
        };
        let date = json!({"work_date": "2026-04-01", "duration_seconds": 3600});
        let time = json!({"started_at": "2026-03-02T08:45:00Z", "ended_at": "2026-03-02T09:45:00Z"});
        for (ahead, pointer) in [(date, "/work_date"), (time, "/ended_at")] {
            assert_eq!(pointers(&work(ahead).await.expect(422).json()), [pointer], "{seconds}");
        }
        let noted = work(json!({"work_date": "2026-03-02", "duration_seconds": 60})).await.expect(201).json();
        let path = format!("/v1/time-entries/{}", id(&noted));
        let moved = anna.patch(&path).json(&json!({"work_date": "2026-04-01"})).send().await.expect(422).json();
        assert_eq!(pointers(&moved), ["/work_date"], "{seconds}");
    }
}

#[on_both]
async fn work_is_paid_by_the_terms_that_were_accepted_later(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Müller").await);
    let engagement = id(&active(&anna, &client, "Büro").await);
    let right = server.app.clock.now();
    for (rate, seconds) in [(5000, 40 * DAY), (6000, 0)] {
        server.app.clock.step(right.plus_seconds(seconds));
        let anna = server.caller(&server.log_in("anna").await);
        let made = propose(&anna, &engagement, "2026-03-02", rate).await.expect(201).json();
        answer(&anna, &made, "accept").await.expect(200);
    }
    let anna = server.caller(&server.log_in("anna").await);
    let work = json!({"engagement_id": engagement, "work_date": "2026-03-02", "duration_seconds": 3600});
    assert_eq!(anna.post("/v1/time-entries").json(&work).send().await.expect(201).json()["rate_minor"], 6000);
}
