//! Counting requests: for whoever asks, and for their workspace.

use super::{Call, Cx, app};
use crate::kernel::WorkspaceId;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::app::App;
use crate::platform::auth::{Counted, Window};
use crate::web::{Allowance, Info};
use actix_web::{
    HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
};
use std::{cell::RefCell, fmt::Display};

/// Where a request was counted: for whoever asks, then for their workspace.
pub type Counts = RefCell<Vec<Counted>>;

/// Counts what reaches no operation, such as an unknown address, where its path begins like this; a browser's preflight is
/// free. Gives most of a request back wherever it was counted when its reader had everything already: it cost next to
/// nothing.
pub async fn count_rest(
    start: &'static str,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let answer = next.call(request).await?.map_into_boxed_body();
    let http = answer.request();
    let (call, info) = (Call::of(http), Info::of(http));
    if info.is_known() {
        call.counts.borrow_mut().iter_mut().for_each(Counted::refund);
        tell(&call, &info);
    }
    let is_free = http.method() == Method::OPTIONS || !http.path().starts_with(start);
    if info.route().is_none()
        && !is_free
        && let Err(error) = count_address(&app(http), &call, &info)
    {
        return Ok(ServiceResponse::new(answer.into_parts().0, HttpResponse::from_error(error)));
    }
    Ok(answer)
}

/// Counts a request of somebody unknown.
pub fn count_address(app: &App, call: &Call, info: &Info) -> Result<()> {
    count(app, (call, info), address(info), None)
}

/// Whether the next request of somebody unknown at this address would be one too many.
pub fn is_used_up(app: &App, info: &Info) -> bool {
    app.requests.is_used_up(&address(info), app.clock.monotonic())
}

fn address(info: &Info) -> String {
    format!("address {}", info.address)
}

/// Counts a request wherever it counts: for whoever asks, and for their workspace, whose share of the server is bounded
/// however many keys and sessions it has. Who is beyond their own limit uses nothing up of the workspace's.
pub fn count(app: &App, (call, info): (&Call, &Info), who: String, workspace: Option<&WorkspaceId>) -> Result<()> {
    let now = app.clock.monotonic();
    let mut counts = vec![app.requests.count(&who, now)];
    if let Some(workspace) = workspace.filter(|_| counts[0].window.allowed) {
        counts.push(app.requests_of_workspace.count(workspace, now));
    }
    let refused = counts.iter().map(|counted| counted.window).find(|window| !window.allowed);
    *call.counts.borrow_mut() = counts;
    tell(call, info);
    refused.map_or(Ok(()), |window| Err(too_many(window)))
}

impl Cx {
    /// Counts a request for what a secret address opens, whoever asks; 429 beyond the limit.
    pub fn count_opened(&self, what: impl Display) -> Result<()> {
        let counted = self.app().requests.count(&format!("opened {what}"), self.app().clock.monotonic());
        let window = counted.window;
        self.call.counts.borrow_mut().push(counted);
        if window.allowed { Ok(()) } else { Err(too_many(window)) }
    }
}

/// Tells whoever asks how many requests they have left, unless nothing is counted.
fn tell(call: &Call, info: &Info) {
    let counts = call.counts.borrow();
    let window = counts.first().map(|counted| counted.window).filter(|window| window.limit > 0);
    info.tell_allowance(window.map(|Window { limit, remaining, reset, .. }| Allowance {
        limit,
        remaining,
        reset,
    }));
}

/// 429 until the window ends.
pub fn too_many(window: Window) -> Error {
    Error::new(Code::TooManyRequests).with("seconds", window.reset).retry_after(window.reset.max(1) as u64)
}
