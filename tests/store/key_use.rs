//! The last use of an API key is noted beside the request that used it.

use crate::{
    marks::Marks,
    support::{
        databases::{Store, on_both},
        scratch::Dir,
    },
};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::time::timeout;
use vorzimmer::db::{Db, sql};
use vorzimmer::kernel::Timestamp;
use vorzimmer::platform::auth::{Callers, JwtKeys, SecretKind, Tokens};

#[on_both]
async fn a_use_at_a_wrong_clock_hides_none_after_it(store: Store) {
    let marks = Marks::new(&store.db, 1).await;
    let (key, callers) = (make_key(&marks).await, callers(&Dir::new()));
    let right = marks.clock.now();
    for now in [right.plus_seconds(40 * 86_400), right.plus_seconds(5)] {
        marks.clock.step(now);
        let noted = async {
            while last_use(&store.db).await != Some(now) {
                // What was remembered of it is forgotten; a use is not noted while another is being noted.
                callers.forget();
                callers.find(&key, &store.db, &marks.clock).await.unwrap();
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(5), noted).await.expect("the use is noted");
    }
}

#[on_both]
async fn a_key_is_known_while_nothing_can_be_written(store: Store) {
    let marks = Marks::new(&store.db, 1).await;
    let (key, callers) = (make_key(&marks).await, callers(&Dir::new()));
    // Holds SQLite's writer, and on PostgreSQL the key's row.
    let mut holder = marks.begin(0).await.unwrap();
    holder.execute(sql("UPDATE api_keys SET name = 'held'")).await.unwrap();
    let finds = join_all((0..20).map(|_| callers.find(&key, &store.db, &marks.clock)));
    for found in timeout(Duration::from_secs(3), finds).await.expect("nobody waits for the writer") {
        assert!(found.unwrap().api_key.is_some());
    }
    assert_eq!(last_use(&store.db).await, None);
    holder.commit().await.unwrap();
    let noted = async {
        while last_use(&store.db).await.is_none() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(5), noted).await.expect("the use is noted");
    assert_eq!(last_use(&store.db).await, Some(marks.clock.now()));
}

fn callers(dir: &Dir) -> Callers {
    Callers::new(Tokens::new(JwtKeys::load(&dir.path().join("jwt.key"), true).unwrap(), "test"))
}

async fn last_use(db: &Db) -> Option<Timestamp> {
    let mut conn = db.read().await.unwrap();
    conn.scalar(sql("SELECT last_used_at FROM api_keys")).await.unwrap().expect("the key")
}

/// An API key of somebody in the first workspace; its text.
async fn make_key(marks: &Marks) -> String {
    let (secret, now) = (SecretKind::ApiKey.make(), marks.clock.now());
    let [user, member, key] = std::array::from_fn(|_| marks.clock.new_id());
    let mut tx = marks.begin(0).await.unwrap();
    let insert = "INSERT INTO users (id, email, email_key, name, sort_key, password_hash, version, created_at, updated_at) \
        VALUES ($1, 'a@example.com', 'a@example.com', 'A', 'a', '', 1, $2, $2)";
    tx.execute(sql(insert).bind(user).bind(now)).await.unwrap();
    let insert = "INSERT INTO members (workspace_id, id, user_id, role, is_owner, version, created_at, updated_at) \
        VALUES ($1, $2, $3, 'assistant', $4, 1, $5, $5)";
    tx.execute(sql(insert).bind(marks.workspaces[0]).bind(member).bind(user).bind(true).bind(now)).await.unwrap();
    let insert = "INSERT INTO api_keys (workspace_id, id, member_id, name, sort_key, scopes, hash, last_four, version, \
        created_at, updated_at) VALUES ($1, $2, $3, 'K', 'k', '[]', $4, 'four', 1, $5, $5)";
    let insert = sql(insert).bind(marks.workspaces[0]).bind(key).bind(member).bind(secret.hash).bind(now);
    tx.execute(insert).await.unwrap();
    tx.commit().await.unwrap();
    secret.text
}
