//! What the database itself says of money.

use sqlx::{AssertSqlSafe, PgPool};
use vizit::{
    db::MIGRATOR,
    domain::{
        deposit::Reason,
        ledger::Account,
        payment::{Method, Purpose, RefundReason, State},
        voucher,
    },
};

use super::{
    is_asked,
    vouchers::{buys, with_vouchers},
    with_deposits,
};
use crate::harness::run;

async fn refused(pool: &PgPool, sql: &str) -> String {
    let refused = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(pool).await.expect_err("a refusal");
    refused.to_string()
}

#[test]
fn the_database_refuses_what_must_not_be() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "26", "09:00").await;
        let unpaid = refused(&t.pool, "UPDATE bookings SET status = 'confirmed', hold_until = NULL").await;
        assert!(unpaid.contains("booking_confirmed_is_paid"), "{unpaid}");
        ann.pays().await;
        for sql in ["UPDATE ledger SET amount_minor = 1", "DELETE FROM ledger"] {
            assert!(refused(&t.pool, sql).await.contains("append-only"), "{sql}");
        }
        let back = refused(&t.pool, "UPDATE invoices SET state = 'open'").await;
        assert!(back.contains("does not go from paid to open"), "{back}");
        let twice = "INSERT INTO payments (charge_id, provider_charge_id, payer, payload, amount_minor, currency, received_at) \
            SELECT charge_id, '', payer, payload, amount_minor, currency, received_at FROM payments";
        assert!(refused(&t.pool, twice).await.contains("payments_charge_id_key"));
    });
}

#[test]
fn names_in_the_code_are_names_in_the_database() {
    run(async |t| {
        let labels = async |name: &str| -> Vec<String> {
            let sql = format!("SELECT unnest(enum_range(NULL::{name}))::text");
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&t.pool).await.expect("the labels")
        };
        assert_eq!(labels("ledger_account").await, Account::ALL.map(Account::label));
        assert_eq!(labels("deposit_reason").await, Reason::ALL.map(Reason::label));
        assert_eq!(labels("payment_method").await, Method::ALL.map(Method::label));
        assert_eq!(labels("invoice_purpose").await, Purpose::LABELS);
        assert_eq!(labels("invoice_state").await, State::ALL.map(State::label));
        assert_eq!(labels("voucher_state").await, voucher::State::ALL.map(voucher::State::label));
        assert_eq!(labels("refund_reason").await, RefundReason::ALL.map(RefundReason::label));
    });
}

#[test]
fn the_migration_goes_back_and_forth_over_payments() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        is_asked(&ann, "26", "09:00").await;
        ann.pays().await;
        is_asked(&bob, "26", "11:00").await;
        t.offers(&with_vouchers()).await;
        let cy = t.client("Cy").await;
        for whose in ["For me", "A gift"] {
            buys(&cy, "Ten massages", whose).await;
        }
        cy.looks_for(&["Massage"], "Anna", "27").await;
        cy.taps_exactly("09:00").await;
        cy.taps("Use a visit").await;
        t.stop().await;
        MIGRATOR.undo(&t.pool, 4).await.expect("back to before the vouchers");
        let paid = "SELECT count(*), count(invoice_id) FROM payments";
        let paid: (i64, i64) = sqlx::query_as(paid).fetch_one(&t.pool).await.expect("payments");
        assert_eq!(paid, (3, 1), "no payment is lost");
        MIGRATOR.undo(&t.pool, 3).await.expect("back");
        MIGRATOR.run(&t.pool).await.expect("forth");
        let left: Vec<String> = sqlx::query_scalar("SELECT status::text FROM bookings ORDER BY id")
            .fetch_all(&t.pool)
            .await
            .expect("the bookings");
        assert_eq!(left, ["confirmed", "awaiting_payment", "confirmed"]);
    });
}
