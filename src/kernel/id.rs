//! Typed identifiers: UUIDv7 (RFC 9562), so that an id of one kind cannot stand where another is meant.

use super::stored_as;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use utoipa::ToSchema;
use uuid::{Builder, Uuid};
use xxhash_rust::xxh3::xxh3_128;

macro_rules! ids {
    ($($(#[doc = $doc:literal])* $name:ident),+ $(,)?) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = Uuid, examples("01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"))]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ();
            /// Only the hyphenated form of 36 characters is an id.
            fn from_str(text: &str) -> Result<Self, ()> {
                if text.len() != 36 {
                    return Err(());
                }
                Uuid::try_parse(text).map(Self).map_err(|_| ())
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        stored_as!($name(Uuid));
    )+};
}

/// The id of what no row has: it follows from these parts (a UUID of version 8, RFC 9562 §5.8).
pub fn derived_id(parts: &[&[u8]]) -> Uuid {
    Builder::from_custom_bytes(xxh3_128(&parts.concat()).to_be_bytes()).into_uuid()
}

ids! {
    /// Identifies a workspace.
    WorkspaceId,
    /// Identifies a user: a person with a login.
    UserId,
    /// Identifies a member: a user's place in one workspace.
    MemberId,
    /// Identifies a session: one log-in of a user.
    SessionId,
    /// Identifies an invitation.
    InvitationId,
    /// Identifies an API key.
    ApiKeyId,
    /// Identifies a client.
    ClientId,
    /// Identifies a client's contact.
    ContactId,
    /// Identifies a client's channel.
    ChannelId,
    /// Identifies an engagement.
    EngagementId,
    /// Identifies one version of an engagement's terms.
    TermsId,
    /// Identifies a milestone of a project: it follows from the engagement and the title.
    MilestoneId,
    /// Identifies a task.
    TaskId,
    /// Identifies a comment on a task.
    CommentId,
    /// Identifies a time entry.
    TimeEntryId,
    /// Identifies an adjustment of a package.
    AdjustmentId,
    AlertId,
    /// Identifies a block of prepaid hours.
    BlockId,
    /// Identifies a balance link.
    BalanceLinkId,
    /// Identifies an extension of a package.
    ExtensionId,
    /// Identifies what waits for an answer: a block or an extension.
    WaitingId,
    /// Identifies a lot of time of a package: that of an adjustment, extension or block is its own, that of what a period includes
    /// follows from the engagement and the period.
    LotId,
    /// Identifies what caused a line of the account: a time entry, an adjustment, an extension or a block.
    CauseId,
    /// Identifies a share link.
    ShareLinkId,
    /// Identifies a mail.
    MailId,
    /// Identifies an event.
    EventId,
}
