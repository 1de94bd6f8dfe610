//! Each operation as requests, and as acts of the model.

use super::{
    bodies,
    edits::Cut,
    entry::{Entry, Time},
    model::{Model, Refusal},
    operations::{Operation, Step},
    trial::Trial,
};
use crate::{client::Reply, people::id};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vorzimmer::db::{Tx, sql};
use vorzimmer::kernel::{TimeEntryId, WorkspaceId};

/// The id of an entry that is not made.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

impl Trial<'_> {
    /// Does a step on both sides; the entries that it was meant for.
    pub async fn perform(&mut self, step: &Step) -> Vec<String> {
        let by = step.by;
        match &step.operation {
            Operation::Create(new) => {
                let member = (by == 0 && new.member == 1).then(|| self.members[1].clone());
                let body = bodies::new_entry(&self.model, new, member.as_deref());
                let reply = self.send(by, "POST", "/v1/time-entries", body).await;
                let made = self.made(&reply);
                let outcome = self.model.create(&made, new);
                self.judge(&reply, 201, outcome, Some(&made));
                vec![made]
            }
            Operation::Change { id, change } => {
                let body = bodies::change(&self.model, change);
                let reply = self.send(by, "PATCH", &path(id), body).await;
                let outcome = self.model.change(id, change);
                self.judge(&reply, 200, outcome, Some(id));
                vec![id.clone()]
            }
            Operation::Delete { id } => {
                let reply = self.send(by, "DELETE", &path(id), Value::Null).await;
                let outcome = self.model.delete(id);
                self.judge(&reply, 204, outcome, None);
                Vec::new()
            }
            Operation::Split { id, cut, dry } => self.split(by, id, *cut, *dry).await,
            Operation::Bulk { atomic, items } => self.bulk(*atomic, items).await,
            Operation::Accept { engagement, from, terms, apply } => {
                let of = self.model.engagements[*engagement].clone();
                let list = format!("/v1/engagements/{}/terms", of.id);
                let body = json!({"effective_from": from.to_string(), "terms": bodies::terms(terms, of.period), "reason": "Neu"});
                let proposed = self.send(by, "POST", &list, body).await.expect(201);
                let made = id(&proposed.json());
                let query = if *apply { "?apply_to=unlocked" } else { "" };
                let path = format!("{list}/{made}/accept{query}");
                self.log.push(format!("POST {path}"));
                let accept = self.callers[by].post(&path).json(&json!({"note": "Am Telefon."}));
                accept.header("if-match", proposed.header("etag").expect("a tag")).send().await.expect(200);
                let version = self.model.accept(*engagement, &made, *from, *terms);
                if *apply {
                    self.model.apply(*engagement, version);
                }
                Vec::new()
            }
            Operation::Apply { engagement, version } => self.apply(*engagement, *version).await,
            Operation::Lock { id } => {
                self.lock(id).await;
                self.model.lock(id);
                Vec::new()
            }
            Operation::Price { task, rate } => {
                let path = format!("/v1/tasks/{}", self.model.tasks[*task].id);
                let rate_minor = rate.map_or(Value::Null, bodies::number);
                self.send(by, "PATCH", &path, json!({"rate_minor": rate_minor})).await.expect(200);
                self.model.tasks[*task].rate = *rate;
                Vec::new()
            }
            Operation::Start(new) => {
                let body = bodies::new_entry(&self.model, new, None);
                let reply = self.send(by, "POST", "/v1/timer/start", body).await.expect(200);
                let made = id(&reply.json()["running"]);
                self.model.create(&made, new).expect("a timer is taken");
                vec![made]
            }
            Operation::Stop { id, time } => {
                let Time::Clocked { end, pause, .. } = *time else { panic!("it has ended") };
                let body = json!({"ended_at": super::calendar::rfc3339(end), "break_seconds": pause});
                self.send(by, "POST", "/v1/timer/stop", body).await.expect(200);
                self.model.stop(id, *time);
                vec![id.clone()]
            }
        }
    }

    async fn send(&mut self, by: usize, method: &str, path: &str, body: Value) -> Reply {
        let request = self.callers[by].request(method, path);
        let reply = if body.is_null() { request.send().await } else { request.json(&body).send().await };
        self.log.push(format!(
            "{} {method} {path} {body} -> {} {}",
            ["anna", "berta"][by],
            reply.status,
            brief(&reply)
        ));
        reply
    }

    /// The id of what was made, or nobody's.
    fn made(&self, reply: &Reply) -> String {
        if reply.status < 300 { id(&reply.json()) } else { NOBODY.to_owned() }
    }

    /// Both took it, or both refused it for the same reason; and the answer shows what became of the entry.
    fn judge(&self, reply: &Reply, success: u16, outcome: Result<(), Refusal>, entry: Option<&str>) {
        let expected = outcome.err().map_or(success, Refusal::status);
        self.same("the status", &json!(reply.status), &json!(expected));
        if let Some(id) = entry.filter(|_| reply.status < 300) {
            self.compare_entry("the answer", &reply.json(), &bodies::entry(&self.model, self.model.entry(id)));
        }
    }

    async fn split(&mut self, by: usize, id: &str, cut: Cut, dry: bool) -> Vec<String> {
        let path = format!("{}/split", path(id));
        if dry {
            let reply = self.send(by, "POST", &format!("{path}?dry_run=true"), bodies::cut(cut)).await;
            let mut model = self.model.clone();
            self.halves(&mut model, &reply, id, cut);
        }
        let reply = self.send(by, "POST", &path, bodies::cut(cut)).await;
        let mut model = self.model.clone();
        let second = self.halves(&mut model, &reply, id, cut);
        self.model = model;
        vec![id.to_owned(), second]
    }

    /// Splits in this model what the server split, and compares both halves; the second one's id.
    fn halves(&self, model: &mut Model, reply: &Reply, first: &str, cut: Cut) -> String {
        let second = if reply.status < 300 { id(&reply.json()["second"]) } else { NOBODY.to_owned() };
        let outcome = model.split(first, cut, &second);
        self.judge(reply, 200, outcome, None);
        if reply.status < 300 {
            let answer = reply.json();
            for (half, id) in [("first", first), ("second", &second)] {
                self.compare_entry(half, &answer[half], &bodies::entry(model, model.entry(id)));
            }
        }
        second
    }

    async fn bulk(&mut self, atomic: bool, items: &[Operation]) -> Vec<String> {
        let operation = |item: &Operation| match item {
            Operation::Create(new) => {
                let member = (new.member == 1).then_some(self.members[1].as_str());
                json!({"op": "create", "data": bodies::new_entry(&self.model, new, member)})
            }
            Operation::Change { id, change } => {
                json!({"op": "update", "id": id, "data": bodies::change(&self.model, change)})
            }
            Operation::Delete { id } => json!({"op": "delete", "id": id}),
            _ => panic!("{item:?} in a bulk"),
        };
        let body = json!({"operations": items.iter().map(operation).collect::<Value>(), "atomic": atomic});
        let answer = self.send(0, "POST", "/v1/time-entries/bulk", body).await.expect(200).json();
        let (mut model, mut touched, mut expected) = (self.model.clone(), Vec::new(), Vec::new());
        for (i, item) in items.iter().enumerate() {
            let (outcome, success) = match item {
                Operation::Create(new) => {
                    let made = answer["results"][i]["data"]["id"].as_str();
                    let made = made.map_or_else(|| format!("refused {i}"), str::to_owned);
                    touched.push(made.clone());
                    (model.create(&made, new), 201)
                }
                Operation::Change { id, change } => {
                    touched.push(id.clone());
                    (model.change(id, change), 200)
                }
                Operation::Delete { id } => (model.delete(id), 204),
                _ => panic!("{item:?} in a bulk"),
            };
            expected.push((i, outcome.err().map_or(success, Refusal::status)));
        }
        // Of an atomic request that is refused only the first refusal is certain.
        let refused = expected.iter().find(|(_, status)| *status >= 300).filter(|_| atomic).copied();
        for (i, status) in refused.map_or(expected, |first| vec![first]) {
            self.same(&format!("operation {i}"), &answer["results"][i]["status"], &json!(status));
        }
        if refused.is_none() {
            self.model = model;
        }
        touched
    }

    /// Asks what terms would change, has them changed, and compares both answers.
    async fn apply(&mut self, engagement: usize, version: usize) -> Vec<String> {
        let of = &self.model.engagements[engagement];
        let path = format!("/v1/engagements/{}/terms/{}/apply", of.id, of.versions[version].id);
        let mut after = self.model.clone();
        after.apply(engagement, version);
        for query in ["?dry_run=true", ""] {
            let answer = self.send(0, "POST", &format!("{path}{query}"), Value::Null).await.expect(200).json();
            self.same("dry_run", &answer["dry_run"], &json!(!query.is_empty()));
            self.compare_application(&answer, &after, engagement, version);
        }
        self.model = after;
        Vec::new()
    }

    /// What an application of terms lists is what differs between the model and what comes after, and what stays.
    fn compare_application(&self, answer: &Value, after: &Model, engagement: usize, version: usize) {
        let changed = |id: &String| {
            let (old, new) = (self.model.entry(id), after.entry(id));
            bodies::accounted(&self.model, old) != bodies::accounted(after, new)
        };
        let changed: Vec<&String> = self.model.entries.keys().filter(|id| changed(id)).collect();
        let listed: BTreeMap<String, &Value> =
            answer["entries"].as_array().expect("entries").iter().map(|line| (id(line), line)).collect();
        self.same("what changes", &json!(listed.keys().collect::<Vec<_>>()), &json!(changed));
        for (id, line) in listed {
            let (old, new) = (self.model.entry(&id), after.entry(&id));
            self.compare_entry(&format!("{id} before"), &line["before"], &bodies::accounted(&self.model, old));
            self.compare_entry(&format!("{id} after"), &line["after"], &bodies::accounted(after, new));
            self.same("its date", &line["work_date"], &json!(old.day().to_string()));
        }
        for (name, model) in [("amount_before_minor", &self.model), ("amount_after_minor", after)] {
            let entries = changed.iter().map(|id| model.entry(id)).collect::<Vec<_>>();
            self.same(name, &answer[name], &bodies::number(model.sum(&entries)));
        }
        let stays = |entry: &&Entry| {
            let of_its_date = after.engagements[engagement].in_force(entry.day()) == version;
            entry.engagement == engagement && !entry.running() && of_its_date && entry.version != version
        };
        let stay: Vec<&String> = after.entries.values().filter(stays).map(|entry| &entry.id).collect();
        let mut skipped: Vec<String> = answer["skipped"].as_array().expect("entries").iter().map(id).collect();
        skipped.sort();
        self.same("what stays", &json!(skipped), &json!(stay));
    }

    /// Locks an entry as a policy does, without a word to anybody.
    async fn lock(&mut self, entry: &str) {
        self.log.push(format!("locked {entry}"));
        let me = self.callers[0].get("/v1/me").send().await.expect(200).json();
        let workspace: WorkspaceId = me["workspace"]["id"].as_str().expect("an id").parse().expect("an id");
        let entry: TimeEntryId = entry.parse().expect("an id");
        let app = &self.server.app;
        let mut tx = Tx::begin(&app.db, &app.clock, workspace, Default::default()).await.expect("a transaction");
        let now = tx.now();
        let lock = sql(
            "UPDATE time_entries SET lock_reason = 'policy', locked_at = $3 WHERE workspace_id = $1 AND id = $2",
        );
        assert_eq!(tx.execute(lock.bind(workspace).bind(entry).bind(now)).await.expect("it is locked"), 1);
        tx.commit().await.expect("it is locked");
    }
}

fn path(id: &str) -> String {
    format!("/v1/time-entries/{id}")
}

/// The id that an answer gives, or why it was refused.
fn brief(reply: &Reply) -> String {
    if reply.body.is_empty() {
        return String::new();
    }
    let body = reply.json();
    match reply.status {
        200.. if reply.status < 300 => body["id"].as_str().unwrap_or_default().to_owned(),
        _ => format!("{} {}", body["code"], body["errors"]),
    }
}
