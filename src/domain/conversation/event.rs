//! What can happen in a conversation, and what it can ask for.

use chrono::{DateTime, NaiveDate, Utc};

use super::screen::{MasterChoice, Wish};
use crate::domain::{
    ids::{BookingId, LocationId, MasterId, ServiceId},
    language::Language,
    month::Month,
    slots::Refusal,
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stray {
    Text,
    Sticker,
    Picture,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    Master(MasterChoice),
    Month(Month),
    Day(NaiveDate),
    Time(DateTime<Utc>),
    /// Another time offered in place of one that was taken, with this master.
    Alternative(MasterId, DateTime<Utc>),
    OtherDay,
    Confirm,
    Visits {
        past: bool,
        page: u8,
    },
    Visit(BookingId),
    CalendarFile(BookingId),
    AskCancel(BookingId),
    Cancel(BookingId),
    Languages,
    SetLanguage(Language),
    Help,
    Privacy,
    StaffToday,
    StaffDay(NaiveDate),
    StaffVisit(BookingId),
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
    Hold { wish: Wish, master: MasterChoice, start: DateTime<Utc> },
    Release(BookingId),
    Confirm(BookingId),
    Cancel(BookingId),
}

/// What came of an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Held(BookingId),
    /// The start cannot be had any more.
    Refused(Refusal),
    /// The catalog changed: nobody offers all the wished services any more.
    NotOffered,
    Confirmed(BookingId),
    /// The hold ran out; it was for this start.
    HoldOver(DateTime<Utc>),
    Cancelled,
    TooLateToCancel,
    /// No such booking, or somebody else's.
    NotFound,
}

/// A short word to the person beside the screen. The labels are stored with an update's reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    OutOfDate,
    StaffOnly,
    PickAService,
    TooManyServices,
    PhoneSaved,
    PhoneSkipped,
    PhoneNotYours,
    PhoneOrSkip,
    LanguageSet,
    OwnVisitThen,
    HoldOver,
    NotOffered,
    Booked,
    NothingBooked,
    VisitCancelled,
    ChooseVisitToCancel,
    TooLateToCancel,
    NotFound,
    SayDay,
    UnknownCommand,
    UnknownText,
    UnknownSticker,
    UnknownPicture,
    UnknownOther,
    StartedAnew,
}

impl Notice {
    pub const ALL: [Notice; 25] = [
        Notice::OutOfDate,
        Notice::StaffOnly,
        Notice::PickAService,
        Notice::TooManyServices,
        Notice::PhoneSaved,
        Notice::PhoneSkipped,
        Notice::PhoneNotYours,
        Notice::PhoneOrSkip,
        Notice::LanguageSet,
        Notice::OwnVisitThen,
        Notice::HoldOver,
        Notice::NotOffered,
        Notice::Booked,
        Notice::NothingBooked,
        Notice::VisitCancelled,
        Notice::ChooseVisitToCancel,
        Notice::TooLateToCancel,
        Notice::NotFound,
        Notice::SayDay,
        Notice::UnknownCommand,
        Notice::UnknownText,
        Notice::UnknownSticker,
        Notice::UnknownPicture,
        Notice::UnknownOther,
        Notice::StartedAnew,
    ];

    /// The name under which it is stored.
    pub fn label(self) -> &'static str {
        match self {
            Notice::OutOfDate => "out_of_date",
            Notice::StaffOnly => "staff_only",
            Notice::PickAService => "pick_a_service",
            Notice::TooManyServices => "too_many_services",
            Notice::PhoneSaved => "phone_saved",
            Notice::PhoneSkipped => "phone_skipped",
            Notice::PhoneNotYours => "phone_not_yours",
            Notice::PhoneOrSkip => "phone_or_skip",
            Notice::LanguageSet => "language_set",
            Notice::OwnVisitThen => "own_visit_then",
            Notice::HoldOver => "hold_over",
            Notice::NotOffered => "not_offered",
            Notice::Booked => "booked",
            Notice::NothingBooked => "nothing_booked",
            Notice::VisitCancelled => "visit_cancelled",
            Notice::ChooseVisitToCancel => "choose_visit_to_cancel",
            Notice::TooLateToCancel => "too_late_to_cancel",
            Notice::NotFound => "not_found",
            Notice::SayDay => "say_day",
            Notice::UnknownCommand => "unknown_command",
            Notice::UnknownText => "unknown_text",
            Notice::UnknownSticker => "unknown_sticker",
            Notice::UnknownPicture => "unknown_picture",
            Notice::UnknownOther => "unknown_other",
            Notice::StartedAnew => "started_anew",
        }
    }

    pub fn from_label(label: &str) -> Option<Notice> {
        Notice::ALL.into_iter().find(|notice| notice.label() == label)
    }
}
