//! Statements and their arguments. An argument knows its type even when it is null, so that one text binds on both
//! engines; the text of a statement only ever grows by constants, so that no input can become SQL.

use crate::kernel::Timestamp;
use chrono::NaiveDate;
use std::borrow::Cow;
use uuid::Uuid;

/// A typed argument of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Uuid(Option<Uuid>),
    Text(Option<String>),
    Int(Option<i64>),
    Bool(Option<bool>),
    Instant(Option<Timestamp>),
    Date(Option<NaiveDate>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! arg_from {
    ($($type:ty => $variant:ident $convert:expr),+ $(,)?) => {$(
        impl From<$type> for Arg {
            fn from(value: $type) -> Arg {
                Arg::$variant(Some($convert(value)))
            }
        }
        impl From<Option<$type>> for Arg {
            fn from(value: Option<$type>) -> Arg {
                Arg::$variant(value.map($convert))
            }
        }
    )+};
}

arg_from! {
    Uuid => Uuid std::convert::identity,
    String => Text std::convert::identity,
    &str => Text str::to_owned,
    i64 => Int std::convert::identity,
    i32 => Int i64::from,
    bool => Bool std::convert::identity,
    Vec<u8> => Bytes std::convert::identity,
    &[u8] => Bytes <[u8]>::to_vec,
}

/// A statement with its arguments.
#[derive(Clone, Debug)]
pub struct Sql {
    pub(super) text: Cow<'static, str>,
    pub(super) args: Vec<Arg>,
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

    /// The question how SQLite would answer this one, for tests of its plan.
    pub fn explained(mut self) -> Self {
        self.text = Cow::Owned(format!("EXPLAIN QUERY PLAN {}", self.text));
        self
    }

    /// The text as it stands.
    pub fn text(&self) -> &str {
        &self.text
    }
}
