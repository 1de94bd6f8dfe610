//! What it costs to note work where fifty entries share a rounded day, beside an entry that is rounded by itself.

use super::{
    Outcome,
    data::{Caller, post},
    load::Load,
};
use serde_json::{Value, json};
use std::sync::Arc;

pub const ALONE: &str = "create an entry that is rounded by itself";
pub const POOLED: &str = "create an entry in a pool of 50";

/// Over so many dates the new entries are spread, so that each pool grows by a few.
const DATES: usize = 200;
/// How many entries each pool has before.
const POOL: usize = 50;
/// How many operations a bulk holds.
pub const BULK: usize = 500;

/// More requests than this would make the pools much larger than they are meant to be.
const REQUESTS: usize = 2000;

/// Both loads, with the pools filled.
pub async fn loads(caller: &mut Caller, requests: usize) -> Outcome<Vec<Load>> {
    let requests = requests.min(REQUESTS);
    let client = text(&caller.post("/v1/clients", json!({"name": "Runde Tage"}), "").await?["id"])?;
    let alone = engage(caller, &client, "2026-01-01", rounded("entry")).await?;
    let pooled = engage(caller, &client, "2026-01-01", rounded("day")).await?;
    let all: Vec<usize> = (0..DATES * POOL).collect();
    for some in all.chunks(BULK) {
        // As work is noted: one date after another.
        let create = |n: &usize| json!({"op": "create", "data": entry(&pooled, *n / POOL)});
        let operations: Vec<Value> = some.iter().map(create).collect();
        caller.post("/v1/time-entries/bulk", json!({"operations": operations}), "").await?;
    }
    let token = caller.token().to_owned();
    Ok(vec![create(ALONE, alone, &token, requests), create(POOLED, pooled, &token, requests)])
}

/// Terms under which time is rounded up to a quarter of an hour.
fn rounded(scope: &str) -> Value {
    let rounding = json!({"mode": "up", "increment_minutes": 15, "scope": scope});
    json!({"kind": "hourly", "rate_minor": 6000, "rounding": rounding})
}

/// An engagement that was accepted.
pub async fn engage(caller: &mut Caller, client: &str, starts_on: &str, terms: Value) -> Outcome<String> {
    let body = json!({"client_id": client, "title": "Büro", "starts_on": starts_on, "terms": terms,
        "accepted": {"note": "Am Telefon."}});
    text(&caller.post("/v1/engagements", body, "").await?["id"])
}

/// Eleven minutes on one of the dates.
fn entry(engagement: &str, n: usize) -> Value {
    let day = n % DATES;
    let date = format!("2026-{:02}-{:02}", 1 + day / 25, 1 + day % 25);
    json!({"engagement_id": engagement, "work_date": date, "duration_seconds": 660})
}

fn create(name: &'static str, engagement: String, token: &str, requests: usize) -> Load {
    let (token, asked) = (token.to_owned(), format!("\"engagement_id\":\"{engagement}\""));
    Load {
        name,
        requests,
        request: Arc::new(move |n| post("/v1/time-entries", &token, &entry(&engagement, n).to_string())),
        is_answered: Arc::new(move |_, reply| reply.holds(201, &asked, 1)),
    }
}

pub fn text(value: &Value) -> Outcome<String> {
    Ok(value.as_str().ok_or("no text")?.to_owned())
}
