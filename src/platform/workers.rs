//! Workers: they claim what is due in a queue of the database, do a few pieces at a time, and drain when the server
//! stops. A commit wakes them; polling is the net, and finds what becomes due by time. What the work is, a [`Queue`] says.

use crate::db::{Bell, Conn, Db};
use crate::kernel::error::{Error, Result};
use crate::kernel::{Clock, Timestamp};
use crate::platform::metrics::Meter;
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, sync::Arc, thread, time::Duration};
use tokio::{
    runtime, select,
    sync::{oneshot, watch},
    task::JoinSet,
    time::sleep,
};

/// A queue in the database, and how its work is done.
pub trait Queue: Send + Sync + 'static {
    /// What one hand takes at a time.
    type Work: Send + 'static;
    /// As logs and metrics call it; also the topic of its bell.
    const NAME: &'static str;
    /// So many pieces are in hand at the same time.
    const AT_ONCE: usize;

    /// What it stands on.
    fn base(&self) -> &Base;

    /// Claims at most so many pieces of what is due, shared fairly between the workspaces.
    fn claim(&self, most: usize) -> impl Future<Output = Result<Vec<Self::Work>>> + Send;

    /// Does a piece, whatever happens; how much was done.
    fn perform(&self, work: Self::Work) -> impl Future<Output = usize> + Send;

    /// How much is due, and since when the first of it is.
    fn due(conn: &mut Conn, now: Timestamp) -> impl Future<Output = Result<(i64, Option<Timestamp>)>> + Send;
}

/// What every queue stands on.
pub struct Base {
    pub db: Db,
    pub clock: Clock,
    pub meter: Meter,
}

/// A worker beside the server. Dropped, it stops as well.
pub struct Worker {
    stop: watch::Sender<bool>,
    ended: oneshot::Receiver<()>,
}

impl Worker {
    /// Starts on a thread of its own, so that nothing heavy in the work delays a request. It looks when a commit rings,
    /// and this often in any case.
    pub fn start<Q: Queue>(queue: Arc<Q>, poll: Duration) -> Result<Self> {
        let ((stop, stopped), (end, ended)) = (watch::channel(false), oneshot::channel());
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
        let bell = queue.base().db.bells().bell(Q::NAME);
        let work = move || {
            runtime.block_on(run(queue, bell, poll, stopped));
            drop(end);
        };
        thread::Builder::new().name(Q::NAME.to_owned()).spawn(work).map_err(Error::internal)?;
        Ok(Self { stop, ended })
    }

    /// From now on it takes nothing new.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Stops it, and waits for what is in hand.
    pub async fn drain(self) {
        self.stop();
        let _ = self.ended.await;
    }
}

async fn run<Q: Queue>(queue: Arc<Q>, mut bell: Bell, poll: Duration, mut stopped: watch::Receiver<bool>) {
    let mut in_hand = JoinSet::new();
    loop {
        if let Err(error) = take(&queue, &mut in_hand).await {
            let cause = error.cause().unwrap_or_default();
            tracing::warn!(queue = Q::NAME, cause, "looking for work failed");
        }
        select! {
            biased;
            // Also where it was dropped.
            _ = stopped.wait_for(|stopped| *stopped) => break,
            () = bell.rung() => {}
            Some(_) = in_hand.join_next() => {}
            () = sleep(poll) => {}
        }
    }
    while in_hand.join_next().await.is_some() {}
}

/// Does what is due until nothing is; how much was done.
pub async fn run_due<Q: Queue>(queue: &Arc<Q>) -> Result<usize> {
    let (mut in_hand, mut done) = (JoinSet::new(), 0);
    loop {
        take(queue, &mut in_hand).await?;
        match in_hand.join_next().await {
            Some(more) => done += more.unwrap_or(0),
            None => return Ok(done),
        }
    }
}

/// Begins as much as hands are free.
async fn take<Q: Queue>(queue: &Arc<Q>, in_hand: &mut JoinSet<usize>) -> Result<()> {
    let free = Q::AT_ONCE.saturating_sub(in_hand.len());
    if free == 0 {
        return Ok(());
    }
    for work in queue.claim(free).await? {
        let queue = queue.clone();
        in_hand.spawn(async move { queue.perform(work).await });
    }
    Ok(())
}

/// Shows the operator what is due in a queue.
pub async fn show_due<Q: Queue>(queue: &Q, conn: &mut Conn) -> Result<()> {
    let Base { clock, meter, .. } = queue.base();
    let now = clock.now();
    let (number, since) = Q::due(conn, now).await?;
    meter.show_due(number, since.map_or(0, |since| now.seconds_since(since)));
    Ok(())
}

/// Stops a panic here, so that it costs an attempt and not the worker; none where it panicked.
pub async fn guard<T>(work: impl Future<Output = T>) -> Option<T> {
    AssertUnwindSafe(work).catch_unwind().await.ok()
}

#[cfg(test)]
mod tests {
    use super::guard;

    #[tokio::test]
    async fn a_panic_goes_no_further() {
        assert_eq!(guard(async { panic!("on purpose") as u8 }).await, None);
        assert_eq!(guard(async { 7 }).await, Some(7));
    }
}
