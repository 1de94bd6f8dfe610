//! The outbox in the database.

use super::model::{Claim, Letter, MailFilter, MailRow, Verdict};
use crate::db::{Conn, Db, Engine, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::Result;
use crate::kernel::{Clock, MailId, Timestamp, WorkspaceId};

/// Writes beside the workspace's order of changes: what is updated never seems older than before.
macro_rules! updated {
    ($at:literal) => {
        concat!("updated_at = CASE WHEN updated_at < ", $at, " THEN ", $at, " ELSE updated_at END")
    };
}

/// Takes what is due. Those of a workspace are numbered, from one more than it has in hand, and the lowest numbers go
/// first: a workspace with a hundred mails does not keep another's one waiting. Account mails count as one workspace's.
/// The queue is read once and alone, whatever was settled before: SQLite would go through all mails by workspace.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE mails SET attempts = attempts + 1, in_hand = TRUE, next_attempt_at = $2, ",
            updated!("$1"),
            " WHERE id IN (SELECT m.id FROM mails m WHERE m.status = 'queued' AND m.next_attempt_at <= $1 AND m.id IN \
             (WITH queue AS MATERIALIZED \
             (SELECT id, workspace_id, next_attempt_at, in_hand FROM mails WHERE status = 'queued') \
             SELECT r.id FROM (SELECT d.id, d.next_attempt_at, COALESCE(h.mails, 0) + \
             ROW_NUMBER() OVER (PARTITION BY d.workspace_id ORDER BY d.next_attempt_at, d.id) AS place FROM queue d \
             LEFT JOIN (SELECT workspace_id, COUNT(*) AS mails FROM queue \
             WHERE in_hand AND next_attempt_at > $1 GROUP BY workspace_id) AS h \
             ON h.workspace_id IS NOT DISTINCT FROM d.workspace_id WHERE d.next_attempt_at <= $1) AS r \
             ORDER BY r.place, r.next_attempt_at, r.id LIMIT $3)",
            $lock,
            ") RETURNING id, kind, recipient, sealed, attempts, expires_at, message_id, created_at"
        )
    };
}

statements! {
    ENQUEUE = "INSERT INTO mails (id, workspace_id, kind, recipient, sealed, status, attempts, next_attempt_at, in_hand, \
        expires_at, message_id, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, 'queued', 0, $6, FALSE, $7, $8, $9, $9)";
    NEXT = "SELECT next_attempt_at FROM mails WHERE status = 'queued' ORDER BY next_attempt_at, id LIMIT 1";
    EXPIRE = concat!("UPDATE mails SET status = 'expired', sealed = NULL, in_hand = FALSE, next_attempt_at = NULL, \
        settled_at = $1, ", updated!("$1"), " WHERE status = 'queued' AND next_attempt_at <= $1 \
        AND (expires_at <= $1 OR EXISTS (SELECT 1 FROM workspaces w \
        WHERE w.id = mails.workspace_id AND w.deleted_at IS NOT NULL))");
    CLAIM = claim!("");
    SETTLE = concat!("UPDATE mails SET status = $3, last_error = COALESCE($4, last_error), sealed = NULL, \
        in_hand = FALSE, next_attempt_at = NULL, settled_at = $5, ", updated!("$5"),
        " WHERE id = $1 AND attempts = $2 AND status = 'queued'");
    PUT_OFF = concat!("UPDATE mails SET in_hand = FALSE, next_attempt_at = $3, last_error = $4, ", updated!("$5"),
        " WHERE id = $1 AND attempts = $2 AND status = 'queued'");
    FORGET = "DELETE FROM mails WHERE settled_at <= $1";
    DUE = "SELECT COUNT(*), MIN(next_attempt_at) FROM mails WHERE status = 'queued' AND next_attempt_at <= $1";
}

/// So long a settled mail is kept for the owner's list; an address is personal data (GDPR, article 5).
const KEPT_SECONDS: i64 = 90 * 86_400;

/// Servers on PostgreSQL do not wait for each other: each takes what no other has in hand.
const CLAIM_POSTGRES: &str = claim!(" FOR UPDATE SKIP LOCKED");

/// Adds a mail, with its sealed words, to the transaction that causes it.
pub async fn enqueue(
    tx: &mut Tx,
    id: MailId,
    letter: &Letter,
    (sealed, message_id): (Vec<u8>, String),
) -> Result<()> {
    let workspace = (!letter.kind.is_about_account()).then(|| tx.workspace());
    let mail = sql(ENQUEUE)
        .bind(id)
        .bind(workspace)
        .bind(letter.kind)
        .bind(&letter.to)
        .bind(sealed)
        .bind(tx.wall_clock())
        .bind(letter.expires_at)
        .bind(message_id)
        .bind(tx.now());
    tx.execute(mail).await.map(drop)
}

/// Claims at most so many mails that are due, until a lease of so many seconds ends; how many expired instead. Mails that
/// were settled long ago are forgotten then.
pub async fn claim(db: &Db, clock: &Clock, most: i64, lease_seconds: i64) -> Result<(Vec<Claim>, u64)> {
    let now = clock.now();
    // Looking costs a reader; only what is due takes the writer.
    let next: Option<Timestamp> = db.read().await?.scalar(sql(NEXT)).await?;
    if next.is_none_or(|next| next > now) {
        return Ok((Vec::new(), 0));
    }
    let mut tx = Tx::open(db, clock, Default::default()).await?;
    tx.execute(sql(FORGET).bind(now.plus_seconds(-KEPT_SECONDS))).await?;
    let expired = tx.execute(sql(EXPIRE).bind(now)).await?;
    let claim = match tx.engine() {
        Engine::Sqlite => CLAIM,
        Engine::Postgres => CLAIM_POSTGRES,
    };
    let mails = tx.all(sql(claim).bind(now).bind(now.plus_seconds(lease_seconds)).bind(most)).await?;
    tx.commit().await?;
    Ok((mails, expired))
}

/// Stores what follows from an attempt; whether the mail was still this server's.
pub async fn settle(db: &Db, clock: &Clock, mail: &Claim, verdict: &Verdict) -> Result<bool> {
    let mut tx = Tx::open(db, clock, Default::default()).await?;
    let settle = match verdict {
        Verdict::Settled(status, error) => {
            sql(SETTLE).bind(mail.id).bind(mail.attempts).bind(*status).bind(error.clone())
        }
        Verdict::Again(next, error) => {
            sql(PUT_OFF).bind(mail.id).bind(mail.attempts).bind(*next).bind(error.clone())
        }
    };
    let is_ours = tx.execute(settle.bind(clock.now())).await? == 1;
    tx.commit().await?;
    Ok(is_ours)
}

/// How many mails are due, and since when the first of them is.
pub async fn due(conn: &mut Conn, now: Timestamp) -> Result<(i64, Option<Timestamp>)> {
    conn.one(sql(DUE).bind(now)).await
}

/// A page of a workspace's mails.
pub async fn list(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &MailFilter,
    slice: &Slice,
) -> Result<Page<MailRow>> {
    let mut query = sql("SELECT id, kind, recipient, status, attempts, next_attempt_at, last_error, created_at, \
         updated_at, settled_at");
    push_from(&mut query, workspace, filter);
    window(conn, query, &slice.window).await
}

/// How many mails a filter holds.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, filter: &MailFilter) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, workspace, filter);
    Ok(conn.scalar(query).await?.unwrap_or(0))
}

fn push_from(query: &mut Sql, workspace: WorkspaceId, filter: &MailFilter) {
    query.push(" FROM mails WHERE workspace_id = ").push_bind(workspace);
    if let Some(statuses) = &filter.status {
        query.push(" AND status IN (").push_binds(statuses.0.iter().copied()).push(")");
    }
}
