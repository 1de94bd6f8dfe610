//! The acts of engagements over HTTP.

use crate::kernel::error::Result;
use crate::slices::engagements::{
    acts::{Said, perform},
    mail::ProposalMail,
    model::{ActDate, Answer, AnswerNote, EngagementAct, EngagementEnd, EngagementRecord},
    store,
};
use crate::web::{Changed, Cx, Json, Query};

pub async fn propose_engagement(cx: Cx) -> Result<Changed<EngagementRecord>> {
    act(cx, EngagementAct::Propose, Said::default()).await
}

pub async fn withdraw_engagement(cx: Cx) -> Result<Changed<EngagementRecord>> {
    act(cx, EngagementAct::Withdraw, Said::default()).await
}

pub async fn accept_engagement(cx: Cx, body: Json<AnswerNote>) -> Result<Changed<EngagementRecord>> {
    answer(cx, Answer::Accept, body).await
}

pub async fn decline_engagement(cx: Cx, body: Json<AnswerNote>) -> Result<Changed<EngagementRecord>> {
    answer(cx, Answer::Decline, body).await
}

pub async fn pause_engagement(cx: Cx, body: Json<ActDate>) -> Result<Changed<EngagementRecord>> {
    exists(&cx).await?;
    let on = body.read(&cx).await?;
    act(cx, EngagementAct::Pause, Said { on, ..Said::default() }).await
}

pub async fn resume_engagement(cx: Cx) -> Result<Changed<EngagementRecord>> {
    act(cx, EngagementAct::Resume, Said::default()).await
}

pub async fn end_engagement(
    cx: Cx,
    query: Query<EngagementEnd>,
    body: Json<ActDate>,
) -> Result<Changed<EngagementRecord>> {
    exists(&cx).await?;
    let moves_end = query.read(&cx)?.move_end.is_some_and(|move_end| move_end.0);
    let on = body.read(&cx).await?;
    act(cx, EngagementAct::End, Said { on, moves_end, note: None }).await
}

pub async fn archive_engagement(cx: Cx) -> Result<Changed<EngagementRecord>> {
    act(cx, EngagementAct::Archive, Said::default()).await
}

async fn answer(cx: Cx, answer: Answer, body: Json<AnswerNote>) -> Result<Changed<EngagementRecord>> {
    exists(&cx).await?;
    let said = body.read(&cx).await?;
    said.check(answer, cx.scope().is_client())?;
    act(cx, answer.act(), Said { note: said.note, ..Said::default() }).await
}

async fn act(cx: Cx, act: EngagementAct, said: Said) -> Result<Changed<EngagementRecord>> {
    let (scope, id) = (cx.scope(), cx.id("engagement_id")?);
    let mut tx = cx.begin().await?;
    let at = tx.recorded_at();
    let before = store::find(&mut tx, scope, id, at).await?;
    cx.judge(&before)?;
    let after = perform(&mut tx, scope, before, act, said).await?;
    if act == EngagementAct::Propose {
        let fields = &after.row.fields;
        let mail = ProposalMail::write(&mut tx, fields.client_id, &fields.title, false).await?;
        mail.enqueue(cx.app(), &mut tx).await?;
    }
    cx.commit(tx, Changed(after.view(scope.is_client()))).await
}

/// Existence is judged before the body.
async fn exists(cx: &Cx) -> Result<()> {
    store::find_row(&mut cx.read().await?, cx.scope(), cx.id("engagement_id")?).await.map(drop)
}
