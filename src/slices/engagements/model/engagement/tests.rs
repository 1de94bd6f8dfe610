use super::*;
use crate::hours::Pauses;
use crate::kernel::error::FaultCode;
use proptest::prelude::*;
use uuid::Uuid;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn row(status: EngagementStatus, paused_on: Option<&str>, ended_on: Option<&str>) -> EngagementRow {
    let at = Timestamp::from_micros(0);
    let fields = serde_json::json!({
        "client_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "title": "A",
        "starts_on": "2026-02-01", "ends_on": "2026-12-31", "time_zone": "Europe/Berlin",
    });
    EngagementRow {
        id: EngagementId(Uuid::nil()),
        fields: serde_json::from_value(fields).unwrap(),
        kind: EngagementKind::Hourly,
        life: Lifecycle {
            status,
            proposed_at: None,
            withdrawn_at: None,
            answered: Answered::default(),
            paused_at: None,
            pauses: JsonText(paused_on.map_or_else(Pauses::default, |last| Pauses::default().begin(day(last)))),
            ended_at: None,
            ended_on: ended_on.map(day),
            archived_at: None,
        },
        withdrawn_as: None,
        client_archived: false,
        closed_on: None,
        version: 1,
        created_at: at,
        updated_at: at,
        deleted_at: None,
    }
}

#[test]
fn work_is_noted_while_it_is_active_and_corrected_up_to_its_last_day() {
    use EngagementStatus::{Active, Archived, Declined, Draft, Ended, Paused, Proposed};
    let cases = [
        (row(Active, None, None), "2026-01-31", Some(FaultCode::TooEarly)),
        (row(Active, None, None), "2026-02-01", None),
        (row(Active, None, None), "2026-12-31", None),
        (row(Active, None, None), "2027-01-01", Some(FaultCode::TooLate)),
        (row(Paused, Some("2026-03-10"), None), "2026-03-10", None),
        (row(Paused, Some("2026-03-10"), None), "2026-01-31", Some(FaultCode::TooEarly)),
        (row(Ended, None, Some("2026-03-10")), "2026-03-10", None),
        (row(Ended, Some("2026-03-01"), Some("2026-03-10")), "2026-03-01", None),
    ];
    for (row, on, expected) in cases {
        let found = row.open_days().check(day(on), "/work_date").err();
        assert_eq!(found.map(|error| error.faults()[0].code), expected, "{:?} {on}", row.life.status);
    }
    let closed = [
        (row(Paused, Some("2026-03-10"), None), "2026-03-11"),
        (row(Ended, Some("2026-03-01"), Some("2026-03-10")), "2026-03-02"),
        (row(Ended, None, Some("2026-03-10")), "2026-03-11"),
        (row(Draft, None, None), "2026-03-01"),
        (row(Proposed, None, None), "2026-03-01"),
        (row(Declined, None, None), "2026-03-01"),
        (row(Archived, None, Some("2026-03-10")), "2026-03-01"),
    ];
    for (row, on) in closed {
        let error = row.open_days().check(day(on), "/work_date").unwrap_err();
        assert_eq!(error.code(), Code::EngagementNotActive, "{:?} {on}", row.life.status);
    }
}

proptest! {
    #[test]
    fn terms_given_back_complete_to_themselves(rate in 0i64..1_000_000, cap in proptest::option::of(1i32..10_000)) {
        let given = serde_json::json!({"kind": "hourly", "rate_minor": rate, "cap_minutes": cap});
        let terms = crate::hours::samples::complete(given);
        prop_assert_eq!(NewTerms::from(terms.clone()).complete(&terms.currency, "").unwrap(), terms);
    }
}
