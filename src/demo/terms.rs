//! Terms as they are agreed: a few sensible variants of each kind, as the API takes them.

use serde_json::{Value, json};

/// The kinds of engagements, with what they are called.
pub const KINDS: [(&str, &str); 4] = [
    ("hourly", "Büroservice nach Stunden"),
    ("retainer", "Büropaket"),
    ("daily", "Vertretung vor Ort"),
    ("project", "Projekt"),
];

/// A variant of the terms of a kind.
pub fn terms(kind: &str, variant: usize) -> Value {
    let step = variant as i64 % 5;
    match kind {
        "hourly" => {
            let rounding = [
                json!({"mode": "up", "increment_minutes": 6}),
                json!({"mode": "nearest", "increment_minutes": 15}),
                json!({"mode": "none"}),
                json!({"mode": "up", "increment_minutes": 15, "scope": "day"}),
            ];
            let mut terms = json!({
                "kind": kind, "rate_minor": 3800 + 350 * step, "rounding": rounding[variant % 4], "notice_days": 14,
            });
            if variant.is_multiple_of(3) {
                terms["cap_minutes"] = json!(2400);
            }
            terms
        }
        "daily" => match variant % 3 {
            0 => json!({"kind": kind, "rate_minor": 32_000 + 1500 * step, "day_mode": "threshold",
                "half_day_from_minutes": 60, "full_day_from_minutes": 300}),
            1 => json!({"kind": kind, "rate_minor": 34_000 + 1500 * step, "day_mode": "pro_rata_capped",
                "minutes_per_day": 480}),
            _ => json!({"kind": kind, "rate_minor": 36_000, "day_mode": "explicit"}),
        },
        "project" => json!({
            "kind": kind, "price_minor": 240_000 + 60_000 * step, "budget_minutes": 3000 + 600 * step,
            "milestones": [
                {"title": "Bestandsaufnahme", "amount_minor": 60_000},
                {"title": "Umsetzung", "amount_minor": 120_000},
                {"title": "Übergabe", "amount_minor": 60_000},
            ],
        }),
        _ => {
            let minutes = [600, 1200, 1800][variant % 3];
            let terms = json!({
                "kind": kind, "included_minutes": minutes, "price_minor": minutes * 70, "overage_rate_minor": 4800,
                "rounding": {"mode": "up", "increment_minutes": 6}, "alerts_percent": [80, 100],
                "period": (["month", "month", "quarter"][variant % 3]), "anchor_day": ([1, 15, 1][variant % 3]),
                "proration": "days",
            });
            let policy = [
                json!({"carry": "all", "carry_expires_after": 1, "consume_order": "oldest_first"}),
                json!({"carry": "capped", "carry_cap_minutes": 300, "deficit": "bill"}),
                json!({"carry": "none", "deficit": "bill"}),
                json!({"carry": "all", "deficit": "carry"}),
            ];
            with(terms, &policy[variant % 4])
        }
    }
}

/// The same terms at a higher price, as they are proposed after a while.
pub fn raised(mut terms: Value) -> Value {
    for member in ["rate_minor", "price_minor"] {
        if let Some(price) = terms[member].as_i64() {
            terms[member] = json!(price + price / 20);
        }
    }
    terms
}

/// Terms with these members.
pub fn with(mut terms: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().into_iter().flatten() {
        terms[name] = value.clone();
    }
    terms
}
