//! What pages load: our style, scripts and icon, and the vendored reader of the document.

use crate::web::{Packed, Page};
use actix_web::HttpRequest;

/// The icon in the tab.
pub const ICON: &str = "favicon.svg";

const VERSION: &str = include_str!("../../../vendor/scalar/VERSION");

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Files of our own: name, media type, content.
const OWN: &[(&str, &str, &str)] = &[
    ("site.css", "text/css; charset=utf-8", include_str!("assets/site.css")),
    ("reading.js", SCRIPT, include_str!("assets/reading.js")),
    ("reference.js", SCRIPT, include_str!("assets/reference.js")),
    (ICON, "image/svg+xml", include_str!("assets/favicon.svg")),
    ("licences.txt", "text/plain; charset=utf-8", include_str!("../../../vendor/scalar/LICENSE")),
];

static SCALAR: Packed = Packed::new(SCRIPT, include_bytes!("../../../vendor/scalar/standalone.js.br"));

/// The file that reads the document, named by its version, so that browsers may keep it.
pub fn reader() -> String {
    format!("scalar-{}.js", VERSION.trim())
}

/// The file of this name, as this reader takes it.
pub fn find(name: &str, request: &HttpRequest) -> Option<Page> {
    if name == reader() {
        return Some(SCALAR.page(request).lasting());
    }
    let (_, media_type, content) = OWN.iter().find(|(known, ..)| *known == name)?;
    Some(Page::new(*media_type, *content))
}
