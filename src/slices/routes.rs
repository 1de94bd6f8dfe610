//! The URL table, put together from the slices in the order of the document.

use crate::platform::auth::ScopeName::{ClientsRead, EngagementsRead, TasksRead};
use crate::platform::cx::Expansion;
use crate::slices;
use crate::web::{Routes, openapi};
use serde_json::Value;
use std::fmt::Write;

/// How the addresses of the API begin. What is asked for below and is not there counts as well.
pub const API: &str = "/v1/";

/// What `expand` can put into an answer anywhere, and the scope with which a key may read it.
pub const EXPANSIONS: &[Expansion] =
    &[("client", ClientsRead), ("engagement", EngagementsRead), ("task", TasksRead)];

/// What each operation was sent and answered, as the tests recorded it.
const EXAMPLES: &str = include_str!("../../openapi/examples.json");

/// Every operation.
pub fn table() -> Routes {
    let mut routes: Routes = slices::ALL.iter().flat_map(|slice| (slice.routes)()).collect();
    for route in routes.iter_mut().filter(|route| route.moves_accounts) {
        route.follows = slices::packages::FOLLOWING;
    }
    routes
}

/// The OpenAPI document for a server that is reached at `base_url`. Pages of the document itself do not stand in it.
pub fn document(base_url: &str) -> Value {
    let tags: Vec<_> = slices::ALL.iter().flat_map(|slice| slice.tags).copied().collect();
    let documented: Routes = table().into_iter().filter(|route| route.tag != "docs").collect();
    let examples = serde_json::from_str(EXAMPLES).expect("the recorded examples are JSON");
    openapi::document(&documented, &tags, include_str!("intro.md"), &examples, base_url)
}

/// The table as text: a line for each operation, with its method, address, name and who may call it.
pub fn printed() -> String {
    table().iter().fold(String::new(), |mut text, route| {
        let _ = writeln!(
            text,
            "{:6} {:60} {:30} {}",
            route.method.as_str(),
            route.path,
            route.operation,
            route.access
        );
        text
    })
}
