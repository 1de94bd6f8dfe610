//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to a {{words}}.
    {{Single}}Event of "{{single}}" {
        Created = "{{single}}.created" "A {{words}} was added.";
        Updated = "{{single}}.updated" "A {{words}}'s data changed.";
        Deleted = "{{single}}.deleted" "A {{words}} was deleted.";
    }
}
