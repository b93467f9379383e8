//! What the staff does with its clients' visits: cancels them, says yes or no to them, and runs late.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::{
    db::{
        DbError, attendance,
        bookings::{self, By, Card},
        locks::SlotLock,
        outbox::{self, NewMessage, Record},
    },
    domain::{
        booking::{Purpose, Status},
        conversation::Outcome,
        delay::{CHOICES, touched},
        ids::{BookingId, MasterId},
        message::Message,
        payment::Method,
        ranges::Range,
    },
    services::{
        ServiceError, Services, booking,
        browse::Viewer,
        messages::{self, Happened},
        payments,
    },
};

/// A visit that the staff may change.
async fn theirs(
    conn: &mut PgConnection,
    viewer: Viewer,
    booking: BookingId,
) -> Result<Option<Card>, DbError> {
    let card = bookings::card(conn, booking).await?;
    Ok(card.filter(|card| viewer.is_admin || viewer.master == Some(card.booking.master)))
}

fn by_whom(viewer: Viewer, card: &Card, by: By) -> (By, bool) {
    (by, viewer.master != Some(card.booking.master))
}

/// Cancels a visit for the studio, in the caller's transaction; the client is told and offered other times.
pub async fn cancel(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
    booking: BookingId,
    by: By,
) -> Result<Outcome, DbError> {
    let now = services.clock.now();
    let Some(mut card) = theirs(conn, viewer, booking).await? else { return Ok(Outcome::NotFound) };
    if !card.booking.is_confirmed() || now >= card.booking.visit.end() {
        return Ok(Outcome::TooLateToCancel);
    }
    let who = by_whom(viewer, &card, by);
    if !bookings::cancel_by_studio(conn, booking, card.booking.client, who, now).await? {
        return Ok(Outcome::TooLateToCancel);
    }
    (card.booking.status, card.booking.by_studio) = (Status::Cancelled, true);
    let happened = Happened::CancelledByStudio;
    messages::tell(conn, services, &[card], happened, by.client, by.correlation).await?;
    Ok(Outcome::Cancelled)
}

/// Asks the staff to say yes or no to a visit, in the caller's transaction.
pub async fn ask_for_approval(
    conn: &mut PgConnection,
    services: &Services,
    card: &Card,
) -> Result<(), DbError> {
    let (now, id) = (services.clock.now(), card.booking.id);
    let ask = |person| NewMessage {
        useful_until: card.booking.hold_until,
        ..NewMessage::at_once(format!("request:{id}:{person}"), person, Message::RequestAsk(id), now)
    };
    let messages = messages::staff_of(services, card).into_iter().map(ask).collect();
    outbox::record(conn, &Record { messages, ..Record::default() }, now).await?;
    Ok(())
}

/// Says yes to a visit that a flagged client wishes, in a transaction that the caller commits.
pub async fn approve(
    services: &Services,
    viewer: Viewer,
    booking: BookingId,
    by: By,
) -> Result<Result<SlotLock, Outcome>, ServiceError> {
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await?;
    let card = theirs(&mut conn, viewer, booking).await?;
    let Some(mut card) = card.filter(|card| card.booking.purpose == Purpose::Requested) else {
        return Ok(Err(Outcome::NotFound));
    };
    if card.booking.is_confirmed() {
        return Ok(Err(Outcome::Done));
    }
    drop(conn);
    let must_pay = card.booking.deposit.map(|deposit| Method::of(deposit.amount.currency()));
    if must_pay.is_some_and(|method| !services.takes(method)) {
        return Ok(Err(Outcome::CannotPay));
    }
    let who = by_whom(viewer, &card, by);
    let Some(mut lock) = booking::approve(services, &mut card, who).await? else {
        return Ok(Err(Outcome::RequestOver));
    };
    let id = card.booking.id;
    let approved = Message::RequestApproved(id);
    let approved = NewMessage::at_once(format!("approved:{id}"), card.client_account, approved, now);
    let record = Record { messages: vec![approved], ..Record::default() };
    outbox::record(lock.connection(), &record, now).await?;
    let happened = if card.booking.is_confirmed() { Happened::Booked } else { Happened::ChangedForStaff };
    if happened == Happened::ChangedForStaff {
        payments::ask(lock.connection(), services, &card).await?;
    }
    messages::tell(lock.connection(), services, &[card], happened, by.client, by.correlation).await?;
    Ok(Ok(lock))
}

/// Says no to a visit that a flagged client wishes, in the caller's transaction.
pub async fn decline(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
    booking: BookingId,
    by: By,
) -> Result<Outcome, DbError> {
    let now = services.clock.now();
    let Some(card) = theirs(conn, viewer, booking).await? else { return Ok(Outcome::NotFound) };
    let waits = card.booking.status == Status::Held && card.booking.purpose == Purpose::Requested;
    let who = by_whom(viewer, &card, by);
    if !waits || !bookings::decline(conn, booking, card.booking.client, who, now).await? {
        return Ok(Outcome::RequestOver);
    }
    let declined = Message::RequestDeclined(booking);
    let declined = NewMessage::at_once(format!("declined:{booking}"), card.client_account, declined, now);
    let record = Record { messages: vec![declined], ..Record::default() };
    outbox::record(conn, &record, now).await?;
    let happened = Happened::ChangedForStaff;
    messages::tell(conn, services, &[card], happened, by.client, by.correlation).await?;
    Ok(Outcome::Done)
}

/// A visit that begins late, and by how many minutes.
#[derive(Debug, Clone)]
pub struct Delayed {
    pub card: Card,
    pub minutes: u32,
}

/// How far ahead a delay is looked at.
const AHEAD: TimeDelta = TimeDelta::hours(14);

/// The visits of a master that are touched when they run late by so many minutes, the next first.
pub async fn delayed(
    conn: &mut PgConnection,
    master: MasterId,
    minutes: u32,
    now: DateTime<Utc>,
) -> Result<Vec<Delayed>, DbError> {
    let mut ahead = ahead(conn, master, minutes, now).await?;
    ahead.retain(|delayed| delayed.minutes > 0);
    Ok(ahead)
}

/// The visits of a master in the next hours, with the minutes by which each begins late.
async fn ahead(
    conn: &mut PgConnection,
    master: MasterId,
    minutes: u32,
    now: DateTime<Utc>,
) -> Result<Vec<Delayed>, DbError> {
    let cards = bookings::ahead_of(conn, master, Range::around(now, TimeDelta::zero(), AHEAD)).await?;
    // A visit that takes place is late for nobody; those after it are.
    let ahead: Vec<Card> = cards.into_iter().filter(|card| card.booking.visit.start() > now).collect();
    let occupied: Vec<Range> = ahead.iter().map(|card| card.booking.occupied).collect();
    let minutes = touched(&occupied, minutes, now);
    Ok(ahead.into_iter().zip(minutes).map(|(card, minutes)| Delayed { card, minutes }).collect())
}

/// Tells the clients whose visits begin late, in the caller's transaction.
pub async fn run_late(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
    minutes: u32,
    by: By,
) -> Result<Outcome, DbError> {
    let now = services.clock.now();
    let Some(master) = viewer.master.filter(|_| CHOICES.contains(&minutes)) else {
        return Ok(Outcome::NotFound);
    };
    let ahead = ahead(conn, master, minutes, now).await?;
    let delays: Vec<_> = ahead.iter().map(|delayed| (delayed.card.booking.id, delayed.minutes)).collect();
    attendance::set_delays(conn, &delays).await?;
    let (delayed, on_time): (Vec<_>, Vec<_>) = ahead.into_iter().partition(|delayed| delayed.minutes > 0);
    // Who was told of a longer delay before sees on the card that the visit begins on time after all.
    let on_time = on_time.into_iter().filter(|visit| visit.card.booking.delay > 0);
    let on_time: Vec<Card> = on_time.map(|visit| visit.card).collect();
    messages::tell(conn, services, &on_time, Happened::Changed, by.client, by.correlation).await?;
    if delayed.is_empty() {
        return Ok(if on_time.is_empty() { Outcome::NothingLeft } else { Outcome::Done });
    }
    let tell = |delayed: &Delayed| {
        let (id, minutes) = (delayed.card.booking.id, delayed.minutes);
        let (person, message) = if delayed.card.is_unreachable {
            (by.client, Message::Unreachable(id))
        } else {
            (delayed.card.client_account, Message::Delay(id, minutes))
        };
        let until = delayed.card.booking.visit.start() + TimeDelta::minutes(i64::from(minutes));
        NewMessage {
            useful_until: Some(until),
            ..NewMessage::at_once(format!("delay:{id}:{}", by.correlation), person, message, now)
        }
    };
    let record = Record { messages: delayed.iter().map(tell).collect(), ..Record::default() };
    outbox::record(conn, &record, now).await?;
    let cards: Vec<Card> = delayed.into_iter().map(|delayed| delayed.card).collect();
    let happened = Happened::ChangedForStaff;
    messages::tell(conn, services, &cards, happened, by.client, by.correlation).await?;
    Ok(Outcome::Done)
}
