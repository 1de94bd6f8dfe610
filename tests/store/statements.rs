//! Every statement of every store can be prepared on both engines: what a checked macro would do for one.

use crate::support::databases::{Store, on_both};

#[test]
fn every_module_stands_once() {
    let mut modules: Vec<_> = vorzimmer::STATEMENTS.iter().map(|(module, _)| module).collect();
    modules.sort_unstable();
    assert!(modules.windows(2).all(|pair| pair[0] != pair[1]), "{modules:?}");
}

#[on_both]
async fn every_statement_prepares(store: Store) {
    let mut conn = store.db.read().await.unwrap();
    let mut refused = Vec::new();
    for (module, statements) in vorzimmer::STATEMENTS {
        for (name, text) in *statements {
            if let Err(error) = conn.prepare(text).await {
                refused.push(format!("{module} {name}: {error}\n    {text}"));
            }
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
