//! A PostgreSQL connection for one answer. Whatever is asked of it ends by a deadline, even when the server is frozen
//! or the network swallows everything; a connection that did not answer is closed, since nobody knows what it is doing.

use super::{fault::classify, snapshot::Once};
use crate::kernel::error::Result;
use sqlx::{Connection, Executor, PgConnection, PgPool, Postgres, pool::PoolConnection};
use std::{io, time::Duration};
use tokio::{
    runtime::Handle,
    time::{Instant, timeout_at},
};

/// An answer takes at most this long of the database's time, waiting for a connection included.
const PATIENCE: Duration = Duration::from_secs(9);

/// A connection with the deadline of whoever asked for it.
pub struct Session {
    /// Away only while it is dropped.
    conn: Option<PoolConnection<Postgres>>,
    deadline: Instant,
    in_transaction: bool,
    /// A statement is under way, or one was cut off.
    busy: bool,
    once: Once,
}

/// When an answer that is begun now has taken too long.
pub fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

/// The work's outcome, or at the deadline that of a server that does not answer.
pub async fn until<T>(deadline: Instant, work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    timeout_at(deadline, work).await.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
}

impl Session {
    pub async fn open(pool: &PgPool, deadline: Instant) -> Result<Self> {
        let conn = until(deadline, pool.acquire()).await.map_err(classify)?;
        Ok(Self { conn: Some(conn), deadline, in_transaction: false, busy: false, once: Once::default() })
    }

    /// Opens a transaction. Dropped without [`Session::commit`], it is undone.
    pub async fn begin(&mut self) -> Result<()> {
        self.open_transaction("BEGIN").await
    }

    /// Opens a transaction that only reads, all of it from one snapshot.
    pub async fn begin_snapshot(&mut self) -> Result<()> {
        self.open_transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    async fn open_transaction(&mut self, statement: &'static str) -> Result<()> {
        self.in_transaction = true;
        self.run(statement).await
    }

    pub async fn commit(mut self) -> Result<()> {
        self.run("COMMIT").await?;
        self.in_transaction = false;
        Ok(())
    }

    async fn run(&mut self, statement: &'static str) -> Result<()> {
        let (deadline, conn) = self.start();
        let outcome = until(deadline, conn.execute(statement)).await;
        self.end(outcome).map(drop).map_err(classify)
    }

    /// Only one statement follows.
    pub fn only_once(&mut self) {
        self.once.begin();
    }

    /// Gives the rest of a long piece of work as much time again, since the server has just answered.
    pub fn renew(&mut self) {
        self.deadline = deadline();
    }

    /// The connection for one statement and its deadline; [`Session::end`] is told the outcome.
    pub fn start(&mut self) -> (Instant, &mut PgConnection) {
        self.busy = true;
        self.once.count();
        (self.deadline, self.conn.as_mut().expect("a session has its connection until it is dropped"))
    }

    /// Notes how the statement ended. Only an answer of the server shows that the connection is as it was.
    pub fn end<T>(&mut self, outcome: sqlx::Result<T>) -> sqlx::Result<T> {
        self.busy = !matches!(outcome, Ok(_) | Err(sqlx::Error::Database(_)));
        outcome
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        if !self.busy && !self.in_transaction {
            return;
        }
        let (deadline, in_transaction) = (self.deadline, self.in_transaction);
        let Ok(runtime) = Handle::try_current() else { return drop(conn.detach()) };
        runtime.spawn(async move {
            // Either waits for the end of what is under way: until then the connection has its place in the pool.
            let tidied = match in_transaction {
                true => until(deadline, conn.execute("ROLLBACK")).await.map(drop),
                false => until(deadline, conn.ping()).await,
            };
            if tidied.is_err() {
                drop(conn.detach());
            }
        });
    }
}
