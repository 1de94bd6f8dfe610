//! An independent model of the accounting of time entries, plain and slow, with arithmetic and a calendar of its own.
//! It is written from the description of the product and shares no code with the server; random operations are done to
//! both, and both must agree.
//!
//! Where the description leaves a choice, the model reads it so:
//!
//! Lines and pools
//! 1. A pool's lines are parts of entries: an entry over midnight lies in the pools of all its dates.
//! 2. Ties go by the begin of the entry, also for its part on a later date.
//! 3. With scope `entry` the whole entry is rounded once, and shared over its dates by their seconds, earlier ones first.
//! 4. `nearest` rounds halves up. Up to the minimum that is billed as it stands, in every mode; a pool without worked
//!    seconds is 0, whatever the minimum.
//! 5. Frozen lines: the open ones' share of the excess is taken from (or added to) each, and what would fall below 0 is
//!    0; nothing of that is spread again.
//! 6. Frozen lines of days are handled like those of rounding, among the computed lines.
//! 7. A change of words alone accounts for nothing; any other change accounts for the pools left and entered. A patch
//!    that repeats date and duration is no change, and leaves clock times.
//!
//! Days
//! 8. The rule of each version counts exactly; their sum, at most what given days leave of one day, is rounded to
//!    ten-thousandths once per pool, and shared over the computed lines by their exact days (largest remainder, ties as
//!    in rounding). Nothing is rounded per version.
//! 9. The seconds of a date are those of all its billable lines, lines with given days included.
//! 10. Given days count under every version, also where its mode is not `explicit`.
//! 11. Given days of an entry over midnight are shared over its dates by their seconds; the limit of one holds by date.
//! 12. The limit looks at given days of billable work only; computed and frozen ones may stand beside a given day. It
//!     is judged when engagement, time, billing or days of an entry change, and in a bulk operation by operation.
//! 13. `explicit` terms without given days: days and amount of a stopped timer are null. Applied to noted entries they
//!     leave billable ones without given days as they are.
//! 14. What is not billable has amount 0 and 0 billed seconds, and counts as no days; given ones are shown all the same.
//! 15. An entry that comes under `explicit` terms by a change of date or engagement needs days, else 422; also one that
//!     is not billable.
//! 16. In another engagement given days are dropped like rate and billing, unless they are given as well.
//!
//! Versions, rates, billing
//! 17. Terms are applied to open, stopped entries whose date (that of their begin) has them in force and that are not
//!     accounted under them yet. What was given stays, and so does a task's rate as it was noted.
//! 18. Where a date or engagement brings another version than the entry has, and where a given rate is cleared, the rate
//!     comes down the ladder anew: given, task as it is today, terms (those of the entry, not the newest).
//! 19. A task's new rate reaches noted entries by 18 only. Another task without a rate leaves the rate; without any task
//!     it is that of the terms.
//! 20. Billing that was not given goes the same way as the rate in 19, and is asked anew in another engagement.
//! 21. The second half of a split keeps its version over a border of versions. Given days are split within each date by
//!     seconds; a half may have 0 of them.
//! 22. A running timer has no lines; it counts as an entry on the date of its begin. It takes version, rate, billing
//!     when it stops.
//!
//! Money and sums
//! 23. The amount of an entry is shared over its dates by their billed seconds, or days.
//! 24. Daily sums are ten-thousandths of days, added up, times the rate, rounded once. Null amounts count as nothing.
//! 25. The rounding line of a period is there when first and last day of the period lie in the filter's range (one
//!     without bounds holds all) and the filter asks for no person and no task.
//! 26. Its seconds are shared over the rates by the largest remainder, lower rates first, and are negative for `down`.
//!     It counts all billable lines of the period, locked ones too. In daily engagements it changes seconds, not money.
//! 27. Periods are those of the engagement's terms; versions that differ in them are not modelled.
//! 28. A range of dates counts the seconds inside; a found entry counts as one however little of it is inside.

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
mod requests;
mod terms;
mod totals;
mod trial;
mod world;

use crate::{random, server::Server, support::databases::on_both};
use trial::Trial;

/// What the random operations begin with: one trial each.
const SEEDS: [u64; 12] = [1, 2, 1006, 3002, 8, 21, 34, 1042, 144, 233, 2052, 1062];

/// How many steps a trial has. A bulk of several operations is one step.
const STEPS: usize = 150;

#[on_both]
async fn the_server_and_the_model_agree(server: Server) {
    let mut operations = 0;
    for (place, seed) in SEEDS.into_iter().enumerate() {
        let mut trial = Trial::new(&server, seed, place, SEEDS.len()).await;
        operations += trial.run(STEPS).await;
    }
    // What the clock's steps made due: timers that ran long.
    while crate::server::run_due(&server.app).await.expect("the jobs run") > 0 {}
    assert!(operations >= 2_000, "{operations}");
}
