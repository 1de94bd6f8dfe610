//! Query parameters and words of an address: repeated and listed values mean the same, what a caller may not use is
//! refused by name, and a reference is found however its source is written.

use crate::{
    client::TestClient,
    engagements::hourly,
    people::{id, ids, new_client},
    server::Server,
    support::databases::on_both,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A read of the document and its parameters in the query.
struct Read {
    path: String,
    parameters: Vec<Value>,
    row: Option<Value>,
    for_assistants: bool,
}

/// Every read that has parameters.
fn reads() -> Vec<Read> {
    let document = vorzimmer::slices::routes::document("http://127.0.0.1:8080");
    let follow = |value: &Value| match value["$ref"].as_str() {
        Some(to) => document.pointer(&to[1..]).expect("a reference that leads somewhere").clone(),
        None => value.clone(),
    };
    let read = |(path, item): (&String, &Value)| {
        let parameters = item["get"]["parameters"].as_array()?.iter().map(follow);
        let parameters: Vec<Value> = parameters.filter(|parameter| parameter["in"] == "query").collect();
        let list = follow(&item["get"]["responses"]["200"]["content"]["application/json"]["schema"]);
        let row = list["properties"].get("data").map(|data| follow(&data["items"]));
        let for_assistants = !item["get"]["x-roles"].to_string().contains("client");
        (!parameters.is_empty()).then(|| Read { path: path.clone(), parameters, row, for_assistants })
    };
    document["paths"].as_object().unwrap().iter().filter_map(read).collect()
}

/// Values that a parameter takes, of those that the document names.
fn values_of(parameter: &Value) -> Vec<String> {
    let document = vorzimmer::slices::routes::document("http://127.0.0.1:8080");
    let items = &parameter["schema"]["items"];
    let named = items["$ref"].as_str().map(|to| document.pointer(&to[1..]).unwrap().clone());
    let schema = named.as_ref().unwrap_or(items);
    match schema["enum"].as_array() {
        Some(words) => words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect(),
        None if schema["examples"][1].is_string() => {
            schema["examples"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        }
        None if schema["format"] == "uuid" => {
            (1..=2).map(|i| format!("01990b5c-6f3a-7c41-9d55-3f1c2a7b8e9{i}")).collect()
        }
        None => vec!["eins".to_owned(), "zwei".to_owned()],
    }
}

#[test]
fn what_only_assistants_see_of_a_row_only_they_filter_and_sort_by() {
    let mut seen = 0;
    for read in reads() {
        let Some(row) = read.row else { continue };
        for (member, rules) in row["properties"].as_object().unwrap() {
            let name = |parameter: &Value| {
                let name = parameter["name"].as_str().unwrap().to_owned();
                name.trim_end_matches("_from").trim_end_matches("_until").to_owned()
            };
            for parameter in read.parameters.iter().filter(|parameter| name(parameter) == *member) {
                seen += 1;
                let is_internal = parameter.get("x-roles").is_some() || read.for_assistants;
                assert!(rules.get("x-roles").is_none() || is_internal, "{}: filtered by {member}", read.path);
            }
            let sorts = read.parameters.iter().find(|parameter| parameter["name"] == "sort");
            let sorted =
                sorts.is_some_and(|sort| sort["schema"]["enum"].to_string().contains(&format!("\"{member}\"")));
            assert!(!(sorted && rules.get("x-roles").is_some()), "{}: sorted by {member}", read.path);
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn lists_of_values_are_documented_as_repeated() {
    for read in reads() {
        for parameter in &read.parameters {
            let is_array = parameter["schema"]["type"] == "array";
            assert_eq!(parameter["explode"], if is_array { json!(true) } else { Value::Null }, "{}", read.path);
            assert!(parameter["schema"].get("default").is_none() || parameter["name"] == "limit");
        }
    }
}

/// Puts an id that is nobody's into every place of an address.
fn somewhere(path: &str, ids: &[(&str, &str)]) -> String {
    ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id))
}

#[on_both]
async fn repeated_and_listed_values_mean_the_same(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let engagement = anna.post("/v1/engagements").json(&hourly(&client, "A")).send().await.expect(201).json();
    let task = json!({"client_id": client, "title": "T", "tags": ["eins", "a,b"], "area": "Reisen"});
    let task = anna.post("/v1/tasks").json(&task).send().await.expect(201).json();
    let places = [("client_id", &*client), ("engagement_id", &id(&engagement)), ("task_id", &id(&task))];
    let (mut tried, mut repeated) = (0, 0);
    for read in reads() {
        let path = somewhere(&read.path, &places);
        if path.contains('{') {
            continue;
        }
        for parameter in read.parameters.iter().filter(|parameter| parameter["schema"]["type"] == "array") {
            let (name, values) = (parameter["name"].as_str().unwrap(), values_of(parameter));
            let each: Vec<String> = values.iter().map(|value| format!("{name}={value}")).collect();
            let both = anna.get(&format!("{path}?{}", each.join("&"))).send().await.expect(200).body;
            tried += 1;
            let description = parameter["description"].as_str().unwrap();
            if description.contains("A comma belongs to the value") {
                repeated += 1;
                continue;
            }
            let listed = anna.get(&format!("{path}?{name}={}", values.join(","))).send().await.expect(200).body;
            assert_eq!(String::from_utf8(both), String::from_utf8(listed), "{path} {name}");
        }
    }
    assert!(tried > 30 && repeated >= 4, "{tried} {repeated}");

    let found = async |query: &str| ids(&anna.get(&format!("/v1/tasks?{query}")).send().await.expect(200).json());
    assert_eq!(found("tags=EINS&tags=drei").await, [id(&task)]);
    assert_eq!(found("tags=a,b").await, [id(&task)]);
    assert_eq!(found("tags=eins,drei").await, [""; 0]);
    assert_eq!(found("area=Reisen&area=drei").await, [id(&task)]);
    let twice = anna.get("/v1/tasks?overdue=true&overdue=false").send().await.expect(400).json();
    assert_eq!(twice["parameter"], "overdue");
    let many = (0..201).map(|i| format!("tags=t{i}")).collect::<Vec<_>>().join("&");
    assert_eq!(anna.get(&format!("/v1/tasks?{many}")).send().await.expect(400).json()["parameter"], "tags");
}

#[on_both]
async fn a_page_follows_however_its_filter_is_said(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    for i in 0..3 {
        let task = json!({"client_id": client, "title": format!("T{i}")});
        anna.post("/v1/tasks").json(&task).send().await.expect(201);
    }
    let page = anna.get("/v1/tasks?status=todo,done&limit=1&sort=-created_at").send().await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    for query in
        ["status=done&status=todo", "status=todo,done,done&limit=2", "sort=-created_at&status=todo%2Cdone"]
    {
        anna.get(&format!("/v1/tasks?{query}&cursor={cursor}")).send().await.expect(200);
    }
    for query in ["status=done", "status=todo,done&sort=created_at", "status=todo,done&q=T"] {
        anna.get(&format!("/v1/tasks?{query}&cursor={cursor}")).send().await.expect(400);
    }
}

#[on_both]
async fn what_a_caller_may_not_use_is_refused_by_name(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    let tom = server.client_member(&anna, &client, "tom").await;
    let task = json!({"client_id": client, "title": "T", "visibility": "shared"});
    let task = id(&anna.post("/v1/tasks").json(&task).send().await.expect(201).json());
    let places = [("client_id", &*client), ("task_id", &task)];
    let mut refused = BTreeSet::new();
    for read in reads() {
        let path = somewhere(&read.path, &places);
        for parameter in read.parameters.iter().filter(|parameter| parameter.get("x-roles").is_some()) {
            let (name, ask) = (parameter["name"].as_str().unwrap(), async |by: &TestClient, more: &str| {
                let words = ["crm", "true", "shared"]
                    .map(|word| format!("{path}?{}={word}{more}", parameter["name"].as_str().unwrap()));
                let mut last = None;
                for url in words {
                    let answer = by.get(&url).send().await;
                    if answer.status == 200 {
                        return answer;
                    }
                    last = Some(answer);
                }
                last.expect("something was asked")
            });
            ask(&anna, "").await.expect(200);
            for more in ["", "&include=total_count"] {
                if more.is_empty() || read.row.is_some() {
                    assert_eq!(ask(&tom, more).await.expect(400).json()["parameter"], name, "{path}");
                }
            }
            refused.insert(format!("{} {name}", read.path));
        }
    }
    assert!(
        refused.contains("/v1/time-entries.csv tags") || refused.iter().any(|it| it.contains("time-entries/")),
        "{refused:?}"
    );
    assert!(refused.len() >= 17, "{refused:?}");
}

#[on_both]
async fn changes_are_sorted_by_when_they_were_made(server: Server) {
    let anna = server.assistant("anna").await;
    let since = "updated_since=2026-01-01T00:00:00Z";
    for query in [since.to_owned(), format!("{since}&sort=updated_at")] {
        let answer = anna.get(&format!("/v1/clients?{query}")).send().await;
        assert!(matches!(answer.status, 200 | 410), "{query}");
        let as_of = anna.get("/v1/clients").send().await.expect(200).json()["as_of"].clone();
        let query = query.replace("2026-01-01T00:00:00Z", as_of.as_str().unwrap());
        anna.get(&format!("/v1/clients?{query}")).send().await.expect(200);
        let other = anna
            .get(&format!("/v1/clients?{query}&sort=-created_at").replace("&sort=updated_at", ""))
            .send()
            .await;
        assert_eq!(other.expect(400).json()["parameter"], "sort");
    }
    anna.get("/v1/clients?sort=updated_at").send().await.expect(200);
}

#[on_both]
async fn a_reference_is_found_as_automations_write_it(server: Server) {
    let anna = server.assistant("anna").await;
    let client = id(&new_client(&anna, "A").await);
    for (list, body) in [
        ("clients", json!({"name": "B"})),
        ("tasks", json!({"client_id": client, "title": "T"})),
        ("engagements", hourly(&client, "E")),
    ] {
        let made =
            anna.put(&format!("/v1/{list}/by-ref/Zapier/Row%2012")).json(&body).send().await.expect(201).json();
        assert_eq!([&made["external_source"], &made["external_ref"]], ["zapier", "Row 12"]);
        let again = json!({"internal_note": "N"});
        for path in ["zapier/Row%2012", "ZAPIER/Row%2012"] {
            let found =
                anna.put(&format!("/v1/{list}/by-ref/{path}")).json(&again).send().await.expect(200).json();
            assert_eq!(found["id"], made["id"]);
        }
        for reference in
            ["row%2012", "Row%2012%20", "Row+12", "Google%20Sheets!A12", "%C3%9Cber%2F50%25", "a%2523"]
        {
            let path = format!("/v1/{list}/by-ref/Google%20Sheets/{reference}");
            let other = anna.put(&path).json(&body).send().await.expect(201).json();
            let sent = percent_encoding::percent_decode_str(reference).decode_utf8().unwrap().into_owned();
            assert_eq!([&other["external_source"], &other["external_ref"]], ["google sheets", &*sent]);
            anna.put(&path).json(&again).send().await.expect(200);
        }
        let listed = anna.get(&format!("/v1/{list}?external_source=ZAPIER&external_ref=Row+12")).send().await;
        assert_eq!(ids(&listed.expect(200).json()), [id(&made)]);
        for (path, part) in [
            ("_crm/1", "source"),
            ("B%C3%BCro/1", "source"),
            ("crm/%20", "ref"),
            ("crm/a%00b", "ref"),
            ("crm/%FF", "ref"),
            ("crm/a%0Ab", "ref"),
        ] {
            let refused =
                anna.put(&format!("/v1/{list}/by-ref/{path}")).json(&body).send().await.expect(400).json();
            assert_eq!([&refused["code"], &refused["parameter"]], ["invalid_parameter", part], "{path}");
        }
    }
    let posted = json!({"name": "C", "external_source": "HubSpot", "external_ref": "Zeile 7"});
    let posted = anna.post("/v1/clients").json(&posted).send().await.expect(201).json();
    assert_eq!(posted["external_source"], "hubspot");
    let found = anna.put("/v1/clients/by-ref/hubspot/Zeile%207").json(&json!({})).send().await.expect(200).json();
    assert_eq!(found["id"], posted["id"]);
}
