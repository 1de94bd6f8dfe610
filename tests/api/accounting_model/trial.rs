//! A trial: the same random operations are done to the server over HTTP and to the model, and after each of them both
//! must show the same entries and sums.

use super::{
    bodies,
    calendar::{Day, rfc3339},
    entry::Entry,
    model::Model,
    operations::{Generator, Operation},
    random::Random,
    terms::Period,
    totals::Filter,
    world::{BEGIN, World},
};
use crate::{
    client::TestClient,
    people::{id, new_client},
    server::Server,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write};

/// After so many steps all entries are compared. Answers to changes are compared at once.
const COMPARED_EVERY: usize = 3;

pub struct Trial<'a> {
    pub seed: u64,
    pub server: &'a Server,
    /// The owner and a colleague.
    pub callers: [TestClient; 2],
    pub members: [String; 2],
    pub model: Model,
    pub world: World,
    random: Random,
    /// What was done, request by request.
    pub log: Vec<String>,
    /// The version of each entry when it was last seen.
    seen: BTreeMap<String, Value>,
}

impl<'a> Trial<'a> {
    /// A workspace of its own, with the engagements and tasks of the seed's world.
    pub async fn new(server: &'a Server, seed: u64, place: usize, of: usize) -> Self {
        let mut random = Random::new(seed);
        let world = World::new(&mut random, place, of);
        server.app.clock.set(rfc3339(world.now()).parse().expect("an instant"));
        let owner = server.assistant(&format!("anna{seed}")).await;
        let colleague = server.colleague(&owner, &format!("berta{seed}")).await;
        let members = [member(&owner).await, member(&colleague).await];
        owner.patch("/v1/workspace").json(&json!({"overlap_policy": "allow"})).send().await.expect(200);
        let client = id(&new_client(&owner, "Tischlerei Müller").await);
        let mut model = world.begin.clone();
        for engagement in &mut model.engagements {
            let terms = bodies::terms(&engagement.versions[0].terms, engagement.period);
            let made = engaged(&owner, &client, terms).await;
            engagement.id = id(&made);
            engagement.versions[0].id = made["terms_id"].as_str().expect("its first terms").to_owned();
        }
        for task in &mut model.tasks {
            let rate = task.rate.map_or(Value::Null, bodies::number);
            let body = json!({"client_id": client, "title": "A", "rate_minor": rate, "billable": task.billable});
            task.id = id(&owner.post("/v1/tasks").json(&body).send().await.expect(201).json());
        }
        let (callers, log, seen) = ([owner, colleague], Vec::new(), BTreeMap::new());
        Self { seed, server, callers, members, model, world, random, log, seen }
    }

    /// Does so many steps; how many operations they were.
    pub async fn run(&mut self, steps: usize) -> usize {
        let (mut operations, mut touched) = (0, Vec::new());
        for step in 1..=steps {
            let next = Generator { random: &mut self.random, world: &self.world, model: &self.model }.step();
            operations += match &next.operation {
                Operation::Bulk { items, .. } => items.len(),
                _ => 1,
            };
            let before = self.model.entries.clone();
            touched.extend(self.perform(&next).await);
            let changed = |(id, entry): &(&String, &Entry)| before.get(*id) != Some(*entry);
            touched.extend(self.model.entries.iter().filter(changed).map(|(id, _)| id.clone()));
            if step % COMPARED_EVERY == 0 {
                self.compare_entries(&touched).await;
                let filter = self.filter();
                self.compare_filter(filter).await;
                touched.clear();
            }
        }
        operations
    }

    /// Every entry is as in the model; and what an act did not change was not written.
    async fn compare_entries(&mut self, touched: &[String]) {
        let list = self.list("limit=200&include=totals").await;
        let shown: BTreeMap<String, Value> =
            list["data"].as_array().expect("a list").iter().map(|entry| (id(entry), entry.clone())).collect();
        self.same(
            "the entries",
            &json!(shown.keys().collect::<Vec<_>>()),
            &json!(self.model.entries.keys().collect::<Vec<_>>()),
        );
        let mut seen = BTreeMap::new();
        for (id, entry) in &self.model.entries {
            let expected = bodies::entry(&self.model, entry);
            self.compare_entry(id, &shown[id], &expected);
            let version = shown[id]["version"].clone();
            if let Some(before) = self.seen.get(id).filter(|_| !touched.contains(id)) {
                self.same(&format!("the version of {id}, which nothing changed"), &version, before);
            }
            seen.insert(id.clone(), version);
        }
        self.seen = seen;
        self.compare_totals(&Filter::default(), &list);
    }

    /// One entry is as the model shows it.
    pub fn compare_entry(&self, what: &str, shown: &Value, expected: &Value) {
        let expected = expected.as_object().expect("an object");
        let differ = expected.iter().filter(|(name, value)| shown[*name] != **value).map(|(name, _)| name.clone());
        let differ: Vec<String> = differ.collect();
        let of =
            |object: &dyn Fn(&String) -> Value| differ.iter().map(|name| (name.clone(), object(name))).collect();
        self.same(what, &of(&|name| shown[name].clone()), &of(&|name| expected[name].clone()));
    }

    async fn compare_filter(&self, filter: Filter) {
        let mut query = "limit=200&include=totals".to_owned();
        let mut with = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                write!(query, "&{name}={value}").expect("a text");
            }
        };
        with("engagement_id", filter.engagement.map(|engagement| self.model.engagements[engagement].id.clone()));
        with("member_id", filter.member.map(|member| self.members[member].clone()));
        with("task_id", filter.task.map(|task| self.model.tasks[task].id.clone()));
        with("work_date_from", filter.from.map(|day| day.to_string()));
        with("work_date_until", filter.until.map(|day| day.to_string()));
        let list = self.list(&query).await;
        let mut ids: Vec<String> = list["data"].as_array().expect("a list").iter().map(id).collect();
        ids.sort();
        let found: Vec<&String> = self.model.found(&filter).into_iter().map(|entry| &entry.id).collect();
        self.same(&format!("what {filter:?} finds"), &json!(ids), &json!(found));
        self.compare_totals(&filter, &list);
    }

    fn compare_totals(&self, filter: &Filter, list: &Value) {
        let (totals, shown) = (self.model.totals(filter), &list["totals"]);
        for (name, value) in bodies::totals(&totals).as_object().expect("an object") {
            self.same(&format!("{name} of {filter:?}"), &shown[name], value);
        }
        let amounts = shown["amounts"].as_array().expect("amounts");
        let sum: i64 = amounts.iter().map(|amount| amount["amount_minor"].as_i64().expect("a number")).sum();
        self.same(&format!("the amount of {filter:?}"), &json!(sum), &bodies::number(totals.amount_minor));
    }

    /// A list as it is; whether it fits the document is not asked each time.
    async fn list(&self, query: &str) -> Value {
        self.callers[0].get(&format!("/v1/time-entries?{query}")).undocumented().send().await.expect(200).json()
    }

    fn filter(&mut self) -> Filter {
        let random = &mut self.random;
        let day = random.one(&self.world.dates);
        let (first, after) = random.one(&[Period::Week, Period::Month]).around(day);
        let (from, until) = match random.below(6) {
            0 => (None, None),
            1 => (Some(day), Some(day.next())),
            2 => (Some(day), None),
            3 => (None, Some(day)),
            4 => (Some(first), Some(after)),
            _ => (Some(Day(first.0 - 1)), Some(Day(after.0 + 8))),
        };
        Filter {
            engagement: if random.percent(60) { Some(random.below(self.model.engagements.len())) } else { None },
            member: if random.percent(15) { Some(random.below(2)) } else { None },
            task: if random.percent(15) { Some(random.below(3)) } else { None },
            from,
            until,
        }
    }

    /// Demands that both agree, and says how it came to this where they do not.
    pub fn same(&self, what: &str, server: &Value, model: &Value) {
        if server != model {
            let (seed, step, log) = (self.seed, self.log.len(), self.log.join("\n"));
            let entries: String = self.model.entries.values().fold(String::new(), |mut all, entry| {
                writeln!(all, "{entry:?}").expect("a text");
                all
            });
            panic!(
                "{what}:\n  server {server}\n  model  {model}\nseed {seed}, after {step} requests:\n{log}\n\nthe model's entries:\n{entries}\n\
                 {what}:\n  server {server}\n  model  {model}"
            );
        }
    }
}

async fn member(caller: &TestClient) -> String {
    let me = caller.get("/v1/me").send().await.expect(200).json();
    me["member_id"].as_str().expect("a member").to_owned()
}

/// A new engagement, accepted elsewhere.
async fn engaged(owner: &TestClient, client: &str, terms: Value) -> Value {
    let body = json!({"client_id": client, "title": "Büro", "starts_on": BEGIN.to_string(), "terms": terms});
    let made = id(&owner.post("/v1/engagements").json(&body).send().await.expect(201).json());
    let proposed = crate::engagements::act(owner, &made, "propose").await.expect(200);
    let accept = owner.post(&format!("/v1/engagements/{made}/accept")).json(&json!({"note": "Am Telefon."}));
    accept.header("if-match", proposed.header("etag").expect("a tag")).send().await.expect(200).json()
}
