//! What other packages would have cost, computed by hand.

use crate::{
    packages::{H, desk, package, work},
    people::{id, new_client},
    server::Server,
    support::databases::on_both,
    time::{Desk, agree, only},
};
use serde_json::{Value, json};

impl Desk {
    async fn compare(&self, query: &str) -> Value {
        self.get(&self.of(&format!("plan-comparison?{query}"))).await
    }
}

/// Total, price, hours of overage and what they cost, hours unused.
fn costs(cost: &Value) -> Value {
    let hours = |name: &str| cost[name].as_i64().expect("seconds") / H;
    json!([
        cost["total_minor"],
        cost["price_total_minor"],
        hours("overage_seconds"),
        cost["overage_amount_minor"],
        hours("unused_seconds")
    ])
}

fn plans(comparison: &Value) -> Vec<Value> {
    comparison["plans"].as_array().unwrap().iter().map(costs).collect()
}

#[on_both]
async fn packages_are_compared_for_the_work_that_was_done(server: Server) {
    let desk = desk(&server, package(20, json!({"overage_rate_minor": 6000}))).await;
    work(&desk, &[900, 1500]).await;
    let found = desk.compare("plans=600:50000,1800:120000").await;
    let about = only(&found, &["engagement_id", "currency", "from", "until", "periods"]);
    assert_eq!(about, json!([desk.engagement, "EUR", "2026-02-01", "2026-05-31", 4]));
    // 15 h, 25 h, none, none.
    assert_eq!(costs(&found["actual"]), json!([390_000, 360_000, 5, 30_000, 45]));
    assert_eq!(costs(&found["current"]), costs(&found["actual"]));
    assert_eq!(only(&found["current"], &["included_minutes", "price_minor"]), json!([1200, 90_000]));
    let expected = [json!([320_000, 200_000, 20, 120_000, 20]), json!([480_000, 480_000, 0, 0, 80])];
    assert_eq!(plans(&found), expected);
    assert_eq!(found["plans"][0]["consumed_seconds"], json!(40 * H));
    let last = desk.compare("plans=600:50000&periods=3").await;
    assert_eq!(only(&last, &["from", "periods"]), json!(["2026-03-01", 3]));
    assert_eq!(plans(&last), [json!([240_000, 150_000, 15, 90_000, 20])]);
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let path = desk.of("plan-comparison?plans=600:50000&periods=3");
    assert_eq!(klara.get(&path).send().await.expect(200).json(), last);
    let other = id(&new_client(&desk.anna, "Bäckerei").await);
    server.client_member(&desk.anna, &other, "karl").await.get(&path).send().await.expect(404);
    assert_eq!(desk.compare("").await["plans"], json!([]));
}

#[on_both]
async fn a_package_begins_with_what_it_would_have_carried_itself(server: Server) {
    let terms = package(20, json!({"carry": "all", "overage_rate_minor": 6000, "bonus_minutes": 60}));
    let desk = desk(&server, terms).await;
    work(&desk, &[360, 1020]).await;
    let found = desk.compare("plans=540:45000,1200:90000&periods=3").await;
    // 10 h with the bonus: February leaves 4 h, March has 14 h and needs 17 h; what April and May include is carried on.
    assert_eq!(plans(&found)[0], json!([153_000, 135_000, 3, 18_000, 0]));
    assert_eq!(found["plans"][0]["carried_out_seconds"], json!(20 * H));
    // The same package as today is what it was: 84 h less 23 h of work.
    assert_eq!(plans(&found)[1], costs(&found["actual"]));
    assert_eq!(found["actual"]["carried_out_seconds"], json!(61 * H));
}

#[on_both]
async fn a_deficit_that_is_carried_costs_nothing_and_is_shown(server: Server) {
    let desk = desk(&server, package(20, json!({"carry": "all", "deficit": "carry"}))).await;
    work(&desk, &[1500]).await;
    let found = desk.compare("plans=300:25000").await;
    assert_eq!(costs(&found["actual"]), json!([360_000, 360_000, 5, null, 0]));
    assert_eq!(plans(&found), [json!([100_000, 100_000, 20, null, 0])]);
    let shown = ["carried_out_seconds", "deficit_out_seconds"];
    assert_eq!(only(&found["actual"], &shown), json!([55 * H, 0]));
    // 20 h are owed, of which March to May pay 5 h each.
    assert_eq!(only(&found["plans"][0], &shown), json!([0, 5 * H]));
}

#[on_both]
async fn hours_are_compared_with_packages_of_the_same_months(server: Server) {
    let desk = desk(&server, json!({"kind": "hourly", "rate_minor": 6000})).await;
    work(&desk, &[480, 300]).await;
    let found = desk.compare("plans=300:25000,600:50000,0:0").await;
    assert_eq!(costs(&found["actual"]), json!([78_000, 0, 13, 78_000, 0]));
    assert_eq!(found["current"], Value::Null);
    let expected = [
        json!([118_000, 100_000, 3, 18_000, 10]),
        json!([200_000, 200_000, 0, 0, 27]),
        json!([78_000, 0, 13, 78_000, 0]),
    ];
    assert_eq!(plans(&found), expected);
}

#[on_both]
async fn skipped_periods_do_not_count_and_other_terms_stay(server: Server) {
    let mut desk = desk(&server, package(10, json!({"overage_rate_minor": 6000}))).await;
    agree(&desk, &desk.engagement.clone(), "2026-06-01", package(10, json!({"overage_rate_minor": 9000}))).await;
    for date in ["2026-05-04", "2026-06-01"] {
        desk.seconds(date, 8 * H).await;
    }
    desk.post(&desk.of("pause"), json!({"on": "2026-06-30"})).await.expect(422);
    desk.post(&desk.of("pause"), json!({"on": "2026-06-20"})).await.expect(200);
    desk.at(&server, "2026-09-10T10:00:00Z").await;
    desk.post(&desk.of("resume"), Value::Null).await.expect(200);
    let found = desk.compare("plans=300:50000&periods=2").await;
    let about = only(&found, &["from", "until", "periods"]);
    assert_eq!(about, json!(["2026-05-01", "2026-08-31", 2]));
    // 3 h at 60.00 in May, 3 h at 90.00 in June; July and August cost nothing.
    assert_eq!(plans(&found), [json!([145_000, 100_000, 6, 45_000, 0])]);
    assert_eq!(costs(&found["actual"]), json!([180_000, 180_000, 0, 0, 4]));
}

#[on_both]
async fn what_cannot_be_compared_is_refused(server: Server) {
    let mut desk = desk(&server, package(20, json!({}))).await;
    let eleven = (0..11).map(|i| format!("{i}:1")).collect::<Vec<_>>().join(",");
    let faulty = ["600", "a:b", "600:-1", "-1:600", "1000001:1", "060:1", "1:1,", "1:1000000000001", &eleven];
    for plans in faulty {
        let refused = desk.anna.get(&desk.of(&format!("plan-comparison?plans={plans}"))).send().await;
        let refused = only(&refused.expect(400).json(), &["code", "parameter"]);
        assert_eq!(refused, json!(["invalid_parameter", "plans"]), "{plans}");
    }
    for periods in ["0", "25", "x", "-1", ""] {
        let refused = desk.anna.get(&desk.of(&format!("plan-comparison?periods={periods}"))).send().await;
        assert_eq!(refused.expect(400).json()["parameter"], json!("periods"), "{periods}");
    }
    let daily = desk.engaged(json!({"kind": "daily", "rate_minor": 40_000})).await;
    let refused = desk.anna.get(&format!("/v1/engagements/{daily}/plan-comparison")).send().await.expect(409);
    assert_eq!(refused.json()["code"], json!("no_package"));
    let draft = crate::engagements::hourly(&desk.client, "Entwurf");
    desk.engagement = id(&desk.post("/v1/engagements", draft).await.expect(201).json());
    let nothing = desk.compare("plans=600:50000").await;
    assert_eq!(only(&nothing, &["from", "until", "periods", "current"]), json!([null, null, 0, null]));
    assert_eq!(plans(&nothing), [json!([0, 0, 0, 0, 0])]);
    let weeks = package(1, json!({"period": "week"}));
    let long = json!({"client_id": desk.client, "title": "Lang", "starts_on": "1990-01-22", "terms": weeks, "accepted": {"note": "Ja."}});
    desk.engagement = id(&desk.post("/v1/engagements", long).await.expect(201).json());
    let refused = desk.anna.get(&desk.of("plan-comparison")).send().await.expect(409).json();
    assert_eq!(refused["code"], json!("too_many_periods"));
}
