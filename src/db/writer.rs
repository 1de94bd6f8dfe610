//! SQLite's one writer with group commit: transactions follow each other on one connection, each in a savepoint of
//! its own, and share the COMMIT with its fsync. A transaction that fails undoes its savepoint alone.

use super::fault::classify;
use crate::error::{Code, Error, Result};
use sqlx::{Connection, Executor, SqliteConnection};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// At most this many transactions share one COMMIT.
const BATCH: usize = 64;

/// The writer's connection and those who wait for the shared COMMIT.
pub struct Writer {
    conn: SqliteConnection,
    open: bool,
    /// Whether a savepoint is open: of the lease that holds the writer, or of one that went without a word.
    savepoint: bool,
    waiting: Vec<oneshot::Sender<bool>>,
}

/// The queue in front of the writer.
#[derive(Clone)]
pub struct Queue {
    writer: Arc<Mutex<Writer>>,
    queued: Arc<AtomicUsize>,
}

/// The writer, leased for one transaction inside its savepoint. Dropped without commit, it is undone.
pub struct Lease {
    guard: Option<OwnedMutexGuard<Writer>>,
    queued: Arc<AtomicUsize>,
}

impl Queue {
    pub fn new(conn: SqliteConnection) -> Self {
        let writer = Writer { conn, open: false, savepoint: false, waiting: Vec::new() };
        Self { writer: Arc::new(Mutex::new(writer)), queued: Arc::default() }
    }

    /// Waits for the writer and opens a savepoint.
    pub async fn lease(&self) -> Result<Lease> {
        let place = Place::take(&self.queued);
        let mut guard = self.writer.clone().lock_owned().await;
        drop(place);
        guard.undo().await;
        let start = if guard.open { "SAVEPOINT request" } else { "BEGIN IMMEDIATE; SAVEPOINT request" };
        if let Err(error) = guard.conn.execute(start).await {
            abandon(guard, self.queued.clone()).await;
            return Err(classify(error));
        }
        guard.open = true;
        guard.savepoint = true;
        Ok(Lease { guard: Some(guard), queued: self.queued.clone() })
    }

    /// The bare connection, for migrations.
    pub async fn raw(&self) -> impl std::ops::DerefMut<Target = SqliteConnection> + use<> {
        OwnedMutexGuard::map(self.writer.clone().lock_owned().await, |writer| &mut writer.conn)
    }

    /// Folds the write-ahead log into the database file and closes the writer.
    pub async fn close(&self) {
        let mut writer = self.writer.clone().lock_owned().await;
        writer.finish().await;
        if let Err(error) = writer.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await {
            tracing::warn!(%error, "the write-ahead log stays; the next start folds it in");
        }
    }
}

/// A place in the queue, given back also when the waiting request is dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(queued: &'a AtomicUsize) -> Self {
        queued.fetch_add(1, Ordering::SeqCst);
        Self(queued)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Lease {
    /// The connection inside the savepoint.
    pub fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.guard.as_mut().expect("a lease holds the writer until it ends").conn
    }

    /// Keeps the savepoint, passes the writer on, and waits until the shared COMMIT is on the disk.
    pub async fn commit(mut self) -> Result<()> {
        let mut guard = self.guard.take().expect("a lease holds the writer until it ends");
        if let Err(error) = guard.conn.execute("RELEASE request").await {
            abandon(guard, self.queued.clone()).await;
            return Err(classify(error));
        }
        guard.savepoint = false;
        let (done, committed) = oneshot::channel();
        guard.waiting.push(done);
        if self.queued.load(Ordering::SeqCst) == 0 || guard.waiting.len() >= BATCH {
            guard.finish().await;
        }
        drop(guard);
        match committed.await {
            Ok(true) => Ok(()),
            _ => Err(Error::new(Code::StorageFull).because("the shared COMMIT failed")),
        }
    }
}

/// Undoes the savepoint, and commits for those who wait when nobody follows.
async fn abandon(mut guard: OwnedMutexGuard<Writer>, queued: Arc<AtomicUsize>) {
    guard.undo().await;
    if queued.load(Ordering::SeqCst) == 0 {
        guard.finish().await;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(guard) = self.guard.take() else { return };
        // Where the runtime takes no more work, whoever comes next undoes the savepoint.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(abandon(guard, self.queued.clone()));
        }
    }
}

impl Writer {
    /// Undoes the open savepoint.
    async fn undo(&mut self) {
        if self.open && self.savepoint && self.conn.execute("ROLLBACK TO request; RELEASE request").await.is_err()
        {
            // The engine ended the whole transaction itself (disk full, input/output error): nobody's work was kept.
            self.rollback().await;
        }
        self.savepoint = false;
    }

    /// COMMIT, and the word to everybody whose transaction it held.
    async fn finish(&mut self) {
        self.undo().await;
        if !self.open {
            return;
        }
        match self.conn.execute("COMMIT").await {
            Ok(_) => {
                self.open = false;
                self.tell(true);
            }
            Err(error) => {
                tracing::error!(%error, "a COMMIT failed");
                self.rollback().await;
            }
        }
    }

    async fn rollback(&mut self) {
        if let Err(error) = self.conn.execute("ROLLBACK").await {
            tracing::warn!(%error, "a ROLLBACK found no transaction");
        }
        self.open = false;
        self.savepoint = false;
        self.tell(false);
        if let Err(error) = self.conn.ping().await {
            tracing::error!(%error, "the writer's connection is gone");
        }
    }

    fn tell(&mut self, committed: bool) {
        for waiter in self.waiting.drain(..) {
            // A waiter that has gone does not care.
            let _ = waiter.send(committed);
        }
    }
}
