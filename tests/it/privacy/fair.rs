//! Being forgotten costs nothing, and gains nothing.

use chrono::TimeDelta;

use super::{
    forget::{DAY, NAME, wants_to_be_forgotten},
    has_run, number, stands_in,
};
use crate::{
    harness::{ANNA, run},
    money::with_deposits,
};

#[test]
fn the_time_to_think_costs_nothing() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let ann = t.client(NAME).await;
        ann.looks_for(&["Massage"], "Anna", "24").await;
        ann.taps_exactly("12:00").await;
        ann.taps("Pay").await;
        ann.pays().await;
        // 27 hours before the visit; a day later it would be late.
        wants_to_be_forgotten(&ann).await;
        t.advance(DAY);
        ann.waits_for("You are forgotten").await;
        t.settle().await;
        assert_eq!(number(t, "SELECT count(*) FROM bookings WHERE late_cancel").await, 0);
        assert_eq!(number(t, "SELECT sum(amount_minor)::bigint FROM refunds").await, 2000);
    });
}

#[test]
fn whom_the_studio_has_blocked_does_not_come_back_as_somebody_else() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        let ann = t.client(NAME).await;
        ann.books(&["Massage"], "Anna", "30", "10:00").await;
        anna.says("/day 2026-11-30").await;
        anna.taps("10:00").await;
        anna.taps("Block").await;
        ann.says("/forget").await;
        ann.sees("is kept for a year, with the number of your Telegram account alone");
        ann.taps("Yes, forget me").await;
        t.advance(DAY);
        ann.waits_for("You are forgotten").await;
        assert_eq!(stands_in(t, NAME).await, Vec::<String>::new());
        ann.introduces().await;
        let said = "SELECT count(*) FROM clients WHERE regard = 'blocked' AND regarded_by IS NOT NULL";
        assert_eq!(number(t, said).await, 1, "it is the staff's word, which no rule lifts");
        // What the staff has taken back does not come again.
        sqlx::query("UPDATE clients SET regard = 'plain' WHERE regard = 'blocked'")
            .execute(&t.pool)
            .await
            .expect("trusted again");
        ann.says("/forget").await;
        ann.does_not_see("is kept for a year, with the number");
        ann.taps("Yes, forget me").await;
        t.advance(DAY);
        has_run(t, "erasure").await;
        t.settle().await;
        assert_eq!(number(t, "SELECT count(*) FROM kept_regards").await, 0);
        sqlx::query("INSERT INTO kept_regards VALUES (1, 'flagged', '2026-12-24')")
            .execute(&t.pool)
            .await
            .expect("a mark");
        t.advance(TimeDelta::days(366));
        has_run(t, "inbox_cleanup").await;
        assert_eq!(number(t, "SELECT count(*) FROM kept_regards").await, 0);
    });
}
