//! From given terms to complete ones: defaults of the kind are filled in and every fault is found. Bounds of single
//! members are checked against the schema before; here stand the rules between members.
//! What the chosen policy does not use (a cap while everything is carried) is kept without effect, so that
//! switching a policy changes one member; what belongs to another kind is refused.

use super::EngagementKind::{self, Daily, Hourly, Project, Retainer};
use super::{
    AlertPercent, AreaFactor, BillingPeriod, CarryPolicy, ConsumeOrder, CountedWork, DayMode, DeficitPolicy,
};
use super::{NewMilestone, NewTerms, Proration, Terms};
use crate::kernel::error::{Fault, FaultCode, Faults};
use crate::kernel::{Currency, Label};

/// The length of a day's work where nothing else was agreed.
const MINUTES_PER_DAY: i32 = 480;
/// Where both sides are told where nothing else was agreed.
const ALERTS: [AlertPercent; 2] = [AlertPercent(80), AlertPercent(100)];
/// The last weekday that a weekly span can begin on.
const LAST_WEEKDAY: i32 = 7;

impl NewTerms {
    /// The completed terms, with their faults added to those of the body around them. They are only good when no
    /// fault was added. `prefix` is where the terms stand in the body (`/terms`, or nothing when they are the body).
    pub fn complete_into(self, default_currency: &Currency, prefix: &str, faults: &mut Faults) -> Terms {
        let mut members = Completion { kind: self.kind, prefix, faults };
        let period = self.period.unwrap_or_default();
        let anchor_day = self.anchor_day.unwrap_or(1);
        members.judge_anchor(period, anchor_day);
        let anchor_month = members.anchor_month(period, self.anchor_month);

        let rate_minor = members.price("rate_minor", &[Hourly, Daily], self.rate_minor);
        let price_minor = members.price("price_minor", &[Project, Retainer], self.price_minor);

        let cap_minutes = members.own("cap_minutes", &[Hourly], self.cap_minutes, None);
        let cap_minor = members.own("cap_minor", &[Hourly], self.cap_minor, None);
        members.judge_caps(cap_minutes, cap_minor);

        let given_threshold = self.half_day_from_minutes.is_some() || self.full_day_from_minutes.is_some();
        let mode = if given_threshold { DayMode::Threshold } else { DayMode::default() };
        let day_mode = members.own("day_mode", &[Daily], self.day_mode, Some(mode));
        let minutes_per_day =
            members.own("minutes_per_day", &[Daily], self.minutes_per_day, Some(MINUTES_PER_DAY));
        let by_threshold = day_mode == Some(DayMode::Threshold);
        let full = minutes_per_day.filter(|_| by_threshold);
        let full = members.own("full_day_from_minutes", &[Daily], self.full_day_from_minutes, full);
        let half = full.filter(|_| by_threshold).map(|full| (full + 1) / 2);
        let half = members.own("half_day_from_minutes", &[Daily], self.half_day_from_minutes, half);
        members.judge_days(half, full);

        let budget_minutes = members.own("budget_minutes", &[Project], self.budget_minutes, None);
        let milestones = members.own("milestones", &[Project], self.milestones, Some(Vec::new()));
        members.judge_milestones(milestones.as_deref().unwrap_or_default(), price_minor);

        let carry = members.own("carry", &[Retainer], self.carry, Some(CarryPolicy::default()));
        let carry_cap_minutes = members.own("carry_cap_minutes", &[Retainer], self.carry_cap_minutes, None);
        if carry == Some(CarryPolicy::Capped) && carry_cap_minutes.is_none() {
            members.add("carry_cap_minutes", FaultCode::Required, &["kind", "carry"]);
        }

        let area_factors = members.own("area_factors", &[Retainer], self.area_factors, Some(Vec::new()));
        members.judge_areas(area_factors.as_deref().unwrap_or_default());

        let rounding = self.rounding.unwrap_or_default();
        Terms {
            kind: self.kind,
            currency: self.currency.unwrap_or_else(|| default_currency.clone()),
            period,
            period_count: self.period_count.unwrap_or(1),
            anchor_day,
            anchor_month,
            rate_minor,
            price_minor,
            cap_minutes,
            cap_minor,
            day_mode,
            minutes_per_day,
            half_day_from_minutes: half,
            full_day_from_minutes: full,
            budget_minutes,
            area_factors,
            auto_top_up: members.own("auto_top_up", &[Retainer], self.auto_top_up, None).map(Into::into),
            milestones: milestones.map(|all| all.into_iter().map(Into::into).collect()),
            included_minutes: members.own("included_minutes", &[Retainer], self.included_minutes, Some(0)),
            bonus_minutes: members.own("bonus_minutes", &[Retainer], self.bonus_minutes, Some(0)),
            carry,
            carry_cap_minutes,
            carry_expires_after: members.own("carry_expires_after", &[Retainer], self.carry_expires_after, None),
            consume_order: members.own(
                "consume_order",
                &[Retainer],
                self.consume_order,
                Some(ConsumeOrder::default()),
            ),
            deficit: members.own("deficit", &[Retainer], self.deficit, Some(DeficitPolicy::default())),
            overage_rate_minor: members.own("overage_rate_minor", &[Retainer], self.overage_rate_minor, None),
            proration: members.own("proration", &[Retainer], self.proration, Some(Proration::default())),
            counts: members.own("counts", &[Retainer], self.counts, Some(CountedWork::default())),
            overlap: self.overlap,
            deemed_acceptance_days: self.deemed_acceptance_days,
            close_after_days: self.close_after_days,
            notice_days: self.notice_days,
            rounding: rounding.complete(&members.at("rounding"), members.faults),
            alerts_percent: members.alerts(self.alerts_percent),
        }
    }
}

/// Terms completed for a client: their currency is the client's.
pub fn complete_terms(given: NewTerms, currency: &Currency, prefix: &str, faults: &mut Faults) -> Terms {
    let terms = given.complete_into(currency, prefix, faults);
    if terms.currency != *currency {
        let fault = Fault::new(format!("{prefix}/currency"), FaultCode::CurrencyMismatch);
        // Which currency counts is said there, where the body says it.
        faults.push(fault.with("currency", currency).reads("/client_id").reads("/currency"));
    }
    terms
}

/// Takes members one by one and notes what is wrong with them.
struct Completion<'a> {
    kind: EngagementKind,
    prefix: &'a str,
    faults: &'a mut Faults,
}

impl Completion<'_> {
    fn at(&self, member: &str) -> String {
        format!("{}/{member}", self.prefix)
    }

    /// Adds a fault of a member that follows from these beside it.
    fn add(&mut self, member: &str, code: FaultCode, reads: &[&str]) {
        self.faults.push(Fault::new(self.at(member), code).reads_beside(reads));
    }

    /// A member of these kinds: as given, else its default; of any other kind nothing.
    fn own<T>(
        &mut self,
        member: &str,
        kinds: &[EngagementKind],
        given: Option<T>,
        default: Option<T>,
    ) -> Option<T> {
        if kinds.contains(&self.kind) {
            return given.or(default);
        }
        if given.is_some() {
            let foreign = Fault::new(self.at(member), FaultCode::ForeignToKind).with("kind", self.kind);
            self.faults.push(foreign.reads_beside(&["kind"]));
        }
        None
    }

    fn price(&mut self, member: &str, kinds: &[EngagementKind], given: Option<i64>) -> Option<i64> {
        if kinds.contains(&self.kind) && given.is_none() {
            self.add(member, FaultCode::Required, &["kind"]);
        }
        self.own(member, kinds, given, None)
    }

    fn judge_anchor(&mut self, period: BillingPeriod, anchor_day: i32) {
        if period == BillingPeriod::Week && anchor_day > LAST_WEEKDAY {
            let fault = Fault::new(self.at("anchor_day"), FaultCode::TooLarge).with("max", LAST_WEEKDAY);
            self.faults.push(fault.reads_beside(&["period"]));
        }
    }

    /// Only what is longer than a month begins in certain months.
    fn anchor_month(&mut self, period: BillingPeriod, given: Option<i32>) -> Option<i32> {
        if !matches!(period, BillingPeriod::Week | BillingPeriod::Month) {
            return Some(given.unwrap_or(1));
        }
        if given.is_some() {
            let foreign = Fault::new(self.at("anchor_month"), FaultCode::ForeignToKind).with("kind", period);
            self.faults.push(foreign.reads_beside(&["period"]));
        }
        None
    }

    /// One cap, so that there is one answer to how much is left.
    fn judge_caps(&mut self, minutes: Option<i32>, minor: Option<i64>) {
        if minutes.is_some() && minor.is_some() {
            let fault = Fault::new(self.at("cap_minor"), FaultCode::NotTogether).with("other", "cap_minutes");
            self.faults.push(fault.reads_beside(&["kind"]));
        }
    }

    fn judge_days(&mut self, half: Option<i32>, full: Option<i32>) {
        if let (Some(half), Some(full)) = (half, full)
            && half > full
        {
            let fault = Fault::new(self.at("half_day_from_minutes"), FaultCode::TooLarge).with("max", full);
            let reads = ["kind", "day_mode", "minutes_per_day", "full_day_from_minutes"];
            self.faults.push(fault.reads_beside(&reads));
        }
    }

    fn judge_areas(&mut self, factors: &[AreaFactor]) {
        let areas: Vec<&Label> = factors.iter().map(|factor| &factor.area).collect();
        if (1..areas.len()).any(|i| areas[..i].contains(&areas[i])) {
            self.add("area_factors", FaultCode::Duplicate, &["kind"]);
        }
    }

    fn judge_milestones(&mut self, milestones: &[NewMilestone], price_minor: Option<i64>) {
        let sum: i64 = milestones.iter().map(|milestone| milestone.amount_minor).sum();
        if let Some(price) = price_minor.filter(|price| sum > *price) {
            let fault = Fault::new(self.at("milestones"), FaultCode::MilestonesExceedPrice);
            let fault = fault.with("sum", sum).with("price", price).reads_beside(&["kind", "price_minor"]);
            let amount = |i| self.at(&format!("milestones/{i}/amount_minor"));
            self.faults.push((0..milestones.len()).fold(fault, |fault, i| fault.reads(amount(i))));
        }
    }

    /// Ascending, because they fire in order.
    fn alerts(&mut self, given: Option<Vec<AlertPercent>>) -> Vec<AlertPercent> {
        let Some(mut alerts) = given else { return ALERTS.to_vec() };
        alerts.sort_unstable();
        if alerts.windows(2).any(|pair| pair[0] == pair[1]) {
            self.add("alerts_percent", FaultCode::Duplicate, &["alerts_percent"]);
        }
        alerts
    }
}

#[cfg(test)]
mod tests;
