//! Periods that close by themselves, so many days after their end as the terms say. The day is planned whenever it can change;
//! whoever first finds it past closes them before anything else.

use super::{
    PackageAccount,
    closings::{Turn, turned},
    store::{self, ClosingDay},
};
use crate::db::Tx;
use crate::kernel::error::{Code, Result};
use crate::platform::auth::Scope;
use crate::slices::engagements::in_force::expect_at;
use crate::slices::engagements::model::EngagementRow;
use crate::slices::engagements::store as engagements;

/// How many periods one transaction closes: more of them follow in the next.
const MOST: usize = 100;

/// Plans when the next period of an account closes by itself.
pub(super) async fn plan(tx: &mut Tx, account: &PackageAccount) -> Result<()> {
    note(tx, account).await?;
    match store::closing_day(tx, account.engagement.id).await? {
        Some(day) => expect_at(tx, day.starts_at(account.engagement.tz())).await,
        None => Ok(()),
    }
}

/// Notes the day from which on the next period of an account closes by itself.
pub(super) async fn note(tx: &mut Tx, account: &PackageAccount) -> Result<()> {
    if !account.history.as_ref().is_some_and(|history| history.closes_by_itself()) {
        return Ok(());
    }
    let closed = store::last_closing(tx, account.engagement.id).await?.unwrap_or(0);
    let reopened = store::last_reopened(tx, account.engagement.id).await?;
    // What was reopened closes again only by an act, and periods close in order.
    let due_on = if closed < reopened { None } else { account.closes_on(closed + 1) };
    store::set_closing_day(tx, account.engagement.id, due_on).await
}

/// Closes every period whose day has come.
pub(super) async fn close_due(tx: &mut Tx) -> Result<()> {
    let (scope, now) = (Scope::workspace(tx.workspace()), tx.wall_clock());
    let mut left = MOST;
    for ClosingDay { engagement_id, .. } in store::closing_days(tx).await? {
        loop {
            tx.renew();
            let Some(day) = store::closing_day(tx, engagement_id).await? else { break };
            let engagement = engagements::find_row(tx, scope, engagement_id).await?;
            if day > engagement.day_of(now) || left == 0 {
                expect_at(tx, day.starts_at(engagement.tz())).await?;
                break;
            }
            left -= 1;
            close_next(tx, scope, engagement).await?;
        }
    }
    Ok(())
}

/// Closes the first period that is not. Where its timers still run, that waits for the next day.
async fn close_next(tx: &mut Tx, scope: Scope, engagement: EngagementRow) -> Result<()> {
    let next = store::last_closing(tx, engagement.id).await?.map_or(1, |last| last + 1);
    let seq = i32::try_from(next).unwrap_or(i32::MAX);
    let tomorrow = engagement.day_of(tx.wall_clock()).days_later(1);
    match turned(tx, scope, engagement.clone(), (seq, Turn::Close)).await {
        Ok((_, account)) => note(tx, &account).await,
        Err(error) if error.code() == Code::PeriodHasTimers => {
            store::set_closing_day(tx, engagement.id, Some(tomorrow)).await
        }
        // It cannot be closed as it stands; the next act that can change that plans it anew.
        Err(error) if error.code().status() < 500 => store::set_closing_day(tx, engagement.id, None).await,
        Err(error) => Err(error),
    }
}
