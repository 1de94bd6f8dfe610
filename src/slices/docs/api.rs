//! What the server says about itself: the OpenAPI document, its page, and the catalogue of problems. Works offline.

use crate::kernel::error::{Code, Error, FaultCode, Result};
use crate::web::{Page, Request};
use actix_web::web::{Bytes, Data};
use std::{
    borrow::Cow,
    fmt::Write,
    sync::{Arc, LazyLock},
};
use utoipa_swagger_ui::Config;

/// The document as it is served: made when it is first asked for, since it takes longer than everything else at start.
pub struct Document(LazyLock<Page, Box<dyn FnOnce() -> Page + Send>>);

impl Document {
    pub fn when_asked(document: impl FnOnce() -> serde_json::Value + Send + 'static) -> Self {
        Self(LazyLock::new(Box::new(move || {
            let body = serde_json::to_vec(&document()).expect("the document is JSON");
            Page::new("application/json", body)
        })))
    }
}

/// The document's page and its parts.
pub async fn show_docs(request: Request) -> Result<Page> {
    let http = request.http();
    let file = http.match_info().query("file");
    if file.is_empty() && !http.path().ends_with('/') {
        return Ok(Page::moved_to("/docs/"));
    }
    let config = Arc::new(Config::from("/openapi.json").validator_url("none"));
    let file = utoipa_swagger_ui::serve(file, config).map_err(Error::internal)?.ok_or_else(Error::not_found)?;
    let body = match file.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Ok(Page::new(file.content_type, body))
}

/// The catalogue of problem codes, in English and German.
pub async fn show_problems(_: Request) -> Result<Page> {
    static PAGE: LazyLock<Page> = LazyLock::new(|| Page::new("text/html; charset=utf-8", problems()));
    Ok(PAGE.clone())
}

fn problems() -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Vorzimmer: problems</title>\
         <style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}dt{font-weight:600;\
         margin-top:1rem}code{background:#eee;padding:0 .2em}</style></head><body><h1>Problems</h1>\
         <p>Every refusal is an <code>application/problem+json</code> document (RFC 9457). Its <code>code</code> is one \
         of these and never changes its meaning.</p><dl>",
    );
    for code in Code::ALL {
        let (english, german) = (escape(code.detail(false)), escape(code.detail(true)));
        let (status, title) = (code.status(), code.title(false));
        let _ = write!(
            page,
            "<dt id=\"{code}\"><code>{code}</code> · {status} · {title}</dt><dd>{english}<br><em lang=\"de\">{german}</em></dd>"
        );
    }
    page.push_str(
        "</dl><h2 id=\"faults\">Faults of a body</h2><p>A 422 lists every fault with one of these codes.</p><dl>",
    );
    for code in FaultCode::ALL {
        let (english, german) = (escape(code.detail(false)), escape(code.detail(true)));
        let _ = write!(
            page,
            "<dt id=\"fault-{code}\"><code>{code}</code></dt><dd>{english}<br><em lang=\"de\">{german}</em></dd>"
        );
    }
    page.push_str("</dl></body></html>");
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The OpenAPI document.
pub async fn show_openapi(request: Request) -> Result<Page> {
    let document = request.http().app_data::<Data<Document>>().ok_or_else(Error::not_found)?;
    Ok(Page::clone(&document.0))
}
