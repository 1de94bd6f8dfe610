//! Lists: filters, orders, pages, sums, changes, related objects, the export.

use super::{Desk, engaged, interval, only, path, text};
use crate::{
    people::{id, ids, new_client},
    server::Server,
    support::databases::on_both,
};
use serde_json::json;

async fn found(desk: &Desk, query: &str) -> Vec<String> {
    ids(&desk.get(&format!("/v1/time-entries?{query}")).await)
}

#[on_both]
async fn each_filter_finds_its_own(server: Server) {
    let desk = Desk::new(&server).await;
    let task =
        id(&desk.post("/v1/tasks", json!({"client_id": desk.client, "title": "A"})).await.expect(201).json());
    let other = id(&new_client(&desk.anna, "Andere").await);
    let others = engaged(&desk.anna, &other, json!({"kind": "hourly", "rate_minor": 1})).await;
    let clocked = desk.note(json!({"started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-02T08:00:00Z", "task_id": task, "tags": ["Steuer"], "description": "Müller anrufen"})).await;
    let dated = desk.note(json!({"engagement_id": others, "work_date": "2026-02-10", "duration_seconds": 7200, "billable": false, "internal_note": "Geheimsache", "source": "import",
        "external_source": "toggl", "external_ref": "77"})).await;
    let running = desk.start(json!({})).await;
    let (clocked, dated, running) = (id(&clocked), id(&dated), id(&running));
    let member = text(&desk.entry(&json!({"id": dated})).await["member_id"]);
    for (query, expected) in [
        ("".to_owned(), vec![&running, &dated, &clocked]),
        (format!("client_id={}", desk.client), vec![&clocked]),
        (format!("client_id={},{other}", desk.client), vec![&dated, &clocked]),
        (format!("engagement_id={others}"), vec![&dated]),
        (format!("task_id={task}"), vec![&clocked]),
        (format!("member_id={member}&engagement_id={others}"), vec![&dated]),
        ("status=running,paused".into(), vec![&running]),
        ("status=recorded".into(), vec![&dated, &clocked]),
        ("billable=false".into(), vec![&dated]),
        ("source=import,timer".into(), vec![&running, &dated]),
        ("tags=steuer".into(), vec![&clocked]),
        ("work_date_from=2026-02-10&work_date_until=2026-03-02".into(), vec![&dated]),
        ("started_at_from=2026-03-02T07:00:00Z&started_at_until=2026-03-02T09:00:00Z".into(), vec![&clocked]),
        ("needs_review=false&billable=false".into(), vec![&dated]),
        ("needs_review=true".into(), vec![]),
        ("external_source=toggl&external_ref=77".into(), vec![&dated]),
        ("q=MULLER".into(), vec![&clocked]),
        ("q=geheim".into(), vec![&dated]),
        ("sort=work_date".into(), vec![&dated, &clocked, &running]),
        ("sort=-started_at".into(), vec![&running, &clocked, &dated]),
        ("sort=-duration_seconds".into(), vec![&dated, &clocked, &running]),
        ("sort=created_at".into(), vec![&clocked, &dated, &running]),
        ("sort=updated_at".into(), vec![&clocked, &dated, &running]),
    ] {
        assert_eq!(found(&desk, &query).await.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    for query in
        ["client_id=1", "sort=shoes", "include=shoes", "expand=member", "work_date_from=2.3.2026", "shoes=1"]
    {
        desk.anna.get(&format!("/v1/time-entries?{query}")).send().await.expect(400);
    }
}

#[on_both]
async fn pages_neither_repeat_nor_skip_in_any_order(server: Server) {
    let desk = Desk::new(&server).await;
    for i in 0..7 {
        desk.seconds(["2026-03-01", "2026-03-02"][i % 2], 60 * (i as i64 % 3 + 1)).await;
    }
    for sort in ["created_at", "-updated_at", "work_date", "-started_at", "duration_seconds"] {
        let whole = found(&desk, &format!("sort={sort}")).await;
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = desk
                .get(&format!("/v1/time-entries?sort={sort}&limit=2&engagement_id={}{cursor}", desk.engagement))
                .await;
            paged.extend(ids(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(paged, whole, "{sort}");
    }
}

#[on_both]
async fn totals_are_those_of_the_whole_filter(server: Server) {
    let desk = Desk::new(&server).await;
    let francs =
        id(&desk.post("/v1/clients", json!({"name": "Zürich", "currency": "CHF"})).await.expect(201).json());
    let francs = engaged(&desk.anna, &francs, json!({"kind": "hourly", "rate_minor": 10000})).await;
    desk.note(
        json!({"started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-02T08:00:00Z", "break_seconds": 600}),
    )
    .await;
    desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 600, "billable": false})).await;
    desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 3600, "engagement_id": francs})).await;
    desk.post("/v1/timer/start", json!({"engagement_id": desk.engagement})).await.expect(200);
    let list = desk.get("/v1/time-entries?include=totals,total_count&limit=1").await;
    assert_eq!(list["total_count"], 4);
    assert_eq!(
        list["totals"],
        json!({"entries": 4, "duration_seconds": 7200, "billable_seconds": 6600, "billed_seconds": 6600, "rounding_seconds": 0, "day_ten_thousandths": 0, "break_seconds": 600,
        "amounts": [{"currency": "CHF", "amount_minor": 10000}, {"currency": "EUR", "amount_minor": 3750}]})
    );
    let none = desk.get("/v1/time-entries?include=totals&q=nichts").await;
    assert_eq!(only(&none["totals"], &["entries", "duration_seconds", "amounts"]), json!([0, 0, []]));
    assert!(desk.get("/v1/time-entries").await.get("totals").is_none());
}

#[on_both]
async fn what_was_deleted_adds_up_to_nothing(server: Server) {
    let desk = Desk::new(&server).await;
    let since = text(&desk.get("/v1/time-entries").await["as_of"]);
    let gone = desk.seconds("2026-03-02", 3600).await;
    desk.seconds("2026-03-02", 60).await;
    desk.anna.delete(&path(&gone)).send().await.expect(204);
    let list = desk.get(&format!("/v1/time-entries?updated_since={since}&include=totals,total_count")).await;
    assert_eq!((ids(&list).len(), &list["total_count"]), (2, &json!(2)));
    assert_eq!(
        only(&list["totals"], &["entries", "duration_seconds", "amounts"]),
        json!([1, 60, [{"currency": "EUR", "amount_minor": 75}]])
    );
    let none = desk.get(&format!("/v1/time-entries?updated_since={since}&billable=false&include=totals")).await;
    assert_eq!((ids(&none), &none["totals"]["entries"]), (vec![id(&gone)], &json!(0)));
}

#[on_both]
async fn related_objects_are_put_in_where_asked_for(server: Server) {
    let desk = Desk::new(&server).await;
    let task =
        id(&desk.post("/v1/tasks", json!({"client_id": desk.client, "title": "Ablage"})).await.expect(201).json());
    let made = desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 60, "task_id": task})).await;
    desk.post("/v1/timer/start", json!({})).await.expect(200);
    let list = desk.get("/v1/time-entries?expand=client,engagement,task&sort=created_at").await;
    let entry = &list["data"][0];
    assert_eq!(
        (&entry["client"]["name"], &entry["engagement"]["title"], &entry["task"]["title"]),
        (&json!("Tischlerei Müller"), &json!("Büro"), &json!("Ablage"))
    );
    assert_eq!(only(&list["data"][1], &["client", "engagement", "task"]), json!([null, null, null]));
    let one = desk.get(&format!("{}?expand=task", path(&made))).await;
    assert_eq!((&one["task"]["id"], &one["client"]), (&json!(task), &json!(null)));
}

#[on_both]
async fn a_poller_misses_no_change(server: Server) {
    let desk = Desk::new(&server).await;
    let (first, second) = (desk.seconds("2026-03-02", 60).await, desk.seconds("2026-03-02", 60).await);
    let as_of = text(&desk.get("/v1/time-entries").await["as_of"]);
    desk.patch(&first, json!({"description": "A"})).await.expect(200);
    desk.anna.delete(&path(&second)).send().await.expect(204);
    let list =
        desk.get(&format!("/v1/time-entries?updated_since={as_of}&engagement_id={}", desk.engagement)).await;
    assert_eq!(ids(&list), [id(&first), id(&second)]);
    desk.anna.get("/v1/time-entries?updated_since=2025-11-01T00:00:00Z").send().await.expect(410);
}

#[on_both]
async fn the_export_is_a_table_without_formulas(server: Server) {
    let desk = Desk::new(&server).await;
    desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 60, "description": "=HYPERLINK(\"x\"), sagt \"sie\"", "tags": ["a", "b"]})).await;
    desk.between("07:00", "08:30").await;
    let export = desk.anna.get("/v1/time-entries.csv?sort=work_date").send().await;
    assert_eq!(export.status, 400);
    let export = desk.anna.get("/v1/time-entries.csv").send().await.expect(200);
    assert_eq!(export.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert!(export.header("content-disposition").unwrap().contains("time-entries.csv"));
    let table = String::from_utf8(export.body.clone()).unwrap();
    let lines: Vec<&str> = table.split("\r\n").collect();
    assert!(
        lines[0].starts_with("id,work_date,started_at,") && lines[0].ends_with(",external_ref"),
        "{}",
        lines[0]
    );
    assert!(lines[1].contains("\"'=HYPERLINK(\"\"x\"\"), sagt \"\"sie\"\"\""), "{}", lines[1]);
    assert!(lines[1].contains("Tischlerei Müller,Büro,,"), "{}", lines[1]);
    assert!(lines[2].contains(",2026-03-02T07:00:00Z,2026-03-02T08:30:00Z,Europe/Berlin,anna,"), "{}", lines[2]);
    assert!(lines[2].contains(",5400,0,true,5400,4500,hour,6750,EUR,,manual,"), "{}", lines[2]);
    assert_eq!((lines.len(), lines[3]), (4, ""));
    let none = desk.anna.get("/v1/time-entries.csv?q=nichts").send().await.expect(200);
    assert_eq!(String::from_utf8(none.body).unwrap().matches("\r\n").count(), 1);
}

#[on_both]
async fn an_export_of_many_rows_is_whole(server: Server) {
    let desk = Desk::new(&server).await;
    for _ in 0..3 {
        let operations: Vec<_> = (0..400).map(|i| json!({"op": "create", "data": {"engagement_id": desk.engagement, "work_date": "2026-03-02", "duration_seconds": 60 + i}})).collect();
        desk.post("/v1/time-entries/bulk", json!({"operations": operations})).await.expect(200);
    }
    let export = desk.anna.get("/v1/time-entries.csv").send().await.expect(200);
    let table = String::from_utf8(export.body).unwrap();
    let rows: Vec<&str> = table.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    let different: std::collections::BTreeSet<&str> = rows.iter().copied().collect();
    assert_eq!((rows.len(), different.len()), (1200, 1200));
}

#[on_both]
async fn a_list_has_a_tag_of_its_content(server: Server) {
    let mut desk = Desk::new(&server).await;
    desk.note(interval("07:00", "08:00")).await;
    let list = desk.anna.get("/v1/time-entries?include=totals").send().await.expect(200);
    let tag = list.header("etag").unwrap();
    desk.anna.get("/v1/time-entries?include=totals").header("if-none-match", tag).send().await.expect(304);
    desk.at(&server, "2026-03-02T10:00:00Z").await;
    desk.between("08:00", "08:30").await;
    desk.anna.get("/v1/time-entries?include=totals").header("if-none-match", tag).send().await.expect(200);
}
