//! Times that keep a master's day whole: those that leave no gap too short for anything.

use chrono::TimeDelta;

use super::{Search, Slot};
use crate::domain::{
    ranges::{Range, Ranges},
    time,
};

impl Search<'_> {
    /// Whether a visit leaves before and after it either nothing, or enough for the master's shortest visit.
    pub fn is_tidy(&self, slot: &Slot) -> bool {
        let least = TimeDelta::minutes(i64::from(self.shortest));
        let is_of_use = |gap: TimeDelta| gap <= TimeDelta::zero() || gap >= least;
        let stretch = self
            .openings(time::local_date(self.rules.zone, slot.visit.start()))
            .find_map(|opening| self.stretch(opening.window, &opening.breaks, slot.visit));
        stretch.is_some_and(|stretch| {
            is_of_use(slot.occupied.start() - stretch.start())
                && is_of_use(stretch.end() - slot.occupied.end())
        })
    }

    /// The stretch of free time that the visit would be cut out of.
    fn stretch(&self, window: Range, breaks: &Ranges, visit: Range) -> Option<Range> {
        let free = Ranges::from(window)
            .subtract(breaks)
            .subtract(&self.timetable.time_off)
            .subtract(&self.timetable.busy);
        free.meeting(visit).find(|stretch| stretch.contains(visit))
    }
}
