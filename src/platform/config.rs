//! Every setting: environment variables with the prefix `VORZIMMER_`. The only reader of the environment.

use crate::kernel::WebAddress;
use crate::kernel::error::{Error, Result};
use ipnet::IpNet;
use std::{
    ffi::OsString,
    net::SocketAddr,
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

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
    /// How long one delivery of a mail may take in all; not a variable.
    pub mail_deadline: Duration,
    /// How often workers look when nothing wakes them; not a variable.
    pub poll: Duration,
    /// `LOG`: what is logged; default `info`.
    pub log: String,
    /// `WORKERS`: threads that answer requests; default: one per core.
    pub workers: usize,
    /// `DRAIN_SECONDS`: how long a stopping server says at /readyz that it is not ready, and still takes requests, so
    /// that whoever distributes them sends no more; default 1.
    pub drain: Duration,
}

crate::kernel::choice! {
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
            mail_deadline: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            log: "info".into(),
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            drain: Duration::from_secs(1),
        }
    }
}

impl Config {
    /// Reads the environment. A value that cannot be understood is an error that names its variable.
    pub fn from_env() -> Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "the one reader of the environment")]
        Self::read(|name| std::env::var_os(name))
    }

    fn read(environment: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        let (default, from) = (Self::default(), Variables(environment));
        Ok(Self {
            listen: from.parsed("LISTEN", "an address and port")?.unwrap_or(default.listen),
            data_dir: from.text("DATA_DIR")?.map_or(default.data_dir, PathBuf::from),
            database_url: from.text("DATABASE_URL")?,
            database_connections: from
                .parsed("DATABASE_CONNECTIONS", "a number from 1 on")?
                .map_or(default.database_connections, NonZeroU32::get),
            public_url: from.text("PUBLIC_URL")?.map(|text| public_url(&text)).transpose()?,
            registration: from
                .text("REGISTRATION")?
                .map(|text| text.parse().map_err(|()| wrong("REGISTRATION", "open, first_only or closed")))
                .transpose()?
                .unwrap_or(default.registration),
            jwt_key_file: from.text("JWT_KEY_FILE")?.map(PathBuf::from),
            secret_key_file: from.text("SECRET_KEY_FILE")?.map(PathBuf::from),
            rate_limit: from.parsed("RATE_LIMIT", "a number from 0 on")?.unwrap_or(default.rate_limit),
            auth_rate_limit: from
                .parsed("AUTH_RATE_LIMIT", "a number from 0 on")?
                .unwrap_or(default.auth_rate_limit),
            cors_origins: from.text("CORS_ORIGINS")?.map(|text| origins(&text)).transpose()?,
            trusted_proxies: from
                .text("TRUSTED_PROXIES")?
                .map(|text| list(&text).iter().map(|net| network(net)).collect())
                .transpose()?
                .unwrap_or_default(),
            smtp_url: from.text("SMTP_URL")?,
            mail_from: from.text("MAIL_FROM")?.unwrap_or(default.mail_from),
            mail_deadline: default.mail_deadline,
            poll: default.poll,
            log: from.text("LOG")?.unwrap_or(default.log),
            workers: from.parsed("WORKERS", "a number from 1 on")?.map_or(default.workers, NonZeroUsize::get),
            drain: from.parsed("DRAIN_SECONDS", "a number of seconds")?.map_or(default.drain, Duration::from_secs),
        })
    }

    /// Whether the database is a PostgreSQL server.
    pub fn is_postgres(&self) -> bool {
        self.database_url.as_deref().is_some_and(|url| url.starts_with("postgres"))
    }
}

/// The variables with our prefix. Blank ones count as unset.
struct Variables<F>(F);

impl<F: Fn(&str) -> Option<OsString>> Variables<F> {
    fn text(&self, name: &str) -> Result<Option<String>> {
        let Some(value) = self.0(&format!("VORZIMMER_{name}")) else { return Ok(None) };
        let text = value.into_string().map_err(|_| wrong(name, "UTF-8"))?;
        Ok(Some(text).filter(|text| !text.trim().is_empty()))
    }

    fn parsed<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>> {
        self.text(name)?.map(|text| text.trim().parse().map_err(|_| wrong(name, expected))).transpose()
    }
}

/// Links in mails and answers begin with it.
fn public_url(text: &str) -> Result<String> {
    let text = text.trim().trim_end_matches('/');
    let good = WebAddress::parse(text).is_ok_and(|url| url.query.is_none() && url.fragment.is_none());
    if good {
        Ok(text.to_owned())
    } else {
        Err(wrong("PUBLIC_URL", "an address such as https://office.example.com"))
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    fn with(name: &'static str, value: impl Into<OsString>) -> Result<Config> {
        let value = value.into();
        Config::read(|asked| (asked == format!("VORZIMMER_{name}")).then(|| value.clone()))
    }

    #[test]
    fn what_cannot_be_understood_names_its_variable() {
        let cases = [
            ("WORKERS", "0"),
            ("DATABASE_CONNECTIONS", "0"),
            ("AUTH_RATE_LIMIT", "-1"),
            ("RATE_LIMIT", "many"),
            ("LISTEN", "8080"),
            ("PUBLIC_URL", "nonsense"),
            ("PUBLIC_URL", "https://office.example.com/?a=b"),
            ("REGISTRATION", "everybody"),
            ("TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
            ("DRAIN_SECONDS", "soon"),
        ];
        for (name, value) in cases {
            let error = with(name, value).expect_err(value);
            assert!(
                error.cause().is_some_and(|cause| cause.contains(&format!("VORZIMMER_{name}"))),
                "{name}: {error:?}"
            );
        }
        for name in ["DATABASE_URL", "DATA_DIR", "LOG"] {
            assert!(with(name, OsString::from_vec(vec![b'/', 0xFF])).is_err(), "{name} that is not UTF-8");
        }
    }

    #[test]
    fn what_is_good_is_taken_and_what_is_blank_is_unset() {
        assert_eq!(
            with("PUBLIC_URL", "https://office.example.com/").unwrap().public_url.as_deref(),
            Some("https://office.example.com")
        );
        assert_eq!(with("WORKERS", "3").unwrap().workers, 3);
        assert_eq!(with("PUBLIC_URL", " ").unwrap().public_url, None);
        assert_eq!(with("AUTH_RATE_LIMIT", u32::MAX.to_string()).unwrap().auth_rate_limit, u32::MAX);
    }
}
