//! The outbox: what people are to be told, written in the transaction of the fact that it tells of.

mod claim;
mod desk;
mod limits;
mod stored;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

pub use self::{
    claim::{Claimed, End, Finished, LONGEST_WAIT, Work, lock_budget, renew, turn},
    desk::{Counts, Line, State, act, counts, lines},
    limits::Limits,
};
use super::DbError;
use crate::domain::{
    ids::{BookingId, TelegramId},
    message::{InDoubt, Manner, Message},
    reminder::Planned,
};

/// A message to be sent once, whatever happens: a second one with the same key is not kept.
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub key: String,
    pub recipient: TelegramId,
    pub message: Message,
    pub not_before: DateTime<Utc>,
    /// From then on it is not worth sending.
    pub useful_until: Option<DateTime<Utc>>,
    /// Only where the recipient has a living card of the booking.
    pub needs_card: bool,
}

impl NewMessage {
    /// To be sent at once.
    pub fn at_once(key: String, recipient: TelegramId, message: Message, now: DateTime<Utc>) -> NewMessage {
        NewMessage { key, recipient, message, not_before: now, useful_until: None, needs_card: false }
    }
}

/// What a fact means for messages and reminders.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub messages: Vec<NewMessage>,
    /// Bookings whose reminders are planned anew, or not at all.
    pub replans: Vec<BookingId>,
    pub reminders: Vec<(BookingId, Planned)>,
}

/// Writes all of it in one statement, in the caller's transaction. What cannot reach its recipient is written down as
/// such. Returns how many messages there are to send.
pub async fn record(conn: &mut PgConnection, record: &Record, now: DateTime<Utc>) -> Result<u64, DbError> {
    let messages = &record.messages;
    let keys: Vec<&str> = messages.iter().map(|new| new.key.as_str()).collect();
    let recipients: Vec<i64> = messages.iter().map(|new| new.recipient.0).collect();
    let manners: Vec<Manner> = messages.iter().map(|new| new.message.manner()).collect();
    let kinds: Vec<&str> = manners.iter().map(|manner| manner.kind).collect();
    let payloads: Vec<serde_json::Value> = messages.iter().map(|new| stored::payload(&new.message)).collect();
    let bookings: Vec<Option<i64>> =
        messages.iter().map(|new| new.message.booking().map(|booking| booking.0)).collect();
    let priorities: Vec<i16> = manners.iter().map(|manner| manner.priority.number()).collect();
    let resends: Vec<bool> = manners.iter().map(|manner| manner.in_doubt == InDoubt::Resend).collect();
    let not_before: Vec<DateTime<Utc>> = messages.iter().map(|new| new.not_before).collect();
    let useful: Vec<Option<DateTime<Utc>>> = messages.iter().map(|new| new.useful_until).collect();
    let needs_card: Vec<bool> = messages.iter().map(|new| new.needs_card).collect();
    let replans: Vec<i64> = record.replans.iter().map(|booking| booking.0).collect();
    let reminded: Vec<i64> = record.reminders.iter().map(|(booking, _)| booking.0).collect();
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let days: Vec<i32> = record.reminders.iter().map(|(_, planned)| number(planned.lead.days)).collect();
    let minutes: Vec<i32> =
        record.reminders.iter().map(|(_, planned)| number(planned.lead.minutes)).collect();
    let due: Vec<DateTime<Utc>> = record.reminders.iter().map(|(_, planned)| planned.due).collect();
    let send: Vec<DateTime<Utc>> = record.reminders.iter().map(|(_, planned)| planned.send).collect();
    let until: Vec<DateTime<Utc>> =
        record.reminders.iter().map(|(_, planned)| planned.useful_until).collect();
    let kept = sqlx::query_scalar!(
        r#"WITH gone AS (
               DELETE FROM reminders WHERE booking_id = ANY($12::bigint[]) AND state = 'planned' RETURNING id),
           planned AS (
               INSERT INTO reminders (booking_id, lead_days, lead_minutes, due_at, send_at, useful_until, state, state_at)
               SELECT p.booking_id, p.days, p.minutes, p.due_at, p.send_at, p.useful_until, 'planned', $11
               -- Counting those that are gone makes them go before the new ones come.
               FROM (SELECT count(*) FROM gone) AS after_going,
                    unnest($13::bigint[], $14::int[], $15::int[], $16::timestamptz[], $17::timestamptz[],
                           $18::timestamptz[]) AS p (booking_id, days, minutes, due_at, send_at, useful_until)
               ON CONFLICT ON CONSTRAINT reminders_once DO NOTHING),
           kept AS (
               INSERT INTO outbox (dedupe_key, recipient, kind, payload, booking_id, priority, resends, state, created_at,
                                   not_before, useful_until, finished_at)
               SELECT m.key, m.recipient, m.kind, m.payload, m.booking_id, m.priority, m.resends,
                      CASE WHEN r.unreachable_since IS NULL THEN 'waiting' ELSE 'unreachable' END::outbox_state,
                      $11, m.not_before, m.useful_until, CASE WHEN r.unreachable_since IS NOT NULL THEN $11 END
               FROM unnest($1::text[], $2::bigint[], $3::text[], $4::jsonb[], $5::bigint[], $6::smallint[], $7::bool[],
                           $8::timestamptz[], $9::timestamptz[], $10::bool[]) WITH ORDINALITY
                   AS m (key, recipient, kind, payload, booking_id, priority, resends, not_before, useful_until,
                         needs_card, place)
               LEFT JOIN recipients r ON r.telegram_id = m.recipient
               WHERE NOT m.needs_card OR EXISTS (
                   SELECT FROM cards c WHERE c.booking_id = m.booking_id AND c.telegram_id = m.recipient)
               ORDER BY m.place
               ON CONFLICT (dedupe_key) DO NOTHING
               RETURNING state)
           SELECT count(*) FILTER (WHERE state = 'waiting') AS "kept!" FROM kept"#,
        keys.as_slice() as _,
        &recipients,
        kinds.as_slice() as _,
        &payloads,
        bookings.as_slice() as _,
        &priorities,
        &resends,
        &not_before,
        useful.as_slice() as _,
        &needs_card,
        now,
        &replans,
        &reminded,
        &days,
        &minutes,
        &due,
        &send,
        &until,
    )
    .fetch_one(conn)
    .await?;
    Ok(u64::try_from(kept).unwrap_or_default())
}
