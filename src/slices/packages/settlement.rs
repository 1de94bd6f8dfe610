//! What follows from every change of an account, in the transaction that makes it: the checkpoints of its periods, and the
//! refusal of work beyond a package that its terms do not allow.

use super::{AccountedPeriod, BlockEvent, PackageAccount, Since, alerts, closing_days, store, top_ups};
use crate::db::{Reaction, Registered, Tx, Unsettled};
use crate::hours::{DeficitPolicy, PackageBalance};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{Columns, JsonText};
use crate::platform::auth::Scope;
use crate::platform::events::record;
use crate::slices::engagements::in_force::DueRecording;
use crate::slices::engagements::model::EngagementRow;
use crate::slices::engagements::store as engagements;
use crate::slices::time_entries::acts::TimerStart;

pub const REACTIONS: &[&Registered] = &[
    &Reaction::<Unsettled>(|tx, act| Box::pin(settle(tx, act, true))),
    &Reaction::<TimerStart>(|tx, act| Box::pin(refuse_start(tx, act))),
    &Reaction::<DueRecording>(|tx, _| Box::pin(closing_days::close_due(tx))),
];

/// What a period leaves to the next, stored so that nobody reads what lies before. It follows from other rows alone, and
/// stands for the period as they are now; what changes those rows settles it anew.
#[derive(Clone, Debug, PartialEq, Columns)]
pub struct Checkpoint {
    pub seq: i64,
    /// What no lot covers of its work.
    pub overage_seconds: i64,
    /// What its lots have left.
    pub left_seconds: i64,
    pub balance: JsonText<PackageBalance>,
}

impl From<&AccountedPeriod> for Checkpoint {
    fn from(period: &AccountedPeriod) -> Self {
        let (sums, closing) = (&period.settled.sums, &period.settled.closing);
        Self {
            seq: period.package.period.seq.into(),
            overage_seconds: sums.overage(),
            left_seconds: sums.available() - sums.covered,
            balance: JsonText(closing.clone()),
        }
    }
}

/// Settles an account from a day on; `tells` which alerts follow.
pub async fn settle(tx: &mut Tx, act: &Unsettled, tells: bool) -> Result<()> {
    let scope = Scope::workspace(tx.workspace());
    let engagement = match engagements::find_row(tx, scope, act.engagement).await {
        Err(error) if error.code() == Code::NotFound => return Ok(()),
        row => row?,
    };
    let (account, before) = match moved_and_topped_up(tx, scope, engagement, act).await {
        // What cannot be read is not kept; the work itself is no worse for it.
        Err(error) if error.code() == Code::TooManyPeriods => {
            return store::drop_checkpoints(tx, act.engagement, 0).await;
        }
        moved => moved?,
    };
    let begun = account.periods.iter().filter(|period| period.package.period.starts_on <= account.today);
    let after: Vec<(&AccountedPeriod, Checkpoint)> = begun.map(|period| (period, period.into())).collect();
    if act.refuses {
        refuse_overage(&before, &after)?;
    }
    alerts::judge(tx, &account, tells).await?;
    // Only what an engagement is and agreed on says when periods close.
    if act.moves_all() {
        closing_days::plan(tx, &account).await?;
    }
    if !account.has_lots() {
        return Ok(());
    }
    let behind = after.last().map_or(0, |(_, last)| last.seq + 1);
    if !account.is_cut && before.iter().any(|old| old.seq >= behind) {
        store::drop_checkpoints(tx, act.engagement, behind).await?;
    }
    let changed: Vec<&Checkpoint> = after.iter().map(|(_, new)| new).filter(|new| !before.contains(new)).collect();
    store::set_checkpoints(tx, act.engagement, &changed).await
}

/// As [`moved`], with the blocks that are bought because of it.
async fn moved_and_topped_up(
    tx: &mut Tx,
    scope: Scope,
    engagement: EngagementRow,
    act: &Unsettled,
) -> Result<(PackageAccount, Vec<Checkpoint>)> {
    let mut moved_now = moved(tx, scope, engagement.clone(), act).await?;
    // Each gives time, and the next is bought only where that is not enough.
    while let Some(bought) = top_ups::buy_one(tx, scope, &moved_now.0, &act.worked).await? {
        tx.renew();
        moved_now = moved(tx, scope, engagement.clone(), act).await?;
        record(tx, BlockEvent::ToppedUp, None, &bought.in_account(&moved_now.0)).await?;
    }
    Ok(moved_now)
}

/// The account of the periods that were moved, and what was kept of them; where they leave something else to the next than
/// before, of all that follow too.
async fn moved(
    tx: &mut Tx,
    scope: Scope,
    engagement: EngagementRow,
    act: &Unsettled,
) -> Result<(PackageAccount, Vec<Checkpoint>)> {
    let at = tx.recorded_at();
    let first =
        |account: &PackageAccount| account.periods.first().map_or(0, |period| period.package.period.seq.into());
    let between = Since::Between(act.from, act.until);
    let mut account = PackageAccount::read_since(tx, scope, engagement.clone(), at, between).await?;
    if !account.has_lots() {
        return Ok((account, Vec::new()));
    }
    let before = std::mem::take(&mut account.kept);
    let last = account.periods.last().map(Checkpoint::from);
    let stands = |new: &Checkpoint| before.iter().any(|old| (old.seq, &old.balance) == (new.seq, &new.balance));
    if !account.is_cut || last.as_ref().is_some_and(stands) {
        return Ok((account, before));
    }
    let account = PackageAccount::read_since(tx, scope, engagement, at, Since::Day(act.from)).await?;
    let before = store::checkpoints(tx, act.engagement, first(&account)).await?;
    Ok((account, before))
}

/// Refuses work that raises what no lot covers, in periods whose terms do not allow it. A period without a checkpoint had
/// no work.
fn refuse_overage(before: &[Checkpoint], after: &[(&AccountedPeriod, Checkpoint)]) -> Result<()> {
    for (period, new) in after.iter().filter(|(period, _)| period.refuses_overage()) {
        let old = before.iter().find(|old| old.seq == new.seq);
        if new.overage_seconds > old.map_or(0, |old| old.overage_seconds) {
            return Err(exhausted(period, old.map_or(period.settled.sums.available(), |old| old.left_seconds)));
        }
    }
    Ok(())
}

/// Refuses a timer on a package that has nothing left today, where its terms allow no work beyond it.
async fn refuse_start(tx: &mut Tx, act: &TimerStart) -> Result<()> {
    let (scope, at) = (Scope::workspace(tx.workspace()), tx.recorded_at());
    let engagement = engagements::find_row(tx, scope, act.engagement).await?;
    let account = PackageAccount::read_since(tx, scope, engagement, at, Since::Today).await?;
    let current = account.current().filter(|period| period.refuses_overage());
    match current.map(|period| (period, period.left_from(account.today))) {
        Some((period, left)) if left <= 0 => Err(exhausted(period, left)),
        _ => Ok(()),
    }
}

fn exhausted(period: &AccountedPeriod, left_seconds: i64) -> Error {
    let refusal = Error::new(Code::RetainerExhausted).with("left", left_seconds.max(0) / 60);
    refusal.with("seq", period.package.period.seq)
}

impl AccountedPeriod {
    /// Whether its terms allow no work beyond what it has.
    pub fn refuses_overage(&self) -> bool {
        self.package.rules.deficit == DeficitPolicy::Block
    }
}
