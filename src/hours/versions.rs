//! Which version of an engagement's terms is in force.

use crate::kernel::{Date, Timestamp};
use std::collections::BTreeSet;

/// The version in force on a date, from all versions as (`effective_from`, place of the acceptance in the order of
/// changes, terms), in any order: of those accepted and due by then the one that begins last. Of two that begin on the
/// same day the later accepted one replaces the other.
pub fn terms_in_force<T>(versions: &[(Date, Option<Timestamp>, T)], on: Date) -> Option<&T> {
    versions
        .iter()
        .filter(|(effective_from, accepted, _)| accepted.is_some() && *effective_from <= on)
        .max_by_key(|(effective_from, accepted, _)| (*effective_from, *accepted))
        .map(|(_, _, terms)| terms)
}

/// The versions that came into force after one date and up to another, in the order of their days. One that another from
/// the same day replaced is not among them.
pub fn effective_between<T>(versions: &[(Date, Option<Timestamp>, T)], after: Date, until: Date) -> Vec<&T> {
    let accepted = versions.iter().filter(|(_, accepted_at, _)| accepted_at.is_some());
    let days: BTreeSet<Date> = accepted.map(|(effective_from, _, _)| *effective_from).collect();
    let due = days.into_iter().filter(|day| after < *day && *day <= until);
    due.filter_map(|day| terms_in_force(versions, day)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::{collection, option, prelude::*};

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_accepted_version_that_is_due_counts() {
        let at = |second: i64| Some(Timestamp::from_micros(second * 1_000_000));
        let versions = [
            (day("2026-03-01"), at(300), "raised"),
            (day("2026-01-01"), at(100), "first"),
            (day("2026-03-01"), at(200), "raised too much"),
            (day("2026-02-01"), None, "never accepted"),
        ];
        let on = |text| terms_in_force(&versions, day(text)).copied();
        assert_eq!(on("2025-12-31"), None);
        assert_eq!(on("2026-01-01"), Some("first"));
        assert_eq!(on("2026-02-28"), Some("first"));
        assert_eq!(on("2026-03-01"), Some("raised"));
        assert_eq!(on("2030-01-01"), Some("raised"));
        let between = |after, until| {
            effective_between(&versions, day(after), day(until)).into_iter().copied().collect::<Vec<_>>()
        };
        assert_eq!(between("2025-12-31", "2026-03-01"), ["first", "raised"]);
        assert_eq!(between("2026-01-01", "2026-02-28"), Vec::<&str>::new());
    }

    proptest! {
        #[test]
        fn the_order_of_versions_does_not_matter_and_an_unaccepted_one_never_counts(
            drawn in collection::vec((0u64..60, option::of(0i64..1000)), 0..8), on in 0u64..60,
        ) {
            let date = |days| Date(day("2026-01-01").0 + Days::new(days));
            // The instant of acceptance is the identity here: equal ones would be the same act.
            let mut versions: Vec<_> = drawn.iter().map(|(from, at)| {
                (date(*from), at.map(Timestamp::from_micros), (*from, *at))
            }).collect();
            let found = terms_in_force(&versions, date(on)).copied();
            versions.reverse();
            prop_assert_eq!(found, terms_in_force(&versions, date(on)).copied());
            let due = drawn.iter().filter(|(from, at)| at.is_some() && *from <= on).max().copied();
            prop_assert_eq!(found, due);
        }
    }
}
