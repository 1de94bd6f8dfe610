//! Entries noted by hand: how their time is said, what is refused, how they change.

use super::{Desk, engaged, only, path, text};
use crate::{
    people::{id, new_client, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::json;

#[on_both]
async fn an_entry_reads_as_it_was_made(server: Server) {
    let desk = Desk::new(&server).await;
    let body = json!({"started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-02T08:30:00Z", "break_seconds": 600,
        "description": "Belege sortiert", "internal_note": "zäh", "service": "Buchhaltung", "tags": ["belege"],
        "external_source": "toggl", "external_ref": "1"});
    let made = desk.try_note(body).await.expect(201);
    let read = desk.anna.get(made.header("location").unwrap()).send().await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (made.json(), made.header("etag")));
    let made = made.json();
    let amounts = only(
        &made,
        &[
            "duration_seconds",
            "break_seconds",
            "billed_seconds",
            "rate_minor",
            "rate_unit",
            "rate_source",
            "amount_minor",
            "currency",
        ],
    );
    assert_eq!(amounts, json!([4800, 600, 4800, 4500, "hour", "engagement", 6000, "EUR"]));
    let state = only(
        &made,
        &[
            "status",
            "source",
            "billable",
            "work_date",
            "time_zone",
            "needs_review",
            "member_name",
            "client_id",
            "task_id",
            "day_ten_thousandths",
        ],
    );
    assert_eq!(
        state,
        json!(["recorded", "manual", true, "2026-03-02", "Europe/Berlin", false, "anna", desk.client, null, null])
    );
    assert_eq!(
        made["allocations"],
        json!([{"date": "2026-03-02", "duration_seconds": 4800, "billed_seconds": 4800, "day_ten_thousandths": null, "amount_minor": 6000}])
    );
    assert_eq!(made["terms_id"], desk.get(&format!("/v1/engagements/{}", desk.engagement)).await["terms_id"]);
    assert_eq!(made["allowed_actions"], json!(["edit", "delete", "split", "restart"]));
    assert_eq!(made["lock"], json!({"locked": false, "reason": null, "locked_at": null}));
    assert_eq!(desk.events(&made).await, ["time_entry.created"]);
}

#[on_both]
async fn time_is_said_in_several_ways(server: Server) {
    let desk = Desk::new(&server).await;
    let local = desk.note(json!({"started_local": "2026-03-01T23:30", "ended_local": "2026-03-02T00:30", "time_zone": "Europe/Berlin"})).await;
    assert_eq!(only(&local, &["started_at", "work_date"]), json!(["2026-03-01T22:30:00Z", "2026-03-01"]));
    let part = |date: &str| json!({"date": date, "duration_seconds": 1800, "billed_seconds": 1800, "day_ten_thousandths": null, "amount_minor": 2250});
    assert_eq!(local["allocations"], json!([part("2026-03-01"), part("2026-03-02")]));
    let dated = desk.seconds("2026-03-02", 900).await;
    assert_eq!(only(&dated, &["started_at", "ended_at", "duration_seconds"]), json!([null, null, 900]));
    // The date is the engagement's, where no zone is said.
    let late = json!({"started_at": "2026-03-01T23:30:00Z", "ended_at": "2026-03-01T23:45:00Z"});
    assert_eq!(desk.note(late).await["work_date"], "2026-03-02");
}

#[on_both]
async fn every_fault_of_the_time_is_named(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.at(&server, "2026-04-01T09:00:00Z").await;
    for (body, expected) in [
        (json!({}), "/started_at one_of_required"),
        (json!({"started_at": "2026-03-02T07:00:00Z"}), "/started_at needs_one_of"),
        (
            json!({"started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-02T07:00:00Z"}),
            "/ended_at ends_before_start",
        ),
        (
            json!({"started_at": "2026-04-02T07:00:00Z", "ended_at": "2026-04-02T08:00:00Z"}),
            "/ended_at in_the_future, /started_at in_the_future",
        ),
        (
            json!({"started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-03T07:00:01Z"}),
            "/ended_at interval_too_long",
        ),
        (
            json!({"started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-02T08:00:00Z", "break_seconds": 3600}),
            "/break_seconds too_large",
        ),
        (
            json!({"started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-02T08:00:00Z", "work_date": "2026-03-02"}),
            "/work_date not_together",
        ),
        (json!({"work_date": "2026-03-02", "duration_seconds": 0}), "/duration_seconds too_small"),
        (json!({"work_date": "2026-03-02", "duration_seconds": 86401}), "/duration_seconds too_large"),
        (json!({"work_date": "2026-04-02", "duration_seconds": 60}), "/work_date in_the_future"),
        (json!({"work_date": "2026-01-31", "duration_seconds": 60}), "/work_date too_early"),
        (
            json!({"started_local": "2026-03-29T02:30", "ended_local": "2026-03-29T04:00", "time_zone": "Europe/Berlin"}),
            "/started_local local_time_skipped",
        ),
        (json!({"started_local": "2026-03-29T01:30"}), "/started_local needs_one_of"),
        (json!({"started_local": "2026-03-29T01:30", "duration_seconds": 0}), "/duration_seconds too_small"),
        (
            json!({"started_at": "2026-03-02T07:00:00Z", "duration_seconds": 86401}),
            "/duration_seconds interval_too_long",
        ),
        (json!({"started_at": "2026-03-02T07:00:00Z", "duration_seconds": 97201}), "/duration_seconds too_large"),
        (
            json!({"started_at": "2026-04-01T08:00:00Z", "duration_seconds": 3601}),
            "/duration_seconds in_the_future",
        ),
        (
            json!({"work_date": "2026-03-02", "duration_seconds": 60, "rate_minor": 100_000_001}),
            "/rate_minor too_large",
        ),
        (
            json!({"work_date": "2026-03-02", "duration_seconds": 60, "tags": ["a", "A"], "external_ref": "1", "day_ten_thousandths": 50}),
            "/day_ten_thousandths foreign_to_kind, /external_ref needs_other, /tags/1 duplicate",
        ),
        (
            json!({"work_date": "2026-03-02", "duration_seconds": 60, "engagement_id": null}),
            "/engagement_id not_nullable",
        ),
        (json!({"work_date": "2026-03-02", "duration_seconds": 60, "shoes": 1}), "/shoes unknown_member"),
    ] {
        let refused = desk.try_note(body.clone()).await.expect(422).json();
        let mut faults: Vec<_> = refused["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| format!("{} {}", text(&fault["pointer"]), text(&fault["code"])))
            .collect();
        faults.sort();
        assert_eq!(faults.join(", "), expected, "{body}");
    }
    let lacking = desk
        .post("/v1/time-entries", json!({"work_date": "2026-03-02", "duration_seconds": 60}))
        .await
        .expect(422)
        .json();
    assert_eq!(pointers(&lacking), ["/engagement_id"]);
}

#[on_both]
async fn doubled_local_times_need_their_offset(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.at(&server, "2026-11-01T09:00:00Z").await;
    let mut body = json!({"started_local": "2026-10-25T02:30", "ended_local": "2026-10-25T04:00", "time_zone": "Europe/Berlin"});
    let refused = desk.try_note(body.clone()).await.expect(422).json();
    assert_eq!(refused["errors"][0]["code"], "local_time_doubled");
    body["started_local"] = json!("2026-10-25T02:30+02:00");
    assert_eq!(desk.note(body.clone()).await["duration_seconds"], 9000);
    body["started_local"] = json!("2026-10-25T02:30+01:00");
    assert_eq!(desk.note(body).await["duration_seconds"], 5400);
}

#[on_both]
async fn what_a_body_names_must_be_there_and_belong_together(server: Server) {
    let desk = Desk::new(&server).await;
    let nobody = "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90";
    let time = json!({"work_date": "2026-03-02", "duration_seconds": 60});
    let with = |name: &str, value: &str| {
        let mut body = time.clone();
        body[name] = json!(value);
        body
    };
    for name in ["engagement_id", "task_id", "member_id"] {
        let refused = desk.try_note(with(name, nobody)).await.expect(422).json();
        assert_eq!(
            refused["errors"],
            json!([{"pointer": format!("/{name}"), "code": "reference_not_found", "detail": refused["errors"][0]["detail"]}])
        );
    }
    let stranger = server.assistant("carla").await;
    let theirs = id(&new_client(&stranger, "Fremd").await);
    let foreign = engaged(&stranger, &theirs, json!({"kind": "hourly", "rate_minor": 1})).await;
    desk.try_note(with("engagement_id", &foreign)).await.expect(422);
    let other = id(&new_client(&desk.anna, "Andere").await);
    let task = id(&desk.post("/v1/tasks", json!({"client_id": other, "title": "A"})).await.expect(201).json());
    let refused = desk.try_note(with("task_id", &task)).await.expect(422).json();
    assert_eq!(only(&refused["errors"][0], &["pointer", "code"]), json!(["/task_id", "task_elsewhere"]));
    let own = id(&desk
        .post("/v1/tasks", json!({"client_id": desk.client, "engagement_id": desk.engagement, "title": "A"}))
        .await
        .expect(201)
        .json());
    assert_eq!(desk.note(with("task_id", &own)).await["task_id"], json!(own));
    // What is in use cannot be deleted.
    for path in [format!("/v1/tasks/{own}"), format!("/v1/clients/{}", desk.client)] {
        let blocked = desk.anna.delete(&path).send().await.expect(409).json();
        let blockers = blocked["blocked_by"].as_array().unwrap();
        assert!(blockers.iter().any(|blocker| blocker["type"] == "time_entries"), "{blocked}");
    }
    let fixed = desk
        .anna
        .patch(&format!("/v1/clients/{}", desk.client))
        .json(&json!({"currency": "CHF"}))
        .send()
        .await
        .expect(409)
        .json();
    assert_eq!(fixed["code"], "currency_fixed");
}

#[on_both]
async fn only_active_engagements_take_new_work_and_ended_ones_corrections(server: Server) {
    let desk = Desk::new(&server).await;
    let act = async |act: &str, body: serde_json::Value| {
        desk.post(&format!("/v1/engagements/{}/{act}", desk.engagement), body).await.expect(200);
    };
    let on = |date: &str| json!({"work_date": date, "duration_seconds": 60});
    act("pause", json!({"on": "2026-02-20"})).await;
    desk.note(on("2026-02-20")).await;
    let refused = desk.try_note(on("2026-02-21")).await.expect(409).json();
    assert_eq!(
        only(&refused, &["code", "engagement_status", "last_open_on"]),
        json!(["engagement_not_active", "paused", "2026-02-20"])
    );
    act("resume", json!(null)).await;
    let refused = desk.try_note(on("2026-02-21")).await.expect(409).json();
    assert_eq!(only(&refused, &["engagement_status", "last_open_on"]), json!(["active", "2026-02-20"]));
    let made = desk.note(on("2026-03-02")).await;
    desk.patch(&made, json!({"work_date": "2026-02-19"})).await.expect(200);
    act("end", json!({"on": "2026-02-20"})).await;
    desk.patch(&made, json!({"work_date": "2026-02-21"})).await.expect(409);
    desk.patch(&made, json!({"work_date": "2026-02-18"})).await.expect(200);
    let unsigned = json!({"client_id": desk.client, "title": "Entwurf", "starts_on": "2026-02-01", "terms": {"kind": "hourly", "rate_minor": 1}});
    let draft = id(&desk.post("/v1/engagements", unsigned).await.expect(201).json());
    let mut body = on("2026-03-01");
    body["engagement_id"] = json!(draft);
    assert_eq!(desk.try_note(body).await.expect(409).json()["engagement_status"], "draft");
    desk.post(&format!("/v1/clients/{}/archive", desk.client), json!(null)).await.expect(200);
    assert_eq!(desk.try_note(on("2026-02-20")).await.expect(409).json()["code"], "client_archived");
    desk.patch(&made, json!({"duration_seconds": 120})).await.expect(200);
}

#[on_both]
async fn a_change_needs_no_more_than_what_changes(server: Server) {
    let desk = Desk::new(&server).await;
    let made = desk.between("07:00", "08:00").await;
    let later = desk.patch(&made, json!({"ended_at": "2026-03-02T08:30:00Z"})).await.expect(200).json();
    assert_eq!(
        only(&later, &["started_at", "duration_seconds", "amount_minor", "version"]),
        json!(["2026-03-02T07:00:00Z", 5400, 6750, 2])
    );
    let local = desk
        .patch(&made, json!({"started_local": "2026-03-02T08:30", "time_zone": "Europe/Berlin"}))
        .await
        .expect(200)
        .json();
    assert_eq!(only(&local, &["started_at", "duration_seconds"]), json!(["2026-03-02T07:30:00Z", 3600]));
    let paused = desk.patch(&made, json!({"break_seconds": 600})).await.expect(200).json();
    assert_eq!(only(&paused, &["duration_seconds", "break_seconds"]), json!([3000, 600]));
    let dated =
        desk.patch(&made, json!({"work_date": "2026-03-01", "duration_seconds": 60})).await.expect(200).json();
    assert_eq!(
        only(&dated, &["started_at", "break_seconds", "work_date", "duration_seconds"]),
        json!([null, 0, "2026-03-01", 60])
    );
    let free = desk
        .patch(&made, json!({"billable": false, "description": "umsonst", "tags": ["x"]}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        only(&free, &["billable", "billed_seconds", "amount_minor", "duration_seconds"]),
        json!([false, 0, 0, 60])
    );
    let own = desk.patch(&made, json!({"billable": null, "rate_minor": 6000})).await.expect(200).json();
    assert_eq!(
        only(&own, &["billable", "rate_minor", "rate_source", "amount_minor", "description"]),
        json!([true, 6000, "entry", 100, "umsonst"])
    );
    let back = desk.patch(&made, json!({"rate_minor": null, "description": null})).await.expect(200).json();
    assert_eq!(only(&back, &["rate_minor", "rate_source", "description"]), json!([4500, "engagement", null]));
    let same = desk.patch(&made, json!({"billable": null})).await.expect(200).json();
    assert_eq!(same["version"], back["version"], "a patch that changes nothing is no change");
    let refused = desk
        .patch(&made, json!({"started_at": null, "tags": null, "member_id": made["member_id"]}))
        .await
        .expect(422)
        .json();
    assert_eq!(pointers(&refused), ["/member_id", "/started_at", "/tags"]);
}

#[on_both]
async fn moving_to_another_engagement_takes_its_rate_unless_given(server: Server) {
    let desk = Desk::new(&server).await;
    let dear = desk.engaged(json!({"kind": "hourly", "rate_minor": 9000})).await;
    let made = desk
        .note(json!({"work_date": "2026-03-02", "duration_seconds": 3600, "rate_minor": 1000, "billable": false}))
        .await;
    let moved = desk.patch(&made, json!({"engagement_id": dear})).await.expect(200).json();
    assert_eq!(
        only(&moved, &["billable", "rate_minor", "rate_source", "amount_minor"]),
        json!([true, 9000, "engagement", 9000])
    );
    let back = desk
        .patch(&made, json!({"engagement_id": desk.engagement, "rate_minor": 2000, "billable": true}))
        .await
        .expect(200)
        .json();
    assert_eq!(only(&back, &["rate_minor", "rate_source", "amount_minor"]), json!([2000, "entry", 2000]));
    let package = desk.engaged(json!({"kind": "retainer", "price_minor": 90000, "included_minutes": 1200})).await;
    let paid = desk.patch(&made, json!({"engagement_id": package})).await.expect(200).json();
    assert_eq!(only(&paid, &["rate_minor", "amount_minor", "billed_seconds"]), json!([null, null, 3600]));
}

#[on_both]
async fn new_terms_count_from_their_day_on_and_what_is_noted_keeps_its_rate(server: Server) {
    let desk = Desk::new(&server).await;
    let before = desk.seconds("2026-03-01", 3600).await;
    let terms = format!("/v1/engagements/{}/terms", desk.engagement);
    let dearer = json!({"effective_from": "2026-03-02", "terms": {"kind": "hourly", "rate_minor": 5000, "rounding": {"mode": "up", "increment_minutes": 60, "scope": "period"}}, "reason": "Neue Preise"});
    let proposed = desk.post(&terms, dearer).await.expect(201);
    let accept =
        desk.anna.post(&format!("{terms}/{}/accept", id(&proposed.json()))).json(&json!({"note": "Am Telefon."}));
    accept.header("if-match", proposed.header("etag").unwrap()).send().await.expect(200);
    assert_eq!(desk.entry(&before).await["rate_minor"], 4500);
    assert_eq!(desk.seconds("2026-03-01", 3600).await["rate_minor"], 4500);
    let after = desk.seconds("2026-03-02", 3600).await;
    assert_eq!((&after["rate_minor"], &desk.entry(&before).await["version"]), (&json!(5000), &json!(1)));
    assert_eq!(desk.between("07:00", "08:00").await["rate_minor"], 5000);
    assert_eq!(
        desk.note(json!({"started_at": "2026-03-01T07:00:00Z", "ended_at": "2026-03-01T08:00:00Z"})).await["rate_minor"],
        4500
    );
    assert_eq!(
        desk.patch(&after, json!({"work_date": "2026-03-01"})).await.expect(200).json()["rate_minor"],
        4500
    );
    let texts = desk.patch(&before, json!({"description": "nur Text"})).await.expect(200).json();
    assert_eq!(only(&texts, &["rate_minor", "billed_seconds", "amount_minor"]), json!([4500, 3600, 4500]));
}

#[on_both]
async fn deleting_leaves_a_tombstone_without_texts(server: Server) {
    let desk = Desk::new(&server).await;
    let since = desk.get("/v1/time-entries").await["as_of"].clone();
    let made = desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 60, "description": "geheim", "internal_note": "x",
        "external_source": "toggl", "external_ref": "1"})).await;
    desk.anna.delete(&path(&made)).header("if-match", "\"7-0\"").send().await.expect(412);
    desk.anna.delete(&path(&made)).send().await.expect(204);
    desk.anna.get(&path(&made)).send().await.expect(404);
    desk.anna.delete(&path(&made)).send().await.expect(404);
    let changes = desk.get(&format!("/v1/time-entries?updated_since={}", text(&since))).await;
    let gone = &changes["data"][0];
    assert_eq!(
        only(gone, &["id", "status", "description", "internal_note", "external_ref", "allowed_actions"]),
        json!([made["id"], "deleted", null, null, "1", []])
    );
    assert!(gone["deleted_at"].is_string());
    assert_eq!(desk.events(&made).await, ["time_entry.created", "time_entry.deleted"]);
    // The reference is free again.
    desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 60, "external_source": "toggl", "external_ref": "1"})).await;
}

#[on_both]
async fn a_reference_names_one_entry(server: Server) {
    let desk = Desk::new(&server).await;
    let body = json!({"work_date": "2026-03-02", "duration_seconds": 60, "external_source": "toggl", "external_ref": "1", "source": "import"});
    let first = desk.note(body.clone()).await;
    assert_eq!(first["source"], "import");
    let refused = desk.try_note(body).await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["conflicts"]),
        (&json!("duplicate_external_ref"), &json!([{"type": "time_entry", "id": first["id"]}]))
    );
}
