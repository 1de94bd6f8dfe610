//! Periods that are closed: nothing of them changes any more, and what is noted late counts later.

use crate::{
    client::Reply,
    packages::{H, desk, package},
    people::{changes_of, id, pointers},
    server::{Server, run_due},
    support::databases::on_both,
    time::{Desk, only, path},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

impl Desk {
    async fn close(&self, seq: i64) -> Reply {
        self.anna.post(&self.of(&format!("periods/{seq}/close"))).send().await
    }

    async fn closed_up_to(&self, seq: i64) {
        for seq in 1..=seq {
            self.close(seq).await.expect(200);
        }
    }

    async fn reopen(&self, seq: i64) -> Reply {
        self.post(&self.of(&format!("periods/{seq}/reopen")), json!({"reason": "Ein Tag fehlte."})).await
    }

    async fn late(&self, with: Value) -> Reply {
        let mut body = json!({"engagement_id": self.engagement});
        crate::time::merge(&mut body, with);
        self.post("/v1/time-entries?late=true", body).await
    }
}

fn refused(reply: &Reply, code: &str) {
    assert_eq!((reply.status, &reply.json()["code"]), (409, &json!(code)), "{}", reply.json());
}

#[on_both]
async fn periods_are_closed_in_order_and_reopened_backwards(server: Server) {
    let desk = desk(&server, package(20, json!({}))).await;
    refused(&desk.close(2).await, "period_order");
    desk.closed_up_to(2).await;
    refused(&desk.close(2).await, "action_not_allowed");
    desk.close(3).await.expect(200);
    desk.close(4).await.expect(200);
    refused(&desk.close(5).await, "action_not_allowed");
    desk.close(9).await.expect(404);
    refused(&desk.reopen(3).await, "period_order");
    let empty = desk.post(&desk.of("periods/4/reopen"), json!({})).await.expect(422);
    assert_eq!(pointers(&empty.json()), ["/reason"]);
    let reopened = desk.reopen(4).await.expect(200).json();
    assert_eq!(only(&reopened, &["seq", "status"]), json!([4, "ended"]));
    refused(&desk.reopen(4).await, "action_not_allowed");
    let statuses: Vec<Value> = desk.periods().await.iter().map(|period| period["status"].clone()).collect();
    assert_eq!(json!(statuses), json!(["closed", "closed", "closed", "ended", "open", "upcoming"]));
    let told = desk.get("/v1/events?type=period.closed,period.reopened").await["data"].clone();
    assert_eq!(only(&told[0], &["type", "changes"])[0], "period.reopened");
    assert_eq!(changes_of(&told[0])["reason"]["after"], "Ein Tag fehlte.");
    assert_eq!(only(&told[1]["data"], &["engagement_id", "seq", "status"]), json!([desk.engagement, 4, "closed"]));
}

#[on_both]
async fn of_many_who_close_a_period_one_does(server: Server) {
    let desk = desk(&server, package(20, json!({}))).await;
    let answers = join_all((0..50).map(|_| desk.close(1))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    answers.iter().filter(|answer| answer.status != 200).for_each(|answer| refused(answer, "action_not_allowed"));
}

#[on_both]
async fn what_lies_in_a_closed_period_stays(server: Server) {
    let desk = desk(&server, package(20, json!({"carry": "all"}))).await;
    let entry = desk.seconds("2026-03-02", 5 * H).await;
    let open = desk.seconds("2026-05-04", H).await;
    desk.closed_up_to(3).await;
    let before = desk.periods().await[..3].to_vec();
    let locked = desk.entry(&entry).await;
    assert_eq!(only(&locked["lock"], &["locked", "reason"]), json!([true, "period_closed"]));
    refused(&desk.patch(&entry, json!({"duration_seconds": H})).await, "time_entry_locked");
    refused(&desk.anna.delete(&path(&entry)).send().await, "time_entry_locked");
    refused(&desk.try_note(json!({"work_date": "2026-04-30", "duration_seconds": H})).await, "period_closed");
    refused(&desk.patch(&open, json!({"work_date": "2026-04-30"})).await, "period_closed");
    refused(
        &desk.adjust(json!({"kind": "goodwill", "minutes": 5, "reason": "x", "period_seq": 3})).await,
        "period_closed",
    );
    let offered =
        desk.post(&desk.of("blocks"), json!({"minutes": 60, "valid_from": "2026-04-30"})).await.expect(201);
    let accept =
        desk.anna.post(&format!("{}/accept", offered.header("location").unwrap())).json(&json!({"note": "x"}));
    refused(&accept.header("if-match", offered.header("etag").unwrap()).send().await, "period_closed");
    let create = json!({"op": "create",
        "data": {"engagement_id": desk.engagement, "work_date": "2026-04-30", "duration_seconds": H}});
    let bulk = json!({"operations": [create]});
    let result = desk.post("/v1/time-entries/bulk", bulk.clone()).await.expect(200).json()["results"][0].clone();
    assert_eq!(result["problem"]["code"], "period_closed");
    let delete = json!({"operations": [{"op": "delete", "id": entry["id"]}]});
    let result = desk.post("/v1/time-entries/bulk", delete).await.expect(200).json()["results"][0].clone();
    assert_eq!(result["problem"]["code"], "time_entry_locked");
    let result = desk.post("/v1/time-entries/bulk?late=true", bulk).await.expect(200).json()["results"][0].clone();
    assert_eq!(result["data"]["booked_on"], "2026-05-01");
    assert_eq!(desk.periods().await[..3], before[..]);
    desk.reopen(3).await.expect(200);
    refused(&desk.patch(&entry, json!({"duration_seconds": H})).await, "time_entry_locked");
    desk.note(json!({"work_date": "2026-04-30", "duration_seconds": H})).await;
}

#[on_both]
async fn terms_and_ends_do_not_reach_into_a_closed_period(server: Server) {
    let desk = desk(&server, package(20, json!({}))).await;
    let engagement = format!("/v1/engagements/{}", desk.engagement);
    let terms = |from: &str| json!({"effective_from": from, "terms": package(30, json!({}))});
    let waiting = desk.post(&desk.of("terms"), terms("2026-03-01")).await.expect(201);
    let reference = json!({"external_source": "board", "external_ref": "1"});
    desk.anna.patch(&engagement).json(&reference).send().await.expect(200);
    desk.closed_up_to(3).await;
    refused(&desk.post(&desk.of("terms"), terms("2026-04-01")).await, "period_closed");
    desk.post(&desk.of("terms"), terms("2026-05-01")).await.expect(201);
    let accept = desk.anna.post(&format!("{}/accept", waiting.header("location").unwrap()));
    let tag = desk.anna.get(waiting.header("location").unwrap()).send().await.expect(200);
    let accept = accept.json(&json!({"note": "x"})).header("if-match", tag.header("etag").unwrap());
    refused(&accept.send().await, "period_closed");
    let end = json!({"ends_on": "2026-04-29"});
    refused(&desk.anna.patch(&engagement).json(&end).send().await, "period_closed");
    refused(&desk.anna.put("/v1/engagements/by-ref/board/1").json(&end).send().await, "period_closed");
    for act in ["end", "pause"] {
        refused(&desk.post(&desk.of(act), json!({"on": "2026-04-29"})).await, "period_closed");
    }
    desk.anna.patch(&engagement).json(&json!({"ends_on": "2026-04-30"})).send().await.expect(200);
    // It was cut there, perhaps: that the last closed period grows is refused as well.
    refused(&desk.anna.patch(&engagement).json(&json!({"ends_on": null})).send().await, "period_closed");
}

#[on_both]
async fn what_is_noted_late_counts_in_the_first_open_period(server: Server) {
    let desk = desk(&server, package(10, json!({"carry": "all"}))).await;
    desk.seconds("2026-03-31", 4 * H).await;
    desk.closed_up_to(2).await;
    let late = desk.late(json!({"work_date": "2026-03-31", "duration_seconds": 3 * H})).await.expect(201).json();
    assert_eq!(only(&late, &["work_date", "booked_on"]), json!(["2026-03-31", "2026-04-01"]));
    assert_eq!(desk.hours("consumed_seconds").await, [0.0, 4.0, 3.0, 0.0]);
    let line = desk.get(&desk.of(&format!("ledger?cause_id={}", id(&late)))).await["data"][0].clone();
    assert_eq!(only(&line, &["on", "period_seq"]), json!(["2026-04-01", 3]));
    assert_eq!(desk.get(&desk.of("periods/3")).await, desk.periods().await[2]);
    // It can still be corrected; on an open date it counts by itself.
    let changed = desk.patch(&late, json!({"duration_seconds": 2 * H})).await.expect(200).json();
    assert_eq!(changed["booked_on"], "2026-04-01");
    let moved = desk.patch(&late, json!({"work_date": "2026-05-04"})).await.expect(200).json();
    assert_eq!(moved["booked_on"], json!(null));
    assert_eq!(desk.hours("consumed_seconds").await, [0.0, 4.0, 0.0, 2.0]);
    // On an open day nothing is late.
    let open = desk.late(json!({"work_date": "2026-05-05", "duration_seconds": H})).await.expect(201).json();
    assert_eq!(open["booked_on"], json!(null));
    // Closing its new period locks it there.
    let late = desk.late(json!({"work_date": "2026-03-30", "duration_seconds": H})).await.expect(201).json();
    desk.close(3).await.expect(200);
    refused(&desk.patch(&late, json!({"duration_seconds": 2 * H})).await, "time_entry_locked");
    desk.reopen(3).await.expect(200);
    desk.patch(&late, json!({"duration_seconds": 2 * H})).await.expect(200);
}

#[on_both]
async fn a_day_that_is_noted_late_is_a_day_of_its_own(server: Server) {
    let mut desk = desk(&server, json!({"kind": "daily", "rate_minor": 40_000, "day_mode": "explicit"})).await;
    let given = json!({"work_date": "2026-03-02", "duration_seconds": 8 * H, "day_ten_thousandths": 10_000});
    a_day_late(&desk, given).await;
    let threshold = json!({"kind": "daily", "rate_minor": 40_000, "day_mode": "threshold",
        "half_day_from_minutes": 120, "full_day_from_minutes": 300});
    desk.engagement = desk.engaged(threshold).await;
    a_day_late(&desk, json!({"work_date": "2026-03-02", "duration_seconds": 8 * H})).await;
}

async fn a_day_late(desk: &Desk, note: Value) {
    desk.note(note.clone()).await;
    desk.closed_up_to(2).await;
    let late = desk.late(note).await.expect(201).json();
    assert_eq!(only(&late, &["day_ten_thousandths", "amount_minor"]), json!([10_000, 40_000]));
    let list = desk.get(&format!("/v1/time-entries?include=totals&engagement_id={}", desk.engagement)).await;
    assert_eq!(list["totals"]["day_ten_thousandths"], 20_000);
    assert_eq!(list["totals"]["amounts"][0]["amount_minor"], 80_000);
}

#[on_both]
async fn a_timer_of_a_period_that_was_closed_meanwhile_is_booked_late(server: Server) {
    let mut desk = desk(&server, package(10, json!({}))).await;
    desk.at(&server, "2026-06-30T20:00:00Z").await;
    desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.at(&server, "2026-06-30T22:30:00Z").await;
    desk.closed_up_to(5).await;
    let stopped = desk.timer("stop").await.expect(200).json()["stopped"].clone();
    assert_eq!(only(&stopped, &["work_date", "booked_on"]), json!(["2026-06-30", "2026-07-01"]));
    desk.at(&server, "2026-07-02T08:00:00Z").await;
    run_due(&server.app).await.unwrap();
}

/// A timer that was started on the last day of June, when July has begun and June is closed but for what is asked.
async fn desk_with_timer_of_june(server: &Server, closed: i64) -> Desk {
    let mut desk = desk(server, package(10, json!({}))).await;
    desk.at(server, "2026-06-30T20:00:00Z").await;
    desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.at(server, "2026-06-30T22:30:00Z").await;
    desk.closed_up_to(closed).await;
    desk
}

#[on_both]
async fn the_last_period_is_not_closed_while_a_timer_of_it_runs(server: Server) {
    let desk = desk_with_timer_of_june(&server, 4).await;
    let engagement = format!("/v1/engagements/{}", desk.engagement);
    desk.anna.patch(&engagement).json(&json!({"ends_on": "2026-06-30"})).send().await.expect(200);
    let waits = desk.close(5).await;
    refused(&waits, "period_has_timers");
    let conflict = waits.json()["conflicts"][0].clone();
    assert_eq!(only(&conflict, &["type", "status"]), json!(["time_entry", "running"]));
    let stopped = desk.timer("stop").await.expect(200).json()["stopped"].clone();
    assert_eq!(only(&stopped, &["work_date", "booked_on"]), json!(["2026-06-30", null]));
    desk.close(5).await.expect(200);
    assert_eq!(desk.periods().await[4]["consumed_seconds"], 9000);
}

#[on_both]
async fn an_engagement_does_not_end_before_a_timer_that_will_be_booked_late(server: Server) {
    let desk = desk_with_timer_of_june(&server, 5).await;
    let before = desk.periods().await[..5].to_vec();
    let engagement = format!("/v1/engagements/{}", desk.engagement);
    let early = desk.anna.patch(&engagement).json(&json!({"ends_on": "2026-06-30"})).send().await.expect(422);
    assert_eq!(pointers(&early.json()), ["/ends_on"]);
    let end = desk.post(&desk.of("end"), json!({"on": "2026-06-30"})).await;
    refused(&end, "has_later_entries");
    assert_eq!(end.json()["conflicts"][0]["status"], "running");
    let moved = desk.post(&desk.of("end?move_end=true"), json!({"on": "2026-06-30"})).await.expect(200).json();
    assert_eq!(moved["ended_on"], "2026-07-01");
    assert_eq!(desk.periods().await[..5], before[..]);
    assert_eq!(desk.periods().await[5]["consumed_seconds"], 9000);
}

#[on_both]
async fn work_is_booked_only_where_a_period_is_open(server: Server) {
    let desk = desk(&server, package(10, json!({}))).await;
    let engagement = format!("/v1/engagements/{}", desk.engagement);
    desk.closed_up_to(2).await;
    desk.late(json!({"work_date": "2026-02-05", "duration_seconds": H})).await.expect(201);
    let before = desk.periods().await[..2].to_vec();
    // It is booked on the first of April, so the engagement does not end before.
    refused(&desk.post(&desk.of("end"), json!({"on": "2026-03-31"})).await, "has_later_entries");
    let end = |on: &str| desk.anna.patch(&engagement).json(&json!({"ends_on": on})).send();
    assert_eq!(pointers(&end("2026-03-31").await.expect(422).json()), ["/ends_on"]);
    end("2026-05-31").await.expect(200);
    assert_eq!(desk.periods().await[..2], before[..]);
    for seq in 3..=4 {
        desk.close(seq).await.expect(200);
    }
    let before = desk.periods().await;
    let none = desk.late(json!({"work_date": "2026-02-05", "duration_seconds": H})).await;
    refused(&none, "period_closed");
    assert_eq!(desk.periods().await, before);
}

#[on_both]
async fn what_is_agreed_for_later_does_not_move_a_closed_row(server: Server) {
    let desk = desk(&server, package(10, json!({"carry": "all", "carry_expires_after": 6}))).await;
    desk.block(json!({"minutes": 600, "valid_from": "2026-02-01", "valid_until": "2026-08-20"})).await;
    desk.seconds("2026-02-05", 5 * H).await;
    desk.closed_up_to(3).await;
    let before = desk.periods().await[..3].to_vec();
    let engagement = format!("/v1/engagements/{}", desk.engagement);
    desk.anna.patch(&engagement).json(&json!({"ends_on": "2026-07-10"})).send().await.expect(200);
    assert_eq!(desk.periods().await[..3], before[..]);
    let weeks = package(5, json!({"period": "week", "carry": "all", "carry_expires_after": 2}));
    crate::time::agree(&desk, &desk.engagement, "2026-06-01", weeks).await;
    assert_eq!(desk.periods().await[..3], before[..]);
}

#[on_both]
async fn periods_close_by_themselves_so_many_days_after_their_end(server: Server) {
    let mut desk = desk(&server, package(10, json!({}))).await;
    let status = async |desk: &Desk| -> Value {
        desk.periods().await.iter().map(|period| period["status"].clone()).collect()
    };
    let entry = desk.seconds("2026-05-04", H).await;
    crate::time::agree(&desk, &desk.engagement, "2026-04-01", package(10, json!({"close_after_days": 10}))).await;
    // The first two ended under terms that close nothing, and periods close in order.
    assert_eq!(status(&desk).await, json!(["ended", "ended", "ended", "ended", "open", "upcoming"]));
    desk.closed_up_to(2).await;
    assert_eq!(status(&desk).await, json!(["closed", "closed", "closed", "closed", "open", "upcoming"]));
    assert_eq!(desk.entry(&entry).await["lock"]["reason"], "period_closed");
    let told = desk.get("/v1/events?type=period.closed").await["data"].clone();
    let shown =
        |event: &Value| only(&json!({"by": event["actor"]["name"], "seq": event["data"]["seq"]}), &["by", "seq"]);
    assert_eq!(told.as_array().unwrap().len(), 4);
    assert_eq!(shown(&told[0])[1], 4);
    assert_ne!(shown(&told[0])[0], shown(&told[3])[0], "nobody closed it");
    // What was reopened closes again only by an act; then what follows does by itself.
    desk.reopen(4).await.expect(200);
    desk.at(&server, "2026-08-20T10:00:00Z").await;
    let of = |seq: usize, all: &Value| all[seq - 1].clone();
    let all = status(&desk).await;
    assert_eq!((of(4, &all), of(5, &all), of(6, &all)), (json!("ended"), json!("ended"), json!("ended")));
    desk.close(4).await.expect(200);
    let all = status(&desk).await;
    assert_eq!((of(5, &all), of(6, &all), of(7, &all)), (json!("closed"), json!("closed"), json!("open")));
}

#[on_both]
async fn the_day_of_closing_comes_for_readers_writers_and_jobs_alike(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.at(&server, "2026-02-20T10:00:00Z").await;
    desk.engagement = desk.engaged(package(10, json!({"close_after_days": 0}))).await;
    let closed =
        async |desk: &Desk| desk.get("/v1/events?type=period.closed").await["data"].as_array().unwrap().len();
    // In the zone of the engagement, 1 March begins at eleven in the evening.
    desk.at(&server, "2026-02-28T22:59:00Z").await;
    desk.seconds("2026-02-28", H).await;
    assert_eq!(closed(&desk).await, 0);
    desk.at(&server, "2026-02-28T23:00:00Z").await;
    refused(&desk.try_note(json!({"work_date": "2026-02-28", "duration_seconds": H})).await, "period_closed");
    assert_eq!(closed(&desk).await, 1);
    desk.at(&server, "2026-04-01T08:00:00Z").await;
    assert_eq!(desk.get(&desk.of("periods/2")).await["status"], "closed");
    server.app.clock.set("2026-05-02T08:00:00Z".parse().unwrap());
    run_due(&server.app).await.unwrap();
    desk.at(&server, "2026-05-02T08:00:00Z").await;
    assert_eq!(closed(&desk).await, 3);
    // An end that is agreed makes the last period end earlier, and close.
    let engagement = format!("/v1/engagements/{}", desk.engagement);
    desk.anna.patch(&engagement).json(&json!({"ends_on": "2026-05-10"})).send().await.expect(200);
    desk.at(&server, "2026-05-12T08:00:00Z").await;
    assert_eq!(desk.get(&desk.of("periods/4")).await["status"], "closed");
}

#[on_both]
async fn the_last_period_closes_by_itself_once_its_timers_have_stopped(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.at(&server, "2026-02-20T10:00:00Z").await;
    desk.engagement = desk.engaged(package(10, json!({"close_after_days": 0}))).await;
    let engagement = format!("/v1/engagements/{}", desk.engagement);
    desk.anna.patch(&engagement).json(&json!({"ends_on": "2026-02-28"})).send().await.expect(200);
    desk.at(&server, "2026-02-28T20:00:00Z").await;
    desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.at(&server, "2026-03-01T08:00:00Z").await;
    assert_eq!(desk.get(&desk.of("periods/1")).await["status"], "ended");
    desk.timer("stop").await.expect(200);
    desk.at(&server, "2026-03-02T08:00:00Z").await;
    let period = desk.get(&desk.of("periods/1")).await;
    assert_eq!(only(&period, &["status", "consumed_seconds"]), json!(["closed", 12 * H]));
    run_due(&server.app).await.unwrap();
}
