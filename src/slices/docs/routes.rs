//! The operations on the document and its pages.

use crate::slices::docs::api as docs;
use crate::web::{Routes, get, group};

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    group(
        "docs",
        [
            get("/", docs::show_root).page(),
            get("/favicon.ico", docs::show_icon).page(),
            get("/openapi.json", docs::show_openapi),
            get("/docs", docs::show_reference).page(),
            get("/docs/", docs::show_reference).page(),
            get("/docs/problems", docs::show_problems).page(),
            get("/docs/guide", docs::show_guide).page(),
            get("/docs/guide/{page}", docs::show_guide).page(),
            get("/docs/assets/{file}", docs::show_asset).page(),
        ],
    )
}
