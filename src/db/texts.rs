//! Conditions that lists of many slices share: what a search looks through, and the record in another system.

use super::Sql;
use crate::kernel::like_pattern;

impl Sql {
    /// Appends the condition of a search: in the texts that everybody sees, and where `internal` says so in the others.
    pub fn push_search(&mut self, q: Option<&str>, internal: bool) {
        let Some(q) = q else { return };
        let pattern = like_pattern(q);
        self.push(" AND (search_text LIKE ").push_bind(pattern.as_str()).push(" ESCAPE '\\'");
        if internal {
            self.push(" OR search_internal LIKE ").push_bind(pattern.as_str()).push(" ESCAPE '\\'");
        }
        self.push(")");
    }

    /// Appends the condition that a column is like one of these patterns.
    pub fn push_any_like(&mut self, column: &'static str, patterns: impl IntoIterator<Item = String>) {
        self.push_any(patterns, |query, pattern| {
            query.push(column).push(" LIKE ").push_bind(pattern).push(" ESCAPE '\\'");
        });
    }

    /// Appends the condition that one of several holds, of which there is at least one.
    pub fn push_any<T>(&mut self, each: impl IntoIterator<Item = T>, push: impl Fn(&mut Self, T)) {
        for (i, one) in each.into_iter().enumerate() {
            self.push(if i == 0 { " AND (" } else { " OR " });
            push(self, one);
        }
        self.push(")");
    }

    /// Appends the condition on the record in another system.
    pub fn push_reference(&mut self, source: Option<&str>, reference: Option<&str>) {
        if let Some(source) = source {
            self.push(" AND external_source = ").push_bind(source);
        }
        if let Some(reference) = reference {
            self.push(" AND external_ref = ").push_bind(reference);
        }
    }
}
