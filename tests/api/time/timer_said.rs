//! Timers whose start, end and breaks are said afterwards, and what a reader sees of one that was forgotten.

use super::{Desk, interval, merge, only, path};
use crate::server::run_due;
use crate::{
    people::{id, ids, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::json;

const TIMES: [&str; 4] = ["started_at", "ended_at", "duration_seconds", "break_seconds"];

#[on_both]
async fn a_timer_can_have_begun_before_now(server: Server) {
    let mut desk = Desk::new(&server).await;
    let first = desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.at(&server, "2026-03-02T10:00:00Z").await;
    let started = desk
        .post("/v1/timer/start", json!({"engagement_id": desk.engagement, "started_at": "2026-03-02T09:40:00Z"}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        only(&started["running"], &["status", "started_at", "work_date", "rate_minor"]),
        json!(["running", "2026-03-02T09:40:00Z", "2026-03-02", 4500])
    );
    assert_eq!(
        (&started["stopped"]["id"], only(&started["stopped"], &TIMES)),
        (&first["id"], json!(["2026-03-02T09:00:00Z", "2026-03-02T09:40:00Z", 2400, 0]))
    );
    let refused =
        desk.post("/v1/timer/start", json!({"started_at": "2026-03-02T09:39:59Z"})).await.expect(422).json();
    assert_eq!(
        (only(&refused["errors"][0], &["pointer", "code"]), &refused["current"]["id"]),
        (json!(["/started_at", "too_early"]), &started["running"]["id"])
    );
    let reject = desk
        .post("/v1/timer/start", json!({"started_at": "2026-03-02T09:50:00Z", "if_running": "reject"}))
        .await
        .expect(409)
        .json();
    assert_eq!(reject["code"], "timer_running");
    // A far date is refused before the timer that runs is accounted up to it.
    let later = ["2026-03-02T10:00:01Z", "3026-01-01T00:00:00Z", "9999-12-31T23:59:59Z"];
    let later = later.map(|at| (json!({"started_at": at}), "in_the_future"));
    for (body, code) in later.into_iter().chain([(json!({"started_at": "morgens"}), "invalid_format")]) {
        let refused = desk.post("/v1/timer/start", body).await.expect(422).json();
        assert_eq!(only(&refused["errors"][0], &["pointer", "code"]), json!(["/started_at", code]));
    }
    assert_eq!(
        desk.get("/v1/timer").await["running"]["id"],
        started["running"]["id"],
        "a refused start stops nothing"
    );
    desk.timer("stop").await.expect(200);
    let refused =
        desk.post("/v1/timer/start", json!({"started_at": "2026-03-01T09:59:59Z"})).await.expect(422).json();
    assert_eq!(only(&refused["errors"][0], &["pointer", "code"]), json!(["/started_at", "interval_too_long"]));
    let refused = desk
        .post("/v1/timer/start", json!({"engagement_id": desk.engagement, "started_at": null}))
        .await
        .expect(200)
        .json();
    assert_eq!(refused["running"]["started_at"], "2026-03-02T10:00:00Z");
}

#[on_both]
async fn what_a_timer_took_up_before_is_judged_like_a_new_entry(server: Server) {
    let mut desk = Desk::new(&server).await;
    let noted = desk.between("08:00", "08:30").await;
    let since =
        |time: &str| json!({"engagement_id": desk.engagement, "started_at": format!("2026-03-02T{time}:00Z")});
    desk.overlap_policy("reject").await;
    let refused = desk.post("/v1/timer/start", since("08:15")).await.expect(409).json();
    assert_eq!((&refused["code"], &refused["conflicts"][0]["id"]), (&json!("time_entry_overlaps"), &noted["id"]));
    let touching = desk.post("/v1/timer/start", since("08:30")).await.expect(200).json();
    assert!(touching["running"].get("overlaps").is_none());
    desk.timer("stop").await.expect(200);
    desk.overlap_policy("warn").await;
    let told = desk.post("/v1/timer/start", since("08:15")).await.expect(200).json();
    assert_eq!(told["running"]["overlaps"].as_array().unwrap().len(), 2);
    // The engagement takes work of that day.
    desk.timer("stop").await.expect(200);
    let young = json!({"client_id": desk.client, "title": "Neu", "starts_on": "2026-03-02", "terms": {"kind": "hourly", "rate_minor": 1}});
    let young = id(&desk.post("/v1/engagements", young).await.expect(201).json());
    let proposed = crate::engagements::act(&desk.anna, &young, "propose").await.expect(200);
    desk.anna
        .post(&format!("/v1/engagements/{young}/accept"))
        .json(&json!({"note": "Am Telefon."}))
        .header("if-match", proposed.header("etag").unwrap())
        .send()
        .await
        .expect(200);
    let refused = desk
        .post("/v1/timer/start", json!({"engagement_id": young, "started_at": "2026-03-01T22:30:00Z"}))
        .await
        .expect(422)
        .json();
    assert_eq!(only(&refused["errors"][0], &["pointer", "code"]), json!(["/started_at", "too_early"]));
    desk.at(&server, "2026-03-02T09:10:00Z").await;
    desk.post("/v1/timer/start", json!({"engagement_id": young, "started_at": "2026-03-01T23:30:00Z"}))
        .await
        .expect(200);
}

#[on_both]
async fn another_start_leaves_the_first_what_it_had_worked(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.start(json!({})).await;
    desk.at(&server, "2026-03-02T10:00:00Z").await;
    desk.timer("pause").await.expect(200);
    desk.at(&server, "2026-03-02T12:00:00Z").await;
    let handed =
        desk.post("/v1/timer/start", json!({"started_at": "2026-03-02T11:00:00Z"})).await.expect(200).json();
    assert_eq!(
        only(&handed["stopped"], &TIMES),
        json!(["2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", 3600, 0]),
        "its pause began before"
    );
    desk.timer("pause").await.expect(200);
    let handed =
        desk.post("/v1/timer/start", json!({"started_at": "2026-03-02T11:30:00Z"})).await.expect(200).json();
    assert_eq!(
        only(&handed["stopped"], &TIMES),
        json!(["2026-03-02T11:00:00Z", "2026-03-02T11:30:00Z", 1800, 0]),
        "it paused after that"
    );
    let at_once =
        desk.post("/v1/timer/start", json!({"started_at": "2026-03-02T11:30:00Z"})).await.expect(200).json();
    assert_eq!(at_once["stopped"]["duration_seconds"], 0);
}

#[on_both]
async fn a_stop_says_its_end_its_break_and_what_was_done(server: Server) {
    let mut desk = Desk::new(&server).await;
    let running = desk.start(json!({"engagement_id": desk.engagement, "description": "Post"})).await;
    desk.at(&server, "2026-03-02T12:00:00Z").await;
    for (body, expected) in [
        (json!({"ended_at": "2026-03-02T12:00:01Z"}), "/ended_at in_the_future"),
        (json!({"ended_at": "2026-03-02T09:00:00Z"}), "/ended_at ends_before_start"),
        (json!({"break_seconds": 10800}), "/break_seconds too_large"),
        (json!({"ended_at": "2026-03-02T10:00:00Z", "break_seconds": 3600}), "/break_seconds too_large"),
        (json!({"break_seconds": -1}), "/break_seconds too_small"),
        (json!({"shoes": 1}), "/shoes unknown_member"),
    ] {
        for path in ["/v1/timer/stop".to_owned(), format!("{}/stop", path(&running))] {
            let refused = desk.post(&path, body.clone()).await.expect(422).json();
            let fault = &refused["errors"][0];
            assert_eq!(
                format!("{} {}", fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()),
                expected
            );
        }
    }
    let stopped = desk
        .post(
            "/v1/timer/stop",
            json!({"ended_at": "2026-03-02T11:00:00Z", "break_seconds": 1800, "description": "Post sortiert"}),
        )
        .await
        .expect(200)
        .json();
    assert_eq!(
        only(&stopped["stopped"], &TIMES),
        json!(["2026-03-02T09:00:00Z", "2026-03-02T11:00:00Z", 5400, 1800])
    );
    assert_eq!(
        only(&stopped["stopped"], &["description", "amount_minor", "needs_review"]),
        json!(["Post sortiert", 6750, false])
    );
    assert_eq!(desk.events(&running).await, ["time_entry.started", "time_entry.stopped"]);
    assert_eq!(
        desk.post("/v1/timer/stop", json!({"ended_at": "2026-03-02T11:00:00Z"})).await.expect(200).json(),
        json!({"running": null, "stopped": null})
    );
    // By the entry, with null where nothing is to stand.
    let next = desk.start(json!({"description": "Ablage"})).await;
    desk.at(&server, "2026-03-02T12:10:00Z").await;
    let stopped = desk
        .post(&format!("{}/stop", path(&next)), json!({"description": null, "ended_at": null}))
        .await
        .expect(200)
        .json();
    assert_eq!(only(&stopped, &["description", "duration_seconds"]), json!([null, 600]));
    let again = desk
        .post(&format!("{}/stop", path(&next)), json!({"ended_at": "2026-03-02T12:05:00Z"}))
        .await
        .expect(200)
        .json();
    assert_eq!(again, stopped, "one that has ended stays as it is");
}

#[on_both]
async fn an_end_after_a_pause_is_judged_like_going_on(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.overlap_policy("reject").await;
    let running = desk.start(json!({})).await;
    desk.at(&server, "2026-03-02T10:00:00Z").await;
    desk.timer("pause").await.expect(200);
    desk.at(&server, "2026-03-02T11:30:00Z").await;
    let noted = desk.between("10:30", "11:00").await;
    let refused =
        desk.post("/v1/timer/stop", json!({"ended_at": "2026-03-02T11:00:00Z"})).await.expect(409).json();
    assert_eq!((&refused["code"], &refused["conflicts"][0]["id"]), (&json!("time_entry_overlaps"), &noted["id"]));
    desk.overlap_policy("warn").await;
    let stopped = desk
        .post("/v1/timer/stop", json!({"ended_at": "2026-03-02T11:00:00Z"}))
        .await
        .expect(200)
        .json()["stopped"]
        .clone();
    assert_eq!(
        only(&stopped, &TIMES),
        json!(["2026-03-02T09:00:00Z", "2026-03-02T11:00:00Z", 3600, 3600]),
        "a pause is no work"
    );
    assert_eq!((&stopped["id"], &stopped["overlaps"][0]["id"]), (&running["id"], &noted["id"]));
}

#[on_both]
async fn a_timer_shows_what_it_belongs_to(server: Server) {
    let desk = Desk::new(&server).await;
    assert_eq!(desk.get("/v1/timer?expand=client").await, json!({"running": null, "stopped": null}));
    let task = id(&desk
        .post("/v1/tasks", json!({"client_id": desk.client, "engagement_id": desk.engagement, "title": "Ablage"}))
        .await
        .expect(201)
        .json());
    desk.start(json!({"task_id": task})).await;
    let running = desk.get("/v1/timer?expand=client,engagement,task").await["running"].clone();
    assert_eq!(
        (&running["client"]["name"], &running["engagement"]["title"], &running["task"]["title"]),
        (&json!("Tischlerei Müller"), &json!("Büro"), &json!("Ablage"))
    );
    assert_eq!(
        only(&desk.get("/v1/timer").await["running"], &["client", "engagement", "task"]),
        json!([null, null, null])
    );
    for query in ["expand=member", "expand=", "shoes=1"] {
        desk.anna.get(&format!("/v1/timer?{query}")).send().await.expect(400);
    }
    let key = server.automation(&desk.anna, &["time:read"]).await;
    key.get("/v1/timer?expand=client").send().await.expect(403);
}

#[on_both]
async fn a_restart_takes_along_what_is_not_given(server: Server) {
    let desk = Desk::new(&server).await;
    let task = |with: serde_json::Value| async {
        let mut body = json!({"client_id": desk.client, "title": "A"});
        merge(&mut body, with);
        id(&desk.post("/v1/tasks", body).await.expect(201).json())
    };
    let (own, free) = (task(json!({"engagement_id": desk.engagement})).await, task(json!({})).await);
    let other = desk.engaged(json!({"kind": "hourly", "rate_minor": 9000})).await;
    let theirs = task(json!({"engagement_id": other})).await;
    let made = desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 60, "task_id": own, "description": "Post", "service": "Büro", "internal_note": "zäh",
        "tags": ["a"], "billable": false, "rate_minor": 7000})).await;
    const SAME: [&str; 8] =
        ["engagement_id", "task_id", "description", "service", "tags", "billable", "rate_minor", "internal_note"];
    let all = json!([desk.engagement, own, "Post", "Büro", ["a"], false, 7000, null]);
    let changed = |name: &str, value: serde_json::Value| {
        let mut all = all.clone();
        all[SAME.iter().position(|known| *known == name).unwrap()] = value;
        all
    };
    for (given, expected) in [
        (json!({}), all.clone()),
        (json!({"engagement_id": desk.engagement}), all.clone()),
        (json!({"description": "Akten"}), changed("description", json!("Akten"))),
        (json!({"description": null}), changed("description", json!(null))),
        (json!({"service": null}), changed("service", json!(null))),
        (json!({"tags": []}), changed("tags", json!([]))),
        (json!({"billable": null}), changed("billable", json!(true))),
        (json!({"rate_minor": null}), changed("rate_minor", json!(4500))),
        (json!({"task_id": null}), changed("task_id", json!(null))),
        (json!({"task_id": free}), changed("task_id", json!(free))),
        (json!({"task_id": theirs}), json!([other, theirs, "Post", "Büro", ["a"], true, 9000, null])),
        (json!({"engagement_id": other}), json!([other, null, "Post", "Büro", ["a"], true, 9000, null])),
        (json!({"engagement_id": null}), json!([null, null, "Post", "Büro", ["a"], true, null, null])),
    ] {
        let mut body = given.clone();
        body["from_entry_id"] = made["id"].clone();
        assert_eq!(only(&desk.start(body).await, &SAME), expected, "{given}");
    }
    let refused =
        desk.post("/v1/timer/start", json!({"from_entry_id": made["id"], "tags": null})).await.expect(422).json();
    assert_eq!(pointers(&refused), ["/tags"]);
    desk.post(&format!("/v1/engagements/{}/end", desk.engagement), json!({})).await.expect(200);
    assert_eq!(
        desk.post("/v1/timer/start", json!({"from_entry_id": made["id"]})).await.expect(409).json()["code"],
        "engagement_not_active"
    );
}

#[on_both]
async fn a_reader_sees_at_once_that_a_timer_was_forgotten(server: Server) {
    let mut desk = Desk::new(&server).await;
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    let marked = async |desk: &Desk| {
        let list = |query: &str| format!("/v1/time-entries?needs_review={query}");
        let (yes, no) =
            (desk.get(&list("true&include=total_count")).await, desk.get(&list("false&sort=-started_at")).await);
        let seen = desk.entry(&running).await["needs_review"].clone();
        assert_eq!(desk.get("/v1/timer").await["running"]["needs_review"], seen);
        assert_eq!(desk.get("/v1/time-entries").await["data"][0]["needs_review"], seen);
        let table = String::from_utf8(
            desk.anna.get("/v1/time-entries.csv?needs_review=true").send().await.expect(200).body,
        )
        .unwrap();
        let found = seen.as_bool().unwrap();
        assert_eq!(
            (ids(&yes).len(), &yes["total_count"], ids(&no).len()),
            (usize::from(found), &json!(i64::from(found)), usize::from(!found))
        );
        assert_eq!(table.lines().count(), 1 + usize::from(found));
        found
    };
    desk.at(&server, "2026-03-02T17:00:00Z").await;
    assert!(!marked(&desk).await);
    desk.at(&server, "2026-03-02T17:00:01Z").await;
    assert!(marked(&desk).await, "no job has looked yet");
    desk.patch(&running, json!({"description": "Post"})).await.expect(200);
    // Where the start was wrong, it was not forgotten.
    desk.patch(&running, json!({"started_at": "2026-03-02T16:00:00Z"})).await.expect(200);
    assert!(!marked(&desk).await);
    desk.patch(&running, json!({"started_at": "2026-03-02T09:00:00Z"})).await.expect(200);
    desk.at(&server, "2026-03-02T17:05:00Z").await;
    assert_eq!(run_due(&server.app).await.unwrap(), 1, "the job tells of it");
    assert!(marked(&desk).await);
    assert_eq!(
        desk.patch(&running, json!({"needs_review": false})).await.expect(200).json()["needs_review"],
        false
    );
    desk.at(&server, "2026-03-03T08:00:00Z").await;
    assert!(!marked(&desk).await, "what was cleared stays cleared");
    let stopped = desk.timer("stop").await.expect(200).json()["stopped"].clone();
    assert_eq!(only(&stopped, &["duration_seconds", "needs_review"]), json!([23 * 3600, false]));
}

#[on_both]
async fn a_forgotten_timer_that_was_seen_first_is_not_told_of(server: Server) {
    let mut desk = Desk::new(&server).await;
    let running = desk.start(json!({})).await;
    desk.at(&server, "2026-03-02T18:00:00Z").await;
    let cleared = desk.patch(&running, json!({"needs_review": false})).await.expect(200).json();
    assert_eq!(only(&cleared, &["needs_review", "version"]), json!([false, 2]));
    run_due(&server.app).await.unwrap();
    assert_eq!(only(&desk.entry(&running).await, &["needs_review", "version"]), json!([false, 2]));
    assert_eq!(desk.events(&running).await, ["time_entry.started", "time_entry.updated"]);
    assert_eq!(desk.patch(&running, json!({"needs_review": true})).await.expect(200).json()["needs_review"], true);
    let stopped =
        desk.post("/v1/timer/stop", json!({"ended_at": "2026-03-02T10:00:00Z"})).await.expect(200).json();
    assert_eq!(stopped["stopped"]["needs_review"], true, "a person marked it");
}

#[on_both]
async fn an_end_in_time_leaves_nothing_to_look_at(server: Server) {
    let mut desk = Desk::new(&server).await;
    for told in [false, true] {
        let running = desk.start(json!({})).await;
        let started = running["started_at"].as_str().unwrap().to_owned();
        desk.at(&server, &started.replace("T09", "T19")).await;
        if told {
            assert_eq!(run_due(&server.app).await.unwrap(), 1);
        }
        assert_eq!(desk.entry(&running).await["needs_review"], true);
        let stopped = desk
            .post("/v1/timer/stop", json!({"ended_at": started.replace("T09", "T16")}))
            .await
            .expect(200)
            .json();
        assert_eq!(stopped["stopped"]["needs_review"], false, "whether a job told of it or not: {told}");
        run_due(&server.app).await.unwrap();
        desk.at(&server, "2026-03-03T09:00:00Z").await;
    }
    desk.note(interval("07:00", "08:00")).await;
    assert_eq!(ids(&desk.get("/v1/time-entries?needs_review=true").await), Vec::<String>::new());
}
