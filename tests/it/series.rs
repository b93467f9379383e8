//! Visits that recur: planned as a whole, booked all or none, cancelled one by one or from one on.

use chrono::TimeDelta;

use crate::harness::{Person, SALON, VERA, World, run};

/// Through the salon's services to the summary of a visit.
async fn holds(person: &Person, service: &str, master: &str, day: &str, time: &str) {
    person.says("/book").await;
    person.taps("Salon").await;
    person.taps(service).await;
    person.taps("Next").await;
    person.taps(master).await;
    person.taps_exactly(day).await;
    person.taps_exactly(time).await;
    person.sees("Please check your visit");
}

async fn visits(t: &World, person: &Person) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT to_char(starts_at AT TIME ZONE 'Europe/Berlin', 'MM-DD HH24:MI') FROM bookings b \
         JOIN clients c ON c.id = b.client_id WHERE c.telegram_id = $1 AND status = 'confirmed' ORDER BY starts_at",
    )
    .bind(person.id)
    .fetch_all(&t.pool)
    .await
    .expect("the visits")
}

#[test]
fn a_therapy_recurs_every_week_with_what_clashes_skipped_or_moved() {
    run(async |t| {
        t.offers(SALON).await;
        let (bob, ann) = (t.client("Bob").await, t.client("Ann").await);
        for (service, day, time) in [("First talk", "1", "18:00"), ("Therapy", "8", "18:00")] {
            bob.says("/book").await;
            bob.taps("Salon").await;
            bob.taps(service).await;
            bob.taps("Next").await;
            bob.taps("Vera").await;
            bob.taps_exactly("›").await;
            bob.taps_exactly(day).await;
            bob.taps_exactly(time).await;
            bob.taps("Confirm").await;
        }
        holds(&ann, "Therapy", "Vera", "24", "18:00").await;
        ann.taps("Repeat it").await;
        ann.sees("How often would you like to come?");
        ann.sees("Tuesday, 18:00");
        ann.sees_no_button("24 visits");
        let (message, data) = ann.button("6 visits");
        ann.taps_data(message, &data).await;
        ann.sees("Every week, 6 visits");
        ann.sees("✅ tomorrow at 18:00");
        ann.sees("⚠️ Tue 1 Dec, 18:00: not free");
        ann.sees("⚠️ Tue 8 Dec, 18:00: not free");
        ann.sees("✅ Tue 15 Dec, 18:00");
        ann.sees("leave out the visits with ⚠️ (➖) or pick another time");
        ann.sees_no_button("Confirm");

        ann.taps("➖ Tue 1 Dec, 18:00").await;
        ann.sees("➖ Tue 1 Dec, 18:00: left out");
        ann.taps("🕘 Tue 8 Dec, 18:00").await;
        ann.sees("Which time instead of Tue 8 Dec, 18:00?");
        ann.taps("Tue 8 Dec, 17:00").await;
        ann.sees("✅ Tue 8 Dec, 17:00, instead of Tue 8 Dec, 18:00");
        ann.taps("Confirm 5 visits · €450").await;
        ann.sees("Your visit is booked");
        ann.sees("🔁 Every week");
        assert_eq!(ann.toast().as_deref(), Some("Done! All visits are booked."));
        let all = ["11-24 18:00", "12-08 17:00", "12-15 18:00", "12-22 18:00", "12-29 18:00"];
        assert_eq!(visits(t, &ann).await, all);

        // One is cancelled alone, and then the rest from one on.
        ann.says("/visits").await;
        ann.taps("Tue 8 Dec, 17:00").await;
        ann.taps("Cancel the visit").await;
        ann.taps("Only this one").await;
        ann.sees("This visit is cancelled");
        ann.says("/visits").await;
        ann.taps("Tue 22 Dec, 18:00").await;
        ann.taps("Cancel the visit").await;
        ann.taps("This and the next one").await;
        assert_eq!(ann.toast().as_deref(), Some("These visits are cancelled."));
        assert_eq!(visits(t, &ann).await, ["11-24 18:00", "12-15 18:00"]);
    });
}

#[test]
fn a_series_keeps_the_time_on_the_wall_when_clocks_change() {
    run(async |t| {
        t.offers(SALON).await;
        t.advance(TimeDelta::days(113));
        let ann = t.client("Ann").await;
        // Tuesday 16 March 2027; clocks go forward on the 28th.
        holds(&ann, "Therapy", "Vera", "17", "18:00").await;
        ann.taps("Repeat it").await;
        let (message, data) = ann.button("4 visits");
        ann.taps_data(message, &data).await;
        ann.taps("Confirm 4 visits").await;
        assert_eq!(visits(t, &ann).await, ["03-17 18:00", "03-24 18:00", "03-31 18:00", "04-07 18:00"]);
        let utc: Vec<String> = sqlx::query_scalar(
            "SELECT to_char(starts_at AT TIME ZONE 'UTC', 'HH24:MI') FROM bookings ORDER BY starts_at",
        )
        .fetch_all(&t.pool)
        .await
        .expect("the visits");
        assert_eq!(utc, ["17:00", "17:00", "16:00", "16:00"]);
        let rule: String =
            sqlx::query_scalar("SELECT rule FROM series").fetch_one(&t.pool).await.expect("a series");
        assert!(rule.contains("FREQ=WEEKLY") && rule.contains("COUNT=4"), "{rule}");
    });
}

#[test]
fn a_series_is_booked_as_a_whole_or_not_at_all() {
    run(async |t| {
        t.offers(SALON).await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        holds(&ann, "Therapy", "Vera", "24", "18:00").await;
        ann.taps("Repeat it").await;
        let (message, data) = ann.button("4 visits");
        ann.taps_data(message, &data).await;
        ann.sees("✅ Tue 8 Dec, 18:00");
        // Somebody takes one of the times while she looks at them.
        bob.says("/book").await;
        bob.taps("Salon").await;
        bob.taps("Therapy").await;
        bob.taps("Next").await;
        bob.taps("Vera").await;
        bob.taps_exactly("›").await;
        bob.taps_exactly("8").await;
        bob.taps_exactly("18:00").await;
        bob.taps("Confirm").await;
        ann.taps("Confirm 4 visits").await;
        assert_eq!(
            ann.toast().as_deref(),
            Some("One of these times was just taken. Please look at the visits with ⚠️.")
        );
        ann.sees("⚠️ Tue 8 Dec, 18:00: not free");
        assert!(visits(t, &ann).await.is_empty(), "nothing is booked by halves");
        ann.taps("➖ Tue 8 Dec, 18:00").await;
        ann.taps("Confirm 3 visits").await;
        assert_eq!(visits(t, &ann).await.len(), 3);
    });
}

#[test]
fn what_the_first_visit_promises_holds_for_all_of_a_series() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        holds(&ann, "Therapy", "Vera", "24", "18:00").await;
        t.offers(&SALON.replace("price = \"90.00\"", "price = \"99.00\"")).await;
        ann.taps("Repeat it").await;
        let (message, data) = ann.button("4 visits");
        ann.taps_data(message, &data).await;
        ann.taps("Confirm 4 visits · €360").await;
        let prices: Vec<i64> = sqlx::query_scalar("SELECT price_minor FROM bookings")
            .fetch_all(&t.pool)
            .await
            .expect("the prices");
        assert_eq!(prices, [9000; 4]);
    });
}

#[test]
fn a_visit_of_a_series_beyond_the_horizon_can_be_moved_near_its_day() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        holds(&ann, "Therapy", "Vera", "24", "18:00").await;
        ann.taps("Repeat it").await;
        let (message, data) = ann.button("12 visits");
        ann.taps_data(message, &data).await;
        ann.taps("Confirm 12 visits").await;
        ann.says("/visits").await;
        ann.taps("Next").await;
        ann.taps("Next").await;
        ann.taps("Tue 9 Feb 2027, 18:00").await;
        ann.taps("Move the visit").await;
        ann.sees_button("February 2027");
        ann.taps_exactly("10").await;
        ann.taps_exactly("17:00").await;
        ann.taps("Move it").await;
        ann.sees("Wednesday, 10 February 2027, 17:00");
    });
}

#[test]
fn a_series_of_which_only_one_visit_is_left_is_a_visit_like_any_other() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        holds(&ann, "Therapy", "Vera", "24", "18:00").await;
        ann.taps("Repeat it").await;
        let (message, data) = ann.button("2 visits");
        ann.taps_data(message, &data).await;
        // As an old or forged button may say: the second is left out.
        let (message, confirm) = ann.button("Confirm 2 visits");
        let (_, rev) = confirm.rsplit_once('~').expect("a revision");
        ann.taps_data(message, &format!("1.sk.1.1~{rev}")).await;
        ann.taps("Confirm 1 visit").await;
        ann.sees("Your visit is booked");
        ann.does_not_see("🔁");
    });
}

#[test]
fn a_series_whose_hold_has_ended_is_told_so() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        holds(&ann, "Therapy", "Vera", "24", "18:00").await;
        ann.taps("Repeat it").await;
        t.advance(TimeDelta::minutes(11));
        t.settle().await;
        ann.sees("We could not hold the time any longer.");
        ann.sees("This time is still free: tomorrow at 18:00");
        ann.taps("tomorrow at 18:00").await;
        ann.taps("Repeat it").await;
        ann.sees("How often would you like to come?");
    });
}

#[test]
fn what_cannot_recur_offers_no_series_not_even_by_a_forged_button() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        holds(&ann, "Massage", "Anna", "26", "10:00").await;
        ann.sees_no_button("Repeat it");
        let forge = |words: &str| {
            let (message, confirm) = ann.button("Confirm");
            let (_, rev) = confirm.rsplit_once('~').expect("a revision");
            (message, format!("{words}~{rev}"))
        };
        let (message, data) = forge("1.rp");
        ann.taps_data(message, &data).await;
        ann.sees("This is not here any more");
        ann.taps("Back").await;
        ann.sees("Please check your visit");
    });
}

#[test]
fn a_series_counts_as_one_visit_ahead() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        holds(&ann, "Therapy", "Vera", "24", "18:00").await;
        ann.taps("Repeat it").await;
        let (message, data) = ann.button("4 visits");
        ann.taps_data(message, &data).await;
        ann.taps("Confirm 4 visits").await;
        holds(&ann, "Massage", "Anna", "26", "10:00").await;
        ann.taps("Confirm").await;
        ann.says("/book").await;
        ann.taps("Salon").await;
        ann.taps("Massage").await;
        ann.taps("Next").await;
        ann.sees("as many visits ahead as you can book at a time here: 2.");
        ann.taps("My visits").await;
        ann.sees("Your upcoming visits");
    });
}

/// What is told of one visit holds for it also when it is cancelled together with those after it.
#[test]
fn a_series_can_be_cancelled_free_of_charge_from_a_visit_on_to_which_the_master_is_late() {
    run(async |t| {
        t.offers(SALON).await;
        let vera = t.person(VERA, "Vera");
        vera.says("/start").await;
        let ann = t.client("Ann").await;
        holds(&ann, "Therapy", "Vera", "24", "18:00").await;
        ann.taps("Repeat it").await;
        ann.taps("6 visits").await;
        ann.taps("Confirm").await;
        assert_eq!(visits(t, &ann).await.len(), 6);
        // An hour before the first one.
        t.advance(TimeDelta::hours(32));
        t.settle().await;
        vera.says("/late").await;
        vera.taps("+30 min").await;
        vera.taps("Tell 1 client").await;
        ann.waits_for("is running 30 min late").await;
        ann.taps("Cancel the visit").await;
        ann.does_not_see("late cancellation");
        ann.taps("after it").await;
        assert_eq!(visits(t, &ann).await, Vec::<String>::new());
        let late = "SELECT count(*) FROM bookings WHERE late_cancel OR late_fee_percent IS NOT NULL";
        assert_eq!(sqlx::query_scalar::<_, i64>(late).fetch_one(&t.pool).await.expect("a count"), 0);
    });
}
