//! What is left of a deleted row in lists of changes.

use crate::{
    client::TestClient,
    engagements::{active, draft},
    people::{id, new_client},
    server::Server,
    share_links::new_link,
    support::databases::on_both,
    tasks::new_task,
};
use serde_json::{Value, json};

const SINCE: &str = "updated_since=2026-01-01T00:00:00Z&limit=200";

/// The row of a list of changes; none where it does not hold it.
async fn changed(by: &TestClient, path: &str) -> Option<Value> {
    let (list, wanted) = path.rsplit_once('/').unwrap();
    let page = by.get(&format!("{list}?{SINCE}")).send().await.expect(200).json();
    page["data"].as_array().unwrap().iter().find(|row| row["id"] == wanted).cloned()
}

#[on_both]
async fn a_tombstone_says_that_it_is_deleted_and_keeps_its_reference(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Hers").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let engagement = id(&active(&anna, &client, "Post").await);
    let entry = json!({"engagement_id": engagement, "work_date": "2026-02-02", "duration_seconds": 600});
    let entry = anna.post("/v1/time-entries").json(&entry).send().await.expect(201).json();
    let cases = [
        ("tasks", id(&new_task(&anna, &client, "Ablage").await), true, true),
        ("time-entries", id(&entry), true, true),
        ("share-links", id(&new_link(&anna, &client, "https://example.com/a", json!({})).await), false, true),
        ("engagements", id(&draft(&anna, &client, "Entwurf").await), true, false),
        ("clients", id(&new_client(&anna, "Andere").await), true, false),
    ];
    for (noun, id, has_reference, is_shared) in cases {
        let path = format!("/v1/{noun}/{id}");
        let reference = json!({"external_source": "buero", "external_ref": noun, "internal_note": "Unter uns"});
        if has_reference {
            anna.patch(&path).json(&reference).send().await.expect(200);
        }
        let before = changed(&anna, &path).await.unwrap();
        assert_ne!(before["status"], "deleted");
        anna.delete(&path).send().await.expect(204);
        let gone = changed(&anna, &path).await.unwrap();
        assert_eq!((&gone["status"], &gone["allowed_actions"]), (&json!("deleted"), &json!([])), "{noun}");
        assert!(gone["deleted_at"].is_string() && gone.get("internal_note").is_none_or(Value::is_null), "{noun}");
        if has_reference {
            assert_eq!((&gone["external_source"], &gone["external_ref"]), (&json!("buero"), &json!(noun)));
            let again = format!("/v1/{noun}?external_source=buero&external_ref={noun}");
            assert_eq!(
                anna.get(&again).send().await.expect(200).json()["data"],
                json!([]),
                "the reference is free"
            );
        }
        let hers = changed(&klara, &path).await;
        assert_eq!(hers.as_ref().map(|row| row["status"].clone()), is_shared.then(|| json!("deleted")), "{noun}");
        assert!(hers.is_none_or(|row| row.get("external_ref").is_none()), "{noun}");
    }
}
