//! The databases below the API: one schema and one SQL on both engines, and the arrows between modules.

#[path = "../support/smtp.rs"]
mod smtp;
#[path = "../support/mod.rs"]
mod support;

mod architecture;
mod bells;
mod effects;
mod frozen;
mod jobs;
mod key_use;
mod list_plans;
mod mails;
mod marks;
mod migrations;
mod pages;
mod schema;
mod snapshots;
mod statements;
mod time_lists;
mod transactions;
mod work_lists;
