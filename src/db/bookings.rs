//! Bookings as rows. Whatever takes time needs a [`SlotLock`]; statuses change only from where they may.

mod cards;
mod change;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    cards::{Card, Rating, ahead_of, by_client, by_day, card, cards, series_from, unanswered},
    change::{
        Actor, approve, await_payment, cancel, cancel_by_studio, cancel_from, confirm, confirm_by_voucher,
        confirm_paid, decline, move_visit, release, request,
    },
};
use super::{DbError, locks::SlotLock, rows::pg_range};
use crate::domain::{
    booking::{Item, Purpose},
    deposit::Deposit,
    ids::{BookingId, ClientId, KindId, LocationId, SeriesId, TelegramId},
    money::Money,
    slots::Slot,
};

/// The client who changes a booking, and in the course of what; for the audit.
#[derive(Debug, Clone, Copy)]
pub struct By {
    pub client: TelegramId,
    pub correlation: Uuid,
}

/// Time to be taken for a client.
#[derive(Debug)]
pub struct NewBooking<'a> {
    pub uid: Uuid,
    pub client: ClientId,
    pub location: LocationId,
    pub slot: Slot,
    pub zone: chrono_tz::Tz,
    pub items: &'a [Item],
    pub price: Money,
    pub deposit: Option<Deposit>,
    /// The kinds of resources of which it needs one each.
    pub kinds: Vec<KindId>,
    pub taking: Taking,
}

/// As what time is taken.
#[derive(Debug, Clone, Copy)]
pub enum Taking {
    Hold {
        until: DateTime<Utc>,
        /// The visit that is to be moved.
        replaces: Option<BookingId>,
        /// How many visits the client may have ahead.
        limit: Option<u32>,
        purpose: Purpose,
    },
    /// One more visit of a series.
    Visit { series: SeriesId },
}

/// Takes time; `None` when the master, the client or a resource has another visit then, or when the client has too
/// many ahead. In the same statement, holds that have run out make room, and the client's own other hold is given up:
/// a person holds one time.
#[expect(clippy::too_many_lines, reason = "one statement makes one round trip")]
pub async fn take(
    lock: &mut SlotLock,
    new: &NewBooking<'_>,
    by: By,
    now: DateTime<Utc>,
) -> Result<Option<BookingId>, DbError> {
    let services: Vec<i32> = new.items.iter().map(|item| item.service.0).collect();
    let names: Vec<serde_json::Value> =
        new.items.iter().map(|item| serde_json::json!(item.names.texts())).collect();
    let minutes: Vec<i32> =
        new.items.iter().map(|item| i32::try_from(item.minutes).unwrap_or(i32::MAX)).collect();
    let prices: Vec<i64> = new.items.iter().map(|item| item.price.minor()).collect();
    let kinds: Vec<i32> = new.kinds.iter().map(|kind| kind.0).collect();
    let (until, replaces, limit, series, purpose) = match new.taking {
        Taking::Hold { until, replaces, limit, purpose } => (Some(until), replaces, limit, None, purpose),
        Taking::Visit { series } => (None, None, None, Some(series), Purpose::Picked),
    };
    let id = sqlx::query_scalar!(
        r#"WITH swept AS (
               UPDATE bookings SET status = 'expired', hold_until = NULL, status_at = $7
               WHERE status IN ('held', 'awaiting_payment')
                 AND ((client_id = $1 AND purpose = 'picked' AND $10::timestamptz IS NOT NULL
                       AND $23::text = 'picked')
                      -- Whoever waits for the staff's word, or has it and has not paid, is told by the job that sweeps.
                      OR (hold_until <= $7 AND purpose <> 'requested'
                          AND NOT (status = 'awaiting_payment' AND purpose = 'offered') AND occupied && $6
                          AND (master_id = $2
                               OR (resource_ids <> '{}' AND resource_ids && ARRAY(
                                       SELECT r.id FROM resources r WHERE r.kind_id = ANY($19::int[]))))))
               RETURNING id, client_id, purpose, (SELECT o.status FROM bookings o WHERE o.id = bookings.id) AS was),
           picked AS (
               -- Any free resource of each needed kind.
               SELECT coalesce(array_agg(free.id), '{}') AS ids, count(*) AS kinds
               FROM unnest($19::int[]) AS needed (kind)
               CROSS JOIN LATERAL (
                   SELECT r.id FROM resources r
                   WHERE r.kind_id = needed.kind AND r.location_id = $3 AND r.active AND NOT EXISTS (
                       SELECT FROM bookings b
                       WHERE b.resource_ids && ARRAY[r.id] AND b.resource_ids <> '{}' AND b.occupied && $6
                         AND b.status IN ('held', 'awaiting_payment', 'confirmed')
                         AND b.id IS DISTINCT FROM $20 AND b.id NOT IN (SELECT id FROM swept))
                   ORDER BY r.position, r.id LIMIT 1) free),
           taken AS (
               INSERT INTO bookings (uid, client_id, master_id, location_id, status, starts_at, ends_at, occupied, zone,
                                     hold_until, price_minor, currency, created_at, status_at, resource_ids, replaces,
                                     series_id, purpose, deposit_minor, deposit_reason, discount_minor)
               -- Counting the swept rows makes them give way before the new one comes.
               SELECT $8, $1, $2, $3,
                      CASE WHEN $10::timestamptz IS NULL THEN 'confirmed' ELSE 'held' END::booking_status,
                      $4, $5, $6, $9, $10, greatest($11 - moving.discount, 0), $12::text, $7, $7, picked.ids, $20, $22,
                      $23::text::hold_purpose, $24, $25::text::deposit_reason, least(moving.discount, $11)
               FROM (SELECT count(*) FROM swept) AS after_sweeping, picked,
                    -- What made a visit cheaper stays with it when it moves.
                    (SELECT coalesce(max(b.discount_minor), 0) AS discount FROM bookings b WHERE b.id = $20) AS moving
               WHERE picked.kinds = cardinality($19::int[])
                 AND NOT EXISTS (
                   SELECT FROM bookings b
                   WHERE b.status IN ('held', 'awaiting_payment', 'confirmed')
                     AND b.id IS DISTINCT FROM $20 AND b.id NOT IN (SELECT id FROM swept)
                     AND ((b.master_id = $2 AND b.occupied && $6)
                          OR (b.client_id = $1 AND tstzrange(b.starts_at, b.ends_at, '[)') && tstzrange($4, $5, '[)'))))
                 AND NOT EXISTS (
                   SELECT FROM time_off t WHERE t.master_id = $2 AND t.away && tstzrange($4, $5, '[)'))
                 AND ($20::bigint IS NULL OR EXISTS (
                   SELECT FROM bookings b WHERE b.id = $20 AND b.client_id = $1 AND b.status = 'confirmed'
                     -- What was paid for it stays what it was paid in.
                     AND b.currency = $12::text))
                 AND ($21::int IS NULL OR $21 > (
                   SELECT count(DISTINCT coalesce(b.series_id, -b.id)) FROM bookings b
                   WHERE b.client_id = $1 AND b.id IS DISTINCT FROM $20
                     -- Whatever is on hold for them may become a visit.
                     AND (b.status = 'confirmed'
                          OR b.status IN ('held', 'awaiting_payment') AND b.hold_until > $7 AND b.replaces IS NULL
                             AND b.id NOT IN (SELECT id FROM swept))
                     AND tstzrange(b.starts_at, b.ends_at, '[)') && tstzrange($7, NULL)))
               RETURNING id, status),
           items AS (
               INSERT INTO booking_items (booking_id, position, service_id, names, minutes, price_minor)
               SELECT taken.id, item.place - 1, item.service_id, item.names, item.minutes, item.price_minor
               FROM taken, unnest($13::int[], $14::jsonb[], $15::int[], $16::bigint[]) WITH ORDINALITY
                   AS item (service_id, names, minutes, price_minor, place)),
           told AS (
               INSERT INTO inbox (update_id, person, payload, state, correlation_id, received_at, not_before)
               SELECT nextval('inbox_words'), c.telegram_id, jsonb_build_object('hold_over', swept.id)::text, 'received',
                      $18, $7, $7
               FROM swept JOIN clients c ON c.id = swept.client_id
               WHERE swept.client_id <> $1 AND swept.purpose = 'picked'),
           audit AS (
               INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, actor_id, correlation_id)
               -- Somebody else's hold ran out by itself; whoever sweeps it only notices.
               SELECT id, $7, was, 'expired'::booking_status,
                      CASE WHEN client_id = $1 THEN 'client' ELSE 'system' END::actor,
                      CASE WHEN client_id = $1 THEN $17::bigint END, $18::uuid
               FROM swept
               UNION ALL SELECT id, $7, NULL, status, 'client'::actor, $17, $18 FROM taken)
           SELECT id FROM taken"#,
        new.client.0,
        new.slot.master.0,
        new.location.0,
        new.slot.visit.start(),
        new.slot.visit.end(),
        pg_range(new.slot.occupied),
        now,
        new.uid,
        new.zone.name(),
        until,
        new.price.minor(),
        new.price.currency().code(),
        &services,
        &names,
        &minutes,
        &prices,
        by.client.0,
        by.correlation,
        &kinds,
        replaces.map(|booking| booking.0),
        limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX)),
        series.map(|series| series.0),
        purpose.label(),
        new.deposit.map(|deposit| deposit.amount.minor()),
        new.deposit.map(|deposit| deposit.reason.label()),
    )
    .fetch_optional(lock.connection())
    .await?;
    Ok(id.map(BookingId))
}

/// Ends up to `limit` holds that have run out and leaves word for their clients; how many there were.
pub async fn sweep(
    conn: &mut PgConnection,
    limit: i64,
    correlation: Uuid,
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    let swept = sqlx::query_scalar!(
        r#"WITH over AS (
               SELECT id, status AS was FROM bookings WHERE status IN ('held', 'awaiting_payment') AND hold_until <= $1
               ORDER BY hold_until LIMIT $2 FOR UPDATE SKIP LOCKED),
           swept AS (
               UPDATE bookings SET status = 'expired', hold_until = NULL, status_at = $1
               FROM over WHERE bookings.id = over.id
               RETURNING bookings.id, bookings.client_id, bookings.purpose, over.was),
           told AS (
               INSERT INTO inbox (update_id, person, payload, state, correlation_id, received_at, not_before)
               SELECT nextval('inbox_words'), c.telegram_id, jsonb_build_object('hold_over', swept.id)::text, 'received',
                      $3, $1, $1
               FROM swept JOIN clients c ON c.id = swept.client_id WHERE swept.purpose = 'picked'),
           declined AS (
               INSERT INTO outbox (dedupe_key, recipient, kind, payload, booking_id, priority, resends, state, created_at,
                                   not_before)
               SELECT 'declined:' || swept.id, c.telegram_id,
                      CASE WHEN was = 'held' THEN 'request_declined' ELSE 'payment_over' END,
                      jsonb_build_object('booking', swept.id), swept.id, 0, true, 'waiting', $1, $1
               FROM swept JOIN clients c ON c.id = swept.client_id
               LEFT JOIN recipients r ON r.telegram_id = c.telegram_id
               WHERE (swept.purpose = 'requested' OR swept.was = 'awaiting_payment' AND swept.purpose = 'offered')
                 AND r.unreachable_since IS NULL
               ON CONFLICT (dedupe_key) DO NOTHING)
           INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, correlation_id)
           SELECT id, $1, was, 'expired', 'system', $3 FROM swept
           RETURNING id"#,
        now,
        limit,
        correlation,
    )
    .fetch_all(conn)
    .await?;
    Ok(u64::try_from(swept.len()).unwrap_or(u64::MAX))
}

/// Founds a series, whose visits are then taken or confirmed with it.
pub async fn new_series(
    lock: &mut SlotLock,
    client: ClientId,
    rule: &str,
    starts_local: chrono::NaiveDateTime,
    zone: chrono_tz::Tz,
    now: DateTime<Utc>,
) -> Result<SeriesId, DbError> {
    let id = sqlx::query_scalar!(
        "INSERT INTO series (client_id, rule, starts_local, zone, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        client.0,
        rule,
        starts_local,
        zone.name(),
        now,
    )
    .fetch_one(lock.connection())
    .await?;
    Ok(SeriesId(id))
}
