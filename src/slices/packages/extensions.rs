//! Extensions over HTTP: asked for by one side, answered by the other, taken back.

use super::{
    ExtensionEvent, PackageAccount, Since,
    consent::{answering, check_takes},
    mail::WaitingMail,
    model::{
        ExtensionAct, ExtensionFields, ExtensionFilter, ExtensionRecord, ExtensionRow, ExtensionState,
        ExtensionStatus, NewExtension,
    },
    store,
};
use crate::db::{Conn, Tx};
use crate::hours::EngagementKind;
use crate::kernel::error::{FaultCode, Result};
use crate::kernel::{Remark, Timestamp};
use crate::platform::auth::{Role, Scope};
use crate::platform::cx::Cx;
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed};
use crate::slices::engagements::model::{Answer, AnswerNote, Answered, Engagement, EngagementRow};
use crate::web::{Body, Changed, Created, Found, Json, List, Listed};

impl Addressed for ExtensionRow {
    const SEVERAL: bool = true;

    async fn find(conn: &mut Conn, cx: &Cx, at: Timestamp) -> Result<Self> {
        let engagement = Engagement::find(conn, cx, at).await?.row.id;
        store::find_extension(conn, cx.scope(), engagement, cx.id("extension_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/engagements/{}/extensions/{}", self.engagement_id, self.id)
    }
}

pub async fn list_extensions(cx: Cx, list: List<ExtensionFilter>) -> Result<Listed<ExtensionRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let at = conn.recorded_at;
    let engagement = Engagement::find(&mut conn, &cx, at).await?.row.id;
    let page = store::list_extensions(&mut conn, scope, engagement, &list.filter, &list.slice).await?;
    let count = async || store::count_extensions(&mut conn, scope, engagement, &list.filter).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn create_extension(cx: Cx, body: Json<NewExtension>) -> Result<Created<ExtensionRecord>> {
    kit::create_in(&cx, body, async |tx, engagement: Engagement, new| {
        let title = engagement.row.fields.title.clone();
        let row = request(tx, (cx.scope(), cx.caller().role()), engagement, new).await?;
        WaitingMail::of_extension(tx, title, &row).await?.enqueue(cx.app(), tx).await?;
        Ok(row)
    })
    .await
}

pub async fn get_extension(cx: Cx) -> Result<Found<ExtensionRecord>> {
    kit::show::<ExtensionRow>(&cx).await
}

pub async fn approve_extension(cx: Cx, body: Json<AnswerNote>) -> Result<Changed<ExtensionRecord>> {
    answer(cx, Answer::Accept, body).await
}

pub async fn decline_extension(cx: Cx, body: Json<AnswerNote>) -> Result<Changed<ExtensionRecord>> {
    answer(cx, Answer::Decline, body).await
}

pub async fn withdraw_extension(cx: Cx) -> Result<Changed<ExtensionRecord>> {
    kit::act(&cx, async |tx, before: ExtensionRow| {
        before.require(ExtensionAct::Withdraw, cx.caller().role())?;
        let withdrawn_at = Some(tx.wall_clock());
        let state = before.fields.state.clone();
        let state = ExtensionState { status: ExtensionStatus::Withdrawn, withdrawn_at, ..state };
        settle(tx, before, state, ExtensionEvent::Withdrawn).await
    })
    .await
}

/// Asks for more minutes of a package.
pub async fn request(
    tx: &mut Tx,
    (scope, role): (Scope, Role),
    engagement: Engagement,
    new: Body<NewExtension>,
) -> Result<Done<ExtensionRow>> {
    let Body { value: mut new, mut faults } = new;
    check_takes(&engagement.row, &[EngagementKind::Retainer], &mut faults)?;
    let at = tx.recorded_at();
    let account = PackageAccount::read(tx, scope, engagement.row, at).await?;
    if let Some(period) = account.named_period(&mut new.period_seq, &mut faults) {
        faults.absorb(account.engagement.check_not_closed(period.starts_on))?;
        if period.is_skipped {
            faults.add("/period_seq", FaultCode::PeriodSkipped);
        }
    }
    faults.check()?;
    let fields = ExtensionFields::requested(new, role);
    let row = store::insert_extension(tx, &account.engagement, &fields).await?;
    recorded(tx, ExtensionEvent::Requested, None, row).await
}

async fn answer(cx: Cx, answer: Answer, body: Json<AnswerNote>) -> Result<Changed<ExtensionRecord>> {
    let (asked, said) = kit::said_of::<ExtensionRow, _>(&cx, body).await?;
    let role = cx.caller().role();
    let is_recorded = is_recorded(&asked, role);
    let said = said.judged(|said, faults| said.check(answer, !is_recorded, faults))?;
    let who = (cx.scope(), role);
    kit::act(&cx, async |tx, before: ExtensionRow| decide(tx, who, before, (answer, said.note)).await).await
}

/// Only an answer that is the client's, and that an assistant records, was given elsewhere.
fn is_recorded(asked: &ExtensionRow, by: Role) -> bool {
    by == Role::Assistant && asked.is_for_the_client()
}

/// Answers who asked for more minutes.
pub async fn decide(
    tx: &mut Tx,
    (scope, role): (Scope, Role),
    before: ExtensionRow,
    (answer, note): (Answer, Option<Remark>),
) -> Result<Done<ExtensionRow>> {
    let (act, status, event) = match answer {
        Answer::Accept => (ExtensionAct::Approve, ExtensionStatus::Approved, ExtensionEvent::Approved),
        Answer::Decline => (ExtensionAct::Decline, ExtensionStatus::Declined, ExtensionEvent::Declined),
    };
    before.require(act, role)?;
    let about = (before.engagement_id, before.version);
    let (engagement, deed) = answering(tx, scope, about, note).await?;
    if answer == Answer::Accept {
        unsettle(tx, scope, engagement, &before).await?;
    }
    let answered = Answered::new(answer, &deed);
    let accepted_elsewhere = answered.accepted_elsewhere && is_recorded(&before, role);
    let answered = Answered { accepted_elsewhere, ..answered };
    let state = ExtensionState { status, answered, ..before.fields.state.clone() };
    settle(tx, before, state, event).await
}

/// Notes that what counts changes from the first day of an extension's period on; a closed one takes none.
async fn unsettle(tx: &mut Tx, scope: Scope, engagement: EngagementRow, row: &ExtensionRow) -> Result<()> {
    let at = tx.recorded_at();
    let seq = row.fields.new.period_seq.and_then(|seq| i32::try_from(seq).ok()).unwrap_or(1);
    let account = PackageAccount::read_since(tx, scope, engagement, at, Since::Seq(seq)).await?;
    // A period that was cut off by an earlier end is not there any more.
    if let Some(period) = account.period(seq) {
        account.engagement.check_not_closed(period.package.period.starts_on)?;
        let first = period.package.period.starts_on;
        tx.unsettle(row.engagement_id, (first, first));
    }
    Ok(())
}

/// Stores what became of an extension, and tells it.
async fn settle(
    tx: &mut Tx,
    before: ExtensionRow,
    state: ExtensionState,
    event: ExtensionEvent,
) -> Result<Done<ExtensionRow>> {
    let fields = ExtensionFields { state, ..before.fields.clone() };
    let after = store::update_extension(tx, &before, &fields).await?;
    recorded(tx, event, Some(&before), after).await
}
