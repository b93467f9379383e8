//! Codes that make a visit cheaper.

use chrono::TimeDelta;

use super::{moved, with_deposits};
use crate::harness::{ANNA, Person, World, run};

fn with_codes() -> String {
    let codes = r#"
[[promo]]
code = "SPRING-10"
off = "10%"
from = "2026-11-24"
until = "2026-11-25"
per_client = 1

[[promo]]
code = "HELLO"
off = "15.00"
clients = "new"
limit = 2

[[promo]]
code = "FREE"
off = "100%"
"#;
    format!("{}{codes}", with_deposits())
}

/// On the summary of a massage with Anna, with a code.
async fn says_code(person: &Person, day: &str, time: &str, code: &str) {
    person.looks_for(&["Massage"], "Anna", day).await;
    person.taps_exactly(time).await;
    person.taps("I have a code").await;
    person.sees("Which code do you have?");
    person.says(code).await;
}

async fn prices(t: &World) -> Vec<(i64, i64)> {
    sqlx::query_as(
        "SELECT price_minor, discount_minor FROM bookings WHERE status IN ('held', 'confirmed') ORDER BY id",
    )
    .fetch_all(&t.pool)
    .await
    .expect("prices")
}

#[test]
fn a_code_makes_the_visit_cheaper_and_what_is_due_is_never_more() {
    run(async |t| {
        t.offers(&with_codes()).await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        says_code(&ann, "26", "09:00", " hello ").await;
        ann.sees("Please check your visit");
        ann.sees("With HELLO: €45 instead of €60");
        ann.sees("€20 is due now");
        ann.sees_no_button("I have a code");
        ann.taps("Pay €20").await;
        ann.pays().await;
        ann.sees("With HELLO");
        assert_eq!(prices(t).await, [(4500, 1500)]);
        // For nothing, there is nothing to pay beforehand, and the visit is theirs at once.
        says_code(&bob, "26", "11:00", "FREE").await;
        bob.sees("€0 instead of €60");
        bob.taps("Confirm").await;
        bob.sees("Your visit is booked");
        assert_eq!(prices(t).await, [(4500, 1500), (0, 6000)]);
        // A visit that moves stays as cheap as it was promised.
        ann.says("/visits").await;
        ann.taps("Massage").await;
        ann.taps("Move the visit").await;
        ann.taps_exactly("27").await;
        ann.taps_exactly("09:00").await;
        ann.does_not_see("The price changes");
        ann.taps("Move it").await;
        assert_eq!(prices(t).await, [(4500, 1500), (0, 6000)]);
        // At the desk the rest is what the code has left of it.
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        t.advance(TimeDelta::days(4));
        t.settle().await;
        anna.says("/day 2026-11-27").await;
        anna.taps("09:00").await;
        anna.sees("With HELLO");
        anna.taps("€25 in cash").await;
        assert_eq!(moved(t, "cash", "sales").await, 2500);
    });
}

#[test]
fn a_code_that_is_not_good_says_why_and_the_time_is_kept() {
    run(async |t| {
        t.offers(&with_codes()).await;
        let ann = t.client("Ann").await;
        says_code(&ann, "26", "09:00", "spring-10").await;
        ann.sees("not good yet");
        ann.says("NEVER HEARD").await;
        ann.sees("I do not know this code");
        ann.says("ELLO").await;
        ann.sees("I do not know this code");
        ann.taps("Back").await;
        ann.sees("€20 is due now");
        t.advance(TimeDelta::days(1));
        says_code(&ann, "26", "09:00", "spring-10").await;
        ann.sees("With SPRING-10: €54");
        ann.taps("Pay €20").await;
        ann.pays().await;
        says_code(&ann, "27", "09:00", "SPRING-10").await;
        ann.sees("You have used this code already");
        t.advance(TimeDelta::hours(50));
        says_code(&ann, "29", "09:00", "SPRING-10").await;
        ann.sees("not good any more");
        says_code(&ann, "29", "09:00", "HELLO").await;
        ann.sees("for other guests");
        // Who has not confirmed in time has not used it.
        let (bob, cy, dee) = (t.client("Bob").await, t.client("Cy").await, t.client("Dee").await);
        says_code(&bob, "30", "09:00", "HELLO").await;
        says_code(&cy, "30", "11:00", "HELLO").await;
        says_code(&dee, "30", "15:00", "HELLO").await;
        dee.sees("used too often already");
        t.advance(TimeDelta::minutes(10));
        t.settle().await;
        says_code(&dee, "30", "15:00", "HELLO").await;
        dee.sees("With HELLO");
    });
}

/// Two of them at once, for the last use.
#[test]
fn the_last_use_of_a_code_is_one_use() {
    run(async |t| {
        t.offers(&with_codes()).await;
        let mut guests = Vec::new();
        for (n, time) in ["09:00", "11:00", "14:00", "15:30"].into_iter().enumerate() {
            let guest = t.client(&format!("Guest {n}")).await;
            guest.looks_for(&["Massage"], "Anna", "26").await;
            guest.taps_exactly(time).await;
            guest.taps("I have a code").await;
            guests.push(guest);
        }
        for guest in &guests {
            t.sandbox.telegram().send_text(guest.id, "HELLO");
        }
        t.settle().await;
        let cheaper = guests.iter().filter(|guest| guest.screen().text.contains("With HELLO")).count();
        assert_eq!(cheaper, 2);
    });
}
