//! What is stored, being forgotten, and what is told of that.

use chrono_tz::Tz;

use super::{Frame, vouchers};
use crate::{
    domain::{conversation::Action, language::Language},
    i18n::Tr,
    services::privacy::{Erasure, Forgetting},
    t,
    telegram::view::{Button, Keyboard, View},
};

pub(super) fn privacy(frame: Frame) -> View {
    let tr = frame.tr;
    let rows = vec![
        vec![Button::new(t!(tr, "button-mydata"), Action::MyData)],
        vec![Button::new(t!(tr, "button-forget"), Action::AskForget)],
    ];
    frame.inline(t!(tr, "privacy"), rows)
}

/// What it means to be forgotten; or when it will be done.
pub(super) fn forget(frame: Frame, forgetting: &Forgetting, zone: Tz) -> View {
    let tr = frame.tr;
    let keep = || vec![vec![Button::new(t!(tr, "button-keep-data"), Action::KeepData)]];
    let Forgetting { due_at, visits, vouchers, years, is_staff, is_marked } = forgetting;
    if *is_staff {
        return frame.inline(t!(tr, "forget-staff"), Vec::new());
    }
    if let Some(due) = due_at {
        return frame.inline(t!(tr, "forget-pending", when = tr.when(*due, zone, frame.now)), keep());
    }
    let (visits, years): (usize, u32) = (*visits, *years);
    let balances: Vec<String> =
        vouchers.iter().map(|voucher| vouchers::balance(frame, voucher, zone)).collect();
    let parts = [
        Some(t!(tr, "forget-ask", years = years)),
        (visits > 0).then(|| t!(tr, "forget-visits", count = visits)),
        (!balances.is_empty()).then(|| format!("{}\n{}", t!(tr, "forget-vouchers"), balances.join("\n"))),
        is_marked.then(|| t!(tr, "forget-marked")),
        Some(t!(tr, "forget-cooling")),
    ];
    let text: Vec<String> = parts.into_iter().flatten().collect();
    let rows = vec![vec![Button::new(t!(tr, "button-really-forget"), Action::Forget)]];
    frame.inline(text.join("\n\n"), rows)
}

/// To the staff, who may still see who it is: the message itself stays in their chat, so it names nobody.
pub(super) fn asked(frame: Frame, erasure: &Erasure, zone: Tz) -> View {
    let when = frame.tr.when(erasure.due_at, zone, frame.now);
    let text = if erasure.visit.is_some() {
        t!(frame.tr, "letter-erasure-asked", when = when)
    } else {
        t!(frame.tr, "letter-erasure-asked-unseen", when = when)
    };
    about(frame, erasure, text)
}

pub(super) fn withdrawn(frame: Frame, erasure: &Erasure) -> View {
    about(frame, erasure, t!(frame.tr, "letter-erasure-withdrawn"))
}

fn about(frame: Frame, erasure: &Erasure, text: String) -> View {
    let open = |visit| vec![Button::new(t!(frame.tr, "button-open"), Action::StaffVisit(visit))];
    View { text, keyboard: Keyboard::Inline(erasure.visit.map(open).into_iter().collect()) }
}

/// To the admin, for the day on which a backup comes back.
pub(super) fn done(frame: Frame, erasure: &Erasure) -> View {
    let text = t!(frame.tr, "letter-erasure-done", code = erasure.code.to_string());
    View { text, keyboard: Keyboard::Inline(Vec::new()) }
}

/// The last word.
pub(super) fn forgotten(language: Language) -> View {
    View { text: t!(Tr::to(language), "letter-forgotten"), keyboard: Keyboard::Inline(Vec::new()) }
}
