//! The document itself: committed as it is made, whole, and true in its examples.

use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};
use vorzimmer::slices::routes::EXPANSIONS;

fn made() -> Value {
    vorzimmer::slices::routes::document("http://127.0.0.1:8080")
}

#[test]
fn the_committed_document_is_the_one_that_is_made() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let committed = fs::read_to_string(path).expect("openapi/openapi.json");
    let made = format!("{:#}\n", made());
    assert!(committed == made, "openapi/openapi.json is stale; run: cargo run -- openapi > openapi/openapi.json");
}

#[test]
fn the_committed_table_of_routes_is_the_one_that_is_made() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/routes.txt");
    let committed = fs::read_to_string(path).expect("docs/routes.txt");
    let made = vorzimmer::slices::routes::printed();
    assert!(committed == made, "docs/routes.txt is stale; run: cargo run -- routes > docs/routes.txt");
}

#[test]
fn every_reference_leads_somewhere() {
    let document = made();
    let mut dangling = BTreeSet::new();
    walk(&document, &mut |value| {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            let pointer = target.strip_prefix('#').expect("a reference within the document");
            if document.pointer(pointer).is_none() {
                dangling.insert(target.to_owned());
            }
        }
    });
    assert!(dangling.is_empty(), "{dangling:?}");
}

#[test]
fn operations_are_named_tagged_and_summed_up() {
    let document = made();
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{name} stands twice");
            assert!(name.contains('_'), "{name} is not verb_noun");
            let summary = operation["summary"].as_str().unwrap();
            assert!((1..=60).contains(&summary.chars().count()), "{method} {path}: {summary:?}");
            assert_eq!(operation["tags"].as_array().unwrap().len(), 1, "{name}");
            assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{name}: the tag is not described");
            let events = operation["description"].as_str().unwrap();
            for event in
                events.split("Raises ").nth(1).into_iter().flat_map(|list| list.split('`').skip(1).step_by(2))
            {
                assert!(vorzimmer::slices::events::types().any(|known| known.name == event), "{name}: {event}");
            }
        }
    }
}

/// Names that generated clients have of their own, or their languages: TypeScript and the browser, Python, Java, Kotlin,
/// C#, Go, Rust and Swift.
const TAKEN: &str = "Any Array Attribute Blob Body Boolean Box Buffer Byte Cache Calendar Character Class Client Clock \
    Comment Comparable Configuration Config Console Copy Currency Data Date DateTime Decimal Default Dictionary Document \
    Double Duration Element Enum Environment Error Event Exception Field File Float Form Function Future Hash Headers \
    History Image Import Instant Int Integer Iterator Iterable Key Language List Local LocalDate LocalDateTime LocalTime \
    Locale Location Lock Long Map Math Meta Method Model Module Month Namespace Node Notification Null Number Object \
    Option Optional Package Parameter Path Pattern Performance Period Process Promise Property Proxy Query Range Record \
    Ref Reference Report Request Resource Response Result Runtime Scanner Schema Selection Self Set Short Some Stream \
    String Symbol System Task Text Thread TimeZone Timer Token Type UUID Union Uri Url Value Vec Void Window Worker Year \
    Zone";

#[test]
fn names_that_shadow_a_clients_own_are_not_used() {
    let document = made();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let shadowing: Vec<&str> = TAKEN.split_whitespace().filter(|name| schemas.contains_key(*name)).collect();
    assert!(shadowing.is_empty(), "{shadowing:?}");
    // In Go `NewTask` makes a `Task`: both cannot be types.
    let is_object = |name: &str| schemas[name]["type"] == "object";
    let made_by: Vec<&String> =
        schemas.keys().filter(|name| is_object(name) && schemas.contains_key(&format!("New{name}"))).collect();
    assert!(made_by.is_empty(), "{made_by:?}");
}

#[test]
fn words_that_will_grow_are_open_in_answers_and_closed_in_requests() {
    let document = made();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let open = schemas.iter().filter(|(_, schema)| schema.get("x-known-values").is_some());
    let open: BTreeSet<&str> = open.map(|(name, _)| name.as_str()).collect();
    for name in ["Code", "FaultCode", "WarningCode", "ProviderSlug", "ChannelKind", "EventTypeName", "LockReason"]
    {
        assert!(open.contains(name), "{name}");
    }
    for (name, schema) in schemas {
        assert!(!(schema.get("enum").is_some() && open.contains(name.as_str())), "{name}");
        if let Some(own) = name.strip_suffix("Choice").filter(|own| open.contains(own)) {
            assert_eq!(schema["enum"], schemas[own]["x-known-values"], "{name}");
        }
    }
    let refers = |value: &Value| {
        let mut names = Vec::new();
        walk(value, &mut |value| {
            let name = value.get("$ref").and_then(Value::as_str).and_then(|to| to.rsplit('/').next());
            names.extend(name.filter(|name| open.contains(name)).map(str::to_owned));
        });
        names
    };
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let said = [refers(&operation["parameters"]), refers(&operation["requestBody"])].concat();
            assert!(said.is_empty(), "{}: {said:?}", operation["operationId"]);
        }
    }
    for (name, schema) in
        schemas.iter().filter(|(_, schema)| schema.get("additionalProperties") == Some(&false.into()))
    {
        assert!(refers(schema).is_empty(), "{name} is said by callers");
    }
}

#[test]
fn no_object_is_free_but_the_data_of_events() {
    let document = made();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        walk(schema, &mut |value| {
            let is_free = value["type"] == "object" && value.get("properties").is_none();
            assert!(!is_free || name == "EventData", "{name}: {value}");
        });
    }
    let named = document["components"]["schemas"]["EventData"]["$defs"].as_object().unwrap();
    for known in vorzimmer::slices::events::types() {
        let place = named[known.name]["$ref"].as_str().unwrap();
        assert!(document.pointer(&place[1..]).is_some(), "{place}");
    }
}

#[test]
fn summaries_are_verb_and_noun_of_the_operation_id() {
    for item in made()["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let (id, summary) =
                (operation["operationId"].as_str().unwrap(), operation["summary"].as_str().unwrap());
            let said = summary.to_lowercase().replace(['-', '\'', ':', ','], " ");
            for (n, word) in id.split('_').enumerate() {
                let at = said.split_whitespace().position(|other| other == word);
                assert!(at.is_some_and(|at| n > 0 || at == 0), "{id}: {summary}");
            }
        }
    }
}

#[test]
fn no_enum_says_a_word_twice() {
    walk(&made(), &mut |value| {
        let words: Vec<String> = value["enum"].as_array().into_iter().flatten().map(Value::to_string).collect();
        let once: BTreeSet<&String> = words.iter().collect();
        assert_eq!(once.len(), words.len(), "{words:?}");
    });
}

#[test]
fn inputs_tell_defaults_in_words() {
    // Generators require what has a `default`, since an answer always has it.
    let document = made();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let members = schema["properties"].as_object().filter(|_| schema.get("additionalProperties").is_some());
        for (member, rules) in members.into_iter().flatten() {
            assert!(rules.get("default").is_none(), "{name}.{member}");
        }
    }
}

#[test]
fn every_example_is_valid() {
    let document = made();
    let mut faults = Vec::new();
    let mut judge = |place: &str, part: &Value| {
        let Some(example) = part.get("example") else { return };
        let mut schema = part["schema"].clone();
        schema["components"] = document["components"].clone();
        let validator = vorzimmer::web::openapi::formats(jsonschema::options()).build(&schema).expect("a schema");
        faults.extend(
            validator.iter_errors(example).map(|error| format!("{place} {}: {error}", error.instance_path())),
        );
    };
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            let body = operation["requestBody"]["content"].as_object();
            let answers = operation["responses"]
                .as_object()
                .unwrap()
                .values()
                .filter_map(|answer| answer["content"].as_object());
            for media in body.into_iter().chain(answers).flat_map(|content| content.values()) {
                judge(&place, media);
            }
            let own =
                operation["parameters"].as_array().into_iter().flatten().filter(|it| it.get("$ref").is_none());
            for parameter in own {
                assert!(parameter.get("example").is_some(), "{place}: {parameter}");
                judge(&place, parameter);
            }
        }
    }
    for (name, parameter) in document["components"]["parameters"].as_object().unwrap() {
        judge(name, parameter);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The members of requests that must lie in the future when they are sent.
const AHEAD: [&str; 1] = ["expires_at"];

#[test]
fn every_body_has_an_example_that_works_for_years() {
    let document = made();
    let is_ahead = |at: &Value| at.is_null() || at.as_str().is_some_and(|at| at >= "2030");
    let mut wrong = Vec::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            for media in operation["requestBody"]["content"].as_object().into_iter().flat_map(|all| all.values()) {
                let name = &operation["operationId"];
                if media.get("example").is_none() {
                    wrong.push(format!("{name}: no example"));
                }
                walk(&media["example"], &mut |value| {
                    let old = AHEAD.iter().filter(|name| !value.get(**name).is_none_or(is_ahead));
                    wrong.extend(old.map(|member| format!("{name}: {member} passes: {}", value[*member])));
                });
            }
        }
    }
    // What requests are made of: nothing else is allowed in them.
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let is_sent = schema["additionalProperties"] == false;
        for member in AHEAD.iter().filter(|_| is_sent) {
            let examples = schema["properties"][member]["examples"].as_array().into_iter().flatten();
            wrong.extend(examples.filter(|at| !is_ahead(at)).map(|at| format!("{name}.{member}: {at}")));
            let whole = schema["examples"].as_array().into_iter().flatten();
            let whole = whole.filter(|example| !example.get(member).is_none_or(is_ahead));
            wrong.extend(whole.map(|example| format!("{name}: {example}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_form_demands_has_words_for_people() {
    use vorzimmer::kernel::error::Fault;
    // Bounds and types tell of these, or no body has them.
    let plain = ["int32", "int64", "password", "uri", "uri-reference", r"[^\s\u0000]"];
    walk(&made()["components"]["schemas"], &mut |schema| {
        for (key, fault) in
            [("pattern", Fault::of_pattern as fn(&'static str, &str) -> Fault), ("format", Fault::of_format)]
        {
            let Some(name) = schema[key].as_str().filter(|name| !plain.contains(name)) else { continue };
            for german in [false, true] {
                let told = fault("", name).detail(german);
                assert!(!told.contains(&format!(" {name}.")), "{key}: {told}");
            }
        }
    });
}

#[test]
fn what_expand_can_add_has_the_scope_of_its_own() {
    let document = made();
    let known: BTreeSet<&str> = EXPANSIONS.iter().map(|(name, _)| *name).collect();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let offered: BTreeSet<&str> = schemas
        .iter()
        .filter(|(name, _)| name.ends_with("Expansion"))
        .flat_map(|(_, schema)| schema["enum"].as_array().expect("words"))
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(offered, known);
    walk(&document["paths"], &mut |value| {
        if value["name"] == "expand" {
            let words = value["schema"]["items"]["$ref"].as_str().unwrap_or_default();
            assert!(words.ends_with("Expansion"), "{value}");
        }
    });
}

fn walk(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    match value {
        Value::Object(object) => object.values().for_each(|value| walk(value, visit)),
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        _ => {}
    }
}
