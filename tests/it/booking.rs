//! A patient books a visit, sees it, and cancels it.

use chrono::TimeDelta;

use crate::harness::{Person, World, run};

#[test]
fn a_newcomer_books_and_sees_a_visit() {
    run(async |t| {
        let ann = t.stranger("Ann", "en");
        ann.says("/start").await;
        ann.sees("Hello, and welcome!");
        ann.taps("I agree").await;
        ann.sees("May we call you?");
        ann.shares_phone().await;
        ann.sees("What would you like to do?");

        ann.taps("Book a visit").await;
        ann.taps("Massage").await;
        ann.sees("1 service, 1 h, €60");
        ann.taps("Next").await;
        ann.sees_button("Anna · €60 · today at 10:00");
        ann.taps("Anna").await;
        ann.sees("Which day?");
        ann.taps_exactly("24").await;
        ann.sees("Tuesday, 24 November");
        ann.sees_button("Morning");
        ann.taps_exactly("09:30").await;
        ann.sees("Tuesday, 24 November, 09:30–10:30 (Europe/Berlin time)");
        ann.sees("This time is yours until 09:10");
        ann.taps("Confirm").await;
        ann.sees("Your visit is booked");
        assert_eq!(ann.toast().as_deref(), Some("Done! We look forward to seeing you."));

        ann.taps("Add to calendar").await;
        let (name, content) = ann.file();
        let content = String::from_utf8(content).expect("text");
        assert_eq!(name, "visit.ics");
        for line in ["BEGIN:VEVENT", "DTSTART:20261124T083000Z", "DTEND:20261124T093000Z", "STATUS:CONFIRMED"]
        {
            assert!(content.contains(line), "{line} is not in {content}");
        }

        ann.says("/visits").await;
        ann.taps("tomorrow at 09:30").await;
        ann.sees("Your visit is booked");
        ann.says("/start").await;
        ann.sees("Your next visit: tomorrow at 09:30");
    });
}

#[test]
fn a_visit_can_be_cancelled_while_there_is_time() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        ann.taps("Cancel the visit").await;
        ann.sees("Cancel this visit?");
        ann.taps("No, keep it").await;
        ann.sees("Your visit is booked");
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        ann.sees("This visit is cancelled");
        ann.says("/visits").await;
        ann.sees("You have no upcoming visits");
        ann.taps("Past visits").await;
        ann.sees_button("❌");

        let bob = t.client("Bob").await;
        bob.books(&["Massage"], "Anna", "26", "10:00").await;
        t.advance(TimeDelta::hours(50));
        bob.says("/visits").await;
        bob.taps("tomorrow at 10:00").await;
        bob.sees("It is too late to cancel here");
        bob.sees_no_button("Cancel the visit");
    });
}

#[test]
fn cancelling_is_refused_when_the_time_passes_while_the_question_stands() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "24", "10:00").await;
        ann.taps("Cancel the visit").await;
        t.advance(TimeDelta::hours(2));
        ann.taps("Yes, cancel it").await;
        assert_eq!(ann.toast().as_deref(), Some("It is too late to cancel this visit here."));
        // It stands: meanwhile its reminder has come.
        ann.sees("Your visit is tomorrow at 10:00");
        ann.sees_no_button("Cancel the visit");
    });
}

#[test]
fn several_services_add_up_and_only_who_knows_them_all_is_offered() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        ann.taps("Massage").await;
        ann.taps("Facial").await;
        ann.sees("2 services, 1 h 45 min, €110");
        ann.taps("Next").await;
        ann.sees_button("Anna");
        ann.sees_no_button("Boris");
        ann.sees_no_button("Anyone");
        ann.taps("Back").await;
        ann.sees("2 services");
        ann.taps("Facial").await;
        ann.taps("Next").await;
        ann.sees_button("Anyone");
        ann.sees_button("Boris");
    });
}

#[test]
fn back_leads_through_every_screen_with_what_was_picked() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("09:00").await;
        ann.sees("Please check your visit");
        ann.taps("Back").await;
        ann.sees("Thursday, 26 November");
        ann.sees_button("09:00");
        ann.taps("Back").await;
        ann.sees("Which day?");
        ann.taps("Back").await;
        ann.sees("With whom?");
        ann.taps("Back").await;
        ann.sees("1 service, 1 h, €60");
        ann.taps("Back").await;
        ann.sees("What would you like to do?");
    });
}

#[test]
fn the_calendar_shows_only_days_with_free_times_and_turns_its_pages() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        ann.taps("Therapy session").await;
        ann.taps("Next").await;
        ann.taps("Vera").await;
        ann.sees_button("November 2026");
        let labels = ann.labels();
        assert!(labels.contains(&"27".to_owned()), "a Friday: {labels:?}");
        assert!(!labels.contains(&"28".to_owned()), "a Saturday, when Vera is off: {labels:?}");
        assert!(!labels.contains(&"20".to_owned()), "a day that is over: {labels:?}");
        ann.taps_exactly("›").await;
        ann.sees_button("December 2026");
        ann.taps_exactly("›").await;
        ann.sees_button("January 2027");
        let labels = ann.labels();
        assert!(labels.contains(&"22".to_owned()), "the last day of sixty: {labels:?}");
        assert!(!labels.contains(&"25".to_owned()) && !labels.contains(&"›".to_owned()), "{labels:?}");
        ann.taps_exactly("‹").await;
        ann.sees_button("December 2026");
    });
}

#[test]
fn whoever_comes_second_gets_the_nearest_times() {
    run(async |t| {
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        ann.looks_for(&["Massage"], "Anna", "26").await;
        bob.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("10:00").await;
        bob.taps_exactly("10:00").await;
        bob.sees("this time is no longer free: Thu 26 Nov, 10:00");
        assert_eq!(
            alternatives(&bob),
            [
                "Thu 26 Nov, 11:30",
                "Thu 26 Nov, 12:00",
                "Thu 26 Nov, 14:00",
                "Thu 26 Nov, 10:00 · Boris",
                "Fri 27 Nov, 09:00"
            ]
        );
        bob.taps("Boris").await;
        bob.sees("Please check your visit");
        bob.sees("Boris");
        bob.taps("Confirm").await;
        ann.taps("Confirm").await;
        ann.sees("Your visit is booked");
        bob.sees("Your visit is booked");
    });
}

fn alternatives(person: &Person) -> Vec<String> {
    person.labels().into_iter().filter(|label| label.contains("Nov")).collect()
}

#[test]
fn a_hold_ends_by_itself_and_whoever_still_looks_at_it_is_told() {
    run(async |t| {
        let (ann, bob, eve) = (t.client("Ann").await, t.client("Bob").await, t.client("Eve").await);
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("10:00").await;
        let summary = ann.screen().id;
        eve.looks_for(&["Massage"], "Boris", "26").await;
        eve.taps_exactly("10:00").await;
        eve.says("/start").await;
        let home = eve.screen().text;
        t.advance(TimeDelta::minutes(11));
        t.settle().await;
        ann.sees("We could not hold the time any longer. Please pick again.");
        ann.sees("This time is still free: Thu 26 Nov, 10:00");
        assert_eq!(ann.screen().id, summary, "nobody is disturbed by a message for that");
        assert_eq!(eve.screen().text, home, "who has left the summary is told nothing");
        assert_eq!(live(t).await, 0);
        bob.books(&["Massage"], "Anna", "26", "10:00").await;
        ann.taps("Thu 26 Nov, 10:00").await;
        ann.sees("this time is no longer free");
        ann.taps("Thu 26 Nov, 14:00").await;
        ann.taps("Confirm").await;
        ann.sees("Your visit is booked");
        let ended: Vec<(String, Option<i64>)> = sqlx::query_as(
            "SELECT actor::text, actor_id FROM booking_changes WHERE to_status = 'expired' ORDER BY id",
        )
        .fetch_all(&t.pool)
        .await
        .expect("the audit");
        let by_eve = ("client".to_owned(), Some(eve.id));
        assert_eq!(ended, [by_eve, ("system".to_owned(), None)], "nobody ended Ann's hold");
    });
}

/// Without the job, as when it lags behind: whoever books over a hold that has run out sweeps it.
#[test]
fn whoever_books_over_a_hold_that_has_run_out_sweeps_it() {
    run(async |t| {
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        ann.looks_for(&["Massage"], "Anna", "26").await;
        bob.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("10:00").await;
        // The job skips what is locked.
        let mut busy = t.pool.begin().await.expect("a transaction");
        sqlx::query("SELECT FROM bookings FOR KEY SHARE").execute(&mut *busy).await.expect("a lock");
        t.advance(TimeDelta::minutes(11));
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        assert_eq!(live(t).await, 1, "the job has not got it");
        bob.taps_exactly("10:30").await;
        busy.rollback().await.expect("free again");
        bob.sees("Please check your visit");
        ann.sees("We could not hold the time any longer.");
        ann.sees("this time is no longer free");
    });
}

#[test]
fn a_person_holds_one_time_and_gives_it_back_by_leaving() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("10:00").await;
        ann.taps("Back").await;
        ann.taps_exactly("10:00").await;
        ann.says("/cancel").await;
        ann.sees("All right, nothing was booked.");
        assert_eq!(live(t).await, 0);
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("09:00").await;
        ann.says("/help").await;
        assert_eq!(live(t).await, 1, "looking aside keeps the hold");
        ann.taps("Back").await;
        ann.sees("Please check your visit");
    });
}

async fn live(t: &World) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM bookings WHERE status IN ('held', 'awaiting_payment', 'confirmed')",
    )
    .fetch_one(&t.pool)
    .await
    .expect("a count")
}

#[test]
fn nobody_is_in_two_places_at_once() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Boris", "26").await;
        let (_, ten) = ann.button("10:00");
        ann.taps("Back").await;
        ann.taps("Home").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        ann.looks_for(&["Massage"], "Boris", "26").await;
        ann.sees_no_button("10:00");
        ann.sees_no_button("10:30");
        ann.sees_button("11:00");
        // The old button, with the revision of the current screen.
        let (_, now) = ann.button("11:00");
        let (verb, _) = ten.rsplit_once('~').expect("a revision");
        let (_, rev) = now.rsplit_once('~').expect("a revision");
        ann.taps_data(ann.screen().id, &format!("{verb}~{rev}")).await;
        assert_eq!(
            ann.toast().as_deref(),
            Some("You already have a visit at that time. Please pick another.")
        );
        assert_eq!(live(t).await, 1);
    });
}

#[test]
fn fifty_patients_tap_one_time_and_one_gets_it() {
    run(async |t| {
        let mut patients = Vec::new();
        for number in 0..50 {
            let patient = t.client(&format!("Patient {number}")).await;
            patient.looks_for(&["Massage"], "Anna", "26").await;
            patients.push(patient);
        }
        for patient in &patients {
            patient.taps_exactly_without_waiting("10:00");
        }
        t.settle().await;
        let winners: Vec<_> =
            patients.iter().filter(|patient| patient.screen().text.contains("Please check")).collect();
        assert_eq!(winners.len(), 1);
        for patient in &patients {
            if !patient.screen().text.contains("Please check") {
                patient.sees("this time is no longer free");
                patient.sees_button("Boris");
                patient.sees_button("Fri 27 Nov, 09:00");
            }
        }
        for winner in winners {
            winner.taps("Confirm").await;
            winner.sees("Your visit is booked");
        }
        assert_eq!(live(t).await, 1);
    });
}

#[test]
fn fifty_patients_whose_hold_has_ended_want_the_time_again_and_one_gets_it() {
    run(async |t| {
        let mut patients = Vec::new();
        for number in 0..50 {
            let patient = t.client(&format!("Patient {number}")).await;
            patient.looks_for(&["Massage"], "Anna", "26").await;
            patients.push(patient);
        }
        for patient in &patients {
            patient.taps_exactly_without_waiting("10:00");
        }
        t.settle().await;
        t.advance(TimeDelta::minutes(11));
        t.settle().await;
        // One is told that the hold is over; the others wait beside the alternatives for their chance.
        for patient in &patients {
            patient.says("/book").await;
            patient.taps("Massage").await;
            patient.taps("Next").await;
            patient.taps("Anna").await;
            patient.taps_exactly("26").await;
        }
        for patient in &patients {
            patient.taps_exactly_without_waiting("10:00");
        }
        t.settle().await;
        for patient in &patients {
            if patient.screen().text.contains("Please check") {
                patient.taps_without_waiting("Confirm");
            }
        }
        t.settle().await;
        let count =
            |text: &str| patients.iter().filter(|patient| patient.screen().text.contains(text)).count();
        assert_eq!((count("Your visit is booked"), count("this time is no longer free")), (1, 49));
        assert_eq!(live(t).await, 1);
    });
}
