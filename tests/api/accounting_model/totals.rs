//! Sums over a filter: exact per engagement, rate and unit, rounded once each; the rounding line of whole periods.

use super::{
    calendar::Day,
    entry::Entry,
    model::Model,
    numbers::share,
    pools::price,
    terms::{Rounding, Scope},
};
use std::collections::BTreeMap;

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Filter {
    pub engagement: Option<usize>,
    pub member: Option<usize>,
    pub task: Option<usize>,
    pub from: Option<Day>,
    /// Exclusive.
    pub until: Option<Day>,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Totals {
    pub entries: i128,
    pub duration_seconds: i128,
    pub billable_seconds: i128,
    /// With `rounding_seconds`.
    pub billed_seconds: i128,
    pub rounding_seconds: i128,
    pub amount_minor: i128,
}

impl Filter {
    fn holds_day(&self, day: Day) -> bool {
        self.from.is_none_or(|from| day >= from) && self.until.is_none_or(|until| day < until)
    }

    fn holds_entry(&self, entry: &Entry) -> bool {
        let dates =
            if entry.running() { vec![entry.day()] } else { entry.parts.iter().map(|part| part.day).collect() };
        self.engagement.is_none_or(|engagement| engagement == entry.engagement)
            && self.member.is_none_or(|member| member == entry.member)
            && self.task.is_none_or(|task| Some(task) == entry.task)
            && dates.into_iter().any(|day| self.holds_day(day))
    }

    /// Whether whole periods lie in it: what holds some persons or tasks alone holds none.
    fn holds_periods(&self) -> bool {
        self.member.is_none() && self.task.is_none()
    }
}

impl Model {
    /// The entries that touch a filter's range.
    pub fn found(&self, filter: &Filter) -> Vec<&Entry> {
        self.entries.values().filter(|entry| filter.holds_entry(entry)).collect()
    }

    /// The sums of what lies inside.
    pub fn totals(&self, filter: &Filter) -> Totals {
        let mut totals = Totals::default();
        // Billed seconds, or ten-thousandths of days, by engagement and rate.
        let mut groups: BTreeMap<(usize, i128), i128> = BTreeMap::new();
        for entry in self.found(filter) {
            totals.entries += 1;
            for part in entry.parts.iter().filter(|part| filter.holds_day(part.day)) {
                totals.duration_seconds += part.raw;
                totals.billed_seconds += part.billed;
                if entry.billable {
                    totals.billable_seconds += part.raw;
                    let quantity = if self.daily(entry) { part.days.unwrap_or(0) } else { part.billed };
                    *groups.entry((entry.engagement, entry.rate)).or_default() += quantity;
                }
            }
        }
        for ((engagement, rate), seconds) in self.rounding_lines(filter) {
            totals.rounding_seconds += seconds;
            totals.billed_seconds += seconds;
            if !self.engagements[engagement].daily {
                *groups.entry((engagement, rate)).or_default() += seconds;
            }
        }
        let amount = |((engagement, rate), quantity): ((usize, i128), i128)| {
            price(quantity, rate, self.engagements[engagement].daily)
        };
        totals.amount_minor = groups.into_iter().map(amount).sum();
        totals
    }

    /// What these entries cost together: exact per engagement and rate, rounded once each, without rounding lines.
    pub fn sum(&self, entries: &[&Entry]) -> i128 {
        let mut groups: BTreeMap<(usize, i128), i128> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.billable) {
            let quantity = if self.daily(entry) { entry.days().unwrap_or(0) } else { entry.billed() };
            *groups.entry((entry.engagement, entry.rate)).or_default() += quantity;
        }
        groups.into_iter().map(|((of, rate), quantity)| price(quantity, rate, self.engagements[of].daily)).sum()
    }

    /// What rounding by period adds or takes, by engagement and rate: for each rounding and whole period the difference
    /// of the sum, shared over the rates in proportion to their seconds.
    fn rounding_lines(&self, filter: &Filter) -> Vec<((usize, i128), i128)> {
        let mut periods: BTreeMap<(usize, Rounding, Day), BTreeMap<i128, i128>> = BTreeMap::new();
        let of_engagement = |entry: &&Entry| filter.engagement.is_none_or(|one| one == entry.engagement);
        for entry in self.entries.values().filter(of_engagement).filter(|entry| entry.billable) {
            let rounding = self.terms(entry).rounding;
            for part in entry.parts.iter().filter(|_| rounding.scope == Scope::Period && filter.holds_periods()) {
                let (first, after) = self.engagements[entry.engagement].period.around(part.day);
                if filter.holds_day(first) && filter.holds_day(Day(after.0 - 1)) {
                    let rates = periods.entry((entry.engagement, rounding, first)).or_default();
                    *rates.entry(entry.rate).or_default() += part.raw;
                }
            }
        }
        let mut lines = Vec::new();
        for ((engagement, rounding, _), rates) in periods {
            let raw: Vec<i128> = rates.values().copied().collect();
            let sum = raw.iter().sum();
            let shares = share(rounding.apply(sum) - sum, &raw);
            lines.extend(rates.into_keys().zip(shares).map(|(rate, seconds)| ((engagement, rate), seconds)));
        }
        lines
    }
}
