//! An independent model of the accounting of time entries, plain and slow, with arithmetic and a calendar of its own.
//! It is written from the description of the product and shares no code with the server; random operations are done to
//! both, and both must agree.
//!
//! Where the description leaves a choice, the model reads it so:
//!

mod calendar;
mod edits;
mod entry;
mod examples;
mod model;
mod numbers;
mod pools;
mod terms;
mod totals;
