//! The outbox in the database.

use super::model::{Letter, MailFilter, MailRow};
use crate::db::{Conn, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::Result;
use crate::kernel::{MailId, WorkspaceId};
use crate::platform::effects::{Outbox, outbox};

statements! {
    ENQUEUE = "INSERT INTO mails (id, workspace_id, kind, recipient, sealed, status, attempts, next_attempt_at, in_hand, \
        expires_at, message_id, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, 'queued', 0, $6, FALSE, $7, $8, $9, $9)";
}

/// Where mails wait. A settled one is kept for the owner's list; an address is personal data.
pub const OUTBOX: Outbox = outbox!(
    "mails",
    done: "sent",
    columns: "recipient, sealed, message_id, created_at",
    erased: "sealed = NULL",
    kept_days: 90
);

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
        query.push_in("status", statuses.0.iter().copied());
    }
}
