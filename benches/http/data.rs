//! The data that is asked for, and the requests that ask for it.

use super::{
    Outcome,
    load::{Connection, Load, Reply},
    packages, pools,
    report::Report,
    serve::config,
};
use serde_json::{Value, json};
use std::{net::SocketAddr, path::Path, sync::Arc, time::Instant};
use vorzimmer::demo;
use vorzimmer::kernel::Clock;
use vorzimmer::platform::app::App;
use vorzimmer::platform::auth::make_key_files;

/// The names of the loads, which the floor shares.
pub const READ_ENTRY: &str = "read a time entry";
pub const READ_CLIENT: &str = "read a client";
pub const LIST: &str = "list 50 entries by engagement and date";
pub const CREATE: &str = "create a time entry";
pub const TOTALS: &str = "month totals of an engagement";

/// How many rows a list holds.
pub const ROWS: usize = 50;

/// Fills the database; the owner's address.
pub async fn fill(dir: &Path, url: &str, entries: usize, report: &mut Report) -> Outcome<String> {
    let started = Instant::now();
    let told = |error: vorzimmer::kernel::error::Error| format!("{error}: {:?}", error.cause());
    make_key_files(dir).map_err(told)?;
    let app = App::build(config(dir, url), Clock::system(), vorzimmer::slices::REGISTRY).await.map_err(told)?;
    let order = demo::Order { workspaces: 1, entries, today: demo::LAST_DAY, add: false };
    let offices = demo::fill(&app, order).await.map_err(told)?;
    app.db.close().await;
    report.filled(entries, started.elapsed());
    Ok(offices[0].logins[0].email.clone())
}

/// A caller who is logged in.
pub struct Caller {
    connection: Connection,
    token: String,
}

impl Caller {
    async fn log_in(address: SocketAddr, email: &str) -> Outcome<Self> {
        let mut connection = Connection::open(address).await?;
        let body = json!({"email": email, "password": demo::PASSWORD}).to_string();
        let reply = connection.ask(&post("/v1/auth/login", "", &body)).await?;
        let answer: Value = serde_json::from_slice(&reply.body)?;
        let token = answer["access_token"].as_str().ok_or("no token")?.to_owned();
        Ok(Self { connection, token })
    }

    async fn get(&mut self, path: &str) -> Outcome<Value> {
        let reply = self.connection.ask(&get(path, &self.token)).await?;
        match reply.status {
            200 => Ok(serde_json::from_slice(&reply.body)?),
            status => Err(format!("{path} was answered {status}").into()),
        }
    }

    /// Sends a body, with further headers.
    pub async fn post(&mut self, path: &str, body: Value, headers: &str) -> Outcome<Value> {
        let request = post(path, &self.token, &body.to_string()).replacen("\r\n", &format!("\r\n{headers}"), 1);
        let reply = self.connection.ask(&request).await?;
        match reply.status {
            200 | 201 => Ok(serde_json::from_slice(&reply.body)?),
            status => {
                Err(format!("{path} was answered {status}: {}", String::from_utf8_lossy(&reply.body)).into())
            }
        }
    }

    /// What it calls with.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The ids of a list, up to so many.
    async fn ids(&mut self, path: &str, most: usize) -> Outcome<Vec<String>> {
        let (mut ids, mut cursor) = (Vec::new(), String::new());
        while ids.len() < most {
            let page = self.get(&format!("{path}limit=200{cursor}")).await?;
            let rows = page["data"].as_array().ok_or("no list")?;
            ids.extend(rows.iter().filter_map(|row| row["id"].as_str()).map(str::to_owned));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        Ok(ids)
    }
}

/// Every load, with the ids that are there.
pub async fn loads(address: SocketAddr, email: &str, requests: usize) -> Outcome<Vec<Load>> {
    let mut caller = Caller::log_in(address, email).await?;
    let entries = caller.ids("/v1/time-entries?", 2000).await?;
    let clients = caller.ids("/v1/clients?", 200).await?;
    let engagements = caller.ids("/v1/engagements?status=active,paused,ended&", 400).await?;
    let mut full = Vec::new();
    for id in &engagements {
        let range = "work_date_from=2026-01-01&work_date_until=2026-12-01&limit=1&include=total_count";
        let page = caller.get(&format!("/v1/time-entries?engagement_id={id}&{range}")).await?;
        if page["total_count"].as_u64().is_some_and(|count| count >= ROWS as u64) {
            full.push(id.clone());
        }
    }
    if full.is_empty() {
        return Err("no engagement has enough entries for a list: ask for more with --entries".into());
    }
    let hourly = caller.get("/v1/engagements?status=active&limit=200").await?;
    let hourly = hourly["data"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|row| row["kind"] == "hourly" && row["terms"]["rounding"]["scope"] == "entry");
    let hourly = hourly.and_then(|row| row["id"].as_str()).ok_or("no engagement by the hour")?.to_owned();
    let mut more = pools::loads(&mut caller, requests / 10).await?;
    more.extend(packages::loads(&mut caller, requests / 10).await?);
    let token = caller.token;
    let mut loads = vec![
        read(READ_ENTRY, "time-entries", entries, &token, requests),
        read(READ_CLIENT, "clients", clients, &token, requests),
        list(full.clone(), &token, requests / 2),
        totals(full, &token, requests / 5),
        create(hourly, &token, requests / 2),
    ];
    loads.extend(more);
    Ok(loads)
}

fn read(name: &'static str, list: &'static str, ids: Vec<String>, token: &str, requests: usize) -> Load {
    let (ids, token) = (Arc::new(ids), token.to_owned());
    let asked = ids.clone();
    Load {
        name,
        requests,
        request: Arc::new(move |n| get(&format!("/v1/{list}/{}", ids[spread(n, ids.len())]), &token)),
        is_answered: Arc::new(move |n, reply| {
            reply.holds(200, &format!("{{\"id\":\"{}\"", asked[spread(n, asked.len())]), 1)
        }),
    }
}

fn list(engagements: Vec<String>, token: &str, requests: usize) -> Load {
    let (ids, token) = (Arc::new(engagements), token.to_owned());
    let asked = ids.clone();
    let path = |id: &str| {
        let range = "work_date_from=2026-01-01&work_date_until=2026-12-01";
        format!("/v1/time-entries?engagement_id={id}&{range}&sort=-work_date&limit={ROWS}")
    };
    Load {
        name: LIST,
        requests,
        request: Arc::new(move |n| get(&path(&ids[spread(n, ids.len())]), &token)),
        is_answered: Arc::new(move |n, reply: &Reply| {
            reply.holds(200, &format!("\"engagement_id\":\"{}\"", asked[spread(n, asked.len())]), ROWS)
        }),
    }
}

fn totals(engagements: Vec<String>, token: &str, requests: usize) -> Load {
    let (ids, token) = (Arc::new(engagements), token.to_owned());
    let path = |n: usize, id: &str| {
        let month = 1 + n % 9;
        let range = format!("work_date_from=2026-{month:02}-01&work_date_until=2026-{:02}-01", month + 1);
        format!("/v1/time-entries?engagement_id={id}&{range}&sort=-work_date&limit=1&include=totals")
    };
    Load {
        name: TOTALS,
        requests,
        request: Arc::new(move |n| get(&path(n, &ids[spread(n, ids.len())]), &token)),
        is_answered: Arc::new(|_, reply| reply.holds(200, "\"totals\":{\"entries\":", 1)),
    }
}

/// A new minute of work for each, every half an hour.
fn create(engagement: String, token: &str, requests: usize) -> Load {
    let token = token.to_owned();
    let asked = format!("\"engagement_id\":\"{engagement}\"");
    let described = |n: usize| format!("Anruf Nummer {n} beantwortet");
    Load {
        name: CREATE,
        requests,
        request: Arc::new(move |n| {
            let (day, hour, minute) = (n / 48, n / 2 % 24, n % 2 * 30);
            let start = format!("2026-{:02}-{:02}T{hour:02}:{minute:02}", 3 + day / 28 % 8, 1 + day % 28);
            let body = json!({
                "engagement_id": engagement, "started_at": format!("{start}:00Z"),
                "ended_at": format!("{start}:59Z"), "description": described(n), "tags": ["telefon"],
            });
            post("/v1/time-entries", &token, &body.to_string())
        }),
        is_answered: Arc::new(move |n, reply| {
            reply.holds(201, &asked, 1) && reply.holds(201, &format!("\"{}\"", described(n)), 1)
        }),
    }
}

/// Walks over all of them, and not in the order in which they lie.
pub fn spread(n: usize, of: usize) -> usize {
    n.wrapping_mul(7919) % of
}

pub fn get(path: &str, token: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\naccept: application/json\r\n\r\n"
    )
}

pub fn post(path: &str, token: &str, body: &str) -> String {
    let bearer = if token.is_empty() { String::new() } else { format!("authorization: Bearer {token}\r\n") };
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\n{bearer}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}
