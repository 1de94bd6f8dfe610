//! The problem document (RFC 9457) as every refusal travels.

use super::{Details, Error, FaultCode, Place};
use crate::kernel::error::Code;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request was refused (RFC 9457). `code` is stable and for programs, `detail` says what to do. Which further
/// members are there depends on the code.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Where the documentation explains this code.
    #[schema(format = "uri", examples("http://127.0.0.1:8080/docs/problems#not_found"))]
    pub r#type: String,
    /// The kind of problem in a few words.
    #[schema(examples("Not found"))]
    pub title: String,
    /// The HTTP status of the answer.
    #[schema(minimum = 400, maximum = 599, examples(404))]
    pub status: u16,
    /// What is wrong here and what to do about it, in English or (under `Accept-Language: de`) German.
    #[schema(examples("There is nothing at this address for you. Check the id."))]
    pub detail: String,
    /// The path of the request; where that holds a secret, its pattern.
    #[schema(format = "uri-reference", examples("/v1/clients/01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"))]
    pub instance: String,
    /// The stable code.
    pub code: Code,
    /// The id of the request, as in the `Request-Id` header and the log.
    #[schema(examples("01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90"))]
    pub request_id: String,
    /// Every fault of the body, for 422.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemFault>,
    /// What is known beyond that.
    #[serde(flatten)]
    pub details: Details,
}

/// One fault of a request body.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemFault {
    /// Where the fault is (RFC 6901).
    #[schema(examples("/name"))]
    pub pointer: String,
    /// The stable code of the fault.
    pub code: FaultCode,
    /// What is wrong and what is right instead.
    #[schema(examples("This member is required."))]
    pub detail: String,
}

impl Problem {
    /// The document for an error, in German or English.
    pub fn of(error: &Error, german: bool, instance: &str, request_id: &str, docs: &str) -> Self {
        let code = error.code();
        Self {
            r#type: format!("{docs}/docs/problems#{code}"),
            title: code.title(german).to_owned(),
            status: code.status(),
            detail: fill(code.detail(german), error.params(), german) + error.details().pointer_to_acts(german),
            instance: reference(instance),
            code,
            request_id: request_id.to_owned(),
            errors: error
                .faults()
                .iter()
                .map(|fault| ProblemFault {
                    pointer: fault.pointer.clone(),
                    code: fault.code,
                    detail: fault.detail(german),
                })
                .collect(),
            details: error.details().clone(),
        }
    }
}

/// A path as a URI reference (RFC 3986): what was sent and no URI can hold is escaped.
fn reference(path: &str) -> String {
    const NOT_IN_PATHS: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'<')
        .add(b'>')
        .add(b'[')
        .add(b'\\')
        .add(b']')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}');
    let mut made = String::with_capacity(path.len());
    for (i, part) in path.split('%').enumerate() {
        let escapes = part.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        made.push_str(match (i, escapes) {
            (0, _) => "",
            (_, true) => "%",
            (_, false) => "%25",
        });
        made.extend(utf8_percent_encode(part, NOT_IN_PATHS));
    }
    made
}

/// Puts the values into a sentence's `{name}` places; what a value holds is no place.
pub(super) fn fill(sentence: &str, places: &[Place], use_german: bool) -> String {
    let mut text = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, place)) = rest.split_once('{') {
        text.push_str(before);
        let value = place.split_once('}').and_then(|(wanted, after)| {
            let (_, english, german) = places.iter().find(|(name, ..)| *name == wanted)?;
            Some((if use_german { german } else { english }, after))
        });
        match value {
            Some((value, after)) => {
                text.push_str(value);
                rest = after;
            }
            None => {
                text.push('{');
                rest = place;
            }
        }
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn a_path_becomes_a_reference_and_what_is_escaped_stays() {
        assert_eq!(reference("/v1/clients/by-ref/Zapier/Row%2012"), "/v1/clients/by-ref/Zapier/Row%2012");
        assert_eq!(reference("/v1/%zz|{x}/ü%4"), "/v1/%25zz%7C%7Bx%7D/%C3%BC%254");
    }
}
