//! Drives the real bot through the sandbox, in the words of the people who use it.
//!
//! A test gets a [`World`]: a fresh database, a local Telegram, a clock that stands still, and the bot as `main` builds
//! it. When the test ends, the world checks that nothing was left undone.

mod browser;
mod database;
mod log;
mod person;
pub(crate) mod program;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use vizit::{app::App, clock::Clock, config::Settings, domain::ids::TelegramId, services::Services};
use vizit_sandbox::{NewPerson, Options, Sandbox};

pub(crate) use self::{
    browser::{Browser, Window},
    database::Database,
    log::Log,
    person::Person,
};

/// A Monday, 09:00 in Berlin.
pub(crate) const START: &str = "2026-11-23T08:00:00Z";
/// The catalog in force when a test begins, and a richer one.
pub(crate) const STUDIO: &str = include_str!("../../data/studio.toml");
pub(crate) const SALON: &str = include_str!("../../data/salon.toml");
pub(crate) const TOKEN: &str = "7000002:a-token-for-the-tests-alone";
pub(crate) const ADMIN: i64 = 4001;
pub(crate) const VERA: i64 = 3001;
pub(crate) const ANNA: i64 = 3002;

/// How long the bot may take for what a test asks of it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bot API methods that the bot is meant to use.
const METHODS: [&str; 10] = [
    "answerCallbackQuery",
    "deleteWebhook",
    "editMessageReplyMarkup",
    "editMessageText",
    "getMe",
    "getUpdates",
    "sendDocument",
    "sendMessage",
    "setMyCommands",
    "setWebhook",
];

/// Refusals that are part of everyday life.
const USUAL_REFUSALS: [&str; 3] =
    ["message is not modified", "chat not found", "terminated by other getUpdates"];

struct SandboxClock(vizit_sandbox::Clock);

impl Clock for SandboxClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }
}

/// Everything around one bot.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) database: Database,
    pub(crate) pool: PgPool,
    pub(crate) log: Log,
    app: Option<App>,
    settings: Settings,
    expects_errors: bool,
    expects_refusals: bool,
}

/// Runs a test in a world whose bot is running.
pub(crate) fn run(test: impl AsyncFnOnce(&mut World)) {
    run_in(|_| {}, true, test);
}

/// Runs a test in a world without a bot, for tests that start the program itself.
pub(crate) fn run_without_bot(test: impl AsyncFnOnce(&mut World)) {
    run_in(|_| {}, false, test);
}

/// Runs a test in a world whose bot gets its updates by a webhook, at a path `/telegram`, with the secret "hush-hush".
pub(crate) fn run_with_webhook(test: impl AsyncFnOnce(&mut World)) {
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
    let address = free.expect("a free port");
    let change = |settings: &mut Settings| {
        settings.http_listen = Some(address.to_string());
        settings.webhook_url = Some(format!("http://{address}/telegram"));
        settings.webhook_secret = Some("hush-hush".to_owned());
    };
    run_in(change, true, test);
}

fn run_in(change: impl FnOnce(&mut Settings), starts: bool, test: impl AsyncFnOnce(&mut World)) {
    let log = Log::default();
    let _capturing = log.capture();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut world = World::new(log.clone(), change).await;
        if starts {
            world.start().await;
        }
        test(&mut world).await;
        world.finish().await;
    });
}

impl World {
    async fn new(log: Log, change: impl FnOnce(&mut Settings)) -> World {
        let database = Database::fresh().await;
        let pool = PgPool::connect(database.url()).await.expect("the test's database");
        let clock = vizit_sandbox::Clock::frozen(START.parse().expect("an instant"));
        let options =
            Options { token: TOKEN.to_owned(), port: 0, clock, zone: chrono_tz::Tz::Europe__Berlin };
        let sandbox = Sandbox::start(options).await.expect("a sandbox");
        let mut settings = Settings {
            telegram_token: Some(TOKEN.to_owned()),
            telegram_api_url: Some(sandbox.url().to_owned()),
            database_url: Some(database.url().to_owned()),
            admin_ids: Some(ADMIN.to_string()),
            business_tz: Some("Europe/Berlin".to_owned()),
            ..Settings::default()
        };
        change(&mut settings);
        World {
            sandbox,
            database,
            pool,
            log,
            app: None,
            settings,
            expects_errors: false,
            expects_refusals: false,
        }
    }

    /// Starts another bot on the same database, as another replica would be.
    ///
    /// It takes no updates from Telegram itself: behind one webhook, the first replica does.
    pub(crate) async fn another_app(&self) -> App {
        let settings = Settings { http_listen: Some("127.0.0.1:0".to_owned()), ..self.settings.clone() };
        self.app_with(&settings).await
    }

    async fn app_with(&self, settings: &Settings) -> App {
        let clock = Arc::new(SandboxClock(self.sandbox.clock().clone()));
        let config = settings.check().expect("the test's settings");
        App::start(&config, clock, true).await.expect("the bot starts")
    }

    pub(crate) async fn start(&mut self) {
        self.app = Some(self.app_with(&self.settings).await);
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(app) = self.app.take() {
            app.stop().await;
        }
    }

    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    /// Where the running bot takes updates.
    pub(crate) fn webhook_url(&self) -> String {
        self.settings.webhook_url.clone().expect("a webhook")
    }

    /// Puts another catalog into force, as `vizit catalog apply` does.
    pub(crate) async fn offers(&self, catalog: &str) {
        let plan = vizit::catalog::parse(catalog).expect("a catalog");
        vizit::services::catalog::apply(&self.services(), &plan).await.expect("the catalog is applied");
    }

    /// The use cases on this world's database and clock.
    pub(crate) fn services(&self) -> Services {
        let clock = Arc::new(SandboxClock(self.sandbox.clock().clone()));
        Services { pool: self.pool.clone(), clock, admins: vec![TelegramId(ADMIN)] }
    }

    pub(crate) fn advance(&self, by: TimeDelta) {
        self.sandbox.clock().advance(by);
    }

    /// The test makes the bot fail; errors in its log are no fault.
    pub(crate) fn expects_errors(&mut self) {
        self.expects_errors = true;
    }

    /// The test makes Telegram refuse calls.
    pub(crate) fn expects_refusals(&mut self) {
        self.expects_refusals = true;
    }

    /// A person who has not met the bot yet.
    pub(crate) fn stranger(&self, name: &str, language: &str) -> Person {
        let person = self.sandbox.telegram().add_person(NewPerson {
            first_name: name.to_owned(),
            language: Some(language.to_owned()),
            phone: Some("+49305550101".to_owned()),
            label: "Patient".to_owned(),
            ..NewPerson::default()
        });
        Person::new(person.id, self.sandbox.telegram().clone(), self.pool.clone())
    }

    /// A person with an id of their own, such as a member of the staff.
    pub(crate) fn person(&self, id: i64, name: &str) -> Person {
        let person = self.sandbox.telegram().add_person(NewPerson {
            first_name: name.to_owned(),
            language: Some("en".to_owned()),
            id: Some(id),
            ..NewPerson::default()
        });
        Person::new(person.id, self.sandbox.telegram().clone(), self.pool.clone())
    }

    /// A client who has agreed, skipped the phone, and is at Home.
    pub(crate) async fn client(&self, name: &str) -> Person {
        let person = self.stranger(name, "en");
        person.introduces().await;
        person
    }

    /// Waits until the bot has nothing left to do.
    pub(crate) async fn settle(&self) {
        settle(self.sandbox.telegram(), &self.pool).await;
    }

    async fn finish(mut self) {
        if self.app.is_some() {
            self.settle().await;
        }
        self.stop().await;
        let telegram = self.sandbox.telegram();
        assert_eq!(telegram.unanswered_callbacks(), Vec::<String>::new(), "taps that were not answered");
        for call in telegram.calls() {
            assert!(METHODS.contains(&call.method.as_str()), "an unexpected call of {}", call.method);
            let refused = call.status >= 400;
            let usual = call
                .description
                .as_ref()
                .is_some_and(|text| USUAL_REFUSALS.iter().any(|usual| text.contains(usual)));
            assert!(!refused || usual || self.expects_refusals, "Telegram refused {call:?}");
        }
        let errors = self.log.errors();
        assert!(self.expects_errors || errors.is_empty(), "the bot logged errors:\n{}", errors.join("\n"));
        check_bookings(&self.pool).await;
        self.pool.close().await;
        self.sandbox.stop().await;
        self.database.remove().await;
    }
}

/// Waits until every update was fetched and finished.
pub(crate) async fn settle(telegram: &vizit_sandbox::Telegram, pool: &PgPool) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let now = telegram.clock().now();
    loop {
        if telegram.pending_updates() == 0 {
            let unfinished: i64 = sqlx::query_scalar(
                // Holds that have run out are told by a job, which writes to the inbox. A program of its own goes by the
                // system's clock, which is far away.
                "SELECT (SELECT count(*) FROM inbox WHERE state IN ('received', 'applied') AND not_before <= $1) \
                      + (SELECT count(*) FROM bookings WHERE status = 'held' AND hold_until <= $1 \
                           AND created_at > $1 - interval '1 day')",
            )
            .bind(now)
            .fetch_one(pool)
            .await
            .expect("the inbox");
            if unfinished == 0 {
                return;
            }
        }
        assert!(tokio::time::Instant::now() < deadline, "the bot did not come to rest");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// No two live visits share a master, a client or a resource, and the audit knows every change.
pub(crate) async fn check_bookings(pool: &PgPool) {
    let faults = faults_of_bookings(pool).await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whatever must not be.
pub(crate) async fn faults_of_bookings(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "WITH live AS ( \
             SELECT id, coalesce(replaces, id) AS visit, master_id, client_id, resource_ids, occupied, \
                    tstzrange(starts_at, ends_at, '[)') AS visiting \
             FROM bookings WHERE status IN ('held', 'awaiting_payment', 'confirmed')) \
         SELECT 'bookings ' || a.id || ' and ' || b.id || ' overlap' FROM live a JOIN live b \
             ON a.id < b.id AND a.visit <> b.visit \
            AND ((a.master_id = b.master_id AND a.occupied && b.occupied) \
                 OR (a.client_id = b.client_id AND a.visiting && b.visiting) \
                 OR (a.resource_ids && b.resource_ids AND a.occupied && b.occupied)) \
         UNION ALL \
         SELECT 'booking ' || b.id || ' lies in time off' FROM bookings b JOIN time_off t \
             ON t.master_id = b.master_id AND t.blocked_by IS NOT NULL \
            AND t.away && tstzrange(b.starts_at, b.ends_at, '[)') \
             WHERE b.status = 'confirmed' \
         UNION ALL \
         SELECT 'the last change of booking ' || b.id || ' is not in the audit' FROM bookings b WHERE b.status <> \
             (SELECT c.to_status FROM booking_changes c WHERE c.booking_id = b.id ORDER BY c.id DESC LIMIT 1) \
         UNION ALL \
         SELECT 'the audit of booking ' || c.booking_id || ' has a gap' FROM ( \
             SELECT booking_id, from_status, lag(to_status) OVER (PARTITION BY booking_id ORDER BY id) AS before \
             FROM booking_changes) c WHERE c.from_status IS DISTINCT FROM c.before",
    )
    .fetch_all(pool)
    .await
    .expect("the check of the bookings")
}
