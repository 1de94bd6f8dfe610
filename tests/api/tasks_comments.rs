//! Comments on tasks.

use crate::{
    people::{id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
    tasks::new_task,
};
use serde_json::json;

#[on_both]
async fn both_sides_comment_and_each_sees_what_is_shared(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let path = format!("/v1/tasks/{}/comments", id(&new_task(&anna, &client, "A").await));
    let made = klara.post(&path).json(&json!({"text": "  **Bald**\n\n"})).send().await.expect(201);
    let hers = made.json();
    assert_eq!(
        (&hers["text"], &hers["visibility"], &hers["author"]["name"], &hers["author"]["role"]),
        (&json!("  **Bald**\n\n"), &json!("shared"), &json!("klara"), &json!("client"))
    );
    let read = anna.get(made.header("location").unwrap()).send().await.expect(200);
    assert_eq!(read.json(), hers);
    let again = klara.get(made.header("location").unwrap()).send().await.expect(200);
    assert_eq!((again.json(), again.header("etag")), (hers.clone(), made.header("etag")));
    let internal = anna
        .post(&path)
        .json(&json!({"text": "Unter uns", "visibility": "internal"}))
        .send()
        .await
        .expect(201)
        .json();
    klara.get(&format!("{path}/{}", id(&internal))).send().await.expect(404);
    assert_eq!(ids(&klara.get(&path).send().await.expect(200).json()), [id(&hers)]);
    assert_eq!(ids(&anna.get(&path).send().await.expect(200).json()), [id(&internal), id(&hers)]);
    assert_eq!(
        ids(&anna.get(&format!("{path}?visibility=internal&include=total_count")).send().await.expect(200).json()),
        [id(&internal)]
    );
    assert_eq!(ids(&anna.get(&format!("{path}?q=BALD")).send().await.expect(200).json()), [id(&hers)]);
    klara.get(&format!("{path}?visibility=internal")).send().await.expect(400);
    for query in ["?q=bald", "?sort=-updated_at"] {
        assert_eq!(
            ids(&klara.get(&format!("{path}{query}")).send().await.expect(200).json()),
            [id(&hers)],
            "{query}"
        );
    }
    let refused =
        klara.post(&path).json(&json!({"text": "A", "visibility": "internal"})).send().await.expect(422).json();
    assert_eq!(
        (pointers(&refused), &refused["errors"][0]["code"]),
        (vec!["/visibility".to_owned()], &json!("assistants_only"))
    );
    assert_eq!(
        pointers(&anna.post(&path).json(&json!({"text": "", "shoes": 1})).send().await.expect(422).json()),
        ["/shoes", "/text"]
    );
    let events = klara.get("/v1/events?type=comment.created").send().await.expect(200).json();
    assert_eq!((ids(&events).len(), &events["data"][0]["data"]), (1, &hers));
}

#[on_both]
async fn the_author_rewords_and_the_owner_takes_away(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let berta = server.colleague(&anna, "berta").await;
    let klara = server.client_member(&anna, &client, "klara").await;
    let path = format!("/v1/tasks/{}/comments", id(&new_task(&anna, &client, "A").await));
    let start = klara.get(&path).send().await.expect(200).json()["as_of"].as_str().unwrap().to_owned();
    let made = berta.post(&path).json(&json!({"text": "Erst"})).send().await.expect(201);
    let one = format!("{path}/{}", id(&made.json()));
    for caller in [&anna, &klara] {
        caller.patch(&one).json(&json!({"text": "Fremd"})).send().await.expect(403);
    }
    klara.delete(&one).send().await.expect(403);
    assert_eq!(
        pointers(&berta.patch(&one).json(&json!({"visibility": "internal"})).send().await.expect(422).json()),
        ["/visibility"]
    );
    let changed = berta.patch(&one).json(&json!({"text": "Dann"})).send().await.expect(200).json();
    assert_eq!(
        (&changed["text"], &changed["version"], changed["edited_at"].is_string()),
        (&json!("Dann"), &json!(2), true)
    );
    berta
        .patch(&one)
        .header("if-match", made.header("etag").unwrap())
        .json(&json!({"text": "Zu spät"}))
        .send()
        .await
        .expect(412);
    anna.delete(&one).send().await.expect(204);
    berta.get(&one).send().await.expect(404);
    let changes = klara.get(&format!("{path}?updated_since={start}")).send().await.expect(200).json();
    assert_eq!((&changes["data"][0]["text"], changes["data"][0]["deleted_at"].is_string()), (&json!(""), true));
    let hers = klara.post(&path).json(&json!({"text": "Meins"})).send().await.expect(201).json();
    berta.delete(&format!("{path}/{}", id(&hers))).send().await.expect(403);
    klara.delete(&format!("{path}/{}", id(&hers))).send().await.expect(204);
    let types: Vec<_> =
        anna.get("/v1/events?type=comment.updated,comment.deleted").send().await.expect(200).json()["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["type"].clone())
            .collect();
    assert_eq!(json!(types), json!(["comment.deleted", "comment.deleted", "comment.updated"]));
}

#[on_both]
async fn comments_of_another_task_are_not_found_under_this_one(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let (one, two) = (id(&new_task(&anna, &client, "A").await), id(&new_task(&anna, &client, "B").await));
    let comment = id(&anna
        .post(&format!("/v1/tasks/{one}/comments"))
        .json(&json!({"text": "A"}))
        .send()
        .await
        .expect(201)
        .json());
    anna.get(&format!("/v1/tasks/{two}/comments/{comment}")).send().await.expect(404);
    anna.delete(&format!("/v1/tasks/{two}/comments/{comment}")).send().await.expect(404);
    anna.delete(&format!("/v1/tasks/{one}")).send().await.expect(204);
    anna.get(&format!("/v1/tasks/{one}/comments/{comment}")).send().await.expect(404);
    anna.get(&format!("/v1/tasks/{one}/comments")).send().await.expect(404);
}
