//! What a slice declares of its jobs.

use crate::db::Tx;
use crate::kernel::error::Result;
use futures_util::future::BoxFuture;
use serde_json::Value;

/// A kind of job.
pub struct JobKind {
    /// As it is stored.
    pub name: &'static str,
    /// Does it, in a transaction on its workspace, which the worker commits; with what was enqueued.
    pub run: for<'a> fn(&'a mut Tx, &'a Value) -> BoxFuture<'a, Result<()>>,
}
