//! What a struct of columns knows of itself, so that a statement need not repeat it.

use super::{Arg, Columns};

/// A struct whose columns are listed and written by their names. It comes with the derive of [`Columns`], where
/// `#[columns(sql = "…")]` is a column that follows from others and is only read.
pub trait Record: Columns {
    /// The columns as a `SELECT` or `RETURNING` lists them.
    const LIST: &'static str;

    /// The names of the columns that are written.
    fn names() -> Vec<&'static str>;

    /// What is written, in the order of [`Record::names`].
    fn values(&self) -> Vec<Arg>;
}

/// How long texts are together.
pub const fn joined_len(parts: &[&str]) -> usize {
    let (mut length, mut i) = (0, 0);
    while i < parts.len() {
        length += parts[i].len();
        i += 1;
    }
    length
}

/// Texts one after the other, as a constant: what `concat!` does for literals.
pub const fn joined<const LENGTH: usize>(parts: &[&str]) -> [u8; LENGTH] {
    let (mut bytes, mut at, mut i) = ([0; LENGTH], 0, 0);
    while i < parts.len() {
        let (part, mut j) = (parts[i].as_bytes(), 0);
        while j < part.len() {
            bytes[at] = part[j];
            at += 1;
            j += 1;
        }
        i += 1;
    }
    bytes
}

/// The text that was joined.
pub const fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("texts one after the other are a text"),
    }
}
