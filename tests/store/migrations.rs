//! Migrations: the same on both engines, and applied once however many servers start together.

use crate::support::databases::Database;
use futures_util::future::join_all;
use std::{collections::BTreeSet, fs};
use vorzimmer::db::{Db, Engine, migrate, sql};

#[test]
fn both_engines_have_the_same_migrations() {
    assert_eq!(files("sqlite"), files("postgres"));
    assert!(!files("sqlite").is_empty());
}

mod four_servers_starting_at_once_apply_each_migration_once {
    use super::*;

    #[test]
    fn sqlite() {
        check(Engine::Sqlite);
    }

    #[test]
    fn postgres() {
        check(Engine::Postgres);
    }
}

fn check(engine: Engine) {
    let Some(database) = Database::empty(engine) else { return };
    actix_web::rt::System::new().block_on(async {
        // Each opens the database for itself, as separate processes do.
        let dbs = join_all((0..4).map(|_| start(&database))).await;
        assert_eq!(applied(&dbs[0]).await, files("sqlite").len());
        migrate(&dbs[0], database.dir()).await.expect("a later start finds nothing to do");
    });
}

async fn start(database: &Database) -> Db {
    let db = database.open().await;
    migrate(&db, database.dir()).await.expect("whoever comes later waits and finds it done");
    db
}

/// How many migrations the database says were applied; sqlx refuses to note one twice.
async fn applied(db: &Db) -> usize {
    let versions: Vec<(i64,)> =
        db.read().await.unwrap().all(sql("SELECT version FROM _sqlx_migrations")).await.unwrap();
    versions.len()
}

fn files(engine: &str) -> BTreeSet<String> {
    let dir = format!("{}/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
    let names = fs::read_dir(dir).expect("the folder of migrations");
    names.map(|entry| entry.unwrap().file_name().into_string().expect("a name in UTF-8")).collect()
}
