//! Wishes to be forgotten as rows, and the forgetting itself.

mod wishes;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

pub use self::wishes::{Named, Wishes, carry_over, cool_again, keep_code, named, wishes};
use super::DbError;
use crate::domain::{
    erasure::{Code, NOBODY, account},
    ids::{BookingId, ClientId, ErasureId, MessageId, TelegramId},
    language::Language,
};

/// A wish to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    pub due_at: DateTime<Utc>,
    /// Neither done nor withdrawn.
    pub is_open: bool,
    /// Names the client once they are nobody.
    pub code: Code,
    /// The last of their visits that its reader may open.
    pub visit: Option<BookingId>,
}

/// Somebody whose wish is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub id: ErasureId,
    pub client: ClientId,
    pub account: TelegramId,
    pub language: Language,
    pub asked_at: DateTime<Utc>,
}

/// Writes down the wish of a client; `None` when there is one already.
pub async fn ask(
    conn: &mut PgConnection,
    client: ClientId,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<ErasureId>, DbError> {
    let id = sqlx::query_scalar!(
        r#"INSERT INTO erasures (client_id, asked_at, due_at, state, state_at)
           SELECT id, $3, $2, 'asked', $3 FROM clients WHERE id = $1 AND forgotten_at IS NULL
           ON CONFLICT DO NOTHING RETURNING id"#,
        client.0,
        due_at,
        now,
    );
    Ok(id.fetch_optional(conn).await?.map(ErasureId))
}

/// Takes the wish of a client back; `None` when there is none any more.
pub async fn withdraw(
    conn: &mut PgConnection,
    client: ClientId,
    now: DateTime<Utc>,
) -> Result<Option<ErasureId>, DbError> {
    let id = sqlx::query_scalar!(
        "UPDATE erasures SET state = 'withdrawn', state_at = $2 WHERE client_id = $1 AND state = 'asked' RETURNING id",
        client.0,
        now,
    );
    Ok(id.fetch_optional(conn).await?.map(ErasureId))
}

/// When a client will be forgotten, where they want to be.
pub async fn due_at(conn: &mut PgConnection, client: ClientId) -> Result<Option<DateTime<Utc>>, DbError> {
    let due =
        sqlx::query_scalar!("SELECT due_at FROM erasures WHERE client_id = $1 AND state = 'asked'", client.0);
    Ok(due.fetch_optional(conn).await?)
}

/// With the last visit that its reader may open: a master their own, the management any.
pub async fn erasure(
    conn: &mut PgConnection,
    erasure: ErasureId,
    (reader, is_admin): (TelegramId, bool),
) -> Result<Option<Erasure>, DbError> {
    let row = sqlx::query!(
        r#"SELECT e.due_at, e.state = 'asked' AS "is_open!", e.client_id, c.created_at,
                  (SELECT b.id FROM bookings b WHERE b.client_id = e.client_id
                     AND b.status IN ('confirmed', 'completed', 'no_show', 'cancelled')
                     AND ($3 OR EXISTS (SELECT FROM staff_roles s WHERE s.master_id = b.master_id AND s.telegram_id = $2))
                   ORDER BY b.starts_at DESC LIMIT 1) AS visit
           FROM erasures e JOIN clients c ON c.id = e.client_id WHERE e.id = $1"#,
        erasure.0,
        reader.0,
        is_admin,
    );
    Ok(row.fetch_optional(conn).await?.map(|row| Erasure {
        due_at: row.due_at,
        is_open: row.is_open,
        code: Code::of(ClientId(row.client_id), row.created_at),
        visit: row.visit.map(BookingId),
    }))
}

/// The accounts of the staff who have had a client since then, or will.
pub async fn who_knows(
    conn: &mut PgConnection,
    client: ClientId,
    since: DateTime<Utc>,
) -> Result<Vec<TelegramId>, DbError> {
    let accounts = sqlx::query_scalar!(
        r#"SELECT DISTINCT s.telegram_id AS "account!" FROM bookings b
           JOIN staff_roles s ON s.master_id = b.master_id AND s.telegram_id IS NOT NULL
           WHERE b.client_id = $1 AND b.starts_at >= $2
             AND b.status IN ('confirmed', 'completed', 'no_show', 'cancelled') ORDER BY 1"#,
        client.0,
        since,
    );
    Ok(accounts.fetch_all(conn).await?.into_iter().map(TelegramId).collect())
}

/// The wish that is due for the longest, but for those left out, locked together with its client, who gets no new booking
/// then. It waits where somebody was told to be charged since then, or has said something that was not heard yet.
pub async fn next_due(
    conn: &mut PgConnection,
    leave_out: &[ErasureId],
    charged_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<Due>, DbError> {
    let leave_out: Vec<i64> = leave_out.iter().map(|erasure| erasure.0).collect();
    let row = sqlx::query!(
        r#"SELECT e.id, c.id AS client_id, c.telegram_id, c.language, e.asked_at
           FROM erasures e JOIN clients c ON c.id = e.client_id
           WHERE e.state = 'asked' AND e.due_at <= $1 AND e.id <> ALL($3)
             AND NOT EXISTS (SELECT FROM invoices i
                             WHERE i.client_id = c.id AND i.state = 'pledged' AND i.state_at > $2)
             AND NOT EXISTS (SELECT FROM inbox n
                             WHERE n.person = c.telegram_id AND n.state IN ('received', 'applied') AND n.update_id >= 0)
           ORDER BY e.due_at, e.id LIMIT 1 FOR UPDATE OF e, c SKIP LOCKED"#,
        now,
        charged_since,
        &leave_out,
    );
    Ok(row.fetch_optional(conn).await?.map(|row| Due {
        id: ErasureId(row.id),
        client: ClientId(row.client_id),
        account: TelegramId(row.telegram_id),
        language: Language::from_tag(&row.language).unwrap_or(Language::DEFAULT),
        asked_at: row.asked_at,
    }))
}

/// What a client has ahead of them: visits, and times that are kept for them.
pub async fn ahead(
    conn: &mut PgConnection,
    client: ClientId,
    now: DateTime<Utc>,
) -> Result<Vec<BookingId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"SELECT id FROM bookings WHERE client_id = $1 AND status IN ('held', 'awaiting_payment', 'confirmed')
             AND (status <> 'confirmed' OR starts_at > $2) ORDER BY starts_at"#,
        client.0,
        now,
    );
    Ok(ids.fetch_all(conn).await?.into_iter().map(BookingId).collect())
}

/// The messages that show the visits of a client who was forgotten, the latest first: so many as are still looked at.
pub async fn cards_of_staff(
    conn: &mut PgConnection,
    client: ClientId,
) -> Result<Vec<(BookingId, TelegramId)>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT c.booking_id, c.telegram_id FROM cards c JOIN bookings b ON b.id = c.booking_id
           WHERE b.client_id = $1 ORDER BY b.starts_at DESC LIMIT 300"#,
        client.0
    );
    let rows = rows.fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (BookingId(row.booking_id), TelegramId(row.telegram_id))).collect())
}

/// Other messages about the visits of a client who was forgotten, the latest first, as far as it is known where they are: all
/// that are left are the staff's.
pub async fn letters_to_staff(
    conn: &mut PgConnection,
    client: ClientId,
) -> Result<Vec<(BookingId, TelegramId, MessageId)>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (o.message_id, o.recipient) b.id, o.recipient, o.message_id AS "message!"
           FROM outbox o JOIN bookings b ON b.id = o.booking_id
           WHERE b.client_id = $1 AND o.state = 'sent' AND o.message_id IS NOT NULL
             AND NOT EXISTS (SELECT FROM cards k WHERE k.booking_id = b.id AND k.telegram_id = o.recipient
                             AND k.message_id = o.message_id)
           ORDER BY o.message_id DESC, o.recipient LIMIT 300"#,
        client.0
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    Ok(rows.map(|row| (BookingId(row.id), TelegramId(row.recipient), MessageId(row.message))).collect())
}

/// Takes off a client all that is about a person. Visits stay as figures, and accounts as accounts; a mark of the staff is
/// kept for a while.
pub async fn forget(
    conn: &mut PgConnection,
    client: ClientId,
    was: TelegramId,
    mark_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let nobody = account(client);
    // A mark that the staff has lifted since does not come back.
    sqlx::query!("DELETE FROM kept_regards WHERE telegram_id = $1", was.0).execute(&mut *conn).await?;
    sqlx::query!(
        r#"WITH said AS (
               UPDATE ratings SET comment = NULL
               WHERE comment IS NOT NULL AND booking_id IN (SELECT id FROM bookings WHERE client_id = $1)),
           waited AS (
               UPDATE waitlist SET state = 'left', state_at = $2 WHERE client_id = $1 AND state = 'waiting'),
           asked AS (
               UPDATE invoices SET state = 'void', state_at = $2, is_closed = true
               WHERE client_id = $1 AND state IN ('open', 'pledged'))
           DELETE FROM client_views WHERE client_id = $1"#,
        client.0,
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        r#"WITH carded AS (DELETE FROM cards WHERE telegram_id = $1),
           talked AS (DELETE FROM conversations WHERE telegram_id = $1),
           -- What a backup has brought back is not heard once more; but money is money.
           written AS (DELETE FROM inbox WHERE person = $1
                         AND (state IN ('done', 'failed') OR payload NOT LIKE '%"successful_payment"%')),
           told AS (DELETE FROM outbox WHERE recipient = $1),
           wished AS (DELETE FROM recipients WHERE telegram_id = $1),
           -- What they did for others, when they were of the staff.
           changed AS (UPDATE booking_changes SET actor_id = NULL WHERE actor_id = $1),
           blocked AS (UPDATE time_off SET blocked_by = $2 WHERE blocked_by = $1),
           looked AS (UPDATE client_views SET viewer = $2 WHERE viewer = $1),
           regarded AS (UPDATE clients SET regarded_by = $2 WHERE regarded_by = $1),
           gave_back AS (UPDATE refunds SET done_by = $2 WHERE done_by = $1),
           backed_up AS (UPDATE backups SET asked_by = $2 WHERE asked_by = $1),
           kept AS (DELETE FROM backup_messages WHERE recipient = $1),
           -- The mark of the staff outlives its client for a while.
           marked AS (
               INSERT INTO kept_regards (telegram_id, regard, kept_until)
               SELECT $1, regard, $4 FROM clients WHERE telegram_id = $1 AND regard <> 'plain'
               ON CONFLICT (telegram_id) DO UPDATE SET regard = excluded.regard, kept_until = excluded.kept_until)
           INSERT INTO recipients (telegram_id, unreachable_since) VALUES ($2, $3) ON CONFLICT DO NOTHING"#,
        was.0,
        nobody.0,
        now,
        mark_until,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        r#"UPDATE clients SET telegram_id = $2, name = $3, language = 'en', phone = NULL, consented_at = NULL,
                              regard = 'plain', regarded_by = NULL, regarded_at = NULL, forgotten_at = $4
           WHERE id = $1"#,
        client.0,
        nobody.0,
        NOBODY,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down that a client was forgotten, as they had wished.
pub async fn done(
    conn: &mut PgConnection,
    client: ClientId,
    (wished_at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), DbError> {
    sqlx::query!(
        r#"WITH was AS (
               UPDATE erasures SET state = 'done', state_at = $2 WHERE client_id = $1 AND state = 'asked' RETURNING id)
           INSERT INTO erasures (client_id, asked_at, due_at, state, state_at)
           SELECT $1, $3, $2, 'done', $2 WHERE NOT EXISTS (SELECT FROM was)"#,
        client.0,
        now,
        wished_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}
