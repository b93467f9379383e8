//! Puts a view into the chat: edits the living message or sends a new one.

use teloxide::{
    Bot, RequestError,
    payloads::{EditMessageTextSetters, SendDocumentSetters, SendMessageSetters},
    requests::Requester,
    types::{
        ButtonRequest, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, KeyboardButton,
        KeyboardMarkup, KeyboardRemove, MessageId as TelegramMessageId, ParseMode, ReplyMarkup,
    },
};

use super::{
    callback::Callback,
    errors::{is_not_modified, wants_new_message},
    view::{Keyboard, View},
};
use crate::domain::ids::{MessageId, TelegramId};

/// A chat and the message in it that shows the current screen, if the tap came from there.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) person: TelegramId,
    pub(super) tapped: Option<MessageId>,
    pub(super) living: Option<MessageId>,
}

impl Place {
    fn chat(self) -> ChatId {
        ChatId(self.person.0)
    }

    /// The message to edit: only the one that was tapped, and only while it is the living one.
    fn editable(self) -> Option<MessageId> {
        self.tapped.filter(|tapped| self.living == Some(*tapped))
    }
}

/// Shows a view whose buttons carry `rev`; returns the message that shows it now.
pub(super) async fn show(bot: &Bot, place: Place, view: &View, rev: i64) -> Result<MessageId, RequestError> {
    let Keyboard::Inline(rows) = &view.keyboard else {
        let sent = send(bot, place, view, rev).await?;
        // The screen before cannot become this one, so at least its buttons go; they would be out of date anyway.
        if let Some(message) = place.editable() {
            let strip = bot.edit_message_reply_markup(place.chat(), TelegramMessageId(message.0)).await;
            strip.map(drop).unwrap_or_default();
        }
        return Ok(sent);
    };
    let Some(message) = place.editable() else { return send(bot, place, view, rev).await };
    let edit = bot
        .edit_message_text(place.chat(), TelegramMessageId(message.0), &view.text)
        .parse_mode(ParseMode::Html)
        .reply_markup(inline(rows, rev))
        .await;
    match edit {
        Ok(_) => Ok(message),
        Err(error) if is_not_modified(&error) => Ok(message),
        Err(error) if wants_new_message(&error) => send(bot, place, view, rev).await,
        Err(error) => Err(error),
    }
}

/// Sends a view as a new message.
async fn send(bot: &Bot, place: Place, view: &View, rev: i64) -> Result<MessageId, RequestError> {
    let keyboard: ReplyMarkup = match &view.keyboard {
        Keyboard::Inline(rows) => inline(rows, rev).into(),
        Keyboard::Phone { share, skip } => KeyboardMarkup::new([
            [KeyboardButton::new(share).request(ButtonRequest::Contact)],
            [KeyboardButton::new(skip)],
        ])
        .resize_keyboard()
        .one_time_keyboard()
        .into(),
    };
    let sent =
        bot.send_message(place.chat(), &view.text).parse_mode(ParseMode::Html).reply_markup(keyboard).await?;
    Ok(MessageId(sent.id.0))
}

/// Says something on its own and takes away the keyboard under the input field.
pub(super) async fn say_and_clear(bot: &Bot, person: TelegramId, text: &str) -> Result<(), RequestError> {
    bot.send_message(ChatId(person.0), text).reply_markup(KeyboardRemove::new()).await?;
    Ok(())
}

/// Says something on its own.
pub(super) async fn say(bot: &Bot, person: TelegramId, text: &str) -> Result<(), RequestError> {
    bot.send_message(ChatId(person.0), text).await?;
    Ok(())
}

pub(super) async fn send_file(
    bot: &Bot,
    person: TelegramId,
    name: &str,
    content: String,
    caption: String,
) -> Result<(), RequestError> {
    let file = InputFile::memory(content.into_bytes()).file_name(name.to_owned());
    bot.send_document(ChatId(person.0), file).caption(caption).await?;
    Ok(())
}

/// Sends a file from the disk.
pub(super) async fn send_stored(
    bot: &Bot,
    person: TelegramId,
    path: &std::path::Path,
    name: &str,
    caption: &str,
) -> Result<(), RequestError> {
    let file = InputFile::file(path).file_name(name.to_owned());
    bot.send_document(ChatId(person.0), file).caption(caption).await?;
    Ok(())
}

pub(super) fn inline(rows: &[Vec<super::view::Button>], rev: i64) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new(rows.iter().map(|row| {
        row.iter().map(|button| {
            let data = Callback { action: button.action, rev }.encode();
            InlineKeyboardButton::callback(button.label.clone(), data)
        })
    }))
}
