//! Home and what leads there: welcome, phone, language, help, privacy.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::Frame;
use crate::{
    db::bookings::Card,
    domain::{conversation::Action, language::Language},
    t,
    telegram::view::{Button, Keyboard, View, escape},
};

pub(super) fn welcome(frame: Frame) -> View {
    let tr = frame.tr;
    let others = Language::ALL.into_iter().filter(|language| *language != tr.language());
    let languages = others.map(|language| language_button(frame, language)).collect();
    let rows = vec![
        vec![Button::new(t!(tr, "welcome-agree"), Action::Agree)],
        vec![Button::new(t!(tr, "button-privacy"), Action::Privacy)],
        languages,
    ];
    View { text: t!(tr, "welcome"), keyboard: Keyboard::Inline(rows) }
}

pub(super) fn phone(frame: Frame) -> View {
    let (share, skip) = (t!(frame.tr, "phone-share"), t!(frame.tr, "phone-skip"));
    View { text: t!(frame.tr, "phone"), keyboard: Keyboard::Phone { share, skip } }
}

pub(super) fn home(
    frame: Frame,
    next: Option<&Card>,
    (is_staff, has_vouchers): (bool, bool),
    forgotten_at: Option<(DateTime<Utc>, Tz)>,
) -> View {
    let tr = frame.tr;
    let mut text = t!(tr, "home");
    let mut rows = vec![
        vec![Button::new(t!(tr, "button-book"), Action::Book)],
        vec![Button::new(t!(tr, "button-visits"), Action::Visits { past: false, page: 0 })],
    ];
    if let Some(card) = next {
        let booking = &card.booking;
        let when = tr.when(booking.visit.start(), booking.zone, frame.now);
        let services = escape(&frame.services(card));
        let master = escape(card.master.get(tr.language()));
        let line = t!(tr, "home-next", when = when, services = services, master = master);
        text = format!("{line}\n\n{text}");
    }
    if let Some((due, zone)) = forgotten_at {
        let when = tr.when(due, zone, frame.now);
        text = format!("{}\n\n{text}", t!(tr, "home-forgetting", when = when));
        rows.push(vec![Button::new(t!(tr, "button-keep-data"), Action::KeepData)]);
    }
    if has_vouchers {
        rows.push(vec![Button::new(t!(tr, "button-vouchers"), Action::Vouchers)]);
    }
    if is_staff {
        rows.push(vec![Button::new(t!(tr, "button-today"), Action::StaffToday)]);
    }
    rows.push(vec![
        Button::new(t!(tr, "button-settings"), Action::Settings),
        Button::new(t!(tr, "button-language"), Action::Languages),
        Button::new(t!(tr, "button-help"), Action::Help),
    ]);
    View { text, keyboard: Keyboard::Inline(rows) }
}

pub(super) fn language(frame: Frame) -> View {
    let rows = Language::ALL.into_iter().map(|language| vec![language_button(frame, language)]).collect();
    frame.inline(t!(frame.tr, "language"), rows)
}

pub(super) fn help(frame: Frame, is_staff: bool, is_admin: bool) -> View {
    let tr = frame.tr;
    let parts = [
        Some(t!(tr, "help")),
        is_staff.then(|| t!(tr, "help-staff")),
        is_admin.then(|| t!(tr, "help-admin")),
    ];
    let text: Vec<String> = parts.into_iter().flatten().collect();
    frame.inline(text.join("\n\n"), vec![vec![Button::new(t!(tr, "button-privacy"), Action::Privacy)]])
}

fn language_button(frame: Frame, language: Language) -> Button {
    Button::new(language_name(frame, language), Action::SetLanguage(language))
}

pub(super) fn language_name(frame: Frame, language: Language) -> String {
    match language {
        Language::English => t!(frame.tr, "language-en"),
        Language::Russian => t!(frame.tr, "language-ru"),
    }
}
