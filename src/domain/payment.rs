//! What is asked for, what is paid, and what goes back.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    booking::Status,
    ids::{BookingId, InvoiceId, TelegramId},
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

    /// Whether money can be given back without a person: providers have no such call in the Bot API.
    pub fn refunds_by_itself(self) -> bool {
        self == Method::Stars
    }
}

/// What an invoice is for. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Before a visit.
    Deposit,
    /// After it.
    Tip,
}

impl Purpose {
    pub const ALL: [Purpose; 2] = [Purpose::Deposit, Purpose::Tip];

    pub fn label(self) -> &'static str {
        match self {
            Purpose::Deposit => "deposit",
            Purpose::Tip => "tip",
        }
    }

    pub fn from_label(label: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.label() == label)
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

/// What a client is asked to pay for a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    pub id: InvoiceId,
    /// What Telegram gives back with a payment.
    pub payload: Uuid,
    pub client: TelegramId,
    pub booking: BookingId,
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
    /// It pays for the booking, if the booking can still be.
    Paid(Invoice),
    /// It goes back.
    Refunded(Invoice, RefundReason),
}

impl Invoice {
    /// Whether its payer may be charged now. A card that was refused may be tried again, so a pledge may be repeated.
    pub fn pledge(
        mut self,
        question: &Question,
        subject: Subject,
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
        let keep_until = match (self.purpose, subject.status, subject.hold_until) {
            (Purpose::Deposit, Status::AwaitingPayment, Some(until)) if now < until => {
                Some(until.max(now + CHARGING).min(subject.start))
            }
            (Purpose::Tip, Status::Completed, _) => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).expect("small")
    }

    fn invoice(state: State) -> Invoice {
        Invoice {
            id: InvoiceId(1),
            payload: Uuid::nil(),
            client: TelegramId(7),
            booking: BookingId(1),
            purpose: Purpose::Deposit,
            method: Method::Provider,
            amount: Money::from_minor(1500, Currency::EUR).expect("in range"),
            state,
        }
    }

    fn question() -> Question {
        Question {
            payer: TelegramId(7),
            payload: Uuid::nil().to_string(),
            amount_minor: 1500,
            currency: "EUR".to_owned(),
        }
    }

    fn subject() -> Subject {
        Subject { status: Status::AwaitingPayment, hold_until: Some(at(600)), start: at(86_400) }
    }

    #[test]
    fn only_the_client_is_charged_only_what_was_asked_and_only_while_the_time_is_kept() {
        let ask = |state, question: &Question, subject, second| {
            invoice(state)
                .pledge(question, subject, at(second))
                .map(|pledged| pledged.keep_until.map_or(0, |until| until.timestamp()))
        };
        assert_eq!(ask(State::Open, &question(), subject(), 599), Ok(599 + 900));
        assert_eq!(ask(State::Pledged, &question(), subject(), 0), Ok(900), "a second try");
        assert_eq!(ask(State::Open, &question(), subject(), 600), Err(Refusal::Over));
        assert_eq!(ask(State::Paid, &question(), subject(), 0), Err(Refusal::AlreadyPaid));
        assert_eq!(ask(State::Void, &question(), subject(), 0), Err(Refusal::Over));
        let soon = Subject { start: at(620), ..subject() };
        assert_eq!(ask(State::Open, &question(), soon, 599), Ok(620), "not beyond the start");
        let gone = Subject { status: Status::Expired, hold_until: None, ..subject() };
        assert_eq!(ask(State::Open, &question(), gone, 0), Err(Refusal::Over));
        for (question, refusal) in [
            (Question { payer: TelegramId(8), ..question() }, Refusal::NotYours),
            (Question { amount_minor: 1499, ..question() }, Refusal::Mismatch),
            (Question { amount_minor: -1500, ..question() }, Refusal::Mismatch),
            (Question { currency: "USD".to_owned(), ..question() }, Refusal::Mismatch),
        ] {
            assert_eq!(ask(State::Open, &question, subject(), 0), Err(refusal));
        }
    }

    #[test]
    fn tips_are_whole_units_and_only_for_visits_that_took_place() {
        let euros = |minor| Money::from_minor(minor, Currency::EUR).expect("in range");
        let tips = TIPS.map(|percent| tip(euros(5550), percent).map(Money::minor));
        assert_eq!(tips, [Some(300), Some(600), Some(900)]);
        assert_eq!(tip(euros(0), 10), None);
        let stars = Money::from_minor(60, Currency::Stars).expect("in range");
        assert_eq!(TIPS.map(|percent| tip(stars, percent).map(Money::minor)), [Some(3), Some(6), Some(9)]);
        let tip = Invoice { purpose: Purpose::Tip, ..invoice(State::Open) };
        let came = Subject { status: Status::Completed, hold_until: None, ..subject() };
        assert!(
            tip.clone()
                .pledge(&question(), came, at(99_999))
                .is_ok_and(|pledged| pledged.keep_until.is_none())
        );
        assert_eq!(tip.pledge(&question(), subject(), at(0)), Err(Refusal::Over));
    }

    #[test]
    fn money_that_comes_is_taken_once_and_only_in_full() {
        let paid = Paid {
            payer: TelegramId(7),
            payload: Uuid::nil().to_string(),
            amount_minor: 1500,
            currency: "EUR".to_owned(),
            charge: "c".to_owned(),
            provider_charge: "p".to_owned(),
        };
        let settle = |state, paid: &Paid| match invoice(state).settle(paid) {
            Settled::Paid(invoice) => Ok(invoice.state),
            Settled::Refunded(_, reason) => Err(reason),
        };
        for state in [State::Open, State::Pledged, State::Void] {
            assert_eq!(settle(state, &paid), Ok(State::Paid));
        }
        assert_eq!(settle(State::Paid, &paid), Err(RefundReason::Duplicate));
        let huge = Paid { amount_minor: 5_000_000_000, ..paid };
        assert_eq!(settle(State::Open, &huge), Err(RefundReason::Mismatch));
    }
}
