//! What an operation refuses by its form, whatever it is about: each code that the document lists for it and that any
//! request can bring about.

use super::{Operation, Step, Tour};
use crate::client::{Request, TestClient};
use serde_json::{Value, json};

const NOBODY: &str = "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90";

/// The request of a step.
pub(super) fn request(by: &TestClient, operation: &Operation, step: &Step<'_>, query: &str) -> Request {
    let request = bare(by, operation, step, query);
    let request = step.if_match.iter().fold(request, |request, tag| request.header("if-match", tag));
    step.body.iter().fold(request, |request, body| request.json(body))
}

/// The same without preconditions and body.
fn bare(by: &TestClient, operation: &Operation, step: &Step<'_>, query: &str) -> Request {
    let path =
        step.ids.iter().fold(operation.path.clone(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
    assert!(!path.contains('{'), "{}: {path}", step.operation);
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    by.request(&operation.method, &format!("{path}{query}"))
}

impl Operation {
    /// The codes that the document lists for a status.
    pub fn lists(&self, document: &Value, code: &str) -> bool {
        self.about["responses"].as_object().into_iter().flat_map(|all| all.values()).any(|response| {
            let response = match response["$ref"].as_str() {
                Some(to) => document.pointer(&to[1..]).expect("a reference that leads somewhere"),
                None => response,
            };
            response["x-codes"].as_array().is_some_and(|codes| codes.contains(&json!(code)))
        })
    }

    fn media_type(&self) -> &str {
        if self.method == "PATCH" { "application/merge-patch+json" } else { "application/json" }
    }
}

impl Tour {
    /// Sends what is refused before the step is done.
    pub(super) async fn refuse(&self, by: &TestClient, operation: &Operation, step: &Step<'_>) -> Vec<String> {
        let with = |query: &str| match step.query {
            "" => query.to_owned(),
            own => format!("{own}&{query}"),
        };
        let again = || request(by, operation, step, step.query);
        let kind = operation.media_type();
        let roles = operation.about["x-roles"].to_string();
        let has_scope = operation.about["x-scopes"].as_array().is_some_and(|scopes| !scopes.is_empty());
        let is_of_events = operation.about["x-scopes"][0] == "events:read";
        let keyholder = if is_of_events { &self.of_clients } else { &self.of_events };
        let outsider = match () {
            () if roles.contains("owner") => &self.colleague,
            () if !roles.contains("client") => &self.outsider,
            () => &self.robot,
        };
        let mut nowhere = Step { ids: step.ids.clone(), body: step.body.clone(), ..super::step(step.operation) };
        if let Some((_, id)) = nowhere.ids.last_mut() {
            *id = NOBODY.to_owned();
        }
        let tried: Vec<(&str, u16, Request)> = vec![
            ("invalid_parameter", 400, request(by, operation, step, &with("nonsense=1"))),
            ("invalid_cursor", 400, bare(by, operation, step, "cursor=nonsense")),
            ("sync_expired", 410, bare(by, operation, step, "updated_since=2020-01-01T00:00:00Z")),
            ("invalid_header", 400, {
                let is_by_key = operation.lists(&self.document, "idempotency_key_reused");
                again().header(if is_by_key { "idempotency-key" } else { "if-match" }, "ü")
            }),
            ("invalid_json", 400, again().body(kind, "{")),
            ("content_too_large", 413, again().body(kind, vec![b' '; (1 << 20) + 1])),
            ("unsupported_media_type", 415, again().body("text/plain", "{}")),
            ("validation_failed", 422, again().body(kind, json!({"nonsense": 1}).to_string())),
            ("unauthenticated", 401, request(&self.nobody, operation, step, step.query)),
            ("invalid_token", 401, request(&self.robber, operation, step, step.query)),
            ("insufficient_scope", 403, request(keyholder, operation, step, step.query)),
            ("forbidden", 403, request(outsider, operation, step, step.query)),
            ("not_found", 404, request(by, operation, &nowhere, step.query).header("if-match", "\"1-a\"")),
            ("precondition_failed", 412, bare(by, operation, step, step.query).header("if-match", "\"0-stale\"")),
            ("precondition_required", 428, bare(by, operation, step, step.query)),
        ];
        let mut wrong = Vec::new();
        for (code, status, sent) in tried {
            let is_tried = match code {
                "not_found" => !step.ids.is_empty(),
                "unauthenticated" | "invalid_token" => roles != "null",
                // Where both roles may call by a key, it depends on the row.
                "forbidden" => !(roles.contains("client") && has_scope),
                _ => true,
            };
            if !operation.lists(&self.document, code) || !is_tried {
                continue;
            }
            // These are judged after the body.
            let sent = match (&step.body, code) {
                (Some(body), "precondition_failed" | "precondition_required") => sent.json(body),
                _ => sent,
            };
            let answer = sent.send().await;
            let told = (answer.status, answer.json()["code"].clone());
            if told != (status, json!(code)) {
                wrong.push(format!("{} {}: {code}: {}", step.operation, step.query, answer.json()));
            }
        }
        wrong
    }
}
