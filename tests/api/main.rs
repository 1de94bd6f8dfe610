//! The API over HTTP: the real server, one file per slice, every reply held against the served document.

#[path = "../support/mod.rs"]
mod support;
