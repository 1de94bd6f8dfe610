//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to a client.
    ClientEvent of "client" "ClientRecord" {
        Created = "client.created" "A client was added.";
        Updated = "client.updated" "A client's data changed.";
        Archived = "client.archived" "A client was archived: no new work.";
        Unarchived = "client.unarchived" "A client was brought back from the archive.";
        Deleted = "client.deleted" "A client was deleted, with its contacts and channels.";
    }
}
