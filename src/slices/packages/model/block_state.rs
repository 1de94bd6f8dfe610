//! Where a block stands, and which act of which side leads on from there.

use crate::kernel::{Columns, Date, Remark, Timestamp, choice, open_choice};
use crate::platform::auth::Role;
use crate::slices::engagements::model::Answered;

choice! {
    /// Where a block stands: a client asked for it, it was offered to them, it gives time, is used up, is over (an offer
    /// too), was declined, taken back, or voided.
    pub enum BlockStatus {
        Requested = "requested",
        Offered = "offered",
        Active = "active",
        UsedUp = "used_up",
        Expired = "expired",
        Declined = "declined",
        Withdrawn = "withdrawn",
        Void = "void",
    }
}

open_choice! {
    /// What can be done with a block: an assistant offers or declines what the client asks for, the client answers the
    /// offer, who made the request or the offer takes it back, and an assistant voids what is left.
    pub enum BlockAct {
        Offer = "offer",
        Accept = "accept",
        Decline = "decline",
        Withdraw = "withdraw",
        Void = "void",
    }
}

/// What became of a block.
#[derive(Clone, Debug, Columns)]
pub struct BlockState {
    pub status: BlockStatus,
    /// The first day on which it gives, once it was accepted.
    pub starts_on: Option<Date>,
    /// The last one; none without end.
    pub ends_on: Option<Date>,
    pub withdrawn_at: Option<Timestamp>,
    #[columns(flatten)]
    pub answered: Answered,
    pub voided_at: Option<Timestamp>,
    pub void_on: Option<Date>,
    pub void_reason: Option<Remark>,
    /// What it had given when it was voided.
    pub void_given_seconds: Option<i64>,
}

impl BlockStatus {
    /// Whether an act leads on from here and is one of this side. Assistants record answers of clients.
    pub fn takes(self, act: BlockAct, by: Role) -> bool {
        use BlockAct as Act;
        matches!(
            (self, act, by),
            (Self::Requested, Act::Offer | Act::Decline, Role::Assistant)
                | (Self::Requested, Act::Withdraw, Role::Client)
                | (Self::Offered, Act::Accept | Act::Decline, _)
                | (Self::Offered, Act::Withdraw, Role::Assistant)
                | (Self::Active, Act::Void, Role::Assistant)
        )
    }
}

impl BlockAct {
    /// Whether the engagement must take work for it.
    pub fn needs_work(self) -> bool {
        matches!(self, Self::Offer | Self::Accept)
    }
}

impl BlockState {
    /// As one side makes it: a client asks, an assistant offers.
    pub fn made_by(side: Role) -> Self {
        let status = match side {
            Role::Client => BlockStatus::Requested,
            Role::Assistant => BlockStatus::Offered,
        };
        Self {
            status,
            starts_on: None,
            ends_on: None,
            withdrawn_at: None,
            answered: Answered::default(),
            voided_at: None,
            void_on: None,
            void_reason: None,
            void_given_seconds: None,
        }
    }

    /// Whether it is or was a lot.
    pub fn is_granted(&self) -> bool {
        matches!(self.status, BlockStatus::Active | BlockStatus::Void)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_does_its_own_acts() {
        let acts = |status: BlockStatus, by| -> Vec<&str> {
            BlockAct::ALL.iter().filter(|act| status.takes(**act, by)).map(|act| act.as_str()).collect()
        };
        for (status, assistants, clients) in [
            (BlockStatus::Requested, &["offer", "decline"][..], &["withdraw"][..]),
            (BlockStatus::Offered, &["accept", "decline", "withdraw"], &["accept", "decline"]),
            (BlockStatus::Active, &["void"], &[]),
        ] {
            assert_eq!(acts(status, Role::Assistant), assistants, "{status}");
            assert_eq!(acts(status, Role::Client), clients, "{status}");
        }
        let over = BlockStatus::ALL.iter().skip(3);
        assert!(over.copied().all(|status| acts(status, Role::Assistant).is_empty()));
    }
}
