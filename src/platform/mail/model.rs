//! What a mail is, how it shows, and what follows from an attempt to deliver it.

use crate::db::{Arg, Keyed};
use crate::kernel::{Email, MailId, Timestamp, choice};
use crate::web::{Listing, OneOf, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

choice! {
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
#[derive(Deserialize, Serialize)]
pub struct Words {
    pub subject: String,
    pub text: String,
}

/// A mail that this server has claimed.
#[derive(sqlx::FromRow)]
pub struct Claim {
    pub id: MailId,
    pub kind: String,
    pub recipient: Email,
    pub sealed: Vec<u8>,
    /// The number of this attempt; settling it is fenced by it.
    pub attempts: i64,
    pub expires_at: Option<Timestamp>,
    pub message_id: String,
    pub created_at: Timestamp,
}

/// How an attempt ended. The reasons are shown to the owner: they name no address and nothing that a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    /// For good.
    Refused(String),
    /// For now.
    Unsent(String),
}

/// What follows from an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Settled(MailStatus, Option<String>),
    Again(Timestamp, String),
}

/// The pauses after each attempt: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 14 h. Their sum is 45.6 hours: servers that
/// greylist or are down for a day are back by then, and one more pause would pass two days.
const PAUSES: [i64; 8] = [5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 14 * 3600];

impl Claim {
    /// Decides what follows from the outcome of this attempt.
    pub fn judge(&self, outcome: Outcome, now: Timestamp) -> Verdict {
        let reason = match outcome {
            Outcome::Sent => return Verdict::Settled(MailStatus::Sent, None),
            Outcome::Refused(reason) => return Verdict::Settled(MailStatus::Failed, Some(reason)),
            Outcome::Unsent(reason) => reason,
        };
        let pause = usize::try_from(self.attempts - 1).ok().and_then(|made| PAUSES.get(made));
        let Some(next) = pause.map(|pause| now.plus_seconds(*pause)) else {
            return Verdict::Settled(MailStatus::Failed, Some(reason));
        };
        match self.expires_at {
            Some(end) if end <= next => Verdict::Settled(MailStatus::Expired, Some(reason)),
            _ => Verdict::Again(next, reason),
        }
    }
}

/// A mail's row as it is listed: without what it says.
#[derive(Clone, Debug, sqlx::FromRow)]
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

impl Keyed for MailRow {
    fn key(&self, _: &'static str) -> Arg {
        self.created_at.into()
    }
    fn id(&self) -> Uuid {
        self.id.0
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

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(attempts: i64, expires_at: Option<Timestamp>) -> Claim {
        Claim {
            id: MailId(Uuid::nil()),
            kind: MailKind::Invitation.as_str().to_owned(),
            recipient: "eva@example.com".into(),
            sealed: Vec::new(),
            attempts,
            expires_at,
            message_id: String::new(),
            created_at: Timestamp::from_micros(0),
        }
    }

    #[test]
    fn pauses_grow_until_two_days_have_passed() {
        let (mut now, mut attempts) = (Timestamp::from_micros(0), 1);
        let unsent = || Outcome::Unsent("no".to_owned());
        while let Verdict::Again(next, _) = claim(attempts, None).judge(unsent(), now) {
            (now, attempts) = (next, attempts + 1);
        }
        assert_eq!((attempts, now), (9, Timestamp::from_micros(0).plus_seconds(164_105)));
        assert_eq!(
            claim(9, None).judge(unsent(), now),
            Verdict::Settled(MailStatus::Failed, Some("no".to_owned()))
        );
    }

    #[test]
    fn nothing_is_tried_after_the_end_of_its_token() {
        let now = Timestamp::from_micros(0);
        let judge = |end: i64| claim(4, Some(now.plus_seconds(end))).judge(Outcome::Unsent("no".to_owned()), now);
        assert!(matches!(judge(7200), Verdict::Settled(MailStatus::Expired, _)));
        assert_eq!(judge(7201), Verdict::Again(now.plus_seconds(7200), "no".to_owned()));
    }

    #[test]
    fn what_is_sent_or_refused_is_settled_at_once() {
        let now = Timestamp::from_micros(0);
        assert_eq!(claim(1, None).judge(Outcome::Sent, now), Verdict::Settled(MailStatus::Sent, None));
        let refused = claim(1, None).judge(Outcome::Refused("no".to_owned()), now);
        assert_eq!(refused, Verdict::Settled(MailStatus::Failed, Some("no".to_owned())));
    }
}
