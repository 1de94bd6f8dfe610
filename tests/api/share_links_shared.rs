//! Share links between the two sides, and on engagements and tasks.

use crate::{
    client::TestClient,
    people::{id, ids, new_client, pointers},
    server::Server,
    share_links::{codes, link, new_link},
    support::databases::on_both,
};
use serde_json::{Value, json};

const WE: &str = "https://we.tl/t-AbCdEf";

async fn new_task(by: &TestClient, client: &str, more: Value) -> Value {
    let mut body = json!({"client_id": client, "title": "Belege sortieren"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    by.post("/v1/tasks").json(&body).send().await.expect(201).json()
}

async fn new_engagement(by: &TestClient, client: &str) -> Value {
    let terms = json!({"kind": "hourly", "rate_minor": 4500});
    let body = json!({"client_id": client, "title": "Büropaket", "starts_on": "2026-03-01", "terms": terms});
    by.post("/v1/engagements").json(&body).send().await.expect(201).json()
}

/// What a list gives, by its address.
async fn found(by: &TestClient, query: &str) -> Vec<String> {
    ids(&by.get(&format!("/v1/share-links?{query}")).send().await.expect(200).json())
}

#[on_both]
async fn a_client_adds_links_of_her_own(server: Server) {
    let anna = server.assistant("anna").await;
    let (hers, other) = (id(&new_client(&anna, "Hers").await), id(&new_client(&anna, "Other").await));
    let klara = server.client_member(&anna, &hers, "klara").await;
    let body = json!({"source": "external", "url": "https://drive.proton.me/urls/A#key", "title": "Belege", "password": "geheim"});
    let made = klara.post("/v1/share-links").json(&body).send().await.expect(201);
    let (path, seen) = (made.header("location").unwrap().to_owned(), made.json());
    assert_eq!(
        (&seen["client_id"], &seen["added_by"], &seen["allowed_actions"]),
        (&json!(hers), &json!("client"), &json!(["edit", "revoke"]))
    );
    for hidden in ["internal_note", "visibility"] {
        assert!(seen.get(hidden).is_none(), "{hidden}");
    }
    assert_eq!(klara.get(&path).send().await.json(), seen);
    assert_eq!(
        klara.get(&format!("{path}/secret")).send().await.expect(200).json(),
        json!({"url": body["url"], "password": "geheim"})
    );
    assert_eq!(anna.get(&format!("{path}/secret")).send().await.expect(200).json()["password"], "geheim");
    assert_eq!(anna.get(&path).send().await.json()["allowed_actions"], json!(["edit", "revoke", "delete"]));
    let foreign = klara.post("/v1/share-links").json(&link(&other, WE, json!({}))).send().await.expect(422).json();
    assert_eq!(
        (&foreign["errors"][0]["pointer"], &foreign["errors"][0]["code"]),
        (&json!("/client_id"), &json!("reference_not_found"))
    );
    let internal = link(&hers, WE, json!({"internal_note": "x", "visibility": "internal"}));
    let refused = klara.post("/v1/share-links").json(&internal).send().await.expect(422).json();
    assert_eq!(pointers(&refused), ["/internal_note", "/visibility"]);
    assert_eq!(refused["errors"][0]["code"], "assistants_only");
}

#[on_both]
async fn a_client_acts_on_what_her_side_added_alone(server: Server) {
    let anna = server.assistant("anna").await;
    let hers = id(&new_client(&anna, "Hers").await);
    let (klara, kurt) =
        (server.client_member(&anna, &hers, "klara").await, server.client_member(&anna, &hers, "kurt").await);
    let theirs =
        format!("/v1/share-links/{}", id(&new_link(&anna, &hers, WE, json!({"title": "Von Anna"})).await));
    assert_eq!(klara.get(&theirs).send().await.expect(200).json()["allowed_actions"], json!([]));
    klara.patch(&theirs).json(&json!({"title": 7})).send().await.expect(403);
    klara.post(&format!("{theirs}/revoke")).send().await.expect(403);
    klara.delete(&theirs).send().await.expect(403);
    let own = format!("/v1/share-links/{}", id(&new_link(&klara, &hers, WE, json!({"title": "Von Klara"})).await));
    anna.patch(&own).json(&json!({"internal_note": "geheimnis"})).send().await.expect(200);
    let changed = kurt
        .patch(&own)
        .json(&json!({"title": "Von Kurt", "expires_at": "2026-04-01T00:00:00Z"}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!((&changed["title"], &changed["expiry_kind"]), (&json!("Von Kurt"), &json!("declared")));
    // Whether there is an internal note is internal too.
    for body in [json!({"internal_note": null}), json!({"internal_note": "x"})] {
        assert_eq!(pointers(&klara.patch(&own).json(&body).send().await.expect(422).json()), ["/internal_note"]);
    }
    assert_eq!(anna.get(&own).send().await.json()["internal_note"], "geheimnis");
    assert_eq!(found(&klara, "q=geheimnis").await, Vec::<String>::new());
    klara.delete(&own).send().await.expect(403);
    assert_eq!(klara.post(&format!("{own}/revoke")).send().await.expect(200).json()["allowed_actions"], json!([]));
    let late = klara.patch(&own).json(&json!({"title": "Neu"})).send().await.expect(409).json();
    assert_eq!((&late["code"], &late["allowed_actions"]), (&json!("action_not_allowed"), &json!([])));
    assert_eq!(found(&anna, "added_by=client").await.len(), 1);
}

#[on_both]
async fn another_client_finds_nothing(server: Server) {
    let anna = server.assistant("anna").await;
    let (hers, other) = (id(&new_client(&anna, "Hers").await), id(&new_client(&anna, "Other").await));
    let karl = server.client_member(&anna, &other, "karl").await;
    let made = id(&new_link(&anna, &hers, WE, json!({"title": "Belege"})).await);
    new_link(&anna, &other, WE, json!({})).await;
    let path = format!("/v1/share-links/{made}");
    karl.get(&path).send().await.expect(404);
    karl.get(&format!("{path}/secret")).send().await.expect(404);
    karl.patch(&path).json(&json!({"title": "X"})).send().await.expect(404);
    karl.post(&format!("{path}/revoke")).send().await.expect(404);
    for query in [
        format!("client_id={hers}"),
        format!("same_place_as={made}"),
        "q=belege".to_owned(),
        format!("client_id={hers}&updated_since=2026-03-01T00:00:00Z"),
    ] {
        assert_eq!(found(&karl, &query).await, Vec::<String>::new(), "{query}");
    }
    assert_eq!(found(&karl, "").await.len(), 1);
}

#[on_both]
async fn an_internal_link_is_nothing_to_the_client(server: Server) {
    let anna = server.assistant("anna").await;
    let hers = id(&new_client(&anna, "Hers").await);
    let klara = server.client_member(&anna, &hers, "klara").await;
    let internal = id(&new_link(&anna, &hers, WE, json!({"title": "Intern", "visibility": "internal"})).await);
    let shared = id(&new_link(&anna, &hers, WE, json!({"title": "Geteilt"})).await);
    klara.get(&format!("/v1/share-links/{internal}")).send().await.expect(404);
    klara.get(&format!("/v1/share-links/{internal}/secret")).send().await.expect(404);
    for query in ["", "updated_since=2026-03-01T00:00:00Z", "q=t"] {
        assert_eq!(found(&klara, query).await, std::slice::from_ref(&shared), "{query}");
    }
    assert_eq!(found(&klara, &format!("same_place_as={internal}")).await, Vec::<String>::new());
    assert_eq!(found(&klara, &format!("same_place_as={shared}")).await, Vec::<String>::new());
    assert_eq!(found(&anna, &format!("same_place_as={shared}")).await, std::slice::from_ref(&internal));
    let events = klara.get("/v1/events").send().await.expect(200);
    assert!(!String::from_utf8_lossy(&events.body).contains("Intern"));
    anna.delete(&format!("/v1/share-links/{internal}")).send().await.expect(204);
    assert_eq!(found(&klara, "updated_since=2026-03-01T00:00:00Z").await, [shared]);
}

#[on_both]
async fn a_link_that_becomes_internal_is_a_tombstone_for_the_client(server: Server) {
    let anna = server.assistant("anna").await;
    let hers = id(&new_client(&anna, "Hers").await);
    let klara = server.client_member(&anna, &hers, "klara").await;
    let made = id(&new_link(
        &anna,
        &hers,
        "https://we.tl/t-AbCdEf#k",
        json!({"title": "Vorher", "client_note": "Vorher"}),
    )
    .await);
    let path = format!("/v1/share-links/{made}");
    let as_of = klara.get("/v1/share-links").send().await.json()["as_of"].as_str().unwrap().to_owned();
    let last = klara.get("/v1/events").send().await.expect(200).json()["data"][0].clone();
    assert_eq!((&last["type"], &last["resource"]["id"]), (&json!("share_link.created"), &json!(made)));
    anna.patch(&path).json(&json!({"visibility": "internal"})).send().await.expect(200);
    anna.patch(&path)
        .json(&json!({"title": "Danach", "expires_at": "2026-06-01T00:00:00Z"}))
        .send()
        .await
        .expect(200);
    anna.post(&format!("{path}/revoke")).send().await.expect(200);
    klara.get(&path).send().await.expect(404);
    assert_eq!(found(&klara, "").await, Vec::<String>::new());
    let changes = klara
        .get(&format!("/v1/share-links?updated_since={as_of}&q=nichts&status=expired"))
        .send()
        .await
        .expect(200)
        .json();
    let gone = &changes["data"][0];
    assert_eq!(
        (&gone["id"], &gone["url"], &gone["title"], &gone["client_note"]),
        (&json!(made), &json!(""), &json!(null), &json!(null))
    );
    assert_eq!(
        (&gone["revoked_at"], &gone["expires_at"], &gone["has_fragment"]),
        (&json!(null), &json!(null), &json!(false))
    );
    assert_eq!(
        (&gone["deleted_at"], &gone["version"]),
        (&gone["updated_at"], &json!(2)),
        "as it was when it went"
    );
    let now = anna.get(&path).send().await.expect(200).json();
    assert!(now["updated_at"] != gone["updated_at"] && now["version"] == 4, "{now}");
    let events = klara.get(&format!("/v1/events?resource_id={made}")).send().await.expect(200);
    let text = String::from_utf8_lossy(&events.body).into_owned();
    assert!(!text.contains("Vorher") && !text.contains("Danach") && !text.contains("t-AbCdEf"), "{text}");
    assert_eq!(events.json()["data"].as_array().unwrap().len(), 1, "that it is gone, and nothing since");
    // The stream goes on after an event that is out of her sight, whichever it was.
    let following =
        klara.get(&format!("/v1/events?after={}&include=total_count", id(&last))).send().await.expect(200).json();
    assert_eq!(
        (following["data"].as_array().unwrap(), &following["total_count"]),
        (events.json()["data"].as_array().unwrap(), &json!(1))
    );
    klara.get(&format!("/v1/events/{}", id(&last))).send().await.expect(404);
    let nobodys = anna.get("/v1/events?type=workspace.created").send().await.expect(200).json()["data"][0].clone();
    klara.get(&format!("/v1/events?after={}", id(&nobodys))).send().await.expect(400);
    anna.get(&path).send().await.expect(200);
}

#[on_both]
async fn a_link_ends_too_early_for_its_task(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let task = id(&new_task(&anna, &client, json!({"due_on": "2026-03-05"})).await);
    let path = format!("/v1/tasks/{task}");
    let early = json!({"task_id": task, "expires_at": "2026-03-05T22:59:59Z", "password": "geheim"});
    let made = new_link(&anna, &client, "https://my.hidrive.com/lnk/a", early).await;
    assert_eq!(codes(&made), ["expires_before_task_due", "no_dpa_on_file"]);
    let link = format!("/v1/share-links/{}", id(&made));
    let last = json!({"expires_at": "2026-03-05T23:00:00Z"});
    assert_eq!(
        codes(&anna.patch(&link).json(&last).send().await.expect(200).json()),
        ["no_dpa_on_file"],
        "midnight in Berlin is in time"
    );
    anna.patch(&path).json(&json!({"due_on": "2026-03-06"})).send().await.expect(200);
    assert_eq!(
        codes(&anna.get(&link).send().await.json()),
        ["expires_before_task_due", "no_dpa_on_file"],
        "judged anew"
    );
    anna.post(&format!("{path}/complete")).send().await.expect(200);
    assert_eq!(codes(&anna.get(&link).send().await.json()), ["no_dpa_on_file"], "nothing is due any more");
}

#[on_both]
async fn engagement_and_task_are_of_the_same_client(server: Server) {
    let (anna, berta) = (server.assistant("anna").await, server.assistant("berta").await);
    let (a, b) = (id(&new_client(&anna, "A").await), id(&new_client(&anna, "B").await));
    let foreign = id(&new_client(&berta, "C").await);
    let (mine, other, theirs) = (
        id(&new_engagement(&anna, &a).await),
        id(&new_engagement(&anna, &b).await),
        id(&new_engagement(&berta, &foreign).await),
    );
    let task = id(&new_task(&anna, &a, json!({"engagement_id": mine})).await);
    let (of_b, of_berta) =
        (id(&new_task(&anna, &b, json!({})).await), id(&new_task(&berta, &foreign, json!({})).await));
    for (engagement, task) in [(&other, &of_b), (&theirs, &of_berta)] {
        let body = link(&a, WE, json!({"engagement_id": engagement, "task_id": task}));
        let refused = anna.post("/v1/share-links").json(&body).send().await.expect(422).json();
        assert_eq!(pointers(&refused), ["/engagement_id", "/task_id"]);
        assert!(refused["errors"].as_array().unwrap().iter().all(|fault| fault["code"] == "reference_not_found"));
    }
    let made = id(&new_link(&anna, &a, WE, json!({"engagement_id": mine, "task_id": task})).await);
    let second = id(&new_engagement(&anna, &a).await);
    let moved = anna
        .patch(&format!("/v1/share-links/{made}"))
        .json(&json!({"engagement_id": second}))
        .send()
        .await
        .expect(422)
        .json();
    assert_eq!(pointers(&moved), ["/task_id"], "the task is of another engagement");
    for (query, expected) in [
        (format!("engagement_id={mine},{second}"), vec![made.clone()]),
        (format!("task_id={task}"), vec![made.clone()]),
        (format!("engagement_id={second}"), vec![]),
        (format!("task_id={of_b}"), vec![]),
    ] {
        assert_eq!(found(&anna, &query).await, expected, "{query}");
    }
    let expanded = anna
        .get(&format!("/v1/share-links?expand=client,engagement,task&engagement_id={mine}"))
        .send()
        .await
        .expect(200)
        .json();
    let row = &expanded["data"][0];
    assert_eq!(
        (&row["client"]["id"], &row["engagement"]["id"], &row["task"]["id"]),
        (&json!(a), &json!(mine), &json!(task))
    );
    let blocked = anna.delete(&format!("/v1/tasks/{task}")).send().await.expect(409).json();
    assert_eq!(blocked["blocked_by"], json!([{"type": "share_links", "count": 1}]));
    let blocked = anna.delete(&format!("/v1/engagements/{mine}")).send().await.expect(409).json();
    assert!(
        blocked["blocked_by"].as_array().unwrap().contains(&json!({"type": "share_links", "count": 1})),
        "{blocked}"
    );
    let free = json!({"engagement_id": null, "task_id": null});
    let freed = anna.patch(&format!("/v1/share-links/{made}")).json(&free).send().await.expect(200).json();
    assert_eq!((&freed["engagement_id"], &freed["task_id"]), (&json!(null), &json!(null)));
    anna.delete(&format!("/v1/tasks/{task}")).send().await.expect(204);
}

#[on_both]
async fn what_a_client_does_not_see_of_her_link_neither_hinders_her_nor_gets_lost(server: Server) {
    let anna = server.assistant("anna").await;
    let hers = id(&new_client(&anna, "Hers").await);
    let klara = server.client_member(&anna, &hers, "klara").await;
    let draft = id(&new_engagement(&anna, &hers).await);
    let engagement = id(&crate::engagements::active(&anna, &hers, "Büro").await);
    let internal = id(&new_task(&anna, &hers, json!({"visibility": "internal"})).await);
    let bound = id(&new_task(&anna, &hers, json!({"visibility": "internal", "engagement_id": draft})).await);
    let shared = id(&new_task(&anna, &hers, json!({"engagement_id": engagement})).await);
    let link = id(&new_link(&klara, &hers, WE, json!({})).await);
    let path = format!("/v1/share-links/{link}");
    let held = async |expected: [&serde_json::Value; 2]| {
        let row = anna.get(&path).send().await.expect(200).json();
        assert_eq!([&row["engagement_id"], &row["task_id"]], expected);
    };
    let (draft_id, internal_id, engagement_id, shared_id, none) =
        (json!(draft), json!(internal), json!(engagement), json!(shared), json!(null));
    anna.patch(&path).json(&json!({"task_id": internal})).send().await.expect(200);
    // She can say something else of it, and send back what she sees.
    let changed = klara
        .patch(&path)
        .json(&json!({"engagement_id": engagement, "task_id": null, "title": "A"}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!((&changed["engagement_id"], &changed["task_id"]), (&engagement_id, &none));
    held([&engagement_id, &internal_id]).await;
    anna.patch(&path).json(&json!({"engagement_id": draft, "task_id": null})).send().await.expect(200);
    klara
        .patch(&path)
        .json(&json!({"engagement_id": null, "task_id": null, "title": "B"}))
        .send()
        .await
        .expect(200);
    held([&draft_id, &none]).await;
    // Where it does not go with what she chooses it gives way, and she is told nothing.
    let changed = klara.patch(&path).json(&json!({"task_id": shared})).send().await.expect(200).json();
    assert_eq!((&changed["engagement_id"], &changed["task_id"]), (&none, &shared_id));
    held([&none, &shared_id]).await;
    anna.patch(&path).json(&json!({"engagement_id": draft, "task_id": bound})).send().await.expect(200);
    klara.patch(&path).json(&json!({"engagement_id": engagement})).send().await.expect(200);
    held([&engagement_id, &none]).await;
    // What she cannot see she cannot choose.
    for body in [json!({"task_id": internal}), json!({"engagement_id": draft})] {
        assert_eq!(
            klara.patch(&path).json(&body).send().await.expect(422).json()["errors"][0]["code"],
            "reference_not_found"
        );
    }
}

#[on_both]
async fn drafts_and_internal_tasks_do_not_show_through(server: Server) {
    let anna = server.assistant("anna").await;
    let hers = id(&new_client(&anna, "Hers").await);
    let klara = server.client_member(&anna, &hers, "klara").await;
    let draft = id(&new_engagement(&anna, &hers).await);
    let task = id(&new_task(&anna, &hers, json!({"visibility": "internal", "due_on": "2026-03-20"})).await);
    let more = json!({"engagement_id": draft, "task_id": task, "expires_at": "2026-03-10T00:00:00Z"});
    let made = id(&new_link(&anna, &hers, WE, more).await);
    let seen =
        klara.get(&format!("/v1/share-links/{made}?expand=engagement,task")).send().await.expect(200).json();
    for hidden in ["engagement_id", "engagement", "task_id", "task"] {
        assert_eq!(seen[hidden], json!(null), "{hidden}");
    }
    assert!(!codes(&seen).contains(&"expires_before_task_due"));
    for query in [format!("engagement_id={draft}"), format!("task_id={task}")] {
        assert_eq!(found(&klara, &query).await, Vec::<String>::new());
        assert_eq!(found(&anna, &query).await, std::slice::from_ref(&made));
    }
    for member in ["engagement_id", "task_id"] {
        let id = if member == "task_id" { &task } else { &draft };
        let refused = klara
            .post("/v1/share-links")
            .json(&link(&hers, WE, json!({member: id})))
            .send()
            .await
            .expect(422)
            .json();
        assert_eq!(pointers(&refused), [format!("/{member}")]);
    }
    anna.post(&format!("/v1/engagements/{draft}/propose")).send().await.expect(200);
    assert_eq!(klara.get(&format!("/v1/share-links/{made}")).send().await.json()["engagement_id"], draft);
}

#[on_both]
async fn a_key_needs_its_scope(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let made = format!("/v1/share-links/{}", id(&new_link(&anna, &client, WE, json!({})).await));
    let (reader, writer) =
        (server.automation(&anna, &["shares:read"]).await, server.automation(&anna, &["shares:write"]).await);
    reader.get(&made).send().await.expect(200);
    reader.get(&format!("{made}/secret")).send().await.expect(200);
    reader.post(&format!("{made}/revoke")).send().await.expect(403);
    assert_eq!(writer.get(&made).send().await.expect(403).json()["code"], "insufficient_scope");
    writer.post("/v1/share-links").json(&link(&client, WE, json!({}))).send().await.expect(201);
}
