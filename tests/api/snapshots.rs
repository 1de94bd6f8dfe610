//! An answer of several statements is of one moment, whoever writes meanwhile.

use crate::{
    people::id,
    server::Server,
    support::databases::on_both,
    time::{Desk, path},
};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use std::cell::Cell;

/// Reads beside somebody who writes all the time, until each has done so this often.
pub async fn beside(times: usize, write: impl AsyncFn(usize), read: impl AsyncFn()) {
    let (done, written) = (Cell::new(false), Cell::new(0));
    let writer = async {
        while !done.get() {
            write(written.get()).await;
            written.set(written.get() + 1);
        }
    };
    let reader = async {
        let mut reads = 0;
        while reads < times || written.get() < times {
            read().await;
            reads += 1;
        }
        done.set(true);
    };
    join(writer, reader).await;
}

fn rows(list: &Value) -> &Vec<Value> {
    list["data"].as_array().expect("a list")
}

#[on_both]
async fn a_list_its_count_and_its_sums_agree(server: Server) {
    let desk = Desk::new(&server).await;
    join_all((0..20).map(|n| desk.seconds("2026-03-02", 60 + n))).await;
    let write = async |n: usize| {
        let made = desk.seconds("2026-03-02", 1 + n as i64).await;
        desk.seconds("2026-03-02", 7).await;
        desk.anna.delete(&path(&made)).send().await.expect(204);
    };
    let read = async || {
        let list = desk.get("/v1/time-entries?include=total_count,totals&limit=200").await;
        let seconds: i64 = rows(&list).iter().map(|entry| entry["duration_seconds"].as_i64().unwrap()).sum();
        assert_eq!(
            (&list["total_count"], &list["totals"]["entries"]),
            (&json!(rows(&list).len()), &json!(rows(&list).len()))
        );
        assert_eq!(list["totals"]["duration_seconds"], seconds);
        let newest = rows(&list).iter().map(|entry| entry["updated_at"].as_str().unwrap()).max();
        assert!(newest <= list["as_of"].as_str(), "{newest:?}: {}", list["as_of"]);
        // A page of changes up to the next one misses none.
        let since = list["as_of"].as_str().unwrap();
        let changes =
            desk.get(&format!("/v1/time-entries?updated_since={since}&include=total_count&limit=200")).await;
        assert_eq!(changes["total_count"], rows(&changes).len());
    };
    beside(20, write, read).await;
}

#[on_both]
async fn other_lists_and_their_counts_agree(server: Server) {
    let desk = Desk::new(&server).await;
    let paths = [
        "/v1/tasks?include=total_count&limit=200".to_owned(),
        "/v1/events?include=total_count&limit=200".to_owned(),
        format!(
            "/v1/events?include=total_count&limit=200&after={}",
            id(&desk.get("/v1/events?limit=1").await["data"][0])
        ),
        format!("/v1/tasks?include=total_count&limit=200&client_id={}", desk.client),
    ];
    let write = async |n: usize| {
        let body = json!({"client_id": desk.client, "title": format!("{n}")});
        let made = id(&desk.post("/v1/tasks", body).await.expect(201).json());
        desk.anna.delete(&format!("/v1/tasks/{made}")).send().await.expect(204);
    };
    let turn = Cell::new(0);
    let read = async || {
        turn.set(turn.get() + 1);
        let list = desk.get(&paths[turn.get() % paths.len()]).await;
        assert!(list["has_more"] == true || list["total_count"] == rows(&list).len(), "{}", list["total_count"]);
    };
    beside(20, write, read).await;
}

#[on_both]
async fn what_is_put_into_an_answer_is_of_its_moment(server: Server) {
    let desk = Desk::new(&server).await;
    let entry = desk.note(json!({"work_date": "2026-03-02", "duration_seconds": 60, "description": "0"})).await;
    let engagement = format!("/v1/engagements/{}", desk.engagement);
    desk.anna.patch(&engagement).json(&json!({"title": "0"})).send().await.expect(200);
    // The engagement is always first, by one.
    let write = async |n: usize| {
        let number = (n + 1).to_string();
        desk.anna.patch(&engagement).json(&json!({"title": number})).send().await.expect(200);
        desk.patch(&entry, json!({"description": number})).await.expect(200);
    };
    let of = |text: &Value| text.as_str().unwrap().parse::<i64>().unwrap();
    let read = async || {
        let list = desk.get("/v1/time-entries?expand=engagement").await;
        let one = desk.get(&format!("{}?expand=engagement", path(&entry))).await;
        for shown in [&list["data"][0], &one] {
            let ahead = of(&shown["engagement"]["title"]) - of(&shown["description"]);
            assert!((0..=1).contains(&ahead), "{ahead}");
        }
    };
    beside(20, write, read).await;
}

#[on_both]
async fn an_engagement_and_its_terms_are_of_one_moment(server: Server) {
    let desk = Desk::new(&server).await;
    let draft = json!({"client_id": desk.client, "title": "0", "starts_on": "2026-04-01", "terms": {"kind": "hourly", "rate_minor": 0}});
    let made = id(&desk.post("/v1/engagements", draft).await.expect(201).json());
    let path = format!("/v1/engagements/{made}");
    let write = async |n: usize| {
        let body = json!({"title": (n + 1).to_string(), "terms": {"rate_minor": n + 1}});
        desk.anna.patch(&path).json(&body).send().await.expect(200);
    };
    let tags: Cell<Option<(String, Value)>> = Cell::new(None);
    let read = async || {
        let answer = desk.anna.get(&path).send().await.expect(200);
        let body = answer.json();
        assert_eq!(body["title"], body["terms"]["rate_minor"].to_string());
        let tag = answer.header("etag").unwrap().to_owned();
        if let Some((known, before)) = tags.take() {
            assert_eq!(known == tag, before == body, "a tag fits its body");
        }
        tags.set(Some((tag, body)));
    };
    beside(20, write, read).await;
}
