//! What an operation can refuse: by its form and by what it names, as responses of the document.

use super::{OperationDoc, shared};
use crate::kernel::error::Code;
use crate::web::{
    Precondition,
    route::{Access, Route},
};
use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The codes of an operation, by status.
pub(super) type Refusals = BTreeMap<u16, Vec<Code>>;

/// What every operation can answer, whatever it is: told once.
pub(super) const EVERYWHERE: &[Code] = &[
    Code::BadRequest,
    Code::RequestTimeout,
    Code::UriTooLong,
    Code::HeaderTooLarge,
    Code::InternalError,
    Code::Unavailable,
    Code::StorageFull,
];

/// The name of the response that every operation has.
pub(super) const DEFAULT: &str = "Unexpected";

/// The codes that an operation can refuse with.
pub(super) fn refusals(route: &Route, doc: &OperationDoc) -> Refusals {
    let mut codes: BTreeSet<Code> = route.refuses.iter().copied().collect();
    codes.insert(Code::InvalidParameter);
    if route.counted {
        codes.insert(Code::TooManyRequests);
    }
    match route.access {
        Access::Public => {}
        Access::LoggedIn => codes.extend([Code::Unauthenticated, Code::InvalidToken]),
        Access::Members { assistant, client, owner_only, scope } => {
            codes.extend([Code::Unauthenticated, Code::InvalidToken]);
            if scope.is_some() {
                codes.insert(Code::InsufficientScope);
            }
            if owner_only || !(assistant && client) || scope.is_none() {
                codes.insert(Code::Forbidden);
            }
        }
    }
    if route.path.contains("_id}") {
        codes.insert(Code::NotFound);
    }
    if doc.body.is_some() || route.refuses_members() {
        codes.extend([
            Code::InvalidJson,
            Code::ContentTooLarge,
            Code::UnsupportedMediaType,
            Code::ValidationFailed,
        ]);
    }
    if route.is_idempotent_by_key() {
        codes.extend([Code::InvalidHeader, Code::IdempotencyKeyReused]);
    }
    if route.precondition != Precondition::None {
        codes.extend([Code::InvalidHeader, Code::PreconditionFailed]);
    }
    if route.precondition == Precondition::Required {
        codes.insert(Code::PreconditionRequired);
    }
    let has = |name| doc.params.iter().any(|param| param.name == name);
    if has("cursor") {
        codes.insert(Code::InvalidCursor);
    }
    if has("updated_since") {
        codes.insert(Code::SyncExpired);
    }
    let mut refusals = Refusals::new();
    for code in codes {
        refusals.entry(code.status()).or_default().push(code);
    }
    refusals
}

/// The responses that operations share: for each status the set of codes that most of them have.
pub(super) fn shared(all: &[Refusals]) -> (Shared, Map<String, Value>) {
    let mut uses: BTreeMap<(u16, &[Code]), usize> = BTreeMap::new();
    for (status, codes) in all.iter().flatten() {
        *uses.entry((*status, codes)).or_default() += 1;
    }
    let mut chosen = Shared::new();
    for ((status, codes), count) in &uses {
        let is_more = chosen.get(status).is_none_or(|known| uses[&(*status, known.as_slice())] < *count);
        if is_more {
            chosen.insert(*status, codes.to_vec());
        }
    }
    let mut responses: Map<String, Value> =
        chosen.iter().map(|(status, codes)| (name_of(*status), response(*status, codes))).collect();
    responses.insert(DEFAULT.to_owned(), response(0, EVERYWHERE));
    (chosen, responses)
}

/// The codes of the shared response of a status.
pub(super) type Shared = BTreeMap<u16, Vec<Code>>;

/// One operation's response for a status: the shared one, or one of its own where its codes differ.
pub(super) fn response_of(status: u16, codes: &[Code], shared: &Shared) -> Value {
    match shared.get(&status).is_some_and(|known| known == codes) {
        true => json!({"$ref": format!("#/components/responses/{}", name_of(status))}),
        false => response(status, codes),
    }
}

/// These codes, as links to what is said of them.
pub(super) fn code_links(codes: &[Code]) -> String {
    let names: Vec<String> = codes.iter().map(|code| format!("[`{code}`](/docs/problems#{code})")).collect();
    names.join(", ")
}

fn response(status: u16, codes: &[Code]) -> Value {
    let mut headers = Map::new();
    let special: &[&str] = match status {
        401 => &["WWW-Authenticate"],
        429 => &["Retry-After"],
        _ => &[],
    };
    for name in special.iter().chain([&shared::ALWAYS]).chain(&shared::COUNTED) {
        headers.insert((*name).to_owned(), json!({"$ref": format!("#/components/headers/{name}")}));
    }
    let examples: Map<String, Value> = codes
        .iter()
        .map(|code| (code.to_string(), json!({"$ref": format!("#/components/examples/{code}")})))
        .collect();
    let intro = if status == 0 { "What any operation can answer" } else { "Refused" };
    json!({
        "description": format!("{intro}: {}.", code_links(codes)),
        "headers": headers,
        "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "examples": examples,
        }},
        "x-codes": codes,
    })
}

/// The name of a status as a component: `NotFound`.
fn name_of(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    reason.unwrap_or("Refusal").split_whitespace().collect()
}
