//! Tasks: single pieces of work for a client, from request to done, and what is said about them.

pub mod acts;
pub mod api;
pub mod comments;
mod events;
mod expand;
pub mod model;
mod routes;
pub mod store;

use crate::platform::slice::Slice;

pub use events::TaskEvent;
pub use expand::expand;

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[
        ("slices::tasks::comments::store", comments::store::STATEMENTS),
        ("slices::tasks::store", store::STATEMENTS),
        ("slices::tasks::store::refer", store::REFER_STATEMENTS),
    ],
    tables: &[&store::TASKS],
};
