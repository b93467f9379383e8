//! The composition root: the only place that knows all adapters.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use secrecy::ExposeSecret;
use tokio::{
    sync::{Notify, mpsc},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{
    backup::parts::PART_BYTES,
    clock::SharedClock,
    config::Config,
    db::{self, DbError},
    http::Server,
    jobs,
    services::{ServiceError, Services, backup::Setup, catalog, payments},
    telegram::{Bots, SetupError, backups, checkout, commands, exports::Exports, poll, pump, sender, stars},
};

/// Connections to the database of one process.
const CONNECTIONS: u32 = 20;
/// Connections for questions whether somebody may be charged, and how many of those may wait.
const CHECKOUT_CONNECTIONS: u32 = 4;
const MOST_QUESTIONS: usize = 1024;
/// How long everything may take to end; Docker and systemd wait a little longer.
const PATIENCE: Duration = Duration::from_secs(25);

/// Why the bot could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the database cannot be used; check DATABASE_URL and that PostgreSQL runs")]
    Database(#[source] DbError),
    #[error("the database lacks {0} of this version's migrations; run `vizit migrate`")]
    NotMigrated(usize),
    #[error(transparent)]
    Telegram(#[from] SetupError),
    #[error("HTTP_LISTEN cannot be served")]
    Http(#[source] std::io::Error),
    #[error(
        "location {0:?} takes money beforehand, but PAYMENT_PROVIDER_TOKEN is missing: ask @BotFather for one, or leave deposits and vouchers out"
    )]
    NoProvider(String),
    #[error("the catalog cannot be read")]
    Catalog(#[source] ServiceError),
}

/// A part of the bot ended although nobody had asked it to.
#[derive(Debug, thiserror::Error)]
#[error("{0} ended by itself")]
pub struct Crashed(String);

/// A running bot.
pub struct App {
    services: Services,
    stop: CancellationToken,
    /// None of them ends by itself.
    parts: JoinSet<&'static str>,
    /// What is done once; given up when the bot stops.
    errands: JoinSet<()>,
    address: Option<SocketAddr>,
    scratch: Option<PathBuf>,
}

impl App {
    /// Starts everything; when it returns, updates are being taken.
    pub async fn start(config: &Config, clock: SharedClock, migrate: bool) -> Result<App, StartError> {
        let pool = db::connect(config.database_url.expose_secret(), CONNECTIONS)
            .await
            .map_err(StartError::Database)?;
        if migrate {
            db::MIGRATOR.run(&pool).await.map_err(|error| StartError::Database(error.into()))?;
        }
        match db::missing_migrations(&pool).await.map_err(StartError::Database)? {
            0 => {}
            missing => return Err(StartError::NotMigrated(missing)),
        }
        // However busy everything else is, whoever pays is answered.
        let checkout_pool = db::connect(config.database_url.expose_secret(), CHECKOUT_CONNECTIONS)
            .await
            .map_err(StartError::Database)?;
        let (questions, asked) = mpsc::channel(MOST_QUESTIONS);
        let mut services = Services {
            zone: config.business_zone,
            limits: config.limits,
            has_provider: config.payment_provider_token.is_some(),
            checkout_pool: Some(checkout_pool),
            checkouts: Some(questions),
            accounting_years: config.accounting_years,
            backup_at: config.nightly.as_ref().map(|nightly| nightly.at),
            ..Services::new(pool, clock, config.admins.clone())
        };
        if let [location, ..] = payments::unpayable(&services).await.map_err(StartError::Catalog)?.as_slice()
        {
            return Err(StartError::NoProvider(location.clone()));
        }
        let provider = config.payment_provider_token.clone();
        let bots = Bots::new(&config.telegram.token, config.telegram.api.as_ref(), provider)?;
        let me = commands::whoami(&bots).await?;
        services.bot_link = commands::link(&me);
        let staff = catalog::staff(&services).await.map_err(StartError::Catalog)?;
        let staff: Vec<_> = staff.into_iter().chain(config.admins.iter().copied()).collect();
        let (stop, wake, mut parts) = (CancellationToken::new(), Arc::new(Notify::new()), JoinSet::new());
        let mut address = None;
        if let Some(listen) = config.listen {
            let webhook = config.telegram.webhook.clone();
            let server = Server::bind(listen, services.clone(), webhook, wake.clone())
                .await
                .map_err(StartError::Http)?;
            address = server.address().ok();
            let stop = stop.clone();
            parts.spawn(async move {
                server.run(stop).await;
                "the HTTP server"
            });
        }
        if let Some(webhook) = &config.telegram.webhook {
            commands::use_webhook(&bots, webhook.url.clone(), &webhook.secret).await?;
        } else {
            commands::use_polling(&bots).await?;
            let (services, bots, wake, stop) = (services.clone(), bots.clone(), wake.clone(), stop.clone());
            parts.spawn(async move {
                poll::run(services, bots, wake, stop).await;
                "the polling"
            });
        }
        let answering = checkout::run(services.clone(), bots.clone(), asked, stop.clone());
        parts.spawn(async move {
            answering.await;
            "the checkout"
        });
        let counting = stars::run(services.clone(), bots.clone(), stop.clone());
        parts.spawn(async move {
            counting.await;
            "the list of Stars"
        });
        let working = jobs::run(services.clone(), wake.clone(), stop.clone());
        parts.spawn(async move {
            working.await;
            "the jobs"
        });
        let sending = sender::run(services.clone(), bots.clone(), stop.clone());
        parts.spawn(async move {
            sending.await;
            "the sender"
        });
        if let Some(setup) = backups_of(config) {
            let backing_up = Box::pin(backups::run(services.clone(), bots.clone(), setup, stop.clone()));
            parts.spawn(async move {
                backing_up.await;
                "the backups"
            });
        }
        let exports = Exports::new(&std::env::temp_dir(), stop.clone());
        let scratch = exports.folder().map(Path::to_owned);
        let pumping = pump::run(services.clone(), bots.clone(), me, exports, wake, stop.clone());
        parts.spawn(async move {
            pumping.await;
            "the pump"
        });
        // Menus can wait for people, and people need not wait for menus.
        let mut errands = JoinSet::new();
        let admins = config.admins.clone();
        errands.spawn(async move { commands::publish(&bots, &staff, &admins).await });
        Ok(App { services, stop, parts, errands, address, scratch })
    }

    /// Where health checks and the webhook are served.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Where files are while they are being made.
    pub fn scratch(&self) -> Option<&Path> {
        self.scratch.as_deref()
    }

    /// Runs until `enough`, then stops; fails when a part ends before.
    pub async fn run_until(mut self, enough: impl Future<Output = ()>) -> Result<(), Crashed> {
        tokio::pin!(enough);
        let ended = tokio::select! {
            () = &mut enough => None,
            ended = self.parts.join_next() => Some(match ended {
                Some(Ok(part)) => part.to_owned(),
                Some(Err(error)) => error.to_string(),
                None => "everything".to_owned(),
            }),
        };
        self.stop().await;
        ended.map_or(Ok(()), |part| Err(Crashed(part)))
    }

    /// Takes no more updates, finishes those in flight, and closes the database.
    pub async fn stop(mut self) {
        self.stop.cancel();
        self.errands.abort_all();
        let ended =
            tokio::time::timeout(PATIENCE, async { while self.parts.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            tracing::warn!("not everything ended in time; what was in flight is taken up at the next start");
            self.parts.abort_all();
        }
        if let Some(pool) = &self.services.checkout_pool {
            pool.close().await;
        }
        self.services.pool.close().await;
    }
}

/// How backups are made here; `None` where they are not.
pub fn backups_of(config: &Config) -> Option<Setup> {
    let nightly = config.nightly.as_ref()?;
    Some(Setup {
        database_url: config.database_url.clone(),
        passphrase: Some(nightly.passphrase.clone()),
        programs: nightly.programs.clone(),
        work: std::env::temp_dir(),
        to: nightly.to.clone(),
        part_bytes: PART_BYTES,
    })
}
