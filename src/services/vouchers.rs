//! Vouchers: bought, given to friends, and taken.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{ServiceError, Services, payments::send_invoice};
use crate::{
    db::{
        DbError,
        outbox::{self, NewMessage, Record},
        payments, people, vouchers,
    },
    domain::{
        conversation::Outcome,
        ids::{ClientId, TelegramId, VoucherId, VoucherTypeId},
        message::Message,
        payment::{Method, Purpose},
        slots::Regard,
        voucher::{Voucher, VoucherType},
    },
};

/// What somebody has, and what they can buy.
#[derive(Debug, Clone)]
pub struct Shop {
    pub own: Vec<Voucher>,
    /// Paid for, and not taken by anybody yet.
    pub gifts: Vec<Voucher>,
    pub types: Vec<VoucherType>,
}

impl Shop {
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.gifts.is_empty() && self.types.is_empty()
    }
}

/// All of it; what could not be paid or used is not sold.
pub async fn shop(
    conn: &mut PgConnection,
    services: &Services,
    client: Option<ClientId>,
) -> Result<Shop, DbError> {
    let now = services.clock.now();
    let mut types = vouchers::types(conn).await?;
    types.retain(|kind| services.takes(Method::of(kind.price.currency())));
    // Who can book nothing is sold nothing.
    if let Some(client) = client
        && people::regard(conn, client).await? == Some(Regard::Blocked)
    {
        types.clear();
    }
    let (own, gifts) = match client {
        Some(client) => {
            (vouchers::of_client(conn, client, now).await?, vouchers::gifts_of(conn, client, now).await?)
        }
        None => (Vec::new(), Vec::new()),
    };
    Ok(Shop { own, gifts, types })
}

/// Asks a client to pay a voucher, for themselves or as a gift, in the caller's transaction. It takes the place of another
/// that they were about to buy.
pub async fn buy(
    conn: &mut PgConnection,
    services: &Services,
    (client, account): (ClientId, TelegramId),
    kind: VoucherTypeId,
    is_gift: bool,
) -> Result<Outcome, DbError> {
    let now = services.clock.now();
    let token = is_gift.then(Uuid::new_v4);
    let sold = shop(conn, services, Some(client)).await?.types.into_iter().find(|sold| sold.id == kind);
    let Some(sold) = sold else { return Ok(Outcome::NotSold) };
    let Some(id) = vouchers::create(conn, kind, client, token, now).await? else {
        return Ok(Outcome::NotSold);
    };
    payments::void_vouchers(conn, Some(client), now, now).await?;
    send_invoice(conn, services, (client, account), Purpose::Voucher(id), sold.price, None).await?;
    Ok(Outcome::VoucherAsked)
}

/// Makes a gift the property of whoever has its link, in the caller's transaction; its giver is told.
pub async fn take_gift(
    conn: &mut PgConnection,
    services: &Services,
    person: TelegramId,
    token: Uuid,
    correlation: Uuid,
) -> Result<Outcome, ServiceError> {
    let now = services.clock.now();
    // Whoever tries the link of their own gift wants to pass it on, and not to lose it.
    if let Some(own) = vouchers::given_by(conn, token, person).await? {
        return Ok(send_again(conn, services, person, own, correlation).await?);
    }
    let Some((voucher, giver)) = vouchers::take(conn, token, person, now).await? else {
        return Ok(Outcome::GiftOver);
    };
    let own = NewMessage::at_once(format!("voucher:{voucher}:own"), person, Message::Voucher(voucher), now);
    let thanks = (giver != person).then(|| {
        NewMessage::at_once(format!("voucher:{voucher}:taken"), giver, Message::GiftTaken(voucher), now)
    });
    let messages = std::iter::once(own).chain(thanks).collect();
    outbox::record(conn, &Record { messages, ..Record::default() }, now).await?;
    Ok(Outcome::GiftTaken)
}

/// Shows a gift that waits for its taker to its giver once more, in the caller's transaction.
pub async fn send_gift(
    conn: &mut PgConnection,
    services: &Services,
    (client, person): (ClientId, TelegramId),
    voucher: VoucherId,
    correlation: Uuid,
) -> Result<Outcome, DbError> {
    let waiting = vouchers::gifts_of(conn, client, services.clock.now()).await?;
    if !waiting.iter().any(|gift| gift.id == voucher) {
        return Ok(Outcome::GiftOver);
    }
    send_again(conn, services, person, voucher, correlation).await
}

async fn send_again(
    conn: &mut PgConnection,
    services: &Services,
    person: TelegramId,
    voucher: VoucherId,
    correlation: Uuid,
) -> Result<Outcome, DbError> {
    let now = services.clock.now();
    let key = format!("voucher:{voucher}:again:{correlation}");
    let gift = NewMessage::at_once(key, person, Message::Gift(voucher), now);
    outbox::record(conn, &Record { messages: vec![gift], ..Record::default() }, now).await?;
    Ok(Outcome::GiftSent)
}
