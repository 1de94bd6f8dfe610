//! Engagements over HTTP.

mod acts;
mod milestones;
mod terms;

pub use acts::*;
pub use milestones::*;
pub use terms::*;

use super::{
    EngagementEvent,
    acts::{EndChange, create, terms_lacking},
    areas,
    model::{
        Engagement, EngagementAct, EngagementExpansion, EngagementFilter, EngagementRecord, EngagementRow,
        EngagementView, NewEngagement,
    },
    store,
};
use crate::db::{Conn, Tx};
use crate::hours::EngagementStatus;
use crate::kernel::error::Result;
use crate::kernel::{ExternalRef, ExternalSource, Timestamp};
use crate::platform::auth::Scope;
use crate::platform::cx::{Cx, Snapshot};
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed, Referenced};
use crate::slices::clients::{self, store as client_store};
use crate::web::{
    Body, Changed, Changes, Created, Deleted, Found, Json, List, Listed, MergePatch, Query, Upsert, Upserted,
};

impl Addressed for Engagement {
    const SEVERAL: bool = true;

    async fn find(conn: &mut Conn, cx: &Cx, at: Timestamp) -> Result<Self> {
        store::find(conn, cx.scope(), cx.id("engagement_id")?, at).await
    }

    fn location(&self) -> String {
        format!("/v1/engagements/{}", self.row.id)
    }
}

impl Referenced for Engagement {
    async fn find_by_ref(
        conn: &mut Conn,
        cx: &Cx,
        (source, reference): (&ExternalSource, &ExternalRef),
        at: Timestamp,
    ) -> Result<Option<Self>> {
        store::find_by_ref(conn, cx.scope(), source, reference, at).await
    }
}

pub async fn list_engagements(cx: Cx, list: List<EngagementFilter>) -> Result<Listed<EngagementRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let at = conn.recorded_at;
    let page = store::list(&mut conn, scope, &list.filter, &list.slice, at).await?;
    let count = async || store::count(&mut conn, scope, &list.filter, &list.slice).await;
    let mut answer = kit::list(&cx, &list, page, count).await?;
    if list.expand.contains(&"client") {
        expand(&cx, &mut conn, &mut answer.data).await?;
    }
    Ok(answer)
}

pub async fn create_engagement(cx: Cx, body: Json<NewEngagement>) -> Result<Created<EngagementRecord>> {
    kit::create(&cx, body, async |tx, new| create(tx, cx.scope(), new).await).await
}

pub async fn get_engagement(cx: Cx, query: Query<EngagementView>) -> Result<Found<EngagementRecord>> {
    let asked = query.read(&cx)?.expand.is_some_and(|asked| asked.0.contains(&EngagementExpansion::Client));
    kit::show_with::<Engagement>(&cx, asked, async |conn, views| expand(&cx, conn, views).await).await
}

pub async fn update_engagement(cx: Cx, body: MergePatch<NewEngagement>) -> Result<Changed<EngagementRecord>> {
    kit::change(&cx, body, async |tx, before, changes| change(tx, cx.scope(), before, changes).await).await
}

pub async fn upsert_engagement(cx: Cx, body: Upsert<NewEngagement>) -> Result<Upserted<EngagementRecord>> {
    let scope = cx.scope();
    kit::upsert(
        &cx,
        body,
        async |tx, new| create(tx, scope, new).await,
        async |tx, before, changes| change(tx, scope, before, changes).await,
    )
    .await
}

pub async fn delete_engagement(cx: Cx) -> Result<Deleted> {
    kit::delete(&cx, async |tx, before: Engagement| {
        before.row.standing().apply(EngagementAct::Delete, cx.scope().is_client())?;
        tx.refuse_if_held(store::DELETION, before.row.id).await?;
        let row = store::bury(tx, before.row.id).await?;
        recorded(tx, EngagementEvent::Deleted, Some(&before), row).await
    })
    .await
}

async fn change(
    tx: &mut Tx,
    scope: Scope,
    before: Engagement,
    changes: &Changes<NewEngagement>,
) -> Result<Done<Engagement>> {
    let client = client_store::find(tx, scope, before.row.fields.client_id).await?;
    let mut current = before.fields();
    // Terms of another kind have other members: they are not merged into those of the old one.
    if changes.at("/terms/kind").is_some_and(|kind| *kind != before.row.kind.as_str()) {
        current.terms = None;
    }
    // It was accepted, as the request wants it; what was said then stays.
    if before.row.life.answered.accepted_at.is_some() {
        current.accepted = changes.at("/accepted").and_then(|said| serde_json::from_value(said.clone()).ok());
    }
    let Body { value, mut faults } = changes.apply(&current)?;
    let (fields, terms) = value.complete(Some(&client), &mut faults);
    let shown = before.shown_terms();
    let same_terms = shown == terms.as_ref();
    if faults.is_empty() && same_terms && fields == before.row.fields {
        return Ok(Done::unchanged(before));
    }
    if let Some(terms) = &terms {
        areas::check(tx, terms, shown, &mut faults).await?;
    }
    let allowed = before.row.standing().apply(EngagementAct::Edit, scope.is_client());
    let allowed = allowed.and_then(|_| before.require_editable(&fields, same_terms));
    let moved = fields.ends_on.filter(|_| fields.ends_on != before.row.fields.ends_on);
    if let (Some(ends_on), true) = (moved, faults.absorb(allowed)?.is_some()) {
        let EngagementRow { id: engagement, closed_on, .. } = before.row;
        faults.absorb(tx.react_to(&mut EndChange { engagement, ends_on, closed_on }).await)?;
    }
    let old = before.row.fields.ends_on;
    if let Some(from) = old.into_iter().chain(fields.ends_on.map(|last| last.days_later(1))).min()
        && old != fields.ends_on
    {
        faults.absorb(before.row.check_not_closed(from))?;
    }
    faults.check().map_err(|error| changes.at_sent(error))?;
    let terms = terms.ok_or_else(terms_lacking)?;
    store::check_ref(tx, &fields, Some(before.row.id)).await?;
    let row = store::update(tx, before.row.id, &fields, terms.kind).await?;
    if let (EngagementStatus::Draft, Some(first)) = (row.life.status, &before.terms)
        && !(same_terms && first.effective_from == fields.starts_on)
    {
        store::terms::update(tx, first.id, fields.starts_on, terms).await?;
    }
    let at = tx.recorded_at();
    let after = store::with_terms(tx, scope, row, at).await?;
    recorded(tx, EngagementEvent::Updated, Some(&before), after).await
}

/// Puts the client of each engagement into it.
async fn expand(cx: &Cx, conn: &mut Snapshot, views: &mut [EngagementRecord]) -> Result<()> {
    clients::expand(conn, cx, views, |view| Some(view.client_id), |view| &mut view.client).await
}
