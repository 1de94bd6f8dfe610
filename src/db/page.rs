//! Reading a list page by page: by the sort column and the id, never by counting rows off.

use super::{Conn, Sql};
use crate::kernel::error::Result;
use crate::kernel::{Arg, Cells, Column, Columns, Stored, Timestamp};
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

/// One page.
#[derive(Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Where the next page begins, if more rows follow: the last row's sort value and id.
    pub next: Option<(Arg, Uuid)>,
}

impl<T> Page<T> {
    /// A page of rows that are computed, each with its place in the order, which is its own.
    pub fn of(mut rows: Vec<T>, window: &Window, place: impl Fn(&T) -> i64) -> Self {
        let descending = window.order.descending;
        rows.sort_by_key(|row| if descending { -place(row) } else { place(row) });
        if let Some((Arg::Int(Some(last)), _)) = &window.after {
            rows.retain(|row| if descending { place(row) < *last } else { place(row) > *last });
        }
        let more = rows.len() as i64 > window.limit;
        rows.truncate(usize::try_from(window.limit).unwrap_or(0));
        let next = rows.last().filter(|_| more).map(|last| (place(last).into(), Uuid::nil()));
        Self { rows, next }
    }
}

/// Ends a `SELECT … WHERE …` with the window's condition, order and limit, and reads the page.
pub async fn window<T: Columns>(conn: &mut Conn, sql: Sql, window: &Window) -> Result<Page<T>> {
    let mut rows = conn.rows(windowed(sql, window)).await?;
    let mut next = None;
    if rows.len() as i64 > window.limit {
        rows.pop();
        next = rows.last().map(|last| place(last.cells())).transpose()?;
    }
    Ok(Page { rows: rows.iter().map(|row| T::read(row.cells())).collect::<Result<_>>()?, next })
}

/// A row's sort value and id, which [`windowed`] selects before everything else.
fn place(cells: &dyn Cells) -> Result<(Arg, Uuid)> {
    Ok((cells.sorted(Column::At(0))?, Uuid::read(cells, Column::At(1))?))
}

/// Ends a `SELECT … WHERE …` with the window's condition, order and limit: one row more than fits, to see whether more
/// follow. Each row begins with what it is sorted by and its id, so that the next page starts from the values that the
/// database compared.
pub fn windowed(mut sql: Sql, window: &Window) -> Sql {
    let Order { column, id, descending } = window.order;
    sql.select_first([column, " AS page_key, ", id, " AS page_id, "]);
    if let Some((value, last)) = &window.after {
        sql.push(" AND (").push(column).push(", ").push(id).push(if descending { ") < (" } else { ") > (" });
        sql.push_bind(value.clone()).push(", ").push_bind(*last).push(")");
    }
    let direction = if descending { " DESC" } else { " ASC" };
    sql.push(" ORDER BY ").push(column).push(direction).push(", ").push(id).push(direction);
    sql.push(" LIMIT ").push_bind(window.limit + 1);
    sql
}
