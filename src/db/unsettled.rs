//! Accounts that a transaction has moved. What follows from the rows of an engagement is settled once, before it is
//! committed, whichever acts have moved it; a slice above does it.

use super::Tx;
use crate::kernel::error::Result;
use crate::kernel::{Date, EngagementId};
use std::collections::BTreeSet;

/// What counts for an engagement changed between two days: its account is to be settled from the first on, as far as that
/// changes anything.
#[derive(Clone, Debug)]
pub struct Unsettled {
    pub engagement: EngagementId,
    pub from: Date,
    pub until: Date,
    /// The days on which it got more work.
    pub worked: BTreeSet<Date>,
    /// Whether work that its terms do not allow is refused. What only follows from something else never is.
    pub refuses: bool,
}

impl Unsettled {
    /// Whether anything that counts may have changed, not only the work or time of some days.
    pub fn moves_all(&self) -> bool {
        (self.from, self.until) == (Date::FIRST, Date::LAST)
    }
}

/// What was moved of an account so far.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    from: Date,
    until: Date,
    worked: BTreeSet<Date>,
}

impl Tx {
    /// Notes that what counts for an engagement changes between two days, both among them.
    pub fn unsettle(&mut self, engagement: EngagementId, days: (Date, Date)) {
        self.note_moved(engagement, days);
    }

    /// The same, because there is more work on them.
    pub fn unsettle_for_work(&mut self, engagement: EngagementId, days: (Date, Date)) {
        self.note_moved(engagement, days).worked.extend([days.0, days.1]);
    }

    fn note_moved(&mut self, engagement: EngagementId, (from, until): (Date, Date)) -> &mut Moved {
        let unmoved = || Moved { from, until, worked: BTreeSet::new() };
        let known = self.unsettled.entry(engagement).or_insert_with(unmoved);
        (known.from, known.until) = (from.min(known.from), until.max(known.until));
        known
    }

    /// Notes that anything that counts for an engagement may change.
    pub fn unsettle_all(&mut self, engagement: EngagementId) {
        self.unsettle(engagement, (Date::FIRST, Date::LAST));
    }

    /// Settles what was moved and refuses what terms do not allow. Everything else is settled when it is committed.
    pub async fn settle_or_refuse(&mut self) -> Result<()> {
        self.settle(true).await
    }

    /// Settles what was moved so far, whatever terms say.
    pub async fn settle_accounts(&mut self) -> Result<()> {
        self.settle(false).await
    }

    /// Settles what was moved so far. What is refused stays noted: its part of the transaction may be undone alone.
    async fn settle(&mut self, refuses: bool) -> Result<()> {
        for (engagement, Moved { from, until, worked }) in self.unsettled.clone() {
            self.renew();
            self.react_to(&mut Unsettled { engagement, from, until, worked, refuses }).await?;
        }
        self.unsettled.clear();
        Ok(())
    }
}
