//! Schema parity: after migrating, both engines have the same tables, columns, keys, checks and indexes.

use crate::support::databases::Database;
use std::collections::{BTreeMap, BTreeSet};
use vorzimmer::db::{Conn, Engine, sql};
use vorzimmer::kernel::Columns;

/// A schema as both engines can tell it; texts are brought to one form.
#[derive(Default)]
struct Schema {
    /// By table and column: the type's name in its engine, and whether it may be null. In order.
    columns: BTreeMap<String, Vec<(String, String, bool)>>,
    /// Lines such as `members (user_id, workspace_id) unique where deleted_at is null`.
    facts: BTreeSet<String>,
}

/// What a PostgreSQL type is on SQLite.
const TYPES: &[(&str, &[&str])] = &[
    ("BLOB", &["uuid", "bytea"]),
    ("INTEGER", &["int8", "bool", "timestamptz"]),
    ("REAL", &["float8"]),
    ("TEXT", &["text", "date"]),
];

#[test]
fn both_engines_have_one_schema() {
    let (Some(sqlite), Some(postgres)) = (read(Engine::Sqlite), read(Engine::Postgres)) else { return };
    assert!(sqlite.columns.contains_key("users"), "the schema was read");
    assert!(sqlite.facts.len() > sqlite.columns.len(), "keys and indexes were read");
    let faults = differences(&sqlite, &postgres);
    assert!(faults.is_empty(), "SQLite and PostgreSQL differ:\n{}", faults.join("\n"));
}

#[test]
fn a_difference_is_told() {
    let table = |kind: &str, nullable| Schema {
        columns: [("t".to_owned(), vec![("at".to_owned(), kind.to_owned(), nullable)])].into(),
        facts: [format!("key of {kind}").replace("bool", "INTEGER")].into(),
    };
    assert!(differences(&table("INTEGER", true), &table("bool", true)).is_empty());
    assert_eq!(differences(&table("INTEGER", true), &table("bool", false)).len(), 1);
    assert_eq!(differences(&table("INTEGER", true), &table("text", true)).len(), 3);
    assert_eq!(differences(&table("INTEGER", true), &Schema::default()).len(), 2);
}

fn differences(sqlite: &Schema, postgres: &Schema) -> Vec<String> {
    let mut faults = Vec::new();
    for table in sqlite.columns.keys().chain(postgres.columns.keys()).collect::<BTreeSet<_>>() {
        let (Some(left), Some(right)) = (sqlite.columns.get(table), postgres.columns.get(table)) else {
            faults.push(format!("{table}: only on one engine"));
            continue;
        };
        let names =
            |side: &[(String, String, bool)]| side.iter().map(|column| column.0.clone()).collect::<Vec<_>>();
        if names(left) != names(right) {
            faults.push(format!("{table}: columns {} / {}", names(left).join(", "), names(right).join(", ")));
            continue;
        }
        for ((name, left_type, left_null), (_, right_type, right_null)) in left.iter().zip(right) {
            let fits =
                TYPES.iter().any(|(sqlite, types)| sqlite == left_type && types.contains(&right_type.as_str()));
            if !fits {
                faults.push(format!("{table}.{name}: type {left_type} / {right_type}"));
            }
            if left_null != right_null {
                faults.push(format!("{table}.{name}: nullable {left_null} / {right_null}"));
            }
        }
    }
    faults.extend(sqlite.facts.difference(&postgres.facts).map(|fact| format!("only on SQLite: {fact}")));
    faults.extend(postgres.facts.difference(&sqlite.facts).map(|fact| format!("only on PostgreSQL: {fact}")));
    faults
}

fn read(engine: Engine) -> Option<Schema> {
    let database = Database::migrated(engine)?;
    let own = |table: &str| !table.starts_with("_sqlx") && !table.starts_with("sqlite_");
    let schema = actix_web::rt::System::new().block_on(async {
        let mut conn = database.open().await.read().await.unwrap();
        let mut schema = Schema::default();
        for (table, column, kind, not_null) in
            rows::<(String, String, String, i64)>(&mut conn, engine, COLUMNS).await
        {
            schema.columns.entry(table).or_default().push((column, kind, not_null == 0));
        }
        for (table, columns, parent, parents, rule) in
            rows::<(String, String, String, String, String)>(&mut conn, engine, FOREIGN_KEYS).await
        {
            schema.facts.insert(format!("{table} ({columns}) references {parent} ({parents}) on delete {rule}"));
        }
        for (table, name, columns, kind, definition) in
            rows::<(String, String, String, String, String)>(&mut conn, engine, INDEXES).await
        {
            // Engines name the indexes behind keys as they like.
            let name =
                if kind.starts_with("index") || kind.starts_with("unique index") { name } else { String::new() };
            schema.facts.insert(format!("{table} ({columns}) {kind} {name} {}", condition(&definition)));
        }
        for (table, definition) in rows::<(String, String)>(&mut conn, engine, CHECKS).await {
            schema.facts.extend(checks(&definition).into_iter().map(|values| format!("{table} checks {values}")));
        }
        schema
    });
    let Schema { columns, facts } = schema;
    Some(Schema {
        columns: columns.into_iter().filter(|(table, _)| own(table)).collect(),
        facts: facts.into_iter().filter(|fact| own(fact)).collect(),
    })
}

async fn rows<T: Columns>(conn: &mut Conn, engine: Engine, [sqlite, postgres]: [&'static str; 2]) -> Vec<T> {
    conn.all(sql(if engine == Engine::Sqlite { sqlite } else { postgres })).await.unwrap()
}

/// The condition of a partial index in one form: `is_owner = 1` and `is_owner` are the same flag.
fn condition(definition: &str) -> String {
    let lower = definition.to_lowercase();
    let condition = lower.split_once(" where ").map_or("", |(_, condition)| condition);
    condition.replace(['(', ')'], "").replace(" = 1", "").replace(" = true", "").replace("::text", "")
}

/// The checks of a definition. Engines rewrite conditions, but the texts that they allow stay: they are compared.
fn checks(definition: &str) -> Vec<String> {
    let pieces = definition.split("CHECK").skip(1);
    let texts = |check: &str| {
        let balanced = check.char_indices().scan(0_i32, |depth, (i, c)| {
            *depth += i32::from(c == '(') - i32::from(c == ')');
            Some((i, *depth))
        });
        let end = balanced.skip_while(|(_, depth)| *depth == 0).find(|(_, depth)| *depth == 0);
        let check = &check[..end.map_or(check.len(), |(end, _)| end)];
        check.split('\'').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    pieces.map(texts).map(|texts| texts.into_iter().collect::<Vec<_>>().join("|")).collect()
}

/// Table, column, type, 1 where it cannot be null; in order.
const COLUMNS: [&str; 2] = [
    "SELECT t.name, c.name, c.type, c.\"notnull\" FROM sqlite_schema t, pragma_table_info(t.name) c \
     WHERE t.type = 'table' ORDER BY t.name, c.cid",
    "SELECT t.relname::text, c.attname::text, y.typname::text, c.attnotnull::int::bigint FROM pg_class t \
     JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped \
     JOIN pg_type y ON y.oid = c.atttypid \
     WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' ORDER BY t.relname, c.attnum",
];

/// Table, columns, parent, its columns, what happens on delete.
const FOREIGN_KEYS: [&str; 2] = [
    "SELECT t.name, group_concat(f.\"from\", ', ' ORDER BY f.seq), f.\"table\", \
     group_concat(f.\"to\", ', ' ORDER BY f.seq), lower(f.on_delete) \
     FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' GROUP BY t.name, f.id",
    "SELECT t.relname::text, (SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY \
     k(num, n) JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.num), p.relname::text, \
     (SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(f.confkey) WITH ORDINALITY k(num, n) \
     JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.num), \
     CASE f.confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' \
     WHEN 'n' THEN 'set null' ELSE 'set default' END \
     FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid JOIN pg_class p ON p.oid = f.confrelid \
     WHERE f.contype = 'f' AND t.relnamespace = 'public'::regnamespace",
];

/// Table, index, columns with their direction (an expression as `?`), what it is, its definition.
const INDEXES: [&str; 2] = [
    "SELECT t.name, i.name, (SELECT group_concat(coalesce(k.name, '?') || CASE k.\"desc\" WHEN 1 THEN ' desc' ELSE '' \
     END, ', ' ORDER BY k.seqno) FROM pragma_index_xinfo(i.name) k WHERE k.key = 1), \
     CASE i.origin WHEN 'pk' THEN 'primary key' WHEN 'u' THEN 'unique' \
     ELSE CASE i.\"unique\" WHEN 1 THEN 'unique index' ELSE 'index' END END, coalesce(s.sql, '') \
     FROM sqlite_schema t, pragma_index_list(t.name) i LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = i.name \
     WHERE t.type = 'table'",
    "SELECT t.relname::text, c.relname::text, (SELECT string_agg(coalesce(a.attname, '?') || \
     CASE i.indoption[k.n - 1] & 1 WHEN 1 THEN ' desc' ELSE '' END, ', ' ORDER BY k.n) \
     FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(num, n) \
     LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num AND k.num > 0 WHERE k.n <= i.indnkeyatts), \
     CASE u.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' \
     ELSE CASE WHEN i.indisunique THEN 'unique index' ELSE 'index' END END, pg_get_indexdef(c.oid) \
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
     LEFT JOIN pg_constraint u ON u.conindid = c.oid AND u.contype IN ('p', 'u') \
     WHERE t.relnamespace = 'public'::regnamespace",
];

/// Table, a text that holds its checks.
const CHECKS: [&str; 2] = [
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table'",
    "SELECT t.relname::text, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid \
     WHERE c.contype = 'c' AND t.relnamespace = 'public'::regnamespace",
];
