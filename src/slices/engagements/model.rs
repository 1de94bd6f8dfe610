//! Engagements and their rules as pure functions: states, terms, the rate of an hour's work, how each role sees
//! them. Values in, values or `Error` out: no request, no pool and no clock.

mod answer;
mod choices;
mod complete;
mod engagement;
mod filter;
mod lifecycle;
mod milestone;
mod new;
mod open_days;
mod rate;
mod rounding;
mod state;
mod terms;
mod terms_version;
mod versions;

pub use answer::{Answer, AnswerNote, Answered};
pub use choices::*;
pub use engagement::{Engagement, EngagementInternal, EngagementRecord, EngagementRow, LastShown};
pub use filter::{
    AcceptOptions, ApplyTo, EngagementEnd, EngagementExpansion, EngagementFilter, EngagementView, TermsFilter,
};
pub use lifecycle::{ActDate, Deed, Lifecycle};
pub use milestone::{Milestone, NewMilestone};
pub use new::{NewEngagement, complete_terms};
pub use open_days::OpenDays;
pub use rate::{RateSnapshot, RateSource, RateUnit, rate};
pub use rounding::{IncrementMinutes, NewRounding, Rounding, RoundingMode, RoundingScope};
pub use state::{EngagementAct, EngagementStatus, ShownEngagementStatus, Standing};
pub use terms::{AlertPercent, DefaultTerms, NewTerms, Terms};
pub use terms_version::{NewTermsVersion, TermsAct, TermsRow, TermsStatus, TermsVersionRecord};
pub use versions::{effective_between, terms_in_force};
