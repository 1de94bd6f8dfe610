//! Engagements: drafts, the way from a proposal to the archive, lists.

use crate::{
    client::{Reply, TestClient},
    people::{id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};

/// An hourly engagement's body.
pub fn hourly(client: &str, title: &str) -> Value {
    json!({"client_id": client, "title": title, "starts_on": "2026-02-01", "terms": {"kind": "hourly", "rate_minor": 4500}})
}

/// A new draft of the assistant's.
pub async fn draft(assistant: &TestClient, client: &str, title: &str) -> Value {
    assistant.post("/v1/engagements").json(&hourly(client, title)).send().await.expect(201).json()
}

/// Does an act on an engagement that needs no words.
pub async fn act(assistant: &TestClient, engagement: &str, act: &str) -> Reply {
    assistant.post(&format!("/v1/engagements/{engagement}/{act}")).send().await
}

/// A new engagement of the assistant's, accepted elsewhere.
pub async fn active(assistant: &TestClient, client: &str, title: &str) -> Value {
    let made = id(&draft(assistant, client, title).await);
    let proposed = act(assistant, &made, "propose").await.expect(200);
    answer(assistant, &made, "accept", proposed.header("etag").unwrap()).await.expect(200).json()
}

pub async fn answer(assistant: &TestClient, engagement: &str, answer: &str, tag: &str) -> Reply {
    let request = assistant.post(&format!("/v1/engagements/{engagement}/{answer}")).header("if-match", tag);
    request.json(&json!({"note": "Zugesagt am Telefon."})).send().await
}

pub async fn client(assistant: &TestClient) -> String {
    id(&new_client(assistant, "Tischlerei Müller").await)
}

#[on_both]
async fn a_draft_is_completed_and_reads_as_it_was_made(server: Server) {
    let anna = server.assistant("anna").await;
    let body = json!({
        "client_id": client(&anna).await, "title": "Büropaket", "starts_on": "2026-04-01", "ends_on": "2026-12-31",
        "description": "Post und **Termine**", "internal_note": "Nicht unter 800.",
        "terms": {"kind": "retainer", "price_minor": 90000, "included_minutes": 1200},
    });
    let made = anna.post("/v1/engagements").json(&body).send().await.expect(201);
    let path = made.header("location").unwrap().to_owned();
    let read = anna.get(&path).send().await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (made.json(), made.header("etag")));
    let made = made.json();
    assert_eq!(
        (&made["status"], &made["kind"], &made["version"]),
        (&json!("draft"), &json!("retainer"), &json!(1))
    );
    assert_eq!(
        (&made["time_zone"], &made["terms_effective_from"]),
        (&json!("Europe/Berlin"), &json!("2026-04-01"))
    );
    let terms = &made["terms"];
    assert_eq!(
        (&terms["currency"], &terms["period"], &terms["carry"]),
        (&json!("EUR"), &json!("month"), &json!("none"))
    );
    assert_eq!((&terms["rate_minor"], &terms["alerts_percent"]), (&json!(null), &json!([80, 100])));
    assert_eq!(made["allowed_actions"], json!(["edit", "propose", "delete"]));
    assert_eq!(
        (&made["lock"]["locked"], &made["client"], &made["accepted_elsewhere"]),
        (&json!(false), &json!(null), &json!(false))
    );
    let first =
        anna.get(&format!("{path}/terms/{}", made["terms_id"].as_str().unwrap())).send().await.expect(200).json();
    assert_eq!((&first["status"], &first["terms"]), (&json!("draft"), terms));
}

#[on_both]
async fn terms_left_out_are_the_clients_own(server: Server) {
    let anna = server.assistant("anna").await;
    let usual = json!({"name": "A", "default_terms": {"kind": "daily", "rate_minor": 36000, "full_day_from_minutes": 360}});
    let usual = id(&anna.post("/v1/clients").json(&usual).send().await.expect(201).json());
    let mut body = json!({"client_id": usual, "title": "Tage", "starts_on": "2026-04-01"});
    let made = anna.post("/v1/engagements").json(&body).send().await.expect(201).json();
    assert_eq!((&made["kind"], &made["terms"]["day_mode"]), (&json!("daily"), &json!("threshold")));
    body["client_id"] = json!(client(&anna).await);
    let refused = anna.post("/v1/engagements").json(&body).send().await.expect(422).json();
    assert_eq!(
        (pointers(&refused), &refused["errors"][0]["code"]),
        (vec!["/terms".to_owned()], &json!("required"))
    );
}

#[on_both]
async fn every_fault_of_a_new_engagement_is_named(server: Server) {
    let anna = server.assistant("anna").await;
    let mut body = hourly(&client(&anna).await, "A");
    body["ends_on"] = json!("2026-01-31");
    body["external_ref"] = json!("4711");
    body["terms"] = json!({"kind": "hourly", "currency": "CHF", "included_minutes": 60});
    let refused = anna.post("/v1/engagements").json(&body).send().await.expect(422).json();
    let expected =
        ["/ends_on", "/external_ref", "/terms/currency", "/terms/included_minutes", "/terms/rate_minor"];
    assert_eq!(pointers(&refused), expected);
    let refused = anna
        .post("/v1/engagements")
        .json(&json!({"title": "", "shoes": 1, "starts_on": "1.2.2026"}))
        .send()
        .await
        .expect(422);
    assert_eq!(pointers(&refused.json()), ["/client_id", "/shoes", "/starts_on", "/title"]);
    body["client_id"] = json!("01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90");
    let refused = anna.post("/v1/engagements").json(&body).send().await.expect(422).json();
    assert_eq!(
        pointers(&refused),
        ["/client_id", "/ends_on", "/external_ref", "/terms/included_minutes", "/terms/rate_minor"]
    );
    let unknown = hourly("01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "A");
    let refused = anna.post("/v1/engagements").json(&unknown).send().await.expect(422).json();
    assert_eq!(
        (pointers(&refused), &refused["errors"][0]["code"]),
        (vec!["/client_id".to_owned()], &json!("reference_not_found"))
    );
    assert!(ids(&anna.get("/v1/engagements").send().await.json()).is_empty(), "nothing was written");
}

#[on_both]
async fn a_draft_is_edited_down_to_a_single_term(server: Server) {
    let anna = server.assistant("anna").await;
    let made = draft(&anna, &client(&anna).await, "A").await;
    let path = format!("/v1/engagements/{}", id(&made));
    let patch = |body: Value| anna.patch(&path).json(&body).send();
    let raised =
        patch(json!({"terms": {"rate_minor": 5000, "rounding": {"mode": "up", "increment_minutes": 15}}}))
            .await
            .expect(200)
            .json();
    assert_eq!(
        (&raised["terms"]["rate_minor"], &raised["terms"]["rounding"]["increment_minutes"]),
        (&json!(5000), &json!(15))
    );
    assert_eq!((&raised["version"], &raised["terms_id"]), (&json!(2), &made["terms_id"]));
    let terms = || async {
        anna.get(&format!("{path}/terms/{}", made["terms_id"].as_str().unwrap())).send().await.expect(200).json()
    };
    let unmoved = terms().await;
    patch(json!({"description": "Post"})).await.expect(200);
    assert_eq!(terms().await, unmoved);
    patch(json!({"description": null})).await.expect(200);
    let moved = patch(json!({"starts_on": "2026-05-01", "terms": {"rounding": {"increment_minutes": 30}}}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&moved["terms_effective_from"], &moved["terms"]["rounding"]["mode"]),
        (&json!("2026-05-01"), &json!("up"))
    );
    let package = patch(json!({"terms": {"kind": "retainer", "price_minor": 50000, "included_minutes": 600}}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&package["kind"], &package["terms"]["rounding"]["mode"], &package["version"]),
        (&json!("retainer"), &json!("none"), &json!(6))
    );
    let same = patch(json!({"title": "A", "terms": {"included_minutes": 600}})).await.expect(200).json();
    assert_eq!(same["version"], 6, "what changes nothing is no change");
    assert_eq!(
        pointers(&patch(json!({"terms": {"kind": "project"}})).await.expect(422).json()),
        ["/terms/price_minor"]
    );
    assert_eq!(
        pointers(&patch(json!({"terms": null, "title": null, "time_zone": null})).await.expect(422).json()),
        ["/terms", "/time_zone", "/title"]
    );
    patch(json!({"client_id": made["client_id"]})).await.expect(422);
}

#[on_both]
async fn what_was_proposed_stays_as_it_was(server: Server) {
    let anna = server.assistant("anna").await;
    let made = id(&draft(&anna, &client(&anna).await, "A").await);
    act(&anna, &made, "propose").await.expect(200);
    let path = format!("/v1/engagements/{made}");
    let change = json!({"terms": {"rate_minor": 5000}, "starts_on": "2026-01-01", "time_zone": "Europe/Vienna", "title": "B"});
    let refused = anna.patch(&path).json(&change).send().await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["fixed"]),
        (&json!("terms_fixed"), &json!(["terms", "starts_on", "time_zone"]))
    );
    assert_eq!(refused["allowed_actions"], json!(["edit", "withdraw", "accept", "decline"]));
    let same = anna.patch(&path).json(&json!({"terms": {"rate_minor": 4500}})).send().await.expect(200).json();
    assert_eq!(same["version"], 2);
    let titled =
        anna.patch(&path).json(&json!({"title": "B", "ends_on": "2026-12-31"})).send().await.expect(200).json();
    assert_eq!(
        (&titled["title"], &titled["ends_on"], &titled["version"]),
        (&json!("B"), &json!("2026-12-31"), &json!(3))
    );
    act(&anna, &made, "withdraw").await.expect(200);
    anna.patch(&path).json(&change).send().await.expect(200);
}

#[on_both]
async fn an_engagement_goes_its_way_to_the_archive(server: Server) {
    let anna = server.assistant("anna").await;
    let made = id(&draft(&anna, &client(&anna).await, "A").await);
    for (way, status) in [("propose", "proposed"), ("withdraw", "draft"), ("propose", "proposed")] {
        let after = act(&anna, &made, way).await.expect(200).json();
        assert_eq!((&after["status"], after["proposed_at"].is_string()), (&json!(status), status == "proposed"));
    }
    let refused = act(&anna, &made, "pause").await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["allowed_actions"]),
        (&json!("action_not_allowed"), &json!(["edit", "withdraw", "accept", "decline"]))
    );
    let tag = anna.get(&format!("/v1/engagements/{made}")).send().await.header("etag").unwrap().to_owned();
    let accepted = answer(&anna, &made, "accept", &tag).await.expect(200).json();
    assert_eq!((&accepted["status"], &accepted["accepted_elsewhere"]), (&json!("active"), &json!(true)));
    assert_eq!(
        (&accepted["accepted_by_name"], &accepted["answer_note"]),
        (&json!("anna"), &json!("Zugesagt am Telefon."))
    );
    assert_eq!((&accepted["accepted_version"], &accepted["version"]), (&json!(4), &json!(5)));
    for (way, status) in
        [("pause", "paused"), ("resume", "active"), ("pause", "paused"), ("end", "ended"), ("archive", "archived")]
    {
        assert_eq!(act(&anna, &made, way).await.expect(200).json()["status"], status, "{way}");
    }
    let archived = anna.get(&format!("/v1/engagements/{made}")).send().await.expect(200).json();
    assert_eq!((&archived["lock"]["reason"], &archived["allowed_actions"]), (&json!("archived"), &json!([])));
    let refused = anna
        .patch(&format!("/v1/engagements/{made}"))
        .json(&json!({"title": "B"}))
        .send()
        .await
        .expect(409)
        .json();
    assert_eq!((&refused["code"], &refused["allowed_actions"]), (&json!("action_not_allowed"), &json!([])));
}

#[on_both]
async fn an_acceptance_binds_to_what_was_seen(server: Server) {
    let anna = server.assistant("anna").await;
    let made = id(&draft(&anna, &client(&anna).await, "A").await);
    let seen = act(&anna, &made, "propose").await.expect(200);
    let path = format!("/v1/engagements/{made}/accept");
    let note = json!({"note": "Per E-Mail."});
    assert_eq!(anna.post(&path).json(&note).send().await.expect(428).json()["code"], "precondition_required");
    answer(&anna, &made, "accept", "*").await.expect(428);
    let unsaid = anna.post(&path).header("if-match", seen.header("etag").unwrap());
    assert_eq!(pointers(&unsaid.send().await.expect(422).json()), ["/note"]);
    let blank = anna.post(&path).header("if-match", seen.header("etag").unwrap()).json(&json!({"note": "  "}));
    assert_eq!(pointers(&blank.send().await.expect(422).json()), ["/note"]);
    anna.patch(&format!("/v1/engagements/{made}")).json(&json!({"title": "B"})).send().await.expect(200);
    answer(&anna, &made, "accept", seen.header("etag").unwrap()).await.expect(412);
    let now = anna.get(&format!("/v1/engagements/{made}")).send().await;
    assert_eq!(now.json()["status"], "proposed");
    assert_eq!(
        act(&anna, &made, "decline").await.expect(200).json()["status"],
        "declined",
        "neither tag nor note is asked for"
    );
    let refused = act(&anna, &made, "archive").await.expect(409).json();
    assert_eq!(refused["allowed_actions"], json!(["edit", "delete"]));
}

#[on_both]
async fn of_fifty_acceptances_one_counts(server: Server) {
    let anna = server.assistant("anna").await;
    let made = id(&draft(&anna, &client(&anna).await, "A").await);
    let seen = act(&anna, &made, "propose").await.expect(200);
    let tag = seen.header("etag").unwrap();
    let calls = (0..50).map(|_| async { answer(&anna, &made, "accept", tag).await.status });
    let mut statuses = futures_util::future::join_all(calls).await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[49]), (200, 412, 412), "{statuses:?}");
    let events = anna.get("/v1/events?type=engagement.accepted").send().await.expect(200).json();
    assert_eq!(events["data"].as_array().unwrap().len(), 1);
}

#[on_both]
async fn pausing_and_ending_count_from_a_day_on(server: Server) {
    let anna = server.assistant("anna").await;
    let made = id(&active(&anna, &client(&anna).await, "A").await);
    let on = |act: &str, day: &str| {
        anna.post(&format!("/v1/engagements/{made}/{act}")).json(&json!({"on": day})).send()
    };
    let future = on("pause", "2026-03-03").await.expect(422).json();
    assert_eq!(
        (pointers(&future), &future["errors"][0]["code"]),
        (vec!["/on".to_owned()], &json!("in_the_future"))
    );
    assert_eq!(on("pause", "2026-01-31").await.expect(422).json()["errors"][0]["code"], "too_early");
    let paused = on("pause", "2026-02-27").await.expect(200).json();
    assert_eq!((&paused["paused_on"], paused["paused_at"].is_string()), (&json!("2026-02-27"), true));
    let resumed = act(&anna, &made, "resume").await.expect(200).json();
    assert_eq!((&resumed["paused_on"], &resumed["paused_at"]), (&json!(null), &json!(null)));
    let unbegun = json!({"client_id": resumed["client_id"], "title": "C", "starts_on": "2027-01-01", "terms": {"kind": "hourly", "rate_minor": 1}});
    let unbegun = id(&anna.post("/v1/engagements").json(&unbegun).send().await.expect(201).json());
    let tag = act(&anna, &unbegun, "propose").await.expect(200).header("etag").unwrap().to_owned();
    answer(&anna, &unbegun, "accept", &tag).await.expect(200);
    let ended = act(&anna, &unbegun, "end").await.expect(200).json();
    assert_eq!(ended["ended_on"], "2027-01-01", "called off before it began");
    // 9 h in London is 23 h on the same day in Honolulu's yesterday: the engagement's own calendar counts.
    let far = json!({"client_id": resumed["client_id"], "title": "B", "starts_on": "2026-01-01", "time_zone": "Pacific/Honolulu",
        "terms": {"kind": "hourly", "rate_minor": 1}});
    let far = id(&anna.post("/v1/engagements").json(&far).send().await.expect(201).json());
    let tag = act(&anna, &far, "propose").await.expect(200).header("etag").unwrap().to_owned();
    answer(&anna, &far, "accept", &tag).await.expect(200);
    assert_eq!(act(&anna, &far, "end").await.expect(200).json()["ended_on"], "2026-03-01");
    let ended = on("end", "2026-03-01").await.expect(200).json();
    assert_eq!((&ended["ended_on"], &ended["status"]), (&json!("2026-03-01"), &json!("ended")));
}

#[on_both]
async fn only_what_was_never_agreed_is_deleted(server: Server) {
    let anna = server.assistant("anna").await;
    let client = client(&anna).await;
    let (kept, gone) = (id(&active(&anna, &client, "Kept").await), id(&draft(&anna, &client, "Gone").await));
    assert_eq!(
        anna.delete(&format!("/v1/engagements/{kept}")).send().await.expect(409).json()["code"],
        "action_not_allowed"
    );
    let task = json!({"client_id": client, "engagement_id": gone, "title": "Vorarbeit"});
    let task = id(&anna.post("/v1/tasks").json(&task).send().await.expect(201).json());
    let refused = anna.delete(&format!("/v1/engagements/{gone}")).send().await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["blocked_by"]),
        (&json!("has_dependents"), &json!([{"type": "tasks", "count": 1}]))
    );
    anna.delete(&format!("/v1/tasks/{task}")).send().await.expect(204);
    let as_of = anna.get("/v1/engagements").send().await.json()["as_of"].as_str().unwrap().to_owned();
    anna.delete(&format!("/v1/engagements/{gone}")).header("if-match", "\"9-0\"").send().await.expect(412);
    anna.delete(&format!("/v1/engagements/{gone}")).send().await.expect(204);
    anna.get(&format!("/v1/engagements/{gone}")).send().await.expect(404);
    anna.get(&format!("/v1/engagements/{gone}/terms")).send().await.expect(404);
    let changes = anna.get(&format!("/v1/engagements?updated_since={as_of}")).send().await.expect(200).json();
    assert_eq!(ids(&changes), [gone]);
    let row = &changes["data"][0];
    assert!(
        row["deleted_at"].is_string()
            && row["title"] == ""
            && row["terms"].is_null()
            && row["allowed_actions"] == json!([])
    );
    let refused = anna.delete(&format!("/v1/clients/{client}")).send().await.expect(409).json();
    assert_eq!(refused["blocked_by"], json!([{"type": "engagements", "count": 1}]));
    let refused = anna
        .patch(&format!("/v1/clients/{client}"))
        .json(&json!({"currency": "CHF"}))
        .send()
        .await
        .expect(409)
        .json();
    assert_eq!(
        (&refused["code"], &refused["blocked_by"][0]["type"]),
        (&json!("currency_fixed"), &json!("engagements"))
    );
}

#[on_both]
async fn an_archived_client_gets_no_engagement(server: Server) {
    let anna = server.assistant("anna").await;
    let client = client(&anna).await;
    let made = id(&draft(&anna, &client, "A").await);
    anna.post(&format!("/v1/clients/{client}/archive")).send().await.expect(200);
    let refused = anna.post("/v1/engagements").json(&hourly(&client, "B")).send().await.expect(409).json();
    assert_eq!(refused["code"], "client_archived");
    let refused = act(&anna, &made, "propose").await.expect(409).json();
    assert_eq!(
        (&refused["code"], &refused["allowed_actions"]),
        (&json!("client_archived"), &json!(["edit", "delete"]))
    );
    assert_eq!(
        anna.get(&format!("/v1/engagements/{made}")).send().await.json()["allowed_actions"],
        json!(["edit", "delete"])
    );
    anna.patch(&format!("/v1/engagements/{made}")).json(&json!({"title": "Corrected"})).send().await.expect(200);
}
