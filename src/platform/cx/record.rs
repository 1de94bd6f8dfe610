//! Around every request: its line in the log, and its counters.

use super::{Call, app};
use crate::web::Info;
use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use std::time::Instant;

/// Notes a request once its answer begins.
pub async fn record<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let started = Instant::now();
    let (app, method) = (app(request.request()), request.method().clone());
    let answer = next.call(request).await?;
    let (http, status, elapsed) = (answer.request(), answer.status(), started.elapsed());
    let (call, info) = (Call::of(http), Info::of(http));
    let operation = info.route().map_or("none", |route| route.operation);
    app.metrics.observe(operation, status.as_u16(), elapsed);
    let caller = call.caller.get();
    tracing::info!(
        request_id = info.request_id,
        traceparent = http.headers().get("traceparent").and_then(|value| value.to_str().ok()).filter(is_trace),
        %method,
        path = http.match_pattern().as_deref().unwrap_or("unmatched"),
        operation,
        status = status.as_u16(),
        micros = elapsed.as_micros() as u64,
        workspace = caller.map(|caller| tracing::field::display(caller.workspace)),
        member = caller.map(|caller| tracing::field::display(caller.member)),
        "request"
    );
    Ok(answer)
}

/// W3C Trace Context §3.2, version 00: four numbers in lower-case hexadecimal.
fn is_trace(text: &&str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    text.len() == 55 && text.split('-').map(str::len).eq([2, 32, 16, 2]) && text.split('-').all(is_hex)
}
