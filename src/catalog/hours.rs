//! Working hours. A master is one person: no two stretches of work may overlap, wherever they are.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Weekday;
use chrono_tz::Tz;

use super::{
    fields::{Fields, Value, quoted},
    locations::{self, Place},
    units::{self, MINUTES_A_DAY},
};
use crate::domain::{catalog::HoursPlan, slots::Hours};

const MINUTES_A_WEEK: u32 = 7 * MINUTES_A_DAY;

/// A master's working hours.
pub(super) struct Work {
    /// Sorted by weekday and start; `None` after a fault.
    pub(super) plan: Option<Vec<HoursPlan>>,
    /// The zone of the first entry's location, which is that of the master's dates.
    pub(super) zone: Option<Tz>,
}

/// One entry of the file, as far as it could be read.
struct Entry<'a, 'p> {
    value: &'a Value<'a>,
    place: Option<&'p Place>,
    days: Option<Vec<Weekday>>,
    /// Minutes after midnight; an end past 1440 is on the next day.
    window: Option<(u32, u32)>,
    breaks: Option<Vec<(u32, u32)>>,
}

pub(super) fn read(value: &Value<'_>, places: &[Place]) -> Option<Work> {
    let items = value.list()?;
    if items.is_empty() {
        return value.refuse("must have at least one entry: who never works cannot be booked");
    }
    let entries: Vec<Option<Entry<'_, '_>>> = items.iter().map(|item| entry(item, places)).collect();
    let zone = entries.first().and_then(|entry| entry.as_ref()?.place?.zone);
    let is_free = tell_overlaps(&entries);
    let plan = || {
        let mut plan = Vec::new();
        for entry in &entries {
            plan.extend(entry.as_ref()?.plan()?);
        }
        plan.sort_by_key(|entry| (entry.hours.weekday.num_days_from_monday(), entry.hours.starts));
        is_free.then_some(plan)
    };
    Some(Work { plan: plan(), zone })
}

fn entry<'a, 'p>(value: &'a Value<'a>, places: &'p [Place]) -> Option<Entry<'a, 'p>> {
    let fields = value.fields()?;
    fields.only(&["days", "from", "to", "breaks", "location"]);
    let place = locations::place(&fields, places);
    let days = fields
        .required("days", |value| units::weekdays(value.text()?).map_or_else(|why| value.refuse(why), Some));
    let window = window(&fields);
    let breaks = fields.optional("breaks", Vec::new(), |value| breaks(value, window));
    Some(Entry { value, place, days, window, breaks })
}

impl Entry<'_, '_> {
    fn plan(&self) -> Option<Vec<HoursPlan>> {
        let location = self.place?.key.clone()?;
        let (starts, ends) = self.window?;
        let breaks = self.breaks.clone()?;
        let of_day = |weekday: &Weekday| HoursPlan {
            location: location.clone(),
            hours: Hours { weekday: *weekday, starts, ends, breaks: breaks.clone() },
        };
        Some(self.days.as_ref()?.iter().map(of_day).collect())
    }

    /// Minutes of the week; an end past the week is on the next Monday.
    fn of_week(&self) -> Vec<(u32, u32)> {
        let Some((starts, ends)) = self.window else { return Vec::new() };
        let midnight = |day: &Weekday| day.num_days_from_monday() * MINUTES_A_DAY;
        let days = self.days.iter().flatten().map(midnight);
        days.map(|midnight| (midnight + starts, midnight + ends)).collect()
    }
}

/// An end that is not after the start is on the next day.
fn window(fields: &Fields<'_>) -> Option<(u32, u32)> {
    let starts = fields.required("from", |value| {
        let starts = clock(value)?;
        if starts < MINUTES_A_DAY { Some(starts) } else { value.refuse("must be before 24:00") }
    });
    let to = fields.need("to")?;
    let ends = clock(&to)?;
    let starts = starts?;
    if ends == starts {
        return to.refuse("must not be the same as from; a whole day is from \"00:00\" to \"24:00\"");
    }
    let ends = at_or_after(ends, starts);
    if ends - starts > MINUTES_A_DAY {
        return to.refuse("must be at most 24 hours after from");
    }
    Some((starts, ends))
}

/// Breaks, sorted. Without a window, for a fault elsewhere, only their shape is judged.
fn breaks(value: &Value<'_>, window: Option<(u32, u32)>) -> Option<Vec<(u32, u32)>> {
    let items = value.list()?;
    let read: Vec<Option<(u32, u32)>> = items.iter().map(|item| pause(item, window)).collect();
    let mut known: Vec<(usize, (u32, u32))> =
        read.iter().enumerate().filter_map(|(index, pause)| pause.map(|pause| (index, pause))).collect();
    known.sort_by_key(|(index, pause)| (*pause, *index));
    let mut is_free = true;
    // The longest of the breaks so far: a short one may lie within a long one that began much earlier.
    let mut longest: Option<(usize, (u32, u32))> = None;
    for (index, pause) in known {
        if let Some((other, _)) = longest.filter(|(_, (_, end))| pause.0 < *end) {
            is_free = false;
            let (first, later) = (index.min(other), index.max(other));
            items.get(later)?.tell(format_args!("overlaps break {}", first + 1));
        }
        if longest.is_none_or(|(_, (_, end))| pause.1 > end) {
            longest = Some((index, pause));
        }
    }
    let mut pauses = read.into_iter().collect::<Option<Vec<_>>>()?;
    pauses.sort_unstable();
    (is_free && window.is_some()).then_some(pauses)
}

fn pause(value: &Value<'_>, window: Option<(u32, u32)>) -> Option<(u32, u32)> {
    let text = value.text()?;
    let sides = units::span(text).and_then(|(from, to)| Some((units::clock(from)?, units::clock(to)?)));
    let Some((from, to)) = sides else {
        return value.refuse(format_args!("must look like \"13:00-14:00\", not {}", quoted(text)));
    };
    if from == to {
        return value.refuse("must not end when it starts");
    }
    // Times before the beginning of the work are of the night after it.
    let from = window.map_or(from, |(starts, _)| at_or_after(from, starts));
    let to = at_or_after(to, from);
    if window.is_some_and(|(_, ends)| to > ends) {
        return value.refuse(format_args!("is outside of the working hours: {}", quoted(text)));
    }
    Some((from, to))
}

fn at_or_after(time: u32, earlier: u32) -> u32 {
    if time < earlier { time + MINUTES_A_DAY } else { time }
}

fn clock(value: &Value<'_>) -> Option<u32> {
    let text = value.moment()?;
    units::clock(&text)
        .or_else(|| value.refuse(format_args!("must look like \"09:00\", not {}", quoted(&text))))
}

/// What shows the time of an entry. A zone that is not known, for a fault elsewhere, is at least the same for a place.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Clock<'a> {
    OfZone(&'a str),
    OfPlace(Option<&'a str>),
}

/// Tells which entries overlap, each pair once. Wall clocks of different zones are not compared: how they lie to each
/// other changes with the seasons, and the visits themselves can never overlap.
fn tell_overlaps(entries: &[Option<Entry<'_, '_>>]) -> bool {
    let mut by_clock: BTreeMap<Clock<'_>, Vec<(u32, u32, usize)>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some((entry, place)) = entry.as_ref().and_then(|entry| Some((entry, entry.place?))) else {
            continue;
        };
        let clock =
            place.zone.map_or(Clock::OfPlace(place.key.as_deref()), |zone| Clock::OfZone(zone.name()));
        let spans = by_clock.entry(clock).or_default();
        for (starts, ends) in entry.of_week() {
            // Once more a week later, so that Sunday night meets Monday morning.
            spans.push((starts, ends, index));
            spans.push((starts + MINUTES_A_WEEK, ends + MINUTES_A_WEEK, index));
        }
    }
    let mut told = BTreeSet::new();
    for spans in by_clock.values_mut() {
        spans.sort_unstable();
        let mut longest: Option<(u32, usize)> = None;
        for (starts, ends, index) in spans.iter().copied() {
            if let Some((_, other)) = longest.filter(|(end, _)| starts < *end) {
                let pair = (index.min(other), index.max(other));
                if told.insert(pair) {
                    tell_overlap(entries, pair, starts);
                }
            }
            if longest.is_none_or(|(end, _)| ends > end) {
                longest = Some((ends, index));
            }
        }
    }
    told.is_empty()
}

fn tell_overlap(entries: &[Option<Entry<'_, '_>>], (first, later): (usize, usize), at: u32) {
    let mut week = std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ()));
    let days = usize::try_from(at / MINUTES_A_DAY).unwrap_or_default();
    if let (Some(Some(entry)), Some(day)) = (entries.get(later), week.nth(days)) {
        entry.value.tell(format_args!("overlaps hours {} on {day}", first + 1));
    }
}
