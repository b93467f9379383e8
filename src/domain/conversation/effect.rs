//! What a conversation asks for, and what became of it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use uuid::Uuid;

use super::{
    event::Setting,
    screen::{MasterChoice, WaitWish, Wish},
};
use crate::domain::{
    attendance::Attendance,
    ids::{
        BackupId, BookingId, LocationId, MasterId, OfferId, RefundId, ServiceId, TimeOffId, VoucherId,
        VoucherTypeId, WaitId,
    },
    language::Language,
    ledger::Account,
    month::Month,
    payment::Paid,
    promo::Useless,
    series::{Deviation, Recurrence},
    slots::{Refusal, Regard},
};

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
    /// Asks for the payment of a voucher: for oneself, or as a gift.
    BuyVoucher(VoucherTypeId, bool),
    TakeGift(Uuid),
    SendGift(VoucherId),
    /// Pays for a hold with a voucher.
    Redeem(BookingId, VoucherId),
    /// Makes a hold cheaper with a code.
    UseCode(BookingId, String),
    RatherVoucher(RefundId),
    Forget,
    KeepData,
    Backup,
    FindBackup(BackupId),
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
    /// It was paid before, so it goes back.
    PaidTwice,
    /// Money came that somebody has to look at.
    MoneyUnclear,
    Refunded,
    /// Somebody is asked to pay what they want to give.
    TipAsked,
    Tipped,
    /// There is nothing to give back, or somebody has.
    RefundOver,
    VoucherAsked,
    VoucherBought,
    /// It cannot pay for this visit.
    VoucherOver,
    /// In place of money that was to go back.
    VoucherInstead,
    NotSold,
    GiftTaken,
    GiftSent,
    /// Somebody has taken it before, or its time has run out.
    GiftOver,
    CodeUsed,
    NoSuchCode,
    UselessCode(Useless),
    /// The visit has become cheaper by a code already.
    OneCode,
    DataKept,
    BackupAsked,
    /// One is wanted or being made already.
    BackupRunning,
    /// There is no passphrase for them.
    NoBackups,
    Blocked,
    /// Visits are booked in the time that was to be blocked.
    VisitsInTheWay,
    /// No such booking or master, or somebody else's.
    NotFound,
}
