//! Booking: time is held, confirmed, moved and given back. Each writes the conversation's next step in its own
//! transaction, which the caller commits.

mod confirm;
mod end;
mod promo;
mod series;
mod voucher;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

pub(super) use self::confirm::{begin, needs_approval};
pub use self::{
    confirm::{Confirmed, approve, confirm},
    end::{cancel, cancel_from, missed, moving, release, sweep},
    promo::use_code,
    series::{Preview, confirm_series, preview},
    voucher::redeem,
};
use super::{ServiceError, browse};
use crate::{
    db::{
        Conflict, DbError,
        availability::Availability,
        bookings::{self, By, Card, NewBooking, Taking},
        catalog,
        locks::{Claim, SlotLock},
    },
    domain::{
        self,
        booking::{Booking, Purpose, Status},
        catalog::Candidate,
        conversation::{MasterChoice, Outcome, Wish},
        deposit::Deposit,
        ids::{BookingId, ClientId, LocationId, ServiceId, TelegramId},
        money::Money,
        slots::{Refusal, Slot},
    },
};

/// A time placed on hold: the open transaction that did it, and the booking for the summary.
pub struct Held {
    pub lock: SlotLock,
    pub card: Card,
}

/// What of the chosen services can be booked together.
pub async fn choose(
    conn: &mut PgConnection,
    client: Option<ClientId>,
    location: LocationId,
    picked: &[ServiceId],
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let services = catalog::services(conn, location, client, now).await?;
    let kept = domain::catalog::bookable(&services, picked);
    if kept.is_empty() {
        return Ok(Outcome::NothingLeft);
    }
    let is_less = kept.len() < picked.len();
    Ok(Outcome::Chosen { wish: Wish { location, services: kept, moving: None, quoted: None }, is_less })
}

/// Holds a start for a client: with the wished master, or with the one of all who is chosen first.
///
/// The transaction stays open for the caller to commit together with what follows from it.
pub async fn hold(
    pool: &PgPool,
    client: ClientId,
    wish: &Wish,
    master: MasterChoice,
    start: DateTime<Utc>,
    by: By,
    now: DateTime<Utc>,
) -> Result<Result<Held, Outcome>, ServiceError> {
    let mut conn = pool.acquire().await?;
    if let Some(visit) = wish.moving
        && let outcome @ (Outcome::NotFound | Outcome::TooLateToMove) =
            moving(&mut conn, client, visit, now).await?
    {
        return Ok(Err(outcome));
    }
    let around = browse::around(start);
    let found =
        crate::db::availability::load(&mut conn, wish, master.one(), Some(client), around, now).await?;
    drop(conn);
    let Some(availability) = found.filter(|found| found.gone.is_empty()) else {
        return Ok(Err(Outcome::NotOffered));
    };
    if availability.candidates.is_empty() {
        return Ok(Err(Outcome::MasterGone));
    }
    let slots = match admitted(&availability, start) {
        Ok(slots) => slots,
        Err(refusal) => return Ok(Err(Outcome::Refused(refusal))),
    };
    // Nobody confirms a visit that has begun.
    let until = start.min(now + TimeDelta::minutes(i64::from(availability.location.hold)));
    let limit =
        availability.guest.limit(availability.location.rules.limits).filter(|_| wish.moving.is_none());
    let taking = Taking::Hold { until, replaces: wish.moving, limit, purpose: Purpose::Picked };
    let mut refusal = Refusal::Closed;
    for (candidate, slot) in slots {
        let claims = claims(&availability, client, slot);
        let mut lock = match SlotLock::begin(pool, &claims).await {
            Ok(lock) => lock,
            // Whoever holds the day for so long is taking it.
            Err(DbError::Conflict(_)) => {
                refusal = Refusal::Taken(slot.occupied);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let new = new_booking(&availability, candidate, slot, client, taking);
        let uid = new.uid;
        match take(&mut lock, &new, by, now).await {
            Ok(Some(id)) => {
                // The screen shows a move beside what it moves, which only the database knows.
                let card = if wish.moving.is_some() {
                    bookings::card(lock.connection(), id).await?
                } else {
                    let ids = (id, uid, client, by.client);
                    Some(card_of(&availability, candidate, slot, ids, (until, new.deposit)))
                };
                return match card {
                    Some(card) => Ok(Ok(Held { lock, card })),
                    None => Ok(Err(Outcome::NotFound)),
                };
            }
            Ok(None) => lock.roll_back().await?,
            Err(DbError::Conflict(Conflict::MasterBusy | Conflict::ResourceBusy)) => {}
            Err(DbError::Conflict(Conflict::ClientBusy)) => {
                return Ok(Err(Outcome::Refused(Refusal::OwnVisit(slot.visit))));
            }
            Err(error) => return Err(error.into()),
        }
        refusal = Refusal::Taken(slot.occupied);
    }
    Ok(Err(Outcome::Refused(refusal)))
}

/// Keeps a time for a waiting client, in a transaction that the caller commits; `None` when it was just taken.
#[expect(clippy::too_many_arguments, reason = "what a hold consists of")]
pub async fn hold_for_offer(
    pool: &PgPool,
    client: ClientId,
    wish: &Wish,
    found: &Availability,
    slot: Slot,
    until: DateTime<Utc>,
    by: By,
    now: DateTime<Utc>,
) -> Result<Option<(SlotLock, BookingId)>, ServiceError> {
    let Some(candidate) = found.candidate(slot.master) else { return Ok(None) };
    let limit = found.guest.limit(found.location.rules.limits).filter(|_| wish.moving.is_none());
    let taking = Taking::Hold { until, replaces: wish.moving, limit, purpose: Purpose::Offered };
    let mut lock = match SlotLock::begin(pool, &claims(found, client, slot)).await {
        Err(DbError::Conflict(_)) => return Ok(None),
        lock => lock?,
    };
    match take(&mut lock, &new_booking(found, candidate, slot, client, taking), by, now).await {
        Ok(Some(hold)) => Ok(Some((lock, hold))),
        Ok(None) => {
            lock.roll_back().await?;
            Ok(None)
        }
        Err(DbError::Conflict(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Everything that a visit takes: the master's and the resources' day, and the client.
fn claims(availability: &Availability, client: ClientId, slot: Slot) -> Vec<Claim> {
    let kinds = availability.pools.iter().map(|pool| Claim::Kind(pool.kind, slot.occupied));
    kinds.chain([Claim::Master(slot.master, slot.occupied), Claim::Client(client)]).collect()
}

/// Takes time under the lock. The job that sweeps holds needs no lock: what it was just ending stood in the way of the
/// first try, and of the second no more.
async fn take(
    lock: &mut SlotLock,
    new: &NewBooking<'_>,
    by: By,
    now: DateTime<Utc>,
) -> Result<Option<BookingId>, DbError> {
    match bookings::take(lock, new, by, now).await? {
        Some(id) => Ok(Some(id)),
        None => bookings::take(lock, new, by, now).await,
    }
}

fn new_booking<'a>(
    availability: &Availability,
    candidate: &'a Candidate,
    slot: Slot,
    client: ClientId,
    taking: Taking,
) -> NewBooking<'a> {
    NewBooking {
        uid: Uuid::new_v4(),
        client,
        location: availability.location.id,
        slot,
        zone: availability.location.rules.zone,
        items: &candidate.items,
        price: candidate.price,
        deposit: deposit(availability, candidate, taking),
        kinds: availability.pools.iter().map(|pool| pool.kind).collect(),
        taking,
    }
}

/// What is to be paid beforehand. What is paid for a visit stays with it when it moves, and the visits of a series are
/// paid when they take place.
fn deposit(availability: &Availability, candidate: &Candidate, taking: Taking) -> Option<Deposit> {
    match taking {
        Taking::Hold { replaces: None, .. } => {}
        Taking::Hold { .. } | Taking::Visit { .. } => return None,
    }
    // Prices are bounded when the catalog is applied, and what is due is never more than they are.
    availability.tariff.due(&candidate.items, &availability.guest).unwrap_or_default()
}

/// The masters who can take this start, in the order in which they are chosen; or the reason why nobody can.
fn admitted(availability: &Availability, start: DateTime<Utc>) -> Result<Vec<(&Candidate, Slot)>, Refusal> {
    let date = domain::time::local_date(availability.location.rules.zone, start);
    let mut slots = Vec::new();
    let mut refusal = Refusal::Closed;
    for candidate in &availability.candidates {
        let search = availability.search(candidate);
        match search.admit(start) {
            Ok(slot) => slots.push((search.load(date), candidate, slot)),
            Err(reason) => refusal = reason,
        }
    }
    if slots.is_empty() {
        return Err(refusal);
    }
    slots.sort_by_key(|(load, _, _)| *load);
    Ok(slots.into_iter().map(|(_, candidate, slot)| (candidate, slot)).collect())
}

/// The booking as it was just written, without asking the database for it again. It is for the client's own eyes, who
/// are not told their own name.
fn card_of(
    availability: &Availability,
    candidate: &Candidate,
    slot: Slot,
    (id, uid, client, account): (BookingId, Uuid, ClientId, TelegramId),
    (until, deposit): (DateTime<Utc>, Option<Deposit>),
) -> Card {
    let location = &availability.location;
    Card {
        booking: Booking {
            id,
            uid,
            client,
            master: slot.master,
            location: location.id,
            status: Status::Held,
            visit: slot.visit,
            occupied: slot.occupied,
            zone: location.rules.zone,
            hold_until: Some(until),
            items: candidate.items.clone(),
            price: candidate.price,
            deposit,
            money: None,
            desk: None,
            sequence: 0,
            replaces: None,
            series: None,
            resources: Vec::new(),
            is_late_cancel: false,
            purpose: Purpose::Picked,
            coming_at: None,
            client_late: 0,
            delay: 0,
            came_late: false,
            by_studio: false,
            late_fee: 100,
            discount: Money::zero(candidate.price.currency()),
            voucher: None,
        },
        master: candidate.master.names.clone(),
        location: location.names.clone(),
        address: location.address.clone(),
        terms: location.terms,
        is_offered: true,
        moved_from: None,
        rule: None,
        most_repeats: availability.most_repeats.filter(|_| deposit.is_none()),
        resources: Vec::new(),
        client: String::new(),
        phone: None,
        regard: availability.guest.regard,
        late_cancels: 0,
        no_shows: 0,
        client_account: account,
        master_account: None,
        reachable_master: None,
        is_unreachable: false,
        quiet: None,
        leads: Vec::new(),
        approves_flagged: availability.approves_flagged,
        // Nobody else reads it, and if they did, this would be the safe side.
        is_discreet: true,
        hold: location.hold,
        rating: None,
        promo: None,
    }
}

/// A client's own booking; somebody else's is as good as none.
pub async fn own_card(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
) -> Result<Option<Card>, DbError> {
    let card = bookings::card(conn, booking).await?;
    Ok(card.filter(|card| card.booking.client == client))
}
