//! Mending a body whose form is at fault, so that the rest of it can be read as its type and judged: what is faulty or
//! missing is left out, or replaced by an example where it is required; what is unknown is dropped.

use super::openapi::{BodySchema, example};
use crate::kernel::error::{Fault, MAX_FAULTS};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashSet};

/// Mends a body at these faults of form. False where there is nothing left to judge.
pub fn mend(body: &mut Value, schema: &BodySchema, faults: &[Fault]) -> bool {
    let faulty = faults.iter().map(|fault| fault.pointer.as_str()).collect();
    let mender = Mender { schemas: &schema.schemas, faulty };
    // Beyond the bound not every fault is known.
    faults.len() < MAX_FAULTS && body.is_object() && mender.mends(body, &schema.root, "")
}

struct Mender<'a> {
    schemas: &'a BTreeMap<String, Value>,
    /// Where a fault of form is.
    faulty: HashSet<&'a str>,
}

impl Mender<'_> {
    /// Mends what lies in a value. False where it is at fault as a whole.
    fn mends(&self, value: &mut Value, schema: &Value, at: &str) -> bool {
        let schema = self.resolved(schema);
        match value {
            _ if self.faulty.contains(at) => return false,
            Value::Object(members) => self.mend_members(members, schema, at),
            Value::Array(items) => {
                for (i, item) in items.iter_mut().enumerate() {
                    if !self.mends(item, &schema["items"], &format!("{at}/{i}")) {
                        // Others keep their places.
                        *item = example(&schema["items"], self.schemas);
                    }
                }
            }
            _ => {}
        }
        true
    }

    fn mend_members(&self, members: &mut Map<String, Value>, schema: &Value, at: &str) {
        let Some(known) = schema.get("properties").and_then(Value::as_object) else { return };
        let is_required = |name: &str| {
            let mut required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            required.any(|required| required == name)
        };
        members.retain(|name, _| known.contains_key(name));
        for (name, schema) in known {
            let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
            if members.get_mut(name).is_some_and(|value| self.mends(value, schema, &place)) {
                continue;
            }
            match is_required(name) {
                true => drop(members.insert(name.clone(), example(schema, self.schemas))),
                false => drop(members.shift_remove(name)),
            }
        }
    }

    /// The schema that says what a value is made of: behind references, and of "this or null" this.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
        let this = schema.get("oneOf").and_then(|parts| parts.get(0));
        match name.and_then(|name| self.schemas.get(name)).or(this) {
            Some(behind) => self.resolved(behind),
            None => schema,
        }
    }
}
