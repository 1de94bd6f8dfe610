//! Lists of share links: what they hold, in which order, and what a poller is told.

use crate::{
    people::{id, ids, new_client},
    server::Server,
    share_links::new_link,
    support::databases::on_both,
};
use serde_json::json;

#[on_both]
async fn lists_filter_sort_and_search(server: Server) {
    let anna = server.assistant("anna").await;
    let (a, b) = (id(&new_client(&anna, "A").await), id(&new_client(&anna, "B").await));
    let box_ = id(&new_link(
        &anna,
        &a,
        "https://app.box.com/s/abcdefgh",
        json!({"title": "Ärger", "expires_at": "2026-03-20T00:00:00Z"}),
    )
    .await);
    let other = id(&new_link(
        &anna,
        &a,
        "https://files.example.com/ungefunden",
        json!({"title": "Bilder", "internal_note": "Müller fragt"}),
    )
    .await);
    let late = id(&new_link(
        &anna,
        &b,
        "https://we.tl/t-a",
        json!({"client_note": "Für MÜLLER", "expires_at": "2026-05-01T00:00:00Z"}),
    )
    .await);
    for (query, expected) in [
        (format!("client_id={a}&sort=created_at"), vec![&box_, &other]),
        (format!("client_id={a},{b}"), vec![&late, &other, &box_]),
        ("provider=box,wetransfer&sort=created_at".to_owned(), vec![&box_, &late]),
        ("source=hosted,connector".to_owned(), vec![]),
        ("source=external&added_by=client".to_owned(), vec![]),
        ("sort=expires_at".to_owned(), vec![&box_, &late, &other]),
        ("sort=-expires_at".to_owned(), vec![&other, &late, &box_]),
        ("sort=title".to_owned(), vec![&late, &box_, &other]),
        ("expires_until=2026-04-01T00:00:00Z".to_owned(), vec![&box_]),
        ("expires_from=2026-03-20T00:00:00Z&expires_until=2026-05-01T00:00:00Z".to_owned(), vec![&box_]),
        ("expires_from=2026-03-20T00:00:00.000001Z".to_owned(), vec![&late]),
        ("q=m%C3%BCller&sort=created_at".to_owned(), vec![&other, &late]),
        ("q=ungefunden".to_owned(), vec![]),
        ("engagement_id=01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90".to_owned(), vec![]),
        ("task_id=01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90".to_owned(), vec![]),
    ] {
        let found =
            anna.get(&format!("/v1/share-links?{query}&include=total_count")).send().await.expect(200).json();
        assert_eq!(ids(&found).iter().collect::<Vec<_>>(), expected, "{query}");
        assert_eq!(found["total_count"], expected.len(), "{query}");
    }
    for (query, name) in [
        ("provider=nobody", "provider"),
        ("status=gone", "status"),
        ("expires_from=soon", "expires_from"),
        ("sort=url", "sort"),
        ("url=x", "url"),
    ] {
        assert_eq!(
            anna.get(&format!("/v1/share-links?{query}")).send().await.expect(400).json()["parameter"],
            name
        );
    }
    let expanded = anna.get("/v1/share-links?expand=client&limit=1").send().await.expect(200).json();
    assert_eq!(expanded["data"][0]["client"]["name"], "B");
    let one = anna.get(&format!("/v1/share-links/{box_}?expand=client")).send().await.expect(200).json();
    assert_eq!(one["client"]["id"], a);
    assert_eq!(anna.get(&format!("/v1/share-links/{box_}")).send().await.json()["client"], json!(null));
    anna.get("/v1/share-links?expand=files").send().await.expect(400);
}

#[on_both]
async fn pages_by_end_neither_repeat_nor_skip(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let mut made = Vec::new();
    for (i, end) in
        ["2026-03-04T00:00:00Z", "2026-03-04T00:00:00Z", "2026-03-09T00:00:00Z"].into_iter().enumerate()
    {
        made.push(id(&new_link(
            &anna,
            &client,
            &format!("https://files.example.com/{i}"),
            json!({"expires_at": end}),
        )
        .await));
    }
    for i in 0..3 {
        made.push(id(&new_link(&anna, &client, &format!("https://files.example.com/open/{i}"), json!({})).await));
    }
    let (mut seen, mut next) = (Vec::new(), "/v1/share-links?limit=1&sort=expires_at".to_owned());
    loop {
        let page = anna.get(&next).send().await.expect(200).json();
        seen.extend(ids(&page));
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("/v1/share-links?limit=1&sort=expires_at&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, made);
}

#[on_both]
async fn duplicates_lead_to_the_same_place(server: Server) {
    let anna = server.assistant("anna").await;
    let (a, b) = (id(&new_client(&anna, "A").await), id(&new_client(&anna, "B").await));
    let first = id(&new_link(&anna, &a, "https://drive.proton.me/urls/ABC#one", json!({})).await);
    let again = id(&new_link(&anna, &a, "http://drive.proton.me/urls/ABC?utm_source=mail#two", json!({})).await);
    new_link(&anna, &a, "https://drive.proton.me/urls/ABD#one", json!({})).await;
    new_link(&anna, &b, "https://drive.proton.me/urls/ABC#one", json!({})).await;
    let same = async |link: &str| {
        ids(&anna.get(&format!("/v1/share-links?same_place_as={link}")).send().await.expect(200).json())
    };
    assert_eq!((same(&first).await, same(&again).await), (vec![again.clone()], vec![first.clone()]));
    anna.delete(&format!("/v1/share-links/{again}")).send().await.expect(204);
    assert_eq!((same(&first).await, same(&again).await), (vec![], vec![]));
}

#[on_both]
async fn a_poller_misses_no_change_and_no_deletion(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let kept = id(&new_link(&anna, &client, "https://we.tl/t-a", json!({"title": "A"})).await);
    let gone = id(&new_link(
        &anna,
        &client,
        "https://we.tl/t-b",
        json!({"title": "B", "client_note": "n", "internal_note": "i"}),
    )
    .await);
    let as_of = anna.get("/v1/share-links").send().await.json()["as_of"].as_str().unwrap().to_owned();
    anna.patch(&format!("/v1/share-links/{kept}")).json(&json!({"title": "C"})).send().await.expect(200);
    anna.delete(&format!("/v1/share-links/{gone}")).send().await.expect(204);
    let changes = anna
        .get(&format!("/v1/share-links?updated_since={as_of}&provider=wetransfer&client_id={client}"))
        .send()
        .await
        .expect(200)
        .json();
    let row = |id: &str| changes["data"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap();
    assert_eq!(row(&kept)["title"], "C");
    let tombstone = row(&gone);
    assert!(tombstone["deleted_at"].is_string());
    for blank in ["title", "client_note", "internal_note"] {
        assert_eq!(tombstone[blank], json!(null), "{blank}");
    }
    assert_eq!(
        (&tombstone["url"], &tombstone["warnings"], &tombstone["allowed_actions"]),
        (&json!(""), &json!([]), &json!([]))
    );
}
