//! Unions of objects in the document, and parts of a body that are judged by themselves.

use serde_json::{Value, json};
use std::borrow::Cow;
use utoipa::openapi::{Discriminator, Object, ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema, Type};

const APART: &str = "apart:";

/// A part of a body that the document shows as a schema of this name, and that is judged after the body: a fault of one
/// part does not refuse the others.
pub fn apart(name: Cow<'static, str>, about: &str) -> Object {
    let title = format!("{APART}{name}");
    ObjectBuilder::new().schema_type(Type::Object).title(Some(title)).description(Some(about)).build()
}

/// One of several objects, told by a member that holds a word of its own in each of them.
pub fn told_by(member: &str, about: &str, objects: &[(&str, Cow<'static, str>)]) -> RefOr<Schema> {
    let place = |name: &str| format!("#/components/schemas/{name}");
    let mapping = objects.iter().map(|(word, name)| (*word, place(name)));
    let union = OneOfBuilder::new()
        .description(Some(about))
        .discriminator(Some(Discriminator::with_mapping(member, mapping)));
    objects.iter().fold(union, |union, (_, name)| union.item(Ref::new(place(name)))).into()
}

/// Shows a part that is judged by itself as what it is.
pub(super) fn show_apart(value: &mut Value) {
    let name = value.get("title").and_then(Value::as_str).and_then(|title| title.strip_prefix(APART));
    if let Some(name) = name {
        *value = json!({"$ref": format!("#/components/schemas/{name}"), "description": value["description"]});
    }
}
