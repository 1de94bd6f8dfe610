//! Each act on a thing, in each state that the thing can be in and by each side. The client of the tests refuses a code
//! that the operation does not list; here it is seen that every state comes before it, and that what is offered in
//! `allowed_actions` is not refused for the state.

use crate::{
    client::{Reply, TestClient},
    engagements::{draft, hourly},
    people::{id, new_client},
    server::Server,
    share_links::new_link,
    support::databases::on_both,
    tasks::new_task,
};
use serde_json::{Value, json};

/// The things, and which acts bring one into each of its states. `asked` is a task, an extension or a block that the client asked
/// for, `timer` an entry whose timer runs; `client` and `engagement` say what happens to those of the thing.
const STATES: &[(&str, &[&str])] = &[
    (
        "/v1/tasks/{task_id}",
        &[
            "",
            "asked",
            "asked accept",
            "asked decline",
            "start",
            "wait",
            "start submit",
            "complete",
            "cancel",
            "client:archive",
            "start client:archive",
        ],
    ),
    (
        "/v1/engagements/{engagement_id}",
        &[
            "",
            "client:archive",
            "propose",
            "propose client:archive",
            "propose decline",
            "propose accept",
            "propose accept pause",
            "propose accept pause client:archive",
            "propose accept end",
            "propose accept end archive",
        ],
    ),
    (
        "/v1/engagements/{engagement_id}/terms/{terms_id}",
        &[
            "",
            "accept",
            "decline",
            "withdraw",
            "client:archive",
            "engagement:pause",
            "engagement:end",
            "engagement:end engagement:archive",
        ],
    ),
    (
        "/v1/engagements/{engagement_id}/milestones/{number}",
        &[
            "",
            "accept",
            "client:archive",
            "engagement:pause",
            "engagement:end",
            "engagement:end engagement:archive",
            "accept engagement:end",
        ],
    ),
    (
        "/v1/engagements/{engagement_id}/extensions/{extension_id}",
        &[
            "",
            "approve",
            "decline",
            "withdraw",
            "asked",
            "asked approve",
            "asked decline",
            "client:archive",
            "engagement:pause",
            "engagement:end",
            "engagement:end engagement:archive",
            "asked engagement:end engagement:archive",
        ],
    ),
    (
        "/v1/engagements/{engagement_id}/blocks/{block_id}",
        &[
            "",
            "accept",
            "decline",
            "withdraw",
            "accept void",
            "client:archive",
            "engagement:pause",
            "engagement:end",
            "accept engagement:end engagement:archive",
            "asked",
            "asked offer",
            "asked offer accept",
            "asked decline",
            "asked engagement:pause",
            "asked engagement:end",
        ],
    ),
    (
        "/v1/time-entries/{time_entry_id}",
        &[
            "",
            "client:archive",
            "engagement:pause",
            "engagement:end",
            "engagement:end engagement:archive",
            "timer",
            "timer pause",
        ],
    ),
    ("/v1/share-links/{share_link_id}", &["", "revoke", "client:archive"]),
    ("/v1/clients/{client_id}", &["", "archive"]),
    ("/v1/invitations/{invitation_id}", &["", "revoke"]),
];

/// An operation on a thing: its method, what follows the thing's address, and a body for it.
struct Act {
    method: String,
    suffix: String,
    body: Value,
}

struct World {
    anna: TestClient,
    klara: TestClient,
    /// The client whose member Klara is.
    client: String,
    document: Value,
}

/// A thing that was made.
struct Row {
    path: String,
    client: String,
    engagement: String,
}

impl Act {
    /// The word for it in `allowed_actions`.
    fn word(&self) -> &str {
        match (self.method.as_str(), self.suffix.as_str()) {
            ("PATCH", "") => "edit",
            ("DELETE", "") => "delete",
            (_, "/comments") => "comment",
            (_, "/terms") => "propose_terms",
            (_, suffix) => suffix.trim_start_matches('/'),
        }
    }
}

impl World {
    /// Every act on a thing at this address.
    fn acts(&self, template: &str) -> Vec<Act> {
        let mut acts = Vec::new();
        for (path, item) in self.document["paths"].as_object().expect("paths") {
            let Some(suffix) = path.strip_prefix(template).filter(|suffix| !suffix.contains('{')) else {
                continue;
            };
            for (method, about) in item.as_object().expect("operations").iter().filter(|(name, _)| *name != "get")
            {
                let name = about["operationId"].as_str().expect("a name");
                let content = about["requestBody"]["content"].as_object();
                let example =
                    content.into_iter().flat_map(|all| all.values()).map(|media| media["example"].clone());
                let body = match name {
                    "split_time_entry" => json!({"split_after_seconds": 60}),
                    "propose_terms" => {
                        json!({"effective_from": "2026-03-01", "terms": {"kind": "hourly", "rate_minor": 5000}})
                    }
                    // Clients and assistants may say so much.
                    "create_block" => json!({"minutes": 60}),
                    "update_client" => json!({"name": "Anders"}),
                    "update_time_entry" => json!({"description": "Anders"}),
                    _ if method == "patch" => json!({"title": "Anders"}),
                    _ => example.into_iter().next().unwrap_or_default(),
                };
                acts.push(Act { method: method.to_uppercase(), suffix: suffix.to_owned(), body });
            }
        }
        acts
    }

    /// A thing at this address in this state. What happens to its client happens to one of its own.
    async fn bring(&self, template: &str, state: &str) -> Row {
        let (anna, klara) = (&self.anna, &self.klara);
        let is_apart = template.starts_with("/v1/clients") || state.contains("client:");
        let client = if is_apart { id(&new_client(anna, "B").await) } else { self.client.clone() };
        let made =
            async |path: &str, body: Value| id(&anna.post(path).json(&body).send().await.expect(201).json());
        let active = async |terms: Value| {
            let mut body = hourly(&client, "E");
            body["terms"] = terms;
            body["accepted"] = json!({"note": "Am Telefon."});
            made("/v1/engagements", body).await
        };
        let by_hour = || json!({"kind": "hourly", "rate_minor": 4500});
        let mut words: Vec<&str> = state.split_whitespace().collect();
        let begins =
            |words: &mut Vec<&str>, word: &str| words.first() == Some(&word) && !words.remove(0).is_empty();
        let mut engagement = String::new();
        let path = match template {
            "/v1/tasks/{task_id}" if begins(&mut words, "asked") => {
                format!("/v1/tasks/{}", id(&new_task(klara, &client, "T").await))
            }
            "/v1/tasks/{task_id}" => format!("/v1/tasks/{}", id(&new_task(anna, &client, "T").await)),
            "/v1/engagements/{engagement_id}" => {
                format!("/v1/engagements/{}", id(&draft(anna, &client, "E").await))
            }
            "/v1/engagements/{engagement_id}/terms/{terms_id}" => {
                engagement = active(by_hour()).await;
                let terms = format!("/v1/engagements/{engagement}/terms");
                let body =
                    json!({"effective_from": "2026-03-01", "terms": {"kind": "hourly", "rate_minor": 5000}});
                format!("{terms}/{}", made(&terms, body).await)
            }
            "/v1/engagements/{engagement_id}/milestones/{number}" => {
                let milestones = json!([{"title": "Entwurf", "amount_minor": 1}]);
                engagement = active(json!({"kind": "project", "price_minor": 1, "milestones": milestones})).await;
                format!("/v1/engagements/{engagement}/milestones/1")
            }
            "/v1/engagements/{engagement_id}/extensions/{extension_id}" => {
                engagement = active(json!({"kind": "retainer", "price_minor": 1, "included_minutes": 60})).await;
                let extensions = format!("/v1/engagements/{engagement}/extensions");
                let by = if begins(&mut words, "asked") { klara } else { anna };
                let asked = by.post(&extensions).json(&json!({"minutes": 60, "reason": "Mehr."})).send().await;
                format!("{extensions}/{}", id(&asked.expect(201).json()))
            }
            "/v1/engagements/{engagement_id}/blocks/{block_id}" => {
                engagement = active(by_hour()).await;
                let blocks = format!("/v1/engagements/{engagement}/blocks");
                let by = if begins(&mut words, "asked") { klara } else { anna };
                let block = by.post(&blocks).json(&json!({"minutes": 60})).send().await;
                format!("{blocks}/{}", id(&block.expect(201).json()))
            }
            "/v1/time-entries/{time_entry_id}" => {
                engagement = active(by_hour()).await;
                let timer = begins(&mut words, "timer");
                let entry = match timer {
                    true => {
                        let body = json!({"engagement_id": engagement});
                        let timer = anna.post("/v1/timer/start").json(&body).send().await.expect(200).json();
                        id(&timer["running"])
                    }
                    false => {
                        let body = json!({"engagement_id": engagement, "work_date": "2026-03-01", "duration_seconds": 600});
                        made("/v1/time-entries", body).await
                    }
                };
                format!("/v1/time-entries/{entry}")
            }
            "/v1/share-links/{share_link_id}" => {
                let link = new_link(anna, &client, "https://example.com/a", json!({})).await;
                format!("/v1/share-links/{}", id(&link))
            }
            "/v1/clients/{client_id}" => format!("/v1/clients/{client}"),
            _ => {
                let body = json!({"email": "new@example.com", "role": "client", "client_id": client});
                format!("/v1/invitations/{}", made("/v1/invitations", body).await)
            }
        };
        let row = Row { path, client, engagement };
        for word in words {
            self.step(template, &row, word).await;
        }
        row
    }

    /// One act on the way into a state.
    async fn step(&self, template: &str, row: &Row, word: &str) {
        let path = match word.split_once(':') {
            Some(("client", act)) => format!("/v1/clients/{}/{act}", row.client),
            Some((_, act)) => format!("/v1/engagements/{}/{act}", row.engagement),
            None if template.starts_with("/v1/time-entries") => format!("/v1/timer/{word}"),
            None => {
                let acts = self.acts(template);
                let act = acts.iter().find(|act| act.word() == word).unwrap_or_else(|| panic!("no act {word}"));
                sent(&self.anna, row, act).await.1.expect(200);
                return;
            }
        };
        self.anna.post(&path).send().await.expect(200);
    }
}

/// Does an act with the tag of what the caller sees; what they were offered, and the answer.
async fn sent(by: &TestClient, row: &Row, act: &Act) -> (Value, Reply) {
    let seen = by.get(&row.path).send().await;
    let request = by.request(&act.method, &format!("{}{}", row.path, act.suffix));
    let request = seen.header("etag").iter().fold(request, |request, tag| request.header("if-match", tag));
    let request = if act.body.is_null() { request } else { request.json(&act.body) };
    (seen.json()["allowed_actions"].clone(), request.send().await)
}

#[on_both]
async fn what_is_refused_is_listed_and_what_is_offered_can_be_done(server: Server) {
    let anna = server.assistant("anna").await;
    let document = server.client.get("/openapi.json").undocumented().send().await.expect(200).json();
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let world = World { anna, klara, client, document };
    let mut wrong = Vec::new();
    for (template, states) in STATES {
        let acts = world.acts(template);
        assert!(!acts.is_empty(), "{template}");
        for state in *states {
            let mut row = None;
            for (act, by) in acts.iter().flat_map(|act| [(act, &world.klara), (act, &world.anna)]) {
                let thing = match row.take() {
                    Some(row) => row,
                    None => world.bring(template, state).await,
                };
                let (offered, answer) = sent(by, &thing, act).await;
                // Whoever is refused has changed nothing.
                let code = if answer.status < 400 { Value::Null } else { answer.json()["code"].clone() };
                row = (answer.status >= 400).then_some(thing);
                let for_state = ["action_not_allowed", "time_entry_locked", "forbidden"].map(Value::from);
                let is_offered = offered.as_array().is_some_and(|acts| acts.contains(&json!(act.word())));
                if answer.status >= 500 || code == "validation_failed" || is_offered && for_state.contains(&code) {
                    wrong.push(format!("{} {template}{} in {state:?}: {code}", act.method, act.suffix));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
