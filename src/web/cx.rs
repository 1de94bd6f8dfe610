//! The context of a request: who calls, what she reaches, and how she changes it.

use super::{
    answer::{Answer, Projected},
    body::refuse_members,
    etag::{Current, Precondition, judge, projection},
    gate::{Matched, challenge, require_scope},
    idempotency::{self, Key},
    openapi::{Components, Documented, OperationDoc},
};
use crate::db::Tx;
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{ExternalRef, ExternalSource};
use crate::platform::app::App;
use crate::platform::auth::{Caller, Counted, Scope, ScopeName};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    web::{Bytes, Data},
};
use std::{
    cell::{Cell, OnceCell, RefCell},
    future::Ready,
    net::IpAddr,
    rc::Rc,
    str::FromStr,
    sync::Arc,
};

/// What is known about a request before its handler runs.
pub struct Info {
    pub request_id: String,
    pub german: bool,
    pub address: IpAddr,
    pub(super) caller: OnceCell<Arc<Caller>>,
    pub(super) matched: OnceCell<Rc<Matched>>,
    pub(super) body: RefCell<Option<Bytes>>,
    pub(super) idempotency: RefCell<Option<Key>>,
    /// Where the request was counted: for whoever asks, then for her workspace.
    pub(super) counts: RefCell<Vec<Counted>>,
    /// The reader named the tag of what she asks for: she is told 304.
    pub(super) is_known: Cell<bool>,
}

impl Info {
    /// The body, when it was read before the handler.
    pub fn raw_body(&self) -> Option<Bytes> {
        self.body.borrow().clone()
    }

    /// Whether a client asks.
    pub fn is_client(&self) -> bool {
        self.caller.get().is_some_and(|caller| caller.scope().is_client())
    }
}

/// The context of a request.
pub struct Cx {
    request: HttpRequest,
    info: Rc<Info>,
    app: Arc<App>,
    /// The body of an act without members, until it is judged.
    unread: Cell<Option<Payload>>,
}

impl Cx {
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// What is known about a request.
    pub fn info(request: &HttpRequest) -> Rc<Info> {
        request.extensions().get::<Rc<Info>>().expect("the frame describes every request").clone()
    }

    /// This request's description.
    pub fn about(&self) -> &Info {
        &self.info
    }

    /// The authenticated caller. Operations open to everybody have none and do not ask.
    pub fn caller(&self) -> &Caller {
        self.info.caller.get().expect("the gate lets only authenticated callers through to here")
    }

    /// Which rows the caller may see.
    pub fn scope(&self) -> Scope {
        self.caller().scope()
    }

    /// Demands a scope beyond that of the operation, where its caller also reaches into something else.
    pub fn require_scope(&self, scope: ScopeName) -> Result<()> {
        require_scope(self.caller(), scope)
    }

    /// An id from the path; 404 when it is none.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T> {
        self.request.match_info().query(name).parse().map_err(|_| Error::not_found())
    }

    /// A word from the path, decoded; 404 when it is not of its form.
    pub fn path_text(&self, name: &str) -> Result<String> {
        let raw = self.request.match_info().query(name);
        let text = percent_encoding::percent_decode_str(raw).decode_utf8().map_err(|_| Error::not_found())?;
        Ok(text.into_owned())
    }

    /// The record in another system that the path names; 404 when it is not of the form of one.
    pub fn reference(&self) -> Result<(ExternalSource, ExternalRef)> {
        let source = ExternalSource::from_path(&self.path_text("source")?);
        let reference = ExternalRef::from_path(&self.path_text("ref")?);
        source.zip(reference).ok_or_else(Error::not_found)
    }

    /// The program that calls, as it calls itself; at most 300 characters.
    pub fn user_agent(&self) -> Option<String> {
        let sent = self.request.headers().get("user-agent")?.to_str().ok()?.trim();
        (!sent.is_empty()).then(|| sent.chars().take(300).collect())
    }

    /// A transaction on the caller's workspace. A repeated Idempotency-Key ends here with the first answer.
    pub async fn begin(&self) -> Result<Tx> {
        self.refuse_members().await?;
        let mut tx = self.enter().await?;
        if tx.due().is_past(tx.wall_clock()) {
            drop(tx);
            self.record_due().await;
            tx = self.enter().await?;
        }
        let tx = tx.raising(self.raises());
        let key = self.info.idempotency.borrow().clone();
        match key {
            None => Ok(tx),
            Some(key) => idempotency::admit(tx, &self.app, &key).await,
        }
    }

    async fn enter(&self) -> Result<Tx> {
        let caller = self.caller();
        let actor = caller.actor(&self.info.request_id);
        Tx::begin(&self.app.db, &self.app.clock, caller.workspace, actor).await.map_err(workspace_gone)
    }

    /// A transaction that belongs to no workspace yet. Operations that know the Idempotency-Key begin on one.
    pub async fn open(&self) -> Result<Tx> {
        debug_assert!(self.info.idempotency.borrow().is_none(), "a repetition would not be noticed");
        self.refuse_members().await?;
        let actor = match self.info.caller.get() {
            Some(caller) => caller.actor(&self.info.request_id),
            None => crate::db::Actor { request_id: self.info.request_id.clone(), ..Default::default() },
        };
        Ok(Tx::open(&self.app.db, &self.app.clock, actor).await?.raising(self.raises()))
    }

    /// The types of events that the operation says it raises.
    fn raises(&self) -> Option<&'static [&'static str]> {
        self.info.matched.get().map(|matched| matched.raises)
    }

    /// Who may act, and on what, has been judged: now an act without members judges its body.
    async fn refuse_members(&self) -> Result<()> {
        match self.unread.take() {
            Some(payload) => refuse_members(self, payload).await,
            None => Ok(()),
        }
    }

    /// Keeps the answer for a repeated Idempotency-Key, makes everything durable, and gives the answer back.
    pub async fn commit<A: Answer>(&self, mut tx: Tx, answer: A) -> Result<A> {
        let key = self.info.idempotency.borrow().clone();
        if let Some(key) = key {
            let rendered = answer.render()?.for_reader(&self.request);
            idempotency::keep(&mut tx, &self.app, &key, &rendered).await?;
        }
        tx.commit().await?;
        Ok(answer)
    }

    /// As [`Cx::commit`], unless it is a dry run: then the answer is the same and nothing is stored.
    pub async fn commit_unless<A: Answer>(&self, dry_run: bool, tx: Tx, answer: A) -> Result<A> {
        if dry_run { Ok(answer) } else { self.commit(tx, answer).await }
    }

    /// Judges `If-Match` against what stands, as strictly as the operation demands: for assistants its version, for
    /// clients what they see of it.
    pub fn judge(&self, row: &impl Projected) -> Result<()> {
        let version = row.version();
        let shown = match self.info.is_client() {
            true => row.shown_to_client(self.app.clock.now()),
            false => None,
        };
        self.judge_current(Current { version, identity: shown.map_or(version, projection) })
    }

    /// As [`Cx::judge`], for what everybody sees alike.
    pub fn judge_version(&self, version: i64) -> Result<()> {
        self.judge_current(version.into())
    }

    fn judge_current(&self, current: Current) -> Result<()> {
        let precondition = self.info.matched.get().map_or(Precondition::None, |matched| matched.precondition);
        judge(&self.request, current, precondition)
    }
}

impl Cx {
    /// Judges `If-Match` where there is nothing yet: whoever expects something is told 412.
    pub fn judge_absent(&self) -> Result<()> {
        match self.request.headers().contains_key(actix_web::http::header::IF_MATCH) {
            true => Err(Error::new(crate::kernel::error::Code::PreconditionFailed)),
            false => Ok(()),
        }
    }
}

/// The workspace went after its caller was recognised: her token has become void.
pub fn workspace_gone(error: Error) -> Error {
    match error.code() {
        Code::NotFound => challenge(Error::new(Code::InvalidToken)),
        _ => error,
    }
}

impl FromRequest for Cx {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<App>>().expect("the server holds the app").clone().into_inner();
        let info = Self::info(request);
        let refuses = info.matched.get().is_some_and(|matched| matched.refuses_members);
        let unread = Cell::new(refuses.then(|| payload.take()));
        std::future::ready(Ok(Self { request: request.clone(), info, app, unread }))
    }
}

impl Documented for Cx {
    fn describe(_: &mut OperationDoc, _: &mut Components) {}
}
