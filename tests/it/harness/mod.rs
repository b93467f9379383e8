//! Drives the real bot through the sandbox, in the words of the people who use it.
//!
//! A test gets a [`World`]: a fresh database, a local Telegram, a clock that stands still, and the bot as `main` builds
//! it. When the test ends, the world checks that nothing was left undone.

mod browser;
mod database;
mod kinds;
mod log;
mod person;
pub(crate) mod program;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use vizit::{app::App, clock::Clock, config::Settings, domain::ids::TelegramId, services::Services};
use vizit_sandbox::{NewPerson, Options, Sandbox};

pub(crate) use self::{
    browser::{Browser, Window, is_continuous_integration},
    database::Database,
    kinds::{run_with_backups, run_with_backups_for_two, run_with_limits, run_with_webhook, run_without_bot},
    log::Log,
    person::Person,
};

/// A Monday, 09:00 in Berlin.
pub(crate) const START: &str = "2026-11-23T08:00:00Z";
/// The catalog in force when a test begins, and a richer one.
pub(crate) const STUDIO: &str = include_str!("../../data/studio.toml");
pub(crate) const SALON: &str = include_str!("../../data/salon.toml");
pub(crate) const TOKEN: &str = "7000002:a-token-for-the-tests-alone";
/// Of backups.
pub(crate) const PASSPHRASE: &str = "cZ4/2bnYkW0q+VfU9sXo";
pub(crate) const PROVIDER: &str = "42:TEST:a-provider-for-the-tests";
pub(crate) const ADMIN: i64 = 4001;
pub(crate) const SECOND_ADMIN: i64 = 4009;
pub(crate) const VERA: i64 = 3001;
pub(crate) const ANNA: i64 = 3002;

/// How long the bot may take for what a test asks of it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bot API methods that the bot is meant to use.
const METHODS: [&str; 16] = [
    "answerCallbackQuery",
    "answerPreCheckoutQuery",
    "deleteMessage",
    "deleteWebhook",
    "editMessageReplyMarkup",
    "editMessageText",
    "getMe",
    "getStarTransactions",
    "getUpdates",
    "refundStarPayment",
    "sendDocument",
    "sendInvoice",
    "sendMessage",
    "sendPhoto",
    "setMyCommands",
    "setWebhook",
];

/// Refusals that are part of everyday life.
const USUAL_REFUSALS: [&str; 4] = [
    "message is not modified",
    "chat not found",
    "terminated by other getUpdates",
    // Masters and admins whom the test never lets write to the bot.
    "bot can't initiate conversation with a user",
];

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

fn run_in(change: impl FnOnce(&mut Settings), starts: bool, test: impl AsyncFnOnce(&mut World)) {
    let log = Log::default();
    let _capturing = log.capture();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut world = World::new(log.clone(), change, starts).await;
        if starts {
            world.start().await;
        }
        test(&mut world).await;
        world.finish().await;
    });
}

impl World {
    async fn new(log: Log, change: impl FnOnce(&mut Settings), stands_still: bool) -> World {
        let database = Database::fresh().await;
        let pool = PgPool::connect(database.url()).await.expect("the test's database");
        // A program of its own goes by the machine's clock.
        let clock = if stands_still {
            vizit_sandbox::Clock::frozen(START.parse().expect("an instant"))
        } else {
            vizit_sandbox::Clock::running()
        };
        let options =
            Options { token: TOKEN.to_owned(), port: 0, clock, zone: chrono_tz::Tz::Europe__Berlin };
        let sandbox = Sandbox::start(options).await.expect("a sandbox");
        let mut settings = Settings {
            telegram_token: Some(TOKEN.to_owned()),
            telegram_api_url: Some(sandbox.url().to_owned()),
            database_url: Some(database.url().to_owned()),
            admin_ids: Some(ADMIN.to_string()),
            business_tz: Some("Europe/Berlin".to_owned()),
            // Most tests stop the clock, and with it the limits would never let anything go again.
            messages_per_second: Some("off".to_owned()),
            payment_provider_token: Some(PROVIDER.to_owned()),
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

    /// Where the running bot keeps files while it makes them.
    pub(crate) fn scratch(&self) -> std::path::PathBuf {
        self.app.as_ref().and_then(App::scratch).expect("a running bot").to_owned()
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
        Services {
            limits: None,
            has_provider: true,
            ..Services::new(self.pool.clone(), clock, vec![TelegramId(ADMIN)])
        }
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

/// Waits until the bot has nothing left to do by its clock.
pub(crate) async fn settle(telegram: &vizit_sandbox::Telegram, pool: &PgPool) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if telegram.pending_updates() == 0 && telegram.asked_checkouts() == 0 {
            let unfinished: i64 = sqlx::query_scalar(DUE)
                .bind(telegram.clock().now())
                .fetch_one(pool)
                .await
                .expect("what is due");
            if unfinished == 0 {
                return;
            }
        }
        assert!(tokio::time::Instant::now() < deadline, "the bot did not come to rest");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// What the bot has still to do: updates, messages, and what the jobs find by themselves.
const DUE: &str = "SELECT \
    (SELECT count(*) FROM inbox WHERE state IN ('received', 'applied') AND not_before <= $1) \
  + (SELECT count(*) FROM outbox WHERE state = 'waiting' AND not_before <= $1 AND coalesce(retry_at, $1) <= $1) \
  + (SELECT count(*) FROM bookings WHERE status IN ('held', 'awaiting_payment') AND hold_until <= $1) \
  + (SELECT count(*) FROM bookings WHERE money = 'deposits' AND status <> 'confirmed' \
         OR money = 'sales' AND status <> 'completed' OR money = 'fees' AND status = 'completed') \
  + (SELECT count(*) FROM invoices i JOIN outbox o ON o.dedupe_key = 'invoice:' || i.id \
         WHERE i.state = 'void' AND NOT i.is_closed) \
  + (SELECT count(*) FROM bookings WHERE status = 'confirmed' AND ends_at <= $1 AND outcome_asked_at IS NULL) \
  + (SELECT count(*) FROM erasures e WHERE state = 'asked' AND due_at <= $1 \
         AND NOT EXISTS (SELECT FROM invoices i WHERE i.client_id = e.client_id AND i.state = 'pledged')) \
  + (SELECT count(*) FROM vouchers WHERE state = 'live' AND ends_at <= $1) \
  + (SELECT count(*) FROM reminders WHERE state = 'planned' AND send_at <= $1) \
  + (SELECT count(*) FROM offers o JOIN bookings b ON b.id = o.booking_id WHERE o.state = 'open' AND b.status <> 'held')";

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
             FROM booking_changes) c WHERE c.from_status IS DISTINCT FROM c.before \
         UNION ALL \
         SELECT 'nobody owns payment ' || p.id FROM payments p \
             WHERE NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id) \
               AND NOT EXISTS (SELECT FROM invoices i LEFT JOIN bookings b ON b.id = i.booking_id \
                               LEFT JOIN vouchers v ON v.id = i.voucher_id WHERE i.id = p.invoice_id AND i.state = 'paid' \
                                 AND (b.money IS NOT NULL OR i.purpose = 'tip' OR v.state <> 'unpaid')) \
         UNION ALL \
         SELECT 'voucher ' || v.id || ' and the ledger disagree' FROM vouchers v \
             WHERE coalesce((SELECT sum(CASE WHEN l.credit = 'vouchers' THEN l.amount_minor ELSE -l.amount_minor END) \
                             FROM ledger l WHERE l.voucher_id = v.id AND 'vouchers' IN (l.credit, l.debit)), 0) <> v.left_minor \
         UNION ALL \
         SELECT 'booking ' || b.id || ' and the ledger disagree' FROM bookings b \
             WHERE coalesce((SELECT sum(CASE WHEN l.credit = 'deposits' THEN l.amount_minor ELSE -l.amount_minor END) \
                             FROM ledger l WHERE l.booking_id = b.id AND 'deposits' IN (l.credit, l.debit)), 0) \
                <> CASE WHEN b.money = 'deposits' THEN b.deposit_minor ELSE 0 END \
         UNION ALL \
         SELECT 'what is to go back and the ledger disagree by ' || owed.sum - due.sum || ' ' || owed.currency FROM ( \
             SELECT currency, sum(CASE WHEN credit IN ('refunds', 'unknown') THEN amount_minor ELSE 0 END) \
                            - sum(CASE WHEN debit IN ('refunds', 'unknown') THEN amount_minor ELSE 0 END) AS sum \
             FROM ledger GROUP BY currency) owed CROSS JOIN LATERAL ( \
             SELECT coalesce(sum(greatest(r.amount_minor, 0)), 0) AS sum FROM refunds r JOIN payments p ON p.id = r.payment_id \
             WHERE r.state = 'due' AND p.currency = owed.currency) due WHERE owed.sum <> due.sum",
    )
    .fetch_all(pool)
    .await
    .expect("the check of the bookings")
}
