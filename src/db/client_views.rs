//! Which of the staff has looked at what is known of a client, as rows.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    DbError,
    rows::{Names, Place},
};
use crate::domain::{
    ids::{BookingId, ClientId, MasterId, TelegramId},
    language::LocalText,
};

/// Somebody of the staff has seen what is known of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub at: DateTime<Utc>,
    /// The master's name; whoever else it was is the management.
    pub master: Option<LocalText>,
    /// In a table with others, and not on a card.
    pub is_table: bool,
}

/// Writes down that somebody has seen the client of a visit, unless they have since then.
pub async fn note(
    conn: &mut PgConnection,
    (client, booking): (ClientId, BookingId),
    (viewer, master): (TelegramId, Option<MasterId>),
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"INSERT INTO client_views (client_id, booking_id, viewer, seen_at, master_id)
           SELECT $1, $2, $3, $5, $6
           WHERE NOT EXISTS (SELECT FROM client_views
                             WHERE client_id = $1 AND booking_id = $2 AND viewer = $3 AND seen_at > $4)
             -- Nobody is to be found behind somebody who was forgotten.
             AND EXISTS (SELECT FROM clients WHERE id = $1 AND forgotten_at IS NULL)"#,
        client.0,
        booking.0,
        viewer.0,
        since,
        now,
        master.map(|master| master.0),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down that somebody has taken away a table with these clients, and with those of these visits, unless they have since
/// then.
pub async fn note_table(
    conn: &mut PgConnection,
    (clients, bookings): (&[i64], &[i64]),
    (viewer, master): (TelegramId, Option<MasterId>),
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"INSERT INTO client_views (client_id, viewer, seen_at, master_id)
           SELECT c.id, $3, $5, $6 FROM clients c
           WHERE c.id IN (SELECT unnest($1::bigint[]) UNION SELECT client_id FROM bookings WHERE id = ANY($2))
             AND c.forgotten_at IS NULL AND c.telegram_id <> $3
             AND NOT EXISTS (SELECT FROM client_views v WHERE v.client_id = c.id AND v.viewer = $3
                             AND v.booking_id IS NULL AND v.seen_at > $4)"#,
        clients,
        bookings,
        viewer.0,
        since,
        now,
        master.map(|master| master.0),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Who has seen what is known of a client, the latest first.
pub async fn of_client(conn: &mut PgConnection, client: ClientId, limit: i64) -> Result<Vec<View>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT v.id, v.seen_at, v.booking_id IS NULL AS "is_table!", m.names AS "names?: Names" FROM client_views v
           LEFT JOIN masters m ON m.id = v.master_id
           WHERE v.client_id = $1 ORDER BY v.seen_at DESC, v.id DESC LIMIT $2"#,
        client.0,
        limit,
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "client_views", row: &row.id };
            let master = row.names.map(|names| place.names(names)).transpose()?;
            Ok(View { at: row.seen_at, master, is_table: row.is_table })
        })
        .collect()
}
