//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to an engagement.
    EngagementEvent of "engagement" "EngagementRecord" {
        Created = "engagement.created" "An engagement was drafted.";
        Updated = "engagement.updated" "An engagement's data changed, or what it shows of its terms.";
        Proposed = "engagement.proposed" "An engagement was proposed to the client.";
        Withdrawn = "engagement.withdrawn" "A proposal was taken back and is a draft again.";
        Accepted = "engagement.accepted" "An engagement was accepted and is active.";
        Declined = "engagement.declined" "A proposed engagement was declined.";
        Paused = "engagement.paused" "An engagement was paused.";
        Resumed = "engagement.resumed" "A paused engagement goes on.";
        Ended = "engagement.ended" "An engagement ended.";
        Archived = "engagement.archived" "An engagement was archived.";
        Deleted = "engagement.deleted" "An engagement was deleted, with its terms.";
    }
}

events! {
    /// What happens to a version of the terms.
    TermsEvent of "terms" "TermsVersionRecord" {
        Proposed = "terms.proposed" "New terms were proposed for an engagement.";
        Withdrawn = "terms.withdrawn" "Proposed terms were taken back.";
        Accepted = "terms.accepted" "New terms were accepted: they count from their day on.";
        Declined = "terms.declined" "Proposed terms were declined.";
        Effective = "terms.effective" "Accepted terms came into force: from now on their engagement shows them.";
    }
}

events! {
    /// What happens to a milestone.
    MilestoneEvent of "milestone" "ProjectMilestoneRecord" {
        Accepted = "milestone.accepted" "A milestone of a project was accepted.";
    }
}
