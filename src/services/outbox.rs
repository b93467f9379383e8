//! The outbox as the sender uses it: claim what is due, learn what it says now, and write down how it ended.

mod letters;

use std::time::Duration;

use uuid::Uuid;

pub use self::letters::{Happening, Letter, Task, prepare};
use super::{ServiceError, Services};
pub use crate::db::outbox::{
    Claimed, Counts, End, Finished, LONGEST_WAIT, Limits, Line, State as OutboxState,
};
use crate::{
    db::outbox::{self, Work},
    domain::ids::{BookingId, MessageId, OutboxId, TelegramId},
};

/// How long a claimed message belongs to the process that claimed it, unless renewed.
pub const LEASE: Duration = Duration::from_secs(8);

/// Writes down how earlier messages ended and claims the next ones. `recovered` says that an outage is over.
pub async fn turn(
    services: &Services,
    finished: &[Finished],
    limit: usize,
    recovered: bool,
) -> Result<Vec<Claimed>, ServiceError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let work = Work { limit, lease: LEASE, limits: services.limits, recovered };
    let mut transaction = services.pool.begin().await?;
    let spent = outbox::lock_budget(&mut transaction).await?;
    // The clock is read under the lock, so that who comes later has the later time.
    let claimed = outbox::turn(&mut transaction, finished, work, spent, services.clock.now()).await?;
    transaction.commit().await?;
    Ok(claimed)
}

/// Keeps messages that are still in flight.
pub async fn renew(services: &Services, leases: &[Uuid]) -> Result<(), ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(outbox::renew(&mut conn, leases, services.clock.now() + LEASE).await?)
}

/// A person has been shown a visit in this message, which is its card from now on.
pub async fn adopt_card(
    services: &Services,
    person: TelegramId,
    booking: BookingId,
    message: MessageId,
) -> Result<(), ServiceError> {
    let mut conn = services.pool.acquire().await?;
    crate::db::recipients::adopt_card(&mut conn, person, booking, message, services.clock.now()).await?;
    services.bell.ring();
    Ok(())
}

/// A card that was to be edited is not there any more.
pub async fn forget_card(
    services: &Services,
    person: TelegramId,
    booking: BookingId,
    message: MessageId,
) -> Result<(), ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(crate::db::recipients::forget_card(&mut conn, person, booking, message).await?)
}

/// The newest messages in a state, for the admin.
pub async fn lines(services: &Services, state: OutboxState, limit: i64) -> Result<Vec<Line>, ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(outbox::lines(&mut conn, state, limit).await?)
}

/// How many messages there are; what is finished is counted over the last day.
pub async fn counts(services: &Services) -> Result<Counts, ServiceError> {
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await?;
    Ok(outbox::counts(&mut conn, now - chrono::TimeDelta::days(1), now).await?)
}

/// Has messages sent after all, or drops them; those named, or all that are parked.
pub async fn act(services: &Services, ids: Option<&[OutboxId]>, retries: bool) -> Result<u64, ServiceError> {
    let mut conn = services.pool.acquire().await?;
    let done = outbox::act(&mut conn, ids, retries, services.clock.now()).await?;
    services.bell.ring();
    Ok(done)
}
