//! The commands: serve (default), openapi, migrate, keys, user.

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};
use vorzimmer::{
    app, auth,
    config::Config,
    db,
    error::Result,
    routes, server,
    types::{Clock, Email},
    users,
};

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
    Serve,
    /// Print the OpenAPI document.
    Openapi,
    /// Bring the database to this version's schema.
    Migrate,
    /// Make the key files jwt.key and secret.key in a folder, where they are absent.
    Keys { dir: PathBuf },
    /// Look after the accounts.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
}

#[derive(Subcommand)]
enum UserCommand {
    /// Give an account a new password, print it, and end the account's sessions.
    ResetPassword { email: String },
}

/// The base URL of the printed document; a running server names its own.
const PRINTED_URL: &str = "http://127.0.0.1:8080";

#[actix_web::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vorzimmer: {}", error.cause().map_or_else(|| error.to_string(), str::to_owned));
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<()> {
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve().await,
        Command::Openapi => {
            println!("{:#}", routes::document(PRINTED_URL));
            Ok(())
        }
        Command::Migrate => {
            let config = Config::from_env()?;
            let db = app::open(&config).await?;
            db::migrate(&db, &config.data_dir).await?;
            db.close().await;
            Ok(())
        }
        Command::Keys { dir } => auth::make_key_files(&dir),
        Command::User { command: UserCommand::ResetPassword { email } } => {
            let config = Config::from_env()?;
            let db = app::open(&config).await?;
            db::migrate(&db, &config.data_dir).await?;
            let password = users::operator::reset_password(&db, &Clock::system(), &Email(email)).await;
            db.close().await;
            println!("{}", password?);
            Ok(())
        }
    }
}

async fn serve() -> Result<()> {
    let config = Config::from_env()?;
    vorzimmer::log::start(&config.log)?;
    let app = app::App::build(config, Clock::system()).await?;
    let running = server::start(app.clone())?;
    println!("Vorzimmer listens at http://{}", running.address);
    println!("Documentation: {}/docs/", app.public_url());
    stop_signal().await;
    running.stop().await
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened to");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
