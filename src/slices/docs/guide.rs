//! The guide: Markdown files as pages. What the program knows itself is put in when the pages are made.

use super::{
    document::{Operation, operations},
    markdown::{Text, render},
    site::{Reading, escape},
};
use crate::slices::events;
use crate::web::Page;
use serde_json::Value;
use std::fmt::Write;

/// Where the guide begins.
const GUIDE: &str = "/docs/guide";

/// The pages in their order: name, file, text. The first one has the guide's own address.
const PAGES: &[(&str, &str, &str)] = &[
    ("", "getting-started.md", include_str!("../../../docs/guide/getting-started.md")),
    ("conventions", "conventions.md", include_str!("../../../docs/guide/conventions.md")),
    ("time-and-money", "time-and-money.md", include_str!("../../../docs/guide/time-and-money.md")),
    ("packages", "packages.md", include_str!("../../../docs/guide/packages.md")),
    ("events", "events.md", include_str!("../../../docs/guide/events.md")),
    ("glossary", "glossary.md", include_str!("../../../docs/glossary.md")),
];

/// The first hour stands in the README, and is shown from there.
const README: &str = include_str!("../../../README.md");

/// Every page of the guide by name.
pub fn pages(document: &Value) -> Vec<(&'static str, Page)> {
    let filled = |text: &str| {
        let text = text.replace("<!-- the README's first hour -->", section(README, "A first hour"));
        text.replace("<!-- the types of events -->", &event_types(document))
    };
    let texts: Vec<_> = PAGES.iter().map(|(name, _, text)| (*name, render(&filled(text), href))).collect();
    let page = |(name, text): &(&'static str, Text)| {
        let (title, content) = (text.title.clone(), text.html.clone());
        let reading = Reading { title, part: GUIDE, navigation: navigation(name, &texts), content };
        (*name, Page::html(reading.html()))
    };
    texts.iter().map(page).collect()
}

/// Where a page of the guide is found.
fn address(name: &str) -> String {
    if name.is_empty() { GUIDE.to_owned() } else { format!("{GUIDE}/{name}") }
}

/// A link to another file of the guide leads to its page.
fn href(link: &str) -> String {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let file = path.rsplit('/').next().unwrap_or_default();
    let Some((name, ..)) = PAGES.iter().find(|(_, known, _)| *known == file) else { return link.to_owned() };
    anchor.map_or_else(|| address(name), |anchor| format!("{}#{anchor}", address(name)))
}

/// All pages, and the sections of this one.
fn navigation(current: &str, texts: &[(&str, Text)]) -> String {
    let mut list = String::new();
    for (name, text) in texts {
        let (here, title) = (if *name == current { " aria-current=\"page\"" } else { "" }, escape(&text.title));
        let _ = write!(list, "<li><a href=\"{}\"{here}>{title}</a>", address(name));
        if *name == current {
            list.push_str("<ul>");
            for (anchor, words) in &text.sections {
                let _ = write!(list, "<li><a href=\"#{anchor}\">{}</a></li>", escape(words));
            }
            list.push_str("</ul>");
        }
        list.push_str("</li>");
    }
    list
}

/// What stands under a second-level heading.
fn section<'t>(text: &'t str, heading: &str) -> &'t str {
    let sections = text.split("\n## ").filter_map(|section| section.split_once('\n'));
    sections.into_iter().find(|(words, _)| *words == heading).map_or("", |(_, content)| content.trim())
}

/// Every type of event as a table, with the schema that its `data` has.
fn event_types(document: &Value) -> String {
    let operations: Vec<Operation> = operations(document).collect();
    let mut table = "| Type | Meaning | `data` |\n|---|---|---|\n".to_owned();
    for event in events::types() {
        let reader = format!("get_{}", event.resource);
        let schema = operations.iter().find(|operation| operation.name == reader).and_then(Operation::answer);
        let data = schema
            .map_or_else(|| format!("`{}`", event.resource), |name| format!("[{name}](/docs#schemas/{name})"));
        let _ = writeln!(table, "| `{}` | {} | {data} |", event.name, event.about.replace('|', "\\|"));
    }
    table
}
