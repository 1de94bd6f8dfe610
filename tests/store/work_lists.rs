//! How SQLite reads lists of tasks and engagements: along an index in the order of the list, and for one client or one
//! engagement along an index of its own, never through the whole workspace.

use crate::support::databases::{Context, Database, Store};
use vorzimmer::db::{Conn, Engine, Order, Slice, Sql, Window, windowed};
use vorzimmer::kernel::{ClientId, TimeZone, Timestamp, WorkspaceId};
use vorzimmer::platform::auth::Scope;
use vorzimmer::slices::engagements::store as engagements;
use vorzimmer::slices::tasks::{
    model::{Due, TaskFilter},
    store as tasks,
};
use vorzimmer::web::{Listing, Reader};

const ID: &str = "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90";

/// A filter, and the column that one of its own indexes must begin with.
type Asked = (&'static str, Option<&'static str>);

const TASKS: &[Asked] = &[
    ("", None),
    ("client_id=ID", Some("client_id=?")),
    ("engagement_id=ID", Some("engagement_id=?")),
    ("assignee_id=ID", None),
    ("status=todo,in_progress", None),
    ("priority=high", None),
    ("area=Post", None),
    ("tags=a", None),
    ("overdue=true", None),
    ("due_from=2026-03-01&due_until=2026-04-01", None),
    ("client_id=ID&status=todo", Some("client_id=?")),
    ("external_source=crm&external_ref=1", None),
    ("q=a", None),
];

const ENGAGEMENTS: &[Asked] = &[
    ("", None),
    ("client_id=ID", Some("client_id=?")),
    ("status=active", None),
    ("kind=hourly", None),
    ("client_id=ID&status=active", Some("client_id=?")),
    ("external_source=crm&external_ref=1", None),
    ("q=a", None),
];

/// What is wrong with the plans of a list's filters in each of its orders.
async fn faults<F: Listing>(
    conn: &mut Conn,
    asked: &[Asked],
    rows_of: impl Fn(Scope, &F, &Slice) -> Sql,
) -> Vec<String> {
    let workspace = WorkspaceId(ID.parse().unwrap());
    let mut faults = Vec::new();
    for client in [None, Some(ClientId(ID.parse().unwrap()))] {
        // What only assistants see, no client asks for.
        let is_asked = |query: &str| client.is_none() || !(query.contains("external_") || query.contains("tags"));
        for (query, own) in asked.iter().filter(|(query, _)| is_asked(query)) {
            let text = query.replace("ID", ID);
            let filter = F::read(&mut Reader::new(&text).unwrap()).unwrap();
            // A client's own rows are few among those of the workspace.
            let own = own.or(client.map(|_| "client_id=?"));
            let orders = F::ORDERS.iter().map(|(_, column)| (None, *column));
            for (since, column) in orders.chain([(Some(Timestamp::from_micros(0)), "updated_at")]) {
                for after in [None, Some((vorzimmer::kernel::Arg::Int(Some(0)), ID.parse().unwrap()))] {
                    let order = Order { column, id: "id", descending: since.is_none() };
                    let slice = Slice { window: Window { order, limit: 50, after }, since };
                    let sql = windowed(rows_of(Scope { workspace, client }, &filter, &slice), &slice.window);
                    let plan: Vec<(i64, i64, i64, String)> = conn.all(sql.explained()).await.unwrap();
                    // What is due in a stretch of time may be found by that, and is sorted then.
                    let by_due = query.contains("due") && plan[0].3.contains("due_key");
                    let bad = |line: &str| line.starts_with("SCAN") || (line.contains("TEMP B-TREE") && !by_due);
                    let narrow = |own: &str| plan[0].3.contains(own) || plan[0].3.contains("assignee_id=?");
                    let walks = own.is_some_and(|own| column != "updated_at" && !by_due && !narrow(own));
                    let line = plan.iter().find(|(.., line)| bad(line)).or(plan.first().filter(|_| walks));
                    if let Some((.., line)) = line {
                        faults.push(format!("{query:?} by {column} for a client: {}: {line}", client.is_some()));
                    }
                }
            }
        }
    }
    faults.dedup();
    faults
}

#[actix_web::test]
async fn no_list_of_tasks_scans_sorts_or_walks_the_workspace() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is always there");
    let mut conn = Store::enter(&database).await.db.read().await.unwrap();
    let due = |filter: &TaskFilter| Due::of(filter, &TimeZone::default(), Timestamp::from_micros(0));
    let faults = faults(&mut conn, TASKS, |scope, filter: &TaskFilter, slice| {
        tasks::rows_of(scope, (filter, due(filter)), slice)
    });
    let faults = faults.await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[actix_web::test]
async fn no_list_of_engagements_scans_sorts_or_walks_the_workspace() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is always there");
    let mut conn = Store::enter(&database).await.db.read().await.unwrap();
    let faults = faults(&mut conn, ENGAGEMENTS, engagements::rows_of).await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
