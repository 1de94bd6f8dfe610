//! When a secret was last used: noted beside the request that used it, so that reads go on while the writer is busy or the
//! disk is full, and outside its workspace's order of changes, since nobody changed anything.

use crate::db::{Db, Turns, Tx, sql};
use crate::kernel::error::Result;
use crate::kernel::{Arg, Clock, Timestamp, WorkspaceId};
use std::{fmt::Display, hash::Hash};

/// Notes the uses of one kind of secret.
pub struct LastUses<K> {
    /// Takes the workspace, the id and the instant.
    statement: &'static str,
    /// One secret's use is noted at most this often, in seconds.
    every: i64,
    /// Whose use is being noted.
    noting: Turns<K>,
}

impl<K: Hash + Eq + Copy + Display + Into<Arg> + Send + 'static> LastUses<K> {
    pub fn new(statement: &'static str, every: i64) -> Self {
        Self { statement, every, noting: Turns::default() }
    }

    /// Notes a use, unless one was noted lately.
    pub fn note(&self, db: &Db, clock: &Clock, (workspace, id): (WorkspaceId, K), last: Option<Timestamp>) {
        let now = clock.now();
        // A use that lies ahead was noted while the clock was wrong.
        if last.is_some_and(|at| (0..self.every).contains(&now.seconds_since(at))) {
            return;
        }
        let Some(turn) = self.noting.try_take(&id) else { return };
        let (db, clock, statement) = (db.clone(), clock.clone(), self.statement);
        let note = async move {
            let mut tx = Tx::open(&db, &clock, Default::default()).await?;
            tx.execute(sql(statement).bind(workspace).bind(id).bind(now)).await?;
            tx.commit().await
        };
        tokio::spawn(async move {
            let noted: Result<()> = note.await;
            if let Err(error) = noted {
                tracing::warn!(%error, %id, "a last use was not noted");
            }
            drop(turn);
        });
    }
}
