//! What a client waits for: an earlier time, or any on a day that is full.

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc, Weekday};
use chrono_tz::Tz;

use super::slots::{Search, Slot};

/// A part of the day on the wall, as clients think of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Any,
    Morning,
    Afternoon,
    Evening,
}

impl Part {
    pub const ALL: [Part; 4] = [Part::Any, Part::Morning, Part::Afternoon, Part::Evening];

    pub fn label(self) -> &'static str {
        match self {
            Part::Any => "any",
            Part::Morning => "morning",
            Part::Afternoon => "afternoon",
            Part::Evening => "evening",
        }
    }

    pub fn from_label(label: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| part.label() == label)
    }

    /// From and to, in minutes after midnight.
    pub fn minutes(self) -> (u32, u32) {
        match self {
            Part::Any => (0, 24 * 60),
            Part::Morning => (0, 12 * 60),
            Part::Afternoon => (12 * 60, 17 * 60),
            Part::Evening => (17 * 60, 24 * 60),
        }
    }

    /// The part that these minutes are; `Any` where they are none.
    pub fn of_minutes(from: u32, to: u32) -> Part {
        Part::ALL.into_iter().find(|part| part.minutes() == (from, to)).unwrap_or(Part::Any)
    }
}

/// The days of the week that are wished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekdays(u8);

impl Weekdays {
    pub const ALL: Weekdays = Weekdays(0b111_1111);

    /// By ISO number, 1 being Monday; `None` when there is none, or one that is none.
    pub fn from_numbers(numbers: impl IntoIterator<Item = i32>) -> Option<Weekdays> {
        let mut days = 0;
        for number in numbers {
            let place = u32::try_from(number).ok().filter(|number| (1..=7).contains(number))?;
            days |= 1u8 << (place - 1);
        }
        (days != 0).then_some(Weekdays(days))
    }

    pub fn numbers(self) -> Vec<i32> {
        (1..=7).filter(|number| self.0 & (1 << (number - 1)) != 0).collect()
    }

    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// With the day switched over; the last one stays.
    pub fn toggled(self, number: u8) -> Weekdays {
        match number {
            1..=7 => match self.0 ^ (1 << (number - 1)) {
                0 => self,
                days => Weekdays(days),
            },
            _ => self,
        }
    }

    pub fn bits(self) -> u8 {
        self.0
    }

    pub fn from_bits(bits: u8) -> Option<Weekdays> {
        (1..=0b111_1111).contains(&bits).then_some(Weekdays(bits))
    }
}

/// The wished days and hours, on the wall of the location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub weekdays: Weekdays,
    pub part: Part,
}

impl Window {
    fn admits(&self, start: DateTime<Utc>, zone: Tz) -> bool {
        let wall = start.with_timezone(&zone);
        let (from, to) = self.part.minutes();
        let minute = wall.hour() * 60 + wall.minute();
        (self.first..=self.last).contains(&wall.date_naive())
            && self.weekdays.contains(wall.weekday())
            && (from..to).contains(&minute)
    }

    /// The first time within the window that can be booked, after `after`, before `before` where that is set, and none of
    /// `not`: those were offered already. The same judge as ever decides, so nobody is offered what they could not book.
    pub fn first_match(
        &self,
        searches: &[Search<'_>],
        after: DateTime<Utc>,
        before: Option<DateTime<Utc>>,
        not: &[(super::ids::MasterId, DateTime<Utc>)],
    ) -> Option<Slot> {
        let rules = searches.first()?.rules;
        let first = self.first.max(rules.today(searches.first()?.now));
        let days = first.iter_days().take_while(|day| *day <= self.last);
        let wanted = |slot: &Slot| {
            let start = slot.visit.start();
            self.admits(start, rules.zone)
                && start > after
                && before.is_none_or(|before| start < before)
                && !not.contains(&(slot.master, start))
        };
        days.filter(|day| self.weekdays.contains(day.weekday())).find_map(|day| {
            let slots = searches.iter().flat_map(|search| search.on(day));
            slots.filter(wanted).min_by_key(|slot| slot.visit.start())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_switch_over_but_never_all_off() {
        let days = Weekdays::ALL.toggled(6).toggled(7);
        assert_eq!(days.numbers(), [1, 2, 3, 4, 5]);
        assert!(!days.contains(Weekday::Sun) && days.contains(Weekday::Mon));
        let only = Weekdays::from_numbers([3]).expect("a day");
        assert_eq!(only.toggled(3), only);
        assert_eq!(Weekdays::from_bits(only.bits()), Some(only));
        assert_eq!(Weekdays::from_numbers([]), None);
        assert_eq!(Weekdays::from_numbers([8]), None);
    }

    #[test]
    fn a_window_is_on_the_wall() {
        let date = |text: &str| text.parse().expect("a date");
        let window = Window {
            first: date("2026-12-01"),
            last: date("2026-12-04"),
            weekdays: Weekdays::from_numbers([2, 3]).expect("days"),
            part: Part::Morning,
        };
        let admits = |text: &str| window.admits(text.parse().expect("an instant"), Tz::Europe__Berlin);
        assert!(admits("2026-12-01T10:59:00Z"), "11:59");
        assert!(!admits("2026-12-01T11:00:00Z"), "noon");
        assert!(admits("2026-12-01T23:30:00Z"), "half past midnight on Wednesday");
        assert!(!admits("2026-12-03T09:00:00Z"), "a Thursday");
        assert!(!admits("2026-12-08T09:00:00Z"), "a week later");
    }

    #[test]
    fn parts_are_read_back() {
        for part in Part::ALL {
            let (from, to) = part.minutes();
            assert_eq!(Part::of_minutes(from, to), part);
            assert_eq!(Part::from_label(part.label()), Some(part));
        }
    }
}
