//! Configuration: from the environment or flags to values that are known to be good. Every fault is told at once.

mod check;
mod log;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, path::PathBuf};

use chrono::NaiveTime;
use chrono_tz::Tz;
use clap::Args;
use secrecy::SecretString;

pub use self::{check::Faults, log::start_logging};
use crate::{domain::ids::TelegramId, services::outbox::Limits};

/// The settings as they come, all optional and unread. An empty value counts as none.
///
/// The flags of secrets are hidden: a command line can be read by everybody on the machine.
#[derive(Debug, Clone, Default, Args)]
pub struct Settings {
    /// The bot's token, from BotFather.
    #[arg(long, env = "TELOXIDE_TOKEN", hide = true, hide_env_values = true, global = true)]
    pub telegram_token: Option<String>,
    /// Another Bot API server than Telegram's own.
    #[arg(long, env = "TELOXIDE_API_URL", global = true, help_heading = "Settings")]
    pub telegram_api_url: Option<String>,
    /// Where the data is, such as `postgres://user:password@host/database`.
    #[arg(long, env = "DATABASE_URL", hide = true, hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// Telegram ids of the people who may do everything, separated by commas.
    #[arg(long, env = "ADMIN_IDS", global = true, help_heading = "Settings")]
    pub admin_ids: Option<String>,
    /// The business's time zone, such as Europe/Berlin.
    #[arg(long, env = "BUSINESS_TZ", global = true, help_heading = "Settings")]
    pub business_tz: Option<String>,
    /// The passphrase of backups.
    #[arg(long, env = "BACKUP_PASSPHRASE", hide = true, hide_env_values = true, global = true)]
    pub backup_passphrase: Option<String>,
    /// The time of day, in the business's zone, of the nightly backup.
    #[arg(long, env = "BACKUP_AT", global = true, help_heading = "Settings")]
    pub backup_at: Option<String>,
    /// A folder that keeps a copy of every backup that the bot makes.
    #[arg(long, env = "BACKUP_DIR", global = true, help_heading = "Settings")]
    pub backup_dir: Option<String>,
    /// The folder of PostgreSQL's client programs, where they are not found by themselves.
    #[arg(long, env = "PG_BIN", global = true, help_heading = "Settings")]
    pub pg_bin: Option<String>,
    /// The payment provider's token, from BotFather; for deposits in money.
    #[arg(
        long,
        env = "PAYMENT_PROVIDER_TOKEN",
        hide_env_values = true,
        global = true,
        help_heading = "Settings"
    )]
    pub payment_provider_token: Option<String>,
    /// Where Telegram sends updates; long polling without it.
    #[arg(long, env = "WEBHOOK_URL", global = true, help_heading = "Settings")]
    pub webhook_url: Option<String>,
    /// The secret by which the webhook knows Telegram.
    #[arg(long, env = "WEBHOOK_SECRET", hide = true, hide_env_values = true, global = true)]
    pub webhook_secret: Option<String>,
    /// Address and port for health checks and the webhook, such as 0.0.0.0:8080.
    #[arg(long, env = "HTTP_LISTEN", global = true, help_heading = "Settings")]
    pub http_listen: Option<String>,
    /// How many messages a second Telegram takes of the bot: 30 when not set, "off" for no limit at all.
    #[arg(long, env = "MESSAGES_PER_SECOND", global = true, help_heading = "Settings")]
    pub messages_per_second: Option<String>,
    /// For how many years it is kept who has paid, once they want to be forgotten: 10 when not set.
    #[arg(long, env = "ACCOUNTING_YEARS", global = true, help_heading = "Settings")]
    pub accounting_years: Option<String>,
    /// The file with the key of a Google service account.
    #[arg(long, env = "GOOGLE_SERVICE_ACCOUNT_JSON", global = true, help_heading = "Settings")]
    pub google_service_account_json: Option<String>,
    /// Another Calendar API server than Google's own.
    #[arg(long, env = "GOOGLE_API_URL", global = true, help_heading = "Settings")]
    pub google_api_url: Option<String>,
    /// What is logged, such as info or vizit=debug.
    #[arg(long, env = "RUST_LOG", global = true, help_heading = "Settings")]
    pub rust_log: Option<String>,
    /// How log lines look: human or json.
    #[arg(long, env = "LOG_FORMAT", global = true, help_heading = "Settings")]
    pub log_format: Option<String>,
}

/// A configuration that `vizit run` can start from.
#[derive(Debug)]
pub struct Config {
    pub telegram: Telegram,
    pub database_url: SecretString,
    pub admins: Vec<TelegramId>,
    pub business_zone: Tz,
    /// Where health checks and the webhook are served; nothing is served without it.
    pub listen: Option<SocketAddr>,
    /// Without a passphrase the bot makes no backups by itself.
    pub nightly: Option<Nightly>,
    pub payment_provider_token: Option<SecretString>,
    pub google: Option<Google>,
    /// For so many years it is kept who has paid.
    pub accounting_years: u32,
    /// How fast Telegram may be written to; `None` is as fast as it goes.
    pub limits: Option<Limits>,
}

#[derive(Debug)]
pub struct Telegram {
    pub token: SecretString,
    pub api: Option<reqwest::Url>,
    /// Long polling without it.
    pub webhook: Option<Webhook>,
}

#[derive(Debug, Clone)]
pub struct Webhook {
    pub url: reqwest::Url,
    pub secret: SecretString,
}

#[derive(Debug)]
pub struct Google {
    pub service_account: PathBuf,
    pub api: Option<reqwest::Url>,
}

/// How backups are made and restored.
#[derive(Debug)]
pub struct Backup {
    pub database_url: SecretString,
    /// `None` does not encrypt.
    pub passphrase: Option<SecretString>,
    /// The folder of PostgreSQL's client programs.
    pub programs: Option<PathBuf>,
}

/// How the bot makes backups by itself.
#[derive(Debug)]
pub struct Nightly {
    pub passphrase: SecretString,
    /// In the business's zone.
    pub at: NaiveTime,
    /// A folder that keeps copies.
    pub to: Option<PathBuf>,
    /// The folder of PostgreSQL's client programs.
    pub programs: Option<PathBuf>,
}
