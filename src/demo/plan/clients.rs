//! The clients, their contacts and channels.

use super::{Person, Plan, PlannedClient, Step, place};
use crate::demo::terms::terms;
use crate::demo::trades::{TRADES, Trade};
use crate::demo::words::{FIRST_NAMES, LAST_NAMES, STREETS, TOWNS, mailbox};
use chrono::NaiveDate;
use serde_json::{Value, json};

/// Clients of the first day are there since the office was founded.
pub fn plan(plan: &mut Plan, count: usize, founded: NaiveDate) {
    for i in 0..count {
        let client = client(plan, i, count);
        let (day, leaves) = (client.day, client.is_leaving);
        plan.clients.push(client);
        match day {
            0 => plan.step_on(founded, 8 * 60 + 45, Step::Client(i)),
            _ => plan.step(day, 8 * 60 + 45, Step::Client(i)),
        }
        if leaves {
            let last = plan.calendar.last();
            plan.step(last - 8, 10 * 60, Step::ArchiveClient(i));
        }
    }
}

/// The trade of the client of this place.
pub fn trade(client: usize) -> &'static Trade {
    &TRADES[client % TRADES.len()]
}

fn client(plan: &mut Plan, i: usize, count: usize) -> PlannedClient {
    let (trade, round, number) = (trade(i), i / TRADES.len(), plan.number);
    // Names do not come twice: within a trade every round takes another surname and town.
    let last = LAST_NAMES[(i % TRADES.len() * 5 + round * 7 + number * 3 + 5) % LAST_NAMES.len()];
    let first = FIRST_NAMES[(i * 7 + number * 3 + 10) % FIRST_NAMES.len()];
    let (town, postal_code, dialling) = TOWNS[(i + round * 4 + number) % TOWNS.len()];
    let named = |text: &str| text.replace("{S}", last).replace("{F}", first).replace("{T}", town);
    let name = named(trade.name);
    let domain = place(&name, number);
    let swiss = i % 10 == 5;
    let login = (i < 3 || i.is_multiple_of(4))
        .then(|| Person { name: format!("{first} {last}"), email: mailbox(first, last, &domain) });
    let mut body = json!({
        "name": name,
        "legal_name": trade.legal_name.map(named),
        "kind": trade.kind,
        "status": match i % 10 { 7 => "lead", 8 => "paused", _ => "active" },
        "email": format!("info@{domain}.example"),
        "billing_address": {
            "line1": format!("{} {}", STREETS[i % STREETS.len()], 1 + plan.dice.below(90)),
            "postal_code": if swiss { "8001" } else { postal_code },
            "city": if swiss { "Zürich" } else { town },
            "country": if swiss { "CH" } else { "DE" },
        },
        "payment_term_days": ([14, 30, 7][i % 3]),
        "working_hours": [
            {"days": ["monday", "tuesday", "wednesday", "thursday"], "from": "08:00", "until": "16:30"},
            {"days": ["friday"], "from": "08:00", "until": "12:00"},
        ],
        "tags": trade.tags,
        "internal_note": trade.note,
        "client_note": (i % 3 == 1).then_some("Rechnungen bitte als PDF an die allgemeine Adresse."),
    });
    if trade.kind == "company" && !swiss {
        body["vat_id"] = json!(format!("DE{}", plan.dice.between(100_000_000, 999_999_999)));
    }
    if swiss {
        (body["currency"], body["time_zone"]) = (json!("CHF"), json!("Europe/Zurich"));
    }
    if i % 4 == 1 {
        body["default_terms"] = terms("hourly", i);
    }
    if i % 5 == 2 {
        (body["external_source"], body["external_ref"]) = (json!("lexware"), json!(format!("K-{}", 10_000 + i)));
    }
    let phone = format!("+49{dialling}{}", plan.dice.between(100_000, 9_999_999));
    PlannedClient {
        body,
        contacts: contacts(i, (first, last), (&domain, &phone), trade),
        channels: channels(i, (&domain, &phone), plan),
        login,
        is_lead: i % 10 == 7,
        is_leaving: i % 10 == 9,
        day: if i.is_multiple_of(2) { 0 } else { i * 50 / count },
    }
}

fn contacts(i: usize, (first, last): (&str, &str), (domain, phone): (&str, &str), trade: &Trade) -> Vec<Value> {
    let mut contacts = vec![json!({
        "name": format!("{first} {last}"), "email": mailbox(first, last, domain), "phone": phone,
        "function": trade.function, "is_primary": true,
        "internal_note": (i % 4 == 2).then_some("Duzt sich mit allen."),
    })];
    if i.is_multiple_of(3) {
        let (first, last) = (FIRST_NAMES[(i * 5 + 17) % 30], LAST_NAMES[(i * 3 + 20) % LAST_NAMES.len()]);
        contacts.push(json!({
            "name": format!("{first} {last}"), "email": mailbox(first, last, domain), "function": "Empfang",
        }));
    }
    contacts
}

fn channels(i: usize, (domain, phone): (&str, &str), plan: &mut Plan) -> Vec<Value> {
    let mobile = format!("+49151{}", plan.dice.between(10_000_000, 99_999_999));
    let more = [
        ("whatsapp", mobile.clone(), "dringend"),
        ("signal", mobile.clone(), "dringend"),
        (
            "zoom",
            format!("https://zoom.us/j/{}", plan.dice.between(10_000_000_000, 99_999_999_999)),
            "Besprechung",
        ),
        ("jitsi", format!("https://meet.jit.si/{}", plan.dice.token(12)), "Besprechung"),
        ("teams", format!("https://teams.microsoft.com/l/meetup-join/{}", plan.dice.token(20)), "Besprechung"),
        ("nextcloud_talk", format!("https://cloud.{domain}.example/call/{}", plan.dice.token(8)), "Besprechung"),
        ("google_meet", "https://meet.google.com/abc-defg-hij".to_owned(), "Besprechung"),
        ("sms", mobile, "nur im Notfall"),
        ("postal", "Postfach 11 04, an der Pforte abgeben".to_owned(), "Originale"),
        ("other", "Fahrradkurier über die Zentrale".to_owned(), "Originale"),
    ];
    let (kind, address, purpose) = &more[i % more.len()];
    vec![
        json!({"kind": "phone", "address": phone, "purpose": "alltags", "preference": 1,
            "reachable_hours": [{"days": ["monday", "wednesday", "friday"], "from": "09:00", "until": "12:30"}]}),
        json!({"kind": "email", "address": format!("info@{domain}.example"), "preference": 2}),
        json!({"kind": kind, "address": address, "purpose": purpose, "preference": 3}),
    ]
}
