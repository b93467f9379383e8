//! What has happened to visits within a stretch of time, out of the audit.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{
    DbError,
    rows::{Names, Place},
};
use crate::domain::{ids::TelegramId, language::LocalText};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Booked,
    Moved,
    Cancelled,
}

/// Something that happened to a visit.
#[derive(Debug, Clone)]
pub struct Happening {
    pub kind: Kind,
    pub starts_at: DateTime<Utc>,
    pub zone: Tz,
    pub master: LocalText,
    pub client: String,
    /// Who did it.
    pub actor: TelegramId,
}

/// In the order in which it happened.
pub async fn between(
    conn: &mut PgConnection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Happening>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT c.id, c.was_at IS NOT NULL AS "is_move!", c.to_status = 'cancelled' AS "is_cancelled!", c.actor_id,
                  b.starts_at, b.zone, m.names AS "master: Names", p.name AS client
           FROM booking_changes c
           JOIN bookings b ON b.id = c.booking_id
           JOIN masters m ON m.id = b.master_id
           JOIN clients p ON p.id = b.client_id
           WHERE c.at >= $1 AND c.at < $2
             AND ((c.to_status = 'confirmed' AND (c.was_at IS NOT NULL OR c.from_status IS DISTINCT FROM 'confirmed'))
                  OR (c.to_status = 'cancelled' AND c.from_status = 'confirmed'))
           ORDER BY c.id LIMIT 200"#,
        from,
        to,
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "booking_changes", row: &row.id };
            let kind = match (row.is_move, row.is_cancelled) {
                (true, _) => Kind::Moved,
                (false, true) => Kind::Cancelled,
                (false, false) => Kind::Booked,
            };
            Ok(Happening {
                kind,
                starts_at: row.starts_at,
                zone: place.zone(&row.zone)?,
                master: place.names(row.master)?,
                client: row.client,
                actor: TelegramId(row.actor_id.unwrap_or_default()),
            })
        })
        .collect()
}
