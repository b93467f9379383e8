//! Being forgotten: the wish, the time in which it can be taken back, and the deed.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    db::{
        DbError,
        bookings::{self, By, Card},
        catalog, erasures,
        outbox::{self, NewMessage, Record},
        vouchers,
    },
    domain::{
        booking::{Cancelling, Standing, Status},
        conversation::Outcome,
        erasure::{COOLING, Code},
        ids::{ClientId, ErasureId, TelegramId},
        message::Message,
        voucher::Voucher,
    },
    services::{
        ServiceError, Services,
        browse::Viewer,
        messages::{self, Happened},
    },
};

/// So far back the staff may have notes of their own about a client.
const REMEMBERED: TimeDelta = TimeDelta::days(365);
/// Clients whom one run forgets at most.
const AT_ONCE: u64 = 20;

/// What it would mean to be forgotten.
#[derive(Debug, Clone)]
pub struct Forgetting {
    /// When it will be done, where it is wished.
    pub due_at: Option<DateTime<Utc>>,
    /// Visits ahead and times on hold, which would be cancelled.
    pub visits: usize,
    /// What would be lost.
    pub vouchers: Vec<Voucher>,
    /// For so many years it is kept who has paid.
    pub years: u32,
    pub is_staff: bool,
}

/// What it would mean for whoever asks.
pub async fn forgetting(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
) -> Result<Forgetting, DbError> {
    let now = services.clock.now();
    let (years, is_staff) = (services.accounting_years, is_staff(conn, services, viewer).await?);
    let Some(client) = viewer.client else {
        return Ok(Forgetting { due_at: None, visits: 0, vouchers: Vec::new(), years, is_staff });
    };
    Ok(Forgetting {
        due_at: erasures::due_at(conn, client).await?,
        visits: erasures::ahead(conn, client, now).await?.len(),
        vouchers: vouchers::of_client(conn, client, now).await?,
        years,
        is_staff,
    })
}

/// When whoever asks will be forgotten, where they wish that, and on whose wall that is read.
pub async fn due_at(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
) -> Result<Option<(DateTime<Utc>, Tz)>, DbError> {
    let Some(client) = viewer.client else { return Ok(None) };
    Ok(erasures::due_at(conn, client).await?.map(|due| (due, services.zone)))
}

/// The catalog knows their account, and what they do for others is others' as well.
async fn is_staff(conn: &mut PgConnection, services: &Services, viewer: Viewer) -> Result<bool, DbError> {
    Ok(services.is_admin(viewer.person) || catalog::has_role(conn, viewer.person).await?)
}

/// Writes down that a client wants to be forgotten, in the caller's transaction; whoever knows them is told. The staff cannot
/// be, as its screen says.
pub async fn ask(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
    client: ClientId,
) -> Result<Outcome, DbError> {
    if is_staff(conn, services, viewer).await? {
        return Ok(Outcome::Done);
    }
    let now = services.clock.now();
    if let Some(erasure) = erasures::ask(conn, client, now + COOLING, now).await? {
        tell_staff(conn, services, client, (erasure, Message::ErasureAsked(erasure)), now).await?;
    }
    Ok(Outcome::Done)
}

/// Takes that back, in the caller's transaction.
pub async fn keep(
    conn: &mut PgConnection,
    services: &Services,
    client: ClientId,
) -> Result<Outcome, DbError> {
    let now = services.clock.now();
    if let Some(erasure) = erasures::withdraw(conn, client, now).await? {
        tell_staff(conn, services, client, (erasure, Message::ErasureWithdrawn(erasure)), now).await?;
    }
    Ok(Outcome::DataKept)
}

async fn tell_staff(
    conn: &mut PgConnection,
    services: &Services,
    client: ClientId,
    (erasure, message): (ErasureId, Message),
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let mut staff = erasures::who_knows(conn, client, now - REMEMBERED).await?;
    staff.extend(services.admins.iter().filter(|admin| !staff.contains(admin)).copied().collect::<Vec<_>>());
    let kind = message.manner().kind;
    let tell = |person: TelegramId| {
        NewMessage::at_once(format!("{kind}:{erasure}:{person}"), person, message.clone(), now)
    };
    let messages = staff.into_iter().map(tell).collect();
    outbox::record(conn, &Record { messages, ..Record::default() }, now).await?;
    Ok(())
}

/// Forgets those whose time to change their mind is over; how many there were.
pub async fn erase_due(services: &Services) -> Result<u64, ServiceError> {
    let mut forgotten = 0;
    while forgotten < AT_ONCE && erase_next(services).await? {
        forgotten += 1;
    }
    Ok(forgotten)
}

async fn erase_next(services: &Services) -> Result<bool, ServiceError> {
    let now = services.clock.now();
    let mut transaction = services.pool.begin().await?;
    let Some(due) = erasures::next_due(&mut transaction, now).await? else { return Ok(false) };
    let by = By { client: due.account, correlation: Uuid::new_v4() };
    let (visits, others) = give_up(&mut transaction, due.client, by, now).await?;
    for (cards, happened) in [(visits, Happened::CancelledByClient), (others, Happened::Changed)] {
        messages::tell(&mut transaction, services, &cards, happened, by.client, by.correlation).await?;
    }
    erasures::forget(&mut transaction, due.client, due.account, now).await?;
    erasures::done(&mut transaction, due.client, now).await?;
    let refreshed = refresh_cards(&mut transaction, due.client, by.correlation, now).await?;
    let (id, language) = (due.id, due.language);
    let mut messages = refreshed;
    messages.extend(services.admins.iter().map(|admin| {
        NewMessage::at_once(format!("erasure_done:{id}:{admin}"), *admin, Message::ErasureDone(id), now)
    }));
    // The last thing that is known of them; it goes with the messages.
    messages.push(NewMessage {
        useful_until: Some(now + TimeDelta::days(1)),
        ..NewMessage::at_once(format!("forgotten:{id}"), due.account, Message::Forgotten(language), now)
    });
    outbox::record(&mut transaction, &Record { messages, ..Record::default() }, now).await?;
    services.commit(transaction).await?;
    services.bell.ring_free();
    tracing::info!(client_id = due.client.0, "a client was forgotten");
    Ok(true)
}

/// Messages with the name of somebody who has none any more are brought up to date where they are.
async fn refresh_cards(
    conn: &mut PgConnection,
    client: ClientId,
    correlation: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<NewMessage>, DbError> {
    let refresh = |(booking, person)| {
        let key = format!("card:{booking}:{person}:{correlation}");
        NewMessage { needs_card: true, ..NewMessage::at_once(key, person, Message::Card(booking), now) }
    };
    let fade = |(booking, person, message)| {
        let key = format!("faded:{booking}:{person}:{message}");
        NewMessage::at_once(key, person, Message::OldCard(booking, message), now)
    };
    let mut messages: Vec<NewMessage> =
        erasures::cards_of_staff(conn, client).await?.into_iter().map(refresh).collect();
    messages.extend(erasures::letters_to_staff(conn, client).await?.into_iter().map(fade));
    Ok(messages)
}

/// Cancels what a client has ahead of them: what were visits, and what was not yet.
async fn give_up(
    conn: &mut PgConnection,
    client: ClientId,
    by: By,
    now: DateTime<Utc>,
) -> Result<(Vec<Card>, Vec<Card>), DbError> {
    let (mut visits, mut others) = (Vec::new(), Vec::new());
    let ahead = erasures::ahead(conn, client, now).await?;
    for card in bookings::cards(conn, &ahead).await? {
        let booking = card.booking.id;
        match card.booking.standing(card.terms, now) {
            // Whoever is nobody any more does not come, however late that is.
            Standing::Ahead(ahead) => {
                let is_late = ahead.cancelling != Cancelling::Free;
                if bookings::cancel(conn, booking, client, is_late, by, now).await? {
                    visits.push(booking);
                }
            }
            Standing::OnHold { .. } | Standing::HoldOver => {
                if bookings::release(conn, booking, client, by, now).await? {
                    others.push(booking);
                }
            }
            Standing::Past | Standing::Off => {}
        }
    }
    let mut visits = bookings::cards(conn, &visits).await?;
    visits.retain(|card| card.booking.status == Status::Cancelled);
    visits.sort_by_key(|card| card.booking.visit.start());
    Ok((visits, bookings::cards(conn, &others).await?))
}

/// Forgets once more whom a restored database knows still, without a word to anybody; `false` when it knows no such client.
pub async fn replay(conn: &mut PgConnection, code: &Code, now: DateTime<Utc>) -> Result<bool, DbError> {
    let Some(account) = erasures::named(conn, code).await? else { return Ok(false) };
    let by = By { client: account, correlation: Uuid::new_v4() };
    give_up(conn, code.client, by, now).await?;
    erasures::forget(conn, code.client, account, now).await?;
    erasures::done(conn, code.client, now).await?;
    Ok(true)
}
