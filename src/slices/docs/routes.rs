//! The operations on the document and its pages.

use crate::slices::docs::api as docs;
use crate::web::{Routes, get, group};

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    group(
        "docs",
        [
            get("/openapi.json", docs::show_openapi),
            get("/docs", docs::show_docs).page(),
            get("/docs/problems", docs::show_problems).page(),
            get("/docs/{file:.*}", docs::show_docs).page(),
        ],
    )
}
