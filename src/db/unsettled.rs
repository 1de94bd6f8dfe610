//! Accounts that a transaction has moved. What follows from the rows of an engagement is settled once, before it is
//! committed, whichever acts have moved it; a slice above does it.

use super::Tx;
use crate::kernel::error::Result;
use crate::kernel::{Date, EngagementId};

/// What counts for an engagement changed between two days: its account is to be settled from the first on, as far as that
/// changes anything.
#[derive(Clone, Copy, Debug)]
pub struct Unsettled {
    pub engagement: EngagementId,
    pub from: Date,
    pub until: Date,
    /// Whether work that its terms do not allow is refused. What only follows from something else never is.
    pub refuses: bool,
}

impl Tx {
    /// Notes that what counts for an engagement changes between two days, both among them.
    pub fn unsettle(&mut self, engagement: EngagementId, (from, until): (Date, Date)) {
        let known = self.unsettled.entry(engagement).or_insert((from, until));
        *known = (from.min(known.0), until.max(known.1));
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
        for (engagement, (from, until)) in self.unsettled.clone() {
            self.renew();
            self.react_to(&mut Unsettled { engagement, from, until, refuses }).await?;
        }
        self.unsettled.clear();
        Ok(())
    }
}
