//! What the terms of an engagement say of its periods: what each includes and costs, and by which rules it is settled.

use super::{
    BillingLine, CountedWork, DeficitPolicy, EngagementKind, PackagePeriod, PackageRules, Period, PeriodShape,
    Proration, RateUnit, Terms, Work, period_rounding, portion,
};
use crate::kernel::{Currency, Date, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The terms of an engagement through time: each version from its day on, in order; the first holds from the begin.
#[derive(Clone, Debug)]
pub struct TermsHistory(Vec<(Date, Terms)>);

impl TermsHistory {
    /// Of versions in the order of their days; none without any.
    pub fn new(versions: Vec<(Date, Terms)>) -> Option<Self> {
        (!versions.is_empty()).then_some(Self(versions))
    }

    /// Those in force on a day; before the first, the first.
    pub fn on(&self, date: Date) -> &Terms {
        let in_force = self.0.iter().rev().find(|(from, _)| *from <= date);
        &in_force.or(self.0.first()).expect("a history holds terms").1
    }

    /// Whether any version caps the work of a period.
    pub fn has_caps(&self) -> bool {
        self.0.iter().any(|(_, terms)| terms.cap_minutes.is_some() || terms.cap_minor.is_some())
    }

    /// Whether the work of a day counts as a whole: no area has a factor, which is rounded by entry, and no cap is an amount.
    pub fn counts_days_as_a_whole(&self) -> bool {
        let has_factors = |terms: &Terms| terms.area_factors.as_ref().is_some_and(|factors| !factors.is_empty());
        self.0.iter().all(|(_, terms)| terms.cap_minor.is_none() && !has_factors(terms))
    }

    /// Whether periods of any version close by themselves.
    pub fn closes_by_itself(&self) -> bool {
        self.0.iter().any(|(_, terms)| terms.close_after_days.is_some())
    }

    /// The same days with other terms.
    #[must_use]
    pub fn map(&self, change: impl Fn(&Terms) -> Terms) -> Self {
        Self(self.0.iter().map(|(from, terms)| (*from, change(terms))).collect())
    }

    /// How each version counts periods.
    pub fn shapes(&self) -> Vec<(Date, PeriodShape)> {
        self.0.iter().map(|(from, terms)| (*from, terms.period_shape())).collect()
    }

    /// The most periods that carried time lasts.
    pub fn longest_carry(&self) -> usize {
        let after = self.0.iter().filter_map(|(_, terms)| terms.carry_expires_after);
        after.max().and_then(|periods| usize::try_from(periods).ok()).unwrap_or(0)
    }

    /// A period as it is settled. `ends_ahead` are the last days of it and of those that follow.
    pub fn package(&self, period: Period, lot: Uuid, ends_ahead: Vec<Date>) -> PackagePeriod {
        let (first, last) = (self.on(period.starts_on), self.on(period.ends_on));
        let rules = PackageRules {
            consume_order: first.consume_order.unwrap_or_default(),
            carry: last.carry.unwrap_or_default(),
            carry_cap_seconds: i64::from(last.carry_cap_minutes.unwrap_or(0)) * 60,
            carry_expires_after: last.carry_expires_after,
            deficit: last.deficit.unwrap_or_default(),
        };
        let included_seconds = match period.is_skipped {
            true => 0,
            false => self.prorated(&period, |terms| Some(terms.included_seconds())).unwrap_or(0),
        };
        PackagePeriod { period, lot, included_seconds, rules, ends_ahead }
    }

    /// What a period costs, in minor units: nothing where it is skipped; none but for packages.
    pub fn price_minor(&self, period: &Period) -> Option<i64> {
        let price =
            self.prorated(period, |terms| terms.price_minor.filter(|_| terms.kind == EngagementKind::Retainer));
        price.map(|price| if period.is_skipped { 0 } else { price })
    }

    pub fn currency(&self, period: &Period) -> &Currency {
        &self.on(period.starts_on).currency
    }

    /// What a period has of something that its terms give for a whole one: under `days` each version's share of the days
    /// that a whole one would have, added exactly and rounded once; else what the terms of its begin say.
    fn prorated(&self, period: &Period, whole: impl Fn(&Terms) -> Option<i64>) -> Option<i64> {
        let first = self.on(period.starts_on);
        if first.proration != Some(Proration::Days) {
            return whole(first);
        }
        let begins = self.0.iter().map(|(from, _)| *from).filter(|from| period.contains(*from));
        let mut begins: Vec<Date> = [period.starts_on].into_iter().chain(begins).collect();
        begins.dedup();
        let ends = begins.iter().skip(1).copied().chain(period.ends_on.0.succ_opt().map(Date));
        let mut exact = 0;
        for (from, until) in begins.iter().zip(ends) {
            exact += i128::from(whole(self.on(*from))?) * i128::from((until.0 - from.0).num_days());
        }
        Some(super::money::rounded(exact, period.full_days))
    }

    /// What rounding by period adds to the work of a period, or takes: one line for each rate, on the last day.
    pub fn period_rounding(&self, period: &Period, lines: &[(&BillingLine, &Terms)]) -> Vec<Work> {
        let mut together: BTreeMap<_, BTreeMap<Option<i64>, (i64, i64)>> = BTreeMap::new();
        for (line, terms) in lines.iter().filter(|(line, terms)| line.billable && terms.rounds_by_period()) {
            for part in line.parts().iter().filter(|part| period.contains(line.counts_on(part.date))) {
                let by_rate = together.entry(terms.rounding).or_default();
                let (worked, billed) = by_rate.entry(overage_rate(line, terms)).or_default();
                *worked += part.duration_seconds;
                *billed += part.billed_seconds;
            }
        }
        let mut work = Vec::new();
        for (rounding, by_rate) in together {
            let added = period_rounding(&rounding, &by_rate.values().copied().collect::<Vec<_>>());
            work.extend(by_rate.into_keys().zip(added).filter(|(_, seconds)| *seconds != 0).map(
                |(rate, seconds)| Work {
                    entry: None,
                    on: period.ends_on,
                    begins_at: None,
                    overage_rate_minor: rate,
                    seconds,
                    reserved: None,
                },
            ));
        }
        work
    }
}

/// What a stopped entry consumes on each of its local dates, under the terms that it is accounted under: billed time, or
/// worked time where all work counts, times the factor of its area. `midnight` is the first instant of a date there.
pub fn work_of(line: &BillingLine, terms: &Terms, midnight: impl Fn(Date) -> Timestamp) -> Vec<Work> {
    let counts_all = terms.counts == Some(CountedWork::All);
    let percent = terms.area_percent(line.area.as_ref());
    let parts = line.parts();
    let work = parts.iter().enumerate().map(|(i, part)| Work {
        entry: Some(line.id.0),
        on: line.counts_on(part.date),
        begins_at: line.started_at.map(|start| if i == 0 { start } else { midnight(part.date) }.micros()),
        overage_rate_minor: overage_rate(line, terms),
        seconds: portion(
            percent,
            match line.billable {
                true => part.billed_seconds,
                false if counts_all => part.duration_seconds,
                false => 0,
            },
            100,
        ),
        reserved: None,
    });
    work.filter(|work| work.seconds > 0).collect()
}

/// What an hour costs that no lot covers: that of the package, or in an hourly engagement that of the entry.
fn overage_rate(line: &BillingLine, terms: &Terms) -> Option<i64> {
    match terms.kind {
        EngagementKind::Retainer => terms.overage_rate_minor,
        _ => line.rate_minor.filter(|_| line.billable && line.rate_unit == Some(RateUnit::Hour)),
    }
}

impl Terms {
    /// How they count periods.
    pub fn period_shape(&self) -> PeriodShape {
        PeriodShape {
            period: self.period,
            count: self.period_count,
            anchor_day: self.anchor_day,
            anchor_month: self.anchor_month.unwrap_or(1),
        }
    }

    /// The same terms with a package of so many minutes at this price. Terms by the hour become a package under the default
    /// rules, with their own periods and their rate for overage.
    #[must_use]
    pub fn with_package(&self, included_minutes: i32, price_minor: i64) -> Self {
        let is_package = self.kind == EngagementKind::Retainer;
        Self {
            kind: EngagementKind::Retainer,
            included_minutes: Some(included_minutes),
            price_minor: Some(price_minor),
            overage_rate_minor: if is_package { self.overage_rate_minor } else { self.rate_minor },
            ..self.clone()
        }
    }

    /// What a whole period includes, bonus too.
    pub fn included_seconds(&self) -> i64 {
        i64::from(self.included_minutes.unwrap_or(0) + self.bonus_minutes.unwrap_or(0)) * 60
    }

    /// Whether what lots do not cover is billed.
    pub fn bills_overage(&self) -> bool {
        self.deficit.unwrap_or_default() == DeficitPolicy::Bill
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Calendar, samples};
    use super::*;
    use serde_json::json;

    fn history(versions: &[(&str, serde_json::Value)]) -> TermsHistory {
        let terms = |(from, given): &(&str, serde_json::Value)| {
            let mut given = given.clone();
            given["kind"] = json!("retainer");
            (from.parse().unwrap(), samples::complete(given))
        };
        TermsHistory::new(versions.iter().map(terms).collect()).unwrap()
    }

    fn first_periods(
        history: &TermsHistory,
        starts_on: &str,
        last_on: Option<&str>,
        count: usize,
    ) -> Vec<(i64, Option<i64>)> {
        let (starts_on, last_on) = (starts_on.parse().unwrap(), last_on.map(|day| day.parse().unwrap()));
        let calendar = Calendar { shapes: history.shapes(), starts_on, last_on, pauses: Vec::new() };
        let package = |period| {
            let included = history.package(period, Uuid::nil(), Vec::new()).included_seconds;
            (included, history.price_minor(&period))
        };
        calendar.periods().take(count).map(package).collect()
    }

    #[test]
    fn a_partial_period_includes_its_share_of_days() {
        let by_days =
            json!({"price_minor": 90_000, "included_minutes": 1200, "bonus_minutes": 60, "proration": "days"});
        let whole = history(&[("2026-04-16", by_days)]);
        let expected = [(37_800, Some(45_000)), (75_600, Some(90_000)), (25_200, Some(30_000))];
        assert_eq!(first_periods(&whole, "2026-04-16", Some("2026-06-10"), 5), expected);
        let unshared = json!({"price_minor": 90_000, "included_minutes": 1200});
        let expected = [(72_000, Some(90_000)); 3];
        assert_eq!(
            first_periods(&history(&[("2026-04-16", unshared)]), "2026-04-16", Some("2026-06-10"), 5),
            expected
        );
    }

    #[test]
    fn terms_that_change_inside_a_period_count_by_days() {
        let terms = |minutes: i32, price: i64, proration: &str| json!({"price_minor": price, "included_minutes": minutes, "proration": proration});
        let changed =
            history(&[("2026-04-01", terms(600, 30_000, "days")), ("2026-04-11", terms(1200, 60_000, "days"))]);
        assert_eq!(
            first_periods(&changed, "2026-04-01", None, 2),
            [(60_000, Some(50_000)), (72_000, Some(60_000))]
        );
        let kept =
            history(&[("2026-04-01", terms(600, 30_000, "none")), ("2026-04-11", terms(1200, 60_000, "none"))]);
        assert_eq!(first_periods(&kept, "2026-04-01", None, 2), [(36_000, Some(30_000)), (72_000, Some(60_000))]);
    }

    #[test]
    fn terms_of_packages_alone_have_a_price_per_period() {
        let hourly = TermsHistory::new(vec![("2026-04-01".parse().unwrap(), samples::hourly())]).unwrap();
        assert_eq!(first_periods(&hourly, "2026-04-01", None, 1), [(0, None)]);
        let project = TermsHistory::new(vec![("2026-04-01".parse().unwrap(), samples::project())]).unwrap();
        assert_eq!(first_periods(&project, "2026-04-01", None, 1), [(0, None)]);
    }
}
