//! Tasks: single pieces of work for a client, from request to done.

pub mod model;
