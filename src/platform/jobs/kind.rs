//! What a slice declares of its jobs.

use crate::db::Tx;
use crate::kernel::error::Result;
use crate::platform::mail::Mailer;
use futures_util::future::BoxFuture;
use serde_json::Value;

/// What a job is to do, and with what.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// What was enqueued.
    pub payload: &'a Value,
    /// Writes mails in its transaction.
    pub mailer: &'a Mailer,
}

/// A kind of job.
pub struct JobKind {
    /// As it is stored.
    pub name: &'static str,
    /// Does it, in a transaction on its workspace, which the worker commits.
    pub run: for<'a> fn(&'a mut Tx, Task<'a>) -> BoxFuture<'a, Result<()>>,
}
