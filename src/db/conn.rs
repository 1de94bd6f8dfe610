//! A session on either engine, and the few ways to run a statement on it.

use super::{
    arg::{Arg, Sql},
    fault::classify,
    open::Engine,
    readers::Reader,
    session::{Session, until},
    writer::Lease,
};
use crate::kernel::error::Result;
use sqlx::{
    Decode, FromRow, Postgres, Sqlite, Type,
    postgres::{PgArguments, PgRow},
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};
use std::borrow::Cow;

/// A row type that both engines can fill; derive `sqlx::FromRow`.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Record for T {}

/// A single column's type that both engines can give.
pub trait Scalar:
    for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres> + Send + Unpin
{
}
impl<T> Scalar for T where
    T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres> + Send + Unpin
{
}

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
                let ($query, $on) = (bind_sqlite($sql), reader.conn());
                let outcome = $call.await;
                reader.end(outcome)
            }
            Conn::Writer(lease) => {
                let ($query, $on) = (bind_sqlite($sql), lease.conn());
                $call.await
            }
            Conn::Postgres(session) => {
                let $query = bind_postgres($sql);
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
    pub async fn all<T: Record>(&mut self, sql: Sql) -> Result<Vec<T>> {
        let rows: Result<Vec<Row>> = run!(self, sql, |query, on| rows(query.fetch_all(on)));
        rows?.into_iter().map(|row| row.record()).collect()
    }

    /// The row, if there is one.
    pub async fn optional<T: Record>(&mut self, sql: Sql) -> Result<Option<T>> {
        let row: Result<Option<Row>> = run!(self, sql, |query, on| row(query.fetch_optional(on)));
        row?.map(|row| row.record()).transpose()
    }

    /// The row; none is an error of ours.
    pub async fn one<T: Record>(&mut self, sql: Sql) -> Result<T> {
        self.optional(sql).await?.ok_or_else(|| crate::kernel::error::Error::internal("a statement gave no row"))
    }

    /// The first column of the row, if there is one.
    pub async fn scalar<T: Scalar>(&mut self, sql: Sql) -> Result<Option<T>> {
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
enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    fn record<T: Record>(self) -> Result<T> {
        match self {
            Row::Sqlite(row) => T::from_row(&row),
            Row::Postgres(row) => T::from_row(&row),
        }
        .map_err(classify)
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

trait Affected {
    fn affected(&self) -> u64;
}

impl Affected for sqlx::sqlite::SqliteQueryResult {
    fn affected(&self) -> u64 {
        self.rows_affected()
    }
}

impl Affected for sqlx::postgres::PgQueryResult {
    fn affected(&self) -> u64 {
        self.rows_affected()
    }
}

fn bind_sqlite(sql: Sql) -> Query<'static, Sqlite, SqliteArguments> {
    let query = match sql.text {
        Cow::Borrowed(text) => sqlx::query(text),
        Cow::Owned(text) => sqlx::query(owned(text)),
    };
    sql.args.into_iter().fold(query, |query, arg| match arg {
        Arg::Uuid(value) => query.bind(value),
        Arg::Text(value) => query.bind(value),
        Arg::Int(value) => query.bind(value),
        Arg::Bool(value) => query.bind(value),
        Arg::Instant(value) => query.bind(value.map(|at| at.micros())),
        Arg::Date(value) => query.bind(value),
        Arg::Bytes(value) => query.bind(value),
    })
}

fn bind_postgres(sql: Sql) -> Query<'static, Postgres, PgArguments> {
    let query = match sql.text {
        Cow::Borrowed(text) => sqlx::query(text),
        Cow::Owned(text) => sqlx::query(owned(text)),
    };
    sql.args.into_iter().fold(query, |query, arg| match arg {
        Arg::Uuid(value) => query.bind(value),
        Arg::Text(value) => query.bind(value),
        Arg::Int(value) => query.bind(value),
        Arg::Bool(value) => query.bind(value),
        Arg::Instant(value) => query.bind(value.map(|at| at.utc())),
        Arg::Date(value) => query.bind(value),
        Arg::Bytes(value) => query.bind(value),
    })
}

#[expect(clippy::disallowed_types, reason = "Sql grows by constants only, so its text is as safe as a literal")]
fn owned(text: String) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(text)
}
