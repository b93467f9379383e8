//! Keyboards: what Telegram accepts as `reply_markup`, and what a person then sees.

use serde_json::{Map, Value, json};

use super::error::ApiError;

/// The keyboard that a message carries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Keyboard {
    /// No keyboard.
    #[default]
    None,
    /// Buttons under the message.
    Inline(Vec<Vec<Button>>),
    /// Buttons instead of the person's keyboard.
    Reply {
        /// The rows of buttons.
        rows: Vec<Vec<ReplyButton>>,
        /// Whether it hides after one use.
        one_time: bool,
        /// What the empty input field says.
        placeholder: Option<String>,
    },
    /// Takes away the buttons that stand instead of the person's keyboard.
    Remove,
}

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub text: String,
    /// What it does.
    pub kind: ButtonKind,
}

/// What a button under a message does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ButtonKind {
    /// Sends a callback query with these data.
    Data(String),
    /// Opens a page.
    Url(String),
    /// Anything else, as the bot described it.
    Other(Value),
}

/// A button instead of the person's keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyButton {
    /// What it says, and sends unless it asks for something.
    pub text: String,
    /// Whether it sends the person's contact.
    pub request_contact: bool,
    /// Whether it sends the person's location.
    pub request_location: bool,
}

/// A checked `reply_markup`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Markup {
    pub(crate) keyboard: Keyboard,
    /// The inline keyboard as it goes back to the bot.
    pub(crate) inline: Option<Value>,
    /// Anything but an inline keyboard, which makes the message uneditable.
    pub(crate) is_reply_kind: bool,
}

const BUTTON_TEXT_FIELDS: [&str; 3] = ["text", "icon_custom_emoji_id", "style"];
const INLINE_ACTIONS: [&str; 11] = [
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
];
const REPLY_ACTIONS: [&str; 7] = [
    "request_users",
    "request_chat",
    "request_contact",
    "request_location",
    "request_poll",
    "request_managed_bot",
    "web_app",
];
const MAX_BUTTONS: usize = 100;
const MAX_DATA_BYTES: usize = 64;

/// Checks `reply_markup`.
pub(crate) fn parse(value: &Value) -> Result<Markup, ApiError> {
    let object = value.as_object().ok_or_else(|| ApiError::bad_request("object expected as reply markup"))?;
    if object.contains_key("inline_keyboard") {
        only(object, &["inline_keyboard"], "reply markup")?;
        return inline(object);
    }
    if object.contains_key("keyboard") {
        only(
            object,
            &[
                "keyboard",
                "is_persistent",
                "resize_keyboard",
                "one_time_keyboard",
                "input_field_placeholder",
                "selective",
            ],
            "reply markup",
        )?;
        return reply(object);
    }
    only(
        object,
        &["remove_keyboard", "force_reply", "input_field_placeholder", "selective"],
        "reply markup",
    )?;
    if is_true(object, "remove_keyboard") {
        return Ok(Markup { keyboard: Keyboard::Remove, inline: None, is_reply_kind: true });
    }
    Ok(Markup { is_reply_kind: is_true(object, "force_reply"), ..Markup::default() })
}

fn inline(object: &Map<String, Value>) -> Result<Markup, ApiError> {
    let wrong_shape = || {
        ApiError::bad_request(
            "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays",
        )
    };
    let mut rows = Vec::new();
    let mut count = 0;
    for row in object.get("inline_keyboard").and_then(Value::as_array).ok_or_else(wrong_shape)? {
        let mut buttons = Vec::new();
        for button in row.as_array().ok_or_else(wrong_shape)? {
            buttons.push(inline_button(button)?);
        }
        count += buttons.len();
        if !buttons.is_empty() {
            rows.push(buttons);
        }
    }
    if count > MAX_BUTTONS {
        return Err(ApiError::bad_request("reply markup is too long"));
    }
    if rows.is_empty() {
        return Ok(Markup::default());
    }
    let sent: Vec<&Value> = object
        .get("inline_keyboard")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|row| row.as_array().is_some_and(|row| !row.is_empty()))
        .collect();
    Ok(Markup {
        inline: Some(json!({ "inline_keyboard": sent })),
        keyboard: Keyboard::Inline(rows),
        is_reply_kind: false,
    })
}

fn inline_button(value: &Value) -> Result<Button, ApiError> {
    let refuse = |why: &str| ApiError::bad_request(format!("can't parse inline keyboard button: {why}"));
    let object = value.as_object().ok_or_else(|| refuse("InlineKeyboardButton must be an Object"))?;
    let mut known = BUTTON_TEXT_FIELDS.to_vec();
    known.extend(INLINE_ACTIONS);
    only(object, &known, "inline keyboard button")?;
    let text = object
        .get("text")
        .and_then(Value::as_str)
        .ok_or_else(|| refuse("Field \"text\" must be of type String"))?;
    if text.trim().is_empty() {
        return Err(ApiError::bad_request("inline keyboard button text must be non-empty"));
    }
    let mut actions = INLINE_ACTIONS
        .into_iter()
        .filter_map(|action| Some((action, object.get(action)?)))
        .filter(|(_, value)| !value.is_null());
    let Some((action, argument)) = actions.next() else {
        return Err(refuse("Text buttons are unallowed in the inline keyboard"));
    };
    if let Some((second, _)) = actions.next() {
        return Err(refuse(&format!("exactly one action is allowed, found \"{action}\" and \"{second}\"")));
    }
    let kind = match (action, argument.as_str()) {
        ("callback_data", Some(data)) => {
            if data.is_empty() || data.len() > MAX_DATA_BYTES {
                return Err(ApiError::bad_request("BUTTON_DATA_INVALID"));
            }
            ButtonKind::Data(data.to_owned())
        }
        ("url", Some(url)) => {
            if super::links::link(url).is_none() {
                return Err(ApiError::bad_request(format!(
                    "inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
                )));
            }
            ButtonKind::Url(url.to_owned())
        }
        ("callback_data" | "url", None) => {
            return Err(refuse(&format!("Field \"{action}\" must be of type String")));
        }
        _ => ButtonKind::Other(json!({ action: argument })),
    };
    Ok(Button { text: text.to_owned(), kind })
}

fn reply(object: &Map<String, Value>) -> Result<Markup, ApiError> {
    let wrong_shape = || ApiError::bad_request("field \"keyboard\" must be an Array of Arrays");
    let mut rows = Vec::new();
    for row in object.get("keyboard").and_then(Value::as_array).ok_or_else(wrong_shape)? {
        let mut buttons = Vec::new();
        for button in row.as_array().ok_or_else(wrong_shape)? {
            buttons.push(reply_button(button)?);
        }
        if !buttons.is_empty() {
            rows.push(buttons);
        }
    }
    if rows.is_empty() {
        return Ok(Markup::default());
    }
    Ok(Markup {
        keyboard: Keyboard::Reply {
            rows,
            one_time: is_true(object, "one_time_keyboard"),
            placeholder: object.get("input_field_placeholder").and_then(Value::as_str).map(str::to_owned),
        },
        inline: None,
        is_reply_kind: true,
    })
}

fn reply_button(value: &Value) -> Result<ReplyButton, ApiError> {
    let refuse = |why: &str| ApiError::bad_request(format!("can't parse keyboard button: {why}"));
    let plain = Map::from_iter([("text".to_owned(), value.clone())]);
    let object = if value.is_string() {
        &plain
    } else {
        value.as_object().ok_or_else(|| refuse("KeyboardButton must be a String or an Object"))?
    };
    let mut known = BUTTON_TEXT_FIELDS.to_vec();
    known.extend(REPLY_ACTIONS);
    only(object, &known, "keyboard button")?;
    let text = object
        .get("text")
        .and_then(Value::as_str)
        .ok_or_else(|| refuse("Field \"text\" must be of type String"))?;
    if text.trim().is_empty() {
        return Err(ApiError::bad_request("keyboard button text must be non-empty"));
    }
    Ok(ReplyButton {
        text: text.to_owned(),
        request_contact: is_true(object, "request_contact"),
        request_location: is_true(object, "request_location"),
    })
}

fn is_true(object: &Map<String, Value>, field: &str) -> bool {
    object.get(field).and_then(Value::as_bool).unwrap_or(false)
}

fn only(object: &Map<String, Value>, known: &[&str], what: &str) -> Result<(), ApiError> {
    match object.keys().find(|field| !known.contains(&field.as_str())) {
        Some(field) => Err(ApiError::bad_request(format!("can't parse {what}: unknown field \"{field}\""))),
        None => Ok(()),
    }
}
