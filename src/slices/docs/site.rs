//! The frame of every page: head, header with the parts of the documentation, and navigation within a part.

use super::assets;
use std::fmt::Write;

/// The parts of the documentation.
const PARTS: [(&str, &str); 3] =
    [("/docs", "Reference"), ("/docs/guide", "Guide"), ("/docs/problems", "Problems")];

/// Shown by the script that does what it says.
const BUTTON: &str = "<button type=\"button\" class=\"colours\" hidden>Light or dark</button>";

/// A page to read, with navigation beside it.
pub struct Reading {
    pub title: String,
    /// The part that it belongs to, by its address.
    pub part: &'static str,
    /// The navigation beside it, as list items in HTML.
    pub navigation: String,
    /// The content, in HTML.
    pub content: String,
}

impl Reading {
    /// The whole page.
    pub fn html(&self) -> String {
        let Self { title, part, navigation, content } = self;
        let body = format!(
            "<script src=\"/docs/assets/reading.js\"></script><div class=\"reading\"><nav class=\"beside\" aria-label=\"In this part\"><ul>{navigation}</ul></nav>\
             <main>{content}</main></div>\
             <footer class=\"site\"><a href=\"/openapi.json\">OpenAPI document</a>\
             <a href=\"/docs/assets/licences.txt\">Licence of the reference's reader</a></footer>"
        );
        document(&format!("{} · Vorzimmer API", escape(title)), part, "", BUTTON, &body)
    }
}

/// The page that shows the document. Its settings run first, the reader after them.
pub fn reference() -> String {
    let head = format!(
        "<script src=\"/docs/assets/reference.js\"></script><script src=\"/docs/assets/{}\" defer></script>",
        assets::reader()
    );
    let body = "<div id=\"reference\"></div><noscript><p>The reference needs JavaScript. The \
                <a href=\"/docs/guide\">guide</a>, the <a href=\"/docs/problems\">problems</a> and the \
                <a href=\"/openapi.json\">document itself</a> do not.</p></noscript>";
    document("Vorzimmer API", "/docs", &head, "", body)
}

fn document(title: &str, part: &str, head: &str, tools: &str, body: &str) -> String {
    let parts = PARTS.iter().fold(String::new(), |mut parts, (href, name)| {
        let current = if *href == part { " aria-current=\"true\"" } else { "" };
        let _ = write!(parts, "<a href=\"{href}\"{current}>{name}</a>");
        parts
    });
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"icon\" type=\"image/svg+xml\" href=\"/docs/assets/{icon}\">\
         <link rel=\"stylesheet\" href=\"/docs/assets/site.css\">{head}</head>\
         <body><header class=\"site\"><a class=\"brand\" href=\"/docs\">\
         <img src=\"/docs/assets/{icon}\" alt=\"\" width=\"24\" height=\"24\">Vorzimmer API</a>\
         <nav aria-label=\"Documentation\">{parts}</nav>{tools}</header>{body}</body></html>",
        icon = assets::ICON,
    )
}

/// Text as it stands in HTML, also in an attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
