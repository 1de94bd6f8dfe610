//! SQLite's readers: a few connections, each lent to one answer at a time. sqlx's own pool asks every connection that
//! comes back for a sign of life, in a task of its own, which costs as much as the read before it.

use super::{
    fault::{classify, unavailable},
    snapshot::Once,
};
use crate::kernel::error::Result;
use futures_util::FutureExt;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Whoever waits longer for a reader is told 503.
const PATIENCE: Duration = Duration::from_secs(3);

/// The readers of a database.
#[derive(Clone)]
pub struct Readers(Arc<Inner>);

struct Inner {
    options: SqliteConnectOptions,
    most: u32,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<SqliteConnection>>,
}

/// A reader, given back when it is dropped, whatever became of its last statement: the next one runs after it.
pub struct Reader {
    /// Away only while it is dropped.
    conn: Option<SqliteConnection>,
    /// The connection is not given back: its thread has died, or nobody knows its state.
    died: bool,
    /// A snapshot is open.
    held: bool,
    once: Once,
    readers: Arc<Inner>,
    /// None for a connection of its own, which is closed in the end.
    place: Option<OwnedSemaphorePermit>,
}

impl Readers {
    /// At most so many, each opened when it is first needed.
    pub fn new(options: SqliteConnectOptions, most: u32) -> Self {
        let places = Arc::new(Semaphore::new(most as usize));
        Self(Arc::new(Inner { options, most, places, idle: Mutex::default() }))
    }

    /// A reader for one answer.
    pub async fn lend(&self) -> Result<Reader> {
        let place = timeout(PATIENCE, self.0.places.clone().acquire_owned()).await;
        let place = place.map_err(unavailable)?.map_err(unavailable)?;
        let idle = self.0.idle().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => self.0.options.connect().await.map_err(classify)?,
        };
        Ok(self.reader(conn, Some(place)))
    }

    /// A reader beside the others, for a long read; it takes no place of theirs.
    pub async fn open_apart(&self) -> Result<Reader> {
        let conn = self.0.options.connect().await.map_err(classify)?;
        Ok(self.reader(conn, None))
    }

    fn reader(&self, conn: SqliteConnection, place: Option<OwnedSemaphorePermit>) -> Reader {
        Reader {
            conn: Some(conn),
            died: false,
            held: false,
            once: Once::default(),
            readers: self.0.clone(),
            place,
        }
    }

    /// Waits for those that are lent and closes all.
    pub async fn close(&self) {
        let back = self.0.places.acquire_many(self.0.most).await;
        self.0.places.close();
        drop(back);
        let idle = std::mem::take(&mut *self.0.idle());
        for conn in idle {
            if let Err(error) = conn.close().await {
                tracing::warn!(%error, "a reader was not closed in good order");
            }
        }
    }
}

impl Inner {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// The connection, for one statement.
    pub fn conn(&mut self) -> &mut SqliteConnection {
        self.once.count();
        self.conn.as_mut().expect("a reader has its connection until it is dropped")
    }

    /// Notes how a statement ended: a connection whose thread has died is not given back, nor one that failed inside a
    /// snapshot.
    pub fn end<T>(&mut self, outcome: sqlx::Result<T>) -> sqlx::Result<T> {
        self.died |= matches!(outcome, Err(sqlx::Error::WorkerCrashed)) || (self.held && outcome.is_err());
        outcome
    }

    /// Only one statement follows.
    pub fn only_once(&mut self) {
        self.once.begin();
    }

    /// The next statement begins a snapshot, which ends when the reader is given back.
    pub fn hold(&mut self) {
        self.held = true;
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take().filter(|_| !self.died && self.place.is_some()) else { return };
        if self.held {
            // Handed to the connection's thread at once, which runs it after what is under way and before what comes.
            let _ = sqlx::query("ROLLBACK").execute(&mut conn).now_or_never();
        }
        self.readers.idle().push(conn);
    }
}
