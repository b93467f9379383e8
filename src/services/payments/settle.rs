//! Money that came, brought to its owner.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{ServiceError, Services, refunds};
use crate::{
    db::{
        DbError,
        bookings::{self, By, Card},
        locks::{Claim, SlotLock},
        outbox::{self, NewMessage, Record},
        payments::{self, About},
        vouchers,
    },
    domain::{
        booking::Status,
        conversation::Outcome,
        ids::{BookingId, PaymentId, VoucherId},
        ledger::Account,
        message::Message,
        payment::{Invoice, Method, Paid, Purpose, RefundReason, Settled},
        voucher,
    },
    services::{
        booking,
        messages::{self, Happened, staff_of},
    },
};

/// What became of money, in a transaction that the caller commits.
pub struct Brought {
    pub lock: SlotLock,
    pub card: Option<Card>,
    pub outcome: Outcome,
}

/// Brings money to its owner: the visit becomes its client's, or the money goes back, or a person looks at it. A charge
/// that is known already changes nothing.
pub async fn settle(
    services: &Services,
    paid: &Paid,
    by: By,
) -> Result<Result<Brought, Outcome>, ServiceError> {
    match try_to(services, paid, by, true).await {
        // The time is being taken, or a room is: the money came too late for it.
        Err(ServiceError::Db(DbError::Conflict(_))) => try_to(services, paid, by, false).await,
        result => result,
    }
}

async fn try_to(
    services: &Services,
    paid: &Paid,
    by: By,
    may_take: bool,
) -> Result<Result<Brought, Outcome>, ServiceError> {
    let pool = &services.pool;
    let payload = paid.payload.parse::<Uuid>().ok();
    let mut conn = pool.acquire().await?;
    let invoice = match payload {
        Some(payload) => payments::by_payload(&mut conn, payload).await?,
        None => None,
    };
    let card = match &invoice {
        Some(invoice) => match invoice.purpose.booking() {
            Some(booking) => bookings::card(&mut conn, booking).await?,
            None => None,
        },
        None => None,
    };
    drop(conn);
    let claims = card.as_ref().map(|card| {
        let booking = &card.booking;
        [Claim::Master(booking.master, booking.occupied), Claim::Client(booking.client)]
    });
    let lock = booking::begin(pool, claims.as_ref().map_or([].as_slice(), |claims| claims)).await?;
    let mut work = Work { services, paid, by, lock, now: services.clock.now() };
    let locked = match payload {
        Some(payload) => payments::lock(work.lock.connection(), payload).await?,
        None => None,
    };
    let invoice = locked.map(|(invoice, _)| invoice);
    let id = invoice.as_ref().map(|invoice| invoice.id);
    let Some(payment) = payments::keep(work.lock.connection(), paid, id, work.now).await? else {
        work.lock.roll_back().await?;
        return Ok(Err(Outcome::PaidBefore));
    };
    let (card, outcome) = match invoice.map(|invoice| invoice.settle(paid)) {
        Some(Settled::Paid(invoice)) => work.paid(payment, &invoice, card, may_take).await?,
        Some(Settled::Refunded(invoice, reason)) => work.back(payment, Some(&invoice), reason).await?,
        None => work.back(payment, None, RefundReason::Unknown).await?,
    };
    tracing::info!(payment_id = payment.0, ?outcome, "money came");
    Ok(Ok(Brought { lock: work.lock, card, outcome }))
}

struct Work<'a> {
    services: &'a Services,
    paid: &'a Paid,
    by: By,
    lock: SlotLock,
    now: DateTime<Utc>,
}

impl Work<'_> {
    /// The right sum for an invoice that nobody has paid yet.
    async fn paid(
        &mut self,
        payment: PaymentId,
        invoice: &Invoice,
        card: Option<Card>,
        may_take: bool,
    ) -> Result<(Option<Card>, Outcome), DbError> {
        let conn = self.lock.connection();
        payments::set_state(conn, invoice, self.now).await?;
        let booking = match invoice.purpose {
            Purpose::Deposit(booking) => booking,
            Purpose::Tip(booking) => return self.tipped(payment, invoice, booking, card).await,
            Purpose::Voucher(voucher) => return self.bought(payment, invoice, voucher).await,
        };
        if !may_take || !bookings::confirm_paid(&mut self.lock, booking, self.by, self.now).await? {
            return self.back(payment, Some(invoice), RefundReason::Late).await;
        }
        let about = About { booking: Some(booking), payment: Some(payment), voucher: None };
        let (from, to) = (Account::Deposits, Account::of(invoice.method));
        self.post(from, to, about).await?;
        let Some(mut card) = card else { return Ok((None, Outcome::Confirmed(booking))) };
        (card.booking.status, card.booking.hold_until) = (Status::Confirmed, None);
        card.booking.money = Some(Account::Deposits);
        let (conn, cards) = (self.lock.connection(), std::slice::from_ref(&card));
        let happened = Happened::Booked;
        messages::tell(conn, self.services, cards, happened, self.by.client, self.by.correlation).await?;
        Ok((Some(card), Outcome::Confirmed(booking)))
    }

    /// Something for the master, who is told.
    async fn tipped(
        &mut self,
        payment: PaymentId,
        invoice: &Invoice,
        booking: BookingId,
        card: Option<Card>,
    ) -> Result<(Option<Card>, Outcome), DbError> {
        let about = About { booking: Some(booking), payment: Some(payment), voucher: None };
        self.post(Account::Tips, Account::of(invoice.method), about).await?;
        let staff = card.as_ref().map(|card| staff_of(self.services, card)).unwrap_or_default();
        let tell = |person| {
            let key = format!("tip:{}:{person}", invoice.id);
            NewMessage::at_once(key, person, Message::Tip(invoice.id), self.now)
        };
        let record = Record { messages: staff.into_iter().map(tell).collect(), ..Record::default() };
        outbox::record(self.lock.connection(), &record, self.now).await?;
        Ok((None, Outcome::Tipped))
    }

    /// A voucher is good from now on; whoever has paid for it is told how to use it, or how to pass it on.
    async fn bought(
        &mut self,
        payment: PaymentId,
        invoice: &Invoice,
        id: VoucherId,
    ) -> Result<(Option<Card>, Outcome), DbError> {
        let voucher = vouchers::voucher(self.lock.connection(), id).await?;
        let Some(voucher) = voucher else {
            return self.back(payment, Some(invoice), RefundReason::Late).await;
        };
        let ends_at = voucher::end(self.services.zone, voucher.valid_days, self.now);
        if !vouchers::come_alive(self.lock.connection(), id, ends_at).await? {
            return self.back(payment, Some(invoice), RefundReason::Duplicate).await;
        }
        let about = About { booking: None, payment: Some(payment), voucher: Some(id) };
        self.post(Account::Vouchers, Account::of(invoice.method), about).await?;
        let message = if voucher.token.is_some() { Message::Gift(id) } else { Message::Voucher(id) };
        let told = NewMessage::at_once(format!("voucher:{id}"), self.paid.payer, message, self.now);
        let record = Record { messages: vec![told], ..Record::default() };
        outbox::record(self.lock.connection(), &record, self.now).await?;
        Ok((None, Outcome::VoucherBought))
    }

    /// It cannot be what it was meant for.
    async fn back(
        &mut self,
        payment: PaymentId,
        invoice: Option<&Invoice>,
        reason: RefundReason,
    ) -> Result<(Option<Card>, Outcome), DbError> {
        let booking = invoice.and_then(|invoice| invoice.purpose.booking());
        let about = About { booking, payment: Some(payment), voucher: None };
        let to = Account::of(Method::of_code(&self.paid.currency));
        self.post(Account::refunded_from(reason), to, about).await?;
        refunds::begin(self.lock.connection(), self.services, payment, reason, None).await?;
        let outcome = match reason {
            RefundReason::Duplicate => Outcome::PaidTwice,
            reason if reason.needs_a_look() => Outcome::MoneyUnclear,
            _ => Outcome::MoneyBack,
        };
        Ok((None, outcome))
    }

    async fn post(&mut self, from: Account, to: Account, about: About) -> Result<(), DbError> {
        let sum = (self.paid.amount_minor, self.paid.currency.as_str());
        payments::post(self.lock.connection(), (from, to), sum, about, self.now).await
    }
}
