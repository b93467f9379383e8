//! Which times can be booked. Search and commit ask the same [`Search::admit`], so that no offered time is refused.

mod alternatives;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

pub use self::alternatives::{Alternative, Kind as AlternativeKind, nearest};
use super::{
    ids::MasterId,
    ranges::{Range, Ranges},
    time,
};

/// Working hours of one weekday in wall-clock minutes after midnight; an end past 1440 runs into the next day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    pub weekday: Weekday,
    pub starts: u32,
    pub ends: u32,
    /// Pairs of start and end, on the same scale.
    pub breaks: Vec<(u32, u32)>,
}

/// When one master works at a location, and what is in the way.
#[derive(Debug, Clone, Default)]
pub struct Timetable {
    hours: Vec<Hours>,
    time_off: Ranges,
    visits: Vec<Range>,
    busy: Ranges,
}

impl Timetable {
    /// `visits` is what live visits and holds occupy, their buffers included; one range each.
    pub fn new(hours: Vec<Hours>, time_off: Ranges, visits: Vec<Range>) -> Timetable {
        let busy = visits.iter().copied().collect();
        Timetable { hours, time_off, visits, busy }
    }
}

/// How long a visit takes with this master, and the buffers around it; minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    pub minutes: u32,
    pub before: u32,
    pub after: u32,
}

/// A location's rules of booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    pub zone: Tz,
    /// Minutes between offered times, counted from the start of the working hours.
    pub step: u32,
    /// Minutes between now and the earliest offered time.
    pub lead: u32,
    /// Days after today that can still be booked.
    pub horizon: u32,
}

impl Rules {
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        time::local_date(self.zone, now)
    }

    pub fn last_day(&self, now: DateTime<Utc>) -> NaiveDate {
        let today = self.today(now);
        today.checked_add_days(Days::new(u64::from(self.horizon))).unwrap_or(today)
    }

    pub fn earliest(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::minutes(i64::from(self.lead))
    }
}

/// Why a time cannot be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    TooSoon,
    TooFar,
    /// Outside the working hours, in a break or in time off, or not on the grid of offered times.
    Closed,
    /// Another visit of the master is in the way.
    Taken,
    /// Another visit of the same client is in the way.
    OwnVisit,
}

/// The search for one master's free times for one visit of one client.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    pub master: MasterId,
    pub timetable: &'a Timetable,
    pub length: Length,
    pub rules: Rules,
    /// The client's own live visits, without buffers.
    pub client_busy: &'a Ranges,
    pub now: DateTime<Utc>,
}

impl Search<'_> {
    /// The visit and what it occupies with its buffers, if it may start at this instant.
    pub fn admit(&self, start: DateTime<Utc>) -> Result<Slot, Refusal> {
        let date = time::local_date(self.rules.zone, start);
        if start < self.rules.earliest(self.now) {
            return Err(Refusal::TooSoon);
        }
        if date > self.rules.last_day(self.now) {
            return Err(Refusal::TooFar);
        }
        let fitting = self.openings(date).filter(|opening| opening.is_on_grid(start, self.rules.step));
        let mut refusal = Refusal::Closed;
        for opening in fitting {
            match self.admit_in(&opening, start) {
                Ok(slot) => return Ok(slot),
                Err(reason) => refusal = reason,
            }
        }
        Err(refusal)
    }

    /// All times that can be booked on a local date, in order.
    pub fn on(&self, date: NaiveDate) -> Vec<Slot> {
        if date < self.rules.today(self.now) || date > self.rules.last_day(self.now) {
            return Vec::new();
        }
        let mut slots: Vec<Slot> = self
            .openings(date)
            .flat_map(|opening| {
                let grid: Vec<_> = opening.grid(self.rules.step).collect();
                grid.into_iter()
                    .filter_map(move |start| self.admit_in(&opening, start).ok())
                    .collect::<Vec<_>>()
            })
            .filter(|slot| time::local_date(self.rules.zone, slot.visit.start()) == date)
            .collect();
        slots.sort_unstable_by_key(|slot| slot.visit.start());
        slots.dedup_by_key(|slot| slot.visit.start());
        slots
    }

    /// The first time that can be booked on or after a date.
    pub fn first_from(&self, date: NaiveDate) -> Option<Slot> {
        let today = self.rules.today(self.now);
        let last = self.rules.last_day(self.now);
        date.max(today)
            .iter_days()
            .take_while(|day| *day <= last)
            .find_map(|day| self.on(day).into_iter().next())
    }

    /// How many visits the master already has on a local date.
    pub fn visits_on(&self, date: NaiveDate) -> usize {
        time::day(self.rules.zone, date)
            .map_or(0, |day| self.timetable.visits.iter().filter(|visit| visit.overlaps(day)).count())
    }

    fn admit_in(&self, opening: &Opening, start: DateTime<Utc>) -> Result<Slot, Refusal> {
        if start < self.rules.earliest(self.now) {
            return Err(Refusal::TooSoon);
        }
        let visit = Range::of_minutes(start, self.length.minutes).ok_or(Refusal::Closed)?;
        if !opening.open.cover(visit) {
            return Err(Refusal::Closed);
        }
        let occupied = visit.padded(self.length.before, self.length.after);
        if self.timetable.busy.meet(occupied) {
            return Err(Refusal::Taken);
        }
        if self.client_busy.meet(visit) {
            return Err(Refusal::OwnVisit);
        }
        Ok(Slot { master: self.master, visit, occupied })
    }

    /// Working hours that touch a local date: those that began on it, and those of the evening before.
    fn openings(&self, date: NaiveDate) -> impl Iterator<Item = Opening> + '_ {
        let zone = self.rules.zone;
        [date.pred_opt(), Some(date)].into_iter().flatten().flat_map(move |date| {
            let weekday = chrono::Datelike::weekday(&date);
            self.timetable.hours.iter().filter(move |hours| hours.weekday == weekday).filter_map(
                move |hours| {
                    let span = |starts, ends| {
                        let opens = time::opens_at(zone, time::wall(date, starts));
                        Range::new(opens, time::closes_at(zone, time::wall(date, ends)))
                    };
                    let window = span(hours.starts, hours.ends)?;
                    let breaks: Ranges =
                        hours.breaks.iter().filter_map(|(starts, ends)| span(*starts, *ends)).collect();
                    let whole: Ranges = std::iter::once(window).collect();
                    Some(Opening { window, open: whole.subtract(&breaks).subtract(&self.timetable.time_off) })
                },
            )
        })
    }
}

/// A bookable visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub master: MasterId,
    pub visit: Range,
    /// The visit with its buffers.
    pub occupied: Range,
}

/// One stretch of working hours, and what is left of it without breaks and time off.
struct Opening {
    window: Range,
    open: Ranges,
}

impl Opening {
    fn grid(&self, step: u32) -> impl Iterator<Item = DateTime<Utc>> + use<> {
        let (end, step) = (self.window.end(), TimeDelta::minutes(i64::from(step.max(1))));
        std::iter::successors(Some(self.window.start()), move |start| start.checked_add_signed(step))
            .take_while(move |start| *start < end)
    }

    fn is_on_grid(&self, start: DateTime<Utc>, step: u32) -> bool {
        let since = start - self.window.start();
        let step = TimeDelta::minutes(i64::from(step.max(1)));
        start >= self.window.start()
            && start < self.window.end()
            && since.num_milliseconds() % step.num_milliseconds() == 0
            && since.subsec_nanos() % 1_000_000 == 0
    }
}

/// All masters' times on a date, each time once: the master with the fewest visits that day stands for it.
pub fn anyone_on(searches: &[Search<'_>], date: NaiveDate) -> Vec<Slot> {
    let mut by_load: Vec<&Search<'_>> = searches.iter().collect();
    by_load.sort_by_key(|search| search.visits_on(date));
    let mut slots: Vec<Slot> = by_load.into_iter().flat_map(|search| search.on(date)).collect();
    // The sort is stable: among equal times the least loaded master stays first.
    slots.sort_by_key(|slot| slot.visit.start());
    slots.dedup_by_key(|slot| slot.visit.start());
    slots
}
