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
    http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LOCATION},
    web::Bytes,
};

/// A page or text that is not JSON of ours. Who asks for one that was made before shares its bytes.
#[derive(Clone)]
pub struct Page {
    media_type: String,
    body: Bytes,
    etag: Option<String>,
    /// Another address to go to instead.
    location: Option<String>,
}

impl Page {
    /// A page with the tag of its content.
    pub fn new(media_type: impl Into<String>, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let etag = Some(etag(0, &[&body]));
        Self { media_type: media_type.into(), body, etag, location: None }
    }

    /// An empty page that sends its reader elsewhere for good.
    pub fn moved_to(location: impl Into<String>) -> Self {
        let media_type = "text/html; charset=utf-8".to_owned();
        Self { media_type, body: Bytes::new(), etag: None, location: Some(location.into()) }
    }
}

impl Answer for Page {
    fn render(&self) -> Result<Rendered> {
        let mut headers = vec![(CONTENT_TYPE, self.media_type.clone())];
        if let Some(etag) = &self.etag {
            headers.extend([(ETAG, etag.clone()), (CACHE_CONTROL, "no-cache".to_owned())]);
        }
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
