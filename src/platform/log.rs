//! Structured logs: one JSON object a line on standard error. No secret, e-mail address or body stands in them.

use crate::kernel::error::{Error, Result};
use tracing_subscriber::EnvFilter;

/// Starts logging at a level or filter such as `info` or `vorzimmer=debug`.
pub fn start(filter: &str) -> Result<()> {
    let filter = EnvFilter::try_new(filter).map_err(|_| Error::internal("VORZIMMER_LOG is not a log filter"))?;
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init()
        .map_err(Error::internal)
}
