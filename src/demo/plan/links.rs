//! The share links: every provider of the table, running, expired and taken back.

use super::{Plan, PlannedLink, Step, Who};
use crate::demo::links::{PROVIDERS, TITLES, address};
use serde_json::json;

pub fn plan(plan: &mut Plan) {
    let clients: Vec<usize> =
        (0..plan.clients.len()).filter(|c| !plan.clients[*c].is_lead && !plan.clients[*c].is_leaving).collect();
    for i in 0..PROVIDERS.max(clients.len()) {
        let (client, last) = (clients[i % clients.len()], plan.calendar.last());
        let ago = if i % 2 == 0 { 1 + plan.dice.below(6) } else { 10 + plan.dice.below(90) };
        let day = last - ago;
        let url = address(i, &mut plan.dice);
        let lifetime = [None, Some(14), None, Some(60), Some(400)][i % 5];
        let expires = lifetime.map(|days: i64| plan.calendar.at(day, 12 * 60).plus_seconds(days * 86_400));
        let by = if i % 4 == 1 { plan.contact_or_team(client) } else { plan.somebody() };
        let is_ours = matches!(by, Who::Team(_));
        let mut body = json!({
            "source": "external", "url": url, "title": TITLES[i % TITLES.len()], "expires_at": expires,
            "password": (i % 3 == 0).then(|| format!("Kranich-{}", plan.dice.token(6))),
            "client_note": (i % 4 == 0).then_some("Bitte bis Freitag holen."),
        });
        if is_ours {
            body["internal_note"] = json!((i % 5 == 0).then_some("Vorher auf dem Büro-Laufwerk gesichert."));
            body["visibility"] = json!(if i % 9 == 8 { "internal" } else { "shared" });
        }
        let task = (0..plan.tasks.len()).find(|t| {
            let task = &plan.tasks[*t];
            task.client == client && task.day < day && task.body["visibility"] != "internal" && (t + i) % 2 == 0
        });
        plan.links.push(PlannedLink { client, task, by, body });
        plan.step(day, 14 * 60, Step::Link(i));
        if i % 6 == 5 {
            plan.step(day + 3, 15 * 60, Step::Revoke(i));
        }
    }
}
