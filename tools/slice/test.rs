//! {{Plurals}} of clients.

use crate::{
    people::{id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::json;

#[on_both]
async fn a_{{single}}_is_made_changed_and_deleted(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let body = json!({"client_id": client, "name": "Erstes", "internal_note": "Unter uns"});
    let made = anna.post("/v1/{{path}}").json(&body).send().await.expect(201);
    let path = made.header("location").unwrap().to_owned();
    assert_eq!(anna.get(&path).send().await.expect(200).json(), made.json());
    let changed = anna.patch(&path).json(&json!({"name": "Zweites"})).send().await.expect(200).json();
    assert_eq!((&changed["name"], &changed["version"]), (&json!("Zweites"), &json!(2)));
    let fixed = anna.patch(&path).json(&json!({"client_id": id(&new_client(&anna, "B").await)})).send().await;
    assert_eq!(pointers(&fixed.expect(422).json()), ["/client_id"]);
    anna.delete(&path).send().await.expect(204);
    anna.get(&path).send().await.expect(404);
}

#[on_both]
async fn a_client_sees_its_own_{{plural}}_without_notes(server: Server) {
    let anna = server.assistant("anna").await;
    let (own, other) = (id(&new_client(&anna, "A").await), id(&new_client(&anna, "B").await));
    let klara = server.client_member(&anna, &own, "klara").await;
    let mut made = Vec::new();
    for client in [&own, &other] {
        let body = json!({"client_id": client, "name": "Eins", "internal_note": "Unter uns"});
        made.push(anna.post("/v1/{{path}}").json(&body).send().await.expect(201).json());
    }
    let listed = klara.get("/v1/{{path}}?q=EINS&include=total_count").send().await.expect(200).json();
    assert_eq!((ids(&listed), &listed["total_count"]), (vec![id(&made[0])], &json!(1)));
    assert!(listed["data"][0].get("internal_note").is_none());
    klara.get(&format!("/v1/{{path}}/{}", id(&made[1]))).send().await.expect(404);
    klara.delete(&format!("/v1/{{path}}/{}", id(&made[0]))).send().await.expect(403);
}
