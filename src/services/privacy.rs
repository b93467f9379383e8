//! What a person may know of what is stored about them, and how they are forgotten.

mod erase;
mod retention;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::PgConnection;

pub use self::{
    erase::{CarriedOver, Forgetting, ask, carry_over, due_at, erase_due, forgetting, keep},
    retention::clean_up,
};
use super::{ServiceError, Services, browse::Viewer};
use crate::{
    db::{
        DbError,
        bookings::{self, Card},
        client_views, own_data,
        payments::{self, OwnPayment},
        vouchers,
    },
    domain::{
        ids::{ClientId, TelegramId},
        voucher::Voucher,
    },
};

pub use crate::db::{
    client_views::View,
    erasures::{Erasure, erasure},
};

/// More visits or payments than anybody has.
const MOST: i64 = 5000;
/// Whoever opens the same visit again within this time has looked at it once.
pub(super) const ONE_LOOK: TimeDelta = TimeDelta::minutes(10);

/// All of it: for machines as it is stored, and what people want to read of it.
#[derive(Debug, Clone)]
pub struct OwnData {
    pub all: Value,
    pub name: String,
    pub phone: Option<String>,
    pub consented_at: Option<DateTime<Utc>>,
    /// Those that lie ahead, and those that do not.
    pub visits: Vec<Card>,
    pub payments: Vec<OwnPayment>,
    pub vouchers: Vec<Voucher>,
    /// Who of the staff has looked at it, the latest first.
    pub views: Vec<View>,
}

/// What is stored about a client.
pub async fn own_data(
    services: &Services,
    client: ClientId,
    person: TelegramId,
) -> Result<OwnData, ServiceError> {
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await?;
    let all = own_data::everything(&mut conn, client, person, now).await?;
    let profile = own_data::profile(&mut conn, client).await?;
    let mut visits = bookings::by_client(&mut conn, client, false, MOST, 0, now).await?;
    visits.extend(bookings::by_client(&mut conn, client, true, MOST, 0, now).await?);
    let payments = payments::of_payer(&mut conn, person, MOST).await?;
    let vouchers = vouchers::of_client(&mut conn, client, now).await?;
    let views = client_views::of_client(&mut conn, client, MOST).await?;
    let (name, phone, consented_at) = profile.unwrap_or_default();
    Ok(OwnData { all, name, phone, consented_at, visits, payments, vouchers, views })
}

/// Writes down that a member of the staff sees what is known of the client of a visit.
pub async fn note_view(
    conn: &mut PgConnection,
    viewer: Viewer,
    card: &Card,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let booking = &card.booking;
    if viewer.client == Some(booking.client) {
        return Ok(());
    }
    let who = (viewer.person, viewer.master);
    client_views::note(conn, (booking.client, booking.id), who, now - ONE_LOOK, now).await
}
