//! What clients and staff say of a visit: coming, late, came or not, and how it was. All but the job work in the
//! caller's transaction.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{
    ServiceError, Services,
    booking::own_card,
    browse::Viewer,
    messages::{self, Happened, staff_of},
};
use crate::{
    db::{
        DbError, attendance,
        bookings::{self, By, Card},
        outbox::{self, NewMessage, Record},
    },
    domain::{
        attendance::{Attendance, regard, unforgiven},
        booking::Status,
        conversation::Outcome,
        ids::{BookingId, ClientId},
        message::Message,
        reminder::{Answer, allows},
    },
};

/// Visits that one pass of the job asks about at most.
const ASKED_AT_ONCE: i64 = 200;
/// The master hears of a rating once the client has had the time to add a comment.
const COMMENT_TIME: TimeDelta = TimeDelta::minutes(10);
/// How late a client may say that they will be, in minutes.
pub const LATE_CHOICES: [u32; 5] = [5, 10, 15, 20, 30];

/// Asks about the visits that are over; how many there were.
pub async fn ask_due(services: &Services) -> Result<u64, ServiceError> {
    let mut conn = services.pool.acquire().await?;
    let asked = attendance::ask_due(&mut conn, &services.admins, ASKED_AT_ONCE, services.clock.now()).await?;
    if asked > 0 {
        services.bell.ring();
    }
    Ok(asked)
}

/// A client says that they are coming.
pub async fn coming(
    conn: &mut PgConnection,
    services: &Services,
    client: ClientId,
    booking: BookingId,
    by: By,
) -> Result<Outcome, DbError> {
    let now = services.clock.now();
    let Some(mut card) = own_card(conn, client, booking).await? else { return Ok(Outcome::NotFound) };
    if !allows(&card.booking, card.terms, now, Answer::Coming) {
        return Ok(Outcome::TooLate);
    }
    attendance::set_coming(conn, booking, now).await?;
    card.booking.coming_at = Some(now);
    changed(conn, services, &card, by).await?;
    Ok(Outcome::Done)
}

/// A client says by how many minutes they will be late.
pub async fn client_late(
    conn: &mut PgConnection,
    services: &Services,
    client: ClientId,
    booking: BookingId,
    minutes: u32,
    by: By,
) -> Result<Outcome, DbError> {
    let now = services.clock.now();
    let Some(card) = own_card(conn, client, booking).await? else { return Ok(Outcome::NotFound) };
    if !allows(&card.booking, card.terms, now, Answer::Late) || !LATE_CHOICES.contains(&minutes) {
        return Ok(Outcome::TooLate);
    }
    attendance::set_client_late(conn, booking, minutes, now).await?;
    let refresh = |person| NewMessage {
        needs_card: true,
        ..NewMessage::at_once(
            format!("card:{booking}:{person}:{}", by.correlation),
            person,
            Message::Card(booking),
            now,
        )
    };
    let tell = |person| {
        let key = format!("late:{booking}:{person}:{}", by.correlation);
        NewMessage::at_once(key, person, Message::ClientLate(booking, minutes), now)
    };
    let messages = staff_of(services, &card).into_iter().map(tell).chain([refresh(card.client_account)]);
    let record = Record { messages: messages.collect(), ..Record::default() };
    outbox::record(conn, &record, now).await?;
    Ok(Outcome::Done)
}

/// The staff says whether a client came. The rule about no-shows then says how the client is regarded, and who came is
/// asked how it was.
pub async fn attended(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
    booking: BookingId,
    attendance: Attendance,
    by: By,
) -> Result<Outcome, DbError> {
    let now = services.clock.now();
    let card = bookings::card(conn, booking).await?;
    let Some(mut card) = card.filter(|card| viewer.may_see(card)) else { return Ok(Outcome::NotFound) };
    let is_admin = viewer.master != Some(card.booking.master);
    let who = (viewer.person, is_admin);
    if !attendance::set(conn, booking, attendance, who, by.correlation, now).await? {
        return Ok(Outcome::TooEarly);
    }
    card.booking.status = if attendance.is_no_show() { Status::NoShow } else { Status::Completed };
    count_no_shows(conn, &card, now).await?;
    changed(conn, services, &card, by).await?;
    if !attendance.is_no_show() && !card.is_unreachable {
        let ask = Message::RatingAsk(booking);
        let ask = NewMessage::at_once(format!("rating:{booking}"), card.client_account, ask, now);
        outbox::record(conn, &Record { messages: vec![ask], ..Record::default() }, now).await?;
    }
    Ok(Outcome::Done)
}

async fn count_no_shows(conn: &mut PgConnection, card: &Card, now: DateTime<Utc>) -> Result<(), DbError> {
    let Some(record) = attendance::record(conn, card.booking.id).await? else { return Ok(()) };
    let count = unforgiven(&record.visits, record.rule.forgive_after);
    let decided = regard(record.regard, record.is_by_rule, count, record.rule);
    if decided != record.regard {
        attendance::regard_by_rule(conn, card.booking.client, decided, now).await?;
    }
    Ok(())
}

/// Keeps a client's rating; the master hears of it.
pub async fn rate(
    conn: &mut PgConnection,
    services: &Services,
    client: ClientId,
    booking: BookingId,
    stars: u8,
) -> Result<Outcome, DbError> {
    let now = services.clock.now();
    if !(1..=5).contains(&stars) || !attendance::rate(conn, client, booking, stars, now).await? {
        return Ok(Outcome::NotFound);
    }
    let Some(card) = own_card(conn, client, booking).await? else { return Ok(Outcome::NotFound) };
    let tell = |person| NewMessage {
        not_before: now + COMMENT_TIME,
        ..NewMessage::at_once(format!("rated:{booking}:{person}"), person, Message::Rated(booking), now)
    };
    let messages = staff_of(services, &card).into_iter().map(tell).collect();
    outbox::record(conn, &Record { messages, ..Record::default() }, now).await?;
    Ok(Outcome::Rated(booking))
}

/// Adds a comment to a client's rating.
pub async fn comment(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
    comment: &str,
) -> Result<Outcome, DbError> {
    let kept = attendance::comment(conn, client, booking, comment).await?;
    Ok(if kept { Outcome::Done } else { Outcome::NotFound })
}

async fn changed(conn: &mut PgConnection, services: &Services, card: &Card, by: By) -> Result<(), DbError> {
    let cards = std::slice::from_ref(card);
    messages::tell(conn, services, cards, Happened::Changed, by.client, by.correlation).await
}
