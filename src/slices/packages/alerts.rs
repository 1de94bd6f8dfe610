//! Alerts: judged in every transaction that moves an account, told once, listed, acknowledged.

use super::{
    AccountedPeriod, AlertEvent, PackageAccount, alert_mail,
    model::{AlertAct, AlertFields, AlertFilter, AlertLevel, AlertRecord, AlertRow, AlertSubject},
    store,
};
use crate::db::{Conn, Tx};
use crate::hours::{EngagementKind, Lot, Terms};
use crate::kernel::error::Result;
use crate::kernel::{AlertId, BlockId, Timestamp};
use crate::platform::cx::Cx;
use crate::platform::events::{record, recorded};
use crate::platform::kit::{self, Addressed};
use crate::slices::time_entries::store as time_entries;
use crate::web::{Changed, Found, List, Listed};
use std::collections::{BTreeMap, BTreeSet};

impl Addressed for AlertRow {
    async fn find(conn: &mut Conn, cx: &Cx, _: Timestamp) -> Result<Self> {
        let (scope, id): (_, AlertId) = (cx.scope(), cx.id("alert_id")?);
        store::ALERTS.find(conn, (scope.workspace, scope.client), id).await
    }

    fn location(&self) -> String {
        format!("/v1/alerts/{}", self.id)
    }
}

pub async fn list_alerts(cx: Cx, list: List<AlertFilter>) -> Result<Listed<AlertRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let page = store::alerts(&mut conn, scope, &list.filter, &list.slice).await?;
    let count = async || store::count_alerts(&mut conn, scope, &list.filter, &list.slice).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn get_alert(cx: Cx) -> Result<Found<AlertRecord>> {
    kit::show::<AlertRow>(&cx).await
}

pub async fn acknowledge_alert(cx: Cx) -> Result<Changed<AlertRecord>> {
    kit::act(&cx, async |tx, before: AlertRow| {
        before.require(AlertAct::Acknowledge)?;
        let fields = AlertFields { acknowledged_at: Some(tx.wall_clock()), ..before.fields.clone() };
        let after = store::ALERTS.update(tx, before.id, &fields, &[]).await?;
        recorded(tx, AlertEvent::Acknowledged, Some(&before), after).await
    })
    .await
}

/// Something that alerts are about, and how much of it is used.
struct Standing {
    subject: AlertSubject,
    period_seq: i64,
    block: Option<BlockId>,
    level: AlertLevel,
    percents: Vec<i64>,
}

/// Stores which shares are reached, and are no more, of what was settled; `tells` each that is reached for the first time.
pub async fn judge(tx: &mut Tx, account: &PackageAccount, tells: bool) -> Result<()> {
    let standings = standings(tx, account).await?;
    // Where nothing was told and nothing is to be told, nobody needs to look.
    let reached = |of: &Standing| of.percents.iter().any(|percent| of.level.reaches(*percent));
    if standings.is_empty() || !(account.has_alerts || standings.iter().any(reached)) {
        return Ok(());
    }
    let first = standings.iter().map(|standing| standing.period_seq).filter(|seq| *seq > 0).min();
    let known = store::alerts_of(tx, account.engagement.id, first.unwrap_or(0)).await?;
    let now = tx.wall_clock();
    for standing in standings {
        let own = known.iter().filter(|row| {
            (row.fields.subject, row.fields.period_seq, row.fields.block_id)
                == (standing.subject, standing.period_seq, standing.block)
        });
        let own: Vec<&AlertRow> = own.collect();
        // What terms name no more is told no more; where it was told, it goes on saying where it stands.
        let told = own.iter().map(|row| row.fields.percent);
        let percents: BTreeSet<i64> = standing.percents.iter().copied().chain(told).collect();
        let mut highest = None;
        for percent in &percents {
            let row = own.iter().find(|row| row.fields.percent == *percent);
            match (row, standing.level.reaches(*percent)) {
                (None, true) => {
                    let fields = AlertFields {
                        subject: standing.subject,
                        period_seq: standing.period_seq,
                        block_id: standing.block,
                        percent: *percent,
                        level: standing.level,
                        reached_at: now,
                        cleared_at: None,
                        acknowledged_at: None,
                    };
                    let row = store::insert_alert(tx, &account.engagement, &fields).await?;
                    if tells {
                        record(tx, AlertEvent::Reached, None, &row).await?;
                        highest = Some(row.id);
                    }
                }
                (Some(row), is_reached) if is_reached == row.fields.cleared_at.is_some() => {
                    let cleared_at = (!is_reached).then_some(now);
                    let fields = AlertFields { cleared_at, ..row.fields.clone() };
                    store::ALERTS.update(tx, row.id, &fields, &[]).await?;
                }
                _ => {}
            }
        }
        // Of several shares that are reached at once, one mail tells the highest.
        if let Some(alert) = highest {
            alert_mail::write_later(tx, alert).await?;
        }
    }
    Ok(())
}

/// What alerts are about in the periods that were settled and have begun.
async fn standings(tx: &mut Tx, account: &PackageAccount) -> Result<Vec<Standing>> {
    let Some(history) = &account.history else { return Ok(Vec::new()) };
    let begun = account.periods.iter().filter(|period| period.package.period.starts_on <= account.today);
    let percents = |terms: &Terms| terms.alerts_percent.iter().map(|percent| i64::from(percent.0)).collect();
    let closing = account.periods.last().map(|period| &period.settled.closing);
    let mut standings = Vec::new();
    let mut blocks: BTreeMap<BlockId, AlertLevel> = BTreeMap::new();
    for period in begun {
        let terms = history.on(period.package.period.ends_on.min(account.today));
        if let Some((subject, level)) = account.level(period, terms) {
            let period_seq = period.package.period.seq.into();
            standings.push(Standing { subject, period_seq, block: None, level, percents: percents(terms) });
        }
        // Where later periods stand as they did, so does what they took of the blocks that go on into them.
        let goes_on =
            |lot: &Lot| account.is_cut && closing.is_some_and(|next| next.lots.iter().any(|of| of.id == lot.id));
        for lot in period.settled.lots.iter().filter(|lot| lot.kind.is_block() && !goes_on(lot)) {
            blocks.insert(BlockId(lot.id), AlertLevel::time(lot.used_seconds, lot.granted_seconds));
        }
    }
    let today = history.on(account.today);
    for (block, level) in blocks {
        let subject = AlertSubject::Block;
        standings.push(Standing { subject, period_seq: 0, block: Some(block), level, percents: percents(today) });
    }
    if let Some(minutes) = today.budget_minutes.filter(|_| today.kind == EngagementKind::Project) {
        let used = time_entries::billed_seconds(tx, account.engagement.id).await?;
        let level = AlertLevel::time(used, i64::from(minutes) * 60);
        let subject = AlertSubject::Budget;
        standings.push(Standing { subject, period_seq: 0, block: None, level, percents: percents(today) });
    }
    Ok(standings)
}

impl PackageAccount {
    /// How much of its package, or of its cap, a period has used.
    fn level(&self, period: &AccountedPeriod, terms: &Terms) -> Option<(AlertSubject, AlertLevel)> {
        let sums = &period.settled.sums;
        match (terms.kind, terms.cap_minutes, terms.cap_minor) {
            (EngagementKind::Retainer, ..) if !period.package.period.is_skipped => {
                Some((AlertSubject::Package, AlertLevel::time(sums.consumed, sums.available())))
            }
            (EngagementKind::Hourly, Some(minutes), _) => {
                Some((AlertSubject::Cap, AlertLevel::time(sums.consumed, i64::from(minutes) * 60)))
            }
            (EngagementKind::Hourly, None, Some(limit)) => {
                let used = self.totals(Some(period)).amounts.first().map_or(0, |sum| sum.amount_minor);
                Some((AlertSubject::Cap, AlertLevel::money(used, limit)))
            }
            _ => None,
        }
    }
}
