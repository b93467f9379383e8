//! Who can be told something, and who cannot any more.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    ServiceError, Services,
    messages::{self, Happened, staff_of},
};
use crate::{
    db::{
        bookings, inbox,
        outbox::{self, NewMessage, Record},
        recipients,
    },
    domain::{
        ids::{BookingId, TelegramId},
        message::Message,
    },
};

/// Notes that somebody cannot be told anything any more, and tells the staff of their next visit, or of the one that
/// they were to be told about.
pub async fn lost(
    services: &Services,
    person: TelegramId,
    about: Option<BookingId>,
) -> Result<(), ServiceError> {
    let now = services.clock.now();
    let mut transaction = services.pool.begin().await?;
    let visits = recipients::lose(&mut transaction, person, now).await?;
    let about = about.into_iter().filter(|about| !visits.contains(about));
    let wanted: Vec<BookingId> = about.chain(visits.iter().copied().take(1)).collect();
    let cards = bookings::cards(&mut transaction, &wanted).await?;
    let mut record = Record::default();
    for card in cards.iter().filter(|card| card.client_account == person) {
        for staff in staff_of(services, card) {
            let id = card.booking.id;
            let key = format!("unreachable:{id}:{staff}:{}", now.timestamp());
            record.messages.push(NewMessage::at_once(key, staff, Message::Unreachable(id), now));
        }
    }
    outbox::record(&mut transaction, &record, now).await?;
    services.commit(transaction).await
}

/// The same after a try that began then, unless something has come from them since: whoever starts the bot meanwhile can
/// be reached. Returns whether they are lost.
pub async fn lost_since(
    services: &Services,
    person: TelegramId,
    about: Option<BookingId>,
    began: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let is_heard = async || {
        let mut conn = services.pool.acquire().await?;
        Ok::<bool, ServiceError>(inbox::is_heard_since(&mut conn, person, began).await?)
    };
    if is_heard().await? {
        return Ok(false);
    }
    lost(services, person, about).await?;
    // What came before the mark was written down did not see it; what comes later does, and lifts it.
    if is_heard().await? {
        found(services, person).await?;
        return Ok(false);
    }
    Ok(true)
}

/// Notes that somebody is back; the cards of their visits say so.
pub async fn found(services: &Services, person: TelegramId) -> Result<(), ServiceError> {
    let now = services.clock.now();
    let mut transaction = services.pool.begin().await?;
    let visits = recipients::find(&mut transaction, person, now).await?;
    let cards = bookings::cards(&mut transaction, &visits).await?;
    let correlation = Uuid::new_v4();
    messages::tell(&mut transaction, services, &cards, Happened::Changed, person, correlation).await?;
    services.commit(transaction).await
}
