//! What is asked for, what is paid, and what goes back.

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    booking::Status,
    ids::{BookingId, InvoiceId, TelegramId, VoucherId},
    money::{Currency, Money},
};

/// How money comes. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Telegram's Stars.
    Stars,
    /// A payment provider, through Telegram.
    Provider,
}

impl Method {
    pub const ALL: [Method; 2] = [Method::Stars, Method::Provider];

    pub fn label(self) -> &'static str {
        match self {
            Method::Stars => "stars",
            Method::Provider => "provider",
        }
    }

    pub fn from_label(label: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|method| method.label() == label)
    }

    /// The way to pay in a currency.
    pub fn of(currency: Currency) -> Method {
        match currency {
            Currency::Stars => Method::Stars,
            Currency::Iso(_) => Method::Provider,
        }
    }

    /// How money of a currency came; what is no currency did not come as Stars.
    pub fn of_code(currency: &str) -> Method {
        Currency::from_code(currency).map_or(Method::Provider, Method::of)
    }

    /// Whether a part of a payment can be given back, and not only all of it.
    pub fn refunds_in_part(self) -> bool {
        self == Method::Provider
    }

    /// Whether money can be given back without a person: providers have no such call in the Bot API.
    pub fn refunds_by_itself(self) -> bool {
        self == Method::Stars
    }
}

/// What an invoice is for. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Before a visit.
    Deposit(BookingId),
    /// After it.
    Tip(BookingId),
    Voucher(VoucherId),
}

impl Purpose {
    pub const LABELS: [&str; 3] = ["deposit", "tip", "voucher"];

    pub fn label(self) -> &'static str {
        match self {
            Purpose::Deposit(_) => "deposit",
            Purpose::Tip(_) => "tip",
            Purpose::Voucher(_) => "voucher",
        }
    }

    /// `None` when what it is about is not there.
    pub fn from_parts(
        label: &str,
        booking: Option<BookingId>,
        voucher: Option<VoucherId>,
    ) -> Option<Purpose> {
        match label {
            "deposit" => booking.map(Purpose::Deposit),
            "tip" => booking.map(Purpose::Tip),
            "voucher" => voucher.map(Purpose::Voucher),
            _ => None,
        }
    }

    pub fn booking(self) -> Option<BookingId> {
        match self {
            Purpose::Deposit(booking) | Purpose::Tip(booking) => Some(booking),
            Purpose::Voucher(_) => None,
        }
    }

    pub fn voucher(self) -> Option<VoucherId> {
        match self {
            Purpose::Voucher(voucher) => Some(voucher),
            Purpose::Deposit(_) | Purpose::Tip(_) => None,
        }
    }
}

/// What somebody may give, in hundredths of a visit's price.
pub const TIPS: [u8; 3] = [5, 10, 15];

/// A tip of so many hundredths of a price, in whole units, so that it is easy to give.
pub fn tip(price: Money, percent: u8) -> Option<Money> {
    let unit = 10_i64.checked_pow(price.currency().exponent()?.into())?;
    let minor = price.percent(percent).minor();
    let whole = minor.checked_add(unit - 1)? / unit * unit;
    Money::from_minor(whole, price.currency()).filter(|tip| !tip.is_zero())
}

/// Where an invoice stands. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    /// Telegram was told that it may charge.
    Pledged,
    Paid,
    /// It is for nothing any more; money may come all the same.
    Void,
}

impl State {
    pub const ALL: [State; 4] = [State::Open, State::Pledged, State::Paid, State::Void];

    pub fn label(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Pledged => "pledged",
            State::Paid => "paid",
            State::Void => "void",
        }
    }

    pub fn from_label(label: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.label() == label)
    }
}

/// What a client is asked to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    pub id: InvoiceId,
    /// What Telegram gives back with a payment.
    pub payload: Uuid,
    pub client: TelegramId,
    pub purpose: Purpose,
    pub method: Method,
    pub amount: Money,
    pub state: State,
}

/// The booking that an invoice is for, as far as paying is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    pub status: Status,
    pub hold_until: Option<DateTime<Utc>>,
    pub start: DateTime<Utc>,
}

/// Telegram's question whether somebody may be charged. Amounts are as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub payer: TelegramId,
    pub payload: String,
    pub amount_minor: i64,
    pub currency: String,
}

/// Money that came, as Telegram tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    pub payer: TelegramId,
    pub payload: String,
    pub amount_minor: i64,
    pub currency: String,
    pub charge: String,
    pub provider_charge: String,
}

/// Why nobody is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The invoice is not known here.
    Unknown,
    /// It is for somebody else.
    NotYours,
    AlreadyPaid,
    /// The time is not kept any more.
    Over,
    /// Another amount than was asked for.
    Mismatch,
}

/// How long a time is kept at least once its client is being charged.
pub const CHARGING: TimeDelta = TimeDelta::minutes(15);

/// An invoice whose payer may be charged: the time is kept until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pledged {
    pub invoice: Invoice,
    /// For what is paid before a visit.
    pub keep_until: Option<DateTime<Utc>>,
}

/// What becomes of money that came for an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It pays for what was asked, if that can still be.
    Paid(Invoice),
    /// It goes back.
    Refunded(Invoice, RefundReason),
}

impl Invoice {
    /// Whether its payer may be charged now. A card that was refused may be tried again, so a pledge may be repeated.
    pub fn pledge(
        mut self,
        question: &Question,
        subject: Option<Subject>,
        now: DateTime<Utc>,
    ) -> Result<Pledged, Refusal> {
        if question.payer != self.client {
            return Err(Refusal::NotYours);
        }
        match self.state {
            State::Open | State::Pledged => {}
            State::Paid => return Err(Refusal::AlreadyPaid),
            State::Void => return Err(Refusal::Over),
        }
        // Nobody is charged for a visit that has begun.
        let keep_until = match (self.purpose, subject) {
            (
                Purpose::Deposit(_),
                Some(Subject { status: Status::AwaitingPayment, hold_until: Some(until), start }),
            ) if now < until => Some(until.max(now + CHARGING).min(start)),
            (Purpose::Tip(_), Some(Subject { status: Status::Completed, .. })) | (Purpose::Voucher(_), _) => {
                None
            }
            _ => return Err(Refusal::Over),
        };
        if !self.is_for(question.amount_minor, &question.currency) {
            return Err(Refusal::Mismatch);
        }
        self.state = State::Pledged;
        Ok(Pledged { invoice: self, keep_until })
    }

    /// Takes money that came.
    pub fn settle(mut self, paid: &Paid) -> Settled {
        if self.state == State::Paid {
            return Settled::Refunded(self, RefundReason::Duplicate);
        }
        // Neither can be after a question that was answered with yes; should it be, somebody looks at it.
        if paid.payer != self.client || !self.is_for(paid.amount_minor, &paid.currency) {
            return Settled::Refunded(self, RefundReason::Mismatch);
        }
        self.state = State::Paid;
        Settled::Paid(self)
    }

    fn is_for(&self, minor: i64, currency: &str) -> bool {
        self.amount.minor() == minor && self.amount.currency().code() == currency
    }
}

/// Why money goes back. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundReason {
    /// The visit was cancelled in time, or by the studio.
    Cancelled,
    /// It came when the time was somebody else's, or over.
    Late,
    /// The same was paid twice.
    Duplicate,
    /// Not what was asked for.
    Mismatch,
    /// Nobody knows what for.
    Unknown,
}

impl RefundReason {
    pub const ALL: [RefundReason; 5] = [
        RefundReason::Cancelled,
        RefundReason::Late,
        RefundReason::Duplicate,
        RefundReason::Mismatch,
        RefundReason::Unknown,
    ];

    pub fn label(self) -> &'static str {
        match self {
            RefundReason::Cancelled => "cancelled",
            RefundReason::Late => "late",
            RefundReason::Duplicate => "duplicate",
            RefundReason::Mismatch => "mismatch",
            RefundReason::Unknown => "unknown",
        }
    }

    pub fn from_label(label: &str) -> Option<RefundReason> {
        RefundReason::ALL.into_iter().find(|reason| reason.label() == label)
    }

    /// Whether a person looks at it first, whatever the method.
    pub fn needs_a_look(self) -> bool {
        matches!(self, RefundReason::Mismatch | RefundReason::Unknown)
    }
}
