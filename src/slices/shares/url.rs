//! The normal form of an external link: one spelling per link, nothing in it that tracks, and its `#fragment`, which
//! may be a key, kept apart from everything that is stored or shown in the clear.

use super::providers::{Provider, find};
use crate::kernel::error::{Fault, FaultCode};
use crate::kernel::{WebAddress, WebAddressFault};
use aws_lc_rs::digest::{SHA256, digest};
use std::fmt::{self, Write as _};

/// What follows `#` in a link: for many providers the key to the files. To be encrypted at rest and never logged;
/// its debug form therefore shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Fragment(String);

impl Fragment {
    /// The secret itself, without `#`: to encrypt it, or to give it to who may see the link.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Fragment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fragment(…)")
    }
}

/// An external link in its normal form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NormalUrl {
    /// The address up to `#`: scheme and host in lower case, IDN as punycode, no default port, no tracking
    /// parameters; path and the rest as given.
    pub url_without_fragment: String,
    /// What followed `#`, when it was not empty.
    pub fragment: Option<Fragment>,
    /// 64 hexadecimal digits (SHA-256), equal for links that lead to the same place: `http` and `https` alike, and
    /// whatever key they carry. Nothing of a key is in it.
    pub key_for_uniqueness: String,
    /// Whose link it is, as far as the table knows.
    pub provider: Option<&'static Provider>,
}

impl NormalUrl {
    /// The whole link as its receiver needs it.
    pub fn with_fragment(&self) -> String {
        match &self.fragment {
            Some(fragment) => format!("{}#{}", self.url_without_fragment, fragment.expose()),
            None => self.url_without_fragment.clone(),
        }
    }
}

/// Brings a link into its normal form; `pointer` says where in the body it stood.
pub fn normalise(text: &str, pointer: &str) -> Result<NormalUrl, Fault> {
    let address = WebAddress::parse(text).map_err(|fault| match fault {
        WebAddressFault::Credentials => Fault::new(pointer, FaultCode::UrlWithCredentials),
        WebAddressFault::Malformed => Fault::of_format(pointer, "http-url"),
    })?;
    let provider = find(&address);
    let mut place = format!("{}{}", address.authority(), address.path);
    if let Some(query) = address.query.and_then(|query| without_tracking(query, provider)) {
        place.push('?');
        place.push_str(&query);
    }
    let fragment = address.fragment.filter(|fragment| !fragment.is_empty());
    let public = fragment.map_or("", |fragment| public_part(fragment, provider));
    Ok(NormalUrl {
        url_without_fragment: format!("{}://{place}", address.scheme()),
        fragment: fragment.map(|fragment| Fragment(fragment.to_owned())),
        key_for_uniqueness: hex_sha256(&format!("{place}#{public}")),
        provider,
    })
}

/// Parameters that only tell where a click came from, whatever the host; beside them everything `utm_…`.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "twclid",
    "ttclid",
    "yclid",
    "igshid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
];

/// The query without what tracks; `None` when nothing is left. Untouched, it stays as given to the byte.
fn without_tracking(query: &str, provider: Option<&Provider>) -> Option<String> {
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_idle(pair, provider)).collect();
    if kept.is_empty() { None } else { Some(kept.join("&")) }
}

fn is_idle(pair: &str, provider: Option<&Provider>) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let lower = name.to_ascii_lowercase();
    lower.starts_with("utm_")
        || TRACKING.contains(&lower.as_str())
        || provider.is_some_and(|provider| {
            provider
                .idle_parameters
                .iter()
                .any(|(idle, only)| *idle == name && only.is_none_or(|only| only == value))
        })
}

/// The part of a fragment that names the place and is no key. Only MEGA has one: its old links (`#!ID!KEY`,
/// `#F!ID!KEY`) carry everything there, its new ones the place inside a folder (`#KEY/file/ID`).
fn public_part<'a>(fragment: &'a str, provider: Option<&Provider>) -> &'a str {
    if provider.is_none_or(|provider| provider.slug != "mega") {
        return "";
    }
    if let Some(start) = ["F!", "!"].iter().find(|start| fragment.starts_with(**start)) {
        let end = fragment[start.len()..].find('!').map_or(fragment.len(), |at| start.len() + at);
        return &fragment[..end];
    }
    fragment.find('/').map_or("", |at| &fragment[at..])
}

fn hex_sha256(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::super::providers::fragment_may_be_key;
    use super::*;

    fn normal(text: &str) -> NormalUrl {
        normalise(text, "/url").unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
    }

    #[test]
    fn one_link_has_one_spelling() {
        let cases = [
            ("HTTPS://WWW.Dropbox.com:443/s/AbC/x.pdf?dl=0", "https://www.dropbox.com/s/AbC/x.pdf"),
            ("https://www.dropbox.com/s/AbC/x.pdf?rlkey=k&dl=0", "https://www.dropbox.com/s/AbC/x.pdf?rlkey=k"),
            ("https://www.dropbox.com/s/AbC/x.pdf?dl=1", "https://www.dropbox.com/s/AbC/x.pdf?dl=1"),
            ("https://example.com/x?dl=0", "https://example.com/x?dl=0"),
            ("https://drive.google.com/file/d/1/view?usp=sharing", "https://drive.google.com/file/d/1/view"),
            ("https://example.com/x?usp=sharing", "https://example.com/x?usp=sharing"),
            ("https://example.com?utm_source=a&UTM_Medium=b&fbclid=c&gclid=d", "https://example.com/"),
            ("https://example.com/x?b=2&utm_source=a&a=1&&c", "https://example.com/x?b=2&a=1&&c"),
            ("https://example.com/x?q=utm_source=a", "https://example.com/x?q=utm_source=a"),
            ("https://example.com/x?", "https://example.com/x?"),
            ("https://example.com/A%2fb/../c;d?e=%7E", "https://example.com/A%2fb/../c;d?e=%7E"),
            ("http://bücher.example:80/ä", "http://xn--bcher-kva.example/ä"),
            ("http://bücher.example:8080/", "http://xn--bcher-kva.example:8080/"),
        ];
        for (text, expected) in cases {
            let once = normal(text);
            assert_eq!(once.url_without_fragment, expected, "{text}");
            assert_eq!(normal(expected), once, "normalising twice changes nothing: {text}");
        }
    }

    #[test]
    fn the_fragment_is_split_off_and_stays_hidden() {
        let link = normal("https://drive.proton.me/urls/ABC?x=1#pAss/w?rd#2");
        assert_eq!(link.url_without_fragment, "https://drive.proton.me/urls/ABC?x=1");
        assert_eq!(link.fragment.as_ref().map(Fragment::expose), Some("pAss/w?rd#2"));
        assert_eq!(link.with_fragment(), "https://drive.proton.me/urls/ABC?x=1#pAss/w?rd#2");
        assert!(!format!("{link:?}").contains("pAss"));
        assert_eq!(normal("https://example.com/x#").fragment, None);
    }

    #[test]
    fn a_fragment_is_a_secret_unless_known_not_to_be() {
        for (text, secret) in [
            ("https://mega.nz/file/abc#key", true),
            ("https://files.example.com/x#key", true),
            ("https://www.dropbox.com/s/x#key", true),
            ("https://www.icloud.com/iclouddrive/0abc#Belege", false),
            ("https://docs.google.com/spreadsheets/d/1/edit#gid=0", false),
            ("https://files.example.com/x", false),
        ] {
            let link = normal(text);
            assert_eq!(link.fragment.is_some() && fragment_may_be_key(link.provider), secret, "{text}");
        }
    }

    #[test]
    fn links_to_the_same_place_have_the_same_key() {
        let same = [
            ("https://www.dropbox.com/s/a?dl=0", "http://WWW.dropbox.com/s/a?utm_source=mail"),
            ("https://drive.proton.me/urls/A#one", "https://drive.proton.me/urls/A#two"),
            ("https://mega.nz/#!abc!one", "https://mega.nz/#!abc!two"),
            ("https://mega.nz/#!abc", "https://mega.nz/#!abc!two"),
            ("https://mega.nz/folder/a#one", "https://mega.nz/folder/a#two"),
        ];
        for (one, other) in same {
            assert_eq!(normal(one).key_for_uniqueness, normal(other).key_for_uniqueness, "{one} {other}");
        }
        let different = [
            ("https://www.dropbox.com/s/a", "https://www.dropbox.com/s/A"),
            ("https://www.dropbox.com/s/a", "https://dropbox.com/s/a"),
            ("https://example.com/?a=1", "https://example.com/?a=2"),
            ("https://mega.nz/#!abc!key", "https://mega.nz/#!xyz!key"),
            ("https://mega.nz/#!abc!key", "https://mega.nz/#F!abc!key"),
            ("https://mega.nz/folder/a#key/file/1", "https://mega.nz/folder/a#key/file/2"),
        ];
        for (one, other) in different {
            assert_ne!(normal(one).key_for_uniqueness, normal(other).key_for_uniqueness, "{one} {other}");
        }
        assert_eq!(normal("https://example.com/").key_for_uniqueness.len(), 64);
    }

    #[test]
    fn unacceptable_links_are_faults_at_their_place() {
        let cases = [
            ("https://dropbox.com@evil.org/", FaultCode::UrlWithCredentials),
            ("https://anna:pw@cloud.example.com/s/x", FaultCode::UrlWithCredentials),
            ("ftp://example.com/x", FaultCode::InvalidFormat),
            ("file:///etc/passwd", FaultCode::InvalidFormat),
            ("https://example.com/a\tb", FaultCode::InvalidFormat),
            ("//example.com/x", FaultCode::InvalidFormat),
            ("", FaultCode::InvalidFormat),
        ];
        for (text, code) in cases {
            let fault = normalise(text, "/url").unwrap_err();
            assert_eq!((fault.pointer.as_str(), fault.code), ("/url", code), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn normalising_never_panics_and_is_stable(text in "https?://(mega\\.nz|[a-zäß.]{1,12})(:[0-9]{1,5})?[/?#]\\PC{0,40}") {
            if let Ok(once) = normalise(&text, "/url") {
                let again = normalise(&once.with_fragment(), "/url").map_err(|fault| fault.code);
                proptest::prop_assert_eq!(again, Ok(once));
            }
        }
    }
}
