//! Share links: files that are handed over by an address, hosted here or elsewhere.
//! So far the rules alone: which provider a link belongs to, how it is normalised, what to warn of, when it ends.

pub mod model;
mod provider_table;
pub mod providers;
pub mod url;
pub mod warnings;
