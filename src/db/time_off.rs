//! Time for which masters are away: what the catalog file says, and what the staff takes in the chat.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, postgres::types::PgRange};

use super::{
    DbError,
    locks::SlotLock,
    rows::{Names, Place, pg_range, range},
};
use crate::domain::{
    ids::{MasterId, TelegramId, TimeOffId},
    language::LocalText,
    ranges::Range,
};

/// A stretch of a master's time off.
#[derive(Debug, Clone)]
pub struct TimeOff {
    pub id: TimeOffId,
    pub master: MasterId,
    pub name: LocalText,
    pub away: Range,
    /// Whether it was taken in the chat, where it can be taken back.
    pub is_from_chat: bool,
}

/// Takes time off; `false` when a visit or a hold of the master is in the way.
pub async fn block(
    lock: &mut SlotLock,
    master: MasterId,
    away: Range,
    by: TelegramId,
) -> Result<bool, DbError> {
    let blocked = sqlx::query_scalar!(
        r#"INSERT INTO time_off (master_id, away, blocked_by)
           SELECT $1, $2, $3
           WHERE NOT EXISTS (
               SELECT FROM bookings b
               WHERE b.master_id = $1 AND b.occupied && $2 AND tstzrange(b.starts_at, b.ends_at, '[)') && $2
                 -- A hold that has run out, too: until it is swept, who read the clock before may confirm it.
                 AND b.status IN ('held', 'awaiting_payment', 'confirmed'))
           RETURNING id"#,
        master.0,
        pg_range(away),
        by.0,
    )
    .fetch_optional(lock.connection())
    .await?;
    Ok(blocked.is_some())
}

/// Takes time off back that was taken in the chat; of one master, or of any. `false` when there is no such.
pub async fn unblock(
    conn: &mut PgConnection,
    time_off: TimeOffId,
    master: Option<MasterId>,
) -> Result<bool, DbError> {
    let gone = sqlx::query!(
        "DELETE FROM time_off WHERE id = $1 AND ($2::int IS NULL OR master_id = $2) AND blocked_by IS NOT NULL",
        time_off.0,
        master.map(|master| master.0),
    )
    .execute(conn)
    .await?;
    Ok(gone.rows_affected() > 0)
}

/// Time off that touches a day, in order; of one master, or of all.
pub async fn by_day(
    conn: &mut PgConnection,
    master: Option<MasterId>,
    day: Range,
) -> Result<Vec<TimeOff>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT t.id, t.master_id, m.names AS "names: Names", t.away AS "away: PgRange<DateTime<Utc>>",
                  t.blocked_by IS NOT NULL AS "is_from_chat!"
           FROM time_off t JOIN masters m ON m.id = t.master_id
           WHERE t.away && $2 AND m.active AND ($1::int IS NULL OR t.master_id = $1)
           ORDER BY lower(t.away), m.position"#,
        master.map(|master| master.0),
        pg_range(day),
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "time_off", row: &row.id };
            Ok(TimeOff {
                id: TimeOffId(row.id),
                master: MasterId(row.master_id),
                name: place.names(row.names)?,
                away: range(&row.away).ok_or_else(|| place.bad("away"))?,
                is_from_chat: row.is_from_chat,
            })
        })
        .collect()
}
