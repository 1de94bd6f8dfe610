//! Vorzimmer: the back end of a virtual assistant's business, as one JSON REST API.
//!
//! **Map.** Floors, lowest first: [`kernel`] (values, errors, clock), [`db`] (one SQL on two engines), [`web`] (requests in,
//! answers out), [`platform`] (callers, the context of a call, events, jobs, mail), [`slices`] (a folder by noun: in it `model`
//! holds types and rules as pure functions, `store` the SQL, `api` the handlers; [`slices::routes`] is the URL table),
//! [`demo`]; on top `main` with the commands, and [`server`] with the listener.
//!
//! **Arrows** point downward. A slice may use another's model and store, never its api. `tests/store/architecture.rs` checks.
//!
//! **Life of a request.** [`web::frame()`] gives it an id and security headers and turns every refusal into a problem
//! document; [`platform::cx::gate()`] counts it, authenticates, checks role and scope from the route's entry, and answers a
//! repeated `Idempotency-Key`. The handler finds the row within the caller's scope (404), reads the body (checked against
//! the document's own schema), begins a transaction (which queues the writers of one workspace), judges `If-Match`, decides
//! in the model, writes, records the event, and commits together with the kept answer.

// The derive of a row names the crate, as tests do.
extern crate self as vorzimmer;

pub mod db;
pub mod demo;
pub mod hours;
pub mod kernel;
pub mod platform;
pub mod server;
pub mod slices;
pub mod statements;
pub mod web;

/// Every statement that is written in a store, by module and name; those of tables come from their declarations.
pub const STATEMENTS: &[(&str, &[(&str, &str)])] = &[
    ("slices::accounts::api_keys::store", slices::accounts::api_keys::store::STATEMENTS),
    ("platform::auth::lookup", platform::auth::lookup::STATEMENTS),
    ("slices::engagements::store", slices::engagements::store::STATEMENTS),
    ("slices::engagements::store::terms", slices::engagements::store::terms::STATEMENTS),
    ("slices::clients::store", slices::clients::store::STATEMENTS),
    ("slices::clients::contacts::store", slices::clients::contacts::store::STATEMENTS),
    ("slices::clients::channels::store", slices::clients::channels::store::STATEMENTS),
    ("platform::events::store", platform::events::store::STATEMENTS),
    ("slices::events::store", slices::events::store::STATEMENTS),
    ("slices::accounts::members::store", slices::accounts::members::store::STATEMENTS),
    ("slices::accounts::sessions::store", slices::accounts::sessions::store::STATEMENTS),
    ("slices::accounts::users::store", slices::accounts::users::store::STATEMENTS),
    ("slices::accounts::workspaces::store", slices::accounts::workspaces::store::STATEMENTS),
    ("platform::cx::idempotency", platform::cx::idempotency::STATEMENTS),
    ("platform::jobs::queue", platform::jobs::queue::STATEMENTS),
    ("platform::mail::store", platform::mail::store::STATEMENTS),
    ("platform::mail::store::OUTBOX", &platform::mail::store::OUTBOX.statements.listed()),
    ("slices::time_entries::store", slices::time_entries::store::STATEMENTS),
    ("slices::time_entries::store::blocking", slices::time_entries::store::blocking::STATEMENTS),
    ("slices::time_entries::store::asked", slices::time_entries::store::asked::STATEMENTS),
    ("slices::shares::store", slices::shares::store::STATEMENTS),
    ("slices::tasks::comments::store", slices::tasks::comments::store::STATEMENTS),
    ("slices::tasks::store", slices::tasks::store::STATEMENTS),
    ("slices::tasks::store::refer", slices::tasks::store::REFER_STATEMENTS),
    ("slices::accounts::invitations::store", slices::accounts::invitations::store::STATEMENTS),
];
