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
    ledger::{About, Back, Balance, Movement, OwnPayment, balances, movements, of_payer, post},
    refunds::{Refund, by_hand, count_due, refund, refund_by_id, refunded, release_refund},
};
use super::{DbError, rows::Place};
use crate::domain::{
    booking::{Pays, Status},
    ids::{BookingId, ClientId, InvoiceId, PaymentId, TelegramId, VoucherId},
    ledger::Account,
    money::Money,
    payment::{Invoice, Method, Paid, Pledged, Purpose, State, Subject},
};

/// Asks a client for money.
pub async fn open(
    conn: &mut PgConnection,
    client: ClientId,
    purpose: Purpose,
    amount: Money,
    now: DateTime<Utc>,
) -> Result<InvoiceId, DbError> {
    let id = sqlx::query_scalar!(
        r#"INSERT INTO invoices (payload, client_id, booking_id, method, amount_minor, currency, state, created_at, state_at,
                                 purpose, voucher_id)
           VALUES ($1, $2, $3, $4::text::payment_method, $5, $6::text, 'open', $7, $7, $8::text::invoice_purpose, $9)
           RETURNING id"#,
        Uuid::new_v4(),
        client.0,
        purpose.booking().map(|booking| booking.0),
        Method::of(amount.currency()).label(),
        amount.minor(),
        amount.currency().code(),
        now,
        purpose.label(),
        purpose.voucher().map(|voucher| voucher.0),
    );
    Ok(InvoiceId(id.fetch_one(conn).await?))
}

/// Locks the booking of an invoice, where it is about one, and then the invoice itself, in the order in which everybody
/// locks them.
pub async fn lock(
    conn: &mut PgConnection,
    payload: Uuid,
) -> Result<Option<(Invoice, Option<Subject>)>, DbError> {
    let row = sqlx::query!(
        r#"SELECT b.status::text AS "status!", b.hold_until, b.starts_at FROM bookings b
           WHERE b.id = (SELECT i.booking_id FROM invoices i WHERE i.payload = $1) FOR NO KEY UPDATE"#,
        payload
    );
    let subject = match row.fetch_optional(&mut *conn).await? {
        Some(row) => {
            let status = Status::from_label(&row.status)
                .ok_or_else(|| Place { table: "bookings", row: &payload }.bad("status"))?;
            Some(Subject { status, hold_until: row.hold_until, start: row.starts_at })
        }
        None => None,
    };
    sqlx::query!("SELECT id FROM invoices WHERE payload = $1 FOR NO KEY UPDATE", payload)
        .fetch_optional(&mut *conn)
        .await?;
    Ok(by_payload(conn, payload).await?.map(|invoice| (invoice, subject)))
}

struct Row {
    id: i64,
    payload: Uuid,
    telegram_id: i64,
    booking_id: Option<i64>,
    voucher_id: Option<i64>,
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
            r#"SELECT i.id, i.payload, c.telegram_id, i.booking_id, i.voucher_id, i.purpose::text AS "purpose!",
                      i.method::text AS "method!", i.amount_minor, i.currency AS "currency!", i.state::text AS "state!"
               FROM invoices i JOIN clients c ON c.id = i.client_id WHERE "# + $tail
            $(, $argument)*
        )
    };
}

impl TryFrom<Row> for Invoice {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Invoice, DbError> {
        let place = Place { table: "invoices", row: &row.id };
        let (booking, voucher) = (row.booking_id.map(BookingId), row.voucher_id.map(VoucherId));
        Ok(Invoice {
            id: InvoiceId(row.id),
            payload: row.payload,
            client: TelegramId(row.telegram_id),
            purpose: Purpose::from_parts(&row.purpose, booking, voucher)
                .ok_or_else(|| place.bad("purpose"))?,
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
    if let (Some(keep_until), Some(booking)) = (pledged.keep_until, pledged.invoice.purpose.booking()) {
        sqlx::query!(
            "UPDATE bookings SET hold_until = $2 WHERE id = $1 AND status = 'awaiting_payment'",
            booking.0,
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

/// Gives up the vouchers that a client was about to pay; without a client, those of everybody that are older than `before`.
pub async fn void_vouchers(
    conn: &mut PgConnection,
    client: Option<ClientId>,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE invoices SET state = 'void', state_at = $3 \
         WHERE purpose = 'voucher' AND state IN ('open', 'pledged') \
           AND CASE WHEN $1::bigint IS NULL THEN created_at < $2 ELSE client_id = $1 END",
        client.map(|client| client.0),
        before,
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
    let way = Place { table: "bookings", row: &booking }.account("desk", &row.desk)?;
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
    pub client: ClientId,
    pub status: Status,
    pub is_late_cancel: bool,
    pub by_studio: bool,
    /// Hundredths that are kept of what is cancelled late.
    pub late_fee: u8,
    pub money: Account,
    pub payment: Option<PaymentId>,
    /// What of a voucher has paid, where one has.
    pub pays: Option<Pays>,
    pub amount: Money,
}

/// Bookings whose money is not where their status says, locked until the transaction ends; those that somebody else has
/// locked come next time.
pub async fn astray(conn: &mut PgConnection, limit: i64) -> Result<Vec<Astray>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT b.id, b.client_id, b.status::text AS "status!", b.late_cancel, b.by_studio,
                  coalesce(b.late_fee_percent, 100) AS "late_fee_percent!", b.money::text AS "money!",
                  b.deposit_minor AS "deposit_minor!", b.currency AS "currency!", u.is_visit AS "is_visit?",
                  (SELECT p.id FROM payments p JOIN invoices i ON i.id = p.invoice_id
                   WHERE i.booking_id = b.id AND i.purpose = 'deposit'
                     AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id)
                   ORDER BY p.id LIMIT 1) AS payment_id
           FROM bookings b LEFT JOIN voucher_uses u ON u.booking_id = b.id
           WHERE b.money = 'deposits' AND b.status <> 'confirmed' OR b.money = 'sales' AND b.status <> 'completed'
              OR b.money = 'fees' AND b.status = 'completed'
           ORDER BY b.id LIMIT $1 FOR NO KEY UPDATE OF b SKIP LOCKED"#,
        limit
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "bookings", row: &row.id };
            Ok(Astray {
                booking: BookingId(row.id),
                client: ClientId(row.client_id),
                status: Status::from_label(&row.status).ok_or_else(|| place.bad("status"))?,
                is_late_cancel: row.late_cancel,
                by_studio: row.by_studio,
                late_fee: u8::try_from(row.late_fee_percent).map_err(|_| place.bad("late_fee_percent"))?,
                money: place.account("money", &row.money)?,
                payment: row.payment_id.map(PaymentId),
                pays: row.is_visit.map(|is_visit| if is_visit { Pays::Visit } else { Pays::Amount }),
                amount: place.money(row.deposit_minor, place.currency(&row.currency)?)?,
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

/// Active locations that take money in another currency than Stars: deposits, their own or their services', or vouchers; by
/// key.
pub async fn asking_for_a_provider(conn: &mut PgConnection) -> Result<Vec<String>, DbError> {
    let keys = sqlx::query_scalar!(
        r#"SELECT l.key AS "key!" FROM locations l
           WHERE l.active AND l.currency <> 'XTR' AND (l.deposits <> '{}' OR EXISTS (
               SELECT FROM services s WHERE s.location_id = l.id AND s.active AND s.deposits <> '{}') OR EXISTS (
               SELECT FROM voucher_types v WHERE v.location_id = l.id AND v.active))
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
