//! The courier: takes what is due out of the outbox, delivers a few mails at a time, and settles each.

use super::{
    model::{Claim, MailStatus, Outcome, Verdict},
    store,
};
use crate::kernel::error::{Error, Result};
use crate::platform::app::App;
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, sync::Arc, thread, time::Duration};
use tokio::{runtime, sync::oneshot, task::JoinSet, time::sleep};

/// So many deliveries are in hand at the same time.
const AT_ONCE: usize = 4;
/// How often the courier looks when no commit wakes it: for retries, and for the mails of other servers that died.
const PAUSE: Duration = Duration::from_secs(1);
/// The lease outlives the deadline of the delivery by this, so that its end can be stored.
const MARGIN: Duration = Duration::from_secs(30);

/// The courier beside the server. Dropped, it stops as well.
pub struct Courier {
    stop: oneshot::Sender<()>,
    ended: oneshot::Receiver<()>,
}

impl Courier {
    /// Starts delivering, on a thread of its own: encryption delays no request.
    pub fn start(app: Arc<App>) -> Result<Self> {
        let ((stop, stopped), (end, ended)) = (oneshot::channel(), oneshot::channel());
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
        let work = move || {
            runtime.block_on(run(app, stopped));
            drop(end);
        };
        thread::Builder::new().name("courier".to_owned()).spawn(work).map_err(Error::internal)?;
        Ok(Self { stop, ended })
    }

    /// Takes no other mail, and waits for those in hand: until their deadline at most.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.ended.await;
    }
}

async fn run(app: Arc<App>, mut stopped: oneshot::Receiver<()>) {
    let mut in_hand = JoinSet::new();
    loop {
        // What is not begun when the server stops stays in the outbox.
        if !app.is_stopping()
            && let Err(error) = take(&app, &mut in_hand).await
        {
            tracing::warn!(cause = error.cause().unwrap_or_default(), "looking for mails failed");
        }
        tokio::select! {
            _ = &mut stopped => break,
            () = app.mailer.rung() => {}
            Some(_) = in_hand.join_next() => {}
            () = sleep(PAUSE) => {}
        }
    }
    while in_hand.join_next().await.is_some() {}
}

/// Delivers what is due until nothing is; how many deliveries were tried.
pub async fn deliver_due(app: &Arc<App>) -> Result<usize> {
    let (mut in_hand, mut tried) = (JoinSet::new(), 0);
    loop {
        take(app, &mut in_hand).await?;
        match in_hand.join_next().await {
            Some(_) => tried += 1,
            None => return Ok(tried),
        }
    }
}

/// Begins as many deliveries as hands are free.
async fn take(app: &Arc<App>, in_hand: &mut JoinSet<()>) -> Result<()> {
    let free = AT_ONCE.saturating_sub(in_hand.len());
    if free == 0 {
        return Ok(());
    }
    let lease = (app.mailer.deadline() + MARGIN).as_secs();
    let (mails, expired) = store::claim(&app.db, &app.clock, free as i64, lease as i64).await?;
    app.metrics.count_mails(MailStatus::Expired.as_str(), expired);
    for mail in mails {
        in_hand.spawn(deliver(app.clone(), mail));
    }
    Ok(())
}

async fn deliver(app: Arc<App>, mail: Claim) {
    let outcome = guard(app.mailer.send(&mail)).await;
    let verdict = mail.judge(outcome, app.clock.now());
    let (Claim { id, kind, attempts, .. }, counted) = (&mail, counted(&verdict));
    match &verdict {
        Verdict::Settled(MailStatus::Sent, _) => tracing::debug!(mail = %id, kind, attempts, "a mail was sent"),
        Verdict::Settled(_, cause) => tracing::error!(mail = %id, kind, attempts, cause, "a mail is given up"),
        Verdict::Again(_, cause) => {
            tracing::warn!(mail = %id, kind, attempts, cause, "a mail could not be sent yet")
        }
    }
    app.metrics.count_mails(counted, 1);
    // As long as the lease holds nobody else sends it: a database that is away for a moment makes no second mail.
    for _ in 0..MARGIN.as_secs() {
        match store::settle(&app.db, &app.clock, &mail, &verdict).await {
            Ok(true) => return,
            Ok(false) => {
                return tracing::warn!(mail = %id, "a mail was settled too late: another attempt has begun");
            }
            Err(error) => {
                tracing::warn!(mail = %id, cause = error.cause().unwrap_or_default(), "a mail is not settled yet");
                sleep(PAUSE).await;
            }
        }
    }
}

/// A panic costs one attempt, and not the courier.
async fn guard(delivery: impl Future<Output = Outcome>) -> Outcome {
    let outcome = AssertUnwindSafe(delivery).catch_unwind().await;
    outcome.unwrap_or_else(|_| Outcome::Unsent("the delivery broke off".to_owned()))
}

fn counted(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Settled(status, _) => status.as_str(),
        Verdict::Again(..) => "retried",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_costs_one_attempt() {
        let outcome = guard(async { panic!("on purpose") }).await;
        assert_eq!(outcome, Outcome::Unsent("the delivery broke off".to_owned()));
        assert_eq!(guard(async { Outcome::Sent }).await, Outcome::Sent);
    }
}
