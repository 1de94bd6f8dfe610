//! The floor: a bare server without callers, rules or events on the same SQLite file. It reads a whole row, fifty whole
//! rows, and inserts a whole row with a sync of its own.

use super::{
    Outcome, cpu,
    data::{CREATE, LIST, READ_ENTRY, ROWS, get, post, spread},
    load::{self, Load},
    report::Report,
    serve::Child,
};
use actix_web::{App, HttpResponse, HttpServer, web};
use serde::{Deserialize, Serialize};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{net::SocketAddr, path::Path, sync::Arc};
use tokio::sync::Mutex;
use uuid::Uuid;

/// A place for a value in an `INSERT`.
macro_rules! place {
    ($name:ident) => {
        ", ?"
    };
}

/// Every column of a time entry.
macro_rules! columns {
    ($first:ident: $first_type:ty, $($name:ident: $type:ty,)+) => {
        #[derive(Clone, Serialize, sqlx::FromRow)]
        struct Entry { $first: $first_type, $($name: $type,)+ }

        const INSERT: &str = concat!("INSERT INTO time_entries (", stringify!($first), $(", ", stringify!($name),)+
            ") VALUES (?", $(place!($name),)+ ")");

        fn bind<'q>(query: Insert<'q>, row: &'q Entry) -> Insert<'q> {
            query.bind(row.$first.clone())$(.bind(row.$name.clone()))+
        }
    };
}
type Insert<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

columns! {
    workspace_id: Uuid,
    id: Uuid,
    member_id: Uuid,
    member_name: String,
    client_id: Option<Uuid>,
    engagement_id: Option<Uuid>,
    task_id: Option<Uuid>,
    terms_id: Option<Uuid>,
    status: String,
    source: String,
    started_at: Option<i64>,
    ended_at: Option<i64>,
    paused_at: Option<i64>,
    time_zone: String,
    work_date: String,
    last_work_date: String,
    duration_seconds: Option<i64>,
    break_seconds: i64,
    billable: bool,
    billable_given: Option<bool>,
    billed_seconds: Option<i64>,
    rate_minor: Option<i64>,
    rate_unit: Option<String>,
    rate_source: Option<String>,
    currency: String,
    amount_minor: Option<i64>,
    days_given: Option<i64>,
    day_ten_thousandths: Option<i64>,
    allocations: Option<String>,
    description: Option<String>,
    internal_note: Option<String>,
    service: Option<String>,
    tags: String,
    external_source: Option<String>,
    external_ref: Option<String>,
    needs_review_since: Option<i64>,
    announced_at: Option<i64>,
    lock_reason: Option<String>,
    locked_at: Option<i64>,
    begins_at: i64,
    sort_seconds: i64,
    search_text: String,
    search_internal: String,
    tags_key: String,
    version: i64,
    created_at: i64,
    updated_at: i64,
    deleted_at: Option<i64>,
}

struct Bare {
    readers: SqlitePool,
    writer: Mutex<SqliteConnection>,
    model: Entry,
}

#[derive(Serialize, Deserialize)]
struct NewEntry {
    number: i64,
    description: String,
}

/// Serves the file on a spare port.
pub async fn serve(file: &Path) -> Outcome<(SocketAddr, actix_web::dev::ServerHandle)> {
    let options = options(file);
    let mut writer = options.connect().await?;
    // Any finished entry, which new ones are copies of.
    let model = "SELECT * FROM time_entries WHERE duration_seconds IS NOT NULL AND external_ref IS NULL LIMIT 1";
    let model = sqlx::query_as(model).fetch_one(&mut writer).await?;
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let readers = SqlitePoolOptions::new()
        .max_connections(cores.max(2) as u32)
        .test_before_acquire(false)
        .connect_lazy_with(options.read_only(true));
    let shared = web::Data::new(Bare { readers, writer: Mutex::new(writer), model });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .route("/entries/{id}", web::get().to(read))
            .route("/engagements/{id}", web::get().to(list))
            .route("/entries", web::post().to(insert))
    })
    .workers(cores)
    .disable_signals()
    .bind(("127.0.0.1", 0))?;
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok((address, handle))
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("cache_size", "-32768")
        .disable_statement_logging()
}

type Answer = actix_web::Result<HttpResponse>;

async fn read(bare: web::Data<Bare>, path: web::Path<Uuid>) -> Answer {
    let query = sqlx::query_as("SELECT * FROM time_entries WHERE workspace_id = $1 AND id = $2");
    let row: Entry =
        query.bind(bare.model.workspace_id).bind(*path).fetch_one(&bare.readers).await.map_err(failed)?;
    Ok(HttpResponse::Ok().json(row))
}

async fn list(bare: web::Data<Bare>, path: web::Path<Uuid>) -> Answer {
    let query = sqlx::query_as(
        "SELECT * FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 \
         AND work_date >= '2026-01-01' AND work_date < '2026-12-01' ORDER BY work_date DESC, id DESC LIMIT 50",
    );
    let rows: Vec<Entry> =
        query.bind(bare.model.workspace_id).bind(*path).fetch_all(&bare.readers).await.map_err(failed)?;
    Ok(HttpResponse::Ok().json(rows))
}

async fn insert(bare: web::Data<Bare>, new: web::Json<NewEntry>) -> Answer {
    let id = Uuid::from_u128(u128::MAX - new.number.unsigned_abs() as u128);
    let row = Entry { id, description: Some(new.description.clone()), ..bare.model.clone() };
    let mut writer = bare.writer.lock().await;
    bind(sqlx::query(INSERT), &row).execute(&mut *writer).await.map_err(failed)?;
    drop(writer);
    Ok(HttpResponse::Created().json(row))
}

fn failed(error: sqlx::Error) -> actix_web::Error {
    actix_web::error::ErrorInternalServerError(error)
}

/// Measures the floor on the file that the server has left.
pub async fn run(requests: usize, file: &Path, report: &mut Report) -> Outcome<()> {
    let (entries, engagements) = ids(file).await?;
    let server = Child::start(&["floor", &file.display().to_string()])?;
    for load in loads(entries, engagements, requests) {
        let cost = load::run(server.address, &load, || cpu::of(server.process(), None)).await?;
        report.floor(load.name, cost);
    }
    Ok(())
}

async fn ids(file: &Path) -> Outcome<(Vec<Uuid>, Vec<Uuid>)> {
    let mut conn = options(file).read_only(true).connect().await?;
    let entries = sqlx::query_scalar("SELECT id FROM time_entries ORDER BY created_at DESC LIMIT 2000");
    let entries = entries.fetch_all(&mut conn).await?;
    let engagements = sqlx::query_scalar(
        "SELECT engagement_id FROM time_entries WHERE work_date >= '2026-01-01' AND work_date < '2026-12-01' \
         AND engagement_id IS NOT NULL GROUP BY engagement_id HAVING COUNT(*) >= 50",
    );
    let engagements = engagements.fetch_all(&mut conn).await?;
    conn.close().await?;
    Ok((entries, engagements))
}

fn loads(entries: Vec<Uuid>, engagements: Vec<Uuid>, requests: usize) -> Vec<Load> {
    let (entries, engagements) = (Arc::new(entries), Arc::new(engagements));
    let (asked, asked_for) = (entries.clone(), engagements.clone());
    let described = |n: usize| format!("Anruf Nummer {n} beantwortet");
    vec![
        Load {
            name: READ_ENTRY,
            requests,
            request: Arc::new(move |n| get(&format!("/entries/{}", entries[spread(n, entries.len())]), "none")),
            is_answered: Arc::new(move |n, reply| {
                reply.holds(200, &format!("\"id\":\"{}\"", asked[spread(n, asked.len())]), 1)
            }),
        },
        Load {
            name: LIST,
            requests: requests / 2,
            request: Arc::new(move |n| {
                get(&format!("/engagements/{}", engagements[spread(n, engagements.len())]), "none")
            }),
            is_answered: Arc::new(move |n, reply| {
                let id = asked_for[spread(n, asked_for.len())];
                reply.holds(200, &format!("\"engagement_id\":\"{id}\""), ROWS)
            }),
        },
        Load {
            name: CREATE,
            requests: requests / 2,
            request: Arc::new(move |n| {
                let body = serde_json::json!({"number": n, "description": described(n)});
                post("/entries", "", &body.to_string())
            }),
            is_answered: Arc::new(move |n, reply| reply.holds(201, &format!("\"{}\"", described(n)), 1)),
        },
    ]
}
