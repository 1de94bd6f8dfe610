//! From worked to billed time and money. What is accounted for together is a pool: billable entries of one engagement
//! with equal rounding on one local date (or of one task on it) are rounded as a whole, whatever their rates and terms;
//! the entries of one person on one local date of a daily engagement share its day. An entry over midnight is in the
//! pools of each of its dates with the part that falls on it. A locked entry keeps what it was given.

use super::{
    BillingLine, DayRule, ONE_DAY, PoolLine, Rounding, RoundingScope, Terms, TimeAllocation, round_seconds, share,
    share_pool,
};
use crate::kernel::{Date, MemberId, TaskId, TermsId, TimeEntryId};
use std::collections::BTreeSet;

/// What is accounted for together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pool {
    /// Rounded as a whole: the time of a date, or of one task (or none) on it.
    Rounded { date: Date, late: Option<Date>, rounding: Rounding, task: Option<Option<TaskId>> },
    /// The day of a person.
    Day { date: Date, late: Option<Date>, member: MemberId },
}

impl Pool {
    /// The local date whose work it holds.
    pub fn date(&self) -> Date {
        match self {
            Self::Rounded { date, .. } | Self::Day { date, .. } => *date,
        }
    }

    /// The day on which its work is booked, where that was noted after its period was closed.
    fn late(&self) -> Option<Date> {
        match self {
            Self::Rounded { late, .. } | Self::Day { late, .. } => *late,
        }
    }

    fn holds(&self, line: &BillingLine, part: &TimeAllocation, terms: &Terms) -> bool {
        line.billable
            && (part.date, line.booked_on) == (self.date(), self.late())
            && match self {
                Self::Rounded { rounding, task, .. } => {
                    terms.rounding == *rounding && task.is_none_or(|task| task == line.task_id)
                }
                Self::Day { member, .. } => line.member_id == *member && DayRule::of(terms).is_some(),
            }
    }
}

/// The pools that an entry is in, under the terms that it is accounted under.
pub fn pools_of(line: &BillingLine, terms: Option<&Terms>) -> BTreeSet<Pool> {
    let mut pools = BTreeSet::new();
    let Some(terms) = terms.filter(|_| line.billable) else { return pools };
    let rounding = terms.rounding;
    for part in line.parts().iter() {
        let (date, late) = (part.date, line.booked_on);
        let task = match rounding.scope {
            RoundingScope::Day => Some(None),
            RoundingScope::TaskDay => Some(Some(line.task_id)),
            RoundingScope::Entry | RoundingScope::Period => None,
        };
        if let Some(task) = task.filter(|_| !rounding.changes_nothing()) {
            pools.insert(Pool::Rounded { date, late, rounding, task });
        }
        if DayRule::of(terms).is_some() {
            pools.insert(Pool::Day { date, late, member: line.member_id });
        }
    }
    pools
}

/// Accounts anew for entries (those in `own` by themselves as well) in the pools that changed. `lines` are all entries
/// of the engagement that reach into the pools' dates; `terms` gives each version.
pub fn account<'t>(
    lines: &mut [BillingLine],
    own: &[TimeEntryId],
    pools: &BTreeSet<Pool>,
    terms: impl Fn(Option<TermsId>) -> Option<&'t Terms>,
) {
    // Of equal remainders the lower rate is served first, then in the order of the work.
    lines.sort_by_key(|line| (line.rate_minor, line.started_at.is_none(), line.started_at, line.id.0));
    let mut parts: Vec<Vec<TimeAllocation>> = lines.iter().map(|line| line.parts().into_owned()).collect();
    for (line, parts) in lines.iter().zip(&mut parts) {
        if own.contains(&line.id) && !line.locked {
            account_alone(line, parts, terms(line.terms_id));
        }
    }
    for pool in pools {
        let members = members(lines, &parts, pool, &terms);
        match pool {
            Pool::Rounded { rounding, .. } => round_pool(lines, &mut parts, &members, rounding),
            Pool::Day { .. } => count_day(lines, &mut parts, &members, &terms),
        }
    }
    for (line, parts) in lines.iter_mut().zip(parts) {
        let touched = own.contains(&line.id) || *line.parts() != *parts;
        if touched && !line.locked {
            line.settle(parts);
        }
    }
}

/// The parts of entries that a pool holds, as (entry, part).
fn members<'t>(
    lines: &[BillingLine],
    parts: &[Vec<TimeAllocation>],
    pool: &Pool,
    terms: impl Fn(Option<TermsId>) -> Option<&'t Terms>,
) -> Vec<(usize, usize)> {
    let mut members = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let Some(terms) = terms(line.terms_id) else { continue };
        let held = parts[i].iter().enumerate().filter(|(_, part)| pool.holds(line, part, terms));
        members.extend(held.map(|(at, _)| (i, at)));
    }
    members
}

/// What an entry is billed as by itself; pools decide the rest.
fn account_alone(line: &BillingLine, parts: &mut [TimeAllocation], terms: Option<&Terms>) {
    let seconds: Vec<i64> = parts.iter().map(|part| part.duration_seconds).collect();
    let rounding = terms.map(|terms| terms.rounding).unwrap_or_default();
    let billed = match rounding.scope {
        _ if !line.billable => vec![0; parts.len()],
        RoundingScope::Entry => share(round_seconds(seconds.iter().sum(), &rounding), &seconds),
        _ => seconds.clone(),
    };
    let days = match terms.and_then(DayRule::of) {
        Some(_) => line.days_given.map(|days| share(days, &seconds)),
        None => None,
    };
    for (i, part) in parts.iter_mut().enumerate() {
        part.billed_seconds = billed[i];
        part.day_ten_thousandths = days.as_ref().map(|days| days[i]);
    }
}

fn round_pool(
    lines: &[BillingLine],
    parts: &mut [Vec<TimeAllocation>],
    members: &[(usize, usize)],
    rounding: &Rounding,
) {
    let line = |&(i, at): &(usize, usize)| {
        let part = &parts[i][at];
        let seconds = part.duration_seconds;
        PoolLine { weight: seconds.into(), seconds, frozen: lines[i].locked.then_some(part.billed_seconds) }
    };
    let pool: Vec<PoolLine> = members.iter().map(line).collect();
    let total = round_seconds(pool.iter().map(|line| line.seconds).sum(), rounding);
    for (&(i, at), billed) in members.iter().zip(share_pool(total, &pool)) {
        parts[i][at].billed_seconds = billed;
    }
}

/// Shares a person's day among the entries of a date: given shares are kept, and the others get what is left of one
/// day. Each version's rule is applied to all seconds of the date and counts for its entries' part of them.
fn count_day<'t>(
    lines: &[BillingLine],
    parts: &mut [Vec<TimeAllocation>],
    members: &[(usize, usize)],
    terms: impl Fn(Option<TermsId>) -> Option<&'t Terms>,
) {
    let of_date: i64 = members.iter().map(|&(i, at)| parts[i][at].duration_seconds).sum();
    let (mut given, mut counted, mut exact) = (0, Vec::new(), Vec::new());
    for &(i, at) in members {
        match terms(lines[i].terms_id).and_then(DayRule::of).filter(|_| lines[i].days_given.is_none()) {
            Some(rule) if rule != DayRule::Given => {
                counted.push((i, at));
                exact.push(rule.exact_days(of_date));
            }
            _ => given += parts[i][at].day_ten_thousandths.unwrap_or(0),
        }
    }
    let common = exact.iter().fold(1, |common, (_, of)| common_multiple(common, i128::from(*of)));
    let line = |(&(i, at), (days, of)): (&(usize, usize), &(i64, i64))| {
        let part = &parts[i][at];
        let seconds = part.duration_seconds;
        let frozen = lines[i].locked.then_some(part.day_ten_thousandths.unwrap_or(0));
        PoolLine { weight: i128::from(*days) * common / i128::from(*of) * i128::from(seconds), seconds, frozen }
    };
    let pool: Vec<PoolLine> = counted.iter().zip(&exact).map(line).collect();
    let (weights, whole) =
        (pool.iter().map(|line| line.weight).sum::<i128>(), i128::from(of_date.max(1)) * common);
    // At most one day: far within the bounds of the type.
    let total = ((weights + whole / 2) / whole) as i64;
    let total = total.min((ONE_DAY - given).max(0));
    for ((i, at), days) in counted.into_iter().zip(share_pool(total, &pool)) {
        parts[i][at].day_ten_thousandths = Some(days);
    }
}

/// A common multiple of denominators: the least, as long as what is multiplied with it stays within bounds. Beyond that,
/// with four lengths of a day on one date, it is exact to a part in 10^15.
fn common_multiple(a: i128, b: i128) -> i128 {
    const MOST: i128 = 1_000_000_000_000_000;
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    Some(a / x * b).filter(|least| *least <= MOST).unwrap_or(MOST)
}

/// What is given of a person's day on a date, in ten-thousandths; what is booked late counts by itself.
pub fn days_given<'t>(
    lines: &[BillingLine],
    member: MemberId,
    (date, late): (Date, Option<Date>),
    terms: impl Fn(Option<TermsId>) -> Option<&'t Terms>,
) -> i64 {
    let parts: Vec<Vec<TimeAllocation>> = lines.iter().map(|line| line.parts().into_owned()).collect();
    members(lines, &parts, &Pool::Day { date, late, member }, &terms)
        .into_iter()
        .filter(|(i, _)| lines[*i].days_given.is_some())
        .map(|(i, at)| parts[i][at].day_ten_thousandths.unwrap_or(0))
        .sum()
}

#[cfg(test)]
mod tests;
