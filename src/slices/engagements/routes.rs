//! The operations on engagements.

use crate::kernel::error::Code::{
    ActionNotAllowed, ClientArchived, DuplicateExternalRef, HasDependents, HasLaterEntries, MilestoneAccepted,
    NoticeRequired, PeriodClosed, TermsFixed, TermsSuperseded,
};
use crate::platform::auth::ScopeName::{EngagementsRead, EngagementsWrite};
use crate::platform::events::raising;
use crate::slices::engagements::api as engagements;
use crate::slices::engagements::{EngagementEvent, MilestoneEvent, TermsEvent};
use crate::slices::time_entries::TimeEntryEvent;
use crate::web::{Routes, delete, get, group, openapi::Tag, patch, post, put};

/// What the operations are about.
pub const TAGS: &[Tag] = &[
    ("engagements", "The agreements with clients: drafted, proposed, accepted, ended."),
    ("terms", "The dated conditions of an engagement; a change is a new version."),
    ("milestones", "The parts of a project's price, each accepted once it is reached."),
];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    [
        group("engagements", [
            get("/v1/engagements", engagements::list_engagements).both(EngagementsRead).about("List engagements")
                .notes("Archived ones are left out unless `status` asks for them. A client sees theirs from the proposal on; one that was withdrawn from them is a tombstone for them in lists of changes."),
            post("/v1/engagements", engagements::create_engagement).refuses(&[ClientArchived, DuplicateExternalRef]).assistant(EngagementsWrite).about("Create an engagement")
                .notes("It is a draft. With `accepted` an acceptance that was given elsewhere is recorded in the same request: the engagement is created, proposed and accepted in one step, with the events of all three, and the answer shows it active. Its people get no mail then. If one of the three is refused, nothing is stored.")
                .raises(raising![EngagementEvent::Created, EngagementEvent::Proposed, EngagementEvent::Accepted]),
            get("/v1/engagements/{engagement_id}", engagements::get_engagement).both(EngagementsRead).about("Get an engagement"),
            patch("/v1/engagements/{engagement_id}", engagements::update_engagement).refuses(&[PeriodClosed, ActionNotAllowed, DuplicateExternalRef, TermsFixed]).moves_accounts().assistant(EngagementsWrite).about("Update an engagement")
                .notes("`terms`, `starts_on` and `time_zone` only while it is a draft, `ends_on` until it has ended (else 409 `terms_fixed`) and not before work that is noted (422, with the first of it in `conflicts`). Title, description and `ends_on` can be changed without the client's consent, also after they accepted: `accepted_version` says which version they saw, and `engagement.updated` what changed since. Every change gives it a new version, so that nobody accepts what they have not seen.")
                .conditional().raises(raising![EngagementEvent::Updated]),
            delete("/v1/engagements/{engagement_id}", engagements::delete_engagement).refuses(&[ActionNotAllowed, HasDependents]).assistant(EngagementsWrite).about("Delete an engagement")
                .notes("Only a draft or a declined one, without dependent records. Its terms go with it.").conditional().raises(raising![EngagementEvent::Deleted]),
            put("/v1/engagements/by-ref/{source}/{ref}", engagements::upsert_engagement).refuses(&[PeriodClosed, ClientArchived, TermsFixed]).moves_accounts().assistant(EngagementsWrite)
                .about("Upsert an engagement by its reference")
                .notes("Drafts the engagement (201) or merges the given members into it (200). The reference in the address counts. A new one can be `accepted` at once, as in `POST /v1/engagements`. For one that is there `accepted` changes nothing: it was accepted already, or the request is refused (422 `immutable`).")
                .conditional()
                .raises(raising![EngagementEvent::Created, EngagementEvent::Proposed, EngagementEvent::Accepted, EngagementEvent::Updated]),
            post("/v1/engagements/{engagement_id}/propose", engagements::propose_engagement).refuses(&[ActionNotAllowed, ClientArchived]).assistant(EngagementsWrite)
                .about("Propose an engagement").notes("The client sees it from then on, and its people are told by mail.")
                .conditional().raises(raising![EngagementEvent::Proposed]),
            post("/v1/engagements/{engagement_id}/withdraw", engagements::withdraw_engagement).refuses(&[ActionNotAllowed]).assistant(EngagementsWrite)
                .about("Withdraw an engagement").conditional().raises(raising![EngagementEvent::Withdrawn]),
            post("/v1/engagements/{engagement_id}/accept", engagements::accept_engagement).refuses(&[ActionNotAllowed, ClientArchived]).both(EngagementsWrite).about("Accept an engagement")
                .notes("The client accepts what they saw. An assistant may record that the client accepted elsewhere: `note` is required then, and the engagement is marked `accepted_elsewhere`.")
                .binding().raises(raising![EngagementEvent::Accepted]),
            post("/v1/engagements/{engagement_id}/decline", engagements::decline_engagement).refuses(&[ActionNotAllowed]).both(EngagementsWrite).about("Decline an engagement")
                .notes("An assistant may record that the client declined elsewhere; `note` can say where.")
                .conditional().raises(raising![EngagementEvent::Declined]),
            post("/v1/engagements/{engagement_id}/pause", engagements::pause_engagement).refuses(&[PeriodClosed, ActionNotAllowed, HasLaterEntries]).moves_accounts().assistant(EngagementsWrite).about("Pause an engagement")
                .notes("Only work up to that day can be noted or corrected until it is resumed, and the days of the pause take no work afterwards either. Where noted work lies after the day the pause is refused (409 `has_later_entries`, with `conflicts`). Timers that run on it are stopped.").conditional()
                .raises(raising![EngagementEvent::Paused, TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/engagements/{engagement_id}/resume", engagements::resume_engagement).refuses(&[ActionNotAllowed, ClientArchived]).moves_accounts().assistant(EngagementsWrite)
                .about("Resume an engagement").conditional().raises(raising![EngagementEvent::Resumed]),
            post("/v1/engagements/{engagement_id}/end", engagements::end_engagement).refuses(&[PeriodClosed, ActionNotAllowed, HasLaterEntries, NoticeRequired]).moves_accounts().assistant(EngagementsWrite).about("End an engagement")
                .notes("From then on, only work up to that day can be noted or corrected. Where noted work lies after the day the end is refused (409 `has_later_entries`, with `conflicts`); with `move_end=true` the engagement ends on the last day of noted work instead. With `respect_notice=true` it ends only if `notice_days` of the terms in force lie between today and its end (else 409 `notice_required`, with `earliest_on`). Timers that run on it are stopped. To let it end later, set `ends_on`.")
                .conditional().raises(raising![EngagementEvent::Ended, TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/engagements/{engagement_id}/archive", engagements::archive_engagement).refuses(&[ActionNotAllowed]).moves_accounts().assistant(EngagementsWrite)
                .about("Archive an engagement").conditional().raises(raising![EngagementEvent::Archived]),
        ]),
        group("terms", [
            get("/v1/engagements/{engagement_id}/terms", engagements::list_terms).both(EngagementsRead).about("List terms"),
            post("/v1/engagements/{engagement_id}/terms", engagements::propose_terms).refuses(&[PeriodClosed, ActionNotAllowed, ClientArchived]).assistant(EngagementsWrite).about("Propose terms")
                .notes("For an active or paused engagement. They count from `effective_from` on, once the client accepts them; its people are told by mail. Time that is noted already keeps its terms, until these are applied to it explicitly (`apply`). Milestones that were accepted stay in them, with their amounts.")
                .raises(raising![TermsEvent::Proposed, EngagementEvent::Updated]),
            get("/v1/engagements/{engagement_id}/terms/{terms_id}", engagements::get_terms).both(EngagementsRead)
                .about("Get terms"),
            post("/v1/engagements/{engagement_id}/terms/{terms_id}/accept", engagements::accept_terms).refuses(&[MilestoneAccepted, PeriodClosed, ActionNotAllowed, TermsSuperseded]).moves_accounts().both(EngagementsWrite).about("Accept terms")
                .notes("An assistant may record that the client accepted elsewhere: `note` is required then. Noted entries keep their terms; `apply_to=unlocked` applies these to them in the same step (either role; `apply?dry_run=true` shows the effect before). Of two versions with the same first day, the one accepted last is in force. If the first day lies in the future, the engagement gets a new version on that day, with the events `terms.effective` and `engagement.updated`.")
                .binding().raises(raising![TermsEvent::Accepted, EngagementEvent::Updated, TimeEntryEvent::Reaccounted]),
            post("/v1/engagements/{engagement_id}/terms/{terms_id}/decline", engagements::decline_terms).refuses(&[ActionNotAllowed]).both(EngagementsWrite)
                .about("Decline terms").notes("An assistant may record that the client declined elsewhere; `note` can say where.")
                .conditional().raises(raising![TermsEvent::Declined, EngagementEvent::Updated]),
            post("/v1/engagements/{engagement_id}/terms/{terms_id}/withdraw", engagements::withdraw_terms).refuses(&[ActionNotAllowed]).assistant(EngagementsWrite)
                .about("Withdraw terms").conditional().raises(raising![TermsEvent::Withdrawn, EngagementEvent::Updated]),
        ]),
        group("milestones", [
            get("/v1/engagements/{engagement_id}/milestones", engagements::list_milestones).both(EngagementsRead).about("List milestones")
                .notes("Those of the terms in force, in their order; an engagement that is no project has none."),
            get("/v1/engagements/{engagement_id}/milestones/{number}", engagements::get_milestone).both(EngagementsRead).about("Get a milestone"),
            post("/v1/engagements/{engagement_id}/milestones/{number}/accept", engagements::accept_milestone).refuses(&[ActionNotAllowed]).both(EngagementsWrite).about("Accept a milestone")
                .notes("The client accepts what they saw, also before its day and after the project has ended. An assistant may record that the client accepted elsewhere: `note` is required then. It stays accepted: new terms keep it with its amount (422 `milestone_accepted`). It is known by its title, and where several have the same one by its place among those. It cannot be accepted where terms that are accepted for later leave it out or change its amount.")
                .binding().raises(raising![MilestoneEvent::Accepted]),
        ]),
    ]
    .into_iter()
    .flatten()
    .collect()
}
