//! SQLite's driver: how it takes a statement and gives a row. An instant is a number of microseconds.

use super::{conn::Affected, fault::classify, sql::Sql};
use crate::kernel::error::Result;
use crate::kernel::{Arg, Cells, Column, Timestamp};
use chrono::NaiveDate;
use sqlx::{
    Decode, Row, Sqlite, Type, ValueRef,
    query::Query,
    sqlite::{SqliteArguments, SqliteQueryResult, SqliteRow},
};
use uuid::Uuid;

/// The statement with its arguments.
pub fn query(sql: Sql) -> Query<'static, Sqlite, SqliteArguments> {
    let (text, args) = sql.into_parts();
    args.into_iter().fold(sqlx::query(text), |query, arg| match arg {
        Arg::Uuid(value) => query.bind(value),
        Arg::Text(value) => query.bind(value),
        Arg::Int(value) => query.bind(value),
        Arg::Bool(value) => query.bind(value),
        Arg::Instant(value) => query.bind(value.map(|at| at.micros())),
        Arg::Date(value) => query.bind(value),
        Arg::Bytes(value) => query.bind(value),
    })
}

impl Cells for SqliteRow {
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
        Ok(get::<i64>(self, column)?.map(Timestamp::from_micros))
    }
    fn date(&self, column: Column) -> Result<Option<NaiveDate>> {
        get(self, column)
    }
    fn bytes(&self, column: Column) -> Result<Option<&[u8]>> {
        get(self, column)
    }
    fn sorted(&self, column: Column) -> Result<Arg> {
        if holds::<i64>(self, column)? {
            return self.int(column).map(Arg::from);
        }
        self.text(column).map(Arg::from)
    }
}

/// Whether the column holds such values.
fn holds<T: Type<Sqlite>>(row: &SqliteRow, column: Column) -> Result<bool> {
    let value = match column {
        Column::At(place) => row.try_get_raw(place),
        Column::Named(name) => row.try_get_raw(name),
    };
    value.map(|value| T::compatible(&value.type_info())).map_err(classify)
}

fn get<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(row: &'r SqliteRow, column: Column) -> Result<Option<T>> {
    match column {
        Column::At(place) => row.try_get(place),
        Column::Named(name) => row.try_get(name),
    }
    .map_err(classify)
}

impl Affected for SqliteQueryResult {
    fn affected(&self) -> u64 {
        self.rows_affected()
    }
}
