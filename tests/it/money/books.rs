//! What the books say, to the client and to the admin.

use chrono::TimeDelta;

use super::{in_stars, is_asked, with_deposits};
use crate::harness::{ADMIN, run};

#[test]
fn everybody_can_read_the_rules_and_sees_their_own_payments() {
    run(async |t| {
        t.offers(&in_stars()).await;
        let stranger = t.stranger("Cy", "en");
        stranger.says("/terms").await;
        stranger.sees("The rules of paying");
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        ann.says("/paysupport").await;
        ann.sees("You have not paid anything here yet.");
        is_asked(&ann, "26", "09:00").await;
        let charge = ann.pays().await;
        ann.says("/paysupport").await;
        ann.sees(&charge);
        ann.sees("today at 09:00: ⭐20 – paid");
        bob.says("/paysupport").await;
        bob.does_not_see(&charge);
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        ann.waits_for("went back to you").await;
        ann.says("/paysupport").await;
        ann.sees("gone back to you");
    });
}

#[test]
fn the_admin_sees_where_the_money_is_and_takes_the_month_away() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        is_asked(&ann, "26", "09:00").await;
        let charge = ann.pays().await;
        is_asked(&bob, "26", "11:00").await;
        bob.pays().await;
        bob.taps("Cancel the visit").await;
        bob.sees("You will get €20 back within a few days.");
        bob.taps("Yes, cancel it").await;
        t.settle().await;
        olga.says("/ledger").await;
        for line in ["With the provider: €40", "Paid for visits ahead: €20", "To be given back: €20"] {
            olga.sees(line);
        }
        olga.sees("1 payment has still to go back");
        let before = olga.heard("Please give €20 back");
        olga.taps("Show what to give back").await;
        assert_eq!(olga.heard("Please give €20 back"), before + 1);
        olga.says("/ledger").await;
        olga.taps("November 2026 as a table").await;
        let (name, table) = olga.file();
        let table = String::from_utf8(table).expect("text");
        assert_eq!((name.as_str(), table.lines().count()), ("ledger-2026-11.csv", 4));
        assert!(table.contains(&charge), "{table}");
        olga.taps("October 2026 as a table").await;
        let earlier = String::from_utf8(olga.file().1).expect("text");
        assert_eq!(earlier.lines().count(), 1, "only its head");
        ann.says("/ledger").await;
        ann.sees("for the staff");
    });
}

/// Updates are gone when nobody takes them for a day; Telegram's own list of Stars still has them.
#[test]
fn stars_whose_update_was_lost_are_found() {
    run(async |t| {
        t.offers(&in_stars()).await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "30", "09:00").await;
        let checkout = ann.opens_the_payment().await;
        t.stop().await;
        t.sandbox.telegram().pay(&checkout).expect("agreed");
        t.advance(TimeDelta::hours(25));
        t.start().await;
        ann.waits_for("Your visit is booked").await;
        assert_eq!(t.sandbox.telegram().stars_balance(), 20);
        t.restart().await;
        t.settle().await;
        assert_eq!(ann.heard("Your visit is booked"), 1);
    });
}

/// Somebody whom only Telegram knows has paid, and the update was lost: the admin is asked.
#[test]
fn stars_of_a_stranger_whose_update_was_lost_are_found() {
    run(async |t| {
        t.offers(&in_stars()).await;
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let paid = vizit::domain::payment::Paid {
            payer: vizit::domain::ids::TelegramId(777),
            payload: "an old bot's".to_owned(),
            amount_minor: 40,
            currency: "XTR".to_owned(),
            charge: "lost".to_owned(),
            provider_charge: String::new(),
        };
        let long_ago = t.sandbox.clock().now().timestamp() - 90_000;
        for _ in 0..2 {
            let paid = [(paid.clone(), long_ago)];
            vizit::services::payments::find_lost(&t.services(), &paid).await.expect("a look");
        }
        olga.waits_for("please look at it first").await;
        assert_eq!(olga.heard("⭐40"), 1);
        assert_eq!(super::moved(t, "stars", "unknown").await, 40);
    });
}

#[test]
fn the_admin_is_told_when_the_books_do_not_agree() {
    run(async |t| {
        t.expects_errors();
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let services = t.services();
        let told = vizit::services::payments::check_books(&services).await.expect("a look");
        assert_eq!((told, olga.heard("The books do not agree")), (0, 0));
        sqlx::query(
            "INSERT INTO payments (charge_id, provider_charge_id, payer, payload, amount_minor, currency, received_at) \
             VALUES ('lost', '', 1, '', 100, 'EUR', '2026-11-23 08:00Z')",
        )
        .execute(&t.pool)
        .await
        .expect("money without an owner");
        // The bot looks as well, whenever its hour has come.
        for _ in 0..2 {
            vizit::services::payments::check_books(&services).await.expect("a look");
        }
        olga.waits_for("The books do not agree").await;
        t.settle().await;
        assert_eq!(olga.heard("The books do not agree"), 1, "once a day");
        olga.sees("pays for nothing and does not go back");
        sqlx::query("DELETE FROM payments").execute(&t.pool).await.expect("as before");
    });
}
