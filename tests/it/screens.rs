//! Every screen in every language stays within Telegram's limits, and nothing from outside breaks out of its text.

mod discreet;
mod later;
mod private;
pub(crate) mod sample;

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::{ast, parser};
use vizit::{
    domain::{
        booking::{Standing, Status},
        conversation::Notice,
        language::Language,
    },
    i18n::Tr,
    services::browse::{Facts, VisitFacts, Ways},
    telegram::{
        CALLBACK_MAX_BYTES, Callback, Keyboard, View,
        screens::{self, Frame},
    },
};

use self::sample::{card, every_screen, now};

/// A name as somebody who wants to break things would choose it.
const EVIL: &str = "<b>&\"'</i> \u{202e}evil\u{202c} _*[`";

/// With whether it is a message that only says something, and needs no way on.
fn every_view(name: &str) -> Vec<(Language, View, bool)> {
    let mut views = Vec::new();
    for language in Language::ALL {
        for can_go_back in [true, false] {
            let frame = Frame { tr: Tr::to(language), now: now(), can_go_back, is_aloud: false };
            let facts =
                every_screen(name).into_iter().chain(later::screens(name)).chain(later::about_money(name));
            let facts = facts.chain(private::screens(name));
            views.extend(facts.map(|facts| (language, screens::view(&facts, frame), false)));
            let letters = [later::letters(name), private::letters()].concat();
            views.extend(
                letters.iter().map(|letter| (language, screens::letters::letter(frame, letter), true)),
            );
        }
    }
    views
}

#[test]
fn every_screen_in_every_language_is_within_telegrams_limits() {
    for (language, view, is_letter) in every_view(&"W".repeat(100)) {
        let about = format!("{language:?}: {}", view.text);
        assert!(view.text.chars().count() <= 4096, "{about}");
        assert!(!view.text.contains("No localization") && !view.text.contains("{ $"), "{about}");
        let Keyboard::Inline(rows) = &view.keyboard else { continue };
        assert!(rows.iter().map(Vec::len).sum::<usize>() <= 100, "too many buttons: {about}");
        assert!(rows.iter().all(|row| (1..=8).contains(&row.len())), "a row of a wrong length: {about}");
        assert!(!rows.is_empty() || is_letter, "no way on: {about}");
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
    for ((_, plain, _), (_, evil, _)) in plain.iter().zip(&evil) {
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
    let frame = Frame { tr: Tr::to(Language::English), now: now(), can_go_back: false, is_aloud: false };
    let home = screens::view(
        &Facts::Home {
            next: Some(card("Massage", Status::Confirmed)),
            is_staff: false,
            has_vouchers: false,
            forgotten_at: None,
        },
        frame,
    );
    insta::assert_snapshot!(home.text.lines().next().unwrap_or_default(), @"Your next visit: <b>Tue 28 Dec 2027, 05:00</b>");
    let visit =
        VisitFacts { card: card("Massage", Status::Held), standing: Standing::OnHold { until: now() } };
    let summary = screens::view(&Facts::Summary { visit, quoted: None, ways: Ways::default() }, frame);
    insta::assert_snapshot!(summary.text.lines().skip(10).collect::<Vec<_>>().join("\n"), @r"
    👤 Massage
    📍 Massage, MassageMassageMassage
    🗓 <b>Tuesday, 28 December 2027, 05:00–06:00</b> (America/Argentina/ComodRivadavia time)
    ⏱ 1 h
    💳 <b>€40,000,000</b>

    💳 As you have missed visits, €40,000,000 is due now.
    Free cancellation until Tue 28 Dec 2027, 04:00.
    You can move it until Tue 28 Dec 2027, 04:30.
    After that, cancelling counts as late.
    This time is yours until <b>05:00</b>. Pay to keep it.
    ");
}
