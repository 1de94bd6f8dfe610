//! Lists of engagements.

use super::{ENGAGEMENTS, terms};
use crate::db::{Conn, Page, Slice, Sql};
use crate::hours::EngagementStatus;
use crate::kernel::error::Result;
use crate::kernel::{EngagementId, Timestamp};
use crate::platform::auth::Scope;
use crate::slices::engagements::model::{Engagement, EngagementFilter, EngagementRow, TermsRow};
use std::collections::{BTreeSet, HashMap};

/// A page of engagements, with the terms of this moment.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    filter: &EngagementFilter,
    slice: &Slice,
    now: Timestamp,
) -> Result<Page<Engagement>> {
    let page = ENGAGEMENTS.page(conn, &slice.window, |query| push_from(query, scope, filter, slice)).await?;
    Ok(Page { rows: with_terms(conn, scope, page.rows, now).await?, next: page.next })
}

/// The question for a page, without its window.
pub fn rows_of(scope: Scope, filter: &EngagementFilter, slice: &Slice) -> Sql {
    let mut query = ENGAGEMENTS.select();
    push_from(&mut query, scope, filter, slice);
    query
}

/// Those of these engagements that the caller may see, with the terms of this moment.
pub async fn find_all(
    conn: &mut Conn,
    scope: Scope,
    ids: &[EngagementId],
    now: Timestamp,
) -> Result<HashMap<EngagementId, Engagement>> {
    let ids: BTreeSet<EngagementId> = ids.iter().copied().collect();
    let rows = ENGAGEMENTS.find_all(conn, (scope.workspace, scope.client), ids).await?;
    let engagements = with_terms(conn, scope, rows, now).await?;
    Ok(engagements.into_iter().map(|engagement| (engagement.row.id, engagement)).collect())
}

async fn with_terms(
    conn: &mut Conn,
    scope: Scope,
    rows: Vec<EngagementRow>,
    now: Timestamp,
) -> Result<Vec<Engagement>> {
    let ids: Vec<EngagementId> = rows.iter().map(|row| row.id).collect();
    let mut versions: HashMap<EngagementId, Vec<TermsRow>> = HashMap::new();
    for version in terms::of_all(conn, scope, &ids).await? {
        versions.entry(version.engagement_id).or_default().push(version);
    }
    let join = |row: EngagementRow| {
        let versions = versions.remove(&row.id).unwrap_or_default();
        Engagement::new(row, versions, now)
    };
    Ok(rows.into_iter().map(join).collect())
}

/// How many engagements a filter holds.
pub async fn count(conn: &mut Conn, scope: Scope, filter: &EngagementFilter, slice: &Slice) -> Result<i64> {
    ENGAGEMENTS.count(conn, |query| push_from(query, scope, filter, slice)).await
}

/// When a row was gone for a client: deleted, or a draft again. Of the latter `updated_at` says only that it is.
const GONE_FOR_CLIENTS: &str = "CASE WHEN status = 'draft' THEN updated_at ELSE deleted_at END";

fn push_from(query: &mut Sql, scope: Scope, filter: &EngagementFilter, slice: &Slice) {
    query.push(" FROM engagements WHERE workspace_id = ").push_bind(scope.workspace);
    if let Some(own) = scope.client {
        query.push(" AND client_id = ").push_bind(own);
    }
    if let Some(clients) = &filter.client_id {
        query.push_in("client_id", clients.0.iter().copied());
    }
    if let (Some(since), true) = (slice.since, scope.is_client()) {
        // What they saw and was taken back is a tombstone for them, of the moment it was.
        query.push(" AND (status <> 'draft' OR withdrawn_at >= ").push_bind(since).push(")");
    }
    slice.open(query, if scope.is_client() { GONE_FOR_CLIENTS } else { "deleted_at" }, "updated_at");
    match &filter.status {
        Some(statuses) => {
            query.push_in("status", statuses.0.iter().copied());
        }
        // Hidden unless asked for; a follower of changes sees all of them.
        None if slice.since.is_none() => {
            query.push(" AND status <> ").push_bind(EngagementStatus::Archived);
        }
        None => {}
    }
    if let Some(kinds) = &filter.kind {
        query.push_in("kind", kinds.0.iter().copied());
    }
    query.push_reference(filter.external_source.as_deref(), filter.external_ref.as_deref());
    query.push_search(filter.q.as_deref(), !scope.is_client());
    slice.close(query);
}
