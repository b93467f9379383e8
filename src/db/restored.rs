//! What a restored backup had begun, and what a living system has to make of that.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::DbError;

/// What is written in the place of an end that nobody knows.
const REASON: &str = "left behind by a restore";

/// Ends what was in progress: no process that had a lease is there any more. Updates that were not done are done now,
/// for what they did since is not in the backup; so are messages that may come twice rather than never. Those that must not
/// are dropped; how many that were.
pub async fn settle(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, DbError> {
    sqlx::query!(
        r#"UPDATE backups SET state = 'failed', state_at = $1, error = $2, lease_id = NULL, lease_until = NULL
           WHERE state IN ('asked', 'running')"#,
        now,
        REASON,
    )
    .execute(&mut *conn)
    .await?;
    // What was not due yet has not been sent.
    let dropped = sqlx::query!(
        r#"UPDATE outbox SET state = 'dropped', finished_at = $1, error = $2, retry_at = NULL, in_outage = false,
                             lease_id = NULL, lease_until = NULL
           WHERE state = 'waiting' AND NOT resends AND not_before <= $1"#,
        now,
        REASON,
    );
    let dropped = dropped.execute(&mut *conn).await?.rows_affected();
    sqlx::query!("UPDATE outbox SET lease_id = NULL, lease_until = NULL WHERE lease_id IS NOT NULL")
        .execute(&mut *conn)
        .await?;
    sqlx::query!("UPDATE inbox SET lease_id = NULL, lease_until = NULL WHERE lease_id IS NOT NULL")
        .execute(&mut *conn)
        .await?;
    sqlx::query!("UPDATE jobs SET lease_id = NULL, lease_until = NULL WHERE lease_id IS NOT NULL")
        .execute(conn)
        .await?;
    Ok(dropped)
}
