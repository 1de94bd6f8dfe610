//! The served OpenAPI document as a judge: every reply must be one that the document lists.

use super::{
    document::{Document, Place, fragment},
    observed::observe,
};
use jsonschema::{Draft, Registry, Validator};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// The document, with the validators that were needed so far. Share one: compiling schemas is the slow part.
pub struct Contract {
    document: Document,
    registry: Registry<'static>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// A request and its reply, as the document judges them.
pub struct Exchange<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: Vec<String>,
    pub sent: Option<(&'a str, &'a [u8])>,
    pub status: u16,
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
}

/// The name under which schemas refer to the document.
const ROOT: &str = "urn:openapi";

impl Contract {
    pub fn new(document: Value) -> Arc<Self> {
        let version = document["openapi"].as_str().unwrap_or_default();
        assert!(version.starts_with("3.1."), "not an OpenAPI 3.1 document");
        let registry = Registry::new()
            .draft(Draft::Draft202012)
            .add(ROOT, document.clone())
            .and_then(|registry| registry.prepare())
            .unwrap_or_else(|error| panic!("the document's schemas: {error}"));
        Arc::new(Self { document: Document(document), registry, validators: Mutex::default() })
    }

    /// What the document does not allow in this exchange; nothing when all is well.
    pub fn faults(&self, exchange: &Exchange) -> Vec<String> {
        let mut faults = Vec::new();
        let Some((path, operation)) = self.document.operation(exchange.method, exchange.path) else {
            return vec!["the document knows no such path and method".to_owned()];
        };
        if let Some(code) = exchange.code() {
            let name = operation.value["operationId"].as_str().unwrap_or_default();
            observe(name, exchange.status, &code);
        }
        if exchange.status != 400 {
            let documented = self.query_parameters(&path, &operation);
            let unknown = exchange.query.iter().filter(|key| !documented.contains(key));
            faults.extend(unknown.map(|key| format!("the query parameter {key:?} is not documented")));
        }
        if let (200..300, Some((kind, body))) = (exchange.status, exchange.sent) {
            faults.extend(self.request_faults(&operation, (kind, body), exchange.body));
        }
        match self.response(&operation, exchange.status) {
            None => faults.push(format!("the operation does not list the status {}", exchange.status)),
            Some(response) => {
                let codes = response.value["x-codes"].as_array();
                if let (Some(code), Some(codes)) = (exchange.code(), codes)
                    && !codes.contains(&Value::from(code.as_str()))
                {
                    faults.push(format!("the operation does not list the code {code} for {}", exchange.status));
                }
                faults.extend(item_faults(&operation, &response, exchange));
                faults.extend(self.response_faults(&response, exchange));
            }
        }
        faults
    }

    /// The response of a status; what any operation can answer is told once for all statuses.
    fn response<'a>(&'a self, operation: &Place<'a>, status: u16) -> Option<Place<'a>> {
        let all = self.document.get(operation, "responses")?;
        let listed = self.document.get(&all, &status.to_string());
        listed.or_else(|| self.document.get(&all, "default").filter(|_| status >= 400))
    }

    fn query_parameters(&self, path: &Place, operation: &Place) -> Vec<String> {
        let mut names = Vec::new();
        for list in [path, operation].into_iter().filter_map(|holder| self.document.get(holder, "parameters")) {
            for i in 0..list.value.as_array().map_or(0, Vec::len) {
                let parameter = self.document.get(&list, &i.to_string()).expect("an index within the list");
                if parameter.value["in"] == "query" {
                    names.extend(parameter.value["name"].as_str().map(str::to_owned));
                }
            }
        }
        names
    }

    /// A body that was accepted must be one that the document allows: no bound is stricter there than in the code.
    fn request_faults(&self, operation: &Place, (kind, body): (&str, &[u8]), answer: &[u8]) -> Vec<String> {
        let kind = &essence(kind);
        if body.is_empty() || !is_json(kind) {
            return Vec::new();
        }
        let content =
            self.document.get(operation, "requestBody").and_then(|body| self.document.get(&body, "content"));
        // Plain JSON is accepted where merge-patch alone is listed.
        let listed = content.as_ref().and_then(|content| {
            self.document.get(content, kind).or_else(|| self.document.get(content, "application/merge-patch+json"))
        });
        let Some(schema) = listed.and_then(|media| self.document.get(&media, "schema")) else {
            return vec![format!("a request body of type {kind} was accepted but is not documented")];
        };
        match serde_json::from_slice(body) {
            Ok(mut value) => {
                leave_out_refused(&mut value, answer);
                if value["operations"].as_array().is_some_and(Vec::is_empty) {
                    return Vec::new();
                }
                prefixed("accepted request", self.schema_faults(&schema, &value)).collect()
            }
            Err(error) => vec![format!("the request body was accepted but is not JSON: {error}")],
        }
    }

    fn response_faults(&self, response: &Place, exchange: &Exchange) -> Vec<String> {
        let mut faults = self.header_faults(response, exchange);
        let bodiless = exchange.method == "HEAD" || matches!(exchange.status, 204 | 304);
        if bodiless && !exchange.body.is_empty() {
            faults.push("there must be no body".to_owned());
        }
        if bodiless {
            return faults;
        }
        let kind = exchange.content_type();
        let content = self.document.get(response, "content").filter(|content| content.names().next().is_some());
        let Some(content) = content else {
            if !exchange.body.is_empty() {
                faults.push("the document lists no content for this status, but there is a body".to_owned());
            }
            return faults;
        };
        let Some(media) = self.document.get(&content, &kind) else {
            let listed: Vec<_> = content.names().collect();
            faults.push(format!("the content type {kind:?} is not listed, only {listed:?}"));
            return faults;
        };
        if is_json(&kind) {
            match (serde_json::from_slice(exchange.body), self.document.get(&media, "schema")) {
                (Ok(value), Some(schema)) => faults.extend(prefixed("body", self.schema_faults(&schema, &value))),
                (Ok(_), None) => faults.push(format!("the document has no schema for {kind}")),
                (Err(error), _) => faults.push(format!("the body is not JSON: {error}")),
            }
        }
        faults
    }

    fn header_faults(&self, response: &Place, exchange: &Exchange) -> Vec<String> {
        let Some(headers) = self.document.get(response, "headers") else { return Vec::new() };
        let mut faults = Vec::new();
        for name in headers.names() {
            let documented = self.document.get(&headers, name).expect("a key of the map");
            match exchange.header(name) {
                Some(text) => {
                    let Some(schema) = self.document.get(&documented, "schema") else { continue };
                    // A header is text; where the schema wants a number, it is read as one.
                    let number = text.parse::<i64>().ok().filter(|_| schema.value["type"] != "string");
                    let value = number.map_or_else(|| Value::from(text), Value::from);
                    faults.extend(prefixed(name, self.schema_faults(&schema, &value)));
                }
                None if documented.value["required"] == true => {
                    faults.push(format!("the header {name} is missing"))
                }
                None => {}
            }
        }
        faults
    }

    fn schema_faults(&self, schema: &Place, value: &Value) -> Vec<String> {
        let validator = {
            let mut validators = self.validators.lock().expect("no test panics while it holds the lock");
            let compile = || Arc::new(self.compile(&schema.pointer));
            validators.entry(schema.pointer.clone()).or_insert_with(compile).clone()
        };
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    fn compile(&self, pointer: &str) -> Validator {
        let schema = serde_json::json!({ "$ref": format!("{ROOT}#{}", fragment(pointer)) });
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&schema)
            .unwrap_or_else(|error| panic!("the schema at {pointer}: {error}"))
    }
}

impl Exchange<'_> {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// What a refusal lacks that everyone can count on (RFC 9457 and our own members).
    pub fn problem_faults(&self) -> Vec<String> {
        let kind = self.content_type();
        if kind != "application/problem+json" {
            return vec![format!("a refusal must be application/problem+json, not {kind:?}")];
        }
        let problem: Value = serde_json::from_slice(self.body).unwrap_or_default();
        let texts = ["type", "title", "detail", "instance", "code", "request_id"];
        let lacking = texts.into_iter().filter(|name| problem[*name].as_str().is_none_or(str::is_empty));
        let mut faults: Vec<_> = lacking.map(|name| format!("the problem has no {name}")).collect();
        if problem["status"] != self.status {
            faults.push(format!("the problem says status {}", problem["status"]));
        }
        faults
    }

    /// The code of a refusal.
    fn code(&self) -> Option<String> {
        let problem: Value = serde_json::from_slice(self.body).ok().filter(|_| self.status >= 400)?;
        problem["code"].as_str().map(str::to_owned)
    }

    /// The media type of the reply without its parameters.
    pub fn content_type(&self) -> String {
        essence(self.header("content-type").unwrap_or_default())
    }
}

/// Of many operations in one request, each that was refused has a code that the document lists for results.
fn item_faults(operation: &Place, response: &Place, exchange: &Exchange) -> Vec<String> {
    let listed = response.value["x-item-codes"].as_array();
    if listed.is_none() && !exchange.body.starts_with(b"{\"results\":") {
        return Vec::new();
    }
    let name = format!("{}[]", operation.value["operationId"].as_str().unwrap_or_default());
    let answer: Value = serde_json::from_slice(exchange.body).unwrap_or_default();
    let problems = answer["results"].as_array().into_iter().flatten().map(|result| &result["problem"]);
    let mut faults = Vec::new();
    for problem in problems.filter(|problem| problem.is_object()) {
        let (status, code) = (problem["status"].as_u64().unwrap_or_default(), &problem["code"]);
        observe(&name, u16::try_from(status).unwrap_or_default(), code.as_str().unwrap_or_default());
        if listed.is_none_or(|listed| !listed.contains(code)) {
            faults.push(format!("the operation does not list the code {code} for a result"));
        }
    }
    faults
}

/// Of many operations in one request, those that were refused were not accepted.
fn leave_out_refused(sent: &mut Value, answer: &[u8]) {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    if let (Some(operations), Some(results)) =
        (sent.get_mut("operations").and_then(Value::as_array_mut), answer["results"].as_array())
    {
        let mut results =
            results.iter().map(|result| result["status"].as_u64().is_some_and(|status| status < 400));
        operations.retain(|_| results.next().unwrap_or(true));
    }
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_json(kind: &str) -> bool {
    kind == "application/json" || kind.ends_with("+json")
}

fn prefixed(what: &str, faults: Vec<String>) -> impl Iterator<Item = String> {
    faults.into_iter().map(move |fault| format!("{what} {fault}"))
}
