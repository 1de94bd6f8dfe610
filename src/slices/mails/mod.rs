//! What was mailed for a workspace, as its owner sees it.

pub mod api;
mod routes;

use crate::platform::slice::Slice;

/// What this slice brings with it.
pub static SLICE: Slice = Slice { tags: routes::TAGS, routes: routes::routes, statements: &[], tables: &[] };
