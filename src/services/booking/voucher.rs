//! A held visit becomes its client's because a voucher pays for it.

use super::{Confirmed, confirm, own_card};
use crate::{
    db::{
        bookings::{self, By},
        locks::Claim,
        payments::{self, About},
        vouchers,
    },
    domain::{
        booking::Status,
        conversation::Outcome,
        deposit::{Deposit, Reason},
        ids::{BookingId, ClientId, VoucherId},
        ledger::Account,
    },
    services::{ServiceError, Services},
};

/// Confirms a client's hold and takes out of their voucher what it pays, in a transaction that the caller commits.
pub async fn redeem(
    services: &Services,
    client: ClientId,
    booking: BookingId,
    voucher: VoucherId,
    by: By,
) -> Result<Result<Confirmed, Outcome>, ServiceError> {
    let (pool, now) = (&services.pool, services.clock.now());
    let mut conn = pool.acquire().await?;
    let Some(mut card) = own_card(&mut conn, client, booking).await? else {
        return Ok(Err(Outcome::NotFound));
    };
    drop(conn);
    let start = card.booking.visit.start();
    if let Some(outcome) = confirm::hindrance(&card, now) {
        return Ok(Err(outcome));
    }
    let claims = [Claim::Master(card.booking.master, card.booking.occupied), Claim::Client(client)];
    let mut lock = confirm::begin(pool, &claims).await?;
    let held = vouchers::lock(lock.connection(), voucher, client).await?;
    let good = held.filter(|voucher| voucher.is_good(now) && !confirm::needs_approval(&card));
    let Some(redemption) = good.and_then(|voucher| voucher.redeem(&card.booking)) else {
        lock.roll_back().await?;
        return Ok(Err(Outcome::VoucherOver));
    };
    if !bookings::confirm_by_voucher(&mut lock, &card.booking, &redemption, by, now).await? {
        lock.roll_back().await?;
        return Ok(Err(Outcome::HoldOver(start)));
    }
    vouchers::use_for(lock.connection(), voucher, booking, &redemption, now).await?;
    let about = About { booking: Some(booking), voucher: Some(voucher), payment: None };
    let sum = (redemption.amount.minor(), redemption.amount.currency().code());
    payments::post(lock.connection(), (Account::Deposits, Account::Vouchers), sum, about, now).await?;
    let paid = &mut card.booking;
    (paid.status, paid.hold_until) = (Status::Confirmed, None);
    (paid.price, paid.discount) = (redemption.price, redemption.discount);
    paid.deposit = Some(Deposit { amount: redemption.amount, reason: Reason::Voucher });
    (paid.money, paid.voucher) = (Some(Account::Deposits), Some(redemption.pays));
    Ok(Ok(Confirmed { lock, card, outcome: Outcome::Confirmed(booking), was: None }))
}
