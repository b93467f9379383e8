//! A code that makes a held visit cheaper.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::own_card;
use crate::{
    db::{DbError, promos},
    domain::{
        booking::{Booking, Standing},
        conversation::Outcome,
        deposit::Deposit,
        ids::{BookingId, ClientId},
        money::Money,
        promo::{Off, tidied},
        time::local_date,
    },
};

/// Takes off a held visit's price what a code takes off, in the caller's transaction. What is due beforehand is at most the
/// new price.
pub async fn use_code(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let Some(card) = own_card(conn, client, booking).await? else { return Ok(Outcome::NotFound) };
    let booking = &card.booking;
    if !matches!(booking.standing(card.terms, now), Standing::OnHold { .. }) {
        return Ok(Outcome::HoldOver(booking.visit.start()));
    }
    if card.promo.is_some() {
        return Ok(Outcome::OneCode);
    }
    let Some(code) = tidied(code) else { return Ok(Outcome::NoSuchCode) };
    let Some((code, used)) = promos::lock(conn, booking.location, &code, client, now).await? else {
        return Ok(Outcome::NoSuchCode);
    };
    if let Err(why) = code.admit(local_date(booking.zone, now), used) {
        return Ok(Outcome::UselessCode(why));
    }
    let Some((price, discount, deposit)) = reduced(booking, code.off) else { return Ok(Outcome::NoSuchCode) };
    let applied = promos::apply(conn, booking.id, code.id, (price, discount), deposit, now).await?;
    Ok(if applied { Outcome::CodeUsed } else { Outcome::HoldOver(booking.visit.start()) })
}

/// The price, the discount and the deposit that are left of a booking's.
fn reduced(booking: &Booking, off: Off) -> Option<(Money, Money, Option<Deposit>)> {
    let discount = off.of(booking.price);
    let price =
        Money::from_minor(booking.price.minor().saturating_sub(discount.minor()), booking.price.currency())?;
    let deposit = booking
        .deposit
        .map(|deposit| Deposit { amount: deposit.amount.at_most(price), ..deposit })
        .filter(|deposit| !deposit.amount.is_zero());
    Some((price, discount, deposit))
}
