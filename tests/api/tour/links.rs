//! The tour's links: those that show hours, and those that hand over files.

use super::{Tour, step};
use serde_json::{Value, json};

pub async fn balance_links(tour: &mut Tour, engagement: &Value) {
    let (jana, nobody) = (tour.jana.clone(), tour.nobody.clone());
    let at = |operation| step(operation).at("engagement_id", engagement);
    let new = json!({"label": "Für die Startseite", "expires_at": "2036-12-31T23:00:00Z"});
    let made = tour.call(&jana, at("create_balance_link").body(new)).await["id"].clone();
    let of = |operation, id: &Value| step(operation).at("engagement_id", engagement).at("balance_link_id", id);
    tour.call(&jana, of("get_balance_link", &made)).await;
    tour.call(&jana, at("list_balance_links").query("status=active")).await;
    let rotated = tour.call(&jana, of("rotate_balance_link", &made)).await;
    let links = format!("/v1/engagements/{}/balance-links", engagement.as_str().unwrap());
    let other = jana.post(&links).json(&json!({"label": "Für Tom"})).send().await.expect(201).json();
    tour.call(&jana, of("revoke_balance_link", &other["id"])).await;
    for operation in ["get_shared_balance", "get_balance_badge"] {
        tour.call(&nobody, step(operation).at("token", &rotated["token"])).await;
    }
}

pub async fn shares(tour: &mut Tour, client: &Value) {
    let jana = tour.jana.clone();
    let new = json!({
        "source": "external", "client_id": client, "title": "Belege Februar",
        "url": "https://cloud.example.com/s/AbCdEf123", "password": "Kranich-7-Hafen",
        "client_note": "Bitte bis Freitag holen.",
    });
    let link = tour.call(&jana, step("create_share_link").body(new)).await["id"].clone();
    let at = |operation| step(operation).at("share_link_id", &link);
    tour.call(&jana, at("get_share_link")).await;
    tour.call(&jana, at("get_share_link_secret")).await;
    tour.call(&jana, at("update_share_link").body(json!({"expires_at": "2036-03-09T17:00:00Z"}))).await;
    tour.call(&jana, step("list_share_links").query("status=active")).await;
    tour.call(&jana, step("list_share_providers").query("limit=1")).await;
    tour.call(&jana, at("revoke_share_link")).await;
    tour.call(&jana, at("delete_share_link")).await;
}
