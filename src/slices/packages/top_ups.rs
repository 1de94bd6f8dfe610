//! Blocks that are bought by themselves, in the transaction of the work that leaves little of a package. Each is a fact: what is
//! counted anew later finds it and buys none again.

use super::{
    AccountedPeriod, PackageAccount,
    blocks::days,
    model::{BlockFields, BlockRow, BlockState, BlockStatus, NewBlock},
    store,
};
use crate::db::Tx;
use crate::hours::{AutoTopUp, LineKind};
use crate::kernel::Date;
use crate::kernel::error::Result;
use crate::platform::auth::{Role, Scope};
use crate::slices::engagements::model::{Answered, TermsRow};
use crate::slices::engagements::store::terms;
use std::collections::BTreeSet;

/// Buys a block where work of these days left less than its terms say; which.
pub(super) async fn buy_one(
    tx: &mut Tx,
    scope: Scope,
    account: &PackageAccount,
    worked: &BTreeSet<Date>,
) -> Result<Option<BlockRow>> {
    let Some((on, top_up)) = account.top_up_due(worked) else { return Ok(None) };
    let versions = terms::of(tx, scope, account.engagement.id).await?;
    let Some(version) = TermsRow::in_force(&versions, on) else { return Ok(None) };
    let Some(agreed) = &version.terms else { return Ok(None) };
    let new = NewBlock {
        title: None,
        reason: None,
        minutes: top_up.minutes.into(),
        bonus_minutes: top_up.bonus_minutes.into(),
        price_minor: Some(top_up.price_minor),
        valid_from: Some(on),
        valid_until: None,
        valid_days: top_up.valid_days.map(Into::into),
        paid_on: None,
    };
    let (starts_on, ends_on) = days(&new, on);
    let state = BlockState {
        status: BlockStatus::Active,
        starts_on: Some(starts_on),
        ends_on,
        // Whoever accepted the terms agreed to it.
        answered: Answered { accepted_version: None, ..version.answered.clone() },
        ..BlockState::made_by(Role::Assistant)
    };
    let fields = BlockFields { new, currency: agreed.0.currency.clone(), is_top_up: true, state };
    store::insert_block(tx, &account.engagement, &fields).await.map(Some)
}

impl PackageAccount {
    /// The day of these on which work leaves less than the terms of the day say, and what is bought then: on that day
    /// already, else on the last of its period, where what was noted of later days leaves less.
    fn top_up_due(&self, worked: &BTreeSet<Date>) -> Option<(Date, AutoTopUp)> {
        let history = self.history.as_ref()?;
        let rule = |day: &Date| Some((self.holding(*day)?, *day, history.on(*day).auto_top_up.clone()?));
        let days: Vec<(&AccountedPeriod, Date, AutoTopUp)> = worked.iter().filter_map(rule).collect();
        let days =
            days.into_iter().filter(|(period, _, rule)| self.bought_in(period) < rule.max_per_period as usize);
        let days: Vec<_> = days.collect();
        let is_low = |left: i64, rule: &AutoTopUp| left < i64::from(rule.below_minutes) * 60;
        let at_once = days.iter().find(|(period, day, rule)| is_low(period.left_after(*day), rule));
        let later = || days.iter().rev().find(|(period, day, rule)| is_low(period.left_from(*day), rule));
        at_once.or_else(later).map(|(_, day, rule)| (*day, rule.clone()))
    }

    /// The period that holds a day and has begun.
    fn holding(&self, day: Date) -> Option<&AccountedPeriod> {
        let holds = |period: &&AccountedPeriod| {
            period.package.period.contains(day) && period.package.period.starts_on <= self.today
        };
        self.periods.iter().find(holds)
    }

    /// How many blocks were bought by themselves for work of a period.
    fn bought_in(&self, period: &AccountedPeriod) -> usize {
        let within = |row: &&BlockRow| {
            row.fields.is_top_up
                && row.fields.state.starts_on.is_some_and(|starts_on| period.package.period.contains(starts_on))
        };
        self.blocks.iter().filter(within).count()
    }
}

impl AccountedPeriod {
    /// What it has left after the work of a day; what ends with the day is not lost yet.
    fn left_after(&self, day: Date) -> i64 {
        let is_before = |line: &&crate::hours::LedgerLine| {
            line.on < day || (line.on == day && !matches!(line.kind, LineKind::Expire | LineKind::Drop))
        };
        self.settled.lines.iter().take_while(is_before).last().map_or(0, |line| line.balance)
    }
}
