//! The rate ladder: what an hour or a day of work costs, and which rung said so.

use super::{EngagementKind, Terms};
use crate::kernel::choice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

choice! {
    /// What a rate is paid for.
    pub enum RateUnit { Hour = "hour", Day = "day" }
}

choice! {
    /// Where a rate came from: the entry itself, its task, the engagement's terms, the client's or the member's default.
    pub enum RateSource {
        Entry = "entry",
        Task = "task",
        Engagement = "engagement",
        Client = "client",
        Member = "member",
    }
}

/// The rate an entry was saved with. It is kept with the entry and does not follow later changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(json!({"rate_minor": 4500, "unit": "hour", "source": "engagement"})))]
pub struct RateSnapshot {
    /// The rate in minor units of the engagement's currency, per `unit`.
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64, examples(4500))]
    pub rate_minor: i64,
    /// What the rate is paid for.
    pub unit: RateUnit,
    /// Which rung of the ladder gave the rate.
    pub source: RateSource,
}

/// The rate of a piece of work: the first of entry override, task, terms, client default and member default that
/// is given. Work in a project or package is paid by its price, so that the terms end the ladder there: only an
/// override of the entry or task gives such work a rate. Without terms (a timer without an engagement) the
/// defaults count. A rate of any rung is per day in a daily engagement and per hour in all others.
pub fn rate(
    entry_override: Option<i64>,
    task: Option<i64>,
    terms: Option<&Terms>,
    client_default: Option<i64>,
    member_default: Option<i64>,
) -> Option<RateSnapshot> {
    let unit = terms.map_or(RateUnit::Hour, Terms::rate_unit);
    let snapshot = |source: RateSource| move |rate_minor: i64| RateSnapshot { rate_minor, unit, source };
    let overridden = entry_override.map(snapshot(RateSource::Entry)).or(task.map(snapshot(RateSource::Task)));
    match terms.map(|terms| terms.kind) {
        Some(EngagementKind::Project | EngagementKind::Retainer) => overridden,
        _ => overridden
            .or(terms.and_then(|terms| terms.rate_minor).map(snapshot(RateSource::Engagement)))
            .or(client_default.map(snapshot(RateSource::Client)))
            .or(member_default.map(snapshot(RateSource::Member))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::terms::samples;
    use super::*;
    use proptest::{option, prelude::*};

    #[test]
    fn the_first_rung_that_is_given_counts() {
        let hourly = samples::hourly();
        let found = |entry, task, client, member| {
            rate(entry, task, Some(&hourly), client, member).map(|rate| (rate.rate_minor, rate.source))
        };
        assert_eq!(found(Some(1), Some(2), Some(4), Some(5)), Some((1, RateSource::Entry)));
        assert_eq!(found(None, Some(2), Some(4), Some(5)), Some((2, RateSource::Task)));
        assert_eq!(found(None, None, Some(4), Some(5)), Some((4500, RateSource::Engagement)));
        assert_eq!(rate(None, None, None, Some(4), Some(5)).unwrap().source, RateSource::Client);
        assert_eq!(rate(None, None, None, None, Some(5)).unwrap().source, RateSource::Member);
        assert_eq!(rate(None, None, None, None, None), None);
    }

    #[test]
    fn a_daily_engagement_is_paid_by_the_day() {
        let daily = samples::daily();
        assert_eq!(rate(None, None, Some(&daily), None, None).unwrap().unit, RateUnit::Day);
        assert_eq!(rate(Some(1), None, Some(&daily), None, None).unwrap().unit, RateUnit::Day);
        assert_eq!(rate(Some(1), None, None, None, None).unwrap().unit, RateUnit::Hour);
    }

    proptest! {
        #[test]
        fn package_time_has_no_rate_unless_overridden(
            entry in option::of(0i64..1_000_000), task in option::of(0i64..1_000_000),
            client in option::of(0i64..1_000_000), member in option::of(0i64..1_000_000),
        ) {
            for terms in [samples::project(), samples::retainer()] {
                let found = rate(entry, task, Some(&terms), client, member);
                prop_assert_eq!(found.map(|rate| rate.rate_minor), entry.or(task));
            }
        }
    }
}
