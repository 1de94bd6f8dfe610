//! The OpenAPI document, its page, and the catalogue of problems.

pub mod api;
mod routes;

pub use api::Document;
pub use routes::routes;
