//! What a client sees of her engagements and what she may do with them.

use crate::{
    client::TestClient,
    engagements::{act, active, draft, hourly},
    people::{id, ids, new_client},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};

/// An assistant, one of her clients and somebody there.
async fn couple(server: &Server) -> (TestClient, String, TestClient) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Hers").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    (anna, client, klara)
}

async fn says(by: &TestClient, engagement: &str, answer: &str, body: Value) -> crate::client::Reply {
    let tag = by
        .get(&format!("/v1/engagements/{engagement}"))
        .send()
        .await
        .expect(200)
        .header("etag")
        .unwrap()
        .to_owned();
    by.post(&format!("/v1/engagements/{engagement}/{answer}")).header("if-match", &tag).json(&body).send().await
}

#[on_both]
async fn a_draft_is_not_there_for_a_client(server: Server) {
    let (anna, client, klara) = couple(&server).await;
    let made = draft(&anna, &client, "Entwurf").await;
    let path = format!("/v1/engagements/{}", id(&made));
    klara.get(&path).send().await.expect(404);
    klara.get(&format!("{path}/terms")).send().await.expect(404);
    klara.get(&format!("{path}/terms/{}", made["terms_id"].as_str().unwrap())).send().await.expect(404);
    klara.post(&format!("{path}/accept")).header("if-match", "\"1-0\"").json(&json!({})).send().await.expect(404);
    for query in [
        "include=total_count",
        "include=total_count&status=draft",
        "include=total_count&updated_since=2026-01-01T00:00:00Z",
        "include=total_count&q=entwurf",
    ] {
        let list = klara.get(&format!("/v1/engagements?{query}")).send().await.expect(200).json();
        assert_eq!((ids(&list).len(), &list["total_count"]), (0, &json!(0)), "{query}");
    }
    let events = klara.get("/v1/events").send().await.expect(200);
    assert!(!String::from_utf8_lossy(&events.body).contains("Entwurf"));
    assert_eq!(ids(&klara.get(&format!("/v1/events?resource_id={}", id(&made))).send().await.json()).len(), 0);
}

#[on_both]
async fn a_proposal_is_seen_without_what_is_internal_and_accepted(server: Server) {
    let (anna, client, klara) = couple(&server).await;
    let mut body = hourly(&client, "Angebot");
    body["internal_note"] = json!("geheim");
    body["external_source"] = json!("crm");
    body["external_ref"] = json!("geheim-1");
    let made = id(&anna.post("/v1/engagements").json(&body).send().await.expect(201).json());
    act(&anna, &made, "propose").await.expect(200);
    let path = format!("/v1/engagements/{made}");
    let seen = klara.get(&format!("{path}?expand=client")).send().await.expect(200);
    assert!(!String::from_utf8_lossy(&seen.body).contains("geheim"));
    let seen = seen.json();
    assert_eq!(
        (&seen["allowed_actions"], &seen["terms"]["rate_minor"]),
        (&json!(["accept", "decline"]), &json!(4500))
    );
    assert!(["internal_note", "external_ref", "external_source"].iter().all(|name| seen.get(*name).is_none()));
    assert_eq!((&seen["client"]["name"], seen["client"].get("tags")), (&json!("Hers"), None));
    assert!(ids(&klara.get("/v1/engagements?q=geheim").send().await.json()).is_empty());
    klara.get("/v1/engagements?external_ref=nonsense").send().await.expect(400);
    klara.post(&format!("{path}/accept")).send().await.expect(428);
    let accepted = says(&klara, &made, "accept", json!({})).await.expect(200).json();
    assert_eq!(
        (&accepted["status"], &accepted["accepted_elsewhere"], &accepted["accepted_by_name"]),
        (&json!("active"), &json!(false), &json!("klara"))
    );
    assert_eq!((&accepted["allowed_actions"], accepted.get("internal_note")), (&json!([]), None));
    let events = klara.get(&format!("/v1/events?resource_id={made}")).send().await.expect(200);
    assert!(!String::from_utf8_lossy(&events.body).contains("geheim"));
    let types: Vec<_> =
        events.json()["data"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(types, ["engagement.accepted", "engagement.proposed"]);
}

#[on_both]
async fn a_client_declines_with_a_reason(server: Server) {
    let (anna, client, klara) = couple(&server).await;
    let made = id(&draft(&anna, &client, "A").await);
    act(&anna, &made, "propose").await.expect(200);
    let declined = says(&klara, &made, "decline", json!({"note": "Zu teuer."})).await.expect(200).json();
    assert_eq!(
        (&declined["status"], &declined["answer_note"], &declined["declined_by_name"]),
        (&json!("declined"), &json!("Zu teuer."), &json!("klara"))
    );
    let again = says(&klara, &made, "accept", json!({})).await.expect(409).json();
    assert_eq!((&again["code"], &again["allowed_actions"]), (&json!("action_not_allowed"), &json!([])));
}

#[on_both]
async fn a_withdrawn_proposal_is_a_tombstone_for_the_client(server: Server) {
    let (anna, client, klara) = couple(&server).await;
    let made = id(&draft(&anna, &client, "Angebot").await);
    act(&anna, &made, "propose").await.expect(200);
    let as_of = klara.get("/v1/engagements").send().await.json()["as_of"].as_str().unwrap().to_owned();
    act(&anna, &made, "withdraw").await.expect(200);
    let path = format!("/v1/engagements/{made}");
    klara.get(&path).send().await.expect(404);
    assert!(ids(&klara.get("/v1/engagements").send().await.json()).is_empty());
    for query in ["", "&status=proposed"] {
        let changes =
            klara.get(&format!("/v1/engagements?updated_since={as_of}{query}")).send().await.expect(200).json();
        assert_eq!(ids(&changes), [made.as_str()], "{query}");
        let row = &changes["data"][0];
        assert!(
            row["deleted_at"].is_string()
                && row["title"] == ""
                && row["terms"].is_null()
                && row["allowed_actions"] == json!([])
        );
    }
    let events = klara.get(&format!("/v1/events?resource_id={made}")).send().await.expect(200).json();
    assert_eq!(
        (&events["data"][0]["type"], &events["data"][0]["data"]["title"]),
        (&json!("engagement.withdrawn"), &json!(""))
    );
    // Whatever becomes of the draft, its tombstone stays as it was.
    let tombstone = || async {
        klara.get(&format!("/v1/engagements?updated_since={as_of}")).send().await.expect(200).json()["data"][0]
            .clone()
    };
    let seen = tombstone().await;
    anna.patch(&path).json(&json!({"title": "Z", "starts_on": "2027-01-01", "ends_on": "2027-12-31", "time_zone": "Asia/Tokyo", "terms": {"kind": "project", "price_minor": 1}})).send().await.expect(200);
    assert_eq!(
        (tombstone().await, &seen["kind"], &seen["starts_on"]),
        (seen.clone(), &json!("hourly"), &json!("2026-02-01"))
    );
    let next = klara.get("/v1/engagements").send().await.json()["as_of"].as_str().unwrap().to_owned();
    anna.patch(&path).json(&json!({"title": "Neuer Entwurf"})).send().await.expect(200);
    let changes = klara.get(&format!("/v1/engagements?updated_since={next}")).send().await.expect(200).json();
    // What happens in the instant of her `as_of` may come twice; the draft's new text never comes.
    assert!(changes["data"].as_array().unwrap().iter().all(|row| row["title"] == ""));
    assert_eq!(ids(&klara.get(&format!("/v1/events?resource_id={made}")).send().await.json()).len(), 2);
    act(&anna, &made, "propose").await.expect(200);
    let changes = klara.get(&format!("/v1/engagements?updated_since={next}")).send().await.expect(200).json();
    assert_eq!(
        (&changes["data"][0]["title"], &changes["data"][0]["deleted_at"]),
        (&json!("Neuer Entwurf"), &json!(null))
    );
}

#[on_both]
async fn a_withdrawn_proposal_stays_a_tombstone_when_its_draft_is_deleted(server: Server) {
    let (anna, client, klara) = couple(&server).await;
    let made = id(&draft(&anna, &client, "Angebot").await);
    act(&anna, &made, "propose").await.expect(200);
    let as_of = klara.get("/v1/engagements").send().await.json()["as_of"].as_str().unwrap().to_owned();
    act(&anna, &made, "withdraw").await.expect(200);
    let tombstone = || async {
        klara.get(&format!("/v1/engagements?updated_since={as_of}")).send().await.expect(200).json()["data"][0]
            .clone()
    };
    let seen = tombstone().await;
    server.pass(60);
    anna.delete(&format!("/v1/engagements/{made}")).send().await.expect(204);
    assert_eq!(tombstone().await, seen);
}

#[on_both]
async fn the_assistants_acts_are_not_a_clients(server: Server) {
    let (anna, client, klara) = couple(&server).await;
    let made = active(&anna, &client, "A").await;
    let path = format!("/v1/engagements/{}", id(&made));
    klara.post("/v1/engagements").json(&hourly(&client, "B")).send().await.expect(403);
    klara.patch(&path).json(&json!({"title": "B"})).send().await.expect(403);
    klara.delete(&path).send().await.expect(403);
    klara.put("/v1/engagements/by-ref/crm/1").json(&hourly(&client, "B")).send().await.expect(403);
    for way in ["propose", "withdraw", "pause", "resume", "end", "archive"] {
        act(&klara, &id(&made), way).await.expect(403);
    }
    klara
        .post(&format!("{path}/terms"))
        .json(&json!({"effective_from": "2026-04-01", "terms": {"kind": "hourly", "rate_minor": 1}}))
        .send()
        .await
        .expect(403);
    let terms = made["terms_id"].as_str().unwrap();
    klara.post(&format!("{path}/terms/{terms}/withdraw")).send().await.expect(403);
    klara.get(&format!("{path}/terms/{terms}")).send().await.expect(200);
}

#[on_both]
async fn another_client_finds_nothing(server: Server) {
    let (anna, client, klara) = couple(&server).await;
    let other = id(&new_client(&anna, "Other").await);
    let olga = server.client_member(&anna, &other, "olga").await;
    let made = active(&anna, &client, "A").await;
    let (path, terms) = (format!("/v1/engagements/{}", id(&made)), made["terms_id"].as_str().unwrap());
    for address in [path.clone(), format!("{path}/terms"), format!("{path}/terms/{terms}")] {
        olga.get(&address).send().await.expect(404);
        klara.get(&address).send().await.expect(200);
    }
    for answer in ["accept", "decline"] {
        olga.post(&format!("{path}/{answer}"))
            .header("if-match", "\"1-0\"")
            .json(&json!({}))
            .send()
            .await
            .expect(404);
        olga.post(&format!("{path}/terms/{terms}/{answer}"))
            .header("if-match", "\"1-0\"")
            .json(&json!({}))
            .send()
            .await
            .expect(404);
    }
    assert!(
        ids(&olga.get(&format!("/v1/engagements?client_id={client}")).send().await.expect(200).json()).is_empty()
    );
    assert_eq!(ids(&klara.get("/v1/engagements").send().await.expect(200).json()), [id(&made)]);
}

#[on_both]
async fn a_key_needs_the_scope(server: Server) {
    let (anna, client, _) = couple(&server).await;
    let made = id(&draft(&anna, &client, "A").await);
    let reader = server.automation(&anna, &["engagements:read"]).await;
    reader.get(&format!("/v1/engagements/{made}")).send().await.expect(200);
    assert_eq!(act(&reader, &made, "propose").await.expect(403).json()["code"], "insufficient_scope");
    reader.post("/v1/engagements").json(&hourly(&client, "B")).send().await.expect(403);
    let other = server.automation(&anna, &["clients:read"]).await;
    other.get("/v1/engagements").send().await.expect(403);
    other.get(&format!("/v1/engagements/{made}/terms")).send().await.expect(403);
}

#[on_both]
async fn a_client_answers_new_terms(server: Server) {
    let (anna, client, klara) = couple(&server).await;
    let made = id(&active(&anna, &client, "A").await);
    let new = json!({"effective_from": "2026-04-01", "terms": {"kind": "hourly", "rate_minor": 5000}});
    let terms = anna.post(&format!("/v1/engagements/{made}/terms")).json(&new).send().await.expect(201);
    let (path, other) = (terms.header("location").unwrap().to_owned(), terms.header("etag").unwrap().to_owned());
    let shown = klara.get(&path).send().await.expect(200);
    assert_eq!(shown.json()["allowed_actions"], json!(["accept", "decline"]));
    let tag = shown.header("etag").unwrap().to_owned();
    klara.post(&format!("{path}/accept")).send().await.expect(428);
    // She binds herself to what she saw, not to what an assistant saw.
    klara.post(&format!("{path}/accept")).header("if-match", &other).send().await.expect(412);
    let accepted = klara.post(&format!("{path}/accept")).header("if-match", &tag).send().await.expect(200).json();
    assert_eq!(
        (&accepted["status"], &accepted["accepted_elsewhere"], &accepted["accepted_version"]),
        (&json!("accepted"), &json!(false), &json!(1))
    );
}

#[on_both]
async fn the_clients_people_are_told_by_mail(server: Server) {
    let (anna, client, _) = couple(&server).await;
    anna.patch(&format!("/v1/clients/{client}")).json(&json!({"language": "en-GB"})).send().await.expect(200);
    let outbox = server.app.config.data_dir.join("outbox");
    let mails = || std::fs::read_dir(&outbox).map_or(0, |files| files.count());
    server.mail_to("klara@example.com").await;
    let before = mails();
    let made = id(&draft(&anna, &client, "A").await);
    act(&anna, &made, "propose").await.expect(200);
    // The mail goes its own way after the answer.
    let patience = std::time::Instant::now();
    while mails() == before && patience.elapsed().as_secs() < 20 {
        tokio::task::yield_now().await;
    }
    assert_eq!(mails(), before + 1);
    let mail = server.mail_to("klara@example.com").await;
    assert!(
        mail.contains("a proposal waits for your answer") || mail.contains("has proposed"),
        "in the client's language: {mail}"
    );
}
