//! One content in the form that its reader wants: JSON for programs, a page for people.

use super::{
    answer::{Answer, Plain, Rendered, respond},
    openapi::{Components, ResponseDoc},
    page::Page,
};
use crate::kernel::error::Result;
use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::header::{Accept, Header, Quality, VARY},
    mime,
};
use serde::Serialize;
use utoipa::ToSchema;

/// The same, as data or as a page.
pub enum Negotiated<T> {
    Data(Plain<T>),
    Page(Page),
}

impl<T> Negotiated<T> {
    /// As the request's `Accept` weighs them: JSON, unless a page is wanted rather.
    pub fn of(request: &HttpRequest, data: T, page: impl FnOnce(&T) -> Page) -> Self {
        if wants_page(request) { Self::Page(page(&data)) } else { Self::Data(Plain(data)) }
    }
}

/// RFC 9110 §12.5.1, as far as two forms need it: HTML when it is weighed above JSON, each by the most specific range that
/// it falls in.
fn wants_page(request: &HttpRequest) -> bool {
    let Ok(accepted) = Accept::parse(request) else { return false };
    let weight = |kind: mime::Name<'_>, subtype: mime::Name<'_>| {
        let specificity = |range: &mime::Mime| match (range.type_(), range.subtype()) {
            (t, s) if (t, s) == (kind, subtype) => Some(2),
            (t, mime::STAR) if t == kind => Some(1),
            (mime::STAR, mime::STAR) => Some(0),
            _ => None,
        };
        let ranges = accepted.iter().filter_map(|range| Some((specificity(&range.item)?, range.quality)));
        ranges.max().map_or(Quality::ZERO, |(_, quality)| quality)
    };
    weight(mime::TEXT, mime::HTML) > weight(mime::APPLICATION, mime::JSON)
}

impl<T: Serialize + ToSchema> Answer for Negotiated<T> {
    fn render(&self) -> Result<Rendered> {
        let rendered = match self {
            Self::Data(data) => data.render(),
            Self::Page(page) => page.render(),
        };
        Ok(rendered?.header(VARY, "accept, accept-language"))
    }
    fn describe(components: &mut Components) -> ResponseDoc {
        Plain::<T>::describe(components)
    }
    fn describe_all(components: &mut Components) -> Vec<ResponseDoc> {
        vec![Self::describe(components), Page::describe(components)]
    }
}

impl<T: Serialize + ToSchema> Responder for Negotiated<T> {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match self.render() {
            Ok(rendered) => respond(rendered, request),
            Err(error) => HttpResponse::from_error(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::wants_page;
    use actix_web::{http::header::ACCEPT, test::TestRequest};

    #[test]
    fn a_page_is_for_who_weighs_it_above_json() {
        let asked = |accepted: &str| {
            wants_page(&TestRequest::default().insert_header((ACCEPT, accepted)).to_http_request())
        };
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for accepted in [browser, "text/html", "TEXT/HTML; charset=utf-8", "text/*, application/json;q=0.9"] {
            assert!(asked(accepted), "{accepted}");
        }
        for accepted in
            ["", "*/*", "application/json", "text/html, application/json", "text/html;q=0, */*", "nonsense"]
        {
            assert!(!asked(accepted), "{accepted}");
        }
        assert!(!wants_page(&TestRequest::default().to_http_request()));
    }
}
