//! Balance links in the database: the hashes of their secrets alone.

use super::model::{
    BalanceLinkFields, BalanceLinkFilter, BalanceLinkRow, BalanceLinkStatus, NewBalanceLink, OpenedLink,
};
use crate::db::{Conn, Page, Slice, Sql, Table, Tx, sql, statements};
use crate::kernel::error::{Error, Result};
use crate::kernel::{BalanceLinkId, EngagementId, Timestamp};
use crate::platform::auth::Scope;
use crate::platform::last_use::LastUses;
use crate::slices::engagements::model::EngagementRow;
use std::sync::LazyLock;

/// The table of balance links. They hold nothing: what they belong to can go, and they with it.
pub static BALANCE_LINKS: Table<BalanceLinkRow, BalanceLinkFields> =
    Table::<_, BalanceLinkFields>::new("balance_links", "client_id", "label = NULL")
        .added(&["client_id", "engagement_id"]);

statements! {
    BY_TOKEN = "SELECT l.workspace_id, l.id, l.engagement_id, l.expires_at, l.revoked_at, l.last_used_at, \
        COALESCE(c.language, w.language) AS language FROM balance_links l \
        JOIN workspaces w ON w.id = l.workspace_id AND w.deleted_at IS NULL \
        JOIN clients c ON c.workspace_id = l.workspace_id AND c.id = l.client_id AND c.deleted_at IS NULL \
        WHERE l.token_hash = $1 AND l.deleted_at IS NULL";
    NOTE_USE = "UPDATE balance_links SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2";
}

/// A link's use is noted at most this often, in seconds.
const LAST_USE: i64 = 3600;

/// Notes when links were last used.
pub static USES: LazyLock<LastUses<BalanceLinkId>> = LazyLock::new(|| LastUses::new(NOTE_USE, LAST_USE));

/// A link of an engagement.
pub async fn find(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    id: BalanceLinkId,
) -> Result<BalanceLinkRow> {
    let row = BALANCE_LINKS.find(conn, (scope.workspace, scope.client), id).await?;
    if row.engagement_id == engagement { Ok(row) } else { Err(Error::not_found()) }
}

/// The link that a secret opens, in whatever workspace.
pub async fn by_token(conn: &mut Conn, hash: &[u8]) -> Result<OpenedLink> {
    conn.optional(sql(BY_TOKEN).bind(hash)).await?.ok_or_else(Error::not_found)
}

/// Adds a link to an engagement, with the hash of its secret.
pub async fn insert(
    tx: &mut Tx,
    engagement: &EngagementRow,
    new: NewBalanceLink,
    token_hash: Vec<u8>,
) -> Result<BalanceLinkRow> {
    let id = BalanceLinkId(tx.new_id());
    let fields = BalanceLinkFields { new, token_hash, rotated_at: None, revoked_at: None };
    let more = [("client_id", engagement.fields.client_id.into()), ("engagement_id", engagement.id.into())];
    BALANCE_LINKS.insert(tx, id, &fields, &more).await
}

/// Gives a link another secret: the hash of the old one is forgotten.
pub async fn rotate(tx: &mut Tx, before: &BalanceLinkRow, token_hash: Vec<u8>) -> Result<BalanceLinkRow> {
    let rotated_at = Some(tx.wall_clock());
    let fields = BalanceLinkFields { token_hash, rotated_at, ..before.fields.clone() };
    BALANCE_LINKS.update(tx, before.id, &fields, &[]).await
}

/// Takes a link back.
pub async fn revoke(tx: &mut Tx, before: &BalanceLinkRow) -> Result<BalanceLinkRow> {
    let fields = BalanceLinkFields { revoked_at: Some(tx.wall_clock()), ..before.fields.clone() };
    BALANCE_LINKS.update(tx, before.id, &fields, &[]).await
}

/// A page of an engagement's links, as they stand at an instant.
pub async fn list(
    conn: &mut Conn,
    of: (Scope, EngagementId, Timestamp),
    filter: &BalanceLinkFilter,
    slice: &Slice,
) -> Result<Page<BalanceLinkRow>> {
    BALANCE_LINKS.page(conn, &slice.window, |query| push_from(query, of, filter)).await
}

/// How many links a filter holds.
pub async fn count(
    conn: &mut Conn,
    of: (Scope, EngagementId, Timestamp),
    filter: &BalanceLinkFilter,
) -> Result<i64> {
    BALANCE_LINKS.count(conn, |query| push_from(query, of, filter)).await
}

fn push_from(
    query: &mut Sql,
    (scope, engagement, now): (Scope, EngagementId, Timestamp),
    filter: &BalanceLinkFilter,
) {
    query.push(" FROM balance_links WHERE workspace_id = ").push_bind(scope.workspace);
    query.push(" AND engagement_id = ").push_bind(engagement);
    query.push(" AND deleted_at IS NULL");
    if let Some(statuses) = &filter.status {
        query.push_any(&statuses.0, |query, status| {
            match status {
                BalanceLinkStatus::Revoked => query.push("revoked_at IS NOT NULL"),
                BalanceLinkStatus::Expired => {
                    query.push("(revoked_at IS NULL AND expires_at <= ").push_bind(now).push(")")
                }
                BalanceLinkStatus::Active => query
                    .push("(revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ")
                    .push_bind(now)
                    .push("))"),
            };
        });
    }
}
