//! Snapshots: one moment for all statements of an answer, and nothing left of it afterwards.

use crate::{
    marks::Marks,
    support::databases::{Database, Store, on_both},
    transactions::cut_off,
};
use futures_util::future::join_all;
use sqlx::{Connection, SqliteConnection};
use std::time::Duration;
use tokio::time::timeout;
use vorzimmer::db::{Conn, Db, Engine, sql};
use vorzimmer::kernel::WorkspaceId;
use vorzimmer::kernel::error::Code;

const AT_ONCE: Duration = Duration::from_secs(5);

async fn count(conn: &mut Conn) -> i64 {
    conn.scalar(sql("SELECT COUNT(*) FROM marks")).await.unwrap().unwrap()
}

#[on_both]
async fn a_snapshot_stays_at_its_moment(store: Store) {
    let marks = Marks::new(&store.db, 1).await;
    marks.write(0, 1).await.unwrap();
    let (mut conn, head) = store.db.snapshot(marks.workspaces[0]).await.unwrap();
    for n in 2..20 {
        marks.write(0, n).await.unwrap();
        assert_eq!(count(&mut conn).await, 1, "also its first read, which is of the workspace");
    }
    drop(conn);
    let (mut conn, later) = store.db.snapshot(marks.workspaces[0]).await.unwrap();
    assert!(later.changed_at > head.changed_at);
    assert_eq!(count(&mut conn).await, 19);
}

#[on_both]
async fn a_snapshot_does_not_write(store: Store) {
    let marks = Marks::new(&store.db, 1).await;
    let (mut conn, _) = store.db.snapshot(marks.workspaces[0]).await.unwrap();
    conn.execute(sql("INSERT INTO marks (n) VALUES (1)")).await.unwrap_err();
    drop(conn);
    marks.expect(1, false).await;
    let unknown = store.db.snapshot(WorkspaceId(marks.clock.new_id())).await.err().unwrap();
    assert_eq!(unknown.code(), Code::NotFound);
}

#[on_both]
async fn a_snapshot_that_is_cut_off_at_any_point_ends(store: Store) {
    let marks = Marks::new(&store.db, 1).await;
    for n in 0..120 {
        let read = async {
            let (mut conn, _) = store.db.snapshot(marks.workspaces[0]).await.unwrap();
            for _ in 0..3 {
                count(&mut conn).await;
            }
        };
        cut_off(read, n % 40).await;
        marks.write(0, n).await.unwrap();
        // Whichever connection comes next, it sees what is there now.
        for _ in 0..3 {
            timeout(AT_ONCE, marks.expect(n, true)).await.expect("nobody hangs");
        }
        let (mut conn, _) =
            timeout(AT_ONCE, store.db.snapshot(marks.workspaces[0])).await.expect("nobody hangs").unwrap();
        assert_eq!(count(&mut conn).await, n + 1);
    }
}

#[on_both]
async fn long_reads_leave_the_sessions_of_short_ones_alone(store: Store) {
    let marks = Marks::new(&store.db, 1).await;
    let held = join_all((0..4).map(|_| store.db.snapshot_apart(marks.workspaces[0]))).await;
    marks.write(0, 1).await.unwrap();
    for _ in 0..20 {
        timeout(AT_ONCE, marks.expect(1, true)).await.expect("there is a session");
    }
    for snapshot in held {
        assert_eq!(count(&mut snapshot.unwrap().0).await, 0);
    }
}

#[test]
#[should_panic(expected = "takes a snapshot")]
fn a_session_for_one_statement_takes_no_second() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is built in");
    actix_web::rt::System::new().block_on(async {
        let mut conn = database.open().await.read_once().await.unwrap();
        for _ in 0..2 {
            conn.scalar::<i64>(sql("SELECT COUNT(*) FROM users")).await.unwrap();
        }
    });
}

#[test]
fn the_write_ahead_log_is_folded_in_once_snapshots_have_ended() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is built in");
    actix_web::rt::System::new().block_on(async {
        let db: Db = database.open().await;
        let marks = Marks::new(&db, 1).await;
        let (open, _) = db.snapshot(marks.workspaces[0]).await.unwrap();
        marks.write(0, 1).await.unwrap();
        assert!(!folds_in(&database.url).await, "a snapshot keeps the log");
        drop(open);
        for n in 2..10 {
            let read = async {
                let (mut conn, _) = db.snapshot(marks.workspaces[0]).await.unwrap();
                count(&mut conn).await;
            };
            cut_off(read, n).await;
            marks.write(0, n).await.unwrap();
        }
        // A statement that was cut off is seen to its end first.
        timeout(AT_ONCE, async { while !folds_in(&database.url).await {} }).await.expect("nothing keeps the log");
    });
}

/// Whether all of the log can be folded into the file, which nobody then reads as it was before.
async fn folds_in(url: &str) -> bool {
    let mut conn = SqliteConnection::connect(url).await.unwrap();
    let folded: (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    folded.0 == 0
}
