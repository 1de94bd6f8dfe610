//! Work that the server does later by itself. A job is enqueued in the transaction that causes it, claimed by one
//! server, tried again with growing pauses, and taken off in the transaction of its own work: it is done once. No job
//! decides what is right; it makes visible what a read would also compute. What waits for the world outside, such as
//! mail, is no job: it has a queue of its own and runs outside of any transaction.

mod due;
pub mod queue;
mod worker;

pub use due::record_due;
pub use queue::{JobKind, enqueue, enqueue_anew, left_over, withdraw};
pub use worker::{Worker, run_due};
