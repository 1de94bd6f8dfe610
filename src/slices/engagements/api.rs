//! Engagements over HTTP.

mod acts;
mod terms;

pub use acts::*;
pub use terms::*;

use super::{
    acts::{check_end, create},
    model::{
        Engagement, EngagementAct, EngagementExpansion, EngagementFilter, EngagementRecord, EngagementStatus,
        EngagementView, NewEngagement,
    },
    store,
};
use crate::db::{Conn, Tx};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{ClientId, EngagementId};
use crate::platform::auth::Scope;
use crate::platform::events::record;
use crate::slices::clients::store as clients;
use crate::web::{
    Changed, Changes, Created, Cx, Deleted, Found, Json, List, Listed, MergePatch, Query, Upsert, Upserted,
};

pub async fn list_engagements(cx: Cx, list: List<EngagementFilter>) -> Result<Listed<EngagementRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let at = conn.recorded_at;
    let page = store::list(&mut conn, scope, &list.filter, &list.slice, at).await?;
    let count = async || store::count(&mut conn, scope, &list.filter, &list.slice).await;
    let mut answer = list.finish(&cx, page, |row| row.view(scope.is_client()), count).await?;
    if list.expand.contains(&"client") {
        expand(&mut conn, scope, &mut answer.data).await?;
    }
    Ok(answer)
}

pub async fn create_engagement(cx: Cx, body: Json<NewEngagement>) -> Result<Created<EngagementRecord>> {
    let new = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let row = create(&mut tx, cx.scope(), new).await?;
    let answer = Created { location: location(row.row.id), body: row.view(false) };
    cx.commit(tx, answer).await
}

pub async fn get_engagement(cx: Cx, query: Query<EngagementView>) -> Result<Found<EngagementRecord>> {
    let asked = query.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), cx.snapshot().await?);
    let at = conn.recorded_at;
    let row = store::find(&mut conn, scope, cx.id("engagement_id")?, at).await?;
    let mut view = row.view(scope.is_client());
    if asked.expand.is_some_and(|expand| expand.0.contains(&EngagementExpansion::Client)) {
        expand(&mut conn, scope, std::slice::from_mut(&mut view)).await?;
    }
    Ok(Found(view))
}

pub async fn update_engagement(cx: Cx, body: MergePatch<NewEngagement>) -> Result<Changed<EngagementRecord>> {
    let id = cx.id("engagement_id")?;
    store::find_row(&mut cx.read().await?, cx.scope(), id).await?;
    let changes = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let at = tx.recorded_at();
    let before = store::find(&mut tx, cx.scope(), id, at).await?;
    cx.judge(&before)?;
    let row = change(&mut tx, cx.scope(), before, &changes).await?;
    cx.commit(tx, Changed(row.view(false))).await
}

pub async fn upsert_engagement(cx: Cx, body: Upsert<NewEngagement>) -> Result<Upserted<EngagementRecord>> {
    let (source, reference) = cx.reference()?;
    let changes = body.read(&cx).await?.for_reference(&source, &reference);
    let mut tx = cx.begin().await?;
    let at = tx.recorded_at();
    match store::find_by_ref(&mut tx, cx.scope(), &source, &reference, at).await? {
        Some(before) => {
            cx.judge(&before)?;
            let row = change(&mut tx, cx.scope(), before, &changes).await?;
            cx.commit(tx, Upserted::Changed(Changed(row.view(false)))).await
        }
        None => {
            cx.judge_absent()?;
            let row = create(&mut tx, cx.scope(), changes.create()?).await?;
            let created = Created { location: location(row.row.id), body: row.view(false) };
            cx.commit(tx, Upserted::Created(created)).await
        }
    }
}

pub async fn delete_engagement(cx: Cx) -> Result<Deleted> {
    let id = cx.id("engagement_id")?;
    let mut tx = cx.begin().await?;
    let at = tx.recorded_at();
    let before = store::find(&mut tx, cx.scope(), id, at).await?;
    cx.judge(&before)?;
    before.row.standing().apply(EngagementAct::Delete, cx.scope().is_client())?;
    let blockers = store::dependents(&mut tx, cx.scope(), id).await?;
    if !blockers.is_empty() {
        return Err(Error::new(Code::HasDependents).member("blocked_by", blockers));
    }
    let row = store::bury(&mut tx, id).await?;
    record(&mut tx, "engagement.deleted", Some(&before), &row).await?;
    cx.commit(tx, Deleted).await
}

async fn change(
    tx: &mut Tx,
    scope: Scope,
    before: Engagement,
    changes: &Changes<NewEngagement>,
) -> Result<Engagement> {
    let client = clients::find(tx, scope, before.row.fields.client_id).await?;
    let mut current = before.fields();
    // Terms of another kind have other members: they are not merged into those of the old one.
    if changes.at("/terms/kind").is_some_and(|kind| *kind != before.row.kind.as_str()) {
        current.terms = None;
    }
    let completed = changes.apply(&current)?.complete(&client);
    let (fields, terms) = completed.map_err(|error| changes.at_sent(error))?;
    let shown = before.terms.as_ref().and_then(|version| version.terms.as_ref()).map(|terms| &terms.0);
    let same_terms = shown == Some(&terms);
    if same_terms && fields == before.row.fields {
        return Ok(before);
    }
    before.row.standing().apply(EngagementAct::Edit, scope.is_client())?;
    before.require_editable(&fields, same_terms)?;
    check_end(tx, &before.row, fields.ends_on).await?;
    store::check_ref(tx, &fields, Some(before.row.id)).await?;
    let row = store::update(tx, before.row.id, &fields, terms.kind).await?;
    if let (EngagementStatus::Draft, Some(first)) = (row.life.status, &before.terms)
        && !(same_terms && first.effective_from == fields.starts_on)
    {
        store::terms::update(tx, first.id, fields.starts_on, terms).await?;
    }
    let at = tx.recorded_at();
    let after = store::with_terms(tx, scope, row, at).await?;
    record(tx, "engagement.updated", Some(&before), &after).await?;
    Ok(after)
}

/// Puts each engagement's client into it, all with one question to the database.
async fn expand(conn: &mut Conn, scope: Scope, views: &mut [EngagementRecord]) -> Result<()> {
    let ids: Vec<ClientId> = views.iter().map(|view| view.client_id).collect();
    let found = clients::find_all(conn, scope, &ids).await?;
    for view in views {
        view.client = found.get(&view.client_id).cloned().map(|row| Box::new(row.view(scope.is_client())));
    }
    Ok(())
}

fn location(id: EngagementId) -> String {
    format!("/v1/engagements/{id}")
}
