//! The screens, each with what Back must restore.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::{
    ids::{BookingId, LocationId, MasterId, ServiceId},
    month::Month,
};

/// What the client wants to book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub location: LocationId,
    /// In the order in which they were picked.
    pub services: Vec<ServiceId>,
}

/// With whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MasterChoice {
    Anyone,
    One(MasterId),
}

impl MasterChoice {
    pub fn one(self) -> Option<MasterId> {
        match self {
            MasterChoice::Anyone => None,
            MasterChoice::One(master) => Some(master),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screen {
    /// Asks for consent to data processing.
    Welcome,
    /// Asks for the phone number, which is optional.
    Phone,
    Home,
    Locations,
    Services {
        location: LocationId,
        picked: Vec<ServiceId>,
        page: u8,
    },
    Masters {
        wish: Wish,
    },
    /// `month` is `None` until the client turns the page: then it is the month of the first free day.
    Calendar {
        wish: Wish,
        master: MasterChoice,
        month: Option<Month>,
    },
    Times {
        wish: Wish,
        master: MasterChoice,
        day: NaiveDate,
    },
    Summary {
        wish: Wish,
        master: MasterChoice,
        booking: BookingId,
    },
    /// The wished start is gone; offers alternatives.
    Taken {
        wish: Wish,
        master: MasterChoice,
        start: DateTime<Utc>,
    },
    Visits {
        past: bool,
        page: u8,
    },
    Visit {
        booking: BookingId,
    },
    CancelVisit {
        booking: BookingId,
    },
    Language,
    Help,
    Privacy,
    /// A day of the staff; `None` is today.
    Day {
        date: Option<NaiveDate>,
    },
    /// A visit as the staff sees it.
    StaffVisit {
        booking: BookingId,
    },
}

impl Screen {
    /// Whether the screen belongs to a booking that is not finished.
    pub fn is_booking(&self) -> bool {
        match self {
            Screen::Locations
            | Screen::Services { .. }
            | Screen::Masters { .. }
            | Screen::Calendar { .. }
            | Screen::Times { .. }
            | Screen::Summary { .. }
            | Screen::Taken { .. } => true,
            Screen::Welcome
            | Screen::Phone
            | Screen::Home
            | Screen::Visits { .. }
            | Screen::Visit { .. }
            | Screen::CancelVisit { .. }
            | Screen::Language
            | Screen::Help
            | Screen::Privacy
            | Screen::Day { .. }
            | Screen::StaffVisit { .. } => false,
        }
    }

    /// A short name for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Screen::Welcome => "welcome",
            Screen::Phone => "phone",
            Screen::Home => "home",
            Screen::Locations => "locations",
            Screen::Services { .. } => "services",
            Screen::Masters { .. } => "masters",
            Screen::Calendar { .. } => "calendar",
            Screen::Times { .. } => "times",
            Screen::Summary { .. } => "summary",
            Screen::Taken { .. } => "taken",
            Screen::Visits { .. } => "visits",
            Screen::Visit { .. } => "visit",
            Screen::CancelVisit { .. } => "cancel_visit",
            Screen::Language => "language",
            Screen::Help => "help",
            Screen::Privacy => "privacy",
            Screen::Day { .. } => "day",
            Screen::StaffVisit { .. } => "staff_visit",
        }
    }
}
