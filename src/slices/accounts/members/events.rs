//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to a member.
    MemberEvent of "member" "Member" {
        Joined = "member.joined" "Somebody became a member.";
        Updated = "member.updated" "A member's settings changed, or ownership was handed over.";
        Removed = "member.removed" "A member left or was removed.";
    }
}
