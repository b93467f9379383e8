//! Deposits, from the summary to the receipt; and money that comes when or as it should not.

mod back;
mod books;
mod codes;
mod database;
mod extras;
mod odd;
mod stories;
pub(crate) mod vouchers;

use chrono::TimeDelta;
use vizit::{
    db::bookings::By,
    domain::{
        conversation::{MasterChoice, Wish},
        ids::{BookingId, ClientId, TelegramId},
    },
    services::booking,
};
use vizit_sandbox::{CheckoutState, Content};

use crate::harness::{ADMIN, ANNA, Person, STUDIO, World, run};

/// Three tenths of everything beforehand, twenty for newcomers, all of it for who is flagged.
pub(crate) fn with_deposits() -> String {
    STUDIO.replace(
        "cancel_notice = \"24 h\"",
        "cancel_notice = \"24 h\"\nlate_cancel = \"marked\"\ndeposit = \"30%\"\ndeposit_new = \"20.00\"\ndeposit_flagged = \"full\"",
    )
}

/// The same, in Stars.
fn in_stars() -> String {
    let mut catalog = with_deposits().replace("\"EUR\"", "\"XTR\"").replace("\"20.00\"", "\"20\"");
    for price in ["60", "50", "90"] {
        catalog = catalog.replace(&format!("\"{price}.00\""), &format!("\"{price}\""));
    }
    catalog
}

/// How much moved between two accounts.
async fn moved(t: &World, debit: &str, credit: &str) -> i64 {
    sqlx::query_scalar(
        "SELECT coalesce(sum(amount_minor), 0)::bigint FROM ledger WHERE debit::text = $1 AND credit::text = $2",
    )
    .bind(debit)
    .bind(credit)
    .fetch_one(&t.pool)
    .await
    .expect("a sum")
}

async fn statuses(t: &World, person: &Person) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT b.status::text FROM bookings b JOIN clients c ON c.id = b.client_id WHERE c.telegram_id = $1 ORDER BY b.id",
    )
    .bind(person.id)
    .fetch_all(&t.pool)
    .await
    .expect("statuses")
}

/// Holds the time of a booking for somebody else, if it is free; the bot itself need not run.
async fn tries_to_take(t: &World, person: &Person, status: &str) {
    let services = t.services();
    let id = |sql: &'static str| sqlx::query_scalar::<_, i64>(sql);
    let booking = id("SELECT id FROM bookings WHERE status::text = $1").bind(status).fetch_one(&t.pool);
    let client = id("SELECT id FROM clients WHERE telegram_id = $1").bind(person.id).fetch_one(&t.pool);
    let (booking, client) = (booking.await.expect("a booking"), client.await.expect("a client"));
    let mut conn = t.pool.acquire().await.expect("a connection");
    let card =
        vizit::db::bookings::card(&mut conn, BookingId(booking)).await.expect("a card").expect("a card");
    let (wish, master) = (Wish::again(&card.booking), MasterChoice::One(card.booking.master));
    let by = By { client: TelegramId(person.id), correlation: uuid::Uuid::new_v4() };
    let (start, now) = (card.booking.visit.start(), services.clock.now());
    let held =
        booking::hold(&t.pool, ClientId(client), &wish, master, start, by, now).await.expect("an answer");
    if let Ok(held) = held {
        held.lock.commit().await.expect("held");
    }
}

/// On the summary of a massage with Anna, about to be asked for money.
async fn is_asked(person: &Person, day: &str, time: &str) {
    person.looks_for(&["Massage"], "Anna", day).await;
    person.taps_exactly(time).await;
    person.taps("Pay ").await;
    person.sees("Your time is kept for you");
}

#[test]
fn a_deposit_is_told_with_its_reason_paid_and_books_the_visit() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("09:00").await;
        ann.sees("As this is your first visit, €20 is due now.");
        ann.sees_no_button("Confirm");
        ann.taps("Pay €20 and book").await;
        ann.sees("Please pay €20 with the invoice below until 09:10");
        let Content::Invoice { title, description, currency, amount, is_paid } = ann.invoice().content else {
            panic!("no invoice");
        };
        assert_eq!(
            (title.as_str(), currency.as_str(), amount, is_paid),
            ("Deposit for your visit", "EUR", 2000, false)
        );
        assert!(description.contains("Massage · Anna, Thu 26 Nov, 09:00"), "{description}");
        assert_eq!(anna.heard("A new visit"), 0, "nobody is told before it is paid");
        ann.pays().await;
        ann.sees("Your visit is booked");
        ann.sees("Paid: €20");
        assert_eq!(anna.heard("A new visit"), 1);
        assert_eq!(moved(t, "provider", "deposits").await, 2000);
        assert!(matches!(ann.invoice().content, Content::Invoice { is_paid: true, .. }));
    });
}

#[test]
fn who_is_known_pays_a_share_and_who_is_flagged_pays_all() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "26", "09:00").await;
        ann.pays().await;
        t.advance(TimeDelta::days(4));
        t.settle().await;
        ann.looks_for(&["Massage"], "Anna", "30").await;
        ann.taps_exactly("09:00").await;
        ann.sees("To book it, €18 is due now.");
        sqlx::query("UPDATE clients SET regard = 'flagged'").execute(&t.pool).await.expect("flagged");
        ann.looks_for(&["Massage"], "Anna", "30").await;
        ann.taps_exactly("09:00").await;
        ann.sees("As you have missed visits, €60 is due now.");
        ann.taps("Pay €60 and book").await;
        assert!(
            matches!(&ann.invoice().content, Content::Invoice { title, .. } if title == "Payment for your visit")
        );
    });
}

#[test]
fn a_time_that_is_not_paid_is_free_again_and_its_invoice_is_gone() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        is_asked(&ann, "26", "09:00").await;
        let invoice = ann.invoice().id;
        t.advance(TimeDelta::minutes(10));
        // Telegram's form may still be open; nothing is charged, and the form says why.
        let refused = t.sandbox.telegram().checkout(ann.id, ann.id, invoice).expect("an open form");
        t.settle().await;
        match t.sandbox.telegram().checkout_state(&refused) {
            Some(CheckoutState::Refused(reason)) => assert!(reason.contains("not kept any more"), "{reason}"),
            other => panic!("{other:?}"),
        }
        ann.waits_for("We could not hold the time any longer").await;
        assert!(ann.messages().iter().all(|message| message.id != invoice), "nothing to pay is left");
        ann.sees_button("09:00");
        is_asked(&bob, "26", "09:00").await;
        bob.pays().await;
        bob.sees("Your visit is booked");
        assert_eq!(statuses(t, &ann).await, ["expired"]);
    });
}

#[test]
fn a_refused_card_can_be_tried_again_and_the_time_is_kept_meanwhile() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "26", "09:00").await;
        t.advance(TimeDelta::minutes(9));
        let first = ann.opens_the_payment().await;
        t.sandbox.telegram().fail(&first).expect("a refused card");
        t.advance(TimeDelta::minutes(14));
        t.settle().await;
        let second = ann.opens_the_payment().await;
        t.advance(TimeDelta::minutes(14));
        t.settle().await;
        ann.pays_for(&second).await;
        ann.sees("Your visit is booked");
    });
}

#[test]
fn leaving_gives_the_time_back_and_late_money_takes_it_again_if_it_is_free() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "26", "09:00").await;
        let checkout = ann.opens_the_payment().await;
        ann.taps("Home").await;
        assert_eq!(statuses(t, &ann).await, ["expired"]);
        ann.pays_for(&checkout).await;
        ann.sees("Your visit is booked");
        assert_eq!(statuses(t, &ann).await, ["confirmed"]);
    });
}

#[test]
fn late_money_for_a_time_that_is_taken_goes_back() {
    run(async |t| {
        for (catalog, is_stars) in [(with_deposits(), false), (in_stars(), true)] {
            t.offers(&catalog).await;
            let day = if is_stars { "27" } else { "26" };
            let olga = t.person(ADMIN, "Olga");
            olga.says("/start").await;
            let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
            is_asked(&ann, day, "09:00").await;
            let checkout = ann.opens_the_payment().await;
            t.advance(TimeDelta::minutes(16));
            t.settle().await;
            is_asked(&bob, day, "09:00").await;
            bob.pays().await;
            ann.pays_for(&checkout).await;
            assert_eq!(ann.heard("the time was not free any more. Your money goes back to you"), 1);
            assert_eq!(statuses(t, &ann).await, ["expired"]);
            if is_stars {
                ann.waits_for("⭐20 went back to you").await;
                assert_eq!(t.sandbox.telegram().stars_balance(), 20, "only Bob's");
                assert_eq!(moved(t, "refunds", "stars").await, 20);
            } else {
                ann.waits_for("€20 will go back to you within a few days").await;
                olga.waits_for("Please give €20 back").await;
                let charge = t.sandbox.telegram().payments().pop().expect("a payment").provider_charge;
                assert!(olga.message("Please give €20 back").text.contains(&charge));
                olga.taps("It is given back").await;
                ann.waits_for("€20 went back to you").await;
                olga.taps("It is given back").await;
                assert_eq!(olga.toast().as_deref(), Some("This has been dealt with already."));
                assert_eq!(moved(t, "refunds", "provider").await, 2000, "once");
            }
        }
    });
}

#[test]
fn what_is_paid_twice_goes_back_once() {
    run(async |t| {
        t.offers(&in_stars()).await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "26", "09:00").await;
        // On two devices at the same time.
        let (first, second) = (ann.opens_the_payment().await, ann.opens_the_payment().await);
        let charge = ann.pays_for(&first).await;
        ann.pays_for(&second).await;
        ann.waits_for("⭐20 went back to you").await;
        t.sandbox.telegram().repeat_payment(&charge);
        t.settle().await;
        assert_eq!(t.sandbox.telegram().stars_balance(), 20);
        assert_eq!(statuses(t, &ann).await, ["confirmed"]);
        assert_eq!(ann.heard("Your visit is booked"), 1, "a repeated update says nothing again");
    });
}

#[test]
fn the_money_follows_what_becomes_of_the_visit() {
    run(async |t| {
        t.offers(&in_stars()).await;
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        // Cancelled in time: it goes back, and that is told before.
        is_asked(&ann, "26", "09:00").await;
        ann.pays().await;
        ann.taps("Cancel the visit").await;
        ann.sees("You will get ⭐20 back.");
        ann.taps("Yes, cancel it").await;
        ann.waits_for("⭐20 went back to you").await;
        assert_eq!(moved(t, "deposits", "refunds").await, 20);
        assert_eq!(t.sandbox.telegram().stars_balance(), 0);
        // Cancelled late: it is kept.
        is_asked(&ann, "24", "09:00").await;
        ann.pays().await;
        t.advance(TimeDelta::hours(2));
        ann.taps("Cancel the visit").await;
        ann.sees("The ⭐20 that you have paid will be kept.");
        ann.taps("Yes, cancel it").await;
        assert_eq!(moved(t, "deposits", "fees").await, 20);
        // Missed, and then it turns out that she came after all.
        is_asked(&ann, "25", "09:00").await;
        ann.pays().await;
        t.advance(TimeDelta::days(2));
        t.settle().await;
        anna.taps("Did not come").await;
        assert_eq!(moved(t, "deposits", "fees").await, 40);
        anna.taps("Came").await;
        t.settle().await;
        assert_eq!((moved(t, "fees", "sales").await, moved(t, "deposits", "sales").await), (20, 0));
        // Cancelled by the studio: it goes back however late it is.
        is_asked(&ann, "26", "15:00").await;
        ann.pays().await;
        anna.says("/day 2026-11-26").await;
        anna.taps("15:00").await;
        anna.taps("Cancel").await;
        anna.taps("Yes").await;
        t.settle().await;
        assert_eq!(t.sandbox.telegram().stars_balance(), 40);
    });
}

#[test]
fn whoever_is_approved_pays_then() {
    run(async |t| {
        t.offers(&with_deposits().replace("late_cancel", "approve_flagged = true\nlate_cancel")).await;
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        sqlx::query("UPDATE clients SET regard = 'flagged'").execute(&t.pool).await.expect("flagged");
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("09:00").await;
        ann.sees("Once we have said yes, €60 is due.");
        ann.taps("Confirm").await;
        ann.sees("confirm");
        assert_eq!(t.sandbox.telegram().payments(), []);
        anna.taps("Yes").await;
        ann.waits_for("Approved: please pay until").await;
        ann.pays().await;
        ann.sees("Your visit is booked");
        // And nobody is waited for for ever.
        let bob = t.client("Bob").await;
        sqlx::query("UPDATE clients SET regard = 'flagged'").execute(&t.pool).await.expect("flagged");
        bob.looks_for(&["Massage"], "Anna", "27").await;
        bob.taps_exactly("09:00").await;
        bob.taps("Confirm").await;
        anna.taps("Yes").await;
        bob.waits_for("Approved: please pay until").await;
        // And told so, even when somebody else takes the time first.
        t.stop().await;
        t.advance(TimeDelta::hours(24));
        tries_to_take(t, &ann, "awaiting_payment").await;
        t.start().await;
        bob.waits_for("The payment did not come in time").await;
    });
}
