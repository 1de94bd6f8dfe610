//! Markdown as HTML: headings can be linked to, wide tables scroll by themselves, and links between files lead to pages.

use super::site::escape;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};
use std::collections::BTreeSet;

/// A text in HTML.
pub struct Text {
    pub html: String,
    /// The text of the first heading.
    pub title: String,
    /// The second-level headings: anchor and text.
    pub sections: Vec<(String, String)>,
}

/// Renders a text; `href` says where a link leads.
pub fn render(markdown: &str, href: impl Fn(&str) -> String) -> Text {
    let events: Vec<Event> = Parser::new_ext(markdown, Options::ENABLE_TABLES).collect();
    let (mut out, mut text) =
        (Vec::new(), Text { html: String::new(), title: String::new(), sections: Vec::new() });
    let (mut anchors, mut anchor) = (BTreeSet::new(), String::new());
    for (place, event) in events.iter().enumerate() {
        match event.clone() {
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                let words = words(&events[place + 1..]);
                anchor = free(&slug(&words), &anchors);
                anchors.insert(anchor.clone());
                match level as u8 {
                    1 => text.title.clone_from(&words),
                    2 => text.sections.push((anchor.clone(), words)),
                    _ => {}
                }
                let id = Some(CowStr::from(anchor.clone()));
                out.push(Event::Start(Tag::Heading { level, id, classes, attrs }));
            }
            Event::End(TagEnd::Heading(level)) => {
                let link = format!(" <a class=\"anchor\" href=\"#{anchor}\" aria-label=\"Link to here\">#</a>");
                out.extend([Event::Html(link.into()), Event::End(TagEnd::Heading(level))]);
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                out.push(Event::Start(Tag::Link { link_type, dest_url: href(&dest_url).into(), title, id }));
            }
            Event::Start(Tag::Table(columns)) => {
                out.extend([Event::Html("<div class=\"wide\">".into()), Event::Start(Tag::Table(columns))]);
            }
            Event::End(TagEnd::Table) => {
                out.extend([Event::End(TagEnd::Table), Event::Html("</div>".into())]);
            }
            Event::Code(code) => out.push(Event::InlineHtml(breakable(&code).into())),
            other => out.push(other),
        }
    }
    html::push_html(&mut text.html, out.into_iter());
    text
}

/// A name in code may break behind its dots and underscores, where a narrow column needs it.
fn breakable(code: &str) -> String {
    let marks = ['.', '_', '/'];
    let broken = escape(code).split_inclusive(marks).collect::<Vec<_>>().join("<wbr>");
    format!("<code>{broken}</code>")
}

/// The words of a heading that has just begun.
fn words(events: &[Event]) -> String {
    let within = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let words = within.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        _ => None,
    });
    words.collect()
}

/// An anchor for a heading, as GitHub makes it.
fn slug(words: &str) -> String {
    let letters = words.to_lowercase();
    letters
        .chars()
        .filter_map(
            |c| if c == ' ' { Some('-') } else { (c.is_alphanumeric() || c == '-' || c == '_').then_some(c) },
        )
        .collect()
}

/// The anchor itself, or one with a number when it is taken.
fn free(wanted: &str, taken: &BTreeSet<String>) -> String {
    let numbered = (1..).map(|number| format!("{wanted}-{number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|anchor| !taken.contains(anchor)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_anchors_and_links_lead_to_pages() {
        let text =
            render("# A `b_c`\n\n## C, d!\n\n[x](y.md)\n\n### C d\n\n## C d\n", |link| link.replace(".md", ""));
        assert_eq!(text.title, "A b_c");
        assert!(text.html.contains("<code>b_<wbr>c</code>"), "{}", text.html);
        assert_eq!(
            text.sections,
            [("c-d".to_owned(), "C, d!".to_owned()), ("c-d-2".to_owned(), "C d".to_owned())]
        );
        assert!(text.html.contains("<h2 id=\"c-d\">C, d!"), "{}", text.html);
        assert!(text.html.contains("<a href=\"y\">x</a>"), "{}", text.html);
    }
}
