//! Packages over HTTP.

use super::{
    AdjustmentEvent, PackageAccount, Since, balance_of,
    consent::check_kind,
    model::{
        AdjustmentFilter, AdjustmentRecord, AdjustmentRow, BalanceRecord, CoverageRecord, LINES_PER_PERIOD,
        LedgerFilter, LedgerLineRecord, NewAdjustment, PeriodFilter, PeriodRecord,
    },
    store,
};
use crate::db::{Conn, Page, Tx};
use crate::hours::{EngagementKind, Period, not_active};
use crate::kernel::error::{Error, Fault, FaultCode, Result};
use crate::kernel::{Arg, Date, TimeEntryId, Timestamp};
use crate::platform::auth::Scope;
use crate::platform::cx::{Cx, Snapshot};
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed};
use crate::slices::engagements::model::Engagement;
use crate::slices::time_entries::{EntryRow, store as time_entries};
use crate::web::{Body, Created, Found, Json, List, ListRequest, Listed, Plain};
use std::collections::HashMap;

/// How many periods a page of lines settles at first.
const PERIODS_AT_ONCE: usize = 4;

impl Addressed for AdjustmentRow {
    const SEVERAL: bool = true;

    async fn find(conn: &mut Conn, cx: &Cx, at: Timestamp) -> Result<Self> {
        let engagement = Engagement::find(conn, cx, at).await?.row.id;
        store::find(conn, cx.scope(), engagement, cx.id("adjustment_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/engagements/{}/adjustments/{}", self.engagement_id, self.id)
    }
}

pub async fn list_periods(cx: Cx, list: List<PeriodFilter>) -> Result<Listed<PeriodRecord>> {
    let mut list = list.read(&cx)?;
    let mut conn = list.snapshot(&cx).await?;
    let (scope, at) = (cx.scope(), conn.recorded_at);
    let engagement = Engagement::find(&mut conn, &cx, at).await?;
    let mut account = PackageAccount::outline(&mut conn, scope, engagement.row, at).await?;
    let statuses = list.filter.status.as_ref();
    let wanted = |period: &Period| statuses.is_none_or(|statuses| statuses.0.contains(&account.status_of(period)));
    let periods: Vec<Period> = account.calendar_periods().into_iter().filter(wanted).collect();
    let count = periods.len() as i64;
    let Page { rows, next } = Page::of(periods, &list.slice.window, |period| i64::from(period.seq));
    // Only what is shown is settled.
    let first = rows.iter().map(|period| period.starts_on).min();
    if let Some(days) = first.zip(rows.iter().map(|period| period.starts_on).max()) {
        account.fill(&mut conn, scope, Since::Days(days.0, days.1)).await?;
    }
    let settled = rows.iter().filter_map(|period| account.period(period.seq));
    let rows: Vec<PeriodRecord> = settled.map(|period| PeriodRecord::of(&account, period)).collect();
    list.finish(&cx, Page { rows, next }, |period| period, async || Ok(count)).await
}

pub async fn get_period(cx: Cx) -> Result<Plain<PeriodRecord>> {
    let (seq, mut conn): (i32, _) = (cx.id("seq")?, cx.snapshot().await?);
    let account = account(&mut conn, &cx, Since::Seq(seq)).await?;
    Ok(Plain(PeriodRecord::of(&account, account.period(seq).ok_or_else(Error::not_found)?)))
}

pub async fn list_ledger_lines(cx: Cx, list: List<LedgerFilter>) -> Result<Listed<LedgerLineRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let at = conn.recorded_at;
    let engagement = Engagement::find(&mut conn, &cx, at).await?;
    let mut account = PackageAccount::outline(&mut conn, scope, engagement.row, at).await?;
    let mut page = lines(&mut conn, scope, &mut account, &list).await?;
    name_causes(&mut conn, scope, &account, &mut page.rows).await?;
    let count = async || {
        account.fill(&mut conn, scope, Since::Begin).await?;
        Ok(account.lines_until_today(&list.filter).len() as i64)
    };
    list.finish(&cx, page, |line| line, count).await
}

/// A page of the account's lines. Only so many of its periods are settled as it takes to fill it: a few more each time.
async fn lines(
    conn: &mut Conn,
    scope: Scope,
    account: &mut PackageAccount,
    list: &ListRequest<LedgerFilter>,
) -> Result<Page<LedgerLineRecord>> {
    let window = &list.slice.window;
    let mut periods = account.calendar_periods();
    periods.retain(|period| period.starts_on <= account.today);
    if let Some(seq) = list.filter.period_seq {
        periods.retain(|period| i64::from(period.seq) == seq.0);
    }
    if let Some((Arg::Int(Some(last)), _)) = &window.after {
        let last = last / LINES_PER_PERIOD;
        let follows = |seq: i64| if window.order.descending { seq <= last } else { seq >= last };
        periods.retain(|period| follows(period.seq.into()));
    }
    if window.order.descending {
        periods.reverse();
    }
    let mut page = Page { rows: Vec::new(), next: None };
    let mut many = PERIODS_AT_ONCE;
    while page.next.is_none() && !periods.is_empty() {
        let some = &periods[..many.min(periods.len())];
        let days = some.iter().map(|period| period.starts_on);
        if let Some(days) = days.clone().min().zip(days.max()) {
            account.fill(conn, scope, Since::Days(days.0, days.1)).await?;
        }
        let mut rows = account.lines_until_today(&list.filter);
        rows.retain(|line| some.iter().any(|period| period.seq == line.period_seq));
        page = Page::of(rows, window, |line| line.line);
        if some.len() == periods.len() {
            break;
        }
        many *= 4;
    }
    Ok(page)
}

pub async fn get_balance(cx: Cx) -> Result<Plain<BalanceRecord>> {
    let mut conn = cx.snapshot().await?;
    let at = conn.recorded_at;
    let engagement = Engagement::find(&mut conn, &cx, at).await?;
    Ok(Plain(balance_of(&mut conn, cx.scope(), engagement, at).await?))
}

pub async fn get_coverage(cx: Cx) -> Result<Plain<CoverageRecord>> {
    let (scope, mut conn) = (cx.scope(), cx.snapshot().await?);
    let at = conn.recorded_at;
    let entry = time_entries::find(&mut conn, scope, cx.id("time_entry_id")?).await?;
    let (Some(id), Some(line)) = (entry.engagement_id, entry.billing_line()) else {
        return Ok(Plain(CoverageRecord::uncovered(entry.id, entry.currency, entry.amount_minor)));
    };
    let engagement = crate::slices::engagements::store::find(&mut conn, scope, id, at).await?;
    let (first, last) = line.counting_days();
    let since = Since::Days(first, last);
    let account = PackageAccount::read_since(&mut conn, scope, engagement.row, at, since).await?;
    Ok(Plain(CoverageRecord::of(&account, &line, entry.currency)))
}

pub async fn list_adjustments(cx: Cx, list: List<AdjustmentFilter>) -> Result<Listed<AdjustmentRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let at = conn.recorded_at;
    let engagement = Engagement::find(&mut conn, &cx, at).await?.row.id;
    let page = store::list(&mut conn, scope, engagement, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, engagement, &list.filter).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn create_adjustment(cx: Cx, body: Json<NewAdjustment>) -> Result<Created<AdjustmentRecord>> {
    kit::create_in(&cx, body, async |tx, engagement: Engagement, new| {
        adjust(tx, cx.scope(), engagement, new).await
    })
    .await
}

pub async fn get_adjustment(cx: Cx) -> Result<Found<AdjustmentRecord>> {
    kit::show::<AdjustmentRow>(&cx).await
}

/// The account of the engagement that the path names.
pub(super) async fn account(conn: &mut Snapshot, cx: &Cx, since: Since) -> Result<PackageAccount> {
    let at = conn.recorded_at;
    let engagement = Engagement::find(conn, cx, at).await?;
    PackageAccount::read_since(conn, cx.scope(), engagement.row, at, since).await
}

/// Adds time to a package, or takes it.
pub async fn adjust(
    tx: &mut Tx,
    scope: Scope,
    engagement: Engagement,
    new: Body<NewAdjustment>,
) -> Result<Done<AdjustmentRow>> {
    let Body { value: mut new, mut faults } = new;
    new.check(&mut faults);
    let at = tx.recorded_at();
    let account = PackageAccount::read(tx, scope, engagement.row, at).await?;
    let status = account.engagement.life.status;
    check_kind(&account.engagement, &[EngagementKind::Retainer, EngagementKind::Hourly], &mut faults)?;
    if account.periods.is_empty() {
        faults.absorb(Err::<(), _>(not_active(status, None)))?;
    }
    let period = account.named_period(&mut new.period_seq, &mut faults);
    if let Some(period) = period
        && new.valid_until.is_some_and(|until| until < period.starts_on)
    {
        let early = Fault::new("/valid_until", FaultCode::TooEarly).with("from", period.starts_on);
        faults.push(early.reads_beside(&["period_seq"]));
    }
    faults.check()?;
    let from = period.map_or(Date::FIRST, |period| period.starts_on);
    account.engagement.check_not_closed(from)?;
    let row = store::insert(tx, &account.engagement, &new, from).await?;
    recorded(tx, AdjustmentEvent::Created, None, row).await
}

/// Says of these lines what their causes are about.
async fn name_causes(
    conn: &mut Conn,
    scope: Scope,
    account: &PackageAccount,
    lines: &mut [LedgerLineRecord],
) -> Result<()> {
    let ids: Vec<TimeEntryId> = lines.iter().filter_map(|line| line.cause.entry_id()).collect();
    let entries: HashMap<TimeEntryId, EntryRow> = time_entries::find_all(conn, scope, &ids).await?;
    for line in lines {
        let entry = line.cause.entry_id().and_then(|id| entries.get(&id));
        let reason = account.adjustments.iter().find(|row| line.cause.is(row.id.0));
        let extension = account.extensions.iter().find(|row| line.cause.is(row.id.0));
        let reason = reason.map(|row| &row.fields.reason).or(extension.map(|row| &row.fields.new.reason));
        let block = account.blocks.iter().find(|row| line.cause.is(row.id.0));
        let title = block.and_then(|row| row.fields.new.title.as_ref()).map(|title| title.to_string());
        let description = entry.and_then(|entry| entry.description.as_ref()).map(|text| text.to_string());
        line.cause.title = description.or(title).or(reason.map(|reason| reason.to_string()));
    }
    Ok(())
}
