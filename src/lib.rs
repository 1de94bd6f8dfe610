#![forbid(unsafe_code)]
//! Vorzimmer: the back end of a virtual assistant's business.
pub mod db;
pub mod engagements;
pub mod error;
pub mod tasks;
pub mod types;
