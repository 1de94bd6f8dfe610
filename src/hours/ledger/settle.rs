//! Settling one period: its days in order, on each what is granted, what is voided, what is owed, the work, and what ends.

use super::{
    Coverage, Grant, Happenings, LedgerLine, LineCause, LineKind, Lot, LotEnd, LotKind, PackageBalance,
    PackagePeriod, PeriodSums, Reduction, SettledPeriod, Taken, Void, Work,
    events::{Event, events},
    lot::Precedence,
};
use crate::hours::{CarryPolicy, DeficitPolicy};
use crate::kernel::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Settles a period from the balance that the one before left. The order in which anything is given does not matter.
pub fn settle(period: &PackagePeriod, opening: &PackageBalance, happenings: &Happenings) -> SettledPeriod {
    let mut account = Account::open(period, opening, happenings);
    for (on, event) in events(period, &account.lots, happenings) {
        match event {
            Event::Grant(grant) => account.grant(grant),
            Event::Void(void) => account.void(void, on),
            Event::Owed => account.pay_debt(),
            Event::Reduction(reduction) => account.reduce(reduction),
            Event::Work(work) => account.work(work),
            Event::End(lot) => account.expire(lot, on, LineKind::Expire, i64::MAX),
        }
    }
    account.close()
}

/// The last day of one of the periods ahead, the current one being 0; beyond the last, that of the last.
pub(super) fn end_ahead(ends_ahead: &[Date], periods: i32) -> Option<Date> {
    let at = usize::try_from(periods).unwrap_or(0);
    ends_ahead.get(at).or(ends_ahead.last()).copied()
}

/// A period being settled.
struct Account<'a> {
    package: &'a PackagePeriod,
    lots: Vec<Lot>,
    index: HashMap<Uuid, usize>,
    /// The lots that give today, in the order of use.
    usable: BTreeSet<(Precedence, usize)>,
    /// What is reserved of lots for work that was approved.
    reserved: BTreeMap<Uuid, i64>,
    /// What is owed from before, and by reductions.
    deficit: i64,
    /// What was left of lots when they ended.
    left: HashMap<Uuid, i64>,
    balance: i64,
    sums: PeriodSums,
    lines: Vec<LedgerLine>,
    coverage: Vec<Coverage>,
    /// What was taken and can come back, in the order in which it was taken: of a lot, or of none.
    taken: Vec<(Option<Uuid>, i64)>,
}

impl<'a> Account<'a> {
    /// The account on the first day: what was carried, what is included.
    fn open(package: &'a PackagePeriod, opening: &PackageBalance, happenings: &Happenings) -> Self {
        let mut reserved = happenings.reserved_later.clone();
        for taken in happenings.work.iter().flat_map(|work| work.reserved.iter().flatten()) {
            *reserved.entry(taken.lot).or_default() += taken.seconds;
        }
        let mut account = Self {
            package,
            lots: Vec::new(),
            index: HashMap::new(),
            usable: BTreeSet::new(),
            reserved,
            deficit: opening.deficit_seconds,
            left: HashMap::new(),
            balance: 0,
            sums: PeriodSums::default(),
            lines: Vec::new(),
            coverage: Vec::new(),
            taken: Vec::new(),
        };
        let first = package.period.starts_on;
        for lot in &opening.lots {
            account.sums.carried_in += lot.left_seconds;
            account.line(first, LineKind::CarryIn, lot.left_seconds, Some(lot.id), LineCause::Terms);
            account.add(lot.clone());
        }
        account.sums.carried_in -= opening.deficit_seconds;
        if package.included_seconds > 0 && !package.period.is_skipped {
            account.sums.included = package.included_seconds;
            account.line(first, LineKind::Grant, package.included_seconds, Some(package.lot), LineCause::Terms);
            let after = package.rules.carry_expires_after;
            account.add(Lot {
                id: package.lot,
                kind: LotKind::Included,
                is_opening: false,
                period_seq: package.period.seq,
                granted_on: first,
                // The period that grants it does not count.
                end: LotEnd::AfterPeriods(after.map(|periods| periods + 1)),
                granted_seconds: package.included_seconds,
                used_seconds: 0,
                left_seconds: package.included_seconds,
            });
        }
        account
    }

    fn line(&mut self, on: Date, kind: LineKind, seconds: i64, lot: Option<Uuid>, cause: LineCause) {
        if kind != LineKind::Overage {
            self.balance += seconds;
        }
        self.lines.push(LedgerLine { on, kind, seconds, lot, cause, balance: self.balance });
    }

    fn add(&mut self, lot: Lot) {
        let precedence = self.precedence(&lot);
        if lot.left_seconds > 0 {
            self.usable.insert((precedence, self.lots.len()));
        }
        self.index.insert(lot.id, self.lots.len());
        self.lots.push(lot);
    }

    fn precedence(&self, lot: &Lot) -> Precedence {
        lot.precedence(self.package)
    }

    fn grant(&mut self, grant: &Grant) {
        let (kind, sum) = match grant.kind {
            LotKind::Included => (LineKind::Grant, &mut self.sums.included),
            LotKind::Adjustment => (LineKind::Adjust, &mut self.sums.adjusted),
            LotKind::Extension => (LineKind::Extend, &mut self.sums.extended),
            LotKind::Block => (LineKind::Block, &mut self.sums.blocks),
            LotKind::TopUp => (LineKind::TopUp, &mut self.sums.blocks),
        };
        *sum += grant.seconds;
        self.line(grant.usable_from, kind, grant.seconds, Some(grant.id), LineCause::Grant(grant.id));
        self.add(Lot {
            id: grant.id,
            kind: grant.kind,
            is_opening: grant.is_opening,
            period_seq: self.package.period.seq,
            granted_on: grant.usable_from,
            end: LotEnd::On(grant.usable_until),
            granted_seconds: grant.seconds,
            used_seconds: 0,
            left_seconds: grant.seconds,
        });
    }

    /// From now on the lot gives no more than the greater of what it had given at the act and what it gave by now.
    fn void(&mut self, void: &Void, on: Date) {
        let Some(at) = self.index.get(&void.lot).copied() else { return };
        let lot = &self.lots[at];
        let more = (void.given_seconds - lot.used_seconds).max(0);
        let dropped = (lot.left_seconds - more).max(0);
        if dropped > 0 {
            self.sums.blocks -= dropped;
            self.shrink(at, dropped);
            self.line(on, LineKind::Void, -dropped, Some(void.lot), LineCause::Grant(void.lot));
        }
    }

    /// The deficit that came along is the first thing that lots give to. A skipped period waits.
    fn pay_debt(&mut self) {
        let owed = self.deficit;
        if owed > 0 {
            self.line(self.package.period.starts_on, LineKind::Deficit, -owed, None, LineCause::Terms);
            self.pay();
        }
    }

    fn reduce(&mut self, reduction: &Reduction) {
        let cause = LineCause::Grant(reduction.id);
        self.sums.adjusted -= reduction.seconds;
        self.deficit += reduction.seconds;
        self.line(self.package.period.starts_on, LineKind::Adjust, -reduction.seconds, None, cause);
        self.pay();
    }

    fn pay(&mut self) {
        if !self.package.period.is_skipped {
            let paid: i64 = self.take(self.deficit).iter().map(|taken| taken.seconds).sum();
            self.deficit -= paid;
        }
    }

    /// Takes time of the usable lots, in the order of use, as far as they have any that is not reserved.
    fn take(&mut self, seconds: i64) -> Vec<Taken> {
        let (mut missing, mut taken, mut emptied) = (seconds, Vec::new(), Vec::new());
        for place in &self.usable {
            if missing <= 0 {
                break;
            }
            let lot = &mut self.lots[place.1];
            let free = lot.left_seconds - self.reserved.get(&lot.id).copied().unwrap_or(0);
            let part = free.min(missing);
            if part > 0 {
                (lot.left_seconds, lot.used_seconds) = (lot.left_seconds - part, lot.used_seconds + part);
                missing -= part;
                taken.push(Taken { lot: lot.id, seconds: part });
            }
            if lot.left_seconds == 0 {
                emptied.push(*place);
            }
        }
        emptied.iter().for_each(|place| {
            self.usable.remove(place);
        });
        taken
    }

    fn work(&mut self, work: &Work) {
        let taken = match &work.reserved {
            _ if work.seconds < 0 => self.give_back(-work.seconds),
            Some(reserved) => self.take_reserved(reserved),
            None => self.take(work.seconds),
        };
        let covered: i64 = taken.iter().map(|taken| taken.seconds).sum();
        let overage = work.seconds - covered;
        self.sums.consumed += work.seconds;
        self.sums.covered += covered;
        let cause = work.entry.map_or(LineCause::Rounding, LineCause::Entry);
        for taken in &taken {
            self.line(work.on, LineKind::Consume, -taken.seconds, Some(taken.lot), cause);
        }
        // What comes back to a lot that has ended is lost with it.
        for back in taken.iter().filter(|taken| taken.seconds < 0) {
            if let Some(left) = self.left.get_mut(&back.lot) {
                *left -= back.seconds;
                self.expire(back.lot, work.on, LineKind::Expire, -back.seconds);
            }
        }
        self.taken.extend(taken.iter().map(|taken| (Some(taken.lot), taken.seconds)));
        self.taken.push((None, overage));
        if overage != 0 {
            *self.sums.overage_by_rate.entry(work.overage_rate_minor).or_default() += overage;
            self.line(work.on, LineKind::Overage, -overage, None, cause);
        }
        self.coverage.push(Coverage {
            entry: work.entry,
            on: work.on,
            overage_rate_minor: work.overage_rate_minor,
            taken,
            overage_seconds: overage,
        });
    }

    /// What approved work took, it took for good.
    fn take_reserved(&mut self, reserved: &[Taken]) -> Vec<Taken> {
        let mut taken = Vec::new();
        for fact in reserved {
            if let Some(held) = self.reserved.get_mut(&fact.lot) {
                *held -= fact.seconds;
            }
            let Some(at) = self.index.get(&fact.lot).copied() else { continue };
            let seconds = fact.seconds.min(self.lots[at].left_seconds);
            if seconds > 0 {
                self.shrink(at, seconds);
                self.lots[at].used_seconds += seconds;
                taken.push(Taken { lot: fact.lot, seconds });
            }
        }
        taken
    }

    /// Rounding takes work away: what was taken last comes back first, that of lots that have ended since only then.
    fn give_back(&mut self, seconds: i64) -> Vec<Taken> {
        let (mut missing, mut given) = (seconds, Vec::new());
        for of_ended in [false, true] {
            for (lot, taken) in self.taken.iter_mut().rev() {
                let part = (*taken).min(missing);
                if part <= 0 || lot.is_some_and(|lot| self.left.contains_key(&lot)) != of_ended {
                    continue;
                }
                (*taken, missing) = (*taken - part, missing - part);
                given.extend(lot.map(|lot| Taken { lot, seconds: -part }));
            }
        }
        for back in &given {
            let at = self.index[&back.lot];
            let lot = &mut self.lots[at];
            (lot.left_seconds, lot.used_seconds) =
                (lot.left_seconds - back.seconds, lot.used_seconds + back.seconds);
            let precedence = self.precedence(&self.lots[at]);
            self.usable.insert((precedence, at));
        }
        given
    }

    /// Takes time from a lot without anybody having worked it.
    fn shrink(&mut self, at: usize, seconds: i64) {
        self.lots[at].left_seconds -= seconds;
        if self.lots[at].left_seconds == 0 {
            let precedence = self.precedence(&self.lots[at]);
            self.usable.remove(&(precedence, at));
        }
    }

    /// At most so much of what is left of a lot is lost.
    fn expire(&mut self, lot: Uuid, on: Date, kind: LineKind, at_most: i64) {
        let Some(at) = self.index.get(&lot).copied() else { return };
        let left = self.lots[at].left_seconds;
        self.left.entry(lot).or_insert(left);
        let lost = left.min(at_most);
        if lost > 0 {
            self.sums.expired += lost;
            self.shrink(at, lost);
            self.line(on, kind, -lost, Some(lot), LineCause::Terms);
        }
    }

    /// The last day is over: what is not carried expires, and the rest goes on.
    fn close(mut self) -> SettledPeriod {
        let ends: Vec<LotEnd> = self.lots.iter().map(|lot| lot.end).collect();
        if !self.package.period.is_skipped {
            self.carry();
        }
        let owes = self.package.rules.deficit == DeficitPolicy::Carry;
        let deficit_seconds = self.deficit + if owes { self.sums.overage() } else { 0 };
        let rest: Vec<Lot> = self.lots.iter().filter(|lot| lot.left_seconds > 0).cloned().collect();
        self.sums.carried_out = rest.iter().map(|lot| lot.left_seconds).sum();
        self.sums.deficit_out = deficit_seconds;
        // The lots are told as they stood in the period.
        for (lot, end) in self.lots.iter_mut().zip(ends) {
            lot.end = end;
            lot.left_seconds = self.left.get(&lot.id).copied().unwrap_or(lot.left_seconds);
        }
        SettledPeriod {
            sums: self.sums,
            lines: self.lines,
            coverage: self.coverage,
            lots: self.lots,
            closing: PackageBalance { lots: rest, deficit_seconds },
        }
    }

    fn carry(&mut self) {
        let (rules, last) = (self.package.rules, self.package.period.ends_on);
        let mut included: Vec<(Option<i32>, Date, Uuid)> = Vec::new();
        for lot in &mut self.lots {
            if let LotEnd::AfterPeriods(left) = &mut lot.end {
                *left = left.map(|left| left - 1);
                included.push((*left, lot.granted_on, lot.id));
            }
        }
        // Soonest to expire first; what never does is last.
        included.sort_by_key(|(left, granted, id)| (left.unwrap_or(i32::MAX), *granted, *id));
        for (left, _, lot) in &included {
            if rules.carry == CarryPolicy::None || left.is_some_and(|left| left <= 0) {
                self.expire(*lot, last, LineKind::Expire, i64::MAX);
            }
        }
        if rules.carry == CarryPolicy::Capped {
            let left = |account: &Self, lot: &Uuid| account.lots[account.index[lot]].left_seconds;
            let sum: i64 = included.iter().map(|(_, _, lot)| left(self, lot)).sum();
            let mut above = (sum - rules.carry_cap_seconds).max(0);
            for (_, _, lot) in &included {
                let lost = left(self, lot).min(above);
                if lost > 0 {
                    above -= lost;
                    self.expire(*lot, last, LineKind::Drop, lost);
                }
            }
        }
    }
}
