//! How bodies are broken: a member of another type, a member that nobody knows, and what a rule of meaning refuses.

use serde_json::{Map, Value, json};

/// A fault: its pointer and its code.
pub type Fault = (String, String);

/// Stands for a member that is taken away.
pub const REMOVED: &str = "(removed)";

/// One way in which a body is wrong: what is set where, and which other places that follows from.
#[derive(Debug)]
pub struct Break {
    sets: Map<String, Value>,
    reads: &'static [&'static str],
}

/// A rule of meaning that refuses these values; `reads` are the other places that it has read.
pub fn rule(sets: Value, reads: &'static [&'static str]) -> Break {
    let Value::Object(sets) = sets else { panic!("places and values: {sets}") };
    Break { sets, reads }
}

impl Break {
    fn form(place: String, value: Value) -> Self {
        Self { sets: Map::from_iter([(place, value)]), reads: &[] }
    }

    pub fn name(&self) -> String {
        Value::Object(self.sets.clone()).to_string()
    }

    /// The place that a fault of form is at.
    pub fn place(&self) -> &str {
        self.sets.keys().next().expect("it sets something")
    }

    pub fn is_unknown(&self) -> bool {
        self.place().ends_with("/zzz")
    }

    pub fn is_below(&self, other: &Self) -> bool {
        self.place() != other.place() && self.place().starts_with(&format!("{}/", other.place()))
    }

    /// Whether it says what stands at a place.
    pub fn sets_at(&self, place: &str) -> bool {
        self.sets.keys().any(|set| overlap(set, place))
    }

    /// Whether it follows from what stands at a place.
    pub fn reads_at(&self, place: &str) -> bool {
        self.reads.iter().any(|read| overlap(read, place))
    }

    /// Whether one of two follows from the other.
    pub fn meets(&self, other: &Self) -> bool {
        let one = |a: &Self, b: &Self| a.sets.keys().any(|set| b.sets_at(set) || b.reads_at(set));
        one(self, other) || one(other, self)
    }

    pub fn apply(&self, body: &mut Value) {
        for (place, value) in &self.sets {
            let (parent, name) = place.rsplit_once('/').expect("a pointer");
            let Some(parent) = body.pointer_mut(parent) else { continue };
            match parent {
                Value::Object(members) if *value == REMOVED => drop(members.shift_remove(name)),
                Value::Object(members) => drop(members.insert(name.to_owned(), value.clone())),
                Value::Array(items) => items[name.parse::<usize>().expect("an index")] = value.clone(),
                // Broken as a whole already.
                _ => {}
            }
        }
    }
}

/// Whether one place lies in the other.
fn overlap(a: &str, b: &str) -> bool {
    let within = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    within(a, b) || within(b, a)
}

/// The operations that take a body: id, method, and the body's schema.
pub fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.values().flat_map(|item| item.as_object().expect("an item"));
    operations.filter_map(|(method, operation)| {
        let content = operation.get("requestBody")?["content"].as_object()?;
        let schema = &content.values().next()?["schema"];
        Some((operation["operationId"].as_str()?, method.as_str(), schema))
    })
}

/// The form of a body broken at each of its members, at each that it might have, and by members that nobody knows.
pub fn form_breaks(document: &Value, schema: &Value, body: &Value) -> Vec<Break> {
    let mut breaks = Vec::new();
    break_within(document, schema, body, "", &mut breaks);
    breaks
}

fn break_within(document: &Value, schema: &Value, value: &Value, at: &str, breaks: &mut Vec<Break>) {
    let schema = resolved(document, schema);
    match value {
        Value::Object(members) => {
            breaks.push(Break::form(format!("{at}/zzz"), json!(1)));
            for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
                let place = format!("{at}/{name}");
                breaks.push(Break::form(place.clone(), wrong(document, schema)));
                if let Some(value) = members.get(name) {
                    break_within(document, schema, value, &place, breaks);
                }
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                let place = format!("{at}/{i}");
                breaks.push(Break::form(place.clone(), wrong(document, &schema["items"])));
                break_within(document, &schema["items"], item, &place, breaks);
            }
        }
        _ => {}
    }
}

/// A value of another type.
fn wrong(document: &Value, schema: &Value) -> Value {
    if resolved(document, schema)["type"] == "object" { json!("wrong") } else { json!({}) }
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let schema = schema.get("oneOf").map_or(schema, |parts| &parts[0]);
    match schema.get("$ref").and_then(Value::as_str) {
        Some(target) => resolved(document, &document["components"]["schemas"][target.rsplit('/').next().unwrap()]),
        None => schema,
    }
}

/// The faults of a problem, as it tells them.
pub fn faults_of(problem: &Value) -> Vec<Fault> {
    let text = |fault: &Value, name: &str| fault[name].as_str().expect("a text").to_owned();
    let faults = problem["errors"].as_array().into_iter().flatten();
    faults.map(|fault| (text(fault, "pointer"), text(fault, "code"))).collect()
}

/// Faults in the order of their pointers, each once: items of lists by their number.
pub fn in_order(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by_key(|(pointer, code)| {
        let steps: Vec<_> = pointer.split('/').map(|step| (step.parse::<u64>().ok(), step.to_owned())).collect();
        let steps: Vec<_> = steps.into_iter().map(|(i, step)| (i.is_none(), i, step)).collect();
        (steps, code.clone())
    });
    faults.dedup();
    faults
}
