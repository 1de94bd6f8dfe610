//! API keys in the database: the hash of the secret alone.

use super::model::{ApiKeyFilter, ApiKeyRow, NewApiKey};
use crate::db::{Conn, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::{Error, Result};
use crate::kernel::{ApiKeyId, JsonText, MemberId, like_pattern, sort_key};
use crate::platform::auth::Caller;
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::slices::accounts::api_keys::ApiKeyEvent;

macro_rules! columns {
    () => {
        "id, member_id, name, scopes, last_four, expires_at, last_used_at, revoked_at, version, created_at, updated_at"
    };
}

statements! {
    INSERT = concat!("INSERT INTO api_keys (workspace_id, id, member_id, name, sort_key, scopes, hash, last_four, \
        expires_at, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10) \
        RETURNING ", columns!());
    FIND = concat!("SELECT ", columns!(), " FROM api_keys \
        WHERE workspace_id = $1 AND id = $2 AND member_id = COALESCE($3, member_id) AND revoked_at IS NULL");
    OF_MEMBER = concat!("SELECT ", columns!(), " FROM api_keys \
        WHERE workspace_id = $1 AND member_id = $2 AND revoked_at IS NULL ORDER BY id");
    REVOKE = concat!("UPDATE api_keys SET revoked_at = $3, name = '', sort_key = '', version = version + 1, updated_at = $3 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
}

/// Adds a key of a member, with the hash and the end of its secret.
pub async fn insert(
    tx: &mut Tx,
    member: MemberId,
    new: &NewApiKey,
    (hash, last_four): (Vec<u8>, &str),
) -> Result<ApiKeyRow> {
    let id = ApiKeyId(tx.new_id());
    let insert = sql(INSERT)
        .bind(tx.workspace())
        .bind(id)
        .bind(member)
        .bind(&new.name)
        .bind(sort_key(&new.name))
        .bind(JsonText(&new.scopes))
        .bind(hash)
        .bind(last_four)
        .bind(new.expires_at)
        .bind(tx.now());
    tx.one(insert).await
}

/// A key that the caller may see: their own, and as the owner everybody's.
pub async fn find(conn: &mut Conn, caller: &Caller, id: ApiKeyId) -> Result<ApiKeyRow> {
    let find = sql(FIND).bind(caller.workspace).bind(id).bind(only(caller));
    conn.optional(find).await?.ok_or_else(Error::not_found)
}

/// Ends a key.
pub async fn revoke(tx: &mut Tx, before: &ApiKeyRow) -> Result<Done<ApiKeyRow>> {
    let revoke = sql(REVOKE).bind(tx.workspace()).bind(before.id).bind(tx.now());
    let row = tx.one(revoke).await?;
    recorded(tx, ApiKeyEvent::Revoked, Some(before), row).await
}

/// Ends every key of a member.
pub async fn revoke_all_of(tx: &mut Tx, member: MemberId) -> Result<()> {
    let find = sql(OF_MEMBER).bind(tx.workspace()).bind(member);
    let keys: Vec<ApiKeyRow> = tx.all(find).await?;
    for key in &keys {
        let _revoked = revoke(tx, key).await?;
    }
    Ok(())
}

/// A page of the keys that the caller may see.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &ApiKeyFilter,
    slice: &Slice,
) -> Result<Page<ApiKeyRow>> {
    let mut query = sql(concat!("SELECT ", columns!()));
    push_from(&mut query, caller, filter, slice);
    window(conn, query, &slice.window).await
}

/// How many keys a filter holds.
pub async fn count(conn: &mut Conn, caller: &Caller, filter: &ApiKeyFilter, slice: &Slice) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, caller, filter, slice);
    Ok(conn.scalar(query).await?.unwrap_or(0))
}

/// Whose keys alone the caller may see.
fn only(caller: &Caller) -> Option<MemberId> {
    (!caller.is_owner()).then_some(caller.member)
}

fn push_from(query: &mut Sql, caller: &Caller, filter: &ApiKeyFilter, slice: &Slice) {
    query.push(" FROM api_keys WHERE workspace_id = ").push_bind(caller.workspace);
    if let Some(own) = only(caller) {
        query.push(" AND member_id = ").push_bind(own);
    }
    if let Some(members) = &filter.member_id {
        query.push_in("member_id", members.0.iter().copied());
    }
    slice.open(query, "revoked_at", "updated_at");
    if let Some(q) = &filter.q {
        query.push(" AND sort_key LIKE ").push_bind(like_pattern(&q.0)).push(" ESCAPE '\\'");
    }
    slice.close(query);
}
