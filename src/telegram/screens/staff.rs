//! What therapists and masters see of their day.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Frame, letters, visits};
use crate::{
    db::{bookings::Card, time_off::TimeOff},
    domain::{booking::Status, conversation::Action, ledger::Account, series::Recurrence, slots::Regard},
    services::{browse::DayFacts, staff::Why},
    t,
    telegram::view::{Button, View, escape, lines_that_fit},
};

/// Buttons for visits on one day; Telegram takes a hundred in all.
const MOST_BUTTONS: usize = 70;
/// Stretches of time off on one day.
const MOST_BLOCKS: usize = 12;

pub(super) fn day(frame: Frame, facts: &DayFacts) -> View {
    let DayFacts { zone, day, today, cards, time_off, all_masters } = facts;
    let (zone, day, today) = (*zone, *day, *today);
    let tr = frame.tr;
    let date = tr.date(day, today);
    let title = if day == today { t!(tr, "day-today", day = date) } else { t!(tr, "day", day = date) };
    let visits = letters::visits(cards);
    let count = if visits == 0 { t!(tr, "day-none") } else { t!(tr, "day-count", count = visits) };
    let button = |card: &Card| {
        let booking = &card.booking;
        let (from, to) = (tr.time(booking.visit.start(), zone), tr.time(booking.visit.end(), zone));
        let label = if *all_masters {
            let master = card.master.get(tr.language());
            t!(tr, "day-row-master", from = from, to = to, master = master, client = card.client.clone())
        } else {
            t!(
                tr,
                "day-row",
                from = from,
                to = to,
                client = card.client.clone(),
                services = frame.services(card)
            )
        };
        let mark = match letters::mark(card) {
            "▫️" => String::new(),
            mark => format!("{mark} "),
        };
        vec![Button::new(format!("{mark}{label}"), Action::StaffVisit(booking.id))]
    };
    let mut rows: Vec<Vec<Button>> = cards.iter().take(MOST_BUTTONS).map(button).collect();
    // Only what reaches into other days needs a date.
    let edge = |instant: DateTime<Utc>| {
        if instant.with_timezone(&zone).date_naive() == day {
            tr.time(instant, zone)
        } else {
            tr.when(instant, zone, frame.now)
        }
    };
    let span = |off: &TimeOff| (edge(off.away.start()), edge(off.away.end()));
    rows.extend(time_off.iter().filter(|off| off.is_from_chat).take(MOST_BLOCKS).map(|off| {
        let (from, to) = span(off);
        vec![Button::new(t!(tr, "button-unblock", from = from, to = to), Action::Unblock(off.id))]
    }));
    let offs = time_off.iter().take(MOST_BLOCKS).map(|off| {
        let (from, to) = span(off);
        if *all_masters {
            let master = escape(off.name.get(tr.language()));
            t!(tr, "day-off-master", from = from, to = to, master = master)
        } else {
            t!(tr, "day-off", from = from, to = to)
        }
    });
    let text: Vec<String> = [title, count].into_iter().chain(offs).collect();
    let to = |label: String, date: NaiveDate| Button::new(label, Action::StaffDay(date));
    let before = day.pred_opt().map(|date| to(format!("‹ {}", tr.date_short(date)), date));
    let after = day.succ_opt().map(|date| to(format!("{} ›", tr.date_short(date)), date));
    rows.push(before.into_iter().chain(after).collect());
    if day == today && visits > 0 {
        rows.push(vec![Button::new(t!(tr, "button-run-late"), Action::RunLate)]);
    }
    frame.inline(text.join("\n"), rows)
}

/// A visit as the staff sees it.
pub(super) fn body(frame: Frame, card: &Card) -> String {
    let tr = frame.tr;
    let booking = &card.booking;
    let phone = card.phone.clone().unwrap_or_else(|| t!(tr, "staff-no-phone"));
    let text = t!(
        tr,
        "staff-visit",
        client = escape(&card.client),
        phone = phone.clone(),
        items = frame.items(card),
        master = escape(card.master.get(tr.language())),
        day = frame.day_of(booking),
        from = frame.from(booking),
        to = frame.to(booking),
        zone = tr.zone(booking.zone),
        price = tr.money(booking.price)
    );
    let rooms: Vec<String> = card.resources.iter().map(|names| escape(names.get(tr.language()))).collect();
    let rule = card.rule.as_deref().and_then(|rule| Recurrence::parse(rule).ok());
    let is_ahead = booking.is_confirmed() && frame.now < booking.visit.end();
    let regard = match card.regard {
        Regard::Plain => None,
        Regard::Flagged => Some(t!(tr, "staff-flagged")),
        Regard::Blocked => Some(t!(tr, "staff-blocked")),
    };
    // Whether it takes place goes without saying; what else has become of it does not.
    let status = (booking.status != Status::Confirmed).then(|| visits::status(frame, booking));
    let late = (is_ahead && booking.client_late > 0)
        .then(|| t!(tr, "staff-client-late", late = tr.minutes(booking.client_late)));
    let rating = card.rating.as_ref().filter(|_| !frame.hides(card.is_discreet));
    let comment = rating.and_then(|rating| rating.comment.as_deref());
    let lines = [
        status,
        Some(text),
        money(frame, card),
        (!rooms.is_empty()).then(|| t!(tr, "staff-room", rooms = rooms.join(", "))),
        rule.map(|rule| t!(tr, "visit-series", rule = tr.every(rule))),
        (is_ahead && booking.client_late == 0 && booking.coming_at.is_some()).then(|| t!(tr, "staff-coming")),
        late,
        (is_ahead && booking.delay > 0).then(|| t!(tr, "visit-delay", late = tr.minutes(booking.delay))),
        (card.is_unreachable && is_ahead).then(|| t!(tr, "staff-unreachable", phone = phone)),
        (card.late_cancels > 0).then(|| t!(tr, "staff-late", count = card.late_cancels)),
        (card.no_shows > 0).then(|| t!(tr, "staff-no-shows", count = card.no_shows)),
        regard,
        card.rating.as_ref().map(|rating| t!(tr, "visit-rated", stars = visits::stars(rating.stars))),
        comment.map(escape),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

pub(super) fn visit(frame: Frame, card: &Card) -> View {
    let tr = frame.tr;
    let booking = &card.booking;
    let buttons = [
        (Regard::Plain, t!(tr, "button-trust")),
        (Regard::Flagged, t!(tr, "button-flag")),
        (Regard::Blocked, t!(tr, "button-block")),
    ];
    let buttons = buttons.into_iter().filter(|(regard, _)| *regard != card.regard);
    let row = buttons.map(|(regard, label)| Button::new(label, Action::Regard(booking.id, regard))).collect();
    let cancel = (booking.is_confirmed() && frame.now < booking.visit.end())
        .then(|| vec![Button::new(t!(tr, "button-cancel-visit"), Action::AskStaffCancel(booking.id))]);
    let rows = [letters::answers(frame, card), desk(frame, card), row].into_iter().chain(cancel).collect();
    frame.inline(body(frame, card), rows)
}

/// How the rest was paid, once the visit has begun.
fn desk(frame: Frame, card: &Card) -> Vec<Button> {
    let tr = frame.tr;
    let booking = &card.booking;
    let rest = booking.rest();
    if booking.desk.is_some() {
        return vec![Button::new(t!(tr, "button-desk-undo"), Action::AtDesk(booking.id, None))];
    }
    if !booking.has_begun(frame.now) || rest.is_zero() {
        return Vec::new();
    }
    let amount = tr.money(rest);
    vec![
        Button::new(
            t!(tr, "button-cash", amount = amount.clone()),
            Action::AtDesk(booking.id, Some(Account::Cash)),
        ),
        Button::new(t!(tr, "button-card", amount = amount), Action::AtDesk(booking.id, Some(Account::Card))),
    ]
}

/// What has been paid for a visit, and how.
fn money(frame: Frame, card: &Card) -> Option<String> {
    let tr = frame.tr;
    let booking = &card.booking;
    let deposit = match (booking.deposit, booking.money_to_be()) {
        (Some(deposit), Some(Account::Refunds)) => {
            Some(t!(tr, "staff-refund", amount = tr.money(deposit.amount)))
        }
        _ => visits::money(frame, card),
    };
    let code = super::booking::discount(frame, card);
    let desk = booking.desk.map(|(way, amount)| {
        let amount = tr.money(amount);
        if way == Account::Cash {
            t!(tr, "staff-cash", amount = amount)
        } else {
            t!(tr, "staff-card", amount = amount)
        }
    });
    let lines: Vec<String> = code.into_iter().chain(deposit).chain(desk).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Why a time is offered or not, rule by rule.
pub(super) fn why(frame: Frame, why: Option<&Why>) -> View {
    let tr = frame.tr;
    let Some(why) = why else { return frame.inline(t!(tr, "why-nobody"), Vec::new()) };
    let mut lines = tr.why(why, frame.now).into_iter().map(|line| escape(&line));
    let heading = format!("<b>{}</b>", lines.next().unwrap_or_default());
    // What does not fit into one message says the same of other services.
    let text = lines_that_fit(std::iter::once(heading).chain(lines));
    frame.inline(text, Vec::new())
}
