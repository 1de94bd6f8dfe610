//! Bells between servers on one PostgreSQL: one channel of LISTEN and NOTIFY, whose payload is a topic. What was committed
//! is told afterwards, on a connection of its own and gathered: NOTIFY inside a transaction takes a lock that all others
//! wait for at their COMMIT. Nothing depends on it: who is not told finds the work by polling.

use super::{
    Db,
    bells::Bells,
    session::{deadline, until},
};
use sqlx::{
    Executor, Postgres,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use std::{convert::Infallible, io, time::Duration};
use tokio::{
    select,
    task::JoinHandle,
    time::{Instant, sleep, sleep_until},
};

const CHANNEL: &str = "vorzimmer";
/// As PostgreSQL shows the connection.
pub const LISTENER_NAME: &str = "vorzimmer bells";
/// Rings that follow each other within this time are told as one.
const GATHER: Duration = Duration::from_millis(20);
/// After so long a silence the connection is asked whether it lives.
const SILENCE: Duration = Duration::from_secs(30);
/// The pause before it is connected again, from the first to the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(30));

/// Tells the other servers, and listens to them, until it is dropped.
pub struct Relay(JoinHandle<Infallible>);

impl Relay {
    /// Begins. SQLite has one server, which needs none.
    pub fn start(db: &Db) -> Option<Self> {
        let Db::Postgres { pool, bells, .. } = db else { return None };
        let options = (*pool.connect_options()).clone().application_name(LISTENER_NAME);
        Some(Self(tokio::spawn(run(options, bells.clone()))))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn run(options: PgConnectOptions, bells: Bells) -> Infallible {
    let (first, longest) = PAUSES;
    let mut pause = first;
    loop {
        let error = match until(deadline(), connect(options.clone())).await {
            Ok(mut listener) => {
                pause = first;
                // What was told in the meantime was missed.
                bells.ring_all_here();
                let Err(error) = relay(&mut listener, &bells).await;
                error
            }
            Err(error) => error,
        };
        tracing::warn!(%error, "the bells of other servers are not heard; polling goes on");
        sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

/// In a pool of its own, since it would keep a connection of the requests for good.
async fn connect(options: PgConnectOptions) -> sqlx::Result<PgListener> {
    let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
    let mut listener = PgListener::connect_with(&pool.connect_lazy_with(options)).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

async fn relay(listener: &mut PgListener, bells: &Bells) -> sqlx::Result<Infallible> {
    let own = sqlx::query_scalar::<Postgres, i32>("SELECT pg_backend_pid()").fetch_one(&mut *listener);
    let own = until(deadline(), own).await?;
    let (mut untold, mut next) = (bells.untold(), Instant::now());
    loop {
        let told = async {
            sleep_until(next).await;
            untold.changed().await
        };
        select! {
            heard = listener.try_recv() => {
                let heard = heard?.ok_or_else(|| io::Error::from(io::ErrorKind::ConnectionAborted))?;
                if i64::from(heard.process_id()) != i64::from(own) {
                    bells.ring_here(heard.payload());
                }
            }
            _ = told => {
                tell(listener, bells).await?;
                next = Instant::now() + GATHER;
            }
            () = sleep(SILENCE) => {
                until(deadline(), listener.execute("SELECT 1")).await?;
            }
        }
    }
}

async fn tell(listener: &mut PgListener, bells: &Bells) -> sqlx::Result<()> {
    let topics = bells.take_untold();
    if topics.is_empty() {
        return Ok(());
    }
    let notify = sqlx::query("SELECT pg_notify($1, topic) FROM unnest($2::TEXT[]) AS topic");
    let notify = notify.bind(CHANNEL).bind(topics.iter().copied().collect::<Vec<_>>());
    let told = until(deadline(), notify.execute(listener)).await.map(drop);
    if told.is_err() {
        bells.put_back(topics);
    }
    told
}
