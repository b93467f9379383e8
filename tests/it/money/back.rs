//! What goes back: in part, or as a voucher.

use chrono::TimeDelta;

use super::{in_stars, is_asked, moved, with_deposits};
use crate::harness::{ADMIN, run};

#[test]
fn a_late_cancellation_keeps_a_share_and_gives_the_rest_back() {
    run(async |t| {
        t.offers(&with_deposits().replace("late_cancel", "late_fee = \"25%\"\nlate_cancel")).await;
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "24", "09:00").await;
        ann.pays().await;
        t.advance(TimeDelta::hours(2));
        ann.taps("Cancel the visit").await;
        ann.sees("€5 of what you have paid will be kept, and you will get €15 back");
        ann.taps("Yes, cancel it").await;
        ann.waits_for("€15 will go back to you within a few days").await;
        assert_eq!((moved(t, "deposits", "fees").await, moved(t, "deposits", "refunds").await), (500, 1500));
        ann.says("/visits").await;
        ann.taps("Past visits").await;
        ann.taps("Massage").await;
        ann.sees("€5 was kept, €15 goes back");
        olga.waits_for("Please give €15 back").await;
        olga.taps("It is given back").await;
        ann.waits_for("€15 went back to you").await;
        assert_eq!(moved(t, "refunds", "provider").await, 1500);
        assert_eq!(olga.heard("cancelled late; this is what is not kept"), 1);
        ann.says("/paysupport").await;
        ann.sees("€20, of which €15 – gone back to you");
    });
}

/// Telegram gives Stars back as a whole or not at all.
#[test]
fn where_no_part_can_go_back_the_rest_is_a_voucher() {
    run(async |t| {
        t.offers(&in_stars().replace("late_cancel", "late_fee = \"25%\"\nlate_cancel")).await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "24", "09:00").await;
        ann.pays().await;
        t.advance(TimeDelta::hours(2));
        ann.taps("Cancel the visit").await;
        ann.sees("⭐5 of what you have paid will be kept, and ⭐15 will be on your voucher.");
        ann.taps("Yes, cancel it").await;
        ann.waits_for("A voucher of yours").await;
        ann.says("/vouchers").await;
        ann.sees("Voucher: ⭐15 left");
        assert_eq!(t.sandbox.telegram().stars_balance(), 20);
        assert_eq!((moved(t, "deposits", "fees").await, moved(t, "deposits", "vouchers").await), (5, 15));
        ann.says("/visits").await;
        ann.taps("Past visits").await;
        ann.taps("Massage").await;
        ann.sees("⭐5 was kept, ⭐15 is on a voucher.");
        // Whatever the fee is from now on, what was kept stays what it was.
        sqlx::query("UPDATE locations SET late_fee_percent = 100")
            .execute(&t.pool)
            .await
            .expect("a dearer rule");
        ann.says("/visits").await;
        ann.taps("Past visits").await;
        ann.taps("Massage").await;
        ann.sees("⭐5 was kept, ⭐15 is on a voucher.");
        // It is as good as a deposit for the next visit, though that would ask for more.
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("09:00").await;
        ann.taps("Pay ⭐15 with my voucher").await;
        ann.sees("Your visit is booked");
    });
}

#[test]
fn whoever_prefers_a_voucher_has_it_at_once_and_the_admin_gives_nothing_back() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        is_asked(&ann, "26", "09:00").await;
        ann.pays().await;
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        ann.waits_for("€20 will go back to you").await;
        let (message, data) = ann.button("Rather a voucher");
        // Somebody else's money is not to be had.
        bob.taps_data(bob.screen().id, &data).await;
        assert_eq!(moved(t, "refunds", "vouchers").await, 0);
        ann.taps_data(message, &data).await;
        ann.waits_for("A voucher of yours").await;
        ann.taps_data(message, &data).await;
        assert_eq!(ann.toast().as_deref(), Some("This has been dealt with already."));
        assert_eq!(moved(t, "refunds", "vouchers").await, 2000, "once");
        olga.waits_for("Please do not give €20 back").await;
        olga.taps("It is given back").await;
        assert_eq!(olga.toast().as_deref(), Some("This has been dealt with already."));
        assert_eq!(moved(t, "refunds", "provider").await, 0);
        ann.says("/paysupport").await;
        ann.sees("you took a voucher instead");
        // It pays for the next visit, as far as it goes.
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("09:00").await;
        ann.taps("Pay €20 with my voucher").await;
        ann.sees("Your visit is booked");
    });
}
