//! What a person sees, and what a test looks at: plain values without any of Telegram's wire format.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entities::Entity;
use super::keyboard::Keyboard;
use super::payments::Payment;

/// Somebody who is about to join the sandbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// First name.
    pub first_name: String,
    /// Last name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// Username without the `@`.
    #[serde(default)]
    pub username: Option<String>,
    /// Language of the client, as in `language_code`.
    #[serde(default)]
    pub language: Option<String>,
    /// Phone number, for the own contact card.
    #[serde(default)]
    pub phone: Option<String>,
    /// Who this is on the page, such as `Patient`.
    #[serde(default)]
    pub label: String,
    /// Telegram id; given by the sandbox when absent.
    #[serde(default)]
    pub id: Option<i64>,
}

/// Somebody with a private chat with the bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Telegram id of the person and of the private chat.
    pub id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Username without the `@`.
    pub username: Option<String>,
    /// Language of the client, as in `language_code`.
    pub language: Option<String>,
    /// Phone number, for the own contact card.
    pub phone: Option<String>,
    /// Who this is on the page, such as `Patient`.
    pub label: String,
}

/// A contact card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Phone number.
    pub phone: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// Whose card it is, when Telegram knows.
    #[serde(default)]
    pub user_id: Option<i64>,
}

/// A private chat, as the person sees it.
#[derive(Debug, Clone, Default)]
pub struct Chat {
    /// What stands in the chat, oldest first; deleted messages are gone.
    pub messages: Vec<Message>,
    /// The bot's answers to taps, oldest first; only the last ones are kept.
    pub answers: Vec<CallbackAnswer>,
    /// Rises with every change of this chat.
    pub version: u64,
    /// What the bot is doing just now, such as `typing`.
    pub action: Option<String>,
    /// The command menu that this person gets.
    pub commands: Vec<BotCommand>,
    /// The buttons that stand instead of the person's keyboard.
    pub reply_keyboard: Keyboard,
}

/// A message in a chat.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Message id.
    pub id: i64,
    /// Whether the bot wrote it.
    pub from_bot: bool,
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// When it was last edited.
    pub edited_at: Option<DateTime<Utc>>,
    /// The text after entity parsing, or the caption.
    pub text: String,
    /// Styles and links of the text.
    pub entities: Vec<Entity>,
    /// The text as HTML that is safe in a page.
    pub html: String,
    /// The keyboard that it carries.
    pub keyboard: Keyboard,
    /// What it is besides text.
    pub content: Content,
}

/// What a message holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Only text.
    Text,
    /// A contact card.
    Contact(Contact),
    /// A place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
    },
    /// A sticker.
    Sticker {
        /// The emoji that it stands for.
        emoji: String,
    },
    /// A picture.
    Photo {
        /// Id of its largest size.
        file_id: String,
    },
    /// A file.
    Document {
        /// Id of the file.
        file_id: String,
        /// File name.
        name: String,
        /// Media type.
        mime: String,
        /// Size in bytes.
        size: usize,
    },
    /// What is to be paid.
    Invoice {
        /// What for.
        title: String,
        /// More about it.
        description: String,
        /// Three letters.
        currency: String,
        /// In minor units.
        amount: i64,
        /// It is a receipt.
        is_paid: bool,
    },
    /// Money was paid.
    Paid(Payment),
    /// Money was given back.
    Refunded(Payment),
    /// Anything else.
    Other,
}

/// What the bot answered to a tap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackAnswer {
    /// Rises with every answer of the sandbox.
    pub id: u64,
    /// The callback query that it answers.
    pub callback_id: String,
    /// What it says.
    pub text: Option<String>,
    /// Whether it is shown as an alert.
    pub alert: bool,
}

/// An entry of the command menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotCommand {
    /// Name without the slash.
    pub command: String,
    /// What it does.
    pub description: String,
}

/// A file that passed through the sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// File name.
    pub name: String,
    /// Media type.
    pub mime: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A Bot API call that was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    /// Method name as the API reference spells it.
    pub method: String,
    /// Parameters, files without their bytes.
    pub params: Value,
    /// HTTP status of the answer; 0 where the connection was closed instead.
    pub status: u16,
    /// Why it was refused, or what became of the answer.
    pub description: Option<String>,
}
