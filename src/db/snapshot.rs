//! A snapshot: all statements of one answer see the database as it was at one moment. It holds no lock, and it ends when
//! its session is given back, however that comes about.

use super::{Conn, Db, Due, sql};
use crate::kernel::error::{Error, Result};
use crate::kernel::{Columns, Timestamp, WorkspaceId};

/// A workspace at the moment of a snapshot.
#[derive(Clone, Copy, Debug, Columns)]
pub struct Head {
    /// Its last change: a list's `as_of`.
    pub changed_at: Timestamp,
    #[columns(flatten)]
    pub due: Due,
}

macro_rules! head {
    ($begin:literal) => {
        concat!($begin, "SELECT changed_at, due_checked_at, next_due_at FROM workspaces WHERE id = $1")
    };
}

const HEAD: &str = head!("");
/// The moment is that of the first read. In one statement, since each is a hop between threads.
const BEGIN_WITH_HEAD: &str = head!("BEGIN; ");

/// Statements of a session that is for one alone: a second one could see another state than the first.
#[derive(Default)]
pub(super) struct Once(Option<u32>);

impl Once {
    pub(super) fn begin(&mut self) {
        self.0 = Some(0);
    }

    pub(super) fn count(&mut self) {
        if let Some(count) = &mut self.0 {
            *count += 1;
            debug_assert!(*count == 1, "an answer of several statements takes a snapshot");
        }
    }
}

impl Db {
    /// A session for one statement.
    pub async fn read_once(&self) -> Result<Conn> {
        let mut conn = self.read().await?;
        match &mut conn {
            Conn::Reader(reader) => reader.only_once(),
            Conn::Postgres(session) => session.only_once(),
            Conn::Writer(_) => {}
        }
        Ok(conn)
    }

    /// A snapshot for one answer; 404 when the workspace is gone.
    pub async fn snapshot(&self, workspace: WorkspaceId) -> Result<(Conn, Head)> {
        begin(self.read().await?, workspace).await
    }

    /// A snapshot for a long read. On SQLite it has a connection of its own, so that the readers stay free for short
    /// ones. Whoever takes it bounds how many there are.
    pub async fn snapshot_apart(&self, workspace: WorkspaceId) -> Result<(Conn, Head)> {
        let conn = match self {
            Self::Sqlite { readers, .. } => Conn::Reader(readers.open_apart().await?),
            Self::Postgres { .. } => self.read().await?,
        };
        begin(conn, workspace).await
    }
}

async fn begin(mut conn: Conn, workspace: WorkspaceId) -> Result<(Conn, Head)> {
    let text = match &mut conn {
        Conn::Reader(reader) => {
            reader.hold();
            BEGIN_WITH_HEAD
        }
        Conn::Postgres(session) => {
            session.begin_snapshot().await?;
            HEAD
        }
        Conn::Writer(_) => return Err(Error::internal("a snapshot is not taken on the writer")),
    };
    let head = conn.optional(sql(text).bind(workspace)).await?.ok_or_else(Error::not_found)?;
    Ok((conn, head))
}
