//! What a mail is, how it shows, and how long it is tried.

use crate::kernel::{Columns, Email, MailId, Timestamp, choice, open_choice};
use crate::platform::effects::Lease;
use crate::web::{Listing, OneOf, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

open_choice! {
    /// What a mail is about. Mails about an account are never listed.
    pub enum MailKind {
        /// Invites into the workspace.
        Invitation = "invitation",
        /// Tells a client that an engagement was proposed to them.
        Proposal = "proposal",
        /// Tells a client that new terms were proposed to them.
        TermsProposal = "terms_proposal",
        /// Tells a client that a task waits for their answer.
        TaskWaiting = "task_waiting",
        /// Tells a client that a block of prepaid hours was offered to them.
        BlockOffer = "block_offer",
        /// Tells the assistants that a client asked for a block of prepaid hours.
        BlockRequest = "block_request",
        /// Tells the other side that an extension of a package was asked for.
        ExtensionRequest = "extension_request",
        /// Tells that a share of a package, cap, budget or block is used.
        BudgetAlert = "budget_alert",
        /// Lets somebody set a new password.
        PasswordReset = "password_reset",
        /// Lets somebody confirm a new address.
        EmailChange = "email_change",
        /// Tells the holder of an address that somebody else wanted it.
        EmailTaken = "email_taken",
        /// Tells an old address that the account has another one.
        EmailChanged = "email_changed",
    }
}

impl MailKind {
    /// Whether it is about an account, and so belongs to no workspace.
    pub fn is_about_account(self) -> bool {
        matches!(self, Self::PasswordReset | Self::EmailChange | Self::EmailTaken | Self::EmailChanged)
    }
}

choice! {
    /// Where a mail stands.
    pub enum MailStatus {
        /// It waits for its next attempt, or is being sent.
        Queued = "queued",
        /// The mail server took it.
        Sent = "sent",
        /// The mail server refused it, or could not be reached for two days.
        Failed = "failed",
        /// What it carries ended before it could be sent.
        Expired = "expired",
    }
}

/// A mail as it is written, in plain text.
pub struct Letter {
    pub kind: MailKind,
    pub to: Email,
    /// When the token in it ends.
    pub expires_at: Option<Timestamp>,
    pub words: Words,
}

/// What must not be read at rest: it may hold a token.
#[derive(Clone, Deserialize, Serialize)]
pub struct Words {
    pub subject: String,
    pub text: String,
}

/// A mail that this server has claimed.
#[derive(Columns)]
pub struct Claim {
    #[columns(flatten)]
    pub lease: Lease,
    pub recipient: Email,
    pub sealed: Vec<u8>,
    pub message_id: String,
    pub created_at: Timestamp,
}

impl AsRef<Lease> for Claim {
    fn as_ref(&self) -> &Lease {
        &self.lease
    }
}

/// The pauses after each attempt: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 14 h. Their sum is 45.6 hours: servers that
/// greylist or are down for a day are back by then, and one more pause would pass two days.
pub const PAUSES: &[i64] = &[5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 14 * 3600];

/// A mail's row as it is listed: without what it says.
#[derive(Clone, Debug, Columns)]
pub struct MailRow {
    pub id: MailId,
    pub kind: MailKind,
    pub recipient: Email,
    pub status: MailStatus,
    pub attempts: i64,
    pub next_attempt_at: Option<Timestamp>,
    pub last_error: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}

/// A mail of the workspace and what became of it. What it says is not kept once it is sent, and never shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Mail {
    pub id: MailId,
    pub kind: MailKind,
    /// The address that it goes to.
    pub to: Email,
    pub status: MailStatus,
    /// How often it was tried.
    #[schema(minimum = 0, examples(1))]
    pub attempts: i64,
    /// When it is tried next, at the earliest. While it is being sent: when it is tried again if the server dies. Null
    /// once it is settled.
    pub next_attempt_at: Option<Timestamp>,
    /// Why the last attempt failed.
    #[schema(max_length = 200, examples("the mail server answered 451"))]
    pub last_error: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it was sent, failed or expired.
    pub settled_at: Option<Timestamp>,
}

impl MailRow {
    /// The mail as the owner sees it.
    pub fn view(self) -> Mail {
        Mail {
            id: self.id,
            kind: self.kind,
            to: self.recipient,
            status: self.status,
            attempts: self.attempts,
            next_attempt_at: self.next_attempt_at,
            last_error: self.last_error,
            created_at: self.created_at,
            updated_at: self.updated_at,
            settled_at: self.settled_at,
        }
    }
}

params! {
    /// Which mails to list.
    pub struct MailFilter {
        /// Only these statuses.
        status: OneOf<MailStatus>,
    }
}

impl Listing for MailFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[("created_at", "created_at")];
    const ID: &'static str = "id";
}
