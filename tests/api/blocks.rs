//! Blocks of prepaid hours: offered, accepted, used, voided.

use crate::{
    packages::{H, desk, package, work},
    people::{id, pointers},
    server::Server,
    support::databases::on_both,
    time::{Desk, only, path},
};
use serde_json::{Value, json};

impl Desk {
    /// A block that was accepted elsewhere.
    pub async fn block(&self, body: Value) -> Value {
        let offered = self.post(&self.of("blocks"), body).await.expect(201);
        let accept = format!("{}/accept", offered.header("location").unwrap());
        let accept = self.anna.post(&accept).json(&json!({"note": "Per Mail."}));
        accept.header("if-match", offered.header("etag").unwrap()).send().await.expect(200).json()
    }

    pub async fn void(&self, block: &Value) -> Value {
        let path = self.of(&format!("blocks/{}/void", id(block)));
        self.post(&path, json!({"reason": "Erstattet."})).await.expect(200).json()
    }
}

#[on_both]
async fn a_block_gives_where_the_package_ends(server: Server) {
    let desk = desk(&server, package(10, json!({"overage_rate_minor": 6000}))).await;
    let year = json!({"minutes": 600, "valid_from": "2026-02-01", "valid_until": "2027-01-31", "title": "Vorrat"});
    let block = desk.block(year).await;
    work(&desk, &[720, 540]).await;
    assert_eq!(desk.hours("expired_seconds").await, [0.0, 1.0, 10.0]);
    assert_eq!(desk.hours("blocks_seconds").await, [10.0, 0.0, 0.0]);
    assert_eq!(desk.hours("overage_seconds").await, [0.0, 0.0]);
    let shown = desk.get(&desk.of(&format!("blocks/{}", id(&block)))).await;
    assert_eq!(only(&shown, &["status", "used_seconds", "left_seconds"]), json!(["active", 2 * H, 8 * H]));
    let line = desk.get(&desk.of("ledger?kind=block")).await["data"][0].clone();
    assert_eq!(only(&line["cause"], &["type", "id", "title"]), json!(["block", id(&block), "Vorrat"]));
}

#[on_both]
async fn a_bonus_counts_and_a_cap_leaves_blocks_alone(server: Server) {
    let desk = desk(&server, package(10, json!({"carry": "capped", "carry_cap_minutes": 300}))).await;
    let block = json!({"minutes": 540, "bonus_minutes": 60, "valid_from": "2026-02-01", "valid_days": 365});
    assert_eq!(desk.block(block).await["valid_until"], json!("2027-01-31"));
    assert_eq!(desk.hours("carried_out_seconds").await, [15.0]);
    assert_eq!(desk.hours("expired_seconds").await, [5.0]);
}

#[on_both]
async fn hours_of_an_hourly_engagement_come_from_its_blocks_first(server: Server) {
    let desk = desk(&server, json!({"kind": "hourly", "rate_minor": 6000})).await;
    desk.block(json!({"minutes": 600, "valid_from": "2026-06-01"})).await;
    let covered = desk.seconds("2026-06-02", 8 * H).await;
    let shared = desk.seconds("2026-06-03", 5 * H).await;
    let bill = async |entry: &Value| desk.get(&format!("{}/coverage", path(entry))).await["to_bill_minor"].clone();
    assert_eq!([bill(&covered).await, bill(&shared).await], [json!(0), json!(18_000)]);
    let period = desk.get(&desk.of("periods/5")).await;
    assert_eq!(only(&period, &["overage_seconds", "overage_amount_minor"]), json!([3 * H, 18_000]));
    assert_eq!(desk.get(&desk.of("balance")).await["left_seconds"], json!(0));
    let blocks = desk.get(&desk.of("blocks?status=used_up")).await;
    assert_eq!(blocks["data"].as_array().unwrap().len(), 1);
}

#[on_both]
async fn a_voided_block_gives_what_it_gave(server: Server) {
    let desk = desk(&server, json!({"kind": "hourly", "rate_minor": 6000})).await;
    let block = desk.block(json!({"minutes": 6000, "valid_from": "2026-06-01"})).await;
    for date in 2..7 {
        desk.seconds(&format!("2026-06-{date:02}"), 10 * H).await;
    }
    let voided = desk.void(&block).await;
    assert_eq!(only(&voided, &["status", "used_seconds", "left_seconds"]), json!(["void", 50 * H, 0]));
    desk.seconds("2026-06-20", 2 * H).await;
    let sums = async || {
        only(&desk.get(&desk.of("periods/5")).await, &["blocks_seconds", "covered_seconds", "overage_seconds"])
    };
    assert_eq!(sums().await, json!([50 * H, 50 * H, 2 * H]));
    // A day before: the block may still give.
    desk.seconds("2026-06-08", 10 * H).await;
    assert_eq!(sums().await, json!([60 * H, 60 * H, 2 * H]));
    let again =
        desk.post(&desk.of(&format!("blocks/{}/void", id(&block))), json!({"reason": "Noch einmal."})).await;
    assert_eq!(again.expect(409).json()["allowed_actions"], json!([]));
}

#[on_both]
async fn a_client_answers_an_offer_that_it_saw(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let offered = desk.post(&desk.of("blocks"), json!({"minutes": 600})).await.expect(201);
    let path = offered.header("location").unwrap().to_owned();
    let seen = klara.get(&path).send().await.expect(200);
    assert_eq!(seen.json()["allowed_actions"], json!(["accept", "decline"]));
    klara.post(&format!("{path}/accept")).send().await.expect(428);
    klara.post(&format!("{path}/withdraw")).send().await.expect(403);
    let accepted = klara.post(&format!("{path}/accept")).header("if-match", seen.header("etag").unwrap());
    let accepted = accepted.send().await.expect(200).json();
    let shown = ["status", "valid_from", "valid_until", "accepted_elsewhere", "left_seconds"];
    assert_eq!(only(&accepted, &shown), json!(["active", "2026-06-20", null, false, 10 * H]));
    klara.post(&format!("{path}/decline")).send().await.expect(409);
    let other = desk.post(&desk.of("blocks"), json!({"minutes": 60})).await.expect(201);
    let other = other.header("location").unwrap().to_owned();
    desk.post(&format!("{other}/withdraw"), Value::Null).await.expect(200);
    let gone = desk.post(&format!("{other}/accept"), json!({"note": "Doch."})).await;
    assert_eq!(gone.expect(428).json()["code"], json!("precondition_required"));
    let all = desk.get(&desk.of("blocks?include=total_count")).await;
    let statuses: Vec<&Value> = all["data"].as_array().unwrap().iter().map(|block| &block["status"]).collect();
    assert_eq!((statuses, &all["total_count"]), (vec![&json!("withdrawn"), &json!("active")], &json!(2)));
}

#[on_both]
async fn an_offer_is_over_when_its_last_day_is(server: Server) {
    let mut desk = desk(&server, package(10, json!({}))).await;
    let early = desk.post(&desk.of("blocks"), json!({"minutes": 60, "valid_until": "2026-06-19"})).await;
    assert_eq!(pointers(&early.expect(422).json()), ["/valid_until"]);
    let offered =
        desk.post(&desk.of("blocks"), json!({"minutes": 60, "valid_until": "2026-06-20"})).await.expect(201);
    let path = offered.header("location").unwrap();
    desk.at(&server, "2026-06-21T10:00:00Z").await;
    let shown = desk.get(path).await;
    assert_eq!(only(&shown, &["status", "allowed_actions", "left_seconds"]), json!(["expired", [], 0]));
    // Days end with the year 9999.
    let far = json!({"minutes": 60, "valid_from": "9999-12-30", "valid_days": 36_500});
    assert_eq!(desk.block(far).await["valid_until"], json!("9999-12-31"));
}

#[on_both]
async fn a_block_is_refused_what_its_state_forbids(server: Server) {
    let mut desk = Desk::new(&server).await;
    let daily = desk.engaged(json!({"kind": "daily", "rate_minor": 40_000})).await;
    let refused = desk.post(&format!("/v1/engagements/{daily}/blocks"), json!({"minutes": 60})).await.expect(409);
    assert_eq!(refused.json()["code"], json!("no_package"));
    // One short of the most periods, which are exceeded some weeks later.
    let weeks = package(1, json!({"period": "week"}));
    let body = json!({"client_id": desk.client, "title": "Lang", "starts_on": "2007-01-22", "terms": weeks, "accepted": {"note": "Ja."}});
    desk.engagement = id(&desk.post("/v1/engagements", body).await.expect(201).json());
    let active = desk.of(&format!("blocks/{}", id(&desk.block(json!({"minutes": 60})).await)));
    let offered = desk.post(&desk.of("blocks"), json!({"minutes": 60})).await.expect(201);
    let acts = [("accept", json!({"note": "Ja."})), ("decline", Value::Null), ("withdraw", Value::Null)];
    let refuse = async |desk: &Desk, path: &str, act: &str, body: &Value, tag: &str, code: &str| {
        let request = desk.anna.post(&format!("{path}/{act}")).header("if-match", tag);
        let request = if body.is_null() { request } else { request.json(body) };
        assert_eq!(request.send().await.expect(409).json()["code"], json!(code), "{act}");
    };
    let seen = desk.anna.get(&active).send().await.expect(200);
    for (act, body) in &acts {
        refuse(&desk, &active, act, body, seen.header("etag").unwrap(), "action_not_allowed").await;
    }
    desk.at(&server, "2026-04-20T10:00:00Z").await;
    let (path, tag) = (offered.header("location").unwrap(), offered.header("etag").unwrap());
    let void = ("void", json!({"reason": "Erstattet."}));
    let offer = ("offer", json!({"minutes": 60}));
    for (act, body) in acts.iter().chain([&void, &offer]) {
        refuse(&desk, path, act, body, tag, "too_many_periods").await;
    }
    for address in [path, &desk.of("blocks")] {
        let refused = desk.anna.get(address).send().await.expect(409).json();
        assert_eq!(refused["code"], json!("too_many_periods"), "{address}");
    }
    let refused = desk.post(&desk.of("blocks"), json!({"minutes": 60})).await.expect(409).json();
    assert_eq!(refused["code"], json!("too_many_periods"));
}

#[on_both]
async fn what_the_next_period_takes_is_not_taken_of_a_block_yet(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let block = desk.block(json!({"minutes": 60, "valid_from": "2026-06-01"})).await;
    let takes = json!({"kind": "correction", "minutes": -660, "reason": "Doppelt gezählt.", "period_seq": 6});
    desk.adjust(takes).await.expect(201);
    let shown = desk.get(&desk.of(&format!("blocks/{}", id(&block)))).await;
    assert_eq!(only(&shown, &["status", "used_seconds", "left_seconds"]), json!(["active", 0, H]));
    assert_eq!(desk.get(&desk.of("periods/6")).await["remaining_seconds"], 0);
}
