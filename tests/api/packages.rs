//! Packages over HTTP: the account follows from terms, adjustments and entries, and explains every number.

use crate::{
    client::Reply,
    people::{id, ids, pointers},
    server::Server,
    support::databases::on_both,
    time::{Desk, agree, only, path},
};
use serde_json::{Value, json};

/// An hour in seconds.
pub const H: i64 = 3600;

/// A desk at the end of June, with an engagement of these terms since February.
pub async fn desk(server: &Server, terms: Value) -> Desk {
    let mut desk = Desk::new(server).await;
    desk.engagement = desk.engaged(terms).await;
    desk.at(server, "2026-06-20T10:00:00Z").await;
    desk
}

/// A package of so many hours a month.
pub fn package(hours: i64, with: Value) -> Value {
    let mut terms = json!({"kind": "retainer", "price_minor": 90_000, "included_minutes": hours * 60});
    crate::time::merge(&mut terms, with);
    terms
}

/// Works so many minutes in each month from February on, at most ten hours a day.
pub async fn work(desk: &Desk, minutes: &[i64]) {
    for (month, minutes) in (2..).zip(minutes) {
        let mut left = *minutes;
        for date in 2.. {
            if left == 0 {
                break;
            }
            let part = left.min(600);
            desk.seconds(&format!("2026-{month:02}-{date:02}"), part * 60).await;
            left -= part;
        }
    }
}

impl Desk {
    pub fn of(&self, part: &str) -> String {
        format!("/v1/engagements/{}/{part}", self.engagement)
    }

    /// The periods, the first one first.
    pub async fn periods(&self) -> Vec<Value> {
        self.get(&self.of("periods?sort=seq")).await["data"].as_array().unwrap().clone()
    }

    /// One number of the first periods, in hours.
    pub async fn hours<const N: usize>(&self, member: &str) -> [f64; N] {
        let periods = self.periods().await;
        std::array::from_fn(|i| periods[i][member].as_f64().expect("a number") / 3600.0)
    }

    pub async fn adjust(&self, body: Value) -> Reply {
        self.post(&self.of("adjustments"), body).await
    }
}

#[on_both]
async fn unused_time_expires_and_overage_is_billed(server: Server) {
    let desk = desk(&server, package(20, json!({"overage_rate_minor": 20_000}))).await;
    work(&desk, &[900, 1500]).await;
    assert_eq!(desk.hours("expired_seconds").await, [5.0, 0.0, 20.0]);
    assert_eq!(desk.hours("overage_seconds").await, [0.0, 5.0, 0.0]);
    let periods = desk.periods().await;
    let shown = |period: &Value| only(period, &["seq", "starts_on", "ends_on", "status", "overage_amount_minor"]);
    assert_eq!(shown(&periods[0]), json!([1, "2026-02-01", "2026-02-28", "ended", 0]));
    assert_eq!(shown(&periods[1]), json!([2, "2026-03-01", "2026-03-31", "ended", 100_000]));
    assert_eq!(shown(&periods[4]), json!([5, "2026-06-01", "2026-06-30", "open", 0]));
    assert_eq!(shown(&periods[5]), json!([6, "2026-07-01", "2026-07-31", "upcoming", 0]));
    assert_eq!(periods.len(), 6);
    assert_eq!(only(&periods[1], &["price_minor", "currency", "percent_used"]), json!([90_000, "EUR", 125]));
    assert_eq!(desk.get(&desk.of("periods/2")).await, periods[1]);
    desk.anna.get(&desk.of("periods/7")).send().await.expect(404);
    desk.anna.get(&desk.of("periods/two")).send().await.expect(404);
}

#[on_both]
async fn a_carried_deficit_lowers_what_is_available(server: Server) {
    let desk = desk(&server, package(40, json!({"carry": "all", "deficit": "carry"}))).await;
    work(&desk, &[1800, 3600]).await;
    assert_eq!(desk.hours("available_seconds").await, [40.0, 50.0, 30.0, 70.0]);
    assert_eq!(desk.hours("carried_in_seconds").await, [0.0, 10.0, -10.0, 30.0]);
    assert_eq!(desk.periods().await[1]["overage_amount_minor"], json!(null));
}

#[on_both]
async fn an_opening_lot_is_used_before_all_others(server: Server) {
    let desk = desk(&server, package(10, json!({"carry": "all", "consume_order": "oldest_first"}))).await;
    let opening = json!({"kind": "opening", "minutes": 3000, "reason": "Guthaben aus der alten Abrechnung.",
        "period_seq": 1, "valid_until": "2026-04-30"});
    let made = desk.adjust(opening).await.expect(201);
    let lot = id(&made.json());
    assert_eq!(desk.get(made.header("location").unwrap()).await, made.json());
    work(&desk, &[1800, 300, 600]).await;
    assert_eq!(desk.hours("available_seconds").await, [60.0, 40.0, 45.0, 40.0]);
    let left = |period: &Value| -> Value {
        let lots = period["lots"].as_array().unwrap();
        lots.iter().find(|found| id(found) == lot).map_or(Value::Null, |found| found["left_seconds"].clone())
    };
    let lefts: Vec<Value> = desk.periods().await[..4].iter().map(left).collect();
    assert_eq!(json!(lefts), json!([20 * H, 15 * H, 5 * H, null]));
    assert_eq!(desk.hours("expired_seconds").await, [0.0, 0.0, 5.0]);
}

#[on_both]
async fn every_number_is_explained_line_by_line(server: Server) {
    let desk = desk(&server, package(3, json!({"carry": "all"}))).await;
    let entry = desk
        .note(json!({"work_date": "2026-02-02", "duration_seconds": 11_700, "description": "Belege sortiert"}))
        .await;
    let goodwill =
        json!({"kind": "goodwill", "minutes": 15, "reason": "Rückfrage zur Rechnung.", "period_seq": 1});
    let goodwill = id(&desk.adjust(goodwill).await.expect(201).json());
    let lines = desk.get(&desk.of("ledger?sort=on&period_seq=1&include=total_count")).await;
    let shown = |line: &Value| {
        let cause = only(&line["cause"], &["type", "id", "title"]);
        json!([line["on"], line["kind"], line["seconds"], cause, line["balance_seconds"]])
    };
    let data: Vec<Value> = lines["data"].as_array().unwrap().iter().map(shown).collect();
    assert_eq!(
        json!(data),
        json!([
            ["2026-02-01", "grant", 10_800, ["terms", null, null], 10_800],
            ["2026-02-01", "adjust", 900, ["adjustment", goodwill, "Rückfrage zur Rechnung."], 11_700],
            ["2026-02-02", "consume", -900, ["time_entry", id(&entry), "Belege sortiert"], 10_800],
            ["2026-02-02", "consume", -10_800, ["time_entry", id(&entry), "Belege sortiert"], 0],
        ])
    );
    let coverage = desk.get(&format!("{}/coverage", path(&entry))).await;
    let sums = only(&coverage, &["consumed_seconds", "covered_seconds", "overage_seconds", "to_bill_minor"]);
    assert_eq!(sums, json!([11_700, 11_700, 0, 0]));
    let lots = coverage["days"][0]["lots"].as_array().unwrap();
    let kinds: Vec<Value> = lots.iter().map(|lot| only(lot, &["kind", "seconds"])).collect();
    assert_eq!(json!(kinds), json!([["adjustment", 900], ["included", 10_800]]));
    let caused = desk.get(&desk.of(&format!("ledger?cause_id={}", id(&entry)))).await;
    assert_eq!(caused["data"].as_array().unwrap().len(), 2);
    // Pages of one line each hold what one page holds.
    let (mut read, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = desk.get(&desk.of(&format!("ledger?sort=on&period_seq=1&limit=1{cursor}"))).await;
        read.extend(page["data"].as_array().unwrap().iter().map(shown));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(read, data);
}

#[on_both]
async fn a_balance_says_what_is_left_for_each_kind(server: Server) {
    let desk = desk(&server, package(20, json!({"carry": "capped", "carry_cap_minutes": 300}))).await;
    desk.seconds("2026-06-02", 6 * H).await;
    let names = ["kind", "on", "left_seconds", "used_seconds", "next_expiry"];
    let balance = desk.get(&desk.of("balance")).await;
    // What was carried into June is used first.
    let expected = json!(["retainer", "2026-06-20", 19 * H, 6 * H, {"on": "2026-06-30", "seconds": 14 * H}]);
    assert_eq!(only(&balance, &names), expected);
    assert_eq!(balance["period"], desk.get(&desk.of("periods/5")).await);
    assert_eq!(only(&balance["period"], &["percent_used", "projected_percent"]), json!([24, 36]));
    let carried = desk.engaged(package(20, json!({"carry": "all", "carry_expires_after": 2}))).await;
    let expiry = desk.get(&format!("/v1/engagements/{carried}/balance")).await["next_expiry"].clone();
    // What April included lasts to the end of June.
    assert_eq!(expiry, json!({"on": "2026-06-30", "seconds": 20 * H}));
    let young = package(20, json!({"carry": "all", "carry_expires_after": 9}));
    let young = desk.get(&format!("/v1/engagements/{}/balance", desk.engaged(young).await)).await;
    assert_eq!(young["next_expiry"], json!({"on": "2026-11-30", "seconds": 20 * H}));
    for (terms, member, expected) in [
        (
            json!({"kind": "hourly", "rate_minor": 6000, "cap_minutes": 600}),
            "cap",
            json!([36_000, null, 21_600, null, 60]),
        ),
        (
            json!({"kind": "hourly", "rate_minor": 6000, "cap_minor": 72_000}),
            "cap",
            json!([null, 72_000, null, 36_000, 50]),
        ),
        (
            json!({"kind": "project", "price_minor": 90_000, "budget_minutes": 720}),
            "cap",
            json!([43_200, null, 21_600, null, 50]),
        ),
        (json!({"kind": "daily", "rate_minor": 40_000}), "day_ten_thousandths", json!(7500)),
    ] {
        let other =
            Desk { engagement: desk.engaged(terms).await, anna: desk.anna.clone(), client: desk.client.clone() };
        other.seconds("2026-06-03", 6 * H).await;
        let balance = other.get(&other.of("balance")).await;
        let shown = match member {
            "cap" => only(
                &balance["cap"],
                &["limit_seconds", "limit_minor", "used_seconds", "used_minor", "percent_used"],
            ),
            member => balance[member].clone(),
        };
        assert_eq!(shown, expected);
    }
}

#[on_both]
async fn a_client_reads_its_own_account_and_adjusts_nothing(server: Server) {
    let desk = desk(&server, package(20, json!({}))).await;
    let entry = desk.seconds("2026-06-02", 6 * H).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    for part in ["balance", "periods", "periods/5", "ledger", "adjustments"] {
        let seen = klara.get(&desk.of(part)).send().await.expect(200).json();
        let mut other = desk.get(&desk.of(part)).await;
        other["as_of"] = seen["as_of"].clone();
        if part == "balance" || part.starts_with("periods/") {
            other.as_object_mut().unwrap().remove("as_of");
        }
        assert_eq!(seen, other, "{part}");
    }
    klara.get(&format!("{}/coverage", path(&entry))).send().await.expect(200);
    let body = json!({"kind": "goodwill", "minutes": 15, "reason": "Bitte."});
    klara.post(&desk.of("adjustments")).json(&body).send().await.expect(403);
}

#[on_both]
async fn an_adjustment_is_refused_where_it_fits_nothing(server: Server) {
    let desk = desk(&server, package(20, json!({}))).await;
    let body = |with: Value| {
        let mut body = json!({"kind": "correction", "minutes": -30, "reason": "Doppelt gezählt."});
        crate::time::merge(&mut body, with);
        body
    };
    for (with, pointer) in [
        (json!({"minutes": 0}), "/minutes"),
        (json!({"valid_until": "2026-12-31"}), "/valid_until"),
        (json!({"minutes": 30, "valid_until": "2026-05-31"}), "/valid_until"),
        (json!({"period_seq": 7}), "/period_seq"),
    ] {
        assert_eq!(pointers(&desk.adjust(body(with)).await.expect(422).json()), [pointer]);
    }
    let all = body(json!({"minutes": 0, "period_seq": 7}));
    assert_eq!(pointers(&desk.adjust(all).await.expect(422).json()), ["/minutes", "/period_seq"]);
    let taken = desk.adjust(body(json!({}))).await.expect(201).json();
    assert_eq!(taken["period_seq"], json!(5));
    assert_eq!(ids(&desk.get(&desk.of("adjustments?kind=correction")).await), [id(&taken)]);
    let daily = desk.engaged(json!({"kind": "daily", "rate_minor": 40_000})).await;
    let refused = desk.post(&format!("/v1/engagements/{daily}/adjustments"), body(json!({}))).await.expect(409);
    assert_eq!(refused.json()["code"], json!("no_package"));
    let draft = crate::engagements::hourly(&desk.client, "Entwurf");
    let draft = id(&desk.post("/v1/engagements", draft).await.expect(201).json());
    let refused = desk.post(&format!("/v1/engagements/{draft}/adjustments"), body(json!({}))).await.expect(409);
    assert_eq!(refused.json()["code"], json!("engagement_not_active"));
    assert_eq!(desk.get(&format!("/v1/engagements/{draft}/periods")).await["data"], json!([]));
}

#[on_both]
async fn new_terms_count_from_their_day_on(server: Server) {
    let desk = desk(&server, package(20, json!({"carry": "all"}))).await;
    agree(&desk, &desk.engagement.clone(), "2026-04-01", package(10, json!({"carry": "none"}))).await;
    assert_eq!(desk.hours("included_seconds").await, [20.0, 20.0, 10.0, 10.0]);
    assert_eq!(desk.hours("carried_in_seconds").await, [0.0, 20.0, 40.0, 0.0]);
    assert_eq!(desk.hours("expired_seconds").await, [0.0, 0.0, 50.0, 10.0]);
}

#[on_both]
async fn a_period_in_a_pause_is_skipped(server: Server) {
    let mut desk = desk(&server, package(10, json!({"carry": "all", "carry_expires_after": 1}))).await;
    desk.post(&desk.of("pause"), json!({"on": "2026-06-20"})).await.expect(200);
    desk.at(&server, "2026-09-01T10:00:00Z").await;
    desk.post(&desk.of("resume"), Value::Null).await.expect(200);
    let periods = desk.periods().await;
    let shown =
        |seq: usize| only(&periods[seq - 1], &["status", "price_minor", "included_seconds", "carried_in_seconds"]);
    assert_eq!(shown(5), json!(["ended", 90_000, 10 * H, 10 * H]));
    assert_eq!(shown(6), json!(["skipped", 0, 0, 10 * H]));
    assert_eq!(shown(7), json!(["skipped", 0, 0, 10 * H]));
    assert_eq!(shown(8), json!(["open", 90_000, 10 * H, 10 * H]));
    assert_eq!(periods[7]["lots"][0]["usable_until"], json!("2026-09-30"));
}

#[on_both]
async fn an_account_of_too_many_periods_is_refused(server: Server) {
    let desk = Desk::new(&server).await;
    let since = |date: &str, period: &str| {
        let terms = package(1, json!({"period": period, "carry": "all"}));
        json!({"client_id": desk.client, "title": "Lang", "starts_on": date, "terms": terms, "accepted": {"note": "Ja."}})
    };
    let long = id(&desk.post("/v1/engagements", since("1990-01-01", "week")).await.expect(201).json());
    let long = Desk { engagement: long, anna: desk.anna.clone(), client: desk.client.clone() };
    let entry = long.seconds("2026-02-02", H).await;
    let coverage = format!("{}/coverage", path(&entry));
    let parts = ["balance", "periods", "periods/1500", "ledger"].map(|part| long.of(part));
    for address in parts.iter().chain([&coverage]) {
        let refused = desk.anna.get(address).send().await.expect(409).json();
        assert_eq!(refused["code"], json!("too_many_periods"), "{address}");
    }
    // What needs few of them is told.
    desk.get(&long.of("periods/1")).await;
    let body = json!({"kind": "goodwill", "minutes": 15, "reason": "Bitte."});
    assert_eq!(long.adjust(body).await.expect(409).json()["code"], json!("too_many_periods"));
    for (act, body) in [
        ("periods/1500/close", Value::Null),
        ("periods/1500/reopen", json!({"reason": "Bitte."})),
        ("preview", json!({"work_date": "2026-02-03", "duration_seconds": H})),
    ] {
        let refused = long.post(&long.of(act), body).await.expect(409).json();
        assert_eq!(refused["code"], json!("too_many_periods"), "{act}");
    }
    let months = id(&desk.post("/v1/engagements", since("1990-01-01", "month")).await.expect(201).json());
    let periods = desk.get(&format!("/v1/engagements/{months}/periods?limit=1&include=total_count")).await;
    assert_eq!(periods["total_count"], json!(36 * 12 + 4));
}

#[on_both]
async fn the_order_of_typing_changes_nothing(server: Server) {
    let desk = desk(&server, package(5, json!({"deficit": "bill", "overage_rate_minor": 6000}))).await;
    let late = desk.seconds("2026-06-05", 4 * H).await;
    let early = desk.seconds("2026-06-02", 3 * H).await;
    let overage =
        async |entry: &Value| desk.get(&format!("{}/coverage", path(entry))).await["overage_seconds"].clone();
    assert_eq!([overage(&late).await, overage(&early).await], [json!(2 * H), json!(0)]);
    desk.anna.delete(&path(&early)).send().await.expect(204);
    assert_eq!(overage(&late).await, json!(0));
}

#[on_both]
async fn pages_of_lines_are_the_account_wherever_they_begin(server: Server) {
    let desk = desk(&server, package(10, json!({"period": "week", "carry": "all"}))).await;
    work(&desk, &[900, 1500, 0, 1200, 300]).await;
    let whole = async |query: &str| desk.get(&desk.of(&format!("ledger?limit=200&{query}"))).await["data"].clone();
    let (up, down) = (whole("sort=on").await, whole("sort=-on").await);
    let (up, mut down) = (up.as_array().unwrap().clone(), down.as_array().unwrap().clone());
    assert!(up.len() > 60, "{}", up.len());
    let numbers: Vec<i64> = up.iter().map(|line| line["line"].as_i64().unwrap()).collect();
    assert!(numbers.is_sorted() && numbers.iter().zip(&up).all(|(n, line)| n / 1_000_000 == line["period_seq"]));
    for (sort, all) in [("on", up.clone()), ("-on", down.clone())] {
        for query in ["", "&kind=consume", "&kind=expire,carry_in", "&period_seq=7"] {
            let fits = |line: &&Value| match query {
                "&kind=consume" => line["kind"] == "consume",
                "&kind=expire,carry_in" => line["kind"] == "expire" || line["kind"] == "carry_in",
                "&period_seq=7" => line["period_seq"] == 7,
                _ => true,
            };
            let (mut paged, mut cursor): (Vec<Value>, String) = Default::default();
            loop {
                let of = format!("ledger?limit=3&include=total_count&sort={sort}{query}{cursor}");
                let page = desk.get(&desk.of(&of)).await;
                assert_eq!(page["total_count"], all.iter().filter(fits).count(), "{of}");
                paged.extend(page["data"].as_array().unwrap().clone());
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(paged, all.iter().filter(fits).cloned().collect::<Vec<_>>(), "{sort}{query}");
        }
    }
    down.reverse();
    assert_eq!(up, down);
    // A page of periods is the list, wherever it begins.
    let all = desk.periods().await;
    let shown = desk.get(&desk.of("periods?sort=seq&limit=5&status=ended")).await;
    let next = shown["next_cursor"].as_str().unwrap();
    let next = desk.get(&desk.of(&format!("periods?sort=seq&limit=5&status=ended&cursor={next}"))).await;
    assert_eq!(next["data"].as_array().unwrap()[..], all[5..10]);
}
