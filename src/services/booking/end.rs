//! Cancelling, giving back and running out; and the first step of moving.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::own_card;
use crate::{
    db::{
        DbError,
        bookings::{self, By},
    },
    domain::{
        booking::{Cancelling, Standing},
        conversation::{Outcome, Wish},
        ids::{BookingId, ClientId},
        month::Month,
        time::local_date,
    },
    services::{ServiceError, Services},
};

/// Holds that one pass of the sweep ends at most.
const SWEPT_AT_ONCE: i64 = 200;

/// Cancels a client's visit in the caller's transaction, if it is not too late.
pub async fn cancel(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
    by: By,
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let Some(card) = own_card(conn, client, booking).await? else { return Ok(Outcome::NotFound) };
    let standing = card.booking.standing(card.terms, now);
    let is_late = match standing {
        Standing::Past => return Ok(Outcome::TooLateToCancel),
        Standing::Off => return Ok(Outcome::Cancelled),
        // One that has run out may still be confirmed by somebody who read the clock before.
        Standing::OnHold { .. } | Standing::HoldOver => false,
        Standing::Ahead(ahead) => match ahead.cancelling {
            Cancelling::TooLate => return Ok(Outcome::TooLateToCancel),
            cancelling => cancelling == Cancelling::Late,
        },
    };
    let cancelled = bookings::cancel(conn, booking, client, is_late, by, now).await?;
    Ok(match (cancelled, is_late) {
        (false, _) if standing == Standing::HoldOver => Outcome::Cancelled,
        // What could be cancelled a moment ago has just been changed by somebody else.
        (false, _) => Outcome::TooLateToCancel,
        (true, true) => Outcome::CancelledLate,
        (true, false) => Outcome::Cancelled,
    })
}

/// Cancels a visit of a series and those after it, as far as it is not too late, in the caller's transaction.
pub async fn cancel_from(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
    by: By,
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let Some(card) = own_card(conn, client, booking).await? else { return Ok(Outcome::NotFound) };
    let free_before = now + TimeDelta::minutes(i64::from(card.terms.cancel_notice));
    let late_too = card.terms.late_cancel;
    let cancelled = bookings::cancel_from(conn, booking, client, free_before, late_too, by, now).await?;
    Ok(if cancelled > 0 { Outcome::Cancelled } else { Outcome::TooLateToCancel })
}

/// Gives a held time back in the caller's transaction; what is not on hold any more stays as it is.
pub async fn release(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
    by: By,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    bookings::release(conn, booking, client, by, now).await?;
    Ok(())
}

/// For which start a hold was that has run out.
pub async fn missed(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
) -> Result<Outcome, DbError> {
    let card = own_card(conn, client, booking).await?;
    Ok(card.map_or(Outcome::NotFound, |card| Outcome::HoldOver(card.booking.visit.start())))
}

/// What is to be booked at another time, if the visit may still be moved.
pub async fn moving(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let Some(card) = own_card(conn, client, booking).await? else { return Ok(Outcome::NotFound) };
    match card.booking.standing(card.terms, now) {
        Standing::Ahead(ahead) if ahead.may_move => {}
        _ => return Ok(Outcome::TooLateToMove),
    }
    let wish = Wish {
        location: card.booking.location,
        services: card.booking.items.iter().map(|item| item.service).collect(),
        moving: Some(booking),
        quoted: None,
    };
    let month = Month::of(local_date(card.booking.zone, card.booking.visit.start()));
    Ok(Outcome::Moving { wish, master: card.booking.master, month })
}

/// Ends the holds that have run out and leaves word for their clients; how many there were.
pub async fn sweep(services: &Services) -> Result<u64, ServiceError> {
    let mut conn = services.pool.acquire().await?;
    let correlation = Uuid::new_v4();
    Ok(bookings::sweep(&mut conn, SWEPT_AT_ONCE, correlation, services.clock.now()).await?)
}
