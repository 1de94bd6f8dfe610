//! The table of a kind of effect. Every one has the columns of `mails` that are named here, and an index on
//! `(next_attempt_at, id)` of what is queued.

use super::{Ending, Lease, Verdict};
use crate::db::{Conn, Db, Engine, Sql, Tx, sql};
use crate::kernel::Record;
use crate::kernel::error::Result;
use crate::kernel::{Clock, Timestamp};
use std::time::Duration;

/// An outbox, made by `outbox!`.
pub struct Outbox {
    pub statements: Statements,
    /// What its table calls [`Ending::Done`].
    pub done: &'static str,
    /// So long a settled row is kept: it may hold personal data (GDPR, article 5).
    pub kept_seconds: i64,
}

/// The statements of an outbox.
pub struct Statements {
    pub next: &'static str,
    pub expire: &'static str,
    pub claim: &'static str,
    /// Servers on PostgreSQL do not wait for each other: each takes what no other has in hand.
    pub claim_postgres: &'static str,
    pub renew: &'static str,
    pub settle: &'static str,
    pub put_off: &'static str,
    pub forget: &'static str,
    pub due: &'static str,
}

/// Declares an outbox: its table, what else is read of a claimed row, and what is erased of a settled one.
///
/// A claim takes what is due. Rows of a workspace are numbered, from one more than it has in hand, and the lowest numbers
/// go first: a workspace with a hundred does not keep another's one waiting. Rows without a workspace count as one
/// workspace's. The queue is read once and alone, whatever was settled before: SQLite would go through all rows by
/// workspace. Rows change beside the workspace's order of changes: what is updated never seems older than before.
macro_rules! outbox {
    (@updated $at:literal) => {
        concat!("updated_at = CASE WHEN updated_at < ", $at, " THEN ", $at, " ELSE updated_at END")
    };
    (@claim $table:literal, $columns:literal, $lock:literal) => {
        concat!(
            "UPDATE ", $table, " SET attempts = attempts + 1, in_hand = TRUE, next_attempt_at = $2, ",
            outbox!(@updated "$1"),
            " WHERE id IN (SELECT m.id FROM ", $table, " m WHERE m.status = 'queued' AND m.next_attempt_at <= $1 \
             AND m.id IN (WITH queue AS MATERIALIZED \
             (SELECT id, workspace_id, next_attempt_at, in_hand FROM ", $table, " WHERE status = 'queued') \
             SELECT r.id FROM (SELECT d.id, d.next_attempt_at, COALESCE(h.number, 0) + \
             ROW_NUMBER() OVER (PARTITION BY d.workspace_id ORDER BY d.next_attempt_at, d.id) AS place FROM queue d \
             LEFT JOIN (SELECT workspace_id, COUNT(*) AS number FROM queue \
             WHERE in_hand AND next_attempt_at > $1 GROUP BY workspace_id) AS h \
             ON h.workspace_id IS NOT DISTINCT FROM d.workspace_id WHERE d.next_attempt_at <= $1) AS r \
             ORDER BY r.place, r.next_attempt_at, r.id LIMIT $3)",
            $lock,
            ") RETURNING id, kind, attempts, expires_at, ", $columns
        )
    };
    ($table:literal, done: $done:literal, columns: $columns:literal, erased: $erased:literal, kept_days: $days:literal) => {
        $crate::platform::effects::Outbox {
            statements: $crate::platform::effects::Statements {
                next: concat!(
                    "SELECT next_attempt_at FROM ", $table, " WHERE status = 'queued' ORDER BY next_attempt_at, id LIMIT 1"
                ),
                expire: concat!(
                    "UPDATE ", $table, " SET status = 'expired', ", $erased, ", in_hand = FALSE, next_attempt_at = NULL, \
                     settled_at = $1, ", outbox!(@updated "$1"), " WHERE status = 'queued' AND next_attempt_at <= $1 \
                     AND (expires_at <= $1 OR EXISTS (SELECT 1 FROM workspaces w \
                     WHERE w.id = ", $table, ".workspace_id AND w.deleted_at IS NOT NULL))"
                ),
                claim: outbox!(@claim $table, $columns, ""),
                claim_postgres: outbox!(@claim $table, $columns, " FOR UPDATE SKIP LOCKED"),
                renew: concat!(
                    "UPDATE ", $table, " SET next_attempt_at = $3 WHERE id = $1 AND attempts = $2 AND status = 'queued' \
                     AND in_hand"
                ),
                settle: concat!(
                    "UPDATE ", $table, " SET status = $3, last_error = COALESCE($4, last_error), ", $erased, ", \
                     in_hand = FALSE, next_attempt_at = NULL, settled_at = $5, ", outbox!(@updated "$5"),
                    " WHERE id = $1 AND attempts = $2 AND status = 'queued'"
                ),
                put_off: concat!(
                    "UPDATE ", $table, " SET in_hand = FALSE, next_attempt_at = $3, last_error = $4, ",
                    outbox!(@updated "$5"), " WHERE id = $1 AND attempts = $2 AND status = 'queued'"
                ),
                forget: concat!("DELETE FROM ", $table, " WHERE settled_at <= $1"),
                due: concat!(
                    "SELECT COUNT(*), MIN(next_attempt_at) FROM ", $table,
                    " WHERE status = 'queued' AND next_attempt_at <= $1"
                ),
            },
            done: $done,
            kept_seconds: $days * 86_400,
        }
    };
}
pub(crate) use outbox;

impl Statements {
    /// Each with its name, so that a test can prepare it on both engines. The claims of the engines differ by a lock.
    pub const fn listed(&self) -> [(&'static str, &'static str); 8] {
        [
            ("NEXT", self.next),
            ("EXPIRE", self.expire),
            ("CLAIM", self.claim),
            ("RENEW", self.renew),
            ("SETTLE", self.settle),
            ("PUT_OFF", self.put_off),
            ("FORGET", self.forget),
            ("DUE", self.due),
        ]
    }
}

impl Outbox {
    /// Claims at most so many rows that are due, for the time of a lease; how many expired instead. Rows that were settled
    /// long ago are forgotten then.
    pub async fn claim<W: Record>(
        &self,
        db: &Db,
        clock: &Clock,
        most: usize,
        lease: Duration,
    ) -> Result<(Vec<W>, u64)> {
        let now = clock.now();
        // Looking costs a reader; only what is due takes the writer.
        let next: Option<Timestamp> = db.read().await?.scalar(sql(self.statements.next)).await?;
        if next.is_none_or(|next| next > now) {
            return Ok((Vec::new(), 0));
        }
        let mut tx = Tx::open(db, clock, Default::default()).await?;
        tx.execute(sql(self.statements.forget).bind(now.plus_seconds(-self.kept_seconds))).await?;
        let expired = tx.execute(sql(self.statements.expire).bind(now)).await?;
        let claim = match tx.engine() {
            Engine::Sqlite => self.statements.claim,
            Engine::Postgres => self.statements.claim_postgres,
        };
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let claimed = tx.all(sql(claim).bind(now).bind(end_of(lease, now)).bind(most)).await?;
        tx.commit().await?;
        Ok((claimed, expired))
    }

    /// Lets a lease begin anew; whether it was still this server's.
    pub async fn renew(&self, db: &Db, clock: &Clock, lease: &Lease, time: Duration) -> Result<bool> {
        let renew = sql(self.statements.renew).bind(lease.id).bind(lease.attempts);
        self.change(db, clock, renew.bind(end_of(time, clock.now()))).await
    }

    /// Stores what follows from an attempt; whether the row was still this server's.
    pub async fn settle(&self, db: &Db, clock: &Clock, lease: &Lease, verdict: &Verdict) -> Result<bool> {
        let settle = match verdict {
            Verdict::Settled(_, error) => sql(self.statements.settle)
                .bind(lease.id)
                .bind(lease.attempts)
                .bind(self.outcome(verdict))
                .bind(error.clone()),
            Verdict::Again(next, error) => {
                sql(self.statements.put_off).bind(lease.id).bind(lease.attempts).bind(*next).bind(error.clone())
            }
        };
        self.change(db, clock, settle.bind(clock.now())).await
    }

    async fn change(&self, db: &Db, clock: &Clock, change: Sql) -> Result<bool> {
        let mut tx = Tx::open(db, clock, Default::default()).await?;
        let is_ours = tx.execute(change).await? == 1;
        tx.commit().await?;
        Ok(is_ours)
    }

    /// How many rows are due, and since when the first of them is.
    pub async fn due(&self, conn: &mut Conn, now: Timestamp) -> Result<(i64, Option<Timestamp>)> {
        conn.one(sql(self.statements.due).bind(now)).await
    }

    /// The word for what follows from an attempt, as metrics count it and the status of a settled row has it.
    pub fn outcome(&self, verdict: &Verdict) -> &'static str {
        match verdict {
            Verdict::Settled(Ending::Done, _) => self.done,
            Verdict::Settled(Ending::Failed, _) => "failed",
            Verdict::Settled(Ending::Expired, _) => "expired",
            Verdict::Again(..) => "retried",
        }
    }
}

fn end_of(lease: Duration, now: Timestamp) -> Timestamp {
    Timestamp::from_micros(now.micros() + i64::try_from(lease.as_micros()).unwrap_or(i64::MAX / 4))
}
