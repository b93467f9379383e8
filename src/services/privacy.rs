//! What a person may know of what is stored about them.

use serde_json::Value;

use super::{ServiceError, Services};
use crate::{
    db::{
        bookings::{self, Card},
        own_data,
        payments::{self, OwnPayment},
        vouchers,
    },
    domain::{
        ids::{ClientId, TelegramId},
        voucher::Voucher,
    },
};

/// More visits or payments than anybody has.
const MOST: i64 = 5000;

/// All of it: for machines as it is stored, and what people want to read of it.
#[derive(Debug, Clone)]
pub struct OwnData {
    pub all: Value,
    /// Those that lie ahead, and those that do not.
    pub visits: Vec<Card>,
    pub payments: Vec<OwnPayment>,
    pub vouchers: Vec<Voucher>,
}

/// What is stored about a client.
pub async fn own_data(
    services: &Services,
    client: ClientId,
    person: TelegramId,
) -> Result<OwnData, ServiceError> {
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await?;
    let all = own_data::everything(&mut conn, client, person, now).await?;
    let mut visits = bookings::by_client(&mut conn, client, false, MOST, 0, now).await?;
    visits.extend(bookings::by_client(&mut conn, client, true, MOST, 0, now).await?);
    let payments = payments::of_payer(&mut conn, person, MOST).await?;
    let vouchers = vouchers::of_client(&mut conn, client, now).await?;
    Ok(OwnData { all, visits, payments, vouchers })
}
