//! Pages by name: whatever folding makes of a name, the list ends, and every row comes once.

use crate::{
    client::TestClient,
    engagements::hourly,
    people::{PASSWORD, id, ids, new_client},
    server::Server,
    share_links::new_link,
    support::databases::on_both,
};
use serde_json::json;

/// Names that are the same for as far as lists sort by them, and differ after it or not at all.
fn names(longest: usize) -> [String; 4] {
    let folded = |last: &str| format!("z{}{last}", "ß".repeat(longest - 2));
    [folded("a"), folded("b"), folded("a"), "\u{FDFA}".repeat(longest)]
}

/// Reads a list to its end, one row at a time.
async fn read(by: &TestClient, list: &str, sort: &str, most: usize) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    while seen.len() <= most {
        let page = by.get(&format!("{list}?limit=1&sort={sort}{cursor}")).send().await.expect(200).json();
        seen.extend(ids(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    seen
}

#[on_both]
async fn lists_by_name_end(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    for (i, title) in names(300).iter().enumerate() {
        anna.post("/v1/engagements").json(&hourly(&client, title)).send().await.expect(201);
        anna.post("/v1/tasks").json(&json!({"client_id": client, "title": title})).send().await.expect(201);
        new_link(&anna, &client, &format!("https://files.example.com/{i}"), json!({"title": title})).await;
    }
    for (i, name) in names(200).iter().enumerate() {
        new_client(&anna, name).await;
        anna.post("/v1/api-keys")
            .json(&json!({"name": name, "scopes": ["clients:read"]}))
            .send()
            .await
            .expect(201);
        anna.post("/v1/workspaces").json(&json!({"name": name})).send().await.expect(201);
        let invited = json!({"email": format!("m{i}@example.com"), "role": "assistant", "name": name});
        let invited = anna.post("/v1/invitations").json(&invited).send().await.expect(201).json();
        let body = json!({"token": invited["token"], "password": PASSWORD});
        server.client.post("/v1/invitations/accept").json(&body).send().await.expect(201);
    }
    for (list, name, rows) in [
        ("/v1/share-links", "title", 4),
        ("/v1/engagements", "title", 4),
        ("/v1/tasks", "title", 4),
        ("/v1/clients", "name", 5),
        ("/v1/members", "name", 5),
        ("/v1/workspaces", "name", 4),
        ("/v1/api-keys", "name", 4),
    ] {
        let forwards = read(&anna, list, name, rows).await;
        let mut backwards = read(&anna, list, &format!("-{name}"), rows).await;
        backwards.reverse();
        assert_eq!(forwards, backwards, "{list}");
        let whole = ids(&anna.get(&format!("{list}?limit=200&sort={name}")).send().await.expect(200).json());
        assert_eq!((&forwards, forwards.len()), (&whole, rows), "{list}");
    }
}
