//! Who has to do with a workspace: accounts, sessions, workspaces, members, invitations, API keys.

pub mod api_keys;
pub mod invitations;
pub mod members;
mod routes;
pub mod sessions;
pub mod users;
pub mod workspaces;

use crate::platform::slice::Slice;

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[
        ("slices::accounts::api_keys::store", api_keys::store::STATEMENTS),
        ("slices::accounts::invitations::store", invitations::store::STATEMENTS),
        ("slices::accounts::members::store", members::store::STATEMENTS),
        ("slices::accounts::sessions::store", sessions::store::STATEMENTS),
        ("slices::accounts::users::store", users::store::STATEMENTS),
        ("slices::accounts::workspaces::store", workspaces::store::STATEMENTS),
    ],
    tables: &[],
};
