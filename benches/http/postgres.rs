//! A PostgreSQL of this run's own, on 127.0.0.1 and a spare port, with its syncs left on.

use super::{Folder, Outcome, programs};
use sqlx::{ConnectOptions, Executor};
use std::{
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    str::FromStr,
    time::Duration,
};

/// A running cluster, which ends with this value.
pub struct Cluster {
    server: Child,
    port: u16,
    _dir: Folder,
}

impl Cluster {
    /// Starts one; none where PostgreSQL is not installed.
    pub fn start() -> Outcome<Option<Self>> {
        let Some(programs) = programs::programs() else { return Ok(None) };
        let dir = Folder::new("cluster")?;
        if let Some((user, group)) = programs::owner() {
            std::os::unix::fs::chown(&dir.0, Some(user), Some(group))?;
        }
        let data = dir.0.join("data");
        let made = command(&programs.join("initdb"))
            .arg("-D")
            .arg(&data)
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"])
            .stdout(Stdio::null())
            .status()?;
        if !made.success() {
            return Err("initdb failed".into());
        }
        let port = programs::spare_port();
        let server = command(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=256MB"])
            .arg("-c")
            .arg(format!("unix_socket_directories={}", dir.0.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let cluster = Self { server, port, _dir: dir };
        for _ in 0..600 {
            // It listens only once it answers.
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(Some(cluster));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("PostgreSQL did not start".into())
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Counts what tables hold, as the database does by itself a minute after they are filled.
    pub async fn analyze(&self) -> Outcome<()> {
        let mut conn = sqlx::postgres::PgConnectOptions::from_str(&self.url())?.connect().await?;
        conn.execute("VACUUM ANALYZE").await?;
        Ok(())
    }

    /// The process below which its sessions run.
    pub fn process(&self) -> u32 {
        self.server.id()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGQUIT ends it at once; nothing of it is wanted any more.
        let _ = Command::new("kill").args(["-QUIT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
    }
}

/// A program that runs as who owns the cluster.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = programs::owner() {
        command.uid(user).gid(group);
    }
    command.current_dir("/");
    command
}
