//! Work of some areas takes more or less of a package than its time.

use crate::{
    packages::{H, desk, package},
    people::{id, pointers},
    server::Server,
    support::databases::on_both,
    time::{Desk, agree, only},
};
use serde_json::{Value, json};

fn factors(with: Value) -> Value {
    let factors = json!([{"area": "Buchhaltung", "percent": 150}, {"area": "Marketing", "percent": 0}]);
    let mut terms = package(10, json!({"area_factors": factors, "overage_rate_minor": 6000}));
    crate::time::merge(&mut terms, with);
    terms
}

impl Desk {
    pub async fn task_of(&self, area: &str) -> String {
        let task =
            json!({"client_id": self.client, "engagement_id": self.engagement, "title": area, "area": area});
        id(&self.post("/v1/tasks", task).await.expect(201).json())
    }

    async fn on_task(&self, task: &str, date: &str, seconds: i64) -> Value {
        self.note(json!({"work_date": date, "duration_seconds": seconds, "task_id": task})).await
    }
}

#[on_both]
async fn work_of_an_area_takes_its_share_of_a_package(server: Server) {
    let desk = desk(&server, factors(json!({}))).await;
    let (books, ads, travel) =
        (desk.task_of("Buchhaltung").await, desk.task_of("Marketing").await, desk.task_of("Reisen").await);
    let entry = desk.on_task(&books, "2026-02-02", 4 * H + 1).await;
    assert_eq!(only(&entry, &["area", "billed_seconds"]), json!(["Buchhaltung", 4 * H + 1]));
    desk.on_task(&ads, "2026-02-03", 3 * H).await;
    desk.on_task(&travel, "2026-02-04", 2 * H).await;
    desk.seconds("2026-02-05", H).await;
    let period = desk.get(&desk.of("periods/1")).await;
    // Rounded half away from zero, once for each entry and date.
    assert_eq!(only(&period, &["consumed_seconds", "remaining_seconds"]), json!([9 * H + 2, H - 2]));
    let beyond = desk.on_task(&books, "2026-02-06", 2 * H).await;
    let coverage = desk.get(&format!("/v1/time-entries/{}/coverage", id(&beyond))).await;
    let shown = ["area_percent", "consumed_seconds", "covered_seconds", "overage_seconds", "to_bill_minor"];
    assert_eq!(only(&coverage, &shown), json!([150, 3 * H, H - 2, 2 * H + 2, 12_003]));
    let preview = json!({"work_date": "2026-03-02", "duration_seconds": 2 * H, "task_id": books});
    let seen = desk.post(&desk.of("preview"), preview).await.expect(200).json();
    assert_eq!(seen["periods"][0]["after"]["consumed_seconds"], 3 * H);
}

#[on_both]
async fn an_entry_keeps_the_area_that_it_was_noted_with(server: Server) {
    let desk = desk(&server, factors(json!({}))).await;
    let task = desk.task_of("Buchhaltung").await;
    let entry = desk.on_task(&task, "2026-02-02", 2 * H).await;
    let consumed = async || desk.get(&desk.of("periods/1")).await["consumed_seconds"].clone();
    assert_eq!(consumed().await, 3 * H);
    // Another area of the task counts for later work alone.
    let marketing = json!({"area": "Marketing"});
    desk.anna.patch(&format!("/v1/tasks/{task}")).json(&marketing).send().await.expect(200);
    assert_eq!(
        desk.patch(&entry, json!({"description": "Belege"})).await.expect(200).json()["area"],
        "Buchhaltung"
    );
    assert_eq!(consumed().await, 3 * H);
    assert_eq!(desk.on_task(&task, "2026-02-03", H).await["area"], "Marketing");
    assert_eq!(consumed().await, 3 * H);
    // Another task is another area.
    let travel = desk.task_of("Reisen").await;
    let moved = desk.patch(&entry, json!({"task_id": travel})).await.expect(200).json();
    assert_eq!(moved["area"], "Reisen");
    assert_eq!(consumed().await, 2 * H);
    let none = desk.patch(&entry, json!({"task_id": null})).await.expect(200).json();
    assert_eq!(none["area"], json!(null));
    // Factors are those of the terms that an entry is accounted under.
    agree(&desk, &desk.engagement, "2026-04-01", factors(json!({"area_factors": []}))).await;
    let books = desk.task_of("Buchhaltung").await;
    desk.on_task(&books, "2026-03-31", 2 * H).await;
    desk.on_task(&books, "2026-04-01", 2 * H).await;
    assert_eq!(desk.hours("consumed_seconds").await, [2.0, 3.0, 2.0]);
    let table = desk.anna.get("/v1/time-entries.csv").send().await.expect(200);
    let text = String::from_utf8(table.body).unwrap();
    assert!(text.lines().next().unwrap().contains(",source,area,"), "{text}");
    assert!(text.contains(",Buchhaltung,"), "{text}");
}

#[on_both]
async fn areas_are_those_of_the_workspace(server: Server) {
    let desk = desk(&server, factors(json!({}))).await;
    let refused = async |factors: Value| {
        let body = json!({"client_id": desk.client, "title": "Büro", "starts_on": "2026-02-01",
            "terms": package(10, json!({"area_factors": factors}))});
        let reply = desk.post("/v1/engagements", body).await.expect(422).json();
        (pointers(&reply), reply["errors"][0]["code"].clone())
    };
    let found = refused(json!([{"area": "Reisen", "percent": 50}, {"area": "Buchaltung", "percent": 150}])).await;
    assert_eq!(found, (vec!["/terms/area_factors/1/area".to_owned()], json!("unknown_value")));
    let twice = json!([{"area": "Reisen", "percent": 50}, {"area": "Reisen", "percent": 60}]);
    assert_eq!(refused(twice).await.1, json!("duplicate"));
    let many = json!([{"area": "Reisen", "percent": 1001}]);
    assert_eq!(refused(many).await.0, ["/terms/area_factors/0/percent"]);
    // What was agreed stays possible when the workspace has other areas.
    desk.anna.patch("/v1/workspace").json(&json!({"areas": ["Reisen"]})).send().await.expect(200);
    let same = json!({"effective_from": "2026-07-01", "terms": factors(json!({"included_minutes": 900}))});
    desk.post(&desk.of("terms"), same).await.expect(201);
    let hourly = json!({"kind": "hourly", "rate_minor": 1, "area_factors": []});
    let body = json!({"client_id": desk.client, "title": "Büro", "starts_on": "2026-02-01", "terms": hourly});
    let foreign = desk.post("/v1/engagements", body).await.expect(422).json();
    assert_eq!(pointers(&foreign), ["/terms/area_factors"]);
}
