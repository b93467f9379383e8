//! What a fact means for people: whom it is told, and which reminders follow. Written in the transaction of the fact.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Services;
use crate::{
    db::{
        DbError,
        bookings::Card,
        outbox::{self, NewMessage, Record},
    },
    domain::{
        booking::Status,
        ids::{BookingId, TelegramId},
        message::Message,
        reminder,
    },
};

/// What has happened to a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    Booked,
    /// With another visit that everybody is told of.
    BookedAlong,
    /// From this master's account, where it was somebody else's visit before.
    Moved {
        was: Option<TelegramId>,
    },
    CancelledByClient,
    CancelledByStudio,
    /// Something on its cards is different now, and nobody has to notice.
    Changed,
    /// The same, and the client gets a message of its own.
    ChangedForStaff,
}

/// Tells everybody concerned what has happened to visits, each of which is given as it is now. Whoever did it knows
/// already.
pub async fn tell(
    conn: &mut PgConnection,
    services: &Services,
    cards: &[Card],
    happened: Happened,
    by: TelegramId,
    correlation: Uuid,
) -> Result<(), DbError> {
    let now = services.clock.now();
    let mut record = Record::default();
    for card in cards {
        add(&mut record, services, card, happened, by, correlation, now);
    }
    outbox::record(conn, &record, now).await?;
    Ok(())
}

fn add(
    record: &mut Record,
    services: &Services,
    card: &Card,
    happened: Happened,
    by: TelegramId,
    correlation: Uuid,
    now: DateTime<Utc>,
) {
    let booking = &card.booking;
    let id = booking.id;
    let once = |what: &str, person: TelegramId, message: Message| {
        let key = format!("{what}:{id}:{person}:{correlation}");
        NewMessage::at_once(key, person, message, now)
    };
    if !matches!(happened, Happened::Changed | Happened::ChangedForStaff) {
        record.replans.push(id);
        record.reminders.extend(reminders(card, now));
        record.messages.extend(news(services, by, now));
    }
    // The card in the client's chat is kept up to date, whoever has changed the visit; but a message that they must notice
    // becomes the card itself.
    let is_told = matches!(happened, Happened::Booked | Happened::BookedAlong | Happened::CancelledByStudio);
    if !is_told && happened != Happened::ChangedForStaff {
        let refresh = once("card", card.client_account, Message::Card(id));
        record.messages.push(NewMessage { needs_card: true, ..refresh });
    }
    let told: Option<fn(BookingId) -> Message> = match happened {
        Happened::Booked => Some(Message::VisitNew),
        Happened::Moved { .. } => Some(Message::VisitMoved),
        Happened::CancelledByClient | Happened::CancelledByStudio => Some(Message::VisitCancelled),
        Happened::Changed | Happened::ChangedForStaff | Happened::BookedAlong => None,
    };
    let before = match happened {
        Happened::Moved { was } => was.filter(|was| card.master_account != Some(*was)),
        _ => None,
    };
    let is_studio = happened == Happened::CancelledByStudio;
    let must_call = if is_studio && card.is_unreachable { staff_of(services, card) } else { Vec::new() };
    for master in card.master_account.into_iter().chain(before).filter(|master| !must_call.contains(master)) {
        if let Some(message) = told.filter(|_| master != by) {
            record.messages.push(once("visit", master, message(id)));
        } else {
            let refresh = once("card", master, Message::Card(id));
            record.messages.push(NewMessage { needs_card: true, ..refresh });
        }
    }
    if is_studio && !card.is_unreachable {
        record.messages.push(once("studio", card.client_account, Message::StudioCancelled(id)));
    }
    record
        .messages
        .extend(must_call.into_iter().map(|person| once("unreachable", person, Message::Unreachable(id))));
}

/// The reminders that a visit has coming.
pub fn reminders(card: &Card, now: DateTime<Utc>) -> Vec<(BookingId, reminder::Planned)> {
    let booking = &card.booking;
    if booking.status != Status::Confirmed {
        return Vec::new();
    }
    let planned = reminder::plan(booking.visit.start(), booking.zone, &card.leads, card.quiet, now);
    planned.into_iter().map(|planned| (booking.id, planned)).collect()
}

/// One message a minute to each admin, however much happens in it.
fn news(services: &Services, by: TelegramId, now: DateTime<Utc>) -> Vec<NewMessage> {
    let minute = TimeDelta::minutes(1);
    let from = now.duration_trunc(minute).unwrap_or(now);
    let admins = services.admins.iter().filter(|admin| **admin != by);
    admins
        .map(|admin| NewMessage {
            not_before: from + minute,
            ..NewMessage::at_once(
                format!("news:{admin}:{}", from.timestamp()),
                *admin,
                Message::News(from),
                now,
            )
        })
        .collect()
}

/// Who of the staff is told about a visit: its master, or else the admins, as when the master cannot be reached.
pub fn staff_of(services: &Services, card: &Card) -> Vec<TelegramId> {
    match card.reachable_master {
        Some(master) => vec![master],
        None => services.admins.clone(),
    }
}
