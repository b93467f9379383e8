//! The waitlist: what to wait for, and what is waited for.

use chrono::NaiveDate;

use super::Frame;
use crate::{
    domain::{
        conversation::{Action, WaitWish},
        waitlist::{Part, Weekdays},
    },
    i18n::Tr,
    services::{browse::WaitFacts, waitlist::PlaceInLine},
    t,
    telegram::view::{Button, View, escape, lines_that_fit},
};

pub(super) fn wait(frame: Frame, facts: &WaitFacts) -> View {
    let tr = frame.tr;
    let WaitWish { wish, first, last, weekdays, part, .. } = &facts.wanted;
    let today = frame.now.with_timezone(&facts.zone).date_naive();
    let names: Vec<String> = facts.services.iter().map(|names| escape(names.get(tr.language()))).collect();
    let master = match &facts.master {
        Some(master) => escape(master.get(tr.language())),
        None => t!(tr, "masters-anyone"),
    };
    let is_one_day = *first == Some(*last);
    let first = first.unwrap_or(today).max(today);
    let when = match (wish.moving.is_some(), is_one_day) {
        (true, _) => t!(tr, "wait-earlier", day = tr.date(*last, today)),
        (false, true) => t!(tr, "wait-day", day = tr.date(*last, today)),
        (false, false) => t!(tr, "wait-span", from = tr.date_short(first), to = tr.date_short(*last)),
    };
    let text = t!(tr, "wait", services = names.join(", "), master = master, when = when);
    let mut rows = Vec::new();
    if !is_one_day && *last > first {
        let monday = NaiveDate::default().week(chrono::Weekday::Mon).first_day();
        let days = (1u8..=7).zip(monday.iter_days()).map(|(number, day)| {
            let mark = if weekdays.numbers().contains(&i32::from(number)) { "✅" } else { "" };
            Button::new(format!("{mark}{}", tr.weekday_short(day)), Action::WaitWeekday(number))
        });
        rows.push(days.collect());
    }
    let parts = Part::ALL.map(|choice| {
        let mark = if choice == *part { "✅ " } else { "" };
        Button::new(format!("{mark}{}", part_name(tr, choice)), Action::WaitPart(choice))
    });
    rows.extend(parts.chunks(2).map(<[Button]>::to_vec));
    rows.push(vec![Button::new(t!(tr, "button-join"), Action::JoinWaitlist)]);
    frame.inline(text, rows)
}

fn part_name(tr: Tr, part: Part) -> String {
    match part {
        Part::Any => t!(tr, "wait-any-time"),
        Part::Morning => t!(tr, "times-morning"),
        Part::Afternoon => t!(tr, "times-afternoon"),
        Part::Evening => t!(tr, "times-evening"),
    }
}

pub(super) fn waits(frame: Frame, places: &[PlaceInLine]) -> View {
    let tr = frame.tr;
    if places.is_empty() {
        return frame.inline(t!(tr, "waits-none"), Vec::new());
    }
    let line = |place: &PlaceInLine| {
        let names: Vec<String> =
            place.services.iter().map(|names| escape(names.get(tr.language()))).collect();
        let window = place.window;
        let today = frame.now.with_timezone(&place.zone).date_naive();
        let first = window.first.max(today);
        let when = if place.is_earlier {
            t!(tr, "wait-earlier", day = tr.date(window.last, today))
        } else if first >= window.last {
            t!(tr, "wait-day", day = tr.date(window.last, today))
        } else {
            t!(tr, "wait-span", from = tr.date_short(first), to = tr.date_short(window.last))
        };
        let mut parts = vec![names.join(", "), when];
        parts.extend(place.master.as_ref().map(|master| escape(master.get(tr.language()))));
        if window.weekdays != Weekdays::ALL {
            let monday = NaiveDate::default().week(chrono::Weekday::Mon).first_day();
            let days = (1i32..=7).zip(monday.iter_days());
            let days = days.filter(|(number, _)| window.weekdays.numbers().contains(number));
            parts.push(days.map(|(_, day)| tr.weekday_short(day)).collect::<Vec<_>>().join(" "));
        }
        if window.part != Part::Any {
            parts.push(part_name(tr, window.part));
        }
        format!("🔔 {}", parts.join(" · "))
    };
    let rows = places
        .iter()
        .map(|place| {
            let name = place.services.first().map_or("", |names| names.get(tr.language()));
            let day = tr.date_short(place.window.last);
            let label = t!(tr, "button-leave-waitlist", services = name, day = day);
            vec![Button::new(label, Action::LeaveWaitlist(place.id))]
        })
        .collect();
    let heading = format!("{}\n", t!(tr, "waits"));
    frame.inline(lines_that_fit(std::iter::once(heading).chain(places.iter().map(line))), rows)
}
