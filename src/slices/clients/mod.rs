//! The businesses that a workspace works for, with the people there and the ways to reach them.

pub mod acts;
pub mod api;
pub mod channel_kinds;
pub mod channels;
pub mod contacts;
mod events;
mod expand;
pub mod model;
mod routes;
pub mod store;

use crate::platform::slice::Slice;

pub use events::ClientEvent;
pub use expand::expand;

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[
        ("slices::clients::channels::store", channels::store::STATEMENTS),
        ("slices::clients::contacts::store", contacts::store::STATEMENTS),
        ("slices::clients::store", store::STATEMENTS),
    ],
    tables: &[&store::CLIENTS, &contacts::store::CONTACTS, &channels::store::CHANNELS],
};
