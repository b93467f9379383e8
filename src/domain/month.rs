//! A month of a year, as the calendar screen shows it.

use chrono::{Datelike, Days, Months, NaiveDate};

/// A month between the years 1970 and 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The month that holds this date.
    pub fn of(date: NaiveDate) -> Month {
        Month { first: date.with_day(1).unwrap_or(date) }
    }

    /// `month` is 1 to 12; `None` outside the years 1970 to 9999.
    pub fn new(year: i32, month: u32) -> Option<Month> {
        let first = (1970..=9999).contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, 1))??;
        Some(Month { first })
    }

    pub fn year(self) -> i32 {
        self.first.year()
    }

    /// 1 to 12.
    pub fn number(self) -> u32 {
        self.first.month()
    }

    pub fn first(self) -> NaiveDate {
        self.first
    }

    pub fn last(self) -> NaiveDate {
        self.next().first.pred_opt().unwrap_or(self.first)
    }

    pub fn next(self) -> Month {
        Month { first: self.first.checked_add_months(Months::new(1)).unwrap_or(self.first) }
    }

    pub fn previous(self) -> Month {
        Month { first: self.first.checked_sub_months(Months::new(1)).unwrap_or(self.first) }
    }

    /// Weeks from Monday to Sunday; `None` where the day belongs to another month.
    pub fn weeks(self) -> Vec<[Option<NaiveDate>; 7]> {
        let lead = u64::from(self.first.weekday().num_days_from_monday());
        let days = u64::from(self.last().day());
        (0..(lead + days).div_ceil(7))
            .map(|week| {
                std::array::from_fn(|column| {
                    let index = week * 7 + u64::try_from(column).unwrap_or_default();
                    let day = index.checked_sub(lead)?;
                    (day < days).then(|| self.first.checked_add_days(Days::new(day)))?
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_hold_each_day_once_in_its_column() {
        for (year, number) in [(2026, 2), (2026, 3), (2027, 2), (2028, 2), (2026, 11)] {
            let month = Month::new(year, number).expect("valid");
            let weeks = month.weeks();
            let days: Vec<NaiveDate> = weeks.iter().flatten().flatten().copied().collect();
            assert_eq!(days.first(), Some(&month.first()));
            assert_eq!(days.last(), Some(&month.last()));
            assert_eq!(days.len(), usize::try_from(month.last().day()).expect("small"));
            for week in &weeks {
                for (column, day) in (0u32..).zip(week) {
                    assert!(day.is_none_or(|day| day.weekday().num_days_from_monday() == column));
                }
            }
        }
        assert_eq!(
            Month::new(2027, 2).map(|month| month.weeks().len()),
            Some(4),
            "a month of exactly four weeks"
        );
    }

    #[test]
    fn months_follow_each_other_over_the_year() {
        let december = Month::new(2026, 12).expect("valid");
        assert_eq!(Some(december.next()), Month::new(2027, 1));
        assert_eq!(december.next().previous(), december);
        assert_eq!(Month::new(2026, 13), None);
        assert_eq!(Month::new(12, 1), None);
    }
}
