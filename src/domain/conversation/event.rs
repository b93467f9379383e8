//! What can happen in a conversation.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use uuid::Uuid;

pub use super::notice::Notice;
use super::screen::MasterChoice;
use crate::domain::{
    attendance::Attendance,
    export::{Choice, Export, Span},
    ids::{
        BackupId, BookingId, LocationId, MasterId, OfferId, RefundId, ServiceId, TimeOffId, VoucherId,
        VoucherTypeId, WaitId,
    },
    language::Language,
    ledger::Account,
    message::Topic,
    month::Month,
    payment::Paid,
    slots::Regard,
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
    Vouchers,
    /// Takes the gift whose link was followed.
    TakeGift(Uuid),
    /// All that is stored about oneself.
    MyData,
    /// Wants to be forgotten.
    Forget,
    /// Wants a backup.
    Backup,
    /// What became of the backups.
    Backups,
    /// Take visits, clients or payments away as a table, of these days or of this month.
    Export(Option<Span>),
    /// `/export` with days that are none.
    ExportWithoutDays,
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
    Vouchers,
    /// What a voucher is for, and what it costs.
    VoucherType(VoucherTypeId),
    /// For oneself, or as a gift.
    BuyVoucher(VoucherTypeId, bool),
    /// Show a gift that waits for its taker once more.
    SendGift(VoucherId),
    /// Pay for the visit on hold with a voucher.
    Redeem(VoucherId),
    /// Ask for a code that makes the visit on hold cheaper.
    AskCode,
    /// A voucher in place of money that is to go back.
    RatherVoucher(RefundId),
    Backup,
    Backups,
    /// All that is stored about oneself.
    MyData,
    AskForget,
    Forget,
    /// Changes their mind about being forgotten.
    KeepData,
    /// Where is this backup?
    FindBackup(BackupId),
    RetryParked,
    DropParked,
    Jobs,
    /// Choose what goes into the table.
    Export(Choice),
    SendExport,
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
    /// A table for the staff.
    Export(Export),
    /// All that is stored about whoever asks.
    OwnData,
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
