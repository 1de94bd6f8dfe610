//! What packages cost after ten years beside the first month: to note work, to read what is left, and to explain it.

use super::{
    Outcome,
    data::{Caller, get, post, spread},
    load::Load,
    pools::{BULK, engage, text},
};
use chrono::Datelike;
use serde_json::{Value, json};
use std::sync::Arc;
use vorzimmer::kernel::{Clock, Date};

/// How many months an old package has, and how many entries in each.
const MONTHS: usize = 120;
const PER_MONTH: usize = 20;

/// The loads, on a package of this month and on one of ten years.
pub async fn loads(caller: &mut Caller, requests: usize) -> Outcome<Vec<Load>> {
    let today = Date::of(Clock::system().now(), chrono_tz::UTC).0;
    let (year, month) = (today.year(), today.month());
    let client = text(&caller.post("/v1/clients", json!({"name": "Pakete"}), "").await?["id"])?;
    let package = json!({"kind": "retainer", "price_minor": 90_000, "included_minutes": 1200, "carry": "all",
        "carry_expires_after": 3, "overage_rate_minor": 6000});
    let hourly =
        engage(caller, &client, &format!("{year}-{month:02}-01"), json!({"kind": "hourly", "rate_minor": 6000}))
            .await?;
    let young = engage(caller, &client, &format!("{year}-{month:02}-01"), package.clone()).await?;
    let old = engage(caller, &client, &format!("{}-{month:02}-01", year - 10), package).await?;
    let dates: Vec<String> = (0..MONTHS * PER_MONTH)
        .map(|n| {
            let months = month as usize - 1 + n / PER_MONTH;
            format!("{}-{:02}-{:02}", year - 10 + (months / 12) as i32, months % 12 + 1, n % PER_MONTH + 1)
        })
        .collect();
    let mut entries = Vec::new();
    for some in dates.chunks(BULK) {
        let operations: Vec<Value> =
            some.iter().map(|date| json!({"op": "create", "data": entry(&old, date, 3000)})).collect();
        let answer = caller.post("/v1/time-entries/bulk", json!({"operations": operations}), "").await?;
        let made = answer["results"].as_array().ok_or("no results")?.iter();
        entries.extend(made.filter_map(|result| result["data"]["id"].as_str()).map(str::to_owned));
    }
    if entries.len() != dates.len() {
        return Err("not every entry of the package was noted".into());
    }
    let token = caller.token().to_owned();
    let date = format!("{year}-{month:02}-01");
    let read = |name, path: String, holds: &'static str| reading(name, path, holds, &token, requests);
    let coverage = {
        let (token, entries) = (token.clone(), entries.clone());
        Load {
            name: "coverage of an entry in ten years of a package",
            requests,
            request: Arc::new(move |n| {
                get(&format!("/v1/time-entries/{}/coverage", entries[spread(n, entries.len())]), &token)
            }),
            is_answered: Arc::new(|_, reply| reply.holds(200, "\"covered_seconds\":", 1)),
        }
    };
    Ok(vec![
        noting("create an entry of an engagement by the hour", hourly, &date, &token, requests / 20),
        noting("create an entry of a package's first month", young.clone(), &date, &token, requests / 20),
        noting("create an entry of a package after ten years", old.clone(), &date, &token, requests / 20),
        read("balance of a package's first month", format!("/v1/engagements/{young}/balance"), "\"next_expiry\":"),
        read("balance of a package after ten years", format!("/v1/engagements/{old}/balance"), "\"next_expiry\":"),
        read("period of ten years of a package", format!("/v1/engagements/{old}/periods/100"), "\"seq\":100"),
        read("ledger of ten years of a package", format!("/v1/engagements/{old}/ledger"), "\"has_more\":true"),
        coverage,
        previewing(old, &date, &token, requests),
    ])
}

fn reading(name: &'static str, path: String, holds: &'static str, token: &str, requests: usize) -> Load {
    let token = token.to_owned();
    Load {
        name,
        requests,
        request: Arc::new(move |_| get(&path, &token)),
        is_answered: Arc::new(move |_, reply| reply.holds(200, holds, 1)),
    }
}

fn noting(name: &'static str, engagement: String, date: &str, token: &str, requests: usize) -> Load {
    let (token, date) = (token.to_owned(), date.to_owned());
    Load {
        name,
        requests: requests.min(PER_MONTH * 10),
        request: Arc::new(move |_| post("/v1/time-entries", &token, &entry(&engagement, &date, 60).to_string())),
        is_answered: Arc::new(|_, reply| reply.holds(201, "\"billable\":true,\"billed_seconds\":60", 1)),
    }
}

fn previewing(engagement: String, date: &str, token: &str, requests: usize) -> Load {
    let (token, date) = (token.to_owned(), date.to_owned());
    let path = format!("/v1/engagements/{engagement}/preview");
    Load {
        name: "preview of an entry of a package after ten years",
        requests,
        request: Arc::new(move |_| post(&path, &token, &entry(&engagement, &date, 60).to_string())),
        is_answered: Arc::new(|_, reply| reply.holds(200, "\"needs_consent\":false", 1)),
    }
}

fn entry(engagement: &str, date: &str, seconds: i64) -> Value {
    json!({"engagement_id": engagement, "work_date": date, "duration_seconds": seconds})
}
