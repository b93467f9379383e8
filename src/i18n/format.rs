//! Dates, times, durations and amounts as the language writes them.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;

use super::Tr;
use crate::{
    domain::{money::Money, month::Month, series::Recurrence},
    t,
};

impl Tr {
    /// "14:30", as the wall shows it in the zone.
    pub fn time(self, instant: DateTime<Utc>, zone: Tz) -> String {
        instant.with_timezone(&zone).format("%H:%M").to_string()
    }

    /// "Tuesday, 1 December", with the year where it is not this one.
    pub fn date(self, date: NaiveDate, today: NaiveDate) -> String {
        let (weekday, day, month) = (self.weekday(date), date.day(), self.month_of(date));
        if date.year() == today.year() {
            t!(self, "date-long", weekday = weekday, day = day, month = month)
        } else {
            t!(self, "date-year", weekday = weekday, day = day, month = month, year = date.year().to_string())
        }
    }

    /// "1 December 2026".
    pub fn day(self, date: NaiveDate) -> String {
        let (day, month, year) = (date.day(), self.month_of(date), date.year().to_string());
        t!(self, "date-day", day = day, month = month, year = year)
    }

    /// "today at 14:30", "tomorrow at 09:00", "Tue 1 Dec, 10:00".
    pub fn when(self, instant: DateTime<Utc>, zone: Tz, now: DateTime<Utc>) -> String {
        let (date, today) =
            (instant.with_timezone(&zone).date_naive(), now.with_timezone(&zone).date_naive());
        let time = self.time(instant, zone);
        if date == today {
            t!(self, "today-at", time = time)
        } else if Some(date) == today.succ_opt() {
            t!(self, "tomorrow-at", time = time)
        } else {
            let day =
                if date.year() == today.year() { self.date_short(date) } else { self.date_short_year(date) };
            t!(self, "day-at", day = day, time = time)
        }
    }

    /// "Tue 1 Dec".
    pub fn date_short(self, date: NaiveDate) -> String {
        let (weekday, month) = self.short_names(date);
        t!(self, "date-short", weekday = weekday, day = date.day(), month = month)
    }

    /// "Tue 1 Dec 2026".
    fn date_short_year(self, date: NaiveDate) -> String {
        let (weekday, month) = self.short_names(date);
        let year = date.year().to_string();
        t!(self, "date-short-year", weekday = weekday, day = date.day(), month = month, year = year)
    }

    fn short_names(self, date: NaiveDate) -> (String, String) {
        (t!(self, "weekday-abbr", number = weekday(date)), t!(self, "month-short", number = date.month()))
    }

    /// "Tuesday".
    pub fn weekday(self, date: NaiveDate) -> String {
        t!(self, "weekday", number = weekday(date))
    }

    /// "Tu", as narrow as a column of the calendar.
    pub fn weekday_short(self, date: NaiveDate) -> String {
        t!(self, "weekday-short", number = weekday(date))
    }

    /// "December 2026".
    pub fn month(self, month: Month) -> String {
        let name = t!(self, "month-name", number = month.number());
        t!(self, "month-year", month = name, year = month.year().to_string())
    }

    /// "50 min", "1 h", "1 h 30 min".
    pub fn minutes(self, minutes: u32) -> String {
        match (minutes / 60, minutes % 60) {
            (0, minutes) => t!(self, "minutes", minutes = minutes),
            (hours, 0) => t!(self, "hours", hours = hours),
            (hours, minutes) => t!(self, "hours-minutes", hours = hours, minutes = minutes),
        }
    }

    /// "€60", "€60.50", "60,50 €"; whole amounts without decimals.
    pub fn money(self, money: Money) -> String {
        let (whole, fraction) = money.parts();
        let marks = t!(self, "money-separators");
        let mut marks = marks.chars();
        let (group, point) = (marks.next().unwrap_or(' '), marks.next().unwrap_or('.'));
        let mut amount = grouped(&whole, group);
        if fraction.bytes().any(|digit| digit != b'0') {
            amount.push(point);
            amount.push_str(&fraction);
        }
        let symbol = money.currency().symbol();
        // A symbol of letters reads like a code and stands behind the amount in every language.
        if symbol.chars().all(char::is_alphabetic) {
            t!(self, "money-code", amount = amount, symbol = symbol)
        } else {
            t!(self, "money", amount = amount, symbol = symbol)
        }
    }

    /// "18 h": to the nearest hour.
    pub fn hours(self, minutes: u32) -> String {
        let hours: u32 = minutes.saturating_add(30) / 60;
        t!(self, "hours", hours = hours)
    }

    /// "4.65": a number given in hundredths.
    pub fn hundredths(self, value: i64) -> String {
        let point = t!(self, "money-separators").chars().nth(1).unwrap_or('.');
        format!("{}{point}{:02}", value / 100, value % 100)
    }

    /// "Every week, 8 visits".
    pub fn recurrence(self, rule: Recurrence) -> String {
        let times = t!(self, "repeat-times", count = rule.times());
        t!(self, "series-rule", every = self.every(rule), times = times)
    }

    /// "Every week".
    pub fn every(self, rule: Recurrence) -> String {
        t!(self, "repeat-weeks", weeks = rule.weeks())
    }

    /// "Europe/Berlin time".
    pub fn zone(self, zone: Tz) -> String {
        t!(self, "time-zone", zone = zone.name())
    }

    fn month_of(self, date: NaiveDate) -> String {
        t!(self, "month-of-date", number = date.month())
    }
}

/// The hour of the day on the wall.
pub fn wall_hour(instant: DateTime<Utc>, zone: Tz) -> u32 {
    instant.with_timezone(&zone).hour()
}

fn weekday(date: NaiveDate) -> u32 {
    date.weekday().number_from_monday()
}

fn grouped(digits: &str, mark: char) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(index);
        if index > 0 && left.is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{language::Language, money::Currency};

    const EN: Language = Language::English;
    const RU: Language = Language::Russian;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn amounts_are_written_as_the_language_does() {
        let euros = |minor| Money::from_minor(minor, Currency::EUR).expect("in range");
        assert_eq!(Tr::to(EN).money(euros(6000)), "€60");
        assert_eq!(Tr::to(EN).money(euros(12_345_650)), "€123,456.50");
        assert_eq!(Tr::to(RU).money(euros(6050)), "60,50 €");
        assert_eq!(Tr::to(RU).money(euros(12_345_650)), "123\u{a0}456,50 €");
        let yen = Money::from_minor(3500, Currency::JPY).expect("in range");
        assert_eq!(Tr::to(EN).money(yen), "¥3,500");
    }

    #[test]
    fn days_are_named_from_where_one_stands() {
        let (zone, now) = (Tz::Europe__Berlin, at("2026-11-30T22:30:00Z"));
        assert_eq!(Tr::to(EN).when(at("2026-11-30T22:45:00Z"), zone, now), "today at 23:45");
        assert_eq!(Tr::to(EN).when(at("2026-11-30T23:00:00Z"), zone, now), "tomorrow at 00:00");
        assert_eq!(Tr::to(EN).when(at("2026-12-02T09:00:00Z"), zone, now), "Wed 2 Dec, 10:00");
        assert_eq!(Tr::to(RU).when(at("2026-12-02T09:00:00Z"), zone, now), "ср 2 дек, 10:00");
        let (date, today) = ("2027-01-05".parse().expect("a date"), "2026-12-01".parse().expect("a date"));
        assert_eq!(Tr::to(EN).date(date, date), "Tuesday, 5 January");
        assert_eq!(Tr::to(RU).date(date, today), "вторник, 5 января 2027 г.");
    }

    #[test]
    fn durations_are_short() {
        let english = |minutes| Tr::to(EN).minutes(minutes);
        assert_eq!([english(50), english(60), english(90)], ["50 min", "1 h", "1 h 30 min"]);
    }
}
