//! Engagements and their rules as pure functions: states, versions of terms, how each role sees them. Values in, values
//! or `Error` out: no request, no pool and no clock.

mod answer;
mod engagement;
mod filter;
mod lifecycle;
mod milestone;
mod new;
mod notice;
mod state;
mod terms_version;

pub use answer::{AcceptedElsewhere, Answer, AnswerNote, Answered};
pub use engagement::{Engagement, EngagementInternal, EngagementRecord, EngagementRow, LastShown};
pub use filter::{
    AcceptOptions, ApplyTo, EngagementEnd, EngagementExpansion, EngagementFilter, EngagementView, TermsFilter,
};
pub use lifecycle::{ActDate, Deed, Lifecycle};
pub use milestone::{
    LostMilestone, MilestoneAcceptance, MilestoneAct, MilestoneFilter, MilestoneRow, MilestoneStatus,
    ProjectMilestoneRecord, lost,
};
pub use new::NewEngagement;
pub use state::{EngagementAct, ShownEngagementStatus, Standing};
pub use terms_version::{NewTermsVersion, TermsAct, TermsRow, TermsStatus, TermsVersionRecord};
