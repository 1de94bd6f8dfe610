//! Work that the server does later by itself. A slice declares its kinds of job. A job is enqueued in the transaction that
//! causes it, claimed by one server, tried again with growing pauses, and taken off in the transaction of its own work: it
//! is done once. No job decides what is right; it makes visible what a read would also compute. What waits for the world
//! outside is no job but an effect.

mod kind;
pub mod queue;

pub use kind::{JobKind, Task};
pub use queue::{enqueue, enqueue_anew, left_over, withdraw};

use crate::db::{Actor, Conn, Tx};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{Timestamp, WorkspaceId};
use crate::platform::mail::Mailer;
use crate::platform::workers::{Base, Queue, guard, run_due};
use queue::Job;
use serde_json::Value;
use std::sync::Arc;

/// The queue of jobs, and what does them.
pub struct Jobs {
    kinds: &'static [&'static JobKind],
    due: &'static [&'static JobKind],
    mailer: Arc<Mailer>,
    base: Base,
}

impl Jobs {
    /// The kinds of job, and those of them that record what became due.
    pub fn new(
        kinds: &'static [&'static JobKind],
        due: &'static [&'static JobKind],
        mailer: Arc<Mailer>,
        base: Base,
    ) -> Self {
        Self { kinds, due, mailer, base }
    }

    /// Does what is due until nothing is; how many jobs were done.
    pub async fn run_due(self: &Arc<Self>) -> Result<usize> {
        run_due(self).await
    }

    /// Records what has become due in a workspace and nobody has recorded yet, in a transaction of its own, for the
    /// request that found it.
    pub async fn record_due(&self, workspace: WorkspaceId, request_id: &str) -> Result<()> {
        let Base { db, clock, .. } = &self.base;
        let mut tx = Tx::begin(db, clock, workspace, Actor::server(request_id)).await?;
        if tx.due().is_past(tx.wall_clock()) {
            for kind in self.due {
                (kind.run)(&mut tx, Task { payload: &Value::Null, mailer: &self.mailer }).await?;
            }
        }
        // Also where another one was faster: on SQLite it may share the COMMIT that is still to come.
        tx.commit().await
    }

    /// Does a job, or puts it off; whether it is done.
    async fn attempt(&self, job: &Job) -> bool {
        let outcome = guard(self.work_off(job)).await;
        let outcome = outcome.unwrap_or_else(|| Err(Error::internal("the job panicked")));
        let Err(error) = outcome else {
            self.base.meter.count("done", 1);
            return true;
        };
        let (id, kind, attempts, cause) = (job.id, &job.kind, job.attempts, error.to_string());
        tracing::error!(job = %id, kind, attempts, cause, "a job failed");
        self.base.meter.count(if job.is_last_attempt() { "failed" } else { "retried" }, 1);
        // Where that fails too, it is tried again when its lease has run out.
        if let Err(error) = queue::put_off(&self.base.db, &self.base.clock, job, &cause).await {
            tracing::warn!(job = %id, cause = error.cause().unwrap_or_default(), "a job is not put off");
        }
        false
    }

    async fn work_off(&self, job: &Job) -> Result<()> {
        let Base { db, clock, .. } = &self.base;
        let actor = Actor::server(&job.id.to_string());
        let mut tx = match Tx::begin(db, clock, job.workspace_id, actor.clone()).await {
            // A deleted workspace has no work left.
            Err(error) if error.code() == Code::NotFound => Tx::open(db, clock, actor).await?,
            tx => tx?,
        };
        let kind = self.kinds.iter().find(|kind| kind.name == job.kind);
        if queue::finish(&mut tx, job).await? && tx.is_within_workspace() {
            let kind = kind.ok_or_else(|| Error::internal("this server does not know the kind"))?;
            (kind.run)(&mut tx, Task { payload: &job.payload.0, mailer: &self.mailer }).await?;
        }
        tx.commit().await
    }
}

impl Queue for Jobs {
    /// Jobs of one workspace, which follow each other: its writers would wait for each other in any case.
    type Work = Vec<Job>;
    const NAME: &'static str = "jobs";
    const AT_ONCE: usize = 4;

    fn base(&self) -> &Base {
        &self.base
    }

    async fn claim(&self, most: usize) -> Result<Vec<Vec<Job>>> {
        let mut jobs = queue::claim(&self.base.db, &self.base.clock, most).await?;
        jobs.sort_unstable_by_key(|job| (job.workspace_id, job.id));
        Ok(jobs.chunk_by(|one, next| one.workspace_id == next.workspace_id).map(<[Job]>::to_vec).collect())
    }

    async fn perform(&self, jobs: Vec<Job>) -> usize {
        let mut done = 0;
        for job in &jobs {
            done += usize::from(self.attempt(job).await);
        }
        done
    }

    async fn due(conn: &mut Conn, now: Timestamp) -> Result<(i64, Option<Timestamp>)> {
        queue::due(conn, now).await
    }
}
