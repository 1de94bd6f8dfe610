//! Milestones that were accepted, and terms that must leave them as they are.

use super::{
    model::{Engagement, LostMilestone, MilestoneRow, lost},
    store,
};
use crate::db::{Conn, Tx};
use crate::hours::{EngagementKind, Terms};
use crate::kernel::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::kernel::{EngagementId, Timestamp};
use crate::platform::auth::Scope;

/// The milestones of an engagement under the terms that are shown with it; none but in projects.
pub async fn milestones_of(
    conn: &mut Conn,
    scope: Scope,
    engagement: &Engagement,
    at: Timestamp,
) -> Result<Vec<MilestoneRow>> {
    let id = engagement.row.id;
    if engagement.row.kind != EngagementKind::Project {
        return Ok(Vec::new());
    }
    let versions = store::terms::of(conn, scope, id).await?;
    let accepted = store::milestones::of(conn, scope, id).await?;
    Ok(MilestoneRow::of(engagement, &versions, &accepted, at))
}

/// Tells what proposed terms would change of milestones that were accepted.
pub(super) async fn check_kept(
    tx: &mut Tx,
    scope: Scope,
    engagement: EngagementId,
    terms: &Terms,
    faults: &mut Faults,
) -> Result<()> {
    if terms.kind != EngagementKind::Project {
        return Ok(());
    }
    let accepted = store::milestones::of(tx, scope, engagement).await?;
    for LostMilestone { title, amount_minor, at } in lost(engagement, terms, &accepted) {
        let all = "/terms/milestones".to_owned();
        let pointer = at.map_or(all.clone(), |at| format!("{all}/{at}"));
        let fault = Fault::new(&pointer, FaultCode::MilestoneAccepted).with("title", title);
        let count = terms.milestones.iter().flatten().count();
        let members = (0..count).flat_map(|i| [format!("{all}/{i}/title"), format!("{all}/{i}/amount_minor")]);
        let fault = members.fold(fault.with("amount", amount_minor).reads(all.clone()), Fault::reads);
        faults.push(fault.reads("/terms/kind"));
    }
    Ok(())
}

/// What refuses terms that would change a milestone that was accepted since they were proposed.
pub(super) async fn refusal(
    tx: &mut Tx,
    scope: Scope,
    engagement: EngagementId,
    terms: &Terms,
) -> Result<Option<Error>> {
    let accepted = store::milestones::of(tx, scope, engagement).await?;
    let lost = lost(engagement, terms, &accepted);
    Ok(lost.first().map(|lost| Error::new(Code::MilestoneAccepted).with("title", lost.title)))
}
