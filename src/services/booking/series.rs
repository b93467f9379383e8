//! Visits that recur: shown as a whole, and booked all or none.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{Confirmed, claims, confirm, new_booking, own_card, take};
use crate::{
    db::{
        Conflict, DbError,
        availability::{self, Availability},
        bookings::{self, By, Card, Taking},
    },
    domain::{
        booking::{Standing, Status},
        catalog::Candidate,
        conversation::{Outcome, Wish},
        ids::{BookingId, ClientId},
        ranges::Range,
        series::{self, Deviation, Occurrence, Recurrence},
        slots::{Regard, Slot},
    },
    services::{ServiceError, Services},
};

/// A series as it would be booked now.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The visit on hold, which is the first.
    pub card: Card,
    pub availability: Availability,
    pub planned: Vec<Occurrence>,
}

impl Preview {
    /// The master who gives the whole series.
    pub fn candidate(&self) -> Option<&Candidate> {
        self.availability.candidate(self.card.booking.master)
    }
}

/// Plans a series on a client's living hold; or says why there can be none.
pub async fn preview(
    conn: &mut PgConnection,
    client: ClientId,
    wish: &Wish,
    booking: BookingId,
    rule: Recurrence,
    deviations: &[(u32, Deviation)],
    now: DateTime<Utc>,
) -> Result<Result<Preview, Outcome>, DbError> {
    let Some(card) = own_card(conn, client, booking).await? else { return Ok(Err(Outcome::NotFound)) };
    match card.booking.standing(card.terms, now) {
        Standing::OnHold { .. } => {}
        Standing::Ahead(_) | Standing::Past => return Ok(Err(Outcome::SeriesConfirmed(booking))),
        Standing::HoldOver | Standing::Off => {
            return Ok(Err(Outcome::HoldOver(card.booking.visit.start())));
        }
    }
    let reach = TimeDelta::weeks(i64::from(rule.weeks()) * i64::from(rule.times()) + 2);
    let span = Range::around(card.booking.visit.start(), TimeDelta::days(3), reach);
    let master = Some(card.booking.master);
    let found = availability::load(conn, wish, master, Some(client), span, now).await?;
    let allowed = card.most_repeats.is_some_and(|most| rule.times() <= most);
    let Some(mut availability) =
        found.filter(|_| allowed && card.is_offered && card.regard != Regard::Blocked)
    else {
        return Ok(Err(Outcome::NotOffered));
    };
    // What the held visit promises holds for all.
    for candidate in &mut availability.candidates {
        candidate.items.clone_from(&card.booking.items);
        candidate.price = card.booking.price;
        candidate.length.minutes = card.booking.items.iter().map(|item| item.minutes).sum();
    }
    let Some(candidate) = availability.candidate(card.booking.master) else {
        return Ok(Err(Outcome::MasterGone));
    };
    let first =
        Slot { master: card.booking.master, visit: card.booking.visit, occupied: card.booking.occupied };
    let planned = series::plan(availability.search(candidate), first, rule, deviations);
    Ok(Ok(Preview { card, availability, planned }))
}

/// Confirms the hold and takes all other visits of the series, or none of it.
pub async fn confirm_series(
    services: &Services,
    client: ClientId,
    wish: &Wish,
    booking: BookingId,
    (rule, deviations): (Recurrence, &[(u32, Deviation)]),
    by: By,
) -> Result<Result<Confirmed, Outcome>, ServiceError> {
    let (pool, now) = (&services.pool, services.clock.now());
    let mut conn = pool.acquire().await?;
    let preview = match preview(&mut conn, client, wish, booking, rule, deviations, now).await? {
        Ok(preview) => preview,
        Err(outcome) => return Ok(Err(outcome)),
    };
    drop(conn);
    if confirm::needs_approval(&preview.card) {
        return Ok(Err(Outcome::OneRequest));
    }
    if preview.planned.iter().any(Occurrence::is_clash) {
        return Ok(Err(Outcome::SeriesClash));
    }
    let Some(candidate) = preview.candidate() else { return Ok(Err(Outcome::MasterGone)) };
    let availability = &preview.availability;
    let slots: Vec<Slot> = preview.planned.iter().filter_map(|occurrence| occurrence.slot?.ok()).collect();
    if slots.len() == 1 {
        // With all others left out, it is a visit like any other.
        return confirm(services, client, booking, by).await;
    }
    let all: Vec<_> = slots.iter().flat_map(|slot| claims(availability, client, *slot)).collect();
    let mut lock = confirm::begin(pool, &all).await?;
    let zone = availability.location.rules.zone;
    let start = preview.card.booking.visit.start();
    let local = start.with_timezone(&zone).naive_local();
    let series = bookings::new_series(&mut lock, client, &rule.rule(), local, zone, now).await?;
    if !bookings::confirm(&mut lock, booking, client, Some(series), by, now).await? {
        lock.roll_back().await?;
        return Ok(Err(Outcome::HoldOver(start)));
    }
    for slot in slots.iter().filter(|slot| slot.visit.start() != start) {
        let taking = Taking::Visit { series };
        let new = new_booking(availability, candidate, *slot, client, taking);
        match take(&mut lock, &new, by, now).await {
            Ok(Some(_)) => {}
            Ok(None) => {
                lock.roll_back().await?;
                return Ok(Err(Outcome::SeriesClash));
            }
            // A refused statement has ended the transaction already.
            Err(DbError::Conflict(Conflict::MasterBusy | Conflict::ClientBusy | Conflict::ResourceBusy)) => {
                return Ok(Err(Outcome::SeriesClash));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let mut card = preview.card;
    (card.booking.status, card.booking.hold_until) = (Status::Confirmed, None);
    (card.booking.series, card.rule) = (Some(series), Some(rule.rule()));
    Ok(Ok(Confirmed { lock, card, outcome: Outcome::SeriesConfirmed(booking), was: None }))
}
