//! Use cases. Each owns its transactions; none speaks to Telegram or anything else outside while one is open.

pub mod booking;
pub mod browse;
pub mod catalog;
pub mod chat;
pub mod inbox;
pub mod staff;

use sqlx::PgPool;

use crate::{clock::SharedClock, db::DbError, domain::ids::TelegramId};

/// What every use case needs.
#[derive(Clone)]
pub struct Services {
    pub pool: PgPool,
    pub clock: SharedClock,
    /// The people who may do everything.
    pub admins: Vec<TelegramId>,
}

impl Services {
    pub fn is_admin(&self, person: TelegramId) -> bool {
        self.admins.contains(&person)
    }

    /// Whether the database answers.
    pub async fn check(&self) -> Result<(), DbError> {
        crate::db::server_version(&self.pool).await.map(|_| ())
    }
}

/// Why a use case failed; refusals that a person should see are outcomes, not errors.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error(transparent)]
    Db(#[from] DbError),
    /// Others are writing the same master's day for longer than one waits.
    #[error("the day is busy")]
    Busy,
    /// The update or the conversation was taken over by another process.
    #[error("the update was taken over by another process")]
    TakenOver,
}

impl From<sqlx::Error> for ServiceError {
    fn from(error: sqlx::Error) -> ServiceError {
        ServiceError::Db(error.into())
    }
}

impl ServiceError {
    /// Whether the same update may succeed later, with nothing changed but the time.
    pub fn is_passing(&self) -> bool {
        match self {
            ServiceError::Db(error) => error.is_passing(),
            ServiceError::Busy | ServiceError::TakenOver => true,
        }
    }
}
