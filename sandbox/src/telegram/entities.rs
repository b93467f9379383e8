//! Formatted text: Telegram counts entity offsets in UTF-16 code units, and trims what it is given.

use serde_json::{Map, Value, json};

use super::error::ApiError;

/// A styled or meaningful part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Bot API name of the kind, such as `bold` or `bot_command`.
    pub kind: &'static str,
    /// First UTF-16 code unit.
    pub offset: usize,
    /// Length in UTF-16 code units.
    pub length: usize,
    /// Where a `text_link` leads.
    pub url: Option<String>,
    /// Programming language of a `pre` block.
    pub language: Option<String>,
    /// Whom a `text_mention` names.
    pub user_id: Option<i64>,
}

impl Entity {
    pub(crate) fn new(kind: &'static str, offset: usize, length: usize) -> Self {
        Self { kind, offset, length, url: None, language: None, user_id: None }
    }

    pub(crate) fn end(&self) -> usize {
        self.offset + self.length
    }
}

/// A text with its entities in Telegram's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FormattedText {
    pub(crate) text: String,
    pub(crate) entities: Vec<Entity>,
}

impl FormattedText {
    /// Trims the text and brings the entities into Telegram's order, without empty ones.
    pub(crate) fn tidied(text: &str, mut entities: Vec<Entity>) -> Self {
        let start = text.trim_start();
        let cut = utf16_len(text) - utf16_len(start);
        let kept = start.trim_end();
        let end = utf16_len(kept);
        for entity in &mut entities {
            let last = entity.end().saturating_sub(cut).min(end);
            entity.offset = entity.offset.saturating_sub(cut).min(end);
            entity.length = last.saturating_sub(entity.offset);
        }
        entities.retain(|entity| entity.length > 0);
        entities.sort_by(|a, b| a.offset.cmp(&b.offset).then(b.length.cmp(&a.length)));
        Self { text: kept.to_owned(), entities }
    }

    /// Characters, which is what Telegram's limits count.
    pub(crate) fn characters(&self) -> usize {
        self.text.chars().count()
    }
}

pub(crate) fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Kinds that a bot may set itself.
const SETTABLE: [&str; 19] = [
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "blockquote",
    "expandable_blockquote",
    "custom_emoji",
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
];

/// Reads explicit `entities` of a call; what Telegram finds by itself (mentions, commands) is ignored as it ignores it.
pub(crate) fn from_json(value: &Value, text: &str) -> Result<Vec<Entity>, ApiError> {
    let refuse = |why: &str| ApiError::bad_request(format!("can't parse MessageEntity: {why}"));
    let items = value.as_array().ok_or_else(|| refuse("expected an Array"))?;
    let total = utf16_len(text);
    let mut entities = Vec::new();
    for item in items {
        let number = |field: &str| {
            item.get(field)
                .and_then(Value::as_u64)
                .and_then(|number| usize::try_from(number).ok())
                .ok_or_else(|| refuse(&format!("field \"{field}\" must be a Number")))
        };
        let kind = item
            .get("type")
            .and_then(Value::as_str)
            .ok_or_else(|| refuse("field \"type\" must be of type String"))?;
        let kind = SETTABLE
            .into_iter()
            .find(|known| *known == kind)
            .ok_or_else(|| refuse("unsupported type specified"))?;
        let mut entity = Entity::new(kind, number("offset")?, number("length")?);
        if entity.end() > total {
            return Err(ApiError::bad_request(format!(
                "entity beginning at UTF-16 offset {} ends after the end of the text at UTF-16 offset {}",
                entity.offset,
                entity.end()
            )));
        }
        let string = |field: &str| item.get(field).and_then(Value::as_str).map(str::to_owned);
        entity.url = string("url");
        entity.language = string("language");
        entity.user_id = item.pointer("/user/id").and_then(Value::as_i64);
        match kind {
            "text_link" if entity.url.is_none() => {
                return Err(refuse("field \"url\" must be of type String"));
            }
            "text_mention" if entity.user_id.is_none() => {
                return Err(refuse("field \"user\" must be of type Object"));
            }
            "mention" | "hashtag" | "cashtag" | "bot_command" | "url" | "email" | "phone_number"
            | "custom_emoji" => {}
            _ => entities.push(entity),
        }
    }
    Ok(entities)
}

/// Finds `/command` and `/command@bot` as Telegram does: after a break, up to 64 letters, digits and underscores.
pub(crate) fn bot_commands(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    let mut offset = 0;
    let mut before = None;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let tail = rest.get(character.len_utf8()..).unwrap_or_default();
        let starts =
            character == '/' && before.is_none_or(|c: char| !c.is_alphanumeric() && c != '/' && c != '_');
        let length = if starts { command_length(tail) } else { 0 };
        if length > 0 {
            found.push(Entity::new("bot_command", offset, length + 1));
        }
        before = Some(character);
        offset += character.len_utf16();
        rest = tail;
    }
    found
}

fn command_length(tail: &str) -> usize {
    let word = |text: &str| text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').count();
    let name = word(tail);
    if name == 0 || name > 64 {
        return 0;
    }
    let after = tail.get(name..).unwrap_or_default();
    let bot = after.strip_prefix('@').map_or(0, word);
    let whole = if bot >= 3 { name + 1 + bot } else { name };
    let next = tail.get(whole..).and_then(|rest| rest.chars().next());
    if next.is_some_and(|c| c == '/' || c.is_alphanumeric()) { 0 } else { whole }
}

/// The entity as a Bot API object; `user` is whom a `text_mention` names.
pub(crate) fn to_json(entity: &Entity, user: Option<Value>) -> Value {
    let mut object = Map::new();
    object.insert("type".to_owned(), json!(entity.kind));
    object.insert("offset".to_owned(), json!(entity.offset));
    object.insert("length".to_owned(), json!(entity.length));
    if let Some(url) = &entity.url {
        object.insert("url".to_owned(), json!(url));
    }
    if let Some(language) = &entity.language {
        object.insert("language".to_owned(), json!(language));
    }
    if let Some(user) = user {
        object.insert("user".to_owned(), user);
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trimming_moves_entities() {
        let text = FormattedText::tidied(" \n😀 bold  ", vec![Entity::new("bold", 5, 6)]);
        assert_eq!(text.text, "😀 bold");
        assert_eq!(text.entities, vec![Entity::new("bold", 3, 4)]);
    }

    #[test]
    fn commands_are_found_in_utf16_units() {
        let found = bot_commands("😀 /start now, a/b no, /help@some_bot!");
        assert_eq!(found, vec![Entity::new("bot_command", 3, 6), Entity::new("bot_command", 23, 14)]);
        assert_eq!(bot_commands("/start abc"), vec![Entity::new("bot_command", 0, 6)]);
        assert!(bot_commands("https://example.org/path").is_empty());
    }

    #[test]
    fn explicit_entities_must_fit() {
        let beyond = json!([{"type": "bold", "offset": 1, "length": 2}]);
        assert!(from_json(&beyond, "😀").is_err());
        let fits = json!([{"type": "bold", "offset": 0, "length": 2}]);
        assert_eq!(from_json(&fits, "😀"), Ok(vec![Entity::new("bold", 0, 2)]));
    }
}
