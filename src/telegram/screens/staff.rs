//! What therapists and masters see of their day.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::Frame;
use crate::{
    db::bookings::Card,
    domain::conversation::Action,
    t,
    telegram::view::{Button, View, escape},
};

/// Buttons for visits on one day; Telegram takes a hundred in all.
const MOST_BUTTONS: usize = 90;

pub(super) fn day(
    frame: Frame,
    zone: Tz,
    day: NaiveDate,
    today: NaiveDate,
    cards: &[Card],
    all_masters: bool,
) -> View {
    let tr = frame.tr;
    let date = tr.date(day, today);
    let title = if day == today { t!(tr, "day-today", day = date) } else { t!(tr, "day", day = date) };
    let count = if cards.is_empty() { t!(tr, "day-none") } else { t!(tr, "day-count", count = cards.len()) };
    let button = |card: &Card| {
        let booking = &card.booking;
        let (from, to) = (tr.time(booking.visit.start(), zone), tr.time(booking.visit.end(), zone));
        let label = if all_masters {
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
        vec![Button::new(label, Action::StaffVisit(booking.id))]
    };
    let mut rows: Vec<Vec<Button>> = cards.iter().take(MOST_BUTTONS).map(button).collect();
    let to = |label: String, date: NaiveDate| Button::new(label, Action::StaffDay(date));
    let before = day.pred_opt().map(|date| to(format!("‹ {}", tr.date_short(date)), date));
    let after = day.succ_opt().map(|date| to(format!("{} ›", tr.date_short(date)), date));
    rows.push(before.into_iter().chain(after).collect());
    frame.inline(format!("{title}\n{count}"), rows)
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
    frame.inline(text, Vec::new())
}
