//! Whether payments, bookings and the ledger say the same.

use sqlx::PgConnection;

use crate::{
    db::DbError,
    domain::ids::{BookingId, PaymentId, VoucherId},
};

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Money that neither pays for anything nor goes back.
    NobodyOwns(PaymentId),
    /// The ledger has another sum for a booking ahead than was paid for it.
    Booking(BookingId),
    /// The ledger has another sum for a voucher than is left of it.
    Voucher(VoucherId),
    /// The ledger has another sum for all vouchers than is left of them, in this currency.
    Vouchers(String),
    /// The ledger owes another sum than is to go back, in this currency.
    Owed(String),
}

/// All that must not be, up to a limit.
pub async fn faults(conn: &mut PgConnection, limit: i64) -> Result<Vec<Fault>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT kind AS "kind!", id AS "id!", currency AS "currency!" FROM (
               SELECT 'nobody' AS kind, p.id, '' AS currency FROM payments p
               WHERE NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id)
                 AND NOT EXISTS (
                     SELECT FROM invoices i LEFT JOIN bookings b ON b.id = i.booking_id
                     LEFT JOIN vouchers v ON v.id = i.voucher_id
                     WHERE i.id = p.invoice_id AND i.state = 'paid'
                       AND (b.money IS NOT NULL OR i.purpose = 'tip' OR v.state <> 'unpaid'))
               UNION ALL
               SELECT 'booking', b.id, '' FROM bookings b
               LEFT JOIN (
                   SELECT booking_id, sum(CASE WHEN credit = 'deposits' THEN amount_minor ELSE -amount_minor END) AS sum
                   FROM ledger WHERE 'deposits' IN (credit, debit) GROUP BY booking_id) l ON l.booking_id = b.id
               WHERE (b.money IS NOT NULL OR l.sum IS NOT NULL)
                 AND coalesce(l.sum, 0) <> CASE WHEN b.money = 'deposits' THEN b.deposit_minor ELSE 0 END
               UNION ALL
               SELECT 'voucher', v.id, '' FROM vouchers v
               LEFT JOIN (
                   SELECT voucher_id, sum(CASE WHEN credit = 'vouchers' THEN amount_minor ELSE -amount_minor END) AS sum
                   FROM ledger WHERE 'vouchers' IN (credit, debit) GROUP BY voucher_id) l ON l.voucher_id = v.id
               WHERE coalesce(l.sum, 0) <> v.left_minor
               UNION ALL
               SELECT 'vouchers', 0, l.currency FROM (
                   SELECT currency, sum(CASE WHEN credit = 'vouchers' THEN amount_minor ELSE -amount_minor END) AS sum
                   FROM ledger WHERE 'vouchers' IN (credit, debit) GROUP BY currency) l
               WHERE l.sum <> (SELECT coalesce(sum(v.left_minor), 0) FROM vouchers v WHERE v.currency = l.currency)
               UNION ALL
               SELECT 'owed', 0, owed.currency FROM (
                   SELECT currency,
                          sum(CASE WHEN credit IN ('refunds', 'unknown') THEN amount_minor ELSE 0 END)
                          - sum(CASE WHEN debit IN ('refunds', 'unknown') THEN amount_minor ELSE 0 END) AS sum
                   FROM ledger GROUP BY currency) owed
               CROSS JOIN LATERAL (
                   SELECT coalesce(sum(greatest(r.amount_minor, 0)), 0) AS sum
                   FROM refunds r JOIN payments p ON p.id = r.payment_id
                   WHERE r.state = 'due' AND p.currency = owed.currency) due
               WHERE owed.sum <> due.sum) faults
           LIMIT $1"#,
        limit
    );
    let fault = |kind: &str, id, currency| match kind {
        "nobody" => Fault::NobodyOwns(PaymentId(id)),
        "booking" => Fault::Booking(BookingId(id)),
        "voucher" => Fault::Voucher(VoucherId(id)),
        "vouchers" => Fault::Vouchers(currency),
        _ => Fault::Owed(currency),
    };
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| fault(&row.kind, row.id, row.currency)).collect())
}
