//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to a channel.
    ChannelEvent of "channel" "ChannelRecord" {
        Created = "channel.created" "A channel was added to a client.";
        Updated = "channel.updated" "A channel's data changed.";
        Deleted = "channel.deleted" "A channel was deleted.";
    }
}
