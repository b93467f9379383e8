//! The screens, each with what Back must restore.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use crate::domain::{
    booking::Booking,
    export::Export,
    ids::{BookingId, LocationId, MasterId, ServiceId, VoucherTypeId},
    month::Month,
    series::{Deviation, Recurrence},
    waitlist::{Part, Weekdays},
};

/// What the client wants to book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub location: LocationId,
    /// In the order in which they were picked.
    pub services: Vec<ServiceId>,
    /// The visit that is to be moved, where it is not a new one.
    pub moving: Option<BookingId>,
    /// The price that the client was shown with their choice, in minor units; where masters' prices differ, none.
    pub quoted: Option<i64>,
}

impl Wish {
    /// For what a booking is made of, once more.
    pub fn again(booking: &Booking) -> Wish {
        let services = booking.items.iter().map(|item| item.service).collect();
        Wish { location: booking.location, services, moving: None, quoted: None }
    }
}

/// What a client wants to wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitWish {
    pub wish: Wish,
    pub master: MasterChoice,
    /// `None` is from today on.
    pub first: Option<NaiveDate>,
    pub last: NaiveDate,
    pub weekdays: Weekdays,
    pub part: Part,
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
    /// Asks how often the held visit is to recur.
    Repeat {
        wish: Wish,
        booking: BookingId,
    },
    /// All visits of the series, to be confirmed together.
    Series {
        wish: Wish,
        booking: BookingId,
        rule: Recurrence,
        /// By the number of the visit.
        deviations: Vec<(u32, Deviation)>,
        /// The visit for which another time is being picked.
        picking: Option<u32>,
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
    /// Asks whether somebody really wants to be forgotten, or says when they will be.
    Forget,
    /// A day of the staff; `None` is today.
    Day {
        date: Option<NaiveDate>,
    },
    /// A visit as the staff sees it.
    StaffVisit {
        booking: BookingId,
    },
    /// Explains to the staff why a time is offered or not; on the wall, with a master by key or oneself.
    Why {
        at: NaiveDateTime,
        master: Option<String>,
    },
    /// Asks a client how late they will be.
    Late {
        booking: BookingId,
    },
    /// Asks for a comment on a rating.
    Comment {
        booking: BookingId,
    },
    /// What to wait for.
    Wait(WaitWish),
    Waits,
    /// What somebody wants to be told, and when.
    Settings,
    Zones,
    /// Asks the staff whether a visit is to be cancelled.
    StaffCancel {
        booking: BookingId,
    },
    /// Visits of which nobody has said whether the client came.
    Unanswered,
    /// A master is late; by so many minutes, once they have said so.
    RunLate {
        minutes: Option<u8>,
    },
    Outbox,
    Jobs,
    Terms,
    PaySupport,
    Ledger,
    /// What somebody has of vouchers, and what they can buy.
    Vouchers,
    VoucherType {
        kind: VoucherTypeId,
    },
    /// Asks for the code that makes the held visit cheaper.
    Code {
        booking: BookingId,
    },
    Backups,
    /// What the staff takes away as a table.
    Export(Export),
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
            | Screen::Taken { .. }
            | Screen::Repeat { .. }
            | Screen::Code { .. }
            | Screen::Series { .. } => true,
            Screen::Welcome
            | Screen::Phone
            | Screen::Home
            | Screen::Visits { .. }
            | Screen::Visit { .. }
            | Screen::CancelVisit { .. }
            | Screen::Language
            | Screen::Help
            | Screen::Privacy
            | Screen::Forget
            | Screen::Day { .. }
            | Screen::StaffVisit { .. }
            | Screen::Why { .. }
            | Screen::Late { .. }
            | Screen::Comment { .. }
            | Screen::Wait(_)
            | Screen::Waits
            | Screen::Settings
            | Screen::Zones
            | Screen::StaffCancel { .. }
            | Screen::Unanswered
            | Screen::RunLate { .. }
            | Screen::Outbox
            | Screen::Jobs
            | Screen::Terms
            | Screen::PaySupport
            | Screen::Vouchers
            | Screen::Backups
            | Screen::VoucherType { .. }
            | Screen::Ledger
            | Screen::Export(_) => false,
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
            Screen::Repeat { .. } => "repeat",
            Screen::Series { .. } => "series",
            Screen::Visits { .. } => "visits",
            Screen::Visit { .. } => "visit",
            Screen::CancelVisit { .. } => "cancel_visit",
            Screen::Language => "language",
            Screen::Help => "help",
            Screen::Privacy => "privacy",
            Screen::Forget => "forget",
            Screen::Day { .. } => "day",
            Screen::StaffVisit { .. } => "staff_visit",
            Screen::Why { .. } => "why",
            Screen::Late { .. } => "late",
            Screen::Comment { .. } => "comment",
            Screen::Wait(_) => "wait",
            Screen::Waits => "waits",
            Screen::Settings => "settings",
            Screen::Zones => "zones",
            Screen::StaffCancel { .. } => "staff_cancel",
            Screen::Unanswered => "unanswered",
            Screen::RunLate { .. } => "run_late",
            Screen::Outbox => "outbox",
            Screen::Jobs => "jobs",
            Screen::Terms => "terms",
            Screen::PaySupport => "pay_support",
            Screen::Ledger => "ledger",
            Screen::Vouchers => "vouchers",
            Screen::VoucherType { .. } => "voucher_type",
            Screen::Code { .. } => "code",
            Screen::Backups => "backups",
            Screen::Export(_) => "export",
        }
    }
}
