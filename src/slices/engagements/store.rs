//! Engagements in the database.

mod list;
pub mod terms;

pub use list::{count, find_all, list, rows_of};

use super::model::{Engagement, EngagementRow, Lifecycle, NewEngagement};
use crate::db::{Blockable, Conn, Holder, Sql, Tx, sql, statements};
use crate::hours::EngagementKind;
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{Date, EngagementId, ExternalRef, ExternalSource, JsonText, Name, Timestamp, sort_key};
use crate::platform::auth::Scope;
use crate::slices::clients::store as clients;

macro_rules! columns {
    () => {
        "id, client_id, title, description, internal_note, kind, status, starts_on, ends_on, time_zone, \
         external_source, external_ref, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, \
         accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, paused_at, \
         paused_on, ended_at, ended_on, archived_at, withdrawn_as, (SELECT c.archived_at IS NOT NULL FROM clients c \
         WHERE c.workspace_id = engagements.workspace_id AND c.id = engagements.client_id) AS client_archived, \
         version, created_at, updated_at, deleted_at"
    };
}
use columns;

statements! {
    FIND = concat!("SELECT ", columns!(), " FROM engagements WHERE workspace_id = $1 \
        AND client_id = COALESCE($2, client_id) AND id = $3 AND deleted_at IS NULL AND (status <> 'draft' OR $4)");
    FIND_BY_REF = concat!("SELECT ", columns!(), " FROM engagements \
        WHERE workspace_id = $1 AND external_source = $2 AND external_ref = $3 AND deleted_at IS NULL");
    INSERT = concat!("INSERT INTO engagements (workspace_id, id, client_id, title, description, internal_note, kind, \
        starts_on, ends_on, time_zone, external_source, external_ref, sort_key, search_text, search_internal, \
        status, accepted_elsewhere, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'draft', $17, 1, $16, $16) \
        RETURNING ", columns!());
    UPDATE = concat!("UPDATE engagements SET title = $4, description = $5, internal_note = $6, kind = $7, \
        starts_on = $8, ends_on = $9, time_zone = $10, external_source = $11, external_ref = $12, sort_key = $13, \
        search_text = $14, search_internal = $15, version = version + 1, updated_at = $16 \
        WHERE workspace_id = $1 AND id = $2 AND client_id = $3 RETURNING ", columns!());
    SET_LIFE = concat!("UPDATE engagements SET status = $3, proposed_at = $4, withdrawn_at = $5, paused_at = $6, \
        paused_on = $7, ended_at = $8, ended_on = $9, archived_at = $10, accepted_at = $11, accepted_by = $12, \
        accepted_by_name = $13, accepted_version = $14, accepted_elsewhere = $15, declined_at = $16, \
        declined_by = $17, declined_by_name = $18, answer_note = $19, version = version + 1, updated_at = $20, \
        withdrawn_as = $21 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    TOUCH = concat!("UPDATE engagements SET version = version + 1, updated_at = $3 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    BURY = concat!("UPDATE engagements SET deleted_at = $3, title = '', description = NULL, internal_note = NULL, \
        answer_note = NULL, accepted_by_name = NULL, \
        declined_by_name = NULL, sort_key = '', search_text = '', search_internal = '', version = version + 1, \
        updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    /// Their shown terms can change some day: those with several accepted versions, the last of which begins since then.
    WITH_LATER_TERMS = concat!("SELECT ", columns!(), " FROM engagements WHERE workspace_id = $1 \
        AND deleted_at IS NULL AND id IN (SELECT engagement_id FROM engagement_terms WHERE workspace_id = $1 \
        AND accepted_at IS NOT NULL AND deleted_at IS NULL GROUP BY engagement_id \
        HAVING COUNT(*) > 1 AND MAX(effective_from) >= $2) ORDER BY id");
    COUNT_OF_CLIENT = "SELECT COUNT(*) FROM engagements \
        WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL";
    WORKSPACE_NAME = "SELECT name FROM workspaces WHERE id = $1";
}

/// Deleting an engagement.
pub const DELETION: Blockable = Blockable { name: "engagement.deletion", refusal: Code::HasDependents };

/// The engagements with a client, which are in its currency.
pub const HOLDS_CLIENT: Holder = Holder {
    name: "engagements",
    blocks: &[clients::DELETION, clients::CURRENCY_CHANGE],
    count: COUNT_OF_CLIENT,
    dated: false,
};

/// An engagement that the caller may see, without its terms.
pub async fn find_row(conn: &mut Conn, scope: Scope, id: EngagementId) -> Result<EngagementRow> {
    let find = sql(FIND).bind(scope.workspace).bind(scope.client).bind(id).bind(!scope.is_client());
    conn.optional(find).await?.ok_or_else(Error::not_found)
}

/// An engagement that the caller may see, with the terms of this moment.
pub async fn find(conn: &mut Conn, scope: Scope, id: EngagementId, now: Timestamp) -> Result<Engagement> {
    let row = find_row(conn, scope, id).await?;
    with_terms(conn, scope, row, now).await
}

/// An engagement by its id in another system.
pub async fn find_by_ref(
    conn: &mut Conn,
    scope: Scope,
    source: &ExternalSource,
    reference: &ExternalRef,
    now: Timestamp,
) -> Result<Option<Engagement>> {
    let find = sql(FIND_BY_REF).bind(scope.workspace).bind(source).bind(reference);
    match conn.optional(find).await? {
        Some(row) => with_terms(conn, scope, row, now).await.map(Some),
        None => Ok(None),
    }
}

/// The engagements that can show other terms from a day on, beginning with this one.
pub async fn with_later_terms(tx: &mut Tx, since: Date) -> Result<Vec<EngagementRow>> {
    let find = sql(WITH_LATER_TERMS).bind(tx.workspace()).bind(since);
    tx.all(find).await
}

/// An engagement that a body names, for work that belongs to it: there for the caller, else 422 at the pointer.
pub async fn find_for_work(
    conn: &mut Conn,
    scope: Scope,
    id: EngagementId,
    pointer: &str,
) -> Result<EngagementRow> {
    find_row(conn, scope, id).await.map_err(|error| error.as_reference(pointer))
}

/// A row with the terms of this moment.
pub async fn with_terms(conn: &mut Conn, scope: Scope, row: EngagementRow, now: Timestamp) -> Result<Engagement> {
    let versions = terms::of(conn, scope, row.id).await?;
    Ok(Engagement::new(row, versions, now))
}

/// Refuses a reference that another engagement has already.
pub async fn check_ref(tx: &mut Tx, fields: &NewEngagement, own: Option<EngagementId>) -> Result<()> {
    let (Some(source), Some(reference)) = (&fields.external_source, &fields.external_ref) else { return Ok(()) };
    let find = sql(FIND_BY_REF).bind(tx.workspace()).bind(source).bind(reference);
    match tx.optional::<EngagementRow>(find).await? {
        Some(other) if Some(other.id) != own => {
            Err(Error::new(Code::DuplicateExternalRef).member("conflicts", [other.id]))
        }
        _ => Ok(()),
    }
}

/// Adds an engagement, as a draft.
pub async fn insert(tx: &mut Tx, new: &NewEngagement, kind: EngagementKind) -> Result<EngagementRow> {
    let id = EngagementId(tx.new_id());
    let insert = bind_fields(sql(INSERT).bind(tx.workspace()).bind(id), new, kind).bind(tx.now()).bind(false);
    tx.one(insert).await
}

/// Stores every field of an engagement anew.
pub async fn update(
    tx: &mut Tx,
    id: EngagementId,
    fields: &NewEngagement,
    kind: EngagementKind,
) -> Result<EngagementRow> {
    let update = bind_fields(sql(UPDATE).bind(tx.workspace()).bind(id), fields, kind).bind(tx.now());
    tx.one(update).await
}

/// Stores where an engagement stands. What is taken back from the client stays for them as they saw it.
pub async fn set_life(tx: &mut Tx, before: &EngagementRow, life: &Lifecycle) -> Result<EngagementRow> {
    let withdrawn_as = life.withdrawn_at.map(|_| JsonText(before.last_shown(before.version + 1)));
    let query = sql(SET_LIFE)
        .bind(tx.workspace())
        .bind(before.id)
        .bind(life.status)
        .bind(life.proposed_at)
        .bind(life.withdrawn_at)
        .bind(life.paused_at)
        .bind(life.paused_on)
        .bind(life.ended_at)
        .bind(life.ended_on)
        .bind(life.archived_at);
    let query = terms::bind_answer(query, &life.answered).bind(tx.now()).bind(withdrawn_as.as_ref());
    tx.one(query).await
}

/// Gives an engagement its next version, since something that it shows has changed.
pub async fn touch(tx: &mut Tx, id: EngagementId) -> Result<EngagementRow> {
    let query = sql(TOUCH).bind(tx.workspace()).bind(id).bind(tx.now());
    tx.one(query).await
}

/// Deletes an engagement with its terms, leaving tombstones.
pub async fn bury(tx: &mut Tx, id: EngagementId) -> Result<Engagement> {
    terms::bury(tx, id).await?;
    let query = sql(BURY).bind(tx.workspace()).bind(id).bind(tx.now());
    let row = tx.one(query).await?;
    Ok(Engagement::new(row, Vec::new(), tx.wall_clock()))
}

/// In whose name is written to clients.
pub async fn workspace_name(tx: &mut Tx) -> Result<Name> {
    let workspace = tx.workspace();
    Ok(tx.scalar(sql(WORKSPACE_NAME).bind(workspace)).await?.unwrap_or_default())
}

fn bind_fields(query: Sql, fields: &NewEngagement, kind: EngagementKind) -> Sql {
    query
        .bind(fields.client_id)
        .bind(&fields.title)
        .bind(&fields.description)
        .bind(&fields.internal_note)
        .bind(kind)
        .bind(fields.starts_on)
        .bind(fields.ends_on)
        .bind(&fields.time_zone)
        .bind(&fields.external_source)
        .bind(&fields.external_ref)
        .bind(sort_key(&fields.title))
        .bind(fields.search_text())
        .bind(fields.search_internal())
}
