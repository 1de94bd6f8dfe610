//! What blocks and extensions share: the engagement takes them, one side asks for them, and the answer is kept.

use super::PackageAccount;
use crate::db::Tx;
use crate::hours::{EngagementKind, EngagementStatus, Period, not_active};
use crate::kernel::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::kernel::{EngagementId, Remark};
use crate::platform::auth::Scope;
use crate::slices::engagements::acts::deed;
use crate::slices::engagements::model::{Deed, EngagementRow};
use crate::slices::engagements::store as engagements;

/// Tells what keeps an engagement from being asked for more time: it is of another kind than these, or does not run.
pub(super) fn check_takes(row: &EngagementRow, kinds: &[EngagementKind], faults: &mut Faults) -> Result<()> {
    check_kind(row, kinds, faults)?;
    if !matches!(row.life.status, EngagementStatus::Active | EngagementStatus::Paused) {
        faults.absorb(Err::<(), _>(not_active(row.life.status, None)))?;
    }
    Ok(())
}

/// Tells that an engagement is of another kind than these.
pub(super) fn check_kind(row: &EngagementRow, kinds: &[EngagementKind], faults: &mut Faults) -> Result<()> {
    if !kinds.contains(&row.kind) {
        faults.absorb(Err::<(), _>(Error::new(Code::NoPackage)))?;
    }
    Ok(())
}

/// An answer as it is given now to something of this version, and the engagement that it is about.
pub(super) async fn answering(
    tx: &mut Tx,
    scope: Scope,
    (engagement, version): (EngagementId, i64),
    note: Option<Remark>,
) -> Result<(EngagementRow, Deed)> {
    let at = tx.recorded_at();
    let engagement = engagements::find(tx, scope, engagement, at).await?;
    let deed = Deed { seen: version, ..deed(tx, scope, note, &engagement) };
    Ok((engagement.row, deed))
}

impl PackageAccount {
    /// The period with this number, by default the current one, else the first; what is at fault where there is none.
    pub(super) fn named_period(&self, seq: &mut Option<i64>, faults: &mut Faults) -> Option<Period> {
        let current = self.current().or(self.periods.first()).map_or(1, |period| period.package.period.seq);
        let seq = *seq.get_or_insert(i64::from(current));
        let mut periods = self.periods.iter().map(|period| period.package.period);
        let named = periods.find(|period| i64::from(period.seq) == seq);
        if named.is_none() && !self.periods.is_empty() {
            faults.push(Fault::new("/period_seq", FaultCode::TooLarge).with("max", self.last_seq()));
        }
        named
    }
}
