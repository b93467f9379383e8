//! Being forgotten: the wish, the time in which it can be taken back, and the deed.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use crate::{
    db::{
        DbError,
        bookings::{self, By, Card},
        catalog,
        erasures::{self, Due, Named, Wishes},
        outbox::{self, NewMessage, Record},
        people, vouchers,
    },
    domain::{
        booking::{Cancelling, Standing, Status},
        conversation::Outcome,
        erasure::{COOLING, Code},
        ids::{ClientId, ErasureId, TelegramId},
        message::Message,
        payment::CHARGING,
        slots::Regard,
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
/// How often it is looked at what lies ahead, each time after all of it was cancelled.
const LOOKS: u32 = 5;
/// How long the mark of the staff outlives a client who was forgotten.
const REGARD_KEPT: TimeDelta = TimeDelta::days(365);
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
    /// The staff has flagged or blocked them, which is kept for a while.
    pub is_marked: bool,
}

/// What it would mean for whoever asks.
pub async fn forgetting(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
) -> Result<Forgetting, DbError> {
    let now = services.clock.now();
    let (years, is_staff) = (services.accounting_years, is_staff(conn, services, viewer.person).await?);
    let Some(client) = viewer.client else {
        return Ok(Forgetting {
            due_at: None,
            visits: 0,
            vouchers: Vec::new(),
            years,
            is_staff,
            is_marked: false,
        });
    };
    Ok(Forgetting {
        due_at: erasures::due_at(conn, client).await?,
        visits: erasures::ahead(conn, client, now).await?.len(),
        vouchers: vouchers::of_client(conn, client, now).await?,
        years,
        is_staff,
        is_marked: people::regard(conn, client).await?.is_some_and(|regard| regard != Regard::Plain),
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
async fn is_staff(conn: &mut PgConnection, services: &Services, person: TelegramId) -> Result<bool, DbError> {
    Ok(services.is_admin(person) || catalog::has_role(conn, person).await?)
}

/// Writes down that a client wants to be forgotten, in the caller's transaction; whoever knows them is told. The staff cannot
/// be, as its screen says.
pub async fn ask(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
    client: ClientId,
) -> Result<Outcome, DbError> {
    if is_staff(conn, services, viewer.person).await? {
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

/// Forgets those whose time to change their mind is over; how many there were. One that fails keeps no other waiting.
pub async fn erase_due(services: &Services) -> Result<u64, ServiceError> {
    let (mut forgotten, mut failed, mut failure) = (0, Vec::new(), None);
    while forgotten < AT_ONCE {
        let now = services.clock.now();
        let mut transaction = services.pool.begin().await?;
        let next = erasures::next_due(&mut transaction, &failed, now - CHARGING, now).await?;
        let Some(due) = next else { break };
        match erase(services, transaction, &due).await {
            Ok(()) => forgotten += 1,
            Err(error) => {
                tracing::warn!(client_id = due.client.0, %error, "a client could not be forgotten");
                failed.push(due.id);
                failure = Some(error);
            }
        }
    }
    failure.map_or(Ok(forgotten), Err)
}

async fn erase(
    services: &Services,
    mut transaction: Transaction<'_, Postgres>,
    due: &Due,
) -> Result<(), ServiceError> {
    let now = services.clock.now();
    if is_staff(&mut transaction, services, due.account).await? {
        // Whoever has become one of the staff meanwhile stays.
        keep(&mut transaction, services, due.client).await?;
        return services.commit(transaction).await;
    }
    let by = By { client: due.account, correlation: Uuid::new_v4() };
    let (visits, others) = give_up(&mut transaction, due.client, by, (due.asked_at, now)).await?;
    for (cards, happened) in [(visits, Happened::CancelledByClient), (others, Happened::Changed)] {
        messages::tell(&mut transaction, services, &cards, happened, by.client, by.correlation).await?;
    }
    erasures::forget(&mut transaction, due.client, due.account, now + REGARD_KEPT, now).await?;
    erasures::done(&mut transaction, due.client, (due.asked_at, now)).await?;
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
    Ok(())
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

/// Cancels what a client has ahead of them: what were visits, and what was not yet. Whether that is late is judged by when
/// it was wished: the time to change one's mind is no reason to pay.
async fn give_up(
    conn: &mut PgConnection,
    client: ClientId,
    by: By,
    (wished_at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(Vec<Card>, Vec<Card>), DbError> {
    let (mut visits, mut others) = (Vec::new(), Vec::new());
    // What is confirmed by somebody just now is seen the next time.
    for _ in 0..LOOKS {
        let ahead = erasures::ahead(conn, client, now).await?;
        for card in bookings::cards(conn, &ahead).await? {
            let booking = card.booking.id;
            match card.booking.standing(card.terms, wished_at) {
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
        if ahead.is_empty() {
            break;
        }
    }
    let mut visits = bookings::cards(conn, &visits).await?;
    visits.retain(|card| card.booking.status == Status::Cancelled);
    visits.sort_by_key(|card| card.booking.visit.start());
    Ok((visits, bookings::cards(conn, &others).await?))
}

/// What a restored database was made to know of those who were forgotten.
#[derive(Debug, Default)]
pub struct CarriedOver {
    pub forgotten_again: usize,
    /// Of the codes that were typed, those that name nobody whom it knows.
    pub not_there: Vec<Code>,
}

/// Does in a restored database what was done in the one that it has replaced: forgets those whom it knows still and those
/// whose codes were typed, without a word to anybody, and takes over who else wants to be forgotten. Whom it does not know it
/// remembers by their code.
pub async fn carry_over(
    conn: &mut PgConnection,
    wishes: &Wishes,
    typed: &[Code],
    now: DateTime<Utc>,
) -> Result<CarriedOver, DbError> {
    let mut carried = CarriedOver::default();
    for (code, wished_at) in &wishes.done {
        match erasures::named(conn, code).await? {
            Named::Somebody(account) => {
                replay(conn, code, account, (wished_at.unwrap_or(now), now)).await?;
                carried.forgotten_again += 1;
            }
            Named::Nobody => {}
            Named::Unknown => erasures::keep_code(conn, code).await?,
        }
    }
    for code in typed {
        match erasures::named(conn, code).await? {
            Named::Somebody(account) => {
                replay(conn, code, account, (now, now)).await?;
                carried.forgotten_again += 1;
            }
            Named::Nobody => {}
            Named::Unknown => carried.not_there.push(code.clone()),
        }
    }
    for (code, asked_at, said_at) in &wishes.others {
        if matches!(erasures::named(conn, code).await?, Named::Somebody(_)) {
            erasures::carry_over(conn, code.client, (*asked_at, *said_at), now + COOLING).await?;
        }
    }
    erasures::cool_again(conn, now + COOLING).await?;
    Ok(carried)
}

/// Forgets once more whom a restored database knows still.
async fn replay(
    conn: &mut PgConnection,
    code: &Code,
    account: TelegramId,
    (wished_at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), DbError> {
    let by = By { client: account, correlation: Uuid::new_v4() };
    give_up(conn, code.client, by, (wished_at, now)).await?;
    erasures::forget(conn, code.client, account, now + REGARD_KEPT, now).await?;
    erasures::done(conn, code.client, (wished_at, now)).await
}
