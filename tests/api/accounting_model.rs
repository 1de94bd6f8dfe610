//! An independent model of the accounting of time entries, plain and slow, with arithmetic and a calendar of its own.
//! It is written from the description of the product and shares no code with the server; random operations are done to
//! both, and both must agree.
//!
//! Where the description leaves a choice, the model reads it so:
//!

mod bodies;
mod calendar;
mod edits;
mod entry;
mod examples;
mod model;
mod numbers;
mod operations;
mod pools;
mod properties;
mod random;
mod requests;
mod terms;
mod totals;
mod trial;
mod world;

use crate::{server::Server, support::databases::both_engines};
use trial::Trial;

/// What the random operations begin with: one trial each.
const SEEDS: [u64; 12] = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233];

/// How many steps a trial has. A bulk of several operations is one step.
const STEPS: usize = 150;

both_engines! {
    async fn the_server_and_the_model_agree(server: Server) {
        let mut operations = 0;
        for (place, seed) in SEEDS.into_iter().enumerate() {
            let mut trial = Trial::new(&server, seed, place, SEEDS.len()).await;
            operations += trial.run(STEPS).await;
        }
        assert!(operations >= 2_000, "{operations}");
    }
}
