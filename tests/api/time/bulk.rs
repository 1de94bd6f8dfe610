//! Many changes in one request.

use super::{Desk, agree, only};
use crate::{
    people::{changes_of, id},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};

fn new(desk: &Desk, seconds: i64) -> Value {
    json!({"op": "create", "data": {"engagement_id": desk.engagement, "work_date": "2026-03-02", "duration_seconds": seconds}})
}

fn statuses(answer: &Value) -> Vec<i64> {
    answer["results"].as_array().unwrap().iter().map(|result| result["status"].as_i64().unwrap()).collect()
}

#[on_both]
async fn results_are_what_is_stored_where_one_is_refused(server: Server) {
    let desk = Desk::new(&server).await;
    let rounding = json!({"mode": "up", "increment_minutes": 30, "scope": "day"});
    let terms = json!({"kind": "daily", "rate_minor": 40000, "day_mode": "explicit", "rounding": rounding});
    let engagement = desk.engaged(terms).await;
    let given = |days: i64| json!({"op": "create", "data": {"engagement_id": engagement, "work_date": "2026-03-02", "duration_seconds": 660, "day_ten_thousandths": days}});
    let bulk = json!({"operations": [given(1000), given(10_000), given(2000)]});
    let answer = desk.post("/v1/time-entries/bulk", bulk).await.expect(200).json();
    assert_eq!(statuses(&answer), [201, 422, 201]);
    for i in [0, 2] {
        let shown = &answer["results"][i]["data"];
        assert_eq!(&desk.entry(shown).await, shown);
        assert_eq!(shown["billed_seconds"], 900);
    }
}

#[on_both]
async fn each_operation_has_a_result_of_its_own(server: Server) {
    let desk = Desk::new(&server).await;
    let (kept, gone) = (desk.seconds("2026-03-02", 60).await, desk.seconds("2026-03-02", 60).await);
    let nobody = "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90";
    let operations = json!([
        new(&desk, 600),
        {"op": "create", "data": {"engagement_id": nobody, "work_date": "2026-03-02", "duration_seconds": 60}},
        {"op": "create", "data": {"work_date": "2026-03-02", "shoes": 1}},
        {"op": "update", "id": kept["id"], "data": {"description": "A"}, "if_match": "\"1-0\""},
        {"op": "update", "id": kept["id"], "data": {"description": "B"}, "if_match": "\"1-0\""},
        {"op": "update", "id": nobody, "data": {}},
        {"op": "update", "id": kept["id"], "data": {"tags": null}},
        {"op": "delete", "id": gone["id"]},
        {"op": "delete"},
        {"op": "create"},
        {"op": "update", "id": kept["id"], "data": {"description": "B"}, "if_match": "1"},
        {"op": "update", "id": kept["id"], "data": {"description": "A"}, "if_match": "2"},
        {"op": "update", "id": kept["id"], "data": {"description": "B"}, "if_match": "garbage"},
    ]);
    let answer = desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200).json();
    assert_eq!(statuses(&answer), [201, 422, 422, 200, 412, 404, 422, 204, 422, 422, 412, 200, 422]);
    let result = |i: usize| &answer["results"][i];
    assert_eq!(result(0)["data"], desk.entry(&result(0)["data"]).await);
    assert_eq!(result(1)["problem"]["errors"][0]["pointer"], "/operations/1/data/engagement_id");
    let mut faults = crate::people::pointers(&result(2)["problem"]);
    faults.dedup();
    assert_eq!(
        faults,
        ["/operations/2/data/engagement_id", "/operations/2/data/shoes", "/operations/2/data/work_date"]
    );
    assert_eq!((&result(3)["data"]["description"], &result(7)["data"]), (&json!("A"), &json!(null)));
    assert_eq!(result(6)["problem"]["errors"][0]["pointer"], "/operations/6/data/tags");
    assert_eq!(result(8)["problem"]["errors"][0]["pointer"], "/operations/8/id");
    assert_eq!(result(9)["problem"]["errors"][0]["pointer"], "/operations/9/data");
    assert_eq!(
        result(12)["problem"]["errors"][0]["detail"],
        "This must be the version or the ETag of what you saw, such as 3 or \"3-9f86d081884c7d65\"."
    );
    assert_eq!(desk.entry(&kept).await["description"], "A");
    assert_eq!(desk.get("/v1/time-entries?include=total_count").await["total_count"], 2);
    assert_eq!(desk.events(&kept).await, ["time_entry.created", "time_entry.updated"]);
}

#[on_both]
async fn a_day_that_is_rounded_as_a_whole_is_accounted_for_once(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000, "rounding": {"mode": "up", "increment_minutes": 30, "scope": "day"}})).await;
    let create = |seconds: i64| json!({"op": "create", "data": {"engagement_id": engagement, "work_date": "2026-03-02", "duration_seconds": seconds}});
    let before = desk.post("/v1/time-entries", create(660)["data"].clone()).await.expect(201).json();
    let answer = desk
        .post("/v1/time-entries/bulk", json!({"operations": [create(660), create(660)]}))
        .await
        .expect(200)
        .json();
    for shown in [&answer["results"][0]["data"], &answer["results"][1]["data"]] {
        assert_eq!(only(shown, &["billed_seconds", "amount_minor"]), json!([1200, 2000]));
        assert_eq!(*shown, desk.entry(shown).await);
    }
    assert_eq!(desk.entry(&before).await["billed_seconds"], 1200);
    let told = desk.get("/v1/events?type=time_entries.reaccounted").await;
    assert_eq!(told["data"].as_array().unwrap().len(), 1, "one event for all");
    let event = &told["data"][0];
    assert_eq!(event["data"]["ids"], json!([before["id"]]), "of those that nobody touched");
    assert_eq!(only(&event["data"], &["from", "to"]), json!(["2026-03-02", "2026-03-02"]));
    assert_eq!(only(&event["resource"], &["type", "id"]), json!(["engagement", engagement]));
    assert_eq!(changes_of(event)["entries"]["after"][0]["billed_seconds"], 1200);
    for result in answer["results"].as_array().unwrap() {
        let event = desk.get(&format!("/v1/events?resource_id={}", result["data"]["id"].as_str().unwrap())).await;
        assert_eq!(event["data"].as_array().unwrap().len(), 1);
        assert_eq!(event["data"][0]["data"], desk.entry(&result["data"]).await, "as it is stored");
    }
}

#[on_both]
async fn events_of_a_bulk_come_in_order_and_end_with_what_is_stored(server: Server) {
    let desk = Desk::new(&server).await;
    let rounding = json!({"mode": "up", "increment_minutes": 30, "scope": "day"});
    let engagement = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000, "rounding": rounding})).await;
    let create = |seconds: i64| json!({"op": "create", "data": {"engagement_id": engagement, "work_date": "2026-03-02", "duration_seconds": seconds}});
    let made = desk
        .post("/v1/time-entries/bulk", json!({"operations": [create(660), create(660), create(660)]}))
        .await
        .expect(200)
        .json();
    let made: Vec<Value> =
        made["results"].as_array().unwrap().iter().map(|result| result["data"].clone()).collect();
    let operations = json!([
        {"op": "update", "id": made[0]["id"], "data": {"duration_seconds": 1260}},
        {"op": "update", "id": made[0]["id"], "data": {"description": "Zweimal"}},
        {"op": "delete", "id": made[1]["id"]},
    ]);
    desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200);
    let stored = desk.entry(&made[0]).await;
    assert_eq!(only(&stored, &["billed_seconds", "version"]), json!([2363, 3]));
    assert_eq!(desk.entry(&made[2]).await["billed_seconds"], 1237);
    let told =
        desk.get(&format!("/v1/events?resource_id={}", made[0]["id"].as_str().unwrap())).await["data"].clone();
    assert_eq!(told[0]["data"], stored);
    assert_eq!(changes_of(&told[1])["billed_seconds"]["before"], 1200);
    assert_eq!(changes_of(&told[0])["billed_seconds"]["after"], 2363);
    assert_eq!(changes_of(&told[0])["billed_seconds"]["before"], changes_of(&told[1])["billed_seconds"]["after"]);
    assert_eq!(desk.events(&made[1]).await, ["time_entry.created", "time_entry.deleted"]);
    // Words alone change no money, but their event shows what another operation made of it.
    let operations = json!([
        {"op": "update", "id": made[2]["id"], "data": {"internal_note": "n"}},
        {"op": "update", "id": made[0]["id"], "data": {"duration_seconds": 660}},
    ]);
    let answer = desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200).json();
    for result in answer["results"].as_array().unwrap() {
        let (shown, stored) = (&result["data"], desk.entry(&result["data"]).await);
        let told = desk.get(&format!("/v1/events?resource_id={}&limit=1", shown["id"].as_str().unwrap())).await;
        assert_eq!((shown, &told["data"][0]["data"]), (&stored, &stored));
    }
    let told = desk.get("/v1/events?type=time_entries.reaccounted").await;
    assert_eq!(told["data"].as_array().unwrap().len(), 1, "of the third, when the others changed");
    assert_eq!(told["data"][0]["data"]["ids"], json!([made[2]["id"]]));
    // So does one that leaves for another engagement.
    let answer = desk.post("/v1/time-entries/bulk", json!({"operations": [create(660), {"op": "update", "id": made[2]["id"], "data": {"engagement_id": desk.engagement}}]})).await.expect(200).json();
    let (new, moved) = (&answer["results"][0]["data"], &answer["results"][1]["data"]);
    for shown in [new, moved] {
        let told =
            desk.get(&format!("/v1/events?resource_id={}&limit=1", shown["id"].as_str().unwrap())).await["data"]
                [0]
            .clone();
        assert_eq!(told["data"], desk.entry(shown).await);
        assert_eq!(told["data"], *shown);
    }
}

#[on_both]
async fn a_month_that_is_rounded_as_a_whole_is_taken_over_newest_first(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.at(&server, "2026-03-31T20:00:00Z").await;
    let engagement = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000, "rounding": {"mode": "up", "increment_minutes": 60, "scope": "period"}})).await;
    let operations: Vec<Value> = (0..100).map(|i| {
        json!({"op": "create", "data": {"engagement_id": engagement, "work_date": format!("2026-03-{:02}", 31 - i * 31 / 100), "duration_seconds": 300}})
    }).collect();
    let answer = desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200).json();
    assert!(statuses(&answer).iter().all(|status| *status == 201));
    let totals =
        desk.get(&format!("/v1/time-entries?engagement_id={engagement}&include=totals&limit=1")).await["totals"]
            .clone();
    assert_eq!(only(&totals, &["entries", "duration_seconds", "billed_seconds"]), json!([100, 30_000, 32_400]));
    // The group is accounted for once, and each result shows what came of it.
    for i in [0, 50, 99] {
        let shown = &answer["results"][i]["data"];
        assert_eq!(*shown, desk.entry(shown).await);
        assert!(desk.events(shown).await.len() <= 2);
    }
    let made = |i: usize| answer["results"][i]["data"]["id"].clone();
    let operations = json!([
        {"op": "update", "id": made(99), "data": {"engagement_id": desk.engagement}},
        {"op": "delete", "id": made(98)},
        {"op": "update", "id": made(97), "data": {"description": "nur Text"}},
        {"op": "update", "id": made(96), "data": {"duration_seconds": 3900}},
    ]);
    let answer = desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200).json();
    assert_eq!(statuses(&answer), [200, 204, 200, 200]);
    for i in [0, 2, 3] {
        let shown = &answer["results"][i]["data"];
        assert_eq!(*shown, desk.entry(shown).await);
    }
    assert_eq!(only(&answer["results"][2]["data"], &["billed_seconds"]), json!([300]), "entries keep their time");
    let totals =
        desk.get(&format!("/v1/time-entries?engagement_id={engagement}&include=totals&limit=1")).await["totals"]
            .clone();
    assert_eq!(only(&totals, &["entries", "duration_seconds", "billed_seconds"]), json!([98, 33_000, 36_000]));
}

#[on_both]
async fn a_text_in_a_bulk_changes_nobodys_money(server: Server) {
    let desk = Desk::new(&server).await;
    let day = json!({"kind": "hourly", "rate_minor": 4500, "rounding": {"mode": "up", "increment_minutes": 15, "scope": "day"}});
    let (made, other) = (desk.seconds("2026-02-15", 600).await, desk.seconds("2026-02-15", 60).await);
    agree(&desk, &desk.engagement, "2026-02-10", day).await;
    let operations = json!([{"op": "update", "id": made["id"], "data": {"description": "nur Text"}}]);
    desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200);
    assert_eq!(only(&desk.entry(&made).await, &["billed_seconds", "version"]), json!([600, 2]));
    assert_eq!(desk.entry(&other).await, other);
}

#[on_both]
async fn an_atomic_request_is_all_or_nothing(server: Server) {
    let desk = Desk::new(&server).await;
    let good = json!({"operations": [new(&desk, 60), new(&desk, 120)], "atomic": true});
    assert_eq!(statuses(&desk.post("/v1/time-entries/bulk", good).await.expect(200).json()), [201, 201]);
    let mut bad = new(&desk, 60);
    bad["data"]["duration_seconds"] = json!(-1);
    let request = json!({"operations": [new(&desk, 60), bad, new(&desk, 60)], "atomic": true});
    let answer = desk.post("/v1/time-entries/bulk", request).await.expect(200).json();
    assert_eq!(statuses(&answer), [424, 422, 424]);
    assert_eq!(only(&answer["results"][0], &["data"]), json!([null]));
    assert_eq!(answer["results"][0]["problem"]["code"], "not_applied");
    assert_eq!(desk.get("/v1/time-entries?include=total_count").await["total_count"], 2);
}

#[on_both]
async fn a_refused_operation_leaves_nothing_of_itself(server: Server) {
    let desk = Desk::new(&server).await;
    desk.overlap_policy("reject").await;
    let at = |from: &str, until: &str| {
        json!({"op": "create", "data": {"engagement_id": desk.engagement,
        "started_at": format!("2026-03-02T{from}:00Z"), "ended_at": format!("2026-03-02T{until}:00Z")}})
    };
    let request = json!({"operations": [at("07:00", "08:00"), at("07:30", "08:30"), at("08:00", "08:30")]});
    let answer = desk.post("/v1/time-entries/bulk", request).await.expect(200).json();
    assert_eq!(statuses(&answer), [201, 409, 201]);
    assert_eq!(answer["results"][1]["problem"]["conflicts"][0]["id"], answer["results"][0]["data"]["id"]);
}

#[on_both]
async fn five_hundred_operations_fit_and_are_replayed_by_key(server: Server) {
    let desk = Desk::new(&server).await;
    let operations: Vec<Value> = (0..500).map(|i| new(&desk, 60 + i)).collect();
    let body = json!({"operations": operations});
    let send = || desk.anna.post("/v1/time-entries/bulk").header("idempotency-key", "import-1").json(&body).send();
    let (first, second) = (send().await.expect(200), send().await.expect(200));
    assert_eq!((first.json(), second.header("idempotent-replayed")), (second.json(), Some("true")));
    assert!(statuses(&first.json()).iter().all(|status| *status == 201));
    assert_eq!(desk.get("/v1/time-entries?include=total_count&limit=1").await["total_count"], 500);
    let mut too_many = operations.clone();
    too_many.push(new(&desk, 60));
    let refused = desk.post("/v1/time-entries/bulk", json!({"operations": too_many})).await.expect(422).json();
    assert_eq!(crate::people::pointers(&refused), ["/operations"]);
    assert_eq!(
        crate::people::pointers(
            &desk.post("/v1/time-entries/bulk", json!({"operations": []})).await.expect(422).json()
        ),
        ["/operations"]
    );
}

#[on_both]
async fn a_colleagues_entry_is_not_changed_in_bulk(server: Server) {
    let desk = Desk::new(&server).await;
    let berta = server.colleague(&desk.anna, "berta").await;
    let annas = desk.seconds("2026-03-02", 60).await;
    let request = json!({"operations": [{"op": "delete", "id": annas["id"]}, new(&desk, 60)]});
    let answer = berta.post("/v1/time-entries/bulk").json(&request).send().await.expect(200).json();
    assert_eq!(statuses(&answer), [403, 201]);
    assert_eq!(id(&desk.entry(&annas).await), id(&annas));
}

#[on_both]
async fn an_operation_that_is_none_is_told_alone(server: Server) {
    let desk = Desk::new(&server).await;
    let operations = json!([{"op": "bake", "data": {"shoes": 1}}, {"data": {}}, new(&desk, 60), {"op": "delete", "id": "x", "data": {}}]);
    let answer = desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200).json();
    assert_eq!(statuses(&answer), [422, 422, 201, 422]);
    let told = |i: usize| {
        let errors = answer["results"][i]["problem"]["errors"].as_array().unwrap().iter();
        errors.map(|fault| only(fault, &["pointer", "code"])).collect::<Vec<_>>()
    };
    assert_eq!(told(0), [json!(["/operations/0/op", "unknown_value"])]);
    assert_eq!(told(1), [json!(["/operations/1/op", "required"])]);
    assert_eq!(
        told(3),
        [json!(["/operations/3/data", "unknown_member"]), json!(["/operations/3/id", "invalid_format"]),]
    );
}

#[on_both]
async fn what_stands_refuses_an_operation_alone(server: Server) {
    let desk = Desk::new(&server).await;
    let other = id(&crate::people::new_client(&desk.anna, "Bäckerei Seidel").await);
    let gone = super::engaged(&desk.anna, &other, json!({"kind": "hourly", "rate_minor": 4500})).await;
    desk.anna.post(&format!("/v1/clients/{other}/archive")).send().await.expect(200);
    desk.overlap_policy("reject").await;
    let taken = json!({"external_source": "toggl", "external_ref": "1"});
    let create = |engagement: &str, with: Value| {
        let mut data = json!({"engagement_id": engagement});
        super::merge(&mut data, with);
        json!({"op": "create", "data": data})
    };
    let imported = |day: &str| {
        let mut data = json!({"work_date": day, "duration_seconds": 60});
        super::merge(&mut data, taken.clone());
        create(&desk.engagement, data)
    };
    let at = |end: &str| create(&desk.engagement, json!({"started_at": "2026-03-02T07:00:00Z", "ended_at": end}));
    let operations = json!([
        create(&gone, json!({"work_date": "2026-03-02", "duration_seconds": 60})),
        imported("2026-03-01"),
        imported("2026-03-02"),
        at("2026-03-02T07:30:00Z"),
        at("2026-03-02T07:15:00Z"),
    ]);
    let answer = desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200).json();
    assert_eq!(statuses(&answer), [409, 201, 409, 201, 409]);
    let code = |i: usize| answer["results"][i]["problem"]["code"].as_str();
    assert_eq!(
        [code(0), code(2), code(4)],
        [Some("client_archived"), Some("duplicate_external_ref"), Some("time_entry_overlaps")]
    );
}
