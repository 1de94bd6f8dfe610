//! The versions of engagements' terms in the database.

use crate::db::{Conn, Page, Slice, Sql, Tx, sql, statements, window};
use crate::hours::Terms;
use crate::kernel::error::{Error, Result};
use crate::kernel::{Date, EngagementId, JsonText, Record, Remark, TermsId, Timestamp};
use crate::platform::auth::Scope;
use crate::slices::engagements::model::{Answered, EngagementRow, TermsFilter, TermsRow, TermsStatus};

statements! {
    OF = "SELECT ", TermsRow::LIST, " FROM engagement_terms \
        WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY created_at, id";
    FIND = "SELECT ", TermsRow::LIST, " FROM engagement_terms \
        WHERE workspace_id = $1 AND engagement_id = $2 AND id = $3 AND deleted_at IS NULL";
    INSERT = "INSERT INTO engagement_terms (workspace_id, id, client_id, engagement_id, status, \
        effective_from, terms, reason, proposed_at, accepted_elsewhere, rounds_by_period, version, created_at, \
        updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $11, $12, 1, $10, $10) RETURNING ", TermsRow::LIST;
    UPDATE = "UPDATE engagement_terms SET effective_from = $3, terms = $4, rounds_by_period = $6, \
        version = version + 1, updated_at = $5 WHERE workspace_id = $1 AND id = $2 RETURNING ", TermsRow::LIST;
    SET_STATUS = "UPDATE engagement_terms SET status = $3, proposed_at = $4, withdrawn_at = $5, \
        accepted_at = $6, accepted_by = $7, accepted_by_name = $8, accepted_version = $9, accepted_elsewhere = $10, \
        declined_at = $11, declined_by = $12, declined_by_name = $13, answer_note = $14, version = version + 1, \
        updated_at = $15 WHERE workspace_id = $1 AND id = $2 RETURNING ", TermsRow::LIST;
    BURY = "UPDATE engagement_terms SET deleted_at = $3, terms = NULL, reason = NULL, answer_note = NULL, \
        accepted_by_name = NULL, declined_by_name = NULL, version = version + 1, updated_at = $3 \
        WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL";
}

/// Every version of an engagement's terms, oldest first. Whether they may see the engagement is known before.
pub async fn of(conn: &mut Conn, scope: Scope, engagement: EngagementId) -> Result<Vec<TermsRow>> {
    conn.all(sql(OF).bind(scope.workspace).bind(engagement)).await
}

/// Every version of the terms of these engagements, oldest first.
pub async fn of_all(conn: &mut Conn, scope: Scope, engagements: &[EngagementId]) -> Result<Vec<TermsRow>> {
    if engagements.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = sql("SELECT ");
    query.push(TermsRow::LIST).push(" FROM engagement_terms WHERE workspace_id = ");
    query.push_bind(scope.workspace).push(" AND deleted_at IS NULL AND engagement_id IN (");
    query.push_binds(engagements.iter().copied()).push(") ORDER BY engagement_id, created_at, id");
    conn.all(query).await
}

/// One version of an engagement's terms.
pub async fn find(conn: &mut Conn, scope: Scope, engagement: EngagementId, id: TermsId) -> Result<TermsRow> {
    let find = sql(FIND).bind(scope.workspace).bind(engagement).bind(id);
    conn.optional(find).await?.ok_or_else(Error::not_found)
}

/// A version to be added.
pub struct TermsInsert<'a> {
    pub status: TermsStatus,
    pub effective_from: Date,
    pub terms: Terms,
    pub reason: &'a Option<Remark>,
    pub proposed_at: Option<Timestamp>,
}

/// Adds a version to an engagement.
pub async fn insert(tx: &mut Tx, engagement: &EngagementRow, new: TermsInsert<'_>) -> Result<TermsRow> {
    let by_period = new.terms.rounds_by_period();
    let insert = sql(INSERT)
        .bind(tx.workspace())
        .bind(TermsId(tx.new_id()))
        .bind(engagement.fields.client_id)
        .bind(engagement.id)
        .bind(new.status)
        .bind(new.effective_from)
        .bind(JsonText(new.terms))
        .bind(new.reason)
        .bind(new.proposed_at)
        .bind(tx.now())
        .bind(false)
        .bind(by_period);
    tx.one(insert).await
}

/// Stores drafted terms anew.
pub async fn update(tx: &mut Tx, id: TermsId, effective_from: Date, terms: Terms) -> Result<TermsRow> {
    let by_period = terms.rounds_by_period();
    let query = sql(UPDATE).bind(tx.workspace()).bind(id).bind(effective_from).bind(JsonText(terms));
    let query = query.bind(tx.now()).bind(by_period);
    tx.one(query).await
}

/// Stores where a version stands.
pub async fn set_status(tx: &mut Tx, row: &TermsRow) -> Result<TermsRow> {
    tx.unsettle_all(row.engagement_id);
    let query = sql(SET_STATUS)
        .bind(tx.workspace())
        .bind(row.id)
        .bind(row.status)
        .bind(row.proposed_at)
        .bind(row.withdrawn_at);
    let query = bind_answer(query, &row.answered).bind(tx.now());
    tx.one(query).await
}

/// Deletes every version of an engagement's terms, leaving tombstones.
pub async fn bury(tx: &mut Tx, engagement: EngagementId) -> Result<()> {
    let query = sql(BURY).bind(tx.workspace()).bind(engagement).bind(tx.now());
    tx.execute(query).await.map(drop)
}

/// A page of an engagement's versions.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    filter: &TermsFilter,
    slice: &Slice,
) -> Result<Page<TermsRow>> {
    let mut query = sql("SELECT ");
    query.push(TermsRow::LIST);
    push_from(&mut query, scope, engagement, filter, slice);
    window(conn, query, &slice.window).await
}

/// How many versions a filter holds.
pub async fn count(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    filter: &TermsFilter,
    slice: &Slice,
) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, scope, engagement, filter, slice);
    Ok(conn.scalar(query).await?.unwrap_or(0))
}

fn push_from(query: &mut Sql, scope: Scope, engagement: EngagementId, filter: &TermsFilter, slice: &Slice) {
    query.push(" FROM engagement_terms WHERE workspace_id = ").push_bind(scope.workspace);
    query.push(" AND engagement_id = ").push_bind(engagement);
    slice.open(query, "deleted_at", "updated_at");
    if let Some(statuses) = &filter.status {
        query.push_in("status", statuses.0.iter().copied());
    }
    slice.close(query);
}

/// The nine columns of an answer, in the order of both tables' statements.
pub(super) fn bind_answer(query: Sql, answered: &Answered) -> Sql {
    query
        .bind(answered.accepted_at)
        .bind(answered.accepted_by)
        .bind(answered.accepted_by_name.as_deref())
        .bind(answered.accepted_version)
        .bind(answered.accepted_elsewhere)
        .bind(answered.declined_at)
        .bind(answered.declined_by)
        .bind(answered.declined_by_name.as_deref())
        .bind(&answered.answer_note)
}
