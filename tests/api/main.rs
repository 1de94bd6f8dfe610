//! The API over HTTP: the real server, one file per slice, every reply held against the served document.

#[path = "../support/client.rs"]
mod client;
#[path = "../support/contract.rs"]
mod contract;
#[path = "../support/document.rs"]
mod document;
#[path = "../support/observed.rs"]
mod observed;
#[path = "../support/smtp.rs"]
mod smtp;
#[path = "../support/mod.rs"]
mod support;

mod access;
mod accounting_model;
mod accounts;
mod alerts;
mod api_keys;
mod area_factors;
mod balance_links;
mod blocks;
mod blocks_requested;
mod checker;
mod checkpoints;
mod client_rules;
mod client_tags;
mod clients;
mod clocks;
mod closings;
mod contacts;
mod crash;
mod demo;
mod docs;
mod engagement_access;
mod engagement_terms;
mod engagements;
mod engagements_accepted;
mod engagements_lists;
mod events;
mod exhausted;
mod extensions;
mod faults;
mod invitations;
mod landed;
mod landed_terms;
mod limits;
mod mailbox;
mod mails;
mod members;
mod milestones;
mod notice;
mod openapi;
mod ownership;
mod packages;
mod pages;
mod parameters;
mod passwords;
mod people;
mod pipeline;
mod plan_comparison;
mod preview;
mod random;
mod refusals;
mod server;
mod sessions;
mod share_links;
mod share_links_changes;
mod share_links_lists;
mod share_links_shared;
mod shared_balances;
mod snapshots;
mod states;
mod system;
mod tasks;
mod tasks_acts;
mod tasks_comments;
mod tasks_lists;
mod tasks_sight;
mod terms_due;
mod time;
mod tombstones;
mod top_ups;
mod tour;
