//! Everything around booking: languages, phone numbers, old buttons, and what nobody expected.

use crate::harness::{ANNA, VERA, run};

#[test]
fn everything_is_there_in_russian() {
    run(async |t| {
        let ivan = t.stranger("Иван", "ru");
        ivan.says("/start").await;
        ivan.sees("Здравствуйте!");
        ivan.taps("Принимаю").await;
        ivan.says("Пропустить").await;
        ivan.sees("Чем могу помочь?");
        ivan.taps("Записаться").await;
        ivan.taps("Массаж").await;
        ivan.sees("Выбрано: 1 услуга, 1 ч, 60 €");
        ivan.taps("Далее").await;
        ivan.sees_button("Анна · 60 € · сегодня в 10:00");
        ivan.taps("Анна").await;
        ivan.sees_button("Ноябрь 2026");
        ivan.taps_exactly("26").await;
        ivan.sees("четверг, 26 ноября");
        ivan.taps_exactly("10:00").await;
        ivan.sees("Бесплатный перенос и отмена до: ср 25 ноя, 10:00");
        ivan.taps("Подтвердить").await;
        ivan.sees("Вы записаны");
        ivan.taps("В календарь").await;
        ivan.taps("Отменить запись").await;
        ivan.taps("Да, отменить").await;
        ivan.sees("Запись отменена");
    });
}

#[test]
fn the_language_can_be_changed_on_any_screen() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("10:00").await;
        ann.says("/language").await;
        ann.taps("Русский").await;
        ann.sees("Проверьте вашу запись");
        ann.sees("Массаж · 1 ч · 60 €");
        ann.says("/language").await;
        ann.taps("English").await;
        ann.sees("Please check your visit");
        ann.taps("Confirm").await;
        ann.sees("Your visit is booked");
    });
}

#[test]
fn a_stranger_can_choose_the_language_before_agreeing() {
    run(async |t| {
        let ann = t.stranger("Ann", "de");
        ann.says("hello?").await;
        ann.sees("Hello, and welcome!");
        ann.taps("Русский").await;
        ann.sees("Здравствуйте!");
        ann.taps("Мои данные").await;
        ann.sees("Что о вас хранится");
        ann.taps("Назад").await;
        ann.sees("Здравствуйте!");
        ann.says("/book").await;
        ann.sees("Здравствуйте!");
    });
}

#[test]
fn only_the_own_phone_number_is_taken() {
    run(async |t| {
        let ann = t.stranger("Ann", "en");
        ann.says("/start").await;
        ann.taps("I agree").await;
        ann.shares_contact_of(Some(99)).await;
        ann.sees("somebody else's card");
        ann.shares_contact_of(None).await;
        ann.sees("somebody else's card");
        ann.says("my number is 12345").await;
        ann.sees("Please use the buttons below");
        let phone: Option<String> = phone(t).await;
        assert_eq!(phone, None);
        ann.shares_phone().await;
        ann.sees("What would you like to do?");
        assert!(ann.messages().iter().any(|message| message.text == "Thank you, your number is saved."));
        assert_eq!(self::phone(t).await.as_deref(), Some("+49305550101"));
    });
}

async fn phone(t: &crate::harness::World) -> Option<String> {
    sqlx::query_scalar("SELECT phone FROM clients").fetch_one(&t.pool).await.expect("one client")
}

#[test]
fn whatever_is_sent_gets_a_helpful_answer() {
    run(async |t| {
        let ann = t.client("Ann").await;
        for text in ["hi", "/nonsense", "/day", "/today", "/day 2026-12-01"] {
            ann.says(text).await;
            ann.sees("What would you like to do?");
        }
        ann.sees("This command is for the staff");
        ann.sends_sticker().await;
        ann.sees("Lovely!");
        ann.sends_photo().await;
        ann.sees("I cannot look at pictures");
        ann.shares_contact_of(Some(5)).await;
        ann.sees("somebody else's card");
        ann.says("/help").await;
        ann.sees("/visits – see, move or cancel your visits");
        ann.says("/privacy").await;
        ann.sees("What is stored about you");
        ann.says("/cancel").await;
        ann.sees("Which visit would you like to cancel?");
    });
}

#[test]
fn a_double_tap_does_nothing_twice() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("10:00").await;
        ann.taps_without_waiting("Confirm");
        ann.taps_without_waiting("Confirm");
        t.settle().await;
        ann.sees("Your visit is booked");
        let visits: i64 =
            sqlx::query_scalar("SELECT count(*) FROM bookings").fetch_one(&t.pool).await.expect("a count");
        assert_eq!(visits, 1);
        assert_eq!(
            ann.messages().iter().filter(|message| message.text.contains("Your visit is booked")).count(),
            1
        );
    });
}

#[test]
fn services_ticked_faster_than_the_screen_follows_are_all_ticked() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        ann.taps_without_waiting("Massage");
        ann.taps_without_waiting("Facial");
        t.settle().await;
        ann.sees("2 services");
        ann.taps_without_waiting("Massage");
        ann.taps_without_waiting("Massage");
        t.settle().await;
        ann.sees("1 service,");
    });
}

#[test]
fn services_that_nobody_gives_together_are_told_so() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        ann.taps("Massage").await;
        ann.taps("Therapy session").await;
        ann.taps("Next").await;
        ann.sees("Nobody gives all of these in one visit.");
        ann.taps("Back").await;
        ann.taps("Therapy session").await;
        ann.taps("Next").await;
        ann.sees("With whom?");
    });
}

#[test]
fn an_old_menu_says_so_and_shows_a_fresh_one() {
    run(async |t| {
        let ann = t.client("Ann").await;
        let (old, data) = ann.button("Book a visit");
        ann.says("/visits").await;
        ann.taps_data(old, &data).await;
        assert_eq!(ann.toast().as_deref(), Some("This menu is out of date. Here is a fresh one."));
        ann.sees("You have no upcoming visits");
        // A button of a version to come, one that is no button at all, and one of the greatest length.
        for data in ["9.zz~1", "nonsense", &"x".repeat(64)] {
            ann.taps_data(old, data).await;
            assert_eq!(
                ann.toast().as_deref(),
                Some("This menu is out of date. Here is a fresh one."),
                "{data}"
            );
            ann.sees("You have no upcoming visits");
        }
    });
}

#[test]
fn a_living_menu_survives_a_tap_with_an_old_revision() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        let (message, data) = ann.button("Massage");
        ann.taps_data(message, &data).await;
        ann.taps_data(message, &data).await;
        ann.sees("1 service");
        ann.taps("Next").await;
        ann.sees("With whom?");
    });
}

#[test]
fn another_persons_visit_cannot_be_seen_or_cancelled() {
    run(async |t| {
        let (ann, eve) = (t.client("Ann").await, t.client("Eve").await);
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        let (_, cancel) = ann.button("Cancel the visit");
        let booking = cancel.split(['.', '~']).nth(2).expect("an id").to_owned();
        for verb in ["vi", "ac", "ca", "cf", "sv"] {
            eve.says("/start").await;
            let (message, home) = eve.button("Book a visit");
            let (_, rev) = home.rsplit_once('~').expect("a revision");
            eve.taps_data(message, &format!("1.{verb}.{booking}~{rev}")).await;
            eve.does_not_see("Massage");
            assert!(!eve.messages().iter().any(|message| message.text.contains("Anna")), "{verb}");
        }
        // The same for a booking that does not exist.
        eve.says("/start").await;
        let (message, home) = eve.button("Book a visit");
        let (_, rev) = home.rsplit_once('~').expect("a revision");
        eve.taps_data(message, &format!("1.ca.zzzz~{rev}")).await;
        assert_eq!(eve.toast().as_deref(), Some("There is no such visit."));
        ann.says("/visits").await;
        ann.sees_button("Massage");
    });
}

#[test]
fn the_staff_sees_its_day() {
    run(async |t| {
        let ann = t.stranger("Ann <b>Lee</b>", "en");
        ann.says("/start").await;
        ann.taps("I agree").await;
        ann.shares_phone().await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;

        let anna = t.person(ANNA, "Anna");
        anna.introduces().await;
        anna.sees_button("Today's visits");
        anna.says("/today").await;
        anna.sees("Today, Monday, 23 November");
        anna.sees("No visits.");
        anna.says("/day 2026-11-26").await;
        anna.sees("1 visit");
        anna.taps("10:00–11:00 · Ann <b>Lee</b> · Massage").await;
        anna.sees("Ann <b>Lee</b>\n+49305550101");
        anna.taps("Back").await;
        anna.taps("Fri 27 Nov ›").await;
        anna.sees("No visits.");
        anna.says("/day tomorrow").await;
        anna.sees("For another day add its date");
        anna.sees("Today, Monday, 23 November");

        assert!(menu(t, ANNA).contains(&"today".to_owned()));
        assert!(!menu(t, ann.id).contains(&"today".to_owned()));

        // The staff need not agree to anything to see its own day.
        let vera = t.person(VERA, "Vera");
        vera.says("/day 2026-11-26").await;
        vera.sees("No visits.");

        let admin = t.person(crate::harness::ADMIN, "Olga");
        admin.introduces().await;
        admin.says("/day 2026-11-26").await;
        admin.taps("10:00–11:00 · Anna · Ann").await;
        admin.sees("+49305550101");
    });
}

/// The commands that Telegram lists for a person.
fn menu(t: &crate::harness::World, person: i64) -> Vec<String> {
    t.sandbox.telegram().chat(person).commands.into_iter().map(|entry| entry.command).collect()
}

#[test]
fn the_log_holds_no_names_phones_texts_or_tokens() {
    run(async |t| {
        let ann = t.stranger("Rumpelstiltskin", "en");
        ann.says("/start").await;
        ann.taps("I agree").await;
        ann.shares_phone().await;
        ann.says("my secret is xyzzy").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        let log = t.log.text();
        for secret in ["Rumpelstiltskin", "49305550101", "xyzzy", crate::harness::TOKEN, "Massage"] {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
        for field in [
            "event=",
            "user_id=",
            "role=",
            "booking_id=",
            "state=",
            "flow=",
            "correlation_id=",
            "latency_ms=",
            "service_ids=",
            "master_id=",
        ] {
            assert!(log.contains(field), "{field} is not in the log:\n{log}");
        }
    });
}
