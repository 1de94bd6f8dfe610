//! The account of an engagement: what follows from its terms, its pauses, its grants and the work that is noted. It is
//! computed when it is asked for and stored nowhere, so that it is never behind.

use super::{
    model::{AdjustmentRow, BlockRow, ExtensionRow},
    settlement::Checkpoint,
    store,
};
use crate::db::Conn;
use crate::hours::{
    BillingLine, Calendar, EngagementKind, Grant, Happenings, LotKind, PackageBalance, PackagePeriod, Period,
    Reduction, SettledPeriod, Terms, TermsHistory, Void, Work, period_of, settle, work_of,
};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{Date, TermsId, Timestamp, derived_id};
use crate::platform::auth::Scope;
use crate::slices::engagements::model::{EngagementRow, TermsRow};
use crate::slices::engagements::store::terms;
use crate::slices::time_entries::store::{self as time_entries, Detail};
use std::collections::HashMap;
use uuid::Uuid;

/// The most periods that one request settles, 19 years of weeks: without end, it could take all memory.
const MOST_PERIODS: usize = 1000;

/// From where on an account is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    Begin,
    /// The period that holds a day.
    Day(Date),
    /// The period that holds today, and where there is none the last.
    Today,
    /// The period with this number, and no later ones.
    Seq(i32),
    /// The periods that hold these days, and no later ones.
    Days(Date, Date),
    /// The same, and only where something can follow from them: its lots, or a cap.
    Between(Date, Date),
}

/// Everything that the account of an engagement follows from, and its periods as they were settled.
pub struct PackageAccount {
    pub engagement: EngagementRow,
    /// The day on which it is read, in the engagement's zone.
    pub today: Date,
    /// None before the engagement was accepted.
    pub history: Option<TermsHistory>,
    pub adjustments: Vec<AdjustmentRow>,
    /// Oldest first.
    pub blocks: Vec<BlockRow>,
    pub extensions: Vec<ExtensionRow>,
    /// The entries that are done, as far as they reach into its periods.
    pub lines: Vec<BillingLine>,
    /// The versions of the terms that entries are accounted under.
    pub versions: HashMap<TermsId, Terms>,
    /// From the one that was asked for to the current one, and the next.
    pub periods: Vec<AccountedPeriod>,
    /// How many periods lie before these.
    earlier: usize,
    /// Whether periods behind these were left out, though they have begun.
    pub is_cut: bool,
    /// Whether any alert was told.
    pub has_alerts: bool,
    /// The checkpoints of these periods, where it is read between two days to be settled.
    pub kept: Vec<Checkpoint>,
}

/// A period with what it was settled from.
pub struct AccountedPeriod {
    pub package: PackagePeriod,
    pub settled: SettledPeriod,
}

impl PackageAccount {
    /// The account as it stands at an instant.
    pub async fn read(conn: &mut Conn, scope: Scope, engagement: EngagementRow, at: Timestamp) -> Result<Self> {
        Self::read_since(conn, scope, engagement, at, Since::Begin).await
    }

    /// The account as it stands at an instant, from a period on: what lies before is not read but for the balance that it
    /// left.
    pub async fn read_since(
        conn: &mut Conn,
        scope: Scope,
        engagement: EngagementRow,
        at: Timestamp,
        since: Since,
    ) -> Result<Self> {
        let mut account = Self::outline(conn, scope, engagement, at).await?;
        account.fill(conn, scope, since).await?;
        Ok(account)
    }

    /// What the account follows from but for the work: its calendar is known, no period is settled yet.
    pub async fn outline(conn: &mut Conn, scope: Scope, engagement: EngagementRow, at: Timestamp) -> Result<Self> {
        let rows = terms::of(conn, scope, engagement.id).await?;
        let has = store::granted(conn, scope, engagement.id).await?;
        let (mut adjustments, mut blocks, mut extensions) = (Vec::new(), Vec::new(), Vec::new());
        if has.adjustments {
            adjustments = store::of_engagement(conn, scope, engagement.id).await?;
        }
        if has.blocks {
            blocks = store::blocks_of(conn, scope, engagement.id).await?;
        }
        if has.extensions {
            extensions = store::extensions_of(conn, scope, engagement.id).await?;
        }
        let history = TermsRow::history(&rows);
        let versions = rows.into_iter().filter_map(|row| Some((row.id, row.terms?.0))).collect();
        let today = engagement.day_of(at);
        Ok(Self {
            engagement,
            today,
            history,
            adjustments,
            blocks,
            extensions,
            lines: Vec::new(),
            versions,
            periods: Vec::new(),
            earlier: 0,
            is_cut: false,
            has_alerts: has.alerts,
            kept: Vec::new(),
        })
    }

    /// Settles the periods that are asked for.
    pub async fn fill(&mut self, conn: &mut Conn, scope: Scope, since: Since) -> Result<()> {
        (self.periods, self.is_cut) = (Vec::new(), false);
        let mut periods = self.calendar_periods();
        let (from, opening) = self.opening(conn, scope, &periods, since).await?;
        let has_caps = self.history.as_ref().is_some_and(TermsHistory::has_caps);
        if matches!(since, Since::Between(..)) && !self.has_lots() && !has_caps {
            return Ok(());
        }
        let end = match since {
            Since::Days(_, last) | Since::Between(_, last) => {
                periods.iter().rposition(|period| period.starts_on <= last).map_or(1, |at| at + 1)
            }
            Since::Seq(seq) => periods.iter().position(|period| period.seq == seq).map_or(0, |at| at + 1),
            Since::Begin | Since::Day(_) | Since::Today => 0,
        };
        if end > 0 {
            self.is_cut = periods.get(end).is_some_and(|next| next.starts_on <= self.today);
            if self.is_cut {
                periods.truncate(end);
            }
        }
        // What lies before the first period counts there.
        let first = periods.get(from).filter(|_| from > 0).map_or(Date::FIRST, |period| period.starts_on);
        let last = periods.last().filter(|_| self.is_cut).map_or(Date::LAST, |period| period.ends_on);
        let sums = matches!(since, Since::Between(..))
            && self.history.as_ref().is_some_and(TermsHistory::counts_days_as_a_whole);
        let dates = (from > 0 || self.is_cut || sums).then_some((first, last));
        let detail = if sums { Detail::Days } else { Detail::Entries };
        self.lines = time_entries::of_engagement(conn, scope, self.engagement.id, dates, detail).await?;
        self.earlier = from;
        self.settle(&periods, opening)
    }

    /// The account as it would be had its terms been others from the begin. Entries keep the terms that they are accounted
    /// under. All of it must have been read.
    pub fn under(&self, change: impl Fn(&Terms) -> Terms) -> Result<Self> {
        let mut account = Self {
            engagement: self.engagement.clone(),
            today: self.today,
            history: self.history.as_ref().map(|history| history.map(change)),
            adjustments: self.adjustments.clone(),
            blocks: self.blocks.clone(),
            extensions: self.extensions.clone(),
            lines: self.lines.clone(),
            versions: self.versions.clone(),
            periods: Vec::new(),
            earlier: 0,
            is_cut: false,
            has_alerts: self.has_alerts,
            kept: Vec::new(),
        };
        let periods = account.calendar_periods();
        account.settle(&periods, PackageBalance::default())?;
        Ok(account)
    }

    /// Where settling begins to know the periods that are asked for, and with what: behind the last checkpoint before
    /// them.
    async fn opening(
        &mut self,
        conn: &mut Conn,
        scope: Scope,
        periods: &[Period],
        since: Since,
    ) -> Result<(usize, PackageBalance)> {
        let holding = |date| periods.iter().rposition(|period| period.starts_on <= date).unwrap_or(0);
        let wanted = match since {
            Since::Begin => 0,
            Since::Day(date) | Since::Days(date, _) | Since::Between(date, _) => holding(date),
            Since::Today => holding(self.today),
            Since::Seq(seq) => periods.iter().position(|period| period.seq == seq).unwrap_or(periods.len()),
        };
        if !self.has_lots() {
            return Ok((wanted, PackageBalance::default()));
        }
        let before = periods.get(wanted).map_or(i64::MAX, |period| period.seq.into());
        let checkpoint = match since {
            Since::Between(..) => {
                let before = if wanted == 0 { 0 } else { before };
                let mut kept = store::checkpoints_around(conn, scope, self.engagement.id, before).await?;
                let has_opening = kept.first().is_some_and(|first| first.seq < before);
                let opening = has_opening.then(|| kept.remove(0));
                self.kept = kept;
                opening
            }
            _ if wanted == 0 => None,
            _ => store::last_checkpoint(conn, scope, self.engagement.id, before).await?,
        };
        Ok(checkpoint.map_or_else(Default::default, |row| (usize::try_from(row.seq).unwrap_or(0), row.balance.0)))
    }

    /// Whether its periods can leave anything to each other.
    pub fn has_lots(&self) -> bool {
        let is_package = self.engagement.kind == EngagementKind::Retainer;
        is_package || !self.adjustments.is_empty() || self.blocks.iter().any(BlockRow::is_granted)
    }

    /// Whether no period follows this one, as its end is agreed or set.
    pub fn is_last(&self, period: &Period) -> bool {
        self.last_on().is_some_and(|last| last <= period.ends_on)
    }

    /// The first day on which a period is to be closed by itself, as the terms at its end say.
    pub fn closes_on(&self, seq: i64) -> Option<Date> {
        let period = self.calendar_periods().into_iter().find(|period| i64::from(period.seq) == seq)?;
        let days = self.history.as_ref()?.on(period.ends_on).close_after_days?;
        Some(period.ends_on.days_later(u64::try_from(days).unwrap_or(0) + 1))
    }

    /// The last day of the engagement, as it is agreed or set.
    fn last_on(&self) -> Option<Date> {
        self.engagement.life.ended_on.into_iter().chain(self.engagement.fields.ends_on).min()
    }

    /// The calendar of its periods.
    fn calendar(&self, history: &TermsHistory) -> Calendar {
        Calendar {
            shapes: history.shapes(),
            starts_on: self.engagement.fields.starts_on,
            last_on: self.last_on(),
            pauses: self.engagement.life.pauses.0.to_vec(),
        }
    }

    /// Its periods from the first to the current one, and the next.
    pub fn calendar_periods(&self) -> Vec<Period> {
        let Some(history) = &self.history else { return Default::default() };
        let calendar = self.calendar(history);
        let mut ahead = calendar.periods();
        let mut periods: Vec<Period> = Vec::new();
        // The last that is shown is the one behind today's.
        while periods.last().is_none_or(|last| last.starts_on <= self.today)
            && let Some(next) = ahead.next()
        {
            periods.push(next);
        }
        periods
    }

    /// The last days of a period and of those behind it, as far as carried time can last: as if they went on being counted
    /// as it is. So neither later terms nor an end that is agreed later change what was accounted for.
    fn ends_ahead(&self, history: &TermsHistory, period: &Period) -> Vec<Date> {
        let (shape, begin) = (history.on(period.starts_on).period_shape(), self.engagement.fields.starts_on);
        let last = |after: &Date| after.0.succ_opt().map(|next| period_of(shape, begin, Date(next)).1);
        let ends = std::iter::successors(Some(period.ends_on), move |end| {
            last(end)?.0.pred_opt().map(Date).filter(|end| *end <= Date::END)
        });
        ends.take(history.longest_carry() + 2).collect()
    }

    fn settle(&mut self, periods: &[Period], mut opening: PackageBalance) -> Result<()> {
        let Some(history) = &self.history else { return Ok(()) };
        if periods.len() - self.earlier.min(periods.len()) > MOST_PERIODS {
            return Err(Error::new(Code::TooManyPeriods).with("most", MOST_PERIODS));
        }
        let mut work = self.work(history, periods);
        for (i, period) in periods.iter().enumerate().skip(self.earlier) {
            let ahead = self.ends_ahead(history, period);
            let package = history.package(*period, included_lot(self.engagement.id.0, period.seq), ahead);
            // What lies before the first period counts there.
            let from = if i == 0 { Date::FIRST } else { period.starts_on };
            let happenings = Happenings { work: std::mem::take(&mut work[i]), ..self.granted(period, from) };
            let settled = settle(&package, &opening, &happenings);
            opening = settled.closing.clone();
            self.periods.push(AccountedPeriod { package, settled });
        }
        Ok(())
    }

    /// The work of each period. What lies before the first or behind the last counts there.
    fn work(&self, history: &TermsHistory, periods: &[Period]) -> Vec<Vec<Work>> {
        let mut by_period: Vec<Vec<Work>> = periods.iter().map(|_| Vec::new()).collect();
        let zone = self.engagement.tz();
        let under = |line: &BillingLine| {
            line.terms_id.and_then(|id| self.versions.get(&id)).unwrap_or_else(|| history.on(line.work_date))
        };
        let lines: Vec<(&BillingLine, &Terms)> = self.lines.iter().map(|line| (line, under(line))).collect();
        for work in lines.iter().flat_map(|(line, terms)| work_of(line, terms, |date| date.starts_at(zone))) {
            let place = periods.iter().rposition(|period| period.starts_on <= work.on).unwrap_or(0);
            if self.is_cut && periods.last().is_some_and(|last| work.on > last.ends_on) {
                continue;
            }
            if let Some(of_period) = by_period.get_mut(place) {
                of_period.push(work);
            }
        }
        for (period, of_period) in periods.iter().zip(&mut by_period).skip(self.earlier) {
            of_period.extend(history.period_rounding(period, &lines));
        }
        by_period
    }

    /// What is granted and taken in a period, which counts all from a day on, beside its work.
    fn granted(&self, period: &Period, from: Date) -> Happenings {
        let mut happenings = Happenings::default();
        for row in self.adjustments.iter().filter(|row| row.is_of(period.seq)) {
            let seconds = row.seconds();
            if seconds < 0 {
                happenings.reductions.push(Reduction { id: row.id.0, seconds: -seconds });
                continue;
            }
            happenings.grants.push(Grant {
                id: row.id.0,
                kind: LotKind::Adjustment,
                is_opening: row.is_opening(),
                usable_from: period.starts_on,
                usable_until: Some(row.fields.valid_until.unwrap_or(period.ends_on)),
                seconds,
            });
        }
        let granted = self.extensions.iter().filter(|row| row.is_granted_in(period.seq));
        happenings.grants.extend(granted.map(|row| Grant {
            id: row.id.0,
            kind: LotKind::Extension,
            is_opening: false,
            usable_from: period.starts_on,
            usable_until: Some(period.ends_on),
            seconds: row.fields.new.minutes * 60,
        }));
        let within = |on: Date| from <= on && on <= period.ends_on;
        for block in self.blocks.iter().filter(|block| block.is_granted()) {
            let state = &block.fields.state;
            let Some(starts_on) = state.starts_on else { continue };
            if within(starts_on) {
                happenings.grants.push(Grant {
                    id: block.id.0,
                    kind: if block.fields.is_top_up { LotKind::TopUp } else { LotKind::Block },
                    is_opening: false,
                    usable_from: starts_on,
                    usable_until: state.ends_on,
                    seconds: block.fields.new.seconds(),
                });
            }
            if let (Some(on), Some(given_seconds)) = (state.void_on, state.void_given_seconds)
                && within(on.max(starts_on))
            {
                happenings.voids.push(Void { lot: block.id.0, on, given_seconds });
            }
        }
        happenings
    }

    /// The period that holds today; of an engagement that has ended the last, of one that has not begun none.
    pub fn current(&self) -> Option<&AccountedPeriod> {
        self.periods.iter().rev().find(|period| period.package.period.starts_on <= self.today)
    }

    /// The period with this number.
    pub fn period(&self, seq: i32) -> Option<&AccountedPeriod> {
        self.periods.iter().find(|period| period.package.period.seq == seq)
    }

    /// How many periods there are, with those that were not read.
    pub fn last_seq(&self) -> usize {
        self.earlier + self.periods.len()
    }
}

/// The id of the lot of what a period includes: no row has it, so it follows from the engagement and the number of the
/// period.
fn included_lot(engagement: Uuid, seq: i32) -> Uuid {
    derived_id(&[engagement.as_bytes(), &seq.to_be_bytes()])
}
