//! What clients and staff say of visits: who comes, who is late, who came, and how it was.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{DbError, rows::Place};
use crate::domain::{
    attendance::{Attendance, NoShowRule},
    booking::Status,
    ids::{BookingId, ClientId, TelegramId},
    slots::Regard,
};

/// Marks up to `limit` visits that are over as asked about, and asks their masters, or else the admins. What has been
/// over for days, such as before an update of the program, nobody is asked about one by one. Returns how many.
pub async fn ask_due(
    conn: &mut PgConnection,
    admins: &[TelegramId],
    limit: i64,
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    let admins: Vec<i64> = admins.iter().map(|admin| admin.0).collect();
    let asked = sqlx::query_scalar!(
        r#"WITH over AS (
               SELECT id FROM bookings WHERE status = 'confirmed' AND ends_at <= $1 AND outcome_asked_at IS NULL
               ORDER BY ends_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED),
           asked AS (
               UPDATE bookings SET outcome_asked_at = $1 FROM over WHERE bookings.id = over.id
               RETURNING bookings.id, bookings.master_id, bookings.ends_at),
           told AS (
               INSERT INTO outbox (dedupe_key, recipient, kind, payload, booking_id, priority, resends, state, created_at,
                                   not_before)
               SELECT 'outcome:' || a.id || ':' || who.id, who.id, 'outcome_ask', jsonb_build_object('booking', a.id),
                      a.id, 2, true, 'waiting', $1, $1
               FROM asked a CROSS JOIN LATERAL (
                   SELECT s.telegram_id AS id FROM staff_roles s
                   WHERE s.master_id = a.master_id AND s.telegram_id IS NOT NULL
                   UNION ALL
                   SELECT admin FROM unnest($3::bigint[]) AS admin
                   WHERE NOT EXISTS (SELECT FROM staff_roles s
                                     LEFT JOIN recipients r ON r.telegram_id = s.telegram_id
                                     WHERE s.master_id = a.master_id AND s.telegram_id IS NOT NULL
                                       AND r.unreachable_since IS NULL)) who
               WHERE a.ends_at > $1 - interval '2 days'
                 AND NOT EXISTS (SELECT FROM recipients r
                                 WHERE r.telegram_id = who.id AND r.unreachable_since IS NOT NULL)
               ORDER BY a.ends_at
               ON CONFLICT (dedupe_key) DO NOTHING)
           SELECT count(*) AS "asked!" FROM asked"#,
        now,
        limit,
        &admins,
    );
    Ok(u64::try_from(asked.fetch_one(conn).await?).unwrap_or_default())
}

/// Writes down whether a client came; `false` when the visit's status does not allow it.
pub async fn set(
    conn: &mut PgConnection,
    booking: BookingId,
    attendance: Attendance,
    (by, is_admin): (TelegramId, bool),
    correlation: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let to = if attendance.is_no_show() { Status::NoShow } else { Status::Completed };
    let changed = sqlx::query_scalar!(
        r#"WITH old AS (
               SELECT id, status FROM bookings
               WHERE id = $1 AND status IN ('confirmed', 'completed', 'no_show') AND starts_at <= $4 FOR NO KEY UPDATE),
           changed AS (
               UPDATE bookings SET
                   status = $2::text::booking_status, came_late = $3, outcome_asked_at = coalesce(outcome_asked_at, $4),
                   status_at = CASE WHEN old.status::text = $2 THEN status_at ELSE $4 END
               FROM old WHERE bookings.id = old.id
               RETURNING bookings.id, old.status AS from_status),
           audit AS (
               INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, actor_id, correlation_id)
               SELECT id, $4, from_status, $2::text::booking_status,
                      CASE WHEN $6 THEN 'admin' ELSE 'master' END::actor, $5, $7
               FROM changed WHERE from_status::text <> $2)
           SELECT id FROM changed"#,
        booking.0,
        to.label(),
        attendance == Attendance::CameLate,
        now,
        by.0,
        is_admin,
        correlation,
    );
    Ok(changed.fetch_optional(conn).await?.is_some())
}

/// What the rule about no-shows needs to know of a client.
#[derive(Debug)]
pub struct Record {
    pub rule: NoShowRule,
    pub regard: Regard,
    /// Whether nobody of the staff has ever said how the client is regarded.
    pub is_by_rule: bool,
    /// The visits since somebody has, in order; `true` is a no-show.
    pub visits: Vec<bool>,
}

/// The rule is the one of the booking's location.
pub async fn record(conn: &mut PgConnection, booking: BookingId) -> Result<Option<Record>, DbError> {
    let row = sqlx::query!(
        r#"SELECT c.id, c.regard::text AS "regard!", c.regarded_by IS NULL AS "is_by_rule!",
                  l.flag_after, l.forgive_after,
                  ARRAY(SELECT x.status = 'no_show' FROM bookings x
                        WHERE x.client_id = c.id AND x.status IN ('completed', 'no_show')
                          AND (c.regarded_by IS NULL OR x.starts_at > c.regarded_at)
                        ORDER BY x.starts_at, x.id) AS "visits!"
           FROM bookings b JOIN clients c ON c.id = b.client_id JOIN locations l ON l.id = b.location_id
           WHERE b.id = $1"#,
        booking.0
    );
    let Some(row) = row.fetch_optional(conn).await? else { return Ok(None) };
    let place = Place { table: "clients", row: &row.id };
    Ok(Some(Record {
        rule: NoShowRule {
            flag_after: row.flag_after.map(|after| place.count("flag_after", after)).transpose()?,
            forgive_after: place.count("forgive_after", row.forgive_after)?,
        },
        regard: Regard::from_label(&row.regard).ok_or_else(|| place.bad("regard"))?,
        is_by_rule: row.is_by_rule,
        visits: row.visits,
    }))
}

/// The rule's own word on a client; one by the staff would stand.
pub async fn regard_by_rule(
    conn: &mut PgConnection,
    client: ClientId,
    regard: Regard,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"UPDATE clients SET regard = $2::text::client_regard, regarded_by = NULL, regarded_at = $3
           WHERE id = $1 AND regard <> 'blocked'"#,
        client.0,
        regard.label(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A client says that they are coming.
pub async fn set_coming(
    conn: &mut PgConnection,
    booking: BookingId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!("UPDATE bookings SET coming_at = coalesce(coming_at, $2) WHERE id = $1", booking.0, now)
        .execute(conn)
        .await?;
    Ok(())
}

/// A client says by how many minutes they will be late; who is late is coming.
pub async fn set_client_late(
    conn: &mut PgConnection,
    booking: BookingId,
    minutes: u32,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE bookings SET client_late = $2, coming_at = coalesce(coming_at, $3) WHERE id = $1",
        booking.0,
        i32::try_from(minutes).unwrap_or_default(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A master says by how many minutes each of these visits begins late.
pub async fn set_delays(conn: &mut PgConnection, delays: &[(BookingId, u32)]) -> Result<(), DbError> {
    let ids: Vec<i64> = delays.iter().map(|(booking, _)| booking.0).collect();
    let minutes: Vec<i32> =
        delays.iter().map(|(_, minutes)| i32::try_from(*minutes).unwrap_or_default()).collect();
    sqlx::query!(
        r#"UPDATE bookings SET delay = d.minutes FROM unnest($1::bigint[], $2::int[]) AS d (id, minutes)
           WHERE bookings.id = d.id AND bookings.status = 'confirmed'"#,
        &ids,
        &minutes,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps a client's rating of a visit that took place; the last one counts. `false` when there is no such visit.
pub async fn rate(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
    stars: u8,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let rated = sqlx::query!(
        r#"INSERT INTO ratings (booking_id, stars, rated_at)
           SELECT id, $3, $4 FROM bookings WHERE id = $1 AND client_id = $2 AND status = 'completed'
           ON CONFLICT (booking_id) DO UPDATE SET stars = excluded.stars, rated_at = excluded.rated_at"#,
        booking.0,
        client.0,
        i16::from(stars),
        now,
    );
    Ok(rated.execute(conn).await?.rows_affected() > 0)
}

/// Adds a comment to a client's rating; `false` when there is none.
pub async fn comment(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
    comment: &str,
) -> Result<bool, DbError> {
    let kept = sqlx::query!(
        r#"UPDATE ratings SET comment = $3 FROM bookings b
           WHERE ratings.booking_id = $1 AND b.id = $1 AND b.client_id = $2"#,
        booking.0,
        client.0,
        comment,
    );
    Ok(kept.execute(conn).await?.rows_affected() > 0)
}
