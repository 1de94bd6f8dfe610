#![forbid(unsafe_code)]
//! Vorzimmer: the back end of a virtual assistant's business.
pub mod clients;
pub mod db;
pub mod error;
pub mod shares;
pub mod types;
