//! Reading a list page by page: by the sort column and the id, never by counting rows off.

use super::{Conn, Sql};
use crate::kernel::error::Result;
use crate::kernel::{Arg, Columns, Timestamp};
use uuid::Uuid;

/// The order of a list: a column (or expression) that is never null, and the id as tie-break.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// The SQL of the column.
    pub column: &'static str,
    /// The SQL of the id.
    pub id: &'static str,
    pub descending: bool,
}

/// Which stretch of the list is wanted.
#[derive(Clone, Debug)]
pub struct Window {
    pub order: Order,
    pub limit: i64,
    /// The last row of the page before: its sort value and id.
    pub after: Option<(Arg, Uuid)>,
}

/// Which rows of a list are wanted: a window, and whether it follows changes (then with tombstones).
#[derive(Clone, Debug)]
pub struct Slice {
    pub window: Window,
    pub since: Option<Timestamp>,
}

impl Slice {
    /// Appends the condition that hides deleted rows, or in a list of changes hides what is older. The filters follow
    /// between this and [`Slice::close`]: a tombstone has lost what they look at and must pass them all.
    pub fn open(&self, sql: &mut Sql, deleted: &'static str, updated: &'static str) {
        match self.since {
            None => sql.push(" AND ").push(deleted).push(" IS NULL"),
            Some(since) => {
                sql.push(" AND ").push(updated).push(" >= ").push_bind(since);
                sql.push(" AND (").push(deleted).push(" IS NOT NULL OR (").push(deleted).push(" IS NULL")
            }
        };
    }

    /// Ends the filters.
    pub fn close(&self, sql: &mut Sql) {
        if self.since.is_some() {
            sql.push("))");
        }
    }
}

/// One page, and whether more follow.
#[derive(Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub has_more: bool,
}

/// A row that knows its place in a list.
pub trait Keyed {
    /// The value of the sort column that this SQL names.
    fn key(&self, column: &'static str) -> Arg;
    fn id(&self) -> Uuid;
}

/// Ends a `SELECT … WHERE …` with the window's condition, order and limit, and reads the page.
pub async fn window<T: Columns>(conn: &mut Conn, sql: Sql, window: &Window) -> Result<Page<T>> {
    let mut rows: Vec<T> = conn.all(windowed(sql, window)).await?;
    let has_more = rows.len() as i64 > window.limit;
    if has_more {
        rows.pop();
    }
    Ok(Page { rows, has_more })
}

/// Ends a `SELECT … WHERE …` with the window's condition, order and limit: one row more than fits, to see whether more
/// follow.
pub fn windowed(mut sql: Sql, window: &Window) -> Sql {
    let Order { column, id, descending } = window.order;
    if let Some((value, last)) = &window.after {
        sql.push(" AND (").push(column).push(", ").push(id).push(if descending { ") < (" } else { ") > (" });
        sql.push_bind(value.clone()).push(", ").push_bind(*last).push(")");
    }
    let direction = if descending { " DESC" } else { " ASC" };
    sql.push(" ORDER BY ").push(column).push(direction).push(", ").push(id).push(direction);
    sql.push(" LIMIT ").push_bind(window.limit + 1);
    sql
}
