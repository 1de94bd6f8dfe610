//! The pauses of an engagement: days on which it takes no work though it has begun and not ended.

use crate::kernel::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A time without work, agreed on while an engagement lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EngagementPause {
    /// The first day without work.
    #[schema(examples("2026-11-03"))]
    pub from_on: Date,
    /// The last day without work; null while the pause lasts, and for good where the engagement ended in it.
    #[schema(required = true, examples("2026-11-29"))]
    pub until_on: Option<Date>,
}

/// All pauses of an engagement, oldest first. No day lies in two of them, and only the last can be without an end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pauses(Vec<EngagementPause>);

impl EngagementPause {
    fn meets(&self, first: Date, last: Date) -> bool {
        self.from_on <= last && self.until_on.is_none_or(|until| until >= first)
    }
}

impl Pauses {
    /// All of them.
    pub fn to_vec(&self) -> Vec<EngagementPause> {
        self.0.clone()
    }

    /// With a pause after a last day with work. What an earlier pause had of the days after it belongs to the new one.
    #[must_use]
    pub fn begin(&self, last: Date) -> Self {
        let earlier = self.0.iter().filter(|pause| pause.from_on <= last);
        let cut = earlier.map(|pause| {
            let until_on = pause.until_on.map_or(last, |until| until.min(last));
            EngagementPause { until_on: Some(until_on), ..*pause }
        });
        let new = EngagementPause { from_on: last.days_later(1), until_on: None };
        Self(cut.chain([new]).collect())
    }

    /// With work again from a day on. A pause without a day leaves no trace.
    #[must_use]
    pub fn end(&self, on: Date) -> Self {
        let ended = |pause: &EngagementPause| {
            let until_on = pause.until_on.or_else(|| on.0.pred_opt().map(Date));
            let ended = EngagementPause { until_on, ..*pause };
            until_on.is_some_and(|until| until >= pause.from_on).then_some(ended)
        };
        Self(self.0.iter().filter_map(ended).collect())
    }

    /// The last day with work before the pause that has no end.
    pub fn paused_on(&self) -> Option<Date> {
        let lasting = self.0.last().filter(|pause| pause.until_on.is_none())?;
        lasting.from_on.0.pred_opt().map(Date)
    }

    /// The first day of these, the last one included, that lies in a pause.
    pub fn first_within(&self, first: Date, last: Date) -> Option<Date> {
        self.0.iter().find(|pause| pause.meets(first, last)).map(|pause| pause.from_on.max(first))
    }

    /// The last day up to this one that lies in no pause.
    pub fn last_open(&self, day: Date) -> Date {
        self.0.iter().rev().fold(day, |day, pause| match pause.meets(day, day) {
            true => pause.from_on.0.pred_opt().map_or(day, Date),
            false => day,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::{collection, prelude::*};
    use serde_json::json;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn pauses_are_kept_one_after_the_other() {
        let first = Pauses::default().begin(day("2026-02-10"));
        assert_eq!(first.paused_on(), Some(day("2026-02-10")));
        let over = first.end(day("2026-03-01"));
        assert_eq!(json!(over), json!([{"from_on": "2026-02-11", "until_on": "2026-02-28"}]));
        assert_eq!(over.paused_on(), None);
        let again = json!(over.begin(day("2026-03-31")));
        assert_eq!(again[1], json!({"from_on": "2026-04-01", "until_on": null}));
        // The new one begins within the old one, or takes its place.
        let cut = over.begin(day("2026-02-20"));
        let expected = json!([
            {"from_on": "2026-02-11", "until_on": "2026-02-20"}, {"from_on": "2026-02-21", "until_on": null}
        ]);
        assert_eq!((json!(cut), cut.last_open(day("2026-04-01"))), (expected, day("2026-02-10")));
        assert_eq!(json!(over.begin(day("2026-02-05"))), json!([{"from_on": "2026-02-06", "until_on": null}]));
        for on in ["2026-02-09", "2026-02-11"] {
            assert_eq!(first.end(day(on)), Pauses::default(), "{on}");
        }
        assert_eq!(json!(first.end(day("2026-02-12")))[0]["until_on"], "2026-02-11");
    }

    #[test]
    fn days_within_a_pause_are_found() {
        let pauses = Pauses::default().begin(day("2026-02-10")).end(day("2026-02-13")).begin(day("2026-03-31"));
        let first =
            |first: &str, last: &str| pauses.first_within(day(first), day(last)).map(|day| day.to_string());
        assert_eq!(first("2026-02-09", "2026-02-10"), None);
        assert_eq!(first("2026-02-10", "2026-02-13").as_deref(), Some("2026-02-11"));
        assert_eq!(first("2026-02-12", "2026-02-20").as_deref(), Some("2026-02-12"));
        assert_eq!(first("2026-02-13", "2026-03-31"), None);
        assert_eq!(first("2030-01-01", "2030-01-01").as_deref(), Some("2030-01-01"));
    }

    proptest! {
        #[test]
        fn no_day_lies_in_two_pauses(
            acts in collection::vec((0u64..60, 0u64..60), 0..8), on in 0u64..80,
        ) {
            let date = |days| Date(day("2026-01-02").0 + Days::new(days));
            let pauses = acts.iter().fold(Pauses::default(), |pauses, (last, resumed)| {
                pauses.begin(date(*last)).end(date(*resumed))
            });
            let all = pauses.to_vec();
            prop_assert!(all.iter().all(|pause| pause.until_on.is_some_and(|until| until >= pause.from_on)));
            prop_assert!(all.windows(2).all(|pair| pair[0].until_on.is_some_and(|until| until < pair[1].from_on)));
            let open = pauses.last_open(date(on));
            prop_assert_eq!(pauses.first_within(open, open), None);
            prop_assert!(open <= date(on));
        }
    }
}
