//! Extensions of a package on the tour.

use super::{Tour, step};
use serde_json::{Value, json};

pub async fn walk(tour: &mut Tour, engagement: &Value) {
    let (jana, tom) = (tour.jana.clone(), tour.tom.clone());
    let at = |operation| step(operation).at("engagement_id", engagement);
    let new = json!({"minutes": 120, "reason": "Der Jahresabschluss braucht mehr Belege als gedacht."});
    let made = tour.call(&jana, at("create_extension").body(new.clone())).await["id"].clone();
    let of = |operation| at(operation).at("extension_id", &made);
    let (_, tag) = tour.call_tagged(&tom, of("get_extension")).await;
    tour.call(&tom, of("approve_extension").if_match(&tag).body(json!({"note": "Gern."}))).await;
    tour.call(&jana, at("list_extensions").query("status=approved")).await;
    let extensions = format!("/v1/engagements/{}/extensions", engagement.as_str().unwrap());
    for operation in ["decline_extension", "withdraw_extension"] {
        let other = jana.post(&extensions).json(&new).send().await.expect(201).json()["id"].clone();
        let answer = at(operation).at("extension_id", &other);
        match operation {
            "decline_extension" => tour.call(&tom, answer.body(json!({"note": "Das reicht im Dezember."}))).await,
            _ => tour.call(&jana, answer).await,
        };
    }
    // One waits, as a balance shows.
    tom.post(&extensions).json(&json!({"minutes": 60, "reason": "Noch ein Brief."})).send().await.expect(201);
}
