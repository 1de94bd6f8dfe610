//! Putting the document together from the route table.

use super::{
    BodyDoc, Components, ResponseDoc, example,
    links::links,
    problems,
    refusals::{self, Refusals, code_links, refusals, response_of},
    shared,
    unions::show_apart,
    words,
};
use crate::kernel::error::Problem;
use crate::web::{
    Precondition,
    params::{Many, ParamDoc},
    route::{Access, Route, Routes},
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, btree_map::Entry};

/// A tag and what it is about.
pub type Tag = (&'static str, &'static str);

/// The whole document; `intro` is what is said before the operations, in Markdown, `examples` what each of them was sent
/// and answered.
pub fn document(routes: &Routes, tags: &[Tag], intro: &str, examples: &Value, base_url: &str) -> Value {
    let mut components = Components::default();
    components.reference::<Problem>();
    shape_problem(&mut components);
    let mut paths: Map<String, Value> = Map::new();
    let operations: Vec<(&Route, super::OperationDoc)> =
        routes.iter().map(|route| (route, route.operation(&mut components))).collect();
    let refused: Vec<Refusals> = operations.iter().map(|(route, doc)| refusals(route, doc)).collect();
    let (common, mut responses) = refusals::shared(&refused);
    for ((route, operation), refused) in operations.into_iter().zip(&refused) {
        let mut value = self::operation(route, operation, &components, &examples[route.operation]);
        for (status, codes) in refused {
            value["responses"][status.to_string()] = response_of(*status, codes, &common);
        }
        value["responses"]["default"] = json!({"$ref": format!("#/components/responses/{}", refusals::DEFAULT)});
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        item[route.method.as_str().to_ascii_lowercase()] = value;
    }
    links(&mut paths);
    components.schemas.values_mut().for_each(|schema| words::walk(schema, &mut show_apart));
    words::open(&mut components, &mut paths);
    words::name_words(&mut components);
    prune(&mut components, &json!([paths, responses]));
    let used = refused
        .iter()
        .flat_map(|refused| refused.values().flatten())
        .chain(refusals::EVERYWHERE)
        .copied()
        .collect();
    responses.sort_keys();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Vorzimmer",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The back end of a virtual assistant's business.",
            "description": intro,
            "contact": {"name": "Vorzimmer", "url": format!("{base_url}/docs")},
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "externalDocs": {"description": "Guides, and every problem with what to do.", "url": format!("{base_url}/docs/problems")},
        "servers": [{"url": base_url, "description": "This server."}],
        "security": [{"bearer": []}],
        "tags": tags.iter().map(tag).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT, or an API key",
                "description": "An access token from logging in (15 minutes), or an API key.",
            }},
            "schemas": components.schemas,
            "responses": responses,
            "examples": problems::examples(base_url, &used),
            "headers": shared::headers(),
            "parameters": shared::parameters(),
        },
    })
}

fn tag((name, about): &Tag) -> Value {
    let shown = name.replace("api-", "API-").replace('-', " ");
    let shown =
        shown.chars().take(1).flat_map(char::to_uppercase).chain(shown.chars().skip(1)).collect::<String>();
    json!({"name": name, "x-displayName": shown, "description": about})
}

/// Drops schemas that nothing refers to any more, such as the parts that were flattened into others.
fn prune(components: &mut Components, referring: &Value) {
    let mut kept = words::reached(components, referring);
    // The shared parameters name these.
    kept.extend(["ExternalRef".to_owned(), "ExternalSource".to_owned()]);
    components.schemas.retain(|name, _| kept.contains(name));
}

/// What a problem has beside what every problem has is there when it helps, and never null.
fn shape_problem(components: &mut Components) {
    const ALWAYS: [&str; 7] = ["type", "title", "status", "detail", "instance", "code", "request_id"];
    for (name, always) in [("Problem", &ALWAYS[..]), ("ProblemReference", &["type", "id"])] {
        let Some(schema) = components.schemas.get_mut(name) else { continue };
        schema["required"] = json!(always);
        if let Some(members) = schema["properties"].as_object_mut() {
            let first = always.iter().filter_map(|name| members.shift_remove_entry(*name)).collect::<Vec<_>>();
            let rest = std::mem::take(members);
            members.extend(first);
            members.extend(rest);
        }
        for (name, member) in schema["properties"].as_object_mut().into_iter().flatten() {
            if !always.contains(&name.as_str()) {
                never_null(member);
            }
        }
    }
}

fn never_null(member: &mut Value) {
    let kind = member["type"].as_array().and_then(|kinds| kinds.first()).cloned();
    if let Some(kind) = kind {
        member["type"] = kind;
    }
    if let Some(of) = member.get("oneOf").and_then(|parts| parts[0].get("$ref")).cloned()
        && let Some(object) = member.as_object_mut()
    {
        object.shift_remove("oneOf");
        object.insert("$ref".into(), of);
    }
}

fn operation(route: &Route, doc: super::OperationDoc, components: &Components, examples: &Value) -> Value {
    let mut operation = Map::new();
    operation.insert("tags".into(), json!([route.tag]));
    operation.insert("summary".into(), json!(route.summary));
    operation.insert("description".into(), json!(description(route)));
    operation.insert("operationId".into(), json!(route.operation));
    let parameters = parameters(route, &doc, components);
    if !parameters.is_empty() {
        operation.insert("parameters".into(), Value::Array(parameters));
    }
    if let Some(BodyDoc { media_type, schema }) = &doc.body {
        let mut content = json!({"schema": schema});
        if let Some(example) = examples.get("request") {
            content["example"] = example.clone();
        }
        let name = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()).unwrap_or_default();
        let needed =
            components.schemas.get(name).is_some_and(|s| s.get("required").is_some_and(|r| r != &json!([])));
        // Only acts and creates read an empty body as `{}`.
        let required = needed || route.method != "POST";
        operation.insert("requestBody".into(), json!({"required": required, "content": {*media_type: content}}));
    }
    let mut responses: BTreeMap<String, Value> = BTreeMap::new();
    for response in &doc.responses {
        let shown = success(route, response, examples);
        match responses.entry(response.status.to_string()) {
            Entry::Vacant(place) => drop(place.insert(shown)),
            // One status in several forms, as the reader's `Accept` wants it.
            Entry::Occupied(mut known) => {
                let forms = known.get_mut()["content"].as_object_mut().into_iter();
                let more = shown["content"].as_object().into_iter().flatten();
                forms.for_each(|forms| {
                    forms.extend(more.clone().map(|(kind, media)| (kind.clone(), media.clone())))
                });
            }
        }
    }
    if route.method == "GET" && doc.responses.iter().any(|r| r.headers.contains(&"ETag")) {
        responses.insert("304".into(), json!({"description": "The caller has this content already.", "headers": {"Request-Id": {"$ref": "#/components/headers/Request-Id"}}}));
    }
    operation.insert("responses".into(), json!(responses));
    match route.access {
        Access::Public => {
            operation.insert("security".into(), json!([]));
        }
        Access::LoggedIn => {
            operation.insert("x-roles".into(), json!(route.access.roles()));
        }
        Access::Members { scope, .. } => {
            operation.insert("x-roles".into(), json!(route.access.roles()));
            operation.insert("x-scopes".into(), json!(scope.into_iter().collect::<Vec<_>>()));
        }
    }
    if doc.params.iter().any(|param| param.name == "cursor") {
        operation.insert(
            "x-speakeasy-pagination".into(),
            json!({
                "type": "cursor",
                "inputs": [{"name": "cursor", "in": "parameters", "type": "cursor"}],
                "outputs": {"results": "$.data", "nextCursor": "$.next_cursor"},
            }),
        );
    }
    Value::Object(operation)
}

fn description(route: &Route) -> String {
    let mut text = Vec::new();
    if !route.notes.is_empty() {
        text.push(route.notes.to_owned());
    }
    text.push(match route.access {
        Access::Public if route.is_secret => "Open to everybody who has the address.".to_owned(),
        Access::Public => "Open to everybody.".to_owned(),
        Access::LoggedIn => "For everybody who is logged in, in either role, and for every API key.".to_owned(),
        Access::Members { owner_only: true, .. } => "For the owner, by log-in.".to_owned(),
        Access::Members { assistant, client, scope, .. } => {
            let who = match (assistant, client) {
                (true, true) => "For assistants and, as far as it is theirs, clients",
                (true, false) => "For assistants",
                _ => "For clients",
            };
            match scope {
                Some(scope) => format!("{who}; API keys need the scope `{scope}`."),
                None => format!("{who}, by log-in."),
            }
        }
    });
    match route.precondition {
        Precondition::None => {}
        Precondition::Optional => text.push("`If-Match` is honoured when sent.".to_owned()),
        Precondition::Required => text.push("`If-Match` is required: it says what you saw.".to_owned()),
    }
    if !route.raises.is_empty() || !route.follows.is_empty() {
        let events: Vec<String> =
            route.raises.iter().chain(route.follows).map(|event| format!("`{event}`")).collect();
        text.push(format!("Raises {}.", events.join(", ")));
    }
    text.join("\n\n")
}

fn parameters(route: &Route, doc: &super::OperationDoc, components: &Components) -> Vec<Value> {
    let mut parameters = Vec::new();
    for name in path_parameters(route.path) {
        let schema = match name {
            "source" => json!({"$ref": "#/components/schemas/ExternalSource"}),
            "ref" => json!({"$ref": "#/components/schemas/ExternalRef"}),
            "seq" | "number" => json!({"type": "integer", "format": "int32", "minimum": 1, "examples": [1]}),
            "file" => json!({"type": "string", "examples": ["index.html"]}),
            "token" => {
                json!({"type": "string", "minLength": 1, "examples": ["vz_bal_3kTq0000000000000000000000000000000000000"]})
            }
            _ => json!({"type": "string", "format": "uuid", "examples": ["01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"]}),
        };
        let about = match name {
            "source" => "The other system.".to_owned(),
            "ref" => "The record's id there.".to_owned(),
            "seq" | "number" => "Its number, from 1.".to_owned(),
            "token" => "The secret of the address.".to_owned(),
            name => format!("The {}'s id.", name.trim_end_matches("_id").replace('_', " ")),
        };
        parameters
            .push(json!({"name": name, "in": "path", "required": true, "description": about, "schema": schema}));
    }
    parameters.extend(doc.params.iter().map(query_parameter));
    for parameter in &mut parameters {
        parameter["example"] = example(&parameter["schema"], &components.schemas);
    }
    if route.precondition != Precondition::None {
        let required = route.precondition == Precondition::Required;
        parameters.push(json!({"$ref": format!("#/components/parameters/{}", if required { "IfMatchRequired" } else { "IfMatch" })}));
    }
    if route.method == "GET" && doc.responses.iter().any(|r| r.headers.contains(&"ETag")) {
        parameters.push(json!({"$ref": "#/components/parameters/IfNoneMatch"}));
    }
    if route.is_idempotent_by_key() {
        parameters.push(json!({"$ref": "#/components/parameters/IdempotencyKey"}));
    }
    if route.counted {
        parameters.push(json!({"$ref": "#/components/parameters/AcceptLanguage"}));
    }
    parameters
}

fn query_parameter(param: &ParamDoc) -> Value {
    let ParamDoc { name, description, schema, many, assistants_only } = param;
    let several = match many {
        Many::No => "",
        Many::Commas => " Repeat it for several values, or separate them by commas: any of them will do.",
        Many::Repeated => " Repeat it for several values: any of them will do. A comma belongs to the value.",
    };
    let whose = if *assistants_only { " Not for clients: 400." } else { "" };
    let description = format!("{description}{several}{whose}");
    let mut parameter =
        json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema});
    if *many != Many::No {
        parameter["style"] = json!("form");
        parameter["explode"] = json!(true);
    }
    if *assistants_only {
        parameter["x-roles"] = json!(["assistant"]);
    }
    parameter
}

pub(super) fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| Some(part.strip_prefix('{')?.split_once('}')?.0))
        .map(|name| name.split(':').next().unwrap_or(name))
}

fn success(route: &Route, response: &ResponseDoc, examples: &Value) -> Value {
    let mut value = json!({"description": response.description});
    if !route.refuses_items.is_empty() {
        let codes = code_links(route.refuses_items);
        value["description"] = json!(format!("{} A result can be a refusal: {codes}.", response.description));
        value["x-item-codes"] = json!(route.refuses_items);
    }
    let counted = if route.counted { &shared::COUNTED[..] } else { &[] };
    let replayed = route.is_idempotent_by_key().then_some(&"Idempotent-Replayed");
    let headers: Map<String, Value> = response
        .headers
        .iter()
        .chain(replayed)
        .chain([&shared::ALWAYS])
        .chain(counted)
        .map(|name| ((*name).to_owned(), json!({"$ref": format!("#/components/headers/{name}")})))
        .collect();
    if !headers.is_empty() {
        value["headers"] = Value::Object(headers);
    }
    if let Some(schema) = &response.schema {
        let mut content = json!({"schema": schema});
        let example = examples["answers"].get(response.status.to_string());
        if let Some(example) = example.filter(|_| response.media_type == "application/json") {
            content["example"] = example.clone();
        }
        value["content"] = json!({response.media_type: content});
    }
    value
}
