//! The ground that both test binaries stand on: throw-away databases on both engines.

pub mod databases;
mod postgres;
mod programs;
pub mod scratch;

/// A runtime for work beside a test's own.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts")
}
