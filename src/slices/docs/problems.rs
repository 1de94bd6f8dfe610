//! The catalogue of problem codes as a page, with the operations that can answer each.

use super::{
    document::{Operation, operations},
    site::{Reading, escape},
};
use crate::kernel::error::{Code, FaultCode};
use actix_web::http::StatusCode;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// The operations that can answer a code, by code.
type Answered<'d> = BTreeMap<&'d str, Vec<&'d Operation<'d>>>;

/// The page.
pub fn page(document: &Value) -> String {
    let operations: Vec<Operation> = operations(document).collect();
    let answered = answered(&operations, document);
    let statuses: BTreeSet<u16> = Code::ALL.iter().map(|code| code.status()).collect();
    let (mut content, mut navigation) = (INTRODUCTION.to_owned(), String::new());
    for status in statuses {
        let reason =
            StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
        let _ = write!(navigation, "<li><a href=\"#status-{status}\">{status} <span>{reason}</span></a></li>");
        let _ = write!(content, "<h2 id=\"status-{status}\">{status} {reason}</h2>");
        for code in Code::ALL.iter().filter(|code| code.status() == status) {
            let by = answered.get(code.as_str()).map_or([].as_slice(), Vec::as_slice);
            content.push_str(&problem(*code, by, operations.len()));
        }
    }
    navigation.push_str("<li><a href=\"#faults\">Faults of a body</a></li>");
    content.push_str(FAULTS);
    for code in FaultCode::ALL {
        let _ = write!(
            content,
            "<section class=\"code\" id=\"fault-{code}\"><h3><code>{code}</code></h3>{}</section>",
            sentences(code.detail(false), code.detail(true))
        );
    }
    Reading { title: "Problems".to_owned(), part: "/docs/problems", navigation, content }.html()
}

const INTRODUCTION: &str = "<h1>Problems</h1><p>Every refusal is an <code>application/problem+json</code> document \
    (RFC 9457). Its <code>code</code> is one of these and never changes its meaning; its <code>type</code> is the address \
    of the code on this page. <a href=\"/docs/guide/conventions#errors\">How to handle them</a> stands in the guide.</p>";

const FAULTS: &str = "<h2 id=\"faults\">Faults of a body</h2><p>A 422 with <code>validation_failed</code> lists every \
    fault in <code>errors</code>: each with a JSON pointer and one of these codes.</p>";

/// Which operations say that they can answer which codes.
fn answered<'d>(operations: &'d [Operation<'d>], document: &'d Value) -> Answered<'d> {
    let mut answered = Answered::new();
    for operation in operations {
        let lists = operation
            .responses(document)
            .flat_map(|response| [&response["x-codes"], &response["x-item-codes"]])
            .filter_map(Value::as_array);
        let codes: BTreeSet<&str> = lists.flatten().filter_map(Value::as_str).collect();
        for code in codes {
            answered.entry(code).or_default().push(operation);
        }
    }
    answered
}

fn problem(code: Code, by: &[&Operation], all: usize) -> String {
    let (title, text) = (escape(code.title(false)), sentences(code.detail(false), code.detail(true)));
    let by = match by.len() {
        0 => String::new(),
        count if count == all => "<p class=\"by\">Every operation can answer it.</p>".to_owned(),
        count => {
            let plural = if count == 1 { "" } else { "s" };
            let links: String = by.iter().copied().map(link).collect();
            format!(
                "<details class=\"by\"><summary>{count} operation{plural} can answer it</summary><ul>{links}</ul></details>"
            )
        }
    };
    format!(
        "<section class=\"code\" id=\"{code}\"><h3><code>{code}</code> {title} \
         <a class=\"anchor\" href=\"#{code}\" aria-label=\"Link to here\">#</a></h3>{text}{by}</section>"
    )
}

fn link(operation: &Operation) -> String {
    let Operation { method, path, summary, .. } = operation;
    format!("<li><a href=\"{}\"><code>{method} {path}</code></a> {}</li>", operation.href(), escape(summary))
}

/// What a code says, in both languages.
fn sentences(english: &str, german: &str) -> String {
    format!("<p>{}</p><p lang=\"de\">{}</p>", escape(english), escape(german))
}

#[cfg(test)]
mod tests {
    use super::page;
    use serde_json::json;

    #[test]
    fn a_code_names_the_operations_that_say_they_answer_it() {
        let shared = json!({"$ref": "#/components/responses/Conflict"});
        let operation = |name: &str, responses| json!({"operationId": name, "tags": ["t"], "summary": "Do <it>", "responses": responses});
        let document = json!({
            "paths": {"/v1/a": {
                "post": operation("make_a", json!({"404": {"x-codes": ["not_found"]}, "409": shared})),
                "get": operation("get_a", json!({"404": {"x-codes": ["not_found"]}})),
            }},
            "components": {"responses": {"Conflict": {"x-codes": ["conflict"]}}},
        });
        let page = page(&document);
        let of = |code: &str| {
            page.split(&format!("id=\"{code}\"")).nth(1).unwrap().split("</section>").next().unwrap().to_owned()
        };
        let link = "<a href=\"/docs#tag/t/make_a\"><code>POST /v1/a</code></a> Do &lt;it&gt;";
        assert!(of("conflict").contains(link) && of("conflict").contains("1 operation can"), "{}", of("conflict"));
        assert!(of("not_found").contains("Every operation"), "{}", of("not_found"));
        assert!(!of("last_owner").contains("operation"), "{}", of("last_owner"));
        assert!(page.contains("id=\"fault-required\""));
    }
}
