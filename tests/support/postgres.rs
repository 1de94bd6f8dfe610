//! One throw-away PostgreSQL cluster per test process, on 127.0.0.1 and a spare port, ended with the process.
//! Without the programs tests on PostgreSQL are passed over with one line, or fail under REQUIRE_POSTGRES=1.

use super::{
    programs::{owner, programs, spare_port},
    scratch::{announce, wait_until, watched},
};
use sqlx::{Connection, Executor, PgConnection};
use std::{
    ffi::OsStr,
    path::Path,
    process::Child,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Runs the cluster until standard input ends; a signal that comes before its handler is lost, hence the loop.
/// German collation, so that a sorted column without COLLATE "C" shows.
const RUN: &str = r#"
exec 3<&0 </dev/null
"$2/initdb" -D "$1/data" -U postgres -A trust -E UTF8 --locale=C --locale-provider=icu --icu-locale=de-DE \
    --no-sync --no-instructions >"$1/log" 2>&1 || { cat "$1/log" >&2; rm -rf "$1"; exit 1; }
"$2/postgres" -D "$1/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$1" \
    -c max_connections=300 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off \
    -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB -c checkpoint_timeout=1h -c timezone=UTC \
    -c shared_buffers=64MB >>"$1/log" 2>&1 & server=$!
{ read -r end <&3; [ -d "$1" ] || exit; : >"$1/ended"; while kill -QUIT $server; do sleep 0.2; done 2>/dev/null; } &
wait $server
[ -e "$1/ended" ] || cat "$1/log" >&2
"#;

/// A running cluster.
pub struct Cluster {
    port: u16,
    _watcher: Child,
}

/// The cluster of this process, started by whoever asks first; none where PostgreSQL is not installed.
pub fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| {
        let programs = programs();
        if programs.is_none() {
            announce("PostgreSQL is not installed: tests on it are passed over (Debian: apt install postgresql)");
        }
        programs.map(|programs| Cluster::start(&programs))
    });
    assert!(cluster.is_some() || !required(), "REQUIRE_POSTGRES=1, but initdb and postgres were not found");
    cluster.as_ref()
}

impl Cluster {
    fn start(programs: &Path) -> Self {
        for _ in 0..3 {
            let port = spare_port();
            let args = [programs.as_os_str(), OsStr::new(&port.to_string())].map(OsStr::to_owned);
            let (_, mut watcher) = watched("postgres", owner(), RUN, &[&args[0], &args[1]]);
            let cluster_answers = || admin(port, "SELECT 1".to_owned()).is_ok();
            let mut ended = false;
            let settled = wait_until(Duration::from_secs(60), || {
                ended = watcher.try_wait().is_ok_and(|status| status.is_some());
                ended || cluster_answers()
            });
            if settled && !ended {
                return Self { port, _watcher: watcher };
            }
        }
        panic!("the throw-away PostgreSQL did not start");
    }

    /// Creates a database, empty or as a copy of one that nobody uses; its address.
    pub fn create_database(&self, template: Option<&str>) -> String {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let template = template.map_or("template1", name_of);
        // Six times as fast as through the log, where nothing is ever synced.
        let made = admin(self.port, format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"));
        made.unwrap_or_else(|error| panic!("creating {name} from {template}: {error}"));
        self.url(&name)
    }

    /// Drops a database, whoever is still connected to it.
    pub fn drop_database(&self, url: &str) {
        let name = name_of(url);
        if let Err(error) = admin(self.port, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")) {
            announce(&format!("dropping {name}: {error}"));
        }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

fn name_of(url: &str) -> &str {
    url.rsplit('/').next().expect("an address ends with the name of the database")
}

/// Runs one statement on the maintenance database, on a thread of its own: callers have runtimes of many kinds.
fn admin(port: u16, statement: String) -> sqlx::Result<()> {
    let work = async move {
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let mut conn = PgConnection::connect(&url).await?;
        conn.execute(sqlx::AssertSqlSafe(statement)).await?;
        conn.close().await
    };
    std::thread::spawn(move || super::runtime().block_on(work)).join().expect("the thread does not panic")
}

#[expect(clippy::disallowed_methods, reason = "a switch for the test runner, not a setting of the program")]
fn required() -> bool {
    std::env::var_os("REQUIRE_POSTGRES").is_some_and(|value| value == "1")
}
