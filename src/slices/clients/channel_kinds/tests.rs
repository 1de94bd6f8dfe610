//! Each kind with good and bad addresses, and what they open.

use super::*;
use ChannelKind::*;

#[test]
fn the_table_stands_in_the_order_of_the_kinds() {
    for (row, kind) in KINDS.iter().zip(ChannelKind::ALL) {
        assert_eq!(row.kind, *kind);
        assert_eq!(kind.facts().kind, *kind);
        assert!(!row.name(false).is_empty() && !row.name(true).is_empty());
        if let Some(retired) = row.retired {
            assert!(!retired.replacements.is_empty());
            assert!(retired.replacements.iter().all(|other| !other.is_retired()));
        }
    }
}

#[test]
fn good_addresses_become_uris() {
    let cases = [
        (Phone, "+4915112345678", Some("tel:+4915112345678")),
        (Sms, "+4915112345678", Some("sms:+4915112345678")),
        (Email, "anna@example.com", Some("mailto:anna@example.com")),
        (Email, "anna+büro@example.com", Some("mailto:anna+b%C3%BCro@example.com")),
        (Email, "a&b=c?d@example.com", Some("mailto:a%26b%3Dc%3Fd@example.com")),
        (Whatsapp, "+4915112345678", Some("https://wa.me/4915112345678")),
        (Signal, "+4915112345678", Some("https://signal.me/#p/+4915112345678")),
        (Zoom, "https://us02web.zoom.us/j/123?pwd=abc", Some("https://us02web.zoom.us/j/123?pwd=abc")),
        (
            Teams,
            "https://teams.microsoft.com/l/meetup-join/19%3a",
            Some("https://teams.microsoft.com/l/meetup-join/19%3a"),
        ),
        (Jitsi, "https://meet.jit.si/Raum", Some("https://meet.jit.si/Raum")),
        (
            Jitsi,
            "https://bücher.example/Büro{a}|b?x=[1]^#c#d%",
            Some("https://xn--bcher-kva.example/B%C3%BCro%7Ba%7D%7Cb?x=%5B1%5D%5E#c%23d%25"),
        ),
        (NextcloudTalk, "https://cloud.example.com/call/abc", Some("https://cloud.example.com/call/abc")),
        (GoogleMeet, "https://meet.google.com/abc-defg-hij", Some("https://meet.google.com/abc-defg-hij")),
        (Postal, "Hauptstraße 1\n20095 Hamburg", None),
        (Other, "Fax im Nebenraum", None),
    ];
    for (kind, address, expected) in cases {
        assert_eq!(check(kind, address, ""), Ok(()), "{kind} {address}");
        assert_eq!(uri(kind, address).as_deref(), expected, "{kind} {address}");
    }
}

#[test]
fn bad_addresses_are_faults_and_open_nothing() {
    use FaultCode::{InvalidFormat, TooLong, UrlWithCredentials};
    let long = "x".repeat(501);
    let cases = [
        (Phone, "", InvalidFormat),
        (Phone, "+", InvalidFormat),
        (Phone, "+4", InvalidFormat),
        (Phone, "015112345678", InvalidFormat),
        (Phone, "+0151123456", InvalidFormat),
        (Phone, "+49 151 1234567", InvalidFormat),
        (Phone, "+4915112345678a", InvalidFormat),
        (Phone, "+1234567890123456", TooLong),
        (Whatsapp, "anna", InvalidFormat),
        (Signal, "https://signal.me/#p/+49151", TooLong),
        (Email, "anna", InvalidFormat),
        (Email, "anna@", InvalidFormat),
        (Email, "@example.com", InvalidFormat),
        (Email, "anna@example.com\nbcc:x@example.com", InvalidFormat),
        (Email, "a b@example.com", InvalidFormat),
        (Zoom, "http://zoom.us/j/123", InvalidFormat),
        (Zoom, "123 456 789", InvalidFormat),
        (Teams, "msteams://teams.microsoft.com/l/x", InvalidFormat),
        (Jitsi, "javascript:alert(1)", InvalidFormat),
        (Jitsi, "https://meet.jit.si@evil.org/Raum", UrlWithCredentials),
        (Postal, " \n ", InvalidFormat),
        (Other, "a\u{0}b", InvalidFormat),
        (Other, "a\u{202E}b", InvalidFormat),
        (Other, &long, TooLong),
    ];
    for (kind, address, code) in cases {
        let fault = check(kind, address, "/channels/0").unwrap_err();
        assert_eq!((fault.pointer.as_str(), fault.code), ("/channels/0/address", code), "{kind} {address}");
        assert_eq!(uri(kind, address), None, "{kind} {address}");
    }
}

#[test]
fn a_retired_kind_is_refused_anew_and_accepted_from_imports() {
    let fault = check(Skype, "live:anna", "").unwrap_err();
    let expected = Fault::new("/kind", FaultCode::Retired)
        .with("kind", "skype")
        .with("on", "2025-05-05")
        .with("replacements", "teams, zoom, jitsi, nextcloud_talk");
    assert_eq!(fault, expected);
    assert_eq!(check_address(Skype, "live:anna", "/address"), Ok(()));
    assert!(check_address(Skype, "an na", "/address").is_err());
    assert_eq!(uri(Skype, "live:anna"), None);
}
