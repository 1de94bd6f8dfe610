#![forbid(unsafe_code)]
//! Vorzimmer: the back end of a virtual assistant's business.
pub mod db;
pub mod error;
pub mod time_entries;
pub mod types;
