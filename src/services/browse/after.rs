//! What screens show besides booking: what comes after it, settings, and what the staff and the admin look after.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Facts, Viewer, own, visit};
use crate::{
    db::{bookings, catalog, jobs, outbox, payments, recipients, waitlist},
    domain::{
        conversation::{Screen, WaitWish},
        ids::BookingId,
        language::LocalText,
        money::Money,
        month::Month,
        payment::{Method, TIPS, tip},
        time::local_date,
    },
    services::{
        ServiceError, Services, backup, browse::facts::WaitFacts, exports, privacy, staff, vouchers::shop,
    },
};

/// Parked messages that the admin sees one by one.
const LINES: i64 = 10;
/// With so many stars somebody is asked whether they want to give something.
const CONTENT: u8 = 4;
/// Payments that somebody sees of themselves.
const PAYMENTS: i64 = 10;

pub(super) async fn facts(
    conn: &mut PgConnection,
    services: &Services,
    viewer: Viewer,
    screen: &Screen,
    now: DateTime<Utc>,
) -> Result<Facts, ServiceError> {
    Ok(match screen {
        Screen::Late { booking } => {
            let card = own(conn, viewer, *booking).await?;
            card.map_or(Facts::Missing, |card| Facts::Late(visit(card, now)))
        }
        Screen::Comment { booking } => {
            let Some(card) = own(conn, viewer, *booking).await? else { return Ok(Facts::Missing) };
            let has_tipped = payments::has_tip(conn, *booking).await?;
            let tips = if has_tipped { Vec::new() } else { tips(services, &card) };
            Facts::Comment { card, tips }
        }
        Screen::Wait(wanted) => wait(conn, viewer, wanted, now).await?,
        Screen::Waits => Facts::Waits(match viewer.client {
            Some(client) => waitlist::of_client(conn, client).await?,
            None => Vec::new(),
        }),
        Screen::Settings | Screen::Zones => {
            let settings = recipients::settings(conn, viewer.person).await?;
            let business = services.zone;
            if *screen == Screen::Zones {
                return Ok(Facts::Zones { settings, business });
            }
            Facts::Settings { settings, business, is_staff: viewer.is_staff() }
        }
        Screen::StaffVisit { booking } => {
            theirs(conn, viewer, *booking, now).await?.map_or(Facts::Missing, Facts::StaffVisit)
        }
        Screen::StaffCancel { booking } => {
            theirs(conn, viewer, *booking, now).await?.map_or(Facts::Missing, Facts::StaffCancel)
        }
        Screen::Unanswered if viewer.is_staff() => {
            let master = viewer.master.filter(|_| !viewer.is_admin);
            Facts::Unanswered(bookings::unanswered(conn, master, now).await?)
        }
        Screen::RunLate { minutes } => match (viewer.master, minutes) {
            (Some(master), Some(minutes)) => {
                let delayed = staff::delayed(conn, master, (*minutes).into(), now).await?;
                Facts::RunLate { minutes: Some(*minutes), delayed }
            }
            (Some(_), None) => Facts::RunLate { minutes: None, delayed: Vec::new() },
            (None, _) => Facts::NotAMaster,
        },
        Screen::Outbox if viewer.is_admin => {
            let counts = outbox::counts(conn, now - chrono::TimeDelta::days(1), now).await?;
            let parked = outbox::lines(conn, outbox::State::Parked, LINES).await?;
            Facts::Outbox { counts, parked, zone: services.zone }
        }
        Screen::Forget => Facts::Forget {
            forgetting: privacy::forgetting(conn, services, viewer).await?,
            zone: services.zone,
        },
        Screen::PaySupport => Facts::PaySupport {
            payments: payments::of_payer(conn, viewer.person, PAYMENTS).await?,
            zone: services.zone,
        },
        Screen::Ledger if viewer.is_admin => Facts::Ledger {
            balances: payments::balances(conn).await?,
            due: payments::count_due(conn).await?,
            month: Month::of(local_date(services.zone, now)),
        },
        Screen::Vouchers => {
            Facts::Vouchers { shop: shop(conn, services, viewer.client).await?, zone: services.zone }
        }
        Screen::VoucherType { kind } => {
            let shop = shop(conn, services, viewer.client).await?;
            let found = shop.types.into_iter().find(|sold| sold.id == *kind);
            found.map_or(Facts::Missing, Facts::VoucherType)
        }
        Screen::Code { booking } => {
            own(conn, viewer, *booking).await?.map_or(Facts::Missing, |_| Facts::Code)
        }
        Screen::Backups if backup::may_have(conn, services, viewer.person).await? => Facts::Backups {
            backups: backup::history(conn, viewer).await?,
            are_made: services.backup_at.is_some(),
            zone: services.zone,
        },
        Screen::Jobs if viewer.is_admin => {
            Facts::Jobs { jobs: jobs::all(conn, now).await?, zone: services.zone }
        }
        Screen::Export(export) => {
            let choices = exports::choices(conn, services, viewer, *export).await?;
            choices.map_or(Facts::Missing, Facts::Export)
        }
        _ => Facts::Missing,
    })
}

/// What a client who is content may give, where it can be paid.
fn tips(services: &Services, card: &bookings::Card) -> Vec<(u8, Money)> {
    let is_content = card.rating.as_ref().is_some_and(|rating| rating.stars >= CONTENT);
    if !is_content || !services.takes(Method::of(card.booking.price.currency())) {
        return Vec::new();
    }
    let mut tips: Vec<(u8, Money)> =
        TIPS.into_iter().filter_map(|percent| Some((percent, tip(card.booking.price, percent)?))).collect();
    tips.dedup_by_key(|(_, amount)| *amount);
    tips
}

/// A visit as the staff sees it, which is written down: clients may know who has looked at them.
async fn theirs(
    conn: &mut PgConnection,
    viewer: Viewer,
    booking: BookingId,
    now: DateTime<Utc>,
) -> Result<Option<bookings::Card>, ServiceError> {
    let card = bookings::card(conn, booking).await?.filter(|card| viewer.may_see(card));
    if let Some(card) = &card {
        privacy::note_view(conn, viewer, card, now).await?;
    }
    Ok(card)
}

/// The names of what is waited for.
async fn wait(
    conn: &mut PgConnection,
    viewer: Viewer,
    wanted: &WaitWish,
    now: DateTime<Utc>,
) -> Result<Facts, ServiceError> {
    let Some(zone) = catalog::zone(conn, wanted.wish.location).await? else {
        return Ok(Facts::NothingOffered);
    };
    let all = catalog::services(conn, wanted.wish.location, viewer.client, now).await?;
    let named = wanted.wish.services.iter();
    let services: Vec<LocalText> =
        named.filter_map(|id| Some(all.iter().find(|service| service.id == *id)?.names.clone())).collect();
    let master = match wanted.master.one() {
        Some(master) => catalog::master(conn, None, Some(master)).await?.map(|master| master.names),
        None => None,
    };
    Ok(Facts::Wait(WaitFacts { wanted: wanted.clone(), services, master, zone }))
}
