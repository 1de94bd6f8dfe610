//! What a slice brings with it. `src/slices/mod.rs` lists the slices, and `statements` and the URL table read them there.

use crate::db::Stated;
use crate::web::{Routes, openapi::Tag};

/// The statements that are written in one module, by name.
pub type Statements = (&'static str, &'static [(&'static str, &'static str)]);

/// A slice, as the program knows it.
pub struct Slice {
    /// What its operations are about.
    pub tags: &'static [Tag],
    /// Its operations, as they are registered, enforced and documented.
    pub routes: fn() -> Routes,
    /// The statements of its stores, by module.
    pub statements: &'static [Statements],
    /// Its tables, whose declarations make more of them.
    pub tables: &'static [&'static dyn Stated],
}
