//! The real server of one test: its own database, a clock that stands still, a spare port.

use crate::{
    client::TestClient,
    contract::Contract,
    support::databases::{Context, Database},
};
use std::{cell::RefCell, rc::Rc, sync::Arc, time::Duration};
use tokio::sync::OnceCell;
use vorzimmer::db::sql;
use vorzimmer::kernel::{Clock, error::Result};
use vorzimmer::platform::app::App;
use vorzimmer::platform::auth::make_key_files;
use vorzimmer::platform::config::{Config, Registration};
use vorzimmer::platform::workers;
use vorzimmer::server::{self, Running};
use vorzimmer::slices;

/// A running server, and a caller without credentials.
#[derive(Clone)]
pub struct Server {
    pub client: TestClient,
    /// The application behind it: its clock, its database, its folder.
    pub app: Arc<App>,
    running: Rc<RefCell<Option<Running>>>,
}

/// An ordinary working day: Monday, 2 March 2026, in UTC.
pub const START: &str = "2026-03-02T09:00:00Z";

impl Server {
    /// A server with settings of its own.
    pub async fn with(database: &Database, set: impl FnOnce(&mut Config)) -> Self {
        let config = config(database, set);
        let db = database.open().await;
        Self::start(App::with_db(config, clock(), db, slices::REGISTRY).expect("the application is built")).await
    }

    /// A server that starts at an instant, on a database that another version wrote: it is brought up to date as at every
    /// start.
    pub async fn built(database: &Database, at: &str) -> Self {
        let clock = Clock::fixed(at.parse().expect("an instant"));
        let app = App::build(config(database, |_| {}), clock, slices::REGISTRY)
            .await
            .expect("the database is brought up to date");
        Self::start(app).await
    }

    async fn start(app: Arc<App>) -> Self {
        let running = server::start(app.clone()).expect("the server starts");
        let base = format!("http://{}", running.address);
        let client = TestClient::new(&base, contract(&base).await);
        Self { client, app, running: Rc::new(RefCell::new(Some(running))) }
    }

    /// Stops it in good order.
    pub async fn stop(self) {
        let running = self.running.take().expect("it is stopped once");
        run_due(&self.app).await.expect("what is due is done");
        let failed = sql("SELECT COUNT(*) FROM jobs WHERE last_error IS NOT NULL");
        let failed: Option<i64> =
            self.app.db.read().await.expect("a reader").scalar(failed).await.expect("the jobs are counted");
        assert_eq!(failed, Some(0), "jobs failed");
        let left = vorzimmer::platform::jobs::left_over(&self.app.db, self.app.clock.now())
            .await
            .expect("the jobs are counted");
        assert_eq!(left, 0, "jobs that are due or failed were left over");
        running.stop().await.expect("the server stops in good order");
    }
}

/// Does the jobs that are due; how many were done.
pub async fn run_due(app: &App) -> Result<usize> {
    app.jobs.run_due().await
}

/// Tries to deliver the mails that are due; how many were tried.
pub async fn deliver_due(app: &App) -> Result<usize> {
    workers::run_due(&app.mails).await
}

fn clock() -> Clock {
    Clock::fixed(START.parse().expect("an instant"))
}

fn config(database: &Database, set: impl FnOnce(&mut Config)) -> Config {
    let dir = database.dir();
    make_key_files(dir).expect("the keys are made");
    let mut config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data_dir: dir.to_owned(),
        database_url: Some(database.url.clone()),
        jwt_key_file: Some(dir.join("jwt.key")),
        secret_key_file: Some(dir.join("secret.key")),
        registration: Registration::Open,
        rate_limit: 100_000,
        workers: 1,
        drain: Duration::ZERO,
        ..Config::default()
    };
    set(&mut config);
    config
}

/// A server on which only the first may register.
#[derive(Clone)]
pub struct FreshServer(pub Server);

impl Context for FreshServer {
    async fn enter(database: &Database) -> Self {
        Self(Server::with(database, |config| config.registration = Registration::FirstOnly).await)
    }

    async fn leave(self) {
        self.0.stop().await;
    }
}

impl Context for Server {
    async fn enter(database: &Database) -> Self {
        Self::with(database, |_| {}).await
    }

    async fn leave(self) {
        self.stop().await;
    }
}

/// The document as the first server of this process serves it; the others serve the same, apart from their address.
async fn contract(base_url: &str) -> Arc<Contract> {
    static CONTRACT: OnceCell<Arc<Contract>> = OnceCell::const_new();
    let served = || async {
        let answer = reqwest::get(format!("{base_url}/openapi.json")).await.expect("the document is served");
        Contract::new(serde_json::from_slice(&answer.bytes().await.expect("the whole document")).expect("JSON"))
    };
    CONTRACT.get_or_init(served).await.clone()
}
