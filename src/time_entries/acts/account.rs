//! Writing an entry with everything that follows from what it stands on, for itself and for those it is accounted for
//! with.

use super::{
    super::{EntryRow, Ground, accounting, store},
    ground,
};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::record;
use crate::types::{Date, EngagementId};
use std::collections::BTreeSet;

/// How an entry is written: as a new one, and accounted for without those it is accounted for with.
#[derive(Clone, Copy)]
pub(super) struct Writing {
    pub(super) is_new: bool,
    pub(super) alone: bool,
}

pub(super) const CHANGED: Writing = Writing { is_new: false, alone: false };

/// Writes an entry with everything that follows from what it stands on, for itself and for those it is accounted for
/// with.
pub(super) async fn write(tx: &mut Tx, mut row: EntryRow, ground: &Ground, how: Writing) -> Result<EntryRow> {
    let terms = ground.terms();
    let together = ground.dates_together(row.work_date).filter(|_| !row.is_open() && !how.alone);
    match (together, row.engagement_id) {
        (Some(dates), Some(engagement)) => {
            let mut group = store::find_group(tx, engagement, dates).await?;
            group.retain(|other| other.id != row.id);
            let id = row.id;
            let before = group.clone();
            group.push(row);
            accounting::account(&mut group, terms);
            let at = group.iter().position(|other| other.id == id).ok_or_else(Error::not_found)?;
            row = group.swap_remove(at);
            update_others(tx, &before, &group).await?;
        }
        _ => accounting::account(std::slice::from_mut(&mut row), terms),
    }
    if how.is_new { store::insert(tx, &row).await } else { store::update(tx, &row).await }
}

/// Stores what accounting changed in other entries; those.
async fn update_others(tx: &mut Tx, before: &[EntryRow], after: &[EntryRow]) -> Result<Vec<EntryRow>> {
    let mut changed = Vec::new();
    for row in after {
        let Some(old) = before.iter().find(|old| old.id == row.id && *old != row) else { continue };
        let row = store::update(tx, row).await?;
        record(tx, "time_entry.updated", Some(old), &row).await?;
        changed.push(row);
    }
    Ok(changed)
}

/// Accounts once for everything that was put off: `touched` are the entries of many changes, before and after. What
/// it changed.
pub async fn account_together(tx: &mut Tx, touched: &[EntryRow]) -> Result<Vec<EntryRow>> {
    let (mut days, mut groups, mut changed) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for row in touched.iter().filter(|row| !row.is_open()) {
        let Some(engagement) = row.engagement_id.filter(|id| days.insert((*id, row.work_date))) else { continue };
        let ground = ground_of(tx, row).await?;
        let Some(dates) = ground.dates_together(row.work_date) else { continue };
        if groups.insert((engagement, dates)) {
            tx.renew();
            changed.extend(account_group(tx, engagement, dates, &ground).await?);
        }
    }
    Ok(changed)
}

/// Accounts anew for those whom a finished entry has left, when it went elsewhere.
pub(super) async fn reaccount_left(tx: &mut Tx, before: &EntryRow, after: &EntryRow) -> Result<()> {
    let place = |row: &EntryRow| (row.engagement_id, row.work_date);
    let was_counted = !before.is_open() && before.engagement_id.is_some();
    if was_counted && place(before) != place(after) { reaccount(tx, before).await } else { Ok(()) }
}

/// Accounts anew for the entries that this one was accounted for with.
pub(super) async fn reaccount(tx: &mut Tx, left: &EntryRow) -> Result<()> {
    let Some(engagement) = left.engagement_id else { return Ok(()) };
    let ground = ground_of(tx, left).await?;
    let Some(dates) = ground.dates_together(left.work_date) else { return Ok(()) };
    account_group(tx, engagement, dates, &ground).await.map(drop)
}

async fn account_group(
    tx: &mut Tx,
    engagement: EngagementId,
    dates: (Date, Date),
    ground: &Ground,
) -> Result<Vec<EntryRow>> {
    let before = store::find_group(tx, engagement, dates).await?;
    let mut after = before.clone();
    accounting::account(&mut after, ground.terms());
    update_others(tx, &before, &after).await
}

pub(super) async fn ground_of(tx: &mut Tx, row: &EntryRow) -> Result<Ground> {
    ground(tx, row.member_id, row.engagement_id, row.task_id, row.work_date).await
}
