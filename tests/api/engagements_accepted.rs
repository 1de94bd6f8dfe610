//! An engagement that the client accepted elsewhere, in one request: what it leaves behind is what the three acts leave.

use crate::{
    client::{Reply, TestClient},
    engagements::{act, answer, client, hourly},
    people::{id, ids, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};
use vorzimmer::kernel::Timestamp;

const NOTE: &str = "Zugesagt am Telefon.";

/// An engagement's body that says as well that it was accepted.
fn accepted(client: &str) -> Value {
    let mut body = hourly(client, "Büro");
    body["accepted"] = json!({"note": NOTE});
    body
}

async fn create(by: &TestClient, body: &Value) -> Reply {
    by.post("/v1/engagements").json(body).send().await
}

async fn get(by: &TestClient, path: &str) -> Value {
    by.get(path).send().await.expect(200).json()
}

/// Everything that the stream says of one resource to somebody, oldest first.
async fn events(by: &TestClient, resource: &str) -> Vec<Value> {
    let mut list = get(by, &format!("/v1/events?resource_id={resource}")).await["data"].take();
    list.as_array_mut().expect("events").drain(..).rev().collect()
}

/// The same without what differs from request to request: every instant, ids and numbers of events, and these ids.
fn alike(mut value: Value, own: &[&Value]) -> Value {
    match &mut value {
        Value::String(text) if text.contains('T') && text.parse::<Timestamp>().is_ok() => json!("an instant"),
        Value::Object(members) => {
            let is_event = members.contains_key("occurred_at");
            members.retain(|name, _| !(is_event && ["id", "seq", "request_id"].contains(&&**name)));
            members.iter_mut().for_each(|(_, member)| *member = alike(member.take(), own));
            value
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| *item = alike(item.take(), own));
            value
        }
        _ => own.iter().position(|id| **id == value).map_or(value, |place| json!(place)),
    }
}

/// What somebody sees of an engagement, of its terms and of what happened to both.
async fn seen(by: &TestClient, engagement: &str) -> Value {
    let path = format!("/v1/engagements/{engagement}");
    let shown = get(by, &path).await;
    let terms = get(by, &format!("{path}/terms")).await["data"].take();
    let of_terms = events(by, shown["terms_id"].as_str().expect("terms")).await;
    let all = json!([shown, terms, events(by, engagement).await, of_terms]);
    alike(all, &[&shown["id"], &shown["terms_id"]])
}

#[on_both]
async fn one_request_leaves_what_three_leave(server: Server) {
    let anna = server.assistant("anna").await;
    let client = client(&anna).await;
    let klara = server.client_member(&anna, &client, "klara").await;

    let three = id(&create(&anna, &hourly(&client, "Büro")).await.expect(201).json());
    let proposed = act(&anna, &three, "propose").await.expect(200);
    answer(&anna, &three, "accept", proposed.header("etag").unwrap()).await.expect(200);
    let (by_assistant, by_client) = (seen(&anna, &three).await, seen(&klara, &three).await);
    let mails = get(&anna, "/v1/mails?include=total_count").await["total_count"].clone();

    let made = create(&anna, &accepted(&client)).await.expect(201);
    let one = id(&made.json());
    let path = format!("/v1/engagements/{one}");
    assert_eq!(made.header("location"), Some(&*path));
    let read = anna.get(&path).send().await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (made.json(), made.header("etag")));
    assert_eq!(seen(&anna, &one).await, by_assistant);
    assert_eq!(seen(&klara, &one).await, by_client);
    assert_eq!(get(&anna, "/v1/mails?include=total_count").await["total_count"], mails, "nobody is asked");

    let made = made.json();
    assert_eq!(
        (&made["status"], &made["version"], &made["accepted_version"]),
        (&json!("active"), &json!(3), &json!(2))
    );
    assert_eq!(
        (&made["accepted_elsewhere"], &made["answer_note"], &made["accepted_by_name"]),
        (&json!(true), &json!(NOTE), &json!("anna"))
    );
    assert!(made.get("accepted").is_none(), "it says how it began, and is no member of it");
    let types: Vec<_> = events(&anna, &one).await.iter().map(|event| event["type"].clone()).collect();
    assert_eq!(types, ["engagement.created", "engagement.proposed", "engagement.accepted"]);
}

#[on_both]
async fn an_accepted_engagement_takes_work_at_once_and_is_made_once(server: Server) {
    let anna = server.assistant("anna").await;
    let client = client(&anna).await;
    let program = server.automation(&anna, &["engagements:write", "engagements:read"]).await;
    let body = accepted(&client);
    let send =
        async || program.post("/v1/engagements").header("idempotency-key", "crm-1").json(&body).send().await;
    let (first, again) = (send().await.expect(201), send().await.expect(201));
    assert_eq!((again.json(), again.header("idempotent-replayed")), (first.json(), Some("true")));
    assert_eq!(ids(&get(&anna, "/v1/engagements").await).len(), 1);
    let work = json!({"engagement_id": first.json()["id"], "work_date": "2026-03-01", "duration_seconds": 3600});
    let entry = anna.post("/v1/time-entries").json(&work).send().await.expect(201).json();
    assert_eq!(entry["amount_minor"], 4500);
}

#[on_both]
async fn what_an_acceptance_lacks_is_named_and_nothing_is_stored(server: Server) {
    let anna = server.assistant("anna").await;
    let client = client(&anna).await;
    let with = |member: &str, value: Value| {
        let mut body = accepted(&client);
        body[member] = value;
        body
    };
    let mut bare = accepted(&client);
    bare.as_object_mut().unwrap().remove("terms");
    for (body, pointer, code) in [
        (with("accepted", json!({})), "/accepted/note", "required"),
        (with("accepted", json!({"note": null})), "/accepted/note", "not_nullable"),
        (with("accepted", json!({"note": "  "})), "/accepted/note", "required"),
        (with("accepted", json!({"note": ""})), "/accepted/note", "too_short"),
        (with("accepted", json!({"note": "x".repeat(2001)})), "/accepted/note", "too_long"),
        (with("accepted", json!({"note": NOTE, "on": "2026-02-01"})), "/accepted/on", "unknown_member"),
        (with("accepted", json!(true)), "/accepted", "wrong_type"),
        (bare, "/terms", "required"),
    ] {
        let refused = create(&anna, &body).await.expect(422).json();
        assert_eq!((pointers(&refused), &refused["errors"][0]["code"]), (vec![pointer.to_owned()], &json!(code)));
    }
    let mut several = with("accepted", json!({"note": " "}));
    several["ends_on"] = json!("2026-01-31");
    several["terms"] = json!({"kind": "hourly"});
    let refused = create(&anna, &several).await.expect(422).json();
    assert_eq!(pointers(&refused), ["/accepted/note", "/ends_on", "/terms/rate_minor"]);

    anna.post(&format!("/v1/clients/{client}/archive")).send().await.expect(200);
    assert_eq!(create(&anna, &accepted(&client)).await.expect(409).json()["code"], "client_archived");
    assert!(ids(&get(&anna, "/v1/engagements").await).is_empty(), "nothing was stored");
    let told = get(&anna, "/v1/events?type=engagement.created").await;
    assert!(ids(&told).is_empty(), "nor told");
}

#[on_both]
async fn a_patch_knows_no_acceptance(server: Server) {
    let anna = server.assistant("anna").await;
    let made = id(&create(&anna, &hourly(&client(&anna).await, "Büro")).await.expect(201).json());
    let patch = anna.patch(&format!("/v1/engagements/{made}")).json(&json!({"accepted": {"note": NOTE}}));
    let refused = patch.send().await.expect(422).json();
    assert_eq!(
        (pointers(&refused), &refused["errors"][0]["code"]),
        (vec!["/accepted".to_owned()], &json!("unknown_member"))
    );
}

#[on_both]
async fn an_engagement_that_another_system_names_is_accepted_once(server: Server) {
    let anna = server.assistant("anna").await;
    let client = client(&anna).await;
    let put = async |reference: &str, body: &Value| {
        anna.put(&format!("/v1/engagements/by-ref/crm/{reference}")).json(body).send().await
    };
    let lacking = json!({"client_id": client, "title": "A", "starts_on": "2026-02-01", "accepted": {}});
    assert_eq!(pointers(&put("1", &lacking).await.expect(422).json()), ["/accepted/note", "/terms"]);
    let made = put("1", &accepted(&client)).await.expect(201).json();
    assert_eq!((&made["status"], &made["external_ref"]), (&json!("active"), &json!("1")));
    assert_eq!(events(&anna, &id(&made)).await.len(), 3);

    assert_eq!(put("1", &accepted(&client)).await.expect(200).json(), made, "once more changes nothing");
    let later = json!({"title": "B", "accepted": {"note": "Anders gesagt."}});
    let renamed = put("1", &later).await.expect(200).json();
    assert_eq!((&renamed["title"], &renamed["answer_note"]), (&json!("B"), &json!(NOTE)));
    let unsaid = put("1", &json!({"accepted": {}})).await.expect(422).json();
    assert_eq!(pointers(&unsaid), ["/accepted/note"]);
    assert_eq!(put("1", &json!({"title": "C", "accepted": null})).await.expect(200).json()["status"], "active");

    let draft = put("2", &hourly(&client, "A")).await.expect(201).json();
    let refused = put("2", &accepted(&client)).await.expect(422).json();
    assert_eq!(
        (pointers(&refused), &refused["errors"][0]["code"]),
        (vec!["/accepted".to_owned()], &json!("immutable"))
    );
    assert_eq!(get(&anna, &format!("/v1/engagements/{}", id(&draft))).await, draft);
}
