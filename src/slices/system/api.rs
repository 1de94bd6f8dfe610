//! Operations of the server itself: health, readiness, metrics, public keys.

use super::store;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::auth::KeySet;
use crate::platform::cx::Cx;
use crate::platform::workers::show_due;
use crate::web::{Counters, Plain, Word};
use std::time::Duration;
use tokio::time::timeout;

/// Whoever scrapes waits at most this long for the database.
const METRICS_PATIENCE: Duration = Duration::from_secs(1);

/// Whether the process lives; asks no database.
pub async fn get_health(_: Cx) -> Result<Word> {
    Ok(Word("ok\n".to_owned()))
}

/// Whether requests can be answered: the database is there and the server is not stopping. An order of changes that
/// runs ahead of the clock is told, and keeps nobody from being answered.
pub async fn get_readiness(cx: Cx) -> Result<Word> {
    if cx.app().is_stopping() {
        return Err(Error::new(Code::Unavailable).with("seconds", 5).retry_after(5));
    }
    store::answer(&mut cx.read().await?).await?;
    let ahead = cx.app().db.skew().seconds_ahead(cx.app().clock.now());
    let warning =
        ahead.map(|seconds| format!("warning: the order of changes runs {seconds} s ahead of the clock\n"));
    Ok(Word(format!("ready\n{}", warning.unwrap_or_default())))
}

/// Counters for Prometheus. While the database does not answer, what waits stays as it was last seen.
pub async fn get_metrics(cx: Cx) -> Result<Counters> {
    let app = cx.app();
    let due = async {
        show_due(&*app.mails, &mut cx.read().await?).await?;
        show_due(&*app.jobs, &mut cx.read().await?).await
    };
    // What cannot be seen now stays as it was.
    let _ = timeout(METRICS_PATIENCE, due).await;
    Ok(Counters(app.metrics.text()))
}

/// The public keys of access tokens (RFC 7517).
pub async fn get_jwks(cx: Cx) -> Result<Plain<KeySet>> {
    Ok(Plain(cx.app().callers.tokens().keys().public().clone()))
}
