//! When: the month, the times of a day, and what to take instead of a time that was taken.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;

use super::Frame;
use crate::{
    domain::{conversation::Action, language::LocalText, month::Month, slots::AlternativeKind},
    i18n::wall_hour,
    services::browse::{AlternativeFacts, CalendarFacts, TimesFacts},
    t,
    telegram::view::{Button, View, escape, grid},
};

/// Telegram takes a hundred buttons; some are needed for headings and the way back.
const MOST_TIMES: usize = 80;
/// Looks empty, but is not: Telegram refuses labels of white space.
const BLANK: &str = "\u{2800}";
const TIMES_IN_A_ROW: usize = 4;

pub(super) fn calendar(frame: Frame, facts: &CalendarFacts) -> View {
    let CalendarFacts { month, free, full, first, last, today, master, is_moving } = facts;
    let (month, first, last, today) = (*month, *first, *last, *today);
    let tr = frame.tr;
    let day_button = |day: Option<NaiveDate>| match day {
        Some(day) if free.contains(&day) => Button::new(day.day().to_string(), Action::Day(day)),
        // There the client can ask to be told when something opens.
        Some(day) if full.contains(&day) => Button::new("✕", Action::Day(day)),
        Some(_) => Button::label("·"),
        None => Button::label(BLANK),
    };
    let turn = |go: bool, mark: &str, to: Month| {
        if go { Button::new(mark, Action::Month(to)) } else { Button::label(BLANK) }
    };
    let mut rows = vec![vec![
        turn(month > first, "‹", month.previous()),
        Button::label(tr.month(month)),
        turn(month < last, "›", month.next()),
    ]];
    // Weeks that are over would only push the others down.
    let is_over = |week: &[Option<NaiveDate>; 7]| week.iter().flatten().all(|day| *day < today);
    let weeks = month.weeks().into_iter().filter(|week| !is_over(week));
    let monday_to_sunday = month.first().week(chrono::Weekday::Mon).first_day().iter_days().take(7);
    rows.push(monday_to_sunday.map(|day| Button::label(tr.weekday_short(day))).collect());
    rows.extend(weeks.map(|week| week.into_iter().map(day_button).collect()));

    if free.is_empty() || !full.is_empty() {
        rows.push(vec![Button::new(t!(tr, "button-tell-me"), Action::WaitMonth(month))]);
    }
    let with = with_master(frame, master.as_ref());
    let text = if free.is_empty() {
        t!(tr, "calendar-empty", month = tr.month(month), master = with)
    } else if *is_moving {
        t!(tr, "calendar-move", master = with)
    } else {
        t!(tr, "calendar", master = with)
    };
    frame.inline(text, rows)
}

pub(super) fn times(frame: Frame, facts: &TimesFacts) -> View {
    let TimesFacts { zone, day, starts, tidy, master } = facts;
    let zone = *zone;
    let tr = frame.tr;
    let date = tr.date(*day, frame.now.with_timezone(&zone).date_naive());
    let with = with_master(frame, master.as_ref());
    let tell_me = vec![Button::new(t!(tr, "button-tell-me"), Action::WaitDay(*day))];
    if starts.is_empty() {
        return frame.inline(t!(tr, "times-none", day = date), vec![tell_me]);
    }
    let parts = [
        (0..6, t!(tr, "times-night")),
        (6..12, t!(tr, "times-morning")),
        (12..17, t!(tr, "times-afternoon")),
        (17..24, t!(tr, "times-evening")),
    ];
    // Where every time fits as well as any other, there is nothing to prefer.
    let marks = starts.iter().any(|start| !tidy.contains(start)) && !tidy.is_empty();
    // Every second or third time of a very full day still leaves one near every wish.
    let stride = starts.len().div_ceil(MOST_TIMES).max(1);
    let shown: Vec<DateTime<Utc>> = starts.iter().copied().step_by(stride).collect();
    let mut rows = Vec::new();
    for (hours, name) in parts {
        let buttons: Vec<Button> = shown
            .iter()
            .filter(|start| hours.contains(&wall_hour(**start, zone)))
            .map(|start| {
                let mark = if marks && tidy.contains(start) { "✨" } else { "" };
                Button::new(format!("{mark}{}", tr.time(*start, zone)), Action::Time(*start))
            })
            .collect();
        if !buttons.is_empty() {
            rows.push(vec![Button::label(name)]);
            rows.extend(grid(&buttons, TIMES_IN_A_ROW));
            // A short last row would get wider buttons than the rows above it.
            if let Some(last) = rows.last_mut() {
                last.resize_with(TIMES_IN_A_ROW, || Button::label(BLANK));
            }
        }
    }
    rows.push(tell_me);
    let mut text = t!(tr, "times", day = date, master = with, zone = tr.zone(zone));
    if marks {
        text = format!("{text}\n{}", t!(tr, "times-tidy"));
    }
    frame.inline(text, rows)
}

pub(super) fn taken(frame: Frame, zone: Tz, start: DateTime<Utc>, alternatives: &[AlternativeFacts]) -> View {
    let tr = frame.tr;
    let row = |found: &AlternativeFacts| {
        let start = found.slot.visit.start();
        let when = tr.when(start, zone, frame.now);
        let label = match found.kind {
            AlternativeKind::Nearby => t!(tr, "taken-nearby", when = when),
            AlternativeKind::OtherMaster => {
                t!(tr, "taken-other", when = when, master = found.master.get(tr.language()))
            }
            AlternativeKind::LaterDay => t!(tr, "taken-later", when = when),
        };
        vec![Button::new(label, Action::Alternative(found.slot.master, start))]
    };
    let mut rows: Vec<Vec<Button>> = alternatives.iter().map(row).collect();
    rows.push(vec![Button::new(t!(tr, "button-other-day"), Action::OtherDay)]);
    let when = tr.when(start, zone, frame.now);
    let is_free_again = alternatives
        .iter()
        .any(|found| found.kind == AlternativeKind::Nearby && found.slot.visit.start() == start);
    let text = match (alternatives.is_empty(), is_free_again) {
        (true, _) => t!(tr, "taken-none", when = when),
        (false, true) => t!(tr, "taken-free-again", when = when),
        (false, false) => t!(tr, "taken", when = when),
    };
    frame.inline(text, rows)
}

fn with_master(frame: Frame, master: Option<&LocalText>) -> String {
    let name = master.map(|master| escape(master.get(frame.tr.language())));
    name.map(|name| t!(frame.tr, "calendar-with", master = name)).unwrap_or_default()
}
