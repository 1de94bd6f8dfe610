//! The mail that invites, in the workspace's language. Its token is another than the inviter sees: whoever comes
//! with it has shown that the address is theirs.

use crate::kernel::{Email, Timestamp};
use crate::platform::mail::{Letter, MailKind, Words};

/// An invitation into a workspace.
pub fn invitation(
    (to, expires_at): (Email, Timestamp),
    (inviter, workspace): (&str, &str),
    (link, token): (&str, &str),
    german: bool,
) -> Letter {
    let (subject, text) = if german {
        (
            format!("Einladung zu {workspace}"),
            format!(
                "Guten Tag,\n\n{inviter} lädt Sie in den Arbeitsbereich „{workspace}“ bei Vorzimmer ein. Öffnen Sie \
                 innerhalb von 14 Tagen diesen Link, um anzunehmen:\n\n{link}\n\nDas Token darin ist:\n\n{token}\n\n\
                 Wenn Sie damit nichts anfangen können, brauchen Sie nichts zu tun.\n"
            ),
        )
    } else {
        (
            format!("Invitation to {workspace}"),
            format!(
                "Hello,\n\n{inviter} invites you into the workspace \"{workspace}\" at Vorzimmer. Open this link \
                 within 14 days to accept:\n\n{link}\n\nThe token in it is:\n\n{token}\n\n\
                 If this means nothing to you, there is nothing to do.\n"
            ),
        )
    };
    Letter { kind: MailKind::Invitation, to, expires_at: Some(expires_at), words: Words { subject, text } }
}
