//! Milestones of projects: due, accepted once, and kept by later terms.

use crate::{
    client::{Reply, TestClient},
    engagement_terms::answer,
    packages::desk,
    people::{id, ids, new_client, pointers},
    server::Server,
    support::databases::on_both,
    time::{Desk, only},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

fn part(title: &str, amount: i64, due_on: Option<&str>) -> Value {
    json!({"title": title, "amount_minor": amount, "due_on": due_on})
}

fn project(parts: Value) -> Value {
    json!({"kind": "project", "price_minor": 90_000, "milestones": parts})
}

/// A design that was due, a design once more, and a handover.
fn parts() -> Value {
    json!([
        part("Entwurf", 10_000, Some("2026-06-20")),
        part("Entwurf", 20_000, Some("2026-06-21")),
        part("Übergabe", 60_000, None)
    ])
}

/// Accepts a milestone, having seen it.
async fn accept(by: &TestClient, path: &str, body: Value) -> Reply {
    let tag = by.get(path).send().await.expect(200).header("etag").unwrap().to_owned();
    by.post(&format!("{path}/accept")).header("if-match", &tag).json(&body).send().await
}

impl Desk {
    async fn milestones(&self) -> Vec<Value> {
        self.get(&self.of("milestones")).await["data"].as_array().unwrap().clone()
    }

    async fn propose(&self, from: &str, parts: Value) -> Reply {
        self.post(&self.of("terms"), json!({"effective_from": from, "terms": project(parts)})).await
    }
}

#[on_both]
async fn a_milestone_becomes_due_and_is_accepted_once(server: Server) {
    let desk = desk(&server, project(parts())).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let shown = ["number", "title", "amount_minor", "currency", "due_on", "status", "allowed_actions", "version"];
    let all = desk.milestones().await;
    let expected = [
        json!([1, "Entwurf", 10_000, "EUR", "2026-06-20", "due", ["accept"], 3]),
        json!([2, "Entwurf", 20_000, "EUR", "2026-06-21", "planned", ["accept"], 3]),
        json!([3, "Übergabe", 60_000, "EUR", null, "planned", ["accept"], 3]),
    ];
    assert_eq!(all.iter().map(|one| only(one, &shown)).collect::<Vec<_>>(), expected);
    let found = async |query: &str| {
        let list = desk.get(&desk.of(&format!("milestones?{query}"))).await["data"].clone();
        list.as_array().unwrap().iter().map(|one| one["number"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(found("sort=-number&limit=2").await, [3, 2]);
    let path = desk.of("milestones/2");
    klara.post(&format!("{path}/accept")).json(&json!({})).send().await.expect(428);
    let missing = accept(&desk.anna, &path, json!({})).await.expect(422);
    assert_eq!(pointers(&missing.json()), ["/note"]);
    let accepted = accept(&klara, &path, json!({"note": "Gut so."})).await.expect(200).json();
    let facts = ["status", "accepted_by_name", "accepted_version", "accepted_elsewhere", "answer_note"];
    assert_eq!(only(&accepted, &facts), json!(["accepted", "klara", 3, false, "Gut so."]));
    assert_eq!(only(&accepted, &["allowed_actions", "version"]), json!([[], 4]));
    assert_eq!(accepted["lock"]["reason"], json!("accepted"));
    assert_eq!(desk.get(&path).await, accepted);
    assert_eq!(desk.get(&desk.of("milestones/1")).await["status"], json!("due"), "the first of the title stays");
    accept(&klara, &path, json!({})).await.expect(409);
    let recorded = accept(&desk.anna, &desk.of("milestones/1"), json!({"note": "Per Mail."})).await.expect(200);
    assert_eq!(only(&recorded.json(), &["accepted_elsewhere", "answer_note"]), json!([true, "Per Mail."]));
    assert_eq!([found("status=accepted").await, found("status=planned,due").await], [vec![1, 2], vec![3]]);
    let balance = desk.get(&desk.of("balance")).await;
    let standing: Vec<Value> = balance["milestones"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| only(one, &["number", "title", "amount_minor", "status"]))
        .collect();
    let expected = [
        json!([1, "Entwurf", 10_000, "accepted"]),
        json!([2, "Entwurf", 20_000, "accepted"]),
        json!([3, "Übergabe", 60_000, "planned"]),
    ];
    assert_eq!(standing, expected);
    assert_eq!(balance["accepted_minor"], json!(30_000));
    for by in [&desk.anna, &klara] {
        let told = by.get("/v1/events?type=milestone.accepted").send().await.expect(200).json()["data"].clone();
        assert_eq!(told.as_array().unwrap().len(), 2);
        assert_eq!(only(&told[1]["resource"], &["id", "version"]), json!([id(&accepted), 4]));
        assert_eq!(told[1]["data"]["title"], json!("Entwurf"));
    }
    klara.get(&desk.of("milestones/4")).send().await.expect(404);
    klara.get(&desk.of("milestones/x")).send().await.expect(404);
}

#[on_both]
async fn later_terms_keep_what_was_accepted(server: Server) {
    let desk = desk(&server, project(parts())).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    // Proposed before: they would drop the second design.
    let early = json!([part("Entwurf", 10_000, None), part("Übergabe", 80_000, None)]);
    let early = desk.propose("2026-07-01", early).await.expect(201).json();
    let accepted = accept(&klara, &desk.of("milestones/2"), json!({})).await.expect(200).json();
    let refused = answer(&klara, &early, "accept").await.expect(409).json();
    assert_eq!(only(&refused, &["code", "allowed_actions"]), json!(["milestone_accepted", ["decline"]]));
    assert!(refused["detail"].as_str().unwrap().contains("'Entwurf'"), "{refused}");
    answer(&klara, &early, "decline").await.expect(200);
    let dropped = json!([part("Entwurf", 20_000, None), part("Übergabe", 60_000, None)]);
    let refused = desk.propose("2026-07-01", dropped).await.expect(422).json();
    assert_eq!(
        only(&refused["errors"][0], &["pointer", "code"]),
        json!(["/terms/milestones", "milestone_accepted"])
    );
    let changed = json!([part("Neu", 1, None), part("Entwurf", 1, None), part("Entwurf", 20_001, None)]);
    let refused = desk.propose("2026-07-01", changed).await.expect(422).json();
    assert_eq!(
        only(&refused["errors"][0], &["pointer", "code"]),
        json!(["/terms/milestones/2", "milestone_accepted"])
    );
    let moved = json!([part("Entwurf", 5_000, None), part("Neu", 1, None), part("Entwurf", 20_000, None)]);
    let terms = desk.propose("2026-06-20", moved).await.expect(201).json();
    answer(&klara, &terms, "accept").await.expect(200);
    let all = desk.milestones().await;
    let shown = |one: &Value| only(one, &["number", "title", "amount_minor", "status", "version"]);
    let expected = [
        json!([1, "Entwurf", 5_000, "planned", 5]),
        json!([2, "Neu", 1, "planned", 5]),
        json!([3, "Entwurf", 20_000, "accepted", 6]),
    ];
    assert_eq!(all.iter().map(shown).collect::<Vec<_>>(), expected);
    assert_eq!((&all[2]["id"], &all[2]["accepted_at"]), (&accepted["id"], &accepted["accepted_at"]));
    // What is agreed for later counts already: the handover that it leaves out is not accepted any more.
    let later = json!([part("Entwurf", 5_000, None), part("Neu", 2, None), part("Entwurf", 20_000, None)]);
    let later = desk.propose("2026-08-01", later).await.expect(201).json();
    answer(&klara, &later, "accept").await.expect(200);
    let refused = accept(&klara, &desk.of("milestones/2"), json!({})).await.expect(409).json();
    assert_eq!(only(&refused, &["code", "allowed_actions"]), json!(["action_not_allowed", []]));
    accept(&klara, &desk.of("milestones/1"), json!({})).await.expect(200);
}

#[on_both]
async fn whoever_saw_other_terms_accepts_nothing(server: Server) {
    let desk = desk(&server, project(parts())).await;
    let klara = server.client_member(&desk.anna, &desk.client, "klara").await;
    let path = desk.of("milestones/3");
    let mut tags = Vec::new();
    for by in [&klara, &desk.anna] {
        tags.push(by.get(&path).send().await.expect(200).header("etag").unwrap().to_owned());
    }
    let raised = json!([part("Entwurf", 1, None), part("Entwurf", 1, None), part("Übergabe", 80_000, None)]);
    let terms = desk.propose("2026-06-20", raised).await.expect(201).json();
    answer(&klara, &terms, "accept").await.expect(200);
    for (by, tag) in [&klara, &desk.anna].into_iter().zip(&tags) {
        let late = by.post(&format!("{path}/accept")).header("if-match", tag).json(&json!({"note": "Ja."}));
        late.send().await.expect(412);
    }
}

#[on_both]
async fn only_projects_have_milestones_and_only_their_sides_see_them(server: Server) {
    let mut desk = desk(&server, project(parts())).await;
    let other = id(&new_client(&desk.anna, "Bäckerei").await);
    let karl = server.client_member(&desk.anna, &other, "karl").await;
    let path = desk.of("milestones/1");
    for address in [&path, &desk.of("milestones")] {
        karl.get(address).send().await.expect(404);
    }
    karl.post(&format!("{path}/accept")).json(&json!({})).send().await.expect(404);
    let project = std::mem::take(&mut desk.engagement);
    desk.engagement = desk.engaged(json!({"kind": "hourly", "rate_minor": 6000})).await;
    assert!(ids(&desk.get(&desk.of("milestones")).await).is_empty());
    desk.anna.get(&desk.of("milestones/1")).send().await.expect(404);
    let balance = desk.get(&desk.of("balance")).await;
    assert_eq!(only(&balance, &["milestones", "accepted_minor"]), json!([null, null]));
    // A draft's can be seen and not accepted; those of an ended project can be accepted until it is archived.
    let draft = json!({"client_id": desk.client, "title": "Entwurf", "starts_on": "2026-02-01", "terms": crate::milestones::project(parts())});
    desk.engagement = id(&desk.post("/v1/engagements", draft).await.expect(201).json());
    assert_eq!(desk.milestones().await[0]["allowed_actions"], json!([]));
    let refused = accept(&desk.anna, &desk.of("milestones/1"), json!({"note": "Ja."})).await.expect(409).json();
    assert_eq!(refused["code"], json!("action_not_allowed"));
    desk.engagement = project;
    desk.post(&desk.of("end"), json!({})).await.expect(200);
    accept(&desk.anna, &path, json!({"note": "Ja."})).await.expect(200);
    desk.post(&desk.of("archive"), Value::Null).await.expect(200);
    accept(&desk.anna, &desk.of("milestones/2"), json!({"note": "Ja."})).await.expect(409);
}

#[on_both]
async fn of_many_acceptances_one_counts(server: Server) {
    let desk = desk(&server, project(parts())).await;
    let path = desk.of("milestones/1");
    let tag = desk.anna.get(&path).send().await.expect(200).header("etag").unwrap().to_owned();
    let tries = (0..20).map(|_| {
        let request = desk.anna.post(&format!("{path}/accept")).header("if-match", &tag);
        async move { request.json(&json!({"note": "Ja."})).send().await.status }
    });
    let mut statuses = join_all(tries).await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(statuses[1..].iter().all(|status| *status == 412), "{statuses:?}");
    assert_eq!(desk.get(&desk.of("balance")).await["accepted_minor"], json!(10_000));
}
