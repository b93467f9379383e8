//! A client's visits: the list, the card, and cancelling.

use super::Frame;
use crate::{
    domain::{
        booking::{Standing, Status},
        conversation::Action,
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

pub(super) fn card(frame: Frame, visit: &VisitFacts) -> View {
    let tr = frame.tr;
    let VisitFacts { card, standing } = visit;
    let booking = &card.booking;
    let status = match booking.status {
        Status::Held | Status::AwaitingPayment => t!(tr, "status-held"),
        Status::Confirmed if *standing == Standing::Past && frame.now < booking.visit.end() => {
            t!(tr, "status-now")
        }
        Status::Confirmed if *standing == Standing::Past => t!(tr, "status-past"),
        Status::Confirmed => t!(tr, "status-confirmed"),
        Status::Completed => t!(tr, "status-completed"),
        Status::NoShow => t!(tr, "status-no-show"),
        Status::Cancelled | Status::Expired => t!(tr, "status-cancelled"),
    };
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
    let file = || vec![Button::new(t!(tr, "button-ics"), Action::CalendarFile(booking.id))];
    let mut rows = Vec::new();
    let rules = match standing {
        Standing::Cancellable { until } => {
            rows.push(file());
            Some(t!(tr, "visit-rules", until = tr.when(*until, booking.zone, frame.now)))
        }
        Standing::Fixed => {
            rows.push(file());
            Some(t!(tr, "visit-fixed"))
        }
        Standing::OnHold { .. } | Standing::HoldOver | Standing::Past | Standing::Off => None,
    };
    if let Some(rules) = rules {
        text = format!("{text}\n\n{rules}");
    }
    rows.push(vec![Button::new(t!(tr, "button-visits"), Action::Visits { past: false, page: 0 })]);
    // Last, away from what is tapped every day.
    if matches!(standing, Standing::Cancellable { .. }) {
        rows.push(vec![Button::new(t!(tr, "button-cancel-visit"), Action::AskCancel(booking.id))]);
    }
    frame.inline(text, rows)
}

pub(super) fn cancel(frame: Frame, visit: &VisitFacts) -> View {
    let tr = frame.tr;
    let VisitFacts { card, standing } = visit;
    let booking = &card.booking;
    if !matches!(standing, Standing::Cancellable { .. } | Standing::OnHold { .. }) {
        return self::card(frame, visit);
    }
    let text = t!(
        tr,
        "cancel-ask",
        services = escape(&frame.services(booking)),
        master = escape(card.master.get(tr.language())),
        day = frame.day_of(booking),
        from = frame.from(booking),
        to = frame.to(booking)
    );
    let rows = vec![vec![
        Button::new(t!(tr, "cancel-yes"), Action::Cancel(booking.id)),
        Button::new(t!(tr, "cancel-no"), Action::Back),
    ]];
    View { text, keyboard: Keyboard::Inline(rows) }
}
