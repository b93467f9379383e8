//! Being forgotten, from the wish to the last word.

use chrono::TimeDelta;
use vizit_sandbox::Content;

use super::{has_run, number, stands_in};
use crate::{
    harness::{ADMIN, ANNA, Person, World, run},
    money::{
        vouchers::{buys, with_vouchers},
        with_deposits,
    },
};

pub(super) const NAME: &str = "Zyxann Wqrst";
pub(super) const DAY: TimeDelta = TimeDelta::hours(24);

pub(super) async fn wants_to_be_forgotten(person: &Person) {
    person.says("/forget").await;
    person.taps("Yes, forget me").await;
    person.sees("You will be forgotten tomorrow at 09:00");
}

/// A client with a visit that is over and rated, and one ahead.
async fn with_a_past(t: &World) -> Person {
    let ann = t.stranger(NAME, "en");
    ann.says("/start").await;
    ann.taps("I agree").await;
    ann.shares_phone().await;
    ann.books(&["Massage"], "Anna", "23", "12:00").await;
    ann.books(&["Massage"], "Anna", "30", "12:00").await;
    let anna = t.person(ANNA, "Anna");
    anna.says("/start").await;
    t.advance(TimeDelta::hours(5));
    t.settle().await;
    anna.taps("✔").await;
    t.settle().await;
    ann.taps("4 ⭐").await;
    ann.says("Wonderful, my Zyxback feels new").await;
    t.advance(TimeDelta::hours(19));
    t.settle().await;
    ann
}

#[test]
fn a_day_after_the_wish_nothing_is_left_but_figures() {
    run(async |t| {
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let bob = t.client("Robert").await;
        bob.books(&["Massage"], "Anna", "30", "10:00").await;
        let ann = with_a_past(t).await;
        let anna = t.person(ANNA, "Anna");
        ann.says("/privacy").await;
        ann.taps("Erase it").await;
        for line in ["Shall I forget you?", "kept for 10 years", "What you have booked ahead is cancelled"] {
            ann.sees(line);
        }
        wants_to_be_forgotten(&ann).await;
        ann.taps("Home").await;
        ann.sees("⏳ You will be forgotten tomorrow at 09:00");
        for staff in [&anna, &olga] {
            let told = staff.message("A client wants to be forgotten");
            assert!(!told.text.contains("Zyx"), "the name would stay in the chat: {}", told.text);
        }
        anna.taps("Open").await;
        anna.sees(NAME);
        let account = ann.id.to_string();
        for text in [NAME, "Zyxback", "49305550101", &account] {
            assert!(!stands_in(t, text).await.is_empty(), "{text} was never there");
        }

        t.advance(DAY - TimeDelta::minutes(1));
        has_run(t, "erasure").await;
        t.settle().await;
        assert_eq!(
            (
                ann.heard("You are forgotten"),
                number(t, "SELECT count(*) FROM erasures WHERE state = 'done'").await
            ),
            (0, 0)
        );
        t.advance(TimeDelta::minutes(1));
        ann.waits_for("You are forgotten").await;
        for text in [NAME, "Zyx", "49305550101"] {
            assert_eq!(stands_in(t, text).await, Vec::<String>::new(), "{text}");
        }
        // To whom the last word went is known until that is cleared away.
        t.advance(TimeDelta::hours(2));
        has_run(t, "inbox_cleanup").await;
        assert_eq!(stands_in(t, &account).await, Vec::<String>::new());

        // The figures stay, the time is free, and whoever sees the visits is told.
        let visits: Vec<(String, i16)> = sqlx::query_as(
            "SELECT b.status::text, coalesce(r.stars, 0::smallint) FROM bookings b JOIN clients c ON c.id = b.client_id \
             LEFT JOIN ratings r ON r.booking_id = b.id WHERE c.forgotten_at IS NOT NULL ORDER BY b.starts_at",
        )
        .fetch_all(&t.pool)
        .await
        .expect("the visits");
        assert_eq!(visits, [("completed".to_owned(), 4), ("cancelled".to_owned(), 0)]);
        assert!(anna.heard("The client has cancelled") > 0, "{}", anna.screen().text);
        assert_eq!(anna.heard(NAME), 1, "only where she has looked herself");
        let told = olga.message("has been forgotten").text;
        let code: String =
            told.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| *c != ' ').collect();
        assert!(code.parse::<vizit::domain::erasure::Code>().is_ok(), "{told}");
        bob.says("/visits").await;
        bob.sees_button("Massage");
        bob.books(&["Massage"], "Anna", "30", "12:00").await;

        // Welcome back, as anybody new.
        ann.says("/visits").await;
        ann.sees("Hello, and welcome!");
        ann.taps("I agree").await;
        ann.says("Skip").await;
        ann.says("/visits").await;
        ann.sees("You have no upcoming visits");
    });
}

#[test]
fn whoever_changes_their_mind_keeps_everything() {
    run(async |t| {
        let ann = with_a_past(t).await;
        let anna = t.person(ANNA, "Anna");
        wants_to_be_forgotten(&ann).await;
        // Twice is once.
        ann.says("/forget").await;
        ann.sees("You will be forgotten");
        ann.sees_no_button("Yes, forget me");
        t.advance(TimeDelta::hours(23));
        ann.says("/start").await;
        ann.says("/forget").await;
        ann.taps("Keep my data").await;
        ann.sees("What would you like to do?");
        ann.does_not_see("Shall I forget you?");
        ann.does_not_see("You will be forgotten");
        assert_eq!(ann.toast().as_deref(), Some("Good to have you! Nothing is erased."));
        assert_eq!(anna.heard("The client who wanted to be forgotten stays"), 1);
        t.advance(DAY);
        has_run(t, "erasure").await;
        t.settle().await;
        ann.says("/visits").await;
        ann.sees_button("Massage");
        assert_eq!(number(t, "SELECT count(*) FROM clients WHERE forgotten_at IS NOT NULL").await, 0);
        // And may change it again.
        ann.says("/forget").await;
        ann.taps("Yes, forget me").await;
        t.advance(DAY);
        ann.waits_for("You are forgotten").await;
    });
}

#[test]
fn the_staff_stays_and_a_stranger_may_go() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/forget").await;
        let labels = anna.labels_below("You are on the staff");
        assert!(!labels.iter().any(|label| label.contains("forget me")), "{labels:?}");
        let cy = t.stranger("Cy", "ru");
        cy.says("/start").await;
        cy.says("/forget").await;
        cy.taps("Да, забудьте меня").await;
        cy.sees("Всё о вас будет удалено");
        t.advance(DAY);
        cy.waits_for("Вы забыты").await;
        assert_eq!(stands_in(t, "Cy").await, Vec::<String>::new());
        // A button that nobody has shown does nothing.
        let bob = t.client("Bob").await;
        let shown = bob.screen().id;
        let rev: i64 = sqlx::query_scalar("SELECT rev FROM conversations WHERE telegram_id = $1")
            .bind(bob.id)
            .fetch_one(&t.pool)
            .await
            .expect("a revision");
        let rev =
            vizit::telegram::Callback { action: vizit::domain::conversation::Action::Forget, rev }.encode();
        bob.taps_data(shown, &rev).await;
        assert_eq!(number(t, "SELECT count(*) FROM erasures WHERE state = 'asked'").await, 0);
    });
}

#[test]
fn money_keeps_its_owner_for_as_long_as_the_law_wants() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let ann = t.client(NAME).await;
        ann.looks_for(&["Massage"], "Anna", "30").await;
        ann.taps_exactly("10:00").await;
        ann.taps("Pay").await;
        let charge = ann.pays().await;
        wants_to_be_forgotten(&ann).await;
        t.advance(DAY);
        ann.waits_for("You are forgotten").await;
        t.settle().await;
        // The visit was cancelled in time, so its deposit goes back to whoever has paid it.
        let task = olga.message("Please give €20 back").text;
        assert!(task.contains(&charge) && !task.contains("Zyx"), "{task}");
        t.advance(TimeDelta::hours(2));
        has_run(t, "inbox_cleanup").await;
        // Whoever is given money back is told so; that is known for as long as any message.
        assert_eq!(ann.heard("€20 will go back to you"), 1);
        assert_eq!(stands_in(t, &ann.id.to_string()).await, ["outbox", "payments"]);
        t.advance(TimeDelta::days(36));
        has_run(t, "inbox_cleanup").await;
        assert_eq!(stands_in(t, &ann.id.to_string()).await, ["payments"]);
        t.advance(TimeDelta::days(3654));
        has_run(t, "inbox_cleanup").await;
        assert_eq!(stands_in(t, &ann.id.to_string()).await, ["payments"], "it has still to go back");
        olga.taps("It is given back").await;
        t.settle().await;
        t.advance(TimeDelta::days(36));
        has_run(t, "inbox_cleanup").await;
        assert_eq!(stands_in(t, &ann.id.to_string()).await, Vec::<String>::new());
        assert_eq!(number(t, "SELECT sum(amount_minor)::bigint FROM payments").await, 2000);
    });
}

#[test]
fn whoever_is_just_paying_is_forgotten_when_that_is_over() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let ann = t.client(NAME).await;
        wants_to_be_forgotten(&ann).await;
        t.advance(DAY - TimeDelta::minutes(3));
        ann.looks_for(&["Massage"], "Anna", "30").await;
        ann.taps_exactly("10:00").await;
        ann.taps("Pay").await;
        let checkout = ann.opens_the_payment().await;
        t.advance(TimeDelta::minutes(4));
        has_run(t, "erasure").await;
        assert_eq!(number(t, "SELECT count(*) FROM erasures WHERE state = 'done'").await, 0);
        t.sandbox.telegram().pay(&checkout).expect("the bot has agreed");
        // The job would come to it within the minute; until then the bot does not rest.
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
        let unheard = "SELECT count(*) FROM inbox WHERE state IN ('received', 'applied')";
        while ann.heard("Your visit is booked") == 0 || number(t, unheard).await > 0 {
            assert!(tokio::time::Instant::now() < deadline, "{}", ann.screen().text);
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        t.advance(TimeDelta::minutes(1));
        ann.waits_for("You are forgotten").await;
        t.settle().await;
        assert_eq!(number(t, "SELECT count(*) FROM refunds").await, 1, "paid and cancelled: it goes back");
        assert_eq!(stands_in(t, NAME).await, Vec::<String>::new());
    });
}

#[test]
fn what_is_lost_and_what_is_kept_for_others_is_said_and_done() {
    run(async |t| {
        t.offers(&with_vouchers()).await;
        let (ann, bob) = (t.client(NAME).await, t.client("Bob").await);
        buys(&ann, "Fifty for you", "For me").await;
        buys(&ann, "Ten massages", "A gift").await;
        let gift = ann.message("A gift for you").text;
        let parameter = gift.split_once("?start=").expect("a link").1.trim().to_owned();
        // An invoice that nobody will pay any more.
        ann.says("/vouchers").await;
        ann.taps("Fifty for you").await;
        ann.taps("For me").await;
        let invoice = ann.invoice();
        assert!(matches!(invoice.content, Content::Invoice { .. }));
        ann.says("/forget").await;
        ann.sees("What is left of your vouchers is lost.");
        ann.sees("Fifty for you: €50 left");
        ann.taps("Yes, forget me").await;
        t.advance(DAY);
        ann.waits_for("You are forgotten").await;
        t.settle().await;
        assert_eq!(number(t, "SELECT count(*) FROM invoices WHERE state = 'open'").await, 0);
        // The gift is for whoever has its link.
        bob.says(&format!("/start {parameter}")).await;
        bob.sees("Ten massages: 10 of 10 left");
    });
}

/// An answer of yes to Telegram, and then the card was refused.
#[test]
fn a_tip_that_was_never_paid_keeps_nobody() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client(NAME).await;
        ann.books(&["Massage"], "Anna", "23", "12:00").await;
        t.advance(TimeDelta::hours(5));
        t.settle().await;
        anna.taps("✔").await;
        ann.taps("5 ⭐").await;
        ann.taps("💝 €3").await;
        ann.opens_the_payment().await;
        assert_eq!(number(t, "SELECT count(*) FROM invoices WHERE state = 'pledged'").await, 1);
        ann.says("/forget").await;
        ann.taps("Yes, forget me").await;
        t.advance(DAY);
        ann.waits_for("You are forgotten").await;
        assert_eq!(number(t, "SELECT count(*) FROM invoices WHERE state IN ('open', 'pledged')").await, 0);
    });
}

#[test]
fn whoever_has_changed_their_mind_while_the_bot_was_away_is_heard_first() {
    run(async |t| {
        let ann = t.client(NAME).await;
        wants_to_be_forgotten(&ann).await;
        t.stop().await;
        t.advance(DAY - TimeDelta::seconds(2));
        ann.taps_without_waiting("Keep my data");
        t.advance(TimeDelta::seconds(4));
        t.start().await;
        t.settle().await;
        ann.says("/start").await;
        ann.sees("What would you like to do?");
        assert_eq!(number(t, "SELECT count(*) FROM clients WHERE forgotten_at IS NOT NULL").await, 0);
    });
}

/// The staff says yes at the moment at which the client is forgotten.
#[test]
fn a_visit_that_is_confirmed_in_the_same_moment_is_cancelled_too() {
    run(async |t| {
        let ann = t.client(NAME).await;
        wants_to_be_forgotten(&ann).await;
        t.advance(DAY - TimeDelta::minutes(1));
        ann.looks_for(&["Massage"], "Anna", "30").await;
        ann.taps_exactly("10:00").await;
        let mut confirming = t.pool.begin().await.expect("a transaction");
        sqlx::raw_sql(
            "UPDATE bookings SET status = 'confirmed', hold_until = NULL WHERE status = 'held'; \
             INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, correlation_id) \
             SELECT id, '2026-11-24 08:00Z', 'held', 'confirmed', 'master', gen_random_uuid() FROM bookings",
        )
        .execute(&mut *confirming)
        .await
        .expect("a visit");
        t.advance(TimeDelta::minutes(1));
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
        loop {
            let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            if number(t, waits).await > 0 {
                break;
            }
            assert!(tokio::time::Instant::now() < deadline, "nobody waits for it");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        confirming.commit().await.expect("committed");
        ann.waits_for("You are forgotten").await;
        assert_eq!(number(t, "SELECT count(*) FROM bookings WHERE status = 'cancelled'").await, 1);
    });
}
