//! Where money is, and how it moves: every movement takes from one account what it puts into another.

use super::{
    booking::{Pays, Status},
    money::Money,
    payment::{Method, RefundReason},
};

/// Where money is. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// What the business has: Stars with Telegram, with the provider, in the till, on the card terminal.
    Stars,
    Provider,
    Cash,
    Card,
    /// Paid for visits that lie ahead.
    Deposits,
    /// Paid for what vouchers are still good for.
    Vouchers,
    /// To be given back.
    Refunds,
    /// Came without anybody knowing what for.
    Unknown,
    /// Earned by visits that took place.
    Sales,
    /// Kept of visits that did not.
    Fees,
    /// Given to the masters.
    Tips,
}

impl Account {
    pub const ALL: [Account; 11] = [
        Account::Stars,
        Account::Provider,
        Account::Cash,
        Account::Card,
        Account::Deposits,
        Account::Vouchers,
        Account::Refunds,
        Account::Unknown,
        Account::Sales,
        Account::Fees,
        Account::Tips,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Account::Stars => "stars",
            Account::Provider => "provider",
            Account::Cash => "cash",
            Account::Card => "card",
            Account::Deposits => "deposits",
            Account::Vouchers => "vouchers",
            Account::Refunds => "refunds",
            Account::Unknown => "unknown",
            Account::Sales => "sales",
            Account::Fees => "fees",
            Account::Tips => "tips",
        }
    }

    pub fn from_label(label: &str) -> Option<Account> {
        Account::ALL.into_iter().find(|account| account.label() == label)
    }

    /// Where the money of a method lies.
    pub fn of(method: Method) -> Account {
        match method {
            Method::Stars => Account::Stars,
            Method::Provider => Account::Provider,
        }
    }

    /// Where the money belongs that was paid for a booking which stands like this: by a voucher, or not.
    pub fn for_booking(status: Status, is_late_cancel: bool, by_voucher: bool) -> Account {
        match status {
            Status::Held | Status::AwaitingPayment | Status::Confirmed => Account::Deposits,
            Status::Completed => Account::Sales,
            Status::NoShow => Account::Fees,
            Status::Cancelled if is_late_cancel => Account::Fees,
            Status::Cancelled | Status::Expired if by_voucher => Account::Vouchers,
            Status::Cancelled | Status::Expired => Account::Refunds,
        }
    }

    /// Where a payment goes at first that is to be given back for this reason.
    pub fn refunded_from(reason: RefundReason) -> Account {
        match reason {
            RefundReason::Unknown => Account::Unknown,
            RefundReason::Cancelled
            | RefundReason::Late
            | RefundReason::Duplicate
            | RefundReason::Mismatch => Account::Refunds,
        }
    }
}

/// What of an amount is kept when its visit is cancelled late: so many hundredths, but a visit of a voucher cannot be
/// shared.
pub fn kept(amount: Money, late_fee: u8, pays: Option<Pays>) -> Money {
    let share = amount.percent(late_fee);
    if pays == Some(Pays::Visit) && !share.is_zero() { amount } else { share }
}
