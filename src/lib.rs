//! Vorzimmer: the back end of a virtual assistant's business, as one JSON REST API.
//!
//! **Map.** `main` holds the commands, [`app`] what requests share, [`server`] the listener, [`routes`] the URL table.
//! A slice is a folder by noun: [`users`], [`sessions`], [`workspaces`], [`members`], [`invitations`], [`api_keys`],
//! [`clients`] (with contacts and channels), [`engagements`] (with terms), [`tasks`] (with comments), [`time_entries`]
//! (with the timer), [`shares`], [`mail`], [`events`]. Inside it `model` holds types and rules as pure functions, `store` the SQL,
//! `api` the handlers. [`types`], [`error`], [`db`], [`auth`] and [`http`] are the ground; [`jobs`] run later.
//!
//! **Arrows.** `main → app → routes → slice::api → slice::store → db`; `api → auth, http`; `store → model → types`. A slice
//! may use another's model and store, never its api; `types` and `db` know no slice. `tests/store/architecture.rs` checks.
//!
//! **Life of a request.** [`http::frame`] gives it an id and security headers and turns every refusal into a problem
//! document; [`http::gate`] counts it, authenticates, checks role and scope from the route's entry, and answers a repeated
//! `Idempotency-Key`. The handler finds the row within the caller's scope (404), reads the body (checked against the
//! document's own schema), begins a transaction (which queues the writers of one workspace), judges `If-Match`, decides in
//! the model, writes, records the event, and commits together with the kept answer.

pub mod api_keys;
pub mod app;
pub mod auth;
pub mod clients;
pub mod config;
pub mod db;
pub mod demo;
pub mod engagements;
pub mod error;
pub mod events;
pub mod http;
pub mod invitations;
pub mod jobs;
pub mod log;
pub mod mail;
pub mod members;
mod private;
pub mod routes;
pub mod server;
pub mod sessions;
pub mod shares;
pub mod system;
pub mod tasks;
pub mod time_entries;
pub mod types;
pub mod upgrade;
pub mod users;
pub mod workspaces;

/// Every statement of every store, by module and name, so that a test can prepare each on both engines.
pub const STATEMENTS: &[(&str, &[(&str, &str)])] = &[
    ("api_keys::store", api_keys::store::STATEMENTS),
    ("auth::lookup", auth::lookup::STATEMENTS),
    ("engagements::store", engagements::store::STATEMENTS),
    ("engagements::store::terms", engagements::store::terms::STATEMENTS),
    ("clients::store", clients::store::STATEMENTS),
    ("clients::contacts::store", clients::contacts::store::STATEMENTS),
    ("clients::channels::store", clients::channels::store::STATEMENTS),
    ("events::store", events::store::STATEMENTS),
    ("members::store", members::store::STATEMENTS),
    ("sessions::store", sessions::store::STATEMENTS),
    ("users::store", users::store::STATEMENTS),
    ("workspaces::store", workspaces::store::STATEMENTS),
    ("http::idempotency", http::idempotency::STATEMENTS),
    ("jobs::queue", jobs::queue::STATEMENTS),
    ("mail::store", mail::store::STATEMENTS),
    ("time_entries::store", time_entries::store::STATEMENTS),
    ("time_entries::store::blocking", time_entries::store::blocking::STATEMENTS),
    ("time_entries::store::asked", time_entries::store::asked::STATEMENTS),
    ("shares::store", shares::store::STATEMENTS),
    ("tasks::comments::store", tasks::comments::store::STATEMENTS),
    ("tasks::store", tasks::store::STATEMENTS),
    ("tasks::store::refer", tasks::store::REFER_STATEMENTS),
    ("invitations::store", invitations::store::STATEMENTS),
];
