//! The commands: serve (default), openapi, settings, statements, migrate, keys, demo, user.

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::{io::Write, path::PathBuf, process::ExitCode};
use vorzimmer::db::{self, Db};
use vorzimmer::demo;
use vorzimmer::kernel::error::Result;
use vorzimmer::kernel::{Clock, Date, Email};
use vorzimmer::platform::app;
use vorzimmer::platform::auth;
use vorzimmer::platform::config::Config;
use vorzimmer::platform::upgrades::upgrade;
use vorzimmer::server;
use vorzimmer::slices::accounts::users;
use vorzimmer::slices::{self, routes};
use vorzimmer::statements;

/// The back end of a virtual assistant's business.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API (what happens without a command).
    Serve(Box<Config>),
    /// Print the OpenAPI document.
    Openapi,
    /// Print the URL table: each operation with who may call it.
    Routes,
    /// Print the table of settings, in Markdown.
    Settings,
    /// Print the statements that the stores run.
    Statements,
    /// Bring the database to this version's schema.
    Migrate(Box<Config>),
    /// Make the key files jwt.key and secret.key in a folder, where they are absent.
    Keys { dir: PathBuf },
    /// Fill the database with demonstration data and print its log-ins. Their password is known to everybody.
    Demo {
        /// How many workspaces.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
        workspaces: u16,
        /// How many time entries of the last year in each; everything else grows with them. Two years that show packages come on top.
        #[arg(long, default_value_t = 2000)]
        entries: u32,
        /// The day on which the data ends.
        #[arg(long, default_value_t = demo::LAST_DAY, value_parser = day)]
        today: Date,
        /// Put it beside workspaces that are there already.
        #[arg(long)]
        add: bool,
        #[command(flatten)]
        config: Box<Config>,
    },
    /// Look after the accounts.
    User {
        #[command(flatten)]
        config: Box<Config>,
        #[command(subcommand)]
        command: UserCommand,
    },
}

#[derive(Subcommand)]
enum UserCommand {
    /// Give an account a new password, print it, and end the account's sessions and API keys.
    ResetPassword { email: String },
}

/// The base URL of the printed document; a running server names its own.
const PRINTED_URL: &str = "http://127.0.0.1:8080";

#[actix_web::main]
async fn main() -> ExitCode {
    match run(asked()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vorzimmer: {}", error.cause().map_or_else(|| error.to_string(), str::to_owned));
            ExitCode::FAILURE
        }
    }
}

/// The command that was asked for, with its settings.
fn asked() -> Command {
    let cli = || Cli::command().mut_subcommands(Config::in_environment);
    let read = |matches| Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let serve = || read(cli().get_matches_from(["vorzimmer", "serve"]));
    read(cli().get_matches()).command.or_else(|| serve().command).expect("a command is named")
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve(config) => serve(*config).await,
        Command::Openapi => {
            println!("{:#}", routes::document(PRINTED_URL));
            Ok(())
        }
        Command::Routes => {
            print!("{}", routes::printed());
            Ok(())
        }
        Command::Statements => {
            print!("{}", statements::printed());
            Ok(())
        }
        Command::Settings => {
            print!("{}", Config::table());
            Ok(())
        }
        Command::Migrate(config) => {
            open(&config).await?.close().await;
            Ok(())
        }
        Command::Keys { dir } => auth::make_key_files(&dir),
        Command::Demo { workspaces, entries, today, add, config } => {
            let order = demo::Order { workspaces: workspaces.into(), entries: entries as usize, today, add };
            fill(*config, order).await
        }
        Command::User { config, command: UserCommand::ResetPassword { email } } => {
            let db = open(&config).await?;
            let password = users::operator::reset_password(&db, &Clock::system(), &Email(email)).await;
            db.close().await;
            println!("{}", password?);
            Ok(())
        }
    }
}

/// Opens the database and brings it to this version's schema.
async fn open(config: &Config) -> Result<Db> {
    let db = app::open(config).await?;
    db::migrate(&db, &config.data_dir).await?;
    upgrade(&db, &Clock::system(), slices::REGISTRY.upgrades).await?;
    Ok(db)
}

async fn fill(config: Config, order: demo::Order) -> Result<()> {
    let app = app::App::build(config, Clock::system(), slices::REGISTRY).await?;
    let offices = demo::fill(&app, order).await?;
    app.db.close().await;
    for office in offices {
        println!("{}", office.name);
        for login in office.logins {
            let role =
                [Some(login.role), login.client.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
            println!("  {:<56}  {}  ({}; {role})", login.email, demo::PASSWORD, login.name);
        }
    }
    Ok(())
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|()| "a day such as 2026-11-20".to_owned())
}

async fn serve(config: Config) -> Result<()> {
    vorzimmer::platform::log::start(&config.log)?;
    let app = app::App::build(config, Clock::system(), slices::REGISTRY).await?;
    let running = server::start(app.clone())?;
    // Whoever started it may have stopped listening; that is no reason not to serve.
    let _ = writeln!(
        std::io::stdout(),
        "Vorzimmer listens at http://{}\nDocumentation: {}/docs/",
        running.address,
        app.public_url()
    );
    running.until(stop_signal()).await
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened to");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
