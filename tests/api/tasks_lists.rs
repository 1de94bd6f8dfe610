//! Tasks in lists, by reference, and changed by many at once.

use crate::tasks::{member, new_task, titles};
use crate::{
    engagements::{act, active, draft},
    people::{id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::json;

#[on_both]
async fn tasks_are_found_by_what_they_are(server: Server) {
    let anna = server.assistant("anna").await;
    let (one, two) = (id(&new_client(&anna, "One").await), id(&new_client(&anna, "Two").await));
    let me = member(&anna).await;
    for body in [
        json!({"client_id": one, "title": "Äpfel", "due_on": "2026-03-01", "priority": "low", "area": "Reisen", "tags": ["Eilig"], "external_source": "crm", "external_ref": "7"}),
        json!({"client_id": one, "title": "birnen", "due_at": "2026-03-02T23:30:00Z", "priority": "urgent", "internal_note": "süß", "assignee_id": me}),
        json!({"client_id": two, "title": "Zitronen", "visibility": "internal", "description": "sauer"}),
        json!({"client_id": two, "title": "Anis", "due_on": "2026-03-02", "priority": "high"}),
    ] {
        anna.post("/v1/tasks").json(&body).send().await.expect(201);
    }
    let all = ["Äpfel", "birnen", "Zitronen", "Anis"];
    for (query, expected) in [
        ("sort=created_at".to_owned(), &all[..]),
        ("sort=title".to_owned(), &["Anis", "Äpfel", "birnen", "Zitronen"]),
        ("sort=due_on".to_owned(), &["Äpfel", "Anis", "birnen", "Zitronen"]),
        ("sort=-due_on&limit=2".to_owned(), &["Zitronen", "birnen"]),
        ("sort=-priority".to_owned(), &["birnen", "Anis", "Zitronen", "Äpfel"]),
        (format!("client_id={two}"), &["Anis", "Zitronen"]),
        (format!("client_id={one},{two}&status=done,todo&sort=created_at"), &all),
        ("status=done".to_owned(), &[]),
        (format!("assignee_id={me}"), &["birnen"]),
        (format!("engagement_id={me}"), &[]),
        ("area=Reisen".to_owned(), &["Äpfel"]),
        ("priority=low,high".to_owned(), &["Anis", "Äpfel"]),
        ("visibility=internal".to_owned(), &["Zitronen"]),
        ("tags=EILIG".to_owned(), &["Äpfel"]),
        ("external_source=crm&external_ref=7".to_owned(), &["Äpfel"]),
        ("q=sauer".to_owned(), &["Zitronen"]),
        ("q=suss".to_owned(), &["birnen"]),
        ("q=apfel".to_owned(), &["Äpfel"]),
        // A day of the workspace, which is in Berlin: 23:30 in UTC is the next one.
        ("due_from=2026-03-02&due_until=2026-03-03".to_owned(), &["Anis"]),
        ("due_from=2026-03-03".to_owned(), &["birnen"]),
        ("due_until=2026-03-02".to_owned(), &["Äpfel"]),
        ("overdue=true".to_owned(), &["Äpfel"]),
        ("overdue=false".to_owned(), &["Anis", "Zitronen", "birnen"]),
    ] {
        assert_eq!(titles(&anna, &query).await, expected, "{query}");
    }
    // Days move with the workspace; instants stay where they are.
    anna.patch("/v1/workspace").json(&json!({"time_zone": "Pacific/Auckland"})).send().await.expect(200);
    assert_eq!(titles(&anna, "due_from=2026-03-02&due_until=2026-03-03").await, ["Anis"]);
    assert_eq!(titles(&anna, "due_until=2026-03-02").await, ["Äpfel"]);
    assert_eq!(titles(&anna, "sort=due_on").await, ["Äpfel", "Anis", "birnen", "Zitronen"]);
    let list = anna.get("/v1/tasks?include=total_count&priority=low,high&limit=1").send().await.expect(200).json();
    assert_eq!((&list["total_count"], &list["has_more"]), (&json!(2), &json!(true)));
    for query in ["due_from=tomorrow", "overdue=perhaps", "status=gone", "expand=shoes", "sort=area"] {
        anna.get(&format!("/v1/tasks?{query}")).send().await.expect(400);
    }
}

#[on_both]
async fn pages_follow_every_order_without_gap_or_repetition(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let priorities = ["low", "normal", "high", "urgent"];
    for i in 0..9 {
        let mut body =
            json!({"client_id": client, "title": format!("Aufgabe {}", i % 5), "priority": priorities[i % 4]});
        if i % 3 > 0 {
            body["due_on"] = json!(format!("2026-03-{:02}", 1 + i % 2));
        }
        anna.post("/v1/tasks").json(&body).send().await.expect(201);
    }
    for sort in ["created_at", "updated_at", "due_on", "priority", "title"] {
        for sort in [sort.to_owned(), format!("-{sort}")] {
            let whole = ids(&anna.get(&format!("/v1/tasks?sort={sort}")).send().await.expect(200).json());
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page =
                    anna.get(&format!("/v1/tasks?sort={sort}&limit=2{cursor}")).send().await.expect(200).json();
                seen.extend(ids(&page));
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(seen, whole, "{sort}");
            assert_eq!(seen.len(), 9);
        }
    }
}

#[on_both]
async fn find_or_create_merges_a_task_by_reference(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let other = id(&new_client(&anna, "B").await);
    let path = "/v1/tasks/by-ref/trello/card%2F1";
    assert_eq!(
        pointers(&anna.put(path).json(&json!({"title": "A"})).send().await.expect(422).json()),
        ["/client_id"]
    );
    let made = anna
        .put(path)
        .json(&json!({"client_id": client, "title": "A", "priority": "high"}))
        .send()
        .await
        .expect(201);
    assert_eq!(made.json()["external_ref"], "card/1");
    let merged = anna.put(path).json(&json!({"client_id": client, "title": "B"})).send().await.expect(200).json();
    assert_eq!(
        (&merged["title"], &merged["priority"], &merged["id"]),
        (&json!("B"), &json!("high"), &made.json()["id"])
    );
    anna.put(path).json(&json!({"client_id": client.to_uppercase(), "title": "B"})).send().await.expect(200);
    let refused = anna.put(path).json(&json!({"client_id": other, "title": "B"})).send().await.expect(422).json();
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!("/client_id"), &json!("immutable"))
    );
    let twice = anna
        .post("/v1/tasks")
        .json(&json!({"client_id": client, "title": "C", "external_source": "trello", "external_ref": "card/1"}))
        .send()
        .await
        .expect(409)
        .json();
    assert_eq!(
        (&twice["code"], &twice["conflicts"][0]["id"]),
        (&json!("duplicate_external_ref"), &made.json()["id"])
    );
    let calls = (0..50).map(|_| {
        let call = anna.put("/v1/tasks/by-ref/trello/2").json(&json!({"client_id": client, "title": "Once"}));
        async move { call.send().await.status }
    });
    let statuses = futures_util::future::join_all(calls).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 201)));
}

#[on_both]
async fn related_clients_come_along_when_asked_for(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "Tischlerei").await);
    let task = new_task(&anna, &client, "A").await;
    assert_eq!(task["client"], json!(null));
    let list = anna.get("/v1/tasks?expand=client").send().await.expect(200).json();
    assert_eq!(list["data"][0]["client"]["name"], "Tischlerei");
    let klara = server.client_member(&anna, &client, "klara").await;
    let one = klara.get(&format!("/v1/tasks/{}?expand=client", id(&task))).send().await.expect(200).json();
    assert_eq!((&one["client"]["id"], one["client"].get("internal_note")), (&json!(client), None));
}

#[on_both]
async fn a_task_belongs_to_an_engagement_of_its_client_that_is_not_over(server: Server) {
    let anna = server.assistant("anna").await;
    let (one, two) = (id(&new_client(&anna, "One").await), id(&new_client(&anna, "Two").await));
    let klara = server.client_member(&anna, &one, "klara").await;
    let (planned, running) = (id(&draft(&anna, &one, "Draft").await), id(&active(&anna, &one, "Active").await));
    let foreign = id(&active(&anna, &two, "Foreign").await);
    let task = |engagement: &str| json!({"client_id": one, "title": "A", "engagement_id": engagement});
    let made = anna.post("/v1/tasks").json(&task(&running)).send().await.expect(201).json();
    let path = format!("/v1/tasks/{}", id(&made));
    anna.post("/v1/tasks").json(&task(&planned)).send().await.expect(201);
    klara.post("/v1/tasks").json(&task(&running)).send().await.expect(201);
    for (caller, engagement) in [(&anna, &foreign), (&klara, &foreign), (&klara, &planned)] {
        let refused = caller.post("/v1/tasks").json(&task(engagement)).send().await.expect(422).json();
        assert_eq!(
            (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
            (&json!("/engagement_id"), &json!("reference_not_found"))
        );
    }
    assert_eq!(
        pointers(&anna.patch(&path).json(&json!({"engagement_id": foreign})).send().await.expect(422).json()),
        ["/engagement_id"]
    );
    assert_eq!(
        ids(&anna.get(&format!("/v1/tasks?engagement_id={running}")).send().await.expect(200).json()).len(),
        2
    );
    let one_task = anna.get(&format!("{path}?expand=client,engagement")).send().await.expect(200).json();
    assert_eq!((&one_task["client"]["name"], &one_task["engagement"]["title"]), (&json!("One"), &json!("Active")));
    let list = klara.get("/v1/tasks?expand=engagement&sort=created_at").send().await.expect(200).json();
    assert_eq!(
        (&list["data"][0]["engagement"]["title"], &list["data"][1]["engagement"], &list["data"][0]["client"]),
        (&json!("Active"), &json!(null), &json!(null))
    );
    assert_eq!(
        anna.delete(&format!("/v1/engagements/{planned}")).send().await.expect(409).json()["blocked_by"],
        json!([{"type": "tasks", "count": 1}])
    );

    act(&anna, &running, "end").await.expect(200);
    let refused = anna.post("/v1/tasks").json(&task(&running)).send().await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["engagement_status"]),
        (&json!("engagement_not_active"), &json!("ended"))
    );
    anna.patch(&path).json(&json!({"title": "Corrected"})).send().await.expect(200);
    anna.post(&format!("{path}/complete")).send().await.expect(200);
}

#[on_both]
async fn deleting_leaves_a_tombstone_and_frees_the_client(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let klara = server.client_member(&anna, &client, "klara").await;
    let start = anna.get("/v1/tasks").send().await.expect(200).json()["as_of"].as_str().unwrap().to_owned();
    let task = anna.post("/v1/tasks").json(&json!({"client_id": client, "title": "Geheim", "description": "Geheim", "tags": ["Geheim"], "internal_note": "Geheim",
        "checklist": [{"title": "Geheim"}], "area": "Reisen", "external_source": "crm", "external_ref": "Geheim"})).send().await.expect(201).json();
    let path = format!("/v1/tasks/{}", id(&task));
    let blocked = anna.delete(&format!("/v1/clients/{client}")).send().await.expect(409).json();
    assert!(blocked["blocked_by"].as_array().unwrap().contains(&json!({"type": "tasks", "count": 1})));
    anna.delete(&path).send().await.expect(204);
    anna.get(&path).send().await.expect(404);
    anna.delete(&path).send().await.expect(404);
    assert!(ids(&anna.get("/v1/tasks").send().await.expect(200).json()).is_empty());
    for caller in [&anna, &klara] {
        let changes = caller.get(&format!("/v1/tasks?updated_since={start}")).send().await.expect(200).json();
        let tombstone = &changes["data"][0];
        assert_eq!(
            (&tombstone["id"], &tombstone["title"], &tombstone["allowed_actions"]),
            (&task["id"], &json!(""), &json!([]))
        );
        assert!(tombstone["deleted_at"].is_string());
        // Assistants are told of which record in another system it was.
        let mut rest = tombstone.clone();
        let reference = rest.as_object_mut().unwrap().remove("external_ref");
        assert_eq!(reference, std::ptr::eq(caller, &anna).then(|| json!("Geheim")));
        assert!(!rest.to_string().contains("Geheim"));
    }
    let blocked = anna.delete(&format!("/v1/clients/{client}")).send().await.expect(409).json();
    assert_eq!(blocked["blocked_by"], json!([{"type": "members", "count": 1}]));
    anna.put("/v1/tasks/by-ref/crm/Geheim")
        .json(&json!({"client_id": client, "title": "Again"}))
        .send()
        .await
        .expect(201);
}

#[on_both]
async fn one_idempotency_key_makes_one_task(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let calls = (0..50).map(|_| {
        let call = anna
            .post("/v1/tasks")
            .header("idempotency-key", "k")
            .json(&json!({"client_id": client, "title": "Once"}));
        async move { call.send().await.expect(201).json() }
    });
    let answers = futures_util::future::join_all(calls).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(ids(&anna.get("/v1/tasks").send().await.json()).len(), 1);
}

#[on_both]
async fn another_workspace_finds_no_tasks(server: Server) {
    let (anna, bea) = (server.assistant("anna").await, server.assistant("bea").await);
    let client = id(&new_client(&anna, "A").await);
    let path = format!("/v1/tasks/{}", id(&new_task(&anna, &client, "A").await));
    bea.get(&path).send().await.expect(404);
    bea.patch(&path).json(&json!({"title": "B"})).send().await.expect(404);
    bea.delete(&path).send().await.expect(404);
    bea.post(&format!("{path}/start")).send().await.expect(404);
    bea.get(&format!("{path}/comments")).send().await.expect(404);
    assert!(ids(&bea.get(&format!("/v1/tasks?client_id={client}")).send().await.expect(200).json()).is_empty());
    assert_eq!(
        pointers(
            &bea.post("/v1/tasks")
                .json(&json!({"client_id": client, "title": "A"}))
                .send()
                .await
                .expect(422)
                .json()
        ),
        ["/client_id"]
    );
    let hers = id(&new_client(&bea, "B").await);
    let foreign = json!({"client_id": hers, "title": "A", "assignee_id": member(&anna).await});
    assert_eq!(pointers(&bea.post("/v1/tasks").json(&foreign).send().await.expect(422).json()), ["/assignee_id"]);
    let reader = server.automation(&anna, &["tasks:read"]).await;
    reader.get(&path).send().await.expect(200);
    assert_eq!(
        reader.post(&format!("{path}/start")).send().await.expect(403).json()["code"],
        "insufficient_scope"
    );
}
