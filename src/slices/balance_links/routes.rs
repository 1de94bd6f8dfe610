//! The operations on balance links.

use super::{BalanceLinkEvent, api as links, public};
use crate::kernel::error::Code::{
    ActionNotAllowed, ClientArchived, EngagementNotActive, LinkClosed, NotFound, TooManyPeriods,
};
use crate::platform::auth::ScopeName::{EngagementsRead, EngagementsWrite};
use crate::platform::events::raising;
use crate::web::{Routes, get, group, openapi::Tag, post};

/// What the operations are about.
pub const TAGS: &[Tag] = &[
    ("balance-links", "Secret addresses that show how many hours an engagement has left, and nothing else."),
    ("public", "What everybody may read who has its secret address, without logging in."),
];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    [
        group("balance-links", [
            get("/v1/engagements/{engagement_id}/balance-links", links::list_balance_links).assistant(EngagementsRead).about("List balance links"),
            post("/v1/engagements/{engagement_id}/balance-links", links::create_balance_link).refuses(&[ClientArchived, EngagementNotActive]).assistant(EngagementsWrite).about("Create a balance link")
                .notes("The address is shown only here. For engagements that were accepted and are not archived (else 409).").raises(raising![BalanceLinkEvent::Created]),
            get("/v1/engagements/{engagement_id}/balance-links/{balance_link_id}", links::get_balance_link).assistant(EngagementsRead).about("Get a balance link"),
            post("/v1/engagements/{engagement_id}/balance-links/{balance_link_id}/rotate", links::rotate_balance_link).refuses(&[ActionNotAllowed]).assistant(EngagementsWrite).about("Rotate a balance link")
                .notes("It gets another address, which is shown only here. The old one is unknown from now on (404): nothing is kept by which it could be told from one that never was.")
                .conditional().raises(raising![BalanceLinkEvent::Rotated]),
            post("/v1/engagements/{engagement_id}/balance-links/{balance_link_id}/revoke", links::revoke_balance_link).refuses(&[ActionNotAllowed]).assistant(EngagementsWrite).about("Revoke a balance link")
                .notes("For good: its address answers 410.").conditional().raises(raising![BalanceLinkEvent::Revoked]),
        ]),
        group("public", [
            get("/h/{token}", public::get_shared_balance).refuses(&[NotFound, LinkClosed, TooManyPeriods]).secret().about("Get a shared balance")
                .notes("What is left, what was used and what is lost next, as `GET …/balance` has it, and nothing of whose it is. It is JSON, or a page without scripts where `Accept` prefers `text/html`, in German or English by `Accept-Language`, else in the client's language. 410 `link_closed` where the link was revoked or has expired, or its engagement or client is archived. Requests count for the caller's network address, and for the link."),
            get("/h/{token}.svg", public::get_balance_badge).refuses(&[NotFound, LinkClosed, TooManyPeriods]).secret().about("Get a balance badge")
                .notes("The same as a picture, which pages of other sites may embed."),
        ]),
    ]
    .into_iter()
    .flatten()
    .collect()
}
