//! The worker: looks for due jobs and does them, one after the other.

use super::queue::{Job, JobKind, claim, finish, put_off};
use crate::db::{Actor, Tx};
use crate::kernel::error::{Code, Error, Result};
use crate::platform::app::App;
use crate::slices::engagements::in_force;
use crate::slices::shares::expiry;
use crate::slices::time_entries::long_running;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Notify, task::JoinHandle};

/// How often the worker looks.
const PAUSE: Duration = Duration::from_secs(1);

/// A worker beside the server.
pub struct Worker {
    stop: Arc<Notify>,
    ended: JoinHandle<()>,
}

impl Worker {
    /// Starts looking for due jobs.
    pub fn start(app: Arc<App>) -> Self {
        let stop = Arc::new(Notify::new());
        let stopped = stop.clone();
        let ended = tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = stopped.notified() => return,
                    () = tokio::time::sleep(PAUSE) => {}
                }
                if let Err(error) = run_due(&app).await {
                    tracing::warn!(cause = error.cause().unwrap_or_default(), "looking for jobs failed");
                }
            }
        });
        Self { stop, ended }
    }

    /// Lets the job in hand finish, and takes no other.
    pub async fn stop(self) {
        self.stop.notify_one();
        if let Err(error) = self.ended.await {
            tracing::error!(%error, "the worker ended early");
        }
    }
}

/// Does what is due, until nothing is or the server stops; how many jobs were done.
pub async fn run_due(app: &App) -> Result<usize> {
    let mut done = 0;
    loop {
        let jobs = claim(&app.db, &app.clock).await?;
        if jobs.is_empty() {
            return Ok(done);
        }
        for job in jobs {
            // What is not begun becomes due again when the claim runs out.
            if app.is_stopping() {
                return Ok(done);
            }
            match perform(app, &job).await {
                Ok(()) => done += 1,
                Err(error) => {
                    let cause = error.to_string();
                    tracing::error!(job = %job.id, kind = job.kind, attempts = job.attempts, cause, "a job failed");
                    put_off(&app.db, &app.clock, &job, &cause).await?;
                }
            }
        }
    }
}

async fn perform(app: &App, job: &Job) -> Result<()> {
    let actor = Actor::server(&job.id.to_string());
    let mut tx = match Tx::begin(&app.db, &app.clock, job.workspace_id, actor.clone()).await {
        Err(error) if error.code() == Code::NotFound => return forget(app, job, actor).await,
        tx => tx?,
    };
    if !finish(&mut tx, job).await? {
        return Ok(());
    }
    let payload = &job.payload.0;
    match job.kind.parse() {
        Ok(JobKind::LongRunningTimer) => long_running::judge(&mut tx, payload).await?,
        Ok(JobKind::ShareLinkEnd) => expiry::judge(&mut tx, payload).await?,
        Ok(JobKind::TermsEffective) => in_force::record_due(&mut tx).await?,
        Err(()) => return Err(Error::internal("this server does not know the kind")),
    }
    tx.commit().await
}

/// A deleted workspace has no work left.
async fn forget(app: &App, job: &Job, actor: Actor) -> Result<()> {
    let mut tx = Tx::open(&app.db, &app.clock, actor).await?;
    finish(&mut tx, job).await?;
    tx.commit().await
}
