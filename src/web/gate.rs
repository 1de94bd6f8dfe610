//! The gate in front of every operation: counts the request, finds out who calls, checks role and scope from the route
//! table, answers a repeated Idempotency-Key, and runs writes to their end even when the caller hangs up.

use super::{Info, Reader, body::drain, cx::Cx, etag::Precondition, idempotency, route::Access, route::Route};
use crate::kernel::WorkspaceId;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::app::App;
use crate::platform::auth::{Caller, Counted, Role, ScopeName, Window};
use actix_web::{
    HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header::AUTHORIZATION},
    middleware::Next,
    web::Data,
};
use std::{collections::HashMap, rc::Rc, sync::Arc};

/// What the gate knows of the operation that was asked for.
#[derive(Debug)]
pub struct Matched {
    pub operation: &'static str,
    pub access: Access,
    pub precondition: Precondition,
    /// The types of events that the operation says it raises.
    pub raises: &'static [&'static str],
    idempotent: bool,
    reads_query: bool,
    /// An act that takes no members: its body is judged where others read theirs.
    pub(super) refuses_members: bool,
}

impl Matched {
    pub fn of(route: &Route) -> Self {
        Self {
            operation: route.operation,
            access: route.access,
            precondition: route.precondition,
            raises: route.raises,
            idempotent: route.is_idempotent_by_key(),
            reads_query: route.reads_query,
            refuses_members: route.method == Method::POST && !route.reads_body,
        }
    }
}

/// Judges a request for one address, then hands it to the handler.
pub async fn gate(
    operations: Rc<HashMap<Method, Rc<Matched>>>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let info = Cx::info(request.request());
    // A method that the address does not know is for the default service, which needs no caller.
    if let Some(matched) = operations.get(request.method()).cloned() {
        let app = request.app_data::<Data<App>>().expect("the server holds the app").clone().into_inner();
        let _ = info.matched.set(matched.clone());
        if let Err(error) = judge(&app, &info, &matched, &mut request).await {
            // Not `into_response`, which would drop the error and with it all that the frame says about it.
            return Ok(ServiceResponse::new(request.into_parts().0, actix_web::HttpResponse::from_error(error)));
        }
    }
    if request.method().is_safe() {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let http = request.request().clone();
    let work = actix_web::rt::spawn(async move { next.call(request).await.map(|r| r.map_into_boxed_body()) });
    match work.await {
        Ok(answer) => answer,
        Err(error) => {
            let error = Error::internal(format!("a handler ended early: {error}"));
            Ok(ServiceResponse::new(http, actix_web::HttpResponse::from_error(error)))
        }
    }
}

async fn judge(app: &Arc<App>, info: &Info, matched: &Matched, request: &mut ServiceRequest) -> Result<()> {
    admit(app, info, matched, request).await?;
    if !matched.reads_query {
        Reader::new(request.query_string())?.finish()?;
    }
    match (info.caller.get().cloned(), matched.idempotent) {
        (Some(caller), true) => remember_key(app, info, &caller, request).await,
        _ => Ok(()),
    }
}

async fn admit(app: &Arc<App>, info: &Info, matched: &Matched, request: &ServiceRequest) -> Result<()> {
    if matched.access == Access::Public {
        // Probes and scrapers of the operator do not count.
        if matches!(request.path(), "/healthz" | "/readyz" | "/metrics") {
            return Ok(());
        }
        return count_address(app, info);
    }
    let caller = match bearer(request.request()) {
        // Where too many were refused, one that nobody knows is not even looked up.
        Ok(Some(token)) if !app.callers.know(token) && is_used_up(app, info) => {
            Err(Error::new(Code::InvalidToken))
        }
        Ok(Some(token)) => app.callers.find(token, &app.db, &app.clock).await,
        Ok(None) => Err(Error::new(Code::Unauthenticated)),
        Err(error) => Err(error),
    };
    let caller = match caller {
        Ok(caller) => caller,
        Err(error) => {
            count_address(app, info)?;
            return Err(challenge(error));
        }
    };
    let who = match (caller.session, caller.api_key) {
        (_, Some(key)) => format!("key {key}"),
        (session, None) => format!("session {session:?}"),
    };
    let _ = info.caller.set(caller.clone());
    count(app, info, who, Some(&caller.workspace))?;
    authorise(&caller, matched.access)?;
    check_expansions(&caller, request.query_string())
}

/// Counts a request of somebody unknown.
pub fn count_address(app: &App, info: &Info) -> Result<()> {
    count(app, info, address(info), None)
}

fn is_used_up(app: &App, info: &Info) -> bool {
    app.requests.is_used_up(&address(info), app.clock.monotonic())
}

fn address(info: &Info) -> String {
    format!("address {}", info.address)
}

/// Counts a request wherever it counts: for whoever asks, and for her workspace, whose share of the server is bounded
/// however many keys and sessions it has. Who is beyond her own limit uses nothing up of the workspace's.
fn count(app: &App, info: &Info, who: String, workspace: Option<&WorkspaceId>) -> Result<()> {
    let now = app.clock.monotonic();
    let mut counts = vec![app.requests.count(&who, now)];
    if let Some(workspace) = workspace.filter(|_| counts[0].window.allowed) {
        counts.push(app.requests_of_workspace.count(workspace, now));
    }
    let refused = counts.iter().map(|counted| counted.window).find(|window| !window.allowed);
    *info.counts.borrow_mut() = counts;
    refused.map_or(Ok(()), |window| Err(too_many(window)))
}

/// Gives most of a request back wherever it was counted: a reader who had everything already cost next to nothing.
pub fn refund(info: &Info) {
    info.counts.borrow_mut().iter_mut().for_each(Counted::refund);
}

/// 429 until the window ends.
pub fn too_many(window: Window) -> Error {
    Error::new(Code::TooManyRequests).with("seconds", window.reset).retry_after(window.reset.max(1) as u64)
}

/// The token of `Authorization: Bearer …`, the scheme in any case.
fn bearer(request: &HttpRequest) -> Result<Option<&str>> {
    let mut sent = request.headers().get_all(AUTHORIZATION);
    let Some(value) = sent.next() else { return Ok(None) };
    let refuse = || challenge(Error::new(Code::InvalidToken));
    if sent.next().is_some() {
        return Err(refuse());
    }
    let (scheme, token) = value.to_str().map_err(|_| refuse())?.split_once(' ').ok_or_else(refuse)?;
    let token = token.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= 4096 {
        Ok(Some(token))
    } else {
        Err(refuse())
    }
}

/// RFC 6750 §3: says how to authenticate; an error code only when a token was sent.
pub fn challenge(error: Error) -> Error {
    match error.code() {
        Code::Unauthenticated | Code::InvalidCredentials => {
            error.header("WWW-Authenticate", "Bearer realm=\"vorzimmer\"")
        }
        Code::InvalidToken => {
            error.header("WWW-Authenticate", "Bearer realm=\"vorzimmer\", error=\"invalid_token\"")
        }
        _ => error,
    }
}

fn authorise(caller: &Caller, access: Access) -> Result<()> {
    let Access::Members { assistant, client, owner_only, scope } = access else { return Ok(()) };
    let role_may = match caller.role {
        Role::Assistant => assistant && (!owner_only || caller.is_owner),
        Role::Client => client,
    };
    if !role_may {
        let (english, german) = match (owner_only, assistant) {
            (true, _) => ("The owner", "der Inhaberin"),
            (_, true) => ("An assistant", "einer Assistentin"),
            _ => ("A client", "einem Kunden"),
        };
        return Err(Error::new(Code::Forbidden).with_both("who", english, german));
    }
    match (scope, &caller.scopes) {
        (None, Some(_)) => Err(Error::new(Code::Forbidden).with_both(
            "who",
            "Only a person who is logged in",
            "nur einer angemeldeten Person",
        )),
        (Some(scope), _) => require_scope(caller, scope),
        (None, None) => Ok(()),
    }
}

/// An API key may do what its scopes say; a person has no scopes.
pub(super) fn require_scope(caller: &Caller, scope: ScopeName) -> Result<()> {
    if caller.scopes.as_ref().is_none_or(|scopes| scopes.contains(&scope)) {
        return Ok(());
    }
    let challenge = format!("Bearer realm=\"vorzimmer\", error=\"insufficient_scope\", scope=\"{scope}\"");
    Err(Error::new(Code::InsufficientScope).with("scope", scope).header("WWW-Authenticate", challenge))
}

/// What a key may have put into an answer is what it may read by itself.
fn check_expansions(caller: &Caller, query: &str) -> Result<()> {
    if caller.scopes.is_none() {
        return Ok(());
    }
    let reader = Reader::new(query)?;
    for name in reader.text("expand").into_iter().flat_map(|names| names.split(',')) {
        match name {
            "client" => require_scope(caller, ScopeName::ClientsRead)?,
            "engagement" => require_scope(caller, ScopeName::EngagementsRead)?,
            "task" => require_scope(caller, ScopeName::TasksRead)?,
            // The operation does not know it, and says so.
            _ => {}
        }
    }
    Ok(())
}

/// With an `Idempotency-Key` the body is read at once: a repetition is answered before anything else is judged.
async fn remember_key(app: &Arc<App>, info: &Info, caller: &Caller, request: &mut ServiceRequest) -> Result<()> {
    let Some(header) = request.headers().get("idempotency-key").cloned() else { return Ok(()) };
    let header = String::from_utf8_lossy(header.as_bytes()).into_owned();
    let payload = request.take_payload();
    let http = request.request();
    let (method, path, query) = (http.method().as_str(), http.path(), http.query_string());
    // The form of the key is judged before the body is waited for.
    idempotency::Key::new(&header, caller, method, path, query, b"")?;
    let body = drain(http, payload).await?;
    let key = idempotency::Key::new(&header, caller, method, path, query, &body)?;
    *info.body.borrow_mut() = Some(body);
    idempotency::find(&mut app.db.read().await?, app, &key).await?;
    *info.idempotency.borrow_mut() = Some(key);
    Ok(())
}

/// Keeps the extension type in one place.
pub fn describe(request: &HttpRequest, info: Info) -> Rc<Info> {
    let info = Rc::new(info);
    request.extensions_mut().insert(info.clone());
    info
}
