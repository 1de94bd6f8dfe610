//! The periods of an engagement: where each begins and ends, and which are skipped. The calendar alone decides; what a
//! period includes, its terms say.

use super::{EngagementPause, PeriodShape, period_of};
use crate::kernel::Date;

/// A billing period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its number in the engagement, from 1.
    pub seq: i32,
    pub starts_on: Date,
    /// Its last day.
    pub ends_on: Date,
    /// How many days it would have, were it not cut by the begin or end of the engagement or by other terms.
    pub full_days: i64,
    /// Whether it lies wholly in a pause.
    pub is_skipped: bool,
}

/// What the calendar of an engagement follows from.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The shapes of its accepted terms, each from its day on, in order; the first holds from the begin.
    pub shapes: Vec<(Date, PeriodShape)>,
    pub starts_on: Date,
    /// The last day of the engagement, where it has one.
    pub last_on: Option<Date>,
    /// In order, without overlap.
    pub pauses: Vec<EngagementPause>,
}

impl Period {
    /// How many days it has.
    pub fn days(&self) -> i64 {
        days(self.starts_on, self.ends_on)
    }

    pub fn contains(&self, date: Date) -> bool {
        self.starts_on <= date && date <= self.ends_on
    }
}

/// The days from one date to another, both among them.
fn days(from: Date, until: Date) -> i64 {
    (until.0 - from.0).num_days() + 1
}

impl Calendar {
    /// Its periods in order, without end where the engagement has none.
    pub fn periods(&self) -> impl Iterator<Item = Period> {
        let stretches = self.stretches().into_iter().flat_map(|(from, until, shape)| {
            let begin = self.starts_on;
            std::iter::successors(cut(shape, begin, from, until), move |(_, ends_on, _)| {
                let starts_on = Date(ends_on.0.succ_opt()?);
                cut(shape, begin, starts_on, until).filter(|_| until.is_none_or(|until| starts_on <= until))
            })
        });
        stretches.zip(1..).map(|((starts_on, ends_on, full_days), seq)| {
            let is_skipped = self.is_paused(starts_on, ends_on);
            Period { seq, starts_on, ends_on, full_days, is_skipped }
        })
    }

    /// The stretches of one shape, each with its last day. Terms of the same shape go on counting; those of another
    /// begin a period of their own.
    fn stretches(&self) -> Vec<(Date, Option<Date>, PeriodShape)> {
        let mut begins: Vec<(Date, PeriodShape)> = Vec::new();
        for (from, shape) in &self.shapes {
            let from = if begins.is_empty() { self.starts_on } else { (*from).max(self.starts_on) };
            begins.pop_if(|(begin, _)| *begin == from);
            if begins.last().is_none_or(|(_, last)| last != shape) {
                begins.push((from, *shape));
            }
        }
        begins.retain(|(from, _)| self.last_on.is_none_or(|last| *from <= last));
        let ends = begins.iter().skip(1).map(|(next, _)| next.0.pred_opt().map(Date)).chain([self.last_on]);
        begins.iter().zip(ends).map(|((from, shape), until)| (*from, until, *shape)).collect()
    }

    /// Whether no day of a stretch is outside of pauses.
    fn is_paused(&self, from: Date, until: Date) -> bool {
        let within = self.pauses.iter().map(|pause| {
            let (first, last) = (pause.from_on.max(from), pause.until_on.map_or(until, |last| last.min(until)));
            days(first, last).max(0)
        });
        within.sum::<i64>() >= days(from, until)
    }
}

/// The period that begins on a date, up to a last day: its days, and how many it would have.
fn cut(shape: PeriodShape, begin: Date, starts_on: Date, until: Option<Date>) -> Option<(Date, Date, i64)> {
    if starts_on > Date::END {
        return None;
    }
    let (first, next) = period_of(shape, begin, starts_on);
    let last = Date(next.0.pred_opt()?).min(Date::END);
    Some((starts_on, until.map_or(last, |until| until.min(last)), (next.0 - first.0).num_days()))
}

#[cfg(test)]
mod tests;
