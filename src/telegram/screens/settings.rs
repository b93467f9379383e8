//! What somebody wants to be told, and when.

use chrono_tz::Tz;

use super::Frame;
use crate::{
    domain::{
        conversation::{Action, Setting},
        message::Topic,
    },
    i18n::Tr,
    services::settings::{QUIET_CHOICES, Settings, ZONES},
    t,
    telegram::view::{Button, View, grid},
};

pub(super) fn settings(frame: Frame, settings: &Settings, business: Tz, is_staff: bool) -> View {
    let tr = frame.tr;
    let zone = zone_of(settings, business);
    let quiet = match settings.quiet {
        Some((from, to)) => t!(tr, "settings-quiet", from = clock(from), to = clock(to)),
        None => t!(tr, "settings-no-quiet"),
    };
    let text = t!(tr, "settings", quiet = quiet, zone = tr.zone(zone), time = tr.time(frame.now, zone));
    let staffs: &[Topic] = if is_staff { &Topic::OF_STAFF } else { &[] };
    let topics = Topic::OF_CLIENTS.iter().chain(staffs);
    let mut rows: Vec<Vec<Button>> = topics
        .map(|topic| {
            let is_wanted = !settings.muted.contains(topic);
            let mark = if is_wanted { "🔔" } else { "🔕" };
            let label = format!("{mark} {}", topic_name(tr, *topic));
            vec![Button::new(label, Action::Set(Setting::Topic(*topic, !is_wanted)))]
        })
        .collect();
    let mut hours: Vec<Button> = (0u8..)
        .zip(QUIET_CHOICES)
        .map(|(place, (from, to))| {
            let mark = if settings.quiet == Some((from * 60, to * 60)) { "✅ " } else { "" };
            let label = format!("{mark}{}–{}", clock(from * 60), clock(to * 60));
            Button::new(label, Action::Set(Setting::Quiet(Some(place))))
        })
        .collect();
    let none = if settings.quiet.is_none() { "✅ " } else { "" };
    hours
        .push(Button::new(format!("{none}{}", t!(tr, "button-no-quiet")), Action::Set(Setting::Quiet(None))));
    rows.push(vec![Button::label(t!(tr, "settings-quiet-hours"))]);
    rows.extend(grid(&hours, 2));
    rows.push(vec![Button::new(t!(tr, "button-zone"), Action::Zones)]);
    frame.inline(text, rows)
}

fn zone_of(settings: &Settings, business: Tz) -> Tz {
    settings.zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(business)
}

fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn topic_name(tr: Tr, topic: Topic) -> String {
    match topic {
        Topic::Reminders => t!(tr, "topic-reminders"),
        Topic::Ratings => t!(tr, "topic-ratings"),
        Topic::Booked => t!(tr, "topic-booked"),
        Topic::Moved => t!(tr, "topic-moved"),
        Topic::Cancelled => t!(tr, "topic-cancelled"),
        Topic::Clients => t!(tr, "topic-clients"),
        Topic::Outcomes => t!(tr, "topic-outcomes"),
        Topic::Digests => t!(tr, "topic-digests"),
    }
}

/// Which time is it for you? People know their time better than their zone.
pub(super) fn zones(frame: Frame, settings: &Settings, business: Tz) -> View {
    let tr = frame.tr;
    let button = |mark: bool, zone: Tz, action| {
        let mark = if mark { "✅ " } else { "" };
        let city = zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ");
        Button::new(format!("{mark}{} · {city}", tr.time(frame.now, zone)), action)
    };
    let chosen = settings.zone.as_deref();
    let studio = button(chosen.is_none(), business, Action::Set(Setting::Zone(None)));
    let others: Vec<Button> = (0u8..)
        .zip(ZONES)
        .map(|(place, zone)| {
            button(chosen == Some(zone.name()), zone, Action::Set(Setting::Zone(Some(place))))
        })
        .collect();
    let rows = std::iter::once(vec![studio]).chain(grid(&others, 2)).collect();
    frame.inline(t!(tr, "zones"), rows)
}
