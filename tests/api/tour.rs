//! A tour of every operation, on both databases: the document's examples are its answers, and on the way each operation
//! refuses what its form lets it refuse. `just examples` writes `openapi/examples.json` anew.

mod day;
mod extensions;
mod links;
mod milestones;
mod packages;
mod plain;
mod refuse;

use crate::{client::TestClient, server::Server, support::databases::on_both};
use plain::Plain;
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, fs, path::Path};

/// One call of an operation.
pub struct Step<'a> {
    operation: &'a str,
    ids: Vec<(&'a str, String)>,
    query: &'a str,
    body: Option<Value>,
    if_match: Option<String>,
}

/// A call of an operation of this id.
pub fn step(operation: &str) -> Step<'_> {
    Step { operation, ids: Vec::new(), query: "", body: None, if_match: None }
}

impl<'a> Step<'a> {
    /// With this id or word in the address.
    pub fn at(mut self, name: &'a str, id: &Value) -> Self {
        self.ids.push((name, id.as_str().unwrap_or_else(|| panic!("{}: {id}", self.operation)).to_owned()));
        self
    }

    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub fn query(mut self, query: &'a str) -> Self {
        self.query = query;
        self
    }

    /// With the tag of what was seen.
    pub fn if_match(mut self, tag: &str) -> Self {
        self.if_match = Some(tag.to_owned());
        self
    }
}

/// An operation as the document has it.
struct Operation {
    method: String,
    path: String,
    about: Value,
}

/// The people and programs of the tour, and what was answered.
pub struct Tour {
    pub server: Server,
    pub nobody: TestClient,
    pub jana: TestClient,
    pub tom: TestClient,
    pub colleague: TestClient,
    /// Somebody at another client.
    pub outsider: TestClient,
    /// A key with every scope, one with that of events alone, and one with that of clients alone.
    pub robot: TestClient,
    pub of_events: TestClient,
    pub of_clients: TestClient,
    pub robber: TestClient,
    document: Value,
    recorded: Map<String, Value>,
    plain: Plain,
    seen: BTreeSet<String>,
    calls: usize,
    /// What was not refused as the document says.
    wrong: Vec<String>,
}

impl Tour {
    async fn of(server: Server) -> Self {
        let document = server.client.get("/openapi.json").undocumented().send().await.expect(200).json();
        let nobody = server.client.clone();
        Self {
            jana: nobody.clone(),
            tom: nobody.clone(),
            colleague: nobody.clone(),
            outsider: nobody.clone(),
            robot: nobody.clone(),
            of_events: nobody.clone(),
            of_clients: nobody.clone(),
            robber: nobody.with_bearer("garbage"),
            nobody,
            plain: Plain::new(server.app.public_url()),
            server,
            document,
            recorded: Map::new(),
            seen: BTreeSet::new(),
            calls: 0,
            wrong: Vec::new(),
        }
    }

    fn operation(&self, name: &str) -> Operation {
        let paths = self.document["paths"].as_object().expect("paths");
        let mut all = paths.iter().flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, about)| (path, method, about))
        });
        let (path, method, about) =
            all.find(|(.., about)| about["operationId"] == name).unwrap_or_else(|| panic!("no operation {name}"));
        Operation { method: method.to_uppercase(), path: path.clone(), about: about.clone() }
    }

    /// Has an operation refuse what its form lets it refuse, then does it; the answer's body, or null.
    pub async fn call(&mut self, by: &TestClient, step: Step<'_>) -> Value {
        self.call_tagged(by, step).await.0
    }

    /// As [`Tour::call`], with the answer's tag.
    pub async fn call_tagged(&mut self, by: &TestClient, step: Step<'_>) -> (Value, String) {
        let operation = self.operation(step.operation);
        if self.seen.insert(step.operation.to_owned()) {
            let wrong = self.refuse(by, &operation, &step).await;
            self.wrong.extend(wrong);
        }
        let mut request = refuse::request(by, &operation, &step, step.query);
        self.calls += 1;
        let key = format!("tour-{}", self.calls);
        // Whoever hands over ownership is refused for that before the key is judged.
        let by_key = operation.lists(&self.document, "idempotency_key_reused") && step.operation != "make_owner";
        if by_key {
            request = request.header("idempotency-key", &key);
        }
        let answer = request.send().await;
        assert!((200..300).contains(&answer.status), "{}: {}", step.operation, answer.json());
        let is_json = answer.header("content-type").is_some_and(|kind| kind == "application/json");
        let body = if is_json { answer.json() } else { Value::Null };
        self.record(&step, answer.status, &body);
        if by_key {
            // With a key, the first answer is judged before anything else.
            let other = refuse::request(by, &operation, &step, step.query).body("application/json", "{ }");
            let other = other.header("idempotency-key", &key).send().await.expect(422);
            assert_eq!(other.json()["code"], "idempotency_key_reused", "{}", step.operation);
        }
        (body, answer.header("etag").unwrap_or_default().to_owned())
    }

    /// Keeps the first answer of each status, in a form that is the same every time.
    fn record(&mut self, step: &Step<'_>, status: u16, body: &Value) {
        let entry = self.recorded.entry(step.operation).or_insert_with(|| json!({}));
        if let (Some(sent), None) = (&step.body, entry.get("request")) {
            entry["request"] = self.plain.of(sent);
        }
        if !body.is_null() && entry["answers"].get(status.to_string()).is_none() {
            entry["answers"][status.to_string()] = self.plain.of(body);
        }
    }
}

#[on_both]
async fn the_examples_are_what_is_answered(server: Server) {
    let mut tour = Tour::of(server).await;
    day::go(&mut tour).await;
    let all: BTreeSet<String> = tour.document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|operation| operation["operationId"].as_str().unwrap().to_owned())
        .collect();
    assert!(tour.wrong.is_empty(), "{:#?}", tour.wrong);
    let left: Vec<_> = all.difference(&tour.seen).collect();
    assert!(left.is_empty(), "the tour leaves out {left:?}");
    tour.recorded.sort_keys();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/examples.json");
    let recorded = format!("{:#}\n", Value::Object(tour.recorded));
    #[expect(clippy::disallowed_methods, reason = "a wish of whoever runs the test, no setting of the server")]
    let is_written = std::env::var_os("WRITE_EXAMPLES").is_some();
    if is_written {
        fs::write(&path, &recorded).expect("openapi/examples.json");
    }
    let committed = fs::read_to_string(&path).expect("openapi/examples.json");
    for (n, (was, is)) in committed.lines().zip(recorded.lines()).enumerate() {
        assert_eq!(was, is, "line {} of openapi/examples.json is stale; run: just examples", n + 1);
    }
    assert_eq!(committed.lines().count(), recorded.lines().count(), "stale; run: just examples");
}
