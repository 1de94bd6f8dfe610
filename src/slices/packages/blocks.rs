//! Blocks over HTTP: asked for, offered, answered, taken back, voided.

use super::{
    BlockEvent, PackageAccount, Since,
    api::account,
    consent::{answering, check_takes},
    mail::WaitingMail,
    model::{
        BlockAct, BlockFields, BlockFilter, BlockRecord, BlockRow, BlockState, BlockStatus, BlockVoiding, NewBlock,
    },
    store,
};
use crate::db::{Conn, Page, Tx};
use crate::hours::EngagementKind;
use crate::kernel::error::{Error, Result};
use crate::kernel::{BlockId, Date, Remark, Timestamp};
use crate::platform::auth::{Role, Scope};
use crate::platform::cx::Cx;
use crate::platform::entity::{Done, Entity};
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed};
use crate::slices::engagements::model::{Answer, AnswerNote, Answered, Engagement, EngagementRow};
use crate::slices::engagements::store as engagements;
use crate::web::{Body, Changed, Created, Found, Json, List, Listed};

impl Addressed for BlockRow {
    const SEVERAL: bool = true;

    async fn find(conn: &mut Conn, cx: &Cx, at: Timestamp) -> Result<Self> {
        let engagement = Engagement::find(conn, cx, at).await?;
        let (scope, id) = (cx.scope(), cx.id::<BlockId>("block_id")?);
        let row = store::BLOCKS.find(conn, (scope.workspace, scope.client), id).await?;
        if row.engagement_id != engagement.row.id {
            return Err(Error::not_found());
        }
        let account = PackageAccount::read(conn, scope, engagement.row, at).await?;
        Ok(row.in_account(&account))
    }

    fn location(&self) -> String {
        format!("/v1/engagements/{}/blocks/{}", self.engagement_id, self.id)
    }
}

pub async fn list_blocks(cx: Cx, list: List<BlockFilter>) -> Result<Listed<BlockRecord>> {
    let mut list = list.read(&cx)?;
    let mut conn = list.snapshot(&cx).await?;
    let account = account(&mut conn, &cx, Since::Begin).await?;
    let statuses = list.filter.status.as_ref();
    let blocks = account.blocks.iter().cloned().map(|row| row.in_account(&account));
    let blocks = blocks.filter(|row| statuses.is_none_or(|statuses| statuses.0.contains(&row.status())));
    let rows: Vec<(i64, BlockRow)> = (1..).zip(blocks).collect();
    let (count, viewer) = (rows.len() as i64, cx.viewer());
    let page = Page::of(rows, &list.slice.window, |(number, _)| *number);
    list.finish(&cx, page, |(_, row)| row.view(&viewer), async || Ok(count)).await
}

pub async fn create_block(cx: Cx, body: Json<NewBlock>) -> Result<Created<BlockRecord>> {
    kit::create_in(&cx, body, async |tx, engagement: Engagement, new| {
        let title = engagement.row.fields.title.clone();
        let row = make(tx, cx.scope(), engagement, new).await?;
        WaitingMail::of_block(tx, title, &row).await?.enqueue(cx.app(), tx).await?;
        Ok(row)
    })
    .await
}

pub async fn offer_block(cx: Cx, body: Json<NewBlock>) -> Result<Changed<BlockRecord>> {
    let new = kit::said::<BlockRow, _>(&cx, body).await?;
    kit::act_said(&cx, new.faults.refusal(), async |tx, before: BlockRow| {
        before.require(BlockAct::Offer, cx.scope().side())?;
        let at = tx.recorded_at();
        let engagement = engagements::find(tx, cx.scope(), before.engagement_id, at).await?;
        let title = engagement.row.fields.title.clone();
        let new = conditions(tx, &engagement.row, cx.scope().side(), new)?;
        let reason = new.reason.or(before.fields.new.reason.clone());
        let state = BlockState { status: BlockStatus::Offered, ..before.fields.state.clone() };
        let fields = BlockFields { new: NewBlock { reason, ..new }, state, ..before.fields.clone() };
        let row = settle(tx, cx.scope(), before, fields, BlockEvent::Offered).await?;
        WaitingMail::of_block(tx, title, &row).await?.enqueue(cx.app(), tx).await?;
        Ok(row)
    })
    .await
}

pub async fn get_block(cx: Cx) -> Result<Found<BlockRecord>> {
    kit::show::<BlockRow>(&cx).await
}

pub async fn accept_block(cx: Cx, body: Json<AnswerNote>) -> Result<Changed<BlockRecord>> {
    answer(cx, Answer::Accept, body).await
}

pub async fn decline_block(cx: Cx, body: Json<AnswerNote>) -> Result<Changed<BlockRecord>> {
    answer(cx, Answer::Decline, body).await
}

pub async fn withdraw_block(cx: Cx) -> Result<Changed<BlockRecord>> {
    kit::act(&cx, async |tx, before: BlockRow| {
        before.require(BlockAct::Withdraw, cx.scope().side())?;
        let withdrawn_at = Some(tx.wall_clock());
        let state = BlockState { status: BlockStatus::Withdrawn, withdrawn_at, ..before.fields.state.clone() };
        settle_state(tx, cx.scope(), before, state, BlockEvent::Withdrawn).await
    })
    .await
}

pub async fn void_block(cx: Cx, body: Json<BlockVoiding>) -> Result<Changed<BlockRecord>> {
    let said = kit::said::<BlockRow, _>(&cx, body).await?.judged(|_, _| ())?;
    kit::act(&cx, async |tx, before: BlockRow| void(tx, cx.scope(), before, said.reason).await).await
}

/// Voids what a block has left.
pub async fn void(tx: &mut Tx, scope: Scope, before: BlockRow, reason: Remark) -> Result<Done<BlockRow>> {
    before.require(BlockAct::Void, scope.side())?;
    let at = tx.recorded_at();
    let engagement = engagements::find(tx, scope, before.engagement_id, at).await?;
    let now = tx.wall_clock();
    let state = BlockState {
        status: BlockStatus::Void,
        voided_at: Some(now),
        void_on: Some(engagement.row.day_of(now)),
        void_reason: Some(reason),
        void_given_seconds: before.standing.map(|standing| standing.used_seconds),
        ..before.fields.state.clone()
    };
    settle_state(tx, scope, before, state, BlockEvent::Voided).await
}

/// Makes a block of an engagement: an assistant offers it, a client asks for it.
pub async fn make(
    tx: &mut Tx,
    scope: Scope,
    engagement: Engagement,
    new: Body<NewBlock>,
) -> Result<Done<BlockRow>> {
    let (row, side) = (&engagement.row, scope.side());
    let new = conditions(tx, row, side, new)?;
    let terms = engagement.terms.as_ref().and_then(|version| version.terms.as_ref());
    let currency = terms.ok_or_else(Error::not_found)?.0.currency.clone();
    let fields = BlockFields { new, currency, is_top_up: false, state: BlockState::made_by(side) };
    let block = store::insert_block(tx, row, &fields).await?;
    let at = tx.recorded_at();
    let account = PackageAccount::read(tx, scope, engagement.row, at).await?;
    let event = match side {
        Role::Client => BlockEvent::Requested,
        Role::Assistant => BlockEvent::Offered,
    };
    recorded(tx, event, None, block.in_account(&account)).await
}

/// What a side may ask for or offer on an engagement.
fn conditions(tx: &Tx, row: &EngagementRow, side: Role, new: Body<NewBlock>) -> Result<NewBlock> {
    let Body { value: new, mut faults } = new;
    new.check(row.fields.starts_on, row.day_of(tx.wall_clock()), &mut faults);
    if side == Role::Client {
        new.check_client_may(&mut faults);
    }
    check_takes(row, &[EngagementKind::Retainer, EngagementKind::Hourly], &mut faults)?;
    faults.check()?;
    Ok(new)
}

async fn answer(cx: Cx, answer: Answer, body: Json<AnswerNote>) -> Result<Changed<BlockRecord>> {
    let (said, by_client) = (kit::said::<BlockRow, _>(&cx, body).await?, cx.scope().is_client());
    let said = said.judged(|said, faults| said.check(answer, by_client, faults))?;
    kit::act(&cx, async |tx, before: BlockRow| decide(tx, cx.scope(), before, (answer, said.note)).await).await
}

/// Answers the offer of a block.
pub async fn decide(
    tx: &mut Tx,
    scope: Scope,
    before: BlockRow,
    (answer, note): (Answer, Option<Remark>),
) -> Result<Done<BlockRow>> {
    let (act, status, event) = match answer {
        Answer::Accept => (BlockAct::Accept, BlockStatus::Active, BlockEvent::Accepted),
        Answer::Decline => (BlockAct::Decline, BlockStatus::Declined, BlockEvent::Declined),
    };
    before.require(act, scope.side())?;
    let about = (before.engagement_id, before.version);
    let (engagement, deed) = answering(tx, scope, about, note).await?;
    let answered = Answered::new(answer, &deed);
    let mut state = BlockState { status, answered, ..before.fields.state.clone() };
    if answer == Answer::Accept {
        let (from, until) = days(&before.fields.new, deed.on);
        engagement.check_not_closed(from)?;
        (state.starts_on, state.ends_on) = (Some(from), until);
    }
    settle_state(tx, scope, before, state, event).await
}

/// The first and the last day of a block that is accepted on a day.
pub(super) fn days(new: &NewBlock, on: Date) -> (Date, Option<Date>) {
    let from = new.valid_from.unwrap_or(on);
    let lasts = new.valid_days.and_then(|days| u64::try_from(days - 1).ok());
    (from, new.valid_until.or(lasts.map(|days| from.days_later(days))))
}

/// Stores what became of a block.
async fn settle_state(
    tx: &mut Tx,
    scope: Scope,
    before: BlockRow,
    state: BlockState,
    event: BlockEvent,
) -> Result<Done<BlockRow>> {
    let fields = BlockFields { state, ..before.fields.clone() };
    settle(tx, scope, before, fields, event).await
}

/// Stores a block anew, and tells it with what the account makes of it.
async fn settle(
    tx: &mut Tx,
    scope: Scope,
    before: BlockRow,
    fields: BlockFields,
    event: BlockEvent,
) -> Result<Done<BlockRow>> {
    let after = store::update_block(tx, &before, &fields).await?;
    let at = tx.recorded_at();
    let engagement = engagements::find(tx, scope, before.engagement_id, at).await?;
    let account = PackageAccount::read(tx, scope, engagement.row, at).await?;
    recorded(tx, event, Some(&before), after.in_account(&account)).await
}
