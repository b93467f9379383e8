//! Use cases. Each owns its transactions; none speaks to Telegram or anything else outside while one is open.

pub mod attendance;
pub mod backup;
pub mod bell;
pub mod booking;
pub mod browse;
pub mod catalog;
pub mod chat;
pub mod digest;
pub mod exports;
pub mod inbox;
pub mod jobs;
pub mod messages;
pub mod outbox;
pub mod payments;
pub mod privacy;
pub mod reach;
pub mod reminders;
pub mod settings;
pub mod staff;
pub mod vouchers;
pub mod waitlist;

use chrono::NaiveTime;
use chrono_tz::Tz;
use sqlx::{PgPool, Postgres, Transaction};
use tokio::sync::mpsc;
use uuid::Uuid;

use self::{bell::Bell, outbox::Limits};

use crate::{clock::SharedClock, db::DbError, domain::ids::TelegramId};

/// What most laws want of books.
pub const ACCOUNTING_YEARS: u32 = 10;

/// What comes before the token in the parameter of a gift's link.
pub const GIFT: &str = "g_";

/// What every use case needs.
#[derive(Clone)]
pub struct Services {
    pub pool: PgPool,
    pub clock: SharedClock,
    /// The people who may do everything.
    pub admins: Vec<TelegramId>,
    /// The business's zone, for people who have chosen none.
    pub zone: Tz,
    /// How fast Telegram may be written to; `None` is as fast as it goes.
    pub limits: Option<Limits>,
    pub bell: Bell,
    /// Whether a provider takes payments in other currencies than Stars.
    pub has_provider: bool,
    /// Connections that nobody else uses, for questions that must be answered within seconds.
    pub checkout_pool: Option<PgPool>,
    /// The wall time of the business at which the nightly backup is due; `None` makes no backups.
    pub backup_at: Option<NaiveTime>,
    /// For so many years it is kept who has paid, as the law of the place wants it.
    pub accounting_years: u32,
    /// The beginning of a link to the bot, to which a parameter is added.
    pub bot_link: String,
    /// Where those questions go; without it nobody can pay.
    pub checkouts: Option<mpsc::Sender<String>>,
}

impl Services {
    /// With what most have: UTC, and Telegram's usual limits.
    pub fn new(pool: PgPool, clock: SharedClock, admins: Vec<TelegramId>) -> Services {
        let limits = Some(Limits { per_second: 30, burst: 3, chat_burst: 3 });
        Services {
            pool,
            clock,
            admins,
            zone: Tz::UTC,
            limits,
            bell: Bell::default(),
            has_provider: false,
            checkout_pool: None,
            checkouts: None,
            backup_at: None,
            accounting_years: ACCOUNTING_YEARS,
            bot_link: String::new(),
        }
    }

    pub fn is_admin(&self, person: TelegramId) -> bool {
        self.admins.contains(&person)
    }

    /// The link by which a gift is taken.
    fn gift_link(&self, token: Option<Uuid>) -> String {
        let token = token.map(|token| format!("{GIFT}{}", token.simple())).unwrap_or_default();
        format!("{}{token}", self.bot_link)
    }

    /// Commits a transaction that has left something to be sent.
    async fn commit(&self, transaction: Transaction<'_, Postgres>) -> Result<(), ServiceError> {
        transaction.commit().await?;
        self.bell.ring();
        Ok(())
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
