//! Moving a visit: the same way as booking, and the visit stays where it is until the new time is confirmed.

use chrono::TimeDelta;

use crate::harness::{SALON, World, run};

/// What the calendar file says about a visit: its identity, version and start.
fn calendar_entry(file: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(file).into_owned();
    let wanted = |line: &&str| ["UID:", "SEQUENCE:", "DTSTART:"].iter().any(|name| line.starts_with(name));
    text.lines().filter(wanted).map(str::to_owned).collect()
}

async fn times(t: &World) -> Vec<(String, String, i32)> {
    sqlx::query_as(
        "SELECT status::text, to_char(starts_at AT TIME ZONE 'Europe/Berlin', 'DD HH24:MI'), sequence \
         FROM bookings WHERE status IN ('held', 'confirmed') ORDER BY id",
    )
    .fetch_all(&t.pool)
    .await
    .expect("the bookings")
}

fn row(status: &str, at: &str, sequence: i32) -> (String, String, i32) {
    (status.to_owned(), at.to_owned(), sequence)
}

#[test]
fn a_visit_moves_and_stays_itself() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        ann.taps("Add to calendar").await;
        let before = calendar_entry(&ann.file().1);

        ann.taps("Move the visit").await;
        ann.sees("Which day instead?");
        ann.sees("Your visit stays as it is until you confirm the new time");
        ann.taps_exactly("27").await;
        ann.taps_exactly("09:00").await;
        ann.sees("Please check the new time");
        ann.sees("Until now: Thu 26 Nov, 10:00");
        assert_eq!(times(t).await, [row("confirmed", "26 10:00", 0), row("held", "27 09:00", 0)]);
        ann.taps("Move it").await;
        ann.sees("Your visit is booked");
        ann.sees("Friday, 27 November, 09:00–10:00");
        assert_eq!(ann.toast().as_deref(), Some("Done! Your visit has moved. See you then."));
        assert_eq!(times(t).await, [row("confirmed", "27 09:00", 1)]);

        ann.taps("Add to calendar").await;
        let after = calendar_entry(&ann.file().1);
        let part = |entry: &[String], name: &str| {
            entry.iter().find(|line| line.starts_with(name)).cloned().expect("a line")
        };
        assert_eq!(part(&before, "UID"), part(&after, "UID"), "one entry in the calendar");
        assert_eq!(
            (part(&before, "SEQUENCE"), part(&after, "SEQUENCE")),
            ("SEQUENCE:0".to_owned(), "SEQUENCE:1".to_owned())
        );
        assert_eq!(part(&after, "DTSTART"), "DTSTART:20261127T080000Z");

        let history: Vec<(Option<String>, String, Option<String>)> = sqlx::query_as(
            "SELECT from_status::text, to_status::text, to_char(lower(was_at) AT TIME ZONE 'Europe/Berlin', 'DD HH24:MI') \
             FROM booking_changes WHERE booking_id = (SELECT id FROM bookings WHERE status = 'confirmed') ORDER BY id",
        )
        .fetch_all(&t.pool)
        .await
        .expect("the history");
        let line = |from: Option<&str>, to: &str, was: Option<&str>| {
            (from.map(str::to_owned), to.to_owned(), was.map(str::to_owned))
        };
        assert_eq!(
            history,
            [
                line(None, "held", None),
                line(Some("held"), "confirmed", None),
                line(Some("confirmed"), "confirmed", Some("26 10:00"))
            ]
        );
        // The old time is free for others.
        let bob = t.client("Bob").await;
        bob.books(&["Massage"], "Anna", "26", "10:00").await;
    });
}

#[test]
fn a_visit_may_move_by_half_an_hour_into_its_own_time() {
    run(async |t| {
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        ann.taps("Move the visit").await;
        ann.taps_exactly("26").await;
        ann.taps_exactly("10:30").await;
        ann.sees("Please check the new time");
        // Until it is confirmed, both times are hers alone.
        bob.looks_for(&["Massage"], "Anna", "26").await;
        for taken in ["09:30", "10:00", "10:30", "11:00", "11:30"] {
            assert!(!bob.labels().contains(&taken.to_owned()), "{taken} in {:?}", bob.labels());
        }
        ann.taps("Move it").await;
        ann.sees("Thursday, 26 November, 10:30–11:30");
        bob.says("/start").await;
        bob.looks_for(&["Massage"], "Anna", "26").await;
        bob.sees_button("09:00");
        ann.taps("Move the visit").await;
        ann.taps_exactly("26").await;
        ann.taps_exactly("10:30").await;
        ann.taps("Move it").await;
        ann.sees("Thursday, 26 November, 10:30–11:30");
    });
}

#[test]
fn a_move_that_is_not_confirmed_leaves_everything_as_it_was() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        ann.taps("Move the visit").await;
        ann.taps_exactly("27").await;
        ann.taps_exactly("09:00").await;
        ann.says("/cancel").await;
        ann.sees("All right, your visit stays where it was.");
        assert_eq!(times(t).await, [row("confirmed", "26 10:00", 0)]);

        ann.says("/visits").await;
        ann.taps("Thu 26 Nov, 10:00").await;
        ann.taps("Move the visit").await;
        ann.taps("Back").await;
        ann.sees("With whom?");
        ann.taps("Boris").await;
        ann.taps_exactly("26").await;
        ann.taps_exactly("10:00").await;
        ann.sees("Boris");
        t.advance(TimeDelta::minutes(11));
        t.settle().await;
        ann.sees("We could not hold the time any longer.");
        assert_eq!(times(t).await, [row("confirmed", "26 10:00", 0)]);
        ann.taps("Thu 26 Nov, 10:00").await;
        ann.taps("Move it").await;
        ann.sees("Boris");
        assert_eq!(times(t).await, [row("confirmed", "26 10:00", 1)]);
    });
}

#[test]
fn whoever_is_late_cannot_move_not_even_by_an_old_button() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        ann.taps("Salon").await;
        ann.taps("Short rub").await;
        ann.taps("Next").await;
        ann.taps("Anna").await;
        ann.taps_exactly("24").await;
        ann.taps_exactly("09:00").await;
        ann.taps("Confirm").await;
        ann.taps("Move the visit").await;
        ann.taps_exactly("25").await;
        ann.taps_exactly("09:00").await;
        ann.sees("Please check the new time");
        ann.taps("Move it").await;
        ann.sees("Wednesday, 25 November, 09:00");
        t.advance(TimeDelta::hours(42));
        ann.says("/visits").await;
        ann.taps("today at 09:00").await;
        ann.sees("You can move it until today at 05:00");
        let (message, old) = ann.button("Move the visit");
        t.advance(TimeDelta::hours(2));
        ann.taps_data(message, &old).await;
        assert_eq!(ann.toast().as_deref(), Some("It is too late to move this visit here."));
        ann.sees_no_button("Move the visit");
        assert_eq!(times(t).await, [row("confirmed", "25 09:00", 1)]);
    });
}

#[test]
fn a_visit_keeps_its_price_with_its_master_and_gets_another_s_with_another() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        ann.taps("Salon").await;
        ann.taps("Short rub").await;
        ann.taps("Next").await;
        ann.taps("Anna").await;
        ann.taps_exactly("26").await;
        ann.taps_exactly("09:00").await;
        ann.taps("Confirm").await;
        ann.sees("€35");
        t.offers(&SALON.replace("price = \"35.00\"", "price = \"39.00\"")).await;
        ann.taps("Move the visit").await;
        ann.taps_exactly("27").await;
        ann.taps_exactly("09:00").await;
        ann.sees("€35");
        ann.does_not_see("The price has changed");
        ann.taps("Back").await;
        ann.taps("Back").await;
        ann.taps("Back").await;
        ann.taps("Boris").await;
        ann.taps_exactly("27").await;
        ann.taps_exactly("09:00").await;
        ann.sees("€30");
        ann.sees("it was €35 until now");
        ann.taps("Move it").await;
        ann.sees("€30");
    });
}

#[test]
fn nobody_moves_somebody_else_s_visit_or_one_that_does_not_exist() {
    run(async |t| {
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        let (_, move_it) = ann.button("Move the visit");
        let (words, _) = move_it.rsplit_once('~').expect("a revision");
        bob.says("/visits").await;
        let (message, current) = bob.button("Book a visit");
        let (_, rev) = current.rsplit_once('~').expect("a revision");
        bob.taps_data(message, &format!("{words}~{rev}")).await;
        assert_eq!(bob.toast().as_deref(), Some("There is no such visit."));
        bob.says("/visits").await;
        let (message, current) = bob.button("Book a visit");
        let (_, rev) = current.rsplit_once('~').expect("a revision");
        bob.taps_data(message, &format!("1.mv.zzzz~{rev}")).await;
        assert_eq!(bob.toast().as_deref(), Some("There is no such visit."));
        assert_eq!(times(t).await, [row("confirmed", "26 10:00", 0)]);
    });
}
