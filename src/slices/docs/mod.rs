//! What the server says about itself: the OpenAPI document with a page to read it, the guide, and the catalogue of
//! problems. Everything is built in and works without a network.

pub mod api;
mod assets;
mod document;
mod guide;
mod markdown;
mod problems;
mod routes;
mod site;

use crate::platform::slice::Slice;

pub use document::Document;

/// What this slice brings with it.
pub static SLICE: Slice = Slice { tags: &[], routes: routes::routes, statements: &[], tables: &[] };
