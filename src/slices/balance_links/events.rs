//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to a balance link.
    BalanceLinkEvent of "balance_link" "BalanceLinkRecord" {
        Created = "balance_link.created" "A balance link was made: whoever has its address reads how many hours are left.";
        Rotated = "balance_link.rotated" "A balance link got another address; the old one leads nowhere.";
        Revoked = "balance_link.revoked" "A balance link was taken back, for good.";
    }
}
