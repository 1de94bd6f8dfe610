//! What is accounted for together, and how: rounding, days, prices.

use super::{
    calendar::Day,
    entry::{Entry, Part},
    model::Model,
    numbers::{half_away, lcm, share},
    terms::{Rounding, Scope},
};
use std::collections::BTreeSet;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Pool {
    /// An entry that is rounded for itself, or not before its period is, or not billed.
    Alone { entry: String },
    /// Equal rounding, over versions, rates and persons.
    Rounded { engagement: usize, rounding: Rounding, day: Day, task: Option<Option<usize>> },
    /// The days of one person and date.
    Days { engagement: usize, member: usize, day: Day },
}

/// A line of a pool: the part of an entry that lies in it.
#[derive(Clone)]
struct Line {
    entry: String,
    part: usize,
    raw: i128,
    rate: i128,
    begin: Option<i64>,
    frozen: bool,
}

impl Model {
    /// The pools that an entry's parts lie in; none while it runs.
    pub fn pools_of(&self, entry: &Entry) -> BTreeSet<Pool> {
        let alone = Pool::Alone { entry: entry.id.clone() };
        if entry.running() {
            return BTreeSet::new();
        }
        if !entry.billable {
            return BTreeSet::from([alone]);
        }
        let (engagement, rounding) = (entry.engagement, self.terms(entry).rounding);
        let mut pools = BTreeSet::new();
        for part in &entry.parts {
            let day = part.day;
            pools.insert(match rounding.scope {
                Scope::Entry | Scope::Period => alone.clone(),
                Scope::Day => Pool::Rounded { engagement, rounding, day, task: None },
                Scope::TaskDay => Pool::Rounded { engagement, rounding, day, task: Some(entry.task) },
            });
            if self.daily(entry) {
                pools.insert(Pool::Days { engagement, member: entry.member, day });
            }
        }
        pools
    }

    pub fn account_pool(&mut self, pool: &Pool) {
        let lines = self.lines(pool);
        match pool {
            Pool::Alone { entry } => self.account_alone(entry),
            Pool::Rounded { rounding, .. } => self.round(rounding, &lines),
            Pool::Days { .. } => self.count_days(&lines),
        }
        let entries: BTreeSet<String> = lines.into_iter().map(|line| line.entry).collect();
        for id in entries {
            self.price(&id);
        }
    }

    /// Its lines, in the order in which ties are decided.
    fn lines(&self, pool: &Pool) -> Vec<Line> {
        let mut lines = Vec::new();
        for entry in self.entries.values().filter(|entry| self.pools_of(entry).contains(pool)) {
            for (i, part) in entry.parts.iter().enumerate() {
                let inside = match pool {
                    Pool::Alone { .. } => true,
                    Pool::Rounded { day, .. } | Pool::Days { day, .. } => part.day == *day,
                };
                if inside {
                    let (entry_id, rate, frozen) = (entry.id.clone(), entry.rate, entry.locked);
                    let begin = entry.parts[0].begin;
                    lines.push(Line { entry: entry_id, part: i, raw: part.raw, rate, begin, frozen });
                }
            }
        }
        lines.sort_by_key(|line| (line.rate, line.begin.is_none(), line.begin, line.entry.clone()));
        lines
    }

    fn part(&mut self, line: &Line) -> &mut Part {
        &mut self.entries.get_mut(&line.entry).expect("a line of an entry").parts[line.part]
    }

    /// Rounds an entry for itself and shares that over its dates.
    fn account_alone(&mut self, id: &str) {
        let Some(entry) = self.entries.get(id).filter(|entry| !entry.locked) else { return };
        let rounding = self.terms(entry).rounding;
        let raw: Vec<i128> = entry.parts.iter().map(|part| part.raw).collect();
        let total: i128 = raw.iter().sum();
        let billed = match (entry.billable, rounding.scope) {
            (false, _) => 0,
            (true, Scope::Entry) => rounding.apply(total),
            (true, _) => total,
        };
        let (billable, given) = (entry.billable, self.given_days(entry));
        let entry = self.entries.get_mut(id).expect("it was there");
        for (i, (part, billed)) in entry.parts.iter_mut().zip(share(billed, &raw)).enumerate() {
            part.billed = billed;
            if !billable {
                part.days = given.as_ref().map(|given| given[i]);
            }
        }
    }

    /// Rounds the sum of all lines and shares it over them; what frozen ones have more or less than their share goes
    /// over the open ones.
    fn round(&mut self, rounding: &Rounding, lines: &[Line]) {
        let raw: Vec<i128> = lines.iter().map(|line| line.raw).collect();
        let shares = share(rounding.apply(raw.iter().sum()), &raw);
        let frozen: Vec<i128> = lines.iter().map(|line| self.part(line).billed).collect();
        for (line, billed) in spread(lines, &shares, &frozen) {
            self.part(line).billed = billed;
        }
    }

    /// Counts the days of one person and date. Given ones stay; each version's rule is applied to the seconds of the
    /// whole date, and counts for its lines' share of them, up to what is left of one day.
    fn count_days(&mut self, lines: &[Line]) {
        let seconds: i128 = lines.iter().map(|line| line.raw).sum();
        let (mut given, mut computed, mut fractions) = (0, Vec::new(), Vec::new());
        for line in lines {
            let entry = &self.entries[&line.entry];
            let rule = self.terms(entry).days.expect("a daily engagement's terms");
            let days = match (self.counted_days(entry), rule.days(seconds)) {
                (Some(days), _) => Some(days[line.part]),
                (None, Some(fraction)) => {
                    computed.push(line.clone());
                    fractions.push(fraction);
                    continue;
                }
                (None, None) => None,
            };
            given += days.unwrap_or(0);
            if !line.frozen {
                self.part(line).days = days;
            }
        }
        // A rule gives a fraction of a day for the date; a line has `raw / seconds` of it. The sum is rounded once.
        let common: i128 = fractions.iter().fold(1, |common, (_, of)| lcm(common, *of));
        let weigh = |(line, (days, of)): (&Line, &(i128, i128))| days * 10_000 * (common / of) * line.raw;
        let weights: Vec<i128> = computed.iter().zip(&fractions).map(weigh).collect();
        let whole = half_away(weights.iter().sum::<i128>(), seconds.max(1) * common);
        let shares = share(whole.min(10_000 - given).max(0), &weights);
        let frozen: Vec<i128> = computed.iter().map(|line| self.part(line).days.unwrap_or(0)).collect();
        for (line, days) in spread(&computed, &shares, &frozen) {
            self.part(line).days = Some(days);
        }
    }

    /// Prices an entry by its own rate, rounded for itself, and shares that over its dates.
    fn price(&mut self, id: &str) {
        let Some(entry) = self.entries.get(id).filter(|entry| !entry.locked) else { return };
        let (daily, rate) = (self.daily(entry), entry.rate);
        let quantities: Option<Vec<i128>> =
            entry.parts.iter().map(|part| if daily { part.days } else { Some(part.billed) }).collect();
        let amounts = match quantities {
            _ if !entry.billable => Some(vec![0; entry.parts.len()]),
            Some(quantities) => {
                let amount = price(quantities.iter().sum(), rate, daily);
                Some(share(amount, &quantities))
            }
            None => None,
        };
        let entry = self.entries.get_mut(id).expect("it was there");
        for (i, part) in entry.parts.iter_mut().enumerate() {
            part.amount = amounts.as_ref().map(|amounts| amounts[i]);
        }
        entry.amount = amounts.map(|amounts| amounts.iter().sum());
    }
}

/// So many seconds at a rate per hour, or so many ten-thousandths at a rate per day, in minor units.
pub fn price(quantity: i128, rate: i128, daily: bool) -> i128 {
    half_away(quantity * rate, if daily { 10_000 } else { 3_600 })
}

/// What the open lines get: their shares, less or more what the frozen ones have beside theirs, in proportion to the
/// open ones' raw seconds and never below 0.
fn spread<'a>(lines: &'a [Line], shares: &[i128], frozen: &[i128]) -> Vec<(&'a Line, i128)> {
    let frozen_ones = lines.iter().zip(shares).zip(frozen).filter(|((line, _), _)| line.frozen);
    let excess: i128 = frozen_ones.map(|((_, share), frozen)| frozen - share).sum();
    let open: Vec<(&Line, i128)> =
        lines.iter().zip(shares.iter().copied()).filter(|(line, _)| !line.frozen).collect();
    let raw: Vec<i128> = open.iter().map(|(line, _)| line.raw).collect();
    let taken = share(excess, &raw);
    open.into_iter().zip(taken).map(|((line, share), taken)| (line, (share - taken).max(0))).collect()
}
