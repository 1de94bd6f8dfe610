//! Pages of a list, while rows come and go between them.

use crate::support::databases::{Store, on_both};
use std::collections::BTreeSet;
use uuid::Uuid;
use vorzimmer::db::{Order, Tx, Window, sql, window};
use vorzimmer::kernel::{Clock, Columns};

#[derive(Debug, Columns)]
struct Row {
    id: Uuid,
    place: i64,
}

/// Small numbers that repeat in no pattern that matters (a linear congruence).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[on_both]
async fn pages_neither_repeat_nor_skip_whatever_comes_and_goes(store: Store) {
    let mut tx = Tx::open(&store.db, &Clock::system(), Default::default()).await.unwrap();
    tx.execute(sql("CREATE TABLE places (id UUID NOT NULL, place BIGINT NOT NULL)")).await.unwrap();
    tx.commit().await.unwrap();
    let mut state = 1;
    for case in 0..40 {
        let mut tx = Tx::open(&store.db, &Clock::system(), Default::default()).await.unwrap();
        tx.execute(sql("DELETE FROM places")).await.unwrap();
        let mut steady = BTreeSet::new();
        for _ in 0..next(&mut state) % 30 {
            // Few places, so that many rows share one and the id decides.
            steady.insert(put(&mut tx, &mut state).await);
        }
        tx.commit().await.unwrap();
        let order = Order { column: "place", id: "id", descending: case % 2 == 0 };
        let limit = 1 + (next(&mut state) % 7) as i64;
        let (mut seen, mut passing, mut after) = (Vec::new(), BTreeSet::new(), None);
        loop {
            let query = sql("SELECT id, place FROM places WHERE place >= 0");
            let page = window::<Row>(&mut store.db.read().await.unwrap(), query, &Window { order, limit, after })
                .await
                .unwrap();
            assert!(page.rows.len() as i64 <= limit);
            seen.extend(page.rows.iter().map(|row| row.id));
            let Some(next) = page.next else { break };
            let last = page.rows.last().unwrap();
            assert_eq!(next, (last.place.into(), last.id));
            after = Some(next);
            // One comes anywhere, and the row that the next page starts after goes, if it is not to stay.
            let mut tx = Tx::open(&store.db, &Clock::system(), Default::default()).await.unwrap();
            passing.insert(put(&mut tx, &mut state).await);
            let gone = last.id;
            tx.execute(sql("DELETE FROM places WHERE id = $1").bind(gone)).await.unwrap();
            tx.commit().await.unwrap();
            assert!(passing.len() < 10_000, "the list ends");
        }
        let distinct: BTreeSet<Uuid> = seen.iter().copied().collect();
        assert_eq!(distinct.len(), seen.len(), "no row comes twice");
        assert!(steady.is_subset(&distinct), "no row is skipped");
    }
}

async fn put(tx: &mut Tx, state: &mut u64) -> Uuid {
    let (id, place) = (Uuid::from_u128(u128::from(next(state)) << 64 | u128::from(next(state))), next(state) % 5);
    tx.execute(sql("INSERT INTO places (id, place) VALUES ($1, $2)").bind(id).bind(place as i64)).await.unwrap();
    id
}
