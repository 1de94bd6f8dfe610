//! The context of a call: who calls, what they reach, and how they change it. Wraps a request with its caller, the key of a
//! repetition, transaction and snapshot.

mod count;
mod gate;
pub(crate) mod idempotency;
mod record;
mod snapshot;
mod tries;

pub use count::count_rest;
pub use gate::{Expansion, challenge, gate};
pub use record::record;
pub use snapshot::Snapshot;

use self::{count::Counts, gate::require_scope, idempotency::Key};
use crate::db::{Actor, Tx};
use crate::kernel::error::{Code, Error, Result};
use crate::platform::app::App;
use crate::platform::auth::{Caller, Scope, ScopeName};
use crate::web::{
    Answer, Components, Request,
    openapi::{Documented, OperationDoc},
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};
use std::{
    cell::{OnceCell, RefCell},
    future::Ready,
    ops::Deref,
    rc::Rc,
    sync::Arc,
};

/// What the gate found out about a request. It goes with the request.
#[derive(Default)]
struct Call {
    caller: OnceCell<Arc<Caller>>,
    key: RefCell<Option<Key>>,
    counts: Counts,
}

impl Call {
    fn of(request: &HttpRequest) -> Rc<Self> {
        request.extensions_mut().get_or_insert_with(Rc::<Self>::default).clone()
    }
}

/// The application behind a request.
fn app(request: &HttpRequest) -> Arc<App> {
    request.app_data::<Data<App>>().expect("the server holds the app").clone().into_inner()
}

/// The context of a call.
pub struct Cx {
    request: Request,
    call: Rc<Call>,
    app: Arc<App>,
}

impl Cx {
    pub fn request(&self) -> &HttpRequest {
        self.http()
    }

    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The authenticated caller. Operations open to everybody have none and do not ask.
    pub fn caller(&self) -> &Caller {
        self.call.caller.get().expect("the gate lets only authenticated callers through to here")
    }

    /// Which rows the caller may see.
    pub fn scope(&self) -> Scope {
        self.caller().scope()
    }

    /// Demands a scope beyond that of the operation, where its caller also reaches into something else.
    pub fn require_scope(&self, scope: ScopeName) -> Result<()> {
        require_scope(self.caller(), scope.as_str())
    }

    /// A transaction on the caller's workspace. A repeated Idempotency-Key ends here with the first answer.
    pub async fn begin(&self) -> Result<Tx> {
        self.check_ids()?;
        self.refuse_members().await?;
        let mut tx = self.enter().await?;
        if tx.due().is_past(tx.wall_clock()) {
            drop(tx);
            self.record_due(self.caller().workspace).await;
            tx = self.enter().await?;
        }
        let tx = tx.raising(self.raises());
        let key = self.call.key.borrow().clone();
        match key {
            None => Ok(tx),
            Some(key) => idempotency::admit(tx, &self.app, &key).await,
        }
    }

    async fn enter(&self) -> Result<Tx> {
        let caller = self.caller();
        let actor = caller.actor(&self.about().request_id);
        Tx::begin(&self.app.db, &self.app.clock, caller.workspace, actor).await.map_err(workspace_gone)
    }

    /// A transaction that belongs to no workspace yet. Operations that know the Idempotency-Key begin on one.
    pub async fn open(&self) -> Result<Tx> {
        debug_assert!(self.call.key.borrow().is_none(), "a repetition would not be noticed");
        self.check_ids()?;
        self.refuse_members().await?;
        let request_id = &self.about().request_id;
        let actor = match self.call.caller.get() {
            Some(caller) => caller.actor(request_id),
            None => Actor { request_id: request_id.clone(), ..Default::default() },
        };
        Ok(Tx::open(&self.app.db, &self.app.clock, actor).await?.raising(self.raises()))
    }

    /// The types of events that the operation says it raises, and those that can follow.
    fn raises(&self) -> Option<[&'static [&'static str]; 2]> {
        self.about().route().map(|route| [route.raises, route.follows])
    }

    /// Keeps the answer for a repeated Idempotency-Key, makes everything durable, and gives the answer back.
    pub async fn commit<A: Answer>(&self, mut tx: Tx, answer: A) -> Result<A> {
        let key = self.call.key.borrow().clone();
        if let Some(key) = key {
            let rendered = answer.render()?.for_reader(self.http());
            idempotency::keep(&mut tx, &self.app, &key, &rendered).await?;
        }
        tx.commit().await?;
        Ok(answer)
    }

    /// As [`Cx::commit`], unless it is a dry run: then the answer is the same and nothing is stored.
    pub async fn commit_unless<A: Answer>(&self, dry_run: bool, tx: Tx, answer: A) -> Result<A> {
        if dry_run { Ok(answer) } else { self.commit(tx, answer).await }
    }
}

/// The workspace went after its caller was recognised: their token has become void.
pub fn workspace_gone(error: Error) -> Error {
    match error.code() {
        Code::NotFound => challenge(Error::new(Code::InvalidToken)),
        _ => error,
    }
}

impl Deref for Cx {
    type Target = Request;
    fn deref(&self) -> &Request {
        &self.request
    }
}

impl FromRequest for Cx {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (app, call) = (app(request), Call::of(request));
        std::future::ready(Ok(Self { request: Request::new(request, payload), call, app }))
    }
}

impl Documented for Cx {
    fn describe(_: &mut OperationDoc, _: &mut Components) {}
}
