//! Operations of the server itself: health, readiness, metrics, public keys.

use crate::auth::KeySet;
use crate::db::sql;
use crate::error::{Code, Error, Result};
use crate::http::{
    Cx, Plain,
    docs::{Counters, Word},
};

/// Whether the process lives; asks no database.
pub async fn get_health(_: Cx) -> Result<Word> {
    Ok(Word("ok\n".to_owned()))
}

/// Whether requests can be answered: the database is there and the server is not stopping.
pub async fn get_readiness(cx: Cx) -> Result<Word> {
    if cx.app().is_stopping() {
        return Err(Error::new(Code::Unavailable).with("seconds", 5).retry_after(5));
    }
    cx.read().await?.scalar::<i64>(sql("SELECT CAST(1 AS BIGINT)")).await?;
    Ok(Word("ready\n".to_owned()))
}

/// Counters for Prometheus.
pub async fn get_metrics(cx: Cx) -> Result<Counters> {
    Ok(Counters(cx.app().metrics.text()))
}

/// The public keys of access tokens (RFC 7517).
pub async fn get_jwks(cx: Cx) -> Result<Plain<KeySet>> {
    Ok(Plain(cx.app().callers.tokens().keys().public().clone()))
}
