//! From a hold to a visit, or to another time of the visit that it moves.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use super::own_card;
use crate::{
    db::{
        DbError,
        bookings::{self, Actor, By, Card},
        locks::{Claim, SlotLock},
    },
    domain::{
        booking::{Purpose, Standing, Status},
        conversation::Outcome,
        ids::{BookingId, ClientId, TelegramId},
        payment::Method,
        slots::{Refusal, Regard},
    },
    services::{ServiceError, Services},
};

/// How long the staff has to say yes to a visit that it must approve.
const PATIENCE_OF_REQUESTS: TimeDelta = TimeDelta::hours(24);

/// A hold turned into a visit, in a transaction that the caller commits.
pub struct Confirmed {
    pub lock: SlotLock,
    pub card: Card,
    pub outcome: Outcome,
    /// The account of the master whose visit it was before it moved.
    pub was: Option<TelegramId>,
}

/// Confirms a client's hold, and with it the move of a visit where it is for one. Confirming what is confirmed already
/// is a success without a transaction.
pub async fn confirm(
    services: &Services,
    client: ClientId,
    booking: BookingId,
    by: By,
) -> Result<Result<Confirmed, Outcome>, ServiceError> {
    let (pool, now) = (&services.pool, services.clock.now());
    let mut conn = pool.acquire().await?;
    let Some(mut card) = own_card(&mut conn, client, booking).await? else {
        return Ok(Err(Outcome::NotFound));
    };
    let start = card.booking.visit.start();
    if let Some(outcome) = hindrance(&card, now) {
        return Ok(Err(outcome));
    }
    if let Some(visit) = card.booking.replaces {
        let visit = own_card(&mut conn, client, visit).await?;
        drop(conn);
        return match visit {
            Some(visit) => confirm_move(pool, client, &card, &visit, by, now).await,
            None => Ok(Err(Outcome::NotFound)),
        };
    }
    drop(conn);
    // The client too: who places the next hold counts how many visits they have ahead.
    let claims = [Claim::Master(card.booking.master, card.booking.occupied), Claim::Client(client)];
    let mut lock = begin(pool, &claims).await?;
    if needs_approval(&card) {
        let until = start.min(now + PATIENCE_OF_REQUESTS);
        if !bookings::request(&mut lock, booking, client, until, now).await? {
            lock.roll_back().await?;
            return Ok(Err(Outcome::OneRequest));
        }
        (card.booking.purpose, card.booking.hold_until) = (Purpose::Requested, Some(until));
        return Ok(Ok(Confirmed { lock, card, outcome: Outcome::Requested(booking), was: None }));
    }
    if let Some(deposit) = card.booking.deposit {
        if !services.takes(Method::of(deposit.amount.currency())) {
            lock.roll_back().await?;
            return Ok(Err(Outcome::CannotPay));
        }
        // Whoever has come so far gets the whole time for paying.
        let until = start.min(now + TimeDelta::minutes(i64::from(card.hold)));
        let until = card.booking.hold_until.map_or(until, |held| held.max(until));
        if !bookings::await_payment(&mut lock, booking, client, until, (by, Actor::Client), now).await? {
            lock.roll_back().await?;
            return Ok(Err(Outcome::HoldOver(start)));
        }
        (card.booking.status, card.booking.hold_until) = (Status::AwaitingPayment, Some(until));
        return Ok(Ok(Confirmed { lock, card, outcome: Outcome::Invoiced(booking), was: None }));
    }
    if !bookings::confirm(&mut lock, booking, client, None, by, now).await? {
        lock.roll_back().await?;
        return Ok(Err(Outcome::HoldOver(start)));
    }
    (card.booking.status, card.booking.hold_until) = (Status::Confirmed, None);
    Ok(Ok(Confirmed { lock, card, outcome: Outcome::Confirmed(booking), was: None }))
}

/// What a hold is, or why it can be no visit, where there is nothing to be confirmed by its client.
pub(super) fn hindrance(card: &Card, now: DateTime<Utc>) -> Option<Outcome> {
    let (id, start) = (card.booking.id, card.booking.visit.start());
    match card.booking.standing(card.terms, now) {
        Standing::OnHold { .. } if card.booking.purpose == Purpose::Requested => Some(Outcome::Requested(id)),
        Standing::OnHold { .. } if card.booking.status == Status::AwaitingPayment => {
            Some(Outcome::Invoiced(id))
        }
        Standing::OnHold { .. } if card.regard == Regard::Blocked => Some(Outcome::Refused(Refusal::Blocked)),
        Standing::OnHold { .. } => (!card.is_offered).then_some(Outcome::NotOffered),
        Standing::Ahead(_) | Standing::Past => Some(Outcome::Confirmed(id)),
        Standing::HoldOver | Standing::Off => Some(Outcome::HoldOver(start)),
    }
}

/// Whether the staff has yet to say yes.
pub(in crate::services) fn needs_approval(card: &Card) -> bool {
    card.approves_flagged && card.regard == Regard::Flagged && card.booking.purpose != Purpose::Requested
}

/// Turns a hold that waits for the staff's word into a visit, in a transaction that the caller commits.
pub async fn approve(
    services: &Services,
    card: &mut Card,
    (by, is_admin): (By, bool),
) -> Result<Option<SlotLock>, ServiceError> {
    let (pool, now) = (&services.pool, services.clock.now());
    let booking = &mut card.booking;
    let claims = [Claim::Master(booking.master, booking.occupied), Claim::Client(booking.client)];
    let mut lock = begin(pool, &claims).await?;
    let (id, client) = (booking.id, booking.client);
    let done = if booking.deposit.is_some() {
        let until = booking.visit.start().min(now + PATIENCE_OF_REQUESTS);
        (booking.status, booking.hold_until) = (Status::AwaitingPayment, Some(until));
        booking.purpose = Purpose::Offered;
        let actor = if is_admin { Actor::Admin } else { Actor::Master };
        bookings::await_payment(&mut lock, id, client, until, (by, actor), now).await?
    } else {
        (booking.status, booking.hold_until) = (Status::Confirmed, None);
        bookings::approve(&mut lock, id, client, (by, is_admin), now).await?
    };
    if done {
        return Ok(Some(lock));
    }
    lock.roll_back().await?;
    Ok(None)
}

/// Puts a visit where the hold for it is, under the locks of both times.
async fn confirm_move(
    pool: &PgPool,
    client: ClientId,
    hold: &Card,
    visit: &Card,
    by: By,
    now: DateTime<Utc>,
) -> Result<Result<Confirmed, Outcome>, ServiceError> {
    match visit.booking.standing(visit.terms, now) {
        Standing::Ahead(ahead) if ahead.may_move => {}
        _ => return Ok(Err(Outcome::TooLateToMove)),
    }
    let time = |card: &Card| Claim::Master(card.booking.master, card.booking.occupied);
    let mut lock = begin(pool, &[time(hold), time(visit), Claim::Client(client)]).await?;
    let Some(moved) = bookings::move_visit(&mut lock, hold.booking.id, client, by, now).await? else {
        lock.roll_back().await?;
        return Ok(Err(Outcome::HoldOver(hold.booking.visit.start())));
    };
    match bookings::card(lock.connection(), moved).await? {
        Some(card) => {
            Ok(Ok(Confirmed { lock, card, outcome: Outcome::Moved(moved), was: visit.master_account }))
        }
        None => Ok(Err(Outcome::NotFound)),
    }
}

/// The lock; who waits for it in vain is told to come again.
pub(in crate::services) async fn begin(pool: &PgPool, claims: &[Claim]) -> Result<SlotLock, ServiceError> {
    match SlotLock::begin(pool, claims).await {
        Err(DbError::Conflict(_)) => Err(ServiceError::Busy),
        result => Ok(result?),
    }
}
