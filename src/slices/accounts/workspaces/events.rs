//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to a workspace.
    WorkspaceEvent of "workspace" "WorkspaceRecord" {
        Created = "workspace.created" "A workspace was registered.";
        Updated = "workspace.updated" "The workspace's settings changed.";
        Deleted = "workspace.deleted" "The workspace was deleted.";
    }
}
