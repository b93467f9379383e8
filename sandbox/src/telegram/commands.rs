//! The command menu: lists by scope and language, and which of them a person gets.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::error::ApiError;
use super::params::Params;
use super::view::{BotCommand, Person};

const MAX_COMMANDS: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Scope {
    Default,
    AllPrivateChats,
    AllGroupChats,
    AllChatAdministrators,
    Chat(i64),
}

/// All command lists of the bot.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    lists: HashMap<(Scope, String), Vec<BotCommand>>,
    version: u64,
}

impl Commands {
    pub(crate) fn set(
        &mut self,
        params: &Params,
        chat_exists: impl Fn(i64) -> bool,
    ) -> Result<Value, ApiError> {
        let key = key(params, chat_exists)?;
        let commands = read(params)?;
        self.version += 1;
        if commands.is_empty() {
            self.lists.remove(&key);
        } else {
            self.lists.insert(key, commands);
        }
        Ok(Value::Bool(true))
    }

    pub(crate) fn get(&self, params: &Params, chat_exists: impl Fn(i64) -> bool) -> Result<Value, ApiError> {
        let key = key(params, chat_exists)?;
        Ok(json!(self.lists.get(&key).cloned().unwrap_or_default()))
    }

    pub(crate) fn delete(
        &mut self,
        params: &Params,
        chat_exists: impl Fn(i64) -> bool,
    ) -> Result<Value, ApiError> {
        let key = key(params, chat_exists)?;
        self.lists.remove(&key);
        self.version += 1;
        Ok(Value::Bool(true))
    }

    /// Rises with every change of a list.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The list that a person's client shows in the private chat with the bot.
    pub(crate) fn shown_to(&self, person: &Person) -> Vec<BotCommand> {
        let language = person
            .language
            .as_deref()
            .and_then(|tag| tag.split('-').next())
            .unwrap_or_default()
            .to_ascii_lowercase();
        [Scope::Chat(person.id), Scope::AllPrivateChats, Scope::Default]
            .into_iter()
            .flat_map(|scope| [(scope.clone(), language.clone()), (scope, String::new())])
            .find_map(|key| self.lists.get(&key))
            .cloned()
            .unwrap_or_default()
    }
}

fn key(params: &Params, chat_exists: impl Fn(i64) -> bool) -> Result<(Scope, String), ApiError> {
    let language = params.text("language_code").unwrap_or_default();
    let is_code = language.len() == 2 && language.chars().all(|c| c.is_ascii_lowercase());
    if !language.is_empty() && !is_code {
        return Err(ApiError::bad_request("invalid language code specified"));
    }
    let refuse = |why: &str| ApiError::bad_request(format!("can't parse BotCommandScope: {why}"));
    let Some(scope) = params.json("scope")? else {
        return Ok((Scope::Default, language));
    };
    let kind = scope
        .get("type")
        .and_then(Value::as_str)
        .ok_or_else(|| refuse("field \"type\" must be of type String"))?;
    let scope = match kind {
        "default" => Scope::Default,
        "all_private_chats" => Scope::AllPrivateChats,
        "all_group_chats" => Scope::AllGroupChats,
        "all_chat_administrators" => Scope::AllChatAdministrators,
        "chat" | "chat_administrators" | "chat_member" => {
            let chat = scope
                .get("chat_id")
                .and_then(|id| id.as_i64().or_else(|| id.as_str()?.parse().ok()))
                .ok_or_else(|| refuse("empty chat_id specified"))?;
            if !chat_exists(chat) {
                return Err(ApiError::bad_request("chat not found"));
            }
            if kind != "chat" {
                return Err(ApiError::bad_request("can't use specified scope in private chats"));
            }
            Scope::Chat(chat)
        }
        _ => return Err(refuse("unsupported type specified")),
    };
    Ok((scope, language))
}

fn read(params: &Params) -> Result<Vec<BotCommand>, ApiError> {
    let Some(list) = params.json("commands")? else {
        return Ok(Vec::new());
    };
    let items = list.as_array().ok_or_else(|| ApiError::bad_request("expected an Array of BotCommand"))?;
    if items.len() > MAX_COMMANDS {
        return Err(ApiError::bad_request("BOT_COMMANDS_TOO_MUCH"));
    }
    items.iter().map(command).collect()
}

fn command(item: &Value) -> Result<BotCommand, ApiError> {
    let refuse = |why: String| ApiError::bad_request(format!("can't parse BotCommand: {why}"));
    let object = item.as_object().ok_or_else(|| refuse("expected an Object".to_owned()))?;
    if let Some(field) =
        object.keys().find(|field| !["command", "description", "is_ephemeral"].contains(&field.as_str()))
    {
        return Err(refuse(format!("unknown field \"{field}\"")));
    }
    let string = |field: &str| {
        object
            .get(field)
            .and_then(Value::as_str)
            .map(str::trim)
            .ok_or_else(|| refuse(format!("Field \"{field}\" must be of type String")))
    };
    let name = string("command")?;
    let name = name.strip_prefix('/').unwrap_or(name);
    let description = string("description")?;
    let refused = |text: &str| Err(ApiError::bad_request(text));
    if name.is_empty() {
        return refused("command must be non-empty");
    }
    if name.chars().count() > 32 {
        return refused("command length must not exceed 32");
    }
    if !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        return refused("BOT_COMMAND_INVALID");
    }
    if description.is_empty() {
        return refused("command description must be non-empty");
    }
    if description.chars().count() > 256 {
        return refused("command description length must not exceed 256");
    }
    Ok(BotCommand { command: name.to_owned(), description: description.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(commands: &mut Commands, value: Value) -> Result<Value, ApiError> {
        commands.set(&Params::from_json(value), |chat| chat == 7)
    }

    fn named(name: &str) -> Value {
        json!([{ "command": name, "description": "what it does" }])
    }

    #[test]
    fn the_closest_list_wins() -> Result<(), ApiError> {
        let mut commands = Commands::default();
        let person = Person {
            id: 7,
            first_name: "Ann".to_owned(),
            last_name: None,
            username: None,
            language: Some("de-AT".to_owned()),
            phone: None,
            label: String::new(),
        };
        let shown =
            |commands: &Commands| commands.shown_to(&person).first().map(|first| first.command.clone());
        for (scope, language, name) in [
            (json!({"type": "default"}), "", "a"),
            (json!({"type": "default"}), "de", "b"),
            (json!({"type": "all_private_chats"}), "", "c"),
            (json!({"type": "all_private_chats"}), "de", "d"),
            (json!({"type": "chat", "chat_id": 7}), "", "e"),
            (json!({"type": "chat", "chat_id": "7"}), "de", "f"),
        ] {
            set(&mut commands, json!({"commands": named(name), "scope": scope, "language_code": language}))?;
            assert_eq!(shown(&commands).as_deref(), Some(name));
        }
        commands.delete(
            &Params::from_json(json!({"scope": {"type": "chat", "chat_id": 7}, "language_code": "de"})),
            |_| true,
        )?;
        assert_eq!(shown(&commands).as_deref(), Some("e"));
        Ok(())
    }

    #[test]
    fn what_telegram_refuses() {
        let mut commands = Commands::default();
        let many: Vec<_> =
            (0..101).map(|n| json!({"command": format!("c{n}"), "description": "x"})).collect();
        for (value, description) in [
            (json!({"commands": many}), "BOT_COMMANDS_TOO_MUCH"),
            (json!({"commands": named("Start")}), "BOT_COMMAND_INVALID"),
            (json!({"commands": named("start"), "scope": {"type": "chat", "chat_id": 8}}), "chat not found"),
            (json!({"commands": named("start"), "language_code": "deu"}), "invalid language code specified"),
        ] {
            let refused = set(&mut commands, value).map_err(|error| error.description);
            assert_eq!(refused, Err(format!("Bad Request: {description}")));
        }
    }
}
