//! What is not kept for longer than it is needed.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::DbError;
use crate::domain::ids::TelegramId;

/// Rows of a kind that one pass removes at most.
const AT_ONCE: i64 = 5000;

/// Up to when things are kept no longer.
#[derive(Debug, Clone, Copy)]
pub struct Cutoffs {
    /// Updates that are done with.
    pub updates: DateTime<Utc>,
    /// Messages that were sent, or ended otherwise.
    pub messages: DateTime<Utc>,
    /// Conversations in which nothing has happened.
    pub conversations: DateTime<Utc>,
    /// People who have never agreed to anything.
    pub strangers: DateTime<Utc>,
    /// Who has looked at whom.
    pub views: DateTime<Utc>,
    /// By whom was paid, of those who were forgotten.
    pub accounts: DateTime<Utc>,
}

/// Removes what is older; how many rows that were. Nobody of the staff is a stranger.
pub async fn clean_up(
    conn: &mut PgConnection,
    cutoffs: Cutoffs,
    admins: &[TelegramId],
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    let removed = [
        updates(conn, cutoffs.updates).await?,
        messages(conn, cutoffs.messages, now).await?,
        conversations(conn, cutoffs.conversations).await?,
        strangers(conn, cutoffs.strangers, admins).await?,
        unknown(conn, admins, now).await?,
        views(conn, cutoffs.views).await?,
        marks(conn, now).await?,
        payers(conn, cutoffs.accounts).await?,
    ];
    Ok(removed.iter().sum())
}

async fn updates(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64, DbError> {
    let removed = sqlx::query!(
        r#"DELETE FROM inbox WHERE update_id IN (
               SELECT update_id FROM inbox WHERE state IN ('done', 'failed') AND finished_at < $1
               ORDER BY finished_at LIMIT $2)"#,
        before,
        AT_ONCE,
    );
    Ok(removed.execute(conn).await?.rows_affected())
}

/// Messages, and limits that are not used up any more.
async fn messages(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    let removed = sqlx::query!(
        r#"WITH last_words AS (
               -- To whom it was is all that is known of them.
               DELETE FROM outbox WHERE kind = 'forgotten' AND state <> 'waiting'),
           idle AS (
               DELETE FROM send_budgets WHERE chat <> 0 AND spent_until < $2 AND (closed_until IS NULL OR closed_until < $2))
           DELETE FROM outbox WHERE id IN (
               SELECT id FROM outbox WHERE state NOT IN ('waiting', 'parked') AND finished_at < $1
               ORDER BY finished_at LIMIT $3)"#,
        before,
        now,
        AT_ONCE,
    );
    Ok(removed.execute(conn).await?.rows_affected())
}

/// The next word of such a person finds them at Home.
async fn conversations(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64, DbError> {
    let removed = sqlx::query!(
        r#"DELETE FROM conversations WHERE telegram_id IN (
               SELECT telegram_id FROM conversations WHERE updated_at < $1 ORDER BY updated_at LIMIT $2)"#,
        before,
        AT_ONCE,
    );
    Ok(removed.execute(conn).await?.rows_affected())
}

/// With all that is known of them; not those for whom something is kept, such as a gift that they have taken.
async fn strangers(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    admins: &[TelegramId],
) -> Result<u64, DbError> {
    let admins: Vec<i64> = admins.iter().map(|admin| admin.0).collect();
    let removed = sqlx::query!(
        r#"WITH gone AS (
               DELETE FROM clients WHERE id IN (
                   SELECT c.id FROM clients c
                   WHERE c.consented_at IS NULL AND c.forgotten_at IS NULL AND c.created_at < $1
                     AND c.telegram_id <> ALL($2)
                     AND NOT EXISTS (SELECT FROM staff_roles s WHERE s.telegram_id = c.telegram_id)
                     AND NOT EXISTS (SELECT FROM conversations v
                                     WHERE v.telegram_id = c.telegram_id AND v.updated_at >= $1)
                     AND NOT EXISTS (SELECT FROM bookings b WHERE b.client_id = c.id)
                     AND NOT EXISTS (SELECT FROM vouchers v WHERE v.client_id = c.id)
                     AND NOT EXISTS (SELECT FROM vouchers v WHERE v.buyer_id = c.id)
                     AND NOT EXISTS (SELECT FROM invoices i WHERE i.client_id = c.id)
                     AND NOT EXISTS (SELECT FROM waitlist w WHERE w.client_id = c.id)
                     AND NOT EXISTS (SELECT FROM series s WHERE s.client_id = c.id)
                     AND NOT EXISTS (SELECT FROM payments p WHERE p.payer = c.telegram_id)
                   ORDER BY c.created_at LIMIT $3)
               RETURNING telegram_id),
           talked AS (DELETE FROM conversations v USING gone WHERE v.telegram_id = gone.telegram_id),
           told AS (DELETE FROM outbox o USING gone WHERE o.recipient = gone.telegram_id),
           written AS (DELETE FROM inbox i USING gone
                       WHERE i.person = gone.telegram_id AND i.state IN ('done', 'failed')),
           wished AS (DELETE FROM recipients r USING gone WHERE r.telegram_id = gone.telegram_id)
           SELECT count(*) AS "gone!" FROM gone"#,
        before,
        &admins,
        AT_ONCE,
    );
    Ok(u64::try_from(removed.fetch_one(conn).await?.gone).unwrap_or_default())
}

/// Marks of accounts of which nothing else is known, as of somebody who was forgotten and has blocked the bot.
async fn unknown(conn: &mut PgConnection, admins: &[TelegramId], now: DateTime<Utc>) -> Result<u64, DbError> {
    let admins: Vec<i64> = admins.iter().map(|admin| admin.0).collect();
    let removed = sqlx::query!(
        r#"DELETE FROM recipients r WHERE r.unreachable_since < $1::timestamptz AND r.telegram_id <> ALL($2)
             AND NOT EXISTS (SELECT FROM clients c WHERE c.telegram_id = r.telegram_id)
             AND NOT EXISTS (SELECT FROM staff_roles s WHERE s.telegram_id = r.telegram_id)"#,
        now,
        &admins,
    );
    Ok(removed.execute(conn).await?.rows_affected())
}

async fn views(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64, DbError> {
    let removed = sqlx::query!(
        r#"DELETE FROM client_views WHERE id IN (
               SELECT id FROM client_views WHERE seen_at < $1 ORDER BY seen_at LIMIT $2)"#,
        before,
        AT_ONCE,
    );
    Ok(removed.execute(conn).await?.rows_affected())
}

/// What the staff has said of people who were forgotten.
async fn marks(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, DbError> {
    let removed = sqlx::query!("DELETE FROM kept_regards WHERE kept_until <= $1", now);
    Ok(removed.execute(conn).await?.rows_affected())
}

/// Of a payment by somebody who was forgotten, the amount is kept for ever, but not who it was. What has still to go back does
/// not go to nobody.
async fn payers(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64, DbError> {
    let blanked = sqlx::query!(
        r#"UPDATE payments p SET payer = $2, provider_charge_id = '', payload = ''
           WHERE p.received_at < $1 AND p.payer <> $2
             AND (EXISTS (SELECT FROM invoices i JOIN clients c ON c.id = i.client_id
                          WHERE i.id = p.invoice_id AND c.forgotten_at IS NOT NULL)
                  OR NOT EXISTS (SELECT FROM clients c WHERE c.telegram_id = p.payer))
             AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id AND r.state = 'due')
             -- Nor has it been decided yet what becomes of the money for a visit that is off.
             AND NOT EXISTS (SELECT FROM invoices i JOIN bookings b ON b.id = i.booking_id
                             WHERE i.id = p.invoice_id AND b.money = 'deposits')"#,
        before,
        TelegramId::NOBODY.0,
    );
    Ok(blanked.execute(conn).await?.rows_affected())
}
