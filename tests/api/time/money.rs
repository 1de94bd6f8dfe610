//! Money that never changes behind anybody's back: what is noted stays under its terms, pools share what they are rounded
//! to, days are counted per person and date, sums are exact.

use super::{Desk, agree, agree_and, merge, only, path};
use crate::{
    people::{id, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};

const MONEY: [&str; 3] = ["billed_seconds", "day_ten_thousandths", "amount_minor"];

fn daily(mode: &str) -> Value {
    json!({"kind": "daily", "rate_minor": 40000, "day_mode": mode})
}

fn hourly(rate_minor: i64, scope: &str) -> Value {
    json!({"kind": "hourly", "rate_minor": rate_minor, "rounding": {"mode": "up", "increment_minutes": 30, "scope": scope}})
}

async fn note(desk: &Desk, engagement: &str, date: &str, seconds: i64, with: Value) -> Value {
    let mut body = json!({"engagement_id": engagement, "work_date": date, "duration_seconds": seconds});
    merge(&mut body, with);
    desk.note(body).await
}

async fn totals(desk: &Desk, filter: &str) -> Value {
    desk.get(&format!("/v1/time-entries?include=totals&limit=1&{filter}")).await["totals"].clone()
}

async fn amount(desk: &Desk, filter: &str) -> i64 {
    totals(desk, filter).await["amounts"][0]["amount_minor"].as_i64().unwrap_or(0)
}

fn parts(entry: &Value, member: &str) -> Value {
    entry["allocations"].as_array().unwrap().iter().map(|part| part[member].clone()).collect()
}

#[on_both]
async fn noted_days_outlive_new_terms_and_unrelated_edits(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = desk.engaged(daily("explicit")).await;
    let given = json!({"day_ten_thousandths": 10_000});
    for day in ["2026-02-01", "2026-02-02", "2026-02-03"] {
        note(&desk, &engagement, day, 28_800, given.clone()).await;
    }
    let of = format!("engagement_id={engagement}");
    assert_eq!(amount(&desk, &of).await, 120_000);
    let threshold = agree(&desk, &engagement, "2026-02-01", daily("threshold")).await;
    assert_eq!(amount(&desk, &of).await, 120_000);
    let minute = note(&desk, &engagement, "2026-02-02", 60, json!({"billable": false})).await;
    assert_eq!(minute["terms_id"], threshold["id"]);
    assert_eq!(amount(&desk, &of).await, 120_000);
    desk.anna.delete(&path(&minute)).send().await.expect(204);
    assert_eq!(amount(&desk, &of).await, 120_000);
    // A billable hour more finds nothing left of that day.
    let hour = note(&desk, &engagement, "2026-02-02", 3600, json!({})).await;
    assert_eq!(only(&hour, &["day_ten_thousandths", "amount_minor"]), json!([0, 0]));
    assert_eq!(amount(&desk, &of).await, 120_000);
}

#[on_both]
async fn rounding_and_rates_stay_with_their_terms(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000})).await;
    let task = async |with: Value| {
        let mut body = json!({"client_id": desk.client, "engagement_id": engagement, "title": "Ablage"});
        merge(&mut body, with);
        id(&desk.post("/v1/tasks", body).await.expect(201).json())
    };
    let first = note(&desk, &engagement, "2026-02-10", 660, json!({})).await;
    let dear = agree(&desk, &engagement, "2026-02-01", hourly(9000, "day")).await;
    let second = note(&desk, &engagement, "2026-02-10", 660, json!({})).await;
    assert_eq!(only(&second, &["rate_minor", "billed_seconds", "terms_id"]), json!([9000, 1800, dear["id"]]));
    assert_eq!(desk.entry(&first).await, first, "another entry of its day changes nothing");
    let plain = task(json!({})).await;
    let moved = desk.patch(&first, json!({"task_id": plain})).await.expect(200).json();
    assert_eq!(only(&moved, &["rate_minor", "billed_seconds", "terms_id"]), json!([6000, 660, first["terms_id"]]));
    let own = task(json!({"rate_minor": 7000, "billable": true})).await;
    let moved = desk.patch(&first, json!({"task_id": own})).await.expect(200).json();
    assert_eq!(only(&moved, &["rate_minor", "rate_source"]), json!([7000, "task"]));
    let moved = desk.patch(&first, json!({"task_id": plain})).await.expect(200).json();
    assert_eq!(
        only(&moved, &["rate_minor", "rate_source"]),
        json!([7000, "task"]),
        "a task without a rate leaves it"
    );
    let alone = desk.patch(&first, json!({"task_id": null})).await.expect(200).json();
    assert_eq!(only(&alone, &["rate_minor", "rate_source"]), json!([6000, "engagement"]), "of its own terms");
    // Another date under the same terms keeps the version, one before them takes that of the date.
    agree(&desk, &engagement, "2026-02-20", hourly(9900, "day")).await;
    let kept =
        desk.patch(&first, json!({"work_date": "2026-02-12", "duration_seconds": 600})).await.expect(200).json();
    assert_eq!(only(&kept, &["rate_minor", "billed_seconds"]), json!([6000, 600]));
    let other = desk.patch(&first, json!({"work_date": "2026-02-21"})).await.expect(200).json();
    assert_eq!(only(&other, &["rate_minor", "billed_seconds"]), json!([9900, 1800]));
    let given = desk.patch(&second, json!({"rate_minor": 100})).await.expect(200).json();
    assert_eq!(only(&given, &["rate_minor", "terms_id"]), json!([100, dear["id"]]));
    let back = desk.patch(&second, json!({"rate_minor": null})).await.expect(200).json();
    assert_eq!(only(&back, &["rate_minor", "terms_id"]), json!([9000, dear["id"]]));
}

#[on_both]
async fn a_timer_takes_its_terms_when_it_stops(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.at(&server, "2026-03-02T08:00:00Z").await;
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    assert_eq!(only(&running, &["terms_id", "rate_minor", "allocations"]), json!([null, 4500, []]));
    let dear = agree(&desk, &desk.engagement, "2026-03-01", json!({"kind": "hourly", "rate_minor": 9000})).await;
    server.app.clock.set("2026-03-02T09:00:00Z".parse().unwrap());
    desk.at(&server, "2026-03-02T09:00:00Z").await;
    let stopped = desk.timer("stop").await.expect(200).json()["stopped"].clone();
    assert_eq!(only(&stopped, &["terms_id", "rate_minor", "amount_minor"]), json!([dear["id"], 9000, 9000]));
}

#[on_both]
async fn a_pool_of_several_rates_is_rounded_once_and_shared(server: Server) {
    let desk = Desk::new(&server).await;
    for dear_first in [true, false] {
        let engagement = desk.engaged(hourly(4500, "day")).await;
        let dear = json!({"rate_minor": 9000});
        let (a, b) = if dear_first { ((960, dear), (840, json!({}))) } else { ((840, json!({})), (960, dear)) };
        note(&desk, &engagement, "2026-02-02", a.0, a.1).await;
        note(&desk, &engagement, "2026-02-02", b.0, b.1).await;
        let of = format!("engagement_id={engagement}");
        assert_eq!(only(&totals(&desk, &of).await, &["billed_seconds"]), json!([1800]));
        assert_eq!(amount(&desk, &of).await, 1050 + 2400, "an exact multiple changes nothing");
    }
    let engagement = desk.engaged(hourly(4500, "day")).await;
    let mut entries = Vec::new();
    for _ in 0..3 {
        entries.push(note(&desk, &engagement, "2026-02-02", 660, json!({})).await);
    }
    for entry in &entries {
        assert_eq!(desk.entry(entry).await["billed_seconds"], 1200);
    }
    assert_eq!(entries[2]["version"], 1);
    let told = desk.get("/v1/events?type=time_entries.reaccounted&limit=1").await["data"][0].clone();
    assert_eq!(told["data"]["ids"].as_array().unwrap().len(), 2);
    // Ties: the lower rate first, then what began first, entries without clock times last.
    let engagement = desk.engaged(hourly(4500, "day")).await;
    let dear = json!({"rate_minor": 9000});
    let mut tied = vec![note(&desk, &engagement, "2026-02-02", 7, dear.clone()).await];
    for (from, until) in [("11:00:00", "11:00:07"), ("10:00:00", "10:00:07")] {
        let at = |time: &str| format!("2026-02-02T{time}Z");
        tied.push(
            desk.note(json!({"engagement_id": engagement, "started_at": at(from), "ended_at": at(until)})).await,
        );
    }
    tied.push(note(&desk, &engagement, "2026-02-02", 7, json!({})).await);
    for _ in 0..3 {
        tied.push(note(&desk, &engagement, "2026-02-02", 7, dear.clone()).await);
    }
    // 1800 s over seven: one of them gets the odd second.
    let mut billed = Vec::new();
    for entry in &tied {
        billed.push(desk.entry(entry).await["billed_seconds"].clone());
    }
    assert_eq!(json!(billed), json!([257, 257, 258, 257, 257, 257, 257]));
}

#[on_both]
async fn locked_entries_keep_theirs_and_locking_changes_nothing(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = desk.engaged(hourly(4500, "day")).await;
    let entries = [
        note(&desk, &engagement, "2026-02-02", 660, json!({})).await,
        note(&desk, &engagement, "2026-02-02", 660, json!({})).await,
    ];
    lock(&server, &entries[0]).await;
    assert_eq!(desk.entry(&entries[1]).await["billed_seconds"], 900);
    let third = note(&desk, &engagement, "2026-02-02", 660, json!({})).await;
    assert_eq!(third["billed_seconds"], 1350, "1200 each, and what the locked one lacks");
    assert_eq!(desk.entry(&entries[0]).await["billed_seconds"], 900);
    assert_eq!(desk.entry(&entries[1]).await["billed_seconds"], 1350);
}

#[on_both]
async fn work_over_midnight_is_accounted_for_on_both_dates(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = desk.engaged(daily("pro_rata_capped")).await;
    let night = json!({"engagement_id": engagement, "started_at": "2026-02-02T19:00:00Z", "ended_at": "2026-02-03T05:00:00Z"});
    let night = desk.note(night).await;
    assert_eq!(only(&night, &["day_ten_thousandths", "amount_minor"]), json!([12_500, 50_000]));
    assert_eq!(parts(&night, "day_ten_thousandths"), json!([5000, 7500]));
    assert_eq!(parts(&night, "amount_minor"), json!([20_000, 30_000]));
    for (range, seconds, money) in [
        ("work_date_from=2026-02-03&work_date_until=2026-02-04", 6 * 3600, 30_000),
        ("work_date_until=2026-02-03", 4 * 3600, 20_000),
        ("work_date_from=2026-02-02&work_date_until=2026-02-04", 36_000, 50_000),
    ] {
        let list = desk.get(&format!("/v1/time-entries?include=totals&engagement_id={engagement}&{range}")).await;
        assert_eq!(list["data"][0]["id"], night["id"], "{range}");
        assert_eq!(only(&list["totals"], &["entries", "duration_seconds"]), json!([1, seconds]), "{range}");
        assert_eq!(list["totals"]["amounts"][0]["amount_minor"], money, "{range}");
    }
    let of = format!("engagement_id={engagement}");
    assert_eq!(totals(&desk, &format!("{of}&work_date_from=2026-02-04")).await["entries"], 0);
    // Split at midnight, the bill stays; the dry run shows it and stores nothing.
    let split = format!("{}/split", path(&night));
    let point = json!({"split_at": "2026-02-02T23:00:00Z"});
    let tried = desk.post(&format!("{split}?dry_run=true"), point.clone()).await.expect(200).json();
    assert_eq!(desk.entry(&night).await, night);
    let made = desk.post(&split, point).await.expect(200).json();
    for half in ["first", "second"] {
        assert_eq!(only(&tried[half], &MONEY), only(&made[half], &MONEY));
    }
    assert_eq!(only(&made["first"], &["day_ten_thousandths", "amount_minor"]), json!([5000, 20_000]));
    assert_eq!(only(&made["second"], &["day_ten_thousandths", "amount_minor"]), json!([7500, 30_000]));
    assert_eq!(amount(&desk, &of).await, 50_000);
    // With rounding by day the parts are in the pools of their dates.
    let rounded = desk.engaged(hourly(6000, "day")).await;
    let night = json!({"engagement_id": rounded, "started_at": "2026-02-02T22:50:00Z", "ended_at": "2026-02-02T23:10:00Z"});
    let night = desk.note(night).await;
    assert_eq!(parts(&night, "billed_seconds"), json!([1800, 1800]));
    note(&desk, &rounded, "2026-02-03", 1200, json!({})).await;
    assert_eq!(parts(&desk.entry(&night).await, "billed_seconds"), json!([1800, 600]));
    let by_entry = desk.engaged(hourly(6000, "entry")).await;
    let night = json!({"engagement_id": by_entry, "started_at": "2026-02-02T22:55:00Z", "ended_at": "2026-02-02T23:10:00Z"});
    assert_eq!(parts(&desk.note(night).await, "billed_seconds"), json!([600, 1200]));
}

#[on_both]
async fn each_person_has_a_day_of_their_own(server: Server) {
    let desk = Desk::new(&server).await;
    let colleague = server.colleague(&desk.anna, "bea").await;
    let engagement = desk.engaged(daily("pro_rata_capped")).await;
    let body = json!({"engagement_id": engagement, "work_date": "2026-02-02", "duration_seconds": 28_800});
    desk.note(body.clone()).await;
    colleague.post("/v1/time-entries").json(&body).send().await.expect(201);
    let sums = totals(&desk, &format!("engagement_id={engagement}")).await;
    assert_eq!(only(&sums, &["day_ten_thousandths"]), json!([20_000]));
    assert_eq!(sums["amounts"][0]["amount_minor"], 80_000);
    let shown = note(&desk, &engagement, "2026-02-05", 6000, json!({})).await;
    assert_eq!(only(&shown, &["day_ten_thousandths", "amount_minor"]), json!([2083, 8332]));
}

#[on_both]
async fn given_days_are_at_most_one_a_person_and_date(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = desk.engaged(daily("explicit")).await;
    let days = |days: i64| json!({"day_ten_thousandths": days});
    let first = note(&desk, &engagement, "2026-02-02", 3600, days(6000)).await;
    let try_note = async |days: i64| {
        desk.try_note(json!({"engagement_id": engagement, "work_date": "2026-02-02", "duration_seconds": 60, "day_ten_thousandths": days})).await
    };
    let refused = try_note(5000).await.expect(422).json();
    assert_eq!(
        only(&refused["errors"][0], &["pointer", "code"]),
        json!(["/day_ten_thousandths", "too_many_days"])
    );
    try_note(4000).await.expect(201);
    assert_eq!(pointers(&desk.patch(&first, days(6001)).await.expect(422).json()), ["/day_ten_thousandths"]);
    desk.patch(&first, days(5999)).await.expect(200);
    let other = note(&desk, &engagement, "2026-02-01", 60, days(2)).await;
    assert_eq!(
        pointers(&desk.patch(&other, json!({"work_date": "2026-02-02"})).await.expect(422).json()),
        ["/work_date"]
    );
    let free =
        note(&desk, &engagement, "2026-02-02", 60, json!({"day_ten_thousandths": 9000, "billable": false})).await;
    assert_eq!(pointers(&desk.patch(&free, json!({"billable": true})).await.expect(422).json()), ["/billable"]);
    let bulk = json!({"operations": [{"op": "create", "data": {"engagement_id": engagement, "work_date": "2026-02-02", "duration_seconds": 60, "day_ten_thousandths": 2}}]});
    let result = desk.post("/v1/time-entries/bulk", bulk).await.expect(200).json()["results"][0].clone();
    assert_eq!(result["status"], 422);
    assert_eq!(result["problem"]["errors"][0]["pointer"], "/operations/0/data/day_ten_thousandths");
    // Over midnight given days go by what was worked, and so do those of a split.
    let night = json!({"engagement_id": engagement, "started_at": "2026-02-09T21:00:00Z", "ended_at": "2026-02-10T05:00:00Z", "day_ten_thousandths": 10_000});
    let night = desk.note(night).await;
    assert_eq!(parts(&night, "day_ten_thousandths"), json!([2500, 7500]));
    let split = desk
        .post(&format!("{}/split", path(&night)), json!({"split_at": "2026-02-09T23:00:00Z"}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&split["first"]["day_ten_thousandths"], &split["second"]["day_ten_thousandths"]),
        (&json!(2500), &json!(7500))
    );
}

#[on_both]
async fn given_days_stay_at_most_one_whatever_terms_are_applied(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = desk.engaged(daily("explicit")).await;
    let given = json!({"day_ten_thousandths": 10_000});
    let (of, date) = (format!("engagement_id={engagement}"), "2026-02-10");
    let apply = async |terms: Value| {
        let version = agree(&desk, &engagement, "2026-02-05", terms).await;
        let apply = format!("/v1/engagements/{engagement}/terms/{}/apply", version["id"].as_str().unwrap());
        let foreseen = desk.post(&format!("{apply}?dry_run=true"), Value::Null).await.expect(200).json();
        let mut done = desk.post(&apply, Value::Null).await.expect(200).json();
        done["dry_run"] = json!(true);
        assert_eq!(foreseen, done);
        done
    };
    let first = note(&desk, &engagement, date, 28_800, given).await;
    // Under other daily terms a given day still counts.
    apply(daily("threshold")).await;
    agree(&desk, &engagement, "2026-02-05", daily("explicit")).await;
    let body = json!({"engagement_id": engagement, "work_date": date, "duration_seconds": 28_800, "day_ten_thousandths": 10_000});
    let refused = desk.try_note(body).await.expect(422).json();
    assert_eq!(
        only(&refused["errors"][0], &["pointer", "code"]),
        json!(["/day_ten_thousandths", "too_many_days"])
    );
    apply(daily("explicit")).await;
    assert_eq!(totals(&desk, &of).await["day_ten_thousandths"], 10_000);
    assert_eq!(only(&desk.entry(&first).await, &["day_ten_thousandths", "amount_minor"]), json!([10_000, 40_000]));
}

#[on_both]
async fn sums_are_exact_and_lines_are_rounded_for_themselves(server: Server) {
    let desk = Desk::new(&server).await;
    let engagement = desk.engaged(json!({"kind": "hourly", "rate_minor": 10_000})).await;
    for _ in 0..3 {
        assert_eq!(note(&desk, &engagement, "2026-02-02", 1200, json!({})).await["amount_minor"], 3333);
    }
    assert_eq!(amount(&desk, &format!("engagement_id={engagement}")).await, 10_000);
    let other = desk.engaged(json!({"kind": "hourly", "rate_minor": 10_000})).await;
    note(&desk, &other, "2026-02-02", 1200, json!({})).await;
    assert_eq!(amount(&desk, &format!("client_id={}", desk.client)).await, 13_333, "each engagement by itself");
}

#[on_both]
async fn terms_reach_noted_entries_only_by_an_explicit_act(server: Server) {
    let desk = Desk::new(&server).await;
    let mine = server.client_member(&desk.anna, &desk.client, "clara").await;
    let engagement = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000})).await;
    let entry = note(&desk, &engagement, "2026-02-10", 660, json!({})).await;
    let given = note(&desk, &engagement, "2026-02-10", 660, json!({"rate_minor": 5000})).await;
    let locked = note(&desk, &engagement, "2026-02-11", 660, json!({})).await;
    lock(&server, &locked).await;
    let before = note(&desk, &engagement, "2026-02-02", 660, json!({})).await;
    let path = format!("/v1/engagements/{engagement}/terms");
    let proposed =
        desk.post(&path, json!({"effective_from": "2026-02-05", "terms": hourly(9000, "day")})).await.expect(201);
    let apply = format!("{path}/{}/apply", id(&proposed.json()));
    let refused = desk.post(&apply, Value::Null).await.expect(409).json();
    assert_eq!(refused["allowed_actions"], json!(["accept", "decline", "withdraw"]));
    // Both sides can see before what it would change.
    for caller in [&desk.anna, &mine] {
        let shown = caller.post(&format!("{apply}?dry_run=true")).send().await.expect(200).json();
        assert_eq!(
            only(&shown, &["dry_run", "amount_before_minor", "amount_after_minor"]),
            json!([true, 2017, 3500])
        );
        assert_eq!(shown["skipped"], json!([{"id": locked["id"], "work_date": "2026-02-11", "reason": "locked"}]));
        let changed: Vec<_> = shown["entries"].as_array().unwrap().iter().map(|e| e["id"].clone()).collect();
        assert_eq!(changed, [entry["id"].clone(), given["id"].clone()]);
        assert_eq!(
            only(&shown["entries"][0]["before"], &["rate_minor", "billed_seconds", "amount_minor"]),
            json!([6000, 660, 1100])
        );
        assert_eq!(
            only(&shown["entries"][0]["after"], &["rate_minor", "billed_seconds", "amount_minor"]),
            json!([9000, 900, 2250])
        );
    }
    mine.post(&apply).send().await.expect(403);
    assert_eq!(desk.entry(&entry).await, entry);
    let accept = desk.anna.post(&format!("{path}/{}/accept", id(&proposed.json()))).json(&json!({"note": "ja"}));
    let accepted = accept.header("if-match", proposed.header("etag").unwrap()).send().await.expect(200).json();
    assert_eq!(accepted["allowed_actions"], json!(["apply"]));
    assert_eq!(desk.entry(&entry).await, entry, "accepting alone changes nothing");
    let done = desk.post(&apply, Value::Null).await.expect(200).json();
    assert_eq!(done["dry_run"], false);
    assert_eq!(
        only(&desk.entry(&entry).await, &["rate_minor", "billed_seconds", "terms_id"]),
        json!([9000, 900, accepted["id"]])
    );
    assert_eq!(
        only(&desk.entry(&given).await, &["rate_minor", "billed_seconds", "terms_id"]),
        json!([5000, 900, accepted["id"]])
    );
    for untouched in [&locked, &before] {
        assert_eq!(desk.entry(untouched).await["terms_id"], untouched["terms_id"]);
    }
    let again = desk.post(&apply, Value::Null).await.expect(200).json();
    assert_eq!(again["entries"], json!([]));
    let told = desk.get("/v1/events?type=time_entries.reaccounted").await["data"].clone();
    assert_eq!(told.as_array().unwrap().len(), 1);
    // With the acceptance itself.
    let other = agree_and(&desk, &engagement, "2026-02-05", hourly(9900, "day"), "?apply_to=unlocked").await;
    assert_eq!(only(&desk.entry(&entry).await, &["rate_minor", "terms_id"]), json!([9900, other["id"]]));
}

/// Locks an entry, as the approval of a timesheet will.
async fn lock(server: &Server, entry: &Value) {
    use vorzimmer::db::{Actor, Tx, sql};
    let mut tx = Tx::open(&server.app.db, &server.app.clock, Actor::default()).await.unwrap();
    let id: vorzimmer::kernel::TimeEntryId = id(entry).parse().unwrap();
    let now = server.app.clock.now();
    let lock =
        sql("UPDATE time_entries SET lock_reason = 'policy', locked_at = $1 WHERE id = $2").bind(now).bind(id);
    tx.execute(lock).await.unwrap();
    tx.commit().await.unwrap();
}
