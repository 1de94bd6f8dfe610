//! What lies in the same time as an entry, judged by the stricter of both entries' policies: that of the terms which are
//! in force on each one's date, else the workspace's.

use super::super::{Basis, EntryRow, Overlap, OverlappingEntry, store};
use crate::db::Tx;
use crate::hours::{Interval, OverlapPolicy};
use crate::kernel::EngagementId;
use crate::kernel::error::{Code, Error, ProblemReference, Result};
use crate::platform::auth::Scope;
use crate::slices::engagements::{model::TermsRow, store::terms};
use std::collections::{BTreeSet, HashMap};

/// So many are listed.
const MOST: usize = 100;

/// Refuses an entry where an overlap is forbidden (409); what is to be told otherwise.
pub(super) async fn judge(tx: &mut Tx, row: &EntryRow, basis: &Basis) -> Result<Vec<OverlappingEntry>> {
    let found = verdicts(tx, row, basis).await?;
    let those = |wanted| listed(&found, |verdict| verdict == wanted);
    match those(OverlapPolicy::Reject) {
        refused if !refused.is_empty() => Err(Error::new(Code::TimeEntryOverlaps)
            .conflicts(refused.into_iter().map(ProblemReference::from).collect::<Vec<_>>())),
        _ => Ok(those(OverlapPolicy::Warn)),
    }
}

/// What is to be told of an entry that takes up no new time: nothing is refused.
pub(super) async fn tell(tx: &mut Tx, row: &EntryRow, basis: &Basis) -> Result<Vec<OverlappingEntry>> {
    Ok(listed(&verdicts(tx, row, basis).await?, |verdict| verdict != OverlapPolicy::Allow))
}

fn listed(found: &[(Overlap, OverlapPolicy)], is_meant: impl Fn(OverlapPolicy) -> bool) -> Vec<OverlappingEntry> {
    let meant = found.iter().filter(|(_, verdict)| is_meant(*verdict));
    meant.map(|(overlap, _)| overlap.entry.clone()).take(MOST).collect()
}

/// The member's other entries in the same time, each with what the stricter policy makes of it.
async fn verdicts(tx: &mut Tx, row: &EntryRow, basis: &Basis) -> Result<Vec<(Overlap, OverlapPolicy)>> {
    let now = tx.wall_clock();
    let Some(interval) = Interval::of_entry(row.started_at, row.ended_at, row.paused_at, now) else {
        return Ok(Vec::new());
    };
    let own = basis.overlap_on(row.work_date);
    // One more than is listed, beside the entry itself.
    let enough = MOST as i64 + 2;
    let mut found = store::overlapping(tx, row.member_id, interval, now, enough).await?;
    if found.len() as i64 == enough && own != OverlapPolicy::Reject {
        // One of the others may be under a stricter policy.
        found = store::overlapping(tx, row.member_id, interval, now, i64::MAX).await?;
    }
    found.retain(|overlap| overlap.entry.id != row.id);
    let differs = |other: &&Overlap| (other.engagement_id, other.work_date) != (row.engagement_id, row.work_date);
    let others = found.iter().filter(differs).filter_map(|other| other.engagement_id);
    let others: BTreeSet<EngagementId> = others.filter(|_| own != OverlapPolicy::Reject).collect();
    let versions = versions(tx, others).await?;
    let policy = |other: &Overlap| {
        let versions = versions.get(&other.engagement_id?)?;
        TermsRow::in_force(versions, other.work_date)?.terms.as_ref()?.0.overlap
    };
    let judged = found.into_iter().map(|other| {
        let theirs = match differs(&&other) {
            true => policy(&other).unwrap_or(basis.overlap_policy),
            false => own,
        };
        (other, own.max(theirs))
    });
    Ok(judged.collect())
}

/// Every version of these engagements' terms.
async fn versions(tx: &mut Tx, of: BTreeSet<EngagementId>) -> Result<HashMap<EngagementId, Vec<TermsRow>>> {
    let (scope, of) = (Scope::workspace(tx.workspace()), Vec::from_iter(of));
    let mut versions: HashMap<EngagementId, Vec<TermsRow>> = HashMap::new();
    for version in terms::of_all(tx, scope, &of).await? {
        versions.entry(version.engagement_id).or_default().push(version);
    }
    Ok(versions)
}
