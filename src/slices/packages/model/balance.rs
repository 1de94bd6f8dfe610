//! What a screen shows of the hours of an engagement, in one answer.

use super::{PeriodRecord, WaitingRecord};
use crate::hours::{
    EngagementKind, LedgerLine, LineKind, Lot, LotEnd, Milestone, RateKey, SettledPeriod, Sums, Terms, TimeTotals,
};
use crate::kernel::{Currency, Date, EngagementId, Title};
use crate::slices::engagements::model::{MilestoneRow, MilestoneStatus};
use crate::slices::packages::{AccountedPeriod, PackageAccount};
use serde::Serialize;
use utoipa::ToSchema;

/// Time of a package that will be lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LotExpiry {
    /// The last day on which it can be used.
    #[schema(examples("2026-11-30"))]
    pub on: Date,
    /// How much, in seconds, if nobody works any more.
    #[schema(minimum = 0, examples(7200))]
    pub seconds: i64,
}

/// A cap or budget, and how much of it is used. It warns and never refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CapRecord {
    /// The most time, in seconds; null where the cap is an amount.
    #[schema(minimum = 0, examples(144000))]
    pub limit_seconds: Option<i64>,
    /// The most money, in minor units; null where the cap is time.
    #[schema(minimum = 0, examples(json!(null)))]
    pub limit_minor: Option<i64>,
    /// How much time is used, in seconds; null where the cap is an amount.
    #[schema(minimum = 0, examples(54000))]
    pub used_seconds: Option<i64>,
    /// How much money is used, in minor units; null where the cap is time.
    #[schema(minimum = 0, examples(json!(null)))]
    pub used_minor: Option<i64>,
    /// How much of it is used, in percent, rounded down.
    #[schema(minimum = 0, examples(37))]
    pub percent_used: i64,
}

/// A part of a project's price, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MilestoneStanding {
    /// Its place in the terms in force, from 1.
    #[schema(minimum = 1, maximum = 100, examples(1))]
    pub number: i64,
    /// What has been reached then.
    #[schema(examples("Entwurf abgenommen"))]
    pub title: Title,
    /// Its part of the price, in minor units.
    #[schema(minimum = 0, examples(90000))]
    pub amount_minor: i64,
    /// The day it is due; null when no day was agreed.
    #[schema(examples("2026-12-01"))]
    pub due_on: Option<Date>,
    /// Where it stands.
    pub status: MilestoneStatus,
}

/// How many hours an engagement has left, and what else a screen shows beside that. It is computed for today, in the
/// engagement's time zone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BalanceRecord {
    /// The engagement.
    pub engagement_id: EngagementId,
    /// How it is paid.
    pub kind: EngagementKind,
    /// The day that it is computed for.
    #[schema(examples("2026-11-16"))]
    pub on: Date,
    /// What can still be used, today or later, in seconds: of the package and its lots, less what is owed; by the hour
    /// of lots, else under the cap; of a project's budget. Below zero where more was used; null where nothing limits it.
    #[schema(examples(25200))]
    pub left_seconds: Option<i64>,
    /// What was used, in seconds: in the current period, of a project in all.
    #[schema(minimum = 0, examples(54000))]
    pub used_seconds: i64,
    /// Days of work in the current period, in ten-thousandths of a day; null but in daily engagements.
    #[schema(minimum = 0, examples(json!(null)))]
    pub day_ten_thousandths: Option<i64>,
    /// What the work is worth at its rates, in minor units: in the current period, of a project in all; null without
    /// rates.
    #[schema(minimum = 0, examples(json!(null)))]
    pub amount_minor: Option<i64>,
    /// The currency of its amounts.
    pub currency: Currency,
    /// The next time that is lost if nobody works any more; null where none is.
    pub next_expiry: Option<LotExpiry>,
    /// The cap of the period, or the budget of the project; null without one.
    pub cap: Option<CapRecord>,
    /// `project`: the parts of its price; else null.
    #[schema(max_items = 100)]
    pub milestones: Option<Vec<MilestoneStanding>>,
    /// `project`: what those that were accepted come to, in minor units; else null.
    #[schema(minimum = 0, examples(json!(null)))]
    pub accepted_minor: Option<i64>,
    /// What waits for an answer of one side: blocks and extensions that are asked for, and blocks that are
    /// offered, oldest first.
    pub waiting: Vec<WaitingRecord>,
    /// The current period; of an engagement that is over the last; null before it begins.
    pub period: Option<PeriodRecord>,
}

impl BalanceRecord {
    /// `milestones` are those of a project.
    pub fn of(account: &PackageAccount, shown: &Terms, milestones: Option<Vec<MilestoneRow>>) -> Self {
        let is_accepted = |row: &&MilestoneRow| row.status() == MilestoneStatus::Accepted;
        let accepted =
            |rows: &Vec<MilestoneRow>| rows.iter().filter(is_accepted).map(|row| row.terms.amount_minor).sum();
        let current = account.current();
        let is_project = shown.kind == EngagementKind::Project;
        let totals = account.totals(current.filter(|_| !is_project));
        let amount_minor = totals.amounts.first().map(|sum| sum.amount_minor);
        let consumed = current.map_or(0, |period| period.settled.sums.consumed);
        let used_seconds = if is_project { totals.billed_seconds } else { consumed };
        let cap = cap(shown, used_seconds, amount_minor.unwrap_or(0));
        let under_cap = cap.as_ref().and_then(|cap| Some(cap.limit_seconds? - cap.used_seconds?));
        let has_lots = current.is_some_and(|period| !period.settled.lots.is_empty());
        let left = current.filter(|_| shown.kind == EngagementKind::Retainer || has_lots);
        Self {
            engagement_id: account.engagement.id,
            kind: shown.kind,
            on: account.today,
            left_seconds: left.map(|period| period.left_from(account.today)).or(under_cap),
            used_seconds,
            day_ten_thousandths: (shown.kind == EngagementKind::Daily).then_some(totals.day_ten_thousandths),
            amount_minor,
            currency: shown.currency.clone(),
            next_expiry: current.and_then(|period| period.next_expiry(account.today)),
            cap,
            accepted_minor: milestones.as_ref().map(accepted),
            milestones: milestones.map(|rows| rows.into_iter().map(MilestoneStanding::from).collect()),
            waiting: account.waiting(&shown.currency),
            period: current.map(|period| PeriodRecord::of(account, period)),
        }
    }
}

impl From<MilestoneRow> for MilestoneStanding {
    fn from(row: MilestoneRow) -> Self {
        let status = row.status();
        let Milestone { title, amount_minor, due_on } = row.terms;
        Self { number: row.number, title, amount_minor, due_on, status }
    }
}

fn cap(terms: &Terms, used_seconds: i64, used_minor: i64) -> Option<CapRecord> {
    let minutes = terms.cap_minutes.or(terms.budget_minutes);
    let limit_seconds = minutes.map(|minutes| i64::from(minutes) * 60);
    let (used, limit) =
        limit_seconds.map(|limit| (used_seconds, limit)).or(Some(used_minor).zip(terms.cap_minor))?;
    Some(CapRecord {
        limit_seconds,
        limit_minor: terms.cap_minor,
        used_seconds: limit_seconds.map(|_| used_seconds),
        used_minor: terms.cap_minor.map(|_| used_minor),
        percent_used: used * 100 / limit.max(1),
    })
}

impl PackageAccount {
    /// The sums of the entries of a period, or of all.
    pub fn totals(&self, of: Option<&AccountedPeriod>) -> TimeTotals {
        let mut sums = Sums::default();
        let id = Some(self.engagement.id);
        for line in &self.lines {
            let Some(terms) = self.terms_of(line) else { continue };
            let key = RateKey::new(id, line.rate_minor, line.rate_unit, &terms.currency);
            for part in line.parts().iter() {
                if of.is_none_or(|period| period.package.period.contains(line.counts_on(part.date))) {
                    sums.add_part(key.clone(), line, part);
                }
            }
        }
        sums.total()
    }
}

impl AccountedPeriod {
    /// What its lots have left for a day or later, less what is owed.
    pub fn left_from(&self, today: Date) -> i64 {
        let usable = |lot: &&Lot| {
            let until = lot.usable_until(&self.package);
            until.is_none_or(|until| until >= today)
        };
        let left: i64 = self.settled.lots.iter().filter(usable).map(|lot| lot.left_seconds).sum();
        left - self.settled.sums.deficit_out
    }

    /// The next time that is lost: by a line that is still to come, else at the end of a lot that goes on.
    fn next_expiry(&self, today: Date) -> Option<LotExpiry> {
        let SettledPeriod { lines, closing, .. } = &self.settled;
        let lost = |line: &&LedgerLine| matches!(line.kind, LineKind::Expire | LineKind::Drop) && line.on >= today;
        let lines = lines.iter().filter(lost).map(|line| (line.on, -line.seconds));
        // What goes on ends so many periods behind this one.
        let end = |lot: &Lot| match lot.end {
            LotEnd::On(day) => day,
            LotEnd::AfterPeriods(left) => self.package.ends_ahead.get(usize::try_from(left?).ok()?).copied(),
        };
        let ends = closing.lots.iter().filter_map(|lot| Some((end(lot)?, lot.left_seconds)));
        let mut by_day: Vec<(Date, i64)> = lines.collect();
        if by_day.is_empty() {
            by_day = ends.filter(|(on, _)| *on >= today).collect();
        }
        let on = by_day.iter().map(|(on, _)| *on).min()?;
        let seconds = by_day.iter().filter(|(day, _)| *day == on).map(|(_, seconds)| *seconds).sum();
        Some(LotExpiry { on, seconds })
    }
}
