//! What therapists and masters see of their day.

use chrono::{DateTime, NaiveDate, Utc};

use super::Frame;
use crate::{
    db::{bookings::Card, time_off::TimeOff},
    domain::{booking::Status, conversation::Action, series::Recurrence, slots::Regard},
    services::{browse::DayFacts, staff::Why},
    t,
    telegram::view::{Button, View, escape},
};

/// Buttons for visits on one day; Telegram takes a hundred in all.
const MOST_BUTTONS: usize = 70;
/// Telegram takes 4096 characters.
const MOST_CHARS: usize = 3900;
/// Stretches of time off on one day.
const MOST_BLOCKS: usize = 12;

pub(super) fn day(frame: Frame, facts: &DayFacts) -> View {
    let DayFacts { zone, day, today, cards, time_off, all_masters } = facts;
    let (zone, day, today) = (*zone, *day, *today);
    let tr = frame.tr;
    let date = tr.date(day, today);
    let title = if day == today { t!(tr, "day-today", day = date) } else { t!(tr, "day", day = date) };
    let visits = cards.iter().filter(|card| card.booking.status != Status::Cancelled).count();
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
                services = frame.services(booking)
            )
        };
        let mark = if booking.status == Status::Cancelled { "❌ " } else { "" };
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
    frame.inline(text.join("\n"), rows)
}

pub(super) fn visit(frame: Frame, card: &Card) -> View {
    let tr = frame.tr;
    let booking = &card.booking;
    let text = t!(
        tr,
        "staff-visit",
        client = escape(&card.client),
        phone = card.phone.clone().unwrap_or_else(|| t!(tr, "staff-no-phone")),
        items = frame.items(booking),
        master = escape(card.master.get(tr.language())),
        day = frame.day_of(booking),
        from = frame.from(booking),
        to = frame.to(booking),
        zone = tr.zone(booking.zone),
        price = tr.money(booking.price)
    );
    let rooms: Vec<String> = card.resources.iter().map(|names| escape(names.get(tr.language()))).collect();
    let rooms = (!rooms.is_empty()).then(|| t!(tr, "staff-room", rooms = rooms.join(", ")));
    let rule = card.rule.as_deref().and_then(|rule| Recurrence::parse(rule).ok());
    let rule = rule.map(|rule| t!(tr, "visit-series", rule = tr.every(rule)));
    let regard = match card.regard {
        Regard::Plain => None,
        Regard::Flagged => Some(t!(tr, "staff-flagged")),
        Regard::Blocked => Some(t!(tr, "staff-blocked")),
    };
    // Whether it takes place goes without saying; what else has become of it does not.
    let status = (booking.status != Status::Confirmed).then(|| super::visits::status(frame, booking));
    let late = (card.late_cancels > 0).then(|| t!(tr, "staff-late", count = card.late_cancels));
    let text: Vec<String> =
        status.into_iter().chain([text]).chain(rooms).chain(rule).chain(late).chain(regard).collect();
    let buttons = [
        (Regard::Plain, t!(tr, "button-trust")),
        (Regard::Flagged, t!(tr, "button-flag")),
        (Regard::Blocked, t!(tr, "button-block")),
    ];
    let buttons = buttons.into_iter().filter(|(regard, _)| *regard != card.regard);
    let row = buttons.map(|(regard, label)| Button::new(label, Action::Regard(booking.id, regard))).collect();
    frame.inline(text.join("\n"), vec![row])
}

/// Why a time is offered or not, rule by rule.
pub(super) fn why(frame: Frame, why: Option<&Why>) -> View {
    let tr = frame.tr;
    let Some(why) = why else { return frame.inline(t!(tr, "why-nobody"), Vec::new()) };
    let mut lines = tr.why(why, frame.now).into_iter().map(|line| escape(&line));
    let mut text = format!("<b>{}</b>", lines.next().unwrap_or_default());
    for line in lines {
        // What does not fit into one message says the same of other services.
        if text.chars().count() + line.chars().count() > MOST_CHARS {
            text.push_str("\n…");
            break;
        }
        text.push('\n');
        text.push_str(&line);
    }
    frame.inline(text, Vec::new())
}
