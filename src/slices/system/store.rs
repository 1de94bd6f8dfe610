//! Whether the database answers.

use crate::db::{Conn, sql, statements};
use crate::kernel::error::Result;

statements! {
    ONE = "SELECT CAST(1 AS BIGINT)";
}

/// Asks the database for an answer, whatever it holds.
pub async fn answer(conn: &mut Conn) -> Result<()> {
    conn.scalar::<i64>(sql(ONE)).await.map(drop)
}
