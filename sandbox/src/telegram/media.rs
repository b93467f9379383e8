//! What a bot sends besides text: photos, documents and albums of them.

use serde_json::Value;

use super::error::ApiError;
use super::files::Role;
use super::keyboard::Markup;
use super::params::Params;
use super::send::markup;
use super::state::{Body, Draft, Extras, State};

impl State {
    pub(crate) fn send_photo(&mut self, params: &Params) -> Result<Value, ApiError> {
        self.send_file(params, Role::Photo, "photo")
    }

    pub(crate) fn send_document(&mut self, params: &Params) -> Result<Value, ApiError> {
        self.send_file(params, Role::Document, "document")
    }

    fn send_file(&mut self, params: &Params, role: Role, field: &str) -> Result<Value, ApiError> {
        let text = self.caption(
            params.text("caption").as_deref(),
            params.text("parse_mode").as_deref(),
            params.json("caption_entities")?.as_ref(),
        )?;
        let markup = markup(params)?;
        let chat = self.writable_chat(params)?;
        let extras = self.extras(chat, params)?;
        let source = params.text(field);
        let file = self.files.resolve(role, params, field, source.as_deref())?;
        let draft = Draft { from_bot: true, text, markup, body: body(role, file), extras };
        Ok(self.post(chat, draft).1)
    }

    pub(crate) fn send_media_group(&mut self, params: &Params) -> Result<Value, ApiError> {
        let media =
            params.json("media")?.ok_or_else(|| ApiError::bad_request("can't parse media JSON object"))?;
        let items =
            media.as_array().ok_or_else(|| ApiError::bad_request("expected an Array of InputMedia"))?;
        match items.len() {
            0 => return Err(ApiError::bad_request("there are no messages to send")),
            1 => {
                return Err(ApiError::bad_request("media group must include 2-10 items"));
            }
            2..=10 => {}
            _ => {
                return Err(ApiError::bad_request("too many messages to send as an album"));
            }
        }
        let roles: Vec<Role> = items.iter().map(role_of).collect::<Result<_, _>>()?;
        if roles.contains(&Role::Document) && roles.contains(&Role::Photo) {
            return Err(ApiError::bad_request("document can't be mixed with other media types"));
        }
        let chat = self.writable_chat(params)?;
        let extras = self.extras(chat, params)?;
        let mut drafts = Vec::new();
        for (item, role) in items.iter().zip(roles) {
            drafts.push(self.album_item(params, item, role, &extras)?);
        }
        let group = self.next_media_group();
        Ok(drafts
            .into_iter()
            .map(|mut draft| {
                draft.extras.media_group = Some(group.clone());
                self.post(chat, draft).1
            })
            .collect())
    }

    fn album_item(
        &mut self,
        params: &Params,
        item: &Value,
        role: Role,
        extras: &Extras,
    ) -> Result<Draft, ApiError> {
        let string = |field: &str| item.get(field).and_then(Value::as_str);
        let flag = |field: &str| item.get(field).and_then(Value::as_bool) == Some(true);
        let text = self.caption(string("caption"), string("parse_mode"), item.get("caption_entities"))?;
        let source = string("media").filter(|source| !source.is_empty());
        if source.is_none() {
            return Err(ApiError::bad_request("can't parse InputMedia: media not found"));
        }
        let file = self.files.resolve(role, params, "media", source)?;
        Ok(Draft {
            from_bot: true,
            text,
            markup: Markup::default(),
            body: body(role, file),
            extras: Extras {
                caption_above: flag("show_caption_above_media"),
                spoiler: flag("has_spoiler"),
                ..extras.clone()
            },
        })
    }
}

fn role_of(item: &Value) -> Result<Role, ApiError> {
    const FIELDS: [&str; 9] = [
        "type",
        "media",
        "thumbnail",
        "caption",
        "parse_mode",
        "caption_entities",
        "show_caption_above_media",
        "has_spoiler",
        "disable_content_type_detection",
    ];
    let refuse = |why: String| ApiError::bad_request(format!("can't parse InputMedia: {why}"));
    let object = item.as_object().ok_or_else(|| refuse("expected an Object".to_owned()))?;
    if let Some(field) = object.keys().find(|field| !FIELDS.contains(&field.as_str())) {
        return Err(refuse(format!("unknown field \"{field}\"")));
    }
    match item.get("type").and_then(Value::as_str) {
        Some("photo") => Ok(Role::Photo),
        Some("document") => Ok(Role::Document),
        Some(other) => Err(refuse(format!("type \"{other}\" is unsupported"))),
        None => Err(refuse("field \"type\" must be of type String".to_owned())),
    }
}

fn body(role: Role, file: super::state::FileRef) -> Body {
    match role {
        Role::Photo => Body::Photo(file),
        Role::Document | Role::Sticker => Body::Document(file),
    }
}
