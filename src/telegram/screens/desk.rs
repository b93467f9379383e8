//! What the staff and the admin look after: visits without a word, running late, cancelling, the outbox and the jobs.

use chrono_tz::Tz;

use super::{Frame, letters, staff};
use crate::{
    db::{
        bookings::Card,
        jobs::Status,
        outbox::{Counts, Line},
    },
    domain::{conversation::Action, delay::CHOICES, money::Money},
    services::{attendance::LATE_CHOICES, browse::VisitFacts, staff::Delayed},
    t,
    telegram::view::{Button, View, escape, lines_that_fit},
};

/// Errors can be long; here they only need to be recognised.
const MOST_ERROR: usize = 120;
const MOST_CLIENTS: usize = 20;

/// How late will the client be?
pub(super) fn late(frame: Frame, visit: &VisitFacts) -> View {
    let tr = frame.tr;
    let booking = &visit.card.booking;
    let when = tr.when(booking.visit.start(), booking.zone, frame.now);
    let choice = |minutes: u32| {
        let minutes_of = u8::try_from(minutes).unwrap_or(u8::MAX);
        Button::new(tr.minutes(minutes), Action::Late(booking.id, minutes_of))
    };
    frame.inline(t!(tr, "late-ask", when = when), vec![LATE_CHOICES.map(choice).to_vec()])
}

pub(super) fn comment(frame: Frame, card: &Card, tips: &[(u8, Money)]) -> View {
    let tr = frame.tr;
    let stars = card.rating.as_ref().map_or(0, |rating| rating.stars);
    let text = t!(tr, "comment-ask", stars = super::visits::stars(stars));
    let tip = |(percent, amount): &(u8, Money)| {
        let label = t!(tr, "button-tip", amount = tr.money(*amount));
        Button::new(label, Action::Tip(card.booking.id, *percent))
    };
    let text = if tips.is_empty() { text } else { format!("{text}\n\n{}", t!(tr, "tip-ask")) };
    let rows = vec![
        tips.iter().map(tip).collect(),
        vec![Button::new(t!(tr, "button-no-comment"), Action::NoComment)],
    ];
    frame.inline(text, rows)
}

pub(super) fn staff_cancel(frame: Frame, card: &Card) -> View {
    let tr = frame.tr;
    let text = format!("{}\n\n{}", t!(tr, "staff-cancel-ask"), staff::body(frame, card));
    let rows = vec![
        vec![Button::new(t!(tr, "cancel-yes"), Action::StaffCancel(card.booking.id))],
        vec![Button::new(t!(tr, "cancel-no"), Action::Back)],
    ];
    frame.inline(text, rows)
}

pub(super) fn unanswered(frame: Frame, cards: &[Card]) -> View {
    let tr = frame.tr;
    let Some(first) = cards.first() else {
        return frame.inline(t!(tr, "unanswered-none"), Vec::new());
    };
    let text = format!("{}\n\n{}", t!(tr, "unanswered", count = cards.len()), staff::body(frame, first));
    let later = cards.iter().skip(1).take(MOST_CLIENTS).map(|card| {
        let when = tr.when(card.booking.visit.start(), card.booking.zone, frame.now);
        vec![Button::new(format!("{when} · {}", card.client), Action::StaffVisit(card.booking.id))]
    });
    let rows = std::iter::once(letters::answers(frame, first)).chain(later).collect();
    frame.inline(text, rows)
}

/// By how much the master is late, and whom that touches.
pub(super) fn run_late(frame: Frame, minutes: Option<u8>, delayed: &[Delayed]) -> View {
    let tr = frame.tr;
    let choice = |choice: u32| {
        let mark = if minutes.map(u32::from) == Some(choice) { "✅ " } else { "" };
        let by = u8::try_from(choice).unwrap_or(u8::MAX);
        Button::new(format!("{mark}+{}", tr.minutes(choice)), Action::RunLateBy(by))
    };
    let mut rows = vec![CHOICES.map(choice).to_vec()];
    let Some(minutes) = minutes else { return frame.inline(t!(tr, "run-late"), rows) };
    if delayed.is_empty() {
        return frame.inline(t!(tr, "run-late-nobody"), rows);
    }
    let line = |delayed: &Delayed| {
        let booking = &delayed.card.booking;
        let start = booking.visit.start() + chrono::TimeDelta::minutes(i64::from(delayed.minutes));
        let (from, to) = (frame.from(booking), tr.time(start, booking.zone));
        let client = escape(&delayed.card.client);
        let line = t!(tr, "run-late-row", from = from, to = to, client = client);
        match &delayed.card.phone {
            Some(phone) if delayed.card.is_unreachable => format!("📵 {line} · {phone}"),
            _ if delayed.card.is_unreachable => format!("📵 {line}"),
            _ => format!("▫️ {line}"),
        }
    };
    let heading = format!("{}\n", t!(tr, "run-late-touched"));
    let lines = std::iter::once(heading).chain(delayed.iter().take(MOST_CLIENTS).map(line));
    let text = lines_that_fit(lines);
    rows.push(vec![Button::new(
        t!(tr, "button-tell-late", count = delayed.len()),
        Action::TellLate(minutes),
    )]);
    frame.inline(text, rows)
}

pub(super) fn outbox(frame: Frame, counts: Counts, parked: &[Line], zone: Tz) -> View {
    let tr = frame.tr;
    let mut lines = vec![t!(
        tr,
        "outbox",
        due = counts.due,
        later = counts.later,
        sent = counts.sent,
        skipped = counts.skipped,
        dropped = counts.dropped,
        unreachable = counts.unreachable,
        parked = counts.parked
    )];
    lines.extend(parked.iter().map(|line| {
        let when = tr.when(line.at, zone, frame.now);
        let error: String = line.error.iter().flat_map(|error| error.chars()).take(MOST_ERROR).collect();
        format!("\n<code>{}</code> {} · {when}\n{}", line.id, escape(&line.kind), escape(&error))
    }));
    let rows = if counts.parked > 0 {
        vec![vec![
            Button::new(t!(tr, "button-retry"), Action::RetryParked),
            Button::new(t!(tr, "button-drop"), Action::DropParked),
        ]]
    } else {
        Vec::new()
    };
    frame.inline(lines_that_fit(lines), rows)
}

pub(super) fn jobs(frame: Frame, jobs: &[Status], zone: Tz) -> View {
    let tr = frame.tr;
    let line = |status: &Status| {
        let mark = if status.is_overdue(frame.now) { "⚠️" } else { "✅" };
        let when =
            status.succeeded_at.map_or_else(|| t!(tr, "jobs-never"), |at| tr.when(at, zone, frame.now));
        let took = status.took_ms.unwrap_or_default();
        let mut line = t!(tr, "jobs-row", name = escape(&status.name), when = when, took = took);
        if let Some(done_at) = status.done_at {
            let when = tr.when(done_at, zone, frame.now);
            line = format!("{line}\n      {}", t!(tr, "jobs-done", count = status.done, when = when));
        }
        if let Some(error) = &status.error {
            let error: String = error.chars().take(MOST_ERROR).collect();
            line = format!("{line}\n      {}", escape(&error));
        }
        format!("{mark} {line}")
    };
    let heading = format!("{}\n", t!(tr, "jobs"));
    let text = lines_that_fit(std::iter::once(heading).chain(jobs.iter().map(line)));
    let rows = vec![vec![Button::new(t!(tr, "button-refresh"), Action::Jobs)]];
    frame.inline(text, rows)
}
