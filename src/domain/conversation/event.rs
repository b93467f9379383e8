//! What can happen in a conversation, and what it can ask for.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

pub use super::notice::Notice;
use super::screen::{MasterChoice, Wish};
use crate::domain::{
    ids::{BookingId, LocationId, MasterId, ServiceId, TimeOffId},
    language::Language,
    month::Month,
    series::{Deviation, Recurrence},
    slots::{Refusal, Regard},
};

/// Something that a person did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Command(Command),
    Tap(Action),
    /// A button of an older screen, or one that cannot be read.
    StaleTap,
    /// The sender's own phone number, in international form.
    OwnPhone(String),
    /// A contact card that is not the sender's own.
    ForeignPhone,
    SkipPhone,
    /// Something that no screen asks for.
    Stray(Stray),
    /// The bot's own word: a hold of this person's has run out.
    HoldOver(BookingId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stray {
    Text,
    Sticker,
    Picture,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Start,
    Book,
    Visits,
    Cancel,
    Help,
    Language,
    Privacy,
    Today,
    Day(NaiveDate),
    /// `/day` without a date that exists.
    DayWithoutDate,
    /// Why is this time offered, or not; with a master by key, or oneself.
    Why {
        at: NaiveDateTime,
        master: Option<String>,
    },
    WhyWithoutTime,
    /// Take time off, on the wall; for a master by key, or oneself.
    Block {
        from: NaiveDateTime,
        to: NaiveDateTime,
        master: Option<String>,
    },
    BlockWithoutTime,
    Unknown,
}

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A label that only looks like a button.
    Nothing,
    Home,
    Back,
    Agree,
    Book,
    Location(LocationId),
    /// Whether the service is wanted from now on.
    Tick(ServiceId, bool),
    ServicesPage(u8),
    ServicesDone,
    /// With the price on the button, in minor units, where it said one.
    Master(MasterChoice, Option<i64>),
    Month(Month),
    Day(NaiveDate),
    Time(DateTime<Utc>),
    /// Another time offered in place of one that was taken, with this master.
    Alternative(MasterId, DateTime<Utc>),
    OtherDay,
    /// Back to the masters, as the chosen one cannot be had any more.
    OtherMaster,
    /// Go on with what is left of the chosen services.
    Reconsider,
    Confirm,
    /// Ask how often the visit on hold is to recur.
    Repeat,
    /// Every so many weeks, so many visits in all.
    Rule(u8, u8),
    /// Leave out a visit of the series, or take it in again.
    Skip(u8, bool),
    /// Pick another time for a visit of the series.
    Pick(u8),
    Put(u8, DateTime<Utc>),
    ConfirmSeries,
    Visits {
        past: bool,
        page: u8,
    },
    Visit(BookingId),
    CalendarFile(BookingId),
    AskCancel(BookingId),
    Cancel(BookingId),
    /// A visit of a series and all that follow it.
    CancelFrom(BookingId),
    Move(BookingId),
    Languages,
    SetLanguage(Language),
    Help,
    Privacy,
    StaffToday,
    StaffDay(NaiveDate),
    StaffVisit(BookingId),
    /// What the staff thinks of the client of a visit.
    Regard(BookingId, Regard),
    /// Take back time off that was taken in the chat.
    Unblock(TimeOffId),
}

/// What the conversation knows about the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub consented: bool,
    pub is_staff: bool,
    /// The location, where the business has just one.
    pub only_location: Option<LocationId>,
}

/// A side effect that a service carries out in the transaction of the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    SetLanguage(Language),
    Agree,
    SavePhone(String),
    /// Find out what of a choice can be booked together.
    Choose {
        location: LocationId,
        picked: Vec<ServiceId>,
    },
    Hold {
        wish: Wish,
        master: MasterChoice,
        start: DateTime<Utc>,
    },
    Release(BookingId),
    /// Find out for which start a hold was that has run out.
    MissHold(BookingId),
    Confirm(BookingId),
    ConfirmSeries {
        wish: Wish,
        booking: BookingId,
        rule: Recurrence,
        deviations: Vec<(u32, Deviation)>,
    },
    Cancel(BookingId),
    CancelFrom(BookingId),
    /// Find out what a visit consists of, to book it at another time.
    Move(BookingId),
    Regard(BookingId, Regard),
    Block {
        from: NaiveDateTime,
        to: NaiveDateTime,
        master: Option<String>,
    },
    Unblock(TimeOffId),
}

/// What came of an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// What can be booked together; whether anything had to be left out.
    Chosen {
        wish: Wish,
        is_less: bool,
    },
    /// Nothing of the choice can be booked.
    NothingLeft,
    Held(BookingId),
    /// The start cannot be had.
    Refused(Refusal),
    /// The catalog changed: wished services are not offered any more.
    NotOffered,
    /// The chosen master does not give all of it any more.
    MasterGone,
    Confirmed(BookingId),
    Moved(BookingId),
    SeriesConfirmed(BookingId),
    /// A visit of the series cannot be had at its time.
    SeriesClash,
    /// The hold ran out; it was for this start.
    HoldOver(DateTime<Utc>),
    Cancelled,
    CancelledLate,
    TooLateToCancel,
    /// The month is the one of the visit that is to be moved.
    Moving {
        wish: Wish,
        master: MasterId,
        month: Month,
    },
    TooLateToMove,
    Blocked,
    /// Visits are booked in the time that was to be blocked.
    VisitsInTheWay,
    /// No such booking or master, or somebody else's.
    NotFound,
}
