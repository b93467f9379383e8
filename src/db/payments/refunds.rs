//! Money that goes back.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    db::{DbError, rows::Place},
    domain::{
        ids::{BookingId, PaymentId, RefundId, TelegramId, VoucherId},
        payment::{Method, RefundReason},
    },
};

/// Decides that a payment goes back, all of it or a part; `None` when that is decided already.
pub async fn refund(
    conn: &mut PgConnection,
    payment: PaymentId,
    reason: RefundReason,
    by_hand: bool,
    part: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Option<RefundId>, DbError> {
    let id = sqlx::query_scalar!(
        r#"INSERT INTO refunds (payment_id, reason, state, by_hand, requested_at, amount_minor)
           SELECT id, $2::text::refund_reason, 'due', $3, $4, coalesce($5, amount_minor) FROM payments WHERE id = $1
           ON CONFLICT (payment_id) DO NOTHING RETURNING id"#,
        payment.0,
        reason.label(),
        by_hand,
        now,
        part,
    );
    Ok(id.fetch_optional(conn).await?.map(RefundId))
}

/// Money that goes back, or has gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub id: RefundId,
    pub payment: PaymentId,
    pub payer: TelegramId,
    pub charge: String,
    pub provider_charge: String,
    /// All of the payment, or a part.
    pub amount_minor: i64,
    pub is_part: bool,
    pub currency: String,
    pub reason: RefundReason,
    pub by_hand: bool,
    pub is_done: bool,
    pub booking: Option<BookingId>,
}

impl Refund {
    /// How the money came.
    pub fn method(&self) -> Method {
        Method::of_code(&self.currency)
    }
}

struct RefundRow {
    id: i64,
    payment_id: i64,
    payer: i64,
    charge_id: String,
    provider_charge_id: String,
    amount_minor: i64,
    is_part: bool,
    currency: String,
    reason: String,
    by_hand: bool,
    is_done: bool,
    booking_id: Option<i64>,
}

macro_rules! refunds {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            RefundRow,
            r#"SELECT r.id, r.payment_id, p.payer, p.charge_id, p.provider_charge_id, r.amount_minor,
                      r.amount_minor <> p.amount_minor AS "is_part!", p.currency,
                      r.reason::text AS "reason!", r.by_hand, r.state = 'done' AS "is_done!", i.booking_id AS "booking_id?"
               FROM refunds r JOIN payments p ON p.id = r.payment_id LEFT JOIN invoices i ON i.id = p.invoice_id
               WHERE "# + $tail
            $(, $argument)*
        )
    };
}

impl TryFrom<RefundRow> for Refund {
    type Error = DbError;

    fn try_from(row: RefundRow) -> Result<Refund, DbError> {
        let place = Place { table: "refunds", row: &row.id };
        Ok(Refund {
            id: RefundId(row.id),
            payment: PaymentId(row.payment_id),
            payer: TelegramId(row.payer),
            charge: row.charge_id,
            provider_charge: row.provider_charge_id,
            amount_minor: row.amount_minor,
            is_part: row.is_part,
            currency: row.currency,
            reason: RefundReason::from_label(&row.reason).ok_or_else(|| place.bad("reason"))?,
            by_hand: row.by_hand,
            is_done: row.is_done,
            booking: row.booking_id.map(BookingId),
        })
    }
}

/// A refund, locked until the transaction ends.
pub async fn refund_by_id(conn: &mut PgConnection, refund: RefundId) -> Result<Option<Refund>, DbError> {
    refunds!("r.id = $1 FOR NO KEY UPDATE OF r", refund.0)
        .fetch_optional(conn)
        .await?
        .map(Refund::try_from)
        .transpose()
}

/// How much has still to go back.
pub async fn count_due(conn: &mut PgConnection) -> Result<i64, DbError> {
    let due = sqlx::query_scalar!(r#"SELECT count(*) AS "due!" FROM refunds WHERE state = 'due'"#);
    Ok(due.fetch_one(conn).await?)
}

/// What has still to go back by a person's hand, the oldest first.
pub async fn by_hand(conn: &mut PgConnection, limit: i64) -> Result<Vec<RefundId>, DbError> {
    let due = sqlx::query_scalar!(
        r#"SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id
           WHERE r.state = 'due' AND (r.by_hand OR p.currency <> 'XTR') ORDER BY r.id LIMIT $1"#,
        limit
    );
    Ok(due.fetch_all(conn).await?.into_iter().map(RefundId).collect())
}

/// The money of a payment has gone back: by itself, by an admin's hand, or as a voucher.
pub async fn refunded(
    conn: &mut PgConnection,
    refund: RefundId,
    by: Option<TelegramId>,
    voucher: Option<VoucherId>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE refunds SET state = 'done', done_at = $2, done_by = $3, voucher_id = $4 WHERE id = $1 AND state = 'due'",
        refund.0,
        now,
        by.map(|by| by.0),
        voucher.map(|voucher| voucher.0),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An admin has looked at a refund and lets it go back by itself.
pub async fn release_refund(conn: &mut PgConnection, refund: RefundId) -> Result<(), DbError> {
    sqlx::query!("UPDATE refunds SET by_hand = false WHERE id = $1", refund.0).execute(conn).await?;
    Ok(())
}
