//! The acts of tasks over HTTP.

use crate::kernel::CommentText;
use crate::kernel::error::Result;
use crate::platform::cx::Cx;
use crate::platform::kit;
use crate::platform::mail::{MailKind, Words};
use crate::slices::clients::store as clients;
use crate::slices::tasks::{
    acts::perform,
    model::{
        AnsweredTask, CancelledTask, DeclinedTask, Notice, ReturnedTask, TaskAction, TaskRecord, TaskRow,
        Visibility, WaitingTask,
    },
};
use crate::web::{Changed, Json};

pub async fn accept_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Accept, None).await
}

pub async fn decline_task(cx: Cx, body: Json<DeclinedTask>) -> Result<Changed<TaskRecord>> {
    let reason = kit::said::<TaskRow, _>(&cx, body).await?.checked()?.reason;
    act(cx, TaskAction::Decline, Some(reason)).await
}

pub async fn start_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Start, None).await
}

pub async fn wait_for_client(cx: Cx, body: Json<WaitingTask>) -> Result<Changed<TaskRecord>> {
    let question = kit::said::<TaskRow, _>(&cx, body).await?.checked()?.question;
    let (scope, caller) = (cx.scope(), cx.caller());
    kit::act(&cx, async |tx, before| {
        let row = perform(tx, scope, caller.member, before, TaskAction::Wait, question.clone()).await?;
        let (addresses, language) = match row.fields.visibility {
            Visibility::Shared => clients::addressees(tx, row.client_id).await?,
            Visibility::Internal => Default::default(),
        };
        let who = &caller.user_name;
        let notice = Notice::waiting(&row.fields.title, question.as_deref(), who, language.is_german());
        let words = Words { subject: notice.subject, text: notice.text };
        cx.app().mailer.enqueue_each(tx, MailKind::TaskWaiting, addresses, words).await?;
        Ok(row)
    })
    .await
}

pub async fn answer_task(cx: Cx, body: Json<AnsweredTask>) -> Result<Changed<TaskRecord>> {
    let text = kit::said::<TaskRow, _>(&cx, body).await?.checked()?.text;
    act(cx, TaskAction::Answer, text).await
}

pub async fn submit_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Submit, None).await
}

pub async fn approve_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Approve, None).await
}

pub async fn return_task(cx: Cx, body: Json<ReturnedTask>) -> Result<Changed<TaskRecord>> {
    let reason = kit::said::<TaskRow, _>(&cx, body).await?.checked()?.reason;
    act(cx, TaskAction::Return, Some(reason)).await
}

pub async fn complete_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Complete, None).await
}

pub async fn cancel_task(cx: Cx, body: Json<CancelledTask>) -> Result<Changed<TaskRecord>> {
    let reason = kit::said::<TaskRow, _>(&cx, body).await?.checked()?.reason;
    act(cx, TaskAction::Cancel, reason).await
}

pub async fn reopen_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Reopen, None).await
}

async fn act(cx: Cx, action: TaskAction, text: Option<CommentText>) -> Result<Changed<TaskRecord>> {
    let (scope, by) = (cx.scope(), cx.caller().member);
    kit::act(&cx, async |tx, before| perform(tx, scope, by, before, action, text).await).await
}
