//! Share links in the database.

use super::model::{Expiry, NEVER, NewShareLink, ShareLinkFilter, ShareLinkRow, ShareStatus};
use super::secrets::Sealed;
use super::url::NormalUrl;
use crate::db::{Conn, Holder, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::{Error, Result};
use crate::kernel::{ClientId, ShareLinkId, Timestamp, like_pattern};
use crate::platform::auth::{Role, Scope};
use crate::platform::events;
use crate::slices::clients::store as clients;
use crate::slices::engagements::store as engagements;
use crate::slices::tasks::{model::Visibility, store as tasks};

macro_rules! columns {
    () => {
        "s.id, s.client_id, s.engagement_id, s.task_id, s.source, s.provider, s.added_by, s.visibility, s.hidden_at, s.hidden_version, \
         s.title, s.url, (s.sealed_fragment IS NOT NULL) AS has_fragment, \
         (s.sealed_password IS NOT NULL) AS has_password, s.client_note, s.internal_note, s.expiry_kind, s.ends_at, \
         s.told_end, \
         s.revoked_at, s.version, s.created_at, s.updated_at, s.deleted_at, \
         (e.id IS NULL OR e.status <> 'draft') AS engagement_shown, \
         t.status AS task_status, t.visibility AS task_visibility, \
         CASE WHEN t.due_on IS NULL AND t.due_at IS NULL THEN NULL ELSE t.due_key END AS task_due_at"
    };
}

macro_rules! tables {
    () => {
        " FROM share_links s \
         LEFT JOIN engagements e ON e.workspace_id = s.workspace_id AND e.id = s.engagement_id \
         LEFT JOIN tasks t ON t.workspace_id = s.workspace_id AND t.id = s.task_id \
         WHERE s.workspace_id = "
    };
}

statements! {
    FIND = concat!("SELECT ", columns!(), tables!(), "$1 AND s.client_id = COALESCE($2, s.client_id) AND s.id = $3 \
        AND (s.visibility = 'shared' OR $4) AND s.deleted_at IS NULL");
    FIND_CHANGED = concat!("SELECT ", columns!(), tables!(), "$1 AND s.id = $2");
    SECRETS = "SELECT sealed_fragment, sealed_password FROM share_links \
        WHERE workspace_id = $1 AND client_id = COALESCE($2, client_id) AND id = $3 \
        AND (visibility = 'shared' OR $4) AND deleted_at IS NULL";
    INSERT = "INSERT INTO share_links (workspace_id, id, client_id, source, provider, added_by, url, place_key, \
        sealed_fragment, sealed_password, engagement_id, task_id, visibility, title, client_note, internal_note, \
        expiry_kind, ends_at, sort_key, search_text, search_internal, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
        1, $22, $22)";
    UPDATE = "UPDATE share_links SET engagement_id = $3, task_id = $4, visibility = $5, title = $6, client_note = $7, \
        internal_note = $8, expiry_kind = $9, ends_at = $10, sort_key = $11, search_text = $12, \
        search_internal = $13, hidden_at = $14, hidden_version = $15, version = version + 1, updated_at = $16 \
        WHERE workspace_id = $1 AND id = $2";
    SET_PASSWORD = "UPDATE share_links SET sealed_password = $3 WHERE workspace_id = $1 AND id = $2";
    REVOKE = "UPDATE share_links SET revoked_at = $3, version = version + 1, updated_at = $4 \
        WHERE workspace_id = $1 AND id = $2";
    TELL_END = "UPDATE share_links SET told_end = ends_at, version = version + 1, updated_at = $3 \
        WHERE workspace_id = $1 AND id = $2";
    BURY = "UPDATE share_links SET deleted_at = $3, title = NULL, url = '', place_key = '', sealed_fragment = NULL, \
        sealed_password = NULL, client_note = NULL, internal_note = NULL, sort_key = '', search_text = '', \
        search_internal = '', version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2";
    COUNT_OF_CLIENT = "SELECT COUNT(*) FROM share_links WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL";
    COUNT_OF_ENGAGEMENT = "SELECT COUNT(*) FROM share_links \
        WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL";
    COUNT_OF_TASK = "SELECT COUNT(*) FROM share_links WHERE workspace_id = $1 AND task_id = $2 AND deleted_at IS NULL";
}

/// The links of a client.
pub const HOLDS_CLIENT: Holder =
    Holder { name: "share_links", blocks: &[clients::DELETION], count: COUNT_OF_CLIENT, dated: false };
/// The links of an engagement.
pub const HOLDS_ENGAGEMENT: Holder =
    Holder { name: "share_links", blocks: &[engagements::DELETION], count: COUNT_OF_ENGAGEMENT, dated: false };
/// The links of a task.
pub const HOLDS_TASK: Holder =
    Holder { name: "share_links", blocks: &[tasks::DELETION], count: COUNT_OF_TASK, dated: false };

/// A link that the caller may see.
pub async fn find(conn: &mut Conn, scope: Scope, id: ShareLinkId) -> Result<ShareLinkRow> {
    conn.optional(bind_one(sql(FIND), scope, id)).await?.ok_or_else(Error::not_found)
}

/// The secrets of a link that the caller may see, sealed.
pub async fn secrets(conn: &mut Conn, scope: Scope, id: ShareLinkId) -> Result<Sealed> {
    conn.optional(bind_one(sql(SECRETS), scope, id)).await?.ok_or_else(Error::not_found)
}

/// A link as it is first stored.
pub struct Insertion<'a> {
    pub id: ShareLinkId,
    pub client: ClientId,
    pub added_by: Role,
    pub new: &'a NewShareLink,
    pub url: &'a NormalUrl,
    pub sealed: Sealed,
    pub end: Option<Expiry>,
}

/// Adds a link.
pub async fn insert(tx: &mut Tx, link: Insertion<'_>) -> Result<ShareLinkRow> {
    let insert = sql(INSERT)
        .bind(tx.workspace())
        .bind(link.id)
        .bind(link.client)
        .bind(link.new.source)
        .bind(link.url.provider.map(|provider| provider.slug))
        .bind(link.added_by)
        .bind(link.url.url_without_fragment.as_str())
        .bind(link.url.key_for_uniqueness.as_str())
        .bind(link.sealed.fragment)
        .bind(link.sealed.password);
    let insert = bind_fields(insert, link.new, link.end).bind(tx.now());
    tx.execute(insert).await?;
    changed(tx, link.id).await
}

/// Stores every field of a link anew, but those that are fixed and the password. What becomes internal goes out of the
/// client's sight, the past of it too.
pub async fn update(tx: &mut Tx, before: &ShareLinkRow, fields: &NewShareLink) -> Result<ShareLinkRow> {
    let (hidden_at, hidden_version) = match (before.visibility, fields.visibility) {
        (Visibility::Shared, Visibility::Internal) => (Some(tx.now()), Some(before.version + 1)),
        (_, Visibility::Internal) => (before.hidden_at, before.hidden_version),
        (_, Visibility::Shared) => (None, None),
    };
    if hidden_at == Some(tx.now()) {
        events::store::withhold(tx, [before.id.0]).await?;
    }
    let end = before.end_with(fields.expires_at, tx.wall_clock());
    let update = bind_fields(sql(UPDATE).bind(tx.workspace()).bind(before.id), fields, end);
    let update = update.bind(hidden_at).bind(hidden_version).bind(tx.now());
    tx.execute(update).await?;
    changed(tx, before.id).await
}

/// Stores another password; the link is to be updated after it.
pub async fn set_password(tx: &mut Tx, id: ShareLinkId, sealed: Option<Vec<u8>>) -> Result<()> {
    let query = sql(SET_PASSWORD).bind(tx.workspace()).bind(id).bind(sealed);
    tx.execute(query).await.map(drop)
}

/// Takes a link back.
pub async fn revoke(tx: &mut Tx, id: ShareLinkId) -> Result<ShareLinkRow> {
    let query = sql(REVOKE).bind(tx.workspace()).bind(id).bind(tx.wall_clock()).bind(tx.now());
    tx.execute(query).await?;
    changed(tx, id).await
}

/// Notes that the passing of a link's end was announced.
pub async fn tell_end(tx: &mut Tx, id: ShareLinkId) -> Result<ShareLinkRow> {
    let query = sql(TELL_END).bind(tx.workspace()).bind(id).bind(tx.now());
    tx.execute(query).await?;
    changed(tx, id).await
}

/// Deletes a link and its secrets, leaving a tombstone; its address goes out of its client's view of the past as well.
pub async fn bury(tx: &mut Tx, id: ShareLinkId) -> Result<ShareLinkRow> {
    events::store::withhold(tx, [id.0]).await?;
    let query = sql(BURY).bind(tx.workspace()).bind(id).bind(tx.now());
    tx.execute(query).await?;
    changed(tx, id).await
}

/// A page of links, as they stand at `now`.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    filter: &ShareLinkFilter,
    slice: &Slice,
    now: Timestamp,
) -> Result<Page<ShareLinkRow>> {
    let mut place = slice.window.clone();
    if scope.is_client() && slice.since.is_some() {
        // What went out of their sight stands where it left it: what happened to it since is not told by its place.
        place.order.column = "COALESCE(s.hidden_at, s.updated_at)";
    }
    let mut page: Page<ShareLinkRow> = window(conn, rows_of(scope, filter, slice, now), &place).await?;
    if scope.is_client() {
        page.rows.iter_mut().for_each(ShareLinkRow::hide);
    }
    Ok(page)
}

/// The question for the rows of a list, still without its window.
pub fn rows_of(scope: Scope, filter: &ShareLinkFilter, slice: &Slice, now: Timestamp) -> Sql {
    let mut query = sql(concat!("SELECT ", columns!()));
    push_from(&mut query, scope, filter, slice, now);
    query
}

/// How many links a filter holds at `now`.
pub async fn count(
    conn: &mut Conn,
    scope: Scope,
    filter: &ShareLinkFilter,
    slice: &Slice,
    now: Timestamp,
) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, scope, filter, slice, now);
    Ok(conn.scalar(query).await?.unwrap_or(0))
}

fn push_from(query: &mut Sql, scope: Scope, filter: &ShareLinkFilter, slice: &Slice, now: Timestamp) {
    query.push(tables!()).push_bind(scope.workspace);
    if let Some(own) = scope.client {
        query.push(" AND s.client_id = ").push_bind(own).push(" AND (s.visibility = 'shared'");
        if let Some(since) = slice.since {
            query.push(" OR s.hidden_at >= ").push_bind(since);
        }
        query.push(")");
    }
    slice.open(query, "s.deleted_at", "s.updated_at");
    let tells_hidden = scope.is_client() && slice.since.is_some();
    if tells_hidden {
        // What went out of their sight is told whatever the filter: judging it would tell what became of it.
        query.push(" AND (s.visibility = 'internal' OR (s.visibility = 'shared'");
    }
    push_filter(query, scope, filter, now);
    if tells_hidden {
        query.push("))");
    }
    slice.close(query);
}

fn push_filter(query: &mut Sql, scope: Scope, filter: &ShareLinkFilter, now: Timestamp) {
    push_belongings(query, scope, filter);
    push_times(query, filter, now);
    if let Some(sources) = &filter.source {
        query.push_in("s.source", sources.0.iter().copied());
    }
    if let Some(providers) = &filter.provider {
        query.push_in("s.provider", providers.0.iter().map(|slug| slug.0));
    }
    if let Some(sides) = &filter.added_by {
        query.push_in("s.added_by", sides.0.iter().copied());
    }
    if let Some(q) = &filter.q {
        let pattern = like_pattern(&q.0);
        query.push(" AND (s.search_text LIKE ").push_bind(pattern.as_str()).push(" ESCAPE '\\'");
        if !scope.is_client() {
            query.push(" OR s.search_internal LIKE ").push_bind(pattern.as_str()).push(" ESCAPE '\\'");
        }
        query.push(")");
    }
}

fn push_belongings(query: &mut Sql, scope: Scope, filter: &ShareLinkFilter) {
    if let Some(clients) = &filter.client_id {
        query.push_in("s.client_id", clients.0.iter().copied());
    }
    if let Some(engagements) = &filter.engagement_id {
        query.push_in("s.engagement_id", engagements.0.iter().copied());
        if scope.is_client() {
            query.push(" AND e.status <> 'draft'");
        }
    }
    if let Some(tasks) = &filter.task_id {
        query.push_in("s.task_id", tasks.0.iter().copied());
        if scope.is_client() {
            query.push(" AND t.visibility = 'shared'");
        }
    }
    if let Some(other) = filter.same_place_as {
        query.push(" AND s.id <> ").push_bind(other).push(
            " AND (s.client_id, s.place_key) = (SELECT o.client_id, o.place_key FROM share_links o \
             WHERE o.deleted_at IS NULL AND o.workspace_id = ",
        );
        query.push_bind(scope.workspace).push(" AND o.id = ").push_bind(other);
        if let Some(own) = scope.client {
            query.push(" AND o.visibility = 'shared' AND o.client_id = ").push_bind(own);
        }
        query.push(")");
    }
}

fn push_times(query: &mut Sql, filter: &ShareLinkFilter, now: Timestamp) {
    if filter.expires_from.is_some() || filter.expires_until.is_some() {
        query.push(" AND s.expiry_kind IS NOT NULL");
    }
    if let Some(from) = filter.expires_from {
        query.push(" AND s.ends_at >= ").push_bind(from);
    }
    if let Some(until) = filter.expires_until {
        query.push(" AND s.ends_at < ").push_bind(until);
    }
    if let Some(statuses) = &filter.status {
        query.push_any(&statuses.0, |query, status| {
            match status {
                ShareStatus::Active => query.push("s.revoked_at IS NULL AND s.ends_at > ").push_bind(now),
                ShareStatus::Expired => query.push("s.revoked_at IS NULL AND s.ends_at <= ").push_bind(now),
                ShareStatus::Revoked => query.push("s.revoked_at IS NOT NULL"),
            };
        });
    }
}

/// The link as the change left it, a tombstone too.
async fn changed(tx: &mut Tx, id: ShareLinkId) -> Result<ShareLinkRow> {
    let query = sql(FIND_CHANGED).bind(tx.workspace()).bind(id);
    tx.one(query).await
}

fn bind_one(query: Sql, scope: Scope, id: ShareLinkId) -> Sql {
    query.bind(scope.workspace).bind(scope.client).bind(id).bind(!scope.is_client())
}

fn bind_fields(query: Sql, fields: &NewShareLink, end: Option<Expiry>) -> Sql {
    query
        .bind(fields.engagement_id)
        .bind(fields.task_id)
        .bind(fields.visibility)
        .bind(&fields.title)
        .bind(&fields.client_note)
        .bind(&fields.internal_note)
        .bind(end.map(|end| end.kind))
        .bind(end.map_or(NEVER, |end| end.at))
        .bind(fields.sort_key())
        .bind(fields.search_text())
        .bind(fields.search_internal())
}
