//! Working hours on a date, and the gaps that are left in them.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::{Hours, Search};
use crate::domain::{
    ranges::{Range, Ranges},
    time,
};

/// Minutes of a wall-clock day. Work that ends at midnight may still reach the next date, where clocks go back then.
const A_DAY: u32 = 1440;

/// One stretch of working hours and its breaks.
pub(super) struct Opening {
    pub(super) window: Range,
    pub(super) breaks: Ranges,
}

impl Search<'_> {
    /// Working hours that touch a local date: those that began on it, and those of the evening before.
    pub(super) fn openings(&self, date: NaiveDate) -> impl Iterator<Item = Opening> + '_ {
        let begun = move |date: NaiveDate, least_end: u32| {
            let weekday = date.weekday();
            let hours = self.timetable.hours.iter();
            hours
                .filter(move |hours| hours.weekday == weekday && hours.ends >= least_end)
                .filter_map(move |hours| self.opening(date, hours))
        };
        date.pred_opt().into_iter().flat_map(move |eve| begun(eve, A_DAY)).chain(begun(date, 0))
    }

    fn opening(&self, date: NaiveDate, hours: &Hours) -> Option<Opening> {
        let zone = self.rules.zone;
        let span = |starts, ends| {
            let opens = time::opens_at(zone, time::wall(date, starts));
            Range::new(opens, time::closes_at(zone, time::wall(date, ends)))
        };
        let breaks = hours.breaks.iter().filter_map(|(starts, ends)| span(*starts, *ends)).collect();
        Some(Opening { window: span(hours.starts, hours.ends)?, breaks })
    }

    /// What is left of an opening for this visit, its buffers considered: working hours without breaks, time off, the
    /// master's and the client's other visits, within the times that may be booked.
    pub(super) fn gaps(&self, opening: &Opening) -> Ranges {
        let Some(bookable) =
            Range::new(opening.window.start().max(self.rules.earliest(self.now)), opening.window.end())
        else {
            return Ranges::default();
        };
        let (before, after) = (self.length.before, self.length.after);
        // A visit keeps its buffers clear of others exactly when it stays out of them, grown by those buffers.
        let busy: Ranges = self
            .timetable
            .busy
            .meeting(bookable.padded(before, after))
            .map(|visit| visit.padded(after, before))
            .collect();
        Ranges::from(bookable)
            .subtract(&opening.breaks)
            .subtract(&self.timetable.time_off)
            .subtract(&busy)
            .subtract(&self.guest.busy)
    }
}

impl Opening {
    /// Starts on the grid of offered times at which a visit of so many minutes stays within a gap.
    pub(super) fn grid_within(
        &self,
        gap: Range,
        step: u32,
        minutes: u32,
    ) -> impl Iterator<Item = DateTime<Utc>> + use<> {
        let step = TimeDelta::minutes(i64::from(step.max(1)));
        let (opens, ends) = (self.window.start(), gap.end());
        let past = (gap.start() - opens).num_seconds();
        let steps = past.div_euclid(step.num_seconds());
        let on_grid = opens + TimeDelta::seconds(steps.saturating_mul(step.num_seconds()));
        let first = if on_grid < gap.start() { on_grid + step } else { on_grid };
        let length = TimeDelta::minutes(i64::from(minutes));
        std::iter::successors(Some(first), move |start| start.checked_add_signed(step))
            .take_while(move |start| start.checked_add_signed(length).is_some_and(|end| end <= ends))
    }

    /// The starts on the grid before and after an instant within the window, which is one itself when they are equal.
    pub(super) fn neighbours(&self, start: DateTime<Utc>, step: u32) -> (DateTime<Utc>, DateTime<Utc>) {
        let step = TimeDelta::minutes(i64::from(step.max(1)));
        let since = start - self.window.start();
        let steps = since.num_milliseconds().div_euclid(step.num_milliseconds());
        let before =
            self.window.start() + TimeDelta::milliseconds(steps.saturating_mul(step.num_milliseconds()));
        (before, if before == start { before } else { before + step })
    }
}
