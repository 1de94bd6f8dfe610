//! What a share link is and which acts it allows when. Its end is decided here, as a function of what is known.

mod list;
mod new;
mod record;

pub use list::{ShareLinkExpansion, ShareLinkFilter, ShareLinkView};
pub use new::{NewShareLink, NewShareSource};
pub use record::{ShareLinkInternal, ShareLinkRecord, ShareLinkRow, ShareLinkSecret};

use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{Timestamp, choice, open_choice, shown_status};

choice! {
    /// Where the files of a share link are.
    pub enum ShareSource {
        /// A link elsewhere that is tracked here.
        External = "external",
        /// Files stored here.
        Hosted = "hosted",
        /// A link made here on the client's own Nextcloud.
        Connector = "connector",
    }
}

choice! {
    /// Where a share link stands in its life.
    pub enum ShareStatus {
        Active = "active",
        /// Its end has passed.
        Expired = "expired",
        /// Taken back; this is final.
        Revoked = "revoked",
    }
}

shown_status!(ShownShareStatus of ShareStatus);

open_choice! {
    /// How the end of a share link is known.
    pub enum ExpiryKind {
        /// Somebody gave it.
        Declared = "declared",
        /// The provider said it about this very link.
        Provider = "provider",
        /// The provider's usual lifetime, counted from when the link became known here.
        Assumed = "assumed",
    }
}

open_choice! {
    /// What can be done to a share link.
    pub enum ShareAct {
        /// Change it: title, notes, end.
        Edit = "edit",
        /// Take it back, for good.
        Revoke = "revoke",
        Delete = "delete",
    }
}

/// The end of a share link and how it is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expiry {
    pub at: Timestamp,
    pub kind: ExpiryKind,
}

/// When a link ends: what the provider `reported` about this link is in force whatever was wished; else what was
/// `declared`; else the provider's default lifetime, which is assumed only, because the sender may have chosen
/// another and uploaded earlier. `None`: no end is known.
pub fn effective_expiry(
    declared: Option<Timestamp>,
    reported: Option<Timestamp>,
    default_lifetime_days: Option<u16>,
    created_at: Timestamp,
) -> Option<Expiry> {
    let assumed = default_lifetime_days.map(|days| created_at.plus_seconds(i64::from(days) * SECONDS_PER_DAY));
    let known =
        [(reported, ExpiryKind::Provider), (declared, ExpiryKind::Declared), (assumed, ExpiryKind::Assumed)];
    known.into_iter().find_map(|(at, kind)| at.map(|at| Expiry { at, kind }))
}

const SECONDS_PER_DAY: i64 = 86_400;

/// Where a link stands at `now`. Its end is exclusive: at that instant it has expired. Taken back outranks expired.
pub fn share_status(expires_at: Option<Timestamp>, revoked_at: Option<Timestamp>, now: Timestamp) -> ShareStatus {
    if revoked_at.is_some() {
        ShareStatus::Revoked
    } else if expires_at.is_some_and(|at| at <= now) {
        ShareStatus::Expired
    } else {
        ShareStatus::Active
    }
}

/// Stands for the end where none is known: later than any that can be.
pub const NEVER: Timestamp = Timestamp::from_micros(253_402_300_799_999_999);

/// What an assistant may do to a link in this status. An expired link can be extended, or taken back so that nobody
/// extends it; a revoked one only deleted.
pub const fn allowed_actions(status: ShareStatus) -> &'static [ShareAct] {
    match status {
        ShareStatus::Active | ShareStatus::Expired => ShareAct::ALL,
        ShareStatus::Revoked => &[ShareAct::Delete],
    }
}

/// What a client may do to a link in this status that their side added. Deleting is for the workspace, whose record it is.
pub const fn client_actions(status: ShareStatus) -> &'static [ShareAct] {
    match status {
        ShareStatus::Active | ShareStatus::Expired => &[ShareAct::Edit, ShareAct::Revoke],
        ShareStatus::Revoked => &[],
    }
}

/// Nothing when the act is among those that are possible now, else 409 with them.
pub fn check_act(allowed: &[ShareAct], status: ShareStatus, act: ShareAct) -> Result<()> {
    if allowed.contains(&act) {
        return Ok(());
    }
    Err(Error::new(Code::ActionNotAllowed).with("action", act).with("status", status).allowed_actions(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_end_is_what_is_known_best() {
        let created = at("2026-03-27T12:00:00Z");
        let (declared, reported) = (at("2026-05-01T00:00:00Z"), at("2026-04-10T00:00:00Z"));
        let cases = [
            (None, None, None, None),
            (Some(declared), None, None, Some((declared, ExpiryKind::Declared))),
            (Some(declared), None, Some(7), Some((declared, ExpiryKind::Declared))),
            (Some(declared), Some(reported), Some(7), Some((reported, ExpiryKind::Provider))),
            (None, Some(reported), None, Some((reported, ExpiryKind::Provider))),
            // Days are 24 hours: the change to summer time in between moves nothing.
            (None, None, Some(7), Some((at("2026-04-03T12:00:00Z"), ExpiryKind::Assumed))),
        ];
        for (declared, reported, days, expected) in cases {
            let expiry =
                effective_expiry(declared, reported, days, created).map(|expiry| (expiry.at, expiry.kind));
            assert_eq!(expiry, expected);
        }
    }

    #[test]
    fn the_status_follows_from_the_instants() {
        let now = at("2026-11-02T09:15:00Z");
        let (before, after) = (now.plus_seconds(-1), now.plus_seconds(1));
        for (expires_at, revoked_at, expected) in [
            (None, None, ShareStatus::Active),
            (Some(after), None, ShareStatus::Active),
            (Some(now), None, ShareStatus::Expired),
            (Some(before), None, ShareStatus::Expired),
            (Some(after), Some(before), ShareStatus::Revoked),
            (Some(before), Some(before), ShareStatus::Revoked),
        ] {
            assert_eq!(share_status(expires_at, revoked_at, now), expected);
        }
    }

    #[test]
    fn a_revoked_link_can_only_be_deleted() {
        let check = |status, act| check_act(allowed_actions(status), status, act);
        for status in [ShareStatus::Active, ShareStatus::Expired] {
            for act in ShareAct::ALL {
                assert!(check(status, *act).is_ok(), "{status} {act}");
            }
        }
        assert!(check(ShareStatus::Revoked, ShareAct::Delete).is_ok());
        for act in [ShareAct::Edit, ShareAct::Revoke] {
            assert_eq!(check(ShareStatus::Revoked, act).unwrap_err().code(), Code::ActionNotAllowed);
        }
    }

    #[test]
    fn a_client_does_nothing_that_an_assistant_cannot() {
        for status in ShareStatus::ALL {
            assert!(client_actions(*status).iter().all(|act| allowed_actions(*status).contains(act)), "{status}");
            assert!(!client_actions(*status).contains(&ShareAct::Delete));
        }
    }

    #[test]
    fn never_is_the_last_instant_that_can_be_told() {
        assert_eq!(NEVER, at("9999-12-31T23:59:59.999999Z"));
    }
}
