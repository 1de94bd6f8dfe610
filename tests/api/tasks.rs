//! Tasks: making, changing, finding and deleting them.

use crate::{
    client::TestClient,
    people::{id, new_client, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};

/// A new task for the client.
pub async fn new_task(caller: &TestClient, client: &str, title: &str) -> Value {
    caller.post("/v1/tasks").json(&json!({"client_id": client, "title": title})).send().await.expect(201).json()
}

/// The caller's member.
pub async fn member(caller: &TestClient) -> String {
    let me = caller.get("/v1/me").send().await.expect(200).json();
    me["member_id"].as_str().expect("a member").to_owned()
}

/// The titles of a list, in its order.
pub async fn titles(caller: &TestClient, query: &str) -> Vec<String> {
    let list = caller.get(&format!("/v1/tasks?{query}")).send().await.expect(200).json();
    list["data"].as_array().unwrap().iter().map(|task| task["title"].as_str().unwrap().to_owned()).collect()
}

#[on_both]
async fn a_planned_task_is_to_do_and_a_wish_is_requested(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let made = anna
        .post("/v1/tasks")
        .json(&json!({"client_id": client, "title": "Belege", "tags": ["Monat"], "rate_minor": 9000,
        "checklist": [{"title": "Scannen"}, {"title": "Sortieren", "done": true}], "area": "Buchhaltung"}))
        .send()
        .await
        .expect(201);
    let task = made.json();
    assert_eq!(
        (&task["status"], &task["priority"], &task["visibility"], &task["billable"]),
        (&json!("todo"), &json!("normal"), &json!("shared"), &json!(null))
    );
    assert_eq!(
        task["checklist"],
        json!([{"title": "Scannen", "done": false}, {"title": "Sortieren", "done": true}])
    );
    assert_eq!(
        (&task["requested_by"]["name"], &task["assignee"], &task["rate_minor"]),
        (&json!("anna"), &json!(null), &json!(9000))
    );
    assert_eq!(
        task["allowed_actions"],
        json!(["edit", "comment", "start", "wait", "complete", "cancel", "delete"])
    );
    let read = anna.get(made.header("location").unwrap()).send().await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (task, made.header("etag")));

    let klara = server.client_member(&anna, &client, "klara").await;
    let wish = klara
        .post("/v1/tasks")
        .json(&json!({"title": "Reise", "due_on": "2026-03-10", "priority": "urgent"}))
        .send()
        .await
        .expect(201)
        .json();
    assert_eq!(
        (&wish["status"], &wish["client_id"], &wish["requested_by"]["name"]),
        (&json!("requested"), &json!(client), &json!("klara"))
    );
    assert_eq!(wish["allowed_actions"], json!(["edit", "comment", "cancel"]));
    assert!(
        ["rate_minor", "tags", "internal_note", "external_ref", "external_source"]
            .iter()
            .all(|name| wish.get(*name).is_none())
    );
    let seen = anna.get(&format!("/v1/tasks/{}", id(&wish))).send().await.expect(200).json();
    assert_eq!(seen["allowed_actions"], json!(["edit", "comment", "accept", "decline", "cancel", "delete"]));
}

#[on_both]
async fn every_fault_of_a_task_is_named_at_once(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let nobody = "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90";
    let refuse = async |body: Value| pointers(&anna.post("/v1/tasks").json(&body).send().await.expect(422).json());
    assert_eq!(refuse(json!({"title": "", "estimated_minutes": 0, "rate_minor": -1, "priority": "soon", "shoes": 1, "visibility": null,
        "due_on": "2026-02-30", "checklist": [{"title": ""}]})).await,
        ["/checklist/0/title", "/client_id", "/due_on", "/estimated_minutes", "/priority", "/rate_minor", "/shoes", "/title", "/visibility"]);
    assert_eq!(refuse(json!({"title": "A"})).await, ["/client_id"]);
    assert_eq!(refuse(json!({"client_id": nobody, "engagement_id": nobody, "assignee_id": nobody, "title": "A", "area": "Zirkus", "external_ref": "1",
        "due_on": "2026-03-01", "due_at": "2026-03-01T09:00:00Z", "start_on": "2026-03-02", "tags": ["a", "A"]})).await,
        ["/area", "/assignee_id", "/client_id", "/due_at", "/due_at", "/due_on", "/engagement_id", "/external_ref", "/tags/1"]);
    // Somebody at a client works on nothing.
    assert_eq!(
        refuse(json!({"client_id": client, "title": "A", "assignee_id": member(&klara).await})).await,
        ["/assignee_id"]
    );
    let refused = anna
        .post("/v1/tasks")
        .json(&json!({"client_id": client, "title": "A", "area": "Zirkus"}))
        .send()
        .await
        .expect(422)
        .json();
    assert_eq!(refused["errors"][0]["code"], "unknown_value");
    assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("Buchhaltung"));
}

#[on_both]
async fn a_patch_changes_what_it_names_and_no_more(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let berta = server.colleague(&anna, "berta").await;
    let made = anna
        .post("/v1/tasks")
        .json(&json!({"client_id": client, "title": "A", "due_on": "2026-03-10", "tags": ["x"]}))
        .send()
        .await
        .expect(201);
    let path = format!("/v1/tasks/{}", id(&made.json()));
    let bertas = json!({"assignee_id": member(&berta).await, "due_on": null, "due_at": "2026-03-10T15:00:00Z"});
    let changed = anna.patch(&path).json(&bertas).send().await.expect(200).json();
    assert_eq!(
        (&changed["assignee"]["name"], &changed["due_on"], &changed["tags"], &changed["version"]),
        (&json!("berta"), &json!(null), &json!(["x"]), &json!(2))
    );
    let same = anna.patch(&path).json(&bertas).send().await.expect(200).json();
    assert_eq!(same, changed, "a patch that changes nothing is no change");
    let refused = anna
        .patch(&path)
        .json(&json!({"client_id": client, "title": null, "due_on": "2026-03-10"}))
        .send()
        .await
        .expect(422)
        .json();
    assert_eq!(pointers(&refused), ["/client_id", "/due_on", "/title"]);
    assert_eq!(
        pointers(&anna.patch(&path).json(&json!({"due_on": "2026-03-10"})).send().await.expect(422).json()),
        ["/due_on"],
        "at the member that was sent"
    );
    let tag = made.header("etag").unwrap();
    anna.patch(&path).header("if-match", tag).json(&json!({"title": "B"})).send().await.expect(412);
    anna.delete(&path).header("if-match", tag).send().await.expect(412);
    anna.post(&format!("{path}/start")).header("if-match", tag).send().await.expect(412);
    assert_eq!(anna.get(&path).send().await.expect(200).json(), changed);
}

#[on_both]
async fn a_client_rewords_their_wish_until_it_is_taken_on(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let other = id(&new_client(&anna, "B").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let refused = klara
        .post("/v1/tasks")
        .json(&json!({"title": "A", "estimated_minutes": 5, "rate_minor": 1, "billable": true, "tags": ["a"],
        "visibility": "internal", "internal_note": "n", "external_source": "crm", "external_ref": "1"}))
        .send()
        .await
        .expect(422)
        .json();
    assert_eq!(
        pointers(&refused),
        [
            "/billable",
            "/estimated_minutes",
            "/external_ref",
            "/external_source",
            "/internal_note",
            "/rate_minor",
            "/tags",
            "/visibility"
        ]
    );
    assert!(refused["errors"].as_array().unwrap().iter().all(|fault| fault["code"] == "assistants_only"));
    let refused =
        klara.post("/v1/tasks").json(&json!({"client_id": other, "title": "A"})).send().await.expect(422).json();
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!("/client_id"), &json!("reference_not_found"))
    );

    let path = format!(
        "/v1/tasks/{}",
        id(&klara.post("/v1/tasks").json(&json!({"title": "A"})).send().await.expect(201).json())
    );
    anna.patch(&path).json(&json!({"estimated_minutes": 30, "tags": ["x"]})).send().await.expect(200);
    let changed =
        klara.patch(&path).json(&json!({"title": "B", "area": "Reisen"})).send().await.expect(200).json();
    assert_eq!((&changed["title"], &changed["estimated_minutes"]), (&json!("B"), &json!(30)));
    assert_eq!(anna.get(&path).send().await.json()["tags"], json!(["x"]), "what she does not see stays");
    assert_eq!(
        pointers(&klara.patch(&path).json(&json!({"estimated_minutes": 1})).send().await.expect(422).json()),
        ["/estimated_minutes"]
    );
    anna.post(&format!("{path}/accept")).send().await.expect(200);
    let refused = klara.patch(&path).json(&json!({"title": "C"})).send().await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["allowed_actions"]),
        (&json!("action_not_allowed"), &json!(["comment"]))
    );
    klara.delete(&path).send().await.expect(403);
}

#[on_both]
async fn an_archived_client_gets_no_new_tasks_but_keeps_the_old(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let path = format!("/v1/tasks/{}", id(&new_task(&anna, &client, "Before").await));
    anna.post(&format!("/v1/clients/{client}/archive")).send().await.expect(200);
    for caller in [&anna, &klara] {
        let refused = caller
            .post("/v1/tasks")
            .json(&json!({"client_id": client, "title": "After"}))
            .send()
            .await
            .expect(409)
            .json();
        assert_eq!(refused["code"], "client_archived");
    }
    assert_eq!(
        pointers(
            &anna
                .post("/v1/tasks")
                .json(&json!({"client_id": client, "title": "A", "area": "Zirkus"}))
                .send()
                .await
                .expect(422)
                .json()
        ),
        ["/area"]
    );
    anna.patch(&path).json(&json!({"title": "Corrected"})).send().await.expect(200);
    anna.post(&format!("{path}/complete")).send().await.expect(200);
}
