//! What an hour that is not noted yet would do to a package: it is noted in a transaction of which nothing is kept, so that
//! the preview cannot differ from what then happens.

use super::{
    PackageAccount, Since,
    model::{CoverageRecord, DisplacedEntry, PeriodMove, PeriodRecord, PreviewRecord, PreviewedAlert},
    store,
};
use crate::db::Tx;
use crate::kernel::TimeEntryId;
use crate::kernel::error::{Error, Fault, FaultCode, Result};
use crate::platform::cx::Cx;
use crate::platform::kit::Addressed;
use crate::slices::engagements::model::Engagement;
use crate::slices::engagements::store as engagements;
use crate::slices::time_entries::acts::{self, Writer};
use crate::slices::time_entries::{EntryRow, LateBooking, NewTimeEntry};
use crate::web::{Body, Json, Plain, Query};
use std::collections::BTreeMap;

pub async fn preview_work(
    cx: Cx,
    query: Query<LateBooking>,
    body: Json<NewTimeEntry>,
) -> Result<Plain<PreviewRecord>> {
    let notes_late = query.read(&cx)?.is_wanted();
    let mut conn = cx.snapshot().await?;
    let at = conn.recorded_at;
    let engagement = Engagement::find(&mut conn, &cx, at).await?.row.id;
    drop(conn);
    let Body { value: mut new, mut faults } = body.read(&cx).await?;
    if new.engagement_id.is_some_and(|given| given != engagement) {
        faults.push(Fault::new("/engagement_id", FaultCode::Immutable));
    }
    new.engagement_id = Some(engagement);
    let form = faults.refusal();
    // It is dropped at the end, and what it would record is told nobody.
    let mut tx = cx.begin().await?.raising(None);
    let who = Writer { notes_late, only_tries: true, ..Writer::from(cx.caller()) };
    tx.open_part().await?;
    let written = Error::first(form, acts::create(&mut tx, who, Body { value: new, faults }).await)?;
    tx.settle_accounts().await?;
    let row = written.row;
    let (after, alerts_after) = state(&mut tx, &row).await?;
    tx.undo_part().await?;
    let (before, alerts_before) = state(&mut tx, &row).await?;
    let line = row.billing_line().ok_or_else(|| Error::internal("work that was noted is done"))?;
    let coverage = CoverageRecord::of(&after, &line, row.currency.clone());
    let told =
        alerts_after.into_iter().filter(|(alert, is_reached)| *is_reached && !alerts_before.contains_key(alert));
    Ok(Plain(PreviewRecord {
        work_date: row.work_date,
        booked_on: row.booked_on,
        billed_seconds: row.billed_seconds.unwrap_or(0),
        amount_minor: row.amount_minor,
        currency: row.currency.clone(),
        consumed_seconds: coverage.consumed_seconds,
        covered_seconds: coverage.covered_seconds,
        overage_seconds: coverage.overage_seconds,
        to_bill_minor: coverage.to_bill_minor,
        days: coverage.days,
        needs_consent: raises_refused_overage(&before, &after),
        periods: moves(&before, &after),
        displaced: displaced(&before, &after, row.id),
        alerts: told.map(|(alert, _)| alert).collect(),
    }))
}

/// The account from the day that an entry counts for on, and which alerts there are, and are reached.
async fn state(tx: &mut Tx, row: &EntryRow) -> Result<(PackageAccount, BTreeMap<PreviewedAlert, bool>)> {
    let id = row.engagement_id.ok_or_else(|| Error::internal("work that was noted has an engagement"))?;
    let scope = crate::platform::auth::Scope::workspace(tx.workspace());
    let (at, day) = (tx.recorded_at(), row.booked_on.unwrap_or(row.work_date));
    let engagement = engagements::find_row(tx, scope, id).await?;
    let account = PackageAccount::read_since(tx, scope, engagement, at, Since::Day(day)).await?;
    let alerts = store::alerts_of(tx, id, 0).await?;
    let shown = alerts.iter().map(|row| (PreviewedAlert::of(&row.fields), row.fields.cleared_at.is_none()));
    Ok((account, shown.collect()))
}

/// Whether what no lot covers grows where the terms allow no work beyond the package.
fn raises_refused_overage(before: &PackageAccount, after: &PackageAccount) -> bool {
    after.periods.iter().filter(|period| period.refuses_overage()).any(|period| {
        let old = before.period(period.package.period.seq);
        period.settled.sums.overage() > old.map_or(0, |old| old.settled.sums.overage())
    })
}

/// The periods that would change.
fn moves(before: &PackageAccount, after: &PackageAccount) -> Vec<PeriodMove> {
    let both = after.periods.iter().filter_map(|period| {
        let old = PeriodRecord::of(before, before.period(period.package.period.seq)?);
        Some(PeriodMove { before: old, after: PeriodRecord::of(after, period) })
    });
    both.filter(|moved| moved.before != moved.after).collect()
}

/// The other entries from which it would take time.
fn displaced(before: &PackageAccount, after: &PackageAccount, own: TimeEntryId) -> Vec<DisplacedEntry> {
    let overage = |account: &PackageAccount| {
        let mut by_entry: BTreeMap<TimeEntryId, i64> = BTreeMap::new();
        for part in account.periods.iter().flat_map(|period| &period.settled.coverage) {
            if let Some(entry) = part.entry.map(TimeEntryId).filter(|entry| *entry != own) {
                *by_entry.entry(entry).or_default() += part.overage_seconds;
            }
        }
        by_entry
    };
    let (old, new) = (overage(before), overage(after));
    let changed = new.into_iter().filter_map(|(time_entry_id, overage_after_seconds)| {
        let overage_before_seconds = old.get(&time_entry_id).copied().unwrap_or(0);
        let entry = DisplacedEntry { time_entry_id, overage_before_seconds, overage_after_seconds };
        (overage_after_seconds != overage_before_seconds).then_some(entry)
    });
    changed.collect()
}
