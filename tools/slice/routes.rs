//! The operations on {{words}}s.

use super::{{Single}}Event;
use super::api as {{plural}};
use crate::platform::auth::ScopeName::{ClientsRead, ClientsWrite};
use crate::platform::events::raising;
use crate::web::{Routes, delete, get, group, openapi::Tag, patch, post};

/// What the operations are about.
pub const TAGS: &[Tag] = &[("{{path}}", "{{Plurals}} of clients.")];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    group("{{path}}", [
        get("/v1/{{path}}", {{plural}}::list_{{plural}}).both(ClientsRead).about("List {{words}}s"),
        post("/v1/{{path}}", {{plural}}::create_{{single}})
            .assistant(ClientsWrite)
            .about("Create a {{words}}")
            .raises(raising![{{Single}}Event::Created])
            .also(&[409]),
        get("/v1/{{path}}/{{{single}}_id}", {{plural}}::get_{{single}}).both(ClientsRead).about("Get a {{words}}"),
        patch("/v1/{{path}}/{{{single}}_id}", {{plural}}::update_{{single}})
            .assistant(ClientsWrite)
            .about("Change a {{words}}")
            .conditional()
            .raises(raising![{{Single}}Event::Updated]),
        delete("/v1/{{path}}/{{{single}}_id}", {{plural}}::delete_{{single}})
            .assistant(ClientsWrite)
            .about("Delete a {{words}}")
            .conditional()
            .raises(raising![{{Single}}Event::Deleted]),
    ])
}
