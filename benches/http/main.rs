//! What a request costs: CPU time of the real server per request, beside the floor of a bare server on the same file.
//!
//! `cargo bench --bench http -- [--entries N] [--requests N] [--only sqlite|postgres] [--load TEXT]`
//!
//! The program starts itself again as the server that is measured. Requests per second stand in brackets: on a machine
//! that is shared they say little, while CPU time and its ratio to the floor hold.

mod cpu;
mod data;
mod floor;
mod load;
mod packages;
mod pools;
mod postgres;
#[path = "../../tests/support/programs.rs"]
mod programs;
mod report;
mod serve;

use load::CONNECTIONS;
use report::Report;
use std::path::{Path, PathBuf};

/// Whatever goes wrong ends the run: a figure beside an error is worth nothing.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What is asked for on the command line.
struct Options {
    entries: usize,
    requests: usize,
    only: Option<String>,
    /// Only the loads whose names hold this.
    load: String,
}

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", dir, url] => {
            return actix_web::rt::System::new().block_on(serve::vorzimmer(Path::new(dir), url));
        }
        ["floor", file] => return actix_web::rt::System::new().block_on(serve::bare(Path::new(file))),
        _ => {}
    }
    let options = Options::read(&args)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(measure(&options))
}

async fn measure(options: &Options) -> Outcome<()> {
    println!("{} time entries, {} requests at a time", options.entries, CONNECTIONS);
    if options.only.as_deref() != Some("postgres") {
        let dir = Folder::new("sqlite")?;
        let file = dir.0.join("vorzimmer.db");
        let mut report = Report::new("SQLite");
        run(options, &dir.0, &format!("sqlite://{}", file.display()), None, &mut report).await?;
        floor::run(options.requests, &file, &mut report).await?;
        report.print();
    }
    if options.only.as_deref() != Some("sqlite") {
        match postgres::Cluster::start()? {
            None => println!("PostgreSQL is not installed: passed over"),
            Some(cluster) => {
                let dir = Folder::new("postgres")?;
                let mut report = Report::new("PostgreSQL");
                run(options, &dir.0, &cluster.url(), Some(&cluster), &mut report).await?;
                report.print();
            }
        }
    }
    Ok(())
}

/// Fills a database, serves it, and measures each kind of request.
async fn run(
    options: &Options,
    dir: &Path,
    url: &str,
    cluster: Option<&postgres::Cluster>,
    report: &mut Report,
) -> Outcome<()> {
    let login = data::fill(dir, url, options.entries, report).await?;
    let server = serve::Child::start(&["serve", &dir.display().to_string(), url])?;
    report.started(&server);
    let mut loads = data::loads(server.address, &login, options.requests).await?;
    if let Some(cluster) = cluster {
        cluster.analyze().await?;
    }
    let database = cluster.map(postgres::Cluster::process);
    loads.retain(|load| load.name.contains(&options.load));
    for load in &loads {
        println!("  measuring: {}", load.name);
        let cost = load::run(server.address, load, || cpu::of(server.process(), database)).await?;
        report.measured(load.name, cost);
    }
    Ok(())
}

impl Options {
    fn read(args: &[String]) -> Outcome<Self> {
        let mut options = Self { entries: 100_000, requests: 10_000, only: None, load: String::new() };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
            match arg.as_str() {
                "--entries" => options.entries = value()?.parse()?,
                "--requests" => options.requests = value()?.parse()?,
                "--load" => options.load.clone_from(value()?),
                "--only" => options.only = Some(value()?.clone()),
                // What `cargo bench` says to every benchmark.
                "--bench" => {}
                other => return Err(format!("{other} is not known; see the head of benches/http/main.rs").into()),
            }
        }
        Ok(options)
    }
}

/// A folder that goes with its value.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Outcome<Self> {
        let dir = std::env::temp_dir().join(format!("vorzimmer-bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir)?;
        Ok(Self(dir))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to the operator of the machine.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
