//! The acts of engagements over HTTP.

use crate::kernel::error::Result;
use crate::platform::cx::Cx;
use crate::platform::kit;
use crate::slices::engagements::{
    acts::{Said, perform},
    mail::ProposalMail,
    model::{ActDate, Answer, AnswerNote, Engagement, EngagementAct, EngagementEnd, EngagementRecord},
};
use crate::web::{Changed, Json, Query};

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
    let on = kit::said::<Engagement, _>(&cx, body).await?;
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
    let EngagementEnd { move_end, respect_notice } = query.read(&cx)?;
    let moves_end = move_end.is_some_and(|move_end| move_end.0);
    let respects_notice = respect_notice.is_some_and(|respect_notice| respect_notice.0);
    let on = kit::said::<Engagement, _>(&cx, body).await?;
    act(cx, EngagementAct::End, Said { on, moves_end, respects_notice, note: None }).await
}

pub async fn archive_engagement(cx: Cx) -> Result<Changed<EngagementRecord>> {
    act(cx, EngagementAct::Archive, Said::default()).await
}

async fn answer(cx: Cx, answer: Answer, body: Json<AnswerNote>) -> Result<Changed<EngagementRecord>> {
    let (said, by_client) = (kit::said::<Engagement, _>(&cx, body).await?, cx.scope().is_client());
    let said = said.judged(|said, faults| said.check(answer, by_client, faults))?;
    act(cx, answer.act(), Said { note: said.note, ..Said::default() }).await
}

async fn act(cx: Cx, act: EngagementAct, said: Said) -> Result<Changed<EngagementRecord>> {
    kit::act_said(&cx, said.on.faults.refusal(), async |tx, before| {
        let after = perform(tx, cx.scope(), before, act, said).await?;
        if act == EngagementAct::Propose {
            let fields = &after.row.fields;
            let mail = ProposalMail::write(tx, fields.client_id, &fields.title, false).await?;
            mail.enqueue(cx.app(), tx).await?;
        }
        Ok(after)
    })
    .await
}
