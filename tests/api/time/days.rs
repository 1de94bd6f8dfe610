//! A day as its reader sees it: by the clock in her zone, whatever the entries' own dates are.

use super::{Desk, only};
use crate::server::run_due;
use crate::{
    people::{id, ids},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};

/// The found entries by their names, in the order of the list.
async fn found(desk: &Desk, named: &[(&str, &Value)], query: &str) -> String {
    let list = desk.get(&format!("/v1/time-entries?{query}")).await;
    let name = |found: &String| {
        named.iter().find(|(_, entry)| id(entry) == *found).map_or("?", |(name, _)| *name).to_owned()
    };
    ids(&list).iter().map(name).collect::<Vec<_>>().join(" ")
}

const DAY: &str = "local_date_from=2026-03-02&local_date_until=2026-03-03";

#[on_both]
async fn my_day_is_one_question(server: Server) {
    let mut desk = Desk::new(&server).await;
    // In Berlin: from 23:00 to 00:30, up to midnight exactly, from midnight on, and two with dates alone.
    let night = desk.note(json!({"started_at": "2026-03-01T22:00:00Z", "ended_at": "2026-03-01T23:30:00Z"})).await;
    let before =
        desk.note(json!({"started_at": "2026-03-01T20:00:00Z", "ended_at": "2026-03-01T23:00:00Z"})).await;
    let morning =
        desk.note(json!({"started_at": "2026-03-01T23:00:00Z", "ended_at": "2026-03-01T23:10:00Z"})).await;
    let dated = desk.seconds("2026-03-02", 60).await;
    let apart = desk
        .note(json!({"work_date": "2026-03-02", "duration_seconds": 60, "time_zone": "Pacific/Auckland"}))
        .await;
    let other = desk.seconds("2026-03-01", 60).await;
    let running = desk.start(json!({})).await;
    let named = [
        ("night", &night),
        ("before", &before),
        ("morning", &morning),
        ("dated", &dated),
        ("apart", &apart),
        ("other", &other),
        ("running", &running),
    ];
    assert_eq!(only(&night, &["work_date"]), json!(["2026-03-01"]), "its own date is the first it touches");
    for (query, expected) in [
        (DAY.to_owned(), "running apart dated morning night"),
        (format!("{DAY}&sort=started_at"), "apart night morning dated running"),
        (format!("{DAY}&sort=-work_date"), "running apart dated morning night"),
        (format!("{DAY}&time_zone=Europe/Berlin&sort=created_at"), "night morning dated apart running"),
        (format!("{DAY}&time_zone=UTC&sort=created_at"), "dated apart running"),
        (
            format!("{DAY}&time_zone=Pacific/Kiritimati&sort=created_at"),
            "night before morning dated apart running",
        ),
        (format!("{DAY}&time_zone=America/New_York&sort=created_at"), "dated apart running"),
        ("local_date_from=2026-03-01&local_date_until=2026-03-02&sort=created_at".into(), "night before other"),
        ("local_date_from=2026-03-02&sort=created_at".into(), "night morning dated apart running"),
        ("local_date_until=2026-03-02&sort=created_at".into(), "night before other"),
        (
            "local_date_from=2025-01-01&local_date_until=2027-01-01&sort=created_at".into(),
            "night before morning dated apart other running",
        ),
        ("local_date_from=2026-03-03&local_date_until=2026-03-02".into(), ""),
        (format!("{DAY}&status=recorded&engagement_id={}", desk.engagement), "apart dated morning night"),
        (format!("{DAY}&work_date_from=2026-03-02&sort=created_at"), "night morning dated apart running"),
    ] {
        assert_eq!(found(&desk, &named, &query).await, expected, "{query}");
    }
    let counted = desk.get(&format!("/v1/time-entries?{DAY}&include=total_count&limit=2")).await;
    assert_eq!((&counted["total_count"], ids(&counted).len()), (&json!(5), 2));
    // The timer goes on into the next day.
    desk.at(&server, "2026-03-03T00:30:00Z").await;
    for (query, expected) in [
        (DAY, "running apart dated morning night"),
        ("local_date_from=2026-03-03&local_date_until=2026-03-04", "running"),
    ] {
        assert_eq!(found(&desk, &named, query).await, expected, "{query}");
    }
    desk.timer("pause").await.expect(200);
    desk.at(&server, "2026-03-04T09:00:00Z").await;
    assert_eq!(
        found(&desk, &named, "local_date_from=2026-03-04").await,
        "",
        "a paused one reaches up to its pause"
    );
    run_due(&server.app).await.unwrap();
}

#[on_both]
async fn long_work_is_found_on_each_of_its_days(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.at(&server, "2026-03-12T09:00:00Z").await;
    let long = desk.timer("stop").await.expect(200).json()["stopped"].clone();
    let at_once = desk.start(json!({})).await;
    desk.timer("stop").await.expect(200);
    let running = desk.start(json!({"engagement_id": desk.engagement})).await;
    desk.at(&server, "2026-03-20T09:00:00Z").await;
    run_due(&server.app).await.unwrap();
    let named = [("long", &long), ("none", &at_once), ("running", &running)];
    for (day, expected) in [
        ("2026-03-01", ""),
        ("2026-03-02", "long"),
        ("2026-03-08", "long"),
        ("2026-03-12", "running none long"),
        ("2026-03-16", "running"),
        ("2026-03-20", "running"),
        ("2026-03-21", ""),
    ] {
        let next = day.parse::<vorzimmer::kernel::Date>().unwrap().0.succ_opt().unwrap();
        for sort in ["-created_at", "-started_at", "-updated_at", "-work_date"] {
            let query = format!("local_date_from={day}&local_date_until={next}&sort={sort}");
            let mut names: Vec<String> =
                found(&desk, &named, &query).await.split(' ').map(str::to_owned).collect();
            names.sort();
            let mut expected: Vec<&str> = expected.split(' ').collect();
            expected.sort_unstable();
            assert_eq!(names, expected, "{query}");
        }
    }
}

#[on_both]
async fn days_are_paged_exported_and_seen_by_clients(server: Server) {
    let desk = Desk::new(&server).await;
    for i in 0..7 {
        desk.seconds(["2026-03-01", "2026-03-02"][i % 2], 60 * (i as i64 + 1)).await;
    }
    for query in [
        format!("{DAY}&sort=duration_seconds"),
        format!("{DAY}&sort=-created_at"),
        "local_date_from=2026-03-01&sort=-started_at".to_owned(),
    ] {
        let whole = ids(&desk.get(&format!("/v1/time-entries?{query}")).await);
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = desk.get(&format!("/v1/time-entries?{query}&limit=2{cursor}")).await;
            paged.extend(ids(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(paged, whole, "{query}");
    }
    let table = desk.anna.get(&format!("/v1/time-entries.csv?{DAY}")).send().await.expect(200);
    assert_eq!(String::from_utf8(table.body).unwrap().lines().count(), 1 + 3);
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    assert_eq!(ids(&klara.get(&format!("/v1/time-entries?{DAY}")).send().await.expect(200).json()).len(), 3);
}

#[on_both]
async fn days_do_not_go_with_totals_nor_a_zone_without_them(server: Server) {
    let desk = Desk::new(&server).await;
    for (query, parameter) in [
        (format!("{DAY}&include=totals"), "include"),
        ("local_date_until=2026-03-03&include=totals,total_count".to_owned(), "include"),
        ("time_zone=Europe/Berlin".to_owned(), "time_zone"),
        (format!("{DAY}&time_zone=Mars/Base"), "time_zone"),
        ("local_date_from=2.3.2026".to_owned(), "local_date_from"),
    ] {
        let refused = desk.anna.get(&format!("/v1/time-entries?{query}")).send().await.expect(400).json();
        assert_eq!(only(&refused, &["code", "parameter"]), json!(["invalid_parameter", parameter]), "{query}");
    }
    desk.anna.get("/v1/time-entries.csv?time_zone=UTC").send().await.expect(400);
}
