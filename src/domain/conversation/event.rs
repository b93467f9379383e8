//! What can happen in a conversation, and what it can ask for.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

pub use super::notice::Notice;
use super::screen::{MasterChoice, WaitWish, Wish};
use crate::domain::{
    attendance::Attendance,
    ids::{BookingId, LocationId, MasterId, OfferId, RefundId, ServiceId, TimeOffId, WaitId},
    language::Language,
    ledger::Account,
    message::Topic,
    month::Month,
    payment::Paid,
    series::{Deviation, Recurrence},
    slots::{Refusal, Regard},
    waitlist::Part,
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
    /// Something that somebody wrote.
    Text(String),
    /// Something that no screen asks for.
    Stray(Stray),
    /// The bot's own word: a hold of this person's has run out.
    HoldOver(BookingId),
    /// Money came from this person.
    Paid(Box<Paid>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stray {
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
    Notifications,
    Waitlist,
    /// The staff runs late.
    Late,
    Outbox,
    Jobs,
    /// The rules of paying.
    Terms,
    /// What somebody has paid, and whom to ask about it.
    PaySupport,
    Ledger,
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
    /// The client is coming.
    Coming(BookingId),
    AskLate(BookingId),
    /// The client is late by so many minutes.
    Late(BookingId, u8),
    /// With so many stars.
    Rate(BookingId, u8),
    NoComment,
    AcceptOffer(OfferId),
    DeclineOffer(OfferId),
    /// Wait for any time on this day, within this month, or before a visit.
    WaitDay(NaiveDate),
    WaitMonth(Month),
    Earlier(BookingId),
    /// Whether a day of the week is wished, by its ISO number.
    WaitWeekday(u8),
    WaitPart(Part),
    JoinWaitlist,
    Waits,
    LeaveWaitlist(WaitId),
    /// Book what a visit was made of once more, at a time that was offered or at any.
    Instead(BookingId, MasterId, DateTime<Utc>),
    Again(BookingId),
    Settings,
    Zones,
    Set(Setting),
    AskStaffCancel(BookingId),
    StaffCancel(BookingId),
    Attended(BookingId, Attendance),
    Unanswered,
    RunLate,
    RunLateBy(u8),
    TellLate(u8),
    /// Say yes or no to what a flagged client wishes.
    Approve(BookingId),
    Refuse(BookingId),
    Outbox,
    Ledger,
    LedgerFile(Month),
    /// Shows what is to be given back by hand.
    RefundTasks,
    /// A client gives a tip of so many hundredths of the price.
    Tip(BookingId, u8),
    /// The rest was paid at the desk, in this way; or it was not, after all.
    AtDesk(BookingId, Option<Account>),
    /// An admin has given money back.
    RefundDone(RefundId),
    RetryParked,
    DropParked,
    Jobs,
}

/// Something that a person can set for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Whether messages of a topic are wanted.
    Topic(Topic, bool),
    /// One of the choices of quiet hours, by its place; `None` is none.
    Quiet(Option<u8>),
    /// One of the choices of zones, by its place; `None` is the business's.
    Zone(Option<u8>),
}

/// A file to send along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// The calendar entry of a visit.
    Calendar(BookingId),
    /// All movements of money in a month, for the admin.
    Ledger(Month),
}

/// What the conversation knows about the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub consented: bool,
    pub is_staff: bool,
    pub is_admin: bool,
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
    Coming(BookingId),
    Late(BookingId, u32),
    Rate(BookingId, u8),
    Comment(BookingId, String),
    AcceptOffer(OfferId),
    DeclineOffer(OfferId),
    /// Find out for what an earlier time would be.
    Earlier(BookingId),
    JoinWaitlist(WaitWish),
    LeaveWaitlist(WaitId),
    /// Find out what a visit was made of, to book it once more.
    Again(BookingId),
    HoldAgain {
        booking: BookingId,
        master: MasterId,
        start: DateTime<Utc>,
    },
    Set(Setting),
    StaffCancel(BookingId),
    Attended(BookingId, Attendance),
    RunLate(u32),
    Approve(BookingId),
    Refuse(BookingId),
    /// Bring money to its owner.
    Settle(Box<Paid>),
    RefundDone(RefundId),
    RefundTasks,
    Tip(BookingId, u8),
    AtDesk(BookingId, Option<Account>),
    /// Send what was parked after all, or drop it.
    Parked {
        retries: bool,
    },
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
    /// An earlier time than that of a visit on this day is wished.
    Earlier {
        wish: Wish,
        master: MasterId,
        day: NaiveDate,
    },
    /// What can be booked of what a visit was made of, and a month to look at.
    Again {
        wish: Wish,
        month: Month,
    },
    /// A time of what a visit was made of is on hold.
    HeldAgain {
        wish: Wish,
        booking: BookingId,
    },
    TooLate,
    TooEarly,
    Rated(BookingId),
    OfferOver,
    TooManyPlaces,
    /// The visit waits for the staff's word.
    Requested(BookingId),
    /// Something waits for the staff's word already.
    OneRequest,
    RequestOver,
    /// The booking waits for its payment.
    Invoiced(BookingId),
    /// It is to be paid, and there is no way to.
    CannotPay,
    /// Money came that is known already.
    PaidBefore,
    /// Money goes back: what it was for cannot be any more.
    MoneyBack,
    /// Money came that somebody has to look at.
    MoneyUnclear,
    Refunded,
    /// Somebody is asked to pay what they want to give.
    TipAsked,
    Tipped,
    /// There is nothing to give back, or somebody has.
    RefundOver,
    Blocked,
    /// Visits are booked in the time that was to be blocked.
    VisitsInTheWay,
    /// No such booking or master, or somebody else's.
    NotFound,
}
