//! A database of its own for every test, on both engines. The schema is made once per process; a test gets a copy.

use super::{postgres::cluster, runtime, scratch::Dir};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};
use vorzimmer::db::{Db, Engine, migrate};

/// A database that belongs to one test and goes with it.
pub struct Database {
    pub engine: Engine,
    /// Its address as the setting `DATABASE_URL` takes it.
    pub url: String,
    dir: Dir,
}

/// What a test of [`on_both`] is given: built on a fresh database; a clone of it is looked at when it has passed.
pub trait Context: Clone {
    async fn enter(database: &Database) -> Self;
    /// Checks what no test may leave behind, and ends what runs.
    async fn leave(self) {}
}

impl Database {
    /// A database without any table; none where the engine is not installed.
    pub fn empty(engine: Engine) -> Option<Self> {
        let dir = Dir::new();
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", file(&dir).display()),
            Engine::Postgres => cluster()?.create_database(None),
        };
        Some(Self { engine, url, dir })
    }

    /// A copy of the migrated database; none where the engine is not installed.
    pub fn migrated(engine: Engine) -> Option<Self> {
        static SQLITE: OnceLock<Vec<u8>> = OnceLock::new();
        static POSTGRES: OnceLock<Database> = OnceLock::new();
        let template = || {
            let database = Self::empty(engine).expect("the engine is installed");
            database.migrate();
            database
        };
        match engine {
            Engine::Sqlite => {
                let bytes = SQLITE.get_or_init(|| fs::read(file(&template().dir)).expect("the migrated file"));
                let copy = Self::empty(engine)?;
                fs::write(file(&copy.dir), bytes).expect("a copy of the migrated file");
                Some(copy)
            }
            Engine::Postgres => {
                let cluster = cluster()?;
                let url = cluster.create_database(Some(&POSTGRES.get_or_init(template).url));
                Some(Self { engine, url, dir: Dir::new() })
            }
        }
    }

    /// A folder for whatever the program keeps beside the database.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Opens it; may be called more than once, as several servers would.
    pub async fn open(&self) -> Db {
        let opened = match self.engine {
            Engine::Sqlite => Db::open_sqlite(&file(&self.dir)).await,
            Engine::Postgres => Db::open_postgres(&self.url, 8).await,
        };
        opened.unwrap_or_else(|error| panic!("opening {}: {error}", self.url))
    }

    /// Migrates on a thread of its own, since the caller may be inside a runtime.
    fn migrate(&self) {
        let work = async || {
            let db = self.open().await;
            migrate(&db, self.dir()).await.expect("the schema is made");
            db.close().await;
        };
        std::thread::scope(|scope| scope.spawn(|| runtime().block_on(work())).join()).expect("the schema is made");
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let (Engine::Postgres, Some(cluster)) = (self.engine, cluster()) {
            cluster.drop_database(&self.url);
        }
    }
}

fn file(dir: &Dir) -> PathBuf {
    dir.path().join("vorzimmer.db")
}

/// The context of a test that needs the open database alone.
#[derive(Clone)]
pub struct Store {
    pub db: Db,
}

impl Context for Store {
    async fn enter(database: &Database) -> Self {
        Self { db: database.open().await }
    }
}

/// Runs one test on one engine, in a runtime like the server's.
pub fn run<C: Context>(engine: Engine, test: impl AsyncFnOnce(C)) {
    let Some(database) = Database::migrated(engine) else { return };
    actix_web::rt::System::new().block_on(async {
        let context = C::enter(&database).await;
        test(context.clone()).await;
        context.leave().await;
    });
}

/// Makes of one function a test on each engine, by [`run`].
pub use vorzimmer_macros::on_both;

mod tests {
    use super::{Context, Database, Store, on_both};
    use vorzimmer::db::{Actor, Db, Tx, sql};
    use vorzimmer::kernel::{Clock, Timestamp};

    #[on_both]
    async fn every_test_has_a_migrated_database_of_its_own(store: Store) {
        mark(&store.db).await;
        let other = Database::migrated(store.db.engine()).expect("a second database of the same engine");
        let other = Store::enter(&other).await;
        // In one and the same database the mark could not be made twice.
        mark(&other.db).await;
        let users: Option<i64> =
            other.db.read().await.unwrap().scalar(sql("SELECT COUNT(*) FROM users")).await.unwrap();
        assert_eq!(users, Some(0));
    }

    async fn mark(db: &Db) {
        let clock = Clock::fixed(Timestamp::from_micros(0));
        let mut tx = Tx::open(db, &clock, Actor::default()).await.unwrap();
        tx.execute(sql("CREATE TABLE marks (n INTEGER)")).await.unwrap();
        tx.commit().await.unwrap();
    }
}
