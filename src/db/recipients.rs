//! People as far as messages are concerned: whether they can be reached, and what they want to be told, and when.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::DbError;
use crate::domain::{
    ids::{BookingId, TelegramId},
    message::Topic,
};

/// Somebody's settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Minutes after the local midnight.
    pub quiet: Option<(u32, u32)>,
    /// The name of a zone; `None` is the business's.
    pub zone: Option<String>,
    pub muted: Vec<Topic>,
}

pub async fn settings(conn: &mut PgConnection, person: TelegramId) -> Result<Settings, DbError> {
    let row = sqlx::query!(
        "SELECT quiet_from, quiet_to, zone, muted FROM recipients WHERE telegram_id = $1",
        person.0
    );
    let Some(row) = row.fetch_optional(conn).await? else { return Ok(Settings::default()) };
    let minute = |minute: Option<i16>| minute.and_then(|minute| u32::try_from(minute).ok());
    Ok(Settings {
        quiet: minute(row.quiet_from).zip(minute(row.quiet_to)),
        zone: row.zone,
        muted: row.muted.iter().filter_map(|label| Topic::from_label(label)).collect(),
    })
}

pub async fn set(conn: &mut PgConnection, person: TelegramId, settings: &Settings) -> Result<(), DbError> {
    let minute = |minute: u32| i16::try_from(minute).unwrap_or_default();
    let muted: Vec<String> = settings.muted.iter().map(|topic| topic.label().to_owned()).collect();
    sqlx::query!(
        r#"INSERT INTO recipients (telegram_id, quiet_from, quiet_to, zone, muted) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (telegram_id) DO UPDATE SET
               quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, zone = excluded.zone,
               muted = excluded.muted"#,
        person.0,
        settings.quiet.map(|(from, _)| minute(from)),
        settings.quiet.map(|(_, to)| minute(to)),
        settings.zone,
        &muted,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down that somebody cannot be reached, and takes back what waits to be sent to them. Returns their visits
/// ahead, the next first, when that is news.
pub async fn lose(
    conn: &mut PgConnection,
    person: TelegramId,
    now: DateTime<Utc>,
) -> Result<Vec<BookingId>, DbError> {
    let visits = sqlx::query_scalar!(
        r#"WITH lost AS (
               INSERT INTO recipients (telegram_id, unreachable_since) VALUES ($1, $2)
               ON CONFLICT (telegram_id) DO UPDATE SET unreachable_since = $2
               WHERE recipients.unreachable_since IS NULL
               RETURNING telegram_id),
           vain AS (
               UPDATE outbox SET state = 'unreachable', finished_at = $2
               WHERE recipient = $1 AND state = 'waiting' AND lease_id IS NULL)
           SELECT b.id FROM lost JOIN clients c USING (telegram_id) JOIN bookings b ON b.client_id = c.id
           WHERE b.status = 'confirmed' AND b.ends_at > $2 ORDER BY b.starts_at LIMIT 60"#,
        person.0,
        now,
    );
    Ok(visits.fetch_all(conn).await?.into_iter().map(BookingId).collect())
}

/// Lifts the mark of somebody who is back. Returns their visits ahead, when that is news.
pub async fn find(
    conn: &mut PgConnection,
    person: TelegramId,
    now: DateTime<Utc>,
) -> Result<Vec<BookingId>, DbError> {
    let visits = sqlx::query_scalar!(
        r#"WITH found AS (
               UPDATE recipients SET unreachable_since = NULL
               WHERE telegram_id = $1 AND unreachable_since IS NOT NULL
               RETURNING telegram_id)
           SELECT b.id FROM found JOIN clients c USING (telegram_id) JOIN bookings b ON b.client_id = c.id
           WHERE b.status = 'confirmed' AND b.ends_at > $2 ORDER BY b.starts_at LIMIT 60"#,
        person.0,
        now,
    );
    Ok(visits.fetch_all(conn).await?.into_iter().map(BookingId).collect())
}

/// Makes a message that a person has been shown the living card of a booking; the card before loses its buttons.
pub async fn adopt_card(
    conn: &mut PgConnection,
    person: TelegramId,
    booking: BookingId,
    message: crate::domain::ids::MessageId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"WITH replaced AS (
               SELECT booking_id, telegram_id, message_id FROM cards
               WHERE booking_id = $1 AND telegram_id = $2 AND message_id <> $3),
           carded AS (
               INSERT INTO cards (booking_id, telegram_id, message_id)
               -- Whoever was forgotten a moment ago has none.
               SELECT $1, $2, $3 FROM clients WHERE telegram_id = $2
               ON CONFLICT (booking_id, telegram_id) DO UPDATE SET message_id = excluded.message_id),
           pinned AS (
               UPDATE conversations SET message_id = $3, card_of = $1 WHERE telegram_id = $2)
           INSERT INTO outbox (dedupe_key, recipient, kind, payload, booking_id, priority, resends, state, created_at,
                               not_before)
           SELECT 'old_card:' || booking_id || ':' || telegram_id || ':' || message_id, telegram_id, 'old_card',
                  jsonb_build_object('booking', booking_id, 'message', message_id), booking_id, 3, true, 'waiting',
                  $4, $4
           FROM replaced ON CONFLICT (dedupe_key) DO NOTHING"#,
        booking.0,
        person.0,
        message.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A card that is not there any more.
pub async fn forget_card(
    conn: &mut PgConnection,
    person: TelegramId,
    booking: BookingId,
    message: crate::domain::ids::MessageId,
) -> Result<(), DbError> {
    sqlx::query!(
        "DELETE FROM cards WHERE booking_id = $1 AND telegram_id = $2 AND message_id = $3",
        booking.0,
        person.0,
        message.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
