//! What people are told without asking: once, in their language, and only what they want.

use chrono::TimeDelta;
use vizit_sandbox::{Fault, FaultKind};

use crate::harness::{ADMIN, ANNA, World, run};

async fn states(t: &World) -> Vec<(String, String)> {
    sqlx::query_as("SELECT kind, state::text FROM outbox ORDER BY id").fetch_all(&t.pool).await.expect("rows")
}

#[test]
fn a_master_hears_of_new_moved_and_cancelled_visits() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        anna.sees("A new visit");
        anna.sees("Ann");
        anna.sees("Thursday, 26 November, 10:00–11:00");
        ann.taps("Move the visit").await;
        ann.taps_exactly("27").await;
        ann.taps_exactly("12:00").await;
        ann.taps("Move it").await;
        anna.sees("A visit has moved");
        anna.sees("Friday, 27 November, 12:00–13:00");
        let older = anna.messages().into_iter().rev().filter(|message| message.from_bot).nth(1);
        let older = older.expect("the card before");
        assert!(older.text.contains("27 November, 12:00–13:00"), "it says what is true: {}", older.text);
        assert!(!format!("{:?}", older.keyboard).contains("Open"), "and has lost its buttons");
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        anna.sees("The client has cancelled");
        assert_eq!(anna.heard("Ann\n"), 3, "three messages, and no fourth");
    });
}

#[test]
fn the_living_card_of_a_visit_is_edited_and_stays() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        let card = ann.screen();
        ann.taps("Home").await;
        assert_ne!(ann.screen().id, card.id, "the next screen is another message");
        ann.says("/visits").await;
        ann.taps("Thu 26 Nov").await;
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        let card = ann.messages().into_iter().find(|message| message.id == card.id).expect("it stays");
        assert!(card.text.contains("This visit is cancelled"), "{}", card.text);
        assert_eq!(ann.heard("This visit is cancelled"), 2, "the screen and the card, no third message");
    });
}

#[test]
fn the_studio_cancels_and_the_client_is_offered_other_times() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        anna.says("/day 2026-11-26").await;
        anna.taps("Ann").await;
        anna.taps("Cancel the visit").await;
        anna.sees("The client is told at once");
        anna.taps("Yes, cancel it").await;
        ann.sees("we had to cancel this visit");
        ann.sees("one of these times");
        assert_eq!(anna.heard("The client has cancelled"), 0, "whoever did it knows");
        // A time of the message holds it at once.
        ann.taps("Thu 26 Nov, 10:00 · Anna").await;
        ann.sees("Please check your visit");
        ann.taps("Confirm").await;
        ann.sees("Your visit is booked");
    });
}

#[test]
fn nobody_else_can_cancel_for_the_studio() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Boris", "26", "10:00").await;
        let booking: i64 =
            sqlx::query_scalar("SELECT id FROM bookings").fetch_one(&t.pool).await.expect("the visit");
        let anna = t.person(ANNA, "Anna");
        anna.says("/today").await;
        let bob = t.client("Bob").await;
        for person in [&anna, &bob, &ann] {
            for verb in ["sc", "as", "ap", "rf"] {
                let message = person.screen().id;
                person.taps_data(message, &format!("1.{verb}.{}~0", radix(booking))).await;
            }
            person.taps_data(person.screen().id, &format!("1.at.{}.no~0", radix(booking))).await;
        }
        for verb in ["cm", "ql", "ac", "mv", "er", "vi"] {
            bob.taps_data(bob.screen().id, &format!("1.{verb}.{}~0", radix(booking))).await;
        }
        bob.taps_data(bob.screen().id, &format!("1.rt.{}.5~0", radix(booking))).await;
        let row: (String, bool, i64) = sqlx::query_as(
            "SELECT status::text, coming_at IS NULL, (SELECT count(*) FROM ratings) FROM bookings",
        )
        .fetch_one(&t.pool)
        .await
        .expect("the visit");
        assert_eq!(row, ("confirmed".to_owned(), true, 0));
    });
}

fn radix(mut value: i64) -> String {
    let mut digits = Vec::new();
    while value > 0 {
        digits.push(char::from_digit(u32::try_from(value % 36).expect("small"), 36).expect("a digit"));
        value /= 36;
    }
    digits.iter().rev().collect()
}

#[test]
fn the_admin_gets_one_message_a_minute_however_much_happens() {
    run(async |t| {
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        bob.books(&["Massage"], "Boris", "26", "10:00").await;
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        assert_eq!(olga.heard("changes at"), 0);
        t.advance(TimeDelta::minutes(1));
        t.settle().await;
        olga.sees("3 changes at 09:00");
        assert_eq!(olga.heard("changes at"), 1);
        olga.says("/notifications").await;
        olga.taps("🔔 Cancelled visits").await;
        bob.taps("Cancel the visit").await;
        bob.taps("Yes, cancel it").await;
        t.advance(TimeDelta::minutes(2));
        t.settle().await;
        assert_eq!(olga.heard("change at"), 0, "what is not wanted is not told");
    });
}

#[test]
fn quiet_hours_hold_back_what_can_wait() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/notifications").await;
        anna.taps("21:00–08:00").await;
        assert_eq!(anna.heard("Quiet from 21:00 to 08:00"), 1);
        t.advance(TimeDelta::hours(13));
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        assert_eq!(anna.heard("A new visit"), 0, "it is ten in the evening");
        t.advance(TimeDelta::hours(9));
        t.settle().await;
        assert_eq!(anna.heard("A new visit"), 0);
        t.advance(TimeDelta::hours(1));
        t.settle().await;
        assert_eq!(anna.heard("A new visit"), 1);
    });
}

#[test]
fn what_somebody_switched_off_still_keeps_the_card_true() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        anna.says("/notifications").await;
        anna.taps("🔔 Cancelled visits").await;
        anna.sees_button("🔕 Cancelled visits");
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        let card = anna.messages().into_iter().find(|message| message.text.contains("client has cancelled"));
        let card = card.expect("the card says so");
        assert!(card.edited_at.is_some(), "without a new message");
    });
}

#[test]
fn who_has_blocked_the_bot_is_told_nothing_and_the_master_is() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        ann.shares_phone().await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        ann.blocks_the_bot(true).await;
        anna.sees("The client cannot be told anything here");
        anna.sees("📵 Could not be told, phone +49305550101");
        let calls = |t: &World| {
            let calls = t.sandbox.telegram().calls();
            calls
                .iter()
                .filter(|call| call.params["chat_id"].to_string().contains(&ann.id.to_string()))
                .count()
        };
        let before = calls(t);
        anna.taps("Open").await;
        anna.taps("Cancel the visit").await;
        anna.taps("Yes, cancel it").await;
        assert_eq!(calls(t), before, "nothing more is tried");
        assert_eq!(anna.heard("The client cannot be told anything here"), 1);
        ann.blocks_the_bot(false).await;
        ann.says("/visits").await;
        let marked: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM recipients WHERE telegram_id = $1 AND unreachable_since IS NOT NULL)",
        )
        .bind(ann.id)
        .fetch_one(&t.pool)
        .await
        .expect("the mark");
        assert!(!marked, "coming back lifts it");
    });
}

#[test]
fn a_403_marks_a_person_as_a_block_does() {
    run(async |t| {
        t.expects_refusals();
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        t.sandbox.telegram().add_fault(Fault {
            method: Some("sendMessage".to_owned()),
            chat: Some(ann.id),
            kind: FaultKind::Forbidden { description: "Forbidden: user is deactivated".to_owned() },
            times: 9,
            after: 0,
        });
        t.advance(TimeDelta::hours(49));
        t.settle().await;
        assert_eq!(ann.heard("Your visit is"), 1, "only the card that stood there");
        assert_eq!(anna.heard("Please call"), 1);
        let kinds = states(t).await;
        assert!(kinds.contains(&("reminder".to_owned(), "unreachable".to_owned())), "{kinds:?}");
        t.advance(TimeDelta::hours(21));
        t.settle().await;
        t.sandbox.telegram().clear_faults();
        assert_eq!(ann.heard("🔔"), 0, "no further tries");
    });
}

#[test]
fn whoever_writes_while_they_cannot_be_told_is_not_lost() {
    run(async |t| {
        t.expects_refusals();
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        // The clock stands still, so her word and the refusal are of the same instant.
        t.sandbox.telegram().add_fault(Fault {
            method: Some("sendMessage".to_owned()),
            chat: Some(ANNA),
            kind: FaultKind::Forbidden { description: "Forbidden: bot was blocked by the user".to_owned() },
            times: 1,
            after: 0,
        });
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        anna.waits_for("A new visit").await;
        let lost: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM recipients WHERE unreachable_since IS NOT NULL AND telegram_id = $1",
        )
        .bind(ANNA)
        .fetch_one(&t.pool)
        .await
        .expect("a count");
        assert_eq!(lost, 0);
    });
}
