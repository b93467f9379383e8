//! Reminders that are due go into the outbox; what they are planned from is read here, too.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::DbError;
use crate::domain::ids::{BookingId, TelegramId};

/// Whether any reminder is due. This costs the same however many are planned.
pub async fn is_any_due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<bool, DbError> {
    let due = sqlx::query_scalar!(
        r#"SELECT coalesce((SELECT send_at FROM reminders WHERE state = 'planned' ORDER BY send_at LIMIT 1) <= $1, false)
               AS "due!""#,
        now,
    );
    Ok(due.fetch_one(conn).await?)
}

/// Queues up to `limit` reminders that are due and skips those that are of no use any more. Returns how many of each.
pub async fn queue_due(
    conn: &mut PgConnection,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<(u64, u64), DbError> {
    let counts = sqlx::query!(
        r#"WITH due AS (
               SELECT id FROM reminders WHERE state = 'planned' AND send_at <= $1
               ORDER BY send_at LIMIT $2 FOR UPDATE SKIP LOCKED),
           decided AS (
               UPDATE reminders r SET state_at = $1,
                   state = CASE WHEN r.useful_until > $1 AND b.status = 'confirmed' AND p.unreachable_since IS NULL
                                THEN 'queued' ELSE 'skipped' END::reminder_state
               FROM due, bookings b JOIN clients c ON c.id = b.client_id
                    LEFT JOIN recipients p ON p.telegram_id = c.telegram_id
               WHERE r.id = due.id AND b.id = r.booking_id
               RETURNING r.id, r.booking_id, r.useful_until, r.state, b.starts_at, c.telegram_id),
           queued AS (
               INSERT INTO outbox (dedupe_key, recipient, kind, payload, booking_id, priority, resends, state, created_at,
                                   not_before, useful_until)
               SELECT 'reminder:' || id, telegram_id, 'reminder',
                      jsonb_build_object('booking', booking_id, 'at', starts_at), booking_id, 1, true, 'waiting',
                      $1, $1, useful_until
               FROM decided WHERE state = 'queued' ORDER BY id
               ON CONFLICT (dedupe_key) DO NOTHING)
           SELECT count(*) FILTER (WHERE state = 'queued') AS "queued!",
                  count(*) FILTER (WHERE state = 'skipped') AS "skipped!"
           FROM decided"#,
        now,
        limit,
    );
    let counts = counts.fetch_one(conn).await?;
    let count = |count| u64::try_from(count).unwrap_or_default();
    Ok((count(counts.queued), count(counts.skipped)))
}

/// A client's visits that reminders may still come for.
pub async fn visits_of(
    conn: &mut PgConnection,
    person: TelegramId,
    now: DateTime<Utc>,
) -> Result<Vec<BookingId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"SELECT b.id FROM bookings b JOIN clients c ON c.id = b.client_id
           WHERE c.telegram_id = $1 AND b.status = 'confirmed' AND b.starts_at > $2"#,
        person.0,
        now,
    );
    Ok(ids.fetch_all(conn).await?.into_iter().map(BookingId).collect())
}
