//! What the bot tells Telegram about itself at its start: its commands, and how updates reach it.

use secrecy::{ExposeSecret, SecretString};
use teloxide::{
    RequestError,
    payloads::{SetMyCommandsSetters, SetWebhookSetters},
    requests::Requester,
    types::{AllowedUpdate, BotCommand, BotCommandScope, ChatId, Me, Recipient},
};

use super::{
    bots::Bots,
    errors::{SetupError, chain},
};
use crate::{
    domain::{ids::TelegramId, language::Language},
    i18n::Tr,
    t,
};

/// Asks Telegram who the bot is, which proves the token.
pub async fn whoami(bots: &Bots) -> Result<Me, SetupError> {
    Ok(bots.prompt.get_me().await?)
}

/// The beginning of a link that starts the bot with a parameter.
pub fn link(me: &Me) -> String {
    format!("https://t.me/{}?start=", me.username())
}

/// Publishes the commands in every language; the staff sees theirs in its own chats.
///
/// A menu that could not be published is no reason not to serve people, so failures are only logged.
pub async fn publish(bots: &Bots, staff: &[TelegramId], admins: &[TelegramId]) {
    for language in Language::ALL {
        publish_one(bots, BotCommandScope::AllPrivateChats, language, for_clients(Tr::to(language))).await;
    }
    for person in staff {
        publish_to(bots, *person, admins.contains(person)).await;
    }
}

/// Publishes the staff's commands in the chat of one of them. Telegram refuses that until they have written once.
pub(super) async fn publish_to(bots: &Bots, staff: TelegramId, is_admin: bool) {
    for language in Language::ALL {
        let tr = Tr::to(language);
        let chat_id = Recipient::Id(ChatId(staff.0));
        let admins = if is_admin { for_admins(tr) } else { Vec::new() };
        let commands = for_clients(tr).into_iter().chain(for_staff(tr)).chain(admins).collect();
        publish_one(bots, BotCommandScope::Chat { chat_id }, language, commands).await;
    }
}

async fn publish_one(bots: &Bots, scope: BotCommandScope, language: Language, commands: Vec<BotCommand>) {
    let mut request = bots.prompt.set_my_commands(commands).scope(scope);
    // Without a language they are for everybody whose own language has none.
    if language != Language::DEFAULT {
        request = request.language_code(language.code());
    }
    // Telegram does not know the chat of somebody who never wrote to the bot.
    match request.await {
        Ok(_) | Err(RequestError::Api(teloxide::ApiError::ChatNotFound)) => {}
        Err(error) => tracing::warn!(error = %chain(&error), "commands could not be published"),
    }
}

fn for_clients(tr: Tr) -> Vec<BotCommand> {
    vec![
        BotCommand::new("book", t!(tr, "command-book")),
        BotCommand::new("visits", t!(tr, "command-visits")),
        BotCommand::new("cancel", t!(tr, "command-cancel")),
        BotCommand::new("vouchers", t!(tr, "command-vouchers")),
        BotCommand::new("waitlist", t!(tr, "command-waitlist")),
        BotCommand::new("notifications", t!(tr, "command-notifications")),
        BotCommand::new("language", t!(tr, "command-language")),
        BotCommand::new("terms", t!(tr, "command-terms")),
        BotCommand::new("paysupport", t!(tr, "command-paysupport")),
        BotCommand::new("mydata", t!(tr, "command-mydata")),
        BotCommand::new("privacy", t!(tr, "command-privacy")),
        BotCommand::new("forget", t!(tr, "command-forget")),
        BotCommand::new("help", t!(tr, "command-help")),
        BotCommand::new("start", t!(tr, "command-start")),
    ]
}

fn for_staff(tr: Tr) -> Vec<BotCommand> {
    vec![
        BotCommand::new("today", t!(tr, "command-today")),
        BotCommand::new("day", t!(tr, "command-day")),
        BotCommand::new("block", t!(tr, "command-block")),
        BotCommand::new("why", t!(tr, "command-why")),
        BotCommand::new("late", t!(tr, "command-late")),
        BotCommand::new("export", t!(tr, "command-export")),
    ]
}

fn for_admins(tr: Tr) -> Vec<BotCommand> {
    vec![
        BotCommand::new("backup", t!(tr, "command-backup")),
        BotCommand::new("backups", t!(tr, "command-backups")),
        BotCommand::new("ledger", t!(tr, "command-ledger")),
        BotCommand::new("outbox", t!(tr, "command-outbox")),
        BotCommand::new("jobs", t!(tr, "command-jobs")),
    ]
}

/// Makes Telegram send updates to `url`, with `secret` in a header.
pub async fn use_webhook(bots: &Bots, url: reqwest::Url, secret: &SecretString) -> Result<(), SetupError> {
    bots.prompt
        .set_webhook(url)
        .secret_token(secret.expose_secret().to_owned())
        .allowed_updates([
            AllowedUpdate::Message,
            AllowedUpdate::CallbackQuery,
            AllowedUpdate::MyChatMember,
            AllowedUpdate::PreCheckoutQuery,
        ])
        .await?;
    Ok(())
}

/// Makes Telegram keep updates for long polling.
pub async fn use_polling(bots: &Bots) -> Result<(), SetupError> {
    bots.prompt.delete_webhook().await?;
    Ok(())
}
