//! SQLite's one writer with group commit: transactions follow each other on one connection, each in a savepoint of
//! its own, and share the COMMIT with its fsync. A transaction that fails undoes its savepoint alone.
//!
//! Any future here may be dropped at any await: a statement under way stays with the writer, and whoever comes next
//! sees it to its end, so that nobody ever has to guess how it ended.

use super::fault::{classify, code_of, told, unavailable};
use crate::kernel::error::{Code, Error, Result};
use sqlx::{Executor, SqliteConnection};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard, oneshot},
    time::timeout,
};

/// Whoever waits longer for the writer is told 503.
const PATIENCE: Duration = Duration::from_secs(9);
/// At most this many transactions share one COMMIT.
const BATCH: usize = 64;

/// The writer's connection, where it stands, and those who wait for the shared COMMIT.
pub struct Writer {
    /// Away while a step is under way.
    conn: Option<SqliteConnection>,
    /// Locked by nobody: the mutex only lets a shared reference to the writer cross threads.
    under_way: Mutex<Option<(Step, UnderWay)>>,
    open: bool,
    savepoint: bool,
    /// A step failed, so that only ROLLBACK brings the connection to a known state.
    broken: bool,
    /// Why it failed, for those whose changes go with it.
    fault: Option<Code>,
    /// How many transactions were begun since the last COMMIT, whatever became of them.
    begun: usize,
    waiting: Vec<oneshot::Sender<std::result::Result<(), Code>>>,
}

/// A statement that moves the writer on. It takes the connection along and brings it back.
type UnderWay = Pin<Box<dyn Future<Output = (SqliteConnection, sqlx::Result<()>)> + Send>>;

#[derive(Clone, Copy)]
enum Step {
    Begin,
    Follow,
    Release,
    Undo,
    Commit,
    Rollback,
}

/// The queue in front of the writer.
#[derive(Clone)]
pub struct Queue {
    writer: Arc<Mutex<Writer>>,
    queued: Arc<AtomicUsize>,
    /// The runtime that opened the database: it outlives those of the requests.
    home: Handle,
}

/// The writer, leased for one transaction inside its savepoint. Dropped without commit, it is undone.
pub struct Lease {
    writer: OwnedMutexGuard<Writer>,
    queue: Queue,
}

impl Queue {
    /// A queue whose loose ends are tied up on the current runtime.
    pub fn new(conn: SqliteConnection) -> Self {
        let writer = Writer {
            conn: Some(conn),
            under_way: Mutex::new(None),
            open: false,
            savepoint: false,
            broken: false,
            fault: None,
            begun: 0,
            waiting: Vec::new(),
        };
        Self { writer: Arc::new(Mutex::new(writer)), queued: Arc::default(), home: Handle::current() }
    }

    /// Waits for the writer and opens a savepoint.
    pub async fn lease(&self) -> Result<Lease> {
        let place = Place::take(self);
        let writer = timeout(PATIENCE, self.writer.clone().lock_owned()).await.map_err(unavailable)?;
        let mut lease = Lease { writer, queue: self.clone() };
        place.served();
        lease.writer.repair().await;
        // Those that fail count as well, else a crowd of them would keep one that succeeded waiting.
        if lease.writer.begun >= BATCH {
            lease.writer.finish().await;
        }
        if let Err(error) = lease.writer.start().await {
            lease.writer.repair().await;
            let error = classify(error);
            // Whoever waited for another process' lock in vain does not wait again.
            if error.code() == Code::Unavailable {
                return Err(error);
            }
            lease.writer.start().await.map_err(classify)?;
        }
        Ok(lease)
    }

    /// The bare connection, for migrations.
    pub async fn raw(&self) -> impl std::ops::DerefMut<Target = SqliteConnection> + use<> {
        let mut writer = self.writer.clone().lock_owned().await;
        writer.repair().await;
        OwnedMutexGuard::map(writer, Writer::conn)
    }

    /// Folds the write-ahead log into the database file and closes the writer.
    pub async fn close(&self) {
        let mut writer = self.writer.clone().lock_owned().await;
        writer.repair().await;
        writer.finish().await;
        if let Err(error) = writer.conn().execute("PRAGMA wal_checkpoint(TRUNCATE)").await {
            tracing::warn!(%error, "the write-ahead log stays; the next start folds it in");
        }
    }

    fn is_empty(&self) -> bool {
        self.queued.load(Ordering::SeqCst) == 0
    }

    /// Sends somebody to put in order what was left, when nobody else is coming.
    fn send_for_repair(&self) {
        let queue = self.clone();
        self.home.spawn(async move {
            let mut writer = queue.writer.clone().lock_owned().await;
            writer.repair().await;
            if queue.is_empty() {
                writer.finish().await;
            }
        });
    }
}

/// A place in the queue. While it is held, those before leave the COMMIT to whoever holds it.
struct Place<'a> {
    queue: &'a Queue,
    served: bool,
}

impl<'a> Place<'a> {
    fn take(queue: &'a Queue) -> Self {
        queue.queued.fetch_add(1, Ordering::SeqCst);
        Self { queue, served: false }
    }

    fn served(mut self) {
        self.served = true;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let was_last = self.queue.queued.fetch_sub(1, Ordering::SeqCst) == 1;
        if was_last && !self.served {
            self.queue.send_for_repair();
        }
    }
}

impl Lease {
    /// The connection inside the savepoint.
    pub fn conn(&mut self) -> &mut SqliteConnection {
        self.writer.conn()
    }

    /// Keeps the savepoint, passes the writer on, and waits until the shared COMMIT is on the disk.
    pub async fn commit(mut self) -> Result<()> {
        self.writer.run(Step::Release).await.map_err(classify)?;
        let (done, committed) = oneshot::channel();
        self.writer.waiting.push(done);
        if self.queue.is_empty() {
            self.writer.finish().await;
        }
        drop(self);
        match committed.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(code)) => Err(told(code, "the shared COMMIT failed")),
            Err(_) => Err(Error::internal("the writer is gone")),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.writer.is_unfinished() && self.queue.is_empty() {
            self.queue.send_for_repair();
        }
    }
}

impl Writer {
    fn conn(&mut self) -> &mut SqliteConnection {
        self.conn.as_mut().expect("the connection is back when no step is under way")
    }

    async fn start(&mut self) -> sqlx::Result<()> {
        self.run(if self.open { Step::Follow } else { Step::Begin }).await
    }

    async fn run(&mut self, step: Step) -> sqlx::Result<()> {
        let mut conn = self.conn.take().expect("the connection is back when no step is under way");
        let statement = match step {
            Step::Begin => "BEGIN IMMEDIATE; SAVEPOINT request",
            Step::Follow => "SAVEPOINT request",
            Step::Release => "RELEASE request",
            Step::Undo => "ROLLBACK TO request; RELEASE request",
            Step::Commit => "COMMIT",
            Step::Rollback => "ROLLBACK",
        };
        let work = async move {
            // As a query, since sqlx keeps only those prepared.
            let result = sqlx::query(statement).execute(&mut conn).await.map(drop);
            (conn, result)
        };
        *self.under_way.get_mut() = Some((step, Box::pin(work)));
        self.settle().await
    }

    /// Sees the step under way to its end.
    async fn settle(&mut self) -> sqlx::Result<()> {
        let Some((step, work)) = self.under_way.get_mut() else { return Ok(()) };
        let (conn, result) = work.await;
        let step = *step;
        *self.under_way.get_mut() = None;
        self.conn = Some(conn);
        match (step, &result) {
            (Step::Begin | Step::Follow, Ok(())) => {
                (self.open, self.savepoint) = (true, true);
                self.begun += 1;
            }
            (Step::Release | Step::Undo, Ok(())) => self.savepoint = false,
            (Step::Commit, Ok(())) => self.ended(Ok(())),
            // It fails only when the engine has ended the transaction itself.
            (Step::Rollback, _) => {
                let fault = self.fault.take().unwrap_or(Code::InternalError);
                self.ended(Err(fault));
            }
            (_, Err(error)) => {
                tracing::error!(%error, "the writer rolls back");
                self.broken = true;
                self.fault = Some(code_of(error));
            }
        }
        result
    }

    /// Undoes what somebody left half-way; nothing is under way afterwards and no savepoint open.
    async fn repair(&mut self) {
        // How it ended is noted in the writer.
        let _ = self.settle().await;
        if self.savepoint && !self.broken {
            let _ = self.run(Step::Undo).await;
        }
        if self.broken {
            let _ = self.run(Step::Rollback).await;
        }
    }

    /// COMMIT, and the word to everybody whose transaction it held.
    async fn finish(&mut self) {
        if self.open && self.run(Step::Commit).await.is_err() {
            self.repair().await;
        }
    }

    /// The transaction has ended: the word to everybody who waits.
    fn ended(&mut self, outcome: std::result::Result<(), Code>) {
        (self.open, self.savepoint, self.broken) = (false, false, false);
        self.begun = 0;
        for waiter in self.waiting.drain(..) {
            // A waiter that has gone does not care.
            let _ = waiter.send(outcome);
        }
    }

    fn is_unfinished(&mut self) -> bool {
        self.open || self.broken || self.under_way.get_mut().is_some()
    }
}
