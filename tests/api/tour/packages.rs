//! The tour's packages: what is left, where it went, and what is done about it.

use super::{Tour, step};
use serde_json::{Value, json};

pub async fn packages(tour: &mut Tour, engagement: &Value) {
    let jana = tour.jana.clone();
    let at = |operation| step(operation).at("engagement_id", engagement);
    let new = json!({"kind": "goodwill", "minutes": 15, "reason": "Rückfrage zur Rechnung, geht auf mich."});
    let made = tour.call(&jana, at("create_adjustment").body(new)).await["id"].clone();
    tour.call(&jana, at("get_adjustment").at("adjustment_id", &made)).await;
    tour.call(&jana, at("list_adjustments").query("kind=goodwill")).await;
    let tom = tour.tom.clone();
    let new = json!({"title": "10 Stunden auf Vorrat", "minutes": 600, "bonus_minutes": 60, "price_minor": 45000, "valid_days": 365});
    let block = tour.call(&jana, at("create_block").body(new.clone())).await["id"].clone();
    let of = |operation| step(operation).at("engagement_id", engagement).at("block_id", &block);
    let (_, tag) = tour.call_tagged(&tom, of("get_block")).await;
    tour.call(&tom, of("accept_block").if_match(&tag).body(json!({"note": "Gern."}))).await;
    tour.call(&jana, at("list_blocks").query("status=active")).await;
    tour.call(&jana, of("void_block").body(json!({"reason": "Der Rest wurde erstattet."}))).await;
    let blocks = format!("/v1/engagements/{}/blocks", engagement.as_str().unwrap());
    for operation in ["decline_block", "withdraw_block"] {
        let other = jana.post(&blocks).json(&new).send().await.expect(201).json()["id"].clone();
        let answer = step(operation).at("engagement_id", engagement).at("block_id", &other);
        match operation {
            "decline_block" => tour.call(&tom, answer.body(json!({"note": "Erst im Herbst."}))).await,
            _ => tour.call(&jana, answer).await,
        };
    }
    let wish = json!({"minutes": 300, "reason": "Für den Umzug im Sommer."});
    let wished = tom.post(&blocks).json(&wish).send().await.expect(201).json()["id"].clone();
    tour.call(&jana, step("offer_block").at("engagement_id", engagement).at("block_id", &wished).body(new)).await;
    super::extensions::walk(tour, engagement).await;
    tour.call(&jana, at("get_balance")).await;
    let note = json!({"work_date": "2026-03-02", "duration_seconds": 5400, "description": "Belege sortieren"});
    tour.call(&jana, at("preview_work").body(note)).await;
    let budget = json!({"kind": "project", "price_minor": 90_000, "budget_minutes": 60,
        "milestones": [{"title": "Entwurf abgenommen", "amount_minor": 30_000, "due_on": "2026-03-01"},
            {"title": "Übergabe", "amount_minor": 60_000}]});
    let client =
        jana.get(&format!("/v1/engagements/{}", engagement.as_str().unwrap())).send().await.expect(200).json();
    let project = crate::time::engaged(&jana, client["client_id"].as_str().unwrap(), budget).await;
    super::milestones::walk(tour, &json!(project)).await;
    let worked = json!({"engagement_id": project, "work_date": "2026-03-02", "duration_seconds": 3000});
    jana.post("/v1/time-entries").json(&worked).send().await.expect(201);
    let alerts = tour.call(&jana, step("list_alerts").query("status=active&subject=budget")).await;
    let of = |operation| step(operation).at("alert_id", &alerts["data"][0]["id"]);
    tour.call(&jana, of("get_alert")).await;
    tour.call(&jana, of("acknowledge_alert")).await;
    let of = |operation| step(operation).at("engagement_id", &json!(project)).at("seq", &json!("1"));
    tour.call(&jana, of("close_period")).await;
    tour.call(&jana, of("reopen_period").body(json!({"reason": "Ein Tag fehlte."}))).await;
    tour.call(&jana, at("list_periods").query("status=open")).await;
    tour.call(&jana, at("get_period").at("seq", &json!("1"))).await;
    tour.call(&jana, at("get_plan_comparison").query("plans=600:50000,1800:120000")).await;
    tour.call(&jana, at("list_ledger_lines").query("sort=on&limit=3")).await;
    let entries = jana.get("/v1/time-entries?limit=200").send().await.expect(200).json();
    let covered = entries["data"].as_array().unwrap().iter().find(|entry| entry["engagement_id"] == *engagement);
    tour.call(&jana, step("get_coverage").at("time_entry_id", &covered.unwrap()["id"])).await;
}
