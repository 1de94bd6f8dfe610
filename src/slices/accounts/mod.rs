//! Who has to do with a workspace: accounts, sessions, workspaces, members, invitations, API keys.

pub mod api_keys;
pub mod invitations;
pub mod members;
mod routes;
pub mod sessions;
pub mod users;
pub mod workspaces;

pub use routes::{TAGS, routes};
