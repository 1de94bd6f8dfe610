//! What must hold of clients and channels beyond their form: money, tags, addresses, and what keeps them.

use crate::{
    client::TestClient,
    engagements::active,
    people::{id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};

async fn create(assistant: &TestClient, body: Value) -> String {
    id(&assistant.post("/v1/clients").json(&body).send().await.expect(201).json())
}

#[on_both]
async fn an_invitation_that_has_expired_keeps_nobody(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let invitation = json!({"email": "klara@example.com", "role": "client", "client_id": client});
    anna.post("/v1/invitations").json(&invitation).send().await.expect(201);
    let refused = anna.delete(&format!("/v1/clients/{client}")).send().await.expect(409).json();
    assert_eq!(refused["blocked_by"], json!([{"type": "invitations", "count": 1}]));
    server.pass(14 * 86_400 + 1);
    let anna = server.caller(&server.log_in("anna").await);
    anna.delete(&format!("/v1/clients/{client}")).send().await.expect(204);
}

#[on_both]
async fn the_terms_that_engagements_start_from_are_in_the_clients_currency(server: Server) {
    let anna = server.assistant("anna").await;
    let terms = json!({"kind": "hourly", "rate_minor": 5000, "currency": "USD"});
    let refused = anna
        .post("/v1/clients")
        .json(&json!({"name": "A", "currency": "EUR", "default_terms": terms}))
        .send()
        .await
        .expect(422)
        .json();
    assert_eq!(
        (pointers(&refused), &refused["errors"][0]["code"]),
        (vec!["/default_terms/currency".to_owned()], &json!("currency_mismatch"))
    );
    let path = format!(
        "/v1/clients/{}",
        create(&anna, json!({"name": "A", "currency": "USD", "default_terms": terms})).await
    );
    let refused = anna.patch(&path).json(&json!({"currency": "CHF"})).send().await.expect(422).json();
    assert_eq!(pointers(&refused), ["/default_terms/currency"]);
    anna.patch(&path)
        .json(&json!({"currency": "CHF", "default_terms": {"currency": "CHF"}}))
        .send()
        .await
        .expect(200);
    anna.patch(&path)
        .json(&json!({"currency": "JPY", "default_terms": {"currency": null}}))
        .send()
        .await
        .expect(200);
}

#[on_both]
async fn a_tasks_rate_fixes_the_clients_currency(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let path = format!("/v1/clients/{client}");
    let task =
        anna.post("/v1/tasks").json(&json!({"client_id": client, "title": "A"})).send().await.expect(201).json();
    anna.patch(&path).json(&json!({"currency": "CHF"})).send().await.expect(200);
    let task = format!("/v1/tasks/{}", id(&task));
    anna.patch(&task).json(&json!({"rate_minor": 9000})).send().await.expect(200);
    let refused = anna.patch(&path).json(&json!({"currency": "JPY"})).send().await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["blocked_by"]),
        (&json!("currency_fixed"), &json!([{"type": "tasks", "count": 1}]))
    );
    anna.delete(&task).send().await.expect(204);
    anna.patch(&path).json(&json!({"currency": "JPY"})).send().await.expect(200);
}

#[on_both]
async fn tags_know_no_case_but_accents(server: Server) {
    let anna = server.assistant("anna").await;
    let pressing = create(&anna, json!({"name": "A", "tags": ["drücken", "か"]})).await;
    let both = create(&anna, json!({"name": "B", "tags": ["Drucken", "drücken", "か", "が"]})).await;
    for (tag, expected) in [
        ("DRUCKEN", vec![&both]),
        ("dr%C3%9Ccken", vec![&both, &pressing]),
        ("dru%CC%88cken", vec![&both, &pressing]),
        ("%E3%81%8C", vec![&both]),
        ("druck", vec![]),
    ] {
        let expected: Vec<_> = expected.into_iter().cloned().collect();
        assert_eq!(
            ids(&anna.get(&format!("/v1/clients?tags={tag}")).send().await.expect(200).json()),
            expected,
            "{tag}"
        );
    }
    let task = json!({"client_id": both, "title": "A", "tags": ["schon", "schön", "SCHÖN"]});
    assert_eq!(pointers(&anna.post("/v1/tasks").json(&task).send().await.expect(422).json()), ["/tags/2"]);
    let engagement = id(&active(&anna, &both, "A").await);
    let entry = json!({"engagement_id": engagement, "work_date": "2026-03-01", "duration_seconds": 60, "tags": ["schon", "schön", "SCHON"]});
    assert_eq!(pointers(&anna.post("/v1/time-entries").json(&entry).send().await.expect(422).json()), ["/tags/2"]);
}

#[on_both]
async fn pages_go_on_through_names_that_folding_makes_long(server: Server) {
    let anna = server.assistant("anna").await;
    let name = "\u{FDFA}".repeat(200);
    let mut made = [create(&anna, json!({"name": name})).await, create(&anna, json!({"name": name})).await];
    made.sort();
    let page = anna.get("/v1/clients?sort=name&limit=1").send().await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = anna.get(&format!("/v1/clients?sort=name&limit=1&cursor={cursor}")).send().await.expect(200).json();
    assert_eq!([ids(&page), ids(&next)].concat(), made);
    let title = "\u{FDFA}".repeat(300);
    for _ in 0..2 {
        anna.post("/v1/tasks").json(&json!({"client_id": made[0], "title": title})).send().await.expect(201);
    }
    let page = anna.get("/v1/tasks?sort=title&limit=1").send().await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    anna.get(&format!("/v1/tasks?sort=title&limit=1&cursor={cursor}")).send().await.expect(200);
}

#[on_both]
async fn a_client_is_found_by_her_billing_address(server: Server) {
    let anna = server.assistant("anna").await;
    let address = json!({"line1": "Hafenstraße 12", "line2": "Hinterhaus", "postal_code": "20457", "city": "Lübeck", "country": "DE"});
    let client = create(&anna, json!({"name": "A", "billing_address": address})).await;
    new_client(&anna, "B").await;
    for q in ["hafenstrasse", "hinterhaus", "20457", "lubeck"] {
        assert_eq!(
            ids(&anna.get(&format!("/v1/clients?q={q}")).send().await.expect(200).json()),
            std::slice::from_ref(&client),
            "{q}"
        );
    }
    anna.patch(&format!("/v1/clients/{client}")).json(&json!({"billing_address": null})).send().await.expect(200);
    assert!(ids(&anna.get("/v1/clients?q=lubeck").send().await.expect(200).json()).is_empty());
}

#[on_both]
async fn channels_are_searched_and_open_as_uris(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let path = format!("/v1/clients/{client}/channels");
    let room = json!({"kind": "jitsi", "address": "https://meet.example/Büro", "label": "Besprechung", "purpose": "Rückfragen"});
    let room = anna.post(&path).json(&room).send().await.expect(201).json();
    assert_eq!(
        (&room["address"], &room["uri"]),
        (&json!("https://meet.example/Büro"), &json!("https://meet.example/B%C3%BCro"))
    );
    anna.post(&path).json(&json!({"kind": "phone", "address": "+4940123456"})).send().await.expect(201);
    for q in ["buro", "BESPRECHUNG", "ruckfragen"] {
        assert_eq!(
            ids(&anna.get(&format!("{path}?q={q}&include=total_count")).send().await.expect(200).json()),
            [id(&room)],
            "{q}"
        );
    }
    assert!(ids(&anna.get(&format!("{path}?q=nichts")).send().await.expect(200).json()).is_empty());
}

#[on_both]
async fn every_fault_of_a_channel_is_named_at_once(server: Server) {
    let anna = server.assistant("anna").await;
    let path = format!("/v1/clients/{}/channels", id(&new_client(&anna, "A").await));
    let wrong = json!({"kind": "phone", "address": "0151 1", "contact_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90",
        "reachable_hours": [{"days": ["monday"], "from": "12:00", "until": "09:00"}]});
    let refused = anna.post(&path).json(&wrong).send().await.expect(422).json();
    assert_eq!(pointers(&refused), ["/address", "/contact_id", "/reachable_hours/0/until"]);
}

#[on_both]
async fn what_goes_with_a_contact_is_told(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let contact = anna
        .post(&format!("/v1/clients/{client}/contacts"))
        .json(&json!({"name": "Klara"}))
        .send()
        .await
        .expect(201)
        .json();
    let channel = json!({"kind": "phone", "address": "+4940123456", "contact_id": contact["id"]});
    let channel =
        id(&anna.post(&format!("/v1/clients/{client}/channels")).json(&channel).send().await.expect(201).json());
    anna.delete(&format!("/v1/clients/{client}/contacts/{}", id(&contact))).send().await.expect(204);
    let events = anna.get("/v1/events?limit=2").send().await.expect(200).json();
    let types: Vec<_> = events["data"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(types, ["contact.deleted", "channel.updated"]);
    let kept = anna.get(&format!("/v1/clients/{client}/channels/{channel}")).send().await.expect(200).json();
    assert_eq!(kept["contact_id"], json!(null));
}
