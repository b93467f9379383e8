//! What people do: each act becomes the update that Telegram would make of it.

use serde_json::{Map, Value, json};

use super::Telegram;
use super::entities::{self, FormattedText};
use super::files::{Role, picture_size};
use super::params::Upload;
use super::state::{Body, Draft, State};
use super::updates::Lane;
use super::view::{Contact, NewPerson, Person};
use super::wire;

impl Telegram {
    /// Lets somebody join; an id that is known already gets the new particulars.
    pub fn add_person(&self, new: NewPerson) -> Person {
        self.change(|state| state.add_person(new))
    }

    /// Everybody in the order of joining.
    pub fn people(&self) -> Vec<Person> {
        let state = self.state();
        state.order.iter().filter_map(|id| state.people.get(id)).map(|member| member.person.clone()).collect()
    }

    /// A person writes; returns the message id.
    pub fn send_text(&self, person: i64, text: &str) -> i64 {
        let entities = entities::bot_commands(text);
        let text = FormattedText { text: text.to_owned(), entities };
        self.act(person, |_| Draft::from_person(text, Body::Text))
    }

    /// A person sends a contact card, their own or somebody else's; returns the message id.
    pub fn send_contact(&self, person: i64, contact: Contact) -> i64 {
        self.act(person, |_| Draft::from_person(FormattedText::default(), Body::Contact(contact)))
    }

    /// A person sends a place; returns the message id.
    pub fn send_location(&self, person: i64, latitude: f64, longitude: f64) -> i64 {
        self.act(person, |_| {
            let place = Body::Location { latitude, longitude };
            Draft::from_person(FormattedText::default(), place)
        })
    }

    /// A person sends a sticker; returns the message id.
    pub fn send_sticker(&self, person: i64, emoji: &str) -> i64 {
        self.act(person, |state| {
            let upload = Upload {
                name: "sticker.webp".to_owned(),
                mime: "image/webp".to_owned(),
                bytes: emoji.as_bytes().to_vec(),
            };
            let file = state.files.keep(Role::Sticker, upload, (512, 512));
            let sticker = Body::Sticker { emoji: emoji.to_owned(), file };
            Draft::from_person(FormattedText::default(), sticker)
        })
    }

    /// A person sends a picture; returns the message id.
    pub fn send_photo(&self, person: i64, bytes: Vec<u8>, caption: Option<&str>) -> i64 {
        self.act(person, |state| {
            let size = picture_size(&bytes).unwrap_or((1, 1));
            let upload = Upload { name: "photo.jpg".to_owned(), mime: "image/jpeg".to_owned(), bytes };
            let file = state.files.keep(Role::Photo, upload, size);
            let caption = FormattedText::tidied(caption.unwrap_or_default(), Vec::new());
            Draft::from_person(caption, Body::Photo(file))
        })
    }

    /// A person sends a file; returns the message id.
    pub fn send_document(&self, person: i64, name: &str, mime: &str, bytes: Vec<u8>) -> i64 {
        self.act(person, |state| {
            let upload = Upload { name: name.to_owned(), mime: mime.to_owned(), bytes };
            let file = state.files.keep(Role::Document, upload, (0, 0));
            Draft::from_person(FormattedText::default(), Body::Document(file))
        })
    }

    /// A person taps a button with `data`, which need not be on the message; returns the callback query id.
    pub fn tap(&self, person: i64, message_id: i64, data: &str) -> String {
        let id = self.change(|state| {
            state.come_back(person);
            let id = state.open_callback(person);
            let member = state.person(person);
            let from = wire::user(&member.person);
            let gone = wire::inaccessible(member, message_id);
            let query = json!({
                "id": id,
                "from": from,
                "message": state.message(person, message_id).unwrap_or(gone),
                "chat_instance": format!("{}", 7_000_000_000_000 + person),
                "data": data,
            });
            let now = state.now();
            state.updates.push("callback_query", &query, Lane::Taps(person), now);
            id
        });
        self.updates_arrived();
        id
    }

    /// A person has written to the bot at some time, so that it may write to them.
    pub fn has_written(&self, person: i64) {
        self.change(|state| state.person(person).has_written = true);
    }

    /// A person blocks or unblocks the bot.
    pub fn block_bot(&self, person: i64, blocked: bool) {
        self.change(|state| state.set_blocked(person, blocked));
        self.updates_arrived();
    }

    /// Queues any update as it is; `update_id` is filled in when absent.
    pub fn push_update(&self, raw: Value) {
        self.change(|state| {
            let now = state.now();
            state.updates.push_raw(raw, now);
        });
        self.updates_arrived();
    }

    fn act(&self, person: i64, draft: impl FnOnce(&mut State) -> Draft) -> i64 {
        let id = self.change(|state| {
            state.come_back(person);
            let draft = draft(state);
            let (id, message) = state.post(person, draft);
            let now = state.now();
            state.updates.push("message", &message, Lane::Chat(person), now);
            id
        });
        self.updates_arrived();
        id
    }
}

impl State {
    /// A client lets nobody write to a bot that they blocked: they restart it first.
    fn come_back(&mut self, person: i64) {
        self.set_blocked(person, false);
        self.person(person).has_written = true;
    }

    fn set_blocked(&mut self, person: i64, blocked: bool) {
        let member = self.person(person);
        if member.blocked == blocked {
            return;
        }
        member.blocked = blocked;
        member.version += 1;
        let now = self.now();
        let Some(member) = self.people.get(&person) else {
            return;
        };
        let changed = wire::membership(self, member, now, blocked);
        self.updates.push("my_chat_member", &changed, Lane::Membership(person), now);
    }
}

/// The own card of a person, when their phone number is known.
pub(crate) fn own_card(person: &Person) -> Option<Contact> {
    Some(Contact {
        phone: person.phone.clone()?,
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        user_id: Some(person.id),
    })
}

/// The bot as the page names it.
pub(crate) fn bot_card(state: &State) -> Value {
    let mut bot = Map::new();
    bot.insert("id".to_owned(), json!(state.bot.id));
    bot.insert("first_name".to_owned(), json!(state.bot.first_name));
    bot.insert("username".to_owned(), json!(state.bot.username));
    Value::Object(bot)
}
