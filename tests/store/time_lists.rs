//! How SQLite reads lists of time entries: along an index in the order of the list, whatever is filtered.

use crate::support::databases::{Context, Database, Store};
use vorzimmer::db::{Engine, Order, Slice, Window, windowed};
use vorzimmer::kernel::{ClientId, TimeZone, Timestamp, WorkspaceId};
use vorzimmer::platform::auth::Scope;
use vorzimmer::slices::time_entries::{
    Asked, LocalDays, TimeEntryFilter,
    store::{place_of, rows_of},
};
use vorzimmer::web::{Listing, Params, Reader};

const ID: &str = "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90";

/// How the entries of a few days are found, and those with known ids.
const OF_DAYS: &str = "time_entries_by_start (workspace_id=? AND begins_at>? AND begins_at<?)";
const BY_ID: &str = "time_entries_1 (workspace_id=? AND id=?)";

/// Every filter by itself, the usual pairs, and several values.
const FILTERS: &[&str] = &[
    "",
    "client_id=ID",
    "engagement_id=ID",
    "task_id=ID",
    "member_id=ID",
    "client_id=ID,ID",
    "engagement_id=ID,ID",
    "client_id=ID&engagement_id=ID",
    "member_id=ID&engagement_id=ID&work_date_from=2026-01-01",
    "status=running,paused",
    "status=recorded",
    "billable=true",
    "source=timer",
    "tags=a",
    "work_date_from=2026-01-01&work_date_until=2026-02-01",
    "engagement_id=ID&work_date_from=2026-01-01&work_date_until=2026-02-01",
    "started_at_from=2026-01-01T00:00:00Z&started_at_until=2026-02-01T00:00:00Z",
    "member_id=ID&started_at_from=2026-01-01T00:00:00Z",
    "needs_review=true",
    "needs_review=true&billable=true",
    "needs_review=false",
    "local_date_from=2026-03-02&local_date_until=2026-03-03",
    "member_id=ID&local_date_from=2026-03-02&local_date_until=2026-03-03",
    "engagement_id=ID&status=recorded&local_date_from=2026-03-01&local_date_until=2026-04-01",
    "local_date_from=2026-01-01&local_date_until=2027-01-01",
    "member_id=ID&local_date_from=2026-03-02",
    "client_id=ID&local_date_until=2026-03-02",
    "external_source=toggl&external_ref=1",
    "q=a",
];

/// What stands in a query as it would be asked: local days in a zone, and a timer that has run for too long where an
/// assistant asks for what is billable.
fn asked(query: &str, scope: Scope) -> Asked {
    let text = query.replace("ID", ID);
    let filter = TimeEntryFilter::read(&mut Reader::new(&text).unwrap()).unwrap();
    let days = LocalDays::of(&filter, &TimeZone::default());
    let forgotten =
        if query.contains("review=true&") && !scope.is_client() { vec![ID.parse().unwrap()] } else { Vec::new() };
    Asked { days, forgotten, ..Asked::of(filter, Timestamp::from_micros(0)) }
}

/// What must be found first, whatever the order: the entries of a few days, and those that wait for a look.
fn found_first(asked: &Asked) -> Option<&'static str> {
    let of_days = asked.days.as_ref().filter(|days| days.are_few()).map(|_| OF_DAYS);
    of_days.or((!asked.forgotten.is_empty()).then_some(BY_ID))
}

#[actix_web::test]
async fn no_list_scans_or_sorts() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is always there");
    let mut conn = Store::enter(&database).await.db.read().await.unwrap();
    let workspace = WorkspaceId(ID.parse().unwrap());
    let scopes =
        [Scope { workspace, client: None }, Scope { workspace, client: Some(ClientId(ID.parse().unwrap())) }];
    let mut faults = Vec::new();
    for (scope, query) in scopes.iter().flat_map(|scope| FILTERS.iter().map(move |query| (*scope, *query))) {
        let asked = asked(query, scope);
        let orders =
            TimeEntryFilter::ORDERS.iter().flat_map(|(_, column)| [(None, *column, true), (None, *column, false)]);
        let changes = (Some(Timestamp::from_micros(0)), "updated_at", false);
        for (since, column, descending) in orders.chain([changes]) {
            for after in [None, Some((vorzimmer::kernel::Arg::Int(Some(0)), ID.parse().unwrap()))] {
                let order = Order { column, id: "id", descending };
                let slice = Slice { window: Window { order, limit: 50, after }, since };
                let sql = windowed(rows_of(scope, &asked, &slice), &place_of(&asked, &slice));
                let plan: Vec<(i64, i64, i64, String)> = conn.all(sql.explained()).await.unwrap();
                // The few entries that run or wait for a look may be sorted, and those of a few days.
                let first = found_first(&asked).filter(|_| since.is_none());
                let few = ["time_entries_open ", "time_entries_one_open ", "time_entries_to_review ", OF_DAYS]
                    .iter()
                    .chain(&first)
                    .any(|index| plan[0].3.contains(index));
                // The few that are longer than a day are found without reading the others.
                let reads_more =
                    |line: &str| line.starts_with("SEARCH l ") && !line.contains(" time_entries_over_a_day ");
                let bad = |line: &str| {
                    line.starts_with("SCAN") || (line.contains("TEMP B-TREE") && !few) || reads_more(line)
                };
                if first.is_some_and(|first| !plan[0].3.contains(first)) {
                    faults.push(format!("{query:?} by {column} walks: {}", plan[0].3));
                }
                if let Some((.., line)) = plan.iter().find(|(.., line)| bad(line)) {
                    faults.push(format!("{query:?} by {column} for a client: {}: {line}", scope.is_client()));
                }
            }
        }
    }
    faults.dedup();
    // The usual question of a month goes to the engagement's own index, not through the workspace's month.
    let asked = asked("engagement_id=ID&work_date_from=2026-01-01&work_date_until=2026-02-01", scopes[0]);
    let order = Order { column: "work_date", id: "id", descending: true };
    let slice = Slice { window: Window { order, limit: 50, after: None }, since: None };
    let sql = windowed(rows_of(scopes[0], &asked, &slice), &place_of(&asked, &slice));
    let plan: Vec<(i64, i64, i64, String)> = conn.all(sql.explained()).await.unwrap();
    assert!(
        plan[0]
            .3
            .contains("time_entries_of_engagement_by_date (workspace_id=? AND engagement_id=? AND work_date>?"),
        "{plan:?}"
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
