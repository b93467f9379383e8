//! What a screen shows, read fresh from the database: the facts that the view turns into text and buttons.

mod after;
mod facts;
mod search;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgConnection;

pub use self::facts::{
    AlternativeFacts, CalendarFacts, DayFacts, Facts, MasterChoiceFacts, SeriesFacts, TimesFacts, VisitFacts,
    WaitFacts, Ways,
};
use super::{ServiceError, Services, booking, privacy, staff, vouchers::shop};
use crate::{
    db::{
        DbError, availability,
        bookings::{self, Card},
        catalog, promos, time_off, vouchers,
    },
    domain::{
        booking::{Purpose, Standing, Status},
        catalog::menu,
        conversation::{MasterChoice, Screen, Wish},
        ids::{BookingId, ClientId, MasterId, ServiceId, TelegramId},
        money::Money,
        ranges::Range,
        time,
        voucher::Voucher,
    },
};

/// Visits on one page of *My visits*.
pub const VISITS_PER_PAGE: usize = 5;

/// Who looks.
#[derive(Debug, Clone, Copy)]
pub struct Viewer {
    pub person: TelegramId,
    pub client: Option<ClientId>,
    pub master: Option<MasterId>,
    pub is_admin: bool,
}

impl Viewer {
    pub fn is_staff(self) -> bool {
        self.is_admin || self.master.is_some()
    }

    /// Whether a visit is theirs to see as staff; what was never confirmed is nobody's business, unless they are asked.
    pub fn may_see(self, card: &Card) -> bool {
        let is_a_visit = match card.booking.status {
            Status::Confirmed | Status::Completed | Status::NoShow | Status::Cancelled => true,
            Status::Held | Status::AwaitingPayment | Status::Expired => {
                card.booking.purpose == Purpose::Requested
            }
        };
        is_a_visit && (self.is_admin || self.master == Some(card.booking.master))
    }
}

/// Enough around an instant to decide on it, whatever the zone.
pub fn around(start: DateTime<Utc>) -> Range {
    Range::around(start, TimeDelta::hours(60), TimeDelta::hours(60))
}

/// A visit with what may be done with it now.
pub fn visit(card: Card, now: DateTime<Utc>) -> VisitFacts {
    let standing = card.booking.standing(card.terms, now);
    VisitFacts { card, standing }
}

/// The summary of a hold, with the price that the client was told if it is another now, and how it can be paid.
pub async fn summary(
    conn: &mut PgConnection,
    card: Card,
    wish: &Wish,
    now: DateTime<Utc>,
) -> Result<Facts, DbError> {
    let booking = &card.booking;
    let quoted = wish.quoted.filter(|quoted| *quoted != booking.price.minor() && card.promo.is_none());
    let quoted = quoted.and_then(|minor| Money::from_minor(minor, booking.price.currency()));
    let is_open = booking.status == Status::Held && booking.replaces.is_none();
    let ways = if is_open && !booking::needs_approval(&card) {
        let own = vouchers::of_client(conn, booking.client, now).await?;
        let amounts = own.iter().filter(|voucher| voucher.visits.is_none()).map(|voucher| voucher.left);
        let most = amounts
            .filter(|left| left.currency() == booking.price.currency())
            .max_by_key(|left| left.minor());
        let pays = |voucher: Voucher| voucher.redeem(&card.booking).map(|pays| (voucher, pays));
        let by_code = card.promo.is_none() && promos::has_any(conn, booking.location).await?;
        let vouchers: Vec<_> = own.into_iter().filter_map(pays).collect();
        let too_little = most.filter(|_| vouchers.is_empty());
        Ways { vouchers, too_little, by_code }
    } else {
        Ways::default()
    };
    Ok(Facts::Summary { visit: visit(card, now), quoted, ways })
}

/// Times to take instead of a visit's, the nearest first.
pub async fn alternatives(
    conn: &mut PgConnection,
    card: &Card,
    now: DateTime<Utc>,
) -> Result<Vec<AlternativeFacts>, DbError> {
    let wish = Wish::again(&card.booking);
    let horizon = search::whole_horizon(now);
    let found = availability::load(conn, &wish, None, Some(card.booking.client), horizon, now).await?;
    let Some(found) = found.filter(|found| found.gone.is_empty()) else { return Ok(Vec::new()) };
    let wished = MasterChoice::One(card.booking.master);
    Ok(search::alternatives(&found, wished, card.booking.visit.start()))
}

/// The facts for a screen, as of now.
pub async fn facts(services: &Services, viewer: Viewer, screen: &Screen) -> Result<Facts, ServiceError> {
    let now = services.clock.now();
    // What needs no database must not wait for a connection.
    match screen {
        Screen::Welcome => return Ok(Facts::Welcome),
        Screen::Phone => return Ok(Facts::Phone),
        Screen::Language => return Ok(Facts::Language),
        Screen::Help => return Ok(Facts::Help { is_staff: viewer.is_staff(), is_admin: viewer.is_admin }),
        Screen::Privacy => return Ok(Facts::Privacy),
        Screen::Terms => return Ok(Facts::Terms),
        _ => {}
    }
    let mut conn = services.pool.acquire().await?;
    let conn = &mut *conn;
    match screen {
        Screen::Welcome
        | Screen::Phone
        | Screen::Language
        | Screen::Help
        | Screen::Privacy
        | Screen::Terms => Ok(Facts::Missing),
        Screen::Home => Ok(Facts::Home {
            next: next_visit(conn, viewer, now).await?,
            is_staff: viewer.is_staff(),
            has_vouchers: !shop(conn, services, viewer.client).await?.is_empty(),
            forgotten_at: privacy::due_at(conn, services, viewer).await?,
        }),
        Screen::Locations
        | Screen::Services { .. }
        | Screen::Masters { .. }
        | Screen::Calendar { .. }
        | Screen::Times { .. }
        | Screen::Taken { .. } => choices(conn, viewer, screen, now).await,
        Screen::Summary { wish, booking, .. } => {
            let card = own(conn, viewer, *booking).await?;
            match card {
                Some(card) => Ok(summary(conn, card, wish, now).await?),
                None => Ok(Facts::Missing),
            }
        }
        Screen::Repeat { booking, .. } => {
            let Some(card) = own(conn, viewer, *booking).await? else { return Ok(Facts::Missing) };
            let visit = visit(card, now);
            Ok(match (visit.standing, visit.card.most_repeats) {
                (Standing::OnHold { .. }, Some(most)) => Facts::Repeat { visit, most },
                (Standing::HoldOver | Standing::Off, _) => Facts::HoldOver,
                _ => Facts::Missing,
            })
        }
        Screen::Series { wish, booking, rule, deviations, picking } => {
            let (wish, series) = ((wish, *booking), (*rule, deviations.as_slice()));
            Ok(search::series(conn, viewer, wish, series, *picking, now).await?)
        }
        Screen::Visit { booking } => {
            let card = own(conn, viewer, *booking).await?;
            Ok(card.map_or(Facts::Missing, |card| Facts::Visit(visit(card, now))))
        }
        Screen::CancelVisit { booking } => cancel_visit(conn, viewer, *booking, now).await,
        Screen::Visits { past, page } => {
            let mut cards = visits(conn, viewer, *past, *page, now).await?;
            let more = cards.len() > VISITS_PER_PAGE;
            cards.truncate(VISITS_PER_PAGE);
            let cards = cards.into_iter().map(|card| visit(card, now)).collect();
            let vouchers = match viewer.client.filter(|_| !past) {
                Some(client) => vouchers::of_client(conn, client, now).await?,
                None => Vec::new(),
            };
            Ok(Facts::Visits { cards, past: *past, page: *page, more, vouchers, zone: services.zone })
        }
        Screen::Day { date } => staff_day(conn, viewer, *date, now).await,
        Screen::Why { at, master } => {
            let meant = staff::meant(conn, viewer, master.as_deref()).await?;
            Ok(Facts::Why(match meant {
                Some(master) => staff::why(conn, &master, *at, &[], now).await?,
                None => None,
            }))
        }
        Screen::Late { .. }
        | Screen::Comment { .. }
        | Screen::Wait(_)
        | Screen::Waits
        | Screen::Settings
        | Screen::Zones
        | Screen::StaffVisit { .. }
        | Screen::StaffCancel { .. }
        | Screen::Unanswered
        | Screen::RunLate { .. }
        | Screen::Outbox
        | Screen::Jobs
        | Screen::PaySupport
        | Screen::Vouchers
        | Screen::VoucherType { .. }
        | Screen::Code { .. }
        | Screen::Backups
        | Screen::Forget
        | Screen::Export(_)
        | Screen::Ledger => after::facts(conn, services, viewer, screen, now).await,
    }
}

/// The facts of a visit's card in its client's chat.
pub async fn card(services: &Services, viewer: Viewer, booking: BookingId) -> Result<Facts, ServiceError> {
    let mut conn = services.pool.acquire().await?;
    let card = own(&mut conn, viewer, booking).await?;
    Ok(card.map_or(Facts::Missing, |card| Facts::Visit(visit(card, services.clock.now()))))
}

/// Where, what, with whom and when.
async fn choices(
    conn: &mut PgConnection,
    viewer: Viewer,
    screen: &Screen,
    now: DateTime<Utc>,
) -> Result<Facts, ServiceError> {
    let horizon = search::whole_horizon(now);
    Ok(match screen {
        Screen::Locations => match catalog::locations(conn).await? {
            locations if locations.is_empty() => Facts::NothingOffered,
            locations => Facts::Locations(locations),
        },
        Screen::Services { location, picked, page } => {
            let services = catalog::services(conn, *location, viewer.client, now).await?;
            if services.is_empty() {
                return Ok(Facts::NothingOffered);
            }
            let is_offered = |id: &ServiceId| services.iter().any(|service| service.id == *id);
            // What is not offered any more would only stand in the way, unseen.
            let (kept, gone): (Vec<ServiceId>, Vec<_>) = picked.iter().copied().partition(is_offered);
            let menu = menu(&services, &kept);
            let services = menu.into_iter().map(|(service, offer)| (service.clone(), offer)).collect();
            Facts::Services { services, picked: kept, gone: gone.len(), page: *page }
        }
        Screen::Masters { wish } => {
            match search::load(conn, viewer, wish, MasterChoice::Anyone, horizon, now).await? {
                Ok(availability) => search::masters(&availability),
                Err(facts) => facts,
            }
        }
        Screen::Calendar { wish, master, month } => {
            match search::load(conn, viewer, wish, *master, horizon, now).await? {
                Ok(found) => search::calendar(&found, *master, *month, wish.moving.is_some()),
                Err(facts) => facts,
            }
        }
        Screen::Times { wish, master, day } => {
            match search::load(conn, viewer, wish, *master, search::around_day(*day), now).await? {
                Ok(availability) => search::times(&availability, *master, *day),
                Err(facts) => facts,
            }
        }
        Screen::Taken { wish, master, start } => {
            match search::load(conn, viewer, wish, MasterChoice::Anyone, horizon, now).await? {
                Ok(availability) => search::taken(&availability, *master, *start),
                Err(facts) => facts,
            }
        }
        _ => Facts::Missing,
    })
}

async fn own(
    conn: &mut PgConnection,
    viewer: Viewer,
    booking: BookingId,
) -> Result<Option<Card>, ServiceError> {
    match viewer.client {
        Some(client) => Ok(booking::own_card(conn, client, booking).await?),
        None => Ok(None),
    }
}

async fn next_visit(
    conn: &mut PgConnection,
    viewer: Viewer,
    now: DateTime<Utc>,
) -> Result<Option<Card>, ServiceError> {
    let Some(client) = viewer.client else { return Ok(None) };
    Ok(bookings::by_client(conn, client, false, 1, 0, now).await?.into_iter().next())
}

async fn cancel_visit(
    conn: &mut PgConnection,
    viewer: Viewer,
    booking: BookingId,
    now: DateTime<Utc>,
) -> Result<Facts, ServiceError> {
    let Some(card) = own(conn, viewer, booking).await? else { return Ok(Facts::Missing) };
    let following = match card.booking.series {
        Some(_) => bookings::series_from(conn, card.booking.client, booking).await?.len().saturating_sub(1),
        None => 0,
    };
    Ok(Facts::CancelVisit { visit: visit(card, now), following })
}

/// One visit more than fits on the page, to know whether there is a next one.
async fn visits(
    conn: &mut PgConnection,
    viewer: Viewer,
    past: bool,
    page: u8,
    now: DateTime<Utc>,
) -> Result<Vec<Card>, ServiceError> {
    let Some(client) = viewer.client else { return Ok(Vec::new()) };
    let per_page = i64::try_from(VISITS_PER_PAGE).unwrap_or(i64::MAX);
    Ok(bookings::by_client(
        conn,
        client,
        past,
        per_page.saturating_add(1),
        i64::from(page).saturating_mul(per_page),
        now,
    )
    .await?)
}

async fn staff_day(
    conn: &mut PgConnection,
    viewer: Viewer,
    date: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Facts, ServiceError> {
    if !viewer.is_staff() {
        return Ok(Facts::Missing);
    }
    // Whoever runs the business wants to see all of it, their own visits included.
    let master = viewer.master.filter(|_| !viewer.is_admin);
    let Some(zone) = catalog::staff_zone(conn, viewer.master).await? else {
        return Ok(Facts::NothingOffered);
    };
    let today = time::local_date(zone, now);
    let day = date.unwrap_or(today);
    let (cards, time_off) = match time::day(zone, day) {
        Some(range) => {
            (bookings::by_day(conn, master, range).await?, time_off::by_day(conn, master, range).await?)
        }
        None => (Vec::new(), Vec::new()),
    };
    Ok(Facts::Day(DayFacts { zone, day, today, cards, time_off, all_masters: master.is_none() }))
}
