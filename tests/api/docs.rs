//! The served documentation: whole, linked, and without anything from elsewhere.

use crate::{
    client::{Reply, TestClient},
    server::Server,
    support::databases::Database,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vorzimmer::db::Engine;

const VERSION: &str = include_str!("../../vendor/scalar/VERSION");

/// Works against a server. No page asks the database, so one of the two is enough.
fn on_a_server(work: impl AsyncFnOnce(&TestClient)) {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is built in");
    actix_web::rt::System::new().block_on(async {
        let server = Server::with(&database, |_| {}).await;
        work(&server.client).await;
        server.stop().await;
    });
}

async fn read(client: &TestClient, path: &str) -> Reply {
    client.get(path).undocumented().send().await.expect(200)
}

fn text(reply: &Reply) -> String {
    String::from_utf8(reply.body.clone()).expect("UTF-8")
}

fn scalar() -> String {
    format!("/docs/assets/scalar-{}.js", VERSION.trim())
}

#[test]
fn every_page_answers_with_its_type_and_policy() {
    const PAGES: &[(&str, &str)] = &[
        ("/docs", "text/html"),
        ("/docs/", "text/html"),
        ("/docs/problems", "text/html"),
        ("/docs/guide", "text/html"),
        ("/docs/guide/conventions", "text/html"),
        ("/docs/guide/time-and-money", "text/html"),
        ("/docs/guide/events", "text/html"),
        ("/docs/guide/glossary", "text/html"),
        ("/docs/assets/site.css", "text/css"),
        ("/docs/assets/reference.js", "text/javascript"),
        ("/docs/assets/reading.js", "text/javascript"),
        ("/docs/assets/favicon.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
    ];
    on_a_server(async |client| {
        for (path, kind) in PAGES {
            let page = read(client, path).await;
            assert!(page.header("content-type").is_some_and(|it| it.starts_with(kind)), "{path}");
            let policy = page.header("content-security-policy").expect("a policy");
            for part in ["default-src 'none'", "script-src 'self';", "connect-src 'self'"] {
                assert!(policy.contains(part), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe-eval") && !policy.contains("http"), "{path}: {policy}");
            assert_eq!(page.header("cache-control"), Some("no-cache"), "{path}");
            let tag = page.header("etag").expect("a tag");
            let again = client.get(path).header("if-none-match", tag).undocumented().send().await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
            let head = client.request("HEAD", path).undocumented().send().await.expect(200);
            assert_eq!((head.header("etag"), head.body.len()), (Some(tag), 0), "{path}");
        }
        for lost in ["/docs/nothing", "/docs/guide/nothing", "/docs/assets/nothing", "/docs/assets/scalar-0.js"] {
            client.get(lost).undocumented().send().await.expect(404);
        }
    });
}

#[test]
fn the_root_leads_to_the_documentation_under_any_name() {
    on_a_server(async |client| {
        let moved = client.get("/").header("host", "office.example.com").undocumented().send().await.expect(308);
        assert_eq!(moved.header("location"), Some("/docs"));
    });
}

#[test]
fn the_reader_of_the_document_is_sent_packed_and_plain() {
    on_a_server(async |client| {
        let ask =
            |accepted: &'static str| client.get(&scalar()).header("accept-encoding", accepted).undocumented();
        let plain = read(client, &scalar()).await;
        let packed = ask("gzip, br").send().await.expect(200);
        assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), (None, Some("br")));
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut packed.body.as_slice(), &mut unpacked).expect("Brotli");
        assert!(unpacked == plain.body && plain.body.len() > 3 * packed.body.len());
        assert!(text(&plain).contains("createApiReference"));
        assert_eq!(ask("gzip").send().await.expect(200).header("content-encoding"), Some("gzip"));
        assert_eq!(ask("br;q=0").send().await.expect(200).header("content-encoding"), None);
        for reply in [&plain, &packed] {
            assert_eq!(reply.header("cache-control"), Some("public, max-age=31536000, immutable"));
            assert!(reply.header("vary").is_some_and(|vary| vary.contains("accept-encoding")));
        }
        let tag = packed.header("etag").expect("a tag");
        assert_eq!(tag.strip_suffix("-br\"").map(|tag| format!("{tag}\"")).as_deref(), plain.header("etag"));
        let again = ask("br").header("if-none-match", tag).send().await.expect(304);
        assert_eq!((again.header("etag"), again.header("content-encoding")), (Some(tag), None));
    });
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    on_a_server(async |client| {
        for path in ["/docs", "/docs/guide", "/docs/problems"] {
            let page = text(&read(client, path).await);
            assert!(!page.contains("<style") && !page.contains("style=\""), "{path}");
            assert_eq!(
                page.matches("<script").count(),
                page.matches("<script src=\"/docs/assets/").count(),
                "{path}"
            );
        }
        for asset in ["site.css", "reading.js", "reference.js", "favicon.svg"] {
            let asset = text(&read(client, &format!("/docs/assets/{asset}")).await);
            // The name of a language, and what examples are written with.
            let asset = asset.replace("\"http://www.w3.org/2000/svg\"", "").replace("'http://127.0.0.1:8080'", "");
            for start in ["http:", "https:", "\"//", "'//", "url(", "@import"] {
                assert!(!asset.contains(start), "{start} in {asset}");
            }
        }
        let settings = text(&read(client, "/docs/assets/reference.js").await);
        for setting in [
            "withDefaultFonts: false",
            "telemetry: false",
            "hideClientButton: true",
            "showDeveloperTools: 'never'",
            "agent: { disabled: true }",
            "mcp: { disabled: true }",
            "url: window.location.origin",
        ] {
            assert!(settings.contains(setting), "{setting}");
        }
        assert!(!settings.contains("proxyUrl"));
    });
}

#[test]
fn headings_of_the_guide_have_anchors_and_its_gaps_are_filled() {
    on_a_server(async |client| {
        let page = text(&read(client, "/docs/guide/conventions").await);
        assert!(page.contains("<h2 id=\"rate-limits\">Rate limits"), "{page}");
        assert!(page.contains("<a href=\"#rate-limits\">"), "it is in the navigation");
        assert!(text(&read(client, "/docs/guide").await).contains("/v1/timer/start"), "the README's first hour");
        let events = text(&read(client, "/docs/guide/events").await).replace("<wbr>", "");
        for event in vorzimmer::slices::events::types() {
            assert!(events.contains(&format!("<code>{}</code>", event.name)), "{}", event.name);
        }
        assert!(events.contains("<a href=\"/docs#schemas/TaskRecord\">TaskRecord</a>"), "{events}");
    });
}

#[test]
fn every_link_leads_somewhere() {
    on_a_server(async |client| {
        let document = read(client, "/openapi.json").await.json();
        let mut pages: BTreeMap<String, String> = BTreeMap::new();
        let mut open = vec!["/docs/guide".to_owned(), "/docs/problems".to_owned(), "/docs".to_owned()];
        let mut links: BTreeSet<(String, String)> = BTreeSet::new();
        while let Some(path) = open.pop() {
            if pages.contains_key(&path) {
                continue;
            }
            let reply = read(client, &path).await;
            let is_page = reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
            let page = if is_page { text(&reply) } else { String::new() };
            for link in ["href=\"", "src=\""].iter().flat_map(|start| page.split(start).skip(1)) {
                let link = link.split('"').next().expect("an end");
                assert!(
                    link.starts_with('#') || (link.starts_with('/') && !link.starts_with("//")),
                    "{path}: {link}"
                );
                let (to, anchor) = link.split_once('#').unwrap_or((link, ""));
                let to = if to.is_empty() { path.clone() } else { to.to_owned() };
                links.insert((to.clone(), anchor.to_owned()));
                open.push(to);
            }
            pages.insert(path, page);
        }
        assert!(pages.len() > 10, "{:?}", pages.keys());
        for (path, anchor) in links.iter().filter(|(_, anchor)| !anchor.is_empty()) {
            let found = match path.as_str() {
                "/docs" => is_in_reference(&document, anchor),
                _ => pages[path].matches(&format!("id=\"{anchor}\"")).count() == 1,
            };
            assert!(found, "{path}#{anchor}");
        }
    });
}

/// Whether the reference shows an operation or a schema under this anchor.
fn is_in_reference(document: &Value, anchor: &str) -> bool {
    let mut parts = anchor.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("schemas"), Some(name), None, None) => document["components"]["schemas"].get(name).is_some(),
        (Some("tag"), Some(tag), Some(name), None) => {
            let items = document["paths"].as_object().expect("paths").values();
            let mut operations = items.flat_map(|item| item.as_object().expect("operations").values());
            operations.any(|operation| operation["operationId"] == name && operation["tags"][0] == tag)
        }
        _ => false,
    }
}
