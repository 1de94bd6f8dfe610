//! Engagements that show what packages, blocks and caps do: two years of each rule, as a table.

use super::plan::Who::{self, Contact, Team};
use crate::kernel::Date;
use crate::slices::engagements::model::EngagementAct::{self, Pause, Resume};
use Deed::{Accept, Act, Adjust, Approve, Ask, Close, Link, Offer, Terms, Void, Work};
use serde_json::{Value, json};
use std::ops::Range;

/// A day of a month: months are counted from the first of the two years, days from 1; day 0 is the last of the month before.
pub type Place = (u32, u64);

/// An engagement and what happens to it.
pub struct Package {
    /// The place of a client with a log-in, known from the first day on.
    pub client: usize,
    pub title: &'static str,
    pub terms: Value,
    pub begins: Place,
    /// The minutes worked in each month, over and over.
    pub worked: &'static [i64],
    /// The months without work.
    pub idle: Range<u32>,
    pub deeds: Vec<(Place, Who, Deed)>,
}

/// Something that is done with a package. Blocks and extensions are told by their place among those of the engagement.
pub enum Deed {
    Adjust(Value),
    Offer(Value),
    Accept(usize),
    Void(usize, &'static str),
    Ask(Value),
    Approve(usize),
    Close(i32),
    Link(&'static str),
    Act(EngagementAct),
    /// Other terms, from a day on.
    Terms(Value, Place),
    /// More work than usual, on a day; late where its period is closed.
    Work(Place, i64, bool),
}

const OWNER: Who = Team(0);

pub fn packages(day: impl Fn(Place) -> Date) -> Vec<Package> {
    let quarterly = json!({
        "period": "quarter", "carry": "all", "carry_expires_after": 1, "consume_order": "oldest_first",
        "bonus_minutes": 60, "proration": "days", "deficit": "carry",
    });
    vec![
        Package {
            client: 0,
            title: "Büropaket 6 Stunden ohne Übertrag",
            terms: retainer(360, json!({"carry": "none", "deficit": "bill"})),
            begins: (0, 1),
            worked: &[300, 390, 360, 240],
            idle: 0..0,
            deeds: vec![
                ((1, 12), OWNER, Close(1)),
                ((1, 14), OWNER, Work((0, 26), 45, true)),
                ((3, 20), OWNER, adjust("goodwill", 30, "Rückfrage zur Rechnung, geht auf mich.")),
                ((5, 22), OWNER, adjust("correction", -30, "Das Protokoll war schon gutgeschrieben.")),
                ((6, 2), OWNER, Link("Für die Startseite der Werkstatt")),
            ],
        },
        Package {
            client: 0,
            title: "Büropaket 8 Stunden mit vollem Übertrag",
            terms: retainer(480, json!({"carry": "all", "deficit": "carry"})),
            begins: (0, 1),
            worked: &[360, 630, 420, 570],
            idle: 0..0,
            deeds: vec![(
                (0, 2),
                OWNER,
                Adjust(json!({
                    "kind": "opening", "minutes": 300, "reason": "Rest aus der alten Vereinbarung.",
                    "valid_until": day((6, 0)),
                })),
            )],
        },
        Package {
            client: 0,
            title: "Halbjahrespaket 30 Stunden mit Nachkauf",
            terms: retainer(
                1800,
                json!({"period": "half_year", "carry": "none", "deficit": "bill", "auto_top_up": {
                    "below_minutes": 60, "minutes": 300, "price_minor": 22_500, "valid_days": 90, "max_per_period": 1,
                }}),
            ),
            begins: (0, 1),
            worked: &[240, 360, 300, 420],
            idle: 0..0,
            deeds: Vec::new(),
        },
        Package {
            client: 2,
            title: "Büropaket 8 Stunden, Übertrag bis 3 Stunden",
            terms: retainer(
                480,
                json!({
                    "carry": "capped", "carry_cap_minutes": 180, "carry_expires_after": 3, "close_after_days": 10,
                    "consume_order": "included_first", "deficit": "bill",
                }),
            ),
            begins: (0, 1),
            worked: &[600, 480, 540, 450],
            idle: 0..0,
            deeds: blocks(2),
        },
        Package {
            client: 2,
            title: "Büropaket 10 Stunden, nicht mehr",
            terms: retainer(600, json!({"carry": "none", "deficit": "block"})),
            begins: (0, 1),
            worked: &[540, 600, 570, 480],
            idle: 0..0,
            deeds: vec![
                ((9, 20), OWNER, ask(120, "Die Inventur braucht zwei Stunden mehr.")),
                ((9, 21), Contact(2), Approve(0)),
                ((9, 24), OWNER, Work((9, 24), 90, false)),
                ((24, 20), Contact(2), ask(180, "Bitte noch die Weihnachtspost in diesem Monat.")),
            ],
        },
        Package {
            client: 2,
            title: "Vertretung am Empfang",
            terms: json!({
                "kind": "daily", "rate_minor": 34_000, "day_mode": "threshold", "half_day_from_minutes": 60,
                "full_day_from_minutes": 300,
            }),
            begins: (0, 1),
            worked: &[480, 240, 720, 0],
            idle: 0..0,
            deeds: Vec::new(),
        },
        Package {
            client: 4,
            title: "Quartalspaket 20 Stunden mit Bonus",
            terms: retainer(1200, quarterly.clone()),
            begins: (0, 15),
            worked: &[360, 480, 450, 390],
            idle: 0..0,
            deeds: vec![((6, 10), Contact(4), Terms(retainer(1320, quarterly), (7, 15)))],
        },
        Package {
            client: 4,
            title: "Büropaket 5 Stunden mit Sommerpause",
            terms: retainer(300, json!({"carry": "capped", "carry_cap_minutes": 120, "deficit": "carry"})),
            begins: (0, 1),
            worked: &[240, 330, 300],
            idle: 10..12,
            deeds: vec![((10, 0), OWNER, Act(Pause)), ((12, 1), OWNER, Act(Resume))],
        },
        Package {
            client: 4,
            title: "Büroservice nach Stunden mit Block",
            terms: json!({
                "kind": "hourly", "rate_minor": 4600, "cap_minutes": 480, "alerts_percent": [80, 100],
                "rounding": {"mode": "up", "increment_minutes": 6}, "notice_days": 14,
            }),
            begins: (0, 1),
            worked: &[300, 420, 500, 240],
            idle: 0..0,
            deeds: vec![
                (
                    (12, 2),
                    OWNER,
                    Offer(json!({"title": "15 Stunden auf Vorrat", "minutes": 900,
                    "price_minor": 63_000, "valid_days": 365})),
                ),
                ((12, 3), Contact(4), Accept(0)),
                ((12, 4), OWNER, Link("Für die Buchhaltung")),
            ],
        },
        Package {
            client: 0,
            title: "Digitalisierung der Ablage",
            terms: json!({
                "kind": "project", "price_minor": 240_000, "budget_minutes": 2400, "alerts_percent": [50, 80, 100],
                "milestones": [
                    {"title": "Bestandsaufnahme", "amount_minor": 60_000, "due_on": day((19, 15))},
                    {"title": "Umsetzung", "amount_minor": 120_000, "due_on": day((22, 30))},
                    {"title": "Übergabe", "amount_minor": 60_000, "due_on": day((26, 15))},
                ],
            }),
            begins: (18, 1),
            worked: &[300, 360],
            idle: 0..0,
            deeds: Vec::new(),
        },
    ]
}

/// Blocks in every state: used up, voided, active and offered.
fn blocks(client: usize) -> Vec<(Place, Who, Deed)> {
    let block = |title: &str, minutes: i64, days: i64| {
        Offer(
            json!({"title": title, "minutes": minutes, "bonus_minutes": minutes / 10, "price_minor": minutes * 75,
            "valid_days": days}),
        )
    };
    vec![
        ((4, 2), OWNER, block("5 Stunden auf Vorrat", 300, 365)),
        ((4, 3), Contact(client), Accept(0)),
        ((16, 2), OWNER, block("Messevorbereitung", 300, 120)),
        ((16, 3), Contact(client), Accept(1)),
        ((17, 2), OWNER, Void(1, "Die Messe wurde abgesagt, der Rest ist erstattet.")),
        ((17, 5), OWNER, block("10 Stunden auf Vorrat", 600, 365)),
        ((17, 6), Contact(client), Accept(2)),
        ((24, 19), OWNER, block("20 Stunden auf Vorrat", 1200, 365)),
    ]
}

fn ask(minutes: i64, reason: &str) -> Deed {
    Ask(json!({"minutes": minutes, "reason": reason}))
}

fn adjust(kind: &str, minutes: i64, reason: &str) -> Deed {
    Adjust(json!({"kind": kind, "minutes": minutes, "reason": reason}))
}

/// Terms of a package of so many minutes.
fn retainer(minutes: i64, policy: Value) -> Value {
    let terms = json!({
        "kind": "retainer", "included_minutes": minutes, "price_minor": minutes * 75, "overage_rate_minor": 4800,
        "rounding": {"mode": "up", "increment_minutes": 6}, "alerts_percent": [80, 100],
    });
    super::terms::with(terms, &policy)
}
