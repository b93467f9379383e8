//! What the digests are made of: who works when, what is booked, and how a week was.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use sqlx::{PgConnection, postgres::types::PgRange, types::Json};

use super::{
    DbError,
    availability::HoursRow,
    rows::{Names, Place, pg_range, range},
};
use crate::domain::{
    ids::{MasterId, TelegramId},
    language::LocalText,
    ranges::{Range, Ranges},
    slots::Hours,
};

/// An active master with their work around a stretch of time.
#[derive(Debug, Clone)]
pub struct MasterWork {
    pub id: MasterId,
    pub account: Option<TelegramId>,
    pub names: LocalText,
    /// The zone of the first location where they work.
    pub zone: Tz,
    /// Each on the wall of its location.
    pub hours: Vec<(Tz, Hours)>,
    pub time_off: Ranges,
    /// Visits with their buffers: those that are to take place, and those that did or were to.
    pub busy: Ranges,
}

#[derive(Debug, Deserialize)]
struct ZonedHoursRow {
    zone: String,
    #[serde(flatten)]
    hours: HoursRow,
}

/// All active masters, or the one of an account, in the catalog's order.
pub async fn work(
    conn: &mut PgConnection,
    account: Option<TelegramId>,
    span: Range,
) -> Result<Vec<MasterWork>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT m.id, m.names AS "names: Names", s.telegram_id AS "telegram_id?",
                  (SELECT l.zone FROM locations l WHERE l.active
                   ORDER BY EXISTS (SELECT FROM working_hours h
                                    WHERE h.location_id = l.id AND h.master_id = m.id) DESC, l.position
                   LIMIT 1) AS "zone!",
                  (SELECT coalesce(jsonb_agg(jsonb_build_object(
                              'zone', l.zone, 'weekday', h.weekday, 'starts', h.starts_minute, 'ends', h.ends_minute,
                              'breaks', (SELECT coalesce(jsonb_agg(jsonb_build_array(k.starts_minute, k.ends_minute)), '[]')
                                         FROM breaks k WHERE k.working_hours_id = h.id))), '[]')
                   FROM working_hours h JOIN locations l ON l.id = h.location_id AND l.active
                   WHERE h.master_id = m.id) AS "hours!: Json<Vec<ZonedHoursRow>>",
                  ARRAY(SELECT t.away FROM time_off t WHERE t.master_id = m.id AND t.away && $2)
                      AS "away!: Vec<PgRange<DateTime<Utc>>>",
                  ARRAY(SELECT b.occupied FROM bookings b
                        WHERE b.master_id = m.id AND b.occupied && $2 AND b.status IN ('confirmed', 'completed', 'no_show'))
                      AS "busy!: Vec<PgRange<DateTime<Utc>>>"
           FROM masters m LEFT JOIN staff_roles s ON s.master_id = m.id
           WHERE m.active AND ($1::bigint IS NULL OR s.telegram_id = $1)
             AND EXISTS (SELECT FROM locations l WHERE l.active)
           ORDER BY m.position, m.id"#,
        account.map(|account| account.0),
        pg_range(span),
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "masters", row: &row.id };
            let hours = row
                .hours
                .0
                .into_iter()
                .map(|row| Ok((place.zone(&row.zone)?, row.hours.into_hours(place)?)))
                .collect::<Result<_, DbError>>()?;
            Ok(MasterWork {
                id: MasterId(row.id),
                account: row.telegram_id.map(TelegramId),
                names: place.names(row.names)?,
                zone: place.zone(&row.zone)?,
                hours,
                time_off: row.away.iter().filter_map(range).collect(),
                busy: row.busy.iter().filter_map(range).collect(),
            })
        })
        .collect()
}

/// The figures of a stretch of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Visits that took place, or were to.
    pub visits: i64,
    pub no_shows: i64,
    /// Visits of that time that were cancelled, by whomever.
    pub cancellations: i64,
    /// Clients whose first visit it was.
    pub new_clients: i64,
    /// Of all ratings, in hundredths; `None` without any.
    pub stars: Option<i64>,
}

pub async fn figures(conn: &mut PgConnection, span: Range) -> Result<Figures, DbError> {
    let figures = sqlx::query_as!(
        Figures,
        r#"SELECT count(*) FILTER (WHERE b.status IN ('confirmed', 'completed')) AS "visits!",
                  count(*) FILTER (WHERE b.status = 'no_show') AS "no_shows!",
                  count(*) FILTER (WHERE b.status = 'cancelled') AS "cancellations!",
                  count(DISTINCT b.client_id) FILTER (
                      WHERE b.status IN ('confirmed', 'completed') AND NOT EXISTS (
                          SELECT FROM bookings e WHERE e.client_id = b.client_id AND e.starts_at < $1
                            AND e.status IN ('confirmed', 'completed'))) AS "new_clients!",
                  round(avg(r.stars) * 100)::bigint AS stars
           FROM bookings b LEFT JOIN ratings r ON r.booking_id = b.id
           WHERE b.starts_at >= $1 AND b.starts_at < $2"#,
        span.start(),
        span.end(),
    );
    Ok(figures.fetch_one(conn).await?)
}

/// How many visits of a master are over without anybody having said whether the client came.
pub async fn unanswered(
    conn: &mut PgConnection,
    master: MasterId,
    now: DateTime<Utc>,
) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM bookings
           WHERE master_id = $1 AND status = 'confirmed' AND outcome_asked_at IS NOT NULL AND ends_at <= $2"#,
        master.0,
        now,
    );
    Ok(count.fetch_one(conn).await?)
}
