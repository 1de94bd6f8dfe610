//! The versions of an engagement's terms over HTTP.

use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{EngagementId, Remark, TermsId};
use crate::slices::engagements::{
    acts,
    mail::ProposalMail,
    model::{
        AcceptOptions, Answer, AnswerNote, ApplyTo, NewTermsVersion, TermsAct, TermsFilter, TermsRow,
        TermsVersionRecord,
    },
    store,
};
use crate::slices::time_entries::TermsApplication;
use crate::web::{Changed, Created, Cx, DryRun, Found, Json, List, Listed, Plain, Query};

pub async fn list_terms(cx: Cx, list: List<TermsFilter>) -> Result<Listed<TermsVersionRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let at = conn.recorded_at;
    let engagement = store::find(&mut conn, scope, cx.id("engagement_id")?, at).await?;
    let (id, in_force_from) = (engagement.row.id, engagement.in_force_from());
    let page = store::terms::list(&mut conn, scope, id, &list.filter, &list.slice).await?;
    let show = |row: TermsRow| row.view(scope.is_client(), in_force_from);
    list.finish(&cx, page, show, async || {
        store::terms::count(&mut conn, scope, id, &list.filter, &list.slice).await
    })
    .await
}

pub async fn propose_terms(cx: Cx, body: Json<NewTermsVersion>) -> Result<Created<TermsVersionRecord>> {
    let (scope, id) = (cx.scope(), cx.id("engagement_id")?);
    store::find_row(&mut cx.read().await?, scope, id).await?;
    let new = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let at = tx.recorded_at();
    let engagement = store::find(&mut tx, scope, id, at).await?;
    let row = acts::propose_terms(&mut tx, scope, &engagement, new).await?;
    let fields = &engagement.row.fields;
    let mail = ProposalMail::write(&mut tx, fields.client_id, &fields.title, true).await?;
    let location = format!("/v1/engagements/{id}/terms/{}", row.id);
    mail.enqueue(cx.app(), &mut tx).await?;
    cx.commit(tx, Created { location, body: row.view(scope.is_client(), engagement.in_force_from()) }).await
}

pub async fn get_terms(cx: Cx) -> Result<Found<TermsVersionRecord>> {
    let (scope, mut conn) = (cx.scope(), cx.snapshot().await?);
    let ((engagement, id), at) = (ids(&cx)?, conn.recorded_at);
    let engagement = store::find(&mut conn, scope, engagement, at).await?;
    let row = store::terms::find(&mut conn, scope, engagement.row.id, id).await?;
    Ok(Found(row.view(scope.is_client(), engagement.in_force_from())))
}

pub async fn accept_terms(
    cx: Cx,
    query: Query<AcceptOptions>,
    body: Json<AnswerNote>,
) -> Result<Changed<TermsVersionRecord>> {
    let apply_to = query.read(&cx)?.apply_to.unwrap_or_default();
    answer(cx, Answer::Accept, body, apply_to).await
}

pub async fn decline_terms(cx: Cx, body: Json<AnswerNote>) -> Result<Changed<TermsVersionRecord>> {
    answer(cx, Answer::Decline, body, ApplyTo::None).await
}

pub async fn withdraw_terms(cx: Cx) -> Result<Changed<TermsVersionRecord>> {
    decide(cx, TermsAct::Withdraw, None, ApplyTo::None).await
}

pub async fn apply_terms(cx: Cx, query: Query<DryRun>) -> Result<Plain<TermsApplication>> {
    let (scope, (engagement, id)) = (cx.scope(), ids(&cx)?);
    let dry_run = query.read(&cx)?.is_wanted();
    let mut tx = cx.begin().await?;
    let at = tx.recorded_at();
    let engagement = store::find(&mut tx, scope, engagement, at).await?;
    let version = store::terms::find(&mut tx, scope, engagement.row.id, id).await?;
    if scope.is_client() && !dry_run {
        return Err(Error::new(Code::Forbidden).with_both("who", "An assistant", "einer Assistentin"));
    }
    cx.judge(&version)?;
    match dry_run {
        true => version.require_preview(engagement.in_force_from())?,
        false => version.require(TermsAct::Apply, false, engagement.in_force_from())?,
    }
    let done = acts::apply(&mut tx, &version).await?;
    cx.commit_unless(dry_run, tx, Plain(TermsApplication { dry_run, ..done })).await
}

async fn answer(
    cx: Cx,
    answer: Answer,
    body: Json<AnswerNote>,
    apply_to: ApplyTo,
) -> Result<Changed<TermsVersionRecord>> {
    let (engagement, id) = ids(&cx)?;
    let mut conn = cx.snapshot().await?;
    store::find_row(&mut conn, cx.scope(), engagement).await?;
    store::terms::find(&mut conn, cx.scope(), engagement, id).await?;
    drop(conn);
    let said = body.read(&cx).await?;
    said.check(answer, cx.scope().is_client())?;
    let act = match answer {
        Answer::Accept => TermsAct::Accept,
        Answer::Decline => TermsAct::Decline,
    };
    decide(cx, act, said.note, apply_to).await
}

async fn decide(
    cx: Cx,
    act: TermsAct,
    note: Option<Remark>,
    apply_to: ApplyTo,
) -> Result<Changed<TermsVersionRecord>> {
    let (scope, (engagement, id)) = (cx.scope(), ids(&cx)?);
    let mut tx = cx.begin().await?;
    let at = tx.recorded_at();
    let engagement = store::find(&mut tx, scope, engagement, at).await?;
    let before = store::terms::find(&mut tx, scope, engagement.row.id, id).await?;
    cx.judge(&before)?;
    let after = acts::decide_terms(&mut tx, scope, &engagement, before, act, note).await?;
    if apply_to == ApplyTo::Unlocked {
        acts::apply(&mut tx, &after).await?;
    }
    // Answered or taken back: nothing is left to do with them.
    cx.commit(tx, Changed(after.view(scope.is_client(), None))).await
}

fn ids(cx: &Cx) -> Result<(EngagementId, TermsId)> {
    Ok((cx.id("engagement_id")?, cx.id("terms_id")?))
}
