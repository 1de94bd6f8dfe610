//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to an adjustment.
    AdjustmentEvent of "adjustment" "AdjustmentRecord" {
        Created = "adjustment.created" "Time was added to or taken from a package.";
    }
}

events! {
    /// What happens to an alert.
    AlertEvent of "alert" "AlertRecord" {
        Reached = "budget.threshold_reached" "A share of a package, cap, budget or block was reached, for the first time.";
        Acknowledged = "alert.acknowledged" "Somebody took note of an alert.";
    }
}

events! {
    /// What happens to a period.
    PeriodEvent of "period" "PeriodRecord" {
        Closed = "period.closed" "A period was closed: its entries are locked, and nothing of it changes any more.";
        Reopened = "period.reopened" "The period that was closed last was reopened.";
    }
}

/// What can happen beside whatever moves an account.
pub const FOLLOWING: &[&str] = &[AlertEvent::Reached.name(), BlockEvent::ToppedUp.name()];

events! {
    /// What happens to an extension.
    ExtensionEvent of "extension" "ExtensionRecord" {
        Requested = "extension.requested" "More minutes were asked for, for one period of a package.";
        Approved = "extension.approved" "An extension was approved: its period has so many minutes more.";
        Declined = "extension.declined" "An extension was declined.";
        Withdrawn = "extension.withdrawn" "Whoever asked for an extension took that back.";
    }
}

events! {
    /// What happens to a block.
    BlockEvent of "block" "BlockRecord" {
        Requested = "block.requested" "A client asked for a block of prepaid hours.";
        Offered = "block.offered" "A block of prepaid hours was offered to the client.";
        Accepted = "block.accepted" "A block was accepted: it gives time from its first day on.";
        Declined = "block.declined" "A block was declined.";
        Withdrawn = "block.withdrawn" "The request or the offer of a block was taken back.";
        ToppedUp = "block.topped_up" "A block was bought by itself, because work left little of a package: its terms say so.";
        Voided = "block.voided" "What was left of a block was voided.";
    }
}
