//! Something to write: numbers, each in a transaction on one of some workspaces.

use vorzimmer::db::{Actor, Db, Tx, sql};
use vorzimmer::kernel::error::Result;
use vorzimmer::kernel::{Clock, Timestamp, WorkspaceId};

/// A table of numbers, each written once, beside some workspaces.
#[derive(Clone)]
pub struct Marks {
    pub db: Db,
    pub clock: Clock,
    pub workspaces: Vec<WorkspaceId>,
}

impl Marks {
    pub async fn new(db: &Db, workspaces: usize) -> Self {
        let clock = Clock::fixed(Timestamp::from_micros(1_000_000));
        let mut tx = Tx::open(db, &clock, Actor::default()).await.unwrap();
        tx.execute(sql("CREATE TABLE marks (n BIGINT PRIMARY KEY)")).await.unwrap();
        let workspaces: Vec<_> = (0..workspaces).map(|_| WorkspaceId(clock.new_id())).collect();
        for id in &workspaces {
            let insert = "INSERT INTO workspaces (id, name, time_zone, currency, language, overlap_policy, areas, sort_key, \
                revision, changed_at, version, created_at, updated_at) \
                VALUES ($1, 'W', 'UTC', 'EUR', 'en', 'allow', '[]', 'w', 0, $2, 1, $2, $2)";
            tx.execute(sql(insert).bind(*id).bind(clock.now())).await.unwrap();
        }
        tx.commit().await.unwrap();
        Self { db: db.clone(), clock, workspaces }
    }

    pub async fn begin(&self, workspace: usize) -> Result<Tx> {
        Tx::begin(&self.db, &self.clock, self.workspaces[workspace], Actor::default()).await
    }

    pub async fn insert(&self, tx: &mut Tx, n: i64) -> Result<()> {
        tx.execute(sql("INSERT INTO marks (n) VALUES ($1)").bind(n)).await.map(drop)
    }

    /// Writes a number in a transaction of its own; true once it is acknowledged.
    pub async fn write(&self, workspace: usize, n: i64) -> Result<bool> {
        let mut tx = self.begin(workspace).await?;
        self.insert(&mut tx, n).await?;
        tx.commit().await.map(|()| true)
    }

    #[track_caller]
    pub fn expect(&self, n: i64, there: bool) -> impl Future<Output = ()> {
        let from = std::panic::Location::caller();
        async move {
            let mut conn = self.db.read().await.unwrap();
            let found = conn.scalar::<i64>(sql("SELECT n FROM marks WHERE n = $1").bind(n)).await.unwrap();
            assert_eq!(found.is_some(), there, "{n} (from {from})");
        }
    }
}
