//! Visits that recur: how often, and the whole series before it is confirmed.

use chrono::{DateTime, Utc};

use super::Frame;
use crate::{
    domain::{
        conversation::Action,
        money::Money,
        series::{Deviation, Occurrence},
        slots::Refusal,
    },
    i18n::Tr,
    services::browse::{SeriesFacts, VisitFacts},
    t,
    telegram::view::{Button, View, escape, grid},
};

/// How far apart visits can be offered, in weeks.
const WEEKS: [u8; 3] = [1, 2, 4];
/// How many visits are offered, besides as many as the service allows.
const TIMES: [u8; 6] = [2, 4, 6, 8, 12, 24];
/// Visits that can be put right at a time; what is left comes when those are.
const MOST_ROWS: usize = 20;

pub(super) fn repeat(frame: Frame, visit: &VisitFacts, most: u32) -> View {
    let tr = frame.tr;
    let booking = &visit.card.booking;
    let start = booking.visit.start();
    let text = t!(
        tr,
        "repeat",
        services = escape(&frame.services(&visit.card)),
        master = escape(visit.card.master.get(tr.language())),
        weekday = tr.weekday(start.with_timezone(&booking.zone).date_naive()),
        time = tr.time(start, booking.zone)
    );
    let mut rows = Vec::new();
    for weeks in WEEKS {
        rows.push(vec![Button::label(t!(tr, "repeat-weeks", weeks = weeks))]);
        let most = u8::try_from(most).unwrap_or(u8::MAX);
        let below = TIMES.into_iter().filter(|times| *times < most);
        let buttons: Vec<Button> = below
            .chain([most])
            .map(|times| Button::new(t!(tr, "repeat-times", count = times), Action::Rule(weeks, times)))
            .collect();
        rows.extend(grid(&buttons, 3));
    }
    frame.inline(text, rows)
}

pub(super) fn series(frame: Frame, facts: &SeriesFacts) -> View {
    let tr = frame.tr;
    let booking = &facts.card.booking;
    let when = |start| tr.when(start, booking.zone, frame.now);
    if let Some((index, instead)) = &facts.picking {
        let ruled = facts.planned.iter().find(|one| one.index == *index).map(|one| one.ruled);
        let ruled = ruled.map(when).unwrap_or_default();
        let number = u8::try_from(*index).unwrap_or(u8::MAX);
        let mut rows: Vec<Vec<Button>> = instead
            .iter()
            .map(|slot| vec![Button::new(when(slot.visit.start()), Action::Put(number, slot.visit.start()))])
            .collect();
        rows.push(vec![Button::new(t!(tr, "button-leave-out"), Action::Skip(number, true))]);
        let text = if instead.is_empty() {
            t!(tr, "series-pick-none", when = ruled)
        } else {
            t!(tr, "series-pick", when = ruled)
        };
        return frame.inline(text, rows);
    }
    let lines: Vec<String> = facts.planned.iter().map(|one| line(tr, one, when)).collect();
    let settled = !facts.planned.iter().any(Occurrence::is_clash);
    let until = booking.hold_until.map(|until| tr.time(until, booking.zone)).unwrap_or_default();
    let next = if settled { t!(tr, "series-held", until = until) } else { t!(tr, "series-settle") };
    let text = t!(
        tr,
        "series",
        rule = tr.recurrence(facts.rule),
        services = escape(&frame.services(&facts.card)),
        master = escape(facts.card.master.get(tr.language())),
        visits = lines.join("\n"),
        next = next
    );
    // What stands in the way of confirming comes first.
    let (clashing, fine): (Vec<&Occurrence>, Vec<_>) = facts.planned.iter().partition(|one| one.is_clash());
    let mut rows: Vec<Vec<Button>> =
        clashing.into_iter().chain(fine).filter_map(|one| mend(tr, one, when)).take(MOST_ROWS).collect();
    if settled {
        let count = facts.planned.iter().filter(|one| one.slot.is_some()).count();
        let prices = std::iter::repeat_n(booking.price, count);
        let price = Money::sum(booking.price.currency(), prices).map(|sum| tr.money(sum)).unwrap_or_default();
        let label = t!(tr, "series-confirm", count = count, price = price);
        rows.push(vec![Button::new(label, Action::ConfirmSeries)]);
    }
    frame.inline(text, rows)
}

fn line(tr: Tr, one: &Occurrence, when: impl Fn(DateTime<Utc>) -> String) -> String {
    match (one.slot, one.deviation) {
        (None, _) => t!(tr, "series-skipped", when = when(one.ruled)),
        (Some(Ok(slot)), Some(Deviation::To(_))) => {
            t!(tr, "series-moved", when = when(slot.visit.start()), ruled = when(one.ruled))
        }
        (Some(Ok(slot)), _) => t!(tr, "series-fits", when = when(slot.visit.start())),
        (Some(Err(refusal)), deviation) => {
            let start = match deviation {
                Some(Deviation::To(start)) => start,
                _ => one.ruled,
            };
            t!(tr, "series-clash", when = when(start), reason = reason(tr, refusal))
        }
    }
}

fn reason(tr: Tr, refusal: Refusal) -> String {
    match refusal {
        Refusal::Away(_) => t!(tr, "series-away"),
        Refusal::Closed | Refusal::OffGrid { .. } | Refusal::Break(_) | Refusal::TooLong { .. } => {
            t!(tr, "series-closed")
        }
        _ => t!(tr, "series-taken"),
    }
}

/// The buttons that put a visit right: left out or at another time; or back to the rule.
fn mend(tr: Tr, one: &Occurrence, when: impl Fn(DateTime<Utc>) -> String) -> Option<Vec<Button>> {
    let number = u8::try_from(one.index).ok()?;
    let ruled = || when(one.ruled);
    match (one.deviation, one.is_clash()) {
        (_, true) => Some(vec![
            Button::new(t!(tr, "button-skip", when = ruled()), Action::Skip(number, true)),
            Button::new(t!(tr, "button-pick", when = ruled()), Action::Pick(number)),
        ]),
        (Some(_), false) => {
            Some(vec![Button::new(t!(tr, "button-unskip", when = ruled()), Action::Skip(number, false))])
        }
        (None, false) => None,
    }
}
