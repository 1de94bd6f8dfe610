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

#[cfg(test)]
mod tests {
    use crate::kernel::error::{Faults, Result};
    use crate::kernel::{Date, Name, Tag};
    use crate::web::{Body, Changes, Patchable, read_part};
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};
    use serde_json::{Value, json};
    use utoipa::ToSchema;

    /// A place.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Place {
        city: Name,
        #[serde(default)]
        street: Option<Name>,
    }

    /// A journey.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Journey {
        title: Name,
        starts_on: Date,
        #[serde(default)]
        to: Option<Place>,
        #[serde(default)]
        stops: Vec<Place>,
        #[serde(default)]
        tags: Vec<Tag>,
        #[serde(default)]
        #[schema(minimum = 1, maximum = 9)]
        seats: Option<i64>,
    }

    impl Patchable for Journey {
        const PATCH: &'static str = "JourneyPatch";
        const FIXED: &'static [&'static str] = &["title"];
    }

    fn told(faults: Faults) -> Vec<String> {
        let told = faults.check().err().map(|error| error.faults().to_vec()).unwrap_or_default();
        told.iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
    }

    fn body() -> Value {
        json!({"title": "Reise", "starts_on": "2026-03-01", "to": {"city": "Kiel", "street": "Markt"},
            "stops": [{"city": "Bonn"}, {"city": "Köln"}], "tags": ["a", "b"], "seats": 2})
    }

    fn read(body: Value) -> Result<(Value, Vec<String>)> {
        let body: Body<Journey> = read_part(body)?;
        Ok((serde_json::to_value(body.value).unwrap(), told(body.faults)))
    }

    #[test]
    fn a_sound_body_stays_as_it_is() {
        let mut whole = body();
        (0..2).for_each(|i| whole["stops"][i]["street"] = Value::Null);
        assert_eq!(read(body()).unwrap(), (whole, vec![]));
    }

    #[test]
    fn what_is_at_fault_is_left_out_or_stood_in_for() {
        let mut broken = body();
        broken["starts_on"] = json!("2026-02-30");
        broken["seats"] = json!(10);
        broken["to"] = json!({"street": 1, "shoes": 2});
        broken["stops"][0] = json!("Bonn");
        broken["tags"] = json!(["a", ""]);
        broken.as_object_mut().unwrap().shift_remove("title");
        let (mended, faults) = read(broken).unwrap();
        let expected = [
            "/seats too_large",
            "/starts_on invalid_format",
            "/stops/0 wrong_type",
            "/tags/1 too_short",
            "/title required",
            "/to/city required",
            "/to/shoes unknown_member",
            "/to/street wrong_type",
        ];
        assert_eq!(faults, expected);
        assert_eq!((&mended["seats"], &mended["to"]["street"]), (&Value::Null, &Value::Null));
        // What is sound keeps its value and its place.
        assert_eq!((&mended["stops"][1]["city"], &mended["tags"][0]), (&json!("Köln"), &json!("a")));
    }

    #[test]
    fn what_is_no_object_or_is_at_fault_all_over_is_not_judged() {
        assert_eq!(read(json!([])).unwrap_err().faults().len(), 1);
        let members = (0..200).map(|i| (format!("m{i}"), json!(1)));
        let refused = read(Value::Object(members.collect())).unwrap_err();
        assert_eq!(refused.faults().len(), crate::kernel::error::MAX_FAULTS);
    }

    #[test]
    fn a_patch_leaves_what_it_says_wrongly_as_it_stands() {
        let current: Journey = serde_json::from_value(body()).unwrap();
        let patch = json!({"starts_on": "morgen", "seats": 3, "to": {"city": null}, "shoes": 1, "title": "Neu"});
        let changes = Changes::<Journey>::of_part(patch).unwrap();
        let Body { value, faults } = changes.apply(&current).unwrap();
        let expected = [
            "/shoes unknown_member",
            "/starts_on invalid_format",
            "/title unknown_member",
            "/to/city not_nullable",
        ];
        assert_eq!(told(faults), expected);
        assert_eq!(value, Journey { seats: Some(3), ..current });
    }

    #[test]
    fn what_a_patch_begins_must_be_whole() {
        let current = Journey { to: None, ..serde_json::from_value(body()).unwrap() };
        let changes = Changes::<Journey>::of_part(json!({"to": {"street": "Markt"}, "seats": 0})).unwrap();
        assert_eq!(told(changes.apply(&current).unwrap().faults), ["/seats too_small", "/to/city required"]);
        let new = changes.create().unwrap();
        let expected = ["/seats too_small", "/starts_on required", "/title required", "/to/city required"];
        assert_eq!(told(new.faults), expected);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let names = prop_oneof![
            Just("title"),
            Just("starts_on"),
            Just("to"),
            Just("city"),
            Just("street"),
            Just("stops"),
            Just("tags"),
            Just("seats"),
            Just("shoes")
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-20_i64..20).prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from),
            Just(json!("2026-03-01"))
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..8)
                    .prop_map(|members| Value::Object(members.into_iter().collect()))
            ]
        })
    }

    proptest! {
        #[test]
        fn every_object_can_be_mended(value in any_value()) {
            let is_object = value.is_object();
            match read_part::<Journey>(value.clone()) {
                Ok(body) => prop_assert!(is_object || told(body.faults).is_empty()),
                Err(error) => prop_assert!(!is_object, "{value}: {error}"),
            }
            match Changes::<Journey>::of_part(value.clone()) {
                Ok(changes) => {
                    let current: Journey = serde_json::from_value(body()).unwrap();
                    prop_assert!(changes.apply(&current).is_ok() && changes.create().is_ok(), "{value}");
                }
                Err(error) => prop_assert!(!is_object, "{value}: {error}"),
            }
        }
    }
}
