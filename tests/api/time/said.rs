//! Time as people say it: a start and a duration, the engagement of a task, and changes that judge no more than they
//! move.

use super::{Desk, merge, only, text};
use crate::server::run_due;
use crate::{
    people::{id, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};
use vorzimmer::db::{Tx, sql};
use vorzimmer::kernel::WorkspaceId;

pub const TIMES: [&str; 5] = ["started_at", "ended_at", "work_date", "duration_seconds", "break_seconds"];

/// The pointer and code of the one fault of a refusal.
pub fn fault(problem: &Value) -> Value {
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(1), "{problem}");
    only(&problem["errors"][0], &["pointer", "code"])
}

/// Writes a row as a server with other rules did, past everything that is judged.
pub async fn as_before(server: &Server, desk: &Desk, statement: &'static str, row: &str) {
    let workspace: WorkspaceId = text(&desk.get("/v1/me").await["workspace"]["id"]).parse().unwrap();
    let mut tx = Tx::begin(&server.app.db, &server.app.clock, workspace, Default::default()).await.unwrap();
    let statement = sql(statement).bind(workspace).bind(row.parse::<uuid::Uuid>().unwrap());
    assert_eq!(tx.execute(statement).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

pub async fn new_task(desk: &Desk, with: Value) -> String {
    let mut body = json!({"client_id": desk.client, "title": "Ablage"});
    merge(&mut body, with);
    id(&desk.post("/v1/tasks", body).await.expect(201).json())
}

#[on_both]
async fn a_start_and_a_duration_are_enough(server: Server) {
    let desk = Desk::new(&server).await;
    let made = desk
        .note(json!({"started_at": "2026-03-02T07:00:00Z", "duration_seconds": 3600, "break_seconds": 600}))
        .await;
    assert_eq!(
        only(&made, &TIMES),
        json!(["2026-03-02T07:00:00Z", "2026-03-02T08:10:00Z", "2026-03-02", 3600, 600])
    );
    assert_eq!(only(&made, &["billed_seconds", "amount_minor"]), json!([3600, 4500]));
    let local = desk.note(json!({"started_local": "2026-03-01T23:30", "duration_seconds": 3600})).await;
    assert_eq!(
        only(&local, &TIMES),
        json!(["2026-03-01T22:30:00Z", "2026-03-01T23:30:00Z", "2026-03-01", 3600, 0])
    );
    // Local times are the engagement's, where nothing else is said.
    let there = desk.post("/v1/engagements", json!({"client_id": desk.client, "title": "Lissabon", "starts_on": "2026-02-01", "time_zone": "Europe/Lisbon",
        "terms": {"kind": "hourly", "rate_minor": 1}})).await.expect(201).json();
    let proposed = crate::engagements::act(&desk.anna, &id(&there), "propose").await.expect(200);
    desk.anna
        .post(&format!("/v1/engagements/{}/accept", id(&there)))
        .json(&json!({"note": "Am Telefon."}))
        .header("if-match", proposed.header("etag").unwrap())
        .send()
        .await
        .expect(200);
    let noted = desk.note(json!({"engagement_id": there["id"], "started_local": "2026-03-02T07:00", "ended_local": "2026-03-02T08:00"})).await;
    assert_eq!(only(&noted, &["started_at", "time_zone"]), json!(["2026-03-02T07:00:00Z", "Europe/Lisbon"]));
    let many = json!({"operations": [{"op": "create", "data": {"engagement_id": desk.engagement, "started_at": "2026-03-02T05:00:00Z", "duration_seconds": 60}}]});
    let results = desk.post("/v1/time-entries/bulk", many).await.expect(200).json();
    assert_eq!(results["results"][0]["data"]["ended_at"], "2026-03-02T05:01:00Z");
}

#[on_both]
async fn an_entry_may_last_as_long_as_its_local_day(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.at(&server, "2026-11-01T09:00:00Z").await;
    let long = desk.note(json!({"started_local": "2026-10-25T00:00", "ended_local": "2026-10-26T00:00"})).await;
    assert_eq!(long["duration_seconds"], 25 * 3600);
    assert_eq!(desk.seconds("2026-10-25", 25 * 3600).await["duration_seconds"], 25 * 3600);
    for (body, expected) in [
        (
            json!({"work_date": "2026-10-25", "duration_seconds": 90_001}),
            json!(["/duration_seconds", "too_large"]),
        ),
        (
            json!({"work_date": "2026-10-24", "duration_seconds": 86_401}),
            json!(["/duration_seconds", "too_large"]),
        ),
        (
            json!({"work_date": "2026-10-25", "duration_seconds": 86_401, "time_zone": "UTC"}),
            json!(["/duration_seconds", "too_large"]),
        ),
        (
            json!({"started_local": "2026-10-25T00:00", "ended_local": "2026-10-26T00:00:01"}),
            json!(["/ended_local", "interval_too_long"]),
        ),
    ] {
        assert_eq!(fault(&desk.try_note(body).await.expect(422).json()), expected);
    }
}

#[on_both]
async fn a_duration_of_clocked_work_moves_its_end(server: Server) {
    let desk = Desk::new(&server).await;
    let made = desk.note(json!({"started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-02T08:10:00Z", "break_seconds": 600})).await;
    let longer = desk.patch(&made, json!({"duration_seconds": 5400})).await.expect(200).json();
    assert_eq!(
        only(&longer, &TIMES),
        json!(["2026-03-02T07:00:00Z", "2026-03-02T08:40:00Z", "2026-03-02", 5400, 600])
    );
    assert_eq!(longer["amount_minor"], 6750);
    let moved = desk
        .patch(&made, json!({"started_local": "2026-03-02T07:00", "duration_seconds": 5400}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        only(&moved, &TIMES),
        json!(["2026-03-02T06:00:00Z", "2026-03-02T07:40:00Z", "2026-03-02", 5400, 600])
    );
    for (change, expected) in [
        (json!({"duration_seconds": 3 * 3600}), json!(["/duration_seconds", "in_the_future"])),
        (
            json!({"ended_at": "2026-03-02T07:00:00Z", "duration_seconds": 60}),
            json!(["/duration_seconds", "not_together"]),
        ),
        (json!({"work_date": "2026-03-01"}), json!(["/work_date", "not_together"])),
    ] {
        assert_eq!(fault(&desk.patch(&made, change).await.expect(422).json()), expected);
    }
    // What a form sends back as it was, is no change.
    let whole: Value = TIMES.iter().map(|name| ((*name).to_owned(), moved[*name].clone())).collect();
    assert_eq!(desk.patch(&made, whole.clone()).await.expect(200).json()["version"], moved["version"]);
    let mut earlier = whole;
    earlier["ended_at"] = json!("2026-03-02T07:30:00Z");
    assert_eq!(
        only(&desk.patch(&made, earlier).await.expect(200).json(), &["duration_seconds", "break_seconds"]),
        json!([4800, 600])
    );
    let dated =
        desk.patch(&made, json!({"work_date": "2026-03-02", "duration_seconds": 60})).await.expect(200).json();
    assert_eq!(only(&dated, &TIMES), json!([null, null, "2026-03-02", 60, 0]));
}

#[on_both]
async fn an_entry_for_a_task_takes_the_tasks_engagement(server: Server) {
    let desk = Desk::new(&server).await;
    let with = new_task(&desk, json!({"engagement_id": desk.engagement})).await;
    let without = new_task(&desk, json!({})).await;
    let time = |task: &str| json!({"task_id": task, "work_date": "2026-03-02", "duration_seconds": 3600});
    let made = desk.post("/v1/time-entries", time(&with)).await.expect(201).json();
    assert_eq!(
        only(&made, &["engagement_id", "client_id", "task_id", "rate_minor", "amount_minor"]),
        json!([desk.engagement, desk.client, with, 4500, 4500])
    );
    let refused = desk.post("/v1/time-entries", time(&without)).await.expect(422).json();
    assert_eq!(fault(&refused), json!(["/engagement_id", "required"]));
    let unknown =
        desk.post("/v1/time-entries", time("01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90")).await.expect(422).json();
    assert_eq!(fault(&unknown), json!(["/task_id", "reference_not_found"]));
    let nothing = desk.post("/v1/time-entries", json!({})).await.expect(422).json();
    assert_eq!(pointers(&nothing), ["/engagement_id", "/started_at"]);
    let (german, fault) = (desk.anna.clone(), |n: usize| nothing["errors"][n].clone());
    assert_eq!(fault(0)["detail"], "One of these is required: engagement_id, task_id.");
    assert_eq!(fault(1)["detail"], "One of these is required: started_at, started_local, work_date.");
    let nothing = german.post("/v1/time-entries").header("accept-language", "de").json(&json!({})).send().await;
    assert_eq!(
        nothing.expect(422).json()["errors"][1]["detail"],
        "Eine dieser Angaben ist nötig: started_at, started_local, work_date."
    );
    let both = desk.note(time(&without)).await;
    assert_eq!(only(&both, &["engagement_id", "task_id"]), json!([desk.engagement, without]));
    desk.post(&format!("/v1/clients/{}/archive", desk.client), json!(null)).await.expect(200);
    assert_eq!(desk.post("/v1/time-entries", time(&with)).await.expect(409).json()["code"], "client_archived");
}

#[on_both]
async fn what_would_not_be_admitted_can_be_edited(server: Server) {
    let mut desk = Desk::new(&server).await;
    let task = new_task(&desk, json!({"engagement_id": desk.engagement})).await;
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.timer("stop").await.expect(200);
    let none = desk.entry(&running).await;
    assert_eq!(none["duration_seconds"], 0);
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.at(&server, "2026-03-03T15:00:00Z").await;
    run_due(&server.app).await.unwrap();
    let long = desk.timer("stop").await.expect(200).json()["stopped"].clone();
    assert_eq!((&long["id"], &long["duration_seconds"]), (&running["id"], &json!(30 * 3600)));
    for entry in [&none, &long] {
        for change in [
            json!({"description": "Post"}),
            json!({"task_id": task}),
            json!({"billable": false}),
            json!({"time_zone": "UTC"}),
            json!({"started_at": entry["started_at"], "ended_at": entry["ended_at"], "break_seconds": 0, "tags": ["x"]}),
        ] {
            let changed = desk.patch(entry, change.clone()).await.expect(200).json();
            assert_eq!(only(&changed, &TIMES), only(entry, &TIMES), "{change}");
        }
    }
    let paused = desk.patch(&long, json!({"break_seconds": 3600})).await.expect(200).json();
    assert_eq!(only(&paused, &["duration_seconds", "break_seconds"]), json!([29 * 3600, 3600]));
    let later = desk.patch(&long, json!({"started_at": "2026-03-02T10:00:00Z"})).await.expect(200).json();
    assert_eq!(later["duration_seconds"], 28 * 3600);
    for (entry, change, expected) in [
        (&long, json!({"started_at": "2026-03-02T09:59:59Z"}), json!(["/started_at", "interval_too_long"])),
        (&long, json!({"started_at": "2026-03-03T14:30:00Z"}), json!(["/started_at", "too_large"])),
        (&long, json!({"ended_at": "2026-03-02T10:30:00Z"}), json!(["/ended_at", "too_small"])),
        (&none, json!({"break_seconds": 60}), json!(["/break_seconds", "too_large"])),
        (&none, json!({"started_at": "2026-03-02T09:00:01Z"}), json!(["/started_at", "ends_before_start"])),
    ] {
        assert_eq!(fault(&desk.patch(entry, change).await.expect(422).json()), expected);
    }
    assert_eq!(
        desk.patch(&none, json!({"duration_seconds": 60})).await.expect(200).json()["ended_at"],
        "2026-03-02T09:01:00Z"
    );
}

#[on_both]
async fn a_running_timers_start_is_judged_only_when_it_moves(server: Server) {
    let mut desk = Desk::new(&server).await;
    let running = desk.start(json!({})).await;
    desk.at(&server, "2026-03-03T15:00:00Z").await;
    for change in [
        json!({"description": "Post"}),
        json!({"started_at": running["started_at"], "break_seconds": 0, "work_date": "2026-03-02"}),
        json!({"started_at": "2026-03-02T10:00:00Z"}),
        json!({"engagement_id": desk.engagement}),
    ] {
        desk.patch(&running, change).await.expect(200);
    }
    assert_eq!(desk.entry(&running).await["started_at"], "2026-03-02T10:00:00Z");
    let refused = desk.patch(&running, json!({"started_at": "2026-03-02T09:00:00Z"})).await.expect(422).json();
    assert_eq!(fault(&refused), json!(["/started_at", "interval_too_long"]));
}

#[on_both]
async fn a_fault_is_told_at_a_member_that_was_sent(server: Server) {
    let desk = Desk::new(&server).await;
    let task = new_task(&desk, json!({"engagement_id": desk.engagement})).await;
    let made = desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 60, "task_id": task, "external_source": "toggl", "external_ref": "1"})).await;
    let other = desk.engaged(json!({"kind": "hourly", "rate_minor": 1})).await;
    for (change, expected) in [
        (json!({"engagement_id": other}), json!(["/engagement_id", "task_elsewhere"])),
        (json!({"external_source": null}), json!(["/external_source", "needs_other"])),
        (json!({"external_ref": null}), json!(["/external_ref", "needs_other"])),
        (
            json!({"time_zone": "America/New_York", "work_date": "2026-03-03"}),
            json!(["/work_date", "in_the_future"]),
        ),
    ] {
        assert_eq!(fault(&desk.patch(&made, change).await.expect(422).json()), expected);
    }
    desk.anna
        .patch(&format!("/v1/tasks/{task}"))
        .json(&json!({"external_source": "a", "external_ref": "b"}))
        .send()
        .await
        .expect(200);
    let refused = desk
        .anna
        .patch(&format!("/v1/tasks/{task}"))
        .json(&json!({"external_source": null}))
        .send()
        .await
        .expect(422)
        .json();
    assert_eq!(fault(&refused), json!(["/external_source", "needs_other"]));
    // An entry at the first instant of the engagement, moved to the day before it by its zone alone.
    let first = desk.note(json!({"started_local": "2026-02-01T00:00", "duration_seconds": 60})).await;
    assert_eq!(
        fault(&desk.patch(&first, json!({"time_zone": "UTC"})).await.expect(422).json()),
        json!(["/time_zone", "too_early"])
    );
    let bulk = json!({"operations": [{"op": "update", "id": made["id"], "data": {"external_source": null}}]});
    let results = desk.post("/v1/time-entries/bulk", bulk).await.expect(200).json();
    assert_eq!(
        fault(&results["results"][0]["problem"]),
        json!(["/operations/0/data/external_source", "needs_other"])
    );
}

#[on_both]
async fn rates_are_bounded_but_what_is_stored_stays(server: Server) {
    let desk = Desk::new(&server).await;
    let (most, more) = (100_000_000, 100_000_001);
    let time = |rate: i64| json!({"work_date": "2026-03-02", "duration_seconds": 3600, "rate_minor": rate});
    let made = desk.note(time(most)).await;
    let task = new_task(&desk, json!({"rate_minor": most})).await;
    let me = text(&desk.get("/v1/time-entries").await["data"][0]["member_id"]);
    let (task, member, client) =
        (format!("/v1/tasks/{task}"), format!("/v1/members/{me}"), format!("/v1/clients/{}", desk.client));
    for (refused, pointer) in [
        (desk.try_note(time(more)).await, "/rate_minor"),
        (desk.patch(&made, json!({"rate_minor": more})).await, "/rate_minor"),
        (desk.post("/v1/timer/start", json!({"rate_minor": more})).await, "/rate_minor"),
        (desk.anna.patch(&task).json(&json!({"rate_minor": more})).send().await, "/rate_minor"),
        (desk.anna.patch(&member).json(&json!({"rate_minor": more})).send().await, "/rate_minor"),
        (
            desk.anna
                .patch(&client)
                .json(&json!({"default_terms": {"kind": "hourly", "rate_minor": more}}))
                .send()
                .await,
            "/default_terms/rate_minor",
        ),
        (
            desk.post(
                "/v1/engagements",
                json!({"client_id": desk.client, "title": "A", "starts_on": "2026-03-01",
            "terms": {"kind": "retainer", "price_minor": 1, "overage_rate_minor": more}}),
            )
            .await,
            "/terms/overage_rate_minor",
        ),
    ] {
        assert_eq!(fault(&refused.expect(422).json()), json!([pointer, "too_large"]));
    }
    // A rate from before there was such a bound.
    let (entry, task_id) = (id(&made), task.rsplit('/').next().unwrap().to_owned());
    as_before(
        &server,
        &desk,
        "UPDATE time_entries SET rate_minor = 1000000000000 WHERE workspace_id = $1 AND id = $2",
        &entry,
    )
    .await;
    as_before(
        &server,
        &desk,
        "UPDATE tasks SET rate_minor = 1000000000000 WHERE workspace_id = $1 AND id = $2",
        &task_id,
    )
    .await;
    let texts = desk
        .patch(&made, json!({"description": "Post", "rate_minor": 1_000_000_000_000_i64}))
        .await
        .expect(422)
        .json();
    assert_eq!(fault(&texts), json!(["/rate_minor", "too_large"]), "what is sent is judged by the bounds of now");
    assert_eq!(
        desk.patch(&made, json!({"description": "Post"})).await.expect(200).json()["rate_minor"],
        1_000_000_000_000_i64
    );
    desk.anna.patch(&task).json(&json!({"title": "B"})).send().await.expect(200);
    as_before(&server, &desk, "UPDATE clients SET default_terms = '{\"kind\": \"hourly\", \"rate_minor\": 1000000000000}' WHERE workspace_id = $1 AND id = $2", &desk.client).await;
    let renamed = desk.anna.patch(&client).json(&json!({"name": "B"})).send().await.expect(200).json();
    assert_eq!(renamed["default_terms"]["rate_minor"], 1_000_000_000_000_i64);
    desk.anna.patch(&client).json(&json!({"default_terms": {"notice_days": 30}})).send().await.expect(200);
    let running = desk.start(json!({"from_entry_id": made["id"]})).await;
    assert_eq!(running["rate_minor"], 1_000_000_000_000_i64);
    assert_eq!(desk.patch(&made, json!({"rate_minor": 5})).await.expect(200).json()["rate_minor"], 5);
}
