//! Operations of the server itself: health, readiness, metrics, public keys.

use crate::db::sql;
use crate::error::{Code, Error, Result};
use crate::http::{Cx, docs::Page};

/// Whether the process lives; asks no database.
pub async fn get_health(_: Cx) -> Result<Page> {
    Ok(Page::new("text/plain; charset=utf-8", "ok\n"))
}

/// Whether requests can be answered: the database is there and the server is not stopping.
pub async fn get_readiness(cx: Cx) -> Result<Page> {
    if cx.app().is_stopping() {
        return Err(Error::new(Code::Unavailable).with("seconds", 5).retry_after(5));
    }
    cx.read().await?.scalar::<i64>(sql("SELECT CAST(1 AS BIGINT)")).await?;
    Ok(Page::new("text/plain; charset=utf-8", "ready\n"))
}

/// Counters for Prometheus.
pub async fn get_metrics(cx: Cx) -> Result<Page> {
    Ok(Page::new("application/openmetrics-text; version=1.0.0; charset=utf-8", cx.app().metrics.text()))
}

/// The public keys of access tokens (RFC 7517).
pub async fn get_jwks(cx: Cx) -> Result<Page> {
    let keys = cx.app().callers.tokens().keys().jwks().to_string();
    Ok(Page::new("application/json", keys))
}
