//! With a therapist nothing that comes by itself says what a visit is for, unless the location says otherwise.

use chrono::TimeDelta;
use vizit_sandbox::{Content, Message};

use crate::{
    harness::{ADMIN, ANNA, Person, STUDIO, VERA, World, run},
    money::{vouchers::with_vouchers, with_deposits},
};

/// All that the bot has sent since some message.
fn said_aloud(person: &Person, since: i64) -> Vec<String> {
    let is_sent = |message: &Message| message.from_bot && message.id > since;
    let messages = person.messages().into_iter().filter(is_sent);
    messages
        .map(|message| match message.content {
            Content::Invoice { title, description, .. } => format!("{title} {description}"),
            _ => message.text,
        })
        .collect()
}

/// Ann books with somebody, is reminded, is told of a delay, comes, and is asked how it was.
async fn a_visit(t: &World, ann: &Person, (service, master): (&str, &str)) -> Vec<String> {
    let staff = t.person(if master == "Vera" { VERA } else { ANNA }, master);
    let olga = t.person(ADMIN, "Olga");
    for person in [&staff, &olga] {
        person.says("/start").await;
    }
    ann.looks_for(&[service], master, "26").await;
    ann.taps_exactly("10:00").await;
    ann.sees(service);
    // From here on everything is sent, and the screens before were looked at on purpose.
    let people = [ann, &staff, &olga];
    let seen = people.map(|person| person.messages().last().map_or(0, |message| message.id));
    let mut texts = Vec::new();
    let mut note = || {
        for (person, before) in people.into_iter().zip(seen) {
            texts.extend(said_aloud(person, before));
        }
    };
    ann.taps("Pay").await;
    note();
    ann.pays().await;
    note();
    // Two reminders, a digest, and a delay.
    for hours in [49, 21, 2] {
        t.advance(TimeDelta::hours(hours));
        t.settle().await;
        note();
    }
    staff.says("/late").await;
    staff.taps("15 min").await;
    staff.taps("Tell").await;
    note();
    t.advance(TimeDelta::hours(3));
    t.settle().await;
    note();
    staff.taps("✔").await;
    t.settle().await;
    note();
    texts
}

#[test]
fn what_somebody_comes_for_with_a_therapist_stands_in_no_message() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let ann = t.client("Ann").await;
        let texts = a_visit(t, &ann, ("Therapy session", "Vera")).await;
        assert!(texts.iter().filter(|text| text.contains("A visit")).count() >= 12, "{texts:#?}");
        for text in &texts {
            assert!(!text.contains("Therapy"), "{text}");
        }
        for said in [
            "🔔 Your visit is",
            "15 min late",
            "❓ This visit is over",
            "⭐ How was it?",
            "Good morning",
            "Deposit",
        ] {
            assert!(texts.iter().any(|text| text.contains(said)), "{said} is not in {texts:#?}");
        }
        ann.says("/visits").await;
        ann.taps("Past visits").await;
        ann.taps("Therapy session").await;
        ann.sees("Therapy session");
    });
}

#[test]
fn a_location_decides_for_itself() {
    run(async |t| {
        t.offers(&with_deposits().replace("slot_step", "discreet = true\nslot_step")).await;
        let ann = t.client("Ann").await;
        let texts = a_visit(t, &ann, ("Massage", "Anna")).await;
        assert!(texts.iter().all(|text| !text.contains("Massage")), "{texts:#?}");
        t.offers(&STUDIO.replace("slot_step", "discreet = false\nslot_step")).await;
        let bob = t.client("Bob").await;
        bob.books(&["Therapy session"], "Vera", "30", "10:00").await;
        bob.sees("Therapy session");
        bob.taps("Add to calendar").await;
        let (_, calendar) = bob.file_named(".ics");
        assert!(String::from_utf8_lossy(&calendar).contains("SUMMARY:Therapy session · Vera"));
    });
}

#[test]
fn the_calendar_file_of_a_discreet_visit_is_just_a_visit() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Therapy session"], "Vera", "26", "10:00").await;
        ann.does_not_see("Therapy");
        ann.taps("Add to calendar").await;
        let (_, calendar) = ann.file_named(".ics");
        let calendar = String::from_utf8_lossy(&calendar).into_owned();
        assert!(calendar.contains("SUMMARY:A visit"), "{calendar}");
        assert!(!calendar.contains("Therapy") && !calendar.contains("Vera"), "{calendar}");
    });
}

/// Who has left was a therapist perhaps, and the visits that are left are what they were.
#[test]
fn it_stays_so_when_the_therapist_has_left() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Therapy session"], "Vera", "26", "10:00").await;
        let (others, _) = STUDIO.split_once("[[master]]\nkey = \"vera\"").expect("Vera comes last");
        t.offers(others).await;
        t.advance(TimeDelta::hours(49));
        t.settle().await;
        ann.sees("🔔 Your visit is");
        ann.does_not_see("Therapy");
    });
}

/// Money comes when it comes, and what is shown then was not asked for.
#[test]
fn what_is_shown_after_a_payment_does_not_say_it_either() {
    run(async |t| {
        t.offers(&with_vouchers()).await;
        let ann = t.client("Ann").await;
        ann.looks_for(&["Therapy session"], "Vera", "26").await;
        ann.taps_exactly("10:00").await;
        ann.taps("Pay").await;
        ann.pays().await;
        ann.says("/vouchers").await;
        ann.taps("Fifty for you").await;
        ann.taps("For me").await;
        ann.says("/start").await;
        ann.sees("Therapy session");
        let before = ann.messages().last().map_or(0, |message| message.id);
        ann.pays().await;
        ann.waits_for("A voucher of yours").await;
        let texts = said_aloud(&ann, before);
        assert!(texts.iter().any(|text| text.contains("Your next visit")), "{texts:#?}");
        assert!(texts.iter().all(|text| !text.contains("Therapy")), "{texts:#?}");
    });
}
