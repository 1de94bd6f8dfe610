//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to a contact.
    ContactEvent of "contact" "ContactRecord" {
        Created = "contact.created" "A contact was added to a client.";
        Updated = "contact.updated" "A contact's data changed.";
        Deleted = "contact.deleted" "A contact was deleted.";
    }
}
