//! Engagements in lists, by reference, and changed by many at once.

use crate::engagements::{act, active, client, hourly};
use crate::{
    people::{changes_of, id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::json;

#[on_both]
async fn lists_filter_sort_and_expand(server: Server) {
    let anna = server.assistant("anna").await;
    let (first, second) = (client(&anna).await, id(&new_client(&anna, "Bäckerei").await));
    let old = id(&active(&anna, &first, "Ärger mit Ämtern").await);
    act(&anna, &old, "end").await.expect(200);
    let mut body = hourly(&second, "Buchhaltung 50%");
    body["internal_note"] = json!("geheim");
    body["external_source"] = json!("crm");
    body["external_ref"] = json!("7");
    body["starts_on"] = json!("2026-01-01");
    let books = id(&anna.post("/v1/engagements").json(&body).send().await.expect(201).json());
    let package = json!({"client_id": second, "title": "Paket", "starts_on": "2026-06-01", "terms": {"kind": "retainer", "price_minor": 1}});
    let package = id(&anna.post("/v1/engagements").json(&package).send().await.expect(201).json());
    for (query, expected) in [
        ("", vec![&package, &books, &old]),
        ("status=ended", vec![&old]),
        ("status=draft,ended&sort=title", vec![&old, &books, &package]),
        ("sort=-title", vec![&package, &books, &old]),
        ("sort=starts_on", vec![&books, &old, &package]),
        ("sort=-starts_on&kind=hourly", vec![&old, &books]),
        ("sort=updated_at", vec![&old, &books, &package]),
        ("kind=retainer,daily", vec![&package]),
        ("q=arger", vec![&old]),
        ("q=50%25", vec![&books]),
        ("q=GEHEIM", vec![&books]),
        ("external_source=crm&external_ref=7", vec![&books]),
        ("external_ref=8", vec![]),
    ] {
        let expected: Vec<_> = expected.into_iter().cloned().collect();
        assert_eq!(
            ids(&anna.get(&format!("/v1/engagements?{query}")).send().await.expect(200).json()),
            expected,
            "{query}"
        );
    }
    let hers = anna
        .get(&format!("/v1/engagements?client_id={second}&expand=client&include=total_count"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!((ids(&hers), &hers["total_count"]), (vec![package, books], &json!(2)));
    assert!(hers["data"].as_array().unwrap().iter().all(|row| row["client"]["name"] == "Bäckerei"));
    assert_eq!(
        anna.get(&format!("/v1/engagements/{old}?expand=client")).send().await.expect(200).json()["client"]["id"],
        json!(first)
    );
    anna.get("/v1/engagements?expand=shoes").send().await.expect(400);
    anna.get(&format!("/v1/engagements/{old}?expand=shoes")).send().await.expect(400);
    act(&anna, &old, "archive").await.expect(200);
    assert_eq!(
        ids(&anna.get("/v1/engagements").send().await.json()).len(),
        2,
        "the archive is hidden unless asked for"
    );
    assert_eq!(ids(&anna.get("/v1/engagements?status=archived").send().await.json()), [old]);
}

#[on_both]
async fn find_or_create_merges_by_reference(server: Server) {
    let anna = server.assistant("anna").await;
    let client = client(&anna).await;
    let path = "/v1/engagements/by-ref/crm/4711";
    let body = hourly(&client, "A");
    let made = anna.put(path).json(&body).send().await.expect(201);
    assert_eq!(made.header("location").unwrap(), format!("/v1/engagements/{}", id(&made.json())));
    let again = anna.put(path).json(&body).send().await.expect(200).json();
    assert_eq!((&again["id"], &again["version"]), (&made.json()["id"], &json!(1)));
    let loud = anna.put(path).json(&json!({"client_id": client.to_uppercase()})).send().await.expect(200).json();
    assert_eq!(loud["version"], 1, "an id is the same in either case");
    let merged = anna.put(path).json(&json!({"terms": {"rate_minor": 5000}})).send().await.expect(200).json();
    assert_eq!((&merged["terms"]["rate_minor"], &merged["title"]), (&json!(5000), &json!("A")));
    let other = id(&new_client(&anna, "Other").await);
    let refused = anna.put(path).json(&hourly(&other, "A")).send().await.expect(422).json();
    assert_eq!(
        (pointers(&refused), &refused["errors"][0]["code"]),
        (vec!["/client_id".to_owned()], &json!("immutable"))
    );
    assert_eq!(
        pointers(
            &anna.put("/v1/engagements/by-ref/crm/1").json(&json!({"title": "A"})).send().await.expect(422).json()
        ),
        ["/client_id", "/starts_on"]
    );
    let calls =
        (0..50).map(|_| async { anna.put("/v1/engagements/by-ref/crm/2").json(&body).send().await.status });
    let mut statuses = futures_util::future::join_all(calls).await;
    statuses.sort_unstable();
    assert_eq!((statuses[48], statuses[49]), (200, 201), "{statuses:?}");
    let mut double = body.clone();
    double["external_source"] = json!("crm");
    double["external_ref"] = json!("4711");
    let refused = anna.post("/v1/engagements").json(&double).send().await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["conflicts"][0]["id"]),
        (&json!("duplicate_external_ref"), &made.json()["id"])
    );
}

#[on_both]
async fn of_fifty_changes_with_one_tag_one_wins(server: Server) {
    let anna = server.assistant("anna").await;
    let made = anna.post("/v1/engagements").json(&hourly(&client(&anna).await, "A")).send().await.expect(201);
    let (path, tag) = (made.header("location").unwrap().to_owned(), made.header("etag").unwrap().to_owned());
    let calls = (0..50).map(|i| {
        let change = anna.patch(&path).header("if-match", &tag).json(&json!({"title": format!("Title {i}")}));
        async move { change.send().await.status }
    });
    let mut statuses = futures_util::future::join_all(calls).await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[49]), (200, 412, 412), "{statuses:?}");
}

#[on_both]
async fn one_idempotency_key_drafts_and_proposes_once(server: Server) {
    let anna = server.assistant("anna").await;
    let body = hourly(&client(&anna).await, "A");
    let calls = (0..20).map(|_| async {
        anna.post("/v1/engagements").header("idempotency-key", "k-1").json(&body).send().await.expect(201).json()
    });
    let made = futures_util::future::join_all(calls).await;
    assert!(made.iter().all(|answer| answer == &made[0]));
    let propose =
        || anna.post(&format!("/v1/engagements/{}/propose", id(&made[0]))).header("idempotency-key", "k-2").send();
    let first = propose().await.expect(200);
    let second = propose().await.expect(200);
    assert_eq!((second.json(), second.header("idempotent-replayed")), (first.json(), Some("true")));
}

#[on_both]
async fn another_workspace_finds_no_engagement(server: Server) {
    let (anna, berta) = (server.assistant("anna").await, server.assistant("berta").await);
    let client = client(&anna).await;
    let made = active(&anna, &client, "A").await;
    let (path, terms) = (format!("/v1/engagements/{}", id(&made)), made["terms_id"].as_str().unwrap());
    berta.get(&path).send().await.expect(404);
    berta.patch(&path).json(&json!({"title": "B"})).send().await.expect(404);
    berta.delete(&path).send().await.expect(404);
    for way in ["propose", "withdraw", "accept", "decline", "pause", "resume", "end", "archive"] {
        berta
            .post(&format!("{path}/{way}"))
            .header("if-match", "\"1-0\"")
            .json(&json!({}))
            .send()
            .await
            .expect(404);
    }
    berta.get(&format!("{path}/terms")).send().await.expect(404);
    berta.get(&format!("{path}/terms/{terms}")).send().await.expect(404);
    assert!(ids(&berta.get("/v1/engagements").send().await.json()).is_empty());
    let refused = berta.post("/v1/engagements").json(&hourly(&client, "A")).send().await.expect(422).json();
    assert_eq!(refused["errors"][0]["code"], "reference_not_found");
    anna.get("/v1/engagements/not-an-id").send().await.expect(404);
}

#[on_both]
async fn events_tell_every_act(server: Server) {
    let anna = server.assistant("anna").await;
    let made = id(&active(&anna, &client(&anna).await, "A").await);
    anna.patch(&format!("/v1/engagements/{made}")).json(&json!({"title": "B"})).send().await.expect(200);
    for way in ["pause", "resume", "end", "archive"] {
        act(&anna, &made, way).await.expect(200);
    }
    let events = anna.get(&format!("/v1/events?resource_id={made}")).send().await.expect(200).json();
    let mut types: Vec<_> =
        events["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    types.reverse();
    let expected = ["created", "proposed", "accepted", "updated", "paused", "resumed", "ended", "archived"];
    assert_eq!(types, expected.map(|way| format!("engagement.{way}")));
    let updated = &events["data"][4];
    assert_eq!(changes_of(updated), json!({"title": {"before": "A", "after": "B"}}));
    assert_eq!((&updated["data"]["title"], &updated["data"]["terms"]["rate_minor"]), (&json!("B"), &json!(4500)));
}
