//! A client's visits: the list, the card, and cancelling.

use chrono_tz::Tz;

use super::{Frame, booking, vouchers};
use crate::{
    db::bookings::Card,
    domain::{
        booking::{Booking, Cancelling, Pays, Purpose, Standing, Status},
        conversation::Action,
        ledger::{self, Account},
        money::Money,
        payment::Method,
        reminder::{Answer, allows},
        series::Recurrence,
        voucher::Voucher,
    },
    services::browse::VisitFacts,
    t,
    telegram::view::{Button, Keyboard, View, escape, lines_that_fit},
};

/// A page of visits; above those that lie ahead, the vouchers that can be used for others.
pub(super) fn list(
    frame: Frame,
    visits: &[VisitFacts],
    (vouchers, zone): (&[Voucher], Tz),
    (past, page, more): (bool, u8, bool),
) -> View {
    let tr = frame.tr;
    let button = |visit: &VisitFacts| {
        let booking = &visit.card.booking;
        let when = tr.when(booking.visit.start(), booking.zone, frame.now);
        let row = t!(tr, "visits-row", when = when, services = frame.services(&visit.card));
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
    if !past {
        rows.push(vec![Button::new(t!(tr, "button-waits"), Action::Waits)]);
    }
    let text = match (visits.is_empty(), past) {
        (true, _) => empty,
        (false, true) => t!(tr, "visits-past"),
        (false, false) => t!(tr, "visits-upcoming"),
    };
    let balance = vouchers.iter().map(|voucher| vouchers::balance(frame, voucher, zone));
    let text = lines_that_fit(std::iter::once(text).chain(balance));
    if !vouchers.is_empty() {
        rows.push(vec![Button::new(t!(tr, "button-vouchers"), Action::Vouchers)]);
    }
    frame.inline(text, rows)
}

/// What has become of a visit, in a line.
pub(super) fn status(frame: Frame, booking: &Booking) -> String {
    let tr = frame.tr;
    match booking.status {
        Status::Held if booking.purpose == Purpose::Requested => t!(tr, "status-requested"),
        Status::AwaitingPayment => t!(tr, "status-awaiting-payment"),
        Status::Held => t!(tr, "status-held"),
        Status::Confirmed if frame.now >= booking.visit.end() => t!(tr, "status-past"),
        Status::Confirmed if frame.now >= booking.visit.start() => t!(tr, "status-now"),
        Status::Confirmed => t!(tr, "status-confirmed"),
        Status::Completed if booking.came_late => t!(tr, "status-came-late"),
        Status::Completed => t!(tr, "status-completed"),
        Status::NoShow => t!(tr, "status-no-show"),
        Status::Cancelled if booking.by_studio => t!(tr, "status-cancelled-studio"),
        Status::Expired if booking.purpose == Purpose::Requested => t!(tr, "status-declined"),
        Status::Cancelled if booking.is_late_cancel => t!(tr, "status-cancelled-late"),
        Status::Cancelled | Status::Expired => t!(tr, "status-cancelled"),
    }
}

/// A visit as its client sees it, below a heading.
pub(super) fn body(frame: Frame, visit: &VisitFacts, heading: &str) -> String {
    let tr = frame.tr;
    let VisitFacts { card, standing } = visit;
    let booking = &card.booking;
    let mut text = t!(
        tr,
        "visit",
        status = heading,
        items = frame.items(card),
        master = escape(card.master.get(tr.language())),
        place = frame.place(card),
        day = frame.day_of(booking),
        from = frame.from(booking),
        to = frame.to(booking),
        zone = tr.zone(booking.zone),
        price = tr.money(booking.price)
    );
    let rule = card.rule.as_deref().and_then(|rule| Recurrence::parse(rule).ok());
    let ahead = match standing {
        Standing::Ahead(ahead) => Some(*ahead),
        _ => None,
    };
    let is_ahead = ahead.is_some();
    let delay = tr.minutes(booking.delay);
    let late = tr.minutes(booking.client_late);
    let lines = [
        rule.map(|rule| t!(tr, "visit-series", rule = tr.every(rule))),
        (is_ahead && booking.delay > 0).then(|| t!(tr, "visit-delay", late = delay)),
        (booking.client_late > 0 && booking.is_confirmed()).then(|| t!(tr, "visit-late", late = late)),
        (is_ahead && booking.client_late == 0 && booking.coming_at.is_some()).then(|| t!(tr, "visit-coming")),
        booking::discount(frame, card),
        money(frame, card),
        card.rating.as_ref().map(|rating| t!(tr, "visit-rated", stars = stars(rating.stars))),
        ahead.map(|ahead| format!("\n{}", frame.terms(card, ahead))),
    ];
    for line in lines.into_iter().flatten() {
        text.push('\n');
        text.push_str(&line);
    }
    text
}

/// What has become of the money that was paid for a visit, or of the voucher, in a line.
pub(super) fn money(frame: Frame, card: &Card) -> Option<String> {
    let (tr, booking) = (frame.tr, &card.booking);
    let (paid, is_visit) = (booking.deposit?.amount, booking.voucher == Some(Pays::Visit));
    let amount = tr.money(paid);
    Some(match booking.money_to_be()? {
        Account::Deposits | Account::Sales if is_visit => t!(tr, "visit-voucher"),
        Account::Deposits | Account::Sales if booking.voucher.is_some() => {
            t!(tr, "visit-voucher-amount", amount = amount)
        }
        Account::Deposits | Account::Sales => t!(tr, "visit-paid", amount = amount),
        Account::Fees => kept(frame, booking, paid),
        Account::Refunds => t!(tr, "visit-refund", amount = amount),
        Account::Vouchers => t!(tr, "visit-voucher-back"),
        _ => return None,
    })
}

/// What was kept of a visit that was missed or cancelled late, and where the rest went.
fn kept(frame: Frame, booking: &Booking, paid: Money) -> String {
    let tr = frame.tr;
    let is_late = booking.status == Status::Cancelled;
    let kept = if is_late { ledger::kept(paid, booking.late_fee, booking.voucher) } else { paid };
    let rest = paid.less(kept);
    let (kept_words, rest_words) = (tr.money(kept), tr.money(rest));
    match booking.voucher {
        Some(Pays::Visit) if rest.is_zero() => t!(tr, "visit-voucher-used"),
        Some(_) if kept.is_zero() => t!(tr, "visit-voucher-back"),
        _ if rest.is_zero() => t!(tr, "visit-fee", amount = kept_words),
        None if kept.is_zero() => t!(tr, "visit-refund", amount = rest_words),
        None if Method::of(paid.currency()).refunds_in_part() => {
            t!(tr, "visit-fee-part", kept = kept_words, rest = rest_words)
        }
        _ => t!(tr, "visit-fee-part-voucher", kept = kept_words, rest = rest_words),
    }
}

/// What will become of the money if the visit is cancelled now.
fn if_cancelled(frame: Frame, card: &Card, cancelling: Cancelling) -> Option<String> {
    let (tr, booking) = (frame.tr, &card.booking);
    let paid = booking.deposit.filter(|_| booking.money == Some(Account::Deposits))?.amount;
    let kept = match cancelling {
        Cancelling::Late => ledger::kept(paid, card.terms.late_fee, booking.voucher),
        _ => Money::zero(paid.currency()),
    };
    let (rest, method) = (paid.less(kept), Method::of(paid.currency()));
    let amount = tr.money(rest);
    Some(match booking.voucher {
        _ if rest.is_zero() && booking.voucher == Some(Pays::Visit) => t!(tr, "cancel-voucher-used"),
        _ if rest.is_zero() => t!(tr, "cancel-fee", amount = tr.money(paid)),
        _ if !kept.is_zero() && booking.voucher.is_none() && method.refunds_in_part() => {
            t!(tr, "cancel-fee-part", kept = tr.money(kept), rest = amount)
        }
        _ if !kept.is_zero() => t!(tr, "cancel-fee-part-voucher", kept = tr.money(kept), rest = amount),
        Some(_) => t!(tr, "cancel-voucher"),
        None if method.refunds_by_itself() => t!(tr, "cancel-refund", amount = amount),
        None => t!(tr, "cancel-refund-by-hand", amount = amount),
    })
}

/// "⭐⭐⭐⭐".
pub(super) fn stars(count: u8) -> String {
    "⭐".repeat(usize::from(count))
}

pub(super) fn card(frame: Frame, visit: &VisitFacts) -> View {
    let booking = &visit.card.booking;
    let mut rows = actions(frame, visit);
    if matches!(visit.standing, Standing::Ahead(ahead) if ahead.may_move) {
        rows.push(vec![Button::new(t!(frame.tr, "button-earlier"), Action::Earlier(booking.id))]);
    }
    rows.push(vec![Button::new(t!(frame.tr, "button-visits"), Action::Visits { past: false, page: 0 })]);
    // Last, away from what is tapped every day.
    if may_cancel(visit.standing) {
        rows.push(vec![Button::new(t!(frame.tr, "button-cancel-visit"), Action::AskCancel(booking.id))]);
    }
    frame.inline(body(frame, visit, &status(frame, booking)), rows)
}

/// What can be done with a visit besides cancelling it: each button only while it is good for something.
pub(super) fn actions(frame: Frame, visit: &VisitFacts) -> Vec<Vec<Button>> {
    let tr = frame.tr;
    let VisitFacts { card, standing } = visit;
    let booking = &card.booking;
    let can = |answer| allows(booking, card.terms, frame.now, answer);
    let mut rows = Vec::new();
    let coming = (can(Answer::Coming) && booking.coming_at.is_none())
        .then(|| Button::new(t!(tr, "button-coming"), Action::Coming(booking.id)));
    let late = can(Answer::Late).then(|| Button::new(t!(tr, "button-late"), Action::AskLate(booking.id)));
    rows.push(coming.into_iter().chain(late).collect());
    if matches!(standing, Standing::Ahead(_)) {
        rows.push(vec![Button::new(t!(tr, "button-ics"), Action::CalendarFile(booking.id))]);
    }
    if can(Answer::Move) {
        rows.push(vec![Button::new(t!(tr, "button-move-visit"), Action::Move(booking.id))]);
    }
    if matches!(booking.status, Status::Cancelled | Status::Completed) {
        rows.push(vec![Button::new(t!(tr, "button-again"), Action::Again(booking.id))]);
    }
    rows.retain(|row: &Vec<Button>| !row.is_empty());
    rows
}

pub(super) fn may_cancel(standing: Standing) -> bool {
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
        services = escape(&frame.services(card)),
        master = escape(card.master.get(tr.language())),
        day = frame.day_of(booking),
        from = frame.from(booking),
        to = frame.to(booking)
    );
    if matches!(standing, Standing::Ahead(ahead) if ahead.cancelling == Cancelling::Late) {
        text = format!("{text}\n{}", t!(tr, "cancel-late"));
    }
    if let Standing::Ahead(ahead) = standing
        && let Some(line) = if_cancelled(frame, card, ahead.cancelling)
    {
        text = format!("{text}\n{line}");
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
