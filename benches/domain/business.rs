//! A made-up business: fifty masters with six visits each on every day.

use std::fmt::Write as _;

use anyhow::Context as _;
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::PgPool;
use vizit::{
    clock::{Clock, SharedClock},
    db::availability::{self, Availability},
    domain::{
        catalog::Plan,
        conversation::Wish,
        ids::{ClientId, LocationId, ServiceId, TelegramId},
        ranges::Range,
        slots::Slot,
        time,
    },
    services::Services,
};
use vizit_sandbox::postgres::PrivatePostgres;

pub(crate) const MASTERS: u32 = 50;
/// Days that can be booked, today not counted.
pub(crate) const HORIZON: u64 = 60;
const CLIENTS: u32 = 20_000;
const ZONE: Tz = Tz::Europe__Berlin;
/// A visit with its buffer.
const PLACE: u32 = 75;
/// Room for visits on a day, and how much of it is taken.
const PLACES: u32 = 9;
const TAKEN: u32 = 6;
/// Places before the break.
const MORNING: u32 = 4;
/// Days that are written with one statement.
const AT_ONCE: usize = 100;

/// 1 March 2027, 08:00 in Berlin: clocks change within the days that can be booked.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_878) + TimeDelta::hours(7)
}

fn today() -> NaiveDate {
    time::local_date(ZONE, now())
}

/// All that can be booked but today, which has begun.
pub(crate) fn days() -> impl Iterator<Item = NaiveDate> + Clone {
    (1..=HORIZON).filter_map(|days| today().checked_add_days(Days::new(days)))
}

/// Enough for whatever can be booked.
pub(crate) fn horizon() -> Range {
    Range::around(now(), TimeDelta::hours(60), TimeDelta::days(370))
}

pub(crate) fn plan() -> anyhow::Result<Plan> {
    let mut text = format!(
        r#"
            [[location]]
            key = "studio"
            name = {{ en = "Studio", ru = "Студия" }}
            zone = "{ZONE}"
            currency = "EUR"
            slot_step = "30 min"
            hold = "10 min"
            lead = "1 h"
            horizon = "{HORIZON} days"
            cancel_notice = "24 h"
            [[service]]
            key = "massage"
            name = {{ en = "Massage", ru = "Массаж" }}
            duration = "60 min"
            price = "60.00"
            buffer_after = "15 min"
            [[service]]
            key = "facial"
            name = {{ en = "Facial", ru = "Уход за лицом" }}
            duration = "45 min"
            price = "50.00"
        "#
    );
    for master in 0..MASTERS {
        write!(
            text,
            r#"
            [[master]]
            key = "master-{master}"
            name = {{ en = "Master {master}", ru = "Мастер {master}" }}
            skills = ["massage", "facial"]
            hours = [{{ days = "Mon-Sun", from = "09:00", to = "21:00", breaks = ["14:00-15:00"] }}]
            "#
        )?;
    }
    vizit::catalog::parse(&text).map_err(|faults| anyhow::anyhow!("the catalog: {faults:?}"))
}

/// The visits of a master on a date, each with the number of its client. Six of nine places are taken, on each day
/// others, so that what is free lies mostly together.
pub(crate) fn visits(master: u32, date: NaiveDate) -> impl Iterator<Item = (u32, Range)> {
    let day = day_number(date);
    (0..PLACES).filter(move |place| (place + 2 * master + 5 * day) % PLACES < TAKEN).filter_map(
        move |place| {
            let pause = if place < MORNING { 0 } else { 60 };
            let start = time::opens_at(ZONE, time::wall(date, 9 * 60 + PLACE * place + pause));
            Some((client(master, day * PLACES + place), Range::of_minutes(start, PLACE - 15)?))
        },
    )
}

fn day_number(date: NaiveDate) -> u32 {
    u32::try_from(date.num_days_from_ce()).unwrap_or_default()
}

/// Everybody comes back to the same master after 400 turns, which are 44 days.
fn client(master: u32, turn: u32) -> u32 {
    (turn * MASTERS + master) % CLIENTS
}

/// A free time, and a client who could take it: one whose own visits are three weeks away.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Errand {
    pub(crate) slot: Slot,
    pub(crate) client: ClientId,
    pub(crate) person: TelegramId,
}

struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> DateTime<Utc> {
        now()
    }
}

/// The business with a database of its own.
pub(crate) struct Business {
    url: String,
    first_client: i64,
    pub(crate) wish: Wish,
    pub(crate) visits: i64,
}

impl Business {
    /// Its visits reach from so many days before today to so many days after it.
    pub(crate) async fn found(
        postgres: &PrivatePostgres,
        name: &str,
        past: u32,
        ahead: u32,
    ) -> anyhow::Result<Business> {
        let mut admin = <sqlx::PgConnection as sqlx::Connection>::connect(&postgres.url("postgres")).await?;
        sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await?;
        let url = postgres.url(name);
        let pool = vizit::db::connect(&url, 1).await?;
        vizit::db::MIGRATOR.run(&pool).await?;
        vizit::services::catalog::apply(&services(&pool), &plan()?).await?;
        let first_client = sqlx::query_scalar(
            "WITH new AS (INSERT INTO clients (telegram_id, name, language, consented_at, created_at) \
                          SELECT number, 'Client ' || number, 'en', $2, $2 FROM generate_series(0, $1) AS number \
                          ORDER BY number RETURNING id) SELECT min(id) FROM new",
        );
        let first_client: i64 =
            first_client.bind(i32::try_from(CLIENTS - 1)?).bind(now()).fetch_one(&pool).await?;
        let first = today() - Days::new(u64::from(past)) + Days::new(1);
        write_visits(&pool, first_client, first.iter_days().take(usize::try_from(past + ahead)?)).await?;
        let (visits, location, service) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM bookings), s.location_id, s.id FROM services s WHERE s.key = 'massage'",
        )
        .fetch_one(&pool)
        .await?;
        pool.close().await;
        let wish = Wish {
            location: LocationId(location),
            services: vec![ServiceId(service)],
            moving: None,
            quoted: None,
        };
        Ok(Business { url, first_client, wish, visits })
    }

    pub(crate) async fn pool(&self, connections: u32) -> anyhow::Result<PgPool> {
        Ok(vizit::db::connect(&self.url, connections).await?)
    }

    pub(crate) fn client(&self, number: u32) -> ClientId {
        ClientId(self.first_client + i64::from(number))
    }

    pub(crate) async fn availability(&self, pool: &PgPool) -> anyhow::Result<Availability> {
        let mut conn = pool.acquire().await?;
        let found = availability::load(&mut conn, &self.wish, None, None, horizon(), now()).await?;
        found.context("no location")
    }

    /// Of each master the free times that do not overlap.
    pub(crate) async fn errands(&self, pool: &PgPool) -> anyhow::Result<Vec<Vec<Errand>>> {
        let found = self.availability(pool).await?;
        let of_master = |(master, candidate)| {
            let search = found.search(candidate);
            let mut own: Vec<Errand> = Vec::new();
            for date in days() {
                // Half of the way round, so that nobody has a visit of their own in the way.
                let mut turn = day_number(date) * PLACES + CLIENTS / MASTERS / 2;
                for slot in search.on(date) {
                    if own.last().is_none_or(|last| !last.slot.occupied.overlaps(slot.occupied)) {
                        let number = client(master, turn);
                        let person = TelegramId(i64::from(number));
                        own.push(Errand { slot, client: self.client(number), person });
                        turn += 1;
                    }
                }
            }
            own
        };
        Ok((0..).zip(&found.candidates).map(of_master).collect())
    }
}

pub(crate) fn services(pool: &PgPool) -> Services {
    let clock: SharedClock = std::sync::Arc::new(StandingClock);
    Services::new(pool.clone(), clock, Vec::new())
}

/// All are confirmed, even those long over, so that the constraints have the most to look through. The indexes that are
/// slow to grow are made anew at the end.
async fn write_visits(
    pool: &PgPool,
    first_client: i64,
    dates: impl Iterator<Item = NaiveDate>,
) -> anyhow::Result<()> {
    let mut conn = pool.acquire().await?;
    let constraints: Vec<(String, String)> = sqlx::query_as(
        "SELECT format('ALTER TABLE bookings DROP CONSTRAINT %I', conname), \
                format('ALTER TABLE bookings ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) \
         FROM pg_constraint WHERE conrelid = 'bookings'::regclass AND contype = 'x'",
    )
    .fetch_all(&mut *conn)
    .await?;
    for (drop, _) in &constraints {
        sqlx::raw_sql(sqlx::AssertSqlSafe(drop.as_str())).execute(&mut *conn).await?;
    }
    let dates: Vec<NaiveDate> = dates.collect();
    for dates in dates.chunks(AT_ONCE) {
        let of_day = |date: &NaiveDate| {
            let date = *date;
            (0..MASTERS).flat_map(move |master| visits(master, date).map(move |visit| (master, visit)))
        };
        let visits: Vec<(u32, (u32, Range))> = dates.iter().flat_map(of_day).collect();
        let masters: Vec<i64> = visits.iter().map(|(master, _)| i64::from(*master)).collect();
        let clients: Vec<i64> =
            visits.iter().map(|(_, (client, _))| first_client + i64::from(*client)).collect();
        let starts: Vec<DateTime<Utc>> = visits.iter().map(|(_, (_, visit))| visit.start()).collect();
        sqlx::query(
            "WITH master AS (SELECT id, row_number() OVER (ORDER BY position) - 1 AS number FROM masters),
                  taken AS (
                      INSERT INTO bookings (uid, client_id, master_id, location_id, status, starts_at, ends_at, occupied,
                                            zone, price_minor, currency, created_at, status_at)
                      SELECT gen_random_uuid(), v.client, m.id, l.id, 'confirmed', v.start,
                             v.start + make_interval(mins => s.minutes),
                             tstzrange(v.start, v.start + make_interval(mins => s.minutes + s.buffer_after_minutes)),
                             l.zone, s.price_minor, l.currency, made.at, made.at
                      FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS v (master, client, start)
                      JOIN master m ON m.number = v.master
                      JOIN services s ON s.key = 'massage' JOIN locations l ON l.id = s.location_id
                      CROSS JOIN LATERAL (SELECT least(v.start - interval '14 days', $4) AS at) AS made
                      ORDER BY v.start, m.number
                      RETURNING id, created_at),
                  items AS (
                      INSERT INTO booking_items (booking_id, position, service_id, names, minutes, price_minor)
                      SELECT taken.id, 0, s.id, s.names, s.minutes, s.price_minor
                      FROM taken JOIN services s ON s.key = 'massage')
             INSERT INTO booking_changes (booking_id, at, to_status, actor, correlation_id)
             SELECT id, created_at, 'confirmed', 'client', gen_random_uuid() FROM taken",
        )
        .bind(masters)
        .bind(clients)
        .bind(starts)
        .bind(now())
        .execute(&mut *conn)
        .await?;
    }
    for (_, add) in &constraints {
        sqlx::raw_sql(sqlx::AssertSqlSafe(add.as_str())).execute(&mut *conn).await?;
    }
    sqlx::raw_sql("VACUUM ANALYZE").execute(&mut *conn).await?;
    Ok(())
}
