//! Every screen in every language stays within Telegram's limits, and nothing from outside breaks out of its text.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use fluent_syntax::{ast, parser};
use iso_currency::Currency;
use vizit::{
    db::{bookings::Card, catalog::LocationChoice},
    domain::{
        booking::{Booking, Item, Standing, Status},
        catalog::Service,
        conversation::{MasterChoice, Notice},
        ids::{BookingId, ClientId, LocationId, MasterId, ServiceId},
        language::{Language, LocalText},
        money::{LARGEST_MINOR, Money},
        month::Month,
        ranges::Range,
        slots::{AlternativeKind, Slot},
    },
    i18n::Tr,
    services::browse::{AlternativeFacts, Facts, MasterChoiceFacts, VisitFacts},
    telegram::{
        CALLBACK_MAX_BYTES, Callback, Keyboard, View,
        screens::{self, Frame},
    },
};

/// A name as somebody who wants to break things would choose it.
const EVIL: &str = "<b>&\"'</i> \u{202e}evil\u{202c} _*[`";

fn now() -> DateTime<Utc> {
    "2026-11-23T08:00:00Z".parse().expect("an instant")
}

fn text(text: &str) -> LocalText {
    LocalText::new(BTreeMap::from([("en".to_owned(), text.to_owned())])).expect("a text")
}

fn card(name: &str, status: Status) -> Card {
    let price = Money::from_minor(LARGEST_MINOR, Currency::EUR).expect("in range");
    let item = Item { service: ServiceId(i32::MAX), names: text(name), minutes: 1440, price };
    Card {
        booking: Booking {
            id: BookingId(i64::MAX),
            uid: uuid::Uuid::nil(),
            client: ClientId(1),
            master: MasterId(i32::MAX),
            location: LocationId(1),
            status,
            visit: Range::of_minutes(now() + TimeDelta::days(400), 60).expect("an hour"),
            occupied: Range::of_minutes(now() + TimeDelta::days(400), 75).expect("more"),
            zone: Tz::America__Argentina__ComodRivadavia,
            hold_until: None,
            items: vec![item; 8],
            price,
            sequence: 0,
        },
        master: text(name),
        location: text(name),
        address: name.repeat(3),
        cancel_notice: 60,
        client: name.to_owned(),
        phone: None,
    }
}

/// Every kind of screen, with names of the given form and as much on it as there can be.
fn every_screen(name: &str) -> Vec<Facts> {
    let zone = Tz::America__Argentina__ComodRivadavia;
    let day = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a date");
    let month = Month::of(day);
    let price = Money::from_minor(LARGEST_MINOR, Currency::EUR).expect("in range");
    let service = |id| Service { id: ServiceId(id), names: text(name), minutes: 1440, price };
    let services: Vec<Service> = (0..40).map(service).collect();
    let choice = |choice| MasterChoiceFacts {
        choice,
        name: Some(text(name)),
        price,
        price_varies: true,
        minutes: 1440,
        first_free: Some(now()),
    };
    let slot = Slot {
        master: MasterId(i32::MAX),
        visit: Range::of_minutes(now(), 60).expect("an hour"),
        occupied: Range::of_minutes(now(), 60).expect("an hour"),
    };
    let kinds = [AlternativeKind::Nearby, AlternativeKind::OtherMaster, AlternativeKind::LaterDay];
    let visit = |status, standing| VisitFacts { card: card(name, status), standing };
    let location = LocationChoice { id: LocationId(1), names: text(name), address: name.to_owned() };
    let plain = vec![
        Facts::Welcome,
        Facts::Phone,
        Facts::Home { next: None, is_staff: true },
        Facts::Home { next: Some(card(name, Status::Confirmed)), is_staff: false },
        Facts::Locations(vec![location; 10]),
        Facts::Services { services: services.clone(), picked: (0..8).map(ServiceId).collect(), page: 0 },
        Facts::Services { services: services.clone(), picked: vec![], page: 2 },
        Facts::Services { services, picked: vec![], page: 200 },
        Facts::Masters {
            zone,
            choices: std::iter::once(MasterChoice::Anyone)
                .chain((1..20).map(|id| MasterChoice::One(MasterId(id))))
                .map(choice)
                .collect(),
        },
        Facts::Masters { zone, choices: vec![] },
        Facts::Calendar { month, free: BTreeSet::new(), first: month, last: month, today: day, master: None },
        Facts::Calendar {
            month,
            free: month.weeks().into_iter().flatten().flatten().collect(),
            first: month.previous(),
            last: month.next(),
            today: day,
            master: Some(text(name)),
        },
        Facts::Times {
            zone,
            day,
            starts: (0..288).map(|n| now() + TimeDelta::minutes(5 * n)).collect(),
            master: Some(text(name)),
        },
        Facts::Times { zone, day, starts: vec![], master: None },
        Facts::Taken {
            zone,
            start: now(),
            alternatives: kinds.map(|kind| AlternativeFacts { slot, kind, master: text(name) }).to_vec(),
        },
        Facts::Taken { zone, start: now(), alternatives: vec![] },
        Facts::Visits { cards: vec![], past: false, page: 0, more: false },
        Facts::Visits { cards: vec![], past: true, page: 0, more: false },
        Facts::Visits {
            cards: vec![visit(Status::Cancelled, Standing::Off); 5],
            past: true,
            page: 254,
            more: true,
        },
        Facts::Language,
        Facts::Help { is_staff: true },
        Facts::Help { is_staff: false },
        Facts::Privacy,
        Facts::Day {
            zone,
            day,
            today: day,
            cards: vec![card(name, Status::Confirmed); 120],
            all_masters: false,
        },
        Facts::Day {
            zone,
            day,
            today: day,
            cards: vec![card(name, Status::Confirmed); 3],
            all_masters: true,
        },
        Facts::Day { zone, day, today: day, cards: vec![], all_masters: false },
        Facts::StaffVisit(card(name, Status::Confirmed)),
        Facts::NobodyDoesAll,
        Facts::Missing,
        Facts::NothingOffered,
    ];
    plain.into_iter().chain(every_visit(name)).collect()
}

/// The screens of one visit, whatever has become of it.
fn every_visit(name: &str) -> Vec<Facts> {
    let standings = [
        Standing::OnHold { until: now() },
        Standing::HoldOver,
        Standing::Cancellable { until: now() },
        Standing::Fixed,
        Standing::Past,
        Standing::Off,
    ];
    let visit = |status, standing| VisitFacts { card: card(name, status), standing };
    let mut all = Vec::new();
    for status in Status::ALL {
        for standing in standings {
            all.push(Facts::Summary(visit(status, standing)));
            all.push(Facts::Visit(visit(status, standing)));
            all.push(Facts::CancelVisit(visit(status, standing)));
        }
    }
    all
}

fn every_view(name: &str) -> Vec<(Language, View)> {
    let mut views = Vec::new();
    for language in Language::ALL {
        for can_go_back in [true, false] {
            let frame = Frame { tr: Tr::to(language), now: now(), can_go_back };
            views.extend(every_screen(name).iter().map(|facts| (language, screens::view(facts, frame))));
        }
    }
    views
}

#[test]
fn every_screen_in_every_language_is_within_telegrams_limits() {
    for (language, view) in every_view(&"W".repeat(100)) {
        let about = format!("{language:?}: {}", view.text);
        assert!(view.text.chars().count() <= 4096, "{about}");
        assert!(!view.text.contains("No localization") && !view.text.contains("{ $"), "{about}");
        let Keyboard::Inline(rows) = &view.keyboard else { continue };
        assert!(rows.iter().map(Vec::len).sum::<usize>() <= 100, "too many buttons: {about}");
        assert!(rows.iter().all(|row| (1..=8).contains(&row.len())), "a row of a wrong length: {about}");
        assert!(!rows.is_empty(), "no way on: {about}");
        for button in rows.iter().flatten() {
            assert!(!button.label.trim().is_empty(), "an empty label: {about}");
            let data = Callback { action: button.action, rev: i64::MAX }.encode();
            assert!(data.len() <= CALLBACK_MAX_BYTES, "{data}: {about}");
        }
    }
}

#[test]
fn names_cannot_break_out_of_their_text() {
    let plain = every_view("x");
    let evil = every_view(EVIL);
    for ((_, plain), (_, evil)) in plain.iter().zip(&evil) {
        let tags = |text: &str| text.match_indices('<').count();
        assert_eq!(tags(&plain.text), tags(&evil.text), "{}", evil.text);
    }
}

#[test]
fn short_words_fit_into_an_answer_to_a_tap() {
    for language in Language::ALL {
        for notice in Notice::ALL {
            let word = screens::notice(Tr::to(language), notice);
            assert!((1..=200).contains(&word.chars().count()), "{language:?} {notice:?}: {word}");
        }
    }
}

/// Each key with the arguments that its text names, from a parsed locale file.
fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let resource = parser::parse(source).expect("a locale file without faults");
    let mut keys = BTreeMap::new();
    for entry in resource.body {
        if let ast::Entry::Message(message) = entry {
            let mut arguments = BTreeSet::new();
            collect(message.value.as_ref().expect("a text"), &mut arguments);
            let before = keys.insert(message.id.name.to_owned(), arguments);
            assert!(before.is_none(), "{} stands twice", message.id.name);
        }
    }
    keys
}

fn collect(pattern: &ast::Pattern<&str>, into: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            match expression {
                ast::Expression::Inline(inline) => collect_inline(inline, into),
                ast::Expression::Select { selector, variants } => {
                    collect_inline(selector, into);
                    for variant in variants {
                        collect(&variant.value, into);
                    }
                }
            }
        }
    }
}

fn collect_inline(expression: &ast::InlineExpression<&str>, into: &mut BTreeSet<String>) {
    if let ast::InlineExpression::VariableReference { id } = expression {
        into.insert(id.name.to_owned());
    }
}

#[test]
fn all_languages_have_the_same_texts_with_the_same_arguments() {
    let english = keys(include_str!("../../locales/en/vizit.ftl"));
    let russian = keys(include_str!("../../locales/ru/vizit.ftl"));
    assert!(english.len() > 100);
    assert_eq!(english, russian);
}

#[test]
fn the_english_home_and_summary_read_as_meant() {
    let frame = Frame { tr: Tr::to(Language::English), now: now(), can_go_back: false };
    let home = screens::view(
        &Facts::Home { next: Some(card("Massage", Status::Confirmed)), is_staff: false },
        frame,
    );
    insta::assert_snapshot!(home.text.lines().next().unwrap_or_default(), @"Your next visit: <b>Tue 28 Dec 2027, 05:00</b>");
    let visit =
        VisitFacts { card: card("Massage", Status::Held), standing: Standing::OnHold { until: now() } };
    let summary = screens::view(&Facts::Summary(visit), frame);
    insta::assert_snapshot!(summary.text.lines().skip(10).collect::<Vec<_>>().join("\n"), @r"
    👤 Massage
    📍 Massage, MassageMassageMassage
    🗓 <b>Tuesday, 28 December 2027, 05:00–06:00</b> (America/Argentina/ComodRivadavia time)
    ⏱ 1 h
    💳 <b>€40,000,000</b>

    You can cancel free of charge until Tue 28 Dec 2027, 04:00.
    This time is yours until <b>05:00</b>. Confirm to keep it.
    ");
}
