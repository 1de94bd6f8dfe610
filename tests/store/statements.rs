//! Every statement of every store can be prepared on both engines: what a checked macro would do for one.

use crate::support::databases::{Store, on_both};
use vorzimmer::statements;

#[test]
fn every_statement_has_a_name_of_its_own() {
    let mut named: Vec<_> = statements::all().into_iter().map(|(place, name, _)| (place, name)).collect();
    named.sort_unstable();
    assert!(named.windows(2).all(|pair| pair[0] != pair[1]), "{named:?}");
}

#[test]
fn the_committed_list_is_the_present_one() {
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/statements.sql");
    let committed = std::fs::read_to_string(committed).expect("the committed list");
    assert!(committed == statements::printed(), "write it anew: cargo run -- statements > docs/statements.sql");
}

#[on_both]
async fn every_statement_prepares(store: Store) {
    let mut conn = store.db.read().await.unwrap();
    let mut refused = Vec::new();
    for (place, name, text) in statements::all() {
        if let Err(error) = conn.prepare(text).await {
            refused.push(format!("{place} {name}: {error}\n    {text}"));
        }
    }
    assert!(refused.is_empty(), "{} statements do not prepare:\n{}", refused.len(), refused.join("\n"));
}

#[on_both]
async fn a_wrong_statement_is_refused(store: Store) {
    let mut conn = store.db.read().await.unwrap();
    conn.prepare("SELECT id FROM users WHERE id = $1").await.unwrap();
    conn.prepare("SELECT shoe_size FROM users WHERE id = $1").await.unwrap_err();
}
