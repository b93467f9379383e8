//! What is not kept for ever.

use chrono::{Months, TimeDelta};

use crate::{
    db::retention::{self, Cutoffs},
    services::{ServiceError, Services},
};

/// How long finished updates and messages are kept.
const UPDATES: TimeDelta = TimeDelta::days(7);
const MESSAGES: TimeDelta = TimeDelta::days(35);
/// How long a conversation is kept in which nothing happens.
const CONVERSATIONS: TimeDelta = TimeDelta::days(180);
/// How long somebody is remembered who has never agreed to anything.
const STRANGERS: TimeDelta = TimeDelta::days(30);
/// How long it is known who of the staff has looked at whom.
const VIEWS: TimeDelta = TimeDelta::days(365);

/// Removes what has been kept for long enough; how much that was.
pub async fn clean_up(services: &Services) -> Result<u64, ServiceError> {
    let now = services.clock.now();
    let years = Months::new(services.accounting_years.saturating_mul(12));
    let cutoffs = Cutoffs {
        updates: now - UPDATES,
        messages: now - MESSAGES,
        conversations: now - CONVERSATIONS,
        strangers: now - STRANGERS,
        views: now - VIEWS,
        accounts: now.checked_sub_months(years).unwrap_or_default(),
    };
    let mut conn = services.pool.acquire().await?;
    Ok(retention::clean_up(&mut conn, cutoffs, &services.admins, now).await?)
}
