//! Which times can be booked. Search and commit ask the same [`Search::admit`], so that no offered time is refused.

mod alternatives;
mod judge;
mod opening;
mod rules;
#[cfg(test)]
mod tests;
mod tidy;

use chrono::{DateTime, NaiveDate, Utc, Weekday};

pub use self::{
    alternatives::{Alternative, Kind as AlternativeKind, nearest},
    judge::Finding,
    rules::{Audience, Guest, Limits, Oddity, Refusal, Regard, Rule, Rules},
};
use super::{
    ids::{KindId, MasterId, ResourceId},
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
    /// `visits` is what live visits and holds occupy at any location, their buffers included; one range each.
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

/// Resources of one kind at a location, each with what occupies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    pub kind: KindId,
    pub resources: Vec<(ResourceId, Ranges)>,
}

/// The search for one master's free times for one visit of one client.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    pub master: MasterId,
    pub timetable: &'a Timetable,
    pub length: Length,
    pub rules: Rules,
    pub guest: &'a Guest,
    /// What is odd about the wished services.
    pub oddity: Option<Oddity>,
    /// The kinds of resources that the visit needs one of each.
    pub pools: &'a [Pool],
    /// Minutes of the shortest visit that the master gives; a shorter gap is of no use.
    pub shortest: u32,
    /// When somebody last booked this master.
    pub last_booked: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

/// A bookable visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub master: MasterId,
    pub visit: Range,
    /// The visit with its buffers.
    pub occupied: Range,
}

impl Search<'_> {
    /// All times that can be booked on a local date, in order.
    pub fn on(&self, date: NaiveDate) -> Vec<Slot> {
        if self.refusal().is_some()
            || date < self.rules.today(self.now)
            || date > self.rules.last_day(self.now)
        {
            return Vec::new();
        }
        let mut slots = Vec::new();
        for opening in self.openings(date) {
            for gap in self.gaps(&opening).iter() {
                let starts = opening.grid_within(gap, self.rules.step, self.length.minutes);
                let starts = starts.filter(|start| time::local_date(self.rules.zone, *start) == date);
                slots.extend(starts.filter_map(|start| self.admit_in(&opening, start).ok()));
            }
        }
        slots.sort_unstable_by_key(|slot| slot.visit.start());
        slots.dedup_by_key(|slot| slot.visit.start());
        slots
    }

    /// Whether the master is at work on a local date at a time that could be booked, were it free.
    pub fn works_on(&self, date: NaiveDate) -> bool {
        let earliest = self.rules.earliest(self.now);
        self.openings(date).any(|opening| {
            let is_of_the_day = time::local_date(self.rules.zone, opening.window.start()) == date;
            let left =
                Ranges::from(opening.window).subtract(&opening.breaks).subtract(&self.timetable.time_off);
            is_of_the_day && left.iter().any(|range| range.end() > earliest)
        })
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

    /// How many visits the master already has on a local date, and when they were last booked: who has the least of
    /// this is chosen first.
    pub fn load(&self, date: NaiveDate) -> (usize, Option<DateTime<Utc>>) {
        let visits = time::day(self.rules.zone, date)
            .map_or(0, |day| self.timetable.visits.iter().filter(|visit| visit.overlaps(day)).count());
        (visits, self.last_booked)
    }
}

/// All masters' times on a date, each time once: the master who is chosen first stands for it.
pub fn anyone_on(searches: &[Search<'_>], date: NaiveDate) -> Vec<Slot> {
    let mut by_load: Vec<&Search<'_>> = searches.iter().collect();
    by_load.sort_by_key(|search| search.load(date));
    let mut slots: Vec<Slot> = by_load.into_iter().flat_map(|search| search.on(date)).collect();
    // The sort is stable: among equal times the master who is chosen first stays first.
    slots.sort_by_key(|slot| slot.visit.start());
    slots.dedup_by_key(|slot| slot.visit.start());
    slots
}
