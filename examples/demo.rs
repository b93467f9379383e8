//! `cargo demo`: a private PostgreSQL, a local Telegram with a page to chat in, and the bot, on this machine alone.

use std::{
    io::{self, Write as _},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use clap::Parser;
use secrecy::ExposeSecret as _;
use sqlx::{Connection as _, migrate::MigrateError};
use tokio::signal::unix::{SignalKind, signal};
use vizit::{
    app::App,
    catalog,
    clock::{Clock, SharedClock},
    config::{Settings, start_logging},
    domain::{
        catalog::{Plan, VoucherPlan},
        deposit::{Rule, Rules},
        language::LocalText,
        money::Money,
    },
    services,
};
use vizit_sandbox::{
    NewPerson, Options, Sandbox,
    postgres::{Data, PrivatePostgres, project_data_dir},
};

const TOKEN: &str = "7000001:demo-token-of-a-local-telegram";
/// Any will do: the local Telegram only looks at its form.
const PROVIDER: &str = "42:TEST:demo-provider";
/// Of backups that nobody needs.
const PASSPHRASE: &str = "Unter den Linden 40";
const PORT: u16 = 8085;
const DATABASE: &str = "vizit_demo";
const ADMIN: i64 = 4001;

/// Vizit on this machine: PostgreSQL, a local Telegram and the bot.
#[derive(Parser)]
struct Demo {
    /// Forget everything of earlier demos first.
    #[arg(long)]
    reset: bool,
    /// Where the page is served; the default is taken if it is free, or else any.
    #[arg(long)]
    port: Option<u16>,
    #[command(flatten)]
    settings: Settings,
}

/// The time that the page's clock controls move.
struct SandboxClock(vizit_sandbox::Clock);

impl Clock for SandboxClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Demo::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do about a closed error output.
            writeln!(io::stderr(), "demo: {error:#}").unwrap_or_default();
            ExitCode::FAILURE
        }
    }
}

async fn run(mut demo: Demo) -> anyhow::Result<()> {
    demo.settings.rust_log.get_or_insert_with(|| "warn".to_owned());
    start_logging(&demo.settings)?;
    let mut terminate = signal(SignalKind::terminate())?;

    let (postgres, server) = server(&demo.settings).await?;
    let mut database_url = database(&server, demo.reset).await?;
    if is_of_another_version(&database_url).await? {
        writeln!(io::stderr(), "The demo's bookings were made by another version of Vizit; it begins anew.")?;
        database_url = database(&server, true).await?;
    }
    let mut plan = catalog::parse(include_str!("catalog.toml"))
        .map_err(|faults| anyhow::anyhow!("the demo's catalog: {faults:?}"))?;
    take_deposits(&mut plan);
    sell_vouchers(&mut plan)?;
    let zone = plan.locations.first().map_or(chrono_tz::Tz::UTC, |location| location.rules.zone);
    let sandbox = start_sandbox(demo.port, zone).await?;
    let clock: SharedClock = Arc::new(SandboxClock(sandbox.clock().clone()));
    let settings = Settings {
        telegram_token: Some(TOKEN.to_owned()),
        telegram_api_url: Some(sandbox.url().to_owned()),
        database_url: Some(database_url),
        admin_ids: Some(ADMIN.to_string()),
        business_tz: Some(zone.name().to_owned()),
        payment_provider_token: Some(PROVIDER.to_owned()),
        backup_passphrase: Some(PASSPHRASE.to_owned()),
        backup_dir: None,
        webhook_url: None,
        http_listen: None,
        ..demo.settings
    };
    prepare(&settings, clock.clone(), &plan).await?;
    let app = App::start(&settings.check()?, clock, false).await?;

    writeln!(io::stdout(), "Vizit is ready: open {} (ctrl-c ends it)", sandbox.url())?;
    let ended = app
        .run_until(async {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        })
        .await;
    sandbox.stop().await;
    if let Some(postgres) = postgres {
        postgres.stop().await;
    }
    Ok(ended?)
}

/// So that paying can be tried. The file itself leaves it out, for it would ask everybody for a provider.
fn take_deposits(plan: &mut Plan) {
    let rules =
        Rules { everyone: Some(Rule::Percent(30)), new: Some(Rule::Fixed(2000)), flagged: Some(Rule::Full) };
    for service in plan.services.iter_mut().filter(|service| service.key == "facial") {
        service.deposits = rules;
    }
}

/// For the same reason as deposits.
fn sell_vouchers(plan: &mut Plan) -> anyhow::Result<()> {
    let sold = [
        ("ten-massages", "Ten massages", "Десять массажей", Some(("massage".to_owned(), 10)), 54_000, 365),
        ("gift", "Gift voucher", "Подарочный сертификат", None, 10_000, 730),
    ];
    let Some(location) = plan.services.iter().find(|service| service.key == "massage") else { return Ok(()) };
    let (place, currency) = (location.location.clone(), location.price.currency());
    for (key, english, russian, visits, price, valid_days) in sold {
        let names = [("en", english), ("ru", russian)];
        let names = names.map(|(language, name)| (language.to_owned(), name.to_owned()));
        plan.vouchers.push(VoucherPlan {
            key: key.to_owned(),
            location: place.clone(),
            names: LocalText::new(names.into()).context("a voucher without a name")?,
            visits,
            price: Money::from_minor(price, currency).context("a voucher's price")?,
            valid_days,
        });
    }
    Ok(())
}

/// The PostgreSQL server that was given, or else one of our own; and a URL of it.
async fn server(settings: &Settings) -> anyhow::Result<(Option<PrivatePostgres>, String)> {
    if settings.database_url.as_ref().is_some_and(|url| !url.trim().is_empty()) {
        return Ok((None, settings.check_database()?.expose_secret().to_owned()));
    }
    let postgres = PrivatePostgres::start(Data::Kept(project_data_dir())).await?;
    let url = postgres.url("postgres");
    Ok((Some(postgres), url))
}

/// The URL of the demo's own database on a server: nothing else there is touched.
async fn database(server: &str, reset: bool) -> anyhow::Result<String> {
    let mut admin = sqlx::PgConnection::connect(server).await.context("PostgreSQL cannot be reached")?;
    if reset {
        sqlx::query("DROP DATABASE IF EXISTS vizit_demo WITH (FORCE)").execute(&mut admin).await?;
    }
    let exists = sqlx::query("SELECT FROM pg_database WHERE datname = $1").bind(DATABASE);
    if exists.fetch_optional(&mut admin).await?.is_none() {
        sqlx::query("CREATE DATABASE vizit_demo").execute(&mut admin).await?;
    }
    admin.close().await?;
    let mut url = reqwest::Url::parse(server)?;
    url.set_path(DATABASE);
    Ok(url.into())
}

async fn start_sandbox(port: Option<u16>, zone: chrono_tz::Tz) -> anyhow::Result<Sandbox> {
    let options =
        |port| Options { token: TOKEN.to_owned(), port, clock: vizit_sandbox::Clock::running(), zone };
    let sandbox = match port {
        Some(port) => Sandbox::start(options(port)).await?,
        None => match Sandbox::start(options(PORT)).await {
            Ok(sandbox) => sandbox,
            Err(_) => Sandbox::start(options(0)).await?,
        },
    };
    let people = [
        (1001, "Ann", "Lee", "en", "Patient", "+49 30 5550101"),
        (1002, "Иван", "Петров", "ru", "Patient", "+49 30 5550102"),
        (3001, "Vera", "Lind", "en", "Therapist", "+49 30 5550301"),
        (ADMIN, "Olga", "Brandt", "en", "Admin", "+49 30 5550401"),
    ];
    for (id, first_name, last_name, language, label, phone) in people {
        sandbox.telegram().add_person(NewPerson {
            id: Some(id),
            first_name: first_name.to_owned(),
            last_name: Some(last_name.to_owned()),
            username: None,
            language: Some(language.to_owned()),
            phone: Some(phone.to_owned()),
            label: label.to_owned(),
        });
    }
    Ok(sandbox)
}

/// Whether the database cannot be brought up to date, because another history of migrations has made it.
async fn is_of_another_version(database_url: &str) -> anyhow::Result<bool> {
    let pool = vizit::db::connect(database_url, 1).await.context("the database cannot be used")?;
    let migrated = vizit::db::MIGRATOR.run(&pool).await;
    pool.close().await;
    match migrated {
        Ok(()) => Ok(false),
        Err(MigrateError::VersionMismatch(_) | MigrateError::VersionMissing(_)) => Ok(true),
        Err(error) => Err(error).context("the database cannot be brought up to date"),
    }
}

/// Brings the database up to date and puts the demo's catalog into force.
async fn prepare(settings: &Settings, clock: SharedClock, plan: &Plan) -> anyhow::Result<()> {
    let url = settings.check_database()?;
    let pool = vizit::db::connect(url.expose_secret(), 2).await.context("the database cannot be used")?;
    vizit::db::MIGRATOR.run(&pool).await?;
    let services = services::Services::new(pool, clock, Vec::new());
    services::catalog::apply(&services, plan).await?;
    services.pool.close().await;
    Ok(())
}
