//! The URL table: the whole API on one screen. Each line is one operation, registered, enforced and documented from here.

use crate::http::{Routes, docs, get, group, openapi};
use crate::system;
use serde_json::Value;

/// Every tag and what it is about.
const TAGS: &[openapi::Tag] = &[
    ("system", "The server itself: health, keys, metrics."),
];

/// Every operation.
pub fn table() -> Routes {
    [
        group("system", [
            get("/healthz", system::get_health).about("Whether the process lives"),
            get("/readyz", system::get_readiness).about("Whether requests can be answered"),
            get("/metrics", system::get_metrics).about("Counters for Prometheus"),
            get("/.well-known/jwks.json", system::get_jwks).about("The public keys of access tokens"),
        ]),
        group("docs", [
            get("/openapi.json", docs::show_openapi),
            get("/docs", docs::show_docs),
            get("/docs/problems", docs::show_problems),
            get("/docs/{file:.*}", docs::show_docs),
        ]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The OpenAPI document for a server that is reached at `base_url`.
pub fn document(base_url: &str) -> Value {
    let table: Routes = table().into_iter().filter(|route| route.tag != "docs").collect();
    openapi::document(&table, TAGS, base_url)
}
