//! What is given after a visit, and what is paid at the desk.

use sqlx::PgConnection;

use super::{Services, send_invoice};
use crate::{
    db::{
        DbError, bookings,
        payments::{self, About},
    },
    domain::{
        booking::Status,
        conversation::Outcome,
        ids::{BookingId, ClientId},
        ledger::Account,
        payment::{Method, Purpose, TIPS, tip as tip_of},
    },
    services::{booking::own_card, browse::Viewer},
};

/// Asks a client to pay the tip that they want to give, in the caller's transaction. Another wish takes the place of the one
/// before.
pub async fn tip(
    conn: &mut PgConnection,
    services: &Services,
    client: ClientId,
    booking: BookingId,
    percent: u8,
) -> Result<Outcome, DbError> {
    let Some(card) = own_card(conn, client, booking).await? else { return Ok(Outcome::NotFound) };
    let price = card.booking.price;
    let is_offered = TIPS.contains(&percent) && services.takes(Method::of(price.currency()));
    let Some(amount) = tip_of(price, percent).filter(|_| is_offered) else { return Ok(Outcome::CannotPay) };
    if card.booking.status != Status::Completed {
        return Ok(Outcome::TooLate);
    }
    payments::void_tips(conn, booking, services.clock.now()).await?;
    let payer = (client, card.client_account);
    send_invoice(conn, services, payer, Purpose::Tip(booking), amount, None).await?;
    Ok(Outcome::TipAsked)
}

/// Writes down what the staff says of the rest of a visit's price: that it was paid in cash or by card, or that it was not.
/// In the caller's transaction.
pub async fn at_desk(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
    booking: BookingId,
    way: Option<Account>,
) -> Result<Outcome, DbError> {
    let card = bookings::card(conn, booking).await?;
    let Some(card) = card.filter(|card| viewer.may_see(card)) else { return Ok(Outcome::NotFound) };
    let now = services.clock.now();
    let booking = &card.booking;
    let paid = match way {
        Some(way @ (Account::Cash | Account::Card)) => Some((way, booking.rest())),
        Some(_) => return Ok(Outcome::NotFound),
        None => None,
    };
    if paid.is_some_and(|(_, rest)| !booking.has_begun(now) || rest.is_zero()) {
        return Ok(Outcome::TooEarly);
    }
    let Some((account, minor)) = payments::at_desk(conn, booking.id, paid).await? else {
        return Ok(Outcome::Done);
    };
    let sides = if way.is_some() { (Account::Sales, account) } else { (account, Account::Sales) };
    let about = About { booking: Some(booking.id), ..About::default() };
    let sum = (minor, booking.price.currency().code());
    payments::post(conn, sides, sum, about, now).await?;
    Ok(Outcome::Done)
}
