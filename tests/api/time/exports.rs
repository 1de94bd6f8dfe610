//! The export: of one moment, whole, and a burden to nobody while it is fetched.

use super::Desk;
use crate::{server::Server, snapshots::beside, support::databases::on_both};
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use std::{collections::BTreeSet, fs, time::Duration};
use vorzimmer::db::{Engine, Tx, sql};

/// Entries of several parts of the export, from 2 February on.
async fn notes(desk: &Desk, count: usize) -> Vec<Value> {
    let mut made = Vec::new();
    let new = |i: usize| {
        let date = format!("2026-02-{:02}", 2 + i % 27);
        json!({"op": "create", "data": {"engagement_id": desk.engagement, "work_date": date, "duration_seconds": 60 + i}})
    };
    for some in (0..count).collect::<Vec<_>>().chunks(400) {
        let operations: Vec<_> = some.iter().map(|i| new(*i)).collect();
        let answer =
            desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200).json();
        made.extend(answer["results"].as_array().unwrap().iter().map(|result| result["data"].clone()));
    }
    made
}

/// An export of more than what the wire takes, so that the server waits for whoever fetches it.
async fn large(server: &Server, desk: &Desk) -> Vec<Value> {
    let made = notes(desk, 100).await;
    let mut tx = Tx::open(&server.app.db, &server.app.clock, Default::default()).await.unwrap();
    let grow = sql("UPDATE time_entries SET description = $1").bind("Ablage ".repeat(30_000));
    tx.execute(grow).await.unwrap();
    tx.commit().await.unwrap();
    made
}

#[on_both]
async fn an_export_is_whole_while_entries_move_between_its_parts(server: Server) {
    let desk = Desk::new(&server).await;
    let made = notes(&desk, 1200).await;
    // From the end to the beginning and back again, all at once.
    let mover = async |n: usize| {
        let date = if n.is_multiple_of(2) { "2026-02-01" } else { "2026-02-28" };
        let operations: Vec<_> = made
            .iter()
            .skip(26)
            .step_by(27)
            .take(10)
            .map(|entry| json!({"op": "update", "id": entry["id"], "data": {"work_date": date}}))
            .collect();
        desk.post("/v1/time-entries/bulk", json!({"operations": operations, "atomic": true})).await.expect(200);
    };
    let fetch = async || {
        let export = desk.anna.get("/v1/time-entries.csv").send().await.expect(200);
        assert_eq!(export.header("content-length"), Some(export.body.len().to_string().as_str()));
        let table = String::from_utf8(export.body.clone()).unwrap();
        let rows: Vec<&str> = table.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
        let different: BTreeSet<&str> = rows.iter().copied().collect();
        assert_eq!((rows.len(), different.len()), (1200, 1200));
        let moved = table.matches(",2026-02-01,").count();
        assert!([0, 10].contains(&moved), "all of them or none: {moved}");
    };
    beside(6, mover, fetch).await;
}

#[on_both]
async fn a_slow_download_holds_nothing_of_the_database(server: Server) {
    let desk = Desk::new(&server).await;
    let made = large(&server, &desk).await;
    let mut download = desk.anna.get("/v1/time-entries.csv").open().await;
    let length = download.content_length().expect("a length");
    assert!(length > 20_000_000, "{length}");
    let mut fetched = download.chunk().await.unwrap().expect("a beginning").len();
    for entry in &made[..40] {
        desk.patch(entry, json!({"description": "später ".repeat(1000)})).await.expect(200);
        desk.get("/v1/clients?include=total_count").await;
    }
    assert_eq!(snapshots(&server).await, 0, "nothing is read any more");
    let left: Vec<_> = fs::read_dir(&server.app.config.data_dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("spool"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let mut table = Vec::new();
    while let Some(part) = download.chunk().await.unwrap() {
        fetched += part.len();
        table.extend_from_slice(&part);
    }
    assert_eq!(fetched as u64, length);
    assert!(!String::from_utf8_lossy(&table).contains("später"), "it is of its moment");
}

#[on_both]
async fn an_export_that_nobody_fetches_makes_room(server: Server) {
    let desk = Desk::new(&server).await;
    large(&server, &desk).await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(desk.anna.get("/v1/time-entries.csv").open().await);
    }
    let refused = desk.anna.get("/v1/time-entries.csv").send().await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("10")));
    drop(held);
    for _ in 0..100 {
        if desk.anna.get("/v1/time-entries.csv").send().await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("whoever hangs up makes room");
}

/// How many read transactions are open: on SQLite whether one keeps the log from being folded in.
async fn snapshots(server: &Server) -> i64 {
    const OPEN: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
        AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL AND backend_type = 'client backend'";
    match server.app.db.engine() {
        Engine::Sqlite => {
            let url = server.app.config.database_url.as_deref().unwrap();
            let mut conn = SqliteConnection::connect(url).await.unwrap();
            let fold = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)");
            let (busy, ..): (i64, i64, i64) = fold.fetch_one(&mut conn).await.unwrap();
            conn.close().await.unwrap();
            busy
        }
        Engine::Postgres => server.app.db.read().await.unwrap().scalar(sql(OPEN)).await.unwrap().unwrap(),
    }
}
