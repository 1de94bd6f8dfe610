//! Billed time and money: rounding by the terms, days, what one entry changes in others, what stays frozen.

use super::{Desk, interval, merge, only, path};
use crate::{people::id, server::Server, support::databases::on_both};
use serde_json::{Value, json};

fn rounded(scope: &str) -> Value {
    json!({"kind": "hourly", "rate_minor": 6000, "rounding": {"mode": "up", "increment_minutes": 15, "scope": scope}})
}

/// Notes work and gives the entry.
async fn note(desk: &Desk, engagement: &str, with: Value) -> Value {
    let mut body = json!({"engagement_id": engagement});
    merge(&mut body, with);
    desk.note(body).await
}

fn dated(date: &str, seconds: i64) -> Value {
    json!({"work_date": date, "duration_seconds": seconds})
}

async fn billed(desk: &Desk, entries: &[&Value]) -> Vec<i64> {
    let mut billed = Vec::new();
    for entry in entries {
        billed.push(desk.entry(entry).await["billed_seconds"].as_i64().unwrap());
    }
    billed
}

#[on_both]
async fn entries_are_rounded_by_themselves(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = desk.engaged(rounded("entry")).await;
    let made = note(&desk, &engagement, dated("2026-03-02", 301)).await;
    assert_eq!(only(&made, &["duration_seconds", "billed_seconds", "amount_minor"]), json!([301, 900, 1500]));
    assert_eq!(note(&desk, &engagement, dated("2026-03-02", 900)).await["billed_seconds"], 900);
}

#[on_both]
async fn a_day_is_rounded_as_a_whole_and_its_entries_share_it(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = desk.engaged(rounded("day")).await;
    let late = note(&desk, &engagement, interval("08:00", "08:05")).await;
    let later = note(&desk, &engagement, interval("08:10", "08:15")).await;
    assert_eq!(billed(&desk, &[&late, &later]).await, [450, 450]);
    let exact = note(&desk, &engagement, interval("07:00", "07:05")).await;
    assert_eq!(billed(&desk, &[&exact, &late, &later]).await, [300, 300, 300]);
    desk.anna.delete(&path(&exact)).send().await.expect(204);
    let early = note(&desk, &engagement, interval("07:00", "07:12")).await;
    assert_eq!(billed(&desk, &[&early, &late, &later]).await, [982, 409, 409]);
    let version = desk.entry(&later).await["version"].clone();
    let other = note(&desk, &engagement, dated("2026-03-01", 60)).await;
    assert_eq!(billed(&desk, &[&other, &later]).await, [900, 409]);
    assert_eq!(desk.entry(&later).await["version"], version, "what stays is not written");
    desk.anna.delete(&path(&early)).send().await.expect(204);
    assert_eq!(billed(&desk, &[&late, &later]).await, [450, 450]);
    desk.patch(&late, json!({"billable": false})).await.expect(200);
    assert_eq!(billed(&desk, &[&late, &later]).await, [0, 900]);
    assert_eq!(desk.events(&later).await, ["time_entry.created"], "nobody touched it");
    desk.patch(&late, json!({"billable": true, "engagement_id": desk.engagement})).await.expect(200);
    desk.patch(&later, json!({"work_date": "2026-03-01", "duration_seconds": 60})).await.expect(200);
    assert_eq!(billed(&desk, &[&later, &other]).await, [450, 450]);
}

#[on_both]
async fn a_task_is_rounded_by_day_and_a_period_as_a_whole(server: Server) {
    let desk = Desk::new(&server).await;
    let task =
        id(&desk.post("/v1/tasks", json!({"client_id": desk.client, "title": "A"})).await.expect(201).json());
    let by_task = desk.engaged(rounded("task_day")).await;
    let mut of_task = dated("2026-03-02", 60);
    of_task["task_id"] = json!(task);
    let first = note(&desk, &by_task, of_task.clone()).await;
    let second = note(&desk, &by_task, of_task).await;
    let without = note(&desk, &by_task, dated("2026-03-02", 60)).await;
    assert_eq!(billed(&desk, &[&first, &second, &without]).await, [450, 450, 900]);
    let by_period = desk.engaged(rounded("period")).await;
    let february = note(&desk, &by_period, dated("2026-02-28", 60)).await;
    let march = note(&desk, &by_period, dated("2026-03-01", 60)).await;
    let later = note(&desk, &by_period, dated("2026-03-02", 60)).await;
    assert_eq!(billed(&desk, &[&february, &march, &later]).await, [60, 60, 60], "entries keep their time");
    let sums = async |range: &str| {
        let path = format!("/v1/time-entries?include=totals&engagement_id={by_period}{range}");
        only(&desk.get(&path).await["totals"], &["billed_seconds", "rounding_seconds", "amounts"])
    };
    let euros = |amount: i64| json!([{"currency": "EUR", "amount_minor": amount}]);
    assert_eq!(sums("").await, json!([1800, 1620, euros(3000)]));
    assert_eq!(
        sums("&work_date_from=2026-03-01&work_date_until=2026-04-01").await,
        json!([900, 780, euros(1500)])
    );
    assert_eq!(sums("&work_date_from=2026-03-01&work_date_until=2026-03-02").await, json!([60, 0, euros(100)]));
    assert_eq!(sums("&q=nichts").await, json!([0, 0, []]), "another filter leaves entries out");
    desk.patch(&later, json!({"work_date": "2026-02-27"})).await.expect(200);
    assert_eq!(sums("&work_date_until=2026-03-01").await, json!([900, 780, euros(1500)]));
}

#[on_both]
async fn splitting_within_a_rounded_day_keeps_its_total(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = desk.engaged(rounded("day")).await;
    let made = note(&desk, &engagement, interval("07:00", "08:10")).await;
    let split =
        desk.post(&format!("{}/split", path(&made)), json!({"split_after_seconds": 600})).await.expect(200).json();
    let parts = billed(&desk, &[&split["first"], &split["second"]]).await;
    assert_eq!(parts.iter().sum::<i64>(), 4500);
    assert_eq!(split["first"], desk.entry(&split["first"]).await);
}

#[on_both]
async fn days_are_counted_as_the_terms_say(server: Server) {
    let desk = Desk::new(&server).await;
    let daily = |mode: &str| json!({"kind": "daily", "rate_minor": 40000, "day_mode": mode});
    let explicit = desk.engaged(daily("explicit")).await;
    let refused = desk
        .try_note(json!({"engagement_id": explicit, "work_date": "2026-03-02", "duration_seconds": 60}))
        .await
        .expect(422)
        .json();
    assert_eq!(only(&refused["errors"][0], &["pointer", "code"]), json!(["/day_ten_thousandths", "required"]));
    let half = note(
        &desk,
        &explicit,
        json!({"work_date": "2026-03-02", "duration_seconds": 60, "day_ten_thousandths": 5000}),
    )
    .await;
    assert_eq!(only(&half, &["day_ten_thousandths", "rate_unit", "amount_minor"]), json!([5000, "day", 20000]));
    let whole =
        desk.patch(&half, json!({"day_ten_thousandths": 10000, "description": "doch"})).await.expect(200).json();
    assert_eq!(whole["amount_minor"], 40000);
    let threshold = desk.engaged(json!({"kind": "daily", "rate_minor": 40000, "day_mode": "threshold", "half_day_from_minutes": 120, "full_day_from_minutes": 360})).await;
    let morning = note(&desk, &threshold, dated("2026-03-02", 7200)).await;
    assert_eq!(only(&morning, &["day_ten_thousandths", "amount_minor"]), json!([5000, 20000]));
    let evening = note(&desk, &threshold, dated("2026-03-02", 4 * 3600)).await;
    assert_eq!(only(&evening, &["day_ten_thousandths", "amount_minor"]), json!([6667, 26668]));
    let extra = note(&desk, &threshold, dated("2026-03-02", 4 * 3600)).await;
    assert_eq!(only(&extra, &["day_ten_thousandths", "amount_minor"]), json!([4000, 16000]));
    let capped = desk.engaged(daily("pro_rata_capped")).await;
    let six = note(&desk, &capped, dated("2026-03-02", 6 * 3600)).await;
    let more = note(&desk, &capped, dated("2026-03-02", 4 * 3600)).await;
    assert_eq!(only(&six, &["day_ten_thousandths", "amount_minor"]), json!([7500, 30000]));
    assert_eq!(only(&more, &["day_ten_thousandths", "amount_minor"]), json!([4000, 16000]));
    assert_eq!(desk.entry(&six).await["day_ten_thousandths"], 6000, "of ten hours, six");
    // A timer cannot know: somebody has to look.
    let stopped = desk.post("/v1/timer/start", json!({"engagement_id": explicit})).await.expect(200);
    drop(stopped);
    let stopped = desk.timer("stop").await.expect(200).json()["stopped"].clone();
    assert_eq!(
        only(&stopped, &["day_ten_thousandths", "amount_minor", "needs_review"]),
        json!([null, null, true])
    );
}

#[on_both]
async fn rates_come_down_the_ladder(server: Server) {
    let desk = Desk::new(&server).await;
    let task = |body: Value| {
        let mut all = json!({"client_id": desk.client, "title": "A"});
        merge(&mut all, body);
        all
    };
    let dear =
        id(&desk.post("/v1/tasks", task(json!({"rate_minor": 7000, "billable": false}))).await.expect(201).json());
    let mut body = dated("2026-03-02", 3600);
    body["task_id"] = json!(dear);
    let made = desk.note(body.clone()).await;
    assert_eq!(
        only(&made, &["rate_minor", "rate_source", "billable", "amount_minor"]),
        json!([7000, "task", false, 0])
    );
    body["rate_minor"] = json!(100);
    body["billable"] = json!(true);
    assert_eq!(
        only(&desk.note(body).await, &["rate_minor", "rate_source", "billable", "amount_minor"]),
        json!([100, "entry", true, 100])
    );
    let out = desk.patch(&made, json!({"task_id": null})).await.expect(200).json();
    assert_eq!(only(&out, &["rate_minor", "rate_source", "billable"]), json!([4500, "engagement", true]));
    // Without an engagement the client's and the member's own rates count.
    let member = desk.get("/v1/me").await;
    let member = text_of(&member["member_id"]).unwrap_or_else(|| text_of(&made["member_id"]).unwrap());
    desk.anna.patch(&format!("/v1/members/{member}")).json(&json!({"rate_minor": 3000})).send().await.expect(200);
    let running = desk.start(json!({})).await;
    assert_eq!(only(&running, &["rate_minor", "rate_source"]), json!([3000, "member"]));
    desk.anna
        .patch(&format!("/v1/clients/{}", desk.client))
        .json(&json!({"default_terms": {"kind": "hourly", "rate_minor": 3500}}))
        .send()
        .await
        .expect(200);
    let bare = id(&desk.post("/v1/tasks", task(json!({}))).await.expect(201).json());
    let placed = desk.patch(&running, json!({"task_id": bare})).await.expect(200).json();
    assert_eq!(only(&placed, &["rate_minor", "rate_source", "client_id"]), json!([3500, "client", desk.client]));
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
