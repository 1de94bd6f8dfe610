//! What an answer of several statements is read from: the caller's workspace at one moment, in which everything is
//! recorded that had become due by then.

use super::{Cx, workspace_gone};
use crate::db::{Conn, Head};
use crate::kernel::error::Result;
use crate::kernel::{Timestamp, WorkspaceId};
use crate::web::Snapshots;
use std::ops::{Deref, DerefMut};

/// A session of one answer.
pub struct Snapshot {
    conn: Conn,
    /// The last change that it shows.
    pub as_of: Timestamp,
    /// The instant whose terms it shows: now, as far as everything that had become due is recorded.
    pub recorded_at: Timestamp,
}

impl Cx {
    /// A session for one statement. An answer of several takes a [`Cx::snapshot`].
    pub async fn read(&self) -> Result<Conn> {
        self.app().db.read_once().await
    }

    /// The caller's workspace at one moment.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        self.snapshot_of(self.caller().workspace).await.map_err(workspace_gone)
    }

    /// A workspace at one moment, for what is open to everybody; 404 when it is gone.
    pub async fn snapshot_of(&self, workspace: WorkspaceId) -> Result<Snapshot> {
        self.open_at(workspace, async || self.app().db.snapshot(workspace).await).await
    }

    /// The same for a long read, which leaves the sessions of short ones alone.
    pub async fn snapshot_apart(&self) -> Result<Snapshot> {
        let workspace = self.caller().workspace;
        let taken = self.open_at(workspace, async || self.app().db.snapshot_apart(workspace).await).await;
        taken.map_err(workspace_gone)
    }

    /// A snapshot where an answer takes more than one statement, else a session for that one.
    pub async fn snapshot_if(&self, several: bool) -> Result<Snapshot> {
        if several {
            return self.snapshot().await;
        }
        let now = self.app().clock.now();
        Ok(Snapshot { conn: self.read().await?, as_of: now, recorded_at: now })
    }

    async fn open_at(
        &self,
        workspace: WorkspaceId,
        open: impl AsyncFn() -> Result<(Conn, Head)>,
    ) -> Result<Snapshot> {
        let (mut conn, mut head) = open().await?;
        if head.due.is_past(self.app().clock.now()) {
            drop(conn);
            self.record_due(workspace).await;
            (conn, head) = open().await?;
        }
        let recorded_at = head.due.recorded_at(self.app().clock.now());
        Ok(Snapshot { conn, as_of: head.changed_at, recorded_at })
    }

    /// Records what has become due. Where that fails, the work goes on as before it became due, in what it reads too.
    pub(super) async fn record_due(&self, workspace: WorkspaceId) {
        if let Err(error) = self.app().jobs.record_due(workspace, &self.about().request_id).await {
            tracing::warn!(%error, "what has become due is not recorded yet");
        }
    }
}

impl Snapshots for Cx {
    type Snapshot = Snapshot;

    async fn take(&self) -> Result<(Snapshot, Timestamp)> {
        let snapshot = self.snapshot().await?;
        let as_of = snapshot.as_of;
        Ok((snapshot, as_of))
    }
}

impl Deref for Snapshot {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Snapshot {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
