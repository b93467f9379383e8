//! The baseline: a bot that answers each message with its text and knows nothing else.

use std::process::Command;

use teloxide::{
    dispatching::{Dispatcher, UpdateFilterExt as _},
    dptree,
    prelude::Requester as _,
    types::{Message, Update},
};

use super::bot::{Bot, TOKEN};

const URL: &str = "ECHO_BOT_API_URL";

/// Set in the process that is to be the echo.
pub(crate) fn url() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "how the benchmark tells its child what to be")]
    std::env::var(URL).ok()
}

pub(crate) fn start(api: &str) -> anyhow::Result<Bot> {
    let mut command = Command::new(std::env::current_exe()?);
    command.env(URL, api);
    Bot::spawn(command)
}

pub(crate) async fn run(api: &str) -> anyhow::Result<()> {
    let bot = teloxide::Bot::new(TOKEN).set_api_url(api.parse()?);
    let echo = |bot: teloxide::Bot, message: Message| async move {
        bot.send_message(message.chat.id, message.text().unwrap_or_default()).await?;
        Ok::<(), teloxide::RequestError>(())
    };
    let tree = dptree::entry().branch(Update::filter_message().endpoint(echo));
    Dispatcher::builder(bot, tree).build().dispatch().await;
    Ok(())
}
