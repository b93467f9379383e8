//! What changes while somebody is booking: they are told, and whatever is still good stays.

use chrono::TimeDelta;

use crate::harness::{Person, STUDIO, World, run};

async fn looks(person: &Person) {
    person.says("/book").await;
    person.taps("Massage").await;
    person.taps("Facial").await;
    person.taps("Next").await;
}

/// The studio without one of its services.
fn without_facial() -> String {
    let start = STUDIO.find("[[service]]\nkey = \"facial\"").expect("the facial");
    let end = STUDIO.find("[[service]]\nkey = \"talk\"").expect("the talk");
    let mut catalog = STUDIO.to_owned();
    catalog.replace_range(start..end, "");
    catalog.replace("\"massage\", \"facial\"", "\"massage\"")
}

fn without_anna() -> String {
    let start = STUDIO.find("[[master]]\nkey = \"anna\"").expect("Anna");
    let end = STUDIO.find("[[master]]\nkey = \"boris\"").expect("Boris");
    let mut catalog = without_facial();
    let catalog_start = catalog.find("[[master]]\nkey = \"anna\"").expect("Anna");
    let catalog_end = catalog.find("[[master]]\nkey = \"boris\"").expect("Boris");
    assert!(start < end);
    catalog.replace_range(catalog_start..catalog_end, "");
    catalog
}

#[test]
fn a_service_that_is_gone_is_named_and_the_others_stay() {
    run(async |t| {
        let ann = t.client("Ann").await;
        looks(&ann).await;
        ann.sees_button("Anna · €110");
        t.offers(&without_facial()).await;
        ann.taps("Anna").await;
        ann.sees("Not offered any more: Facial");
        ann.sees("The rest of your choice is kept.");
        ann.taps("Go on").await;
        ann.sees_button("Anna · €60");
        ann.sees_button("Boris · €60");
        ann.taps("Boris").await;
        ann.sees("Which day?");
    });
}

#[test]
fn a_service_that_is_gone_from_under_the_list_leaves_the_ticks_of_the_others() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        ann.taps("Massage").await;
        ann.taps("Facial").await;
        t.offers(&without_facial()).await;
        ann.taps("Therapy").await;
        ann.sees("Something you had ticked is not offered any more.");
        ann.sees_button("✅ Massage");
        ann.taps("Therapy").await;
        ann.taps("Next").await;
        ann.sees_button("Anna · €60");
    });
}

#[test]
fn a_master_who_is_gone_leaves_the_services() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        t.offers(&without_anna()).await;
        ann.taps_exactly("10:00").await;
        assert_eq!(
            ann.toast().as_deref(),
            Some("This person cannot be booked any more. Please choose somebody else.")
        );
        ann.sees_button("Boris");
        ann.sees_no_button("Anna");
        // The same on a mere look.
        t.offers(STUDIO).await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        t.offers(&without_anna()).await;
        ann.taps("Back").await;
        ann.sees("This person can no longer be booked for these services.");
        ann.taps("Somebody else").await;
        ann.sees_button("Boris");
    });
}

#[test]
fn a_master_who_is_gone_is_not_confirmed_and_the_summary_says_so() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("10:00").await;
        t.offers(&without_anna()).await;
        ann.taps("Confirm").await;
        assert_eq!(
            ann.toast().as_deref(),
            Some("What you picked is no longer offered. Please choose again.")
        );
        ann.sees_button("✅ Massage");
        assert_eq!(confirmed(t).await, 0);
        ann.taps("Next").await;
        ann.taps("Boris").await;
        ann.taps_exactly("26").await;
        ann.taps_exactly("10:00").await;
        ann.taps("Confirm").await;
        assert_eq!(confirmed(t).await, 1);
    });
}

async fn confirmed(t: &World) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM bookings WHERE status = 'confirmed'")
        .fetch_one(&t.pool)
        .await
        .expect("a count")
}

#[test]
fn a_price_that_has_changed_is_told_before_confirming_and_what_is_held_is_promised() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        t.offers(&STUDIO.replacen("60.00", "65.00", 1)).await;
        ann.taps_exactly("10:00").await;
        ann.sees("€65");
        ann.sees("The price has changed since you chose: it was €60.");
        // From here on the price is a promise.
        t.offers(&STUDIO.replacen("60.00", "70.00", 1)).await;
        ann.taps("Confirm").await;
        ann.sees("€65");
        let price: i64 = sqlx::query_scalar("SELECT price_minor FROM bookings")
            .fetch_one(&t.pool)
            .await
            .expect("the price");
        assert_eq!(price, 6500);
    });
}

#[test]
fn hours_that_have_changed_offer_what_is_near() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        t.offers(&STUDIO.replacen(
            "from = \"09:00\", to = \"18:00\", breaks",
            "from = \"12:00\", to = \"18:00\", breaks",
            1,
        ))
        .await;
        ann.taps_exactly("10:00").await;
        ann.sees("this time is no longer free");
        ann.taps("Thu 26 Nov, 12:00").await;
        ann.sees("Please check your visit");
    });
}

#[test]
fn the_language_is_switched_on_the_summary_and_the_time_stays_held() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("10:00").await;
        ann.says("/language").await;
        ann.taps("Русский").await;
        ann.sees("Проверьте вашу запись");
        ann.taps("Подтвердить").await;
        ann.sees("Вы записаны");
        assert_eq!(confirmed(t).await, 1);
    });
}

#[test]
fn what_was_booked_on_another_device_is_respected() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        let (message, ten) = ann.button("10:00");
        // Meanwhile, in the same account, on the other phone.
        ann.says("/book").await;
        ann.taps("Massage").await;
        ann.taps("Next").await;
        ann.taps("Boris").await;
        ann.taps_exactly("26").await;
        ann.taps_exactly("10:00").await;
        ann.taps("Confirm").await;
        ann.taps_data(message, &ten).await;
        assert_eq!(ann.toast().as_deref(), Some("This menu is out of date. Here is a fresh one."));
        assert_eq!(confirmed(t).await, 1);
        t.advance(TimeDelta::minutes(11));
        t.settle().await;
        assert_eq!(confirmed(t).await, 1);
    });
}
