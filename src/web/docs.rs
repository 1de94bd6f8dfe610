//! What the server says about itself: the OpenAPI document, its page, and the catalogue of problems. Works offline.

use super::{
    Cx,
    answer::{Answer, Rendered, respond},
    etag::etag,
    openapi::{Components, ResponseDoc},
};
use crate::kernel::error::{Code, Error, FaultCode, Result};
use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LOCATION},
    web::{Bytes, Data},
};
use std::{
    borrow::Cow,
    fmt::Write,
    sync::{Arc, LazyLock},
};
use utoipa_swagger_ui::Config;

const HTML: &str = "text/html; charset=utf-8";

/// The document as it is served: made when it is first asked for, since it takes longer than everything else at start.
pub struct Document(LazyLock<Made, Box<dyn FnOnce() -> Made + Send>>);

struct Made {
    body: Bytes,
    etag: String,
}

impl Document {
    pub fn when_asked(document: impl FnOnce() -> serde_json::Value + Send + 'static) -> Self {
        Self(LazyLock::new(Box::new(move || {
            Made::of(serde_json::to_vec(&document()).expect("the document is JSON"))
        })))
    }
}

impl Made {
    fn of(body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let etag = etag(0, &[&body]);
        Self { body, etag }
    }

    /// The same bytes for everybody who asks.
    fn page(&self, media_type: &str) -> Page {
        Page { etag: Some(self.etag.clone()), ..Page::new(media_type, self.body.clone()) }
    }
}

/// A page or text that is not JSON of ours.
pub struct Page {
    pub media_type: String,
    pub body: Bytes,
    pub etag: Option<String>,
    /// Another address to go to instead.
    pub location: Option<&'static str>,
}

impl Page {
    pub fn new(media_type: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self { media_type: media_type.into(), body: body.into(), etag: None, location: None }
    }
}

impl Answer for Page {
    fn render(&self) -> Result<Rendered> {
        let mut headers = vec![(CONTENT_TYPE, self.media_type.clone())];
        if let Some(etag) = &self.etag {
            headers.extend([(ETAG, etag.clone()), (CACHE_CONTROL, "no-cache".to_owned())]);
        }
        let status = if let Some(location) = self.location {
            headers.push((LOCATION, location.to_owned()));
            308
        } else {
            200
        };
        Ok(Rendered { status, headers, body: self.body.clone(), projected: false })
    }
    fn describe(_: &mut Components) -> ResponseDoc {
        ResponseDoc::json(200, "A page.", serde_json::json!({"type": "string"})).media("text/html")
    }
}

impl Responder for Page {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match self.render() {
            Ok(rendered) => respond(rendered, request),
            Err(error) => HttpResponse::from_error(error),
        }
    }
}

/// Texts of one media type, which the document tells.
macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident $media:literal $parameters:literal $description:literal;)+) => {$(
        $(#[$meta])*
        pub struct $name(pub String);

        impl Answer for $name {
            fn render(&self) -> Result<Rendered> {
                let headers = vec![(CONTENT_TYPE, concat!($media, $parameters).to_owned())];
                Ok(Rendered { status: 200, headers, body: self.0.clone().into(), projected: false })
            }
            fn describe(_: &mut Components) -> ResponseDoc {
                ResponseDoc::json(200, $description, serde_json::json!({"type": "string"})).media($media)
            }
        }

        impl Responder for $name {
            type Body = BoxBody;
            fn respond_to(self, request: &HttpRequest) -> HttpResponse {
                match self.render() {
                    Ok(rendered) => respond(rendered, request),
                    Err(error) => HttpResponse::from_error(error),
                }
            }
        }
    )+};
}

texts! {
    /// One word, perhaps with a warning below.
    Word "text/plain" "; charset=utf-8" "One word, perhaps with a warning below.";
    /// Counters as OpenMetrics.
    Counters "application/openmetrics-text" "; version=1.0.0; charset=utf-8" "Counters.";
}

/// The document's page and its parts.
pub async fn show_docs(cx: Cx) -> Result<Page> {
    let request = cx.request();
    let file = request.match_info().query("file");
    if file.is_empty() && !request.path().ends_with('/') {
        return Ok(Page { location: Some("/docs/"), ..Page::new(HTML, Bytes::new()) });
    }
    let config = Arc::new(Config::from("/openapi.json").validator_url("none"));
    let file = utoipa_swagger_ui::serve(file, config).map_err(Error::internal)?.ok_or_else(Error::not_found)?;
    let body = match file.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Ok(Made::of(body).page(&file.content_type))
}

/// The catalogue of problem codes, in English and German.
pub async fn show_problems(_: Cx) -> Result<Page> {
    static PROBLEMS: LazyLock<Made> = LazyLock::new(|| Made::of(problems()));
    Ok(PROBLEMS.page(HTML))
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

/// `GET /openapi.json`
pub async fn show_openapi(cx: Cx) -> Result<Page> {
    let document = &*cx.request().app_data::<Data<Document>>().ok_or_else(Error::not_found)?.0;
    Ok(document.page("application/json"))
}
