//! Invitations in the database: the hashes of their tokens alone.

use super::model::{INVITATION_SECONDS, InvitationFilter, InvitationRow, InvitationStatus, NewInvitation};
use crate::db::{Conn, Holder, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::{Error, Result};
use crate::kernel::{InvitationId, MemberId, Timestamp, like_pattern};
use crate::platform::auth::Scope;
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::slices::accounts::invitations::InvitationEvent;
use crate::slices::clients::store as clients;

macro_rules! columns {
    () => {
        "workspace_id, id, email, name, role, client_id, invited_by, mailed_token_hash, expires_at, accepted_at, \
         accepted_by, address_verified, revoked_at, version, created_at, updated_at"
    };
}

statements! {
    INSERT = concat!("INSERT INTO invitations (workspace_id, id, email, name, role, client_id, invited_by, token_hash, \
        mailed_token_hash, expires_at, address_verified, search_text, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $13) RETURNING ", columns!());
    FIND = concat!("SELECT ", columns!(), " FROM invitations WHERE workspace_id = $1 AND id = $2");
    BY_TOKEN = concat!("SELECT ", columns!(), " FROM invitations WHERE token_hash = $1 OR mailed_token_hash = $1");
    PENDING_OF = concat!("SELECT ", columns!(), " FROM invitations WHERE workspace_id = $1 AND invited_by = $2 \
        AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3 ORDER BY id");
    REVOKE = concat!("UPDATE invitations SET revoked_at = $3, version = version + 1, updated_at = $4 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    ACCEPT = concat!("UPDATE invitations SET accepted_at = $3, accepted_by = $4, address_verified = $5, \
        version = version + 1, updated_at = $6 WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    COUNT_OF_CLIENT = "SELECT COUNT(*) FROM invitations WHERE workspace_id = $1 AND client_id = $2 \
        AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3";
}

/// Invitations that can still be accepted.
pub const HOLDS_CLIENT: Holder =
    Holder { name: "invitations", blocks: &[clients::DELETION], count: COUNT_OF_CLIENT, dated: true };

/// Adds an invitation with the hashes of the token that the inviter sees and of the one in the mail.
pub async fn insert(
    tx: &mut Tx,
    invited_by: MemberId,
    new: &NewInvitation,
    (shown, mailed): (Vec<u8>, Vec<u8>),
) -> Result<InvitationRow> {
    let id = InvitationId(tx.new_id());
    let insert = sql(INSERT)
        .bind(tx.workspace())
        .bind(id)
        .bind(&new.email)
        .bind(&new.name)
        .bind(new.role)
        .bind(new.client_id)
        .bind(invited_by)
        .bind(shown)
        .bind(mailed)
        .bind(tx.wall_clock().plus_seconds(INVITATION_SECONDS))
        .bind(false)
        .bind(new.search_text())
        .bind(tx.now());
    tx.one(insert).await
}

/// An invitation of the workspace.
pub async fn find(conn: &mut Conn, scope: Scope, id: InvitationId) -> Result<InvitationRow> {
    conn.optional(sql(FIND).bind(scope.workspace).bind(id)).await?.ok_or_else(Error::not_found)
}

/// The invitation that a token, of either kind, accepts.
pub async fn by_token(conn: &mut Conn, hash: &[u8]) -> Result<InvitationRow> {
    conn.optional(sql(BY_TOKEN).bind(hash)).await?.ok_or_else(Error::not_found)
}

/// Takes an invitation back.
pub async fn revoke(tx: &mut Tx, before: &InvitationRow) -> Result<Done<InvitationRow>> {
    let revoke = sql(REVOKE).bind(tx.workspace()).bind(before.id).bind(tx.wall_clock()).bind(tx.now());
    let row = tx.one(revoke).await?;
    recorded(tx, InvitationEvent::Revoked, Some(before), row).await
}

/// Takes back what a member has invited to and nobody has accepted.
pub async fn revoke_all_of(tx: &mut Tx, member: MemberId) -> Result<()> {
    let find = sql(PENDING_OF).bind(tx.workspace()).bind(member).bind(tx.wall_clock());
    let open: Vec<InvitationRow> = tx.all(find).await?;
    for invitation in &open {
        let _revoked = revoke(tx, invitation).await?;
    }
    Ok(())
}

/// Notes who accepted, and whether they have shown that the address is theirs.
pub async fn accept(tx: &mut Tx, id: InvitationId, by: MemberId, address_verified: bool) -> Result<InvitationRow> {
    let accept = sql(ACCEPT).bind(tx.workspace()).bind(id).bind(tx.wall_clock()).bind(by);
    let accept = accept.bind(address_verified).bind(tx.now());
    tx.one(accept).await
}

/// A page of invitations, with their status at an instant.
pub async fn list(
    conn: &mut Conn,
    (scope, now): (Scope, Timestamp),
    filter: &InvitationFilter,
    slice: &Slice,
) -> Result<Page<InvitationRow>> {
    let mut query = sql(concat!("SELECT ", columns!()));
    push_from(&mut query, (scope, now), filter, slice);
    window(conn, query, &slice.window).await
}

/// How many invitations a filter holds.
pub async fn count(
    conn: &mut Conn,
    at: (Scope, Timestamp),
    filter: &InvitationFilter,
    slice: &Slice,
) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, at, filter, slice);
    Ok(conn.scalar(query).await?.unwrap_or(0))
}

fn push_from(query: &mut Sql, (scope, now): (Scope, Timestamp), filter: &InvitationFilter, slice: &Slice) {
    query.push(" FROM invitations WHERE workspace_id = ").push_bind(scope.workspace);
    if let Some(since) = slice.since {
        query.push(" AND updated_at >= ").push_bind(since);
    }
    if let Some(statuses) = &filter.status {
        query.push_any(&statuses.0, |query, status| {
            match status {
                InvitationStatus::Accepted => query.push("accepted_at IS NOT NULL"),
                InvitationStatus::Revoked => query.push("(accepted_at IS NULL AND revoked_at IS NOT NULL)"),
                InvitationStatus::Expired => query
                    .push("(accepted_at IS NULL AND revoked_at IS NULL AND expires_at <= ")
                    .push_bind(now)
                    .push(")"),
                InvitationStatus::Pending => query
                    .push("(accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ")
                    .push_bind(now)
                    .push(")"),
            };
        });
    }
    if let Some(roles) = &filter.role {
        query.push_in("role", roles.0.iter().copied());
    }
    if let Some(clients) = &filter.client_id {
        query.push_in("client_id", clients.0.iter().copied());
    }
    if let Some(q) = &filter.q {
        query.push(" AND search_text LIKE ").push_bind(like_pattern(&q.0)).push(" ESCAPE '\\'");
    }
}
