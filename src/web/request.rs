//! A request as it is read here: what is known of it before its handler runs, and what a handler reads from it. Knows no
//! caller: what an answer needs to know of its reader is told by the gate, as plain values.

use super::{
    answer::Projected,
    body::refuse_members,
    etag::{Current, Precondition, if_match, judge, projection},
    invalid,
    openapi::{Components, Documented, OperationDoc},
    params::Param,
    route::Route,
};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{Clock, EventId, ExternalRef, ExternalSource, Sealer};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Bytes};
use ipnet::IpNet;
use std::{
    cell::{Cell, OnceCell, RefCell},
    future::Ready,
    net::IpAddr,
    rc::Rc,
    str::FromStr,
    sync::Arc,
};

/// What the program tells this floor, in actix's app data.
pub struct Settings {
    pub clock: Clock,
    /// Seals cursors.
    pub cursors: Arc<Sealer>,
    /// How callers reach this server, without a slash at the end.
    pub public_url: String,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The members that hold another object whole where a reader asked for it.
    pub expansions: Vec<&'static str>,
    /// The patterns of addresses that hold a secret.
    pub secret_paths: Vec<&'static str>,
}

/// How many requests a caller has left, as the answer tells them.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub limit: i64,
    pub remaining: i64,
    /// Seconds until all are there again.
    pub reset: i64,
}

/// What is known about a request before its handler runs.
pub struct Info {
    pub request_id: String,
    pub german: bool,
    /// Whether the reader asked for German rather than English; none where they named neither.
    pub asked_german: Option<bool>,
    pub address: IpAddr,
    pub(super) settings: Arc<Settings>,
    pub(super) route: OnceCell<Rc<Route>>,
    body: RefCell<Option<Bytes>>,
    allowance: Cell<Option<Allowance>>,
    /// What cursors are bound to beside their list: whose view it is.
    view: OnceCell<String>,
    projected: Cell<bool>,
    is_known: Cell<bool>,
}

impl Info {
    pub(super) fn new(
        settings: Arc<Settings>,
        request_id: String,
        asked_german: Option<bool>,
        address: IpAddr,
    ) -> Self {
        Self {
            request_id,
            german: asked_german.unwrap_or(false),
            asked_german,
            address,
            settings,
            route: OnceCell::new(),
            body: RefCell::default(),
            allowance: Cell::default(),
            view: OnceCell::new(),
            projected: Cell::default(),
            is_known: Cell::default(),
        }
    }

    /// What is known about a request.
    pub fn of(request: &HttpRequest) -> Rc<Self> {
        request.extensions().get::<Rc<Self>>().expect("the frame describes every request").clone()
    }

    /// Goes with the request from now on.
    pub(super) fn attach(self, request: &HttpRequest) -> Rc<Self> {
        let info = Rc::new(self);
        request.extensions_mut().insert(info.clone());
        info
    }

    /// The operation that was asked for; none for an unknown address or method.
    pub fn route(&self) -> Option<&Route> {
        self.route.get().map(Rc::as_ref)
    }

    /// The path as problems tell it: where it may hold a secret, its pattern.
    pub(super) fn told_path<'r>(&'r self, request: &'r HttpRequest) -> &'r str {
        // As the router reads it, with its escapes undone.
        let read = request.match_info().as_str();
        let is_below = |pattern: &&&str| pattern.find('{').is_some_and(|end| read.starts_with(&pattern[..end]));
        self.settings.secret_paths.iter().find(is_below).copied().unwrap_or(request.path())
    }

    /// The body, when it was read before the handler.
    pub fn raw_body(&self) -> Option<Bytes> {
        self.body.borrow().clone()
    }

    pub(super) fn keep_body(&self, body: Bytes) {
        *self.body.borrow_mut() = Some(body);
    }

    pub fn allowance(&self) -> Option<Allowance> {
        self.allowance.get()
    }

    /// Tells the reader how many requests are left.
    pub fn tell_allowance(&self, allowance: Option<Allowance>) {
        self.allowance.set(allowance);
    }

    /// Whose view the answer is, and whether this reader is shown projections.
    pub fn tell_reader(&self, view: String, projected: bool) {
        let _ = self.view.set(view);
        self.projected.set(projected);
    }

    pub(super) fn view(&self) -> &str {
        self.view.get().map_or("", String::as_str)
    }

    /// Whether this reader is shown projections: parts of objects, with tags of their own.
    pub fn is_projected(&self) -> bool {
        self.projected.get()
    }

    /// Whether the reader named the tag of what they ask for, and so gets 304.
    pub fn is_known(&self) -> bool {
        self.is_known.get()
    }

    pub(super) fn note_known(&self) {
        self.is_known.set(true);
    }
}

/// A request as its handler reads it.
pub struct Request {
    http: HttpRequest,
    info: Rc<Info>,
    /// The body of an act without members, until it is judged.
    unread: Cell<Option<Payload>>,
}

impl Request {
    pub fn new(http: &HttpRequest, payload: &mut Payload) -> Self {
        let info = Info::of(http);
        let refuses = info.route().is_some_and(Route::refuses_members);
        Self { http: http.clone(), info, unread: Cell::new(refuses.then(|| payload.take())) }
    }

    pub fn http(&self) -> &HttpRequest {
        &self.http
    }

    /// This request's description.
    pub fn about(&self) -> &Info {
        &self.info
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.info.settings
    }

    /// An id from the path; 404 when it is none.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T> {
        self.http.match_info().query(name).parse().map_err(|_| Error::not_found())
    }

    /// 404 where an id in the path is none: such an address names nothing, whatever else is sent to it.
    pub fn check_ids(&self) -> Result<()> {
        let mut names = self.http.match_info().iter().map(|(name, _)| name).filter(|name| name.ends_with("_id"));
        names.try_for_each(|name| self.id::<EventId>(name).map(drop))
    }

    /// The record in another system that the path names; 400 when a part is not of its form.
    pub fn reference(&self) -> Result<(ExternalSource, ExternalRef)> {
        Ok((self.path_text("source")?, self.path_text("ref")?))
    }

    /// A text from the path, decoded; 400 when it is not of its form.
    fn path_text<T: Param>(&self, name: &str) -> Result<T> {
        // The router has put a sign of its own in the place of what is no UTF-8, so the address is read as it was sent.
        let pattern = self.http.match_pattern().unwrap_or_default();
        let place = pattern.split('/').position(|part| part.trim_matches(['{', '}']) == name);
        let raw = place.and_then(|place| self.http.uri().path().split('/').nth(place)).unwrap_or_default();
        let text = percent_encoding::percent_decode_str(raw)
            .decode_utf8()
            .map_err(|_| invalid(name, "it is not UTF-8.", "er ist kein UTF-8."))?;
        T::read(&text).map_err(|(english, german)| invalid(name, &english, &german))
    }

    /// The program that calls, as it calls itself; at most 300 characters.
    pub fn user_agent(&self) -> Option<String> {
        let sent = self.http.headers().get("user-agent")?.to_str().ok()?.trim();
        (!sent.is_empty()).then(|| sent.chars().take(300).collect())
    }

    /// Who may act, and on what, has been judged: now an act without members judges its body.
    pub async fn refuse_members(&self) -> Result<()> {
        match self.unread.take() {
            Some(payload) => refuse_members(self, payload).await,
            None => Ok(()),
        }
    }

    /// Judges `If-Match` against what stands, as strictly as the operation demands: its version, or for a reader of
    /// projections what they see of it.
    pub fn judge(&self, row: &impl Projected) -> Result<()> {
        let version = row.version();
        let shown = match self.info.is_projected() {
            true => row.shown_to_client(self.settings().clock.now()),
            false => None,
        };
        let identity = shown.map_or(version, |shown| projection(shown, &self.settings().expansions));
        self.judge_current(Current { version, identity })
    }

    /// As [`Request::judge`], for what everybody sees alike.
    pub fn judge_version(&self, version: i64) -> Result<()> {
        self.judge_current(version.into())
    }

    fn judge_current(&self, current: Current) -> Result<()> {
        let precondition = self.info.route().map_or(Precondition::None, |route| route.precondition);
        judge(&self.http, current, precondition)
    }

    /// Judges `If-Match` where there is nothing yet: whoever expects something gets 412.
    pub fn judge_absent(&self) -> Result<()> {
        match if_match(&self.http)? {
            Some(_) => Err(Error::new(Code::PreconditionFailed)),
            None => Ok(()),
        }
    }
}

impl FromRequest for Request {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self::new(request, payload)))
    }
}

impl Documented for Request {
    fn describe(_: &mut OperationDoc, _: &mut Components) {}
}
