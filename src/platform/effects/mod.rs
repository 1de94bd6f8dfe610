//! Effects: work in the world outside, such as mail. One is enqueued in the transaction that causes it, claimed with a
//! lease, done without a transaction, and settled: at least once. Claim, renewal and settling name the number of the
//! attempt, so that a server whose lease has run out changes nothing any more. `outbox` is the table, `model` what follows
//! from an attempt; what is done, an [`Effect`] says.

mod model;
mod outbox;

pub use model::{Ending, Lease, Outcome, Verdict};
pub(crate) use outbox::outbox;
pub use outbox::{Outbox, Statements};

use crate::db::Conn;
use crate::kernel::Record;
use crate::kernel::Timestamp;
use crate::kernel::error::Result;
use crate::platform::workers::{Base, Queue, guard};
use std::{sync::Arc, time::Duration};
use tokio::{
    select,
    time::{Instant, sleep},
};

/// A kind of effect.
pub trait Effect: Send + Sync + 'static {
    /// What is claimed: its lease, and what it takes to do it.
    type Work: Send + Record + AsRef<Lease> + Sync + 'static;
    /// As logs and metrics call it; also the topic that is rung when one is enqueued.
    const NAME: &'static str;
    /// So many are in hand at the same time.
    const AT_ONCE: usize;
    /// Where they wait.
    const OUTBOX: Outbox;
    /// The pauses after each attempt, in seconds. The attempt after the last one fails for good.
    const PAUSES: &'static [i64];
    /// So long a claim holds without a sign of life.
    const LEASE: Duration = Duration::from_secs(60);

    /// Makes an attempt. It ends by itself, in a time of its own; where the lease is lost, it is dropped.
    fn attempt(&self, work: &Self::Work) -> impl Future<Output = Outcome> + Send;
}

/// The queue of a kind of effect.
pub struct Effects<E> {
    effect: Arc<E>,
    base: Base,
}

/// How soon a settling is tried again that the database did not take.
const AGAIN: Duration = Duration::from_secs(1);

impl<E: Effect> Queue for Effects<E> {
    type Work = E::Work;
    const NAME: &'static str = E::NAME;
    const AT_ONCE: usize = E::AT_ONCE;

    fn base(&self) -> &Base {
        &self.base
    }

    async fn claim(&self, most: usize) -> Result<Vec<E::Work>> {
        let Base { db, clock, meter } = &self.base;
        let (claimed, expired) = E::OUTBOX.claim(db, clock, most, E::LEASE).await?;
        meter.count("expired", expired);
        Ok(claimed)
    }

    async fn perform(&self, work: E::Work) -> usize {
        let lease = work.as_ref();
        let outcome = select! {
            outcome = guard(self.effect.attempt(&work)) => outcome,
            () = self.hold(lease) => return self.late(lease),
        };
        let outcome = outcome.unwrap_or_else(|| Outcome::Undone("the attempt broke off".to_owned()));
        let verdict = lease.judge(outcome, E::PAUSES, self.base.clock.now());
        let Lease { id, kind, attempts, .. } = lease;
        match &verdict {
            Verdict::Settled(Ending::Done, _) => {
                tracing::debug!(queue = E::NAME, %id, kind, attempts, "an effect is done");
            }
            Verdict::Settled(_, cause) => {
                tracing::error!(queue = E::NAME, %id, kind, attempts, cause, "an effect is given up");
            }
            Verdict::Again(_, cause) => {
                tracing::warn!(queue = E::NAME, %id, kind, attempts, cause, "an effect is not done yet");
            }
        }
        self.settle(lease, &verdict).await
    }

    async fn due(conn: &mut Conn, now: Timestamp) -> Result<(i64, Option<Timestamp>)> {
        E::OUTBOX.due(conn, now).await
    }
}

impl<E: Effect> Effects<E> {
    pub fn new(effect: Arc<E>, base: Base) -> Self {
        Self { effect, base }
    }

    /// Renews a lease again and again; ends when it is lost.
    async fn hold(&self, lease: &Lease) {
        let Base { db, clock, .. } = &self.base;
        loop {
            sleep(E::LEASE / 3).await;
            match E::OUTBOX.renew(db, clock, lease, E::LEASE).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    let cause = error.cause().unwrap_or_default();
                    tracing::warn!(queue = E::NAME, id = %lease.id, cause, "a lease is not renewed yet");
                }
            }
        }
    }

    /// Stores what follows from an attempt. As long as the lease holds nobody else makes one: a database that is away for
    /// a moment makes no second mail.
    async fn settle(&self, lease: &Lease, verdict: &Verdict) -> usize {
        let Base { db, clock, meter } = &self.base;
        let patience = Instant::now() + E::LEASE / 2;
        loop {
            match E::OUTBOX.settle(db, clock, lease, verdict).await {
                Ok(true) => {
                    meter.count(E::OUTBOX.outcome(verdict), 1);
                    return 1;
                }
                Ok(false) => return self.late(lease),
                Err(error) => {
                    let cause = error.cause().unwrap_or_default();
                    tracing::warn!(queue = E::NAME, id = %lease.id, cause, "an effect is not settled yet");
                }
            }
            if Instant::now() >= patience {
                return self.late(lease);
            }
            sleep(AGAIN).await;
        }
    }

    /// Another attempt has begun, or will.
    fn late(&self, lease: &Lease) -> usize {
        tracing::warn!(queue = E::NAME, id = %lease.id, "an attempt was settled too late");
        self.base.meter.count("late", 1);
        1
    }
}
