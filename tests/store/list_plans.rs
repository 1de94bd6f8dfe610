//! How SQLite reads the stream of events and lists of share links: along an index, as far as it bounds them.

use crate::support::databases::{Context, Database, Store};
use vorzimmer::{
    auth::Scope,
    db::{Conn, Engine, Order, Slice, Sql, Window, windowed},
    events,
    http::{Listing, Params, Reader},
    shares,
    types::{ClientId, Timestamp, WorkspaceId},
};

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
