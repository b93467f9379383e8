//! The morning's visits, the week, and the news of a minute.

use chrono::{DateTime, Days, Utc};

use super::standing;
use crate::{
    chart::{Bar, Chart},
    db::bookings::Card,
    domain::{booking::Status, conversation::Action},
    i18n::Tr,
    services::{
        digest::{DayDigest, Figures, WeekDigest},
        outbox::Happening,
    },
    t,
    telegram::{
        screens::Frame,
        view::{Button, View, escape, lines_that_fit},
    },
};

/// Lines of a list; what comes after them is counted.
const MOST_LINES: usize = 30;
const MOST_NEWS: usize = 10;
/// Telegram takes 100 buttons; a morning needs fewer.
const MOST_BUTTONS: usize = 12;

pub(super) fn day(frame: Frame, facts: &DayDigest) -> View {
    let tr = frame.tr;
    let shown: Vec<&Card> =
        facts.cards.iter().filter(|card| card.booking.status != Status::Cancelled).collect();
    let mut lines = vec![t!(tr, "digest-day", day = tr.date(facts.date, facts.date))];
    lines.push(match visits(&facts.cards) {
        0 => t!(tr, "digest-day-none"),
        count => t!(tr, "day-count", count = count),
    });
    // Visits and gaps as they follow each other.
    let mut rows: Vec<(DateTime<Utc>, String)> = shown
        .iter()
        .map(|card| {
            let booking = &card.booking;
            let line = t!(
                tr,
                "day-row",
                from = tr.time(booking.visit.start(), facts.zone),
                to = tr.time(booking.visit.end(), facts.zone),
                client = escape(&card.client),
                services = escape(&frame.services(card))
            );
            (booking.visit.start(), format!("{} {line}", mark(card)))
        })
        .collect();
    rows.extend(facts.gaps.iter().map(|gap| {
        let (from, to) = (tr.time(gap.start(), facts.zone), tr.time(gap.end(), facts.zone));
        (gap.start(), t!(tr, "digest-gap", from = from, to = to))
    }));
    rows.sort_by_key(|(at, _)| *at);
    let more = rows.len().saturating_sub(MOST_LINES);
    lines.extend(rows.into_iter().take(MOST_LINES).map(|(_, line)| line));
    if more > 0 {
        lines.push(t!(tr, "digest-more", count = more));
    }
    let mut buttons: Vec<Vec<Button>> = shown
        .iter()
        .take(MOST_BUTTONS)
        .map(|card| {
            let from = tr.time(card.booking.visit.start(), facts.zone);
            vec![Button::new(format!("{from} · {}", card.client), Action::StaffVisit(card.booking.id))]
        })
        .collect();
    if facts.unanswered > 0 {
        // Not at the end, where a full day might leave no room for it.
        lines.insert(1, t!(tr, "digest-unanswered", count = facts.unanswered));
        buttons.insert(0, vec![Button::new(t!(tr, "button-unanswered"), Action::Unanswered)]);
    }
    standing(lines_that_fit(lines), buttons)
}

/// How many of a day's bookings are visits, and neither requests nor cancelled.
pub(in crate::telegram::screens) fn visits(cards: &[Card]) -> usize {
    cards.iter().filter(|card| !matches!(card.booking.status, Status::Cancelled | Status::Held)).count()
}

/// What is known of whether the client comes.
pub(in crate::telegram::screens) fn mark(card: &Card) -> &'static str {
    let booking = &card.booking;
    match booking.status {
        Status::Completed if booking.came_late => "🕗",
        Status::Completed => "✔️",
        Status::NoShow => "🚫",
        Status::Cancelled => "❌",
        Status::Held => "⏳",
        _ if card.is_unreachable => "📵",
        _ if booking.client_late > 0 => "🏃",
        _ if booking.coming_at.is_some() => "✅",
        _ => "▫️",
    }
}

pub(super) fn week(frame: Frame, facts: &WeekDigest) -> View {
    let tr = frame.tr;
    let Figures { visits, no_shows, cancellations, new_clients, stars } = facts.figures;
    let mut lines = vec![t!(tr, "digest-week", week = span(tr, facts))];
    let than = |now: i64, before: i64| match now - before {
        0 => String::new(),
        more if more > 0 => format!(" (+{more})"),
        less => format!(" (−{})", less.abs()),
    };
    let before = facts.before;
    let (visits_than, clients_than) = (than(visits, before.visits), than(new_clients, before.new_clients));
    lines.push(t!(tr, "digest-visits", count = visits, than = visits_than));
    lines.push(t!(tr, "digest-new-clients", count = new_clients, than = clients_than));
    lines.push(t!(tr, "digest-no-shows", count = no_shows, than = than(no_shows, before.no_shows)));
    let cancelled_than = than(cancellations, before.cancellations);
    lines.push(t!(tr, "digest-cancellations", count = cancellations, than = cancelled_than));
    if let Some(stars) = stars {
        lines.push(t!(tr, "digest-stars", stars = tr.hundredths(stars)));
    }
    standing(lines.join("\n"), Vec::new())
}

fn span(tr: Tr, facts: &WeekDigest) -> String {
    let sunday = facts.monday.checked_add_days(Days::new(6)).unwrap_or(facts.monday);
    t!(tr, "digest-span", from = tr.date_short(facts.monday), to = tr.date_short(sunday))
}

/// The week as a picture.
pub fn chart(tr: Tr, facts: &WeekDigest) -> Chart {
    let bar = |load: &crate::services::digest::Load| Bar {
        name: load.names.get(tr.language()).to_owned(),
        booked_minutes: load.booked,
        working_minutes: load.working,
        note: t!(tr, "chart-load", booked = tr.hours(load.booked), working = tr.hours(load.working)),
    };
    let figures = facts.figures;
    let figure = |label: String, value: i64| (label, value.to_string());
    Chart {
        title: t!(tr, "chart-title"),
        subtitle: span(tr, facts),
        heading: t!(tr, "chart-heading"),
        masters: facts.masters.iter().map(bar).collect(),
        figures: vec![
            figure(t!(tr, "chart-visits"), figures.visits),
            figure(t!(tr, "chart-new-clients"), figures.new_clients),
            figure(t!(tr, "chart-no-shows"), figures.no_shows),
            figure(t!(tr, "chart-cancellations"), figures.cancellations),
        ],
    }
}

pub(super) fn news(frame: Frame, from: DateTime<Utc>, happenings: &[Happening]) -> View {
    use crate::db::news::Kind;
    let tr = frame.tr;
    let zone = happenings.first().map_or(chrono_tz::Tz::UTC, |happening| happening.zone);
    let at = tr.time(from, zone);
    let mut lines = vec![t!(tr, "news", count = happenings.len(), time = at)];
    lines.extend(happenings.iter().take(MOST_NEWS).map(|happening| {
        let mark = match happening.kind {
            Kind::Booked => "🆕",
            Kind::Moved => "🕘",
            Kind::Cancelled => "❌",
        };
        let line = t!(
            tr,
            "news-row",
            when = tr.when(happening.starts_at, happening.zone, frame.now),
            master = escape(happening.master.get(tr.language())),
            client = escape(&happening.client)
        );
        format!("{mark} {line}")
    }));
    let more = happenings.len().saturating_sub(MOST_NEWS);
    if more > 0 {
        lines.push(t!(tr, "digest-more", count = more));
    }
    standing(lines_that_fit(lines), vec![vec![Button::new(t!(tr, "button-today"), Action::StaffToday)]])
}
