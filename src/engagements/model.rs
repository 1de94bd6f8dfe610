//! The rules of engagements as pure functions: their states, their terms and the rate of an hour's work.
//! Values in, values or `Error` out: no request, no pool and no clock.

mod choices;
mod complete;
mod milestone;
mod rate;
mod rounding;
mod state;
mod terms;
mod versions;

pub use choices::*;
pub use milestone::{Milestone, NewMilestone};
pub use rate::{RateSnapshot, RateSource, RateUnit, rate};
pub use rounding::{IncrementMinutes, NewRounding, Rounding, RoundingMode, RoundingScope};
pub use state::{EngagementAct, EngagementStatus, allowed_actions, apply};
pub use terms::{AlertPercent, NewTerms, Terms};
pub use versions::terms_in_force;
