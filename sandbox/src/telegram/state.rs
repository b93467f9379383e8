//! The whole of the sandbox's Telegram in one value behind one lock. Nothing in it waits or speaks HTTP.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::commands::Commands;
use super::entities::FormattedText;
use super::error::ApiError;
use super::faults::Faults;
use super::files::Files;
use super::keyboard::{Keyboard, Markup};
use super::params::Params;
use super::payments::{Bill, Payment, Payments};
use super::updates::Updates;
use super::view::{Call, CallbackAnswer, Contact, NewPerson, Person};
use super::wire;
use crate::clock::Clock;

/// Calls that are remembered.
const MAX_CALLS: usize = 100_000;
/// Answers to taps that a chat remembers.
const MAX_ANSWERS: usize = 20;
/// How long a client shows "typing…".
const ACTION_SECONDS: u64 = 5;
/// How long Telegram waits for the answer to a tap.
const CALLBACK_LIFE: TimeDelta = TimeDelta::seconds(150);

pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) bot: Bot,
    pub(crate) people: HashMap<i64, Member>,
    /// Ids in the order of joining.
    pub(crate) order: Vec<i64>,
    pub(crate) updates: Updates,
    pub(crate) files: Files,
    pub(crate) commands: Commands,
    pub(crate) faults: Faults,
    pub(crate) payments: Payments,
    pub(crate) calls: VecDeque<Call>,
    pub(crate) callbacks: HashMap<String, Callback>,
    pub(crate) unanswered: BTreeSet<u64>,
    next_message: i64,
    next_person: i64,
    next_callback: u64,
    next_answer: u64,
    next_group: u64,
}

/// The bot itself.
pub(crate) struct Bot {
    pub(crate) id: i64,
    pub(crate) first_name: &'static str,
    pub(crate) username: &'static str,
}

/// A person with the private chat.
pub(crate) struct Member {
    pub(crate) person: Person,
    pub(crate) has_written: bool,
    pub(crate) blocked: bool,
    pub(crate) messages: BTreeMap<i64, Stored>,
    pub(crate) answers: VecDeque<CallbackAnswer>,
    pub(crate) version: u64,
    pub(crate) action: Option<(String, Instant)>,
    pub(crate) reply_keyboard: Keyboard,
}

/// A message as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) id: i64,
    pub(crate) from_bot: bool,
    pub(crate) at: DateTime<Utc>,
    pub(crate) edited_at: Option<DateTime<Utc>>,
    pub(crate) text: FormattedText,
    pub(crate) markup: Markup,
    pub(crate) body: Body,
    pub(crate) extras: Extras,
}

/// What a message is besides text.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    Text,
    Contact(Contact),
    Location { latitude: f64, longitude: f64 },
    Sticker { emoji: String, file: FileRef },
    Photo(FileRef),
    Document(FileRef),
    Invoice { bill: Bill, is_paid: bool },
    Paid(Payment),
    Refunded(Payment),
}

/// A kept file and how it is shown.
#[derive(Debug, Clone)]
pub(crate) struct FileRef {
    pub(crate) id: String,
    pub(crate) unique_id: String,
    pub(crate) name: Arc<str>,
    pub(crate) mime: Arc<str>,
    pub(crate) size: usize,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// What else a sent message carries back to the bot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extras {
    pub(crate) reply_to: Option<i64>,
    pub(crate) media_group: Option<String>,
    pub(crate) protected: bool,
    pub(crate) link_preview: Option<Value>,
    pub(crate) caption_above: bool,
    pub(crate) spoiler: bool,
    pub(crate) effect: Option<String>,
}

/// A tap that waits, or waited, for its answer.
pub(crate) struct Callback {
    number: u64,
    person: i64,
    at: DateTime<Utc>,
}

impl State {
    pub(crate) fn new(token: &str, clock: Clock) -> Self {
        let id = token.split_once(':').and_then(|(id, _)| id.parse().ok()).unwrap_or(1);
        Self {
            clock,
            bot: Bot { id, first_name: "Vizit", username: "vizit_sandbox_bot" },
            people: HashMap::new(),
            order: Vec::new(),
            updates: Updates::default(),
            files: Files::default(),
            commands: Commands::default(),
            faults: Faults::default(),
            payments: Payments::default(),
            calls: VecDeque::new(),
            callbacks: HashMap::new(),
            unanswered: BTreeSet::new(),
            next_message: 1,
            next_person: 5_000_000_001,
            next_callback: 1,
            next_answer: 1,
            next_group: 1,
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn add_person(&mut self, new: NewPerson) -> Person {
        let id = new.id.unwrap_or_else(|| {
            while self.people.contains_key(&self.next_person) {
                self.next_person += 1;
            }
            self.next_person
        });
        let person = Person {
            id,
            first_name: new.first_name,
            last_name: new.last_name,
            username: new.username,
            language: new.language,
            phone: new.phone,
            label: new.label,
        };
        if let Some(known) = self.people.get_mut(&id) {
            known.person = person.clone();
            known.version += 1;
        } else {
            self.order.push(id);
            self.people.insert(id, Member::new(person.clone()));
        }
        person
    }

    /// The person, who joins as a stranger when nobody introduced them.
    pub(crate) fn person(&mut self, id: i64) -> &mut Member {
        self.people.entry(id).or_insert_with(|| {
            self.order.push(id);
            Member::new(Person {
                id,
                first_name: format!("Person {id}"),
                last_name: None,
                username: None,
                language: None,
                phone: None,
                label: "Stranger".to_owned(),
            })
        })
    }

    /// The chat that a call names, whether or not the bot may write there.
    pub(crate) fn chat(&mut self, params: &Params) -> Result<&mut Member, ApiError> {
        if params.text("chat_id").is_none() {
            return Err(ApiError::bad_request("chat_id is empty"));
        }
        params
            .chat_id()
            .and_then(|id| self.people.get_mut(&id))
            .ok_or_else(|| ApiError::bad_request("chat not found"))
    }

    /// The chat that a call writes to.
    pub(crate) fn writable_chat(&mut self, params: &Params) -> Result<i64, ApiError> {
        if params.text("business_connection_id").is_some() {
            return Err(ApiError::bad_request("business connection not found"));
        }
        let member = self.chat(params)?;
        if !member.has_written {
            return Err(ApiError::forbidden(
                "Forbidden: bot can't initiate conversation with a user".to_owned(),
            ));
        }
        if member.blocked {
            return Err(ApiError::forbidden("Forbidden: bot was blocked by the user".to_owned()));
        }
        Ok(member.person.id)
    }

    /// Puts a message into a chat and returns it as a Bot API object.
    pub(crate) fn post(&mut self, person: i64, draft: Draft) -> (i64, Value) {
        let id = self.next_message;
        self.next_message += 1;
        let stored = Stored {
            id,
            from_bot: draft.from_bot,
            at: self.now(),
            edited_at: None,
            text: draft.text,
            markup: draft.markup,
            body: draft.body,
            extras: draft.extras,
        };
        let member = self.person(person);
        if stored.from_bot {
            member.action = None;
            match &stored.markup.keyboard {
                keyboard @ Keyboard::Reply { .. } => member.reply_keyboard = keyboard.clone(),
                Keyboard::Remove => member.reply_keyboard = Keyboard::None,
                Keyboard::None | Keyboard::Inline(_) => {}
            }
        }
        member.messages.insert(id, stored);
        member.version += 1;
        let message = self.message(person, id).unwrap_or(Value::Null);
        (id, message)
    }

    /// A message that stands in a chat as a Bot API object.
    pub(crate) fn message(&self, person: i64, id: i64) -> Option<Value> {
        let member = self.people.get(&person)?;
        let stored = member.messages.get(&id)?;
        Some(wire::message(self, member, stored))
    }

    pub(crate) fn open_callback(&mut self, person: i64) -> String {
        let number = self.next_callback;
        self.next_callback += 1;
        let id = format!("{}", 4_000_000_000_000_000_000 + number);
        let callback = Callback { number, person, at: self.now() };
        self.callbacks.insert(id.clone(), callback);
        self.unanswered.insert(number);
        id
    }

    pub(crate) fn unanswered_callbacks(&self) -> Vec<String> {
        self.unanswered.iter().map(|number| format!("{}", 4_000_000_000_000_000_000 + number)).collect()
    }

    pub(crate) fn answer_callback(&mut self, params: &Params) -> Result<Value, ApiError> {
        let text = params.text("text");
        if text.as_deref().is_some_and(|text| text.chars().count() > 200) {
            return Err(ApiError::bad_request("MESSAGE_TOO_LONG"));
        }
        let id = params.text("callback_query_id").unwrap_or_default();
        let now = self.now();
        let live = self.callbacks.get(&id).filter(|callback| now - callback.at <= CALLBACK_LIFE);
        let Some(&Callback { number, person, .. }) = live else {
            return Err(ApiError::bad_request(
                "query is too old and response timeout expired or query ID is invalid",
            ));
        };
        self.unanswered.remove(&number);
        let answer =
            CallbackAnswer { id: self.next_answer, callback_id: id, text, alert: params.flag("show_alert") };
        self.next_answer += 1;
        let member = self.person(person);
        member.answers.push_back(answer);
        if member.answers.len() > MAX_ANSWERS {
            member.answers.pop_front();
        }
        member.version += 1;
        Ok(Value::Bool(true))
    }

    pub(crate) fn chat_action(&mut self, params: &Params) -> Result<Value, ApiError> {
        const ACTIONS: [&str; 13] = [
            "typing",
            "upload_photo",
            "record_video",
            "upload_video",
            "record_voice",
            "upload_voice",
            "record_audio",
            "upload_audio",
            "upload_document",
            "choose_sticker",
            "find_location",
            "record_video_note",
            "upload_video_note",
        ];
        let action = params
            .text("action")
            .filter(|action| ACTIONS.contains(&action.as_str()))
            .ok_or_else(|| ApiError::bad_request("wrong parameter action in request"))?;
        let chat = self.writable_chat(params)?;
        let member = self.person(chat);
        member.action = Some((action, Instant::now()));
        member.version += 1;
        Ok(Value::Bool(true))
    }

    pub(crate) fn next_media_group(&mut self) -> String {
        let group = self.next_group;
        self.next_group += 1;
        format!("{}", 13_000_000_000_000_000_u64 + group)
    }

    pub(crate) fn record(&mut self, call: Call) {
        if self.calls.len() >= MAX_CALLS {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    /// Those of the wanted people who exist, as only they can be mentioned by id.
    pub(crate) fn known_ids(&self, wanted: impl Iterator<Item = i64>) -> HashSet<i64> {
        wanted.filter(|id| self.people.contains_key(id)).collect()
    }
}

impl Member {
    fn new(person: Person) -> Self {
        Self {
            person,
            has_written: false,
            blocked: false,
            messages: BTreeMap::new(),
            answers: VecDeque::new(),
            version: 1,
            action: None,
            reply_keyboard: Keyboard::None,
        }
    }

    pub(crate) fn current_action(&self) -> Option<String> {
        let (action, since) = self.action.as_ref()?;
        (since.elapsed().as_secs() < ACTION_SECONDS).then(|| action.clone())
    }
}

/// A message that is about to be posted.
pub(crate) struct Draft {
    pub(crate) from_bot: bool,
    pub(crate) text: FormattedText,
    pub(crate) markup: Markup,
    pub(crate) body: Body,
    pub(crate) extras: Extras,
}

impl Draft {
    pub(crate) fn from_person(text: FormattedText, body: Body) -> Self {
        Self { from_bot: false, text, markup: Markup::default(), body, extras: Extras::default() }
    }
}
