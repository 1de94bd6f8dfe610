//! Every setting: environment variables with the prefix `VORZIMMER_`. The only reader of the environment.

use crate::error::{Error, Result};
use ipnet::IpNet;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// The settings of a server.
#[derive(Clone, Debug)]
pub struct Config {
    /// `LISTEN`: where the server listens; default 127.0.0.1:8080.
    pub listen: SocketAddr,
    /// `DATA_DIR`: database, keys and outbox; default ./data.
    pub data_dir: PathBuf,
    /// `DATABASE_URL`: `postgres://…`; default: SQLite in the data directory.
    pub database_url: Option<String>,
    /// `DATABASE_CONNECTIONS`: how many connections to PostgreSQL at most; default 20.
    pub database_connections: u32,
    /// `PUBLIC_URL`: how callers reach this server; default: http:// and the listening address.
    pub public_url: Option<String>,
    /// `REGISTRATION`: who may register a workspace; default `first_only`.
    pub registration: Registration,
    /// `JWT_KEY_FILE`: the Ed25519 key(s) that sign access tokens; made on SQLite, demanded on PostgreSQL.
    pub jwt_key_file: Option<PathBuf>,
    /// `SECRET_KEY_FILE`: the key that seals cursors and secrets; made on SQLite, demanded on PostgreSQL.
    pub secret_key_file: Option<PathBuf>,
    /// `RATE_LIMIT`: requests per minute and token, and ten times as many per workspace; 0 = off; default 600.
    pub rate_limit: u32,
    /// `AUTH_RATE_LIMIT`: tries per account and 15 minutes, 0 = off; default 10.
    pub auth_rate_limit: u32,
    /// `CORS_ORIGINS`: comma-separated origins that browsers may call from; default: localhost on any port.
    pub cors_origins: Option<Vec<String>>,
    /// `TRUSTED_PROXIES`: comma-separated networks whose `X-Forwarded-For` is believed; default none.
    pub trusted_proxies: Vec<IpNet>,
    /// `SMTP_URL`: the mail server (`smtps://user:password@host`); default: an outbox folder in the data directory.
    pub smtp_url: Option<String>,
    /// `MAIL_FROM`: the sender of mails; default vorzimmer@localhost.
    pub mail_from: String,
    /// `LOG`: what is logged; default `info`.
    pub log: String,
    /// `WORKERS`: threads that answer requests; default: one per core.
    pub workers: usize,
    /// `DRAIN_SECONDS`: how long a stopping server says at /readyz that it is not ready, and still takes requests, so
    /// that whoever distributes them sends no more; default 1.
    pub drain: Duration,
}

crate::types::choice! {
    /// Who may register a new workspace.
    pub enum Registration {
        Open = "open",
        FirstOnly = "first_only",
        Closed = "closed",
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: PathBuf::from("data"),
            database_url: None,
            database_connections: 20,
            public_url: None,
            registration: Registration::FirstOnly,
            jwt_key_file: None,
            secret_key_file: None,
            rate_limit: 600,
            auth_rate_limit: 10,
            cors_origins: None,
            trusted_proxies: Vec::new(),
            smtp_url: None,
            mail_from: "vorzimmer@localhost".into(),
            log: "info".into(),
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            drain: Duration::from_secs(1),
        }
    }
}

impl Config {
    /// Reads the environment. A value that cannot be understood is an error that names its variable.
    pub fn from_env() -> Result<Self> {
        let default = Self::default();
        Ok(Self {
            listen: parsed("LISTEN")?.unwrap_or(default.listen),
            data_dir: variable("DATA_DIR").map_or(default.data_dir, PathBuf::from),
            database_url: variable("DATABASE_URL"),
            database_connections: parsed("DATABASE_CONNECTIONS")?.unwrap_or(default.database_connections),
            public_url: variable("PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned()),
            registration: match variable("REGISTRATION") {
                None => default.registration,
                Some(text) => text.parse().map_err(|()| wrong("REGISTRATION", "open, first_only or closed"))?,
            },
            jwt_key_file: variable("JWT_KEY_FILE").map(PathBuf::from),
            secret_key_file: variable("SECRET_KEY_FILE").map(PathBuf::from),
            rate_limit: parsed("RATE_LIMIT")?.unwrap_or(default.rate_limit),
            auth_rate_limit: parsed("AUTH_RATE_LIMIT")?.unwrap_or(default.auth_rate_limit),
            cors_origins: variable("CORS_ORIGINS").map(|text| origins(&text)).transpose()?,
            trusted_proxies: variable("TRUSTED_PROXIES")
                .map(|text| list(&text).iter().map(|net| network(net)).collect())
                .transpose()?
                .unwrap_or_default(),
            smtp_url: variable("SMTP_URL"),
            mail_from: variable("MAIL_FROM").unwrap_or(default.mail_from),
            log: variable("LOG").unwrap_or(default.log),
            workers: parsed("WORKERS")?.unwrap_or(default.workers),
            drain: parsed("DRAIN_SECONDS")?.map_or(default.drain, Duration::from_secs),
        })
    }

    /// Whether the database is a PostgreSQL server.
    pub fn is_postgres(&self) -> bool {
        self.database_url.as_deref().is_some_and(|url| url.starts_with("postgres"))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one reader of the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(format!("VORZIMMER_{name}")).ok().filter(|text| !text.trim().is_empty())
}

fn parsed<T: std::str::FromStr>(name: &str) -> Result<Option<T>> {
    variable(name).map(|text| text.parse().map_err(|_| wrong(name, "a value of its kind"))).transpose()
}

fn network(text: &str) -> Result<IpNet> {
    text.parse()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| wrong("TRUSTED_PROXIES", "networks such as 10.0.0.0/8"))
}

fn origins(text: &str) -> Result<Vec<String>> {
    let is_origin = |origin: &str| {
        let url = url::Url::parse(origin).map(|url| url.origin().ascii_serialization());
        origin == "*" || url.is_ok_and(|serialised| serialised == origin)
    };
    let origins = list(text);
    match origins.iter().all(|origin| is_origin(origin)) {
        true => Ok(origins),
        false => Err(wrong("CORS_ORIGINS", "* or origins such as https://app.example.com")),
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn wrong(name: &str, expected: &str) -> Error {
    Error::internal(format!("VORZIMMER_{name} is not {expected}"))
}
