//! Invoices, payments and refunds as rows.

mod audit;
mod ledger;
mod refunds;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    audit::{Fault, faults},
    ledger::{About, Balance, Movement, OwnPayment, balances, movements, of_payer, post},
    refunds::{Refund, by_hand, count_due, refund, refund_by_id, refunded, release_refund},
};
use super::{DbError, rows::Place};
use crate::domain::{
    booking::Status,
    ids::{BookingId, ClientId, InvoiceId, PaymentId, TelegramId},
    ledger::Account,
    money::Money,
    payment::{Invoice, Method, Paid, Pledged, Purpose, State, Subject},
};

/// Asks for money for a booking.
pub async fn open(
    conn: &mut PgConnection,
    booking: BookingId,
    client: ClientId,
    purpose: Purpose,
    amount: Money,
    now: DateTime<Utc>,
) -> Result<InvoiceId, DbError> {
    let id = sqlx::query_scalar!(
        r#"INSERT INTO invoices (payload, client_id, booking_id, method, amount_minor, currency, state, created_at, state_at,
                                 purpose)
           VALUES ($1, $2, $3, $4::text::payment_method, $5, $6::text, 'open', $7, $7, $8::text::invoice_purpose) RETURNING id"#,
        Uuid::new_v4(),
        client.0,
        booking.0,
        Method::of(amount.currency()).label(),
        amount.minor(),
        amount.currency().code(),
        now,
        purpose.label(),
    );
    Ok(InvoiceId(id.fetch_one(conn).await?))
}

/// Locks the booking of an invoice and then the invoice itself, in the order in which everybody locks them.
pub async fn lock(conn: &mut PgConnection, payload: Uuid) -> Result<Option<(Invoice, Subject)>, DbError> {
    let row = sqlx::query!(
        r#"SELECT b.status::text AS "status!", b.hold_until, b.starts_at FROM bookings b
           WHERE b.id = (SELECT i.booking_id FROM invoices i WHERE i.payload = $1) FOR NO KEY UPDATE"#,
        payload
    );
    let Some(row) = row.fetch_optional(&mut *conn).await? else { return Ok(None) };
    let status = Status::from_label(&row.status)
        .ok_or_else(|| Place { table: "bookings", row: &payload }.bad("status"))?;
    let subject = Subject { status, hold_until: row.hold_until, start: row.starts_at };
    sqlx::query!("SELECT id FROM invoices WHERE payload = $1 FOR NO KEY UPDATE", payload)
        .fetch_optional(&mut *conn)
        .await?;
    Ok(by_payload(conn, payload).await?.map(|invoice| (invoice, subject)))
}

struct Row {
    id: i64,
    payload: Uuid,
    telegram_id: i64,
    booking_id: i64,
    purpose: String,
    method: String,
    amount_minor: i64,
    currency: String,
    state: String,
}

macro_rules! invoices {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT i.id, i.payload, c.telegram_id, i.booking_id, i.purpose::text AS "purpose!", i.method::text AS "method!", i.amount_minor,
                      i.currency AS "currency!", i.state::text AS "state!"
               FROM invoices i JOIN clients c ON c.id = i.client_id WHERE "# + $tail
            $(, $argument)*
        )
    };
}

impl TryFrom<Row> for Invoice {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Invoice, DbError> {
        let place = Place { table: "invoices", row: &row.id };
        Ok(Invoice {
            id: InvoiceId(row.id),
            payload: row.payload,
            client: TelegramId(row.telegram_id),
            booking: BookingId(row.booking_id),
            purpose: Purpose::from_label(&row.purpose).ok_or_else(|| place.bad("purpose"))?,
            method: Method::from_label(&row.method).ok_or_else(|| place.bad("method"))?,
            amount: place.money(row.amount_minor, place.currency(&row.currency)?)?,
            state: State::from_label(&row.state).ok_or_else(|| place.bad("state"))?,
        })
    }
}

pub async fn by_payload(conn: &mut PgConnection, payload: Uuid) -> Result<Option<Invoice>, DbError> {
    invoices!("i.payload = $1", payload).fetch_optional(conn).await?.map(Invoice::try_from).transpose()
}

pub async fn invoice(conn: &mut PgConnection, invoice: InvoiceId) -> Result<Option<Invoice>, DbError> {
    invoices!("i.id = $1", invoice.0).fetch_optional(conn).await?.map(Invoice::try_from).transpose()
}

/// Keeps the time of a locked booking while its payer is charged.
pub async fn pledge(conn: &mut PgConnection, pledged: &Pledged, now: DateTime<Utc>) -> Result<(), DbError> {
    if let Some(keep_until) = pledged.keep_until {
        sqlx::query!(
            "UPDATE bookings SET hold_until = $2 WHERE id = $1 AND status = 'awaiting_payment'",
            pledged.invoice.booking.0,
            keep_until,
        )
        .execute(&mut *conn)
        .await?;
    }
    set_state(conn, &pledged.invoice, now).await
}

/// Gives up what a client was asked to give and has not given.
pub async fn void_tips(
    conn: &mut PgConnection,
    booking: BookingId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE invoices SET state = 'void', state_at = $2 \
         WHERE booking_id = $1 AND purpose = 'tip' AND state IN ('open', 'pledged')",
        booking.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a tip was paid for a visit.
pub async fn has_tip(conn: &mut PgConnection, booking: BookingId) -> Result<bool, DbError> {
    let has_tip = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM invoices WHERE booking_id = $1 AND purpose = 'tip' AND state = 'paid') AS "has_tip!""#,
        booking.0
    );
    Ok(has_tip.fetch_one(conn).await?)
}

/// Writes down that the rest of a visit was paid at the desk, or that it was not after all; what is to be moved, and
/// between which accounts. `None` when that is written down already.
pub async fn at_desk(
    conn: &mut PgConnection,
    booking: BookingId,
    paid: Option<(Account, Money)>,
) -> Result<Option<(Account, i64)>, DbError> {
    let changed = sqlx::query!(
        r#"WITH old AS (
               SELECT id, desk, desk_minor FROM bookings WHERE id = $1 AND (desk IS NULL) = ($2::text IS NOT NULL)
               FOR NO KEY UPDATE)
           UPDATE bookings SET desk = $2::text::ledger_account, desk_minor = $3 FROM old WHERE bookings.id = old.id
           RETURNING coalesce(old.desk, bookings.desk)::text AS "desk!", coalesce(old.desk_minor, $3) AS "minor!""#,
        booking.0,
        paid.map(|(way, _)| way.label()),
        paid.map(|(_, amount)| amount.minor()),
    );
    let Some(row) = changed.fetch_optional(conn).await? else { return Ok(None) };
    let way = Account::from_label(&row.desk)
        .ok_or_else(|| Place { table: "bookings", row: &booking }.bad("desk"))?;
    Ok(Some((way, row.minor)))
}

/// Writes down where an invoice stands now.
pub async fn set_state(
    conn: &mut PgConnection,
    invoice: &Invoice,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE invoices SET state = $2::text::invoice_state, state_at = $3 WHERE id = $1",
        invoice.id.0,
        invoice.state.label(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps money that came; `None` when this charge is known already.
pub async fn keep(
    conn: &mut PgConnection,
    paid: &Paid,
    invoice: Option<InvoiceId>,
    now: DateTime<Utc>,
) -> Result<Option<PaymentId>, DbError> {
    let id = sqlx::query_scalar!(
        r#"INSERT INTO payments (charge_id, provider_charge_id, payer, payload, amount_minor, currency, invoice_id,
                                 received_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (charge_id) DO NOTHING RETURNING id"#,
        paid.charge,
        paid.provider_charge,
        paid.payer.0,
        paid.payload,
        paid.amount_minor,
        paid.currency,
        invoice.map(|invoice| invoice.0),
        now,
    );
    Ok(id.fetch_optional(conn).await?.map(PaymentId))
}

/// Those of the charges that are known.
pub async fn known(conn: &mut PgConnection, charges: &[String]) -> Result<HashSet<String>, DbError> {
    let known = sqlx::query_scalar!("SELECT charge_id FROM payments WHERE charge_id = ANY($1)", charges);
    Ok(known.fetch_all(conn).await?.into_iter().collect())
}

/// Puts a payment into the inbox as if Telegram had told of it; `false` when its payer is nobody's client.
pub async fn bring_in(
    conn: &mut PgConnection,
    paid: &Paid,
    correlation: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let payload = json!({ "message": {
        "from": { "id": paid.payer.0, "is_bot": false, "first_name": "" },
        "successful_payment": {
            "currency": paid.currency,
            "total_amount": paid.amount_minor,
            "invoice_payload": paid.payload,
            "telegram_payment_charge_id": paid.charge,
            "provider_payment_charge_id": paid.provider_charge,
        },
    }});
    let brought = sqlx::query!(
        r#"INSERT INTO inbox (update_id, person, payload, state, correlation_id, received_at, not_before)
           SELECT nextval('inbox_words'), $1, $2, 'received', $3, $4, $4
           WHERE EXISTS (SELECT FROM clients WHERE telegram_id = $1)"#,
        paid.payer.0,
        payload.to_string(),
        correlation,
        now,
    );
    Ok(brought.execute(conn).await?.rows_affected() > 0)
}

/// A booking whose money is not where its status says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Astray {
    pub booking: BookingId,
    pub status: Status,
    pub is_late_cancel: bool,
    pub money: Account,
    pub payment: Option<PaymentId>,
    pub amount_minor: i64,
    pub currency: String,
}

/// Bookings whose money is not where their status says, locked until the transaction ends; those that somebody else has
/// locked come next time.
pub async fn astray(conn: &mut PgConnection, limit: i64) -> Result<Vec<Astray>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT b.id, b.status::text AS "status!", b.late_cancel, b.money::text AS "money!",
                  b.deposit_minor AS "deposit_minor!", b.currency AS "currency!",
                  (SELECT p.id FROM payments p JOIN invoices i ON i.id = p.invoice_id
                   WHERE i.booking_id = b.id AND i.purpose = 'deposit' AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id)
                   ORDER BY p.id LIMIT 1) AS payment_id
           FROM bookings b
           WHERE money = 'deposits' AND status <> 'confirmed' OR money = 'sales' AND status <> 'completed'
              OR money = 'fees' AND status = 'completed'
           ORDER BY b.id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED"#,
        limit
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "bookings", row: &row.id };
            Ok(Astray {
                booking: BookingId(row.id),
                status: Status::from_label(&row.status).ok_or_else(|| place.bad("status"))?,
                is_late_cancel: row.late_cancel,
                money: Account::from_label(&row.money).ok_or_else(|| place.bad("money"))?,
                payment: row.payment_id.map(PaymentId),
                amount_minor: row.deposit_minor,
                currency: row.currency,
            })
        })
        .collect()
}

/// Writes down where the money of a booking is now.
pub async fn set_money(conn: &mut PgConnection, booking: BookingId, money: Account) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE bookings SET money = $2::text::ledger_account WHERE id = $1",
        booking.0,
        money.label()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Active locations with deposits, their own or their services', in another currency than Stars; by key.
pub async fn asking_for_a_provider(conn: &mut PgConnection) -> Result<Vec<String>, DbError> {
    let keys = sqlx::query_scalar!(
        r#"SELECT l.key AS "key!" FROM locations l
           WHERE l.active AND l.currency <> 'XTR' AND (l.deposits <> '{}' OR EXISTS (
               SELECT FROM services s WHERE s.location_id = l.id AND s.active AND s.deposits <> '{}'))
           ORDER BY l.position"#
    );
    Ok(keys.fetch_all(conn).await?)
}

/// Invoices that are for nothing any more and still show a button, with their clients and messages, as closed from now
/// on. One whose message is on its way is left for later.
pub async fn close_void(
    conn: &mut PgConnection,
    limit: i64,
) -> Result<Vec<(InvoiceId, TelegramId, Option<i32>)>, DbError> {
    let rows = sqlx::query!(
        r#"WITH over AS (
               SELECT i.id, o.recipient, o.message_id, o.state FROM invoices i
               JOIN outbox o ON o.dedupe_key = 'invoice:' || i.id
               WHERE i.state = 'void' AND NOT i.is_closed AND o.state <> 'waiting'
               ORDER BY i.id LIMIT $1 FOR NO KEY UPDATE OF i SKIP LOCKED)
           UPDATE invoices SET is_closed = true FROM over WHERE invoices.id = over.id
           RETURNING invoices.id, over.recipient, over.message_id"#,
        limit
    );
    let rows = rows.fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (InvoiceId(row.id), TelegramId(row.recipient), row.message_id)).collect())
}
