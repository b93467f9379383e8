//! Bookings as rows. Whatever takes time needs a [`SlotLock`]; statuses change only from where they may.

mod cards;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::cards::{Card, by_client, by_day, card};
use super::{DbError, locks::SlotLock, rows::pg_range};
use crate::domain::{
    booking::{Item, Status},
    ids::{BookingId, ClientId, LocationId, TelegramId},
    money::Money,
    slots::Slot,
};

/// The client who changes a booking, and in the course of what; for the audit.
#[derive(Debug, Clone, Copy)]
pub struct By {
    pub client: TelegramId,
    pub correlation: Uuid,
}

/// A hold to be placed.
#[derive(Debug)]
pub struct NewHold<'a> {
    pub uid: Uuid,
    pub client: ClientId,
    pub location: LocationId,
    pub slot: Slot,
    pub zone: chrono_tz::Tz,
    pub until: DateTime<Utc>,
    pub items: &'a [Item],
    pub price: Money,
}

/// Places a hold; `None` when the master or the client has another visit then. In the same statement, holds of the
/// master that have run out make room, and the client's other hold is given up: a person holds one time.
pub async fn hold(
    lock: &mut SlotLock,
    new: NewHold<'_>,
    by: By,
    now: DateTime<Utc>,
) -> Result<Option<BookingId>, DbError> {
    let services: Vec<i32> = new.items.iter().map(|item| item.service.0).collect();
    let names: Vec<serde_json::Value> =
        new.items.iter().map(|item| serde_json::json!(item.names.texts())).collect();
    let minutes: Vec<i32> =
        new.items.iter().map(|item| i32::try_from(item.minutes).unwrap_or(i32::MAX)).collect();
    let prices: Vec<i64> = new.items.iter().map(|item| item.price.minor()).collect();
    let id = sqlx::query_scalar!(
        r#"WITH swept AS (
               UPDATE bookings SET
                   status = 'expired', hold_until = NULL, status_at = $7
               WHERE status = 'held' AND (client_id = $1 OR (master_id = $2 AND hold_until <= $7 AND occupied && $6))
               RETURNING id, client_id),
           held AS (
               INSERT INTO bookings (uid, client_id, master_id, location_id, status, starts_at, ends_at, occupied, zone,
                                     hold_until, price_minor, currency, created_at, status_at)
               -- Counting the swept rows makes them give way before the new one comes.
               SELECT $8, $1, $2, $3, 'held', $4, $5, $6, $9, $10, $11, $12::text, $7, $7
               FROM (SELECT count(*) FROM swept) AS after_sweeping
               WHERE NOT EXISTS (
                   SELECT FROM bookings
                   WHERE status IN ('held', 'awaiting_payment', 'confirmed') AND id NOT IN (SELECT id FROM swept)
                     AND ((master_id = $2 AND occupied && $6)
                          OR (client_id = $1 AND tstzrange(starts_at, ends_at, '[)') && tstzrange($4, $5, '[)'))))
               RETURNING id),
           items AS (
               INSERT INTO booking_items (booking_id, position, service_id, names, minutes, price_minor)
               SELECT held.id, item.place - 1, item.service_id, item.names, item.minutes, item.price_minor
               FROM held, unnest($13::int[], $14::jsonb[], $15::int[], $16::bigint[]) WITH ORDINALITY
                   AS item (service_id, names, minutes, price_minor, place)),
           audit AS (
               INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, actor_id, correlation_id)
               -- Somebody else's hold ran out by itself; whoever sweeps it only notices.
               SELECT id, $7, 'held'::booking_status, 'expired'::booking_status,
                      CASE WHEN client_id = $1 THEN 'client' ELSE 'system' END::actor,
                      CASE WHEN client_id = $1 THEN $17::bigint END, $18::uuid
               FROM swept
               UNION ALL SELECT id, $7, NULL, 'held'::booking_status, 'client'::actor, $17, $18 FROM held)
           SELECT id FROM held"#,
        new.client.0,
        new.slot.master.0,
        new.location.0,
        new.slot.visit.start(),
        new.slot.visit.end(),
        pg_range(new.slot.occupied),
        now,
        new.uid,
        new.zone.name(),
        new.until,
        new.price.minor(),
        new.price.currency().code(),
        &services,
        &names,
        &minutes,
        &prices,
        by.client.0,
        by.correlation,
    )
    .fetch_optional(lock.connection())
    .await?;
    Ok(id.map(BookingId))
}

/// Turns a client's living hold into a visit; `false` when there is no such hold any more.
pub async fn confirm(
    lock: &mut SlotLock,
    booking: BookingId,
    client: ClientId,
    by: By,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    change(lock.connection(), booking, client, Status::Confirmed, Hold::Living, by, now).await
}

/// Ends a client's hold or visit, which frees its time; `false` when its status does not allow that any more.
pub async fn end(
    conn: &mut PgConnection,
    booking: BookingId,
    client: ClientId,
    to: Status,
    by: By,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    change(conn, booking, client, to, Hold::Any, by, now).await
}

#[derive(PartialEq)]
enum Hold {
    Living,
    Any,
}

async fn change(
    conn: &mut PgConnection,
    booking: BookingId,
    client: ClientId,
    to: Status,
    hold: Hold,
    by: By,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let from: Vec<String> = to.comes_from().iter().map(|status| status.label().to_owned()).collect();
    let changed = sqlx::query_scalar!(
        r#"WITH old AS (
               SELECT id, status FROM bookings
               WHERE id = $1 AND client_id = $2 AND status = ANY($3::text[]::booking_status[])
                 AND (NOT $4 OR hold_until > $5)
               FOR UPDATE),
           changed AS (
               UPDATE bookings SET status = $6::text::booking_status, hold_until = NULL, status_at = $5
               FROM old WHERE bookings.id = old.id
               RETURNING bookings.id, old.status AS from_status)
           INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, actor_id, correlation_id)
           SELECT id, $5, from_status, $6::text::booking_status, 'client', $7, $8 FROM changed
           RETURNING id"#,
        booking.0,
        client.0,
        &from,
        hold == Hold::Living,
        now,
        to.label(),
        by.client.0,
        by.correlation,
    )
    .fetch_optional(conn)
    .await?;
    Ok(changed.is_some())
}
