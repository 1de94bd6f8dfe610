//! The floors of the house, checked on the text of the sources: kernel, db and hours, web, platform, slices, demo, and on
//! top the program. An arrow points downward, directly and by way of others; a slice knows only the slices before it in
//! `src/slices/mod.rs`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The floors, lowest first, each with the floors that it may name.
const FLOORS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("db", &["kernel"]),
    ("hours", &["kernel"]),
    ("web", &["kernel", "db"]),
    ("platform", &["kernel", "db", "web"]),
    ("slices", &["kernel", "db", "hours", "web", "platform"]),
    ("demo", &["kernel", "db", "hours", "web", "platform", "slices"]),
];

/// Files of `src/` and of `src/slices/` that put the slices together: the program, and the list of slices.
const ON_TOP: &[&str] = &["main.rs", "lib.rs", "server.rs", "statements.rs", "slices/mod.rs", "slices/routes.rs"];

/// Whether a file may know every slice. A slice's table of routes says which events an operation raises, also those of
/// slices above, which react to it.
fn is_on_top(path: &str) -> bool {
    ON_TOP.contains(&path) || (path.starts_with("slices/") && path.ends_with("/routes.rs"))
}

/// Arrows that point upward and have not been turned yet. The test fails on one more, and on one that is gone.
const UPWARD: &[(&str, &str)] = &[];

/// An arrow within a floor that closes a circle, and has not been cut yet.
const ROUND: &[(&str, &str)] = &[];

/// What a model may name of `web`: it says how its values look outside, and never sees a request.
const DESCRIBING: &[&str] = &[
    "web::Projected",
    "web::Resource",
    "web::Listing",
    "web::Patchable",
    "web::OneOf",
    "web::Primitive",
    "web::SearchText",
    "web::Texts",
    "web::params",
];

/// Who asks for the order of changes (`tx.now()`) beside the stores: for the tombstone of a withdrawn engagement, for the
/// `created_at` of an entry, and for the place of terms among the accepted ones.
const ORDERING: &[&str] = &[
    "slices/engagements/acts.rs",
    "slices/time_entries/acts.rs",
    "slices/time_entries/acts/apply.rs",
    "slices/time_entries/acts/create.rs",
    "slices/time_entries/acts/timer.rs",
];

/// A source: its path below `src/`, and its text.
type Source = (String, String);

#[test]
fn files_keep_to_their_layer() {
    let files = sources();
    let faults: Vec<_> = files.iter().flat_map(|(path, text)| faults(path, text)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn arrows_point_downward() {
    let files = sources();
    let order = slices(&files);
    let upward: BTreeSet<_> =
        arrows(&files).into_iter().filter(|(from, to)| !may_name(from, to, &order)).collect();
    let known: BTreeSet<_> = UPWARD.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
    assert_eq!(upward, known, "left: what points upward; right: what is known to");
}

#[test]
fn no_folders_stand_in_a_circle() {
    let mut below: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let left = |(from, to): &(String, String)| [UPWARD, ROUND].concat().contains(&(from, to));
    for (from, to) in arrows(&sources()).into_iter().filter(|arrow| !left(arrow)) {
        below.entry(from).or_default().insert(to);
    }
    let circles: Vec<_> = below.keys().filter(|start| reaches(start, start, &below)).collect();
    assert!(circles.is_empty(), "these reach themselves: {circles:?}");
}

/// Whether an arrow may be, by the floors and by the order of the slices.
fn may_name(from: &str, to: &str, order: &[String]) -> bool {
    let (floor, slice) = from.split_once('/').unwrap_or((from, ""));
    let (other_floor, other) = to.split_once('/').unwrap_or((to, ""));
    let place = |name: &str| order.iter().position(|slice| slice == name);
    match FLOORS.iter().find(|(name, _)| *name == floor) {
        None => true,
        Some(_) if (floor, other_floor) == ("slices", "slices") => place(other) <= place(slice),
        Some((_, below)) => floor == other_floor || below.contains(&other_floor),
    }
}

/// Whether arrows lead from one folder to another, at least one of them.
fn reaches(from: &str, to: &str, below: &BTreeMap<String, BTreeSet<String>>) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(at) = open.pop() {
        for next in below.get(at).into_iter().flatten() {
            if next == to {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}

/// Every arrow between folders: a floor, a part of `platform`, or a slice.
fn arrows(files: &[Source]) -> BTreeSet<(String, String)> {
    let mut arrows = BTreeSet::new();
    for (path, text) in files.iter().filter(|(path, _)| !is_on_top(path)) {
        let from = folder(&path.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::"));
        for import in imports(&code(text)) {
            let to = folder(&import);
            if to != from && FLOORS.iter().any(|(name, _)| to.split('/').next() == Some(name)) {
                arrows.insert((from.clone(), to));
            }
        }
    }
    arrows
}

/// The folder that a module path lies in.
fn folder(path: &str) -> String {
    let mut parts = path.split("::");
    let floor = parts.next().unwrap_or_default();
    match (floor, parts.next()) {
        ("platform" | "slices", Some(part)) => format!("{floor}/{part}"),
        _ => floor.to_owned(),
    }
}

/// The slices in their order: each may know those before it.
fn slices(files: &[Source]) -> Vec<String> {
    let (_, list) = files.iter().find(|(path, _)| path == "slices/mod.rs").expect("the list of slices");
    let modules = list.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "));
    modules.map(|name| name.trim_end_matches(';').to_owned()).collect()
}

#[test]
fn every_list_of_statements_is_in_the_whole_list() {
    for (path, _) in
        sources().iter().filter(|(_, text)| text.lines().any(|line| line.starts_with("statements! {")))
    {
        let module = path.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
        let listed = vorzimmer::statements::all().iter().any(|(place, ..)| *place == module);
        assert!(listed, "{path}: vorzimmer::statements lacks ({module:?}, {module}::STATEMENTS)");
    }
}

#[test]
fn every_table_is_in_the_whole_list() {
    let all = vorzimmer::statements::all();
    for (path, text) in sources() {
        for declared in text.split("= Table::<").skip(1) {
            let name = declared.split('"').nth(1).expect("the table's name");
            assert!(all.iter().any(|(place, ..)| *place == name), "{path}: vorzimmer::statements lacks {name}");
        }
    }
}

#[test]
fn what_breaks_a_layer_is_told() {
    let cases = [
        ("slices/clients/model.rs", "use crate::kernel::Timestamp;", true),
        ("slices/clients/model.rs", "use crate::{\n    kernel::Name,\n    db::Db,\n};", false),
        ("slices/clients/model.rs", "#[derive(sqlx::FromRow)]", false),
        ("slices/clients/store.rs", "sqlx::query(\"…\")", false),
        ("kernel/id.rs", "#[sqlx(transparent)]", false),
        ("db/sqlite.rs", "use sqlx::Row;", true),
        ("slices/clients/model.rs", "use crate::web::{Resource, params};", true),
        ("slices/clients/model.rs", "use crate::web::{Request, Resource};", false),
        ("slices/clients/model.rs", "use crate::platform::cx::Cx;", false),
        ("slices/clients/model.rs", "use crate::kernel::Clock;", false),
        ("hours/terms.rs", "use crate::kernel::Date;", true),
        ("hours/terms.rs", "use crate::kernel::Clock;", false),
        ("hours/span.rs", "sqlx::query(\"…\")", false),
        ("slices/clients/store.rs", "use crate::{platform::auth::Scope, db::Read};", true),
        ("slices/clients/store.rs", "use crate::web::Json;", false),
        ("slices/clients/store.rs", "use crate::platform::cx::Cx;", false),
        ("slices/clients/contacts/store.rs", "use crate::web::Json;", false),
        ("slices/clients/store/list.rs", "use actix_web::web;", false),
        ("slices/tasks/api.rs", "use crate::slices::clients::store;", true),
        ("slices/tasks/api.rs", "use crate::slices::clients::api;", false),
        ("slices/tasks/api.rs", "use crate::slices::clients::{api, model};", false),
        ("slices/clients/api/read.rs", "conn.all(sql(\"SELECT id FROM clients\"))", false),
        ("slices/clients/api.rs", "/// SELECT is not SQL in a comment", true),
        ("slices/clients/api.rs", "let text = \"Select a client\";", true),
        ("slices/clients/acts.rs", "judge(tx.now())", false),
        ("slices/clients/acts.rs", "judge(tx.wall_clock())", true),
        ("slices/clients/store.rs", "sql(UPDATE).bind(tx.now())", true),
        ("slices/routes.rs", "use crate::slices::tasks::api;", true),
        ("platform/config.rs", "std::env::var(name)", true),
        ("platform/app.rs", "env::var(\"HOME\")", false),
    ];
    for (path, text, fine) in cases {
        let faults = faults(path, text);
        assert_eq!(faults.is_empty(), fine, "{path}: {text}: {faults:?}");
    }
}

#[test]
fn what_points_upward_or_round_is_told() {
    let source = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let order = ["clients".to_owned(), "tasks".to_owned()];
    let cases = [
        ("kernel/id.rs", "use crate::db::Arg;", false),
        ("db/tx.rs", "use crate::{kernel::error::Result, slices::tasks::store};", false),
        ("db/tx.rs", "// as crate::slices::tasks does", true),
        ("hours/rounding.rs", "use crate::kernel::Date;", true),
        ("hours/rounding.rs", "use crate::db::sql;", false),
        ("web/list.rs", "use crate::platform::auth::Scope;", false),
        ("platform/auth/mod.rs", "use crate::platform::events::record;", true),
        ("platform/auth/mod.rs", "fn of(id: crate::slices::clients::Row) {}", false),
        ("slices/clients/acts.rs", "use crate::slices::tasks::store;", false),
        ("slices/tasks/acts.rs", "use crate::slices::clients::store;", true),
        ("demo/plan.rs", "use crate::slices::tasks::store;", true),
    ];
    for (path, text, fine) in cases {
        let upward = arrows(&[source(path, text)]).iter().any(|(from, to)| !may_name(from, to, &order));
        assert_ne!(upward, fine, "{path}: {text}");
    }
    let ring: BTreeMap<String, BTreeSet<String>> =
        [("a", "b"), ("b", "c"), ("c", "b")].into_iter().map(|(a, b)| (a.into(), [b.to_owned()].into())).collect();
    assert!(reaches("b", "b", &ring) && reaches("a", "c", &ring) && !reaches("a", "a", &ring));
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    assert!(files.iter().any(|(path, _)| path == "db/tx.rs"), "the sources were found");
    files
}

/// Every source with its path below `src/`.
fn collect(root: &Path, dir: &Path, files: &mut Vec<Source>) {
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

/// A source without its comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn faults(path: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let imports = imports(&code);
    let has =
        |start: &str| imports.iter().any(|import| import == start || import.starts_with(&format!("{start}::")));
    let mut parts = path.trim_end_matches(".rs").split('/');
    let floor = parts.next();
    let is_slice = floor == Some("slices") && !ON_TOP.contains(&path);
    let slice = parts.next().unwrap_or_default();
    let layer = parts.find(|part| matches!(*part, "model" | "store" | "api")).unwrap_or_default();
    let mut faults = Vec::new();
    let mut fault = |broken: bool, rule: &str| {
        if broken {
            faults.push(format!("src/{path}: {rule}"));
        }
    };
    if (is_slice && layer == "model") || floor == Some("hours") {
        let pool = ["db::Db", "db::Conn", "db::Read", "db::Tx", "db::sql"].into_iter().any(has);
        fault(pool || has("kernel::Clock"), "a model knows no pool, no statement and no clock");
        let described = |import: &&String| !DESCRIBING.contains(&import.as_str());
        let request = has("platform::cx") || imports.iter().filter(described).any(|it| it.starts_with("web"));
        fault(request, "a model knows no request");
        fault(code.contains("actix"), "a model knows no HTTP");
    }
    if is_slice && layer == "store" {
        fault(has("web") || has("platform::cx") || code.contains("actix"), "a store knows no HTTP");
    }
    if is_slice && layer == "api" {
        let verbs = ["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM ", "\"WITH "];
        fault(verbs.iter().any(|verb| code.contains(verb)), "an api holds no SQL");
    }
    if is_slice && layer != "store" && !ORDERING.contains(&path) {
        fault(code.contains("tx.now()"), "what is judged or dated goes by tx.wall_clock(); tx.now() only orders");
    }
    if is_slice {
        let foreign = |import: &String| {
            let mut parts = import.split("::");
            let is_other = parts.next() == Some("slices") && parts.next().is_some_and(|other| other != slice);
            is_other && parts.any(|part| part == "api")
        };
        fault(imports.iter().any(foreign), "a slice's api is its own");
    }
    fault(!path.starts_with("db/") && code.contains("sqlx"), "only db knows the drivers");
    fault(path != "platform/config.rs" && code.contains("env::var"), "only config.rs reads the environment");
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
