//! The facts of each screen, as data.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::{
    db::{
        bookings::Card,
        catalog::LocationChoice,
        jobs::Status,
        outbox::{Counts, Line},
        payments::{Balance, OwnPayment},
        recipients::Settings,
        time_off::TimeOff,
        waitlist::PlaceInLine,
    },
    domain::{
        booking::Standing,
        catalog::{Offer, Service},
        conversation::{MasterChoice, WaitWish},
        ids::ServiceId,
        language::LocalText,
        money::Money,
        month::Month,
        series::{Occurrence, Recurrence},
        slots::{self, Refusal, Slot},
        voucher::{Redemption, Voucher, VoucherType},
    },
    services::{
        backup::Entry,
        exports::Choices,
        privacy::Forgetting,
        staff::{Delayed, Why},
        vouchers::Shop,
    },
};

/// A master to choose, with what the wish takes with them.
#[derive(Debug, Clone)]
pub struct MasterChoiceFacts {
    pub choice: MasterChoice,
    /// `None` for anyone.
    pub name: Option<LocalText>,
    /// The lowest price, where masters differ.
    pub price: Money,
    pub price_varies: bool,
    pub minutes: u32,
    pub first_free: Option<DateTime<Utc>>,
}

/// A time to take instead of one that was taken.
#[derive(Debug, Clone)]
pub struct AlternativeFacts {
    pub slot: Slot,
    pub kind: slots::AlternativeKind,
    pub master: LocalText,
}

/// A visit, and what may be done with it.
#[derive(Debug, Clone)]
pub struct VisitFacts {
    pub card: Card,
    pub standing: Standing,
}

/// How the visit on hold can be paid besides with money.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    pub vouchers: Vec<(Voucher, Redemption)>,
    /// The most that is left of a voucher which is less than what is due.
    pub too_little: Option<Money>,
    /// Whether a code could make it cheaper.
    pub by_code: bool,
}

/// A series that is being planned.
#[derive(Debug, Clone)]
pub struct SeriesFacts {
    pub card: Card,
    pub rule: Recurrence,
    pub planned: Vec<Occurrence>,
    /// The visit for which another time is being picked, and what there is.
    pub picking: Option<(u32, Vec<Slot>)>,
}

/// The month of a calendar with its free days.
#[derive(Debug, Clone)]
pub struct CalendarFacts {
    pub month: Month,
    pub free: BTreeSet<NaiveDate>,
    /// Days on which somebody works, but no time is left.
    pub full: BTreeSet<NaiveDate>,
    pub first: Month,
    pub last: Month,
    pub today: NaiveDate,
    pub master: Option<LocalText>,
    /// Whether it is for another day of a visit that stands.
    pub is_moving: bool,
}

/// The times of a day.
#[derive(Debug, Clone)]
pub struct TimesFacts {
    pub zone: Tz,
    pub day: NaiveDate,
    pub starts: Vec<DateTime<Utc>>,
    /// Those of them that leave no unusable gap, where the location cares.
    pub tidy: BTreeSet<DateTime<Utc>>,
    pub master: Option<LocalText>,
}

/// What a client is about to wait for.
#[derive(Debug, Clone)]
pub struct WaitFacts {
    pub wanted: WaitWish,
    pub services: Vec<LocalText>,
    /// `None` is anyone.
    pub master: Option<LocalText>,
    pub zone: Tz,
}

/// A day of the staff.
#[derive(Debug, Clone)]
pub struct DayFacts {
    pub zone: Tz,
    pub day: NaiveDate,
    pub today: NaiveDate,
    pub cards: Vec<Card>,
    pub time_off: Vec<TimeOff>,
    pub all_masters: bool,
}

#[derive(Debug, Clone)]
pub enum Facts {
    Welcome,
    Phone,
    Home {
        next: Option<Card>,
        is_staff: bool,
        /// Whether there are vouchers to buy or to use.
        has_vouchers: bool,
        /// When all about them will be forgotten, where they wish that.
        forgotten_at: Option<(DateTime<Utc>, Tz)>,
    },
    Locations(Vec<LocationChoice>),
    Services {
        services: Vec<(Service, Offer)>,
        picked: Vec<ServiceId>,
        /// Picked services that are not offered any more.
        gone: usize,
        page: u8,
    },
    Masters {
        zone: Tz,
        choices: Vec<MasterChoiceFacts>,
    },
    Calendar(CalendarFacts),
    Times(TimesFacts),
    Summary {
        visit: VisitFacts,
        /// The price that the client was shown when they chose, where it is another.
        quoted: Option<Money>,
        ways: Ways,
    },
    Taken {
        zone: Tz,
        start: DateTime<Utc>,
        alternatives: Vec<AlternativeFacts>,
    },
    Repeat {
        visit: VisitFacts,
        most: u32,
    },
    Series(SeriesFacts),
    Visits {
        cards: Vec<VisitFacts>,
        past: bool,
        page: u8,
        more: bool,
        /// What can be used beside money.
        vouchers: Vec<Voucher>,
        /// Of the business.
        zone: Tz,
    },
    Visit(VisitFacts),
    CancelVisit {
        visit: VisitFacts,
        /// Visits of the same series after this one.
        following: usize,
    },
    Language,
    Help {
        is_staff: bool,
        is_admin: bool,
    },
    Privacy,
    Forget {
        forgetting: Forgetting,
        zone: Tz,
    },
    Day(DayFacts),
    StaffVisit(Card),
    /// `None` when there is no such master.
    Why(Option<Why>),
    /// No master gives all the wished services in one visit.
    NobodyDoesAll,
    /// Wished services that are not offered any more.
    Gone {
        services: Vec<LocalText>,
        is_moving: bool,
    },
    /// The chosen master does not give all of it any more.
    MasterGone,
    /// The hold that the screen is about has run out.
    HoldOver,
    /// The client cannot book this, whatever the time.
    NotAdmitted(Refusal),
    /// How late will the client be?
    Late(VisitFacts),
    /// A rating to which a comment may be added.
    Comment {
        card: Card,
        /// What can be given to the master, in hundredths of the price and as an amount.
        tips: Vec<(u8, Money)>,
    },
    Wait(WaitFacts),
    Waits(Vec<PlaceInLine>),
    Settings {
        settings: Settings,
        business: Tz,
        is_staff: bool,
    },
    Zones {
        settings: Settings,
        business: Tz,
    },
    StaffCancel(Card),
    Unanswered(Vec<Card>),
    /// By how many minutes a master is late, and whom that touches.
    RunLate {
        minutes: Option<u8>,
        delayed: Vec<Delayed>,
    },
    /// Only who has visits of their own can be late for them.
    NotAMaster,
    Outbox {
        counts: Counts,
        parked: Vec<Line>,
        zone: Tz,
    },
    Jobs {
        jobs: Vec<Status>,
        zone: Tz,
    },
    Terms,
    PaySupport {
        payments: Vec<OwnPayment>,
        zone: Tz,
    },
    Ledger {
        balances: Vec<Balance>,
        due: i64,
        month: Month,
    },
    Vouchers {
        shop: Shop,
        zone: Tz,
    },
    VoucherType(VoucherType),
    Code,
    Backups {
        backups: Vec<Entry>,
        /// Whether any are made here.
        are_made: bool,
        zone: Tz,
    },
    Export(Choices),
    /// What the screen was about is not there any more.
    Missing,
    /// There is nothing to book yet.
    NothingOffered,
}
