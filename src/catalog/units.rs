//! Durations, clock times, days of the week and dates as a person writes them, in both directions.

use chrono::{
    DateTime, Datelike, NaiveDate, NaiveDateTime, SecondsFormat, TimeDelta, Timelike, Utc, Weekday,
};
use chrono_tz::Tz;

use crate::domain::{reminder::Lead, time};

pub(super) const MINUTES_A_DAY: u32 = 24 * 60;

/// Years for which a date of time off is surely meant, and within what every calendar can hold.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// The minutes of "45 min", "1 h 30 min" or "2 days"; larger units come first.
pub(super) fn minutes(text: &str) -> Option<u32> {
    let Lead { days, minutes } = lead(text)?;
    Some(days.saturating_mul(MINUTES_A_DAY).saturating_add(minutes))
}

/// The text of a lead that [`lead`] reads back.
pub(super) fn lead_text(lead: Lead) -> String {
    let days = match lead.days {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    match (lead.days, lead.minutes) {
        // Not `duration`, which makes days of hours.
        (0, minutes) if minutes.is_multiple_of(60) && minutes > 0 => format!("{} h", minutes / 60),
        (0, minutes) => duration(minutes),
        (_, 0) => days,
        (_, minutes) if minutes.is_multiple_of(60) => format!("{days} {} h", minutes / 60),
        (_, minutes) => format!("{days} {minutes} min"),
    }
}

/// The days and minutes of such a text, apart: a day before a visit is another instant than 24 hours before it, when
/// clocks change in between.
pub(super) fn lead(text: &str) -> Option<Lead> {
    let mut rest = text.trim();
    let (mut days, mut total): (u32, Option<u32>) = (0, None);
    let mut finest = u32::MAX;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|letter: char| !letter.is_ascii_digit())?);
        let after = after.trim_start();
        let end = after.find(|letter: char| !letter.is_alphabetic()).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        let unit = unit(name).filter(|unit| *unit < finest && !number.is_empty())?;
        let count = number.parse::<u32>().unwrap_or(u32::MAX);
        if unit == MINUTES_A_DAY {
            days = count;
        }
        let minutes = if unit == MINUTES_A_DAY { 0 } else { count.saturating_mul(unit) };
        total = Some(total.unwrap_or_default().saturating_add(minutes));
        finest = unit;
        rest = after.trim_start();
    }
    Some(Lead { days, minutes: total? })
}

fn unit(name: &str) -> Option<u32> {
    match name.to_lowercase().as_str() {
        "m" | "min" | "mins" | "minute" | "minutes" => Some(1),
        "h" | "hour" | "hours" => Some(60),
        "d" | "day" | "days" => Some(MINUTES_A_DAY),
        _ => None,
    }
}

/// The text of minutes that [`minutes`] reads back.
pub(super) fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest} min"),
        (hours, 0) if hours > 24 && hours.is_multiple_of(24) => format!("{} days", hours / 24),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}

/// The hundredths of "30%".
pub(super) fn percent(text: &str) -> Option<u8> {
    let number = text.strip_suffix('%')?.trim_end();
    // Else a sign would do.
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok()).flatten()
}

/// The minutes after midnight of "09:30"; up to "48:00", the end of the next day.
pub(super) fn clock(text: &str) -> Option<u32> {
    let text = text.trim();
    // TOML's own times, which need no quotes, always come with seconds.
    let text = text.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(text);
    let (hours, minutes) = text.split_once(':')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) || !(1..=2).contains(&hours.len()) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 2 * MINUTES_A_DAY).then_some(total)
}

/// The text of minutes after midnight that [`clock`] reads back.
pub(super) fn clock_text(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The two sides of a span such as "Mon-Fri" or "13:00–14:00".
pub(super) fn span(text: &str) -> Option<(&str, &str)> {
    text.split_once(['-', '–']).map(|(from, to)| (from.trim(), to.trim()))
}

/// The days of "Mon-Fri", "Mon, Wed, Sat" or both mixed; the error says what is wrong.
pub(super) fn weekdays(text: &str) -> Result<Vec<Weekday>, String> {
    let day = |name: &str| {
        name.parse::<Weekday>().map_err(|_| {
            format!(
                "must look like \"Mon-Fri\" or \"Mon, Wed, Sat\"; {} is not a day",
                super::fields::quoted(name)
            )
        })
    };
    let mut days: Vec<Weekday> = Vec::new();
    for part in text.split(',').map(str::trim) {
        let (first, last) = span(part).unwrap_or((part, part));
        let (mut next, last) = (day(first)?, day(last)?);
        loop {
            if days.contains(&next) {
                return Err(format!("names {next} twice"));
            }
            days.push(next);
            if next == last {
                break;
            }
            next = next.succ();
        }
    }
    Ok(days)
}

/// The text of days in the order of the week that [`weekdays`] reads back.
pub(super) fn weekdays_text(days: &[Weekday]) -> String {
    let follows = |earlier: &Weekday, later: &Weekday| earlier.succ() == *later && *later != Weekday::Mon;
    let part = |run: &[Weekday]| match run {
        [first, .., last] if run.len() > 2 => format!("{first}-{last}"),
        few => few.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    days.chunk_by(follows).map(part).collect::<Vec<_>>().join(", ")
}

/// A date, or a time of one, as the edge of time off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    Day(NaiveDate),
    Wall(NaiveDateTime),
    Instant(DateTime<Utc>),
}

impl Edge {
    /// Reads "2026-12-24", "2026-12-24T14:00" or "2026-12-24T14:00+01:00".
    pub(super) fn parse(text: &str) -> Option<Edge> {
        let text = text.trim().replacen([' ', 't'], "T", 1);
        let zoned =
            text.strip_suffix(['Z', 'z']).map_or_else(|| text.clone(), |wall| format!("{wall}+00:00"));
        let wall = |format| NaiveDateTime::parse_from_str(&text, format).map(Edge::Wall);
        let instant = |format| DateTime::parse_from_str(&zoned, format).map(|at| Edge::Instant(at.to_utc()));
        NaiveDate::parse_from_str(&text, "%Y-%m-%d")
            .map(Edge::Day)
            .or_else(|_| wall("%Y-%m-%dT%H:%M"))
            .or_else(|_| wall("%Y-%m-%dT%H:%M:%S"))
            .or_else(|_| instant("%Y-%m-%dT%H:%M%:z"))
            .or_else(|_| instant("%Y-%m-%dT%H:%M:%S%:z"))
            .ok()
            .filter(|edge| YEARS.contains(&edge.wall().year()) && edge.wall().nanosecond() == 0)
    }

    /// The instant from which time off beginning here counts.
    pub(super) fn start(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Edge::Day(date) => time::opens_at(zone, time::wall(date, 0)),
            Edge::Wall(wall) => time::opens_at(zone, wall),
            Edge::Instant(instant) => instant,
        }
    }

    /// The instant at which time off ending here is over; a date is off to its end.
    pub(super) fn end(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Edge::Day(date) => time::opens_at(zone, time::wall(date, MINUTES_A_DAY)),
            Edge::Wall(wall) => time::closes_at(zone, wall),
            Edge::Instant(instant) => instant,
        }
    }

    fn wall(self) -> NaiveDateTime {
        match self {
            Edge::Day(date) => time::wall(date, 0),
            Edge::Wall(wall) => wall,
            Edge::Instant(instant) => instant.naive_utc(),
        }
    }
}

/// Two texts that [`Edge`] reads back as these instants in this zone: dates where whole days are off.
pub(super) fn edges(zone: Tz, start: DateTime<Utc>, end: DateTime<Utc>) -> (String, String) {
    let last = end.checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(end);
    let days = (time::local_date(zone, start), time::local_date(zone, last));
    if (Edge::Day(days.0).start(zone), Edge::Day(days.1).end(zone)) == (start, end) {
        return (days.0.to_string(), days.1.to_string());
    }
    let text = |instant: DateTime<Utc>| {
        instant.with_timezone(&zone).fixed_offset().to_rfc3339_opts(SecondsFormat::Secs, false)
    };
    (text(start), text(end))
}
