//! Effects of any kind: a lease is renewed while its work goes on, and who has lost it changes nothing. Mails lend their
//! table.

use crate::{jobs::Servers, mails::deliver_due, support::databases::on_both};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep},
};
use vorzimmer::db::{Tx, sql};
use vorzimmer::platform::effects::{Effect, Effects, Outbox, Outcome};
use vorzimmer::platform::mail::{model::Claim, store};
use vorzimmer::platform::workers::{Base, run_due};

/// Goes on until it is let go; panics for one address.
struct Slow(Semaphore);

impl Effect for Slow {
    type Work = Claim;
    const NAME: &'static str = "mails";
    const AT_ONCE: usize = 4;
    const OUTBOX: Outbox = store::OUTBOX;
    const PAUSES: &'static [i64] = &[5];
    const LEASE: Duration = Duration::from_millis(300);

    async fn attempt(&self, mail: &Claim) -> Outcome {
        assert_ne!(mail.recipient.to_string(), "panic@example.com", "on purpose");
        self.0.acquire().await.expect("it is open").forget();
        Outcome::Done
    }
}

impl Servers {
    fn slow(&self) -> (Arc<Slow>, Arc<Effects<Slow>>) {
        let slow = Arc::new(Slow(Semaphore::new(0)));
        let db = self.apps[0].db.clone();
        let base = Base { db, clock: self.clock.clone(), meter: Default::default() };
        (slow.clone(), Arc::new(Effects::new(slow, base)))
    }

    /// Waits until the only mail is due at this many milliseconds from now.
    async fn until_due_in(&self, millis: i64) {
        let patience = Instant::now();
        let due = self.clock.now().micros() + millis * 1000;
        while self.only().await.next_attempt_at.map(|at| at.micros()) != Some(due) {
            assert!(patience.elapsed() < Duration::from_secs(20), "the lease is not renewed");
            sleep(Duration::from_millis(5)).await;
        }
    }
}

#[on_both]
async fn a_lease_is_renewed_while_the_work_goes_on(servers: Servers) {
    let other = servers.mailing("smtp://127.0.0.1:9");
    servers.post(&other, "eva@example.com", None).await;
    let (slow, effects) = servers.slow();
    let work = tokio::spawn(async move { run_due(&effects).await });
    servers.until_due_in(300).await;
    servers.later(3600);
    servers.until_due_in(300).await;
    assert_eq!(deliver_due(&other).await.unwrap(), 0, "it is in hand, an hour after it was claimed");
    slow.0.add_permits(1);
    assert_eq!(work.await.unwrap().unwrap(), 1);
    servers.only().await.expect("sent", 1, None);
}

#[on_both]
async fn who_has_lost_the_lease_breaks_off_and_changes_nothing(servers: Servers) {
    servers.post(&servers.apps[0], "eva@example.com", None).await;
    let (_, effects) = servers.slow();
    let work = tokio::spawn(async move { run_due(&effects).await });
    servers.until_due_in(300).await;
    // As another server claims it.
    let mut tx = Tx::open(&servers.apps[0].db, &servers.clock, Default::default()).await.unwrap();
    let claim = sql("UPDATE mails SET attempts = 2, next_attempt_at = $1");
    tx.execute(claim.bind(servers.clock.now().plus_seconds(60))).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(work.await.unwrap().unwrap(), 1, "it ends, though nobody let it go");
    servers.only().await.expect("queued", 2, None);
}

#[on_both]
async fn a_panic_costs_one_attempt(servers: Servers) {
    let app = &servers.apps[0];
    servers.post(app, "panic@example.com", None).await;
    servers.post(app, "eva@example.com", None).await;
    let (slow, effects) = servers.slow();
    slow.0.add_permits(1);
    assert_eq!(run_due(&effects).await.unwrap(), 2);
    let stored = servers.stored().await;
    stored[0].expect("queued", 1, Some("the attempt broke off"));
    stored[1].expect("sent", 1, None);
}
