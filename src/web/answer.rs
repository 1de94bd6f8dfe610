//! Answers: each type carries its status, headers and body, for the wire and for the document.

use super::{
    Info,
    etag::{self, etag},
    openapi::{Components, ResponseDoc},
};
use crate::db::Page;
use crate::kernel::Timestamp;
use crate::kernel::error::{Error, Result};
use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, LINK, LOCATION, VARY},
    },
    web::Bytes,
};
use serde::Serialize;
use std::marker::PhantomData;
use utoipa::ToSchema;

/// An object that has an address of its own.
pub trait Resource: Serialize + ToSchema {
    /// Whether a client sees less of it than assistants: then their tags tell only of what they see.
    const PROJECTED: bool = true;
    /// Its version, which grows with every change.
    fn version(&self) -> i64;
}

/// A row as it stands before a change.
pub trait Projected {
    fn version(&self) -> i64;
    /// The object as GET gives it to the client.
    fn shown_to_client(&self, now: Timestamp) -> Option<serde_json::Value>;
}

/// An answer as it goes over the wire, and as it is kept for a repeated Idempotency-Key.
#[derive(Debug, Default)]
pub struct Rendered {
    pub status: u16,
    pub headers: Vec<(HeaderName, String)>,
    pub body: Bytes,
    /// Whether clients get a tag of their own for it.
    pub projected: bool,
}

/// What an answer is, for the wire and for the document.
pub trait Answer {
    fn render(&self) -> Result<Rendered>;
    fn describe(components: &mut Components) -> ResponseDoc;
    /// Every success that the type can be.
    fn describe_all(components: &mut Components) -> Vec<ResponseDoc> {
        vec![Self::describe(components)]
    }
}

/// 201: the new object, with `Location` and `ETag`.
pub struct Created<T> {
    pub location: String,
    pub body: T,
}
/// Find-or-create: 201 with `Location` when it is new, else 200.
pub enum Upserted<T> {
    Created(Created<T>),
    Changed(Changed<T>),
}
/// 200: the object as it stands.
pub struct Found<T>(pub T);
/// 200: the object after the change.
pub struct Changed<T>(pub T);
/// 200: something without a version of its own, computed for this caller.
pub struct Plain<T>(pub T);
/// 200 or 201: an answer with a secret, never kept by anybody in between.
pub struct Issued<T, const STATUS: u16>(pub T);
/// 201: the new object with its secret, which is shown only here and kept by nobody in between.
pub struct Revealed<T> {
    pub location: String,
    pub body: T,
}
/// 204: gone, or done with nothing to say.
pub struct Deleted;
/// 202: taken on; nothing is said about how it ends.
pub struct Accepted;

/// 200: one page of a list.
#[derive(Serialize)]
pub struct Listed<T> {
    /// Written first, and by itself, since the tag is of the rows.
    #[serde(skip)]
    pub data: Vec<T>,
    pub next_cursor: Option<String>,
    pub has_more: bool,
    pub as_of: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<serde_json::Value>,
    /// The address of the next page.
    #[serde(skip)]
    pub next_url: Option<String>,
}

/// 200: one page of a list that can carry the sums `S` of its whole filter.
pub struct Totalled<T, S> {
    pub page: Listed<T>,
    pub of: PhantomData<S>,
}

const JSON: &str = "application/json";

fn json(status: u16, body: &impl Serialize) -> Result<Rendered> {
    let body = serde_json::to_vec(body).map_err(Error::internal)?.into();
    Ok(Rendered { status, headers: vec![(CONTENT_TYPE, JSON.to_owned())], body, projected: false })
}

impl Rendered {
    pub(super) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn versioned(self, version: i64) -> Self {
        let tag = etag(version, &[&self.body]);
        self.header(ETAG, tag).header(CACHE_CONTROL, "private, no-cache")
    }

    fn projected(self, projected: bool) -> Self {
        Self { projected, ..self }
    }

    /// As it goes to this reader: where they see a projection, its tag tells only of that.
    pub fn for_reader(mut self, request: &HttpRequest) -> Self {
        let info = Info::of(request);
        if self.projected
            && info.is_projected()
            && let Some(tag) = etag::client_tag(&self.body, &info.settings.expansions)
            && let Some((_, old)) = self.headers.iter_mut().find(|(name, _)| name == ETAG)
        {
            *old = tag;
        }
        self.projected(false)
    }
}

impl<T: Resource> Answer for Created<T> {
    fn render(&self) -> Result<Rendered> {
        let rendered = json(201, &self.body)?.versioned(self.body.version()).projected(T::PROJECTED);
        Ok(rendered.header(LOCATION, &self.location))
    }
    fn describe(components: &mut Components) -> ResponseDoc {
        ResponseDoc::json(201, "Created.", components.reference::<T>()).etag().location()
    }
}

impl<T: Resource> Answer for Found<T> {
    fn render(&self) -> Result<Rendered> {
        Ok(json(200, &self.0)?.versioned(self.0.version()).projected(T::PROJECTED))
    }
    fn describe(components: &mut Components) -> ResponseDoc {
        ResponseDoc::json(200, "The object.", components.reference::<T>()).etag()
    }
}

impl<T: Resource> Answer for Changed<T> {
    fn render(&self) -> Result<Rendered> {
        Ok(json(200, &self.0)?.versioned(self.0.version()).projected(T::PROJECTED))
    }
    fn describe(components: &mut Components) -> ResponseDoc {
        ResponseDoc::json(200, "The object after the change.", components.reference::<T>()).etag()
    }
}

impl<T: Resource> Answer for Upserted<T> {
    fn render(&self) -> Result<Rendered> {
        match self {
            Self::Created(created) => created.render(),
            Self::Changed(changed) => changed.render(),
        }
    }
    fn describe(components: &mut Components) -> ResponseDoc {
        Created::<T>::describe(components)
    }
    fn describe_all(components: &mut Components) -> Vec<ResponseDoc> {
        vec![Created::<T>::describe(components), Changed::<T>::describe(components)]
    }
}

impl<T: Serialize + ToSchema> Answer for Plain<T> {
    fn render(&self) -> Result<Rendered> {
        Ok(json(200, &self.0)?.versioned(0))
    }
    fn describe(components: &mut Components) -> ResponseDoc {
        ResponseDoc::json(200, "The answer.", components.reference::<T>()).etag()
    }
}

impl<T: Serialize + ToSchema, const STATUS: u16> Answer for Issued<T, STATUS> {
    fn render(&self) -> Result<Rendered> {
        Ok(json(STATUS, &self.0)?.header(CACHE_CONTROL, "no-store"))
    }
    fn describe(components: &mut Components) -> ResponseDoc {
        ResponseDoc::json(STATUS, "Issued; the secret is shown only here.", components.reference::<T>())
    }
}

impl<T: Resource> Answer for Revealed<T> {
    fn render(&self) -> Result<Rendered> {
        let rendered = json(201, &self.body)?;
        let tag = etag(self.body.version(), &[&rendered.body]);
        Ok(rendered.header(ETAG, tag).header(CACHE_CONTROL, "no-store").header(LOCATION, &self.location))
    }
    fn describe(components: &mut Components) -> ResponseDoc {
        let said = "Created; the secret is shown only here.";
        ResponseDoc::json(201, said, components.reference::<T>()).etag().location()
    }
}

impl Answer for Deleted {
    fn render(&self) -> Result<Rendered> {
        Ok(Rendered { status: 204, ..Rendered::default() })
    }
    fn describe(_: &mut Components) -> ResponseDoc {
        ResponseDoc::empty(204, "Done; there is no content.")
    }
}

impl Answer for Accepted {
    fn render(&self) -> Result<Rendered> {
        Ok(Rendered { status: 202, ..Rendered::default() })
    }
    fn describe(_: &mut Components) -> ResponseDoc {
        ResponseDoc::empty(202, "Taken on; nothing is said about how it ends.")
    }
}

impl<T: Serialize + ToSchema> Answer for Listed<T> {
    fn render(&self) -> Result<Rendered> {
        let mut body = b"{\"data\":".to_vec();
        serde_json::to_writer(&mut body, &self.data).map_err(Error::internal)?;
        // The tag is of what the page holds, not of when it was read.
        let beside =
            serde_json::to_vec(&(self.has_more, self.total_count, &self.totals)).map_err(Error::internal)?;
        let tag = etag(0, &[&body, &beside]);
        let rest = serde_json::to_vec(self).map_err(Error::internal)?;
        body.push(b',');
        body.extend_from_slice(&rest[1..]);
        let headers = vec![(CONTENT_TYPE, JSON.to_owned())];
        let rendered = Rendered { status: 200, headers, body: body.into(), projected: true }
            .header(ETAG, tag)
            .header(CACHE_CONTROL, "private, no-cache");
        Ok(match &self.next_url {
            Some(url) => rendered.header(LINK, format!("<{url}>; rel=\"next\"")),
            None => rendered,
        })
    }
    fn describe(components: &mut Components) -> ResponseDoc {
        ResponseDoc::json(200, "One page of the list.", components.list::<T>()).etag().link()
    }
}

impl<T: Serialize + ToSchema, S: Serialize + ToSchema> Totalled<T, S> {
    /// The page, with the sums when they were asked for.
    pub fn new(mut page: Listed<T>, totals: Option<S>) -> Result<Self> {
        page.totals = totals.map(|totals| serde_json::to_value(totals).map_err(Error::internal)).transpose()?;
        Ok(Self { page, of: PhantomData })
    }
}

impl<T: Serialize + ToSchema, S: Serialize + ToSchema> Answer for Totalled<T, S> {
    fn render(&self) -> Result<Rendered> {
        self.page.render()
    }
    fn describe(components: &mut Components) -> ResponseDoc {
        ResponseDoc::json(200, "One page of the list.", components.list_with_totals::<T, S>()).etag().link()
    }
}

impl<T> Listed<T> {
    /// A list that is always whole, such as a table of fixed kinds.
    pub fn whole(data: Vec<T>, as_of: Timestamp) -> Self {
        Self { data, next_cursor: None, has_more: false, as_of, total_count: None, totals: None, next_url: None }
    }

    /// The rows of a page, each shown by `show`, without cursor.
    pub fn of<R>(page: Page<R>, as_of: Timestamp, show: impl FnMut(R) -> T) -> Self {
        let mut listed = Self::whole(page.rows.into_iter().map(show).collect(), as_of);
        listed.has_more = page.next.is_some();
        listed
    }
}

/// Bodies below this many bytes are not worth compressing.
const COMPRESS_FROM: usize = 1024;

/// Puts a rendered answer on the wire; a reader who has it already gets 304.
pub fn respond(rendered: Rendered, request: &HttpRequest) -> HttpResponse {
    let rendered = rendered.for_reader(request);
    let tag = rendered.headers.iter().find(|(name, _)| name == ETAG).map(|(_, value)| value.as_str());
    let match_of = |tag| etag::none_match(request, tag).map(str::to_owned);
    let sent = tag.filter(|_| request.method().is_safe()).and_then(match_of);
    let known = sent.is_some();
    let status =
        if known { StatusCode::NOT_MODIFIED } else { StatusCode::from_u16(rendered.status).unwrap_or_default() };
    #[expect(clippy::disallowed_methods, reason = "the one home of bare responses")]
    let mut response = HttpResponse::build(status);
    for (name, value) in rendered.headers {
        if !(known && (name == CONTENT_TYPE || name == CONTENT_ENCODING)) {
            response.insert_header((name, value));
        }
    }
    // RFC 9110 §15.4.5: the tag that they would have been answered with, which names its encoding.
    if let Some(sent) = sent.filter(|sent| sent.starts_with('"')) {
        response.insert_header((ETAG, sent));
        Info::of(request).note_known();
    }
    if rendered.body.len() < COMPRESS_FROM {
        // Tells the compressor to leave it; the frame takes the header away again.
        response.insert_header((CONTENT_ENCODING, "identity"));
    } else {
        response.append_header((VARY, "accept-encoding"));
    }
    if known || rendered.body.is_empty() { response.finish() } else { response.body(rendered.body) }
}

macro_rules! responders {
    ($([$($generics:tt)*] $type:ty),+ $(,)?) => {$(
        impl<$($generics)*> Responder for $type {
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

responders! {
    [T: Resource] Created<T>,
    [T: Resource] Found<T>,
    [T: Resource] Changed<T>,
    [T: Resource] Upserted<T>,
    [T: Resource] Revealed<T>,
    [T: Serialize + ToSchema] Plain<T>,
    [T: Serialize + ToSchema, const STATUS: u16] Issued<T, STATUS>,
    [] Deleted,
    [] Accepted,
    [T: Serialize + ToSchema] Listed<T>,
    [T: Serialize + ToSchema, S: Serialize + ToSchema] Totalled<T, S>,
}

/// 204 that names the methods of an address.
pub struct Allowed(pub String);

impl Responder for Allowed {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let headers = vec![(actix_web::http::header::ALLOW, self.0)];
        respond(Rendered { status: 204, headers, ..Rendered::default() }, request)
    }
}
