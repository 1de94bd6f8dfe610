//! A line of the account as both sides see it.

use super::LedgerFilter;
use crate::hours::{LedgerLine, LineCause, LineKind};
use crate::kernel::{CauseId, Date, LotId, TimeEntryId, open_choice};
use crate::slices::packages::PackageAccount;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

open_choice! {
    /// What a line of the account is about: a period's grant, time that was carried into it or lost at its end, work that
    /// took time or found none, an adjustment, a deficit that came along.
    pub enum LedgerKind {
        Grant = "grant",
        CarryIn = "carry_in",
        Consume = "consume",
        Expire = "expire",
        Drop = "drop",
        Adjust = "adjust",
        Extend = "extend",
        Block = "block",
        TopUp = "top_up",
        Void = "void",
        Overage = "overage",
        Deficit = "deficit",
    }
}

open_choice! {
    /// What kind of thing caused a line: the terms, a time entry, rounding by period, an adjustment, an extension, or a block.
    pub enum LedgerCauseType {
        Terms = "terms",
        TimeEntry = "time_entry",
        Rounding = "rounding",
        Adjustment = "adjustment",
        Extension = "extension",
        Block = "block",
    }
}

/// What caused a line of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LedgerCause {
    /// What kind of thing it is.
    #[serde(rename = "type")]
    pub kind: LedgerCauseType,
    /// The entry, adjustment, extension or block; null for the terms and for rounding.
    pub id: Option<CauseId>,
    /// What the entry is about, the reason of the adjustment or extension, or what the block is called; null where there is none.
    #[schema(max_length = 20000, examples("Belege sortiert"))]
    pub title: Option<String>,
}

/// A line of the account of a package: what was granted, used, carried or lost, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LedgerLineRecord {
    /// Its number, in the order of the account: the period times a million, and its place in the period from 1. It moves when
    /// something before it in its period is corrected.
    #[schema(minimum = 1_000_001, examples(3_000_012))]
    pub line: i64,
    /// The day that it counts for.
    #[schema(examples("2026-11-02"))]
    pub on: Date,
    /// What it is about.
    pub kind: LedgerKind,
    /// How much, in seconds: what is granted is above zero, what is taken below.
    #[schema(examples(-5400))]
    pub seconds: i64,
    /// The lot that it adds to or takes from; null for overage and deficits.
    pub lot_id: Option<LotId>,
    /// The number of its period.
    #[schema(minimum = 1, examples(3))]
    pub period_seq: i32,
    /// What caused it.
    pub cause: LedgerCause,
    /// What the period has after it, in seconds. Each period begins at 0 with what is carried in; `overage` does not move
    /// it, a deficit does.
    #[schema(examples(25200))]
    pub balance_seconds: i64,
}

/// How many numbers the lines of a period have.
pub const LINES_PER_PERIOD: i64 = 1_000_000;

impl LedgerLineRecord {
    /// The line with its number; whatever caused it has no title yet.
    pub fn new(number: i64, period_seq: i32, line: &LedgerLine) -> Self {
        let (kind, id) = match line.cause {
            LineCause::Terms => (LedgerCauseType::Terms, None),
            LineCause::Rounding => (LedgerCauseType::Rounding, None),
            LineCause::Entry(id) => (LedgerCauseType::TimeEntry, Some(CauseId(id))),
            LineCause::Grant(id) if matches!(line.kind, LineKind::Block | LineKind::TopUp | LineKind::Void) => {
                (LedgerCauseType::Block, Some(CauseId(id)))
            }
            LineCause::Grant(id) if line.kind == LineKind::Extend => {
                (LedgerCauseType::Extension, Some(CauseId(id)))
            }
            LineCause::Grant(id) => (LedgerCauseType::Adjustment, Some(CauseId(id))),
        };
        Self {
            line: number,
            on: line.on,
            kind: line.kind.into(),
            seconds: line.seconds,
            lot_id: line.lot.map(LotId),
            period_seq,
            cause: LedgerCause { kind, id, title: None },
            balance_seconds: line.balance,
        }
    }
}

impl From<LineKind> for LedgerKind {
    fn from(kind: LineKind) -> Self {
        match kind {
            LineKind::Grant => Self::Grant,
            LineKind::CarryIn => Self::CarryIn,
            LineKind::Consume => Self::Consume,
            LineKind::Expire => Self::Expire,
            LineKind::Drop => Self::Drop,
            LineKind::Adjust => Self::Adjust,
            LineKind::Extend => Self::Extend,
            LineKind::Block => Self::Block,
            LineKind::TopUp => Self::TopUp,
            LineKind::Void => Self::Void,
            LineKind::Overage => Self::Overage,
            LineKind::Deficit => Self::Deficit,
        }
    }
}

impl LedgerCause {
    /// The entry, where one caused the line.
    pub fn entry_id(&self) -> Option<TimeEntryId> {
        self.id.filter(|_| self.kind == LedgerCauseType::TimeEntry).map(|id| TimeEntryId(id.0))
    }

    pub fn is(&self, id: Uuid) -> bool {
        self.id == Some(CauseId(id))
    }
}

impl PackageAccount {
    /// The lines of the account up to today, as far as a filter wants them, in order. What is lost at the end of a day
    /// is not lost before it is over.
    pub fn lines_until_today(&self, filter: &LedgerFilter) -> Vec<LedgerLineRecord> {
        let lines = self.periods.iter().flat_map(|period| {
            let seq = period.package.period.seq;
            let first = i64::from(seq) * LINES_PER_PERIOD + 1;
            (first..).zip(&period.settled.lines).map(move |(number, line)| (number, seq, line))
        });
        let is_past = |line: &LedgerLine| match line.kind {
            LineKind::Expire | LineKind::Drop => line.on < self.today,
            _ => line.on <= self.today,
        };
        let lines = lines.filter(|(_, _, line)| is_past(line));
        let lines = lines.map(|(number, seq, line)| LedgerLineRecord::new(number, seq, line));
        lines.filter(|line| filter.wants(line)).collect()
    }
}

impl LedgerFilter {
    fn wants(&self, line: &LedgerLineRecord) -> bool {
        self.period_seq.is_none_or(|seq| seq.0 == i64::from(line.period_seq))
            && self.kind.as_ref().is_none_or(|kinds| kinds.0.contains(&line.kind))
            && self.cause_id.is_none_or(|id| line.cause.id == Some(id))
    }
}
