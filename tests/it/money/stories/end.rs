//! What must be true once all stories are told.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use vizit::{
    domain::ids::{RefundId, TelegramId},
    services::{booking, browse::Viewer, payments},
};

use super::Studio;
use crate::harness::{ADMIN, check_bookings};

const BLOCKED: &str = "SELECT count(*) FROM bookings WHERE status IN ('held', 'awaiting_payment')";

impl Studio {
    /// All is over: every hold has run out, and all that is due has gone back.
    pub(super) async fn close(&self) {
        let services = &self.replicas[0];
        self.wait(TimeDelta::days(1));
        // The sweep leaves alone what is locked, and the server may still be taking back what a story has dropped.
        for _ in 0..500 {
            let done = booking::sweep(services).await.expect("a sweep")
                + payments::follow(services).await.expect("a look");
            if done == 0 && self.number(BLOCKED).await == 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let due: Vec<(i64, bool)> = sqlx::query_as(
            "SELECT r.id, r.by_hand OR p.currency <> 'XTR' FROM refunds r JOIN payments p ON p.id = r.payment_id \
             WHERE r.state = 'due'",
        )
        .fetch_all(&self.pool)
        .await
        .expect("what is due");
        let viewer = Viewer { person: TelegramId(ADMIN), client: None, master: None, is_admin: true };
        for (refund, by_hand) in due {
            if by_hand {
                let mut transaction = self.pool.begin().await.expect("a transaction");
                payments::close(&mut transaction, services, viewer, RefundId(refund))
                    .await
                    .expect("given back");
                transaction.commit().await.expect("a commit");
            } else {
                payments::sent(services, RefundId(refund)).await.expect("given back");
            }
        }
    }

    pub(super) async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.expect("a number")
    }

    pub(super) async fn check(&self) {
        check_bookings(&self.pool).await;
        let taken = i64::try_from(self.charges.load(Ordering::SeqCst)).expect("small");
        assert_eq!(self.number("SELECT count(*) FROM payments").await, taken, "every charge is written down");
        assert_eq!(self.number(BLOCKED).await, 0, "no time is blocked after it all");
        let unpaid = "SELECT count(*) FROM bookings WHERE status = 'confirmed' AND deposit_minor IS NOT NULL AND NOT EXISTS ( \
            SELECT FROM voucher_uses u WHERE u.booking_id = bookings.id AND u.given_back_at IS NULL) AND NOT EXISTS ( \
            SELECT FROM payments p JOIN invoices i ON i.id = p.invoice_id WHERE i.booking_id = bookings.id \
              AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id))";
        assert_eq!(self.number(unpaid).await, 0, "no visit stands unpaid");
        let owed = "SELECT coalesce(sum(CASE WHEN credit = 'refunds' THEN amount_minor ELSE -amount_minor END), 0)::bigint \
            FROM ledger WHERE 'refunds' IN (credit, debit)";
        assert_eq!(self.number(owed).await, 0, "all that was due has gone back");
        let held = "SELECT coalesce(sum(CASE WHEN debit IN ('stars', 'provider') THEN amount_minor ELSE 0 END) \
            - sum(CASE WHEN credit IN ('stars', 'provider') THEN amount_minor ELSE 0 END), 0)::bigint FROM ledger";
        let ours = "SELECT coalesce(sum(p.amount_minor), 0)::bigint FROM payments p \
            WHERE NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id AND r.voucher_id IS NULL)";
        // What went back in part was kept in part.
        let kept = "SELECT coalesce(sum(p.amount_minor - r.amount_minor), 0)::bigint FROM refunds r \
            JOIN payments p ON p.id = r.payment_id WHERE r.voucher_id IS NULL";
        assert_eq!(
            self.number(held).await,
            self.number(ours).await + self.number(kept).await,
            "the books hold what was not given back"
        );
    }
}
