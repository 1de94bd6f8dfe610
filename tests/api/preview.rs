//! What an hour that is not noted yet would do is what it then does.

use crate::{
    packages::{H, desk, package},
    people::{id, pointers},
    random::Random,
    server::Server,
    support::databases::on_both,
    time::{Desk, merge, only, path},
};
use serde_json::{Value, json};

impl Desk {
    async fn preview(&self, with: &Value) -> Value {
        self.post(&self.of("preview"), with.clone()).await.expect(200).json()
    }

    async fn number_of_alerts(&self) -> usize {
        self.get("/v1/alerts?limit=200").await["data"].as_array().unwrap().len()
    }
}

/// Previews and then notes; both tell the same.
async fn compare(desk: &Desk, note: &Value) {
    let (before, alerts) = (desk.periods().await, desk.number_of_alerts().await);
    let preview = desk.preview(note).await;
    assert_eq!(
        (desk.periods().await, desk.number_of_alerts().await),
        (before.clone(), alerts),
        "nothing is stored"
    );
    let mut body = json!({"engagement_id": desk.engagement});
    merge(&mut body, note.clone());
    let made = desk.post("/v1/time-entries", body).await;
    if preview["needs_consent"] == json!(true) {
        assert_eq!((made.status, &made.json()["code"]), (409, &json!("retainer_exhausted")), "{preview}");
        return;
    }
    let entry = made.expect(201).json();
    let names = ["work_date", "booked_on", "billed_seconds", "amount_minor", "currency"];
    assert_eq!(only(&preview, &names), only(&entry, &names));
    let coverage = desk.get(&format!("{}/coverage", path(&entry))).await;
    let names = ["consumed_seconds", "covered_seconds", "overage_seconds", "to_bill_minor", "days"];
    assert_eq!(only(&preview, &names), only(&coverage, &names));
    let after = desk.periods().await;
    let moved: Vec<Value> = (before.iter().zip(&after).filter(|(before, after)| before != after))
        .map(|(before, after)| json!({"before": before, "after": after}))
        .collect();
    assert_eq!(preview["periods"], json!(moved));
    assert_eq!(desk.number_of_alerts().await - alerts, preview["alerts"].as_array().unwrap().len(), "{preview}");
    for displaced in preview["displaced"].as_array().unwrap() {
        let other = displaced["time_entry_id"].as_str().unwrap();
        let coverage = desk.get(&format!("/v1/time-entries/{other}/coverage")).await;
        assert_eq!(coverage["overage_seconds"], displaced["overage_after_seconds"]);
    }
}

#[on_both]
async fn a_preview_tells_what_then_happens(server: Server) {
    let mut desk = desk(&server, package(10, json!({}))).await;
    for (seed, deficit) in ["bill", "carry", "block"].into_iter().enumerate() {
        let rounding = json!({"mode": "up", "increment_minutes": 15, "scope": "day", "minimum_minutes": 0});
        let terms = json!({"carry": "all", "deficit": deficit, "rounding": rounding,
            "overage_rate_minor": (deficit == "bill").then_some(6000)});
        desk.engagement = desk.engaged(package(6, terms)).await;
        desk.block(json!({"minutes": 120, "valid_from": "2026-03-15", "valid_days": 40})).await;
        let mut draw = Random::new(seed as u64);
        for _ in 0..12 {
            let date = format!("2026-{:02}-{:02}", 2 + draw.below(5), 1 + draw.below(19));
            let seconds = 600 * (1 + draw.below(24) as i64);
            let mut note = json!({"work_date": date, "duration_seconds": seconds});
            if draw.percent(20) {
                note["billable"] = json!(false);
            }
            compare(&desk, &note).await;
        }
    }
}

#[on_both]
async fn a_preview_names_what_it_displaces_and_what_it_tells(server: Server) {
    let desk = desk(&server, package(2, json!({"overage_rate_minor": 6000}))).await;
    let later = desk.seconds("2026-06-10", 2 * H).await;
    let preview = desk.preview(&json!({"work_date": "2026-06-09", "duration_seconds": H})).await;
    let displaced =
        json!([{"time_entry_id": id(&later), "overage_before_seconds": 0, "overage_after_seconds": H}]);
    assert_eq!(preview["displaced"], displaced);
    assert_eq!(preview["periods"][0]["after"]["overage_amount_minor"], 6000);
    assert_eq!((&preview["needs_consent"], &preview["alerts"]), (&json!(false), &json!([])));
    let preview = desk.preview(&json!({"work_date": "2026-05-09", "duration_seconds": 2 * H})).await;
    let percents: Vec<&Value> =
        preview["alerts"].as_array().unwrap().iter().map(|alert| &alert["percent"]).collect();
    assert_eq!(json!(percents), json!([80, 100]));
}

#[on_both]
async fn a_preview_is_refused_as_the_entry_would_be(server: Server) {
    let desk = desk(&server, package(2, json!({}))).await;
    let try_ = async |body: Value| desk.post(&desk.of("preview"), body).await;
    let future = try_(json!({"work_date": "2027-01-01", "duration_seconds": H})).await.expect(422);
    assert_eq!(pointers(&future.json()), ["/work_date"]);
    let elsewhere = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000})).await;
    let note = json!({"work_date": "2026-06-01", "duration_seconds": H});
    let mut other = note.clone();
    other["engagement_id"] = json!(elsewhere);
    assert_eq!(pointers(&try_(other).await.expect(422).json()), ["/engagement_id"]);
    let mut own = note.clone();
    own["engagement_id"] = json!(desk.engagement);
    try_(own).await.expect(200);
    desk.anna.post(&desk.of("periods/1/close")).send().await.expect(200);
    let closed = json!({"work_date": "2026-02-02", "duration_seconds": H});
    assert_eq!(try_(closed.clone()).await.expect(409).json()["code"], "period_closed");
    let late = desk.post(&desk.of("preview?late=true"), closed).await.expect(200).json();
    assert_eq!(late["booked_on"], "2026-03-01");
    let mut referenced = note.clone();
    referenced["external_source"] = json!("board");
    referenced["external_ref"] = json!("1");
    let mut noted = referenced.clone();
    noted["engagement_id"] = json!(desk.engagement);
    desk.post("/v1/time-entries", noted).await.expect(201);
    assert_eq!(try_(referenced).await.expect(409).json()["code"], "duplicate_external_ref");
    desk.overlap_policy("reject").await;
    let clock = json!({"started_at": "2026-06-03T08:00:00Z", "ended_at": "2026-06-03T09:00:00Z"});
    desk.note(json!({"started_at": "2026-06-03T08:30:00Z", "ended_at": "2026-06-03T09:30:00Z"})).await;
    assert_eq!(try_(clock).await.expect(409).json()["code"], "time_entry_overlaps");
    desk.anna.post(&desk.of("pause")).send().await.expect(200);
    assert_eq!(
        try_(json!({"work_date": "2026-06-20", "duration_seconds": H})).await.status,
        200,
        "up to the day of the pause"
    );
    let client = desk.get(&format!("/v1/engagements/{}", desk.engagement)).await["client_id"].clone();
    let archive = format!("/v1/clients/{}/archive", client.as_str().unwrap());
    desk.post(&desk.of("end"), json!({"on": "2026-06-10"})).await.expect(200);
    assert_eq!(
        try_(json!({"work_date": "2026-06-15", "duration_seconds": H})).await.expect(409).json()["code"],
        "engagement_not_active"
    );
    desk.anna.post(&archive).send().await.expect(200);
    assert_eq!(try_(note).await.expect(409).json()["code"], "client_archived");
}
