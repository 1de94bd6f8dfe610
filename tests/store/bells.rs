//! Bells: a commit on one server wakes the workers of another, also after its listener was lost.

use crate::{
    jobs::Servers,
    smtp::{Manner, Smtp},
    support::databases::on_both,
};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use vorzimmer::db::{Engine, LISTENER_NAME, Relay, sql};
use vorzimmer::platform::workers::Worker;

/// No test waits for it.
const POLL: Duration = Duration::from_secs(3600);

/// Waits until something has come about that a bell brings.
async fn until(what: &str, mut has_come: impl AsyncFnMut() -> bool) {
    let patience = Instant::now();
    while !has_come().await {
        assert!(patience.elapsed() < Duration::from_secs(30), "{what}");
        sleep(Duration::from_millis(5)).await;
    }
}

impl Servers {
    /// Tells between the servers; on SQLite they are one process.
    fn relays(&self) -> Vec<Relay> {
        self.apps.iter().filter_map(|app| Relay::start(&app.db)).collect()
    }

    /// Has jobs enqueued on the first server, one after the other; the second does them.
    async fn jobs_are_done(&self, number: usize) {
        for _ in 0..number {
            self.add(true, self.clock.now()).await;
            until("the other server is woken", async || self.left().await == 0).await;
        }
    }
}

#[on_both]
async fn a_commit_on_one_server_wakes_the_other(servers: Servers) {
    let relays = servers.relays();
    let worker = Worker::start(servers.apps[1].jobs.clone(), POLL).unwrap();
    servers.jobs_are_done(3).await;
    let smtp = Smtp::start("127.0.0.1:0", Manner::Kind).await;
    let sender = servers.another(|config| config.smtp_url = Some(smtp.url.clone()));
    let mails = Worker::start(sender.mails.clone(), POLL).unwrap();
    for number in 1..=3 {
        servers.post(&servers.apps[1], "eva@example.com", None).await;
        until("the mail goes out", async || smtp.taken().len() == number).await;
    }
    worker.drain().await;
    mails.drain().await;
    drop(relays);
}

#[on_both]
async fn a_lost_listener_comes_back_and_has_missed_nothing(servers: Servers) {
    if servers.apps[0].db.engine() == Engine::Sqlite {
        return;
    }
    let relays = servers.relays();
    let worker = Worker::start(servers.apps[1].jobs.clone(), POLL).unwrap();
    servers.jobs_are_done(1).await;
    const LISTENERS: &str = "FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()";
    let count = |what: &'static str| {
        let mut count = sql("SELECT COUNT(");
        count.push(what).push(") ").push(LISTENERS);
        count.bind(LISTENER_NAME)
    };
    let mut conn = servers.apps[0].db.read().await.unwrap();
    for _ in 0..2 {
        until("both listen", async || conn.scalar::<i64>(count("*")).await.unwrap() == Some(2)).await;
        conn.scalar::<i64>(count("pg_terminate_backend(pid)")).await.unwrap();
        conn.renew();
        // What is told while nobody listens, and what is told afterwards.
        servers.jobs_are_done(3).await;
    }
    worker.drain().await;
    drop(relays);
}
