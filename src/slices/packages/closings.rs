//! Closing a period, so that nothing of it changes any more, and reopening it.

use super::{
    AccountedPeriod, PackageAccount, PeriodEvent, Since, closing_days,
    model::{PeriodRecord, PeriodStatus, Reopening},
    store,
};
use crate::db::Tx;
use crate::kernel::error::{Code, Error, ProblemReference, Result};
use crate::kernel::{ClientId, Date, Remark, Timestamp};
use crate::platform::auth::Scope;
use crate::platform::cx::Cx;
use crate::platform::entity::shown;
use crate::platform::events::{Recorded, record};
use crate::platform::kit::{self, Addressed};
use crate::slices::engagements::model::{Engagement, EngagementRow};
use crate::slices::engagements::store as engagements;
use crate::slices::time_entries::store as time_entries;
use crate::web::{Json, Plain};
use serde_json::Value;
use uuid::Uuid;

pub async fn close_period(cx: Cx) -> Result<Plain<PeriodRecord>> {
    turn(cx, Turn::Close).await
}

pub async fn reopen_period(cx: Cx, body: Json<Reopening>) -> Result<Plain<PeriodRecord>> {
    let reason = kit::said::<Engagement, _>(&cx, body).await?.checked()?.reason;
    turn(cx, Turn::Reopen(reason)).await
}

/// What is done with a period.
pub(super) enum Turn {
    Close,
    /// For this reason.
    Reopen(Remark),
}

async fn turn(cx: Cx, turn: Turn) -> Result<Plain<PeriodRecord>> {
    let seq: i32 = cx.id("seq")?;
    let mut tx = cx.begin().await?;
    let at = tx.recorded_at();
    let row = Engagement::find(&mut tx, &cx, at).await?.row;
    let period = turned_and_planned(&mut tx, cx.scope(), row, (seq, turn)).await?;
    cx.commit(tx, Plain(period)).await
}

async fn turned_and_planned(
    tx: &mut Tx,
    scope: Scope,
    row: EngagementRow,
    turn: (i32, Turn),
) -> Result<PeriodRecord> {
    let (period, account) = turned(tx, scope, row, turn).await?;
    closing_days::plan(tx, &account).await?;
    Ok(period)
}

/// Closes a period of an engagement.
pub async fn close_one(tx: &mut Tx, scope: Scope, row: EngagementRow, seq: i32) -> Result<PeriodRecord> {
    turned_and_planned(tx, scope, row, (seq, Turn::Close)).await
}

/// Closes or reopens a period and tells it: the period, and the account as it stands then.
pub(super) async fn turned(
    tx: &mut Tx,
    scope: Scope,
    row: EngagementRow,
    (seq, turn): (i32, Turn),
) -> Result<(PeriodRecord, PackageAccount)> {
    let at = tx.recorded_at();
    let before = PackageAccount::read_since(tx, scope, row.clone(), at, Since::Seq(seq)).await?;
    let period = before.period(seq).ok_or_else(Error::not_found)?;
    let told = PeriodChange::of(&before, period);
    let days = match &turn {
        Turn::Close => close(tx, &before, period).await?,
        Turn::Reopen(_) => reopen(tx, &before, period).await?,
    };
    time_entries::lock_period(tx, row.id, days, matches!(turn, Turn::Close)).await?;
    // The row says up to where it is closed.
    let row = engagements::find_row(tx, scope, row.id).await?;
    let after = PackageAccount::read_since(tx, scope, row, at, Since::Seq(seq)).await?;
    let period = after.period(seq).ok_or_else(Error::not_found)?;
    let (event, reason) = match turn {
        Turn::Close => (PeriodEvent::Closed, None),
        Turn::Reopen(reason) => (PeriodEvent::Reopened, Some(reason)),
    };
    let now = PeriodChange { reason, ..PeriodChange::of(&after, period) };
    record(tx, event, Some(&told), &now).await?;
    Ok((now.period, after))
}

/// Closes a period that is over, once those before it are: its days.
async fn close(tx: &mut Tx, account: &PackageAccount, period: &AccountedPeriod) -> Result<(Date, Date)> {
    let of = &period.package.period;
    let status = period.status(account);
    if !matches!(status, PeriodStatus::Ended | PeriodStatus::Skipped) || of.ends_on >= account.today {
        return Err(Error::new(Code::ActionNotAllowed).with("action", "close").with("status", status));
    }
    let next = store::last_closing(tx, account.engagement.id).await?.map_or(1, |last| last + 1);
    if i64::from(of.seq) != next {
        return Err(Error::new(Code::PeriodOrder).with("seq", next));
    }
    if account.is_last(of) {
        let timers = time_entries::blocking::timers_within(tx, account.engagement.id, of.ends_on).await?;
        if !timers.is_empty() {
            let conflicts = timers.into_iter().take(ProblemReference::MOST).map(ProblemReference::from);
            let refusal = Error::new(Code::PeriodHasTimers).with("on", of.ends_on);
            return Err(refusal.conflicts(conflicts.collect::<Vec<_>>()));
        }
    }
    store::insert_closing(tx, account.engagement.id, next, of.ends_on).await?;
    // Work of before the engagement counts for its first period.
    Ok((if next == 1 { Date::FIRST } else { of.starts_on }, of.ends_on))
}

/// Reopens the period that was closed last: its days.
async fn reopen(tx: &mut Tx, account: &PackageAccount, period: &AccountedPeriod) -> Result<(Date, Date)> {
    let of = &period.package.period;
    let status = period.status(account);
    if status != PeriodStatus::Closed {
        return Err(Error::new(Code::ActionNotAllowed).with("action", "reopen").with("status", status));
    }
    let last = store::last_closing(tx, account.engagement.id).await?.unwrap_or(0);
    if i64::from(of.seq) != last {
        return Err(Error::new(Code::PeriodOrder).with("seq", last));
    }
    store::delete_closing(tx, account.engagement.id, last).await?;
    store::set_reopened(tx, account.engagement.id, last).await?;
    Ok((if last == 1 { Date::FIRST } else { of.starts_on }, of.ends_on))
}

/// A period before or after it was closed or reopened, as events show it.
struct PeriodChange {
    id: Uuid,
    version: i64,
    client: ClientId,
    period: PeriodRecord,
    reason: Option<Remark>,
}

impl PeriodChange {
    fn of(account: &PackageAccount, period: &AccountedPeriod) -> Self {
        Self {
            id: period.package.lot,
            version: account.engagement.version,
            client: account.engagement.fields.client_id,
            period: PeriodRecord::of(account, period),
            reason: None,
        }
    }
}

impl Recorded for PeriodChange {
    type Event = PeriodEvent;
    const RESOURCE: &'static str = "period";
    fn id(&self) -> Uuid {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn client(&self) -> Option<ClientId> {
        Some(self.client)
    }
    fn shown(&self, _: Timestamp) -> Value {
        shown(&self.period)
    }
    fn shown_to_client(&self, now: Timestamp) -> Option<Value> {
        Some(self.shown(now))
    }
    fn compared(&self) -> Option<Value> {
        Some(serde_json::json!({"status": self.period.status, "reason": self.reason}))
    }
}
