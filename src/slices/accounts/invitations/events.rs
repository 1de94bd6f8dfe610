//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to an invitation.
    InvitationEvent of "invitation" "InvitationRecord" {
        Created = "invitation.created" "Somebody was invited.";
        Accepted = "invitation.accepted" "An invitation was accepted.";
        Revoked = "invitation.revoked" "An invitation was revoked.";
    }
}
