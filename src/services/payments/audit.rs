//! Whether the books are true, looked at every hour.

use sqlx::PgConnection;

use super::{ServiceError, Services};
pub use crate::db::payments::Fault;
use crate::{
    db::{
        DbError,
        outbox::{self, NewMessage, Record},
        payments,
    },
    domain::message::Message,
};

/// Faults that are told at once; where one is, others may follow from it.
const MOST: i64 = 10;

/// Tells the admins, once a day, when payments, bookings and the ledger disagree; how many messages that were. All is read in
/// one statement, so that nothing is seen half-way.
pub async fn check_books(services: &Services) -> Result<u64, ServiceError> {
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await?;
    let faults = book_faults(&mut conn).await?;
    if faults.is_empty() {
        return Ok(0);
    }
    tracing::error!(?faults, "the books disagree");
    let tell = |admin: &_| {
        NewMessage::at_once(format!("books:{admin}:{}", now.date_naive()), *admin, Message::Books, now)
    };
    let messages = services.admins.iter().map(tell).collect();
    let told = outbox::record(&mut conn, &Record { messages, ..Record::default() }, now).await?;
    if told > 0 {
        services.bell.ring();
    }
    Ok(told)
}

/// What is wrong with the books now.
pub async fn book_faults(conn: &mut PgConnection) -> Result<Vec<Fault>, DbError> {
    payments::faults(conn, MOST).await
}
