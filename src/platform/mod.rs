//! What every slice stands on: who calls and what they may see, the context of a call, the kit for resources, events, jobs,
//! effects such as mail, and what requests share.

pub mod app;
pub mod auth;
pub mod config;
pub mod cx;
pub mod effects;
pub mod entity;
pub mod events;
pub mod jobs;
pub mod kit;
pub mod last_use;
pub mod log;
pub mod mail;
pub mod metrics;
pub mod slice;
pub mod upgrades;
pub mod viewer;
pub mod workers;
