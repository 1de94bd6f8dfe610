//! The operations on mails.

use crate::slices::mails::api as mails;
use crate::web::{Routes, get, group, openapi::Tag};

/// What the operations are about.
pub const TAGS: &[Tag] = &[("mails", "What was mailed for the workspace, and what became of it.")];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    group("mails", [
            get("/v1/mails", mails::list_mails).owner().about("List mails")
                .notes("Invitations and what clients are told. A mail that fails for now is tried again for two days, with growing pauses, and never after what it carries has ended. What it says is not shown, and erased once it is settled."),
        ])
}
