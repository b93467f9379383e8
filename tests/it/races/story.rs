//! Three replicas on one database, what they are asked to do, and what they have promised.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::StreamExt as _;
use sqlx::PgPool;
use vizit::{
    clock::Clock,
    db::{self, DbError, bookings::By, locks::SlotLock},
    domain::{
        conversation::{MasterChoice, Outcome, Wish},
        ids::{BookingId, ClientId, LocationId, MasterId, ServiceId, TelegramId, TimeOffId},
        series::{Deviation, Recurrence},
        slots::Refusal,
    },
    services::{
        ServiceError, Services,
        booking::{self, Confirmed},
        browse::Viewer,
        catalog, staff,
    },
};

use super::{
    operations::{End, Kind, Operation},
    promises::Promises,
};
use crate::harness::{SALON, START};

const CLIENTS: i64 = 8;
const MASTERS: [&str; 3] = ["anna", "boris", "vera"];
const WISHES: [&[&str]; 4] = [&["massage"], &["short-massage"], &["massage", "oil"], &["talk"]];
/// As the chat tries again what lost against another transaction.
const TRIES: u32 = 4;

struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::SeqCst), 0).expect("in range")
    }
}

/// How often what happened.
#[derive(Debug, Default, Clone)]
pub(super) struct Tally(BTreeMap<&'static str, usize>);

impl Tally {
    pub(super) fn add(&mut self, other: &Tally) {
        for (kind, count) in &other.0 {
            *self.0.entry(kind).or_default() += count;
        }
    }

    pub(super) fn count(&self, kind: &str) -> usize {
        self.0.get(kind).copied().unwrap_or_default()
    }
}

pub(super) struct Story {
    pub(super) replicas: Vec<Services>,
    /// Sees everything, whatever the replicas do.
    pub(super) pool: PgPool,
    hands: Arc<Hands>,
    pub(super) clients: Vec<(ClientId, TelegramId)>,
    masters: Vec<MasterId>,
    salon: LocationId,
    services: BTreeMap<String, ServiceId>,
    pub(super) promises: Mutex<Promises>,
    tally: Mutex<Tally>,
}

impl Story {
    /// Puts a catalog and clients into the database; the replicas connect by `url`, which may be blind.
    pub(super) async fn begin(url: &str, seeing: &str) -> Story {
        let pool = PgPool::connect(seeing).await.expect("the database");
        let start: DateTime<Utc> = START.parse().expect("an instant");
        let hands = Arc::new(Hands(AtomicI64::new(start.timestamp())));
        let services = |pool| Services::new(pool, hands.clone(), Vec::new());
        let plan = vizit::catalog::parse(SALON).expect("the catalog");
        catalog::apply(&services(pool.clone()), &plan).await.expect("the catalog is applied");
        let clients: Vec<(i64, i64)> = sqlx::query_as(
            "INSERT INTO clients (telegram_id, name, language, created_at) \
             SELECT n, 'Client ' || n, 'en', $2 FROM generate_series(1, $1) n RETURNING id, telegram_id",
        )
        .bind(CLIENTS)
        .bind(start)
        .fetch_all(&pool)
        .await
        .expect("clients");
        let masters: Vec<i32> =
            sqlx::query_scalar("SELECT id FROM masters WHERE key::text = ANY($1) ORDER BY position")
                .bind(&MASTERS[..])
                .fetch_all(&pool)
                .await
                .expect("masters");
        let known: Vec<(String, i32)> = sqlx::query_as("SELECT key::text, id FROM services WHERE active")
            .fetch_all(&pool)
            .await
            .expect("services");
        let salon: i32 = sqlx::query_scalar("SELECT id FROM locations WHERE key = 'salon'")
            .fetch_one(&pool)
            .await
            .expect("the salon");
        let mut replicas = Vec::new();
        for _ in 0..3 {
            replicas.push(services(db::connect(url, 8).await.expect("a replica")));
        }
        Story {
            replicas,
            pool,
            hands,
            clients: clients.into_iter().map(|(id, telegram)| (ClientId(id), TelegramId(telegram))).collect(),
            masters: masters.into_iter().map(MasterId).collect(),
            salon: LocationId(salon),
            services: known.into_iter().map(|(key, id)| (key, ServiceId(id))).collect(),
            promises: Mutex::default(),
            tally: Mutex::default(),
        }
    }

    pub(super) async fn run(&self, operations: Vec<Operation>, at_once: usize) {
        futures::stream::iter(operations)
            .for_each_concurrent(at_once, |operation| async move {
                let mut attempt = 1;
                loop {
                    match self.carry_out(&operation).await {
                        Ok(()) => return,
                        Err(ServiceError::Db(DbError::TryAgain(_))) if attempt < TRIES => {
                            attempt += 1;
                            self.note("tried again");
                            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                        }
                        Err(ServiceError::Db(DbError::TryAgain(_))) => {
                            return self.note("gave up after deadlocks");
                        }
                        Err(ServiceError::Busy) => return self.note("busy"),
                        // A person's second hold that another of their own operations has just placed.
                        Err(ServiceError::Db(DbError::Conflict(_))) => return self.note("refused"),
                        Err(error) => panic!("{operation:?}: {error:?}"),
                    }
                }
            })
            .await;
    }

    pub(super) async fn end(self) -> Tally {
        for replica in &self.replicas {
            replica.pool.close().await;
        }
        self.pool.close().await;
        self.tally.into_inner().expect("the tally")
    }

    fn note(&self, what: &'static str) {
        *self.tally.lock().expect("the tally").0.entry(what).or_default() += 1;
    }

    async fn carry_out(&self, operation: &Operation) -> Result<(), ServiceError> {
        let services = &self.replicas[operation.replica];
        let now = services.clock.now();
        let (client, telegram) = self.clients[operation.client];
        let by = By { client: telegram, correlation: uuid::Uuid::new_v4() };
        match &operation.kind {
            Kind::Hold { wish, master, day, hour, is_half_past } => {
                let wish = Wish {
                    location: self.salon,
                    services: WISHES[*wish].iter().map(|key| self.services[*key]).collect(),
                    moving: None,
                    quoted: None,
                };
                let master =
                    self.masters.get(*master).copied().map_or(MasterChoice::Anyone, MasterChoice::One);
                let start = at(*day, *hour, *is_half_past);
                let held = booking::hold(&services.pool, client, &wish, master, start, by, now).await?;
                self.settle(operation, held.map(|held| held.lock), "held", |_| {}).await
            }
            Kind::HoldMove { visit, day, hour, is_half_past } => {
                let Some(visit) = self.pick(client, "confirmed", *visit).await else { return Ok(()) };
                let mut conn = services.pool.acquire().await?;
                let moving = booking::moving(&mut conn, client, visit, now).await?;
                drop(conn);
                let Outcome::Moving { wish, master, .. } = moving else {
                    self.note("refused");
                    return Ok(());
                };
                let start = at(*day, *hour, *is_half_past);
                let master = MasterChoice::One(master);
                let held = booking::hold(&services.pool, client, &wish, master, start, by, now).await?;
                self.settle(operation, held.map(|held| held.lock), "held to move", |_| {}).await
            }
            Kind::Confirm => {
                let Some(hold) = self.pick(client, "held", 0).await else { return Ok(()) };
                let confirmed = booking::confirm(services, client, hold, by).await?;
                self.settle_confirmed(operation, confirmed).await
            }
            Kind::Series { times, skip, day, hour, is_half_past } => {
                let talk = vec![self.services["talk"]];
                let wish = Wish { location: self.salon, services: talk, moving: None, quoted: None };
                let start = at(*day, *hour, *is_half_past);
                let held = booking::hold(&services.pool, client, &wish, MasterChoice::Anyone, start, by, now)
                    .await?;
                let first = if let Ok(held) = held {
                    held.lock.commit().await?;
                    held.card.booking.id
                } else {
                    self.note("refused");
                    return Ok(());
                };
                let rule = Recurrence::new(1, *times).expect("a rule");
                let skips = [(*skip, Deviation::Skip)];
                let confirmed =
                    booking::confirm_series(services, client, &wish, first, (rule, &skips), by).await?;
                self.settle_confirmed(operation, confirmed).await
            }
            Kind::Cancel { visit } => {
                let Some(visit) = self.pick(client, "confirmed", *visit).await else { return Ok(()) };
                // Written down first: whoever reads the promises sees a cancellation that may have happened.
                self.promises.lock().expect("the promises").cancelled.insert(visit.0);
                let mut transaction = services.pool.begin().await?;
                let outcome = booking::cancel(&mut transaction, client, visit, by, now).await?;
                transaction.commit().await?;
                self.note(if outcome == Outcome::TooLateToCancel { "refused" } else { "cancelled" });
                Ok(())
            }
            Kind::CancelFrom { visit } => {
                let Some(visit) = self.pick(client, "series", *visit).await else { return Ok(()) };
                self.promises.lock().expect("the promises").cancelled_from.insert(operation.client);
                let mut transaction = services.pool.begin().await?;
                let outcome = booking::cancel_from(&mut transaction, client, visit, by, now).await?;
                transaction.commit().await?;
                self.note(if outcome == Outcome::Cancelled { "cancelled from" } else { "refused" });
                Ok(())
            }
            Kind::Release => {
                let Some(hold) = self.pick(client, "held", 0).await else { return Ok(()) };
                let mut conn = services.pool.acquire().await?;
                booking::release(&mut conn, client, hold, by, now).await?;
                self.note("released");
                Ok(())
            }
            Kind::Block { .. } | Kind::Unblock { .. } => self.mind_time_off(services, operation).await,
            Kind::Sweep => {
                if booking::sweep(services).await? > 0 {
                    self.note("swept");
                }
                Ok(())
            }
            Kind::Wait { minutes } => {
                self.hands.0.fetch_add(minutes * 60, Ordering::SeqCst);
                Ok(())
            }
        }
    }

    async fn mind_time_off(&self, services: &Services, operation: &Operation) -> Result<(), ServiceError> {
        let viewer = Viewer { person: TelegramId(1), client: None, master: None, is_admin: true };
        match operation.kind {
            Kind::Block { master, day, hour } => {
                let date =
                    NaiveDate::from_ymd_opt(2026, 11, 26).expect("a date") + TimeDelta::days(day.into());
                let from = date.and_hms_opt(hour, 0, 0).expect("a time");
                let key = Some(MASTERS[master]);
                let span = (from, from + TimeDelta::minutes(30));
                let blocked = staff::block(&services.pool, viewer, key, span).await?;
                self.settle(operation, blocked, "blocked", |_| {}).await
            }
            Kind::Unblock { which } => {
                let ids: Vec<i32> =
                    sqlx::query_scalar("SELECT id FROM time_off WHERE blocked_by IS NOT NULL ORDER BY id")
                        .fetch_all(&self.pool)
                        .await?;
                let Some(id) = ids.get(which % ids.len().max(1)) else { return Ok(()) };
                let mut conn = services.pool.acquire().await?;
                if staff::unblock(&mut conn, viewer, TimeOffId(*id)).await? == Outcome::Done {
                    self.note("unblocked");
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Ends a transaction as the operation says; what is promised counts once it is committed.
    async fn settle(
        &self,
        operation: &Operation,
        result: Result<SlotLock, Outcome>,
        done: &'static str,
        promise: impl FnOnce(&mut Promises),
    ) -> Result<(), ServiceError> {
        match (result, operation.end) {
            (Ok(lock), End::Commit) => {
                lock.commit().await?;
                promise(&mut self.promises.lock().expect("the promises"));
                self.note(done);
            }
            (Ok(lock), End::RollBack) => {
                lock.roll_back().await?;
                self.note("crashed");
            }
            (Ok(lock), End::Drop) => {
                drop(lock);
                self.note("crashed");
            }
            (Err(Outcome::HoldOver(_)), _) => self.note("hold over"),
            (Err(Outcome::Refused(Refusal::Taken(_) | Refusal::OwnVisit(_))), _) => self.note("taken"),
            (Err(Outcome::SeriesClash | Outcome::VisitsInTheWay), _) => self.note("clashed"),
            (Err(_), _) => self.note("refused"),
        }
        Ok(())
    }

    async fn settle_confirmed(
        &self,
        operation: &Operation,
        confirmed: Result<Confirmed, Outcome>,
    ) -> Result<(), ServiceError> {
        let (id, start, done) = match &confirmed {
            Ok(confirmed) => {
                let booking = &confirmed.card.booking;
                let done = match confirmed.outcome {
                    Outcome::Moved(_) => "moved",
                    Outcome::SeriesConfirmed(_) => "series",
                    _ => "confirmed",
                };
                (booking.id, booking.visit.start(), done)
            }
            Err(_) => (BookingId(0), DateTime::UNIX_EPOCH, "refused"),
        };
        let promise = |promises: &mut Promises| {
            promises.visits.entry(id.0).or_default().insert(start);
        };
        self.settle(operation, confirmed.map(|confirmed| confirmed.lock), done, promise).await
    }

    /// The n-th of a client's bookings that are so now; now and then another client's, which must do no harm.
    async fn pick(&self, client: ClientId, what: &str, number: usize) -> Option<BookingId> {
        let ids: Vec<i64> = sqlx::query_scalar(
            "SELECT id FROM bookings WHERE (client_id = $1 OR ($3 = 3 AND id % 5 = 0)) \
               AND CASE $2 WHEN 'series' THEN series_id IS NOT NULL AND status = 'confirmed' ELSE status::text = $2 END \
             ORDER BY id",
        )
        .bind(client.0)
        .bind(what)
        .bind(i64::try_from(number).expect("small"))
        .fetch_all(&self.pool)
        .await
        .expect("the bookings");
        ids.get(number % ids.len().max(1)).copied().map(BookingId)
    }
}

/// A start on one of three days in Berlin.
fn at(day: u32, hour: u32, is_half_past: bool) -> DateTime<Utc> {
    let first: DateTime<Utc> = "2026-11-26T00:00:00Z".parse().expect("an instant");
    let minutes = (hour - 1) * 60 + if is_half_past { 30 } else { 0 };
    first + TimeDelta::days(day.into()) + TimeDelta::minutes(minutes.into())
}
