//! Who may book what, where and how often; and what cancelling late means.

use chrono::TimeDelta;

use crate::harness::{ADMIN, ANNA, Person, SALON, World, run};

/// To the masters for these services at the salon.
async fn asks_for(person: &Person, services: &[&str]) {
    person.says("/book").await;
    person.taps("Salon").await;
    for service in services {
        person.taps(service).await;
    }
    person.taps("Next").await;
}

async fn books(person: &Person, services: &[&str], master: &str, day: &str, time: &str) {
    asks_for(person, services).await;
    person.taps(master).await;
    person.taps_exactly(day).await;
    person.taps_exactly(time).await;
    person.taps("Confirm").await;
    person.sees("Your visit is booked");
}

async fn rooms(t: &World) -> Vec<Vec<i32>> {
    sqlx::query_scalar("SELECT resource_ids FROM bookings WHERE status = 'confirmed' ORDER BY id")
        .fetch_all(&t.pool)
        .await
        .expect("the rooms")
}

#[test]
fn one_room_serves_one_visit_at_a_time_whoever_gives_it() {
    run(async |t| {
        t.offers(SALON).await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        books(&ann, &["Massage"], "Anna", "26", "10:00").await;
        asks_for(&bob, &["Massage"]).await;
        bob.taps("Boris").await;
        bob.taps_exactly("26").await;
        let labels = bob.labels();
        for taken in ["09:30", "10:00", "10:30"] {
            assert!(!labels.contains(&taken.to_owned()), "{taken} needs the room: {labels:?}");
        }
        assert!(labels.contains(&"09:00".to_owned()) && labels.contains(&"11:00".to_owned()));
        // What needs no room is not in its way.
        asks_for(&bob, &["Short rub"]).await;
        bob.taps("Boris").await;
        bob.taps_exactly("26").await;
        bob.taps_exactly("10:00").await;
        bob.taps("Confirm").await;
        let rooms = rooms(t).await;
        assert_eq!(rooms.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0]);
        let anna = t.person(ANNA, "Anna");
        anna.says("/day 2026-11-26").await;
        anna.taps("Ann").await;
        anna.sees("🚪 The room");
    });
}

#[test]
fn two_who_want_the_last_room_at_once_get_it_once() {
    run(async |t| {
        t.offers(SALON).await;
        let mut people = Vec::new();
        for (number, master) in ["Anna", "Boris", "Anna", "Boris"].into_iter().enumerate() {
            let person = t.client(&format!("Person {number}")).await;
            asks_for(&person, &["Massage"]).await;
            person.taps(master).await;
            person.taps_exactly("26").await;
            people.push(person);
        }
        for person in &people {
            person.taps_exactly_without_waiting("10:00");
        }
        t.settle().await;
        let count = |text: &str| people.iter().filter(|person| person.screen().text.contains(text)).count();
        assert_eq!((count("Please check your visit"), count("this time is no longer free")), (1, 3));
    });
}

#[test]
fn add_ons_come_with_what_they_go_with_and_rivals_do_not_mix() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        ann.taps("Salon").await;
        ann.sees_no_button("Oil");
        ann.taps("Massage").await;
        ann.sees_button("+ Oil");
        ann.sees_button("🚫 Short rub");
        ann.sees("🚫 does not go with what you have ticked");
        let (message, oil) = ann.button("Oil");
        ann.taps_data(message, &oil).await;
        ann.sees("2 services, 1 h 15 min, €70");
        // Without the massage the oil has nothing to go with.
        ann.taps("✅ Massage").await;
        ann.sees_no_button("Oil");
        ann.taps("Short rub").await;
        ann.taps("Next").await;
        assert_eq!(
            ann.toast().as_deref(),
            Some("Not everything you ticked can be booked together. The rest is kept.")
        );
        ann.sees_button("Anna · €35");
        ann.sees_button("Boris · €30");
        ann.sees_button("Anyone · from €30");
        ann.taps("Back").await;
        ann.sees("1 service, 30 min, €35");
        // The master needs every skill; the price is each one's own.
        ann.taps("Short rub").await;
        ann.taps("Massage").await;
        ann.taps("Oil").await;
        ann.taps("Next").await;
        ann.sees_button("Anna · €70");
        ann.sees_no_button("Boris");
        ann.taps("Anna").await;
        ann.taps_exactly("26").await;
        ann.taps_exactly("09:00").await;
        ann.sees("• Massage · 1 h · €60\n• Oil · 15 min · €10");
    });
}

#[test]
fn some_services_are_for_newcomers_and_some_for_those_who_have_been_here() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        ann.taps("Salon").await;
        ann.sees_button("First talk");
        ann.sees_no_button("Deep talk");
        books(&ann, &["First talk"], "Vera", "24", "10:00").await;
        ann.says("/book").await;
        ann.taps("Salon").await;
        ann.sees_button("First talk");
        // The first visit has taken place.
        t.advance(TimeDelta::hours(26));
        ann.says("/book").await;
        ann.taps("Salon").await;
        ann.sees_no_button("First talk");
        ann.taps("Deep talk").await;
        ann.taps("Next").await;
        ann.sees_button("Vera");
    });
}

#[test]
fn visits_ahead_are_limited_and_fewer_for_newcomers() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        books(&ann, &["First talk"], "Vera", "23", "10:00").await;
        books(&ann, &["Short rub"], "Anna", "26", "09:00").await;
        asks_for(&ann, &["Short rub"]).await;
        ann.sees("as many visits ahead as you can book at a time here: 2.");
        // The first has taken place, so she is known, and one is off the count.
        t.advance(TimeDelta::hours(3));
        books(&ann, &["Short rub"], "Anna", "26", "10:00").await;
        books(&ann, &["Short rub"], "Anna", "26", "11:00").await;
        asks_for(&ann, &["Short rub"]).await;
        ann.sees("as you can book at a time here: 3.");
    });
}

#[test]
fn staff_flag_and_block_clients_and_trust_them_again() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        books(&ann, &["Short rub"], "Anna", "26", "09:00").await;
        let anna = t.person(ANNA, "Anna");
        anna.says("/day 2026-11-26").await;
        anna.taps("Ann").await;
        anna.taps("Flag").await;
        anna.sees("🚩 Flagged");
        asks_for(&ann, &["Massage"]).await;
        ann.sees("as you can book at a time here: 1.");
        anna.taps("Block").await;
        anna.sees("⛔ Blocked");
        asks_for(&ann, &["Massage"]).await;
        ann.sees("Online booking is closed for you here.");
        // Somebody else's client is none of hers.
        let vera = t.person(3001, "Vera");
        let (_, trust) = anna.button("Trust again");
        vera.says("/today").await;
        let (message, current) = vera.button("‹");
        let (words, _) = trust.rsplit_once('~').expect("a revision");
        let (_, rev) = current.rsplit_once('~').expect("a revision");
        vera.taps_data(message, &format!("{words}~{rev}")).await;
        assert_eq!(vera.toast().as_deref(), Some("There is no such visit."));
        anna.taps("Trust again").await;
        asks_for(&ann, &["Massage"]).await;
        ann.sees_button("Anna");
        let admin = t.person(ADMIN, "Olga");
        admin.says("/day 2026-11-26").await;
        admin.taps("Ann").await;
        admin.sees_button("Flag");
    });
}

#[test]
fn blocked_with_a_summary_open_the_client_cannot_confirm() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        asks_for(&ann, &["Short rub"]).await;
        ann.taps("Anna").await;
        ann.taps_exactly("26").await;
        ann.taps_exactly("09:00").await;
        sqlx::query("UPDATE clients SET regard = 'blocked'").execute(&t.pool).await.expect("blocked");
        ann.taps("Confirm").await;
        let confirmed: i64 = sqlx::query_scalar("SELECT count(*) FROM bookings WHERE status = 'confirmed'")
            .fetch_one(&t.pool)
            .await
            .expect("a count");
        assert_eq!(confirmed, 0);
        ann.sees("Online booking is closed for you here.");
    });
}

#[test]
fn cancelling_late_is_marked_where_it_is_allowed() {
    run(async |t| {
        t.offers(SALON).await;
        let ann = t.client("Ann").await;
        asks_for(&ann, &["Short rub"]).await;
        ann.taps("Anna").await;
        ann.taps_exactly("25").await;
        ann.taps_exactly("09:00").await;
        ann.sees("Free cancellation until tomorrow at 09:00.");
        ann.sees("You can move it until Wed 25 Nov, 05:00.");
        ann.sees("After that, cancelling counts as late.");
        ann.taps("Confirm").await;
        t.advance(TimeDelta::hours(25));
        ann.says("/visits").await;
        ann.taps("tomorrow at 09:00").await;
        ann.sees("Cancelling now counts as a late cancellation.");
        ann.taps("Cancel the visit").await;
        ann.sees("It is late: this will count as a late cancellation.");
        ann.taps("Yes, cancel it").await;
        ann.sees("This visit was cancelled late");
        let late: bool = sqlx::query_scalar("SELECT late_cancel FROM bookings")
            .fetch_one(&t.pool)
            .await
            .expect("the booking");
        assert!(late);
        // The staff sees it too, on the day and on the client's next visits.
        let anna = t.person(ANNA, "Anna");
        anna.says("/day 2026-11-25").await;
        anna.sees("No visits.");
        anna.taps("❌ 09:00–09:30 · Ann").await;
        anna.sees("This visit was cancelled late");
        anna.sees("Has cancelled late once.");
    });
}

#[test]
fn each_location_has_its_zone_and_rules_and_a_master_is_one_person_in_both() {
    run(async |t| {
        t.offers(SALON).await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        books(&ann, &["Short rub"], "Anna", "26", "10:00").await;
        bob.says("/book").await;
        bob.taps("Island").await;
        bob.taps("Sea massage").await;
        bob.taps("Next").await;
        bob.taps("Anna").await;
        bob.taps_exactly("26").await;
        bob.sees("Atlantic/Canary");
        // Ten in Berlin is nine on the island.
        let labels = bob.labels();
        for taken in ["08:30", "09:00"] {
            assert!(!labels.contains(&taken.to_owned()), "{taken}: {labels:?}");
        }
        bob.taps_exactly("09:30").await;
        bob.sees("Thursday, 26 November, 09:30–10:30 (Atlantic/Canary time)");
        bob.sees("You can move or cancel it free of charge until Thu 26 Nov, 07:30.");
        bob.taps("Confirm").await;
        bob.sees("Your visit is booked");
    });
}

#[test]
fn times_that_keep_the_day_whole_are_marked_where_the_location_cares() {
    run(async |t| {
        let tidy =
            SALON.replacen("lead = \"1 h\"", "lead = \"1 h\"\ntidy_day = true\nslot_step = \"15 min\"", 1);
        t.offers(&tidy).await;
        let ann = t.client("Ann").await;
        asks_for(&ann, &["Short rub"]).await;
        ann.taps("Anna").await;
        ann.taps_exactly("26").await;
        ann.sees("✨ fits our day best.");
        let labels = ann.labels();
        let has = |label: &str| labels.contains(&label.to_owned());
        // A quarter of an hour is of no use: her shortest visit takes half an hour.
        assert!(
            has("✨09:00") && has("09:15") && has("✨09:30") && has("12:15") && has("✨12:30"),
            "{labels:?}"
        );
        ann.taps_exactly("09:15").await;
        ann.sees("Please check your visit");
    });
}

#[test]
fn a_hold_ends_when_its_visit_would_begin() {
    run(async |t| {
        t.offers(&SALON.replacen("lead = \"1 h\"", "lead = \"0 min\"", 1)).await;
        let ann = t.client("Ann").await;
        t.advance(TimeDelta::minutes(55));
        asks_for(&ann, &["Short rub"]).await;
        ann.taps("Anna").await;
        ann.taps_exactly("23").await;
        ann.taps_exactly("10:00").await;
        ann.sees("This time is yours until 10:00.");
        t.advance(TimeDelta::minutes(5));
        t.settle().await;
        ann.sees("We could not hold the time any longer.");
    });
}

#[test]
fn anyone_is_whoever_has_least_that_day_and_then_who_waits_longest() {
    run(async |t| {
        t.offers(SALON).await;
        let mut masters = Vec::new();
        for number in 0..4 {
            let person = t.client(&format!("Person {number}")).await;
            asks_for(&person, &["Short rub"]).await;
            person.taps("Anyone").await;
            person.taps_exactly("26").await;
            person.taps_exactly(["09:00", "10:00", "11:00", "15:00"][number]).await;
            let screen = person.screen().text;
            masters.push(if screen.contains("👤 Anna") { "Anna" } else { "Boris" });
            person.taps("Confirm").await;
            t.advance(TimeDelta::minutes(1));
        }
        assert_eq!(masters, ["Anna", "Boris", "Anna", "Boris"]);
    });
}
