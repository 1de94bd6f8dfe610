//! Bringing utoipa's schemas into the document's form: flattened parts become members, one way to give an example.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Tidies schemas that were just added; what they refer to is there already.
pub fn tidy(schemas: &mut BTreeMap<String, Value>, added: Vec<String>) {
    for name in added {
        let Some(mut schema) = schemas.get(&name).cloned() else { continue };
        if schema.get("allOf").is_some() {
            schema = flatten(&schema, schemas);
        }
        examples(&mut schema);
        mark_open(&mut schema);
        define(&mut schema);
        hoist(&mut schema);
        require_all(&mut schema);
        schemas.insert(name, schema);
    }
}

/// A set of words that will grow is told by its title.
fn mark_open(schema: &mut Value) {
    if let Some(object) = schema.as_object_mut()
        && object.get("title").is_some_and(|title| title == "open")
    {
        object.shift_remove("title");
        object.insert("x-open".into(), json!(true));
    }
}

/// utoipa takes no `$defs`: they come as an extension.
fn define(schema: &mut Value) {
    if let Some(object) = schema.as_object_mut()
        && let Some(definitions) = object.shift_remove("x-defs")
    {
        object.insert("$defs".into(), definitions);
    }
}

/// What an answer has it always has: every member is required, but those that only assistants see. Inputs, which
/// refuse unknown members, say themselves what they require.
fn require_all(schema: &mut Value) {
    let Some(object) = schema.as_object_mut().filter(|object| !object.contains_key("additionalProperties")) else {
        return;
    };
    let Some(properties) = object.get("properties").and_then(Value::as_object) else { return };
    let required: Vec<&String> =
        properties.iter().filter(|(_, member)| member.get("x-roles").is_none()).map(|(name, _)| name).collect();
    let required = json!(required);
    object.insert("required".into(), required);
}

/// A description of "this or null" stands beside the choice, not inside its first branch.
fn hoist(schema: &mut Value) {
    let members = schema.get_mut("properties").and_then(Value::as_object_mut);
    for member in members.into_iter().flat_map(|members| members.values_mut()) {
        let inner = member.get_mut("oneOf").and_then(|parts| parts.get_mut(0)).and_then(Value::as_object_mut);
        if let Some(description) = inner.and_then(|first| first.shift_remove("description")) {
            member["description"] = description;
        }
    }
}

/// `example` is OpenAPI 3.0's; 3.1 has JSON Schema's `examples`.
fn examples(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(example) = object.remove("example") {
                object.insert("examples".into(), json!([example]));
            }
            object
                .iter_mut()
                .filter(|(name, _)| *name != "examples" && *name != "default")
                .for_each(|(_, v)| examples(v));
        }
        Value::Array(items) => items.iter_mut().for_each(examples),
        _ => {}
    }
}

/// One object out of the parts that serde flattens. A part that may be missing holds what only assistants see.
fn flatten(schema: &Value, schemas: &BTreeMap<String, Value>) -> Value {
    let mut merged = Map::new();
    merged.insert("type".into(), json!("object"));
    if let Some(description) = schema.get("description") {
        merged.insert("description".into(), description.clone());
    }
    let (mut required, mut properties, mut internal) = (Vec::new(), Map::new(), Map::new());
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let optional = part.get("oneOf").and_then(Value::as_array);
        let target = optional.and_then(|parts| parts.iter().find(|p| p.get("$ref").is_some())).unwrap_or(part);
        let part = resolve(target, schemas);
        let part = if part.get("allOf").is_some() { flatten(&part, schemas) } else { part };
        let members = part.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        if optional.is_some() {
            internal.extend(members.into_iter().map(|(name, member)| (name, for_assistants(member))));
        } else {
            properties.extend(members);
            required.extend(part.get("required").and_then(Value::as_array).cloned().unwrap_or_default());
        }
        for key in ["additionalProperties", "description", "examples", "example"] {
            if let (Some(value), false) = (part.get(key), merged.contains_key(key) || target.get("$ref").is_some())
            {
                merged.insert(key.into(), value.clone());
            }
        }
    }
    properties.extend(internal);
    merged.insert("required".into(), Value::Array(required));
    merged.insert("properties".into(), Value::Object(properties));
    Value::Object(merged)
}

fn for_assistants(mut member: Value) -> Value {
    if let Some(object) = member.as_object_mut() {
        let said = object.get("description").and_then(Value::as_str).unwrap_or_default();
        let said = format!("{said} Assistants only: absent for clients.").trim().to_owned();
        object.insert("description".into(), json!(said));
        object.insert("x-roles".into(), json!(["assistant"]));
    }
    member
}

pub(super) fn resolve(schema: &Value, schemas: &BTreeMap<String, Value>) -> Value {
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.rsplit('/').next());
    name.and_then(|name| schemas.get(name)).cloned().unwrap_or_else(|| schema.clone())
}
