//! The ledger: movements of money, and where they have brought it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    db::{DbError, rows::Place},
    domain::{
        ids::{BookingId, PaymentId, TelegramId, VoucherId},
        ledger::Account,
        ranges::Range,
    },
};

/// What a movement of money is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct About {
    pub booking: Option<BookingId>,
    pub payment: Option<PaymentId>,
    pub voucher: Option<VoucherId>,
}

/// Writes a movement into the ledger: takes from `from` what it puts into `to`. An amount that is not more than nothing
/// moves nothing.
pub async fn post(
    conn: &mut PgConnection,
    (from, to): (Account, Account),
    (amount_minor, currency): (i64, &str),
    about: About,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"INSERT INTO ledger (at, debit, credit, amount_minor, currency, booking_id, payment_id, voucher_id)
           SELECT $1, $2::text::ledger_account, $3::text::ledger_account, $4::bigint, $5, $6, $7, $8 WHERE $4 > 0"#,
        now,
        to.label(),
        from.label(),
        amount_minor,
        currency,
        about.booking.map(|booking| booking.0),
        about.payment.map(|payment| payment.0),
        about.voucher.map(|voucher| voucher.0),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    pub account: Account,
    pub currency: String,
    /// What the business has, owes or has earned; below zero only where somebody has erred.
    pub amount_minor: i64,
}

/// All accounts with something in them, in their order.
pub async fn balances(conn: &mut PgConnection) -> Result<Vec<Balance>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT account::text AS "account!", currency AS "currency!",
                  (CASE WHEN account IN ('stars', 'provider', 'cash', 'card') THEN sum(moved) ELSE -sum(moved) END)::bigint
                      AS "amount!"
           FROM (SELECT debit AS account, currency, amount_minor AS moved FROM ledger
                 UNION ALL SELECT credit, currency, -amount_minor FROM ledger) moves
           GROUP BY account, currency HAVING sum(moved) <> 0 ORDER BY account, currency"#
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let account = Place { table: "ledger", row: &row.account }.account("debit", &row.account)?;
            Ok(Balance { account, currency: row.currency, amount_minor: row.amount })
        })
        .collect()
}

/// A movement, with what a bookkeeper looks for beside it.
#[derive(Debug, Clone)]
pub struct Movement {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub debit: Account,
    pub credit: Account,
    pub amount_minor: i64,
    pub currency: String,
    pub booking: Option<i64>,
    pub charge: Option<String>,
    pub provider_charge: Option<String>,
}

/// What moved in a stretch of time, in order.
pub async fn movements(conn: &mut PgConnection, within: Range) -> Result<Vec<Movement>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT l.id, l.at, l.debit::text AS "debit!", l.credit::text AS "credit!", l.amount_minor, l.currency,
                  l.booking_id, p.charge_id AS "charge_id?", p.provider_charge_id AS "provider_charge_id?"
           FROM ledger l LEFT JOIN payments p ON p.id = l.payment_id
           WHERE l.at >= $1 AND l.at < $2 ORDER BY l.id"#,
        within.start(),
        within.end(),
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "ledger", row: &row.id };
            Ok(Movement {
                debit: place.account("debit", &row.debit)?,
                credit: place.account("credit", &row.credit)?,
                id: row.id,
                at: row.at,
                amount_minor: row.amount_minor,
                currency: row.currency,
                booking: row.booking_id,
                charge: row.charge_id,
                provider_charge: row.provider_charge_id,
            })
        })
        .collect()
}

/// A payment as its payer sees it.
#[derive(Debug, Clone)]
pub struct OwnPayment {
    pub at: DateTime<Utc>,
    pub amount_minor: i64,
    pub currency: String,
    pub charge: String,
    pub back: Option<Back>,
    /// How much of it that is.
    pub back_minor: i64,
}

/// Where a payment stands that is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    Due,
    Done,
    /// Its payer took a voucher instead.
    Voucher,
}

/// What somebody has paid, the newest first.
pub async fn of_payer(
    conn: &mut PgConnection,
    payer: TelegramId,
    limit: i64,
) -> Result<Vec<OwnPayment>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT p.received_at, p.amount_minor, p.currency, p.charge_id, r.state = 'done' AS "is_back?",
                  r.voucher_id, r.amount_minor AS "back_minor?"
           FROM payments p LEFT JOIN refunds r ON r.payment_id = p.id
           WHERE p.payer = $1 ORDER BY p.id DESC LIMIT $2"#,
        payer.0,
        limit,
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    Ok(rows
        .map(|row| OwnPayment {
            at: row.received_at,
            amount_minor: row.amount_minor,
            currency: row.currency,
            charge: row.charge_id,
            back_minor: row.back_minor.unwrap_or_default(),
            back: match (row.is_back, row.voucher_id) {
                (None, _) => None,
                (Some(_), Some(_)) => Some(Back::Voucher),
                (Some(true), None) => Some(Back::Done),
                (Some(false), None) => Some(Back::Due),
            },
        })
        .collect())
}
