//! The URL table: the whole API on one screen. Each line is one operation, registered, enforced and documented from here.

use crate::http::{Routes, delete, docs, get, group, openapi, post};
use crate::{sessions, system, users};
use serde_json::Value;

/// Every tag and what it is about.
const TAGS: &[openapi::Tag] = &[
    ("auth", "Registering, logging in, passwords, sessions."),
    ("me", "Who calls, and what she may do."),
    ("system", "The server itself: health, keys, metrics."),
];

/// Every operation.
pub fn table() -> Routes {
    [
        group("auth", [
            post("/v1/auth/register", users::api::register_account).about("Register an account with a workspace").also(&[403, 409]).raises(&["workspace.created", "member.joined"]),
            post("/v1/auth/login", users::api::log_in).about("Log in with e-mail address and password").also(&[401]),
            post("/v1/auth/refresh", users::api::refresh_session).about("Get new tokens for a refresh token").also(&[401]),
            post("/v1/auth/logout", users::api::log_out).about("Log out: end the session"),
            get("/v1/sessions", sessions::api::list_sessions).about("List your sessions").person(),
            delete("/v1/sessions/{session_id}", sessions::api::revoke_session).about("End one of your sessions").person(),
        ]),
        group("me", [
            get("/v1/me", users::api::get_me).about("Who calls, in which workspace, with which scopes").logged_in(),
        ]),
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
