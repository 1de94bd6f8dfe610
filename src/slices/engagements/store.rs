//! Engagements in the database.

mod list;
pub mod milestones;
pub mod terms;
pub mod upgrade;

pub use list::{count, find_all, list, rows_of};

use super::model::{Engagement, EngagementRow, Lifecycle, NewEngagement};
use crate::db::{Blockable, Conn, Holder, Table, Tx, sql, statements};
use crate::hours::{EngagementKind, EngagementStatus};
use crate::kernel::error::{Code, Result};
use crate::kernel::{
    Date, EngagementId, ExternalRef, ExternalSource, JsonText, Name, Record, Timestamp, sort_key,
};
use crate::platform::auth::Scope;
use crate::slices::clients::store as clients;

/// The table of engagements.
pub static ENGAGEMENTS: Table<EngagementRow, NewEngagement> = Table::<_, NewEngagement>::new(
    "engagements",
    "client_id",
    "title = '', description = NULL, internal_note = NULL, answer_note = NULL, accepted_by_name = NULL, \
     declined_by_name = NULL, sort_key = '', search_text = '', search_internal = ''",
)
.shown_if("status <> 'draft'")
.derived(&[
    ("sort_key", |new| sort_key(&new.title).into()),
    ("search_text", |new| new.search_text().into()),
    ("search_internal", |new| new.search_internal().into()),
])
.fixed(&["client_id"])
.added(&["kind", "status", "accepted_elsewhere"])
.changed(&["kind"]);

statements! {
    SET_LIFE = "UPDATE engagements SET status = $3, proposed_at = $4, withdrawn_at = $5, paused_at = $6, \
        pauses = $7, ended_at = $8, ended_on = $9, archived_at = $10, accepted_at = $11, accepted_by = $12, \
        accepted_by_name = $13, accepted_version = $14, accepted_elsewhere = $15, declined_at = $16, \
        declined_by = $17, declined_by_name = $18, answer_note = $19, version = version + 1, updated_at = $20, \
        withdrawn_as = $21 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", EngagementRow::LIST;
    TOUCH = "UPDATE engagements SET version = version + 1, updated_at = $3 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", EngagementRow::LIST;
    /// Their shown terms can change some day: those with several accepted versions, the last of which begins since then.
    WITH_LATER_TERMS = "SELECT ", EngagementRow::LIST, " FROM engagements WHERE workspace_id = $1 \
        AND deleted_at IS NULL AND id IN (SELECT engagement_id FROM engagement_terms WHERE workspace_id = $1 \
        AND accepted_at IS NOT NULL AND deleted_at IS NULL GROUP BY engagement_id \
        HAVING COUNT(*) > 1 AND MAX(effective_from) >= $2) ORDER BY id";
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
    ENGAGEMENTS.find(conn, (scope.workspace, scope.client), id).await
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
    match ENGAGEMENTS.find_by_ref(conn, scope.workspace, source, reference).await? {
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
    let reference = (&fields.external_source, &fields.external_ref);
    ENGAGEMENTS.check_ref(tx, reference, own.map(|own| own.0)).await
}

/// Adds an engagement, as a draft.
pub async fn insert(tx: &mut Tx, new: &NewEngagement, kind: EngagementKind) -> Result<EngagementRow> {
    let id = EngagementId(tx.new_id());
    let status = EngagementStatus::Draft.into();
    let more = [("kind", kind.into()), ("status", status), ("accepted_elsewhere", false.into())];
    ENGAGEMENTS.insert(tx, id, new, &more).await
}

/// Stores every field of an engagement anew.
pub async fn update(
    tx: &mut Tx,
    id: EngagementId,
    fields: &NewEngagement,
    kind: EngagementKind,
) -> Result<EngagementRow> {
    tx.unsettle_all(id);
    ENGAGEMENTS.update(tx, id, fields, &[("kind", kind.into())]).await
}

/// Stores where an engagement stands. What is taken back from the client stays for them as they saw it.
pub async fn set_life(tx: &mut Tx, before: &EngagementRow, life: &Lifecycle) -> Result<EngagementRow> {
    tx.unsettle_all(before.id);
    let withdrawn_as = life.withdrawn_at.map(|_| JsonText(before.last_shown(before.version + 1)));
    let query = sql(SET_LIFE)
        .bind(tx.workspace())
        .bind(before.id)
        .bind(life.status)
        .bind(life.proposed_at)
        .bind(life.withdrawn_at)
        .bind(life.paused_at)
        .bind(&life.pauses)
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
    let row = ENGAGEMENTS.bury(tx, id).await?;
    Ok(Engagement::new(row, Vec::new(), tx.wall_clock()))
}

/// In whose name is written to clients.
pub async fn workspace_name(tx: &mut Tx) -> Result<Name> {
    let workspace = tx.workspace();
    Ok(tx.scalar(sql(WORKSPACE_NAME).bind(workspace)).await?.unwrap_or_default())
}
