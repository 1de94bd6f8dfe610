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
