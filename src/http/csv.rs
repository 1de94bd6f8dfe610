//! CSV (RFC 4180), streamed: as many rows as there are, in the memory of a few. No cell is a formula.

use super::openapi::{Components, ResponseDoc};
use super::route::Answers;
use crate::error::Result;
use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web::Bytes,
};
use futures_util::{Stream, StreamExt, stream};
use std::pin::Pin;

type Parts = Pin<Box<dyn Stream<Item = Result<Bytes>>>>;

/// 200: a table as a file. When reading breaks off the connection does too, so that nobody takes a part for the whole.
pub struct Csv {
    file_name: &'static str,
    parts: Parts,
}

/// One line of the table in the making.
#[derive(Default)]
pub struct Line(String);

impl Csv {
    /// A table from its head and its lines, part by part.
    pub fn new(
        file_name: &'static str,
        head: &[&str],
        parts: impl Stream<Item = Result<String>> + 'static,
    ) -> Self {
        let head = format!("{}\r\n", head.join(","));
        let parts = stream::once(async { Ok(head) }).chain(parts).map(|part| part.map(Bytes::from));
        Self { file_name, parts: Box::pin(parts) }
    }
}

impl Line {
    /// Somebody's text. One that a spreadsheet would run as a formula gets an apostrophe in front (OWASP).
    pub fn text(mut self, text: &str) -> Self {
        let guarded = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
        self.begin();
        let text = if guarded { format!("'{text}") } else { text.to_owned() };
        if text.contains(['"', ',', '\r', '\n', ';', '\t']) {
            self.0.push('"');
            self.0.push_str(&text.replace('"', "\"\""));
            self.0.push('"');
        } else {
            self.0.push_str(&text);
        }
        self
    }

    /// A value of ours that needs no guard: a number, an instant, a word; empty when there is none.
    pub fn value(mut self, value: Option<impl std::fmt::Display>) -> Self {
        use std::fmt::Write;
        self.begin();
        if let Some(value) = value {
            write!(self.0, "{value}").expect("writing to a string");
        }
        self
    }

    /// The line with its end.
    pub fn end(self) -> String {
        let mut line = self.0;
        line.remove(0);
        line.push_str("\r\n");
        line
    }

    fn begin(&mut self) {
        self.0.push(',');
    }
}

impl Answers for Result<Csv> {
    fn responses(_: &mut Components) -> Vec<ResponseDoc> {
        let schema = serde_json::json!({"type": "string"});
        vec![ResponseDoc::json(200, "The table as CSV (RFC 4180) with a head.", schema).media("text/csv")]
    }
}

impl Responder for Csv {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.insert_header((CONTENT_TYPE, "text/csv; charset=utf-8; header=present"));
        response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.file_name)));
        response.streaming(self.parts)
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn cells_are_quoted_where_needed_and_never_formulas() {
        let line = Line::default().text("Müller, Anna").text("sagt \"ja\"").value(Some(-5)).value(None::<i64>);
        let line = line.text("=HYPERLINK(\"x\")").text("-1+1").text("@SUM").text("a\r\nb").text("").text("plain");
        let expected = "\"Müller, Anna\",\"sagt \"\"ja\"\"\",-5,,\"'=HYPERLINK(\"\"x\"\")\",'-1+1,'@SUM,\"a\r\nb\",,plain\r\n";
        assert_eq!(line.end(), expected);
    }
}
