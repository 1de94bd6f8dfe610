//! The nouns of the business, a folder each. The order counts: a slice knows only those before it.

pub mod clients;

pub mod accounts;

pub mod engagements;

pub mod tasks;

pub mod time_entries;

pub mod shares;

pub mod events;

pub mod mails;

pub mod system;

pub mod docs;

pub mod routes;
