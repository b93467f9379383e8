//! From a hold to a visit, or to another time of the visit that it moves.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::own_card;
use crate::{
    db::{
        DbError,
        bookings::{self, By, Card},
        locks::{Claim, SlotLock},
    },
    domain::{
        booking::{Standing, Status},
        conversation::Outcome,
        ids::{BookingId, ClientId},
        slots::{Refusal, Regard},
    },
    services::ServiceError,
};

/// A hold turned into a visit, in a transaction that the caller commits.
pub struct Confirmed {
    pub lock: SlotLock,
    pub card: Card,
    pub outcome: Outcome,
}

/// Confirms a client's hold, and with it the move of a visit where it is for one. Confirming what is confirmed already
/// is a success without a transaction.
pub async fn confirm(
    pool: &PgPool,
    client: ClientId,
    booking: BookingId,
    by: By,
    now: DateTime<Utc>,
) -> Result<Result<Confirmed, Outcome>, ServiceError> {
    let mut conn = pool.acquire().await?;
    let Some(mut card) = own_card(&mut conn, client, booking).await? else {
        return Ok(Err(Outcome::NotFound));
    };
    let start = card.booking.visit.start();
    match card.booking.standing(card.terms, now) {
        Standing::OnHold { .. } => {}
        Standing::Ahead(_) | Standing::Past => return Ok(Err(Outcome::Confirmed(booking))),
        Standing::HoldOver | Standing::Off => return Ok(Err(Outcome::HoldOver(start))),
    }
    if card.regard == Regard::Blocked {
        return Ok(Err(Outcome::Refused(Refusal::Blocked)));
    }
    if !card.is_offered {
        return Ok(Err(Outcome::NotOffered));
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
    if !bookings::confirm(&mut lock, booking, client, None, by, now).await? {
        lock.roll_back().await?;
        return Ok(Err(Outcome::HoldOver(start)));
    }
    (card.booking.status, card.booking.hold_until) = (Status::Confirmed, None);
    Ok(Ok(Confirmed { lock, card, outcome: Outcome::Confirmed(booking) }))
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
        Some(card) => Ok(Ok(Confirmed { lock, card, outcome: Outcome::Moved(moved) })),
        None => Ok(Err(Outcome::NotFound)),
    }
}

/// The lock; who waits for it in vain is told to come again.
pub(super) async fn begin(pool: &PgPool, claims: &[Claim]) -> Result<SlotLock, ServiceError> {
    match SlotLock::begin(pool, claims).await {
        Err(DbError::Conflict(_)) => Err(ServiceError::Busy),
        result => Ok(result?),
    }
}
