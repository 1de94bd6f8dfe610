//! Time entries, timers and what follows from them, one file per topic.

mod accounting;
mod bulk;
mod changes;
mod corrections;
mod days;
mod ends;
mod entries;
mod exports;
mod lists;
mod money;
mod of_task;
mod overlapping;
mod overlaps;
mod pauses;
mod rights;
mod said;
mod timer;
mod timer_said;

use crate::{
    client::{Reply, TestClient},
    engagements::act,
    people::{PASSWORD, id, new_client},
    server::Server,
};
use serde_json::{Value, json};

/// An assistant at work: her client and an hourly engagement at 45 EUR.
pub struct Desk {
    pub anna: TestClient,
    pub client: String,
    pub engagement: String,
}

impl Desk {
    pub async fn new(server: &Server) -> Self {
        let anna = server.assistant("anna").await;
        let client = id(&new_client(&anna, "Tischlerei Müller").await);
        let engagement = engaged(&anna, &client, json!({"kind": "hourly", "rate_minor": 4500})).await;
        Self { anna, client, engagement }
    }

    /// Moves the server's clock to this instant, and logs in anew: tokens last a quarter of an hour.
    pub async fn at(&mut self, server: &Server, instant: &str) {
        server.app.clock.set(instant.parse().expect("an instant"));
        let body = json!({"email": "anna@example.com", "password": PASSWORD});
        let answer = server.client.post("/v1/auth/login").json(&body).send().await.expect(200).json();
        self.anna = server.client.with_bearer(answer["access_token"].as_str().expect("an access token"));
    }

    /// One more engagement with the same client.
    pub async fn engaged(&self, terms: Value) -> String {
        engaged(&self.anna, &self.client, terms).await
    }

    /// Notes work of this desk's engagement, with these members beside or instead.
    pub async fn try_note(&self, with: Value) -> Reply {
        let mut body = json!({"engagement_id": self.engagement});
        merge(&mut body, with);
        self.anna.post("/v1/time-entries").json(&body).send().await
    }

    pub async fn note(&self, with: Value) -> Value {
        self.try_note(with).await.expect(201).json()
    }

    /// So many seconds on a date.
    pub async fn seconds(&self, work_date: &str, duration_seconds: i64) -> Value {
        self.note(json!({"work_date": work_date, "duration_seconds": duration_seconds})).await
    }

    /// From one UTC time to another on 2 March.
    pub async fn between(&self, from: &str, until: &str) -> Value {
        self.note(interval(from, until)).await
    }

    pub async fn get(&self, path: &str) -> Value {
        self.anna.get(path).send().await.expect(200).json()
    }

    pub async fn entry(&self, entry: &Value) -> Value {
        self.get(&path(entry)).await
    }

    pub async fn patch(&self, entry: &Value, with: Value) -> Reply {
        self.anna.patch(&path(entry)).json(&with).send().await
    }

    /// Sends a body, or none when it is null.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        let request = self.anna.post(path);
        if body.is_null() { request.send().await } else { request.json(&body).send().await }
    }

    /// Does something with the timer.
    pub async fn timer(&self, act: &str) -> Reply {
        self.post(&format!("/v1/timer/{act}"), Value::Null).await
    }

    /// Starts the timer; the running entry.
    pub async fn start(&self, with: Value) -> Value {
        self.post("/v1/timer/start", with).await.expect(200).json()["running"].clone()
    }

    /// What the workspace makes of entries in the same time.
    pub async fn overlap_policy(&self, policy: &str) {
        self.anna.patch("/v1/workspace").json(&json!({"overlap_policy": policy})).send().await.expect(200);
    }

    pub async fn events(&self, entry: &Value) -> Vec<String> {
        let list = self.get(&format!("/v1/events?resource_id={}", id(entry))).await;
        let mut types: Vec<String> = list["data"].as_array().unwrap().iter().map(|e| text(&e["type"])).collect();
        types.reverse();
        types
    }
}

/// New terms for an engagement from a day on, accepted elsewhere; the answer of the acceptance.
pub async fn agree(desk: &Desk, engagement: &str, from: &str, terms: Value) -> Value {
    agree_and(desk, engagement, from, terms, "").await
}

/// The same, with a query on the acceptance.
pub async fn agree_and(desk: &Desk, engagement: &str, from: &str, terms: Value, accept: &str) -> Value {
    let terms_path = format!("/v1/engagements/{engagement}/terms");
    let proposed = desk.post(&terms_path, json!({"effective_from": from, "terms": terms})).await.expect(201);
    let path = format!("{terms_path}/{}/accept{accept}", id(&proposed.json()));
    let accept = desk.anna.post(&path).json(&json!({"note": "Per Mail."}));
    accept.header("if-match", proposed.header("etag").unwrap()).send().await.expect(200).json()
}

/// A new engagement since 1 February, accepted elsewhere.
pub async fn engaged(assistant: &TestClient, client: &str, terms: Value) -> String {
    let body = json!({"client_id": client, "title": "Büro", "starts_on": "2026-02-01", "terms": terms});
    let made = id(&assistant.post("/v1/engagements").json(&body).send().await.expect(201).json());
    let proposed = act(assistant, &made, "propose").await.expect(200);
    let accept = assistant.post(&format!("/v1/engagements/{made}/accept")).json(&json!({"note": "Am Telefon."}));
    accept.header("if-match", proposed.header("etag").unwrap()).send().await.expect(200);
    made
}

pub fn interval(from: &str, until: &str) -> Value {
    json!({"started_at": format!("2026-03-02T{from}:00Z"), "ended_at": format!("2026-03-02T{until}:00Z")})
}

pub fn path(entry: &Value) -> String {
    format!("/v1/time-entries/{}", id(entry))
}

#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

pub fn merge(body: &mut Value, with: Value) {
    for (name, value) in with.as_object().expect("an object") {
        body[name] = value.clone();
    }
}

/// The members of an object, as one value to compare.
pub fn only(object: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| object[*name].clone()).collect()
}
