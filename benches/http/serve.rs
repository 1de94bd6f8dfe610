//! The servers that are measured, each in a process of its own: Vorzimmer as it ships, and a bare one.

use super::{Outcome, floor};
use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use vorzimmer::kernel::Clock;
use vorzimmer::platform::app::App;
use vorzimmer::platform::config::Config;
use vorzimmer::server;

/// How this benchmark runs the server: as it ships, but on a spare port and without a limit of requests.
pub fn config(dir: &Path, url: &str) -> Config {
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data_dir: dir.to_owned(),
        database_url: Some(url.to_owned()),
        jwt_key_file: Some(dir.join("jwt.key")),
        secret_key_file: Some(dir.join("secret.key")),
        rate_limit: 0,
        auth_rate_limit: 0,
        ..Config::default()
    }
}

/// Serves until standard input ends.
pub async fn vorzimmer(dir: &Path, url: &str) -> Outcome<()> {
    let config = config(dir, url);
    vorzimmer::platform::log::start(&config.log).map_err(|error| error.to_string())?;
    let app = App::build(config, Clock::system(), vorzimmer::slices::REGISTRY)
        .await
        .map_err(|error| format!("{error}: {:?}", error.cause()))?;
    let running = server::start(app).map_err(|error| error.to_string())?;
    until_told(running.address).await?;
    running.stop().await.map_err(|error| error.to_string().into())
}

/// Serves the floor until standard input ends.
pub async fn bare(file: &Path) -> Outcome<()> {
    let (address, handle) = floor::serve(file).await?;
    until_told(address).await?;
    handle.stop(true).await;
    Ok(())
}

async fn until_told(address: SocketAddr) -> Outcome<()> {
    println!("{address}");
    std::io::stdout().flush()?;
    tokio::task::spawn_blocking(|| std::io::stdin().lock().read_line(&mut String::new())).await??;
    Ok(())
}

/// A server in a process of its own, which ends with this value.
pub struct Child {
    process: std::process::Child,
    pub address: SocketAddr,
    pub started_in: Duration,
}

impl Child {
    /// Starts this program again in another role.
    pub fn start(args: &[&str]) -> Outcome<Self> {
        let started = Instant::now();
        let mut process = Command::new(std::env::current_exe()?)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Every request is logged, as in production, and nobody reads it.
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let address = line.trim().parse().map_err(|_| format!("the server did not start: {args:?}"))?;
        Ok(Self { process, address, started_in: started.elapsed() })
    }

    pub fn process(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It stops in good order, so that the database can be read by the next.
        let _ = self.process.wait();
    }
}
