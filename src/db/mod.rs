//! SQL and nothing else: functions over a connection, and rows turned into the domain's values. It decides nothing.

pub mod attendance;
pub mod availability;
pub mod backup;
pub mod backup_log;
pub mod bookings;
pub mod catalog;
pub mod client_views;
pub mod conversations;
pub mod digest;
pub mod erasures;
mod error;
pub mod exports;
pub mod inbox;
pub mod jobs;
pub mod locks;
pub mod news;
pub mod outbox;
pub mod own_data;
pub mod payments;
pub mod people;
pub mod promos;
pub mod recipients;
pub mod reminders;
pub mod restored;
pub mod retention;
mod rows;
pub mod time_off;
pub mod vouchers;
pub mod waitlist;

use std::time::Duration;

use sqlx::{Executor as _, PgPool, migrate::Migrator, postgres::PgPoolOptions};

pub use self::error::{Conflict, DbError};

/// The schema's history, embedded in the program.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// Begins a transaction in which all reads see the same moment, and nothing can be written.
pub const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A pool of at most `size` connections to a `postgres://` URL.
pub async fn connect(url: &str, size: u32) -> Result<PgPool, DbError> {
    let pool = PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(5))
        // A dead connection shows itself in the next statement; asking first would cost each tap a round trip.
        .test_before_acquire(false)
        // The large statements take longer to plan than to run, and the best plan is the same whoever asks. A pooler in
        // between may forget this; then it is only slower.
        .after_connect(|conn, _| {
            Box::pin(async move { conn.execute("SET plan_cache_mode = force_generic_plan").await.map(drop) })
        })
        .connect(url)
        .await?;
    Ok(pool)
}

/// The server's version, such as "15.18".
pub async fn server_version(pool: &PgPool) -> Result<String, DbError> {
    Ok(sqlx::query_scalar!(r#"SELECT current_setting('server_version') AS "version!""#)
        .fetch_one(pool)
        .await?)
}

/// How many migrations of this program the database does not have yet.
pub async fn missing_migrations(pool: &PgPool) -> Result<usize, DbError> {
    let table = sqlx::query_scalar!(r#"SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS "exists!""#);
    if !table.fetch_one(pool).await? {
        return Ok(MIGRATOR.iter().filter(|migration| migration.migration_type.is_up_migration()).count());
    }
    let applied =
        sqlx::query_scalar!("SELECT version FROM _sqlx_migrations WHERE success").fetch_all(pool).await?;
    let known = MIGRATOR.iter().filter(|migration| migration.migration_type.is_up_migration());
    Ok(known.filter(|migration| !applied.contains(&migration.version)).count())
}
