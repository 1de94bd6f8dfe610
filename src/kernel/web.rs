//! The strict reading of an absolute web address: what is accepted here names the same host to everybody who reads
//! it, whether browser, proxy or this program. Says nothing about whether the address is wise to open.

use url::Url;

/// The parts of an `http` or `https` address (RFC 3986). The host is normalised; path, query and fragment are
/// slices of what was given, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct WebAddress<'a> {
    /// Whether the scheme is `https`.
    pub https: bool,
    /// Lower case, IDN as punycode (RFC 5891), without a final dot; an IPv6 literal keeps its brackets.
    pub host: String,
    /// The port, when it is not the scheme's own.
    pub port: Option<u16>,
    /// The path with its leading slash; `/` when none was given.
    pub path: &'a str,
    /// What follows `?`, without it.
    pub query: Option<&'a str>,
    /// What follows `#`, without it; never sent to a server and possibly a key.
    pub fragment: Option<&'a str>,
}

/// Why a text is not an acceptable web address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebAddressFault {
    /// Not an absolute `http` or `https` address, or one that programs read differently.
    Malformed,
    /// A user name or password stands before the host.
    Credentials,
}

impl<'a> WebAddress<'a> {
    /// Reads the text, or says why it is refused.
    pub fn parse(text: &'a str) -> Result<Self, WebAddressFault> {
        use WebAddressFault::{Credentials, Malformed};
        if text.chars().any(is_forbidden) {
            return Err(Malformed);
        }
        let (scheme, rest) = text.split_once("://").ok_or(Malformed)?;
        let https = scheme.eq_ignore_ascii_case("https");
        if !https && !scheme.eq_ignore_ascii_case("http") {
            return Err(Malformed);
        }
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(Credentials);
        }
        let (host, port) = host_and_port(text, https, authority).ok_or(Malformed)?;
        let (rest, fragment) = match rest.split_once('#') {
            Some((rest, fragment)) => (rest, Some(fragment)),
            None => (rest, None),
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        Ok(Self { https, host, port, path: if path.is_empty() { "/" } else { path }, query, fragment })
    }

    /// The host, with the port when it is not the scheme's own.
    pub fn authority(&self) -> String {
        self.port.map_or_else(|| self.host.clone(), |port| format!("{}:{port}", self.host))
    }

    /// `https` or `http`.
    pub const fn scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }
}

/// Characters that no address needs and that make two readers disagree: controls, blanks, bidi overrides, the
/// backslash (browsers take it for a slash) and what delimits an address inside other text.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '\\' | '<' | '>' | '"' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn host_and_port(text: &str, https: bool, authority: &str) -> Option<(String, Option<u16>)> {
    // An escape in a host is decoded by some readers and not by others.
    if authority.is_empty() || authority.contains('%') {
        return None;
    }
    let scheme = if https { "https" } else { "http" };
    let alone = Url::parse(&format!("{scheme}://{authority}/")).ok()?;
    // Our cut and the browsers' reading of the whole text must name the same place.
    let whole = Url::parse(text).ok()?;
    if alone.host() != whole.host() || alone.port() != whole.port() {
        return None;
    }
    let host = alone.host_str()?;
    let host = host.strip_suffix('.').unwrap_or(host);
    let ambiguous = host.is_empty() || host.starts_with('.') || host.ends_with('.') || host.contains("..");
    (!ambiguous).then(|| (host.to_owned(), alone.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_kept_and_the_host_is_normalised() {
        let cases = [
            ("https://Example.COM", "example.com", "/", None, None),
            ("HTTPS://example.com:443/A%2fb?x=1&y#Key", "example.com", "/A%2fb", Some("x=1&y"), Some("Key")),
            ("http://example.com:8080?q", "example.com:8080", "/", Some("q"), None),
            ("https://bücher.example./ä", "xn--bcher-kva.example", "/ä", None, None),
            ("https://example.com/a/../b#", "example.com", "/a/../b", None, Some("")),
            ("https://example.com/#a?b#c", "example.com", "/", None, Some("a?b#c")),
            ("http://[2001:DB8::1]:80/s", "[2001:db8::1]", "/s", None, None),
            ("https://example.com/@dropbox.com", "example.com", "/@dropbox.com", None, None),
        ];
        for (text, authority, path, query, fragment) in cases {
            let address = WebAddress::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
            assert_eq!(
                (address.authority().as_str(), address.path, address.query, address.fragment),
                (authority, path, query, fragment),
                "{text}"
            );
        }
    }

    #[test]
    fn addresses_that_can_be_misread_are_refused() {
        use WebAddressFault::{Credentials, Malformed};
        let cases = [
            ("", Malformed),
            ("example.com/a", Malformed),
            ("ftp://example.com/", Malformed),
            ("javascript:alert(1)//https://example.com", Malformed),
            ("https:/example.com", Malformed),
            ("https:///example.com", Malformed),
            ("https://", Malformed),
            ("https://exa mple.com/", Malformed),
            ("https://example.com/a\nb", Malformed),
            ("https://example.com/\u{202E}fdp.exe", Malformed),
            ("https://dropbox.com\\@evil.org/", Malformed),
            ("https://example.com/\\evil.org", Malformed),
            ("https://dropbox%2ecom/", Malformed),
            ("https://example.com:99999/", Malformed),
            ("https://a..b/", Malformed),
            ("https://./", Malformed),
            ("https://1.2.3.4.5/", Malformed),
            ("https://dropbox.com@evil.org/", Credentials),
            ("https://anna:secret@example.com/", Credentials),
            ("https://@example.com/", Credentials),
        ];
        for (text, fault) in cases {
            assert_eq!(WebAddress::parse(text).err(), Some(fault), "{text}");
        }
    }
}
