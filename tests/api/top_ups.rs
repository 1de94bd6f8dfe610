//! Blocks that are bought by themselves when work leaves little of a package.

use crate::{
    packages::{H, desk, package},
    people::id,
    server::Server,
    support::databases::on_both,
    time::{Desk, agree, only},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// A package of ten hours a month that buys two hours when less than one is left, at most twice a month.
fn topped_up(with: Value) -> Value {
    let top_up =
        json!({"below_minutes": 60, "minutes": 120, "price_minor": 10_000, "valid_days": 30, "max_per_period": 2});
    let mut terms = package(10, json!({"auto_top_up": top_up, "overage_rate_minor": 6000}));
    crate::time::merge(&mut terms, with);
    terms
}

impl Desk {
    /// First and last day of each block that was bought by itself, and what it gave, in minutes.
    async fn bought(&self) -> Value {
        let blocks = self.get(&self.of("blocks?sort=created_at")).await["data"].as_array().unwrap().clone();
        let shown = |block: &Value| {
            assert_eq!(block["is_top_up"], true);
            json!([block["valid_from"], block["valid_until"], block["used_seconds"].as_i64().unwrap() / 60])
        };
        blocks.iter().map(shown).collect()
    }
}

#[on_both]
async fn a_block_is_bought_when_work_leaves_too_little(server: Server) {
    let desk = desk(&server, topped_up(json!({}))).await;
    desk.seconds("2026-02-02", 9 * H).await;
    assert_eq!(desk.bought().await, json!([]));
    desk.seconds("2026-02-10", 60).await;
    assert_eq!(desk.bought().await, json!([["2026-02-10", "2026-03-11", 0]]));
    let block = desk.get(&desk.of("blocks")).await["data"][0].clone();
    let shown = ["status", "minutes", "bonus_minutes", "price_minor", "currency", "accepted_elsewhere"];
    assert_eq!(only(&block, &shown), json!(["expired", 120, 0, 10_000, "EUR", true]));
    assert_eq!(block["accepted_at"], desk.get(&desk.of("terms")).await["data"][0]["accepted_at"]);
    // It is told, and its line stands in the account.
    let told = desk.get("/v1/events?type=block.topped_up").await["data"].clone();
    assert_eq!(told.as_array().unwrap().len(), 1);
    assert_eq!(only(&told[0]["data"], &["id", "is_top_up"]), json!([id(&block), true]));
    let line = desk.get(&desk.of("ledger?kind=top_up")).await["data"][0].clone();
    assert_eq!(only(&line, &["on", "seconds", "lot_id"]), json!(["2026-02-10", 2 * H, id(&block)]));
    // What is read again buys nothing, and neither does less work.
    let entry = desk.seconds("2026-02-11", H).await;
    desk.patch(&entry, json!({"duration_seconds": 60})).await.expect(200);
    desk.patch(&entry, json!({"description": "Ablage"})).await.expect(200);
    assert_eq!(desk.bought().await.as_array().unwrap().len(), 1);
    let period = desk.get(&desk.of("periods/1")).await;
    assert_eq!(only(&period, &["blocks_seconds", "overage_seconds"]), json!([2 * H, 0]));
}

#[on_both]
async fn as_many_are_bought_as_it_takes_and_terms_allow(server: Server) {
    let desk = desk(&server, topped_up(json!({}))).await;
    // Eleven and a half hours: the first leaves half an hour, the second is enough.
    desk.seconds("2026-02-02", 5 * H).await;
    desk.seconds("2026-02-03", 6 * H + H / 2).await;
    assert_eq!(desk.bought().await, json!([["2026-02-03", "2026-03-04", 90], ["2026-02-03", "2026-03-04", 0]]));
    // A third is not allowed in the period: the rest is overage.
    desk.seconds("2026-02-04", 4 * H).await;
    let period = desk.get(&desk.of("periods/1")).await;
    assert_eq!(only(&period, &["overage_seconds", "blocks_seconds"]), json!([H + H / 2, 4 * H]));
    // Another period buys anew, for work of its own days.
    desk.seconds("2026-06-15", 9 * H + 60).await;
    assert_eq!(desk.bought().await.as_array().unwrap().len(), 3);
    // A block that was voided was bought nevertheless.
    let last = desk.get(&desk.of("blocks?sort=-created_at")).await["data"][0].clone();
    let path = desk.of(&format!("blocks/{}/void", id(&last)));
    let tag = desk.anna.get(&desk.of(&format!("blocks/{}", id(&last)))).send().await.expect(200);
    let void =
        desk.anna.post(&path).json(&json!({"reason": "Zu viel."})).header("if-match", tag.header("etag").unwrap());
    void.send().await.expect(200);
    assert_eq!(desk.bought().await.as_array().unwrap().len(), 3);
    desk.seconds("2026-06-16", 60).await;
    desk.seconds("2026-06-16", 60).await;
    assert_eq!(desk.bought().await.as_array().unwrap().len(), 4);
}

#[on_both]
async fn work_of_earlier_days_buys_from_its_day(server: Server) {
    let desk = desk(&server, topped_up(json!({}))).await;
    desk.seconds("2026-02-20", 8 * H).await;
    desk.seconds("2026-02-05", H + 60).await;
    assert_eq!(desk.bought().await, json!([["2026-02-05", "2026-03-06", 0]]));
    // Terms of before bought nothing, and later ones do not for days before them.
    let mut desk = desk;
    desk.engagement = desk.engaged(package(10, json!({}))).await;
    desk.seconds("2026-04-01", 10 * H).await;
    agree(&desk, &desk.engagement, "2026-05-01", topped_up(json!({}))).await;
    desk.seconds("2026-04-02", H).await;
    assert_eq!(desk.bought().await, json!([]));
    // New terms and voids buy nothing by themselves; the next work does.
    let adjusted = json!({"kind": "correction", "minutes": -600, "reason": "Doppelt gebucht.", "period_seq": 4});
    desk.adjust(adjusted).await.expect(201);
    assert_eq!(desk.bought().await, json!([]));
    desk.seconds("2026-05-04", 60).await;
    assert_eq!(desk.bought().await.as_array().unwrap().len(), 1);
}

#[on_both]
async fn a_package_that_allows_no_overage_buys_first(server: Server) {
    let desk = desk(&server, topped_up(json!({"deficit": "block"}))).await;
    desk.seconds("2026-02-02", 10 * H).await;
    let notes = (0..50).map(|_| desk.try_note(json!({"work_date": "2026-02-03", "duration_seconds": H / 2})));
    let replies = join_all(notes).await;
    // Two blocks of two hours: eight halves.
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 8);
    let refused = replies.iter().filter(|reply| reply.status == 409);
    assert!(
        refused.clone().count() == 42
            && refused.into_iter().all(|reply| reply.json()["code"] == "retainer_exhausted")
    );
    assert_eq!(desk.bought().await.as_array().unwrap().len(), 2);
    assert_eq!(desk.get("/v1/events?type=block.topped_up").await["data"].as_array().unwrap().len(), 2);
    // What is refused buys nothing.
    desk.try_note(json!({"work_date": "2026-03-03", "duration_seconds": 15 * H})).await.expect(409);
    assert_eq!(desk.bought().await.as_array().unwrap().len(), 2);
}

#[on_both]
async fn a_preview_shows_what_would_be_bought_and_buys_nothing(server: Server) {
    let desk = desk(&server, topped_up(json!({}))).await;
    let body = json!({"work_date": "2026-02-02", "duration_seconds": 9 * H + H / 2});
    let preview = desk.post(&desk.of("preview"), body.clone()).await.expect(200).json();
    let after = preview["periods"][0]["after"].clone();
    assert_eq!(only(&after, &["blocks_seconds", "remaining_seconds"]), json!([2 * H, 2 * H + H / 2]));
    assert_eq!(desk.bought().await, json!([]));
    desk.note(body).await;
    assert_eq!(desk.get(&desk.of("periods/1")).await["remaining_seconds"], after["remaining_seconds"]);
}
