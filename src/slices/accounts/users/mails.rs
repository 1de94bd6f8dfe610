//! The mails about an account, in German or English. A token stands in the link's fragment, which no server and no
//! log ever sees, and once more for programs without a browser.

use crate::kernel::{Email, Timestamp};
use crate::platform::mail::{Letter, MailKind, Words};

/// The way back in for somebody who forgot their password.
pub fn password_reset(
    (to, expires_at): (Email, Timestamp),
    public_url: &str,
    token: &str,
    german: bool,
) -> Letter {
    let link = format!("{public_url}/reset-password#token={token}");
    let (subject, text) = if german {
        (
            "Neues Passwort für Vorzimmer",
            format!(
                "Guten Tag,\n\njemand möchte für dieses Konto ein neues Passwort setzen. Wenn Sie das sind, öffnen Sie \
                 innerhalb einer Stunde diesen Link:\n\n{link}\n\nDas Token darin ist:\n\n{token}\n\n\
                 Mit dem neuen Passwort enden alle Anmeldungen und API-Schlüssel des Kontos.\n\n\
                 Wenn Sie es nicht sind, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.\n"
            ),
        )
    } else {
        (
            "A new password for Vorzimmer",
            format!(
                "Hello,\n\nsomebody wants to set a new password for this account. If it is you, open this link within \
                 one hour:\n\n{link}\n\nThe token in it is:\n\n{token}\n\n\
                 With the new password every log-in and every API key of the account ends.\n\n\
                 If it is not you, there is nothing to do: your password stays as it is.\n"
            ),
        )
    };
    letter(MailKind::PasswordReset, to, Some(expires_at), (subject, text))
}

/// The proof that a new address is theirs.
pub fn email_change((to, expires_at): (Email, Timestamp), public_url: &str, token: &str, german: bool) -> Letter {
    let link = format!("{public_url}/confirm-email#token={token}");
    let (subject, text) = if german {
        (
            "Bestätigen Sie Ihre neue Adresse",
            format!(
                "Guten Tag,\n\nSie möchten sich bei Vorzimmer künftig mit dieser Adresse anmelden. Öffnen Sie dazu \
                 innerhalb von 24 Stunden diesen Link:\n\n{link}\n\nDas Token darin ist:\n\n{token}\n\n\
                 Wenn Sie das nicht waren, brauchen Sie nichts zu tun.\n"
            ),
        )
    } else {
        (
            "Confirm your new address",
            format!(
                "Hello,\n\nyou want to log in to Vorzimmer with this address from now on. Open this link within \
                 24 hours:\n\n{link}\n\nThe token in it is:\n\n{token}\n\nIf it was not you, there is nothing to do.\n"
            ),
        )
    };
    letter(MailKind::EmailChange, to, Some(expires_at), (subject, text))
}

/// To the holder of an address that somebody else wants to use.
pub fn email_taken(to: Email, german: bool) -> Letter {
    let (subject, text) = if german {
        (
            "Ihre Adresse bei Vorzimmer",
            "Guten Tag,\n\njemand wollte diese Adresse für ein anderes Konto verwenden. Zu ihr gehört aber schon Ihr \
             Konto, und dabei bleibt es. Sie brauchen nichts zu tun.\n",
        )
    } else {
        (
            "Your address at Vorzimmer",
            "Hello,\n\nsomebody wanted to use this address for another account. It belongs to your account already, \
             and stays there. There is nothing to do.\n",
        )
    };
    letter(MailKind::EmailTaken, to, None, (subject, text.to_owned()))
}

/// To the old address, once the new one counts.
pub fn email_changed(to: Email, german: bool) -> Letter {
    let (subject, text) = if german {
        (
            "Ihre Adresse bei Vorzimmer wurde geändert",
            "Guten Tag,\n\nIhr Konto hat jetzt eine andere Adresse; mit dieser können Sie sich nicht mehr anmelden. \
             Wenn Sie das nicht waren, wenden Sie sich gleich an den, der Vorzimmer für Sie betreibt.\n",
        )
    } else {
        (
            "Your address at Vorzimmer was changed",
            "Hello,\n\nyour account has another address now; you can no longer log in with this one. If it was not \
             you, tell whoever runs Vorzimmer for you at once.\n",
        )
    };
    letter(MailKind::EmailChanged, to, None, (subject, text.to_owned()))
}

fn letter(kind: MailKind, to: Email, expires_at: Option<Timestamp>, (subject, text): (&str, String)) -> Letter {
    Letter { kind, to, expires_at, words: Words { subject: subject.to_owned(), text } }
}
