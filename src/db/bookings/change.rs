//! From one status to the next, each with its line in the audit.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::By;
use crate::{
    db::{DbError, locks::SlotLock},
    domain::{
        booking::{Booking, Status},
        ids::{BookingId, ClientId, SeriesId},
        voucher::Redemption,
    },
};

/// Turns a client's living hold into a visit, of a series where one is given; `false` when there is no such hold any
/// more.
pub async fn confirm(
    lock: &mut SlotLock,
    booking: BookingId,
    client: ClientId,
    series: Option<SeriesId>,
    by: By,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let change = Change { must_live: true, series, ..Change::of(booking, client, Status::Confirmed) };
    change.make(lock.connection(), by, now).await
}

/// Turns a client's hold that waits for the staff's word into a visit; `false` when it does not wait any more.
pub async fn approve(
    lock: &mut SlotLock,
    booking: BookingId,
    client: ClientId,
    (by, is_admin): (By, bool),
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let change =
        Change { must_live: true, actor: staff(is_admin), ..Change::of(booking, client, Status::Confirmed) };
    change.make(lock.connection(), by, now).await
}

/// Ends a hold that waits for the staff's word; `false` when it does not wait any more.
pub async fn decline(
    conn: &mut PgConnection,
    booking: BookingId,
    client: ClientId,
    (by, is_admin): (By, bool),
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let change =
        Change { actor: staff(is_admin), by_studio: true, ..Change::of(booking, client, Status::Expired) };
    change.make(conn, by, now).await
}

/// Cancels a client's visit on behalf of the studio; `false` when its status does not allow that any more.
pub async fn cancel_by_studio(
    conn: &mut PgConnection,
    booking: BookingId,
    client: ClientId,
    (by, is_admin): (By, bool),
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let change =
        Change { actor: staff(is_admin), by_studio: true, ..Change::of(booking, client, Status::Cancelled) };
    change.make(conn, by, now).await
}

fn staff(is_admin: bool) -> Actor {
    if is_admin { Actor::Admin } else { Actor::Master }
}

/// Who changes a booking. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Client,
    Master,
    Admin,
}

impl Actor {
    fn label(self) -> &'static str {
        match self {
            Actor::Client => "client",
            Actor::Master => "master",
            Actor::Admin => "admin",
        }
    }
}

/// Lets a client's living hold wait for the staff's word until then; `false` when there is no such hold, or when they
/// wait for another already.
pub async fn request(
    lock: &mut SlotLock,
    booking: BookingId,
    client: ClientId,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let requested = sqlx::query!(
        r#"UPDATE bookings SET purpose = 'requested', hold_until = $3
           WHERE id = $1 AND client_id = $2 AND status = 'held' AND hold_until > $4 AND purpose <> 'requested'
             AND NOT EXISTS (SELECT FROM bookings x WHERE x.client_id = $2 AND x.status = 'held'
                               AND x.purpose = 'requested')"#,
        booking.0,
        client.0,
        until,
        now,
    );
    Ok(requested.execute(lock.connection()).await?.rows_affected() > 0)
}

/// Lets a client's living hold wait for its payment until then; `false` when there is no such hold any more.
pub async fn await_payment(
    lock: &mut SlotLock,
    booking: BookingId,
    client: ClientId,
    until: DateTime<Utc>,
    (by, actor): (By, Actor),
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let waits = sqlx::query!(
        r#"WITH changed AS (
               UPDATE bookings SET status = 'awaiting_payment', hold_until = $3, status_at = $4,
                   purpose = CASE WHEN purpose = 'requested' THEN 'offered' ELSE purpose END
               WHERE id = $1 AND client_id = $2 AND status = 'held' AND hold_until > $4 AND deposit_minor IS NOT NULL
                 AND replaces IS NULL
               RETURNING id)
           INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, actor_id, correlation_id)
           SELECT id, $4, 'held', 'awaiting_payment', $5::text::actor, $6, $7 FROM changed"#,
        booking.0,
        client.0,
        until,
        now,
        actor.label(),
        by.client.0,
        by.correlation,
    );
    Ok(waits.execute(lock.connection()).await?.rows_affected() > 0)
}

/// Turns a booking into a visit because it has been paid. One whose hold has run out takes its time again if that is
/// still free; `false` when it is not. The lock must cover its time, its client and its resources.
pub async fn confirm_paid(
    lock: &mut SlotLock,
    booking: BookingId,
    by: By,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let confirmed = sqlx::query!(
        r#"WITH old AS (
               SELECT id, status FROM bookings b
               WHERE b.id = $1 AND b.replaces IS NULL AND b.starts_at > $2 AND (
                   b.status = 'awaiting_payment'
                   OR b.status = 'expired' AND NOT b.by_studio AND NOT EXISTS (
                       SELECT FROM bookings x
                       WHERE x.id <> b.id AND x.status IN ('held', 'awaiting_payment', 'confirmed')
                         AND (x.master_id = b.master_id AND x.occupied && b.occupied
                              OR x.client_id = b.client_id
                                 AND tstzrange(x.starts_at, x.ends_at, '[)') && tstzrange(b.starts_at, b.ends_at, '[)')
                              OR x.resource_ids <> '{}' AND x.resource_ids && b.resource_ids AND x.occupied && b.occupied))
                      AND NOT EXISTS (
                       SELECT FROM time_off t
                       WHERE t.master_id = b.master_id AND t.away && tstzrange(b.starts_at, b.ends_at, '[)')))
               FOR NO KEY UPDATE),
           changed AS (
               UPDATE bookings SET status = 'confirmed', hold_until = NULL, status_at = $2, money = 'deposits'
               FROM old WHERE bookings.id = old.id
               RETURNING bookings.id, old.status AS from_status)
           INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, actor_id, correlation_id)
           SELECT id, $2, from_status, 'confirmed', 'client', $3, $4 FROM changed"#,
        booking.0,
        now,
        by.client.0,
        by.correlation,
    );
    Ok(confirmed.execute(lock.connection()).await?.rows_affected() > 0)
}

/// Turns a client's living hold into a visit that a voucher pays; `false` when there is no such hold any more, or when it
/// costs another sum than was reckoned with.
pub async fn confirm_by_voucher(
    lock: &mut SlotLock,
    card: &Booking,
    redemption: &Redemption,
    by: By,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let confirmed = sqlx::query!(
        r#"WITH changed AS (
               UPDATE bookings SET status = 'confirmed', hold_until = NULL, status_at = $3, money = 'deposits',
                   deposit_minor = $4, deposit_reason = 'voucher', price_minor = $5, discount_minor = $6
               WHERE id = $1 AND client_id = $2 AND status = 'held' AND hold_until > $3 AND replaces IS NULL
                 AND purpose <> 'requested' AND price_minor = $7
               RETURNING id)
           INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, actor_id, correlation_id)
           SELECT id, $3, 'held', 'confirmed', 'client', $8, $9 FROM changed"#,
        card.id.0,
        card.client.0,
        now,
        redemption.amount.minor(),
        redemption.price.minor(),
        redemption.discount.minor(),
        card.price.minor(),
        by.client.0,
        by.correlation,
    );
    Ok(confirmed.execute(lock.connection()).await?.rows_affected() > 0)
}

/// Gives a client's hold back, which frees its time; `false` when it is no hold any more.
pub async fn release(
    conn: &mut PgConnection,
    booking: BookingId,
    client: ClientId,
    by: By,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    Change::of(booking, client, Status::Expired).make(conn, by, now).await
}

/// Cancels a client's hold or visit, which frees its time; `false` when its status does not allow that any more.
pub async fn cancel(
    conn: &mut PgConnection,
    booking: BookingId,
    client: ClientId,
    is_late: bool,
    by: By,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let change = Change { is_late, ..Change::of(booking, client, Status::Cancelled) };
    change.make(conn, by, now).await
}

struct Change {
    booking: BookingId,
    client: ClientId,
    to: Status,
    /// Whether a hold must not have run out.
    must_live: bool,
    is_late: bool,
    series: Option<SeriesId>,
    actor: Actor,
    by_studio: bool,
}

impl Change {
    /// By the client.
    fn of(booking: BookingId, client: ClientId, to: Status) -> Change {
        Change {
            booking,
            client,
            to,
            must_live: false,
            is_late: false,
            series: None,
            actor: Actor::Client,
            by_studio: false,
        }
    }

    async fn make(self, conn: &mut PgConnection, by: By, now: DateTime<Utc>) -> Result<bool, DbError> {
        let from: Vec<String> = self.to.comes_from().iter().map(|status| status.label().to_owned()).collect();
        let changed = sqlx::query_scalar!(
            r#"WITH old AS (
                   SELECT id, status FROM bookings
                   WHERE id = $1 AND client_id = $2 AND status = ANY($3::text[]::booking_status[])
                     AND (NOT $4 OR hold_until > $5)
                     -- A hold that moves a visit becomes no visit of its own.
                     AND (replaces IS NULL OR $6 <> 'confirmed')
                   FOR NO KEY UPDATE),
               changed AS (
                   UPDATE bookings SET
                       status = $6::text::booking_status, hold_until = NULL, status_at = $5, late_cancel = $9,
                       late_fee_percent = CASE WHEN $9 THEN (
                           SELECT l.late_fee_percent FROM locations l WHERE l.id = bookings.location_id) END,
                       by_studio = $12,
                       series_id = coalesce($10, series_id),
                       sequence = sequence + CASE WHEN old.status = 'confirmed' THEN 1 ELSE 0 END
                   FROM old WHERE bookings.id = old.id
                   RETURNING bookings.id, old.status AS from_status)
               INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, actor_id, correlation_id)
               SELECT id, $5, from_status, $6::text::booking_status, $11::text::actor, $7, $8 FROM changed
               RETURNING id"#,
            self.booking.0,
            self.client.0,
            &from,
            self.must_live,
            now,
            self.to.label(),
            by.client.0,
            by.correlation,
            self.is_late,
            self.series.map(|series| series.0),
            self.actor.label(),
            self.by_studio,
        )
        .fetch_optional(conn)
        .await?;
        Ok(changed.is_some())
    }
}

/// Cancels a visit of a series and all that follow it, except where it is too late. A cancellation of what starts at or
/// before `free_before` is late, and refused unless `late_too`; not of what is delayed. Returns how many were cancelled.
pub async fn cancel_from(
    conn: &mut PgConnection,
    first: BookingId,
    client: ClientId,
    free_before: DateTime<Utc>,
    late_too: bool,
    by: By,
    now: DateTime<Utc>,
) -> Result<usize, DbError> {
    let cancelled = sqlx::query_scalar!(
        r#"WITH old AS (
               SELECT b.id FROM bookings b JOIN bookings f ON f.id = $1 AND f.series_id = b.series_id
               WHERE b.client_id = $2 AND b.status = 'confirmed' AND b.starts_at >= f.starts_at AND b.starts_at > $6
                 AND ($4 OR b.starts_at > $3 OR b.delay > 0)
               ORDER BY b.id FOR NO KEY UPDATE OF b),
           changed AS (
               UPDATE bookings SET status = 'cancelled', status_at = $6, late_cancel = starts_at <= $3 AND delay = 0,
                                   late_fee_percent = CASE WHEN starts_at <= $3 AND delay = 0 THEN (
                                       SELECT l.late_fee_percent FROM locations l WHERE l.id = bookings.location_id) END,
                                   sequence = sequence + 1
               FROM old WHERE bookings.id = old.id
               RETURNING bookings.id)
           INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, actor_id, correlation_id)
           SELECT id, $6, 'confirmed', 'cancelled', 'client', $5, $7 FROM changed
           RETURNING id"#,
        first.0,
        client.0,
        free_before,
        late_too,
        by.client.0,
        now,
        by.correlation,
    )
    .fetch_all(conn)
    .await?;
    Ok(cancelled.len())
}

/// Lets a visit take the place of the living hold that was to move it; the hold is over, the visit stays itself.
/// `None` when either is not there any more. The lock must cover both times.
pub async fn move_visit(
    lock: &mut SlotLock,
    hold: BookingId,
    client: ClientId,
    by: By,
    now: DateTime<Utc>,
) -> Result<Option<BookingId>, DbError> {
    let moved = sqlx::query_scalar!(
        r#"WITH pair AS (
               SELECT hold.id AS hold_id, visit.id AS visit_id, visit.master_id AS was_master_id,
                      tstzrange(visit.starts_at, visit.ends_at, '[)') AS was_at,
                      hold.master_id, hold.location_id, hold.starts_at, hold.ends_at, hold.occupied, hold.zone,
                      hold.price_minor, hold.currency, hold.resource_ids
               FROM bookings hold JOIN bookings visit ON visit.id = hold.replaces
               WHERE hold.id = $1 AND hold.client_id = $2 AND hold.status = 'held' AND hold.hold_until > $3
                 AND visit.client_id = $2 AND visit.status = 'confirmed'
               FOR NO KEY UPDATE OF hold, visit),
           ended AS (
               UPDATE bookings SET status = 'expired', hold_until = NULL, status_at = $3
               FROM pair WHERE bookings.id = pair.hold_id
               RETURNING bookings.id),
           moved AS (
               UPDATE bookings SET
                   master_id = pair.master_id, location_id = pair.location_id, starts_at = pair.starts_at,
                   ends_at = pair.ends_at, occupied = pair.occupied, zone = pair.zone, price_minor = pair.price_minor,
                   currency = pair.currency, resource_ids = pair.resource_ids, sequence = sequence + 1,
                   coming_at = NULL, client_late = 0, delay = 0
               -- Counting the ended hold makes it give way before the visit comes.
               FROM pair, (SELECT count(*) FROM ended) AS after_ending
               WHERE bookings.id = pair.visit_id
               RETURNING bookings.id),
           items AS (
               UPDATE booking_items SET names = new.names, minutes = new.minutes, price_minor = new.price_minor
               FROM pair JOIN booking_items new ON new.booking_id = pair.hold_id
               WHERE booking_items.booking_id = pair.visit_id AND booking_items.position = new.position),
           audit AS (
               INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, actor_id, correlation_id,
                                            was_master_id, was_at)
               SELECT hold_id, $3, 'held'::booking_status, 'expired'::booking_status, 'client'::actor, $4::bigint,
                      $5::uuid, NULL::int, NULL::tstzrange FROM pair
               UNION ALL
               SELECT visit_id, $3, 'confirmed', 'confirmed', 'client', $4, $5, was_master_id, was_at FROM pair)
           SELECT id FROM moved"#,
        hold.0,
        client.0,
        now,
        by.client.0,
        by.correlation,
    )
    .fetch_optional(lock.connection())
    .await?;
    Ok(moved.map(BookingId))
}
