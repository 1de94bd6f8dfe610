//! The server itself: health, readiness, metrics, public keys, and addresses that nobody knows.

use crate::{
    server::Server,
    support::{
        databases::{Context, Database, on_both},
        scratch::Dir,
    },
};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};
use vorzimmer::db::Engine;
use vorzimmer::kernel::{Clock, Timestamp};
use vorzimmer::platform::app::{self, App};
use vorzimmer::platform::config::Config;
use vorzimmer::slices;

#[on_both]
async fn system_operations_answer_as_documented(server: Server) {
    for path in ["/healthz", "/readyz", "/metrics", "/.well-known/jwks.json"] {
        server.client.get(path).send().await.expect(200);
    }
    let keys = server.client.get("/.well-known/jwks.json").send().await.json();
    assert_eq!(keys["keys"][0]["alg"], "EdDSA");
}

#[on_both]
async fn unknown_addresses_and_methods_are_whole_problems(server: Server) {
    let lost = server.client.get("/v1/shoes").undocumented().send().await.expect(404);
    assert_eq!(lost.json()["code"], "not_found");
    assert_eq!(lost.header("request-id"), lost.json()["request_id"].as_str());
    let wrong = server.client.delete("/healthz").undocumented().send().await.expect(405);
    assert!(wrong.header("allow").is_some_and(|allow| allow.contains("GET")));
}

#[on_both]
async fn after_too_many_bad_tokens_an_unknown_one_is_not_looked_up(server: Limited) {
    let server = server.0;
    let anna = server.assistant("anna").await;
    let another = server.caller(&server.log_in("anna").await);
    anna.get("/v1/me").send().await.expect(200);
    let mut statuses = Vec::new();
    for i in 0..30 {
        let garbage = server.client.with_bearer(&format!("garbage{i}"));
        statuses.push(garbage.get("/v1/me").send().await.status);
    }
    assert_eq!((statuses[0], statuses[29]), (401, 429));
    anna.get("/v1/me").send().await.expect(200);
    let refused = another.get("/v1/me").send().await.expect(429);
    assert!(refused.header("retry-after").is_some(), "a good one that nobody knows yet waits as well");
    server.pass(60);
    another.get("/v1/me").send().await.expect(200);
}

/// A server that takes few requests in a minute.
#[derive(Clone)]
struct Limited(Server);

impl Context for Limited {
    async fn enter(database: &Database) -> Self {
        Self(Server::with(database, |config| config.rate_limit = 20).await)
    }

    async fn leave(self) {
        self.0.stop().await;
    }
}

#[test]
fn the_servers_folders_are_its_own() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is built in");
    let mode = |path: &Path| fs::metadata(path).expect("a folder").permissions().mode() & 0o777;
    let outbox = database.dir().join("outbox");
    fs::create_dir(&outbox).expect("the folder of an older version");
    fs::set_permissions(&outbox, fs::Permissions::from_mode(0o755)).expect("open to everybody");
    actix_web::rt::System::new().block_on(async {
        Server::with(&database, |_| {}).await.stop().await;
        assert_eq!(mode(&outbox), 0o700);
        let config = Config { data_dir: database.dir().join("new"), ..Config::default() };
        app::open(&config).await.expect("a new database").close().await;
        assert_eq!(mode(&config.data_dir), 0o700);
    });
}

#[test]
fn the_servers_files_are_its_own_also_in_a_folder_that_is_there() {
    const FILES: [&str; 6] =
        ["vorzimmer.db", "vorzimmer.db-wal", "vorzimmer.db-shm", "migrate.lock", "jwt.key", "secret.key"];
    let dir = Dir::new();
    let config = Config { data_dir: dir.path().to_owned(), ..Config::default() };
    let set_mode =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    set_mode(dir.path(), 0o755);
    actix_web::rt::System::new().block_on(async {
        let build = || App::build(config.clone(), Clock::fixed(Timestamp::from_micros(0)), slices::REGISTRY);
        let modes =
            || FILES.map(|name| fs::metadata(dir.path().join(name)).expect(name).permissions().mode() & 0o777);
        let made = build().await.expect("the application is built");
        assert_eq!(modes(), [0o600; 6]);
        // As after a crash, and as an older version made them.
        FILES.iter().for_each(|name| set_mode(&dir.path().join(name), 0o644));
        let opened = build().await.expect("the application is built");
        assert_eq!(modes(), [0o600; 6]);
        opened.db.close().await;
        made.db.close().await;
    });
}

#[test]
fn a_stopping_server_is_not_ready_and_still_answers() {
    let database = Database::migrated(Engine::Sqlite).expect("SQLite is built in");
    actix_web::rt::System::new().block_on(async {
        let server = Server::with(&database, |config| config.drain = Duration::from_millis(500)).await;
        let client = server.client.clone();
        let asked = actix_web::rt::spawn(async move {
            while client.get("/readyz").send().await.status == 200 {}
            client.get("/readyz").send().await.expect(503);
            client.get("/healthz").send().await.expect(200);
        });
        server.client.get("/readyz").send().await.expect(200);
        server.stop().await;
        asked.await.expect("probes are answered to the end");
    });
}
