//! The OpenAPI document (3.1.0), built from the route table and the types; and the same schemas as the check that
//! every body passes, so that the bounds in the document are the bounds in the code.

mod build;
mod links;
mod problems;
mod refusals;
mod shared;
mod tidy;
mod unions;
mod words;

pub use build::{Tag, document};
pub(super) use tidy::example;
pub use unions::{apart, told_by};

use super::{ParamDoc, changes::Patchable};
use jsonschema::{EmailOptions, PatternOptions, Validator};
use serde_json::{Map, Value, json};
use std::{
    any::TypeId,
    collections::{BTreeMap, HashMap, btree_map::Entry},
    sync::{Arc, LazyLock, RwLock},
};
use utoipa::ToSchema;

/// The named schemas of the document, collected as they are referred to.
#[derive(Default)]
pub struct Components {
    pub(super) schemas: BTreeMap<String, Value>,
}

/// What an operation takes and gives.
#[derive(Default)]
pub struct OperationDoc {
    pub params: Vec<ParamDoc>,
    pub body: Option<BodyDoc>,
    pub responses: Vec<ResponseDoc>,
}

/// A request body.
pub struct BodyDoc {
    pub media_type: &'static str,
    pub schema: Value,
}

/// A successful answer.
pub struct ResponseDoc {
    pub status: u16,
    pub description: &'static str,
    pub schema: Option<Value>,
    pub media_type: &'static str,
    pub headers: Vec<&'static str>,
}

/// Something that leaves its mark in an operation: an argument of a handler.
pub trait Documented {
    /// Whether it reads the query string. Where nothing does, every parameter is refused.
    const READS_QUERY: bool = false;
    /// Whether it reads the body. Where nothing does, an act takes no members.
    const READS_BODY: bool = false;
    fn describe(operation: &mut OperationDoc, components: &mut Components);
}

macro_rules! documented_tuples {
    ($(($($arg:ident),*)),+) => {$(
        impl<$($arg: Documented),*> Documented for ($($arg,)*) {
            const READS_QUERY: bool = $($arg::READS_QUERY)||*;
            const READS_BODY: bool = $($arg::READS_BODY)||*;
            fn describe(_operation: &mut OperationDoc, _components: &mut Components) {
                $($arg::describe(_operation, _components);)*
            }
        }
    )+};
}
documented_tuples!((A), (A, B), (A, B, C));

impl ResponseDoc {
    pub fn json(status: u16, description: &'static str, schema: Value) -> Self {
        Self { status, description, schema: Some(schema), media_type: "application/json", headers: Vec::new() }
    }

    pub fn empty(status: u16, description: &'static str) -> Self {
        Self { status, description, schema: None, media_type: "", headers: Vec::new() }
    }

    pub fn media(mut self, media_type: &'static str) -> Self {
        self.media_type = media_type;
        self
    }

    pub fn etag(mut self) -> Self {
        self.headers.push("ETag");
        self
    }

    pub fn location(mut self) -> Self {
        self.headers.push("Location");
        self
    }

    pub fn link(mut self) -> Self {
        self.headers.push("Link");
        self
    }
}

impl Components {
    /// Adds a type and what it refers to; a `$ref` to it.
    pub fn reference<T: ToSchema>(&mut self) -> Value {
        let name = T::name().into_owned();
        if !self.schemas.contains_key(&name) {
            let mut nested = Vec::new();
            T::schemas(&mut nested);
            nested.push((name.clone(), T::schema()));
            let mut added = Vec::new();
            for (name, schema) in nested {
                if let Entry::Vacant(place) = self.schemas.entry(name) {
                    added.push(place.key().clone());
                    place.insert(serde_json::to_value(schema).expect("a schema is JSON"));
                }
            }
            tidy::tidy(&mut self.schemas, added);
        }
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    /// A type's own schema.
    pub fn schema_of<T: ToSchema>(&mut self) -> Value {
        self.reference::<T>();
        self.schemas.get(&*T::name()).cloned().unwrap_or_default()
    }

    /// Adds the schema of a list of `T`.
    pub fn list<T: ToSchema>(&mut self) -> Value {
        let item = self.reference::<T>();
        let name = format!("{}List", T::name().trim_end_matches("Record"));
        let schema = json!({
            "type": "object",
            "description": "One page of a list.",
            "required": ["data", "next_cursor", "has_more", "as_of"],
            "properties": {
                "data": {"type": "array", "description": "The objects of this page.", "items": item},
                "next_cursor": {"type": ["string", "null"], "description": "Pass it as `cursor` to get the next page.",
                    "examples": [null]},
                "has_more": {"type": "boolean", "description": "Whether another page follows.", "examples": [false]},
                "as_of": {"type": "string", "format": "date-time", "examples": ["2026-11-02T09:15:00Z"],
                    "description": "The state that the list shows at least; the next `updated_since`."},
                "total_count": {"type": "integer", "format": "int64", "minimum": 0, "examples": [1],
                    "description": "How many there are in all; only with `include=total_count`."},
            }
        });
        self.schemas.insert(name.clone(), schema);
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    /// Adds an enum of words, unless a type of that name is there; a `$ref` to it.
    pub fn words(&mut self, name: String, about: &str, rules: Value) -> Value {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let mut schema = json!({"type": "string", "description": about});
        schema.as_object_mut().into_iter().for_each(|s| s.extend(rules.as_object().cloned().unwrap_or_default()));
        self.schemas.entry(name).or_insert(schema);
        reference
    }

    /// Gives a list's schema the sums of the whole filter.
    pub fn list_with_totals<T: ToSchema, S: ToSchema>(&mut self) -> Value {
        let (list, totals) = (self.list::<T>(), self.reference::<S>());
        let name = format!("{}List", T::name().trim_end_matches("Record"));
        if let Some(properties) =
            self.schemas.get_mut(&name).and_then(|schema| schema["properties"].as_object_mut())
        {
            let mut totals = totals;
            totals["description"] = json!("Sums over the whole filter; only with `include=totals`.");
            properties.insert("totals".into(), totals);
        }
        list
    }

    /// Adds the schema of a merge-patch on `T`: nothing is required, and what is fixed cannot be mentioned.
    pub fn patch<T: Patchable>(&mut self) -> Value {
        let schema = self.schema_of::<T>();
        self.patch_as(T::PATCH, schema, T::FIXED, &[])
    }

    /// Adds the schema of find-or-create on `T`: a merge-patch that may also say what is fixed.
    pub fn upsert<T: Patchable>(&mut self) -> Value {
        match T::FIXED {
            [] => self.patch::<T>(),
            _ => {
                let schema = self.schema_of::<T>();
                self.patch_as(&format!("{}Upsert", T::PATCH.trim_end_matches("Patch")), schema, &[], T::FIXED)
            }
        }
    }

    /// Adds the patch of an object's schema, without some members, and of the objects in it: RFC 7396 merges them too,
    /// unless they are given whole.
    fn patch_as(&mut self, name: &str, mut schema: Value, without: &[&str], whole: &[&str]) -> Value {
        if let Some(object) = schema.as_object_mut() {
            object.remove("required");
            // What is a whole object is a patch too, once it says nothing of what is fixed.
            let examples = object.get_mut("examples").and_then(Value::as_array_mut).into_iter().flatten();
            for example in examples.filter_map(Value::as_object_mut) {
                without.iter().for_each(|name| drop(example.shift_remove(*name)));
            }
            object.insert(
                "description".into(),
                json!("A merge-patch (RFC 7396): absent members stay, null clears."),
            );
        }
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            for name in without {
                properties.shift_remove(*name);
            }
            for (name, property) in properties {
                if let Some(property) = property.as_object_mut() {
                    property.remove("default");
                }
                if !whole.contains(&name.as_str()) {
                    self.patch_within(property);
                }
            }
        }
        self.schemas.insert(name.to_owned(), schema);
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    /// Points a member that is an object, or an object or null, to that object's patch.
    fn patch_within(&mut self, member: &mut Value) {
        let target = match member.get_mut("oneOf") {
            Some(parts) => &mut parts[0],
            None => member,
        };
        let Some(name) = target.get("$ref").and_then(Value::as_str).and_then(|r| r.rsplit('/').next()) else {
            return;
        };
        let Some(schema) = self.schemas.get(name).filter(|schema| schema["type"] == "object").cloned() else {
            return;
        };
        let reference = self.patch_as(&format!("{}Patch", name.trim_start_matches("New")), schema, &[], &[]);
        target["$ref"] = reference["$ref"].clone();
    }

    fn compile(&self, root: &Value) -> Validator {
        let mut schema = Map::new();
        schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.extend(root.as_object().cloned().unwrap_or_default());
        schema.insert("components".into(), json!({"schemas": self.schemas}));
        formats(jsonschema::options()).build(&Value::Object(schema)).expect("our own schemas compile")
    }
}

/// Knows the formats that the document uses.
pub fn formats(options: jsonschema::ValidationOptions<'_>) -> jsonschema::ValidationOptions<'_> {
    use crate::kernel::{CountryCode, Currency, Date, Language, TimeZone, Timestamp};
    options
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::regex())
        .with_email_options(EmailOptions::default().without_display_text().without_domain_literal())
        .with_format(TimeZone::FORMAT, TimeZone::is_valid)
        .with_format(Currency::FORMAT, Currency::is_valid)
        .with_format(Language::FORMAT, Language::is_valid)
        .with_format(CountryCode::FORMAT, CountryCode::is_valid)
        .with_format("date-time", |text: &str| text.parse::<Timestamp>().is_ok())
        .with_format("date", |text: &str| text.parse::<Date>().is_ok())
}

/// Which body of a type is checked.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    Whole,
    Patch,
    Upsert,
}

/// What checks the bodies of a type, and the schemas that it was made of.
pub struct BodySchema {
    pub(super) validator: Validator,
    pub(super) root: Value,
    pub(super) schemas: BTreeMap<String, Value>,
}

type Validators = RwLock<HashMap<(TypeId, Form), Arc<BodySchema>>>;
static VALIDATORS: LazyLock<Validators> = LazyLock::new(Validators::default);

/// The check of a type's bodies, compiled once.
pub fn validator<T: ToSchema + 'static>() -> Arc<BodySchema> {
    compiled((TypeId::of::<T>(), Form::Whole), |components| components.reference::<T>())
}

/// The check of merge-patches on a type, compiled once.
pub fn patch_validator<T: Patchable>() -> Arc<BodySchema> {
    compiled((TypeId::of::<T>(), Form::Patch), |components| components.patch::<T>())
}

/// The check of find-or-create bodies of a type, compiled once.
pub fn upsert_validator<T: Patchable>() -> Arc<BodySchema> {
    compiled((TypeId::of::<T>(), Form::Upsert), |components| components.upsert::<T>())
}

fn compiled(key: (TypeId, Form), root: impl FnOnce(&mut Components) -> Value) -> Arc<BodySchema> {
    if let Some(known) = VALIDATORS.read().expect("never poisoned").get(&key) {
        return known.clone();
    }
    let mut components = Components::default();
    let root = root(&mut components);
    let schema = BodySchema { validator: components.compile(&root), root, schemas: components.schemas };
    VALIDATORS.write().expect("never poisoned").entry(key).or_insert(Arc::new(schema)).clone()
}
