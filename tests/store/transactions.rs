//! Transactions among neighbours that fail, are cut off anywhere, or take their time: what was acknowledged is there,
//! what failed is not, and the next one gets through at once.

use crate::{
    marks::Marks,
    support::databases::{Database, Store, on_both, run},
};
use futures_util::future::{join, join_all};
use std::{cell::Cell, future::poll_fn, pin::pin, task::Poll, time::Duration};
use tokio::{sync::oneshot, task::yield_now, time::timeout};
use vorzimmer::db::{Engine, sql};
use vorzimmer::kernel::error::Code;

/// Far longer than any transaction here takes, far shorter than for ever.
const AT_ONCE: Duration = Duration::from_secs(5);

#[on_both]
async fn a_writer_cut_off_at_any_point_leaves_the_others_alone(store: Store) {
    let marks = Marks::new(&store.db, 1).await;
    for polls in 0..40 {
        let neighbour = marks.write(0, 1_000 + polls);
        let doomed = cut_off(marks.write(0, 2_000 + polls), polls);
        let (neighbour, doomed) = timeout(AT_ONCE, join(neighbour, doomed)).await.expect("nobody hangs");
        neighbour.unwrap_or_else(|error| panic!("beside one cut off after {polls} polls: {error}"));
        timeout(AT_ONCE, marks.write(0, 3_000 + polls)).await.expect("nobody hangs").unwrap();
        marks.expect(1_000 + polls, true).await;
        if doomed.is_some() {
            marks.expect(2_000 + polls, true).await;
        }
    }
}

#[on_both]
async fn a_busy_workspace_leaves_connections_to_the_others(store: Store) {
    let marks = Marks::new(&store.db, 2).await;
    let holder = marks.begin(0).await.unwrap();
    let mut crowd = pin!(join_all((0..20).map(|n| marks.write(0, n))));
    // As far as they come while the workspace is held.
    assert!(timeout(Duration::from_millis(200), &mut crowd).await.is_err());
    timeout(AT_ONCE, store.db.read()).await.expect("nobody hangs").expect("there is a connection");
    drop(holder);
    for outcome in timeout(AT_ONCE, crowd).await.expect("nobody hangs") {
        outcome.unwrap();
    }
}

#[on_both]
async fn one_change_may_have_very_many_events_and_the_next_comes_after_them(store: Store) {
    let marks = Marks::new(&store.db, 1).await;
    let mut tx = marks.begin(0).await.unwrap();
    let numbers: Vec<i64> = (0..50_000).map(|_| tx.next_event_number().unwrap()).collect();
    tx.commit().await.unwrap();
    let next = marks.begin(0).await.unwrap().next_event_number().unwrap();
    assert!(numbers.is_sorted() && numbers.last().is_some_and(|last| *last < next));
}

#[on_both]
async fn a_half_way_writer_leaves_nothing(store: Store) {
    let marks = Marks::new(&store.db, 1).await;
    let mut tx = marks.begin(0).await.unwrap();
    marks.insert(&mut tx, 1).await.unwrap();
    drop(tx);
    timeout(AT_ONCE, marks.write(0, 2)).await.expect("nobody hangs").unwrap();
    marks.expect(1, false).await;
    marks.expect(2, true).await;
}

mod acknowledged_transactions_stay_whatever_befalls_their_neighbours {
    use super::*;

    #[test]
    fn sqlite() {
        stress(Engine::Sqlite);
    }

    #[test]
    fn postgres() {
        stress(Engine::Postgres);
    }
}

fn stress(engine: Engine) {
    let Some(database) = Database::migrated(engine) else { return };
    let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    threads.block_on(async {
        let db = database.open().await;
        let marks = Marks::new(&db, 5).await;
        let outcomes = join_all((0..200_i64).map(|n| {
            let marks = marks.clone();
            tokio::spawn(async move {
                let workspace = n as usize % 5;
                match n % 3 {
                    0 => (
                        n,
                        marks.write(workspace, n).await.map(Some).unwrap_or_else(|error| panic!("{n}: {error}")),
                    ),
                    1 => {
                        let mut tx = marks.begin(workspace).await.unwrap();
                        marks.insert(&mut tx, n).await.unwrap();
                        if n % 2 == 0 {
                            // A statement that the engine refuses.
                            marks.insert(&mut tx, n).await.unwrap_err();
                        }
                        (n, Some(false))
                    }
                    _ => (n, cut_off(marks.write(workspace, n), n * 7 % 30).await.transpose().unwrap()),
                }
            })
        }));
        let outcomes = timeout(AT_ONCE * 6, outcomes).await.expect("nobody hangs");
        for outcome in outcomes {
            let (n, kept) = outcome.expect("nobody panics");
            if let Some(kept) = kept {
                marks.expect(n, kept).await;
            }
        }
        for workspace in 0..5 {
            timeout(AT_ONCE, marks.write(workspace, 1_000 + workspace as i64))
                .await
                .expect("nobody hangs")
                .unwrap();
        }
        db.close().await;
    });
}

#[test]
fn a_writer_whose_runtime_ends_leaves_nothing() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is built in");
    actix_web::rt::System::new().block_on(async {
        let db = database.open().await;
        let marks = Marks::new(&db, 1).await;
        for n in 0..20 {
            let theirs = marks.clone();
            // As when the server's threads are ended before the request is.
            let (ended, end) = oneshot::channel();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let tx = runtime.block_on(async {
                    let mut tx = theirs.begin(0).await.unwrap();
                    theirs.insert(&mut tx, n).await.unwrap();
                    if n % 2 == 0 {
                        return Some(tx);
                    }
                    tokio::spawn(async move {
                        std::future::pending::<()>().await;
                        drop(tx);
                    });
                    yield_now().await;
                    None
                });
                drop(runtime);
                drop(tx);
                ended.send(())
            });
            end.await.expect("ending a runtime is harmless");
            if n < 10 {
                timeout(AT_ONCE, marks.write(0, 100 + n)).await.expect("nobody hangs").unwrap();
            }
        }
        db.close().await;
        let db = database.open().await;
        let left = Marks { db: db.clone(), ..marks };
        for n in 0..10 {
            left.expect(n, false).await;
            left.expect(n + 10, false).await;
            left.expect(n + 100, true).await;
        }
    });
}

#[test]
fn one_that_succeeds_gets_through_a_crowd_that_fails() {
    run(Engine::Sqlite, async |store: Store| {
        let marks = Marks::new(&store.db, 1).await;
        let (failed, done) = (Cell::new(0), Cell::new(false));
        let crowd = join_all((0..4).map(async |_| {
            while !done.get() && failed.get() < 2_000 {
                drop(marks.begin(0).await.unwrap());
                failed.set(failed.get() + 1);
            }
        }));
        let one = async {
            marks.write(0, 1).await.unwrap();
            done.set(true);
        };
        timeout(AT_ONCE, join(crowd, one)).await.expect("nobody hangs");
        assert!(failed.get() < 100, "{} failed before one that succeeded was told", failed.get());
    });
}

#[test]
fn a_full_disk_is_told_and_heals() {
    run(Engine::Sqlite, async |store: Store| {
        let marks = Marks::new(&store.db, 1).await;
        let limit = async |text| {
            let mut tx = marks.begin(0).await.unwrap();
            tx.execute(sql(text)).await.unwrap();
            tx.commit().await.unwrap();
        };
        for n in 0..5 {
            limit("PRAGMA max_page_count = 1").await;
            let fills = async {
                let mut tx = marks.begin(0).await.unwrap();
                let error =
                    tx.execute(sql("CREATE TABLE big AS SELECT zeroblob(9000000) AS b")).await.unwrap_err();
                assert_eq!(error.code(), Code::StorageFull);
            };
            let (neighbour, ()) = timeout(AT_ONCE, join(marks.write(0, n), fills)).await.expect("nobody hangs");
            marks.expect(n, neighbour.is_ok()).await;
            limit("PRAGMA max_page_count = 1000000").await;
            marks.write(0, 100 + n).await.unwrap();
        }
    });
}

/// Drops the work when it is not done after this many polls and one, as a caller does who hangs up.
pub async fn cut_off<T>(work: impl Future<Output = T>, polls: i64) -> Option<T> {
    let mut work = pin!(work);
    let mut left = polls;
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}
