//! Reminders that are due, and their plan when a client's quiet hours change.

use sqlx::PgConnection;

use super::{ServiceError, Services, messages};
use crate::{
    db::{
        DbError, bookings,
        outbox::{self, Record},
        reminders,
    },
    domain::ids::TelegramId,
};

/// Reminders that one pass of the job takes at most.
const AT_ONCE: i64 = 1000;

/// Queues the reminders that are due and skips those that are of no use any more; how many that were.
pub async fn send_due(services: &Services) -> Result<u64, ServiceError> {
    let mut conn = services.pool.acquire().await?;
    let now = services.clock.now();
    if !reminders::is_any_due(&mut conn, now).await? {
        return Ok(0);
    }
    let (queued, skipped) = reminders::queue_due(&mut conn, AT_ONCE, now).await?;
    if skipped > 0 {
        tracing::warn!(queued, skipped, "reminders came too late to be of use");
    }
    if queued > 0 {
        services.bell.ring();
    }
    Ok(queued + skipped)
}

/// Plans the reminders of somebody's visits anew, in the caller's transaction.
pub async fn replan(conn: &mut PgConnection, services: &Services, person: TelegramId) -> Result<(), DbError> {
    let now = services.clock.now();
    // What is due already is not planned anew, so it goes out first.
    reminders::queue_due(conn, AT_ONCE, now).await?;
    let visits = reminders::visits_of(conn, person, now).await?;
    let cards = bookings::cards(conn, &visits).await?;
    let reminders = cards.iter().flat_map(|card| messages::reminders(card, now)).collect();
    outbox::record(conn, &Record { replans: visits, reminders, ..Record::default() }, now).await?;
    Ok(())
}
