//! What the staff takes away as a table: of what, from when, with whom, and how it ended.

use chrono::{Days, Months, NaiveDate};

use super::{booking::Status, ids::MasterId, month::Month};

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Visits,
    /// Those who have had, or will have, one of the visits.
    Clients,
    /// What came in and went out; the admin's alone.
    Payments,
}

impl Subject {
    pub const ALL: [Subject; 3] = [Subject::Visits, Subject::Clients, Subject::Payments];

    pub fn label(self) -> &'static str {
        match self {
            Subject::Visits => "visits",
            Subject::Clients => "clients",
            Subject::Payments => "payments",
        }
    }

    pub fn from_label(label: &str) -> Option<Subject> {
        Subject::ALL.into_iter().find(|subject| subject.label() == label)
    }
}

/// A stretch of days that moves with the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    ThisMonth,
    LastMonth,
    ThisYear,
    TwelveMonths,
    All,
}

/// Before the first and after the last day that anything can be on.
const FIRST: Option<NaiveDate> = NaiveDate::from_ymd_opt(1970, 1, 1);
const LAST: Option<NaiveDate> = NaiveDate::from_ymd_opt(2200, 12, 31);

impl Period {
    pub const ALL: [Period; 5] =
        [Period::ThisMonth, Period::LastMonth, Period::ThisYear, Period::TwelveMonths, Period::All];

    pub fn label(self) -> &'static str {
        match self {
            Period::ThisMonth => "month",
            Period::LastMonth => "last",
            Period::ThisYear => "year",
            Period::TwelveMonths => "twelve",
            Period::All => "all",
        }
    }

    pub fn from_label(label: &str) -> Option<Period> {
        Period::ALL.into_iter().find(|period| period.label() == label)
    }

    /// Its first and its last day, as of today.
    fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let this = Month::of(today);
        let month = |year: i32, number: u32| Month::new(year, number).unwrap_or(this);
        match self {
            Period::ThisMonth => (this.first(), this.last()),
            Period::LastMonth => (this.previous().first(), this.previous().last()),
            Period::ThisYear => (month(this.year(), 1).first(), month(this.year(), 12).last()),
            Period::TwelveMonths => {
                let before = today.checked_sub_months(Months::new(12)).unwrap_or(today);
                (before.checked_add_days(Days::new(1)).unwrap_or(today), today)
            }
            Period::All => (FIRST.unwrap_or(today), LAST.unwrap_or(today)),
        }
    }
}

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Period(Period),
    /// Both included.
    Days(NaiveDate, NaiveDate),
}

impl Span {
    /// `None` when the last day comes before the first.
    pub fn between(first: NaiveDate, last: NaiveDate) -> Option<Span> {
        (first <= last).then_some(Span::Days(first, last))
    }

    /// Its first and its last day, as of today.
    pub fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self {
            Span::Period(period) => period.days(today),
            Span::Days(first, last) => (first, last),
        }
    }
}

/// How a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// However it ended, or has not yet.
    Any,
    TookPlace,
    Missed,
    Cancelled,
}

impl Ending {
    pub const ALL: [Ending; 4] = [Ending::Any, Ending::TookPlace, Ending::Missed, Ending::Cancelled];

    pub fn label(self) -> &'static str {
        match self {
            Ending::Any => "any",
            Ending::TookPlace => "came",
            Ending::Missed => "missed",
            Ending::Cancelled => "off",
        }
    }

    pub fn from_label(label: &str) -> Option<Ending> {
        Ending::ALL.into_iter().find(|ending| ending.label() == label)
    }

    /// What never became a visit is none of them.
    pub fn statuses(self) -> &'static [Status] {
        match self {
            Ending::Any => &[Status::Confirmed, Status::Completed, Status::NoShow, Status::Cancelled],
            Ending::TookPlace => &[Status::Completed],
            Ending::Missed => &[Status::NoShow],
            Ending::Cancelled => &[Status::Cancelled],
        }
    }
}

/// What is to be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Export {
    pub subject: Subject,
    pub span: Span,
    /// `None` is all of them, or oneself for who is no admin.
    pub master: Option<MasterId>,
    pub ending: Ending,
    /// What clients wrote with their ratings goes along.
    pub comments: bool,
}

/// A change of one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Subject(Subject),
    Period(Period),
    Master(Option<MasterId>),
    Ending(Ending),
    Comments(bool),
}

impl Choice {
    /// Whether only an admin may choose it.
    pub fn is_the_admins(self) -> bool {
        matches!(self, Choice::Subject(Subject::Payments) | Choice::Master(_))
    }
}

impl Export {
    pub fn of(span: Span) -> Export {
        Export { subject: Subject::Visits, span, master: None, ending: Ending::Any, comments: false }
    }

    #[must_use]
    pub fn with(self, choice: Choice) -> Export {
        match choice {
            Choice::Subject(subject) => Export { subject, ..self },
            Choice::Period(period) => Export { span: Span::Period(period), ..self },
            Choice::Master(master) => Export { master, ..self },
            Choice::Ending(ending) => Export { ending, ..self },
            Choice::Comments(comments) => Export { comments, ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_follow_the_calendar() {
        let days = |period: Period, today: &str| {
            let (first, last) = period.days(today.parse().expect("a date"));
            format!("{first} {last}")
        };
        assert_eq!(days(Period::ThisMonth, "2026-11-23"), "2026-11-01 2026-11-30");
        assert_eq!(days(Period::LastMonth, "2027-01-31"), "2026-12-01 2026-12-31");
        assert_eq!(days(Period::ThisYear, "2026-11-23"), "2026-01-01 2026-12-31");
        assert_eq!(days(Period::TwelveMonths, "2026-11-23"), "2025-11-24 2026-11-23");
        assert_eq!(days(Period::TwelveMonths, "2028-02-29"), "2027-03-01 2028-02-29");
        assert_eq!(days(Period::All, "2026-11-23"), "1970-01-01 2200-12-31");
    }

    #[test]
    fn a_span_does_not_end_before_it_begins() {
        let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let (first, last) = (date("2026-11-01"), date("2026-11-30"));
        assert_eq!(Span::between(first, last), Some(Span::Days(first, last)));
        assert_eq!(Span::between(first, first), Some(Span::Days(first, first)));
        assert_eq!(Span::between(last, first), None);
    }
}
