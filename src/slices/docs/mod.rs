//! The OpenAPI document, its page, and the catalogue of problems.

pub mod api;
mod routes;

use crate::platform::slice::Slice;

pub use api::Document;

/// What this slice brings with it.
pub static SLICE: Slice = Slice { tags: &[], routes: routes::routes, statements: &[], tables: &[] };
