//! The URL table, put together from the slices in the order of the document.

use crate::platform::auth::ScopeName::{ClientsRead, EngagementsRead, TasksRead};
use crate::platform::cx::Expansion;
use crate::slices::{accounts, clients, docs, engagements, events, mails, shares, system, tasks, time_entries};
use crate::web::{Routes, openapi};
use serde_json::Value;
use std::fmt::Write;

/// How the addresses of the API begin. What is asked for below and is not there counts as well.
pub const API: &str = "/v1/";

/// What `expand` can put into an answer anywhere, and the scope with which a key may read it.
pub const EXPANSIONS: &[Expansion] =
    &[("client", ClientsRead), ("engagement", EngagementsRead), ("task", TasksRead)];

/// Every operation.
pub fn table() -> Routes {
    documented().into_iter().chain(docs::routes()).collect()
}

/// Every operation that stands in the document.
fn documented() -> Routes {
    [
        accounts::routes(),
        clients::routes(),
        engagements::routes(),
        tasks::routes(),
        time_entries::routes(),
        shares::routes(),
        mails::routes(),
        events::routes(),
        system::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The OpenAPI document for a server that is reached at `base_url`.
pub fn document(base_url: &str) -> Value {
    let tags = [
        accounts::TAGS,
        clients::TAGS,
        engagements::TAGS,
        tasks::TAGS,
        time_entries::TAGS,
        shares::TAGS,
        mails::TAGS,
        events::TAGS,
        system::TAGS,
    ];
    openapi::document(&documented(), &tags.concat(), include_str!("intro.md"), base_url)
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
