//! Members: a user's place in a workspace, as its owner, as an assistant, or as a client's contact.

pub mod api;
mod events;
mod everywhere;
pub mod model;
mod owner;
pub mod store;

use crate::kernel::MemberId;

pub use events::MemberEvent;
pub use everywhere::{announce, end_api_keys, hold, hold_with};
pub use owner::require_owner;

/// A member leaves the workspace.
pub struct MemberRemoval(pub MemberId);
