//! The arrows between modules, checked on the text of the sources:
//! main → app → routes → slice::api → slice::store → db, api → auth and http, store → slice::model → types.

use std::{fs, path::Path};

/// Folders of `src/` that are not slices.
const GROUND: &[&str] = &["types", "error", "db", "auth", "http", "jobs"];

/// What a model may name of `http`: it says how its values look outside, and never sees a request.
const DESCRIBING: &[&str] = &[
    "http::Projected",
    "http::Resource",
    "http::Listing",
    "http::Patchable",
    "http::OneOf",
    "http::Primitive",
    "http::SearchText",
    "http::params",
];

/// Who asks for the order of changes (`tx.now()`) beside the stores: for the tombstone of a withdrawn engagement, for the
/// `created_at` of an entry, and for the place of terms among the accepted ones.
const ORDERING: &[&str] =
    &["engagements/acts.rs", "time_entries/acts.rs", "time_entries/acts/apply.rs", "time_entries/acts/timer.rs"];

#[test]
fn modules_follow_the_arrows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    assert!(files.iter().any(|(path, _)| path == "db/tx.rs"), "the sources were found");
    let slices = slices(&files);
    let faults: Vec<_> = files.iter().flat_map(|(path, text)| faults(path, text, &slices)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_list_of_statements_is_in_the_whole_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    for (path, _) in files.iter().filter(|(_, text)| text.lines().any(|line| line.starts_with("statements! {"))) {
        let module = path.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
        let listed = vorzimmer::STATEMENTS.iter().any(|(name, _)| *name == module);
        assert!(listed, "vorzimmer::STATEMENTS lacks ({module:?}, {module}::STATEMENTS)");
    }
}

#[test]
fn what_breaks_an_arrow_is_told() {
    let slices = ["clients".to_owned(), "tasks".to_owned()];
    let cases = [
        ("types/id.rs", "use crate::db::Arg;", true),
        ("types/id.rs", "use crate::clients::model::Client;", false),
        ("db/tx.rs", "use crate::{error::Result, tasks::store};", false),
        ("db/tx.rs", "// as crate::tasks does", true),
        ("clients/model.rs", "use crate::types::Timestamp;", true),
        ("clients/model.rs", "use crate::{\n    types::Name,\n    db::Db,\n};", false),
        ("clients/model.rs", "#[derive(sqlx::FromRow)]", true),
        ("clients/model.rs", "sqlx::query(\"…\")", false),
        ("clients/model.rs", "use crate::http::{Resource, params};", true),
        ("clients/model.rs", "use crate::http::{Cx, Resource};", false),
        ("clients/model.rs", "use crate::types::Clock;", false),
        ("clients/store.rs", "use crate::{auth::Scope, db::Read};", true),
        ("clients/store.rs", "use crate::http::Json;", false),
        ("clients/contacts/store.rs", "use crate::http::Json;", false),
        ("clients/store/list.rs", "use actix_web::web;", false),
        ("clients/api.rs", "use crate::tasks::store;", true),
        ("clients/api.rs", "use crate::tasks::api;", false),
        ("clients/api.rs", "use crate::tasks::{api, model};", false),
        ("clients/api/read.rs", "conn.all(sql(\"SELECT id FROM clients\"))", false),
        ("clients/api.rs", "/// SELECT is not SQL in a comment", true),
        ("clients/api.rs", "let text = \"Select a client\";", true),
        ("clients/acts.rs", "judge(tx.now())", false),
        ("clients/acts.rs", "judge(tx.wall_clock())", true),
        ("clients/store.rs", "sql(UPDATE).bind(tx.now())", true),
        ("routes.rs", "use crate::tasks::api;", true),
        ("config.rs", "std::env::var(name)", true),
        ("app.rs", "env::var(\"HOME\")", false),
    ];
    for (path, text, fine) in cases {
        let faults = faults(path, text, &slices);
        assert_eq!(faults.is_empty(), fine, "{path}: {text}: {faults:?}");
    }
}

/// Every source with its path below `src/`.
fn collect(root: &Path, dir: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(root).expect("a file below the root").to_str().expect("a path in UTF-8");
            files.push((name.to_owned(), fs::read_to_string(&path).expect("a source in UTF-8")));
        }
    }
}

fn slices(files: &[(String, String)]) -> Vec<String> {
    let folders = files.iter().filter_map(|(path, _)| path.split_once('/')).map(|(folder, _)| folder);
    let mut slices: Vec<_> = folders.filter(|folder| !GROUND.contains(folder)).map(str::to_owned).collect();
    slices.sort();
    slices.dedup();
    slices
}

fn faults(path: &str, text: &str, slices: &[String]) -> Vec<String> {
    let code: Vec<_> = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let code = code.join("\n");
    let imports = imports(&code);
    let has =
        |start: &str| imports.iter().any(|import| import == start || import.starts_with(&format!("{start}::")));
    let mut parts = path.trim_end_matches(".rs").split('/');
    let folder = parts.next().unwrap_or_default();
    let layer = parts.find(|part| matches!(*part, "model" | "store" | "api")).unwrap_or_default();
    let is_slice = slices.iter().any(|slice| slice == folder);
    let mut faults = Vec::new();
    let mut fault = |broken: bool, rule: &str| {
        if broken {
            faults.push(format!("src/{path}: {rule}"));
        }
    };
    if matches!(folder, "types" | "db") {
        fault(slices.iter().any(|slice| has(slice)), "types and db know no slice");
    }
    if is_slice && layer == "model" {
        let pool = ["db::Db", "db::Conn", "db::Read", "db::Tx", "db::sql"].into_iter().any(has);
        fault(pool || has("types::Clock"), "a model knows no pool, no statement and no clock");
        let described = |import: &&String| !DESCRIBING.contains(&import.as_str());
        fault(imports.iter().filter(described).any(|it| it.starts_with("http")), "a model knows no request");
        let derives = code.replace("sqlx::FromRow", "").replace("sqlx::Type", "").replace("#[sqlx(", "");
        fault(
            code.contains("actix") || derives.contains("sqlx"),
            "of actix and sqlx a model knows the derives alone",
        );
    }
    if is_slice && layer == "store" {
        fault(has("http") || code.contains("actix"), "a store knows no HTTP");
    }
    if is_slice && layer == "api" {
        let verbs = ["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM ", "\"WITH ", "sqlx"];
        fault(verbs.iter().any(|verb| code.contains(verb)), "an api holds no SQL");
    }
    if is_slice && layer != "store" && !ORDERING.contains(&path) {
        fault(code.contains("tx.now()"), "what is judged or dated goes by tx.wall_clock(); tx.now() only orders");
    }
    if is_slice {
        let others = slices.iter().filter(|slice| *slice != folder);
        fault(others.into_iter().any(|slice| has(&format!("{slice}::api"))), "a slice's api is its own");
    }
    fault(path != "config.rs" && code.contains("env::var"), "only config.rs reads the environment");
    faults
}

/// Everything named after `crate::`, with groups in braces spread out: `crate::{a::b, c}` is `a::b` and `c`.
fn imports(code: &str) -> Vec<String> {
    code.split("crate::").skip(1).flat_map(|rest| spread("", rest.trim_start())).collect()
}

fn spread(prefix: &str, text: &str) -> Vec<String> {
    if let Some(group) = text.strip_prefix('{') {
        let (mut depth, mut start, mut found) = (0_i32, 0, Vec::new());
        for (i, c) in group.char_indices() {
            match c {
                ',' | '}' if depth == 0 => {
                    found.extend(spread(prefix, group[start..i].trim()));
                    start = i + 1;
                    if c == '}' {
                        break;
                    }
                }
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
        }
        return found;
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}::{name}") };
    match rest.strip_prefix("::") {
        Some(rest) => spread(&path, rest.trim_start()),
        None if name.is_empty() => Vec::new(),
        None => vec![path],
    }
}
