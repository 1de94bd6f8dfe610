//! The operations on the server itself.

use crate::slices::system::api as system;
use crate::web::{Routes, get, group, openapi::Tag};

/// What the operations are about.
pub const TAGS: &[Tag] = &[("system", "The server itself: health, keys, metrics.")];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    group("system", [
            get("/healthz", system::get_health).uncounted().about("Get the health of the process"),
            get("/readyz", system::get_readiness).uncounted().about("Get the readiness for requests")
                .notes("After `ready` a second line warns while the order of changes (`updated_at`, `occurred_at`) runs more than 5 minutes ahead of the clock, as after a write at a wrong clock. The server is ready all the same."),
            get("/metrics", system::get_metrics).uncounted().about("Get metrics for Prometheus"),
            get("/.well-known/jwks.json", system::get_jwks).about("Get the JWKS of access tokens"),
        ])
}
