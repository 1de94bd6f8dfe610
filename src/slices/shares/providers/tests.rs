//! Which address is whose.

use super::*;
use std::collections::HashSet;

/// The provider that an address belongs to. `None` also for what is not an acceptable address.
fn classify(url: &str) -> Option<&'static Provider> {
    find(&WebAddress::parse(url).ok()?)
}

#[test]
fn links_are_recognised_by_domain() {
    let cases = [
        ("https://www.dropbox.com/scl/fi/abc/x.pdf?rlkey=k&dl=0", "dropbox"),
        ("https://DROPBOX.com./s/abc", "dropbox"),
        ("https://dl.dropboxusercontent.com/s/abc/x.pdf", "dropbox"),
        ("https://db.tt/abc", "dropbox"),
        ("https://we.tl/t-nV6Uc5KHs5", "wetransfer"),
        ("https://agentur.wetransfer.com/downloads/a/b", "wetransfer"),
        ("https://app.box.com/s/abcdefgh", "box"),
        ("https://drive.google.com/file/d/abc/view?usp=sharing", "google_drive"),
        ("https://docs.google.com/document/d/abc/edit", "google_drive"),
        ("https://1drv.ms/f/s!abc", "onedrive"),
        ("https://firma-my.sharepoint.com/:f:/g/personal/x", "onedrive"),
        ("https://www.icloud.com/iclouddrive/0abc#Belege", "icloud"),
        ("https://drive.proton.me/urls/ABC#key", "proton_drive"),
        ("https://web.tresorit.com/l/abc#key", "tresorit"),
        ("https://mega.nz/file/abc#key", "mega"),
        ("https://www.swisstransfer.com/d/3f5c0d7e-0000-4000-8000-000000000000", "swisstransfer"),
        ("https://fromsmash.com/abc", "smash"),
        ("https://send.tb.pro/share/d7365dc3#key", "thunderbird_send"),
        ("https://my.hidrive.com/lnk/abc", "hidrive"),
        ("https://magentacloud.de/s/AbCdEf123456", "magentacloud"),
    ];
    for (url, slug) in cases {
        assert_eq!(classify(url).map(|p| p.slug), Some(slug), "{url}");
    }
}

#[test]
fn self_hosted_software_is_recognised_by_path() {
    let cases = [
        ("https://cloud.example.com/s/AbCdEf123", Some("nextcloud")),
        ("https://cloud.example.com/index.php/s/AbCdEf123456789/", Some("nextcloud")),
        ("https://example.com/nextcloud/index.php/s/AbCdEf123456789", Some("nextcloud")),
        ("https://example.com/cloud/s/AbCdEf123456789", Some("nextcloud")),
        ("https://cloud.example.com/s/AbCdEf123456789/download", Some("nextcloud")),
        ("https://send.example.com/download/0123456789abcdef/#key", Some("send")),
        ("https://drop.example.com/r/AbCdEf1234#key", Some("lufi")),
        ("https://send.example.com/download/0123456789abcdef", None),
        ("https://drop.example.com/r/AbCdEf1234#", None),
        ("https://cloud.example.com/s/", None),
        ("https://example.com/owncloud/s/AbCdEf123456789", None),
        ("https://cloud.example.com/s/ab", None),
        ("https://cloud.example.com/S/AbCdEf123", None),
        ("https://example.com/blog/s/AbCdEf123", None),
        ("https://example.com/files/a.zip", None),
    ];
    for (url, slug) in cases {
        assert_eq!(classify(url).map(|p| p.slug), slug, "{url}");
    }
}

#[test]
fn lookalike_hosts_are_not_the_provider() {
    for url in [
        "https://evil-dropbox.com/x",
        "https://evildropbox.com/x",
        "https://dropbox.com.evil.org/x",
        "https://dropbox.com@evil.org/x",
        "https://dropbox.com:x@evil.org/x",
        "https://dropbox.com\\.evil.org/x",
        "https://dropbox.com%2eevil.org/x",
        "https://evil.org/https://dropbox.com/x",
        "https://evil.org/?dropbox.com",
        "https://evil.org/#dropbox.com",
        "https://dropbox.co/x",
        "https://dropbоx.com/x",
        "https://google.com/x",
        "https://www.icloud.com.cn/iclouddrive/x",
        "ftp://dropbox.com/x",
        "dropbox.com/x",
    ] {
        assert_eq!(classify(url), None, "{url}");
    }
}

#[test]
fn the_table_is_consistent() {
    let slugs: HashSet<_> = all().iter().map(|p| p.slug).collect();
    assert_eq!(slugs.len(), all().len());
    let domains: Vec<_> = all().iter().flat_map(|p| p.domains).collect();
    assert_eq!(domains.iter().collect::<HashSet<_>>().len(), domains.len());
    for provider in all() {
        let slug = provider.slug;
        assert_eq!(by_slug(slug), Some(provider));
        assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{slug}");
        assert!(provider.operator_country.is_none_or(CountryCode::is_valid), "{slug}");
        assert_eq!(provider.operator.is_some(), provider.operator_country.is_some(), "{slug}");
        assert!(!provider.domains.is_empty() || provider.path_shape.is_some(), "{slug}: no rule recognises it");
        assert!(provider.default_lifetime_days.is_none_or(|days| (1..=3650).contains(&days)), "{slug}");
        for domain in provider.domains {
            assert_eq!(by_host(domain), Some(provider), "{domain}");
        }
    }
    for shape in [PathShape::Nextcloud, PathShape::Send, PathShape::Lufi] {
        assert_eq!(all().iter().filter(|p| p.path_shape == Some(shape)).count(), 1, "{shape:?}");
    }
}

#[test]
fn the_seat_decides_whether_it_is_european() {
    for (slug, expected) in [
        ("hidrive", Some(true)),
        ("wetransfer", Some(true)),
        ("proton_drive", Some(true)),
        ("dropbox", Some(false)),
        ("mega", Some(false)),
        ("nextcloud", None),
    ] {
        assert_eq!(by_slug(slug).unwrap().in_eu_eea_or_ch(), expected, "{slug}");
    }
}

#[test]
fn the_answer_shows_the_row() {
    let shown = serde_json::to_value(ShareProvider::from(by_slug("nextcloud").unwrap())).unwrap();
    assert_eq!(shown["operator_country"], serde_json::Value::Null);
    assert_eq!(shown["storage_region"], "unknown");
    let shown = serde_json::to_value(ShareProvider::from(by_slug("smash").unwrap())).unwrap();
    assert_eq!((&shown["operator_country"], &shown["default_lifetime_days"]), (&"FR".into(), &7.into()));
}

#[test]
fn the_schema_requires_every_member_and_bounds_them() {
    use utoipa::PartialSchema;
    let schema = serde_json::to_value(ShareProvider::schema()).unwrap();
    let members: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(schema["required"].as_array().unwrap().len(), members.len(), "{schema:#}");
    assert_eq!(schema["properties"]["operator"]["type"], serde_json::json!(["string", "null"]));
    assert_eq!(schema["properties"]["default_lifetime_days"]["maximum"], 3650);
}
