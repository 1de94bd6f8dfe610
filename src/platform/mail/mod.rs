//! Mail, as an effect: a [`Letter`] is enqueued in the transaction that causes it, and delivered outside of any, at least
//! once. `mailer` seals letters and speaks to the outside, `store` is the outbox in the database.

mod mailer;
pub mod model;
mod smtp;
pub mod store;

pub use mailer::Mailer;
pub use model::{Letter, MailKind, Words};
