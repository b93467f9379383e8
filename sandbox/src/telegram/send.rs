//! What a bot does with messages: send, edit, delete.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::entities::{self, FormattedText};
use super::error::ApiError;
use super::invoices::check_pay_first;
use super::keyboard::{self, Markup};
use super::params::Params;
use super::state::{Body, Draft, Extras, State, Stored};
use super::{html, markdown};

const MAX_TEXT: usize = 4096;
const MAX_CAPTION: usize = 1024;
/// What Telegram does not even parse.
const MAX_RAW_BYTES: usize = 1 << 15;
/// A bot may delete what is younger than this.
const DELETABLE_FOR: TimeDelta = TimeDelta::hours(48);

impl State {
    pub(crate) fn send_message(&mut self, params: &Params) -> Result<Value, ApiError> {
        let text = self.message_text(params)?;
        let markup = markup(params)?;
        let chat = self.writable_chat(params)?;
        let extras = self.extras(chat, params)?;
        let draft = Draft { from_bot: true, text, markup, body: Body::Text, extras };
        Ok(self.post(chat, draft).1)
    }

    pub(crate) fn edit_text(&mut self, params: &Params) -> Result<Value, ApiError> {
        let text = self.message_text(params)?;
        let markup = inline_markup(params)?;
        let link_preview = params.json("link_preview_options")?;
        self.edit(params, |stored| {
            if !matches!(stored.body, Body::Text) {
                return Err(ApiError::bad_request("there is no text in the message to edit"));
            }
            let unchanged = stored.text == text && stored.markup.inline == markup.inline;
            stored.text = text;
            stored.markup = markup;
            stored.extras.link_preview = link_preview;
            Ok(!unchanged)
        })
    }

    pub(crate) fn edit_markup(&mut self, params: &Params) -> Result<Value, ApiError> {
        let markup = inline_markup(params)?;
        self.edit(params, |stored| {
            if matches!(stored.body, Body::Invoice { .. }) {
                check_pay_first(&markup)?;
            }
            let unchanged = stored.markup.inline == markup.inline;
            stored.markup = markup;
            Ok(!unchanged)
        })
    }

    /// Changes the message that the call names; `change` says whether anything is different now.
    fn edit(
        &mut self,
        params: &Params,
        change: impl FnOnce(&mut Stored) -> Result<bool, ApiError>,
    ) -> Result<Value, ApiError> {
        if params.text("inline_message_id").is_some() {
            return Err(ApiError::bad_request("MESSAGE_ID_INVALID"));
        }
        let now = self.now();
        let id = message_id(params)?;
        let member = self.chat(params)?;
        let person = member.person.id;
        let stored =
            member.messages.get_mut(&id).ok_or_else(|| ApiError::bad_request("message to edit not found"))?;
        if !stored.from_bot || stored.markup.is_reply_kind {
            return Err(ApiError::bad_request("message can't be edited"));
        }
        if !change(stored)? {
            return Err(ApiError::bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
            ));
        }
        stored.edited_at = Some(now);
        member.version += 1;
        Ok(self.message(person, id).unwrap_or(Value::Null))
    }

    pub(crate) fn delete_message(&mut self, params: &Params) -> Result<Value, ApiError> {
        let id = message_id(params)?;
        self.chat(params)?
            .messages
            .get(&id)
            .ok_or_else(|| ApiError::bad_request("message to delete not found"))?;
        self.delete(params, &[id])
    }

    pub(crate) fn delete_messages(&mut self, params: &Params) -> Result<Value, ApiError> {
        let list = params
            .json("message_ids")?
            .ok_or_else(|| ApiError::bad_request("message identifiers are not specified"))?;
        let list = list
            .as_array()
            .ok_or_else(|| ApiError::bad_request("expected an Array of message identifiers"))?;
        if list.len() > 100 {
            return Err(ApiError::bad_request("too many message identifiers specified"));
        }
        if list.is_empty() {
            return Err(ApiError::bad_request("message identifiers are not specified"));
        }
        let ids: Vec<i64> = list
            .iter()
            .map(|id| {
                id.as_i64()
                    .or_else(|| id.as_str()?.parse().ok())
                    .filter(|id| *id > 0)
                    .ok_or_else(|| ApiError::bad_request("invalid message identifier specified"))
            })
            .collect::<Result<_, _>>()?;
        self.delete(params, &ids)
    }

    fn delete(&mut self, params: &Params, ids: &[i64]) -> Result<Value, ApiError> {
        let oldest = self.now() - DELETABLE_FOR;
        let member = self.chat(params)?;
        let too_old = ids.iter().filter_map(|id| member.messages.get(id)).any(|message| message.at < oldest);
        if too_old {
            return Err(ApiError::bad_request("message can't be deleted for everyone"));
        }
        for id in ids {
            member.messages.remove(id);
        }
        member.version += 1;
        Ok(json!(true))
    }

    fn message_text(&self, params: &Params) -> Result<FormattedText, ApiError> {
        let Some(text) = params.text("text") else {
            return Err(ApiError::bad_request("message text is empty"));
        };
        let text =
            self.formatted(&text, params.text("parse_mode").as_deref(), params.json("entities")?.as_ref())?;
        if text.text.is_empty() {
            return Err(ApiError::bad_request("text must be non-empty"));
        }
        if text.characters() > MAX_TEXT {
            return Err(ApiError::bad_request("message is too long"));
        }
        Ok(text)
    }

    /// A caption, which may be empty.
    pub(crate) fn caption(
        &self,
        caption: Option<&str>,
        mode: Option<&str>,
        entities: Option<&Value>,
    ) -> Result<FormattedText, ApiError> {
        let text = self.formatted(caption.unwrap_or_default(), mode, entities)?;
        if text.characters() > MAX_CAPTION {
            return Err(ApiError::bad_request("message caption is too long"));
        }
        Ok(text)
    }

    fn formatted(
        &self,
        text: &str,
        mode: Option<&str>,
        entities: Option<&Value>,
    ) -> Result<FormattedText, ApiError> {
        if text.len() > MAX_RAW_BYTES {
            return Err(ApiError::bad_request("text is too long"));
        }
        let mode = mode.unwrap_or_default().to_ascii_lowercase();
        let mut parsed = match mode.as_str() {
            "" | "none" => {
                let entities = match entities {
                    Some(list) => entities::from_json(list, text)?,
                    None => Vec::new(),
                };
                FormattedText::tidied(text, entities)
            }
            "html" => html::parse(text)?,
            "markdownv2" => markdown::parse(text)?,
            "markdown" => {
                return Err(ApiError::bad_request(
                    "the legacy parse_mode Markdown is not supported by this sandbox; use MarkdownV2 or HTML",
                ));
            }
            _ => return Err(ApiError::bad_request("unsupported parse_mode")),
        };
        let known = self.known_ids(parsed.entities.iter().filter_map(|entity| entity.user_id));
        parsed.entities.retain(|entity| entity.user_id.is_none_or(|id| known.contains(&id)));
        Ok(parsed)
    }

    /// What besides content and keyboard a call says about its message.
    pub(crate) fn extras(&mut self, chat: i64, params: &Params) -> Result<Extras, ApiError> {
        let reply = params.json("reply_parameters")?;
        let field = |name: &str| reply.as_ref().and_then(|reply| reply.get(name));
        let reply_to = match field("message_id").and_then(Value::as_i64) {
            Some(id) => Some(id),
            None => params.integer("reply_to_message_id")?,
        };
        let may_miss = params.flag("allow_sending_without_reply")
            || field("allow_sending_without_reply").and_then(Value::as_bool) == Some(true);
        let exists = reply_to.is_some_and(|id| self.person(chat).messages.contains_key(&id));
        if reply_to.is_some() && !exists && !may_miss {
            return Err(ApiError::bad_request("message to be replied not found"));
        }
        Ok(Extras {
            reply_to: reply_to.filter(|_| exists),
            media_group: None,
            protected: params.flag("protect_content"),
            link_preview: params.json("link_preview_options")?,
            caption_above: params.flag("show_caption_above_media"),
            spoiler: params.flag("has_spoiler"),
            effect: params.text("message_effect_id"),
        })
    }
}

/// The keyboard of a call.
pub(crate) fn markup(params: &Params) -> Result<Markup, ApiError> {
    match params.json("reply_markup")? {
        Some(value) => keyboard::parse(&value),
        None => Ok(Markup::default()),
    }
}

fn inline_markup(params: &Params) -> Result<Markup, ApiError> {
    let markup = markup(params)?;
    if markup.is_reply_kind {
        return Err(ApiError::bad_request("inline keyboard expected"));
    }
    Ok(markup)
}

fn message_id(params: &Params) -> Result<i64, ApiError> {
    params
        .integer("message_id")?
        .filter(|id| *id > 0)
        .ok_or_else(|| ApiError::bad_request("message identifier is not specified"))
}
