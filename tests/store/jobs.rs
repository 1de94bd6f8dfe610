//! Jobs: each is done once, by one of several servers, and what fails is tried again later.

use crate::support::databases::{Context, Database, on_both};
use serde_json::json;
use std::sync::Arc;
use vorzimmer::db::{Tx, sql};
use vorzimmer::kernel::{Clock, Timestamp, WorkspaceId, error::Result};
use vorzimmer::platform::app::App;
use vorzimmer::platform::auth::make_key_files;
use vorzimmer::platform::config::Config;
use vorzimmer::platform::jobs::{JobKind, Jobs, enqueue, left_over, queue};
use vorzimmer::platform::workers::Base;
use vorzimmer::slices;
use vorzimmer::slices::time_entries::long_running::LONG_RUNNING_TIMER;

/// Two servers on one database, and a workspace.
#[derive(Clone)]
pub struct Servers {
    pub clock: Clock,
    pub apps: [Arc<App>; 2],
    pub workspace: WorkspaceId,
}

impl Context for Servers {
    async fn enter(database: &Database) -> Self {
        make_key_files(database.dir()).expect("the keys are made");
        let config = Config {
            data_dir: database.dir().to_owned(),
            database_url: Some(database.url.clone()),
            jwt_key_file: Some(database.dir().join("jwt.key")),
            secret_key_file: Some(database.dir().join("secret.key")),
            ..Config::default()
        };
        let clock = Clock::fixed("2026-03-02T09:00:00Z".parse().expect("an instant"));
        let db = database.open().await;
        // SQLite has one writer in one process; PostgreSQL serves both from pools of their own.
        let other = if db.engine() == vorzimmer::db::Engine::Sqlite { db.clone() } else { database.open().await };
        let app = |db| {
            App::with_db(config.clone(), clock.clone(), db, slices::REGISTRY).expect("the application is built")
        };
        let workspace = WorkspaceId(clock.new_id());
        let servers = Self { apps: [app(db), app(other)], clock, workspace };
        Self { workspace: servers.found().await, ..servers }
    }
}

impl Servers {
    /// One more workspace.
    pub async fn found(&self) -> WorkspaceId {
        let workspace = WorkspaceId(self.clock.new_id());
        let mut tx = Tx::open(&self.apps[0].db, &self.clock, Default::default()).await.unwrap();
        let add = sql(
            "INSERT INTO workspaces (id, name, time_zone, currency, language, overlap_policy, areas, sort_key, \
            revision, changed_at, version, created_at, updated_at) \
            VALUES ($1, 'A', 'UTC', 'EUR', 'de', 'allow', '[]', 'a', 0, $2, 1, $2, $2)",
        );
        tx.execute(add.bind(workspace).bind(self.clock.now())).await.unwrap();
        tx.commit().await.unwrap();
        workspace
    }

    /// One more server on the same database, with settings of its own.
    pub fn another(&self, set: impl FnOnce(&mut Config)) -> Arc<App> {
        let mut config = self.apps[0].config.clone();
        set(&mut config);
        App::with_db(config, self.clock.clone(), self.apps[0].db.clone(), slices::REGISTRY)
            .expect("the application is built")
    }

    pub async fn tx(&self) -> Tx {
        Tx::begin(&self.apps[0].db, &self.clock, self.workspace, Default::default()).await.unwrap()
    }

    /// A job about an entry that is not there, which is no reason to fail; or one that cannot be read.
    pub async fn add(&self, good: bool, run_at: Timestamp) {
        let mut tx = self.tx().await;
        let id = if good { json!(self.clock.new_id()) } else { json!(null) };
        enqueue(&mut tx, &LONG_RUNNING_TIMER, &json!({"time_entry_id": id}), run_at).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn left(&self) -> i64 {
        left_over(&self.apps[0].db, self.clock.now()).await.unwrap()
    }

    pub fn later(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }
}

/// Does what is due; how many jobs were done.
async fn run_due(app: &App) -> Result<usize> {
    app.jobs.run_due().await
}

#[on_both]
async fn a_job_is_done_when_it_is_due_and_only_once(servers: Servers) {
    let now = servers.clock.now();
    for _ in 0..45 {
        servers.add(true, now.plus_seconds(10)).await;
    }
    assert_eq!(run_due(&servers.apps[0]).await.unwrap(), 0);
    servers.later(10);
    assert_eq!(servers.left().await, 45);
    let (one, other) = futures_util::future::join(run_due(&servers.apps[0]), run_due(&servers.apps[1])).await;
    assert_eq!(one.unwrap() + other.unwrap(), 45);
    assert_eq!(servers.left().await, 0);
}

#[on_both]
async fn a_job_of_a_rolled_back_change_was_never_there(servers: Servers) {
    let mut tx = servers.tx().await;
    let now = servers.clock.now();
    enqueue(&mut tx, &LONG_RUNNING_TIMER, &json!({}), now).await.unwrap();
    drop(tx);
    assert_eq!(run_due(&servers.apps[0]).await.unwrap(), 0);
}

#[on_both]
async fn what_a_dead_server_had_claimed_is_done_by_another(servers: Servers) {
    servers.add(true, servers.clock.now()).await;
    let claimed = queue::claim(&servers.apps[0].db, &servers.clock, 4).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(run_due(&servers.apps[1]).await.unwrap(), 0, "it is in hand");
    servers.later(121);
    assert_eq!(run_due(&servers.apps[1]).await.unwrap(), 1);
    let mut tx = servers.tx().await;
    assert!(!queue::finish(&mut tx, &claimed[0]).await.unwrap(), "the first one comes too late");
}

#[on_both]
async fn a_failing_job_is_tried_ever_later_and_given_up(servers: Servers) {
    servers.add(false, servers.clock.now()).await;
    let mut conn = servers.apps[0].db.read().await.unwrap();
    let mut pauses = Vec::new();
    for attempt in 1..=queue::MAX_ATTEMPTS {
        assert_eq!(run_due(&servers.apps[0]).await.unwrap(), 0);
        let (attempts, run_at): (i64, Timestamp) =
            conn.one(sql("SELECT attempts, run_at FROM jobs")).await.unwrap();
        assert_eq!(attempts, attempt, "it is tried when it is due");
        pauses.push(run_at.seconds_since(servers.clock.now()));
        servers.clock.set(run_at.plus_seconds(-1));
        run_due(&servers.apps[0]).await.unwrap();
        servers.clock.set(run_at);
    }
    assert_eq!(pauses, [5, 15, 45, 135, 405, 1215, 3645, 7200, 7200, 7200]);
    let (attempts, error): (i64, String) =
        conn.one(sql("SELECT attempts, last_error FROM jobs WHERE failed_at IS NOT NULL")).await.unwrap();
    assert_eq!(attempts, 10);
    assert!(error.contains("names no time entry"), "{error}");
    assert_eq!(run_due(&servers.apps[0]).await.unwrap(), 0);
    assert_eq!(servers.left().await, 1, "it is not forgotten");
}

#[on_both]
async fn jobs_of_a_deleted_workspace_go_with_it(servers: Servers) {
    servers.add(true, servers.clock.now()).await;
    let mut tx = servers.tx().await;
    let now = tx.now();
    tx.execute(sql("UPDATE workspaces SET deleted_at = $2 WHERE id = $1").bind(servers.workspace).bind(now))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(run_due(&servers.apps[0]).await.unwrap(), 1);
    assert_eq!(servers.left().await, 0);
}

#[on_both]
async fn a_panic_costs_one_attempt_and_nobody_elses_job(servers: Servers) {
    static PANICKING: JobKind =
        JobKind { name: "panicking", run: |_, _| Box::pin(async { panic!("on purpose") }) };
    static KINDS: [&JobKind; 2] = [&PANICKING, &LONG_RUNNING_TIMER];
    let app = &servers.apps[0];
    let base = Base { db: app.db.clone(), clock: app.clock.clone(), meter: Default::default() };
    let jobs = Arc::new(Jobs::new(&KINDS, &[], app.mailer.clone(), base));
    let now = servers.clock.now();
    let mut tx = servers.tx().await;
    enqueue(&mut tx, &PANICKING, &json!({}), now).await.unwrap();
    tx.commit().await.unwrap();
    servers.add(true, now).await;
    assert_eq!(jobs.run_due().await.unwrap(), 1);
    let left = sql("SELECT attempts, last_error, in_hand FROM jobs");
    let (attempts, error, in_hand): (i64, String, bool) = app.db.read().await.unwrap().one(left).await.unwrap();
    assert_eq!((attempts, in_hand), (1, false));
    assert!(error.contains("the job panicked"), "{error}");
    servers.later(5);
    assert_eq!(jobs.run_due().await.unwrap(), 0, "it is tried again");
}

#[on_both]
async fn a_workspace_with_many_jobs_keeps_nobody_waiting(servers: Servers) {
    let now = servers.clock.now();
    for _ in 0..15 {
        servers.add(true, now).await;
    }
    let other = Servers { workspace: servers.found().await, ..servers.clone() };
    servers.later(10);
    other.add(true, servers.clock.now()).await;
    let claim = async || {
        let jobs = queue::claim(&servers.apps[0].db, &servers.clock, 1).await.unwrap();
        (jobs.len(), jobs.first().map(|job| job.workspace_id))
    };
    assert_eq!(claim().await, (10, Some(servers.workspace)), "that of the first job");
    assert_eq!(claim().await, (1, Some(other.workspace)), "though it came last");
    assert_eq!(claim().await, (0, None), "one has work in hand, the other has no more");
    servers.later(121);
    assert_eq!(run_due(&servers.apps[1]).await.unwrap(), 16);
}
