//! Values of the right form: what takes the place of a faulty part of a body, so that the rest can be judged.

use super::tidy::resolve;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An example that fits a schema, made of the examples of its members.
pub fn example(schema: &Value, schemas: &BTreeMap<String, Value>) -> Value {
    if let Some(example) = schema.get("examples").and_then(|e| e.get(0)) {
        return example.clone();
    }
    if schema.get("$ref").is_some() {
        return example(&resolve(schema, schemas), schemas);
    }
    if let Some(default) = schema.get("default").or_else(|| schema.get("const")) {
        return default.clone();
    }
    if let Some(word) = schema.get("enum").and_then(|e| e.get(0)) {
        return word.clone();
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(first) = schema.get(key).and_then(Value::as_array).and_then(|parts| parts.first()) {
            return example(first, schemas);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.first().and_then(Value::as_str).unwrap_or("null"),
        kind => kind.as_str().unwrap_or("object"),
    };
    match kind {
        "string" => match schema.get("format").and_then(Value::as_str) {
            Some("date-time") => json!("2026-11-02T09:15:00Z"),
            Some("date") => json!("2026-11-02"),
            Some("uuid") => json!("01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"),
            _ => json!("text"),
        },
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(0)),
        "boolean" => json!(false),
        "null" => Value::Null,
        "array" => json!([example(&schema["items"], schemas)]),
        _ => {
            let members = schema.get("properties").and_then(Value::as_object);
            let members =
                members.into_iter().flatten().map(|(name, member)| (name.clone(), example(member, schemas)));
            Value::Object(members.collect())
        }
    }
}
