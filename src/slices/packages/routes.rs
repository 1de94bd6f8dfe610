//! The operations on packages.

use super::{AdjustmentEvent, AlertEvent, BlockEvent, ExtensionEvent, PeriodEvent};
use super::{alerts, api as packages, blocks, closings, extensions, plan_comparison, preview};
use crate::kernel::error::Code::{
    ActionNotAllowed, ClientArchived, DuplicateExternalRef, EngagementNotActive, Forbidden, NoPackage,
    PeriodClosed, PeriodHasTimers, PeriodOrder, TimeEntryOverlaps, TooManyPeriods,
};
use crate::platform::auth::ScopeName::{EngagementsRead, EngagementsWrite};
use crate::platform::events::raising;
use crate::web::{Routes, get, group, openapi::Tag, post};

/// What the operations are about.
pub const TAGS: &[Tag] = &[(
    "packages",
    "How many hours an engagement has left, and where they went: periods, the account line by line, adjustments, blocks of prepaid hours, extensions.",
)];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    group("packages", [
        get("/v1/engagements/{engagement_id}/balance", packages::get_balance).refuses(&[TooManyPeriods]).both(EngagementsRead).about("Get a balance")
            .notes("What is left, what was used and what is lost next, for every kind of engagement. Computed for today, in the engagement's time zone."),
        get("/v1/engagements/{engagement_id}/periods", packages::list_periods).refuses(&[TooManyPeriods]).both(EngagementsRead).about("List periods")
            .notes("From the first to the current one, and the next. An engagement that was not accepted yet has none. Computed from terms, adjustments and entries: a correction changes them."),
        get("/v1/engagements/{engagement_id}/periods/{seq}", packages::get_period).refuses(&[TooManyPeriods]).both(EngagementsRead).about("Get a period"),
        post("/v1/engagements/{engagement_id}/periods/{seq}/close", closings::close_period).refuses(&[ActionNotAllowed, PeriodHasTimers, PeriodOrder, TooManyPeriods]).assistant(EngagementsWrite).about("Close a period")
            .notes("Of a period that is over, once those before it are closed. Its entries are locked; terms, adjustments, extensions and blocks do not reach into it any more, and work of its days is refused (409 `period_closed`) or noted late (`late=true`).")
            .raises(raising![PeriodEvent::Closed]),
        post("/v1/engagements/{engagement_id}/periods/{seq}/reopen", closings::reopen_period).refuses(&[ActionNotAllowed, PeriodOrder, TooManyPeriods]).owner().about("Reopen a period")
            .notes("Of the period that was closed last. What was noted late stays where it was booked.")
            .raises(raising![PeriodEvent::Reopened]),
        get("/v1/engagements/{engagement_id}/ledger", packages::list_ledger_lines).refuses(&[TooManyPeriods]).both(EngagementsRead).about("List ledger lines")
            .notes("Every line of the account up to today: what was granted, used, carried and lost, and why. The lines of a period add up to what it leaves: `overage` apart, whose lines show what no lot covered."),
        get("/v1/engagements/{engagement_id}/plan-comparison", plan_comparison::get_plan_comparison).refuses(&[NoPackage, TooManyPeriods]).both(EngagementsRead).about("Get a plan comparison")
            .notes("What other packages would have cost in the last periods that are over, for the work that was noted, had they been agreed from the begin of the engagement. Minutes and price differ; bonus, carry-over, deficit, overage rate and all other terms are those that were in force, and blocks, adjustments and extensions stay as they were. What a package has left before the first of these periods is what that package itself would have left there: not what another one did. An engagement by the hour is compared with packages for its own billing periods (a month unless its terms say otherwise) under the default rules, where overage costs its rate. For packages and engagements by the hour (else 409 `no_package`)."),
        get("/v1/time-entries/{time_entry_id}/coverage", packages::get_coverage).refuses(&[TooManyPeriods]).both(EngagementsRead).about("Get a coverage")
            .notes("From which lots an entry took its time, what no lot covered, and what of it is to be billed. Time is taken in the order of the work's dates, on a date in the order of its begin, whenever it is noted."),
        post("/v1/engagements/{engagement_id}/preview", preview::preview_work).refuses(&[ClientArchived, DuplicateExternalRef, EngagementNotActive, PeriodClosed, TimeEntryOverlaps, TooManyPeriods]).assistant(EngagementsRead).about("Preview work")
            .notes("What a time entry would do, with the body that `POST /v1/time-entries` takes: the periods before and after, the lots that would give, entries from which it would take time, alerts, and whether the client has to agree first. Nothing is stored. It is refused as the entry would be, but for what a package has left: that is answered (`needs_consent`).")
            .unrepeatable(),
        get("/v1/engagements/{engagement_id}/adjustments", packages::list_adjustments).both(EngagementsRead).about("List adjustments"),
        post("/v1/engagements/{engagement_id}/adjustments", packages::create_adjustment).refuses(&[EngagementNotActive, NoPackage, PeriodClosed, TooManyPeriods]).moves_accounts().assistant(EngagementsWrite).about("Create an adjustment")
            .notes("Adds time to a package, or takes it, with a reason that the client reads. It stays: another one corrects it. Time that is taken and that no lot has is owed by the next period. For packages and engagements by the hour (else 409 `no_package`) that were accepted.")
            .raises(raising![AdjustmentEvent::Created]),
        get("/v1/engagements/{engagement_id}/blocks", blocks::list_blocks).refuses(&[TooManyPeriods]).both(EngagementsRead).about("List blocks"),
        post("/v1/engagements/{engagement_id}/blocks", blocks::create_block).refuses(&[EngagementNotActive, NoPackage, TooManyPeriods]).both(EngagementsWrite).about("Create a block")
            .notes("An assistant offers prepaid hours to the client; a client asks for them (`requested`). Once an offer is accepted it is a lot: beside a package in the order of its terms, by the hour before the rate counts. For packages and engagements by the hour (else 409 `no_package`). The people of the side that is to answer are told by mail.")
            .raises(raising![BlockEvent::Requested, BlockEvent::Offered]),
        get("/v1/engagements/{engagement_id}/blocks/{block_id}", blocks::get_block).refuses(&[TooManyPeriods]).both(EngagementsRead).about("Get a block"),
        post("/v1/engagements/{engagement_id}/blocks/{block_id}/offer", blocks::offer_block).refuses(&[ActionNotAllowed, TooManyPeriods]).assistant(EngagementsWrite).about("Offer a block")
            .notes("Answers what a client asked for with an offer, for as many minutes as the offer says: what the body leaves out takes its default, but for the reason. The client's people are told by mail.").conditional().raises(raising![BlockEvent::Offered]),
        post("/v1/engagements/{engagement_id}/blocks/{block_id}/accept", blocks::accept_block).refuses(&[ActionNotAllowed, PeriodClosed, TooManyPeriods]).moves_accounts().both(EngagementsWrite).about("Accept a block")
            .notes("The client accepts what they saw. An assistant may record that the client accepted elsewhere: `note` is required then. It gives time from `valid_from` on, by default from today.")
            .binding().raises(raising![BlockEvent::Accepted]),
        post("/v1/engagements/{engagement_id}/blocks/{block_id}/decline", blocks::decline_block).refuses(&[ActionNotAllowed, Forbidden, TooManyPeriods]).both(EngagementsWrite).about("Decline a block")
            .notes("The client declines an offer; an assistant may record that they did so elsewhere, where `note` can say where. What a client asked for is the assistants' to decline.").conditional().raises(raising![BlockEvent::Declined]),
        post("/v1/engagements/{engagement_id}/blocks/{block_id}/withdraw", blocks::withdraw_block).refuses(&[ActionNotAllowed, Forbidden, TooManyPeriods]).both(EngagementsWrite).about("Withdraw a block")
            .notes("A client takes back what they asked for, an assistant an offer.").conditional().raises(raising![BlockEvent::Withdrawn]),
        post("/v1/engagements/{engagement_id}/blocks/{block_id}/void", blocks::void_block).refuses(&[ActionNotAllowed, TooManyPeriods]).moves_accounts().assistant(EngagementsWrite).about("Void a block")
            .notes("From today on the block gives no more than it had given. Work of a day before that is noted later may still take of it.").conditional().raises(raising![BlockEvent::Voided]),
        get("/v1/alerts", alerts::list_alerts).both(EngagementsRead).about("List alerts")
            .notes("Each share (`alerts_percent` of the terms) of a package, cap, budget or block that was reached: once for each period, block or project."),
        get("/v1/alerts/{alert_id}", alerts::get_alert).both(EngagementsRead).about("Get an alert"),
        post("/v1/alerts/{alert_id}/acknowledge", alerts::acknowledge_alert).refuses(&[ActionNotAllowed]).assistant(EngagementsWrite).about("Acknowledge an alert")
            .notes("Says that somebody has taken note of it.").conditional().raises(raising![AlertEvent::Acknowledged]),
        get("/v1/engagements/{engagement_id}/extensions", extensions::list_extensions).both(EngagementsRead).about("List extensions"),
        post("/v1/engagements/{engagement_id}/extensions", extensions::create_extension).refuses(&[EngagementNotActive, NoPackage, PeriodClosed, TooManyPeriods]).both(EngagementsWrite).about("Create an extension")
            .notes("Asks the other side for more minutes in one period of a package. Once they are approved they are a lot that ends with the period. For packages alone (else 409 `no_package`). The people of the side that is to answer are told by mail.")
            .raises(raising![ExtensionEvent::Requested]),
        get("/v1/engagements/{engagement_id}/extensions/{extension_id}", extensions::get_extension).both(EngagementsRead).about("Get an extension"),
        post("/v1/engagements/{engagement_id}/extensions/{extension_id}/approve", extensions::approve_extension).refuses(&[ActionNotAllowed, Forbidden, PeriodClosed]).moves_accounts().both(EngagementsWrite).about("Approve an extension")
            .notes("The side that did not ask approves what it saw. An assistant may record that the client approved elsewhere: `note` is required then. It can be approved when its period is over, too, as long as it is not closed (409 `period_closed`): what was overage there is covered then.")
            .binding().raises(raising![ExtensionEvent::Approved]),
        post("/v1/engagements/{engagement_id}/extensions/{extension_id}/decline", extensions::decline_extension).refuses(&[ActionNotAllowed, Forbidden]).both(EngagementsWrite).about("Decline an extension")
            .notes("The side that did not ask declines. An assistant may record that the client declined elsewhere; `note` can say where.").conditional().raises(raising![ExtensionEvent::Declined]),
        post("/v1/engagements/{engagement_id}/extensions/{extension_id}/withdraw", extensions::withdraw_extension).refuses(&[ActionNotAllowed, Forbidden]).both(EngagementsWrite).about("Withdraw an extension")
            .notes("The side that asked takes the request back.").conditional().raises(raising![ExtensionEvent::Withdrawn]),
        get("/v1/engagements/{engagement_id}/adjustments/{adjustment_id}", packages::get_adjustment).both(EngagementsRead).about("Get an adjustment"),
    ])
}
