//! Invitations: how a colleague or a client's contact becomes a member.

mod accept;
pub mod api;
mod events;
mod mails;
pub mod model;
pub mod store;

pub use events::InvitationEvent;
