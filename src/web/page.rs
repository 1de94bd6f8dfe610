//! Answers that are no JSON of ours: pages with their parts, and texts.

use super::{
    answer::{Answer, Rendered, respond},
    etag::etag,
    openapi::{Components, ResponseDoc},
};
use crate::kernel::error::Result;
use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::header::{
        AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
        CROSS_ORIGIN_RESOURCE_POLICY, ETAG, Encoding, Header, HeaderName, LOCATION, VARY,
    },
    web::Bytes,
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::sync::OnceLock;

/// A page or text that is not JSON of ours. Who asks for one that was made before shares its bytes.
#[derive(Clone)]
pub struct Page {
    media_type: String,
    body: Bytes,
    etag: Option<String>,
    /// Another address to go to instead.
    location: Option<String>,
    /// Whether the bytes are compressed with Brotli already.
    packed: bool,
    /// Whether its address changes with its content.
    lasting: bool,
    /// Headers of its own, which go before the usual ones.
    headers: Vec<(HeaderName, String)>,
}

impl Page {
    /// A page with the tag of its content.
    pub fn new(media_type: impl Into<String>, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let etag = Some(etag(0, &[&body]));
        let headers = Vec::new();
        Self { media_type: media_type.into(), body, etag, location: None, packed: false, lasting: false, headers }
    }

    /// An empty page that sends its reader elsewhere for good.
    pub fn moved_to(location: impl Into<String>) -> Self {
        let page = Self::new(HTML, Bytes::new());
        Self { etag: None, location: Some(location.into()), ..page }
    }

    /// A page in HTML.
    pub fn html(body: impl Into<Bytes>) -> Self {
        Self::new(HTML, body)
    }

    /// A page in HTML that loads nothing and runs nothing: this style stands in it, in one element, and its policy allows
    /// just that.
    pub fn styled(body: impl Into<Bytes>, style: &str) -> Self {
        let hash = STANDARD.encode(digest(&SHA256, style.as_bytes()));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        );
        Self::html(body).with(CONTENT_SECURITY_POLICY, policy)
    }

    /// Told in a language and for its reader alone: nobody in between keeps it.
    pub fn personal(self, language: &str) -> Self {
        self.with(CONTENT_LANGUAGE, language).with(CACHE_CONTROL, "private, no-cache")
    }

    fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Kept by readers for a year without asking: another content has another address.
    pub fn lasting(self) -> Self {
        Self { lasting: true, ..self }
    }
}

const HTML: &str = "text/html; charset=utf-8";

/// A file that is kept compressed with Brotli. Who takes that gets it as it is, and others plain.
pub struct Packed {
    media_type: &'static str,
    packed: &'static [u8],
    plain: OnceLock<Bytes>,
}

impl Packed {
    pub const fn new(media_type: &'static str, packed: &'static [u8]) -> Self {
        Self { media_type, packed, plain: OnceLock::new() }
    }

    /// As this reader takes it. Its tag is of the content, whose encoding the frame adds.
    pub fn page(&self, request: &HttpRequest) -> Page {
        let page = Page::new(self.media_type, self.packed);
        let known = [Encoding::brotli(), Encoding::identity()];
        let wanted = AcceptEncoding::parse(request).ok().and_then(|accepted| accepted.negotiate(known.iter()));
        if wanted == Some(Encoding::brotli()) {
            return Page { packed: true, ..page };
        }
        let plain = self.plain.get_or_init(|| {
            let mut plain = Vec::new();
            brotli::BrotliDecompress(&mut &*self.packed, &mut plain)
                .expect("it was compressed before it was built in");
            plain.into()
        });
        Page { body: plain.clone(), ..page }
    }
}

impl Answer for Page {
    fn render(&self) -> Result<Rendered> {
        let mut headers = vec![(CONTENT_TYPE, self.media_type.clone())];
        if let Some(etag) = &self.etag {
            let caching = if self.lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
            headers.extend([(ETAG, etag.clone()), (CACHE_CONTROL, caching.to_owned())]);
        }
        if self.packed {
            headers.push((CONTENT_ENCODING, "br".to_owned()));
        }
        headers.extend(self.headers.iter().cloned());
        let status = if let Some(location) = &self.location {
            headers.push((LOCATION, location.clone()));
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

/// A picture that other sites may show in their pages.
pub struct Picture(Page);

impl Picture {
    /// One in SVG, told in a language, for its reader alone.
    pub fn svg(body: impl Into<Bytes>, language: &str) -> Self {
        let page = Page::new("image/svg+xml", body).personal(language).with(VARY, "accept-language");
        let page = page.with(CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin");
        Self(page.with(CONTENT_SECURITY_POLICY, "default-src 'none'"))
    }
}

impl Answer for Picture {
    fn render(&self) -> Result<Rendered> {
        self.0.render()
    }
    fn describe(_: &mut Components) -> ResponseDoc {
        ResponseDoc::json(200, "A picture.", serde_json::json!({"type": "string"})).media("image/svg+xml").etag()
    }
}

impl Responder for Picture {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        self.0.respond_to(request)
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
