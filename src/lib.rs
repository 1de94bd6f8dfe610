#![forbid(unsafe_code)]
//! Vorzimmer: the back end of a virtual assistant's business.

pub mod app;
pub mod auth;
pub mod clients;
pub mod config;
pub mod db;
pub mod error;
pub mod events;
pub mod http;
pub mod log;
pub mod mail;
pub mod members;
pub mod routes;
pub mod server;
pub mod sessions;
pub mod shares;
pub mod system;
pub mod time_entries;
pub mod types;
pub mod users;
pub mod workspaces;
