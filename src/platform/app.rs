//! The application: what every request shares. Built once, from the configuration and a clock.

use crate::db::{Db, Registry, furthest_change, migrate};
use crate::kernel::error::{Error, Result};
use crate::kernel::{Clock, Sealer, SecretKey, WorkspaceId};
use crate::platform::auth::{Callers, Hasher, JwtKeys, Throttle, Tokens, Tries};
use crate::platform::config::Config;
use crate::platform::effects::{Effect, Effects};
use crate::platform::jobs::{JobKind, Jobs};
use crate::platform::mail::Mailer;
use crate::platform::metrics::{Meter, Metrics};
use crate::platform::upgrades::{Upgrade, upgrade};
use crate::platform::workers::{Base, Queue};
use crate::web::Spools;
use std::{
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

/// Everything that requests share.
pub struct App {
    pub config: Config,
    pub db: Db,
    pub clock: Clock,
    pub callers: Callers,
    pub hasher: Hasher,
    pub mailer: Arc<Mailer>,
    /// The queues that work beside the requests.
    pub mails: Arc<Effects<Mailer>>,
    pub jobs: Arc<Jobs>,
    pub metrics: Metrics,
    /// Requests per token or address, and of all callers of a workspace together.
    pub requests: Throttle<String>,
    pub requests_of_workspace: Throttle<WorkspaceId>,
    /// Log-in tries and mails per account, and per address or workspace.
    pub tries: Tries<String>,
    pub tries_by_address: Tries<String>,
    /// Seals cursors, seals kept answers, seals secrets in rows.
    pub cursors: Arc<Sealer>,
    pub answers: Sealer,
    pub secrets: Sealer,
    /// Large answers on their way.
    pub spools: Spools,
    public_url: OnceLock<String>,
    stopping: AtomicBool,
}

/// What the slices bring along, put together in `slices`: the platform runs it and names none of them.
pub struct Slices {
    /// What they hold, and how they react to acts.
    pub acts: &'static Registry,
    /// What is done later.
    pub jobs: &'static [&'static JobKind],
    /// Of these, what records that something became due in the workspace ([`crate::db::Due`]). It is also run for the
    /// first request that finds it due.
    pub due: &'static [&'static JobKind],
    /// Changes of stored data, in their order.
    pub upgrades: &'static [&'static Upgrade],
}

/// A workspace may ask this many times as often as one of its callers.
const WORKSPACE_SHARE: u32 = 10;
/// Log-in tries count within a quarter of an hour.
const TRY_WINDOW: u32 = 15 * 60;

impl App {
    /// Opens the database, brings it up to date, and reads or makes the keys.
    pub async fn build(config: Config, clock: Clock, slices: &'static Slices) -> Result<Arc<Self>> {
        let db = open(&config).await?;
        migrate(&db, &config.data_dir).await?;
        upgrade(&db, &clock, slices.upgrades).await?;
        if let Some(order) = furthest_change(&mut db.read().await?).await? {
            db.skew().look(order, &clock);
        }
        Self::with_db(config, clock, db, slices)
    }

    /// On an open database with the current schema.
    pub fn with_db(config: Config, clock: Clock, db: Db, slices: &'static Slices) -> Result<Arc<Self>> {
        let db = db.with(slices.acts);
        let (jwt, secret) = keys(&config)?;
        let public_url = config.public_url.clone();
        let issuer = public_url.clone().unwrap_or_else(|| "vorzimmer".to_owned());
        let mailer = Arc::new(Mailer::new(&config, &secret)?);
        let base = || Base { db: db.clone(), clock: clock.clone(), meter: Meter::default() };
        let (mails, jobs) = (base(), base());
        let meters = [(Mailer::NAME, &mails.meter), (Jobs::NAME, &jobs.meter)];
        let metrics = Metrics::new(db.skew().writes(), &meters);
        let app = Self {
            callers: Callers::new(Tokens::new(jwt, &issuer)),
            hasher: Hasher::default(),
            mails: Arc::new(Effects::new(mailer.clone(), mails)),
            jobs: Arc::new(Jobs::new(slices.jobs, slices.due, mailer.clone(), jobs)),
            mailer,
            metrics,
            requests: Throttle::new(config.rate_limit, 60),
            requests_of_workspace: Throttle::new(config.rate_limit.saturating_mul(WORKSPACE_SHARE), 60),
            tries: Tries::new(config.auth_rate_limit, TRY_WINDOW),
            tries_by_address: Tries::new(config.auth_rate_limit.saturating_mul(5), TRY_WINDOW),
            cursors: Arc::new(Sealer::new(&secret, "cursors")),
            answers: Sealer::new(&secret, "answers"),
            secrets: Sealer::new(&secret, "secrets"),
            spools: Spools::new(&config.data_dir),
            public_url: public_url.map(OnceLock::from).unwrap_or_default(),
            stopping: AtomicBool::new(false),
            config,
            db,
            clock,
        };
        Ok(Arc::new(app))
    }

    /// How callers reach this server, without a slash at the end.
    pub fn public_url(&self) -> &str {
        self.public_url.get().map_or("http://127.0.0.1:8080", String::as_str)
    }

    /// Tells where the server listens, for when no public address is configured.
    pub fn listens_at(&self, address: std::net::SocketAddr) {
        let _ = self.public_url.set(format!("http://{address}"));
    }

    /// From now on the server is not ready for new work.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

/// Opens the configured database.
pub async fn open(config: &Config) -> Result<Db> {
    // A folder that is there already keeps its mode.
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&config.data_dir)
        .map_err(|error| Error::internal(format!("{}: {error}", config.data_dir.display())))?;
    match &config.database_url {
        None => Db::open_sqlite(&config.data_dir.join("vorzimmer.db")).await,
        Some(url) if config.is_postgres() => Db::open_postgres(url, config.database_connections).await,
        Some(url) => match url.strip_prefix("sqlite:") {
            Some(path) => Db::open_sqlite(&PathBuf::from(path.trim_start_matches("//"))).await,
            None => Err(Error::internal("VORZIMMER_DATABASE_URL is neither postgres:// nor sqlite:")),
        },
    }
}

/// Several servers on one PostgreSQL must share their keys, so there they are demanded, not made.
fn keys(config: &Config) -> Result<(JwtKeys, SecretKey)> {
    let file = |configured: &Option<PathBuf>, variable: &str, name: &str| match configured {
        Some(path) => Ok((path.clone(), !config.is_postgres())),
        None if config.is_postgres() => Err(Error::internal(format!(
            "VORZIMMER_{variable} is needed on PostgreSQL, where servers share it; make one with 'vorzimmer keys DIR'"
        ))),
        None => Ok((config.data_dir.join(name), true)),
    };
    let (jwt, make_jwt) = file(&config.jwt_key_file, "JWT_KEY_FILE", "jwt.key")?;
    let (secret, make_secret) = file(&config.secret_key_file, "SECRET_KEY_FILE", "secret.key")?;
    Ok((JwtKeys::load(&jwt, make_jwt)?, SecretKey::load(&secret, make_secret)?))
}
