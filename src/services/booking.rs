//! Holding, confirming and cancelling visits. Each writes the conversation's next step in its own transaction.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{ServiceError, browse};
use crate::{
    db::{
        Conflict, DbError,
        availability::Availability,
        bookings::{self, By, Card, NewHold},
        locks::SlotLock,
    },
    domain::{
        booking::{Booking, Standing, Status},
        catalog::Candidate,
        conversation::{MasterChoice, Outcome, Wish},
        ids::{BookingId, ClientId},
        slots::{Refusal, Slot},
    },
};

/// A time placed on hold: the open transaction that did it, and the booking for the summary.
pub struct Held {
    pub lock: SlotLock,
    pub card: Card,
}

/// Holds a start for a client: with the wished master, or with the least loaded one that is free.
///
/// The transaction stays open for the caller to commit together with what follows from it.
pub async fn hold(
    pool: &PgPool,
    client: ClientId,
    wish: &Wish,
    master: MasterChoice,
    start: DateTime<Utc>,
    by: By,
    now: DateTime<Utc>,
) -> Result<Result<Held, Outcome>, ServiceError> {
    let mut conn = pool.acquire().await?;
    let around = browse::around(start);
    let found =
        crate::db::availability::load(&mut conn, wish, master.one(), Some(client), around, now).await?;
    drop(conn);
    let Some(availability) = found.filter(|found| !found.candidates.is_empty()) else {
        return Ok(Err(Outcome::NotOffered));
    };
    let slots = match admitted(&availability, start) {
        Ok(slots) => slots,
        Err(refusal) => return Ok(Err(Outcome::Refused(refusal))),
    };
    for (candidate, slot) in slots {
        let mut lock = match SlotLock::begin(pool, &[(slot.master, slot.occupied)]).await {
            Ok(lock) => lock,
            // Whoever holds the day for so long is taking it.
            Err(DbError::Conflict(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        let until = now + TimeDelta::minutes(i64::from(availability.location.hold));
        let uid = Uuid::new_v4();
        let new = NewHold {
            uid,
            client,
            location: availability.location.id,
            slot,
            zone: availability.location.rules.zone,
            until,
            items: &candidate.items,
            price: candidate.price,
        };
        match bookings::hold(&mut lock, new, by, now).await {
            Ok(Some(id)) => {
                let card = card_of(&availability, candidate, slot, id, uid, client, until);
                return Ok(Ok(Held { lock, card }));
            }
            Ok(None) => lock.roll_back().await?,
            Err(DbError::Conflict(Conflict::MasterBusy)) => {}
            Err(DbError::Conflict(Conflict::ClientBusy)) => {
                return Ok(Err(Outcome::Refused(Refusal::OwnVisit)));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Err(Outcome::Refused(Refusal::Taken)))
}

/// The masters who can take this start, least loaded first; or the reason why nobody can.
fn admitted(availability: &Availability, start: DateTime<Utc>) -> Result<Vec<(&Candidate, Slot)>, Refusal> {
    let date = crate::domain::time::local_date(availability.location.rules.zone, start);
    let mut slots = Vec::new();
    let mut refusal = Refusal::Closed;
    for candidate in &availability.candidates {
        let search = availability.search(candidate);
        match search.admit(start) {
            Ok(slot) => slots.push((search.visits_on(date), candidate, slot)),
            Err(reason) => refusal = reason,
        }
    }
    if slots.is_empty() {
        return Err(refusal);
    }
    slots.sort_by_key(|(load, _, _)| *load);
    Ok(slots.into_iter().map(|(_, candidate, slot)| (candidate, slot)).collect())
}

/// The booking as it was just written, without asking the database for it again. It is for the client's own eyes, who
/// are not told their own name.
fn card_of(
    availability: &Availability,
    candidate: &Candidate,
    slot: Slot,
    id: BookingId,
    uid: Uuid,
    client: ClientId,
    until: DateTime<Utc>,
) -> Card {
    let location = &availability.location;
    Card {
        booking: Booking {
            id,
            uid,
            client,
            master: slot.master,
            location: location.id,
            status: Status::Held,
            visit: slot.visit,
            occupied: slot.occupied,
            zone: location.rules.zone,
            hold_until: Some(until),
            items: candidate.items.clone(),
            price: candidate.price,
            sequence: 0,
        },
        master: candidate.master.names.clone(),
        location: location.names.clone(),
        address: location.address.clone(),
        cancel_notice: location.cancel_notice,
        client: String::new(),
        phone: None,
    }
}

/// A client's own booking; somebody else's is as good as none.
pub async fn own_card(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
) -> Result<Option<Card>, DbError> {
    let card = bookings::card(conn, booking).await?;
    Ok(card.filter(|card| card.booking.client == client))
}

/// A hold turned into a visit, in a transaction that the caller commits.
pub struct Confirmed {
    pub lock: SlotLock,
    pub card: Card,
}

/// Confirms a client's hold. Confirming what is confirmed already is a success without a transaction.
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
    drop(conn);
    let start = card.booking.visit.start();
    match card.booking.standing(card.cancel_notice, now) {
        Standing::OnHold { .. } => {}
        Standing::Cancellable { .. } | Standing::Fixed | Standing::Past => {
            return Ok(Err(Outcome::Confirmed(booking)));
        }
        Standing::HoldOver | Standing::Off => return Ok(Err(Outcome::HoldOver(start))),
    }
    let mut lock = match SlotLock::begin(pool, &[(card.booking.master, card.booking.occupied)]).await {
        Ok(lock) => lock,
        Err(DbError::Conflict(_)) => return Err(ServiceError::Busy),
        Err(error) => return Err(error.into()),
    };
    if !bookings::confirm(&mut lock, booking, client, by, now).await? {
        lock.roll_back().await?;
        return Ok(Err(Outcome::HoldOver(start)));
    }
    (card.booking.status, card.booking.hold_until) = (Status::Confirmed, None);
    Ok(Ok(Confirmed { lock, card }))
}

/// Cancels a client's visit in the caller's transaction, if it is not too late.
pub async fn cancel(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
    by: By,
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let Some(card) = own_card(conn, client, booking).await? else { return Ok(Outcome::NotFound) };
    match card.booking.standing(card.cancel_notice, now) {
        Standing::Fixed | Standing::Past => Ok(Outcome::TooLateToCancel),
        Standing::Off | Standing::HoldOver => Ok(Outcome::Cancelled),
        Standing::OnHold { .. } | Standing::Cancellable { .. } => {
            let cancelled = bookings::end(conn, booking, client, Status::Cancelled, by, now).await?;
            // What could be cancelled a moment ago has just been changed by somebody else.
            Ok(if cancelled { Outcome::Cancelled } else { Outcome::TooLateToCancel })
        }
    }
}

/// Gives a held time back in the caller's transaction; what is not on hold any more stays as it is.
pub async fn release(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
    by: By,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    bookings::end(conn, booking, client, Status::Expired, by, now).await?;
    Ok(())
}
