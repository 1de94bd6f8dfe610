//! A package as the cases tell it: monthly periods of 2026, so many hours each.

use super::super::*;
use crate::hours::{BillingPeriod, Calendar, EngagementPause, PeriodShape};

/// An hour in seconds.
pub const H: i64 = 3600;

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[derive(Clone, Debug)]
pub struct Scene {
    pub included: i64,
    pub rules: PackageRules,
    pub grants: Vec<Grant>,
    pub voids: Vec<Void>,
    pub reductions: Vec<(Date, Reduction)>,
    pub work: Vec<Work>,
    pub pauses: Vec<EngagementPause>,
    pub rate: Option<i64>,
}

impl Scene {
    pub fn monthly(hours: i64, rules: PackageRules) -> Self {
        let (grants, voids, reductions, work, pauses) = Default::default();
        Self { included: hours * H, rules, grants, voids, reductions, work, pauses, rate: None }
    }

    fn id(&self) -> Uuid {
        let count = self.grants.len() + self.reductions.len() + self.work.len();
        Uuid::from_u128(1000 + count as u128)
    }

    /// Hours used in the middle of each period.
    pub fn used(self, hours: &[f64]) -> Self {
        let days: Vec<Date> = self.calendar().periods().take(hours.len()).map(|period| period.starts_on).collect();
        hours
            .iter()
            .zip(days)
            .fold(self, |scene, (hours, day)| scene.on(Date(day.0 + chrono::Days::new(13)), *hours))
    }

    pub fn work(self, on: &str, hours: f64) -> Self {
        self.on(day(on), hours)
    }

    fn on(mut self, on: Date, hours: f64) -> Self {
        let seconds = (hours * H as f64) as i64;
        let (entry, overage_rate_minor) = (Some(self.id()), self.rate);
        self.work.push(Work { entry, on, begins_at: None, overage_rate_minor, seconds, reserved: None });
        self
    }

    pub fn reserved_work(self, on: &str, hours: f64) -> Self {
        let mut scene = self.work(on, hours);
        let work = scene.work.last_mut().unwrap();
        work.reserved = Some(vec![Taken { lot: Uuid::from_u128(1), seconds: work.seconds }]);
        scene
    }

    pub fn rate(mut self, rate: i64) -> Self {
        self.rate = Some(rate);
        self
    }

    fn granted(mut self, kind: LotKind, seconds: i64, from: &str, until: Option<&str>) -> Self {
        let (usable_from, usable_until) = (day(from), until.map(day));
        let id = self.id();
        self.grants.push(Grant { id, kind, is_opening: false, usable_from, usable_until, seconds });
        self
    }

    pub fn block(self, hours: i64, from: &str, until: Option<&str>) -> Self {
        self.granted(LotKind::Block, hours * H, from, until)
    }

    pub fn opening(self, hours: i64, until: &str) -> Self {
        let mut scene = self.granted(LotKind::Adjustment, hours * H, "2026-01-01", Some(until));
        scene.grants.last_mut().unwrap().is_opening = true;
        scene
    }

    pub fn adjustment(self, seconds: i64) -> Self {
        self.granted(LotKind::Adjustment, seconds, "2026-01-01", Some("2026-01-31"))
    }

    pub fn reduction(mut self, hours: i64) -> Self {
        self.reductions.push((day("2026-01-01"), Reduction { id: self.id(), seconds: hours * H }));
        self
    }

    /// Voids the last block.
    pub fn void(mut self, given: i64, on: &str) -> Self {
        let lot = self.grants.last().unwrap().id;
        self.voids.push(Void { lot, on: day(on), given_seconds: given * H });
        self
    }

    /// The month of this number lies in a pause.
    pub fn skip(mut self, seq: usize) -> Self {
        let month = self.calendar().periods().nth(seq - 1).unwrap();
        self.pauses.push(EngagementPause { from_on: month.starts_on, until_on: Some(month.ends_on) });
        self
    }

    pub fn calendar(&self) -> Calendar {
        let shape = PeriodShape { period: BillingPeriod::Month, count: 1, anchor_day: 1, anchor_month: 1 };
        let starts_on = day("2026-01-01");
        Calendar { shapes: vec![(starts_on, shape)], starts_on, last_on: None, pauses: self.pauses.clone() }
    }

    pub fn package(&self, period: Period) -> PackagePeriod {
        let calendar = self.calendar();
        let ends_ahead = calendar.periods().skip(period.seq as usize - 1).take(121).map(|p| p.ends_on);
        PackagePeriod {
            period,
            lot: Uuid::from_u128(period.seq as u128),
            included_seconds: self.included,
            rules: self.rules,
            ends_ahead: ends_ahead.collect(),
        }
    }

    /// What happens in a period.
    pub fn happenings(&self, period: &Period) -> Happenings {
        let within = |on: Date| period.contains(on);
        Happenings {
            grants: self.grants.iter().filter(|grant| within(grant.usable_from)).cloned().collect(),
            voids: self.voids.iter().filter(|void| within(self.counts_on(void))).copied().collect(),
            reductions: self.reductions.iter().filter(|(on, _)| within(*on)).map(|(_, r)| *r).collect(),
            work: self.work.iter().filter(|work| within(work.on)).cloned().collect(),
            ..Happenings::default()
        }
    }

    /// A void counts from the first day of its lot on.
    fn counts_on(&self, void: &Void) -> Date {
        let lot = self.grants.iter().find(|grant| grant.id == void.lot);
        lot.map_or(void.on, |lot| lot.usable_from.max(void.on))
    }

    pub fn settle(&self, periods: usize) -> Vec<SettledPeriod> {
        let mut opening = PackageBalance::default();
        let mut settled = Vec::new();
        for period in self.calendar().periods().take(periods) {
            let next = settle(&self.package(period), &opening, &self.happenings(&period));
            opening = next.closing.clone();
            settled.push(next);
        }
        settled
    }
}
