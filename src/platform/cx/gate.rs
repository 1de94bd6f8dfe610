//! The gate in front of every operation: counts the request, finds out who calls, checks role and scope from the route's
//! entry, and answers a repeated Idempotency-Key.

use super::{
    Call, app,
    count::{count, count_address, is_used_up},
    idempotency,
};
use crate::kernel::error::{Code, Error, Result};
use crate::platform::app::App;
use crate::platform::auth::{Caller, Role, ScopeName};
use crate::web::{Access, Info, Reader, Route, read_ahead};
use actix_web::{HttpRequest, dev::ServiceRequest, http::header::AUTHORIZATION};
use std::sync::Arc;

/// What an answer can hold whole beside its own object, and the scope with which a key may read that.
pub type Expansion = (&'static str, ScopeName);

/// Judges a request for an operation, before its handler runs.
pub async fn gate(expansions: &[Expansion], route: &Route, request: &mut ServiceRequest) -> Result<()> {
    let http = request.request();
    let (app, call, info) = (app(http), Call::of(http), Info::of(http));
    let caller = match route.access {
        Access::Public if route.counted => count_address(&app, &call, &info).map(|()| None)?,
        Access::Public => None,
        _ => Some(admit(&app, (&call, &info), route, http).await?),
    };
    if let Some(caller) = &caller {
        check_expansions(caller, expansions, request.query_string())?;
    }
    if !route.reads_query {
        Reader::new(request.query_string())?.finish()?;
    }
    match caller {
        Some(caller) if route.is_idempotent_by_key() => remember_key(&app, &call, &caller, request).await,
        _ => Ok(()),
    }
}

/// Finds out who calls, counts the request, and checks whether they may.
async fn admit(
    app: &App,
    (call, info): (&Call, &Info),
    route: &Route,
    request: &HttpRequest,
) -> Result<Arc<Caller>> {
    let caller = match bearer(request) {
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
            count_address(app, call, info)?;
            return Err(challenge(error));
        }
    };
    let who = match (caller.session, caller.api_key) {
        (_, Some(key)) => format!("key {key}"),
        (session, None) => format!("session {session:?}"),
    };
    let _ = call.caller.set(caller.clone());
    let scope = caller.scope();
    info.tell_reader(format!("{}/{:?}", scope.workspace, scope.client), scope.is_client());
    count(app, (call, info), who, Some(&caller.workspace))?;
    authorise(&caller, route.access).map(|()| caller)
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
    let role_may = match caller.role() {
        Role::Assistant => assistant && (!owner_only || caller.is_owner()),
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
pub fn require_scope(caller: &Caller, scope: &'static str) -> Result<()> {
    if caller.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|given| given.as_str() == scope)) {
        return Ok(());
    }
    let challenge = format!("Bearer realm=\"vorzimmer\", error=\"insufficient_scope\", scope=\"{scope}\"");
    Err(Error::new(Code::InsufficientScope).with("scope", scope).header("WWW-Authenticate", challenge))
}

/// What a key may have put into an answer is what it may read by itself.
fn check_expansions(caller: &Caller, expansions: &[Expansion], query: &str) -> Result<()> {
    if caller.scopes.is_none() {
        return Ok(());
    }
    let reader = Reader::new(query)?;
    for asked in reader.values("expand") {
        // One that nobody knows is refused by the operation.
        if let Some((_, scope)) = expansions.iter().find(|(name, _)| *name == asked) {
            require_scope(caller, scope.as_str())?;
        }
    }
    Ok(())
}

/// With an `Idempotency-Key` the body is read at once: a repetition is answered before anything else is judged.
async fn remember_key(app: &App, call: &Call, caller: &Caller, request: &mut ServiceRequest) -> Result<()> {
    let Some(header) = request.headers().get("idempotency-key").cloned() else { return Ok(()) };
    let header = String::from_utf8_lossy(header.as_bytes()).into_owned();
    let key_of = |http: &HttpRequest, body: &[u8]| {
        let (method, path, query) = (http.method().as_str(), http.path(), http.query_string());
        idempotency::Key::new(&header, caller, method, path, query, body)
    };
    // The form of the key is judged before the body is waited for.
    key_of(request.request(), b"")?;
    let body = read_ahead(request).await?;
    let key = key_of(request.request(), &body)?;
    idempotency::find(&mut app.db.read().await?, app, &key).await?;
    *call.key.borrow_mut() = Some(key);
    Ok(())
}
