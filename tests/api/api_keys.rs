//! API keys: what they may do, for how long, and who sees them.

use crate::{
    client::TestClient,
    engagements::active,
    people::{id, ids, new_client, pointers},
    server::Server,
    share_links::new_link,
    support::databases::on_both,
    tasks::new_task,
};
use serde_json::json;

#[on_both]
async fn a_key_has_no_more_put_into_an_answer_than_it_may_read(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let task = json!({"client_id": client, "title": "A"});
    let task = id(&anna.post("/v1/tasks").json(&task).send().await.expect(201).json());
    let narrow = server.automation(&anna, &["tasks:read"]).await;
    let wide = server.automation(&anna, &["tasks:read", "clients:read"]).await;
    for path in [format!("/v1/tasks/{task}?expand=client"), "/v1/tasks?expand=client".to_owned()] {
        assert!(
            narrow
                .get(&path)
                .send()
                .await
                .expect(403)
                .header("www-authenticate")
                .unwrap()
                .contains("clients:read")
        );
        wide.get(&path).send().await.expect(200);
        wide.get(&path.replace("client", "client%2Cengagement")).send().await.expect(403);
    }
}

#[on_both]
async fn a_key_does_what_its_scopes_say_and_no_more(server: Server) {
    let anna = server.assistant("anna").await;
    let made = anna
        .post("/v1/api-keys")
        .json(&json!({"name": "Zapier", "scopes": ["clients:read"]}))
        .send()
        .await
        .expect(201);
    let (mut key, secret) = (made.json(), made.json()["secret"].as_str().unwrap().to_owned());
    assert!(secret.starts_with("vz_key_") && secret.ends_with(key["last_four"].as_str().unwrap()));
    assert_eq!(made.header("cache-control"), Some("no-store"));
    key.as_object_mut().unwrap().remove("secret");
    assert_eq!(anna.get(made.header("location").unwrap()).send().await.expect(200).json(), key);
    let robot = server.client.with_bearer(&secret);
    robot.get("/v1/clients").send().await.expect(200);
    let refused = robot.post("/v1/clients").json(&json!({"name": "A"})).send().await.expect(403);
    assert_eq!(refused.json()["code"], "insufficient_scope");
    assert!(refused.header("www-authenticate").unwrap().contains("error=\"insufficient_scope\""));
    for path in ["/v1/api-keys", "/v1/sessions", "/v1/workspaces"] {
        robot.get(path).send().await.expect(403);
    }
    let me = robot.get("/v1/me").send().await.expect(200).json();
    assert_eq!((&me["name"], &me["scopes"]), (&json!("anna"), &json!(["clients:read"])));
    // The use is noted beside the request, not before its answer.
    let mut noted = false;
    for _ in 0..200 {
        noted =
            noted || anna.get(made.header("location").unwrap()).send().await.json()["last_used_at"].is_string();
    }
    assert!(noted);
    let events = anna.get("/v1/events").send().await.expect(200).json().to_string();
    assert!(!events.contains(&secret), "{events}");
    let typo = format!("{}{}", &secret[..secret.len() - 1], if secret.ends_with('x') { 'y' } else { 'x' });
    server.client.with_bearer(&typo).get("/v1/me").send().await.expect(401);
}

#[on_both]
async fn a_key_ends_by_time_and_by_hand(server: Server) {
    let anna = server.assistant("anna").await;
    let until = server.app.clock.now().plus_seconds(600);
    let make = |body: serde_json::Value| anna.post("/v1/api-keys").json(&body);
    let past = make(json!({"name": "K", "scopes": ["clients:read"], "expires_at": server.app.clock.now()}))
        .send()
        .await
        .expect(422)
        .json();
    assert_eq!(
        (pointers(&past), &past["errors"][0]["code"]),
        (vec!["/expires_at".to_owned()], &json!("in_the_past"))
    );
    let short = make(json!({"name": "K", "scopes": ["clients:read"], "expires_at": until}))
        .send()
        .await
        .expect(201)
        .json();
    let long = make(json!({"name": "K", "scopes": ["clients:read"]})).send().await.expect(201).json();
    let [short_key, long_key] =
        [&short, &long].map(|key| server.client.with_bearer(key["secret"].as_str().unwrap()));
    short_key.get("/v1/clients").send().await.expect(200);
    long_key.get("/v1/clients").send().await.expect(200);
    server.pass(600);
    short_key.get("/v1/clients").send().await.expect(401);
    long_key.get("/v1/clients").send().await.expect(200);
    let path = format!("/v1/api-keys/{}", id(&long));
    let as_of = anna.get("/v1/api-keys").send().await.expect(200).json()["as_of"].as_str().unwrap().to_owned();
    anna.delete(&path).header("if-match", "\"7-0\"").send().await.expect(412);
    anna.delete(&path).send().await.expect(204);
    long_key.get("/v1/clients").send().await.expect(401);
    anna.get(&path).send().await.expect(404);
    anna.delete(&path).send().await.expect(404);
    let changed = anna.get(&format!("/v1/api-keys?updated_since={as_of}")).send().await.expect(200).json();
    assert!(
        changed["data"]
            .as_array()
            .unwrap()
            .iter()
            .any(|key| key["id"] == long["id"] && !key["deleted_at"].is_null())
    );
}

#[on_both]
async fn nobody_gives_a_scope_that_she_has_not(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Hers").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let body = json!({"name": "K", "scopes": ["tasks:read", "clients:write", "tasks:read"]});
    let refused = klara.post("/v1/api-keys").json(&body).send().await.expect(422).json();
    assert_eq!(pointers(&refused), ["/scopes/1", "/scopes/2"]);
    assert_eq!(refused["errors"][0]["code"], "scope_not_yours");
    anna.post("/v1/api-keys").json(&json!({"name": "K", "scopes": []})).send().await.expect(422);
    anna.post("/v1/api-keys").json(&json!({"name": "K", "scopes": ["everything"]})).send().await.expect(422);
    let robot = server.automation(&klara, &["clients:read"]).await;
    assert_eq!(ids(&robot.get("/v1/clients").send().await.expect(200).json()), std::slice::from_ref(&client));
    robot.post("/v1/clients").json(&json!({"name": "A"})).send().await.expect(403);
}

#[on_both]
async fn everybody_sees_her_own_keys_and_the_owner_all(server: Server) {
    let anna = server.assistant("anna").await;
    let berta = server.colleague(&anna, "berta").await;
    let body = json!({"name": "Berichte", "scopes": ["time:read"]});
    let hers = berta.post("/v1/api-keys").json(&body).send().await.expect(201).json();
    let own = anna.post("/v1/api-keys").json(&body).send().await.expect(201).json();
    assert_eq!(ids(&berta.get("/v1/api-keys").send().await.expect(200).json()), [id(&hers)]);
    assert_eq!(ids(&anna.get("/v1/api-keys?q=bericht&sort=name").send().await.expect(200).json()).len(), 2);
    assert_eq!(
        ids(&anna
            .get(&format!("/v1/api-keys?member_id={}", hers["member_id"].as_str().unwrap()))
            .send()
            .await
            .expect(200)
            .json()),
        [id(&hers)]
    );
    berta.get(&format!("/v1/api-keys/{}", id(&own))).send().await.expect(404);
    berta.delete(&format!("/v1/api-keys/{}", id(&own))).send().await.expect(404);
    server.assistant("carla").await.delete(&format!("/v1/api-keys/{}", id(&own))).send().await.expect(404);
    anna.delete(&format!("/v1/api-keys/{}", id(&hers))).send().await.expect(204);
    assert!(ids(&berta.get("/v1/api-keys?include=total_count").send().await.expect(200).json()).is_empty());
}

#[on_both]
async fn the_events_do_not_show_what_a_key_may_do(server: Server) {
    let anna = server.assistant("anna").await;
    let berta = server.colleague(&anna, "berta").await;
    let key = anna
        .post("/v1/api-keys")
        .json(&json!({"name": "Geheimes Vorhaben", "scopes": ["tasks:read"]}))
        .send()
        .await
        .expect(201)
        .json();
    anna.delete(&format!("/v1/api-keys/{}", id(&key))).send().await.expect(204);
    let events = berta.get(&format!("/v1/events?resource_id={}", id(&key))).send().await.expect(200).json();
    assert_eq!(ids(&events).len(), 2);
    let text = events.to_string();
    assert!(!["Geheimes", "last_four", "tasks:read"].iter().any(|told| text.contains(told)), "{text}");
    assert_eq!(events["data"][0]["data"]["member_id"], key["member_id"]);
}

#[on_both]
async fn a_key_is_shown_only_the_acts_that_its_scopes_allow(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let engagement = id(&active(&anna, &client, "E").await);
    let entry = json!({"engagement_id": engagement, "work_date": "2026-03-02", "duration_seconds": 60});
    anna.post("/v1/time-entries").json(&entry).send().await.expect(201);
    new_task(&anna, &client, "T").await;
    new_link(&anna, &client, "https://example.com/a", json!({})).await;
    let invited = json!({"email": "ida@example.com", "role": "client", "client_id": client});
    anna.post("/v1/invitations").json(&invited).send().await.expect(201);
    let nouns = [
        ("clients", "clients"),
        ("engagements", "engagements"),
        ("tasks", "tasks"),
        ("time-entries", "time"),
        ("share-links", "shares"),
        ("invitations", "workspace"),
    ];
    for (list, scope) in nouns {
        let read = format!("{scope}:read");
        let (reader, writer) = (
            server.automation(&anna, &[&read]).await,
            server.automation(&anna, &[&read, &format!("{scope}:write")]).await,
        );
        let path = format!("/v1/{list}");
        let shown = async |by: &TestClient| by.get(&path).send().await.expect(200).json()["data"][0].clone();
        let (hers, read, write) = (shown(&anna).await, shown(&reader).await, shown(&writer).await);
        assert!(hers["allowed_actions"].as_array().is_some_and(|acts| !acts.is_empty()), "{list}: {hers}");
        assert_eq!((&read["allowed_actions"], &write), (&json!([]), &hers), "{list}");
        // What a key may do is no part of what it has seen: its tag goes with a log-in's.
        let path = format!("{path}/{}", hers["id"].as_str().unwrap());
        let tag = reader.get(&path).send().await.expect(200).header("etag").unwrap().to_owned();
        let begins = |tag: &str| tag.split_once('-').map(|(version, _)| version.to_owned());
        let own = anna.get(&path).send().await.expect(200).header("etag").unwrap().to_owned();
        assert_eq!(begins(&tag), begins(&own), "{list}");
    }
}
