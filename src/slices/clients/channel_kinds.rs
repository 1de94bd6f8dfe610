//! The ways to reach a client, as data: what an address of each looks like, how it becomes something to click, and
//! which services are gone. A kind more is a row more.

use crate::kernel::error::{Fault, FaultCode};
use crate::kernel::{Date, WebAddress, WebAddressFault, open_choice};
use chrono::NaiveDate;
use url::Url;

open_choice! {
    /// A way to reach a client.
    pub enum ChannelKind {
        Phone = "phone",
        Sms = "sms",
        Email = "email",
        Whatsapp = "whatsapp",
        Signal = "signal",
        Zoom = "zoom",
        Teams = "teams",
        Jitsi = "jitsi",
        NextcloudTalk = "nextcloud_talk",
        GoogleMeet = "google_meet",
        /// Retired on 2025-05-05: kept where it was imported, refused for new use.
        Skype = "skype",
        Postal = "postal",
        Other = "other",
    }
}

/// What an address of a kind looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressForm {
    /// A phone number in E.164.
    Phone,
    /// An e-mail address, at most 254 characters.
    Email,
    /// An `https` address, at most 4000 characters: the room or join link.
    HttpsUrl,
    /// A name at the service, without blanks, at most 100 characters.
    UserName,
    /// Any text, possibly of several lines, at most 500 characters.
    FreeText,
}

/// The end of a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retirement {
    pub on: Date,
    /// What to use instead, the likeliest first.
    pub replacements: &'static [ChannelKind],
}

/// One row: what is known about a kind of channel.
#[derive(Clone, Copy, Debug)]
pub struct KindFacts {
    pub kind: ChannelKind,
    name: &'static str,
    name_de: &'static str,
    pub form: AddressForm,
    /// The address as a URI: `{address}` as it stands, `{digits}` without the plus, `{mailbox}` escaped for `mailto:`.
    /// `None`: there is nothing to click.
    pub uri_template: Option<&'static str>,
    /// Set once the service has ended, never ahead of it: no clock is asked.
    pub retired: Option<Retirement>,
}

const fn row(
    kind: ChannelKind,
    name: &'static str,
    name_de: &'static str,
    form: AddressForm,
    uri_template: Option<&'static str>,
) -> KindFacts {
    KindFacts { kind, name, name_de, form, uri_template, retired: None }
}

const SKYPE_ENDED: Date = Date(NaiveDate::from_ymd_opt(2025, 5, 5).expect("a day of the calendar"));

/// Every kind, in the order of [`ChannelKind`].
static KINDS: [KindFacts; ChannelKind::ALL.len()] = {
    use {AddressForm as Form, ChannelKind as Kind};
    [
        row(Kind::Phone, "Phone", "Telefon", Form::Phone, Some("tel:{address}")),
        row(Kind::Sms, "Text message", "SMS", Form::Phone, Some("sms:{address}")),
        row(Kind::Email, "E-mail", "E-Mail", Form::Email, Some("mailto:{mailbox}")),
        row(Kind::Whatsapp, "WhatsApp", "WhatsApp", Form::Phone, Some("https://wa.me/{digits}")),
        row(Kind::Signal, "Signal", "Signal", Form::Phone, Some("https://signal.me/#p/{address}")),
        row(Kind::Zoom, "Zoom", "Zoom", Form::HttpsUrl, Some("{address}")),
        row(Kind::Teams, "Microsoft Teams", "Microsoft Teams", Form::HttpsUrl, Some("{address}")),
        row(Kind::Jitsi, "Jitsi Meet", "Jitsi Meet", Form::HttpsUrl, Some("{address}")),
        row(Kind::NextcloudTalk, "Nextcloud Talk", "Nextcloud Talk", Form::HttpsUrl, Some("{address}")),
        row(Kind::GoogleMeet, "Google Meet", "Google Meet", Form::HttpsUrl, Some("{address}")),
        KindFacts {
            retired: Some(Retirement {
                on: SKYPE_ENDED,
                replacements: &[Kind::Teams, Kind::Zoom, Kind::Jitsi, Kind::NextcloudTalk],
            }),
            ..row(Kind::Skype, "Skype", "Skype", Form::UserName, None)
        },
        row(Kind::Postal, "Post", "Post", Form::FreeText, None),
        row(Kind::Other, "Other", "Sonstiges", Form::FreeText, None),
    ]
};

impl ChannelKind {
    /// The kind's row.
    pub fn facts(self) -> &'static KindFacts {
        &KINDS[self as usize]
    }

    /// Whether the service is gone.
    pub fn is_retired(self) -> bool {
        self.facts().retired.is_some()
    }
}

impl KindFacts {
    /// The name that people know.
    pub const fn name(&self, german: bool) -> &'static str {
        if german { self.name_de } else { self.name }
    }
}

/// Whether this kind with this address may be newly used. `pointer` is the channel's place in the body (`""` for the
/// whole body); the fault stands at its `/kind` or `/address`.
pub fn check(kind: ChannelKind, address: &str, pointer: &str) -> Result<(), Fault> {
    if let Some(retired) = kind.facts().retired {
        let replacements: Vec<_> = retired.replacements.iter().map(|kind| kind.as_str()).collect();
        return Err(Fault::new(format!("{pointer}/kind"), FaultCode::Retired)
            .with("kind", kind)
            .with("on", retired.on)
            .with("replacements", replacements.join(", ")));
    }
    check_address(kind, address, &format!("{pointer}/address"))
}

/// Whether the address has the kind's form; for imports, which may bring retired kinds. `pointer` is the address's
/// own place in the body.
pub fn check_address(kind: ChannelKind, address: &str, pointer: &str) -> Result<(), Fault> {
    let fault = |format: &str| Fault::of_format(pointer, format);
    let form = kind.facts().form;
    let max = form.max_length();
    if address.chars().count() > max {
        return Err(Fault::new(pointer, FaultCode::TooLong).with("max", max));
    }
    match form {
        AddressForm::Phone if !is_e164(address) => Err(fault("e164-phone")),
        AddressForm::Email if !is_email(address) => Err(fault("email")),
        AddressForm::HttpsUrl => match WebAddress::parse(address) {
            Ok(parts) if parts.https => Ok(()),
            Err(WebAddressFault::Credentials) => Err(Fault::new(pointer, FaultCode::UrlWithCredentials)),
            Ok(_) | Err(WebAddressFault::Malformed) => Err(fault("https-url")),
        },
        AddressForm::UserName if address.is_empty() || address.chars().any(breaks_word) => Err(fault("user-name")),
        AddressForm::FreeText if address.trim().is_empty() || address.chars().any(breaks_text) => {
            Err(fault("text"))
        }
        _ => Ok(()),
    }
}

/// What to open to reach somebody there; `None` where there is nothing to open, or the address is none of this kind.
pub fn uri(kind: ChannelKind, address: &str) -> Option<String> {
    let template = kind.facts().uri_template?;
    check_address(kind, address, "").ok()?;
    let (place, value) = if template.contains("{mailbox}") {
        ("{mailbox}", escape_mailbox(address))
    } else if template.contains("{digits}") {
        ("{digits}", address.trim_start_matches('+').to_owned())
    } else if kind.facts().form == AddressForm::HttpsUrl {
        ("{address}", escape_address(address)?)
    } else {
        ("{address}", address.to_owned())
    };
    Some(template.replace(place, &value))
}

impl AddressForm {
    /// The most characters an address of this form may have.
    pub const fn max_length(self) -> usize {
        match self {
            Self::Phone => 16,
            Self::Email => 254,
            Self::HttpsUrl => 4000,
            Self::UserName => 100,
            Self::FreeText => 500,
        }
    }
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

fn is_email(text: &str) -> bool {
    !text.chars().any(breaks_word) && text.parse::<lettre::Address>().is_ok()
}

fn breaks_word(c: char) -> bool {
    c.is_whitespace() || breaks_text(c)
}

/// Controls other than line breaks and tabs, and what turns the direction of writing.
fn breaks_text(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A web address as a URI (RFC 3986), which people may write with letters that a URI has not.
fn escape_address(address: &str) -> Option<String> {
    let text = String::from(Url::parse(address).ok()?);
    let path = text.find("://").and_then(|scheme| text[scheme + 3..].find('/').map(|host| scheme + 3 + host))?;
    let (mut out, mut in_fragment) = (text[..path].to_owned(), false);
    for (at, byte) in text.bytes().enumerate().skip(path) {
        let escape = |text: &[u8]| text.len() > 2 && text[1..3].iter().all(u8::is_ascii_hexdigit);
        let allowed = match byte {
            b'%' => escape(&text.as_bytes()[at..]),
            b'#' => !std::mem::replace(&mut in_fragment, true),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte),
        };
        if allowed {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(out)
}

/// An address for `mailto:` (RFC 6068): what would begin a header or another recipient is escaped.
fn escape_mailbox(address: &str) -> String {
    use std::fmt::Write as _;
    address.bytes().fold(String::with_capacity(address.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~@+!$'*".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests;
