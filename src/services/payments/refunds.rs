//! Money on its way back, and money that follows what becomes of its visit.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{ServiceError, Services};
use crate::{
    db::{
        DbError,
        outbox::{self, NewMessage, Record},
        payments::{self, About, Astray, Refund},
    },
    domain::{
        conversation::Outcome,
        ids::{MessageId, PaymentId, RefundId, TelegramId},
        ledger::Account,
        message::Message,
        payment::RefundReason,
    },
    services::browse::Viewer,
};

/// What one pass of the reconciler does at most.
const AT_ONCE: i64 = 100;
/// Tasks that an admin is shown at once.
const MOST_TASKS: i64 = 10;

/// Has a payment go back, in the caller's transaction: by itself where that can be, else by an admin's hand.
pub(super) async fn begin(
    conn: &mut PgConnection,
    services: &Services,
    payment: PaymentId,
    reason: RefundReason,
) -> Result<(), DbError> {
    let now = services.clock.now();
    let Some(refund) = payments::refund(conn, payment, reason, reason.needs_a_look(), now).await? else {
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
    payments::refunded(conn, id, by, now).await?;
    let (from, to) = (Account::of(refund.method()), Account::refunded_from(refund.reason));
    let about = About { booking: refund.booking, payment: Some(refund.payment) };
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
    let to = Account::for_booking(astray.status, astray.is_late_cancel);
    let about = About { booking: Some(astray.booking), payment: astray.payment };
    let sum = (astray.amount_minor, astray.currency.as_str());
    // What takes money out of an account makes the account smaller that owed or had earned it.
    payments::post(conn, (to, astray.money), sum, about, services.clock.now()).await?;
    payments::set_money(conn, astray.booking, to).await?;
    match (to, astray.payment) {
        (Account::Refunds, Some(payment)) => begin(conn, services, payment, RefundReason::Cancelled).await,
        _ => Ok(()),
    }
}
