//! The sandbox's page in a real browser: everything from Start to a booked visit with the mouse or a finger alone.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures::FutureExt as _;
use serde_json::Value;
use vizit_sandbox::NewPerson;

use crate::{
    harness::{ADMIN, Browser, VERA, Window, World, run},
    money::with_deposits,
};

const DESK: Window = Window { width: 1280, height: 900, is_phone: false, language: "en" };
const RUSSIAN_PHONE: Window = Window { width: 390, height: 844, is_phone: true, language: "ru" };

/// Newest messages of the bot come last; the last button that fits is the one a person means.
const KEYS: &str = "#messages [data-callback]";
const REPLY_KEYS: &str = "#reply-keyboard [data-key]";
const BOT: &str = "#messages [data-from=bot]";

#[test]
fn a_newcomer_books_through_the_page() {
    in_browser(&DESK, async |t, page| {
        let ann = adds(t, None, "Ann", "en", "Patient");
        let bob = adds(t, None, "Bob", "en", "Patient");
        adds_staff(t);
        page.open(t.sandbox.url()).await;
        becomes(page, bob).await;
        page.sees("#empty", "Say hello to the bot").await;
        becomes(page, ann).await;
        page.sees("#acting-as", "You are Ann").await;

        page.clicks("#start").await;
        page.sees(BOT, "Hello, and welcome!").await;
        page.clicks_on(KEYS, "I agree").await;
        page.sees(BOT, "May we call you?").await;
        page.clicks_on(REPLY_KEYS, "Skip").await;
        page.sees(BOT, "What would you like to do?").await;
        page.clicks_on(KEYS, "Book a visit").await;
        page.clicks_on(KEYS, "⬜ Therapy session").await;
        page.sees(BOT, "Chosen: 1 service, 50 min, €90").await;
        page.clicks_on(KEYS, "Next").await;
        page.sees(BOT, "With whom?").await;
        page.clicks_on(KEYS, "Vera · €90 · today at 10:00").await;
        page.sees(BOT, "Which day?").await;
        page.clicks_exactly_on(KEYS, "24").await;
        page.sees(BOT, "Tuesday, 24 November").await;
        page.clicks_exactly_on(KEYS, "10:30").await;
        page.sees(BOT, "Please check your visit").await;
        page.sees(BOT, "Tuesday, 24 November, 10:30–11:20").await;
        page.clicks_on(KEYS, "Confirm").await;
        page.sees("#toast", "Done! We look forward to seeing you.").await;
        page.sees(BOT, "Your visit is booked").await;
        page.sees(BOT, "A visit · 50 min · €90").await;

        page.clicks_on(KEYS, "Add to calendar").await;
        page.sees("#messages a[data-file]", "visit.ics").await;
        let address = page.runs("return document.querySelector('#messages a[data-file]').href").await;
        let file = reqwest::get(address.as_str().expect("an address")).await.expect("the file");
        assert_eq!(file.status(), 200);
        let content = file.text().await.expect("its text");
        assert!(content.starts_with("BEGIN:VCALENDAR"), "{content}");
        assert!(content.contains("DTSTART:20261124T093000Z"), "{content}");

        becomes(page, VERA).await;
        page.clicks("#start").await;
        page.clicks_on(KEYS, "I agree").await;
        page.clicks_on(REPLY_KEYS, "Skip").await;
        page.sees(KEYS, "Today's visits").await;
        says(page, "/day 2026-11-24").await;
        page.sees(BOT, "Tuesday, 24 November 1 visit").await;
        page.clicks_on(KEYS, "10:30–11:20 · Ann · Therapy session").await;
        page.sees(BOT, "no phone number").await;
        becomes(page, bob).await;
        page.sees("#empty", "Say hello to the bot").await;
    });
}

#[test]
fn a_russian_speaker_books_on_a_phone() {
    in_browser(&RUSSIAN_PHONE, async |t, page| {
        let lev = adds(t, None, "Лев", "ru", "Пациент");
        adds(t, None, "Ann", "en", "Patient");
        adds_staff(t);
        page.open(t.sandbox.url()).await;
        becomes(page, lev).await;
        page.sees("#empty", "Поздоровайтесь с ботом").await;
        fits(page).await;

        page.clicks_exactly_on("#start", "Начать").await;
        page.sees(BOT, "Здравствуйте!").await;
        fits(page).await;
        page.clicks_on(KEYS, "Принимаю").await;
        page.sees(BOT, "Можно вам позвонить?").await;
        page.sees(REPLY_KEYS, "Поделиться номером").await;
        fits(page).await;
        page.clicks_on(REPLY_KEYS, "Пропустить").await;
        page.sees(BOT, "Чем могу помочь?").await;
        fits(page).await;
        page.clicks_on(KEYS, "Записаться").await;
        page.clicks_on(KEYS, "⬜ Массаж").await;
        page.sees(BOT, "Выбрано: 1 услуга, 1 ч, 60 €").await;
        page.clicks_on(KEYS, "⬜ Уход за лицом").await;
        page.sees(BOT, "Выбрано: 2 услуги, 1 ч 45 мин, 110 €").await;
        fits(page).await;
        page.clicks_on(KEYS, "Далее").await;
        page.sees(BOT, "К кому?").await;
        page.clicks_on(KEYS, "Анна · 110 € · сегодня в 10:00").await;
        page.sees(BOT, "В какой день?").await;
        page.sees(KEYS, "Ноябрь 2026").await;
        fits(page).await;
        page.clicks_exactly_on(KEYS, "25").await;
        page.sees(BOT, "среда, 25 ноября").await;
        fits(page).await;
        page.clicks_exactly_on(KEYS, "09:30").await;
        page.sees(BOT, "Проверьте вашу запись").await;
        fits(page).await;
        page.clicks_on(KEYS, "Подтвердить").await;
        page.sees(BOT, "Вы записаны").await;
        page.sees(BOT, "среда, 25 ноября, 09:30–11:15").await;
        page.clicks_on(KEYS, "В календарь").await;
        page.sees("#messages a[data-file]", "Скачать").await;
        fits(page).await;
    });
}

#[test]
fn a_deposit_is_paid_on_a_phone_after_the_card_was_refused() {
    in_browser(&RUSSIAN_PHONE, async |t, page| {
        t.offers(&with_deposits()).await;
        let lev = adds(t, None, "Лев", "ru", "Пациент");
        page.open(t.sandbox.url()).await;
        becomes(page, lev).await;
        page.clicks("#start").await;
        page.clicks_on(KEYS, "Принимаю").await;
        page.clicks_on(REPLY_KEYS, "Пропустить").await;
        page.clicks_on(KEYS, "Записаться").await;
        page.clicks_on(KEYS, "⬜ Массаж").await;
        page.clicks_on(KEYS, "Далее").await;
        page.clicks_on(KEYS, "Анна").await;
        page.clicks_exactly_on(KEYS, "25").await;
        page.clicks_exactly_on(KEYS, "09:30").await;
        page.sees(BOT, "Это ваш первый визит, поэтому нужно внести 20 €.").await;
        page.clicks_on(KEYS, "Внести 20 € и записаться").await;
        page.sees(BOT, "Предоплата за визит").await;
        fits(page).await;
        page.clicks("[data-pay]").await;
        page.sees("#pay-amount", "20").await;
        page.clicks("[data-act=fail]").await;
        page.sees("#toast", "Карту отклонили").await;
        page.clicks("[data-pay]").await;
        page.clicks("[data-act=pay]").await;
        page.sees("#messages", "Вы заплатили").await;
        page.sees(BOT, "Вы записаны").await;
        page.sees(BOT, "Оплачено: 20 €").await;
        page.sees("#messages", "Квитанция").await;
        fits(page).await;
    });
}

#[test]
fn the_clock_moves_while_the_page_stays() {
    in_browser(&DESK, async |t, page| {
        adds(t, None, "Ann", "en", "Patient");
        page.open(t.sandbox.url()).await;
        page.sees("#clock-local", "09:00").await;
        page.sees("#clock-zone", "Europe/Berlin").await;
        page.runs("window.stayed = true").await;
        page.clicks("#advance-60").await;
        page.sees("#clock-local", "10:00").await;
        page.clicks("#advance-15").await;
        page.sees("#clock-local", "10:15").await;
        t.advance(chrono::TimeDelta::minutes(30));
        page.sees("#clock-local", "10:45").await;
        page.clicks("#next-morning").await;
        page.sees("#clock-local", "24 Nov").await;
        assert_eq!(page.runs("return window.stayed").await, Value::Bool(true), "the page was loaded anew");
    });
}

/// Runs a test with the bot and a browser; the page must have nothing to complain about.
fn in_browser(window: &Window, test: impl AsyncFnOnce(&World, &Browser)) {
    run(async |t| {
        let Some(browser) = Browser::start(window).await else { return };
        let tested = async {
            test(t, &browser).await;
            assert_eq!(browser.complaints().await, Vec::<String>::new(), "the page's console");
        };
        // A browser that is closed leaves nothing behind, so it is closed after a failure, too.
        let result = AssertUnwindSafe(tested).catch_unwind().await;
        browser.close().await;
        if let Err(failure) = result {
            resume_unwind(failure);
        }
    });
}

fn adds(t: &World, id: Option<i64>, name: &str, language: &str, label: &str) -> i64 {
    let person = t.sandbox.telegram().add_person(NewPerson {
        first_name: name.to_owned(),
        language: Some(language.to_owned()),
        label: label.to_owned(),
        id,
        ..NewPerson::default()
    });
    person.id
}

fn adds_staff(t: &World) {
    adds(t, Some(VERA), "Vera", "en", "Therapist");
    adds(t, Some(ADMIN), "Alex", "en", "Admin");
}

/// Picks who to be on the page.
async fn becomes(page: &Browser, person: i64) {
    page.clicks(&format!("[data-person='{person}']")).await;
    page.sees(&format!("[data-person='{person}'][aria-current]"), "").await;
}

/// Types a message and sends it.
async fn says(page: &Browser, text: &str) {
    page.writes("#input", text).await;
    page.clicks("#send").await;
}

/// Nothing sticks out at the side, neither of the page nor of a button.
async fn fits(page: &Browser) {
    let wide = page
        .runs(
            "const wide = (one) => one.scrollWidth > one.clientWidth;
             if (document.documentElement.scrollWidth > innerWidth) return ['the page'];
             return [...document.querySelectorAll('.key, .bubble, #messages')].filter(wide).map((one) => one.innerText);",
        )
        .await;
    assert_eq!(wide, Value::Array(Vec::new()), "too wide for the window");
}
