//! All faults at once, for every operation of the document that takes a body: what is wrong in two ways answers what is
//! wrong in each way alone, and nothing else. Every member of every body is broken in its form, beside each rule of
//! meaning.

mod accounts;
mod breaks;
mod business;
mod time;
mod world;

use crate::{
    client::TestClient,
    server::Server,
    support::databases::{Context, Database, on_both},
};
use breaks::{Break, Fault, form_breaks};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use world::World;

/// A body that would do, of an operation, and the ways in which its values can be wrong.
pub struct Case {
    operation: &'static str,
    path: String,
    by: TestClient,
    body: Value,
    rules: Vec<Break>,
}

/// Operations whose bodies are judged in a test of their own.
const APART: &[&str] = &["bulk_time_entries"];

/// A server that counts no tries.
#[derive(Clone)]
struct Uncounted(Server);

impl Context for Uncounted {
    async fn enter(database: &Database) -> Self {
        Self(Server::with(database, |config| config.auth_rate_limit = 0).await)
    }

    async fn leave(self) {
        self.0.stop().await;
    }
}

#[on_both]
async fn two_faults_answer_what_each_of_them_answers(server: Uncounted) {
    let document = server.0.client.get("/openapi.json").undocumented().send().await.expect(200).json();
    let world = World::new(&server.0).await;
    let cases: Vec<Case> =
        [accounts::cases(&world), business::cases(&world), business::tasks(&world), time::cases(&world)]
            .into_iter()
            .flatten()
            .collect();
    let mut left: BTreeSet<&str> = breaks::operations(&document).map(|(id, ..)| id).collect();
    APART.iter().for_each(|operation| assert!(left.remove(operation), "{operation} is not in the document"));
    let mut wrong = Vec::new();
    for case in &cases {
        left.remove(case.operation);
        let (_, method, schema) = breaks::operations(&document)
            .find(|(id, ..)| *id == case.operation)
            .unwrap_or_else(|| panic!("{} is not in the document", case.operation));
        let forms = form_breaks(&document, schema, &case.body);
        judge(case, method, &forms, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{} are wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(left.is_empty(), "these take a body and have no case: {left:?}");
}

async fn judge(case: &Case, method: &str, forms: &[Break], wrong: &mut Vec<String>) {
    let mut differs = |what: String, found: &[Fault], expected: &[Fault]| {
        if found != expected {
            wrong.push(format!("{} {what}\n   found    {found:?}\n   expected {expected:?}", case.operation));
        }
    };
    let (mut of_forms, mut of_rules) = (Vec::new(), Vec::new());
    for form in forms {
        let found = send(case, method, &[form]).await;
        let one = vec![(form.place().to_owned(), String::new())];
        differs(form.name(), &places(&found), &one);
        of_forms.push(found);
    }
    for rule in &case.rules {
        let found = send(case, method, &[rule]).await;
        assert!(!found.is_empty(), "{} {} is no fault", case.operation, rule.name());
        of_rules.push(found);
    }
    // Every member at once.
    let all: Vec<&Break> = forms.iter().filter(|form| !forms.iter().any(|other| form.is_below(other))).collect();
    let expected = all.iter().map(|form| (form.place().to_owned(), String::new())).collect::<Vec<_>>();
    let found = send(case, method, &all).await;
    differs("all members".to_owned(), &places(&found), &breaks::in_order(expected));
    for (r, rule) in case.rules.iter().enumerate() {
        let beside = forms.iter().zip(&of_forms).filter(|(form, _)| !rule.sets_at(form.place()));
        let (read, free): (Vec<_>, Vec<_>) =
            beside.partition(|(form, _)| rule.reads_at(form.place()) && !form.is_unknown());
        for (form, of_form) in read {
            // What follows from it is not told; what is told has a cause.
            let found = send(case, method, &[rule, form]).await;
            let union = breaks::in_order([&of_rules[r][..], of_form].concat());
            let is_caused = |fault: &Fault| of_form.contains(fault) || found.contains(fault);
            let caused: Vec<_> = union.into_iter().filter(is_caused).collect();
            differs(format!("{} with {}", rule.name(), form.name()), &found, &caused);
        }
        let all: Vec<_> =
            free.iter().map(|(form, _)| *form).filter(|form| !forms.iter().any(|f| form.is_below(f))).collect();
        let of_all = free.iter().filter(|(form, _)| all.iter().any(|other| std::ptr::eq(*other, *form)));
        let union = of_all.flat_map(|(_, faults)| (*faults).clone()).chain(of_rules[r].clone()).collect();
        let found = send(case, method, &[&[rule][..], &all].concat()).await;
        differs(format!("{} with all that it does not read", rule.name()), &found, &breaks::in_order(union));
        for (o, other) in case.rules.iter().enumerate().skip(r + 1).filter(|(_, other)| !rule.meets(other)) {
            let found = send(case, method, &[rule, other]).await;
            let union = breaks::in_order([&of_rules[r][..], &of_rules[o]].concat());
            differs(format!("{} with {}", rule.name(), other.name()), &found, &union);
        }
    }
}

/// Where faults are: each place once, since one break has one fault.
fn places(faults: &[Fault]) -> Vec<Fault> {
    faults.iter().map(|(pointer, _)| (pointer.clone(), String::new())).collect()
}

/// The faults of a body that is broken so, in the order in which they are told.
async fn send(case: &Case, method: &str, breaks: &[&Break]) -> Vec<Fault> {
    let mut body = case.body.clone();
    breaks.iter().for_each(|broken| broken.apply(&mut body));
    let request = case.by.request(&method.to_ascii_uppercase(), &case.path);
    let kind = if method == "patch" { "application/merge-patch+json" } else { "application/json" };
    let reply = request.body(kind, body.to_string()).send().await;
    if reply.status != 422 {
        return vec![(reply.status.to_string(), String::from_utf8_lossy(&reply.body).into_owned())];
    }
    let faults = breaks::faults_of(&reply.json());
    assert_eq!(faults, breaks::in_order(faults.clone()), "{}: the order of {body}", case.operation);
    faults
}

#[on_both]
async fn an_operation_of_many_names_all_its_faults(server: Uncounted) {
    let world = World::new(&server.0).await;
    let entry = world.entry.clone();
    let data = json!({"engagement_id": world::UNKNOWN, "task_id": world::UNKNOWN, "tags": ["a", 1, "A"], "zzz": 1,
        "started_at": "2026-03-02T08:00:00Z", "ended_at": "2026-03-02T07:00:00Z", "duration_seconds": "long"});
    let patch = json!({"engagement_id": world::UNKNOWN, "rate_minor": -1, "external_ref": "4711"});
    let operations = json!([{"op": "create", "data": data}, {"op": "update", "id": entry, "data": patch}]);
    let answer = world.anna.post("/v1/time-entries/bulk").json(&json!({"operations": operations})).send().await;
    let answer = answer.expect(200).json();
    let told = |i: usize| {
        let faults = breaks::faults_of(&answer["results"][i]["problem"]);
        faults.iter().map(|(pointer, code)| format!("{pointer} {code}")).collect::<Vec<_>>()
    };
    let created = [
        "/operations/0/data/duration_seconds wrong_type",
        "/operations/0/data/ended_at ends_before_start",
        "/operations/0/data/engagement_id reference_not_found",
        "/operations/0/data/tags/1 wrong_type",
        "/operations/0/data/tags/2 duplicate",
        "/operations/0/data/task_id reference_not_found",
        "/operations/0/data/zzz unknown_member",
    ];
    assert_eq!(told(0), created);
    let updated = [
        "/operations/1/data/engagement_id reference_not_found",
        "/operations/1/data/external_ref needs_other",
        "/operations/1/data/rate_minor too_small",
    ];
    assert_eq!(told(1), updated);
}

#[on_both]
async fn a_body_at_fault_changes_nothing_and_is_told_before_the_state(server: Uncounted) {
    let world = World::new(&server.0).await;
    let path = format!("/v1/time-entries/{}", world.entry);
    let before = world.anna.get(&path).send().await.expect(200);
    let patch = world.anna.patch(&path).header("if-match", "\"99-aaaa\"");
    let refused = patch.json(&json!({"description": "Neu", "rate_minor": "viel"})).send().await.expect(422).json();
    assert_eq!(breaks::faults_of(&refused), [("/rate_minor".to_owned(), "wrong_type".to_owned())]);
    assert_eq!(world.anna.get(&path).send().await.expect(200).json(), before.json());
    // The timer that runs is not stopped by a start that is refused.
    let start = world.anna.post("/v1/timer/start").json(&json!({"engagement_id": world.engagement, "tags": 1}));
    start.send().await.expect(422);
    let timer = world.anna.get("/v1/timer").send().await.expect(200).json();
    assert_eq!(timer["running"]["id"], json!(world.running));
}

#[on_both]
async fn what_is_fixed_is_judged_as_it_stands(server: Uncounted) {
    let world = World::new(&server.0).await;
    let path = "/v1/tasks/by-ref/hubspot/4711";
    let put = async |body: Value| world.anna.put(path).json(&body).send().await;
    put(json!({"client_id": world.client, "title": "Belege"})).await.expect(201);
    let body =
        json!({"client_id": world.other, "engagement_id": world.elsewhere, "due_on": "bald", "tags": ["a", "A"]});
    let refused = put(body).await.expect(422).json();
    let expected = [
        "/client_id immutable",
        "/due_on invalid_format",
        "/engagement_id reference_not_found",
        "/tags/1 duplicate",
    ];
    let told = breaks::faults_of(&refused);
    assert_eq!(told.iter().map(|(pointer, code)| format!("{pointer} {code}")).collect::<Vec<_>>(), expected);
    // What is there already fits the client that it stays with.
    let body = json!({"client_id": world.other, "engagement_id": world.engagement});
    let told = breaks::faults_of(&put(body).await.expect(422).json());
    assert_eq!(told, [("/client_id".to_owned(), "immutable".to_owned())]);
}
