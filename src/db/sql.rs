//! Statements with their arguments. The text of a statement only ever grows by constants, so that no input can become
//! SQL.

use crate::kernel::Arg;
use sqlx::{SqlSafeStr, SqlStr};
use std::borrow::Cow;

/// A statement with its arguments.
#[derive(Clone, Debug)]
pub struct Sql {
    text: Cow<'static, str>,
    args: Vec<Arg>,
}

/// Starts a statement from its constant text.
pub fn sql(text: &'static str) -> Sql {
    Sql { text: Cow::Borrowed(text), args: Vec::new() }
}

impl Sql {
    /// Gives the next `$n` its value.
    pub fn bind(mut self, arg: impl Into<Arg>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Appends constant text.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Appends `$n` and gives it this value.
    pub fn push_bind(&mut self, arg: impl Into<Arg>) -> &mut Self {
        use std::fmt::Write;
        self.args.push(arg.into());
        let n = self.args.len();
        write!(self.text.to_mut(), "${n}").expect("writing to a string");
        self
    }

    /// Appends `$n, $n+1, …` for the values of an `IN (…)`.
    pub fn push_binds<A: Into<Arg>>(&mut self, args: impl IntoIterator<Item = A>) -> &mut Self {
        for (i, arg) in args.into_iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.push_bind(arg);
        }
        self
    }

    /// Appends the condition that a column is one of these values.
    pub fn push_in<A: Into<Arg>>(
        &mut self,
        column: &'static str,
        values: impl IntoIterator<Item = A>,
    ) -> &mut Self {
        self.push(" AND ").push(column).push(" IN (").push_binds(values).push(")")
    }

    /// Puts columns, each with a comma after it, before those that a `SELECT …` names.
    pub(super) fn select_first(&mut self, columns: [&'static str; 4]) {
        const SELECT: &str = "SELECT ";
        debug_assert!(self.text.starts_with(SELECT), "{}", self.text);
        self.text.to_mut().insert_str(SELECT.len(), &columns.concat());
    }

    /// The question how SQLite would answer this one, for tests of its plan.
    pub fn explained(mut self) -> Self {
        self.text = Cow::Owned(format!("EXPLAIN QUERY PLAN {}", self.text));
        self
    }

    /// The text as it stands.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as a driver takes it, and the arguments.
    pub(super) fn into_parts(self) -> (SqlStr, Vec<Arg>) {
        let text = match self.text {
            Cow::Borrowed(text) => text.into_sql_str(),
            // Grown by constants only, it is as safe as a literal.
            Cow::Owned(text) => sqlx::AssertSqlSafe(text).into_sql_str(),
        };
        (text, self.args)
    }
}
