//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to a share link.
    ShareLinkEvent of "share_link" "ShareLinkRecord" {
        Created = "share_link.created" "A share link was added.";
        Updated = "share_link.updated" "A share link's data, end or password changed.";
        Extended = "share_link.extended" "A share link's end was put off; other data may have changed with it.";
        Revoked = "share_link.revoked" "A share link was taken back, for good.";
        Expired = "share_link.expired" "A share link's end has passed.";
        Deleted = "share_link.deleted" "A share link was deleted.";
    }
}
