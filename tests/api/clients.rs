//! Clients, their contacts and channels.

use crate::{
    people::{id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::json;

#[on_both]
async fn a_client_is_created_with_the_workspaces_defaults(server: Server) {
    let anna = server.assistant("anna").await;
    let body = json!({"name": "Tischlerei Müller", "tags": ["Handwerk"], "internal_note": "Vorsicht, Hund"});
    let made = anna.post("/v1/clients").json(&body).send().await.expect(201);
    let client = made.json();
    assert_eq!(
        (&client["currency"], &client["time_zone"], &client["language"]),
        (&json!("EUR"), &json!("Europe/Berlin"), &json!("de"))
    );
    assert_eq!(client["allowed_actions"], json!(["edit", "archive", "delete"]));
    let location = made.header("location").unwrap().to_owned();
    let read = anna.get(&location).send().await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (client, made.header("etag")));
    anna.get(&location).header("if-none-match", made.header("etag").unwrap()).send().await.expect(304);
}

#[on_both]
async fn every_fault_of_a_body_is_named_at_once(server: Server) {
    let anna = server.assistant("anna").await;
    let body = json!({"name": "", "currency": "EUX", "time_zone": "Europe/Bonn", "email": "nobody", "payment_term_days": -1,
        "shoe_size": 42, "tags": ["a", "a"], "billing_address": {"city": "Hamburg", "country": "XX"}, "kind": "church"});
    let refused = anna.post("/v1/clients").json(&body).send().await.expect(422).json();
    assert_eq!(
        pointers(&refused),
        [
            "/billing_address/country",
            "/billing_address/line1",
            "/currency",
            "/email",
            "/kind",
            "/name",
            "/payment_term_days",
            "/shoe_size",
            "/tags/1",
            "/time_zone"
        ]
    );
    let lone = anna
        .post("/v1/clients")
        .json(&json!({"name": "A", "external_ref": "4711", "tags": ["a", "A"]}))
        .send()
        .await
        .expect(422);
    assert_eq!(pointers(&lone.json()), ["/external_ref", "/tags/1"]);
    for name in ["tab\there", "bidi\u{202e}", "nul\u{0}"] {
        let refused = anna.post("/v1/clients").json(&json!({"name": name})).send().await.expect(422).json();
        assert_eq!(refused["errors"][0]["code"], "invalid_characters", "{name:?}");
    }
}

#[on_both]
async fn a_patch_changes_what_it_names_and_clears_with_null(server: Server) {
    let anna = server.assistant("anna").await;
    let made = anna
        .post("/v1/clients")
        .json(&json!({"name": "A", "email": "a@example.com", "tags": ["x"]}))
        .send()
        .await
        .expect(201);
    let path = format!("/v1/clients/{}", id(&made.json()));
    let changed = anna.patch(&path).json(&json!({"email": null, "name": "B"})).send().await.expect(200).json();
    assert_eq!(
        (&changed["name"], &changed["email"], &changed["tags"], &changed["version"]),
        (&json!("B"), &json!(null), &json!(["x"]), &json!(2))
    );
    let refused = anna.patch(&path).json(&json!({"name": null, "currency": null})).send().await.expect(422).json();
    assert_eq!(pointers(&refused), ["/currency", "/name"]);
    let stale = anna
        .patch(&path)
        .header("if-match", made.header("etag").unwrap())
        .json(&json!({"name": "C"}))
        .send()
        .await
        .expect(412)
        .json();
    assert_eq!(stale["code"], "precondition_failed");
    assert_eq!(anna.get(&path).send().await.json()["name"], "B");
    let same = anna.patch(&path).json(&json!({"name": "B"})).send().await.expect(200).json();
    assert_eq!(same["version"], 2, "a patch that changes nothing is no change");
}

#[on_both]
async fn of_fifty_writers_with_one_tag_one_wins(server: Server) {
    let anna = server.assistant("anna").await;
    let made = anna.post("/v1/clients").json(&json!({"name": "A"})).send().await.expect(201);
    let (path, tag) = (format!("/v1/clients/{}", id(&made.json())), made.header("etag").unwrap().to_owned());
    let writers = (0..50).map(|i| {
        let request = anna.patch(&path).header("if-match", &tag).json(&json!({"name": format!("Name {i}")}));
        async move { request.send().await.status }
    });
    let mut statuses = futures_util::future::join_all(writers).await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(statuses[1..].iter().all(|status| *status == 412), "{statuses:?}");
}

#[on_both]
async fn one_idempotency_key_makes_one_client(server: Server) {
    let anna = server.assistant("anna").await;
    let make = |key: &str, name: &str| {
        anna.post("/v1/clients").header("idempotency-key", key).json(&json!({"name": name}))
    };
    let calls = (0..50).map(|_| {
        let call = make("k-1", "Once");
        async move { call.send().await.expect(201) }
    });
    let answers = futures_util::future::join_all(calls).await;
    assert!(answers.iter().all(|answer| answer.json() == answers[0].json()));
    assert_eq!(answers.iter().filter(|answer| answer.header("idempotent-replayed") == Some("true")).count(), 49);
    assert_eq!(ids(&anna.get("/v1/clients").send().await.json()).len(), 1);
    let again = make("\"k-1\"", "Once").send().await.expect(201);
    assert_eq!(again.header("location"), answers[0].header("location"), "the quoted form is the same key");
    assert_eq!(make("k-1", "Other").send().await.expect(422).json()["code"], "idempotency_key_reused");
    make("k 1", "Bad").send().await.expect(400);
    let refused = make("k-2", "").send().await.expect(422);
    assert_eq!(refused.json()["code"], "validation_failed");
    make("k-2", "Only a success is kept").send().await.expect(201);
}

#[on_both]
async fn search_knows_no_case_and_no_accents(server: Server) {
    let anna = server.assistant("anna").await;
    let muller = id(&new_client(&anna, "MÜLLER Straßenbau").await);
    new_client(&anna, "Bäcker 100%").await;
    for q in ["m%C3%BCller", "muller", "M%C3%9CLLER", "strasse"] {
        assert_eq!(
            ids(&anna.get(&format!("/v1/clients?q={q}")).send().await.expect(200).json()),
            std::slice::from_ref(&muller),
            "{q}"
        );
    }
    assert_eq!(
        ids(&anna.get("/v1/clients?q=%25").send().await.expect(200).json()).len(),
        1,
        "a percent sign is one"
    );
    assert!(ids(&anna.get("/v1/clients?q=_uller").send().await.expect(200).json()).is_empty());
}

#[on_both]
async fn pages_neither_repeat_nor_skip(server: Server) {
    let anna = server.assistant("anna").await;
    let mut made = Vec::new();
    for i in 0..7 {
        made.push(id(&new_client(&anna, &format!("Client {i}")).await));
    }
    let mut seen = Vec::new();
    let mut next = "/v1/clients?limit=2&sort=-created_at&include=total_count".to_owned();
    loop {
        let page = anna.get(&next).send().await.expect(200);
        let body = page.json();
        assert_eq!(body["total_count"], 7 + i64::from(seen.len() >= 2));
        seen.extend(ids(&body));
        if seen.len() == 2 {
            new_client(&anna, "Comes between two pages").await;
            anna.delete(&format!("/v1/clients/{}", seen[0])).send().await.expect(204);
            new_client(&anna, "And another").await;
        }
        assert_eq!(page.header("link").is_some(), body["has_more"] == true);
        match body["next_cursor"].as_str() {
            Some(cursor) => {
                next = format!("/v1/clients?limit=2&sort=-created_at&include=total_count&cursor={cursor}")
            }
            None => break,
        }
    }
    made.reverse();
    assert_eq!(seen, made);
    let cursor = anna.get("/v1/clients?limit=2").send().await.json()["next_cursor"].as_str().unwrap().to_owned();
    for query in
        [format!("cursor={cursor}&sort=name"), format!("cursor={cursor}&q=a"), format!("cursor={}x", cursor)]
    {
        let refused = anna.get(&format!("/v1/clients?limit=2&{query}")).send().await.expect(400);
        assert_eq!(refused.json()["code"], "invalid_cursor");
    }
}

#[on_both]
async fn parameters_that_nobody_knows_are_refused_by_name(server: Server) {
    let anna = server.assistant("anna").await;
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("shoes=1", "shoes"),
        ("sort=shoes", "sort"),
        ("status=gone", "status"),
        ("include=all", "include"),
        ("q=", "q"),
        ("limit=1&limit=2", "limit"),
        ("updated_since=yesterday", "updated_since"),
    ] {
        let refused = anna.get(&format!("/v1/clients?{query}")).send().await.expect(400).json();
        assert_eq!(
            (&refused["code"], &refused["parameter"]),
            (&json!("invalid_parameter"), &json!(name)),
            "{query}"
        );
    }
    let client = id(&new_client(&anna, "A").await);
    anna.get(&format!("/v1/clients/{client}?x=1")).send().await.expect(400);
}

#[on_both]
async fn an_archived_client_takes_no_new_work_and_is_hidden(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let archived = anna.post(&format!("/v1/clients/{client}/archive")).send().await.expect(200).json();
    assert_eq!(
        (&archived["status"], &archived["allowed_actions"]),
        (&json!("archived"), &json!(["edit", "unarchive", "delete"]))
    );
    assert!(ids(&anna.get("/v1/clients").send().await.json()).is_empty());
    assert_eq!(ids(&anna.get("/v1/clients?status=archived,lead").send().await.json()).len(), 1);
    let again = anna.post(&format!("/v1/clients/{client}/archive")).send().await.expect(409).json();
    assert_eq!(
        (&again["code"], &again["allowed_actions"]),
        (&json!("action_not_allowed"), &json!(["edit", "unarchive", "delete"]))
    );
    for (path, body) in [
        ("/v1/tasks", json!({"client_id": client, "title": "A"})),
        (
            "/v1/engagements",
            json!({"client_id": client, "title": "A", "starts_on": "2026-04-01", "terms": {"kind": "hourly", "rate_minor": 1}}),
        ),
        ("/v1/invitations", json!({"client_id": client, "email": "klara@example.com", "role": "client"})),
    ] {
        assert_eq!(
            anna.post(path).json(&body).send().await.expect(409).json()["code"],
            "client_archived",
            "{path}"
        );
    }
    let back = anna.post(&format!("/v1/clients/{client}/unarchive")).send().await.expect(200).json();
    assert_eq!((&back["status"], &back["archived_at"]), (&json!("active"), &json!(null)));
}

#[on_both]
async fn delete_names_what_is_in_the_way(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    server.client_member(&anna, &client, "klara").await;
    let refused = anna.delete(&format!("/v1/clients/{client}")).send().await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["blocked_by"]),
        (&json!("has_dependents"), &json!([{"type": "members", "count": 1}]))
    );
}

#[on_both]
async fn find_or_create_merges_by_reference(server: Server) {
    let anna = server.assistant("anna").await;
    let path = "/v1/clients/by-ref/hubspot/4711";
    let made =
        anna.put(path).json(&json!({"name": "A", "email": "a@example.com"})).send().await.expect(201).json();
    assert_eq!((&made["external_source"], &made["external_ref"]), (&json!("hubspot"), &json!("4711")));
    let merged = anna.put(path).json(&json!({"name": "B"})).send().await.expect(200).json();
    assert_eq!(
        (&merged["id"], &merged["name"], &merged["email"]),
        (&made["id"], &json!("B"), &json!("a@example.com"))
    );
    let refused = anna
        .put("/v1/clients/by-ref/hubspot/4712")
        .json(&json!({"email": "b@example.com"}))
        .send()
        .await
        .expect(422);
    assert_eq!(pointers(&refused.json()), ["/name"]);
    let double = json!({"name": "C", "external_source": "hubspot", "external_ref": "4711"});
    assert_eq!(
        anna.post("/v1/clients").json(&double).send().await.expect(409).json()["code"],
        "duplicate_external_ref"
    );
    let calls = (0..50).map(|_| {
        let call = anna.put("/v1/clients/by-ref/crm/1").json(&json!({"name": "N"}));
        async move { call.send().await.status }
    });
    let mut statuses = futures_util::future::join_all(calls).await;
    statuses.sort_unstable();
    assert_eq!((statuses[48], statuses[49]), (200, 201), "{statuses:?}");
}

#[on_both]
async fn a_poller_misses_no_change_and_no_deletion(server: Server) {
    let anna = server.assistant("anna").await;
    let kept = id(&new_client(&anna, "Kept").await);
    let gone = id(&new_client(&anna, "Gone").await);
    let as_of = anna.get("/v1/clients").send().await.json()["as_of"].as_str().unwrap().to_owned();
    anna.patch(&format!("/v1/clients/{kept}")).json(&json!({"name": "Changed"})).send().await.expect(200);
    anna.delete(&format!("/v1/clients/{gone}")).send().await.expect(204);
    let changes = anna.get(&format!("/v1/clients?updated_since={as_of}")).send().await.expect(200).json();
    let rows = changes["data"].as_array().unwrap();
    let row = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap();
    assert_eq!(row(&kept)["name"], "Changed");
    assert!(row(&gone)["deleted_at"].is_string() && row(&gone)["name"] == "");
    anna.get(&format!("/v1/clients/{gone}")).send().await.expect(404);
    let old = anna.get("/v1/clients?updated_since=2025-01-01T00:00:00Z").send().await.expect(410).json();
    assert_eq!(old["code"], "sync_expired");
}

#[on_both]
async fn a_client_sees_itself_without_what_is_internal(server: Server) {
    let anna = server.assistant("anna").await;
    let hers =
        json!({"name": "Hers", "client_note": "Hallo", "internal_note": "geheimnis", "tags": ["geheimtag"]});
    let hers = id(&anna.post("/v1/clients").json(&hers).send().await.expect(201).json());
    let other = id(&new_client(&anna, "Other").await);
    let klara = server.client_member(&anna, &hers, "klara").await;
    let seen = klara.get(&format!("/v1/clients/{hers}")).send().await.expect(200).json();
    assert_eq!((&seen["client_note"], &seen["allowed_actions"]), (&json!("Hallo"), &json!([])));
    for hidden in ["internal_note", "tags", "external_ref", "default_terms"] {
        assert!(seen.get(hidden).is_none(), "{hidden}");
    }
    klara.get(&format!("/v1/clients/{other}")).send().await.expect(404);
    assert_eq!(ids(&klara.get("/v1/clients").send().await.json()), std::slice::from_ref(&hers));
    assert!(ids(&klara.get("/v1/clients?q=geheimnis").send().await.json()).is_empty());
    klara.get("/v1/clients?tags=geheimtag").send().await.expect(400);
    klara.patch(&format!("/v1/clients/{hers}")).json(&json!({"name": "X"})).send().await.expect(403);
    let events = klara.get("/v1/events").send().await.expect(200);
    assert!(!String::from_utf8_lossy(&events.body).contains("geheim"));
    klara.get(&format!("/v1/clients/{other}/contacts")).send().await.expect(404);
}

#[on_both]
async fn another_workspace_finds_nothing(server: Server) {
    let (anna, berta) = (server.assistant("anna").await, server.assistant("berta").await);
    let client = id(&new_client(&anna, "A").await);
    berta.get(&format!("/v1/clients/{client}")).send().await.expect(404);
    berta.patch(&format!("/v1/clients/{client}")).json(&json!({"name": "B"})).send().await.expect(404);
    berta.delete(&format!("/v1/clients/{client}")).send().await.expect(404);
    berta.get("/v1/clients/not-an-id").send().await.expect(404);
    assert!(ids(&berta.get("/v1/clients").send().await.json()).is_empty());
}
