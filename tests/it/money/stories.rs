//! Hundreds of ways of paying and not paying, at once and from three replicas; at the end all money has its owner.

mod end;
mod extras;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt as _;
use sqlx::PgPool;
use uuid::Uuid;
use vizit::{
    clock::Clock,
    db::{self, DbError, bookings::By},
    domain::{
        conversation::{MasterChoice, Outcome, Wish},
        ids::{BookingId, ClientId, LocationId, MasterId, ServiceId, TelegramId, VoucherTypeId},
        payment::{Paid, Question},
    },
    services::{ServiceError, Services, booking, catalog, payments},
};

use super::{in_stars, with_deposits};
use crate::harness::{ADMIN, Database, START};

const SEEDS: u64 = 20;
const STORIES: u64 = 500;
const AT_ONCE: usize = 16;
const CLIENTS: i64 = 12;

/// A clock that only goes as it is told, by milliseconds.
struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).expect("in range")
    }
}

/// Numbers that look random and are the same for a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.roll(u64::try_from(length).expect("small"))).expect("small")
    }
}

struct Studio {
    replicas: Vec<Services>,
    pool: PgPool,
    hands: Arc<Hands>,
    clients: Vec<(ClientId, TelegramId)>,
    masters: Vec<MasterId>,
    location: LocationId,
    massage: ServiceId,
    vouchers: Vec<VoucherTypeId>,
    charges: AtomicU64,
    tally: Mutex<BTreeMap<&'static str, usize>>,
}

impl Studio {
    async fn open(url: &str, catalog: &str) -> Studio {
        let pool = PgPool::connect(url).await.expect("the database");
        let start: DateTime<Utc> = START.parse().expect("an instant");
        let hands = Arc::new(Hands(AtomicI64::new(start.timestamp_millis())));
        let mut replicas = Vec::new();
        for _ in 0..3 {
            let pool = db::connect(url, 6).await.expect("a replica");
            let services = Services::new(pool, hands.clone(), vec![TelegramId(ADMIN)]);
            replicas.push(Services { has_provider: true, ..services });
        }
        let plan = vizit::catalog::parse(catalog).expect("the catalog");
        catalog::apply(&replicas[0], &plan).await.expect("the catalog is applied");
        let clients: Vec<(i64, i64)> = sqlx::query_as(
            "INSERT INTO clients (telegram_id, name, language, created_at, regard) \
             SELECT n, 'Client ' || n, 'en', $2, CASE WHEN n % 4 = 0 THEN 'flagged' ELSE 'plain' END::client_regard \
             FROM generate_series(1, $1) n RETURNING id, telegram_id",
        )
        .bind(CLIENTS)
        .bind(start)
        .fetch_all(&pool)
        .await
        .expect("clients");
        let ids = async |sql: &'static str| -> Vec<i32> {
            sqlx::query_scalar(sql).fetch_all(&pool).await.expect("ids")
        };
        Studio {
            clients: clients.into_iter().map(|(id, telegram)| (ClientId(id), TelegramId(telegram))).collect(),
            masters: ids("SELECT id FROM masters WHERE key IN ('anna', 'boris')")
                .await
                .into_iter()
                .map(MasterId)
                .collect(),
            location: LocationId(ids("SELECT id FROM locations").await[0]),
            massage: ServiceId(ids("SELECT id FROM services WHERE key = 'massage'").await[0]),
            vouchers: ids("SELECT id FROM voucher_types").await.into_iter().map(VoucherTypeId).collect(),
            replicas,
            pool,
            hands,
            charges: AtomicU64::new(0),
            tally: Mutex::default(),
        }
    }

    fn note(&self, what: &'static str) {
        *self.tally.lock().expect("a tally").entry(what).or_default() += 1;
    }

    fn wait(&self, by: TimeDelta) {
        self.hands.0.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }

    async fn tell(&self, number: u64, seed: u64) {
        let mut dice = Dice((seed * 1_000_003 + number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for attempt in 1.. {
            match self.story(&mut dice).await {
                Ok(()) => return,
                // As the chat tries again what lost against somebody else.
                Err(ServiceError::Db(DbError::TryAgain(_)) | ServiceError::Busy) if attempt < 4 => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Somebody books, and pays in one way or another.
    async fn story(&self, dice: &mut Dice) -> Result<(), ServiceError> {
        let services = &self.replicas[dice.index(3)];
        let (client, person) = self.clients[dice.index(self.clients.len())];
        let by = By { client: person, correlation: Uuid::new_v4() };
        if dice.roll(4) == 0 {
            self.buys_a_voucher(services, dice, client, person).await?;
        }
        let Some(booking) = self.hold(services, dice, client, by).await? else { return Ok(()) };
        self.stumble(dice).await?;
        if dice.roll(6) == 0 {
            let mut transaction = services.pool.begin().await?;
            let now = services.clock.now();
            if booking::use_code(&mut transaction, client, booking, "TENTH", now).await? == Outcome::CodeUsed
            {
                self.note("made cheaper");
            }
            transaction.commit().await?;
        }
        if self.uses_a_voucher(services, dice, client, booking, by).await? {
            if dice.roll(3) == 0 {
                self.cancels(services, client, booking, by).await?;
            }
            return Ok(());
        }
        let Some((payload, amount, currency)) = self.ask(services, client, booking, by).await? else {
            return Ok(());
        };
        let mut charges = Vec::new();
        for _ in 0..=dice.roll(2) {
            self.stumble(dice).await?;
            // Sometimes it is somebody else, or the price is another than the invoice's.
            let payer = if dice.roll(12) == 0 { self.clients[dice.index(12)].1 } else { person };
            let minor = if dice.roll(20) == 0 { amount + 1 } else { amount };
            let question =
                Question { payer, payload: payload.clone(), amount_minor: minor, currency: currency.clone() };
            let (answer, _) = payments::may_charge(&self.replicas[dice.index(3)], &question).await?;
            if answer.is_err() {
                self.note("not charged");
                continue;
            }
            assert_eq!((payer, minor), (person, amount), "only the client, and only what was asked");
            if dice.roll(4) == 0 {
                self.note(["card refused", "form closed"][dice.index(2)]);
                continue;
            }
            charges.push(self.charge(person, &payload, amount, &currency));
        }
        if charges.len() == 2 {
            self.note("paid twice");
        }
        for paid in &charges {
            if dice.roll(3) == 0 {
                self.wait(TimeDelta::minutes(i64::try_from(dice.roll(40)).expect("small")));
                self.note("paid late");
            }
            self.stumble(dice).await?;
            self.take(&self.replicas[dice.index(3)], paid).await?;
            if dice.roll(5) == 0 {
                self.take(&self.replicas[dice.index(3)], paid).await?;
                self.note("told twice");
            }
        }
        if dice.roll(3) == 0 {
            self.cancels(services, client, booking, by).await?;
        }
        if dice.roll(3) == 0 {
            self.rather_has_a_voucher(services, client, person).await?;
        }
        Ok(())
    }

    async fn cancels(
        &self,
        services: &Services,
        client: ClientId,
        booking: BookingId,
        by: By,
    ) -> Result<(), ServiceError> {
        let mut transaction = services.pool.begin().await?;
        booking::cancel(&mut transaction, client, booking, by, services.clock.now()).await?;
        transaction.commit().await?;
        self.note("cancelled");
        Ok(())
    }

    async fn hold(
        &self,
        services: &Services,
        dice: &mut Dice,
        client: ClientId,
        by: By,
    ) -> Result<Option<BookingId>, ServiceError> {
        let now = services.clock.now();
        let wish = Wish { location: self.location, services: vec![self.massage], moving: None, quoted: None };
        // The days are few, so that people are in each other's way.
        let day = now.date_naive() + TimeDelta::days(1 + i64::try_from(dice.roll(6)).expect("small"));
        let half_hours = i64::try_from(16 + dice.roll(14)).expect("small");
        let start = day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::minutes(30 * half_hours);
        let master = MasterChoice::One(self.masters[dice.index(self.masters.len())]);
        let Ok(held) = booking::hold(&services.pool, client, &wish, master, start, by, now).await? else {
            self.note("taken");
            return Ok(None);
        };
        let id = held.card.booking.id;
        held.lock.commit().await?;
        Ok(Some(id))
    }

    /// Confirms a hold; the invoice that is to be paid for it.
    async fn ask(
        &self,
        services: &Services,
        client: ClientId,
        booking: BookingId,
        by: By,
    ) -> Result<Option<(String, i64, String)>, ServiceError> {
        let Ok(mut confirmed) = booking::confirm(services, client, booking, by).await? else {
            self.note("over before it was confirmed");
            return Ok(None);
        };
        assert!(matches!(confirmed.outcome, Outcome::Invoiced(_)), "{:?}", confirmed.outcome);
        payments::ask(confirmed.lock.connection(), services, &confirmed.card).await?;
        confirmed.lock.commit().await?;
        self.note("asked");
        let invoice = sqlx::query_as(
            "SELECT payload::text, amount_minor, currency::text FROM invoices WHERE booking_id = $1",
        )
        .bind(booking.0)
        .fetch_one(&self.pool)
        .await?;
        Ok(Some(invoice))
    }

    fn charge(&self, payer: TelegramId, payload: &str, amount: i64, currency: &str) -> Paid {
        let number = self.charges.fetch_add(1, Ordering::SeqCst);
        Paid {
            payer,
            payload: payload.to_owned(),
            amount_minor: amount,
            currency: currency.to_owned(),
            charge: format!("charge-{number}"),
            provider_charge: String::new(),
        }
    }

    async fn take(&self, services: &Services, paid: &Paid) -> Result<(), ServiceError> {
        let by = By { client: paid.payer, correlation: Uuid::new_v4() };
        let mut tries = 0;
        let settled = loop {
            match payments::settle(services, paid, by).await {
                // Money is tried again until it is taken.
                Err(ServiceError::Db(DbError::TryAgain(_)) | ServiceError::Busy) if tries < 20 => tries += 1,
                settled => break settled?,
            }
        };
        match settled {
            Ok(brought) => {
                self.note(match brought.outcome {
                    Outcome::Confirmed(_) => "booked",
                    Outcome::MoneyBack | Outcome::PaidTwice => "sent back",
                    Outcome::VoucherBought => "voucher bought",
                    _ => "unclear",
                });
                brought.lock.commit().await?;
            }
            Err(outcome) => assert_eq!(outcome, Outcome::PaidBefore),
        }
        Ok(())
    }

    /// Time passes, or something else happens.
    async fn stumble(&self, dice: &mut Dice) -> Result<(), ServiceError> {
        let services = &self.replicas[dice.index(3)];
        match dice.roll(12) {
            0..=3 => self.wait(TimeDelta::milliseconds(i64::try_from(dice.roll(2000)).expect("small"))),
            4 => self.wait(TimeDelta::minutes(i64::try_from(dice.roll(12)).expect("small"))),
            5 => {
                booking::sweep(services).await?;
            }
            6 => {
                payments::follow(services).await?;
            }
            7 => {
                // The catalog's prices are not what somebody is asked to pay.
                let price = 4000 + i64::try_from(dice.roll(4000)).expect("small");
                sqlx::query("UPDATE services SET price_minor = $1").bind(price).execute(&self.pool).await?;
            }
            _ => {}
        }
        Ok(())
    }
}

#[test]
fn five_hundred_stories_side_by_side_leave_no_money_without_an_owner() {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(async {
        let mut tally: BTreeMap<&'static str, usize> = BTreeMap::new();
        for seed in 0..SEEDS {
            let database = Database::fresh().await;
            let (catalog, unit) = if seed % 2 == 0 { (with_deposits(), "0.00") } else { (in_stars(), "0") };
            let catalog = catalog.replace("late_cancel", "late_fee = \"40%\"\nlate_cancel");
            let studio = Studio::open(database.url(), &format!("{catalog}{}", extras::catalog(unit))).await;
            let stories = futures::stream::iter(0..STORIES);
            stories.for_each_concurrent(AT_ONCE, |number| studio.tell(number, seed)).await;
            studio.close().await;
            studio.check().await;
            for (what, count) in studio.tally.lock().expect("a tally").iter() {
                *tally.entry(what).or_default() += count;
            }
            for replica in &studio.replicas {
                replica.pool.close().await;
            }
            studio.pool.close().await;
            database.remove().await;
        }
        println!("{tally:?}");
        for what in [
            "asked",
            "booked",
            "cancelled",
            "card refused",
            "form closed",
            "not charged",
            "paid late",
            "paid twice",
            "sent back",
            "told twice",
            "voucher bought",
            "gift taken",
            "paid by voucher",
            "rather a voucher",
            "made cheaper",
        ] {
            assert!(tally.get(what).is_some_and(|count| *count >= 50), "hardly any {what}: {tally:?}");
        }
    });
}
