//! A business with as many clients as there are messages, each with a visit of their own.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};
use vizit::{
    catalog,
    clock::SystemClock,
    db,
    services::{self, Services},
};
use vizit_sandbox::postgres::PrivatePostgres;

/// What a reminder of these visits says, more or less.
pub(crate) const TEXT: &str = "🔔 <b>Your visit is today at 15:00</b>\n\n• Classic massage · 1 h · €60\n👤 Anna Becker\n\
    📍 Linden Studio, Lindenallee 7, 10115 Berlin\n🗓 <b>Thursday, 26 November, 15:00–16:00</b> (Europe/Berlin time)\n\
    💳 €60\n\nCancelling now counts as a late cancellation.";

const FIRST: i64 = 100_001;

pub(crate) fn people(count: i64) -> std::ops::Range<i64> {
    FIRST..FIRST + count
}

/// A database with `count` clients, each with a visit in three hours.
pub(crate) async fn found(postgres: &PrivatePostgres, name: &str, count: i64) -> anyhow::Result<PgPool> {
    let mut admin = PgConnection::connect(&postgres.url("postgres")).await?;
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await?;
    admin.close().await?;
    let pool = db::connect(&postgres.url(name), 20).await?;
    db::MIGRATOR.run(&pool).await?;
    let plan = catalog::parse(include_str!("../../examples/catalog.toml"))
        .map_err(|faults| anyhow::anyhow!("the catalog: {faults:?}"))?;
    let services = Services::new(pool.clone(), Arc::new(SystemClock), Vec::new());
    services::catalog::apply(&services, &plan).await?;
    let now = services.clock.now();
    for sql in [
        "INSERT INTO masters (key, names, position, active) \
         SELECT 'm' || n, '{\"en\": \"Anna Becker\"}', 100 + n, $2 IS NOT NULL FROM generate_series(1, $1) n",
        "INSERT INTO clients (telegram_id, name, language, created_at, consented_at) \
         SELECT 100000 + n, 'Person ' || n, 'en', $2, $2 FROM generate_series(1, $1) n",
        "INSERT INTO bookings (uid, client_id, master_id, location_id, status, starts_at, ends_at, occupied, zone, \
                               price_minor, currency, created_at, status_at) \
         SELECT gen_random_uuid(), c.id, m.id, (SELECT min(id) FROM locations), 'confirmed', \
                $2 + interval '3 hours', $2 + interval '4 hours', \
                tstzrange($2 + interval '3 hours', $2 + interval '4 hours', '[)'), 'Europe/Berlin', 6000, 'EUR', $2, $2 \
         FROM generate_series(1, $1) n JOIN clients c ON c.telegram_id = 100000 + n JOIN masters m ON m.key = 'm' || n",
        "INSERT INTO booking_items (booking_id, position, service_id, names, minutes, price_minor) \
         SELECT b.id, 0, (SELECT min(id) FROM services), '{\"en\": \"Classic massage\"}', 60, 6000 \
         FROM bookings b WHERE b.created_at = $2 AND $1 > 0",
    ] {
        sqlx::query(sql).bind(count).bind(now).execute(&pool).await?;
    }
    sqlx::raw_sql("VACUUM ANALYZE").execute(&pool).await?;
    Ok(pool)
}

/// A reminder for everybody, due now; those of earlier rounds are gone.
pub(crate) async fn queue(pool: &PgPool, round: usize, now: DateTime<Utc>) -> anyhow::Result<()> {
    sqlx::raw_sql("TRUNCATE outbox; TRUNCATE cards").execute(pool).await?;
    sqlx::query(
        "INSERT INTO outbox (dedupe_key, recipient, kind, payload, booking_id, priority, resends, state, created_at, \
                             not_before, useful_until) \
         SELECT 'bench:' || $1 || ':' || b.id, c.telegram_id, 'reminder', \
                jsonb_build_object('booking', b.id, 'at', b.starts_at), b.id, 1, true, 'waiting', $2, $2, b.starts_at \
         FROM bookings b JOIN clients c ON c.id = b.client_id",
    )
    .bind(i64::try_from(round)?)
    .bind(now)
    .execute(pool)
    .await?;
    sqlx::raw_sql("ANALYZE outbox").execute(pool).await?;
    Ok(())
}

/// Asked often while messages are sent, so it must cost next to nothing.
pub(crate) async fn is_any_waiting(pool: &PgPool) -> anyhow::Result<bool> {
    let waiting = sqlx::query_scalar(
        "SELECT (SELECT id FROM outbox WHERE state = 'waiting' AND priority = 1 ORDER BY not_before, id LIMIT 1) IS NOT NULL",
    );
    Ok(waiting.fetch_one(pool).await?)
}

pub(crate) async fn sent(pool: &PgPool, round: usize) -> anyhow::Result<i64> {
    let sent = sqlx::query_scalar(
        "SELECT count(*) FROM outbox WHERE state = 'sent' AND dedupe_key LIKE 'bench:' || $1 || ':%'",
    );
    Ok(sent.bind(i64::try_from(round)?).fetch_one(pool).await?)
}

/// So many reminders that are not due for long.
pub(crate) async fn plan(pool: &PgPool, count: i64) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO reminders (booking_id, lead_days, lead_minutes, due_at, send_at, useful_until, state, state_at) \
         SELECT b.id, 0, n::int, b.starts_at + interval '1 day' * n, b.starts_at + interval '1 day' * n, \
                b.starts_at + interval '2 days' * n, 'planned', b.created_at \
         FROM (SELECT * FROM bookings ORDER BY id LIMIT 1000) b, generate_series(1, $1 / 1000) n",
    )
    .bind(count)
    .execute(pool)
    .await?;
    sqlx::raw_sql("VACUUM ANALYZE").execute(pool).await?;
    Ok(())
}
