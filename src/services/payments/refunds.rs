//! Money on its way back, and money that follows what becomes of its visit.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{ServiceError, Services};
use crate::{
    db::{
        DbError,
        outbox::{self, NewMessage, Record},
        payments::{self, About, Astray, Refund},
        people, vouchers,
    },
    domain::{
        booking::Status,
        conversation::Outcome,
        ids::{ClientId, MessageId, PaymentId, RefundId, TelegramId, VoucherId},
        ledger::{self, Account},
        message::Message,
        money::{Currency, Money},
        payment::{Method, RefundReason},
        voucher,
    },
    services::browse::Viewer,
};

/// What one pass of the reconciler does at most.
const AT_ONCE: i64 = 100;
/// Tasks that an admin is shown at once.
const MOST_TASKS: i64 = 10;
/// For how long a voucher in place of money is good.
const VALID_DAYS: u32 = 365;
/// How long an invoice for a voucher can be paid.
const PATIENCE_FOR_VOUCHERS: TimeDelta = TimeDelta::days(1);
/// For how many days at least a voucher can be used whose visit the studio has cancelled.
const GRACE: u32 = 30;

/// Has a payment go back, all of it or a part, in the caller's transaction: by itself where that can be, else by an admin's hand.
pub(super) async fn begin(
    conn: &mut PgConnection,
    services: &Services,
    payment: PaymentId,
    reason: RefundReason,
    part: Option<i64>,
) -> Result<(), DbError> {
    let now = services.clock.now();
    let Some(refund) = payments::refund(conn, payment, reason, reason.needs_a_look(), part, now).await?
    else {
        return Ok(());
    };
    match payments::refund_by_id(conn, refund).await? {
        Some(refund) => send(conn, services, &refund).await,
        None => Ok(()),
    }
}

/// Leaves it to the sender, or to the admins, to give money back.
async fn send(conn: &mut PgConnection, services: &Services, refund: &Refund) -> Result<(), DbError> {
    let (id, now) = (refund.id, services.clock.now());
    let messages = if is_by_hand(refund) {
        let tell = |admin: &TelegramId| {
            NewMessage::at_once(format!("refund:{id}:task:{admin}"), *admin, Message::RefundTask(id), now)
        };
        let promise = NewMessage::at_once(format!("refund:{id}:due"), refund.payer, Message::Refund(id), now);
        let promise = (!refund.reason.needs_a_look()).then_some(promise);
        services.admins.iter().map(tell).chain(promise).collect()
    } else {
        let key = format!("refund:{id}:stars");
        vec![NewMessage::at_once(key, TelegramId::NOBODY, Message::RefundStars(id), now)]
    };
    outbox::record(conn, &Record { messages, ..Record::default() }, now).await?;
    Ok(())
}

fn is_by_hand(refund: &Refund) -> bool {
    refund.by_hand || !refund.method().refunds_by_itself()
}

impl Refund {
    /// Whether its payer may take a voucher instead: what goes back by itself is on its way, and what nobody knows is looked
    /// at first.
    pub fn may_be_a_voucher(&self) -> bool {
        is_by_hand(self) && !self.reason.needs_a_look()
    }
}

/// Telegram has given Stars back.
pub async fn sent(services: &Services, refund: RefundId) -> Result<(), ServiceError> {
    let mut transaction = services.pool.begin().await?;
    if let Some(refund) = payments::refund_by_id(&mut transaction, refund).await? {
        finish(&mut transaction, services, &refund, None).await?;
    }
    services.commit(transaction).await
}

/// An admin has given money back, or lets Stars go back that wanted a look first. In the caller's transaction.
pub async fn close(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
    refund: RefundId,
) -> Result<Outcome, DbError> {
    if !viewer.is_admin {
        return Ok(Outcome::NotFound);
    }
    let Some(mut refund) = payments::refund_by_id(conn, refund).await? else { return Ok(Outcome::NotFound) };
    if refund.is_done || !is_by_hand(&refund) {
        return Ok(Outcome::RefundOver);
    }
    if refund.method().refunds_by_itself() {
        payments::release_refund(conn, refund.id).await?;
        refund.by_hand = false;
        send(conn, services, &refund).await?;
    } else {
        finish(conn, services, &refund, Some(viewer.person)).await?;
    }
    Ok(Outcome::Refunded)
}

/// Has the admin told once more what is to be given back by hand, in the caller's transaction.
pub async fn tell_tasks(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
    correlation: Uuid,
) -> Result<Outcome, DbError> {
    if !viewer.is_admin {
        return Ok(Outcome::NotFound);
    }
    let now = services.clock.now();
    let due = payments::by_hand(conn, MOST_TASKS).await?;
    let tell = |refund: RefundId| {
        let key = format!("refund:{refund}:task:{}:{correlation}", viewer.person);
        NewMessage::at_once(key, viewer.person, Message::RefundTask(refund), now)
    };
    let record = Record { messages: due.into_iter().map(tell).collect(), ..Record::default() };
    outbox::record(conn, &record, now).await?;
    Ok(Outcome::Done)
}

async fn finish(
    conn: &mut PgConnection,
    services: &Services,
    refund: &Refund,
    by: Option<TelegramId>,
) -> Result<(), DbError> {
    if refund.is_done {
        return Ok(());
    }
    let (id, now) = (refund.id, services.clock.now());
    payments::refunded(conn, id, by, None, now).await?;
    let (from, to) = (Account::of(refund.method()), Account::refunded_from(refund.reason));
    let about = About { booking: refund.booking, payment: Some(refund.payment), voucher: None };
    payments::post(conn, (from, to), (refund.amount_minor, &refund.currency), about, now).await?;
    let receipt = NewMessage::at_once(format!("refund:{id}:done"), refund.payer, Message::Refund(id), now);
    outbox::record(conn, &Record { messages: vec![receipt], ..Record::default() }, now).await?;
    Ok(())
}

/// Lets money follow what has become of its visits, and takes away the buttons of invoices that are for nothing any more;
/// how much there was to do.
pub async fn follow(services: &Services) -> Result<u64, ServiceError> {
    let now = services.clock.now();
    let mut transaction = services.pool.begin().await?;
    let astray = payments::astray(&mut transaction, AT_ONCE).await?;
    let mut done = astray.len();
    for booking in astray {
        bring(&mut transaction, services, &booking).await?;
    }
    payments::void_vouchers(&mut transaction, None, now - PATIENCE_FOR_VOUCHERS, now).await?;
    let ended = vouchers::end(&mut transaction, AT_ONCE, now).await?;
    done += ended.len();
    for ended in ended {
        let about = About { voucher: Some(ended.voucher), ..About::default() };
        let sum = (ended.left_minor, ended.currency.as_str());
        payments::post(&mut transaction, (Account::Fees, Account::Vouchers), sum, about, now).await?;
    }
    let over = payments::close_void(&mut transaction, AT_ONCE).await?;
    done += over.len();
    let messages = over.into_iter().filter_map(|(invoice, client, message)| {
        let over = Message::InvoiceOver(invoice, MessageId(message?));
        Some(NewMessage::at_once(format!("invoice:{invoice}:over"), client, over, now))
    });
    let record = Record { messages: messages.collect(), ..Record::default() };
    outbox::record(&mut transaction, &record, now).await?;
    services.commit(transaction).await?;
    Ok(u64::try_from(done).unwrap_or(u64::MAX))
}

async fn bring(conn: &mut PgConnection, services: &Services, astray: &Astray) -> Result<(), DbError> {
    let to = Account::for_booking(astray.status, astray.is_late_cancel, astray.pays.is_some());
    let back = goes_back(astray, to);
    let kept = Money::from_minor(astray.amount.minor().saturating_sub(back.minor()), back.currency());
    let to = if kept.is_some_and(Money::is_zero) && to == Account::Fees {
        Account::for_booking(astray.status, false, astray.pays.is_some())
    } else {
        to
    };
    let now = services.clock.now();
    let post = async |conn: &mut PgConnection, to, minor, voucher| {
        let about = About { booking: Some(astray.booking), payment: astray.payment, voucher };
        // What takes money out of an account makes the account smaller that owed or had earned it.
        payments::post(conn, (to, astray.money), (minor, back.currency().code()), about, now).await
    };
    payments::set_money(conn, astray.booking, to).await?;
    if back.is_zero() {
        return post(conn, to, astray.amount.minor(), None).await;
    }
    post(conn, Account::Fees, kept.map_or(0, Money::minor), None).await?;
    if astray.pays.is_some() {
        // Who gave the time back in time has lost nothing; who lost it to the studio gets time to choose again.
        let at_least = voucher::end(services.zone, if astray.by_studio { GRACE } else { 1 }, now);
        let voucher = vouchers::give_back(conn, astray.booking, back.minor(), at_least, now).await?;
        return post(conn, Account::Vouchers, back.minor(), voucher).await;
    }
    let is_all = kept.is_some_and(Money::is_zero);
    if is_all || Method::of(back.currency()).refunds_in_part() {
        post(conn, Account::Refunds, back.minor(), None).await?;
        let part = (!is_all).then_some(back.minor());
        return match astray.payment {
            Some(payment) => begin(conn, services, payment, RefundReason::Cancelled, part).await,
            None => Ok(()),
        };
    }
    let voucher = vouchers::in_place_of(conn, astray.client, back, lasting(services), now).await?;
    post(conn, Account::Vouchers, back.minor(), Some(voucher)).await?;
    tell_voucher(conn, astray.client, voucher, now).await
}

/// What of the money of a booking its client has again.
fn goes_back(astray: &Astray, to: Account) -> Money {
    let amount = astray.amount;
    let kept = match to {
        Account::Refunds | Account::Vouchers => Money::zero(amount.currency()),
        Account::Fees if astray.status == Status::Cancelled => {
            ledger::kept(amount, astray.late_fee, astray.pays)
        }
        _ => amount,
    };
    Money::from_minor(amount.minor().saturating_sub(kept.minor()), amount.currency()).unwrap_or(amount)
}

/// For how many days a voucher in place of money is good, and when it ends.
fn lasting(services: &Services) -> (u32, DateTime<Utc>) {
    (VALID_DAYS, voucher::end(services.zone, VALID_DAYS, services.clock.now()))
}

async fn tell_voucher(
    conn: &mut PgConnection,
    client: ClientId,
    voucher: VoucherId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let Some(account) = people::account(conn, client).await? else { return Ok(()) };
    let told = NewMessage::at_once(format!("voucher:{voucher}"), account, Message::Voucher(voucher), now);
    outbox::record(conn, &Record { messages: vec![told], ..Record::default() }, now).await?;
    Ok(())
}

/// A client takes a voucher in place of money that an admin was to give back, in the caller's transaction.
pub async fn rather_voucher(
    conn: &mut PgConnection,
    services: &Services,
    (client, person): (ClientId, TelegramId),
    refund: RefundId,
) -> Result<Outcome, DbError> {
    let now = services.clock.now();
    let found = payments::refund_by_id(conn, refund).await?;
    let Some(refund) = found.filter(|refund| refund.payer == person) else { return Ok(Outcome::NotFound) };
    let money = Currency::from_code(&refund.currency)
        .and_then(|currency| Money::from_minor(refund.amount_minor, currency))
        .filter(|money| !money.is_zero());
    let Some(money) = money.filter(|_| !refund.is_done && refund.may_be_a_voucher()) else {
        return Ok(Outcome::RefundOver);
    };
    let voucher = vouchers::in_place_of(conn, client, money, lasting(services), now).await?;
    payments::refunded(conn, refund.id, None, Some(voucher), now).await?;
    let about = About { booking: refund.booking, payment: Some(refund.payment), voucher: Some(voucher) };
    let sides = (Account::Vouchers, Account::refunded_from(refund.reason));
    payments::post(conn, sides, (refund.amount_minor, &refund.currency), about, now).await?;
    tell_voucher(conn, client, voucher, now).await?;
    // Whoever has the task must not give it back as well.
    let id = refund.id;
    let tell = |admin: &TelegramId| {
        NewMessage::at_once(format!("refund:{id}:over:{admin}"), *admin, Message::RefundOver(id), now)
    };
    let messages = services.admins.iter().map(tell).collect();
    outbox::record(conn, &Record { messages, ..Record::default() }, now).await?;
    Ok(Outcome::VoucherInstead)
}
