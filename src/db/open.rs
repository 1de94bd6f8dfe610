//! Opening either database: SQLite with one writer and read-only readers, PostgreSQL with a pool.

use super::{
    alone::alone,
    bells::Bells,
    conn::Conn,
    fault::classify,
    readers::Readers,
    registry::Registry,
    session::{Session, deadline},
    skew::Skew,
    turns::Turns,
    writer::Queue,
};
use crate::kernel::WorkspaceId;
use crate::kernel::error::{Error, Result};
use crate::kernel::private;
use sqlx::{
    ConnectOptions, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{ffi::OsString, path::Path, str::FromStr, sync::Arc, time::Duration};

/// Which database is behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// An open database.
#[derive(Clone)]
pub enum Db {
    Sqlite {
        writer: Queue,
        readers: Readers,
        skew: Skew,
        bells: Bells,
        registry: Option<&'static Registry>,
    },
    Postgres {
        pool: PgPool,
        turns: Arc<Turns<WorkspaceId>>,
        skew: Skew,
        bells: Bells,
        registry: Option<&'static Registry>,
    },
}

/// A request waits at most this long for a connection to PostgreSQL before it is told 503.
const ACQUIRE: Duration = Duration::from_secs(3);
/// Pages that a connection of SQLite's keeps at most, as its pragma wants it: 32 MiB. They are taken as they are needed.
const CACHE: &str = "-32768";
/// Prepared statements kept per connection.
const STATEMENTS: usize = 512;
/// Rows that SQLite may be ahead of whoever reads them: a page of a list, and a pool of entries, never wait for it.
const ROWS: usize = 256;

impl Db {
    /// Opens a SQLite file, creating it when it does not exist.
    pub async fn open_sqlite(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(4))
            .statement_cache_capacity(STATEMENTS)
            .row_buffer_size(ROWS)
            .pragma("cache_size", CACHE)
            .log_slow_statements(log::LevelFilter::Debug, Duration::from_secs(1))
            .log_statements(log::LevelFilter::Trace);
        let held = alone(path.parent().unwrap_or(Path::new("."))).await?;
        close_to_others(path).map_err(|error| Error::internal(format!("{}: {error}", path.display())))?;
        let writer = options.connect().await.map_err(classify)?;
        drop(held);
        let cores = std::thread::available_parallelism().map_or(2, |n| n.get() as u32);
        let readers = Readers::new(options.read_only(true).pragma("query_only", "ON"), cores.max(2));
        let (skew, bells) = (Skew::default(), Bells::default());
        Ok(Self::Sqlite { writer: Queue::new(writer), readers, skew, bells, registry: None })
    }

    /// Connects to PostgreSQL.
    pub async fn open_postgres(url: &str, connections: u32) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| Error::internal(format!("VORZIMMER_DATABASE_URL: {error}")))?
            .application_name("vorzimmer")
            .options([("statement_timeout", "8000"), ("lock_timeout", "4000"), ("timezone", "UTC")])
            .statement_cache_capacity(STATEMENTS)
            .log_slow_statements(log::LevelFilter::Debug, Duration::from_secs(1))
            .log_statements(log::LevelFilter::Trace);
        let pool =
            PgPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE).connect_lazy_with(options);
        let (skew, bells) = (Skew::default(), Bells::default());
        Ok(Self::Postgres { pool, turns: Arc::default(), skew, bells, registry: None })
    }

    /// With what slices register: transactions of acts need it.
    #[must_use]
    pub fn with(mut self, slices: &'static Registry) -> Self {
        match &mut self {
            Self::Sqlite { registry, .. } | Self::Postgres { registry, .. } => *registry = Some(slices),
        }
        self
    }

    /// What slices have registered.
    pub(super) fn registry(&self) -> Option<&'static Registry> {
        match self {
            Self::Sqlite { registry, .. } | Self::Postgres { registry, .. } => *registry,
        }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres { .. } => Engine::Postgres,
        }
    }

    /// How far the order of changes runs ahead of the wall clock.
    pub fn skew(&self) -> &Skew {
        match self {
            Self::Sqlite { skew, .. } | Self::Postgres { skew, .. } => skew,
        }
    }

    /// What commits wake.
    pub fn bells(&self) -> &Bells {
        match self {
            Self::Sqlite { bells, .. } | Self::Postgres { bells, .. } => bells,
        }
    }

    /// A session that sees what is committed. It is for one answer: on PostgreSQL it ends after a few seconds.
    pub async fn read(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Conn::Reader(readers.lend().await?),
            Self::Postgres { pool, .. } => Conn::Postgres(Session::open(pool, deadline()).await?),
        })
    }

    /// Closes every connection; on SQLite the write-ahead log is folded in.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }
}

/// The database and what SQLite keeps beside it, which takes its mode from it when it is made.
fn close_to_others(path: &Path) -> std::io::Result<()> {
    for companion in ["-wal", "-shm", "-journal"] {
        let mut name = OsString::from(path);
        name.push(companion);
        private::close(Path::new(&name));
    }
    private::make(path)
}
