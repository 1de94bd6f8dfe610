//! A client's tags are of what they see: what only assistants see neither moves them nor stands in a client's way.

use crate::{
    client::{Reply, TestClient},
    engagements::{act, active, draft},
    people::{id, new_client},
    server::Server,
    share_links::new_link,
    support::databases::on_both,
    tasks::new_task,
};
use serde_json::{Value, json};

struct Pair {
    anna: TestClient,
    client: String,
    klara: TestClient,
}

impl Pair {
    async fn new(server: &Server) -> Self {
        let anna = server.assistant("anna").await;
        let client = id(&new_client(&anna, "Hers").await);
        let klara = server.client_member(&anna, &client, "klara").await;
        Self { anna, client, klara }
    }

    async fn tag(&self, path: &str) -> String {
        tag(&self.klara.get(path).send().await.expect(200))
    }

    async fn patch(&self, path: &str, with: Value) {
        self.anna.patch(path).json(&with).send().await.expect(200);
    }
}

fn tag(reply: &Reply) -> String {
    reply.header("etag").unwrap().to_owned()
}

#[on_both]
async fn an_internal_note_does_not_move_a_clients_tag(server: Server) {
    let pair = Pair::new(&server).await;
    let engagement = id(&active(&pair.anna, &pair.client, "Post").await);
    let task = id(&new_task(&pair.anna, &pair.client, "Ablage").await);
    let entry = json!({"engagement_id": engagement, "work_date": "2026-02-02", "duration_seconds": 600});
    let entry = id(&pair.anna.post("/v1/time-entries").json(&entry).send().await.expect(201).json());
    let link = id(&new_link(&pair.anna, &pair.client, "https://example.com/a", json!({})).await);
    let cases = [
        (format!("/v1/engagements/{engagement}"), "description"),
        (format!("/v1/tasks/{task}"), "title"),
        (format!("/v1/time-entries/{entry}"), "description"),
        (format!("/v1/share-links/{link}"), "title"),
        (format!("/v1/clients/{}", pair.client), "name"),
    ];
    for (path, shown) in cases {
        let list = path.rsplit_once('/').unwrap().0.to_owned();
        let (one, page) = (pair.tag(&path).await, pair.tag(&list).await);
        let hers = tag(&pair.anna.get(&path).send().await.expect(200));
        assert_ne!(one, hers, "{path}: each side has its own");
        pair.patch(&path, json!({"internal_note": "Unter uns"})).await;
        let told = format!("/v1/events?resource_id={}&limit=1", path.rsplit_once('/').unwrap().1);
        let hers = pair.klara.get(&told).send().await.expect(200).json();
        assert!(!hers.to_string().contains(".updated\""), "{path}: nor is it told");
        let all = pair.anna.get(&told).send().await.expect(200).json();
        assert!(all["data"][0]["type"].as_str().unwrap().ends_with(".updated"), "{path}");
        assert_eq!((pair.tag(&path).await, pair.tag(&list).await), (one.clone(), page.clone()), "{path}");
        for (path, known) in [(&path, &one), (&list, &page)] {
            pair.klara.get(path).header("if-none-match", known).send().await.expect(304);
        }
        assert_ne!(tag(&pair.anna.get(&path).send().await.expect(200)), hers, "an assistant's moves");
        pair.patch(&path, json!({shown: "Neu"})).await;
        assert_ne!(pair.tag(&path).await, one, "{path}");
        assert_ne!(pair.tag(&list).await, page, "{list}");
    }
}

#[on_both]
async fn a_client_binds_themselves_to_what_they_saw(server: Server) {
    let pair = Pair::new(&server).await;
    let engagement = id(&draft(&pair.anna, &pair.client, "Post").await);
    act(&pair.anna, &engagement, "propose").await.expect(200);
    let path = format!("/v1/engagements/{engagement}");
    let seen = pair.tag(&path).await;
    let expanded = pair.tag(&format!("{path}?expand=client")).await;
    pair.patch(&path, json!({"internal_note": "Unter uns"})).await;
    let accept = async |tag: &str| {
        pair.klara.post(&format!("{path}/accept")).header("if-match", tag).json(&json!({})).send().await
    };
    for other in ["\"1-0\"", "\"2-0\"", "\"3-0\"", "\"0-0\""] {
        accept(other).await.expect(412);
    }
    accept("*").await.expect(428);
    let accepted = accept(&expanded).await.expect(200);
    assert_eq!(tag(&accepted), pair.tag(&path).await);
    accept(&seen).await.expect(412);
}

#[on_both]
async fn a_clients_tag_stands_in_every_language_and_for_their_keys(server: Server) {
    let pair = Pair::new(&server).await;
    let link = crate::share_links::link(&pair.client, "https://www.dropbox.com/s/abc", json!({}));
    let link = pair.klara.post("/v1/share-links").header("accept-language", "de").json(&link);
    let link = link.send().await.expect(201);
    assert!(!link.json()["warnings"].as_array().unwrap().is_empty());
    let path = link.header("location").unwrap();
    let changed = pair.klara.patch(path).header("if-match", &tag(&link)).json(&json!({"title": "Ablage"}));
    changed.send().await.expect(200);
    let key = pair.klara.post("/v1/api-keys").json(&json!({"name": "A", "scopes": ["tasks:read"]}));
    let key = key.send().await.expect(201);
    let path = key.header("location").unwrap();
    assert_eq!(pair.tag(path).await.split_once('-').unwrap().0, "\"1");
    pair.klara.delete(path).header("if-match", &pair.tag(path).await).send().await.expect(204);
}

#[on_both]
async fn waiting_does_not_move_a_clients_tag(server: Server) {
    let pair = Pair::new(&server).await;
    let path = format!("/v1/tasks/{}", id(&new_task(&pair.anna, &pair.client, "Ablage").await));
    pair.anna.post(&format!("{path}/wait")).json(&json!({"question": "Wann?"})).send().await.expect(200);
    let (seen, page) = (pair.tag(&path).await, pair.tag("/v1/tasks").await);
    server.app.clock.set(server.app.clock.now().plus_seconds(90));
    let shown = pair.klara.get(&path).send().await.expect(200);
    assert_eq!((&shown.json()["waited_seconds"], tag(&shown)), (&json!(90), seen.clone()));
    assert_eq!(pair.tag("/v1/tasks").await, page);
    let answer = pair.klara.post(&format!("{path}/answer")).header("if-match", &seen);
    answer.json(&json!({"text": "Morgen"})).send().await.expect(200);
}

#[on_both]
async fn a_client_changes_what_they_saw(server: Server) {
    let pair = Pair::new(&server).await;
    let wish = pair.klara.post("/v1/tasks").json(&json!({"client_id": pair.client, "title": "Wunsch"}));
    let wish = wish.header("idempotency-key", "wish").send().await.expect(201);
    let path = wish.header("location").unwrap().to_owned();
    assert_eq!(tag(&wish), pair.tag(&path).await);
    let again = pair.klara.post("/v1/tasks").json(&json!({"client_id": pair.client, "title": "Wunsch"}));
    let again = again.header("idempotency-key", "wish").send().await.expect(201);
    assert_eq!(tag(&again), tag(&wish), "kept as it was given");
    let comments = format!("{path}/comments");
    let said = pair.klara.post(&comments).json(&json!({"text": "Bald"})).send().await.expect(201);
    let link = pair.klara.post("/v1/share-links").json(&crate::share_links::link(
        &pair.client,
        "https://example.com/b",
        json!({}),
    ));
    let link = link.send().await.expect(201);
    let seen = pair.tag(&path).await;
    pair.patch(&path, json!({"internal_note": "Unter uns"})).await;
    for (path, seen, with) in [
        (path.clone(), seen, json!({"title": "Anders"})),
        (said.header("location").unwrap().to_owned(), tag(&said), json!({"text": "Später"})),
        (link.header("location").unwrap().to_owned(), tag(&link), json!({"title": "Ablage"})),
        ("/v1/me".to_owned(), pair.tag("/v1/me").await, json!({"name": "Klara"})),
    ] {
        let send = async |tag: &str| pair.klara.patch(&path).header("if-match", tag).json(&with).send().await;
        send("\"9-0000000000000000\"").await.expect(412);
        let changed = send(&seen).await.expect(200);
        assert_eq!(tag(&changed), pair.tag(&path).await, "{path}");
        send(&seen).await.expect(412);
    }
}
