//! How SQLite reads the stream of events, lists of share links and a member's other work: along an index, as far as it
//! bounds them.

use crate::support::databases::{Context, Database, Store};
use vorzimmer::db::{Conn, Engine, Order, Slice, Sql, Window, sql, windowed};
use vorzimmer::kernel::{ClientId, Date, EngagementId, MemberId, Timestamp, WorkspaceId};
use vorzimmer::platform::auth::Scope;
use vorzimmer::slices::events;
use vorzimmer::slices::shares;
use vorzimmer::slices::time_entries;
use vorzimmer::web::{Listing, Params, Reader};

const ID: &str = "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90";

fn scopes() -> [Scope; 2] {
    let workspace = WorkspaceId(ID.parse().unwrap());
    [Scope { workspace, client: None }, Scope { workspace, client: Some(ClientId(ID.parse().unwrap())) }]
}

fn filter<F: Listing + Params>(query: &str) -> F {
    F::read(&mut Reader::new(&query.replace("ID", ID)).unwrap()).unwrap()
}

async fn plan(conn: &mut Conn, sql: Sql) -> String {
    let plan: Vec<(i64, i64, i64, String)> = conn.all(sql.explained()).await.unwrap();
    plan.into_iter().map(|(.., line)| line).collect::<Vec<_>>().join("; ")
}

#[actix_web::test]
async fn the_stream_is_read_along_the_index_of_its_narrowest_filter() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is always there");
    let mut conn = Store::enter(&database).await.db.read().await.unwrap();
    let [workspace, client] = scopes();
    for (scope, query, expected) in [
        (workspace, "", "events_by_seq (workspace_id=?)"),
        (workspace, "type=share_link.expired", "events_by_type (workspace_id=? AND type=?)"),
        (workspace, "type=share_link.expired,share_link.revoked", "events_by_seq (workspace_id=?)"),
        (workspace, "client_id=ID&type=share_link.expired", "events_by_client (workspace_id=? AND client_id=?)"),
        (
            workspace,
            "resource_id=ID&client_id=ID&type=share_link.expired",
            "events_by_resource (workspace_id=? AND resource_id=?)",
        ),
        (client, "", "events_by_client (workspace_id=? AND client_id=?)"),
        (client, "client_id=ID&type=share_link.expired", "events_by_client (workspace_id=? AND client_id=?)"),
        (client, "resource_id=ID", "events_by_resource (workspace_id=? AND resource_id=?)"),
    ] {
        for descending in [true, false] {
            let order = Order { column: "seq", id: "id", descending };
            let sql = events::store::rows_of(scope, &filter(query));
            let read = plan(&mut conn, windowed(sql, &Window { order, limit: 50, after: None })).await;
            assert!(read.contains(expected) && !read.contains("TEMP B-TREE"), "{query:?}: {read}");
        }
    }
}

#[actix_web::test]
async fn lists_of_share_links_are_bounded_by_an_index() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is always there");
    let mut conn = Store::enter(&database).await.db.read().await.unwrap();
    let [workspace, client] = scopes();
    let now = Timestamp::from_micros(0);
    for (scope, query, column, expected) in [
        (workspace, "", "s.created_at", "share_links_by_created (workspace_id=?)"),
        (
            workspace,
            "client_id=ID",
            "s.created_at",
            "share_links_of_client_by_created (workspace_id=? AND client_id=?)",
        ),
        (
            workspace,
            "status=active&expires_until=2026-01-01T00:00:00Z",
            "s.ends_at",
            "share_links_by_end (workspace_id=? AND ends_at>? AND ends_at<?)",
        ),
        (client, "", "s.created_at", "share_links_of_client_by_created (workspace_id=? AND client_id=?)"),
        (
            client,
            "status=active&expires_until=2026-01-01T00:00:00Z",
            "s.ends_at",
            "share_links_of_client_by_end (workspace_id=? AND client_id=? AND ends_at>? AND ends_at<?)",
        ),
    ] {
        let order = Order { column, id: "s.id", descending: false };
        let slice = Slice { window: Window { order, limit: 50, after: None }, since: None };
        let sql = shares::store::rows_of(scope, &filter(query), &slice, now);
        let read = plan(&mut conn, windowed(sql, &slice.window)).await;
        assert!(read.contains(expected) && !read.contains("TEMP B-TREE"), "{query:?}: {read}");
    }
}

#[actix_web::test]
async fn what_runs_or_lasts_long_is_found_among_the_few() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is always there");
    let mut conn = Store::enter(&database).await.db.read().await.unwrap();
    let ([workspace, client], at) = (scopes(), Timestamp::from_micros(0));
    for (name, expected) in [
        ("LONG_SINCE", &["time_entries_over_a_day (workspace_id=?)", "open (workspace_id=?)"][..]),
        ("ALL_OPEN", &["open (workspace_id=?)"]),
        ("FIND_OPEN_OF_CLIENT", &["open (workspace_id=?)"]),
        ("FIND_OPEN_ON_ENGAGEMENT", &["open (workspace_id=?)"]),
    ] {
        let statements = time_entries::store::STATEMENTS.iter().chain(time_entries::store::asked::STATEMENTS);
        let (_, text) = statements.clone().find(|(known, _)| *known == name).unwrap();
        let asked = sql(text).bind(workspace.workspace);
        let asked = match name {
            "LONG_SINCE" => asked.bind(at).bind(at),
            "FIND_OPEN_OF_CLIENT" | "FIND_OPEN_ON_ENGAGEMENT" => asked.bind(client.client),
            _ => asked,
        };
        let read = plan(&mut conn, asked).await;
        assert!(expected.iter().all(|index| read.contains(index)), "{name}: {read}");
    }
}

#[actix_web::test]
async fn what_lies_in_the_same_time_is_found_without_reading_all_that_was_ever_done() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is always there");
    let mut conn = Store::enter(&database).await.db.read().await.unwrap();
    let (_, text) = time_entries::store::STATEMENTS.iter().find(|(name, _)| *name == "OVERLAPPING").unwrap();
    let [workspace, _] = scopes();
    let at = Timestamp::from_micros(0);
    let member = MemberId(ID.parse().unwrap());
    let asked = sql(text).bind(workspace.workspace).bind(member).bind(at).bind(at).bind(at).bind(at).bind(102_i64);
    let read = plan(&mut conn, asked).await;
    for expected in [
        "time_entries_of_member_by_start (workspace_id=? AND member_id=? AND started_at>? AND started_at<?)",
        "time_entries_over_a_day (workspace_id=? AND member_id=?)",
        "time_entries_one_open (workspace_id=? AND member_id=?)",
    ] {
        assert!(read.contains(expected), "{expected}: {read}");
    }
}

#[actix_web::test]
async fn work_behind_a_day_is_found_without_reading_all_that_was_ever_done() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is always there");
    let mut conn = Store::enter(&database).await.db.read().await.unwrap();
    let [workspace, _] = scopes();
    let engagement = EngagementId(ID.parse().unwrap());
    let day: Date = "2026-03-02".parse().unwrap();
    for (name, expected) in [
        (
            "AFTER_DAY",
            &[
                "time_entries_of_engagement_by_date (workspace_id=? AND engagement_id=? AND work_date>?)",
                "time_entries_of_engagement_by_date (workspace_id=? AND engagement_id=? AND work_date>? AND work_date<?)",
                "time_entries_over_a_day (workspace_id=?)",
            ][..],
        ),
        ("LAST_DATE", &["time_entries_of_engagement_by_date (workspace_id=? AND engagement_id=?)"]),
        ("OF_TASK_ELSEWHERE", &["time_entries_of_task_by_date (workspace_id=? AND task_id=?)"]),
    ] {
        let statements = time_entries::store::blocking::STATEMENTS;
        let (_, text) = statements.iter().find(|(known, _)| *known == name).unwrap();
        let asked = sql(text).bind(workspace.workspace).bind(engagement).bind(day).bind(day);
        let read = plan(&mut conn, asked).await;
        for expected in expected {
            assert!(read.contains(expected), "{name}: {expected}: {read}");
        }
    }
}
