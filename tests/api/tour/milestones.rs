//! Milestones of a project on the tour.

use super::{Tour, step};
use serde_json::{Value, json};

pub async fn walk(tour: &mut Tour, engagement: &Value) {
    let (jana, tom) = (tour.jana.clone(), tour.tom.clone());
    let of = |operation| step(operation).at("engagement_id", engagement).at("number", &json!("1"));
    let (_, tag) = tour.call_tagged(&tom, of("get_milestone")).await;
    tour.call(&tom, of("accept_milestone").if_match(&tag).body(json!({"note": "Gefällt uns."}))).await;
    tour.call(&jana, step("list_milestones").at("engagement_id", engagement)).await;
}
