//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to an adjustment.
    AdjustmentEvent of "adjustment" "AdjustmentRecord" {
        Created = "adjustment.created" "Time was added to or taken from a package.";
    }
}
