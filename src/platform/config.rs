//! Every setting: environment variables with the prefix `VORZIMMER_`, and flags of the commands that serve or open the
//! database. The only reader of the environment.

use crate::kernel::WebAddress;
use clap::{Arg, Args, Command, FromArgMatches, builder::Resettable};
use ipnet::IpNet;
use std::{
    ffi::OsString,
    fmt::Write,
    net::SocketAddr,
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

/// Before the names of our variables.
const PREFIX: &str = "VORZIMMER_";

/// A list as one value: clap takes a `Vec` for values of their own.
type List<T> = Vec<T>;

/// The settings of a server.
#[derive(Clone, Args)]
#[command(next_help_heading = "Settings")]
pub struct Config {
    /// Where the server listens.
    #[arg(long, env = "VORZIMMER_LISTEN", default_value = "127.0.0.1:8080")]
    #[arg(value_parser = parsed::<SocketAddr, SocketAddr>("an address and port"))]
    pub listen: SocketAddr,
    /// Database, keys and outbox.
    #[arg(long, env = "VORZIMMER_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
    /// Where the database is, `postgres://user:password@host/name`; without it SQLite in the data directory.
    #[arg(long, env = "VORZIMMER_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Connections to PostgreSQL at most.
    #[arg(long, env = "VORZIMMER_DATABASE_CONNECTIONS", default_value = "20")]
    #[arg(value_parser = parsed::<NonZeroU32, u32>("a number from 1 on"))]
    pub database_connections: u32,
    /// How callers reach the server, and what mailed links begin with (the guide, "Links in mails", names their paths);
    /// without it `http://` and the listening address.
    #[arg(long, env = "VORZIMMER_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// Who may register a workspace: `open`, `first_only`, `closed`.
    #[arg(long, env = "VORZIMMER_REGISTRATION", default_value = "first_only")]
    #[arg(value_parser = parsed::<Registration, Registration>("open, first_only or closed"))]
    pub registration: Registration,
    /// The Ed25519 keys that sign access tokens; without it made in the data directory, on PostgreSQL demanded, where
    /// servers share it.
    #[arg(long, env = "VORZIMMER_JWT_KEY_FILE")]
    pub jwt_key_file: Option<PathBuf>,
    /// The key that seals cursors and secrets; made or demanded alike.
    #[arg(long, env = "VORZIMMER_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
    /// Requests per minute and token, and ten times as many per workspace; a 304 counts a tenth; 0 = off.
    #[arg(long, env = "VORZIMMER_RATE_LIMIT", default_value = "600")]
    #[arg(value_parser = parsed::<u32, u32>("a number from 0 on"))]
    pub rate_limit: u32,
    /// Tries per account, and mails to one address, in any 15 minutes (five times as many per network address or
    /// workspace); 0 = off.
    #[arg(long, env = "VORZIMMER_AUTH_RATE_LIMIT", default_value = "10")]
    #[arg(value_parser = parsed::<u32, u32>("a number from 0 on"))]
    pub auth_rate_limit: u32,
    /// Comma-separated origins that browsers may call from; without it pages on localhost, on any port.
    #[arg(long, env = "VORZIMMER_CORS_ORIGINS", value_parser = origins)]
    pub cors_origins: Option<List<String>>,
    /// Comma-separated networks whose `X-Forwarded-For` is believed; without it none.
    #[arg(long, env = "VORZIMMER_TRUSTED_PROXIES", default_value = "", hide_default_value = true)]
    #[arg(value_parser = networks)]
    pub trusted_proxies: List<IpNet>,
    /// The mail server, `smtps://user:password@host`; without it mails become files in `outbox` in the data directory.
    #[arg(long, env = "VORZIMMER_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// The sender of mails.
    #[arg(long, env = "VORZIMMER_MAIL_FROM", default_value = "vorzimmer@localhost")]
    pub mail_from: String,
    /// How long one delivery of a mail may take in all; no setting.
    #[arg(skip = Duration::from_secs(30))]
    pub mail_deadline: Duration,
    /// How often workers look when nothing wakes them; no setting.
    #[arg(skip = Duration::from_secs(1))]
    pub poll: Duration,
    /// What is logged, as JSON lines on standard error.
    #[arg(long, env = "VORZIMMER_LOG", default_value = "info")]
    pub log: String,
    /// Threads that answer requests; without it one per core.
    #[arg(long, env = "VORZIMMER_WORKERS", default_value_t = cores(), hide_default_value = true)]
    #[arg(value_parser = parsed::<NonZeroUsize, usize>("a number from 1 on"))]
    pub workers: usize,
    /// How long `/readyz` says 503 before a stopping server takes no more requests, so that whoever distributes them
    /// sends no more.
    #[arg(long = "drain-seconds", env = "VORZIMMER_DRAIN_SECONDS", default_value = "1")]
    #[arg(value_parser = seconds)]
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
    /// What holds where nothing is said, whatever stands in the environment.
    fn default() -> Self {
        let nothing_said = command().mut_args(|arg| arg.env(Resettable::Reset)).try_get_matches_from([""]);
        Self::from_arg_matches(&nothing_said.expect("no setting is demanded")).expect("defaults are settings")
    }
}

impl Config {
    /// Whether the database is a PostgreSQL server.
    pub fn is_postgres(&self) -> bool {
        self.database_url.as_deref().is_some_and(|url| url.starts_with("postgres"))
    }

    /// The arguments of a command where blank variables count as unset, and what is wrong names its variable.
    pub fn in_environment(command: Command) -> Command {
        #[expect(clippy::disallowed_methods, reason = "the one reader of the environment")]
        settled(command, |name| std::env::var_os(name))
    }

    /// The table of settings, in Markdown.
    pub fn table() -> String {
        let mut table = "| Variable | Default | Meaning |\n|---|---|---|\n".to_owned();
        for (name, arg) in command().get_arguments().filter_map(|arg| Some((variable(arg)?, arg))) {
            let default = arg.get_default_values().first().filter(|_| !arg.is_hide_default_value_set());
            let default = default.map(|value| format!("`{}` ", value.display())).unwrap_or_default();
            let meaning = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(table, "| `{}` | {default}| {meaning} |", name.trim_start_matches(PREFIX));
        }
        table
    }
}

fn command() -> Command {
    Config::augment_args(Command::new("settings"))
}

fn variable(arg: &Arg) -> Option<String> {
    Some(arg.get_env()?.to_str()?.to_owned())
}

fn settled(command: Command, environment: impl Fn(&str) -> Option<OsString>) -> Command {
    let is_blank = |value: OsString| value.to_str().is_some_and(|text| text.trim().is_empty());
    command.mut_args(|arg| match variable(&arg) {
        // Where something is wrong, clap shows the name of the value.
        Some(name) if environment(&name).is_some_and(is_blank) => arg.env(Resettable::Reset).value_name(name),
        Some(name) => arg.value_name(name),
        None => arg,
    })
}

/// Reads a value; what cannot be understood is told what was expected.
fn parsed<T: FromStr + Into<V>, V>(
    expected: &'static str,
) -> impl Fn(&str) -> Result<V, String> + Clone + Send + Sync {
    move |text| text.trim().parse().map(T::into).map_err(|_| not(expected))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

fn seconds(text: &str) -> Result<Duration, String> {
    parsed::<u64, u64>("a number of seconds")(text).map(Duration::from_secs)
}

/// Links in mails and answers begin with it.
fn public_url(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('/');
    let good = WebAddress::parse(text).is_ok_and(|url| url.query.is_none() && url.fragment.is_none());
    if good { Ok(text.to_owned()) } else { Err(not("an address such as https://office.example.com")) }
}

fn networks(text: &str) -> Result<List<IpNet>, String> {
    let network = |text: &str| text.parse().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
    let networks = parts(text).map(network).collect::<Result<_, _>>();
    networks.map_err(|_| not("networks such as 10.0.0.0/8"))
}

fn origins(text: &str) -> Result<List<String>, String> {
    let is_origin = |origin: &str| {
        let url = url::Url::parse(origin).map(|url| url.origin().ascii_serialization());
        origin == "*" || url.is_ok_and(|serialised| serialised == origin)
    };
    match parts(text).all(is_origin) {
        true => Ok(parts(text).map(str::to_owned).collect()),
        false => Err(not("* or origins such as https://app.example.com")),
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

fn not(expected: &str) -> String {
    format!("this is not {expected}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{ffi::OsStr, os::unix::ffi::OsStringExt};

    /// The settings when a variable says so; a flag stands for what clap takes of the environment.
    fn with(name: &str, value: impl AsRef<OsStr>) -> Result<Config, clap::Error> {
        let mut flag = OsString::from(format!("--{}=", name.to_lowercase().replace('_', "-")));
        flag.push(&value);
        Config::from_arg_matches(&settled(command(), |_| None).try_get_matches_from([OsString::new(), flag])?)
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
            let error = with(name, value).err().expect(value).to_string();
            assert!(error.contains(&format!("<VORZIMMER_{name}>': this is not ")), "{error}");
        }
        for name in ["DATABASE_URL", "LOG"] {
            assert!(with(name, OsString::from_vec(vec![b'/', 0xFF])).is_err(), "{name} that is not UTF-8");
        }
    }

    #[test]
    fn what_is_good_is_taken() {
        let address = with("PUBLIC_URL", "https://office.example.com/").unwrap().public_url;
        assert_eq!(address.as_deref(), Some("https://office.example.com"));
        assert_eq!(with("WORKERS", " 3 ").unwrap().workers, 3);
        assert_eq!(with("AUTH_RATE_LIMIT", u32::MAX.to_string()).unwrap().auth_rate_limit, u32::MAX);
        assert_eq!(with("TRUSTED_PROXIES", "10.0.0.0/8, ::1,").unwrap().trusted_proxies.len(), 2);
        assert!(Config::default().trusted_proxies.is_empty() && Config::default().workers > 0);
    }

    #[test]
    fn a_setting_has_a_variable_and_a_flag_of_one_name_and_blank_is_unset() {
        for arg in command().get_arguments() {
            let name = variable(arg).expect("a variable");
            let flag = arg.get_long().expect("a flag").to_uppercase().replace('-', "_");
            assert_eq!(name, format!("{PREFIX}{flag}"));
            assert_eq!(arg.is_hide_env_values_set(), name.ends_with("_URL") && !name.ends_with("PUBLIC_URL"));
        }
        let reads = |value: &str| {
            let command = settled(command(), |name| (name == "VORZIMMER_SMTP_URL").then(|| value.into()));
            command.get_arguments().filter(|arg| variable(arg).is_none()).count()
        };
        assert_eq!((reads(" "), reads("smtp://localhost")), (1, 0));
    }

    #[test]
    fn the_readme_shows_the_settings() {
        let readme = include_str!("../../README.md");
        assert!(
            readme.contains(&Config::table()),
            "put in what `vorzimmer settings` prints:\n{}",
            Config::table()
        );
    }
}
