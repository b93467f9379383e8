//! The clients of the Bot API: one for each kind of patience.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use teloxide::{Bot, net::default_reqwest_settings};

use super::errors::SetupError;

/// How long a long poll stays open, in seconds.
pub(super) const POLL_SECONDS: u32 = 30;

/// Bots of one token that differ in how long they wait for an answer.
#[derive(Clone)]
pub struct Bots {
    /// For answers to people, who are waiting.
    pub(super) prompt: Bot,
    /// For long polls.
    pub(super) polling: Bot,
    /// For saying whether somebody may be charged, for which Telegram waits ten seconds.
    pub(super) checkout: Bot,
    /// For large files, which take their time.
    pub(super) uploads: Bot,
    /// By which Telegram knows the payment provider.
    pub(super) provider: Option<SecretString>,
}

impl Bots {
    /// `api` is the server's base URL; `None` is Telegram's own.
    pub fn new(
        token: &SecretString,
        api: Option<&reqwest::Url>,
        provider: Option<SecretString>,
    ) -> Result<Bots, SetupError> {
        let bot = |patience: Duration| {
            let client = default_reqwest_settings().timeout(patience).build().map_err(SetupError::Client)?;
            let bot = Bot::with_client(token.expose_secret(), client);
            Ok::<Bot, SetupError>(match api {
                Some(api) => bot.set_api_url(api.clone()),
                None => bot,
            })
        };
        Ok(Bots {
            prompt: bot(Duration::from_secs(8))?,
            polling: bot(Duration::from_secs(u64::from(POLL_SECONDS) + 10))?,
            checkout: bot(Duration::from_secs(3))?,
            uploads: bot(Duration::from_mins(10))?,
            provider,
        })
    }
}
