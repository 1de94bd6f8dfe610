//! Headers and parameters that many operations share.

use serde_json::{Value, json};

/// Headers of every answer.
pub(super) const ALWAYS: &str = "Request-Id";
/// Headers of every answer to a request that counts.
pub(super) const COUNTED: [&str; 2] = ["RateLimit", "RateLimit-Policy"];

const TAG: &str = "\"3-9f1c2a7b8e904d55\"";

pub(super) fn headers() -> Value {
    let text = |about: &str, required: bool, example: &str| json!({"description": about, "required": required, "schema": {"type": "string", "examples": [example]}});
    json!({
        "ETag": text("The tag of the content: \"<version>-<hash>\". A client's is of what clients see: a number stands in the place of the version, and nothing internal moves it.", true, TAG),
        "Idempotent-Replayed": text("`true` when this is the first answer again, to a request that was sent before with this `Idempotency-Key`.", false, "true"),
        "Link": text("The next page, as rel=\"next\" (RFC 8288); absent on the last page.", false, "<http://127.0.0.1:8080/v1/tasks?cursor=AXnB3rk0>; rel=\"next\""),
        "Location": {"description": "The address of the new object.", "required": true, "schema": {"type": "string", "format": "uri-reference", "examples": ["/v1/tasks/01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"]}},
        "RateLimit": text("How many requests are left (`r`), and in how many seconds they are counted anew (`t`).", false, "\"default\";r=599;t=60"),
        "RateLimit-Policy": text("How many requests (`q`) in how many seconds (`w`).", false, "\"default\";q=600;w=60"),
        "Request-Id": text("The id of the request, as in the log and in problems: yours where it is sane, else a new one.", true, "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"),
        "Retry-After": {"description": "Try again after this many seconds.", "required": true, "schema": {"type": "string", "examples": ["12"]}},
        "WWW-Authenticate": text("How to authenticate (RFC 6750).", true, "Bearer realm=\"vorzimmer\""),
    })
}

pub(super) fn parameters() -> Value {
    let header = |name: &str, required: bool, example: &str, about: &str| json!({"name": name, "in": "header", "required": required, "description": about, "example": example, "schema": {"type": "string"}});
    json!({
        "AcceptLanguage": header("Accept-Language", false, "de", "The language of texts for people: `de` gives German ones, anything else English."),
        // No example: two clients that take it as it stands would get each other's answers.
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Any text of yours; the same request with the same key within 24 hours gives the first answer again.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        },
        "IfMatch": header("If-Match", false, TAG, "The ETag of what you saw, as it was answered; 412 when it has changed since."),
        "IfMatchRequired": header("If-Match", true, TAG, "The ETag of what you saw and agree to, as it was answered; 412 when it has changed since."),
        "IfNoneMatch": header("If-None-Match", false, TAG, "An ETag that you have; 304 when it still stands."),
    })
}
