//! A session on either engine, and the few ways to run a statement on it.

use super::{
    fault::classify,
    open::Engine,
    postgres,
    readers::Reader,
    session::{Session, until},
    sql::Sql,
    sqlite,
    writer::Lease,
};
use crate::kernel::error::{Error, Result};
use crate::kernel::{Cells, Columns, Stored};
use sqlx::{postgres::PgRow, sqlite::SqliteRow};

/// An open session.
pub enum Conn {
    /// One of SQLite's readers.
    Reader(Reader),
    /// SQLite's one writer, leased for a transaction.
    Writer(Lease),
    /// A PostgreSQL connection, inside a transaction or not.
    Postgres(Session),
}

/// Runs the same call on the session's engine.
macro_rules! run {
    ($conn:expr, $sql:expr, |$query:ident, $on:ident| $call:expr) => {
        match $conn {
            Conn::Reader(reader) => {
                let ($query, $on) = (sqlite::query($sql), reader.conn());
                let outcome = $call.await;
                reader.end(outcome)
            }
            Conn::Writer(lease) => {
                let ($query, $on) = (sqlite::query($sql), lease.conn());
                $call.await
            }
            Conn::Postgres(session) => {
                let $query = postgres::query($sql);
                let (deadline, $on) = session.start();
                let outcome = until(deadline, $call).await;
                session.end(outcome)
            }
        }
        .map_err(classify)
    };
}

impl Conn {
    /// Which engine is behind, where two statements truly differ.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Reader(_) | Self::Writer(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Work of many steps calls this after each: the database answers, so the next one may take as long again.
    pub fn renew(&mut self) {
        if let Self::Postgres(session) = self {
            session.renew();
        }
    }

    /// Every row.
    pub async fn all<T: Columns>(&mut self, sql: Sql) -> Result<Vec<T>> {
        self.rows(sql).await?.iter().map(|row| T::read(row.cells())).collect()
    }

    /// Every row, unread.
    pub(super) async fn rows(&mut self, sql: Sql) -> Result<Vec<Row>> {
        run!(self, sql, |query, on| rows(query.fetch_all(on)))
    }

    /// The row, if there is one.
    pub async fn optional<T: Columns>(&mut self, sql: Sql) -> Result<Option<T>> {
        let row: Result<Option<Row>> = run!(self, sql, |query, on| row(query.fetch_optional(on)));
        row?.map(|row| T::read(row.cells())).transpose()
    }

    /// The row; none is an error of ours.
    pub async fn one<T: Columns>(&mut self, sql: Sql) -> Result<T> {
        self.optional(sql).await?.ok_or_else(|| Error::internal("a statement gave no row"))
    }

    /// The first column of the row, if there is one.
    pub async fn scalar<T: Stored>(&mut self, sql: Sql) -> Result<Option<T>> {
        Ok(self.optional::<(T,)>(sql).await?.map(|(value,)| value))
    }

    /// Runs a statement; how many rows it changed.
    pub async fn execute(&mut self, sql: Sql) -> Result<u64> {
        run!(self, sql, |query, on| affected(query.execute(on)))
    }

    /// Prepares a statement without running it.
    pub async fn prepare(&mut self, text: &'static str) -> Result<()> {
        use sqlx::{Executor, SqlSafeStr};
        match self {
            Conn::Reader(reader) => reader.conn().prepare(text.into_sql_str()).await.map(drop),
            Conn::Writer(lease) => lease.conn().prepare(text.into_sql_str()).await.map(drop),
            Conn::Postgres(session) => {
                let (deadline, conn) = session.start();
                let outcome = until(deadline, conn.prepare(text.into_sql_str())).await.map(drop);
                session.end(outcome)
            }
        }
        .map_err(classify)
    }
}

/// A row of either engine.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub(super) fn cells(&self) -> &dyn Cells {
        match self {
            Row::Sqlite(row) => row,
            Row::Postgres(row) => row,
        }
    }
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Row {
        Row::Sqlite(row)
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Row {
        Row::Postgres(row)
    }
}

async fn rows<R: Into<Row>>(fetch: impl Future<Output = sqlx::Result<Vec<R>>>) -> sqlx::Result<Vec<Row>> {
    Ok(fetch.await?.into_iter().map(Into::into).collect())
}

async fn row<R: Into<Row>>(fetch: impl Future<Output = sqlx::Result<Option<R>>>) -> sqlx::Result<Option<Row>> {
    Ok(fetch.await?.map(Into::into))
}

async fn affected<R: Affected>(execute: impl Future<Output = sqlx::Result<R>>) -> sqlx::Result<u64> {
    Ok(execute.await?.affected())
}

/// What a driver says of a statement that it ran.
pub(super) trait Affected {
    /// How many rows it changed.
    fn affected(&self) -> u64;
}
