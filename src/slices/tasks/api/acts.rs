//! The acts of tasks over HTTP.

use crate::db::Tx;
use crate::kernel::error::Result;
use crate::kernel::{CommentText, TaskId};
use crate::platform::mail::{Letter, MailKind, Words};
use crate::slices::clients::store as clients;
use crate::slices::tasks::{
    acts::perform,
    model::{
        AnsweredTask, CancelledTask, DeclinedTask, Notice, ReturnedTask, TaskAction, TaskRecord, TaskRow,
        Visibility, WaitingTask,
    },
    store,
};
use crate::web::{Changed, Cx, Json};

pub async fn accept_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Accept, None).await
}

pub async fn decline_task(cx: Cx, body: Json<DeclinedTask>) -> Result<Changed<TaskRecord>> {
    known(&cx).await?;
    let reason = body.read(&cx).await?.reason;
    act(cx, TaskAction::Decline, Some(reason)).await
}

pub async fn start_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Start, None).await
}

pub async fn wait_for_client(cx: Cx, body: Json<WaitingTask>) -> Result<Changed<TaskRecord>> {
    known(&cx).await?;
    let question = body.read(&cx).await?.question;
    let (mut tx, row) = enact(&cx, TaskAction::Wait, question.clone()).await?;
    let (addresses, language) = match row.fields.visibility {
        Visibility::Shared => clients::addressees(&mut tx, row.client_id).await?,
        Visibility::Internal => Default::default(),
    };
    let who = &cx.caller().user_name;
    let notice = Notice::waiting(&row.fields.title, question.as_deref(), who, language.is_german());
    for to in addresses {
        let words = Words { subject: notice.subject.clone(), text: notice.text.clone() };
        let letter = Letter { kind: MailKind::TaskWaiting, to, expires_at: None, words };
        cx.app().mailer.enqueue(&mut tx, letter).await?;
    }
    let answer = Changed(row.view(cx.scope().is_client(), tx.wall_clock()));
    cx.commit(tx, answer).await
}

pub async fn answer_task(cx: Cx, body: Json<AnsweredTask>) -> Result<Changed<TaskRecord>> {
    known(&cx).await?;
    let text = body.read(&cx).await?.text;
    act(cx, TaskAction::Answer, text).await
}

pub async fn submit_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Submit, None).await
}

pub async fn approve_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Approve, None).await
}

pub async fn return_task(cx: Cx, body: Json<ReturnedTask>) -> Result<Changed<TaskRecord>> {
    known(&cx).await?;
    let reason = body.read(&cx).await?.reason;
    act(cx, TaskAction::Return, Some(reason)).await
}

pub async fn complete_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Complete, None).await
}

pub async fn cancel_task(cx: Cx, body: Json<CancelledTask>) -> Result<Changed<TaskRecord>> {
    known(&cx).await?;
    let reason = body.read(&cx).await?.reason;
    act(cx, TaskAction::Cancel, reason).await
}

pub async fn reopen_task(cx: Cx) -> Result<Changed<TaskRecord>> {
    act(cx, TaskAction::Reopen, None).await
}

/// Whether the task is there is judged before the body.
async fn known(cx: &Cx) -> Result<()> {
    store::find(&mut cx.read().await?, cx.scope(), cx.id("task_id")?).await.map(drop)
}

async fn act(cx: Cx, action: TaskAction, said: Option<CommentText>) -> Result<Changed<TaskRecord>> {
    let (tx, row) = enact(&cx, action, said).await?;
    let answer = Changed(row.view(cx.scope().is_client(), tx.wall_clock()));
    cx.commit(tx, answer).await
}

async fn enact(cx: &Cx, action: TaskAction, said: Option<CommentText>) -> Result<(Tx, TaskRow)> {
    let (scope, id): (_, TaskId) = (cx.scope(), cx.id("task_id")?);
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, scope, id).await?;
    cx.judge(&before)?;
    let row = perform(&mut tx, scope, cx.caller().member, before, action, said).await?;
    Ok((tx, row))
}
