//! What an operation refuses because of what stands, where no test of its slice is about it; and the limit of requests,
//! which every operation keeps to.

use crate::{
    client::{Reply, TestClient},
    engagements::{act, active, hourly},
    people::{id, new_client},
    server::Server,
    support::databases::{Context, Database, on_both},
};
use serde_json::{Value, json};

#[track_caller]
fn refused(answer: Reply, status: u16, code: &str) {
    assert_eq!(answer.expect(status).json()["code"], code);
}

#[on_both]
async fn what_is_over_takes_no_act(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let over = id(&active(&anna, &client, "Over").await);
    act(&anna, &over, "end").await.expect(200);
    let path = format!("/v1/engagements/{over}");
    for name in ["propose", "withdraw", "decline", "resume", "end"] {
        let note = if name == "decline" { json!({"note": "Nein."}) } else { Value::Null };
        let call = anna.post(&format!("{path}/{name}"));
        let call = if note.is_null() { call } else { call.json(&note) };
        refused(call.send().await, 409, "action_not_allowed");
    }
    let gone = id(&new_client(&anna, "B").await);
    refused(anna.post(&format!("/v1/clients/{gone}/unarchive")).send().await, 409, "action_not_allowed");
}

#[on_both]
async fn a_reference_is_one_records_alone_whoever_takes_it(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let reference = json!({"external_source": "crm", "external_ref": "1"});
    let with = |mut body: Value| {
        body.as_object_mut().unwrap().extend(reference.as_object().unwrap().clone());
        body
    };
    let engagement = active(&anna, &client, "E").await;
    let entry = json!({"engagement_id": engagement["id"], "work_date": "2026-03-02", "duration_seconds": 60});
    for (list, body) in [
        ("clients", json!({"name": "N"})),
        ("tasks", json!({"client_id": client, "title": "T"})),
        ("engagements", hourly(&client, "E")),
        ("time-entries", entry),
    ] {
        let path = format!("/v1/{list}");
        anna.post(&path).json(&with(body.clone())).send().await.expect(201);
        refused(anna.post(&path).json(&with(body.clone())).send().await, 409, "duplicate_external_ref");
        let other = id(&anna.post(&path).json(&body).send().await.expect(201).json());
        let changed = anna.patch(&format!("{path}/{other}")).json(&reference).send().await;
        let conflicts = changed.expect(409).json()["conflicts"].clone();
        let resource = list.trim_end_matches('s').replace("entrie", "entry").replace('-', "_");
        assert_eq!(conflicts[0]["type"], resource, "{conflicts}");
    }
}

#[on_both]
async fn find_or_create_is_refused_as_the_single_acts_are(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let over = id(&active(&anna, &client, "Over").await);
    act(&anna, &over, "end").await.expect(200);
    let task = json!({"client_id": client, "engagement_id": over, "title": "T"});
    refused(anna.put("/v1/tasks/by-ref/crm/1").json(&task).send().await, 409, "engagement_not_active");
    let engagement = "/v1/engagements/by-ref/crm/1";
    let made = id(&anna.put(engagement).json(&hourly(&client, "E")).send().await.expect(201).json());
    act(&anna, &made, "propose").await.expect(200);
    let moved = json!({"starts_on": "2026-03-01"});
    refused(anna.put(engagement).json(&moved).send().await, 409, "terms_fixed");
    anna.post(&format!("/v1/clients/{client}/archive")).send().await.expect(200);
    refused(
        anna.put("/v1/tasks/by-ref/crm/3").json(&json!({"client_id": client, "title": "T"})).send().await,
        409,
        "client_archived",
    );
    refused(
        anna.put("/v1/engagements/by-ref/crm/3").json(&hourly(&client, "E")).send().await,
        409,
        "client_archived",
    );
}

/// A server on which somebody may ask once a minute.
#[derive(Clone)]
struct Once(Server);

impl Context for Once {
    async fn enter(database: &Database) -> Self {
        Self(Server::with(database, |config| (config.rate_limit, config.auth_rate_limit) = (3, 0)).await)
    }

    async fn leave(self) {
        self.0.stop().await;
    }
}

#[on_both]
async fn every_operation_keeps_to_the_limit(server: Once) {
    let document = vorzimmer::slices::routes::document("http://127.0.0.1:8080");
    let nobody = server.0.client.clone();
    let anna = server.0.assistant("anna").await;
    let used_up = async |caller: &TestClient| {
        while caller.get("/v1/me").send().await.status != 429 {}
    };
    used_up(&anna).await;
    used_up(&nobody).await;
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["responses"].get("429").is_none() {
                continue;
            }
            let caller = if operation["security"] == json!([]) { &nobody } else { &anna };
            let part = |part: &str| {
                if part.starts_with('{') {
                    "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90".to_owned()
                } else {
                    part.to_owned()
                }
            };
            let path = path.split('/').map(part).collect::<Vec<_>>().join("/");
            refused(caller.request(&method.to_uppercase(), &path).send().await, 429, "too_many_requests");
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}
