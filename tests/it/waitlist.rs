//! A time that becomes free is offered to one waiting client after the other.

use chrono::TimeDelta;

use crate::harness::{Person, STUDIO, World, run};

/// Anna works for two hours on the day, so that two visits fill it.
const SHORT: &str = r#"hours = [{ days = "Mon-Sun", from = "09:00", to = "11:30" }]"#;

async fn short_days(t: &World, studio: &str) {
    let long = r#"hours = [{ days = "Mon-Sun", from = "09:00", to = "18:00", breaks = ["13:00-14:00"] }]"#;
    assert!(studio.contains(long));
    t.offers(&studio.replace(long, SHORT)).await;
}

async fn waits_for_the_26th(person: &Person) {
    person.looks_for(&["Massage"], "Anna", "✕").await;
    person.sees("there is no free time on this day any more");
    person.taps("Tell me if something opens").await;
    person.sees("Shall I tell you when a time opens?");
    person.taps("Yes, tell me").await;
    person.sees("You are waiting for a time");
}

/// Ann and Bob have the whole day, and Cy, Di and Ed wait for it in this order.
async fn three_wait(t: &World) -> (Person, [Person; 3]) {
    short_days(t, STUDIO).await;
    let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
    ann.books(&["Massage"], "Anna", "26", "09:00").await;
    bob.books(&["Massage"], "Anna", "26", "10:30").await;
    let waiting = [t.client("Cy").await, t.client("Di").await, t.client("Ed").await];
    for person in &waiting {
        waits_for_the_26th(person).await;
    }
    (ann, waiting)
}

async fn live(t: &World, person: i64) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT b.status::text, to_char(b.starts_at AT TIME ZONE 'Europe/Berlin', 'DD HH24:MI') FROM bookings b \
         JOIN clients c ON c.id = b.client_id \
         WHERE c.telegram_id = $1 AND b.status IN ('held', 'confirmed') ORDER BY b.starts_at",
    )
    .bind(person)
    .fetch_all(&t.pool)
    .await
    .expect("the bookings")
}

#[test]
fn a_freed_time_goes_to_the_first_in_line_and_then_to_the_next() {
    run(async |t| {
        let (ann, [cy, di, ed]) = three_wait(t).await;
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        cy.waits_for("A time has opened for you").await;
        cy.sees("Thursday, 26 November, 09:00–10:00");
        cy.sees("kept for you until 09:15");
        assert_eq!(di.heard("A time has opened") + ed.heard("A time has opened"), 0, "one at a time");
        assert_eq!(live(t, cy.id).await, [("held".to_owned(), "26 09:00".to_owned())]);
        // A decline passes on at once, silence when the time is over.
        cy.taps("No, thank you").await;
        di.waits_for("A time has opened for you").await;
        assert_eq!(cy.heard("This offer is over"), 1);
        t.advance(TimeDelta::minutes(15));
        t.settle().await;
        ed.waits_for("A time has opened for you").await;
        di.taps("My waitlist").await;
        di.sees("You are waiting for a time");
        ed.taps("✅ Take it").await;
        ed.sees("Your visit is booked");
        assert_eq!(live(t, ed.id).await, [("confirmed".to_owned(), "26 09:00".to_owned())]);
        assert_eq!(ed.heard("You took the time that had opened"), 1);
        assert_eq!(cy.heard("A time has opened for you"), 0, "nobody is asked twice about one time");
        ed.says("/waitlist").await;
        ed.sees("You are not waiting for anything.");
    });
}

#[test]
fn a_time_that_becomes_free_while_the_line_is_gone_through_goes_to_the_first_in_it() {
    run(async |t| {
        let (ann, [cy, di, ed]) = three_wait(t).await;
        // The look at the line stops at Di, who waits for a day with free times from now on, between Cy and Ed.
        let mut busy = t.pool.begin().await.expect("a transaction");
        sqlx::query("SELECT pg_advisory_xact_lock(id) FROM clients WHERE telegram_id = $1")
            .bind(di.id)
            .execute(&mut *busy)
            .await
            .expect("the lock of a client");
        sqlx::query(
            "UPDATE waitlist SET first_day = '2026-11-25', last_day = '2026-11-25' \
             WHERE client_id = (SELECT id FROM clients WHERE telegram_id = $1)",
        )
        .bind(di.id)
        .execute(&t.pool)
        .await
        .expect("another wish");
        let stopped = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
        while !sqlx::query_scalar::<_, bool>(stopped).fetch_one(&t.pool).await.expect("the locks") {
            assert!(tokio::time::Instant::now() < deadline, "nobody looks at the line");
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        busy.rollback().await.expect("the end of the lock");
        di.waits_for("A time has opened for you").await;
        cy.waits_for("A time has opened for you").await;
        cy.sees("Thursday, 26 November, 09:00–10:00");
        assert_eq!(ed.heard("A time has opened"), 0, "who came later is not asked before who came first");
    });
}

#[test]
fn an_earlier_time_swaps_the_visit_and_the_old_time_goes_on_to_the_next() {
    run(async |t| {
        short_days(t, STUDIO).await;
        let (ann, bob, cy) = (t.client("Ann").await, t.client("Bob").await, t.client("Cy").await);
        ann.books(&["Massage"], "Anna", "26", "09:00").await;
        bob.books(&["Massage"], "Anna", "26", "10:30").await;
        bob.says("/visits").await;
        bob.taps("Thu 26 Nov").await;
        bob.taps("Tell me if something earlier opens").await;
        bob.sees("earlier than Thursday, 26 November");
        // Only Thursdays, so that the free days before are none.
        for day in ["Mo", "Tu", "We", "Fr", "Sa", "Su"] {
            bob.taps(day).await;
        }
        bob.taps("Yes, tell me").await;
        waits_for_the_26th(&cy).await;
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        bob.waits_for("A time has opened for you").await;
        bob.sees("Until now: Thu 26 Nov, 10:30");
        let both = live(t, bob.id).await;
        assert_eq!(
            both,
            [("held", "26 09:00"), ("confirmed", "26 10:30")].map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
        bob.taps("Move my visit there").await;
        assert_eq!(live(t, bob.id).await, [("confirmed".to_owned(), "26 09:00".to_owned())]);
        cy.waits_for("A time has opened for you").await;
        cy.sees("10:30–11:30");
    });
}

#[test]
fn nobody_is_woken_and_whoever_may_not_book_is_offered_nothing() {
    run(async |t| {
        let (ann, [cy, di, ed]) = three_wait(t).await;
        cy.says("/notifications").await;
        cy.taps("20:00–09:00").await;
        sqlx::query("UPDATE clients SET regard = 'blocked' WHERE telegram_id = $1")
            .bind(di.id)
            .execute(&t.pool)
            .await
            .expect("a block");
        t.advance(TimeDelta::hours(12));
        ann.says("/visits").await;
        ann.taps("Thu 26 Nov").await;
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        ed.waits_for("A time has opened for you").await;
        assert_eq!(cy.heard("A time has opened") + di.heard("A time has opened"), 0);
        ed.taps("No, thank you").await;
        // In the morning it is Cy's turn.
        t.advance(TimeDelta::hours(12));
        t.settle().await;
        cy.waits_for("A time has opened for you").await;
        assert_eq!(di.heard("A time has opened"), 0);
    });
}

/// With one visit allowed ahead, an offer and a hold each are that one.
#[test]
fn an_open_offer_and_an_open_hold_count_as_visits_ahead() {
    run(async |t| {
        short_days(t, &STUDIO.replace("cancel_notice", "most_visits = 1\ncancel_notice")).await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        ann.books(&["Massage"], "Anna", "26", "09:00").await;
        bob.books(&["Massage"], "Anna", "26", "10:30").await;
        let (cy, di) = (t.client("Cy").await, t.client("Di").await);
        waits_for_the_26th(&cy).await;
        waits_for_the_26th(&di).await;
        cy.looks_for(&["Massage"], "Anna", "27").await;
        cy.taps_exactly("09:00").await;
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        di.waits_for("A time has opened for you").await;
        assert_eq!(cy.heard("A time has opened"), 0, "she is about to book another");
        di.says("/book").await;
        di.taps("Massage").await;
        di.taps("Next").await;
        di.sees("as many visits ahead as you can book at a time here: 1.");
        assert_eq!(live(t, di.id).await, [("held".to_owned(), "26 09:00".to_owned())]);
    });
}

#[test]
fn whoever_lets_an_offer_pass_is_left_in_peace_for_a_while() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "16:00").await;
        ann.says("/visits").await;
        ann.taps("Thu 26 Nov").await;
        ann.taps("Tell me if something earlier opens").await;
        ann.taps("Yes, tell me").await;
        ann.waits_for("A time has opened for you").await;
        t.advance(TimeDelta::minutes(15));
        t.settle().await;
        assert_eq!((ann.heard("This offer is over"), ann.heard("A time has opened")), (1, 0));
        t.advance(TimeDelta::minutes(150));
        t.settle().await;
        // Whatever the jobs find now is asked of them directly, and not of the clock.
        let again = vizit::services::waitlist::offer_free_times(&t.services()).await;
        assert_eq!((again.expect("a look"), ann.heard("A time has opened")), (0, 0));
        t.advance(TimeDelta::minutes(31));
        ann.waits_for("A time has opened for you").await;
    });
}
