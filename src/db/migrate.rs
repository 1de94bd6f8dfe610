//! Bringing a database to this program's schema. Several processes may start at once: SQLite is guarded by a file
//! lock, PostgreSQL by an advisory lock that is polled, so that no waiting session holds a snapshot.

use super::{Db, alone::alone, fault::classify};
use crate::kernel::error::{Error, Result};
use sqlx::{Executor, SqliteConnection, migrate::Migrator};
use std::{path::Path, time::Duration};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = Migrator { locking: false, ..sqlx::migrate!("migrations/postgres") };

/// The advisory lock's number: "vorzimme" in ASCII.
const LOCK: i64 = 0x766f_727a_696d_6d65;

/// Applies the migrations that are missing. `lock_dir` is the folder that holds SQLite's lock file.
pub async fn migrate(db: &Db, lock_dir: &Path) -> Result<()> {
    match db {
        Db::Sqlite { writer, .. } => {
            let held = alone(lock_dir).await?;
            let result = migrate_sqlite(&mut *writer.raw().await).await;
            drop(held);
            result
        }
        Db::Postgres { pool, .. } => {
            let mut conn = pool.acquire().await.map_err(classify)?;
            sqlx::query("SET statement_timeout = 0").execute(&mut *conn).await.map_err(classify)?;
            loop {
                let (locked,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_lock($1)")
                    .bind(LOCK)
                    .fetch_one(&mut *conn)
                    .await
                    .map_err(classify)?;
                if locked {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let result = POSTGRES.run(&mut *conn).await;
            // Closing the session frees the lock and forgets the setting.
            conn.close_on_drop();
            result.map_err(refused)
        }
    }
}

/// Each migration commits without a sync of its own: in a power cut the last ones would be missing as a whole, and the
/// next start makes them again. The first change that is answered syncs them too, since it comes after them in the
/// write-ahead log.
async fn migrate_sqlite(conn: &mut SqliteConnection) -> Result<()> {
    conn.execute("PRAGMA synchronous = NORMAL").await.map_err(classify)?;
    let result = SQLITE.run(&mut *conn).await.map_err(refused);
    conn.execute("PRAGMA synchronous = FULL").await.map_err(classify)?;
    result
}

fn refused(error: sqlx::migrate::MigrateError) -> Error {
    Error::internal(format!("the schema cannot be brought up to date: {error}"))
}
