//! Writing an entry with everything that follows from it: for itself, and for those it is accounted for with.

use super::{
    super::{Basis, EntryRow, reaccounted::Reaccounted, store},
    Writer, basis,
};
use crate::db::Tx;
use crate::hours::accounting::{self, Pool, pools_of};
use crate::hours::{BillingLine, ONE_DAY, TimeAllocation};
use crate::kernel::error::{Error, Fault, FaultCode, Result};
use crate::kernel::{Date, EngagementId, TimeEntryId};
use crate::platform::events::record;
use crate::slices::time_entries::TimeEntryEvent;
use std::collections::{BTreeMap, BTreeSet};

/// How an entry is written.
#[derive(Clone, Copy)]
pub(super) struct Writing<'a> {
    /// What it was before; none for a new one.
    pub(super) before: Option<&'a EntryRow>,
    /// Whether it is accounted for by itself alone, because [`super::Batch`] follows.
    pub(super) alone: bool,
    /// The member of the body that is at fault when the date has no room for the days that were given.
    pub(super) pointer: &'a str,
}

/// Writes an entry with everything that follows from what it is based on, for itself and for those it is accounted for
/// with, before and after.
pub(super) async fn write(tx: &mut Tx, mut row: EntryRow, basis: &Basis, how: Writing<'_>) -> Result<EntryRow> {
    account_written(tx, std::slice::from_mut(&mut row), basis, how).await?;
    match how.before {
        None => store::insert(tx, &row).await,
        Some(before) => store::update(tx, before, &row).await,
    }
}

/// As [`write`], unless it is work that the terms do not allow.
pub(super) async fn write_or_refuse(
    tx: &mut Tx,
    who: Writer,
    row: EntryRow,
    basis: &Basis,
    how: Writing<'_>,
) -> Result<EntryRow> {
    let row = write(tx, row, basis, how).await?;
    if basis.may_refuse_work() && !who.only_tries {
        tx.settle_or_refuse().await?;
    }
    Ok(row)
}

/// Accounts for entries of one engagement that are about to be written in the place of one or none.
pub(super) async fn account_written(
    tx: &mut Tx,
    rows: &mut [EntryRow],
    basis: &Basis,
    how: Writing<'_>,
) -> Result<()> {
    let [before, after] = accounted(tx, rows, basis, how).await?;
    store_changed(tx, basis, &before, &after, &[]).await.map(drop)
}

/// Refuses an entry where its dates have no room for the days that it gives, as writing it would.
pub(super) async fn judge_days(tx: &mut Tx, row: &EntryRow, basis: &Basis, how: Writing<'_>) -> Result<()> {
    accounted(tx, &mut [row.clone()], basis, how).await.map(drop)
}

/// What accounting makes of entries that are about to be written, and of the others: before and after.
async fn accounted(
    tx: &mut Tx,
    rows: &mut [EntryRow],
    basis: &Basis,
    how: Writing<'_>,
) -> Result<[Vec<BillingLine>; 2]> {
    let own: Vec<BillingLine> = rows.iter().filter_map(EntryRow::billing_line).collect();
    let Some(first) = own.first() else { return Ok(Default::default()) };
    let of_line = |line: &BillingLine| pools_of(line, basis.version(line.terms_id));
    let mut pools: BTreeSet<Pool> = own.iter().flat_map(of_line).collect();
    // Each is the whole day of few entries, and more than a day is refused at once.
    let gives_days = first.days_given.is_some() && first.billable;
    let ids: Vec<TimeEntryId> = own.iter().map(|line| line.id).collect();
    let mut lines = Vec::new();
    if !how.alone || gives_days {
        let was = how.before.filter(|before| before.engagement_id == rows[0].engagement_id);
        pools.extend(was.and_then(EntryRow::billing_line).iter().flat_map(of_line));
        lines = lines_of(tx, rows[0].engagement_id, &pools).await?;
        lines.retain(|line| !ids.contains(&line.id));
    }
    // What is accounted for later is only judged beside the others now.
    let beside = if how.alone { std::mem::take(&mut lines) } else { Vec::new() };
    let before = lines.clone();
    lines.extend(own);
    accounting::account(&mut lines, &ids, &pools, |id| basis.version(id));
    for row in rows.iter_mut() {
        let Some(line) = lines.iter().find(|line| line.id == row.id).cloned() else { continue };
        if gives_days {
            check_day(&[&beside[..], &lines[..]].concat(), &line, basis, how)?;
        }
        row.take_accounting(line);
    }
    Ok([before, lines])
}

/// The given shares of a person's date are at most one day. A date on which a change gives no more is not judged again.
fn check_day(lines: &[BillingLine], own: &BillingLine, basis: &Basis, how: Writing<'_>) -> Result<()> {
    let counted = how.before.filter(|before| before.billable && before.engagement_id == basis.engagement_id);
    let was: Vec<TimeAllocation> = counted.map(EntryRow::parts).unwrap_or_default();
    for part in own.parts().iter() {
        let before = was.iter().find(|was| was.date == part.date).and_then(|was| was.day_ten_thousandths);
        if part.day_ten_thousandths <= before {
            continue;
        }
        let given =
            accounting::days_given(lines, own.member_id, (part.date, own.booked_on), |id| basis.version(id));
        if given > ONE_DAY {
            let left = ONE_DAY - given + part.day_ten_thousandths.unwrap_or(0);
            let fault = Fault::new(how.pointer, FaultCode::TooManyDays);
            return Err(Error::invalid(vec![fault.with("date", part.date).with("left", left.max(0))]));
        }
    }
    Ok(())
}

/// The entries of an engagement that reach into the dates of pools.
async fn lines_of(
    tx: &mut Tx,
    engagement: Option<EngagementId>,
    pools: &BTreeSet<Pool>,
) -> Result<Vec<BillingLine>> {
    let mut lines: BTreeMap<TimeEntryId, BillingLine> = BTreeMap::new();
    let Some(engagement) = engagement else { return Ok(Vec::new()) };
    let workspace = tx.workspace();
    for dates in runs(pools.iter().map(Pool::date).collect()) {
        tx.renew();
        let found = store::pooled(tx, workspace, engagement, dates).await?;
        lines.extend(found.into_iter().map(|line| (line.id, line)));
    }
    Ok(lines.into_values().collect())
}

/// Dates as stretches, each read with one question: what lies close together is read as one.
fn runs(dates: BTreeSet<Date>) -> Vec<(Date, Date)> {
    let mut runs: Vec<(Date, Date)> = Vec::new();
    for date in dates {
        match runs.last_mut() {
            Some((_, last)) if (date.0 - last.0).num_days() <= 3 => *last = date,
            _ => runs.push((date, date)),
        }
    }
    runs
}

/// Stores what accounting changed in these entries, and records it; which it changed. Those in `told` stay at their
/// version: an event of their own says what became of them.
pub(super) async fn store_changed(
    tx: &mut Tx,
    basis: &Basis,
    before: &[BillingLine],
    after: &[BillingLine],
    told: &[TimeEntryId],
) -> Result<Vec<TimeEntryId>> {
    let old: BTreeMap<TimeEntryId, &BillingLine> = before.iter().map(|line| (line.id, line)).collect();
    let changed = |line: &&BillingLine| old.get(&line.id).is_some_and(|old| *old != *line);
    let (own, others): (Vec<&BillingLine>, _) =
        after.iter().filter(changed).partition(|line| told.contains(&line.id));
    let terms = |line: &BillingLine| (line.terms_id, line.rate_minor, line.rate_unit, line.rate_source);
    let with_terms = own.iter().chain(&others).any(|line| terms(line) != terms(old[&line.id]));
    store::store_accounting(tx, basis.engagement_id, &own, with_terms, 0).await?;
    store::store_accounting(tx, basis.engagement_id, &others, with_terms, 1).await?;
    let pairs = others.iter().map(|line| (old[&line.id], *line)).collect();
    if let Some([before, after]) = Reaccounted::new(basis, pairs) {
        record(tx, TimeEntryEvent::Reaccounted, Some(&before), &after).await?;
    }
    Ok([own, others].concat().iter().map(|line| line.id).collect())
}

/// Accounts once for everything that was put off: `touched` are the stopped entries of many changes, before and after;
/// those in `told` have an event of their own. Which entries it changed.
pub(super) async fn account_together(
    tx: &mut Tx,
    touched: &[&EntryRow],
    told: &[TimeEntryId],
) -> Result<Vec<TimeEntryId>> {
    let mut by_engagement: BTreeMap<EngagementId, Vec<&EntryRow>> = BTreeMap::new();
    for row in touched {
        if let Some(engagement) = row.engagement_id {
            by_engagement.entry(engagement).or_default().push(row);
        }
    }
    let mut changed = Vec::new();
    for (engagement, rows) in by_engagement {
        let basis = basis_of(tx, rows[0]).await?;
        let lines = rows.iter().filter_map(|row| row.billing_line());
        let pools = lines.flat_map(|line| pools_of(&line, basis.version(line.terms_id))).collect();
        changed.extend(account_pools(tx, engagement, &basis, &pools, told).await?);
    }
    Ok(changed)
}

/// Accounts anew for those whom a stopped entry has left, when it went to another engagement.
pub(super) async fn reaccount_left(tx: &mut Tx, before: &EntryRow, after: &EntryRow) -> Result<()> {
    if before.engagement_id == after.engagement_id { Ok(()) } else { reaccount(tx, before).await }
}

/// Accounts anew for the entries that this one was accounted for with.
pub(super) async fn reaccount(tx: &mut Tx, left: &EntryRow) -> Result<()> {
    let (Some(engagement), Some(line)) = (left.engagement_id, left.billing_line()) else { return Ok(()) };
    let basis = basis_of(tx, left).await?;
    let pools = pools_of(&line, basis.version(line.terms_id));
    account_pools(tx, engagement, &basis, &pools, &[]).await.map(drop)
}

async fn account_pools(
    tx: &mut Tx,
    engagement: EngagementId,
    basis: &Basis,
    pools: &BTreeSet<Pool>,
    told: &[TimeEntryId],
) -> Result<Vec<TimeEntryId>> {
    let before = lines_of(tx, Some(engagement), pools).await?;
    let mut after = before.clone();
    accounting::account(&mut after, &[], pools, |id| basis.version(id));
    store_changed(tx, basis, &before, &after, told).await
}

/// What an entry is based on, under the terms that it is accounted under; a timer under those of its date.
pub(super) async fn basis_of(tx: &mut Tx, row: &EntryRow) -> Result<Basis> {
    let basis = basis(tx, row.member_id, row.engagement_id, row.task_id).await?;
    Ok(if row.is_open() { basis.on(row.work_date) } else { basis.under(row.terms_id) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_close_together_are_one_stretch() {
        let date = |day: u32| -> Date { format!("2026-03-{day:02}").parse().unwrap() };
        let stretches = runs([1, 2, 5, 9, 20].map(date).into());
        assert_eq!(stretches, [(date(1), date(5)), (date(9), date(9)), (date(20), date(20))]);
    }
}
