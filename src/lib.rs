#![forbid(unsafe_code)]
//! Vorzimmer: the back end of a virtual assistant's business.
pub mod db;
pub mod error;
pub mod types;

/// Every statement of every store, by module and name, so that a test can prepare each on both engines.
pub const STATEMENTS: &[(&str, &[(&str, &str)])] = &[];
