//! Texts with their bounds. A bound stands once, here: the schema in the document enforces it at the edge,
//! inside it is trusted. Lengths count characters, texts round-trip byte for byte.

use super::stored_as;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt, ops::Deref, str::FromStr};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// One line: something visible, no control and no bidi-override characters.
pub const LINE: &str = r"^[^\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]*[^\s\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069][^\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]*$";
/// Several lines: anything but NUL, which no database keeps.
pub const LINES: &str = r"^[^\u0000]*$";
/// An e-mail address as it stands, without display text, quotes and address literals: one mailbox has one form.
const ADDRESS: &str = r#"^[^\s\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069"<>\[\]]+$"#;

macro_rules! texts {
    ($($(#[doc = $doc:literal])* $name:ident ($min:literal ..= $max:literal, $pattern:expr, $format:expr, $example:literal $(, $fold:literal)?)),+ $(,)?) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name($(#[serde(deserialize_with = $fold)])? pub String);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let format: Option<&str> = $format;
                let pattern: Option<&str> = $pattern;
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(concat!($($doc, " "),*).trim()))
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .pattern(pattern)
                    .format(format.map(|f| utoipa::openapi::SchemaFormat::Custom(f.to_owned())))
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }

        impl $name {
            /// The fewest and the most characters.
            pub const MIN: usize = $min;
            pub const MAX: usize = $max;
        }

        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        stored_as!($name(String));
    )+};
}

texts! {
    /// The name of a person, business or thing, in one line.
    Name (1..=200, Some(LINE), None, "Tischlerei Müller"),
    /// A title in one line.
    Title (1..=300, Some(LINE), None, "Belege für Oktober sortieren"),
    /// A short label in one line: a function, an area, a service.
    Label (1..=100, Some(LINE), None, "Buchhaltung"),
    /// One tag.
    Tag (1..=50, Some(LINE), None, "wichtig"),
    /// Free text, possibly of several lines.
    Note (0..=20000, Some(LINES), None, "Ruft am liebsten vormittags zurück."),
    /// A reason or remark in a few sentences.
    Remark (1..=2000, Some(LINES), None, "Telefonisch zugesagt."),
    /// A Markdown text (CommonMark), stored as sent.
    Markdown (0..=50000, Some(LINES), None, "Bitte **alle** Belege prüfen."),
    /// What somebody writes to others, in Markdown (CommonMark), stored as sent.
    CommentText (1..=20000, Some(LINES), None, "Die Belege liegen im **roten** Ordner."),
    /// An e-mail address (RFC 5321), at most 254 characters.
    Email (3..=254, Some(ADDRESS), Some("email"), "anna@example.com"),
    /// A password: 8 to 128 characters, used unchanged.
    Password (8..=128, Some(LINES), Some("password"), "Sommerregen-am-Nordsee7"),
    /// A password as it was typed to prove oneself: only the right one passes.
    GivenPassword (1..=128, Some(LINES), Some("password"), "Sommerregen-am-Nordsee7"),
    /// A password that opens a share link, in one line, used unchanged.
    LinkPassword (1..=200, Some(LINE), Some("password"), "Kranich-7-Hafen"),
    /// A phone number in E.164: a plus and up to fifteen digits.
    PhoneNumber (3..=16, Some(r"^\+[1-9][0-9]{1,14}$"), None, "+4915112345678"),
    /// A VAT identification number: country prefix and up to twelve letters or digits.
    VatId (4..=14, Some(r"^[A-Z]{2}[A-Z0-9+*]{2,12}$"), None, "DE136695976"),
    /// The record's id in another system, unique per source; kept and compared as it is sent.
    ExternalRef (1..=200, Some(LINE), None, "hubspot-4711"),
    /// The other system that an external reference belongs to: letters, digits, spaces, `_`, `.` and `-`, beginning with
    /// a letter or digit. Kept in lower case.
    ExternalSource (1..=50, Some("^[A-Za-z0-9][A-Za-z0-9 _.-]*$"), None, "hubspot", "lower_case"),
    /// An absolute web address (RFC 3986).
    WebUrl (8..=4000, Some(r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s\u0000-\u001F\u007F]+$"), None, "https://cloud.example.com/s/AbCdEf123"),
    /// A token that this API handed out in an answer or a mail, shown once.
    SecretToken (1..=4096, Some("^[!-~]+$"), Some("password"), "vz_inv_3kTq0000000000000000000000000000000000000"),
}

impl From<GivenPassword> for Password {
    fn from(given: GivenPassword) -> Self {
        Self(given.0)
    }
}

/// Reads a text in lower case.
fn lower_case<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer).map(|text| text.to_ascii_lowercase())
}

impl FromStr for ExternalSource {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        let good = |c: char| c.is_ascii_alphanumeric() || " _.-".contains(c);
        let is_source = starts && text.len() <= Self::MAX && text.chars().all(good);
        if is_source { Ok(Self(text.to_ascii_lowercase())) } else { Err(()) }
    }
}

impl FromStr for ExternalRef {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        if text.chars().count() <= Self::MAX && is_line(text) { Ok(text.into()) } else { Err(()) }
    }
}

/// Whether a text is of the form [`LINE`].
fn is_line(text: &str) -> bool {
    let is_unfit = |c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    !text.contains(is_unfit) && text.contains(|c: char| !c.is_whitespace())
}

impl Email {
    /// The key by which addresses are the same: lower case.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}
