//! A client's visits: the list, the card, and cancelling.

use super::Frame;
use crate::{
    domain::{
        booking::{Booking, Cancelling, Standing, Status},
        conversation::Action,
        series::Recurrence,
    },
    services::browse::VisitFacts,
    t,
    telegram::view::{Button, Keyboard, View, escape},
};

pub(super) fn list(frame: Frame, visits: &[VisitFacts], past: bool, page: u8, more: bool) -> View {
    let tr = frame.tr;
    let button = |visit: &VisitFacts| {
        let booking = &visit.card.booking;
        let when = tr.when(booking.visit.start(), booking.zone, frame.now);
        let row = t!(tr, "visits-row", when = when, services = frame.services(booking));
        let label = if booking.status == Status::Cancelled { format!("❌ {row}") } else { row };
        vec![Button::new(label, Action::Visit(booking.id))]
    };
    let mut rows: Vec<Vec<Button>> = visits.iter().map(button).collect();
    let to = |past, page| Action::Visits { past, page };
    let previous =
        (page > 0).then(|| Button::new(t!(tr, "button-previous-page"), to(past, page.saturating_sub(1))));
    let next = more.then(|| Button::new(t!(tr, "button-next-page"), to(past, page.saturating_add(1))));
    rows.push(previous.into_iter().chain(next).collect());
    let (other, empty) = if past {
        (t!(tr, "button-upcoming"), t!(tr, "visits-past-none"))
    } else {
        (t!(tr, "button-past"), t!(tr, "visits-none"))
    };
    if visits.is_empty() && !past {
        rows.push(vec![Button::new(t!(tr, "button-book"), Action::Book)]);
    }
    rows.push(vec![Button::new(other, to(!past, 0))]);
    let text = match (visits.is_empty(), past) {
        (true, _) => empty,
        (false, true) => t!(tr, "visits-past"),
        (false, false) => t!(tr, "visits-upcoming"),
    };
    frame.inline(text, rows)
}

/// What has become of a visit, in a line.
pub(super) fn status(frame: Frame, booking: &Booking) -> String {
    let tr = frame.tr;
    match booking.status {
        Status::Held | Status::AwaitingPayment => t!(tr, "status-held"),
        Status::Confirmed if frame.now >= booking.visit.end() => t!(tr, "status-past"),
        Status::Confirmed if frame.now >= booking.visit.start() => t!(tr, "status-now"),
        Status::Confirmed => t!(tr, "status-confirmed"),
        Status::Completed => t!(tr, "status-completed"),
        Status::NoShow => t!(tr, "status-no-show"),
        Status::Cancelled if booking.is_late_cancel => t!(tr, "status-cancelled-late"),
        Status::Cancelled | Status::Expired => t!(tr, "status-cancelled"),
    }
}

pub(super) fn card(frame: Frame, visit: &VisitFacts) -> View {
    let tr = frame.tr;
    let VisitFacts { card, standing } = visit;
    let booking = &card.booking;
    let status = status(frame, booking);
    let mut text = t!(
        tr,
        "visit",
        status = status,
        items = frame.items(booking),
        master = escape(card.master.get(tr.language())),
        place = frame.place(card),
        day = frame.day_of(booking),
        from = frame.from(booking),
        to = frame.to(booking),
        zone = tr.zone(booking.zone),
        price = tr.money(booking.price)
    );
    if let Some(rule) = card.rule.as_deref().and_then(|rule| Recurrence::parse(rule).ok()) {
        text = format!("{text}\n{}", t!(tr, "visit-series", rule = tr.every(rule)));
    }
    let mut rows = Vec::new();
    if let Standing::Ahead(ahead) = standing {
        text = format!("{text}\n\n{}", frame.terms(card));
        rows.push(vec![Button::new(t!(tr, "button-ics"), Action::CalendarFile(booking.id))]);
        if ahead.may_move {
            rows.push(vec![Button::new(t!(tr, "button-move-visit"), Action::Move(booking.id))]);
        }
    }
    rows.push(vec![Button::new(t!(tr, "button-visits"), Action::Visits { past: false, page: 0 })]);
    // Last, away from what is tapped every day.
    if may_cancel(*standing) {
        rows.push(vec![Button::new(t!(tr, "button-cancel-visit"), Action::AskCancel(booking.id))]);
    }
    frame.inline(text, rows)
}

fn may_cancel(standing: Standing) -> bool {
    match standing {
        Standing::OnHold { .. } => true,
        Standing::Ahead(ahead) => ahead.cancelling != Cancelling::TooLate,
        Standing::HoldOver | Standing::Past | Standing::Off => false,
    }
}

pub(super) fn cancel(frame: Frame, visit: &VisitFacts, following: usize) -> View {
    let tr = frame.tr;
    let VisitFacts { card, standing } = visit;
    let booking = &card.booking;
    if !may_cancel(*standing) {
        return self::card(frame, visit);
    }
    let mut text = t!(
        tr,
        "cancel-ask",
        services = escape(&frame.services(booking)),
        master = escape(card.master.get(tr.language())),
        day = frame.day_of(booking),
        from = frame.from(booking),
        to = frame.to(booking)
    );
    if matches!(standing, Standing::Ahead(ahead) if ahead.cancelling == Cancelling::Late) {
        text = format!("{text}\n{}", t!(tr, "cancel-late"));
    }
    let keep = Button::new(t!(tr, "cancel-no"), Action::Back);
    let rows = if following > 0 {
        vec![
            vec![Button::new(t!(tr, "cancel-this"), Action::Cancel(booking.id))],
            vec![Button::new(t!(tr, "cancel-following", count = following), Action::CancelFrom(booking.id))],
            vec![keep],
        ]
    } else {
        vec![vec![Button::new(t!(tr, "cancel-yes"), Action::Cancel(booking.id)), keep]]
    };
    View { text, keyboard: Keyboard::Inline(rows) }
}
