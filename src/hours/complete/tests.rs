//! Cases and properties of completing terms.

use super::super::terms::samples;
use super::*;
use crate::hours::Rounding;
use crate::kernel::error::Result;
use proptest::{prelude::*, sample};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, sync::LazyLock};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(components(schemas(NewTerms, Terms)))]
struct Document;

impl NewTerms {
    /// The completed terms, or all their faults.
    pub fn complete(self, default_currency: &Currency, prefix: &str) -> Result<Terms> {
        let mut faults = Faults::new();
        let terms = self.complete_into(default_currency, prefix, &mut faults);
        faults.check().map(|()| terms)
    }
}

fn faults(given: Value) -> Vec<(String, FaultCode)> {
    let new: NewTerms = serde_json::from_value(given).unwrap();
    let error = new.complete(&Currency::default(), "/terms").unwrap_err();
    error.faults().iter().map(|fault| (fault.pointer.clone(), fault.code)).collect()
}

/// The schema of a component with all others in reach, as the edge compiles it.
fn validator(component: &str) -> jsonschema::Validator {
    let mut schema = serde_json::to_value(Document::openapi()).unwrap();
    schema["$ref"] = json!(format!("#/components/schemas/{component}"));
    jsonschema::draft202012::new(&schema).unwrap()
}

#[test]
fn only_kind_and_price_are_needed_and_the_rest_defaults() {
    let retainer = samples::complete(json!({"kind": "retainer", "price_minor": 90000}));
    assert_eq!(
        serde_json::to_value(&retainer).unwrap(),
        json!({
            "kind": "retainer", "currency": "EUR", "period": "month", "period_count": 1, "anchor_day": 1,
            "anchor_month": null, "rounding": {"mode": "none", "increment_minutes": 1, "scope": "entry", "minimum_minutes": 0},
            "rate_minor": null, "price_minor": 90000, "cap_minutes": null, "cap_minor": null, "day_mode": null,
            "minutes_per_day": null, "half_day_from_minutes": null, "full_day_from_minutes": null,
            "budget_minutes": null, "included_minutes": 0, "bonus_minutes": 0, "carry": "none",
            "carry_cap_minutes": null, "carry_expires_after": null, "consume_order": "expiring_first",
            "deficit": "bill", "overage_rate_minor": null, "proration": "none", "counts": "billable",
            "overlap": null, "deemed_acceptance_days": null, "close_after_days": null, "notice_days": null,
            "milestones": null, "area_factors": [], "auto_top_up": null, "alerts_percent": [80, 100],
        })
    );
    let daily = samples::daily();
    assert_eq!((daily.day_mode, daily.minutes_per_day), (Some(DayMode::ProRataCapped), Some(480)));
    assert_eq!((daily.half_day_from_minutes, daily.full_day_from_minutes), (None, None));
    assert_eq!(samples::project().milestones, Some(vec![]));
    assert_eq!((samples::hourly().included_minutes, samples::hourly().carry), (None, None));
}

#[test]
fn what_is_longer_than_a_month_begins_in_january_unless_another_is_given() {
    for (period, given, expected) in [
        ("week", None, None),
        ("month", None, None),
        ("quarter", None, Some(1)),
        ("half_year", Some(4), Some(4)),
        ("year", Some(12), Some(12)),
    ] {
        let terms = json!({"kind": "hourly", "rate_minor": 1, "period": period, "anchor_month": given});
        assert_eq!(samples::complete(terms).anchor_month, expected, "{period}");
    }
    for period in ["week", "month"] {
        let terms = json!({"kind": "hourly", "rate_minor": 1, "period": period, "anchor_month": 1});
        assert_eq!(faults(terms), [("/terms/anchor_month".to_owned(), FaultCode::ForeignToKind)]);
    }
}

#[test]
fn null_is_as_good_as_absent() {
    let with_nulls = samples::complete(json!({
        "kind": "hourly", "rate_minor": 4500, "currency": null, "price_minor": null, "carry": null, "period": null,
        "rounding": null, "alerts_percent": null, "milestones": null,
    }));
    assert_eq!(with_nulls, samples::hourly());
}

#[test]
fn thresholds_default_from_the_length_of_a_day() {
    let threshold = |given: Value| {
        let mut all = json!({"kind": "daily", "rate_minor": 36000});
        all.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
        let terms = samples::complete(all);
        (terms.day_mode.unwrap(), terms.half_day_from_minutes, terms.full_day_from_minutes)
    };
    let cases = [
        (json!({"day_mode": "threshold"}), (DayMode::Threshold, Some(240), Some(480))),
        (json!({"day_mode": "threshold", "minutes_per_day": 1}), (DayMode::Threshold, Some(1), Some(1))),
        (json!({"full_day_from_minutes": 361}), (DayMode::Threshold, Some(181), Some(361))),
        (json!({"half_day_from_minutes": 60}), (DayMode::Threshold, Some(60), Some(480))),
        (json!({"day_mode": "explicit", "full_day_from_minutes": 300}), (DayMode::Explicit, None, Some(300))),
    ];
    for (given, expected) in cases {
        assert_eq!(threshold(given.clone()), expected, "{given}");
    }
}

#[test]
fn the_price_of_the_kind_is_required() {
    for (kind, member) in [
        ("hourly", "rate_minor"),
        ("daily", "rate_minor"),
        ("project", "price_minor"),
        ("retainer", "price_minor"),
    ] {
        assert_eq!(faults(json!({"kind": kind})), [(format!("/terms/{member}"), FaultCode::Required)]);
    }
}

#[test]
fn every_fault_is_named_at_once() {
    assert_eq!(
        faults(json!({
            "kind": "hourly", "price_minor": 1, "cap_minutes": 60, "cap_minor": 100, "carry": "all",
            "period": "week", "anchor_day": 8, "rounding": {"increment_minutes": 15},
            "alerts_percent": [100, 80, 100],
        })),
        [
            ("/terms/alerts_percent".into(), FaultCode::Duplicate),
            ("/terms/anchor_day".into(), FaultCode::TooLarge),
            ("/terms/cap_minor".into(), FaultCode::NotTogether),
            ("/terms/carry".into(), FaultCode::ForeignToKind),
            ("/terms/price_minor".into(), FaultCode::ForeignToKind),
            ("/terms/rate_minor".into(), FaultCode::Required),
            ("/terms/rounding/increment_minutes".into(), FaultCode::NeedsOther),
        ]
    );
}

#[test]
fn members_must_agree_with_each_other() {
    let cases = [
        (
            json!({"kind": "retainer", "price_minor": 1, "carry": "capped"}),
            "/terms/carry_cap_minutes",
            FaultCode::Required,
        ),
        (
            json!({"kind": "daily", "rate_minor": 1, "half_day_from_minutes": 301, "full_day_from_minutes": 300}),
            "/terms/half_day_from_minutes",
            FaultCode::TooLarge,
        ),
        (
            json!({"kind": "project", "price_minor": 100, "milestones": [
                {"title": "a", "amount_minor": 60}, {"title": "b", "amount_minor": 41, "due_on": null},
            ]}),
            "/terms/milestones",
            FaultCode::MilestonesExceedPrice,
        ),
    ];
    for (given, pointer, code) in cases {
        assert_eq!(faults(given), [(pointer.to_owned(), code)]);
    }
    let even = json!({"kind": "project", "price_minor": 100, "milestones": [{"title": "a", "amount_minor": 100}]});
    assert_eq!(samples::complete(even).milestones.unwrap().len(), 1);
}

#[test]
fn thresholds_are_kept_in_order() {
    let terms = samples::complete(json!({"kind": "hourly", "rate_minor": 1, "alerts_percent": [100, 50, 120]}));
    assert_eq!(terms.alerts_percent, [AlertPercent(50), AlertPercent(100), AlertPercent(120)]);
    let silent = samples::complete(json!({"kind": "hourly", "rate_minor": 1, "alerts_percent": []}));
    assert!(silent.alerts_percent.is_empty());
}

#[test]
fn the_examples_of_the_document_work_as_they_stand() {
    let document = serde_json::to_value(Document::openapi()).unwrap();
    let example = |name: &str| document["components"]["schemas"][name]["examples"][0].clone();
    validator("NewTerms").validate(&example("NewTerms")).unwrap();
    assert_eq!(serde_json::to_value(samples::complete(example("NewTerms"))).unwrap(), example("TermsRecord"));
    let rounding: Rounding = serde_json::from_value(example("RoundingRecord")).unwrap();
    assert_eq!(samples::complete(example("NewTerms")).rounding, rounding);
}

#[test]
fn the_schema_bounds_single_members() {
    let new_terms = validator("NewTerms");
    assert!(
        new_terms.is_valid(&json!({"kind": "retainer", "anchor_day": 31, "price_minor": 1_000_000_000_000i64}))
    );
    for (member, bad) in [
        ("anchor_day", json!(32)),
        ("period_count", json!(0)),
        ("period_count", json!(25)),
        ("anchor_month", json!(13)),
        ("rate_minor", json!(-1)),
        ("price_minor", json!(1_000_000_000_001i64)),
        ("included_minutes", json!(1_000_001)),
        ("alerts_percent", json!([0])),
        ("alerts_percent", json!([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])),
        ("rounding", json!({"mode": "up", "increment_minutes": 7})),
        ("rounding", json!({"mode": "up", "increment": 6})),
        ("milestones", json!([{"title": "a"}])),
        ("deficit", json!("forgive")),
        ("surprise", json!(1)),
    ] {
        let mut body = json!({"kind": "retainer"});
        body[member] = bad;
        assert!(!new_terms.is_valid(&body), "{body}");
    }
}

#[test]
fn every_property_of_the_document_is_described() {
    let document = serde_json::to_value(Document::openapi()).unwrap();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (member, property) in schema["properties"].as_object().into_iter().flatten() {
            // A member that may be null carries its texts inside; a reference shows what it refers to.
            let inner = if property["oneOf"].is_array() { &property["oneOf"][0] } else { property };
            assert!(inner["description"].is_string(), "{name}.{member}: {property}");
            let shown = [&inner["examples"], &inner["$ref"], &inner["items"]["$ref"]];
            assert!(shown.iter().any(|found| !found.is_null()), "{name}.{member}: {property}");
        }
    }
    let terms = &document["components"]["schemas"]["TermsRecord"];
    assert_eq!(terms["required"].as_array().unwrap().len(), terms["properties"].as_object().unwrap().len());
    assert_eq!(document["components"]["schemas"]["NewTerms"]["required"], json!(["kind"]));
}

fn members() -> Vec<(&'static str, Value)> {
    let given = json!({
        "rate_minor": 4500, "price_minor": 90000, "currency": "CHF", "period": "quarter",
        "period_count": 2, "anchor_day": 31, "anchor_month": 2,
        "cap_minutes": 600, "cap_minor": 5000, "day_mode": "threshold", "minutes_per_day": 450,
        "half_day_from_minutes": 200, "full_day_from_minutes": 400, "budget_minutes": 3000,
        "milestones": [{"title": "a", "amount_minor": 90000, "due_on": "2026-12-01"}], "included_minutes": 1200,
        "bonus_minutes": 60, "carry": "capped", "carry_cap_minutes": 300, "carry_expires_after": 2,
        "consume_order": "oldest_first", "deficit": "carry", "overage_rate_minor": 5000, "proration": "days",
        "counts": "all", "overlap": "reject", "deemed_acceptance_days": 14, "close_after_days": 10,
        "notice_days": 30, "rounding": {"mode": "nearest", "increment_minutes": 6}, "alerts_percent": [90],
        "area_factors": [{"area": "Reisen", "percent": 50}],
        "auto_top_up": {"below_minutes": 60, "minutes": 300, "price_minor": 25000, "max_per_period": 2},
    });
    let Value::Object(given) = given else { unreachable!() };
    given.into_iter().map(|(name, value)| (&*name.leak(), value)).collect()
}

/// Only these hold for each kind beside the general ones.
fn belongs(kind: EngagementKind, member: &str) -> bool {
    let general = ["currency", "period", "period_count", "anchor_day", "overlap", "rounding", "alerts_percent"];
    let rules = ["deemed_acceptance_days", "close_after_days", "notice_days"];
    let own: &[&str] = match kind {
        Hourly => &["rate_minor", "cap_minutes", "cap_minor"],
        Daily => &["rate_minor", "day_mode", "minutes_per_day", "half_day_from_minutes", "full_day_from_minutes"],
        Project => &["price_minor", "budget_minutes", "milestones"],
        Retainer => &[
            "price_minor",
            "included_minutes",
            "bonus_minutes",
            "carry",
            "carry_cap_minutes",
            "carry_expires_after",
            "consume_order",
            "deficit",
            "overage_rate_minor",
            "proration",
            "counts",
            "area_factors",
            "auto_top_up",
        ],
    };
    general.contains(&member) || rules.contains(&member) || own.contains(&member)
}

/// The body of a kind with these members; `alone` leaves out those that belong to other kinds.
fn body_of(kind: EngagementKind, given: &[(&'static str, Value)], alone: bool) -> Map<String, Value> {
    let mut body = Map::from_iter([("kind".to_owned(), json!(kind))]);
    let chosen = given.iter().filter(|(name, _)| !alone || belongs(kind, name));
    body.extend(chosen.map(|(name, value)| ((*name).to_owned(), value.clone())));
    body
}

proptest! {
    #[test]
    fn what_is_given_is_kept_or_refused_and_completing_twice_changes_nothing(
        kind in sample::select(EngagementKind::ALL),
        given in sample::subsequence(members(), 0..=33),
        alone in any::<bool>(),
    ) {
        static NEW_TERMS: LazyLock<jsonschema::Validator> = LazyLock::new(|| validator("NewTerms"));
        static TERMS: LazyLock<jsonschema::Validator> = LazyLock::new(|| validator("TermsRecord"));
        let body = body_of(kind, &given, alone);
        prop_assert!(NEW_TERMS.is_valid(&Value::Object(body.clone())));
        let new: NewTerms = serde_json::from_value(Value::Object(body.clone())).unwrap();
        let has_anchor_month = body.contains_key("period");
        let foreign: BTreeSet<String> = body
            .keys()
            .filter(|name| *name != "kind" && !belongs(kind, name) && !(*name == "anchor_month" && has_anchor_month))
            .map(|name| format!("/{name}"))
            .collect();
        match new.complete(&Currency::default(), "") {
            Ok(terms) => {
                prop_assert!(foreign.is_empty());
                let shown = serde_json::to_value(&terms).unwrap();
                prop_assert!(TERMS.is_valid(&shown));
                for (name, value) in shown.as_object().unwrap() {
                    match body.get(name) {
                        Some(Value::Object(part)) => prop_assert!(part.iter().all(|(key, v)| value[key] == *v)),
                        Some(given) => prop_assert_eq!(given, value),
                        None if name == "anchor_month" => prop_assert_eq!(value.is_null(), !has_anchor_month),
                        None => prop_assert!(belongs(kind, name) || value.is_null()),
                    }
                }
                let again = NewTerms::from(terms.clone()).complete(&Currency::default(), "").unwrap();
                prop_assert_eq!(&again, &terms);
                prop_assert_eq!(serde_json::from_value::<Terms>(shown).unwrap(), terms);
            }
            Err(error) => {
                prop_assert!(!error.faults().is_empty());
                let of_code = error.faults().iter().filter(|fault| fault.code == FaultCode::ForeignToKind);
                prop_assert_eq!(of_code.map(|fault| fault.pointer.clone()).collect::<BTreeSet<_>>(), foreign);
            }
        }
    }
}
