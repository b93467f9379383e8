//! What the staff can do about times: take them off, and ask why they are offered or not.

use crate::harness::{ADMIN, ANNA, SALON, program::vizit, run};

#[test]
fn a_master_takes_time_off_and_back_in_the_chat() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        let ann = t.client("Ann").await;
        anna.says("/block 2026-11-26 14:00-16:00").await;
        anna.sees("nobody can book this time.");
        anna.sees("time off");
        anna.sees_button("✖️ 14:00–16:00");
        ann.looks_for(&["Massage"], "Anna", "26").await;
        let labels = ann.labels();
        for taken in ["13:30", "14:00", "15:30"] {
            assert!(!labels.contains(&taken.to_owned()), "{taken}: {labels:?}");
        }
        ann.sees_button("16:00");
        // A new catalog file does not know of it, and leaves it alone.
        t.offers(crate::harness::STUDIO).await;
        ann.says("/start").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.sees_no_button("14:00");
        anna.taps("✖️").await;
        assert_eq!(anna.toast().as_deref(), Some("This time can be booked again."));
        ann.taps("Back").await;
        ann.taps_exactly("26").await;
        ann.sees_button("14:00");
    });
}

#[test]
fn booked_time_is_not_taken_off_from_under_a_client() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "15:00").await;
        anna.says("/block 2026-11-26 14:00-15:30").await;
        anna.sees("There are visits in this time, so it stays open.");
        anna.says("/block 2026-11-26 14:00-15:00").await;
        anna.sees("nobody can book this time");
        for unclear in ["/block", "/block tomorrow", "/block 2026-11-26", "/block 2026-11-26 14:00"] {
            anna.says(unclear).await;
            anna.sees(
                "It needs a date and a time from–to: /block 2026-11-26".replace("11-26", "12-01").as_str(),
            );
        }
        // Nobody's calendar but one's own, and nobody but the staff.
        anna.says("/block 2026-11-26 10:00-11:00 boris").await;
        anna.sees("There is no such master. Add the key from the catalog");
        ann.says("/block 2026-11-26 10:00-11:00").await;
        ann.sees("This command is for the staff.");
        anna.says("/block 2026-11-26 10:00-10:00").await;
        anna.sees("It needs a date and a time from–to");
        let admin = t.person(ADMIN, "Olga");
        admin.says("/block 2026-11-26 10:00-11:00").await;
        admin.sees("There is no such master. Add the key from the catalog");
        admin.says("/block 2026-11-26 10:00-11:00 boris").await;
        admin.sees("nobody can book this time");
        admin.sees("Boris");
    });
}

#[test]
fn why_is_answered_rule_by_rule_in_the_chat() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        anna.says("/why 2026-11-26 11:00").await;
        anna.sees("Anna, Thu 26 Nov, 11:00");
        anna.sees("❌ Not offered: Massage, Facial");
        anna.sees("− another visit and its buffers take 10:00–11:15");
        anna.sees("+ at work 09:00–18:00");
        anna.says("/why 2026-11-26T11:30").await;
        anna.sees("✅ Offered: Massage, Facial");
        anna.says("/why 2026-11-26 12:30").await;
        anna.sees("❌ Not offered: Massage");
        anna.sees("− break 13:00–14:00");
        anna.says("/why 2026-11-26 17:30").await;
        anna.sees("− too long: work ends at 18:00");
        anna.says("/why 2026-11-26 20:00").await;
        anna.sees("− not at work");
        anna.says("/why 2026-11-26 09:10").await;
        anna.sees("− between the offered starts 09:00 and 09:30");
        anna.says("/why 2026-11-23 09:30").await;
        anna.sees("− too soon: the earliest is today at 10:00");
        anna.says("/why 2027-06-01 10:00").await;
        anna.sees("− too far ahead: the last day is Fri 22 Jan");
        anna.says("/why 10:00").await;
        anna.sees("It needs a date and a time");
        anna.says("/why 2026-11-26 10:00 boris").await;
        anna.sees("There is no such master");
        let admin = t.person(ADMIN, "Olga");
        admin.says("/why 2026-11-26 10:00 boris").await;
        admin.sees("Boris, Thu 26 Nov, 10:00");
        admin.sees("✅ Offered: Massage");
        ann.says("/why 2026-11-26 10:00").await;
        ann.sees("This command is for the staff.");
    });
}

#[test]
fn why_knows_rooms_and_time_off() {
    run(async |t| {
        t.offers(SALON).await;
        let anna = t.person(ANNA, "Anna");
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        ann.taps("Salon").await;
        ann.taps("Massage").await;
        ann.taps("Next").await;
        ann.taps("Boris").await;
        ann.taps_exactly("26").await;
        ann.taps_exactly("10:00").await;
        ann.taps("Confirm").await;
        anna.says("/why 2026-11-26 10:00").await;
        anna.sees("− no room or equipment of the needed kind is free");
        anna.sees("✅ Offered: Short rub");
        // On the island the same wall time is another hour.
        anna.sees("✅ Offered: Sea massage · Island");
        anna.sees("+ at work 08:00–20:00");
        anna.says("/block 2026-11-26 10:00-12:00").await;
        anna.says("/why 2026-11-26 10:00").await;
        anna.sees("− time off, Thu 26 Nov, 10:00 to Thu 26 Nov, 12:00");
    });
}

#[test]
fn the_program_explains_a_time_on_the_command_line() {
    run(async |t| {
        // The program goes by the system's clock, so what is asked lies safely out of its reach.
        let why = |arguments: &[&'static str]| {
            let mut all = vec!["why"];
            all.extend(arguments);
            let url = t.database.url().to_owned();
            async move { vizit(&all, &[("DATABASE_URL", &url)]).await }
        };
        let (ok, text) = why(&["anna", "2199-06-04T15:00"]).await;
        assert!(ok, "{text}");
        assert!(text.contains("Not offered: Massage, Facial") && text.contains("too far ahead"), "{text}");
        let (ok, text) =
            why(&["anna", "2199-06-04T15:00", "--service", "massage", "--service", "facial"]).await;
        assert!(ok && text.contains("Not offered: Massage, Facial"), "{text}");
        for (arguments, fault) in [
            (vec!["nobody", "2026-12-01T15:00"], "there is no master \"nobody\" in the catalog"),
            (vec!["anna", "2026-12-01T15:00", "--service", "talk"], "gives no such service"),
            (vec!["anna", "tomorrow"], "write it like 2026-12-01T15:00"),
        ] {
            let (ok, text) = why(&arguments).await;
            assert!(!ok && text.contains(fault), "{text}");
        }
    });
}
