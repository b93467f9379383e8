//! Money: asking for it, taking it, and giving it back. Whatever came has an owner before its transaction ends.

mod audit;
mod extras;
mod refunds;
mod settle;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    audit::{Fault, book_faults, check_books},
    extras::{at_desk, tip},
    refunds::{close, follow, rather_voucher, sent, tell_tasks},
    settle::{Brought, settle},
};
use super::{ServiceError, Services};
pub use crate::db::payments::{Movement, Refund};
use crate::{
    db::{
        DbError,
        bookings::{self, By, Card},
        outbox::{self, NewMessage, Record},
        payments, people, vouchers,
    },
    domain::{
        ids::{ClientId, InvoiceId, RefundId, TelegramId},
        language::Language,
        message::Message,
        money::Money,
        month::Month,
        payment::{Invoice, Method, Paid, Purpose, Question, Refusal},
        ranges::Range,
        time,
        voucher::Voucher,
    },
};

impl Services {
    /// Whether money of this kind can be taken here.
    pub fn takes(&self, method: Method) -> bool {
        match method {
            Method::Stars => true,
            Method::Provider => self.has_provider,
        }
    }
}

/// Asks for the deposit of a booking that has just begun to wait for it, in its transaction.
pub async fn ask(conn: &mut PgConnection, services: &Services, card: &Card) -> Result<(), DbError> {
    let booking = &card.booking;
    let Some(deposit) = booking.deposit else { return Ok(()) };
    let (purpose, payer) = (Purpose::Deposit(booking.id), (booking.client, card.client_account));
    send_invoice(conn, services, payer, purpose, deposit.amount, booking.hold_until).await
}

/// Opens an invoice and leaves it to the sender, who need not send it any more after `until`.
pub(super) async fn send_invoice(
    conn: &mut PgConnection,
    services: &Services,
    (client, account): (ClientId, TelegramId),
    purpose: Purpose,
    amount: Money,
    until: Option<DateTime<Utc>>,
) -> Result<(), DbError> {
    let now = services.clock.now();
    let invoice = payments::open(conn, client, purpose, amount, now).await?;
    let key = format!("invoice:{invoice}");
    let message = NewMessage {
        useful_until: until,
        ..NewMessage::at_once(key, account, Message::Invoice(invoice), now)
    };
    outbox::record(conn, &Record { messages: vec![message], ..Record::default() }, now).await?;
    Ok(())
}

/// Whether somebody may be charged, which is decided once and for all: from then on the time is kept for as long as
/// charging takes. Also the language in which to say why not.
pub async fn may_charge(
    services: &Services,
    question: &Question,
) -> Result<(Result<(), Refusal>, Option<Language>), ServiceError> {
    let pool = services.checkout_pool.as_ref().unwrap_or(&services.pool);
    let mut transaction = pool.begin().await?;
    let language = people::language(&mut transaction, question.payer).await?;
    let found = match question.payload.parse::<Uuid>() {
        Ok(payload) => payments::lock(&mut transaction, payload).await?,
        Err(_) => None,
    };
    let Some((invoice, subject)) = found else { return Ok((Err(Refusal::Unknown), language)) };
    let now = services.clock.now();
    let pledged = match invoice.pledge(question, subject, now) {
        Ok(pledged) => pledged,
        Err(refusal) => return Ok((Err(refusal), language)),
    };
    payments::pledge(&mut transaction, &pledged, now).await?;
    transaction.commit().await?;
    Ok((Ok(()), language))
}

/// How long a payment's own update may take before the payment is looked for.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);

/// Brings payments into the inbox of which Telegram knows and nobody here. Each comes with when it was made, in seconds
/// since 1970.
pub async fn find_lost(services: &Services, paid: &[(Paid, i64)]) -> Result<(), ServiceError> {
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await?;
    let charges: Vec<String> = paid.iter().map(|(paid, _)| paid.charge.clone()).collect();
    let known = payments::known(&mut conn, &charges).await?;
    for (paid, at) in paid {
        let is_young = now - DateTime::from_timestamp(*at, 0).unwrap_or_default() < PATIENCE;
        if !is_young && !known.contains(&paid.charge) {
            tracing::warn!(amount = paid.amount_minor, "a payment was found whose update was lost");
            let correlation = Uuid::new_v4();
            if payments::bring_in(&mut conn, paid, correlation, now).await? {
                continue;
            }
            // There is no conversation to go on with, but the money has an owner.
            if let Ok(brought) = settle(services, paid, By { client: paid.payer, correlation }).await? {
                brought.lock.commit().await?;
                services.bell.ring();
            }
        }
    }
    Ok(())
}

/// An invoice and what it is about.
#[derive(Debug, Clone)]
pub struct Bill {
    pub invoice: Invoice,
    pub about: BillFor,
}

#[derive(Debug, Clone)]
pub enum BillFor {
    Visit(Box<Card>),
    Voucher(Box<Voucher>),
}

/// `None` when there is no such invoice.
pub async fn bill(conn: &mut PgConnection, invoice: InvoiceId) -> Result<Option<Bill>, DbError> {
    let Some(invoice) = payments::invoice(conn, invoice).await? else { return Ok(None) };
    let about = match invoice.purpose {
        Purpose::Deposit(booking) | Purpose::Tip(booking) => {
            bookings::card(conn, booking).await?.map(|card| BillFor::Visit(Box::new(card)))
        }
        Purpose::Voucher(voucher) => {
            vouchers::voucher(conn, voucher).await?.map(|voucher| BillFor::Voucher(Box::new(voucher)))
        }
    };
    Ok(about.map(|about| Bill { invoice, about }))
}

/// Money that goes back, with the visit it was for where that is known.
#[derive(Debug, Clone)]
pub struct RefundFacts {
    pub refund: Refund,
    pub card: Option<Card>,
}

pub async fn refund(conn: &mut PgConnection, refund: RefundId) -> Result<Option<RefundFacts>, DbError> {
    let Some(refund) = payments::refund_by_id(conn, refund).await? else { return Ok(None) };
    let card = match refund.booking {
        Some(booking) => bookings::card(conn, booking).await?,
        None => None,
    };
    Ok(Some(RefundFacts { refund, card }))
}

/// What moved in a month of the business.
pub async fn movements(services: &Services, month: Month) -> Result<Vec<Movement>, ServiceError> {
    let edge = |date: chrono::NaiveDate| time::opens_at(services.zone, time::wall(date, 0));
    let Some(within) = Range::new(edge(month.first()), edge(month.next().first())) else {
        return Ok(Vec::new());
    };
    let mut conn = services.pool.acquire().await?;
    Ok(payments::movements(&mut conn, within).await?)
}

/// Active locations that take deposits or sell vouchers which nobody could pay here, by key.
pub async fn unpayable(services: &Services) -> Result<Vec<String>, ServiceError> {
    if services.has_provider {
        return Ok(Vec::new());
    }
    let mut conn = services.pool.acquire().await?;
    Ok(payments::asking_for_a_provider(&mut conn).await?)
}
