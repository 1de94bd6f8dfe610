//! The engagements: three for each client, of every kind and in every status.

use super::{Plan, PlannedEngagement, Step, Who};
use crate::demo::terms::{KINDS, raised, terms};
use crate::kernel::Date;
use crate::slices::engagements::model::EngagementAct::{Accept, Archive, Decline, End, Pause, Propose, Withdraw};
use chrono::{Datelike, Months, NaiveDate};
use serde_json::json;

const PROJECTS: &[&str] =
    &["Relaunch der Website", "Umzug des Archivs", "Einführung der Warenwirtschaft", "Jubiläumsfeier"];
/// What an assistant says of an answer that was given elsewhere.
const ELSEWHERE: &str = "Am Telefon zugesagt.";

/// What becomes of an engagement.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Draft,
    Withdrawn,
    Proposed,
    Declined,
    Active,
    Raised,
    Paused,
    Ended,
    Archived,
}

/// The fates of the second engagement of each client.
const FATES: [Fate; 8] = [
    Fate::Paused,
    Fate::Ended,
    Fate::Archived,
    Fate::Declined,
    Fate::Proposed,
    Fate::Draft,
    Fate::Raised,
    Fate::Withdrawn,
];

pub fn plan(plan: &mut Plan) {
    for client in 0..plan.clients.len() {
        for place in 0..3 {
            let fate = match (place, plan.clients[client].is_lead, plan.clients[client].is_leaving) {
                (0, true, _) => Fate::Proposed,
                (_, true, _) => Fate::Draft,
                (0, _, true) => Fate::Archived,
                (_, _, true) => Fate::Ended,
                (1, ..) => FATES[client % FATES.len()],
                _ => Fate::Active,
            };
            engagement(plan, client, place, fate);
        }
    }
}

fn engagement(plan: &mut Plan, client: usize, place: usize, fate: Fate) {
    let (i, last) = (plan.engagements.len(), plan.calendar.last());
    let (kind, variant) = (KINDS[(client + place) % KINDS.len()], i / 4 + place);
    let terms = terms(kind.0, variant);
    let day = match (place, fate) {
        (_, Fate::Draft | Fate::Proposed | Fate::Withdrawn | Fate::Declined) => last - 3 - client % 10,
        (0, _) => plan.clients[client].day,
        (_, _) => plan.clients[client].day + 10 * place + client % 7,
    };
    let starts = day + 1;
    let title = match kind.0 {
        "project" => PROJECTS[client % PROJECTS.len()].to_owned(),
        "retainer" => format!("{} {} Stunden", kind.1, terms["included_minutes"].as_i64().unwrap_or(0) / 60),
        _ => kind.1.to_owned(),
    };
    let body = json!({
        "title": title,
        "description": (i % 3 == 0).then_some("Umfang und Ansprechpartner wie **besprochen**; Anfahrt nach Aufwand."),
        "internal_note": (i % 4 == 0).then_some("Kalkuliert mit zwei Stunden Einarbeitung."),
        "starts_on": plan.calendar.date(starts),
        "terms": terms,
    });
    let says_days = terms["day_mode"] == "explicit";
    plan.step(day, 9 * 60 + 30, Step::Engagement(i));
    let new_terms = terms_after(plan, starts, fate, &terms);
    let closes = acts(plan, (i, client), (day, starts), fate, new_terms);
    plan.engagements.push(PlannedEngagement { client, body, says_days, open: (starts, closes) });
}

/// Plans the acts; the day on which the engagement takes work no more.
fn acts(
    plan: &mut Plan,
    (engagement, client): (usize, usize),
    (day, starts): (usize, usize),
    fate: Fate,
    new_terms: Option<(serde_json::Value, Date, usize)>,
) -> usize {
    let last = plan.calendar.last();
    let their = plan.contact_or_team(client);
    let note = matches!(their, Who::Team(_)).then_some(ELSEWHERE);
    let mut act = |day: usize, minute: i64, act, by, note| {
        plan.step(day, minute, Step::Act { engagement, act, by, note });
    };
    let own = Who::Team(0);
    if fate == Fate::Draft {
        return 0;
    }
    act(day, 11 * 60, Propose, own, None);
    match fate {
        Fate::Draft | Fate::Proposed => return 0,
        Fate::Withdrawn => {
            act(day + 1, 10 * 60, Withdraw, own, None);
            return 0;
        }
        Fate::Declined => {
            act(day + 1, 10 * 60, Decline, their, note.map(|_| "Zu teuer, sagt die Inhaberin am Telefon."));
            return 0;
        }
        _ => act(starts, 8 * 60 + 30, Accept, their, note),
    }
    let closes = match fate {
        Fate::Paused => {
            act(last - 15 - client % 20, 9 * 60, Pause, own, None);
            last - 15 - client % 20
        }
        Fate::Ended | Fate::Archived => {
            let ends = if starts + 60 < last { last - 12 - client % 30 } else { last - 12 };
            act(ends, 9 * 60, End, own, None);
            if fate == Fate::Archived {
                act(ends + 3, 9 * 60, Archive, own, None);
            }
            ends
        }
        _ => last,
    };
    if let Some((terms, from, day)) = new_terms {
        plan.step(day, 10 * 60, Step::NewTerms { engagement, terms, from, by: their, note });
    }
    closes
}

/// A rise from the first of a month on, told two weeks before.
fn terms_after(
    plan: &Plan,
    starts: usize,
    fate: Fate,
    terms: &serde_json::Value,
) -> Option<(serde_json::Value, Date, usize)> {
    let day = starts + 90;
    if fate != Fate::Raised || day + 20 > plan.calendar.last() {
        return None;
    }
    let month = plan.calendar.date(day + 10) + Months::new(1);
    let from = NaiveDate::from_ymd_opt(month.year(), month.month(), 1)?;
    Some((raised(terms.clone()), Date(from), day))
}
