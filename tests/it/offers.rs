//! What is offered can be booked, and what cannot be booked was not offered: the search and the commit, on the real
//! database, over days on which clocks change.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngSeed, TestRunner},
};
use sqlx::PgPool;
use vizit::{
    clock::Clock,
    db::{self, availability, bookings::By},
    domain::{
        conversation::{MasterChoice, Outcome, Wish},
        ids::{ClientId, LocationId, MasterId, ServiceId, TelegramId},
        time,
    },
    services::{Services, booking, browse, catalog},
};

use crate::harness::{Database, SALON};

const CASES: usize = 80;

struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::SeqCst), 0).expect("in range")
    }
}

/// A day of a salon: minutes are after midnight, spans are start and length in quarters of an hour.
#[derive(Debug, Clone)]
struct Case {
    zone: Tz,
    date: NaiveDate,
    opens: i32,
    ends: i32,
    step: i32,
    lead: i32,
    /// By whom, from when, for how long, and whether in the room.
    visits: Vec<(usize, i64, i64, bool)>,
    off: Vec<(usize, i64, i64)>,
    /// The client's own, with the therapist, who gives nothing of what is wished.
    own: Vec<(i64, i64)>,
    tried: Vec<(usize, i64)>,
}

fn any_case() -> impl Strategy<Value = Case> {
    let day = prop::sample::select(vec![
        (Tz::Europe__Berlin, "2027-03-28"),
        (Tz::Europe__Berlin, "2026-10-25"),
        (Tz::America__New_York, "2027-03-14"),
        (Tz::America__New_York, "2026-11-01"),
        (Tz::Australia__Lord_Howe, "2027-04-04"),
        (Tz::Australia__Lord_Howe, "2026-10-04"),
        (Tz::Africa__Cairo, "2027-04-30"),
        (Tz::Africa__Cairo, "2026-10-30"),
    ]);
    let span = || (0i64..100, 1i64..8);
    (
        day,
        (0i32..20, 4i32..60, prop::sample::select(vec![15, 20, 30, 45]), 0i32..600),
        prop::collection::vec((0usize..2, span(), any::<bool>()), 0..8),
        prop::collection::vec((0usize..2, span()), 0..3),
        prop::collection::vec(span(), 0..3),
        prop::collection::vec((0usize..3, 0i64..300), 12),
    )
        .prop_map(|((zone, date), (opens, length, step, lead), visits, off, own, tried)| Case {
            zone,
            date: date.parse().expect("a date"),
            opens: opens * 30,
            ends: (opens * 30 + length * 30).min(2880),
            step,
            lead,
            visits: visits
                .into_iter()
                .map(|(master, (from, length), room)| (master, from, length, room))
                .collect(),
            off: off.into_iter().map(|(master, (from, length))| (master, from, length)).collect(),
            own,
            tried,
        })
}

struct Salon {
    services: Services,
    hands: Arc<Hands>,
    pool: PgPool,
    location: LocationId,
    massage: ServiceId,
    /// Anna and Boris, who massage; Vera, who does not.
    masters: Vec<MasterId>,
    clients: Vec<ClientId>,
    room: i32,
}

impl Salon {
    async fn open(url: &str) -> Salon {
        let pool = db::connect(url, 4).await.expect("the database");
        let hands = Arc::new(Hands(AtomicI64::new(0)));
        let services = Services::new(pool.clone(), hands.clone(), Vec::new());
        let free = SALON.replace("most_visits = 3\nmost_visits_new = 2\nmost_visits_flagged = 1\n", "");
        let plan = vizit::catalog::parse(&free).expect("the catalog");
        catalog::apply(&services, &plan).await.expect("the catalog is applied");
        let id = async |sql: &'static str| -> Vec<i32> {
            sqlx::query_scalar(sql).fetch_all(&pool).await.expect("ids")
        };
        let masters = id("SELECT id FROM masters WHERE active ORDER BY position").await;
        let clients: Vec<i64> = sqlx::query_scalar(
            "INSERT INTO clients (telegram_id, name, language, created_at) \
             VALUES (1, 'Ann', 'en', '2026-01-01'), (2, 'Bob', 'en', '2026-01-01') RETURNING id",
        )
        .fetch_all(&pool)
        .await
        .expect("clients");
        Salon {
            location: LocationId(id("SELECT id FROM locations WHERE key = 'salon'").await[0]),
            massage: ServiceId(id("SELECT id FROM services WHERE key = 'massage'").await[0]),
            room: id("SELECT id FROM resources WHERE key = 'room'").await[0],
            masters: masters.into_iter().map(MasterId).collect(),
            clients: clients.into_iter().map(ClientId).collect(),
            services,
            hands,
            pool,
        }
    }

    async fn furnish(&self, case: &Case) {
        let midnight = time::opens_at(case.zone, time::wall(case.date, 0));
        self.hands.0.store(midnight.timestamp(), Ordering::SeqCst);
        sqlx::raw_sql("TRUNCATE bookings, time_off, working_hours CASCADE")
            .execute(&self.pool)
            .await
            .expect("empty");
        sqlx::query("UPDATE locations SET zone = $1, slot_step_minutes = $2, lead_minutes = $3")
            .bind(case.zone.name())
            .bind(case.step)
            .bind(case.lead)
            .execute(&self.pool)
            .await
            .expect("the rules");
        sqlx::query(
            "WITH hours AS (INSERT INTO working_hours (master_id, location_id, weekday, starts_minute, ends_minute) \
                 SELECT m.id, $1, day, $2, $3 FROM masters m, generate_series(1, 7) day RETURNING id) \
             INSERT INTO breaks (working_hours_id, starts_minute, ends_minute) SELECT id, $2 + 60, $2 + 75 FROM hours",
        )
        .bind(self.location.0)
        .bind(case.opens)
        .bind(case.ends)
        .execute(&self.pool)
        .await
        .expect("the hours");
        let at = |quarter: i64| midnight + TimeDelta::minutes(15 * quarter);
        let own = case.own.iter().map(|(from, length)| (2, self.clients[0], *from, *length, false));
        let others = case
            .visits
            .iter()
            .map(|(master, from, length, room)| (*master, self.clients[1], *from, *length, *room));
        for (master, client, from, length, room) in own.chain(others) {
            sqlx::query(
                "INSERT INTO bookings (uid, client_id, master_id, location_id, status, starts_at, ends_at, occupied, \
                     zone, price_minor, currency, created_at, status_at, resource_ids) \
                 VALUES (gen_random_uuid(), $1, $2, $3, 'confirmed', $4, $5, tstzrange($4, $5), 'UTC', 0, 'EUR', $4, $4, \
                         CASE WHEN $6 THEN ARRAY[$7] ELSE '{}' END) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(client.0)
            .bind(self.masters[master].0)
            .bind(self.location.0)
            .bind(at(from))
            .bind(at(from + length))
            .bind(room)
            .bind(self.room)
            .execute(&self.pool)
            .await
            .expect("a visit");
        }
        for (master, from, length) in &case.off {
            sqlx::query("INSERT INTO time_off (master_id, away) VALUES ($1, tstzrange($2, $3))")
                .bind(self.masters[*master].0)
                .bind(at(*from))
                .bind(at(from + length))
                .execute(&self.pool)
                .await
                .expect("time off");
        }
    }

    fn wish(&self) -> Wish {
        Wish { location: self.location, services: vec![self.massage], moving: None, quoted: None }
    }

    /// Everything that is offered on the day and the two after it.
    async fn offered(&self, case: &Case) -> BTreeSet<(MasterId, DateTime<Utc>)> {
        let mut conn = self.pool.acquire().await.expect("a connection");
        let now = self.services.clock.now();
        let around = browse::around(now + TimeDelta::hours(12));
        let client = Some(self.clients[0]);
        let found = availability::load(&mut conn, &self.wish(), None, client, around, now)
            .await
            .expect("the availability")
            .expect("the salon");
        let days = case.date.iter_days().take(2);
        days.flat_map(|day| found.searches().iter().flat_map(|search| search.on(day)).collect::<Vec<_>>())
            .map(|slot| (slot.master, slot.visit.start()))
            .collect()
    }

    /// Whether a hold is taken; it is given back at once.
    async fn takes(&self, master: MasterId, start: DateTime<Utc>) -> Result<(), Outcome> {
        let by = By { client: TelegramId(1), correlation: uuid::Uuid::nil() };
        let (client, wish, now) = (self.clients[0], self.wish(), self.services.clock.now());
        let held = booking::hold(&self.pool, client, &wish, MasterChoice::One(master), start, by, now);
        match held.await.expect("an answer") {
            Ok(held) => {
                held.lock.roll_back().await.expect("given back");
                Ok(())
            }
            Err(outcome) => Err(outcome),
        }
    }
}

#[test]
fn what_is_offered_can_be_booked_and_what_is_refused_was_not_offered() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let database = Database::fresh().await;
        let salon = Salon::open(database.url()).await;
        let config = Config { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new(config);
        let (mut booked, mut refused) = (0, 0);
        for _ in 0..CASES {
            let case = any_case().new_tree(&mut runner).expect("a case").current();
            salon.furnish(&case).await;
            let offered = salon.offered(&case).await;
            let stride = offered.len().div_ceil(8).max(1);
            for (master, start) in offered.iter().copied().step_by(stride) {
                let taken = salon.takes(master, start).await;
                assert_eq!(taken, Ok(()), "offered, but refused: {master} at {start} in {case:?}");
                booked += 1;
            }
            for (master, step) in &case.tried {
                let master = salon.masters[*master];
                let start = salon.services.clock.now() + TimeDelta::minutes(5 * step);
                let taken = salon.takes(master, start).await;
                let is_offered = offered.contains(&(master, start));
                assert_eq!(taken.is_ok(), is_offered, "{master} at {start}: {taken:?} in {case:?}");
                refused += usize::from(taken.is_err());
            }
        }
        assert!(booked >= 200 && refused >= 200, "{booked} booked, {refused} refused");
        salon.pool.close().await;
        database.remove().await;
    });
}
