//! The one judge of a time: each rule in its turn, for the search, for the commit and for whoever asks why.

use chrono::{DateTime, Utc};

use super::{Pool, Refusal, Regard, Rule, Search, Slot, opening::Opening};
use crate::domain::{
    ranges::{Range, Ranges},
    time,
};

/// What a rule says about a time; `None` when it cannot be asked, such as after a break when nobody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    pub verdict: Option<Result<(), Refusal>>,
    /// The stretch of working hours that was asked about.
    pub hours: Option<Range>,
}

impl Search<'_> {
    /// The visit and what it occupies with its buffers, if it may start at this instant.
    pub fn admit(&self, start: DateTime<Utc>) -> Result<Slot, Refusal> {
        for rule in [Rule::Client, Rule::Services, Rule::Limit, Rule::Lead, Rule::Horizon] {
            self.check_outside(rule, start)?;
        }
        let mut nearest = Refusal::Closed;
        for opening in self.openings(time::local_date(self.rules.zone, start)) {
            match self.admit_in(&opening, start) {
                Ok(slot) => return Ok(slot),
                // Of several stretches of work, the one that almost fits says why.
                Err(refusal) if refusal.rule() > nearest.rule() => nearest = refusal,
                Err(_) => {}
            }
        }
        Err(nearest)
    }

    /// Why no time at all can be booked, where that is so.
    pub fn refusal(&self) -> Option<Refusal> {
        [Rule::Client, Rule::Services, Rule::Limit]
            .into_iter()
            .find_map(|rule| self.check_outside(rule, self.now).err())
    }

    /// What every rule says about a time, in the order in which they are asked.
    pub fn explain(&self, start: DateTime<Utc>) -> Vec<Finding> {
        let date = time::local_date(self.rules.zone, start);
        let ask = |rule, opening: &Opening| self.check(rule, opening, start, self.slot(opening, start));
        let passed =
            |opening: &Opening| Rule::ALL.into_iter().take_while(|rule| ask(*rule, opening).is_ok()).count();
        let opening =
            self.openings(date).filter(|opening| ask(Rule::Hours, opening).is_ok()).max_by_key(passed);
        let hours = opening.as_ref().map(|opening| opening.window);
        let verdict = |rule| match (&opening, rule) {
            (Some(opening), rule) => Some(ask(rule, opening)),
            (None, Rule::Hours) => Some(Err(Refusal::Closed)),
            (None, rule) if rule < Rule::Hours => Some(self.check_outside(rule, start)),
            (None, _) => None,
        };
        Rule::ALL.map(|rule| Finding { rule, verdict: verdict(rule), hours }).into()
    }

    /// What is left to ask of a time whose client, services and date are fine.
    pub(super) fn admit_in(&self, opening: &Opening, start: DateTime<Utc>) -> Result<Slot, Refusal> {
        let slot = self.slot(opening, start);
        for rule in Rule::ALL.into_iter().filter(|rule| *rule >= Rule::Lead && *rule != Rule::Horizon) {
            self.check(rule, opening, start, slot)?;
        }
        slot
    }

    /// Rules that do not depend on the working hours.
    fn check_outside(&self, rule: Rule, start: DateTime<Utc>) -> Result<(), Refusal> {
        match rule {
            Rule::Client if self.guest.regard == Regard::Blocked => Err(Refusal::Blocked),
            Rule::Services => self.oddity.map_or(Ok(()), |oddity| Err(Refusal::Odd(oddity))),
            Rule::Limit => match self.guest.limit(self.rules.limits) {
                Some(limit) if self.guest.ahead >= limit => Err(Refusal::TooMany { limit }),
                _ => Ok(()),
            },
            Rule::Lead => {
                let earliest = self.rules.earliest(self.now);
                if start < earliest { Err(Refusal::TooSoon { earliest }) } else { Ok(()) }
            }
            Rule::Horizon => {
                let last = self.rules.last_day(self.now);
                let is_beyond = time::local_date(self.rules.zone, start) > last;
                if is_beyond { Err(Refusal::TooFar { last }) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    fn check(
        &self,
        rule: Rule,
        opening: &Opening,
        start: DateTime<Utc>,
        slot: Result<Slot, Refusal>,
    ) -> Result<(), Refusal> {
        let window = opening.window;
        let meets = |ranges: &Ranges, range: Range| ranges.meeting(range).next();
        let found = match rule {
            Rule::Client | Rule::Services | Rule::Limit | Rule::Lead | Rule::Horizon => {
                return self.check_outside(rule, start);
            }
            Rule::Hours if window.start() <= start && start < window.end() => None,
            Rule::Hours => Some(Refusal::Closed),
            Rule::Grid => match opening.neighbours(start, self.rules.step) {
                (before, after) if before == after => None,
                (before, after) => Some(Refusal::OffGrid { before, after }),
            },
            Rule::TimeOff => meets(&self.timetable.time_off, slot?.visit).map(Refusal::Away),
            Rule::Breaks => meets(&opening.breaks, slot?.visit).map(Refusal::Break),
            Rule::Length if slot?.visit.end() <= window.end() => None,
            Rule::Length => Some(Refusal::TooLong { ends: window.end() }),
            Rule::Master => meets(&self.timetable.busy, slot?.occupied).map(Refusal::Taken),
            Rule::Resource => {
                let occupied = slot?.occupied;
                let is_free = |pool: &&Pool| pool.resources.iter().any(|(_, busy)| !busy.meet(occupied));
                let lacking = self.pools.iter().find(|pool| !is_free(pool));
                lacking.map(|pool| Refusal::NoResource(pool.kind))
            }
            Rule::OwnVisits => meets(&self.guest.busy, slot?.visit).map(Refusal::OwnVisit),
        };
        found.map_or(Ok(()), Err)
    }

    /// A visit of no length, or one that leaves the calendar, fits nowhere.
    fn slot(&self, opening: &Opening, start: DateTime<Utc>) -> Result<Slot, Refusal> {
        let too_long = Refusal::TooLong { ends: opening.window.end() };
        let visit = Range::of_minutes(start, self.length.minutes).ok_or(too_long)?;
        Ok(Slot { master: self.master, visit, occupied: visit.padded(self.length.before, self.length.after) })
    }
}
