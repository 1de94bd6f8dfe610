//! Sets of words in the document. A set that will grow is, in answers, a text with known values, so that a client that
//! was generated before still reads a new one; what a caller says is a closed enum of its own.

use super::Components;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const SCHEMAS: &str = "#/components/schemas/";

/// The name of a schema that a `$ref` leads to.
pub(super) fn referred(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)
}

/// Calls back for every value within a value, and may change it.
pub(super) fn walk(value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    visit(value);
    match value {
        Value::Object(object) => object.values_mut().for_each(|value| walk(value, visit)),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

/// The schemas that something refers to, directly or by others.
pub(super) fn reached(components: &Components, from: &Value) -> BTreeSet<String> {
    fn collect(value: &Value, found: &mut Vec<String>) {
        found.extend(referred(value).map(str::to_owned));
        match value {
            Value::Object(object) => object.values().for_each(|value| collect(value, found)),
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let (mut wanted, mut reached) = (Vec::new(), BTreeSet::new());
    collect(from, &mut wanted);
    while let Some(name) = wanted.pop() {
        if let (true, Some(schema)) = (reached.insert(name.clone()), components.schemas.get(&name)) {
            collect(schema, &mut wanted);
        }
    }
    reached
}

/// Tells apart what callers say from what answers hold.
pub(super) fn open(components: &mut Components, paths: &mut Map<String, Value>) {
    let is_open = |(_, schema): &(&String, &Value)| schema.get("x-open").is_some();
    let open: BTreeSet<String> = components.schemas.iter().filter(is_open).map(|(name, _)| name.clone()).collect();
    let (mut said, mut answered) = (Vec::new(), Vec::new());
    for operation in paths.values().flat_map(|item| item.as_object().into_iter().flat_map(Map::values)) {
        said.extend([operation["parameters"].clone(), operation["requestBody"].clone()]);
        answered.push(operation["responses"].clone());
    }
    let said = reached(components, &json!(said));
    let mut answered = reached(components, &json!(answered));
    answered.extend(reached(components, &json!({"$ref": format!("{SCHEMAS}Problem")})));
    let mut close = |value: &mut Value| {
        if let Some(name) = referred(value).filter(|name| open.contains(*name)) {
            value["$ref"] = json!(format!("{SCHEMAS}{name}Choice"));
        }
    };
    for name in said.iter().filter(|name| !open.contains(*name)) {
        let Some(schema) = components.schemas.get_mut(name) else { continue };
        let before = schema.clone();
        walk(schema, &mut close);
        let is_shared = *schema != before && answered.contains(name);
        assert!(!is_shared, "{name} stands in requests and in answers, and holds words that will grow");
    }
    for operation in paths.values_mut().flat_map(|item| item.as_object_mut().into_iter().flat_map(Map::values_mut))
    {
        for part in ["parameters", "requestBody"] {
            if let Some(part) = operation.get_mut(part) {
                walk(part, &mut close);
            }
        }
    }
    for name in open {
        let Some(mut schema) = components.schemas.remove(&name) else { continue };
        let words = schema["enum"].clone();
        let about = schema["description"].as_str().unwrap_or_default().to_owned();
        if said.contains(&name) {
            schema.as_object_mut().map(|schema| schema.shift_remove("x-open"));
            components.schemas.insert(format!("{name}Choice"), schema);
        }
        if answered.contains(&name) {
            components.schemas.insert(
                name,
                json!({
                    "type": "string",
                    "description": format!("{about} New values may be added."),
                    "examples": [words[0]],
                    "x-known-values": words,
                }),
            );
        }
    }
}

/// Names for words that are no names in programs, such as `-created_at` and `client.created`.
pub(super) fn name_words(components: &mut Components) {
    let is_name = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let name = |word: &str| {
        let plain = |word: &str| word.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_lowercase();
        word.strip_prefix('-').map_or_else(|| plain(word), |word| format!("{}_desc", plain(word)))
    };
    for schema in components.schemas.values_mut() {
        let words: Vec<&str> = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if !words.iter().all(|word| is_name(word)) {
            schema["x-enum-varnames"] = json!(words.into_iter().map(name).collect::<Vec<_>>());
        }
    }
}
