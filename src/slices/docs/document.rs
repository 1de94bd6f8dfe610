//! The document as it is served, and the pages that are made from it.

use super::{guide, problems};
use crate::web::Page;
use serde_json::Value;
use std::sync::LazyLock;

/// The document and its pages: made when one is first asked for, since that takes longer than everything else at start.
pub struct Document(LazyLock<Pages, Box<dyn FnOnce() -> Pages + Send>>);

/// What is made from the document.
pub(super) struct Pages {
    pub document: Page,
    pub problems: Page,
    /// The pages of the guide by name.
    pub guide: Vec<(&'static str, Page)>,
}

impl Document {
    pub fn when_asked(document: impl FnOnce() -> Value + Send + 'static) -> Self {
        Self(LazyLock::new(Box::new(move || Pages::of(&document()))))
    }

    pub(super) fn pages(&self) -> &Pages {
        &self.0
    }
}

impl Pages {
    fn of(document: &Value) -> Self {
        let body = serde_json::to_vec(document).expect("the document is JSON");
        Self {
            document: Page::new("application/json", body),
            problems: Page::html(problems::page(document)),
            guide: guide::pages(document),
        }
    }
}

/// An operation of the document.
pub(super) struct Operation<'d> {
    pub method: String,
    pub path: &'d str,
    pub name: &'d str,
    pub summary: &'d str,
    tag: &'d str,
    responses: &'d Value,
}

/// The members of an object; of anything else none.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Every operation, in the order of the document.
pub(super) fn operations(document: &Value) -> impl Iterator<Item = Operation<'_>> {
    members(&document["paths"]).flat_map(move |(path, item)| {
        members(item).map(move |(method, value)| Operation {
            method: method.to_ascii_uppercase(),
            path,
            name: value["operationId"].as_str().unwrap_or_default(),
            summary: value["summary"].as_str().unwrap_or_default(),
            tag: value["tags"][0].as_str().unwrap_or_default(),
            responses: &value["responses"],
        })
    })
}

impl<'d> Operation<'d> {
    /// Where the reference shows it; `assets/reference.js` names it alike.
    pub fn href(&self) -> String {
        format!("/docs#tag/{}/{}", self.tag, self.name)
    }

    /// Its responses, also those that several operations share.
    pub fn responses(&self, document: &'d Value) -> impl Iterator<Item = &'d Value> {
        members(self.responses).map(move |(_, response)| {
            let shared = response["$ref"].as_str().and_then(|target| document.pointer(target.strip_prefix('#')?));
            shared.unwrap_or(response)
        })
    }

    /// The name of the schema of what it answers with.
    pub fn answer(&self) -> Option<&'d str> {
        self.responses["200"]["content"]["application/json"]["schema"]["$ref"].as_str()?.rsplit('/').next()
    }
}
