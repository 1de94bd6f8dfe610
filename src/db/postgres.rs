//! PostgreSQL's driver: how it takes a statement and gives a row. An instant is a TIMESTAMPTZ.

use super::{conn::Affected, fault::classify, sql::Sql};
use crate::kernel::error::Result;
use crate::kernel::{Arg, Cells, Column, Timestamp};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{
    Decode, Postgres, Row, Type,
    postgres::{PgArguments, PgQueryResult, PgRow},
    query::Query,
};
use uuid::Uuid;

/// The statement with its arguments.
pub fn query(sql: Sql) -> Query<'static, Postgres, PgArguments> {
    let (text, args) = sql.into_parts();
    args.into_iter().fold(sqlx::query(text), |query, arg| match arg {
        Arg::Uuid(value) => query.bind(value),
        Arg::Text(value) => query.bind(value),
        Arg::Int(value) => query.bind(value),
        Arg::Bool(value) => query.bind(value),
        Arg::Instant(value) => query.bind(value.map(|at| at.utc())),
        Arg::Date(value) => query.bind(value),
        Arg::Bytes(value) => query.bind(value),
    })
}

impl Cells for PgRow {
    fn uuid(&self, column: Column) -> Result<Option<Uuid>> {
        get(self, column)
    }
    fn text(&self, column: Column) -> Result<Option<&str>> {
        get(self, column)
    }
    fn int(&self, column: Column) -> Result<Option<i64>> {
        get(self, column)
    }
    fn boolean(&self, column: Column) -> Result<Option<bool>> {
        get(self, column)
    }
    fn instant(&self, column: Column) -> Result<Option<Timestamp>> {
        Ok(get::<DateTime<Utc>>(self, column)?.map(Timestamp::from))
    }
    fn date(&self, column: Column) -> Result<Option<NaiveDate>> {
        get(self, column)
    }
    fn bytes(&self, column: Column) -> Result<Option<&[u8]>> {
        get(self, column)
    }
}

fn get<'r, T: Decode<'r, Postgres> + Type<Postgres>>(row: &'r PgRow, column: Column) -> Result<Option<T>> {
    match column {
        Column::At(place) => row.try_get(place),
        Column::Named(name) => row.try_get(name),
    }
    .map_err(classify)
}

impl Affected for PgQueryResult {
    fn affected(&self) -> u64 {
        self.rows_affected()
    }
}
