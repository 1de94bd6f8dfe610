//! What a client sees of tasks: what is shared, and of what is so no longer that it is gone.

use crate::{
    client::TestClient,
    engagements::{act, draft},
    people::{id, ids, new_client},
    server::Server,
    support::databases::on_both,
    tasks::{member, new_task},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

/// The ids of the resources that the caller's events are about.
async fn told(caller: &TestClient) -> Vec<String> {
    let list = caller.get("/v1/events?limit=200").send().await.expect(200).json();
    list["data"].as_array().unwrap().iter().map(|event| id(&event["resource"])).collect()
}

#[on_both]
async fn an_internal_task_does_not_exist_for_the_client(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let start = klara.get("/v1/tasks").send().await.expect(200).json()["as_of"].as_str().unwrap().to_owned();
    let body = json!({"client_id": client, "title": "Geheim", "visibility": "internal"});
    let task = id(&anna.post("/v1/tasks").json(&body).send().await.expect(201).json());
    let path = format!("/v1/tasks/{task}");
    let comment = id(&anna
        .post(&format!("{path}/comments"))
        .json(&json!({"text": "Geheim"}))
        .send()
        .await
        .expect(201)
        .json());
    klara.get(&path).send().await.expect(404);
    klara.patch(&path).json(&json!({"title": "A"})).send().await.expect(404);
    for act in ["answer", "approve", "cancel"] {
        klara.post(&format!("{path}/{act}")).send().await.expect(404);
    }
    klara.get(&format!("{path}/comments")).send().await.expect(404);
    klara.get(&format!("{path}/comments/{comment}")).send().await.expect(404);
    klara.post(&format!("{path}/comments")).json(&json!({"text": "A"})).send().await.expect(404);
    anna.patch(&path).json(&json!({"title": "Noch geheimer"})).send().await.expect(200);
    anna.delete(&path).send().await.expect(204);
    for query in [
        "include=total_count".to_owned(),
        "q=geheim&include=total_count".to_owned(),
        format!("updated_since={start}&include=total_count"),
    ] {
        let list = klara.get(&format!("/v1/tasks?{query}")).send().await.expect(200).json();
        assert_eq!((ids(&list).len(), &list["total_count"]), (0, &json!(0)), "{query}");
    }
    let told = told(&klara).await;
    assert!(!told.contains(&task) && !told.contains(&comment));
}

#[on_both]
async fn a_task_that_becomes_internal_is_gone_for_the_client(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let body = json!({"client_id": client, "title": "Geheim", "description": "Geheim", "due_on": "2026-03-05"});
    let task = id(&anna.post("/v1/tasks").json(&body).send().await.expect(201).json());
    let path = format!("/v1/tasks/{task}");
    let comment = id(&klara
        .post(&format!("{path}/comments"))
        .json(&json!({"text": "Geheim"}))
        .send()
        .await
        .expect(201)
        .json());
    let since = klara.get("/v1/tasks").send().await.expect(200).json()["as_of"].as_str().unwrap().to_owned();
    anna.patch(&path).json(&json!({"visibility": "internal"})).send().await.expect(200);

    klara.get(&path).send().await.expect(404);
    assert!(ids(&klara.get("/v1/tasks").send().await.expect(200).json()).is_empty());
    let changes = klara.get(&format!("/v1/tasks?updated_since={since}")).send().await.expect(200).json();
    assert_eq!(ids(&changes), [task.as_str()]);
    let tombstone = &changes["data"][0];
    assert!(
        tombstone["deleted_at"].is_string()
            && tombstone["due_on"].is_null()
            && tombstone["allowed_actions"] == json!([])
    );
    assert!(!changes.to_string().contains("Geheim") && !changes.to_string().contains("internal"));
    // The stream tells her too, and of what it told before nothing is left.
    let events = klara.get(&format!("/v1/events?resource_id={task}")).send().await.expect(200).json();
    assert_eq!((ids(&events).len(), &events["data"][0]["data"]), (1, tombstone));
    assert!(!told(&klara).await.contains(&comment));
    assert_eq!(
        told(&anna).await.iter().filter(|told| **told == task || **told == comment).count(),
        3,
        "the workspace's history stays"
    );

    // What becomes of it afterwards is not told, whatever is asked.
    let start = since;
    let since = klara.get("/v1/tasks").send().await.expect(200).json()["as_of"].as_str().unwrap().to_owned();
    anna.patch(&path).json(&json!({"title": "Noch geheimer"})).send().await.expect(200);
    anna.post(&format!("{path}/complete")).send().await.expect(200);
    for query in [String::new(), "&status=done".to_owned(), "&q=geheimer".to_owned()] {
        let changes =
            klara.get(&format!("/v1/tasks?updated_since={since}{query}")).send().await.expect(200).json();
        let again = changes["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|task| task["status"] == "deleted" && task["deleted_at"].is_string());
        assert!(again && !changes.to_string().contains("eheimer"), "{changes}");
    }
    assert_eq!(
        &klara.get(&format!("/v1/tasks?updated_since={start}")).send().await.expect(200).json()["data"][0],
        tombstone,
        "it stands still"
    );
    new_task(&anna, &client, "Another").await;
    let page = klara.get(&format!("/v1/tasks?updated_since={start}&limit=1")).send().await.expect(200).json();
    let cursor = URL_SAFE_NO_PAD.decode(page["next_cursor"].as_str().unwrap()).unwrap();
    assert!(!String::from_utf8_lossy(&cursor).contains("as_of"), "a cursor does not tell where the row stands");
    anna.patch(&path).json(&json!({"visibility": "shared"})).send().await.expect(200);
    let back = klara.get(&format!("/v1/tasks?updated_since={since}")).send().await.expect(200).json();
    assert_eq!(
        (&back["data"][1]["title"], &back["data"][1]["deleted_at"]),
        (&json!("Noch geheimer"), &json!(null))
    );
}

#[on_both]
async fn a_client_does_not_learn_of_a_draft_by_its_tasks(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let planned = id(&draft(&anna, &client, "Entwurf").await);
    let wish = id(&klara.post("/v1/tasks").json(&json!({"title": "Wunsch"})).send().await.expect(201).json());
    let path = format!("/v1/tasks/{wish}");
    anna.patch(&path).json(&json!({"engagement_id": planned})).send().await.expect(200);
    for address in [
        path.clone(),
        format!("{path}?expand=engagement"),
        "/v1/tasks".to_owned(),
        "/v1/tasks?updated_since=2026-01-01T00:00:00Z".to_owned(),
        "/v1/events".to_owned(),
    ] {
        let seen = klara.get(&address).send().await.expect(200);
        assert!(!String::from_utf8_lossy(&seen.body).contains(&planned), "{address}");
    }
    let filtered = format!("/v1/tasks?engagement_id={planned}");
    assert!(ids(&klara.get(&filtered).send().await.expect(200).json()).is_empty());
    // She sends back what she got, and nothing is lost.
    let same = klara
        .patch(&path)
        .json(&json!({"title": "Ein Wunsch", "engagement_id": null}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!((&same["title"], &same["engagement_id"]), (&json!("Ein Wunsch"), &json!(null)));
    assert_eq!(anna.get(&path).send().await.expect(200).json()["engagement_id"], json!(planned));
    act(&anna, &planned, "propose").await.expect(200);
    assert_eq!(klara.get(&path).send().await.expect(200).json()["engagement_id"], json!(planned));
    assert_eq!(ids(&klara.get(&filtered).send().await.expect(200).json()), [wish]);
    let cleared = klara.patch(&path).json(&json!({"engagement_id": null})).send().await.expect(200).json();
    assert_eq!(cleared["engagement_id"], json!(null));
}

#[on_both]
async fn a_client_sees_her_own_tasks_and_who_works_on_them(server: Server) {
    let anna = server.assistant("anna").await;
    let (one, two) = (id(&new_client(&anna, "One").await), id(&new_client(&anna, "Two").await));
    let klara = server.client_member(&anna, &one, "klara").await;
    let me = member(&anna).await;
    let hers = id(&new_task(&anna, &one, "Hers").await);
    let other = id(&new_task(&anna, &two, "Other").await);
    anna.patch(&format!("/v1/tasks/{hers}"))
        .json(&json!({"assignee_id": me, "tags": ["x"], "internal_note": "Unter uns"}))
        .send()
        .await
        .expect(200);
    assert_eq!(ids(&klara.get("/v1/tasks").send().await.expect(200).json()), [hers.as_str()]);
    assert!(ids(&klara.get(&format!("/v1/tasks?client_id={two}")).send().await.expect(200).json()).is_empty());
    klara.get(&format!("/v1/tasks/{other}")).send().await.expect(404);
    klara.post(&format!("/v1/tasks/{other}/cancel")).send().await.expect(404);
    let task = klara.get(&format!("/v1/tasks/{hers}")).send().await.expect(200).json();
    assert_eq!(
        (&task["assignee"], &task["requested_by"]["name"]),
        (&json!({"id": me, "name": "anna"}), &json!("anna"))
    );
    for query in ["q=unter", "q=x", "q=two"] {
        assert!(
            ids(&klara.get(&format!("/v1/tasks?{query}")).send().await.expect(200).json()).is_empty(),
            "{query}"
        );
    }
    klara.get("/v1/tasks?tags=nothing").send().await.expect(400);
    let told = told(&klara).await;
    assert!(told.contains(&hers) && !told.contains(&other));
}
