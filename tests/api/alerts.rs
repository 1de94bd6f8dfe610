//! Alerts: each share of a package, cap, budget or block is told once.

use crate::{
    packages::{H, desk, package},
    people::id,
    server::Server,
    support::databases::on_both,
    time::{Desk, agree, only, path},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// What is told of each alert, in order.
const TOLD: &[&str] = &["subject", "period_seq", "percent"];

impl Desk {
    /// What alerts were told, oldest first.
    async fn told(&self) -> Value {
        let events = self.get("/v1/events?type=budget.threshold_reached&limit=200").await;
        let mut data: Vec<Value> =
            events["data"].as_array().unwrap().iter().map(|event| only(&event["data"], TOLD)).collect();
        data.reverse();
        json!(data)
    }

    async fn alerts(&self, query: &str) -> Vec<Value> {
        let list = self.get(&format!("/v1/alerts?sort=created_at&{query}")).await;
        list["data"].as_array().unwrap().clone()
    }
}

#[on_both]
async fn each_share_of_a_package_is_told_once(server: Server) {
    let desk = desk(&server, package(20, json!({"alerts_percent": [90, 50]}))).await;
    desk.seconds("2026-06-02", 10 * H - 1).await;
    assert_eq!(desk.told().await, json!([]));
    let entry = desk.seconds("2026-06-03", 8 * H).await;
    assert_eq!(desk.told().await, json!([["package", 5, 50]]), "17:59:59 of 20 hours are not yet 90 percent");
    let last = desk.seconds("2026-06-04", 1).await;
    assert_eq!(desk.told().await, json!([["package", 5, 50], ["package", 5, 90]]));
    let alert = desk.alerts("").await[1].clone();
    assert_eq!(only(&alert, &["used_seconds", "limit_seconds", "status"]), json!([18 * H, 20 * H, "active"]));
    // Less again clears it, and more again is no news.
    desk.anna.delete(&path(&last)).send().await.expect(204);
    let cleared = desk.get(&format!("/v1/alerts/{}", id(&alert))).await;
    assert_eq!((&cleared["status"], &cleared["version"]), (&json!("cleared"), &json!(2)));
    desk.seconds("2026-06-04", 2).await;
    let again = desk.get(&format!("/v1/alerts/{}", id(&alert))).await;
    assert_eq!(only(&again, &["status", "version", "reached_at"]), json!(["active", 3, alert["reached_at"]]));
    // New terms add only new shares.
    let mut terms = package(20, json!({"alerts_percent": [50, 80, 90]}));
    terms["currency"] = json!("EUR");
    agree(&desk, &desk.engagement, "2026-06-01", terms).await;
    assert_eq!(desk.told().await.as_array().unwrap().len(), 3);
    assert_eq!(desk.told().await[2], json!(["package", 5, 80]));
    // Another period is another matter, however late it is noted.
    desk.patch(&entry, json!({"work_date": "2026-05-04"})).await.expect(200);
    assert_eq!(desk.told().await.as_array().unwrap().len(), 3);
    desk.seconds("2026-05-05", 2 * H).await;
    assert_eq!(desk.told().await[3], json!(["package", 4, 50]));
}

#[on_both]
async fn one_entry_tells_several_shares_in_order(server: Server) {
    let desk = desk(&server, package(8, json!({}))).await;
    desk.seconds("2026-06-02", 9 * H).await;
    assert_eq!(desk.told().await, json!([["package", 5, 80], ["package", 5, 100]]));
}

#[on_both]
async fn caps_budgets_and_blocks_are_told_as_well(server: Server) {
    let mut desk = desk(&server, json!({"kind": "hourly", "rate_minor": 6000, "cap_minutes": 600})).await;
    desk.seconds("2026-06-02", 8 * H).await;
    desk.engagement = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000, "cap_minor": 60_000})).await;
    desk.seconds("2026-06-02", 10 * H).await;
    desk.engagement = desk.engaged(json!({"kind": "project", "price_minor": 90_000, "budget_minutes": 600})).await;
    desk.seconds("2026-02-02", 5 * H).await;
    desk.seconds("2026-06-02", 3 * H).await;
    desk.engagement = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000})).await;
    let block = desk.block(json!({"minutes": 540, "bonus_minutes": 60, "valid_from": "2026-05-01"})).await;
    desk.seconds("2026-05-02", 5 * H).await;
    desk.seconds("2026-06-02", 5 * H).await;
    let expected = json!([
        ["cap", 5, 80],
        ["cap", 5, 80],
        ["cap", 5, 100],
        ["budget", null, 80],
        ["block", null, 80],
        ["block", null, 100]
    ]);
    assert_eq!(desk.told().await, expected);
    let shown = |alert: &Value| only(alert, &["used_seconds", "limit_seconds", "used_minor", "limit_minor"]);
    let alerts = desk.alerts("").await;
    assert_eq!(shown(&alerts[1]), json!([null, null, 60_000, 60_000]));
    assert_eq!(shown(&alerts[3]), json!([8 * H, 10 * H, null, null]));
    assert_eq!(alerts[4]["block_id"], json!(id(&block)));
    assert_eq!(desk.alerts("subject=budget").await.len(), 1);
    assert_eq!(desk.alerts(&format!("engagement_id={}", desk.engagement)).await.len(), 2);
}

#[on_both]
async fn a_smaller_package_reaches_what_was_not_reached(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    desk.seconds("2026-06-02", 6 * H).await;
    assert_eq!(desk.told().await, json!([]));
    desk.adjust(json!({"kind": "correction", "minutes": -150, "reason": "Versehen."})).await.expect(201);
    assert_eq!(desk.told().await, json!([["package", 5, 80]]));
}

#[on_both]
async fn both_sides_see_alerts_and_an_assistant_acknowledges_them(server: Server) {
    let desk = desk(&server, package(1, json!({"alerts_percent": [80]}))).await;
    desk.seconds("2026-06-02", H).await;
    let alert = desk.alerts("status=active").await[0].clone();
    assert_eq!(alert["allowed_actions"], json!(["acknowledge"]));
    let tom = server.client_member(&desk.anna, alert["client_id"].as_str().unwrap(), "tom").await;
    let seen = tom.get("/v1/alerts").send().await.expect(200).json()["data"][0].clone();
    assert_eq!((&seen["id"], &seen["allowed_actions"]), (&alert["id"], &json!([])));
    let told = tom.get("/v1/events?type=budget.threshold_reached").send().await.expect(200).json();
    assert_eq!(told["data"][0]["data"]["id"], alert["id"]);
    let acknowledge = format!("/v1/alerts/{}/acknowledge", id(&alert));
    tom.post(&acknowledge).send().await.expect(403);
    let at_once = join_all((0..20).map(|_| desk.anna.post(&acknowledge).send())).await;
    let statuses: Vec<u16> = at_once.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    assert_eq!(desk.alerts("status=acknowledged").await.len(), 1);
    assert_eq!(desk.alerts("status=active,cleared").await.len(), 0);
    let since = desk.get(&format!("/v1/alerts?updated_since={}", alert["created_at"].as_str().unwrap())).await;
    assert_eq!(since["data"].as_array().unwrap().len(), 1);
}

#[on_both]
async fn blocks_that_are_over_are_told_and_cleared_as_well(server: Server) {
    let desk = desk(&server, package(0, json!({"alerts_percent": [50, 100]}))).await;
    // Of a block that is used up when it is accepted, and of one that ended within its period.
    desk.seconds("2026-04-10", H).await;
    desk.block(json!({"minutes": 60, "valid_from": "2026-04-01"})).await;
    let of_block = async || desk.alerts("subject=block").await;
    assert_eq!(of_block().await.len(), 2);
    desk.block(json!({"minutes": 60, "valid_from": "2026-05-01", "valid_days": 10})).await;
    let entry = desk.seconds("2026-05-05", H).await;
    assert_eq!(of_block().await.len(), 4);
    desk.anna.delete(&path(&entry)).send().await.expect(204);
    let cleared: Vec<bool> = of_block().await.iter().map(|alert| alert["status"] == "cleared").collect();
    assert_eq!(cleared, [false, false, true, true]);
}

#[on_both]
async fn a_share_that_terms_name_no_more_goes_on_saying_where_it_stands(server: Server) {
    let desk = desk(&server, package(1, json!({"alerts_percent": [50, 100]}))).await;
    let entry = desk.seconds("2026-06-02", H).await;
    agree(&desk, &desk.engagement, "2026-06-01", package(1, json!({"alerts_percent": [50]}))).await;
    desk.anna.delete(&path(&entry)).send().await.expect(204);
    let statuses: Vec<Value> = desk.alerts("").await.iter().map(|alert| alert["status"].clone()).collect();
    assert_eq!(json!(statuses), json!(["cleared", "cleared"]));
}

#[on_both]
async fn whoever_must_act_is_told_by_mail_once_for_a_step(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let _klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    server.mail_to("klara@example.com").await;
    let sent = async || {
        crate::server::run_due(&server.app).await.unwrap();
        let mails = desk.get("/v1/mails?limit=200").await["data"].clone();
        let mails = mails.as_array().unwrap().iter().filter(|mail| mail["kind"] == "budget_alert");
        mails.map(|mail| mail["to"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    desk.seconds("2026-06-02", 8 * H).await;
    assert_eq!(sent().await, ["anna@example.com"]);
    let mail = server.mail_to("anna@example.com").await;
    assert!(mail.contains("Vom Paket") && mail.contains("80 % verbraucht: 8:00 von 10:00 Stunden"), "{mail}");
    // Nothing is left: only the client can agree to more.
    let entry = desk.seconds("2026-06-03", 2 * H).await;
    assert_eq!(sent().await.len(), 3);
    assert!(server.mail_to("klara@example.com").await.contains("100 % verbraucht"));
    // What is reached once more is told to nobody.
    desk.patch(&entry, json!({"duration_seconds": H})).await.expect(200);
    desk.patch(&entry, json!({"duration_seconds": 2 * H})).await.expect(200);
    assert_eq!(sent().await.len(), 3);
    // Two shares at once are one mail; one of which less is used again before it is written is none.
    desk.seconds("2026-05-04", 10 * H).await;
    assert_eq!(sent().await.len(), 5);
    let entry = desk.seconds("2026-04-02", 8 * H).await;
    desk.patch(&entry, json!({"duration_seconds": H})).await.expect(200);
    assert_eq!(sent().await.len(), 5);
}
