//! The waitlist: a time that becomes free is kept for and offered to one waiting client after the other.

use chrono::{DateTime, Days, TimeDelta, Utc};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use super::{
    ServiceError, Services,
    booking::{self, Confirmed, own_card},
};
use crate::{
    db::{
        self, DbError,
        availability::{self, Availability},
        bookings::{self, By, Card},
        catalog,
        outbox::{self, NewMessage, Record},
        waitlist::{self, OfferState, Waiting},
    },
    domain::{
        booking::Standing,
        conversation::{MasterChoice, Outcome, WaitWish},
        ids::{ClientId, OfferId, WaitId},
        message::Message,
        ranges::Range,
        slots::Slot,
        time,
        waitlist::Window,
    },
};

pub use crate::db::waitlist::PlaceInLine;

/// Waiting clients that are read at a time.
const AT_ONCE: i64 = 200;
/// Who lets an offer pass in silence is left in peace for so long; on a day with many free times one would follow another.
const PEACE: TimeDelta = TimeDelta::hours(3);

/// An offer as its client sees it.
#[derive(Debug, Clone)]
pub struct OfferFacts {
    pub id: OfferId,
    /// The hold that keeps the time.
    pub card: Card,
    pub until: DateTime<Utc>,
    pub is_open: bool,
    pub is_accepted: bool,
}

/// `None` when there is no such offer.
pub async fn offer(conn: &mut PgConnection, offer: OfferId) -> Result<Option<OfferFacts>, DbError> {
    let Some((hold, until, state)) = waitlist::offer(conn, offer).await? else { return Ok(None) };
    let card = bookings::card(conn, hold).await?;
    let (is_open, is_accepted) = (state == OfferState::Open, state == OfferState::Accepted);
    Ok(card.map(|card| OfferFacts { id: offer, card, until, is_open, is_accepted }))
}

/// Ends what is over and offers what has become free; how many offers were made or ended.
pub async fn offer_free_times(services: &Services) -> Result<u64, ServiceError> {
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await?;
    let mut done = waitlist::tidy(&mut conn, now).await?;
    for offer in waitlist::lapsed(&mut conn, now).await? {
        done += u64::from(waitlist::end_offer(&mut conn, offer, OfferState::Lapsed, now).await?);
    }
    // In one snapshot, lest a time that becomes free meanwhile goes to whoever happens to be looked at next.
    let mut snapshot = conn.begin_with(db::SNAPSHOT).await.map_err(DbError::from)?;
    let mut last = WaitId(0);
    loop {
        let waiting = waitlist::waiting(&mut snapshot, last, now - PEACE, AT_ONCE).await?;
        let Some(place) = waiting.last() else { break };
        last = place.id;
        for place in waiting {
            // Who sleeps is asked in the morning; whoever is awake comes first.
            if place.quiet.is_none_or(|quiet| quiet.around(now).is_none()) {
                done += u64::from(offer_to(services, &mut snapshot, &place, now).await?);
            }
        }
    }
    snapshot.commit().await.map_err(DbError::from)?;
    if done > 0 {
        services.bell.ring();
    }
    Ok(done)
}

/// Looks for a time for one waiting client, keeps it and offers it.
async fn offer_to(
    services: &Services,
    conn: &mut PgConnection,
    place: &Waiting,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let until = now + TimeDelta::minutes(i64::from(place.minutes));
    // Nobody is offered what they could not take to the end of the offer.
    if place.visit.is_some_and(|(_, move_until)| move_until <= until) {
        return Ok(false);
    }
    let midnight = |date| time::wall(date, 0).and_utc();
    let from = midnight(place.window.first).max(now);
    let Some(to) = place.window.last.checked_add_days(Days::new(3)) else { return Ok(false) };
    let span = Range::around(from, TimeDelta::hours(60), (midnight(to) - from).max(TimeDelta::hours(1)));
    let found = availability::load(conn, &place.wish, place.master, Some(place.client), span, now).await?;
    let Some(found) = found.filter(|found| found.gone.is_empty()) else { return Ok(false) };
    let before = place.visit.map(|(start, _)| start);
    let Some(slot) = place.window.first_match(&found.searches(), until, before, &place.refused) else {
        return Ok(false);
    };
    keep(services, place, &found, slot, until, now).await
}

async fn keep(
    services: &Services,
    place: &Waiting,
    found: &Availability,
    slot: Slot,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let by = By { client: place.account, correlation: Uuid::new_v4() };
    let Some((mut lock, hold)) =
        booking::hold_for_offer(&services.pool, place.client, &place.wish, found, slot, until, by, now)
            .await?
    else {
        return Ok(false);
    };
    let kept = (hold, slot.master);
    let offer = waitlist::offer_hold(&mut lock, place.id, kept, slot.visit.start(), until, now).await?;
    let Some(offer) = offer else {
        lock.roll_back().await?;
        return Ok(false);
    };
    let message = NewMessage {
        useful_until: Some(until),
        ..NewMessage::at_once(format!("offer:{offer}"), place.account, Message::Offer(offer), now)
    };
    outbox::record(lock.connection(), &Record { messages: vec![message], ..Record::default() }, now).await?;
    lock.commit().await?;
    Ok(true)
}

/// Takes an offered time: the visit moves there, or is booked. The transaction is the caller's to commit.
pub async fn accept(
    services: &Services,
    client: ClientId,
    offer: OfferId,
    by: By,
) -> Result<Result<Confirmed, Outcome>, ServiceError> {
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await?;
    let Some((hold, until, state)) = waitlist::offer(&mut conn, offer).await? else {
        return Ok(Err(Outcome::NotFound));
    };
    let Some(card) = own_card(&mut conn, client, hold).await? else { return Ok(Err(Outcome::NotFound)) };
    let is_on_hold = matches!(card.booking.standing(card.terms, now), Standing::OnHold { .. });
    if state != OfferState::Open || until <= now || !is_on_hold {
        return Ok(Err(Outcome::OfferOver));
    }
    drop(conn);
    match booking::confirm(services, client, hold, by).await? {
        Ok(mut confirmed) => {
            waitlist::end_offer(confirmed.lock.connection(), offer, OfferState::Accepted, now).await?;
            Ok(Ok(confirmed))
        }
        Err(Outcome::HoldOver(_)) => Ok(Err(Outcome::OfferOver)),
        refused => Ok(refused),
    }
}

/// Declines an offered time in the caller's transaction: it is free for the next in line.
pub async fn decline(
    conn: &mut PgConnection,
    client: ClientId,
    offer: OfferId,
    by: By,
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let Some((hold, _, state)) = waitlist::offer(conn, offer).await? else { return Ok(Outcome::NotFound) };
    if own_card(conn, client, hold).await?.is_none() {
        return Ok(Outcome::NotFound);
    }
    if state != OfferState::Open {
        return Ok(Outcome::OfferOver);
    }
    bookings::release(conn, hold, client, by, now).await?;
    waitlist::end_offer(conn, offer, OfferState::Declined, now).await?;
    Ok(Outcome::Done)
}

/// Puts a client into the waitlist in the caller's transaction.
pub async fn join(
    conn: &mut PgConnection,
    client: ClientId,
    wanted: &WaitWish,
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let Some(zone) = catalog::zone(conn, wanted.wish.location).await? else { return Ok(Outcome::NotOffered) };
    let first = wanted.first.unwrap_or_default().max(time::local_date(zone, now));
    if first > wanted.last {
        return Ok(Outcome::TooLate);
    }
    let window = Window { first, last: wanted.last, weekdays: wanted.weekdays, part: wanted.part };
    let master = match wanted.master {
        MasterChoice::One(master) => Some(master),
        MasterChoice::Anyone => None,
    };
    let joined = waitlist::join(conn, client, &wanted.wish, master, &window, now).await?;
    Ok(if joined { Outcome::Done } else { Outcome::TooManyPlaces })
}

/// What an earlier time would be for, if the visit may still be moved.
pub async fn earlier(
    conn: &mut PgConnection,
    client: ClientId,
    booking: crate::domain::ids::BookingId,
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let Some(card) = own_card(conn, client, booking).await? else { return Ok(Outcome::NotFound) };
    Ok(match booking::moving(conn, client, booking, now).await? {
        Outcome::Moving { wish, master, .. } => {
            let day = time::local_date(card.booking.zone, card.booking.visit.start());
            Outcome::Earlier { wish, master, day }
        }
        outcome => outcome,
    })
}

/// A client leaves the waitlist, in the caller's transaction.
pub async fn leave(
    conn: &mut PgConnection,
    client: ClientId,
    wait: WaitId,
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let left = waitlist::leave(conn, client, wait, now).await?;
    Ok(if left { Outcome::Done } else { Outcome::NotFound })
}
