//! The queue in the database.

use super::{JobKind, Jobs};
use crate::db::{Conn, Db, Engine, Tx, sql, statements};
use crate::kernel::error::Result;
use crate::kernel::{Clock, Columns, JsonText, Timestamp, WorkspaceId};
use crate::platform::workers::Queue;
use serde::Serialize;
use uuid::Uuid;

/// A job that this server has claimed.
#[derive(Clone, Debug, Columns)]
pub struct Job {
    pub workspace_id: WorkspaceId,
    pub id: Uuid,
    /// The name of a [`JobKind`]; a newer server may know more of them.
    pub kind: String,
    pub payload: JsonText<serde_json::Value>,
    pub attempts: i64,
}

impl Job {
    /// Whether it is given up when this attempt fails.
    pub fn is_last_attempt(&self) -> bool {
        self.attempts >= MAX_ATTEMPTS
    }
}

/// A claim holds for so many seconds. Whoever has not finished by then has died.
const LEASE_SECONDS: i64 = 120;
/// So many jobs of a workspace are claimed at once.
const BATCH: i64 = 10;
/// After so many attempts a job is given up.
pub const MAX_ATTEMPTS: i64 = 10;

/// Takes the first jobs of the workspaces that have waited longest and have none in hand: one with many jobs keeps no
/// other waiting, and its writers do not wait for each other.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE jobs SET attempts = attempts + 1, in_hand = TRUE, run_at = $2 WHERE (workspace_id, id) IN \
             (SELECT j.workspace_id, j.id FROM jobs j WHERE j.failed_at IS NULL AND j.run_at <= $1 \
             AND (j.workspace_id, j.id) IN (WITH queue AS MATERIALIZED \
             (SELECT workspace_id, id, run_at FROM jobs WHERE failed_at IS NULL AND run_at <= $2 \
             AND (run_at <= $1 OR in_hand)) \
             SELECT t.workspace_id, t.id FROM (SELECT p.workspace_id, p.id, p.place, \
             DENSE_RANK() OVER (ORDER BY p.since, p.workspace_id) AS turn FROM (SELECT d.workspace_id, d.id, \
             ROW_NUMBER() OVER (PARTITION BY d.workspace_id ORDER BY d.run_at, d.id) AS place, \
             MIN(d.run_at) OVER (PARTITION BY d.workspace_id) AS since FROM queue d \
             WHERE d.workspace_id NOT IN (SELECT workspace_id FROM queue WHERE run_at > $1)) AS p) AS t \
             WHERE t.turn <= $3 AND t.place <= $4)",
            $lock,
            ") RETURNING workspace_id, id, kind, payload, attempts"
        )
    };
}

statements! {
    ENQUEUE = "INSERT INTO jobs (workspace_id, id, kind, payload, run_at, attempts, created_at) \
        VALUES ($1, $2, $3, $4, $5, 0, $6)";
    WITHDRAW = "DELETE FROM jobs WHERE workspace_id = $1 AND kind = $2 AND payload = $3";
    NEXT = "SELECT run_at FROM jobs WHERE failed_at IS NULL ORDER BY run_at, id LIMIT 1";
    CLAIM = claim!("");
    FINISH = "DELETE FROM jobs WHERE workspace_id = $1 AND id = $2 AND attempts = $3";
    PUT_OFF = "UPDATE jobs SET in_hand = FALSE, run_at = $4, last_error = $5, failed_at = $6 \
        WHERE workspace_id = $1 AND id = $2 AND attempts = $3";
    DUE = "SELECT COUNT(*), MIN(run_at) FROM jobs WHERE failed_at IS NULL AND run_at <= $1";
    LEFT_OVER = "SELECT COUNT(*) FROM jobs WHERE failed_at IS NOT NULL OR run_at <= $1";
}

/// Servers on PostgreSQL do not wait for each other: each takes what no other has in hand.
const CLAIM_POSTGRES: &str = claim!(" FOR UPDATE SKIP LOCKED");

/// Adds a job to the transaction that causes it.
pub async fn enqueue(tx: &mut Tx, kind: &JobKind, payload: &impl Serialize, run_at: Timestamp) -> Result<()> {
    let payload = JsonText(payload);
    let job = sql(ENQUEUE).bind(tx.workspace()).bind(tx.new_id()).bind(kind.name).bind(&payload).bind(run_at);
    let job = job.bind(tx.now());
    tx.execute(job).await?;
    if run_at <= tx.wall_clock() {
        tx.ring_after_commit(Jobs::NAME);
    }
    Ok(())
}

/// Adds a job in place of any that was to do the same at another time.
pub async fn enqueue_anew(tx: &mut Tx, kind: &JobKind, payload: &impl Serialize, run_at: Timestamp) -> Result<()> {
    withdraw(tx, kind, payload).await?;
    enqueue(tx, kind, payload, run_at).await
}

/// Takes off any job that was to do this.
pub async fn withdraw(tx: &mut Tx, kind: &JobKind, payload: &impl Serialize) -> Result<()> {
    let withdraw = sql(WITHDRAW).bind(tx.workspace()).bind(kind.name).bind(JsonText(payload));
    tx.execute(withdraw).await.map(drop)
}

/// Claims jobs that are due, of at most so many workspaces.
pub async fn claim(db: &Db, clock: &Clock, workspaces: usize) -> Result<Vec<Job>> {
    let now = clock.now();
    // Looking costs a reader; only what is due takes the writer.
    let next: Option<Timestamp> = db.read().await?.scalar(sql(NEXT)).await?;
    if next.is_none_or(|next| next > now) {
        return Ok(Vec::new());
    }
    let mut tx = Tx::open(db, clock, Default::default()).await?;
    let claim = match tx.engine() {
        Engine::Sqlite => CLAIM,
        Engine::Postgres => CLAIM_POSTGRES,
    };
    let claim = sql(claim).bind(now).bind(now.plus_seconds(LEASE_SECONDS));
    let jobs = tx.all(claim.bind(i64::try_from(workspaces).unwrap_or(i64::MAX)).bind(BATCH)).await?;
    tx.commit().await?;
    Ok(jobs)
}

/// Takes a job off, in the transaction of its work; whether it was still this server's.
pub async fn finish(conn: &mut Conn, job: &Job) -> Result<bool> {
    let finish = sql(FINISH).bind(job.workspace_id).bind(job.id).bind(job.attempts);
    Ok(conn.execute(finish).await? == 1)
}

/// Puts a failed job off, longer each time, and gives it up in the end.
pub async fn put_off(db: &Db, clock: &Clock, job: &Job, cause: &str) -> Result<()> {
    let mut tx = Tx::open(db, clock, Default::default()).await?;
    let now = clock.now();
    let given_up = job.is_last_attempt().then_some(now);
    let put_off = sql(PUT_OFF).bind(job.workspace_id).bind(job.id).bind(job.attempts);
    let put_off = put_off.bind(now.plus_seconds(pause_seconds(job.attempts))).bind(cause).bind(given_up);
    tx.execute(put_off).await?;
    tx.commit().await
}

/// How many jobs are due, and since when the first of them is.
pub async fn due(conn: &mut Conn, now: Timestamp) -> Result<(i64, Option<Timestamp>)> {
    conn.one(sql(DUE).bind(now)).await
}

/// How many jobs are due or were given up: none, where all is well.
pub async fn left_over(db: &Db, now: Timestamp) -> Result<i64> {
    Ok(db.read().await?.scalar(sql(LEFT_OVER).bind(now)).await?.unwrap_or(0))
}

/// 5 s, 15 s, 45 s … up to two hours.
fn pause_seconds(attempts: i64) -> i64 {
    let exponent = u32::try_from(attempts - 1).unwrap_or(0).min(10);
    (5 * 3_i64.pow(exponent)).min(7200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_two_hours() {
        let pauses: Vec<i64> = (1..=MAX_ATTEMPTS).map(pause_seconds).collect();
        assert_eq!(pauses, [5, 15, 45, 135, 405, 1215, 3645, 7200, 7200, 7200]);
    }
}
