//! CSV (RFC 4180), sent from a spool file: as many rows as there are, in the memory of a few. No cell is a formula.

use super::openapi::{Components, ResponseDoc};
use super::route::Answers;
use super::spool::{Spool, Spooled};
use crate::kernel::error::Result;
use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::{BoxBody, SizedStream},
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};

/// 200: a table as a file.
pub struct Csv {
    file_name: &'static str,
    table: Spooled,
}

/// One line of the table in the making.
#[derive(Default)]
pub struct Line(String);

impl Csv {
    /// Begins a table with its head; the lines follow.
    pub async fn begin(table: &mut Spool, head: &[&str]) -> Result<()> {
        table.write(format!("{}\r\n", head.join(","))).await
    }

    /// A table that is whole.
    pub fn new(file_name: &'static str, table: Spool) -> Self {
        Self { file_name, table: table.finish() }
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
        response.body(SizedStream::new(self.table.length(), Box::pin(self.table.into_stream())))
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
